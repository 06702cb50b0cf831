"""What is kept of cohorts: counts, for good; what recognises a person, three years."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest

from maillage.accounts.actors import System
from maillage.cohorts import pepper
from maillage.cohorts.models import MACHINE, CohortLine, Pseudonym
from maillage.cohorts.retention import KEPT
from maillage.intake import loading
from maillage.intake.actions import undo_load
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.ledger.models import Act
from maillage.register import erasing
from tests.factories import accounts, cohorts as make, intake, places, register
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
        assert (emptied(Pseudonym), emptied(CohortLine)) == (1, 1)
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


def test_a_person_told_again_alike_stays_recognised_three_years_more() -> None:
    places.places_loaded()
    structure = make.structure()
    make.programme(None, structure)
    row = ("Anne", "Accueil", "2020-02-05", "", "59350")
    for day in ("2020-06-01", "2022-06-01", "2024-06-01"):
        with clock.at(noon(day)):
            load = make.handed(make.acting(structure), row)
            emptied(Pseudonym)
    assert load.counts == {"read": 1, "rejected": 0, "unchanged": 1}
    (person,) = Pseudonym.objects.all()
    assert person.digest
    assert person.last_told_at.date().isoformat() == "2024-06-01"


def emptied(model: Any) -> int:
    """What the rule of a model would empty now, emptied; how many rows."""
    (rule,) = KEPT[model].rules
    rows = model._base_manager.filter(**{f"{rule.since}__lt": clock.now() - rule.after})
    return int(rows.update(**(rule.empties or {})))


def test_once_the_digest_is_gone_neither_token_nor_pepper_finds_anybody() -> None:
    """Whoever has the token, the secret of the instance and the whole database: no column holds what they can make."""
    places.places_loaded()
    structure = make.structure()
    programme = make.programme(None, structure)
    with clock.at(noon("2020-06-01")):
        make.handed(make.acting(structure), ("Anne", "Accueil", "2020-02-05", "", "59350"))
    digest = pepper.digest(make.token("Anne"), programme.key)
    guesses = [make.token("Anne"), digest]
    for code in ("welcome", "Accueil"):
        for day in (date(2020, 2, 5), "2020-02-05"):
            for whole in ((digest, code, str(day)), (make.token("Anne"), code, str(day))):
                guesses.append(sha256(repr(whole).encode()).hexdigest())
                guesses.append(sha256("\n".join(whole).encode()).hexdigest())
    with clock.at(noon("2023-06-20")):
        assert (emptied(Pseudonym), emptied(CohortLine)) == (1, 1)
    held = [
        str(row) for model in (Pseudonym, CohortLine, Act) for row in model._base_manager.values()
    ]
    assert not [guess for guess in guesses if any(guess in row for row in held)]


def test_an_emptied_line_does_not_give_its_siret_back_to_who_tries_them_all() -> None:
    """Its mark is made under the secret of the instance: a table of SIRETs does not open it."""
    places.places_loaded()
    structure = make.structure()
    make.programme(None, structure)
    siret = "81223113200026"
    with clock.at(noon("2020-06-01")):
        header = ("jeton", "etape", "date", "siret", "recette", "cle")
        content = make.file(("", "Création", "2020-02-05", siret), header=header)
        intake.applied(content, source="cohort", name="liste.csv", by=make.acting(structure))
    (line,) = make.standing()
    said = ("Création", "2020-02-05", "None", "None", "None", "None", siret)
    tried = {sha256(repr((*said, rank)).encode()).hexdigest() for rank in (0, "0")}
    assert line.mark not in tried
    with clock.at(noon("2023-06-20")):
        emptied(CohortLine)
    (line,) = make.standing()
    assert (line.siret, line.commune, line.mark not in tried, len(line.mark)) == ("", "", True, 64)


def test_a_deposit_taken_back_is_forgotten_at_once_but_who_is_told_elsewhere() -> None:
    """Whom it alone told is recognised no more, where it says that people live is emptied; the rest stays as it was."""
    places.places_loaded()
    first, second = make.structure(), make.structure()
    programme = make.programme(None, first, second)

    def known(name: str) -> bool:
        digest = pepper.digest(make.token(name), programme.key)
        return Pseudonym.objects.filter(digest=digest).exists()

    row = ("Accueil", "2024-02-05", "", "59350")
    with clock.at(noon("2024-06-01")):
        make.handed(make.acting(second), ("Anne", *row))
        kept = make.handed(make.acting(first), ("Luc", *row))
        wrong = make.handed(make.acting(first), *((name, *row) for name in ("Anne", "Luc", "Zoé")))
        again = make.handed(make.acting(first), ("Zoé", *row[:3], "59512"), ("", *row))
        for load, recognised in ((again, "Anne Luc Zoé"), (wrong, "Anne Luc"), (kept, "Anne")):
            undo_load(load=load, because="essai", by=make.acting(first))
            loading.undo(Load.objects.get(pk=load.pk))
            assert [name for name in ("Anne", "Luc", "Zoé") if known(name)] == recognised.split()
            gone = CohortLine.objects.visible_to(MACHINE).filter(load=load)
            assert {(one.commune, one.siret) for one in gone} == {("", "")}
        assert [one.commune for one in make.standing()] == ["59350"]
        make.handed(make.acting(first), ("Zoé", *row))
    assert known("Zoé")
    assert Pseudonym.objects.count() == 4  # whoever was forgotten is somebody new


@pytest.mark.parametrize("secret", ["another secret", "a third one"])
def test_a_copy_of_the_database_without_its_secret_recognises_nobody(
    settings: Any, secret: str
) -> None:
    places.places_loaded()
    structure = make.structure()
    programme = make.programme(None, structure)
    with clock.at(noon("2024-06-01")):
        make.handed(make.acting(structure), ("Anne", "Accueil", "2024-02-05"))
    here = pepper.digest(make.token("Anne"), programme.key)
    assert Pseudonym.objects.get().digest == here
    settings.SECRET_KEY = secret
    assert pepper.digest(make.token("Anne"), programme.key) != here


def test_two_programmes_of_one_key_do_not_share_their_persons() -> None:
    places.places_loaded()
    structure = make.structure()
    owner = accounts.organisation(kind="epci")
    programmes = [make.programme(owner, structure, name=name) for name in ("Un", "Deux")]
    with clock.at(noon("2024-06-01")):
        for one in programmes:
            make.handed(
                make.acting(structure), ("Anne", "Accueil", "2024-02-05"), programme=one.name
            )
    first, second = Pseudonym.objects.order_by("pk")
    assert first.digest != second.digest
    assert first.key != second.key
    assert len({one.mark for one in make.standing()}) == 2
