"""What held on a day, as known at an instant: drawn tables of loads and spells, read both ways."""

from datetime import UTC, date, datetime

import pytest

from maillage import register
from maillage.accounts.actors import System
from maillage.kernel import clock
from maillage.places.districts import is_any_loaded
from maillage.register import actions
from maillage.register.knowledge import data_day, known_since, loads_known, loads_stamp
from maillage.register.models import Establishment, Load, Spell
from tests.factories import register as firms

pytestmark = pytest.mark.django_db

# One place. A load a line: known from, undone at, then the spells it wrote (start, state, commune).
DRAWN = """
load  known       undone      spells
1     2019-01-10  -           2010-01-01 A 59350
2     2019-06-10  2019-09-10  2019-05-01 A 59512
3     2019-12-10  -           2019-11-01 F 59350
4     2020-03-10  -           2010-01-01 A 59350, 2019-12-15 F 59350
"""

# As known at an instant, what held on a day; a dash: nothing is known.
READ = """
known       2009-12-31  2010-01-01  2019-05-01  2019-11-01  2019-12-31
2019-01-09  -           -           -           -           -
2019-01-10  -           A 59350     A 59350     A 59350     A 59350
2019-06-09  -           A 59350     A 59350     A 59350     A 59350
2019-06-10  -           A 59350     A 59512     A 59512     A 59512
2019-09-09  -           A 59350     A 59512     A 59512     A 59512
2019-09-10  -           A 59350     A 59350     A 59350     A 59350
2019-12-10  -           A 59350     A 59350     F 59350     F 59350
2020-03-10  -           A 59350     A 59350     A 59350     F 59350
"""


def noon(day):
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)


def cells(line):
    return [cell.strip() for cell in line.split("  ") if cell.strip()]


@pytest.fixture
def told():
    place = firms.establishment(spelled=False)
    for line in DRAWN.strip().splitlines()[1:]:
        _number, known, undone, spells = cells(line)
        gone = {} if undone == "-" else {"state": "undone", "undone_at": noon(undone)}
        load = firms.load_active(staged_at=noon(known), activated_at=noon(known), **gone)
        for spell in spells.split(", "):
            day, state, commune = spell.split()
            firms.spell(
                place, load=load, starts_on=date.fromisoformat(day), state=state, commune=commune
            )
    return place  # fmt: skip


def test_each_day_is_read_as_it_was_known_at_each_instant(told):
    head, *lines = READ.strip().splitlines()
    days = [date.fromisoformat(day) for day in cells(head)[1:]]
    for line in lines:
        known, *expected = cells(line)
        found = [Spell.objects.on(day, noon(known)).first() for day in days]
        answers = [f"{s.state} {s.commune}" if s else "-" for s in found]
        assert answers == expected, known


def test_an_act_takes_the_commune_known_when_it_is_recorded_for_the_day_it_happened(told):
    day = date(2019, 5, 20)
    expected = {"2019-01-10": "59350", "2019-06-10": "59512", "2019-09-10": "59350"}
    for known, commune in expected.items():
        with clock.at(noon(known)):
            assert register.facts([told.pk], on=day)[told.pk].commune == commune


def test_before_any_load_nothing_is_known_of_it(told):
    with clock.at(noon("2019-01-09")):
        assert register.facts([told.pk], on=date(2019, 1, 1)) == {}
        assert not Establishment.objects.known().exists()


def test_the_facts_of_many_firms_and_days_come_in_one_query(told, django_assert_num_queries):
    other = firms.establishment(commune="59512")
    wanted = [(firm.pk, date(2019, month, 1)) for firm in (told, other) for month in (2, 5, 11)]
    is_any_loaded()  # what a process remembers of places is asked once a minute

    with django_assert_num_queries(1):
        found = register.facts_by_day(wanted)

    assert set(found) == set(wanted)
    assert {found[other.pk, date(2019, 2, 1)].commune} == {"59512"}


def test_nobody_asked_costs_no_query(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert register.facts_by_day([]) == {}


def test_an_unknown_start_stays_outside_dated_stocks_and_still_gives_its_facts():
    place = firms.establishment(spell_starts_on=None)

    assert not Spell.objects.on(date(2026, 1, 1)).exists()
    assert Spell.objects.current().get().establishment == place
    assert register.facts([place.pk], on=date(2019, 1, 1))[place.pk].commune == "59350"


@pytest.mark.parametrize(
    ("at", "numbers"),
    [("2019-01-09", []), ("2019-01-10", [0]), ("2019-06-10", [0, 1]), ("2019-09-09", [0, 1]),
     ("2019-09-10", [0]), ("2020-03-10", [0, 2, 3])],
)  # fmt: skip
def test_the_loads_known_at_an_instant(told, at, numbers):
    ids = list(Load.objects.order_by("id").values_list("id", flat=True))

    assert loads_known(noon(at)) == [ids[number] for number in numbers]


def test_the_register_is_known_since_its_first_stock_even_if_it_was_undone():
    assert known_since() is None
    firms.load_active(source="field", activated_at=noon("2018-01-01"), vintage=None)
    assert known_since() is None
    firms.load_active(
        state="undone", vintage=None, activated_at=noon("2019-01-01"), undone_at=noon("2019-02-01")
    )
    firms.load_active(activated_at=noon("2019-03-01"), vintage=date(2019, 2, 28))

    dawn = known_since()

    assert dawn is not None
    assert (dawn.activated_at, dawn.vintage) == (noon("2019-01-01"), date(2019, 1, 1))


def test_the_day_of_the_data_is_that_of_the_newest_stock_known_then():
    firms.load_active(vintage=date(2019, 1, 1), activated_at=noon("2019-01-10"))
    firms.load_active(vintage=date(2019, 6, 1), activated_at=noon("2019-06-10"),
                      state="undone", undone_at=noon("2019-07-10"))  # fmt: skip

    assert data_day(noon("2019-01-01")) is None
    assert data_day(noon("2019-01-10")) == date(2019, 1, 1)
    assert data_day(noon("2019-06-10")) == date(2019, 6, 1)
    assert data_day(noon("2019-07-10")) == date(2019, 1, 1)


def test_the_stamp_of_the_loads_changes_at_each_activation_and_each_undoing_and_only_then():
    stamps = [loads_stamp()]
    staged = Load.objects.create(source="sirene", staged_at=noon("2020-01-01"))
    stamps.append(loads_stamp())
    assert stamps[0] == stamps[1]

    actions.activate(load=staged)
    stamps.append(loads_stamp())
    firms.undo_load(load=staged, by=System("test"))
    stamps.append(loads_stamp())

    assert len(set(stamps)) == 3


def test_names_are_those_everybody_may_read():
    shown = firms.establishment(trade_name="AU PAIN", unit_name="SARL DUPONT")
    hidden = firms.establishment(diffusion="P", unit_diffusion="P")

    places = register.names_of_establishments([shown.pk, hidden.pk])
    units = register.names_of_legal_units([shown.legal_unit_id, hidden.legal_unit_id])

    assert [places[p.pk].label for p in (shown, hidden)] == ["AU PAIN", "Entreprise non diffusible"]
    assert units[shown.legal_unit_id].label == "SARL DUPONT"
    assert units[hidden.legal_unit_id].label == "Entreprise non diffusible"
    assert units[shown.legal_unit_id].key == shown.legal_unit.key


def test_a_spell_is_neither_changed_nor_deleted():
    firms.establishment()

    with pytest.raises(TypeError, match="insert-only"):
        Spell.objects.all().update(state="F")
    with pytest.raises(TypeError, match="undo their load"):
        Spell.objects.all().delete()
