"""What is kept of cohorts: counts, for good; what recognises a person, three years."""

from __future__ import annotations

from datetime import timedelta

import pytest

from maillage.accounts.actors import System
from maillage.cohorts.models import MACHINE, CohortLine, Pseudonym
from maillage.cohorts.retention import KEPT
from maillage.kernel import clock
from maillage.ledger.models import Act
from maillage.register import erasing
from tests.factories import accounts, cohorts as make, places, register
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db


def test_after_three_years_nobody_is_recognised_and_the_counts_stay() -> None:
    places.places_loaded()
    structure = make.structure()
    make.programme(None, structure)
    with clock.at(noon("2020-06-01")):
        make.handed(make.acting(structure), ("Anne", "Accueil", "2020-02-05", "", "59350"))
    with clock.at(noon("2023-06-20")):
        make.handed(make.acting(structure), ("Luc", "Accueil", "2023-02-05", "", "59350"))
        for model in (Pseudonym, CohortLine):
            (rule,) = KEPT[model].rules
            limit = clock.now() - rule.after
            rows = model._base_manager.filter(**{f"{rule.since}__lt": limit})
            assert rows.update(**(rule.empties or {})) == 1
        make.handed(make.acting(structure), ("Anne", "Prêt", "2023-03-05", "10"))
    assert Pseudonym.objects.count() == 3
    assert Pseudonym.objects.filter(digest="").count() == 1
    assert [one.commune for one in make.standing()] == ["", "59350", ""]
    acts = Act.objects.unscoped(reason="a test").effective()
    assert acts.count() == 3
    assert timedelta(days=3 * 365) == KEPT[Pseudonym].rules[0].after


def test_an_erased_firm_is_told_by_no_line() -> None:
    places.places_loaded()
    unit = register.legal_unit(siren="812231132", name="DELATTRE")
    place = register.establishment(legal_unit=unit, siret="81223113200026")
    line = make.kept_line(accounts.organisation(), place)
    assert line.siret == place.siret
    erasing.erase(unit=unit, reason="asked", by=System("a test"))
    (left,) = CohortLine.objects.visible_to(MACHINE)
    assert (left.siret, left.commune, left.stage) == ("", "", "creation")
