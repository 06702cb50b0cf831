"""Lists of partners in tests: a file as an association sends it, loaded and compared."""

from __future__ import annotations

from typing import Any

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.intake.models import Load
from maillage.lists import actions, comparing
from maillage.lists.actions import Found
from maillage.lists.models import Line, Match, PartnerList
from maillage.register.models import Establishment
from tests.factories import accounts, intake, register

GIVEN = {
    "holder": "Union des commerçants",
    "list": "Adhérents",
    "day": "2019-03-01",
    "purpose": "Inviter les adhérents aux ateliers",
}
HEADER = "Nom;Enseigne;Adresse;Code postal;Commune;Téléphone;Courriel\n"
ROWS = "Fournil Delattre;;12 rue de la Gare;59000;Lille;03 20 11 22 33;contact@delattre.fr\nInconnu au bataillon;;;;;;\n"


def file(rows: str = ROWS) -> bytes:
    """The spreadsheet of an association."""
    return (HEADER + rows).encode()


def bakery(**facts: Any) -> Establishment:
    """The firm of the register that the first line of the file is."""
    given = {
        "unit_name": "FOURNIL DELATTRE", "trade_name": "", "street_number": "12",
        "street": "RUE DE LA GARE",
    }  # fmt: skip
    return register.establishment(**(given | facts))


def loaded(by: Actor, rows: str = ROWS, **given: str) -> Load:
    """A list given on screen and applied by the worker; not compared yet."""
    return intake.applied(
        file(rows), source="partner_list", name="adherents.csv", by=by, **(GIVEN | given)
    )  # fmt: skip


def compared(by: Actor, rows: str = ROWS, **given: str) -> Load:
    """The same, compared with the register."""
    load = loaded(by, rows, **given)
    comparing.compare(load.pk)
    return load


def manager(owner: Organisation | None = None) -> Actor:
    """Who loads lists and decides on them."""
    return accounts.actor(Role.SERVICE_MANAGER, owner)


def lines(**wanted: Any) -> Any:
    """Lines, whoever reads."""
    return Line.objects.unscoped(reason="a test").filter(**wanted)


def matches(**wanted: Any) -> Any:
    """Likenesses, whoever reads."""
    return Match.objects.unscoped(reason="a test").filter(**wanted)


def the_list() -> PartnerList:
    """The only list there is."""
    return PartnerList.objects.unscoped(reason="a test").get()


WHY = [
    {"field": "prior", "level": "prior", "fr": "avant toute comparaison", "en": "before anything is compared", "weight": -9.0},
    {"field": "name", "level": "near", "fr": "nom ou enseigne : à une faute près", "en": "name or sign: but for a slip", "weight": 9.5},
    {"field": "number", "level": "differs", "fr": "numéro : diffère", "en": "number: differs", "weight": -2.5},
    {"field": "phone", "level": "unknown", "fr": "téléphone : non comparable", "en": "telephone: not to be compared", "weight": 0.0},
]  # fmt: skip


def doubtful(
    by: Actor, *places: Establishment, rows: str = ROWS, p: float = 0.7, **given: str
) -> list[Match]:
    """A list whose first line may be these firms, the first the likeliest: somebody has to decide."""
    load = loaded(by, rows, **given)
    first = lines(load=load).order_by("number").first()
    found = [Found(place.pk, p - rank / 10, WHY) for rank, place in enumerate(places)]
    rest = {line.pk: [] for line in lines(load=load).exclude(pk=first.pk)}
    machine = actions.machine(first.of)
    actions.note_found(found={first.pk: found, **rest}, certain=0.99, by=machine)
    return list(matches(line=first).order_by("-p"))


def kept_line(owner: Organisation, place: Establishment | None = None, **of_load: Any) -> Line:
    """A line of a list of long ago, recognised as the firm when one is given; no file is read."""
    load = intake.load(
        source="partner_list", organisation=owner.pk, given=GIVEN, state="active", **of_load
    )
    known = PartnerList.objects.unscoped(reason="a test")
    of, _made = known.get_or_create(organisation=owner, holder="Union", name="Adhérents")
    told = {"name": "Fournil Delattre"}
    line = of.lines.create(load=load, number=2, told=told, listed_on=load.staged_at.date())
    if place is not None:
        line.matches.create(establishment=place, p=0.999, why=WHY, state="automatic")
    return line  # type: ignore[no-any-return]
