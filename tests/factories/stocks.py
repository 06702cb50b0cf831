"""Small stocks of INSEE's files, made of lives: what happened to each establishment, day by day."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from maillage.figures.observations.stock import Files
from maillage.kernel.identifiers import luhn

PLACED = ("coordonneeLambertAbscisseEtablissement", "coordonneeLambertOrdonneeEtablissement")
"""The columns of a position, which INSEE's files did not always have."""


@dataclass(frozen=True, slots=True)
class Life:
    """An establishment: the days on which it began, ceased, began again…, where, doing what."""

    siret: str
    days: tuple[str, ...]
    commune: str = "59350"
    activity: str = "10.71C"
    trade: str = ""
    band: str = "NN"
    created: str | None = None  # as the stock tells it, when otherwise than its first day
    employs_from: str = ""
    is_seat: bool = True
    ess: str = ""
    category: str = "1000"
    at: tuple[str, str] = ("", "")  # in the metres of Lambert 93

    @property
    def siren(self) -> str:
        """Its legal unit."""
        return self.siret[:9]


@dataclass(frozen=True, slots=True)
class Link:
    """What continued what, and when."""

    before: str
    after: str
    on: str
    goes_on: bool = True


def siret(unit: int, place: int = 1) -> str:
    """A SIRET whose two check digits are right."""
    body = f"{unit:08d}"
    siren = next(body + str(d) for d in range(10) if luhn(body + str(d)))
    body = f"{siren}{place:04d}"
    return next(body + str(d) for d in range(10) if luhn(body + str(d)))


@dataclass(slots=True)
class Stock:
    """Lives and links, written as INSEE's files."""

    lives: Sequence[Life]
    links: Sequence[Link] = field(default_factory=tuple)

    def write(self, folder: Path) -> Files:
        """The four files, as CSV."""
        folder.mkdir(parents=True, exist_ok=True)
        units = {life.siren: life for life in self.lives}
        return Files(
            (_csv(folder / "units.csv", map(_unit, units.values())),),
            (_csv(folder / "establishments.csv", map(_establishment, self.lives)),),
            (_csv(folder / "history.csv", (row for life in self.lives for row in _history(life))),),
            (_csv(folder / "links.csv", map(_link, self.links)),) if self.links else (),
        )


def _unit(life: Life) -> dict[str, str]:
    return {
        "siren": life.siren,
        "economieSocialeSolidaireUniteLegale": life.ess,
        "categorieJuridiqueUniteLegale": life.category,
    }


def _establishment(life: Life) -> dict[str, str]:
    return {
        "siret": life.siret,
        "siren": life.siren,
        "dateCreationEtablissement": life.days[0] if life.created is None else life.created,
        "dateDebut": life.days[-1],
        "etatAdministratifEtablissement": "A" if len(life.days) % 2 else "F",
        "codeCommuneEtablissement": life.commune,
        "activitePrincipaleEtablissement": life.activity,
        "nomenclatureActivitePrincipaleEtablissement": "NAFRev2",
        "activitePrincipaleRegistreMetiersEtablissement": life.trade,
        "caractereEmployeurEtablissement": "O" if life.employs_from else "N",
        "trancheEffectifsEtablissement": life.band,
        "etablissementSiege": "true" if life.is_seat else "false",
        **dict(zip(PLACED, life.at, strict=False)),
    }


def _history(life: Life) -> Iterable[dict[str, str]]:
    days = sorted({*life.days, *filter(None, [life.employs_from])})
    for day in days:
        began = sum(1 for one in life.days if one <= day)
        yield {
            "siret": life.siret,
            "dateDebut": day,
            "dateFin": "",
            "etatAdministratifEtablissement": "A" if began % 2 else "F",
            "caractereEmployeurEtablissement": (
                "O" if life.employs_from and day >= life.employs_from else "N"
            ),
        }


def _link(link: Link) -> dict[str, str]:
    return {
        "siretEtablissementPredecesseur": link.before,
        "siretEtablissementSuccesseur": link.after,
        "dateLienSuccession": link.on,
        "transfertSiege": "false",
        "continuiteEconomique": "true" if link.goes_on else "false",
    }


def _csv(path: Path, rows: Iterable[Mapping[str, str]]) -> Path:
    told = list(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, told[0])
        writer.writeheader()
        writer.writerows(told)
    return path
