"""What past acts do to figures: counted on their day, known from the load on, gone when it is undone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import figures, ledger
from maillage.accounts.actors import System
from maillage.accounts.roles import Role
from maillage.figures import Filter, Question
from maillage.intake import actions, loading
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.ledger import past
from maillage.ledger.kind import find
from maillage.ledger.models import Act, PastAct
from maillage.ledger.past import PastFacts
from tests.factories import accounts, intake as made, places, register as firms
from tests.intake import files

pytestmark = pytest.mark.django_db

HEADER = ["N°", "Date", "SIRET", "Entreprise", "Commune", "Résultat", "Besoin"]
BEFORE = datetime(2020, 6, 1, 7, 0, tzinfo=UTC)
LOADED = datetime(2020, 6, 15, 7, 0, tzinfo=UTC)
UNDONE = datetime(2020, 6, 20, 7, 0, tzinfo=UTC)
AFTER = datetime(2020, 6, 30, 7, 0, tzinfo=UTC)
IN_2019 = Period.parse("2019")
EVERYTHING = System("a test reads everything")


def visited(at: datetime) -> tuple[object, int]:
    """How many firms were visited in 2019, as known at an instant, and how many its list opens."""
    question = Question("outreach.firms_prospected", Filter(), IN_2019)
    (answer,) = figures.answer([question], at=at)
    return answer.value, len(figures.records(question, EVERYTHING, at=at).records)


@pytest.fixture
def world():
    """A chamber's manager and three firms of Lille."""
    places.places_loaded()
    manager = accounts.actor(Role.SERVICE_MANAGER, accounts.organisation(name="CMA"))
    return manager, [firms.establishment() for _ in range(3)]


def told(establishment, day: str = "02/05/2019", number: int = 1) -> list[object]:
    return [number, day, establishment.siret, "", "", "Visite faite", ""]


def load_of(manager, rows):
    content = files.as_csv([HEADER, *rows])
    return made.applied(content, source="past_acts", name="v.csv", by=manager, mapping=made.MAPPING)


def test_a_figure_of_last_year_counts_them_from_the_load_on_and_not_before(world):
    manager, known = world
    with clock.at(LOADED):
        load_of(manager, [told(one) for one in known])

    with clock.at(AFTER):
        assert visited(BEFORE) == (0, 0)
        assert visited(LOADED) == (3, 3)
        assert visited(AFTER) == (3, 3)


def test_two_visits_of_one_firm_are_two_acts_and_one_firm(world):
    manager, known = world
    with clock.at(LOADED):
        load_of(manager, [told(known[0]), told(known[0], "03/06/2019", 2)])

    with clock.at(AFTER):
        assert visited(AFTER) == (1, 1)
    assert Act.objects.unscoped(reason="test").count() == 2


def test_an_undone_load_leaves_the_figures_of_its_days_as_they_were(world):
    manager, known = world
    with clock.at(LOADED):
        load = load_of(manager, [told(one) for one in known])
    with clock.at(UNDONE):
        loading.undo(actions.undo_load(load=load, because="Mauvaise année", by=manager))

    with clock.at(AFTER):
        assert visited(AFTER) == (0, 0)
        assert visited(UNDONE) == (0, 0)
        assert visited(LOADED) == (3, 3)
    assert ledger.verify().is_valid


def test_a_day_outside_the_period_is_not_counted(world):
    manager, known = world
    with clock.at(LOADED):
        load_of(
            manager,
            [
                told(known[0], "31/12/2018"),
                told(known[1], "01/01/2019"),
                told(known[2], "31/12/2019"),
            ],
        )

    with clock.at(AFTER):
        assert visited(AFTER) == (2, 2)


def test_an_act_taken_over_knows_the_neighbourhood_of_its_day(world):
    manager, _known = world
    inside = firms.establishment(lon=3.025, lat=50.625)
    outside = firms.establishment(lon=3.2, lat=50.625)
    made.applied(made.features("Moulins"))
    with clock.at(LOADED):
        load_of(manager, [told(inside), told(outside)])

    acts = Act.objects.unscoped(reason="test").order_by("id")
    assert list(acts.values_list("in_qpv", flat=True)) == [True, False]
    assert ledger.verify().is_valid


VISIT, NEED = "outreach.visit_done", "outreach.need_expressed"
FACTS = st.builds(
    lambda kind, day, firm, theme, reference: (kind, day, firm, theme, reference),
    st.sampled_from([VISIT, NEED]),
    st.dates(date(2018, 1, 1), date(2019, 12, 31)),
    st.integers(0, 2),
    st.sampled_from(["", "digital", "energy"]),
    st.sampled_from(["", "a", "b"]),
)


def facts_of(rows, known) -> list[PastFacts]:
    """Facts without the repetitions that an importer refuses."""
    found = {}
    for line, (kind, day, firm, theme, reference) in enumerate(rows, 1):
        one = PastFacts(
            kind=find(kind),
            occurred_on=day,
            line=line,
            establishment=known[firm].pk,
            theme=theme,
            reference=reference,
        )
        found.setdefault(one.fingerprint, one)
    return list(found.values())


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.lists(FACTS, max_size=8), second=st.lists(FACTS, max_size=8))
def test_whatever_two_files_say_each_act_is_taken_over_once(first, second, world, db_rollback):
    manager, known = world
    with db_rollback(), clock.at(AFTER):
        loads = [made.past_load(manager.organisation, state="active") for _ in range(2)]
        one, other = facts_of(first, known), facts_of(second, known)
        expected = {f.fingerprint for f in (*one, *other)}

        counts = [
            past.take_over(load=load.pk, facts=facts, person=None, by=manager)
            for load, facts in zip(loads, (one, other), strict=True)
        ]

        assert sum(counts) == len(expected)
        assert past.take_over(load=loads[1].pk, facts=other, person=None, by=manager) == 0
        standing = Act.objects.unscoped(reason="test").effective()
        assert standing.count() == len(expected)
        while past.cancel_some(load=loads[0].pk, by=manager):
            pass
        assert standing.count() == counts[1]
        assert PastAct.objects.unscoped(reason="test").filter(undone_at=None).count() == counts[1]
        assert ledger.verify().is_valid


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({}, True),
        ({"line": 99}, True),
        ({"occurred_on": date(2019, 5, 3)}, False),
        ({"theme": "energy"}, False),
        ({"establishment": 2}, False),
        ({"amount_cents": 1}, False),
        ({"jobs_milli_fte": 1}, False),
        ({"quantity": 1}, False),
        ({"reference": "x"}, False),
        ({"commune": "59350"}, False),
    ],
)
def test_an_act_is_the_same_when_it_says_the_same_wherever_it_stands(changed, same):
    told_once = {
        "kind": find(VISIT),
        "occurred_on": date(2019, 5, 2),
        "line": 1,
        "establishment": 1,
    }
    one, other = PastFacts(**told_once), PastFacts(**(told_once | changed))

    assert (one.fingerprint == other.fingerprint) is same


def test_the_only_organisation_keeps_past_acts_unless_one_is_named():
    assert past.keeper_named("") is None
    alone = accounts.organisation(name="Seule")
    assert past.keeper_named("") == alone
    accounts.organisation(name="Autre")
    assert past.keeper_named("") is None
    assert past.keeper_named("Seule") == alone
    assert past.keeper_named("Personne") is None
