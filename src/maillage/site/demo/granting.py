"""Grants that an invented community publishes of invented firms, loaded from a file as a real one is."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from maillage.accounts.actors import System
from maillage.funding.importers.scdl import SOURCE
from maillage.intake.telling import load_file
from maillage.kernel.errors import Invalid
from maillage.kernel.identifiers import is_siret
from maillage.register.models import Establishment

if TYPE_CHECKING:
    from maillage.site.demo.story import Story

LOADED = date(2019, 9, 16)
_INVENTED = "999000009"
_FUNDER = next(number for nic in range(10) if is_siret(number := f"{_INVENTED}{nic:05d}"))
#: Of what, for how much (euros), agreed on, paid how, which part.
_GRANTS: Sequence[tuple[str, str, str, str, str]] = (
    ("Modernisation de la vitrine (inventé)", "4500", "2018-05-14", "2018-06-01", "1"),
    ("Four basse consommation (inventé)", "12000.50", "2018-10-08", "2018-11-05/2019-05-06", "1"),
    ("Boutique partagée, loyer de la première année (inventé)", "9000", "2019-02-18", "2019-03-01/2020-02-28", "0.6"),
    ("Boutique partagée, loyer de la première année (inventé)", "9000", "2019-02-18", "2019-03-01/2020-02-28", "0.4"),
    ("Formation aux réseaux de chaleur (inventé)", "2300", "2019-06-03", "2019-07-01", "1"),
    ("Accueil d’un premier apprenti (inventé)", "1500", "2019-07-01", "2019-09-02", "1"),
)  # fmt: skip
_HEADER = (
    "nomAttribuant", "idAttribuant", "dateConvention", "referenceDecision", "nomBeneficiaire", "idBeneficiaire",
    "rnaBeneficiaire", "objet", "montant", "nature", "conditionsVersement", "datesPeriodeVersement", "idRAE",
    "notificationUE", "pourcentageSubvention", "dispositifAide",
)  # fmt: skip


def write_calendar(story: Story) -> None:
    """The list of two years, loaded in the autumn of 2019."""
    story.on(LOADED, 10, _load)


def _load() -> None:
    places = Establishment.objects.known().filter(diffusion="O").exclude(siret="")
    firms = places.select_related("legal_unit").order_by("siret")[: len(_GRANTS)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "subventions.csv"
        with path.open("w", encoding="utf-8", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(_HEADER)
            for rank, (firm, grant) in enumerate(zip(firms, _GRANTS, strict=True), 1):
                writer.writerow(_line(rank, firm, *grant))
        answer, code = load_file(SOURCE, path, {}, by=System("the demonstration loads grants"))
    if code or answer["rejected"]:
        raise Invalid(f"{path.name}: {answer['notes']} {answer['rejects']}")


def _line(
    rank: int, firm: Establishment, what: str, euros: str, day: str, paid: str, part: str
) -> list[str]:
    terms = "échelonné" if "/" in paid else "unique"
    return [
        "Collectivité inventée", _FUNDER, day, f"INV-{rank:03d}", firm.display_name, firm.siret or "", "", what, euros,
        "aide en numéraire", terms, paid, "", "non", part, "",
    ]  # fmt: skip
