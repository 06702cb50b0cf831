"""What is kept of published grants: all of it, and nothing that names a firm erased here."""

from __future__ import annotations

import pytest

from maillage.accounts.actors import System
from maillage.register import erasing
from tests.factories import funding as make, register

pytestmark = pytest.mark.django_db


def test_an_erased_firm_is_named_by_no_grant_and_the_others_stay() -> None:
    unit = register.legal_unit(siren=make.FIRM[:9], name="DELATTRE")
    register.establishment(legal_unit=unit, siret=make.FIRM)
    make.loaded({}, {"idBeneficiaire": "35600000000048", "nomBeneficiaire": "Autre"})
    erasing.erase(unit=unit, reason="asked", by=System("a test"))
    gone, other = make.standing()
    assert (gone.beneficiary_name, gone.beneficiary_siret, gone.purpose) == ("", "", "")
    assert gone.haystack == ""
    assert (gone.amount_cents, gone.funder_name) == (1_200_050, "Ville inventée")
    assert other.beneficiary_name == "Autre"
