"""Lists of grants as files, and grants as they are kept."""

from __future__ import annotations

from typing import Any

from maillage.funding.importers.scdl import SOURCE
from maillage.funding.models import PublishedGrant
from maillage.funding.scdl.fields import FIELDS
from maillage.intake.models import Load
from maillage.register.models import Establishment
from tests.factories import intake

FUNDER, FIRM = "99900000900004", "81223113200026"
LINE = {
    "nomAttribuant": "Ville inventée", "idAttribuant": FUNDER, "dateConvention": "2019-03-04",
    "referenceDecision": "2019-12", "nomBeneficiaire": "Fournil Delattre", "idBeneficiaire": FIRM, "rnaBeneficiaire": "",
    "objet": "Four basse consommation", "montant": "12000.50", "nature": "aide en numéraire",
    "conditionsVersement": "unique", "datesPeriodeVersement": "2019-04-01", "idRAE": "", "notificationUE": "non",
    "pourcentageSubvention": "1", "dispositifAide": "",
}  # fmt: skip


def file(*lines: dict[str, str], names: dict[str, str] | None = None, without: str = "") -> bytes:
    """A list in the columns of the schema: each line differs from the usual one by what is told."""
    kept = [one.name for one in FIELDS if one.name not in without.split()]
    rows = [[(names or {}).get(name, name) for name in kept]]
    rows += [[(LINE | line)[name] for name in kept] for line in lines]
    return "".join(";".join(row) + "\n" for row in rows).encode()


def loaded(*lines: dict[str, str], **given: Any) -> Load:
    """A list that was loaded."""
    return intake.applied(file(*lines), source=SOURCE, name="subventions.csv", **given)


def standing() -> list[PublishedGrant]:
    """What stands, in the order of lines."""
    return list(PublishedGrant.objects.standing().order_by("load_id", "number"))


def kept_grant(place: Establishment) -> PublishedGrant:
    """A grant of long ago to a firm; no file is read."""
    load = intake.load(source=SOURCE, state="active")
    return PublishedGrant.objects.create(
        load=load, number=2, mark="0" * 64, agreed_on=load.staged_at.date(), amount_cents=100_000,
        beneficiary_name=place.display_name, beneficiary_siret=place.siret or "", purpose="Vitrine",
    )  # fmt: skip
