"""What the register answers to the ledger: the facts of an establishment on a day, as known now."""

from datetime import UTC, date, datetime

import pytest

from maillage import register
from maillage.kernel import clock
from maillage.places.districts import is_any_loaded
from maillage.register.models import Load, Spell
from tests.factories import register as firms

pytestmark = pytest.mark.django_db


def test_facts_are_those_of_the_spell_that_holds_on_the_day():
    place = firms.establishment()
    firms.spell(place, starts_on=date(2019, 6, 1), commune="59512", size_band="11")

    before = register.facts([place.pk], on=date(2019, 5, 31))[place.pk]
    after = register.facts([place.pk], on=date(2019, 6, 1))[place.pk]

    assert (before.commune, before.size_band) == ("59350", "01")
    assert (after.commune, after.size_band) == ("59512", "11")
    assert after.legal_unit_id == place.legal_unit_id


def test_late_news_of_an_earlier_day_wins_over_what_was_known_before():
    place = firms.establishment()
    firms.spell(place, starts_on=date(2020, 1, 1), size_band="11")
    firms.spell(place, starts_on=date(2019, 11, 30), state="F")

    assert Spell.objects.on(date(2020, 3, 1)).get().state == "F"
    assert Spell.objects.on(date(2019, 11, 29)).get().state == "A"


def test_a_firm_met_before_its_first_known_day_still_has_a_commune():
    place = firms.establishment(spell_starts_on=date(2020, 5, 1))

    assert register.facts([place.pk], on=date(2020, 1, 1))[place.pk].commune == "59350"


def test_an_undone_load_is_forgotten_from_that_instant_and_remembered_as_of_before():
    place = firms.establishment()
    undone = firms.load_active(
        state=Load.State.UNDONE,
        activated_at=datetime(2020, 1, 1, tzinfo=UTC),
        undone_at=datetime(2020, 2, 1, tzinfo=UTC),
    )
    firms.spell(place, load=undone, starts_on=date(2015, 1, 1), commune="59512")

    assert register.facts([place.pk], on=date(2020, 6, 1))[place.pk].commune == "59350"
    with clock.at(datetime(2020, 1, 15, tzinfo=UTC)):
        assert register.facts([place.pk], on=date(2020, 6, 1))[place.pk].commune == "59512"


def test_facts_take_the_same_number_of_queries_for_one_firm_and_for_many(
    django_assert_num_queries,
):
    places = [firms.establishment().pk for _ in range(12)]
    is_any_loaded()  # what a process remembers of places is asked once a minute

    with django_assert_num_queries(1):
        assert len(register.facts(places, on=date(2020, 1, 1))) == 12


def test_a_spell_is_never_edited_nor_deleted():
    firms.establishment()

    with pytest.raises(TypeError, match="insert-only"):
        Spell.objects.update(commune="59512")
    with pytest.raises(TypeError, match="insert-only"):
        Spell.objects.all().delete()
