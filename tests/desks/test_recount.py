"""Each figure of desks against a slow recount in plain Python of the records themselves, whatever was done to them.

Two organisations of two places each welcome five firms and five people with a project, in an order that is drawn;
welcomes are cancelled, steps taken back, firms linked and unlinked. Nothing here reads an act.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypedDict

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import figures
from maillage.accounts.actors import Actor
from maillage.desks import actions
from maillage.desks.actions import Leader
from maillage.desks.models import Awareness, Place, Project, Session, Step, Welcome
from maillage.desks.vocabulary import Reason
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.kernel.periods import Period
from maillage.register.models import Establishment
from maillage.register.segments import EMPLOYER
from tests.factories import accounts, desks as make, register

pytestmark = pytest.mark.django_db
YEAR = Period.parse("2020")
FIRST, SECOND = (
    clock.parse_instant("2022-01-25T18:00"),
    clock.parse_instant("2022-01-28T18:00"),
)
COMMUNES = (make.LILLE, "59512")
PURPOSES = ("first_hire", "premises", "start_up")
DAYS = (date(2020, 2, 3), date(2020, 3, 2), date(2020, 5, 4), date(2019, 12, 30))
#: Whether and when each firm first employed somebody: before, in time, a day too late, on the last day, never.
EMPLOYED = (date(2019, 1, 1), date(2020, 9, 1), date(2021, 5, 5), date(2021, 2, 3), None)
STAGES = ("support", "creation", "loan")
Kept = Callable[[], AbstractContextManager[None]]


@dataclass
class World:
    """Who welcomes whom, and where."""

    people: list[Actor]
    places: list[list[Place]]
    firms: list[Establishment]
    born: Establishment
    mornings: dict[tuple[int, int, date], Session] = field(default_factory=dict)
    projects: dict[tuple[int, int], Project] = field(default_factory=dict)

    def morning(self, at: int, where: int, day: date) -> Session:
        """The session of a place on a day, planned when it is first needed."""
        wanted = (at, where, day)
        if wanted not in self.mornings:
            self.mornings[wanted] = make.session(self.people[at], self.places[at][where], day)
        return self.mornings[wanted]


@pytest.fixture
def world() -> Iterator[World]:
    """The register is read until the end of January 2022, so that cohorts of 2020 are observed."""
    with clock.at(FIRST):
        people = [accounts.actor(), accounts.actor()]
        places = [
            [
                make.place(one.organisation, name=name, commune=commune)
                for name, commune in zip(("Alma", "Moulins"), COMMUNES, strict=True)
            ]
            for one in people
        ]
        firms = [register.establishment(size_band="00") for _ in EMPLOYED]
        newest = register.load_active(
            vintage=date(2022, 1, 16), activated_at=clock.parse_instant("2022-01-21T12:00")
        )
        for firm, day in zip(firms, EMPLOYED, strict=True):
            if day is not None:
                register.spell(firm, load=newest, starts_on=day, segments=EMPLOYER.mask)
        born = register.establishment(created_on=date(2020, 6, 2))
        yield World(people, places, firms, born)


@dataclass(frozen=True)
class Deed:
    """Something done by an organisation (0, 1) at a place (0, 1) about somebody (0 to 4), on a day."""

    what: str
    at: int
    where: int
    who: int
    day: int
    how: int


def _welcome(world: World, deed: Deed) -> None:
    held = world.morning(deed.at, deed.where, DAYS[deed.day])
    themes = ("first_hire",) if deed.how == 1 else ()
    minutes = (deed.who + 1) * 5
    make.welcome(held, world.firms[deed.who], PURPOSES[deed.how], *themes, minutes=minutes)


def _meet(world: World, deed: Deed) -> None:
    held = world.morning(deed.at, deed.where, DAYS[deed.day])
    known = world.projects.get((deed.at, deed.who))
    elsewhere = world.projects.get((1 - deed.at, deed.who))
    card = elsewhere.pseudonym if elsewhere and deed.who % 2 else ""
    told = Leader(name=f"Person {deed.who}", commune=COMMUNES[deed.who % 2], pseudonym=card)
    found = actions.welcome_leader(
        session=held,
        facts=make.facts("start_up"),
        by=world.people[deed.at],
        project=known,
        leader=None if known else told,
    )
    assert found.project is not None
    world.projects[deed.at, deed.who] = found.project


def _hold(world: World, deed: Deed) -> None:
    held = world.morning(deed.at, deed.where, DAYS[deed.day])
    actions.hold_session(session=held, by=world.people[deed.at])


def _young(world: World, deed: Deed) -> None:
    make.young(
        world.people[deed.at],
        world.places[deed.at][deed.where],
        day=DAYS[deed.day],
        young=10 * (deed.who + 1),
    )


def _step(world: World, deed: Deed) -> None:
    if met := world.projects.get((deed.at, deed.who)):
        actions.note_step(
            project=met, stage=STAGES[deed.how], on=DAYS[deed.day], by=world.people[deed.at]
        )


def _link(world: World, deed: Deed) -> None:
    if met := world.projects.get((deed.at, deed.who)):
        actions.link_project(project=met, establishment=world.born, by=world.people[deed.at])


def _unlink(world: World, deed: Deed) -> None:
    if met := world.projects.get((deed.at, deed.who)):
        actions.unlink_project(project=met, by=world.people[deed.at])


def _cancel(world: World, deed: Deed) -> None:
    own = Welcome.objects.owned_by(world.people[deed.at]).standing().order_by("pk")
    if (found := own.first()) is not None:
        actions.cancel_welcome(welcome=found, reason=Reason.TWICE, by=world.people[deed.at])


def _take_back(world: World, deed: Deed) -> None:
    own = Step.objects.visible_to(world.people[deed.at]).standing().order_by("pk")
    if (found := own.first()) is not None:
        actions.take_back_step(step=found, by=world.people[deed.at])


def _correct(world: World, deed: Deed) -> None:
    own = Welcome.objects.owned_by(world.people[deed.at]).standing().order_by("pk")
    found = own.filter(establishment__isnull=False).last()
    if found is not None:
        actions.correct_welcome(
            welcome=found,
            facts=make.facts(PURPOSES[deed.how], minutes=7),
            reason=Reason.LEARNED,
            version=found.version,
            by=world.people[deed.at],
        )


def _young_gone(world: World, deed: Deed) -> None:
    own = Awareness.objects.owned_by(world.people[deed.at]).standing().order_by("pk")
    if (found := own.first()) is not None:
        actions.cancel_awareness(told=found, reason=Reason.TWICE, by=world.people[deed.at])


def _morning_gone(world: World, deed: Deed) -> None:
    if held := world.mornings.get((deed.at, deed.where, DAYS[deed.day])):
        actions.cancel_session(session=held, reason="away", by=world.people[deed.at])
        del world.mornings[deed.at, deed.where, DAYS[deed.day]]


DEEDS: dict[str, Callable[[World, Deed], None]] = {
    "welcome": _welcome,
    "meet": _meet,
    "hold": _hold,
    "young": _young,
    "step": _step,
    "link": _link,
    "unlink": _unlink,
    "cancel": _cancel,
    "correct": _correct,
    "take back": _take_back,
    "young gone": _young_gone,
    "morning gone": _morning_gone,
}
#: What adds is drawn more often than what takes away.
OFTEN = ("welcome", "welcome", "meet", "meet", "step", *DEEDS)
deeds = st.lists(
    st.builds(
        Deed,
        st.sampled_from(OFTEN),
        st.integers(0, 1),
        st.integers(0, 1),
        st.integers(0, 4),
        st.integers(0, 3),
        st.integers(0, 2),
    ),
    min_size=3,
    max_size=14,
)


def play(world: World, story: Iterable[Deed]) -> None:
    """Do it all; what the product refuses is not done."""
    for deed in story:
        with suppress(Conflict, Invalid):
            DEEDS[deed.what](world, deed)


# The recount


@dataclass(frozen=True)
class Fact:
    """One thing that counts: how much of it, of whom, and the parts it belongs to."""

    unit: object
    amount: int = 1
    desk: str = ""
    commune: str = ""
    month: str = ""
    organisation: str = ""
    theme: str = ""
    stage: str = ""


Facts = list[Fact]


class Said(TypedDict):
    """The parts that a place and a day belong to."""

    desk: str
    commune: str
    month: str
    organisation: str


def _said(place: Place, day: date) -> Said:
    return {
        "desk": place.scheme,
        "commune": place.commune,
        "month": f"{day:%Y-%m}",
        "organisation": str(place.organisation_id),
    }


def _in_year(day: date) -> bool:
    return YEAR.start <= day <= YEAR.end


def _mornings() -> Facts:
    rows = Session.objects.unscoped(reason="recount").select_related("place__organisation")
    return [
        Fact(one.pk, one.minutes, **_said(one.place, one.day))
        for one in rows
        if one.held_at and not one.cancelled_at and _in_year(one.day)
    ]


def _came() -> list[Welcome]:
    rows = Welcome.objects.unscoped(reason="recount").select_related(
        "session__place__organisation", "establishment__legal_unit", "project"
    )
    return [one for one in rows if not one.cancelled_at and _in_year(one.session.day)]


def _firms(unit: Callable[[Welcome], object]) -> Facts:
    facts = []
    for one in _came():
        if one.establishment is not None:
            said = _said(one.session.place, one.session.day)
            said["commune"] = one.establishment.commune
            facts.append(Fact(unit(one), theme=one.purpose, **said))
    return facts


def _leaders(unit: Callable[[Welcome], object]) -> Facts:
    facts = []
    for one in _came():
        if one.project is not None:
            said = _said(one.session.place, one.session.day)
            said["commune"] = one.project.commune
            facts.append(Fact(unit(one), theme=one.purpose, **said))
    return facts


def _told_young() -> Facts:
    rows = Awareness.objects.unscoped(reason="recount").select_related("place__organisation")
    return [
        Fact(one.pk, one.young, **_said(one.place, one.day))
        for one in rows
        if not one.cancelled_at and _in_year(one.day)
    ]


def _stages() -> list[tuple[Project, str, date]]:
    """Each stage that each organisation knows a project to have reached, with its day."""
    found = []
    for project in Project.objects.unscoped(reason="recount").select_related(
        "organisation", "establishment"
    ):
        found += [
            (project, "1_welcome", one.session.day)
            for one in project.welcomes.select_related("session")
            if not one.cancelled_at
        ]
        codes = {"support": "2_support", "creation": "3_creation", "loan": "4_loan"}
        found += [
            (project, codes[one.stage], one.on)
            for one in project.steps.all()
            if not one.cancelled_at and not (project.establishment and one.stage == "creation")
        ]
        if project.establishment is not None and project.establishment.created_on is not None:
            found.append((project, "3_creation", project.establishment.created_on))
    return found


def _funnel(*, created: bool) -> Facts:
    entered: dict[str, date] = {}
    became: set[str] = set()
    for project, stage, day in _stages():
        entered[project.pseudonym] = min(entered.get(project.pseudonym, day), day)
        if stage == "3_creation":
            became.add(project.pseudonym)
    return [
        Fact(
            project.pseudonym,
            stage=stage,
            organisation=str(project.organisation_id),
        )
        for project, stage, _day in _stages()
        if _in_year(entered[project.pseudonym]) and (not created or project.pseudonym in became)
    ]


def _first_hires(world: World, *, hired: bool) -> Facts:
    """A welcome about a first hire, or a need of one heard at it, at a firm that did not employ yet."""
    first = {firm.pk: day for firm, day in zip(world.firms, EMPLOYED, strict=True)}
    facts = []
    for one in _came():
        if one.establishment is None or "first_hire" not in {one.purpose, *one.themes}:
            continue
        day, hires = one.session.day, first[one.establishment.pk]
        if hires is not None and hires <= day:
            continue
        soon = hires is not None and hires <= day.replace(year=day.year + 1)
        if soon or not hired:
            said = _said(one.session.place, day)
            said["commune"] = one.establishment.commune
            facts.append(Fact(one.establishment.legal_unit_id, **said))
    return facts


def recount(world: World) -> dict[str, Facts]:
    """Each figure as the list of what it counts."""
    ones = _firms(lambda one: one.pk) + _leaders(lambda one: one.pk)
    hours = _mornings()
    return {
        "desks.sessions_held": [
            Fact(one.unit, 1, one.desk, one.commune, one.month, one.organisation) for one in hours
        ],
        "desks.minutes_held": hours,
        "desks.welcomes": ones,
        "desks.firms_welcomed": _firms(lambda one: one.establishment.legal_unit_id),  # type: ignore[union-attr]
        "desks.projects_met": _leaders(lambda one: one.project.pseudonym),  # type: ignore[union-attr]
        "desks.young_people_reached": _told_young(),
        "desks.support_funnel": _funnel(created=False),
        "desks.projects_created": _funnel(created=True),
        "desks.first_hire_served": _first_hires(world, hired=False),
        "desks.first_hires_made": _first_hires(world, hired=True),
    }


SUMMED = ("desks.minutes_held", "desks.young_people_reached")
CODES = (
    "desks.sessions_held",
    "desks.minutes_held",
    "desks.welcomes",
    "desks.firms_welcomed",
    "desks.projects_met",
    "desks.young_people_reached",
    "desks.support_funnel",
    "desks.projects_created",
    "desks.first_hire_served",
    "desks.first_hires_made",
)
#: A firm or a project may be in several parts; an act, an hour or somebody young is in one.
WHOLE = (
    "desks.sessions_held",
    "desks.minutes_held",
    "desks.welcomes",
    "desks.young_people_reached",
)


def value(code: str, facts: Iterable[Fact]) -> int:
    """The number that these make: a sum, or how many different units."""
    kept = list(facts)
    return sum(one.amount for one in kept) if code in SUMMED else len({one.unit for one in kept})


def values(world: World) -> dict[str, int]:
    return {code: value(code, facts) for code, facts in recount(world).items()}


def asked(at: datetime | None = None) -> dict[str, int]:
    """The same numbers, as the engine gives them."""
    questions = [figures.Question(code, period=YEAR) for code in CODES]
    answers = figures.answer(questions, at=at, cached=False)
    return {code: int(one.value or 0) for code, one in zip(CODES, answers, strict=True)}


LAW = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@LAW
@given(story=deeds)
def test_each_figure_is_what_its_records_add_up_to(
    world: World, db_rollback: Kept, story: list[Deed]
) -> None:
    with db_rollback(), clock.at(FIRST):
        world.mornings, world.projects = {}, {}
        play(world, story)
        assert asked() == values(world)


@LAW
@given(story=deeds)
def test_each_part_is_what_its_own_records_add_up_to(
    world: World, db_rollback: Kept, story: list[Deed]
) -> None:
    splits = [(code, by) for code in CODES for by in split_by(code)]
    with db_rollback(), clock.at(FIRST):
        world.mornings, world.projects = {}, {}
        play(world, story)
        facts = recount(world)
        questions = [figures.Question(code, period=YEAR, by=by) for code, by in splits]
        for (code, by), answer in zip(splits, figures.answer(questions, cached=False), strict=True):
            parts: dict[str, Facts] = defaultdict(list)
            for one in facts[code]:
                parts[getattr(one, by)].append(one)
            told = {group.key: int(group.value or 0) for group in answer.groups if group.value}
            assert told == {key: value(code, of) for key, of in parts.items()}, (code, by)
            assert (answer.overlap == 0) or code not in WHOLE, (code, by)


def split_by(code: str) -> tuple[str, ...]:
    """The ways to split a figure whose parts the recount knows."""
    if code in {"desks.support_funnel", "desks.projects_created"}:
        return ("stage", "organisation") if code == "desks.support_funnel" else ("organisation",)
    if code in {"desks.first_hire_served", "desks.first_hires_made"}:
        return ("organisation", "month", "commune")
    more = ("theme",) if code == "desks.welcomes" else ()
    return ("desk", "commune", "month", "organisation", *more)


@LAW
@given(before=deeds, after=deeds)
def test_what_is_told_later_leaves_what_was_known_as_it_was(
    world: World, db_rollback: Kept, before: list[Deed], after: list[Deed]
) -> None:
    with db_rollback():
        world.mornings, world.projects = {}, {}
        with clock.at(FIRST):
            play(world, before)
            known = values(world)
        with clock.at(SECOND):
            play(world, after)
            assert asked(FIRST) == known
            assert asked(SECOND) == values(world)


@LAW
@given(story=deeds)
def test_each_rate_is_its_two_counts_one_over_the_other(
    world: World, db_rollback: Kept, story: list[Deed]
) -> None:
    rates = {
        "desks.creation_rate": ("desks.projects_created", "desks.support_funnel"),
        "desks.first_hire_rate": ("desks.first_hires_made", "desks.first_hire_served"),
    }
    with db_rollback(), clock.at(FIRST):
        world.mornings, world.projects = {}, {}
        play(world, story)
        told = values(world)
        questions = [figures.Question(code, period=YEAR) for code in rates]
        for (top, bottom), answer in zip(
            rates.values(), figures.answer(questions, cached=False), strict=True
        ):
            assert (answer.numerator, answer.denominator) == (told[top], told[bottom])
            wanted = told[top] / told[bottom] if told[bottom] else None
            assert answer.value == (wanted if wanted is None else pytest.approx(wanted))


@LAW
@given(story=deeds)
def test_one_organisation_counts_its_own_desks_only(
    world: World, db_rollback: Kept, story: list[Deed]
) -> None:
    with db_rollback(), clock.at(FIRST):
        world.mornings, world.projects = {}, {}
        play(world, story)
        facts = recount(world)
        for one in world.people:
            key = str(one.acting_for().key)
            kept = figures.Filter(organisations=(key,))
            codes = [
                code
                for code in CODES
                if code not in {"desks.support_funnel", "desks.projects_created"}
            ]
            questions = [figures.Question(code, kept, YEAR) for code in codes]
            for code, answer in zip(codes, figures.answer(questions, cached=False), strict=True):
                own = [
                    fact for fact in facts[code] if fact.organisation == str(one.organisation_id)
                ]
                assert int(answer.value or 0) == value(code, own), code
