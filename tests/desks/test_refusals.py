"""What desks refuse: in which words, beside which field, with which way out; nothing is written by a refusal.

A form sent twice is one form; a key that served for other answers is said to have served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from maillage import register as firms
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.desks import actions
from maillage.desks.actions import Group, Hours, Leader, Where
from maillage.desks.models import Awareness, Place, Project, Session, Step, Welcome
from maillage.desks.vocabulary import CANCELLING, CORRECTING, Reason, SessionReason
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from tests.factories import accounts, desks as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
MODELS = (Place, Session, Welcome, Project, Step, Awareness, Act)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


@pytest.fixture
def where(adviser: Actor) -> Place:
    return make.place(adviser.organisation)


def rows() -> dict[str, list[Any]]:
    """Every record of a desk and every act, as they lie."""
    lying: dict[str, list[Any]] = {}
    for model in MODELS:
        every: Any = model.objects.unscoped(reason="test")
        lying[model.__name__] = list(every.order_by("pk").values())
    return lying


def refused(act: Callable[[], object], kind: type[Exception] = Invalid) -> Any:
    """The refusal of an act, which wrote nothing."""
    before = rows()
    with pytest.raises(kind) as told:
        act()
    assert rows() == before
    return told.value


# In words, beside the field


@pytest.mark.parametrize(
    ("told", "fields"),
    [
        ({"name": "  "}, {"name": "Un lieu a un nom."}),
        ({"commune": ""}, {"commune": "Choisissez la commune."}),
        ({"lat": 50.6}, {"lat": "Une position a une longitude et une latitude."}),
        ({"lon": 180.1, "lat": 50.6}, {"lat": "Cette position n’est nulle part sur Terre."}),
        ({"lon": 3.0, "lat": -90.1}, {"lat": "Cette position n’est nulle part sur Terre."}),
        (
            {"lon": float("inf"), "lat": 50.6},
            {"lat": "Cette position n’est nulle part sur Terre."},
        ),
    ],
)
def test_a_place_is_refused_beside_the_field_to_repair(
    adviser: Actor, where: Place, told: dict[str, Any], fields: dict[str, str]
) -> None:
    manager = make.manager_of(adviser.organisation)
    given = Where(**({"name": "Espace", "commune": make.LILLE} | told))
    opened = refused(lambda: actions.open_place(where=given, by=manager))
    changed = refused(lambda: actions.change_place(place=where, where=given, version=1, by=manager))
    for refusal in (opened, changed):
        assert {name: str(words) for name, words in refusal.fields.items()} == fields


@pytest.mark.parametrize(("lon", "lat"), [(-180.0, -90.0), (180.0, 90.0), (0.0, 0.0)])
def test_the_ends_of_the_earth_are_on_it(adviser: Actor, lon: float, lat: float) -> None:
    found = make.place(adviser.organisation, lon=lon, lat=lat)
    assert (found.lon, found.lat) == (lon, lat)


@pytest.mark.parametrize(
    ("told", "field", "words"),
    [
        ({"ends_at": time(9)}, "ends_at", "Une permanence ferme après avoir ouvert."),
        ({"ends_at": time(8, 59)}, "ends_at", "Une permanence ferme après avoir ouvert."),
        ({"last": date(2020, 8, 31)}, "last", "Le dernier jour vient après le premier."),
        ({"last": date(2021, 9, 7)}, "last", "Prévoyez un an au plus."),
        (
            {"every": 3},
            "every",
            "Toutes les semaines, toutes les deux semaines ou toutes les quatre semaines.",
        ),
        ({"first": date(2020, 11, 11)}, "first", "Ces jours sont fériés."),
    ],
)
def test_hours_are_refused_beside_the_field_to_repair(
    adviser: Actor, where: Place, told: dict[str, Any], field: str, words: str
) -> None:
    given = Hours(first=date(2020, 9, 1), starts_at=time(9), ends_at=time(12))
    refusal = refused(lambda: plan(adviser, where, replace(given, **told)))
    assert {name: str(said) for name, said in refusal.fields.items()} == {field: words}


def plan(by: Actor, at: Place, hours: Hours, once: str | None = None) -> list[Session]:
    assert by.person is not None
    return actions.plan_sessions(place=at, holder=by.person, hours=hours, by=by, once=once)


def test_a_year_and_five_days_may_be_planned_and_no_day_more(adviser: Actor, where: Place) -> None:
    given = Hours(date(2020, 9, 1), time(9), time(12), every=4)
    longest = replace(given, last=given.first + timedelta(days=370))
    assert len(plan(adviser, where, longest)) == 14
    more = replace(longest, last=given.first + timedelta(days=371), starts_at=time(10))
    refused(lambda: plan(adviser, where, more))


def test_a_desk_is_not_held_by_who_left_nor_by_who_only_reads(adviser: Actor, where: Place) -> None:
    given = Hours(TODAY, time(9), time(12))
    gone = accounts.person(Role.ADVISER, adviser.organisation, ends_on=TODAY - timedelta(days=1))
    reader = accounts.person(Role.ELECTED, adviser.organisation)
    for somebody in (gone, reader):
        refusal = refused(
            lambda who=somebody: actions.plan_sessions(  # type: ignore[misc]
                place=where, holder=who, hours=given, by=adviser
            )
        )
        assert list(refusal.fields) == ["holder"]


def test_a_place_closed_takes_the_sessions_before_its_last_day_only(adviser: Actor) -> None:
    manager = make.manager_of(adviser.organisation)
    at = make.place(adviser.organisation)
    closed = actions.close_place(place=at, on=date(2020, 9, 15), by=manager)
    given = Hours(date(2020, 9, 1), time(9), time(12))
    refusal = refused(lambda: plan(adviser, closed, replace(given, last=date(2020, 9, 15))))
    assert list(refusal.fields) == ["place"]
    assert len(plan(adviser, closed, replace(given, last=date(2020, 9, 14)))) == 2


def test_what_is_no_welcome_says_why(adviser: Actor) -> None:
    held, firm = make.session(adviser), register.establishment()

    def welcome(purpose: str = "first_hire", *themes: str, **told: Any) -> Callable[[], Welcome]:
        given = make.facts(purpose, *themes, **told)
        return lambda: actions.welcome_firm(
            session=held, establishment=firm, facts=given, by=adviser
        )

    assert str(refused(welcome("")).fields["purpose"]) == "Choisissez le motif de la venue."
    for minutes in (0, -1, 601):
        told = str(refused(welcome(minutes=minutes)).fields["minutes"])
        assert told == "Un accueil dure de 1 à 600 minutes."
    unknown = refused(welcome("first_hire", "energy", "zzz", "aaa"))
    assert str(unknown.reason).endswith("aaa, zzz")


@pytest.mark.parametrize("minutes", [1, 600, None])
def test_a_welcome_may_last_a_minute_ten_hours_or_nobody_knows(
    adviser: Actor, minutes: int | None
) -> None:
    assert make.welcome(make.session(adviser), minutes=minutes).minutes == minutes


@pytest.mark.parametrize("reason", ["", "away", "welcome_nothing"])
def test_a_welcome_is_set_right_for_one_of_our_reasons(adviser: Actor, reason: str) -> None:
    found = make.welcome(make.session(adviser))
    given = make.facts("transfer")
    refusals = (
        refused(
            lambda: actions.correct_welcome(
                welcome=found, facts=given, reason=reason, version=1, by=adviser
            )
        ),
        refused(lambda: actions.cancel_welcome(welcome=found, reason=reason, by=adviser)),
    )
    assert [list(one.fields) for one in refusals] == [["reason"], ["reason"]]


@pytest.mark.parametrize("reason", sorted(set(Reason) - set(CORRECTING)))
def test_what_did_not_happen_is_not_corrected_but_cancelled(adviser: Actor, reason: str) -> None:
    found = make.welcome(make.session(adviser))
    given = make.facts("transfer")
    refused(
        lambda: actions.correct_welcome(
            welcome=found, facts=given, reason=reason, version=1, by=adviser
        )
    )
    gone = actions.cancel_welcome(welcome=found, reason=reason, by=adviser)
    assert gone.cancelled_because == reason


@pytest.mark.parametrize("reason", CANCELLING)
def test_an_awareness_session_is_cancelled_for_the_same_reasons(
    adviser: Actor, reason: Reason
) -> None:
    gone = actions.cancel_awareness(told=make.young(adviser), reason=reason, by=adviser)
    assert (gone.cancelled_because, gone.cancelled_at) == (reason, clock.now())


@pytest.mark.parametrize("reason", SessionReason.values)
def test_a_session_is_cancelled_for_each_reason_there_is(adviser: Actor, reason: str) -> None:
    gone = actions.cancel_session(session=make.session(adviser), reason=reason, by=adviser)
    assert (gone.state, gone.cancelled_because, gone.version) == ("cancelled", reason, 2)


def test_what_is_cancelled_takes_nothing_more(adviser: Actor) -> None:
    found = make.welcome(make.session(adviser))
    gone = actions.cancel_welcome(welcome=found, reason=Reason.TWICE, by=adviser)
    given = make.facts("transfer")
    correct = refused(
        lambda: actions.correct_welcome(
            welcome=gone, facts=given, reason=Reason.TYPING, version=gone.version, by=adviser
        ),
        Conflict,
    )
    follow = refused(lambda: actions.follow_match(welcome=gone, by=adviser), Conflict)
    assert str(correct.reason) == str(follow.reason) == "Cet accueil est déjà annulé."


def test_a_project_takes_no_need_when_its_welcome_is_corrected(adviser: Actor) -> None:
    found = make.leader(make.session(adviser))
    given = make.facts("start_up", "energy")
    refused(
        lambda: actions.correct_welcome(
            welcome=found, facts=given, reason=Reason.TYPING, version=1, by=adviser
        )
    )
    refused(lambda: actions.follow_match(welcome=found, by=adviser), Conflict)


# By whom


def test_who_only_reads_does_nothing_at_a_desk(adviser: Actor, where: Place) -> None:
    """Each action, by somebody of the same organisation whose role is to read."""
    held = make.session(adviser, where)
    came, met = make.welcome(held), make.project(adviser)
    told, young = make.step(met), make.young(adviser, where)
    firm, given = make.firm_of(met), make.facts("transfer")
    group = Group(TODAY, "high", 24)
    for role in (Role.AUDITOR, Role.ELECTED):
        by = accounts.actor(role, adviser.organisation)
        for act in (
            lambda: plan(by, where, Hours(TODAY, time(14), time(16))),  # noqa: B023
            lambda: actions.hold_session(session=held, by=by),  # noqa: B023
            lambda: actions.cancel_session(session=held, reason="away", by=by),  # noqa: B023
            lambda: actions.welcome_firm(session=held, establishment=firm, facts=given, by=by),  # noqa: B023
            lambda: actions.welcome_leader(session=held, facts=given, by=by),  # noqa: B023
            lambda: actions.welcome_leader(session=held, facts=given, project=met, by=by),  # noqa: B023
            lambda: actions.correct_welcome(
                welcome=came,
                facts=given,
                reason=Reason.TYPING,
                version=1,
                by=by,  # noqa: B023
            ),
            lambda: actions.cancel_welcome(welcome=came, reason=Reason.TWICE, by=by),  # noqa: B023
            lambda: actions.follow_match(welcome=came, by=by),  # noqa: B023
            lambda: actions.meet_leader(leader=Leader(), on=TODAY, by=by),  # noqa: B023
            lambda: actions.change_leader(project=met, leader=Leader(), version=1, by=by),  # noqa: B023
            lambda: actions.forget_leader(project=met, reason="asked", by=by),  # noqa: B023
            lambda: actions.note_step(project=met, stage="loan", on=TODAY, by=by),  # noqa: B023
            lambda: actions.take_back_step(step=told, by=by),  # noqa: B023
            lambda: actions.link_project(project=met, establishment=firm, by=by),  # noqa: B023
            lambda: actions.tell_young(place=where, group=group, by=by),  # noqa: B023
            lambda: actions.cancel_awareness(told=young, reason=Reason.TWICE, by=by),  # noqa: B023
            lambda: actions.open_place(where=Where("Espace", make.LILLE), by=by),  # noqa: B023
            lambda: actions.close_place(place=where, on=TODAY, by=by),  # noqa: B023
        ):
            refused(act, NotAllowed)


def test_an_officer_holds_desks_and_corrects_only_their_own(adviser: Actor) -> None:
    officer = accounts.actor(Role.OFFICER, adviser.organisation)
    held = make.session(adviser)
    mine, theirs = make.welcome(held, by=officer), make.welcome(held)
    assert mine.adviser == officer.person
    refused(
        lambda: actions.cancel_welcome(welcome=theirs, reason=Reason.TWICE, by=officer), NotAllowed
    )
    gone = actions.cancel_welcome(welcome=mine, reason=Reason.TWICE, by=officer)
    assert gone.cancelled_at is not None


# A key that served


def test_a_plan_sent_again_with_other_hours_is_no_repetition(adviser: Actor, where: Place) -> None:
    given = Hours(date(2020, 9, 1), time(9), time(12), last=date(2020, 9, 15))
    first = plan(adviser, where, given, "k")
    assert plan(adviser, where, given, "k") == first
    for other in (
        replace(given, ends_at=time(13)),
        replace(given, starts_at=time(8)),
        replace(given, last=date(2020, 9, 22)),
        replace(given, first=date(2020, 9, 2), last=date(2020, 9, 16)),
        replace(given, every=2),
    ):
        refused(lambda told=other: plan(adviser, where, told, "k"), Conflict)  # type: ignore[misc]


def test_a_plan_sent_again_for_somebody_else_is_no_repetition(adviser: Actor, where: Place) -> None:
    given = Hours(date(2020, 9, 1), time(9), time(12))
    plan(adviser, where, given, "k")
    other = accounts.actor(Role.ADVISER, adviser.organisation)
    refused(lambda: plan(other, where, given, "k"), Conflict)


def test_a_plan_sent_again_after_a_cancelling_plans_nothing_anew(
    adviser: Actor, where: Place
) -> None:
    given = Hours(date(2020, 9, 1), time(9), time(12), last=date(2020, 9, 15))
    first = plan(adviser, where, given, "k")
    actions.cancel_session(session=first[1], reason="away", by=adviser)
    assert plan(adviser, where, given, "k") == first
    assert Session.objects.unscoped(reason="test").standing().count() == 2


@pytest.mark.parametrize(
    "told", [{"name": "Autre"}, {"commune": "59512"}, {"address": "2 rue d’Arras"}, {"lon": 3.06}]
)
def test_a_place_sent_again_with_other_answers_is_no_repetition(
    adviser: Actor, told: dict[str, Any]
) -> None:
    manager = make.manager_of(adviser.organisation)
    given = Where("Espace", make.LILLE, "1 rue d’Arras", 3.05, 50.65)
    first = actions.open_place(where=given, by=manager, once="k")
    assert actions.open_place(where=given, by=manager, once="k") == first
    other = replace(given, **told)
    refused(lambda: actions.open_place(where=other, by=manager, once="k"), Conflict)


def test_a_place_sent_again_after_it_was_set_right_is_that_place(adviser: Actor) -> None:
    manager = make.manager_of(adviser.organisation)
    given = Where("Espace", make.LILLE)
    first = actions.open_place(where=given, by=manager, once="k")
    right = Where("Espace Moulins", make.LILLE)
    actions.change_place(place=first, where=right, version=1, by=manager)
    assert actions.open_place(where=given, by=manager, once="k").name == "Espace Moulins"


@pytest.mark.parametrize(
    "told",
    [
        {"young": 25},
        {"audience": "middle"},
        {"day": TODAY - timedelta(days=1)},
        {"school": "Lycée Baggio"},
        {"partners": "Mission locale"},
    ],
)
def test_an_awareness_session_sent_again_with_other_answers_is_no_repetition(
    adviser: Actor, where: Place, told: dict[str, Any]
) -> None:
    make.young(adviser, where, once="k")
    refused(lambda: make.young(adviser, where, once="k", **told), Conflict)


@pytest.mark.parametrize(
    "told",
    [
        {"stage": "creation"},
        {"on": TODAY - timedelta(days=1)},
        {"amount_cents": 200_00},
        {"amount_cents": None},
    ],
)
def test_a_step_sent_again_with_other_answers_is_no_repetition(
    adviser: Actor, told: dict[str, Any]
) -> None:
    met = make.project(adviser)
    given: dict[str, Any] = {"stage": "loan", "on": TODAY, "amount_cents": 100_00}
    make.step(met, once="k", **given)
    other = given | told
    if other["stage"] != "loan":
        other["amount_cents"] = None
    refused(lambda: make.step(met, once="k", **other), Conflict)


def test_a_step_taken_back_and_sent_again_is_not_written_anew(adviser: Actor) -> None:
    met = make.project(adviser)
    first = make.step(met, once="k")
    actions.take_back_step(step=first, by=adviser)
    again = make.step(met, once="k")
    assert (again.pk, again.cancelled_at) == (first.pk, clock.now())


@pytest.mark.parametrize(
    "told", [{"minutes": 20}, {"may_transmit": True}, {"themes": ("energy",)}, {"purpose": "cash"}]
)
def test_a_welcome_sent_again_with_other_answers_is_no_repetition(
    adviser: Actor, told: dict[str, Any]
) -> None:
    held, firm = make.session(adviser), register.establishment()
    given = make.facts("first_hire", minutes=15)
    sent = {"session": held, "establishment": firm, "by": adviser, "once": "k"}
    actions.welcome_firm(facts=given, **sent)  # type: ignore[arg-type]
    other = replace(given, **told)
    refused(lambda: actions.welcome_firm(facts=other, **sent), Conflict)  # type: ignore[arg-type]


def test_a_welcome_sent_again_by_a_colleague_or_of_another_firm_is_no_repetition(
    adviser: Actor,
) -> None:
    held, firm = make.session(adviser), register.establishment()
    make.welcome(held, firm, once="k")
    colleague = accounts.actor(Role.ADVISER, adviser.organisation)
    refused(lambda: make.welcome(held, firm, by=colleague, once="k"), Conflict)
    other = register.establishment()
    refused(lambda: make.welcome(held, other, once="k"), Conflict)


# Firms of the register


def test_a_firm_that_closed_is_welcomed_still(adviser: Actor) -> None:
    """Somebody comes about the end of their firm: the desk takes them."""
    firm = register.establishment(state="F")
    assert make.welcome(make.session(adviser), firm, "transfer").establishment == firm


def test_a_firm_matched_since_is_welcomed_under_its_name_in_the_register(adviser: Actor) -> None:
    added = firms.add_provisional(name="CHEZ NOUS", commune=make.LILLE, by=adviser)
    real = register.establishment()
    firms.reconcile(provisional=added, establishment=real, by=adviser)
    held = make.session(adviser)
    refusal = refused(lambda: make.welcome(held, added))
    assert str(refusal.remedy) == "Retrouvez-la par son nom, sa rue ou son SIRET."
    assert make.welcome(held, real).establishment == real
