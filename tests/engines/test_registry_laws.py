"""What holds of every figure the product declares, read together on one small story of every kind."""

from __future__ import annotations

from datetime import date, timedelta
from statistics import median

import pytest

from maillage import figures, ledger
from maillage.accounts.actors import System
from maillage.figures import Filter, Median, Question, Rate
from maillage.figures.answers import sides
from maillage.figures.relations import RELATIONS
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from tests.engines import oracle
from tests.factories import places, register
from tests.spec.drawn import draw, noon

pytestmark = pytest.mark.django_db
SYSTEM = System("a law reads everything")
YEAR = Period.parse("2020")
AT = noon("2021-06-30")
#: What each figure needs beside nothing to be split by some dimensions.
WIDE = {"sector": Filter(territory="mel"), "axis": Filter(schemes=("convention:none",))}

EVERY = [d for d in figures.REGISTRY.all() if d.owner != "tests"]
MEDIANS = [d for d in EVERY if isinstance(d, Median)]
COUNTS = [d for d in EVERY if not isinstance(d, Rate | Median)]
RATES = [d for d in EVERY if isinstance(d, Rate)]
OF_ACTS = [d for d in COUNTS if d.relation == "acts"]
NAMES = {"ids": lambda definition: definition.reference}

DONE = {"outreach.visit_done", "outreach.call_done"}
OUTCOMES = ("done", "absent", "refused", "unreachable", "closed_down", "wrong_address")
CLOSED = {f"outreach.{mode}_{outcome}" for mode in ("visit", "call") for outcome in OUTCOMES}
LENDING = {"cohorts.loan_granted", "cohorts.guarantee_granted"}
STEPS = LENDING | {
    f"cohorts.{step}"
    for step in (
        "person_welcomed",
        "person_supported",
        "activity_tried",
        "activity_created",
        "job_found",
    )
}
TOLD_BY_LISTS = {"cohorts.person", "cohorts.line"}
# Written from the words of each indicator, by hand: none of this is read from its declaration.
RULES = {
    "outreach.firms_prospected": oracle.Rule(
        lambda act: act.kind in DONE and bool(act.segments & oracle.CRAFT),
        lambda act: act.legal_unit_id,
    ),
    "outreach.attempts_done": oracle.Rule(lambda act: act.kind in DONE, lambda act: act.id),
    "outreach.attempts_closed": oracle.Rule(lambda act: act.kind in CLOSED, lambda act: act.id),
    "needs.needs_expressed": oracle.Rule(
        lambda act: act.kind.endswith("need_expressed"), lambda act: act.id
    ),
    "needs.needs_heard_at_visits": oracle.Rule(
        lambda act: act.kind == "outreach.need_expressed", lambda act: act.id
    ),
    "needs.referrals_sent": oracle.Rule(
        lambda act: act.kind == "needs.referral_sent", lambda act: act.id
    ),
    "diagnoses.passes_done": oracle.Rule(
        lambda act: act.kind == "diagnoses.pass_done", lambda act: act.id
    ),
    "diagnoses.firms_diagnosed": oracle.Rule(
        lambda act: act.kind == "diagnoses.pass_done", lambda act: act.legal_unit_id
    ),
    "diagnoses.firms_seen_again": oracle.Rule(
        lambda act: act.kind == "diagnoses.progress_measured", lambda act: act.legal_unit_id
    ),
    "diagnoses.steps_done": oracle.Rule(
        lambda act: act.kind == "diagnoses.step_done", lambda act: act.id
    ),
    "conventions.commitments": oracle.Rule(
        lambda act: act.kind == "conventions.commitment_made",
        lambda act: act.id,
        lambda act: act.amount_cents,
    ),
    "conventions.payments": oracle.Rule(
        lambda act: act.kind == "conventions.payment_made",
        lambda act: act.id,
        lambda act: act.amount_cents,
    ),
    "needs.entry_referrals": oracle.Rule(
        lambda act: act.kind == "needs.referral_sent" and act.scheme.startswith("entry:"),
        lambda act: act.id,
    ),
    "needs.entry_helped": oracle.Rule(
        lambda act: act.kind == "needs.referral_closed_helped" and act.scheme.startswith("entry:"),
        lambda act: act.id,
    ),
    "outreach.visits_called_back": oracle.Rule(
        lambda act: act.kind in {"outreach.control_confirmed", "outreach.control_not_confirmed"},
        lambda act: act.id,
    ),
    "outreach.visits_confirmed": oracle.Rule(
        lambda act: act.kind == "outreach.control_confirmed", lambda act: act.id
    ),
    "desks.sessions_held": oracle.Rule(
        lambda act: act.kind == "desks.session_held", lambda act: act.id
    ),
    "desks.minutes_held": oracle.Rule(
        lambda act: act.kind == "desks.session_held",
        lambda act: act.id,
        lambda act: act.quantity or 0,
    ),
    "desks.welcomes": oracle.Rule(
        lambda act: act.kind in {"desks.firm_welcomed", "desks.project_welcomed"},
        lambda act: act.id,
    ),
    "desks.firms_welcomed": oracle.Rule(
        lambda act: act.kind == "desks.firm_welcomed", lambda act: act.legal_unit_id
    ),
    "desks.projects_met": oracle.Rule(
        lambda act: act.kind == "desks.project_welcomed", lambda act: act.source_key
    ),
    "desks.young_people_reached": oracle.Rule(
        lambda act: act.kind == "desks.youth_met",
        lambda act: act.id,
        lambda act: act.quantity or 0,
    ),
    "desks.sessions_in_qpv": oracle.Rule(
        lambda act: act.kind == "desks.session_held" and act.in_qpv is True, lambda act: act.id
    ),
    "desks.welcomes_from_qpv": oracle.Rule(
        lambda act: (
            act.in_qpv is True and act.kind in {"desks.firm_welcomed", "desks.project_welcomed"}
        ),
        lambda act: act.id,
    ),
    "desks.young_people_in_qpv": oracle.Rule(
        lambda act: act.kind == "desks.youth_met" and act.in_qpv is True,
        lambda act: act.id,
        lambda act: act.quantity or 0,
    ),
    # Told of persons by lists alone: what is recorded otherwise is no line of theirs.
    "cohorts.steps_without_person": oracle.Rule(
        lambda act: act.kind in STEPS and act.source_model == "cohorts.line", lambda act: act.id
    ),
    "cohorts.loans": oracle.Rule(
        lambda act: act.kind in LENDING and act.source_model in TOLD_BY_LISTS, lambda act: act.id
    ),
    "cohorts.amount_lent": oracle.Rule(
        lambda act: act.kind in LENDING and act.source_model in TOLD_BY_LISTS,
        lambda act: act.id,
        lambda act: act.amount_cents or 0,
    ),
}


def story() -> str:
    """Two acts of every kind of the field, at both ends of the year and out of it, some cancelled."""
    told = [
        "kind | day | firm | by | commune | scheme | euros | funder | quantity | qpv | source | recorded"
    ]
    names = [
        n
        for n in ledger.kinds()
        if n.startswith(("outreach.", "needs.", "diagnoses.", "desks.", "events.", "cohorts."))
        or n.endswith("_made")
    ]
    days = ["2020-01-01", "2020-12-31", "2019-12-31", "2021-01-01", "2020-05-08"]
    for rank, name in enumerate(n for n in names if not n.startswith("tests.")):
        for turn in (0, 1):
            day = days[(rank + turn) % len(days)]
            firm = "ABCDEF"[(rank + turn) % 6]
            where = ("59350", "59512", "62498")[rank % 3]
            near = ("yes", "no", "")[(rank + turn) % 3]
            near = near if ledger.kinds()[name].subject == "none" else ""
            late = "2021-03-01" if (rank + turn) % 7 == 0 else ""
            source = ("cohorts.person", "cohorts.line", "")[(rank + turn) % 3]
            source = source if name.startswith("cohorts.") else ""
            told.append(
                f"{name} | {day} | {firm} | {'cma' if rank % 2 else 'mel'} | {where}"
                f" | campaign:1 | {rank + 0.5} | epf | {rank + turn + 1} | {near} | {source} | {late}"
            )
    told += [f"~{rank} | | | | | | | | | | | 2021-04-01" for rank in (2, 9, 16, 30)]
    return "\n".join(told)


@pytest.fixture
def world():
    load = register.load_active(
        vintage=date(2019, 1, 1), activated_at=noon("2019-01-02"), staged_at=noon("2019-01-02")
    )
    register.establishment(spell_load=load)
    places.places_loaded()
    with clock.at(AT):
        yield draw(story())


def ask(questions, at=AT):
    with clock.at(noon("2022-01-01")):
        return figures.answer(questions, at, cached=False)


def every(definitions, period=YEAR, at=AT, **kept):
    return ask([Question(d.reference, Filter(**kept), period) for d in definitions], at)


def test_every_figure_of_acts_has_its_words_written_a_second_time():
    assert {definition.code for definition in OF_ACTS} == RULES.keys()


INSTANTS = ("2019-06-01", "2020-01-01", "2021-02-28", "2021-03-31", "2021-05-01")


def test_every_figure_of_acts_is_what_the_slow_engine_finds_at_each_instant(world):
    acts = list(Act.objects.unscoped(reason="the oracle reads every row"))
    for at in map(noon, INSTANTS):
        for period in (YEAR, Period.parse("2019..2021"), Period.parse("2018")):
            for answer in every(OF_ACTS, period, at):
                rule = RULES[answer.definition.code]
                units = oracle.units(rule, acts, at=at, start=period.start, end=period.end)
                assert answer.value == oracle.value(rule, units), (answer.definition.code, at)
                assert answer.n == len(units)


def test_every_figure_of_acts_keeps_the_communes_the_slow_engine_keeps(world):
    acts = list(Act.objects.unscoped(reason="the oracle reads every row"))
    for communes in ({"59350"}, {"59350", "62498"}, {"00000"}):
        for answer in every(OF_ACTS, communes=sorted(communes)):
            rule = RULES[answer.definition.code]
            units = oracle.units(
                rule, acts, at=AT, start=YEAR.start, end=YEAR.end, communes=frozenset(communes)
            )
            assert (answer.value, answer.n) == (oracle.value(rule, units), len(units))


def test_every_count_opens_onto_as_many_records_as_it_says(world):
    for answer in every(COUNTS):
        listed = list(figures.every_record(answer.question, SYSTEM, at=AT))
        if answer.value is None:  # the register does not reach far enough: nothing is listed either
            assert (listed, answer.n) == ([], None), answer.definition.reference
            assert answer.note
            continue
        assert len(listed) == answer.n, answer.definition.reference
        assert len({record.unit for record in listed}) == len(listed)
        whole = sum(r.amount for r in listed) if answer.definition.measure else len(listed)
        assert whole == answer.value


def test_every_median_opens_onto_what_it_is_the_middle_of(world):
    for answer in every(MEDIANS):
        listed = [r.amount for r in figures.every_record(answer.question, SYSTEM, at=AT)]
        assert answer.value == (median(listed) if listed else None)
        assert (answer.n, answer.overlap) == (len(listed), 0)


def test_every_record_of_a_figure_of_acts_names_the_acts_that_made_it_count(world):
    known = {str(act.key): act for act in world.acts}
    for answer in every(OF_ACTS):
        for record in figures.every_record(answer.question, SYSTEM, at=AT):
            assert record.acts
            for behind in record.acts:
                act = known[behind.key]
                assert act.kind in answer.definition.kinds
                assert YEAR.start <= act.occurred_on <= YEAR.end
                assert act.reverses_id is None


def test_every_rate_is_its_two_lists_one_over_the_other_and_na_over_nothing(world):
    for at in (AT, noon("2019-06-01")):
        for answer in every(RATES, at=at):
            tops = [
                ask([Question(s.reference, answer.question.filter.taking(t), YEAR)], at)[0].value
                for s, t in sides(answer.definition)
            ]
            assert [answer.numerator, answer.denominator] == tops
            assert (answer.value is None) == (not answer.denominator)
            if answer.denominator and answer.definition.unit == "ratio":
                assert answer.value == pytest.approx(answer.numerator / answer.denominator)


@pytest.mark.parametrize("definition", EVERY, **NAMES)
def test_the_parts_of_every_breakdown_make_the_whole_or_tell_their_overlap(world, definition):
    for by in definition.dimensions:
        (answer,) = ask([Question(definition.reference, WIDE.get(by, Filter()), YEAR, by)])
        assert len({group.key for group in answer.groups}) == len(answer.groups)
        if isinstance(definition, Rate):
            for group in answer.groups:
                assert (group.value is None) == (not group.denominator)
            continue
        if isinstance(definition, Median):
            assert all((group.value is None) == (group.n == 0) for group in answer.groups)
            continue
        assert all(group.value is not None and group.n >= 0 for group in answer.groups)
        if answer.groups:
            assert sum(g.value for g in answer.groups) == answer.value + answer.overlap
        if by in {"commune", "organisation", "counterpart", "kind"} and definition.key == "id":
            assert answer.overlap == 0


def test_a_subset_never_exceeds_its_base_at_any_instant(world):
    pairs = [(d, figures.get(d.subset_of)) for d in COUNTS if d.subset_of]
    assert pairs
    for at in map(noon, INSTANTS):
        for subset, base in pairs:
            small, large = every([subset, base], at=at)
            if large.value is None:  # what is not known of the whole is not known of a part
                assert small.value is None
                continue
            assert 0 <= small.value <= large.value
            inside = {r.unit for r in figures.every_record(small.question, SYSTEM, at=at)}
            assert inside <= {r.unit for r in figures.every_record(large.question, SYSTEM, at=at)}


def test_what_was_known_stays_known_whatever_is_recorded_afterwards(world):
    before = [[(a.value, a.n) for a in every(EVERY, at=noon(at))] for at in INSTANTS]
    head, *lines = (line for line in story().splitlines() if not line.startswith("~"))
    later = [f"{line.rpartition('|')[0]}| 2021-12-30" for line in lines]
    with clock.at(noon("2021-12-31")):
        draw("\n".join([head, *later, "~1 | | | | | | | | | | | 2021-12-30"]), world)
    assert [[(a.value, a.n) for a in every(EVERY, at=noon(at))] for at in INSTANTS] == before


def test_an_act_and_its_cancellation_leave_every_figure_as_it_was(world):
    before = [(a.value, a.n) for a in every(EVERY)]
    known = len(world.acts)
    added = story().splitlines()
    added = [line for line in added if not line.startswith("~")]
    with clock.at(AT):
        draw("\n".join(added), world)
        more = range(known + 1, len(world.acts) + 1)
        draw("\n".join([added[0], *(f"~{n} | | | | | | | | | | 2021-06-30" for n in more)]), world)
    assert [(a.value, a.n) for a in every(EVERY, at=AT + timedelta(minutes=1))] == before


def test_figures_read_together_say_what_each_says_alone(world):
    together = [(a.value, a.n, a.note) for a in every(EVERY)]
    assert together == [(a.value, a.n, a.note) for d in EVERY for a in every([d])]


def test_every_figure_says_which_rule_it_followed_as_of_when_and_at_the_end_of_which_day(world):
    for answer in every(EVERY):
        assert answer.definition is figures.get(answer.question.pinned().indicator)
        assert (answer.as_of, answer.end) == (AT, date(2020, 12, 31))
        assert answer.definition.words.fr != answer.definition.words.en


def test_before_the_register_was_loaded_what_reads_it_is_unknown_and_never_zero(world):
    reading = {
        d.reference
        for d in EVERY
        for side in ([s for s, _ in sides(d)] if isinstance(d, Rate) else [d])
        if side.relation == "establishments"
    }
    for answer in every(EVERY, at=noon("2018-06-01"), period=Period.parse("2018")):
        if answer.definition.reference in reading:
            assert (answer.value, answer.n) == (None, None)
            assert "2019-01-02" in answer.note.fr
            assert "2019-01-02" in answer.note.en


def test_every_relation_is_read_by_a_figure():
    read = {definition.relation for definition in COUNTS}
    assert read == RELATIONS.keys()
