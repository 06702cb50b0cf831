"""The services outside that an instance may ask, each off until it is given an address.

They are public and French: their addresses are told beside each variable, and none is asked by default.
"""

from __future__ import annotations

from pathlib import Path

from maillage.kernel.remote import Client, Folder, Service
from maillage.kernel.text import Words
from maillage.site import environment

# Who asks for a page waits: no question lasts much longer than this, whatever the service does.
LONGEST_SILENCE = 10
KEY_HEADER = "X-INSEE-Api-Key-Integration"

_BY_HAND = Words(
    fr="Sans lui, une entreprise s’ajoute à la main, par son SIRET ou son nom.",
    en="Without it, a firm is added by hand, by its SIRET or its name.",
)
_BY_THE_REGISTER = Words(
    fr="Sans lui, les communes sont celles que l’instance a chargées.",
    en="Without it, communes are those that the instance has loaded.",
)
_BY_THE_FILE = Words(
    fr="Sans lui, la position d’une entreprise est celle que donne le fichier Sirene.",
    en="Without it, the position of a firm is the one that the Sirene file gives.",
)

_BY_THE_CROW = Words(
    fr="Sans lui, les trajets des tournées sont estimés à vol d’oiseau.",
    en="Without it, ways of rounds are estimated as the crow flies.",
)


def clients(folder: Path) -> dict[str, Client]:
    """One client a service, which keeps its answers in a folder of its own."""
    return {
        one.key: Client(one, cache=Folder(folder / one.key))
        for one in (_firms(), _sirene(), _communes(), _addresses(), *_ways())
    }


def _firms() -> Service:
    return Service(
        key="firms",
        name=Words("Recherche d’entreprises", "Recherche d’entreprises"),
        variable="MAILLAGE_API_FIRMS",
        address=environment.service(
            "MAILLAGE_API_FIRMS",
            "Address of the national directory of firms, `https://recherche-entreprises.api.gouv.fr`, "
            "asked when the register finds nothing. None: it is never asked.",
        ),
        timeout=_silence(),
        without=_BY_HAND,
    )


def _sirene() -> Service:
    address = environment.service(
        "MAILLAGE_API_SIRENE",
        "Address of INSEE’s Sirene API, `https://api.insee.fr/api-sirene/3.11`. None: it is never asked.",
    )
    return Service(
        key="sirene",
        name=Words("API Sirene", "Sirene API"),
        variable="MAILLAGE_API_SIRENE",
        address=address,
        headers=_with_key(),
        key_variable="MAILLAGE_API_SIRENE_KEY",
        timeout=_silence(),
        without=_BY_HAND,
    )


def _with_key() -> dict[str, str]:
    name = "MAILLAGE_API_SIRENE_KEY"
    key = environment.text(
        name,
        "",
        "Key that INSEE gives for it, on `portail-api.insee.fr`.",
        shown="none",
        secret=True,
    )
    if not key:
        return {}
    if not (key.isascii() and key.isprintable()):
        raise environment.Misset(f"{name} holds what no key holds: copy it again")
    return {KEY_HEADER: key}


def _communes() -> Service:
    return Service(
        key="communes",
        name=Words("API Géo", "API Géo"),
        variable="MAILLAGE_API_COMMUNES",
        address=environment.service(
            "MAILLAGE_API_COMMUNES",
            "Address of the directory of communes, `https://geo.api.gouv.fr`. None: it is never asked.",
        ),
        timeout=_silence(),
        without=_BY_THE_REGISTER,
    )


def _addresses() -> Service:
    return Service(
        key="addresses",
        name=Words("Géocodage de la Géoplateforme", "Geocoding of the Géoplateforme"),
        variable="MAILLAGE_API_ADDRESSES",
        address=environment.service(
            "MAILLAGE_API_ADDRESSES",
            "Address of the geocoder of the Géoplateforme, `https://data.geopf.fr/geocodage`. "
            "None: it is never asked.",
        ),
        timeout=_silence(),
        without=_BY_THE_FILE,
    )


def _ways() -> list[Service]:
    """Those that tell ways by the streets; a server of OSRM knows one way of going, hence one variable for each."""
    none = "None: ways of rounds are estimated as the crow flies."
    told = (
        ("osrm_walking", "OSRM", "OSRM_WALKING", f"Address of an OSRM server prepared for walking. {none}"),
        ("osrm_car", "OSRM", "OSRM_CAR", f"Address of an OSRM server prepared for cars. {none}"),
        ("valhalla", "Valhalla", "VALHALLA", f"Address of a Valhalla server, asked where no OSRM is. {none}"),
    )  # fmt: skip
    return [
        Service(
            key=key,
            name=Words(name, name),
            variable=f"MAILLAGE_API_{variable}",
            address=environment.service(f"MAILLAGE_API_{variable}", meaning),
            timeout=_silence(),
            without=_BY_THE_CROW,
        )
        for key, name, variable, meaning in told
    ]


def _silence() -> int:
    name = "MAILLAGE_API_TIMEOUT"
    seconds = environment.number(
        name,
        5,
        f"Seconds without an answer after which such a service is left, {LONGEST_SILENCE} at most.",
    )
    if not 1 <= seconds <= LONGEST_SILENCE:
        raise environment.Misset(f"{name} is “{seconds}”: from 1 to {LONGEST_SILENCE}")
    return seconds
