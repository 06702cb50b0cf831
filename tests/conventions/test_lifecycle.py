"""States of conventions, texts and actions: computed from votes, signatures, dates and acts, never chosen."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given, strategies as st

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.conventions.actions import texts, turns
from maillage.conventions.acts import ACTION_TURNS, CONVENTION_TURNS, NEED_A_REASON, TURNS
from maillage.conventions.forms.money import ConventionTurnForm, TurnForm
from maillage.conventions.models import Convention, Turn, Version
from maillage.conventions.states import (
    ActionState,
    ConventionState,
    Fact,
    action_state,
    convention_state,
    days_late,
    in_force,
    last,
)
from maillage.conventions.tree import PILLS, states_of
from maillage.conventions.vocabulary import CORRECTIONS, REASONS
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from tests.factories import conventions as make
from tests.factories.accounts import actor, organisation, signed_in
from tests.spec.drawn import rows_of

DAY = st.dates(date(2019, 1, 1), date(2020, 12, 31))


def facts(said: str, prefix: str = "convention") -> list[Fact]:
    """`suspended@2020-02-01 resumed@2020-03-01`, recorded in that order."""
    return [
        Fact(f"conventions.{prefix}_{kind}", date.fromisoformat(on), rank)
        for rank, (kind, _, on) in enumerate(item.partition("@") for item in said.split())
    ]


# Conventions: without a database

TEXTS = """
signed     | holds      | until      | said                                       | day        | state
-          | -          | -          |                                            | 2020-01-01 | project
2019-03-01 | 2019-04-01 | 2020-12-31 |                                            | 2019-02-28 | project
2019-03-01 | 2019-04-01 | 2020-12-31 |                                            | 2019-03-01 | signed
2019-03-01 | 2019-04-01 | 2020-12-31 |                                            | 2019-03-31 | signed
2019-03-01 | 2019-04-01 | 2020-12-31 |                                            | 2019-04-01 | in_force
2019-03-01 | 2019-04-01 | 2020-12-31 |                                            | 2020-12-31 | in_force
2019-03-01 | 2019-04-01 | 2020-12-31 |                                            | 2021-01-01 | expired
2019-03-01 | 2019-04-01 | -          |                                            | 2030-01-01 | in_force
2019-06-01 | 2019-04-01 | -          |                                            | 2019-05-01 | in_force
2019-03-01 | 2019-04-01 | 2020-12-31 | suspended@2019-06-01                       | 2019-05-31 | in_force
2019-03-01 | 2019-04-01 | 2020-12-31 | suspended@2019-06-01                       | 2019-06-01 | suspended
2019-03-01 | 2019-04-01 | 2020-12-31 | suspended@2019-06-01 resumed@2019-07-01    | 2019-06-30 | suspended
2019-03-01 | 2019-04-01 | 2020-12-31 | suspended@2019-06-01 resumed@2019-07-01    | 2019-07-01 | in_force
2019-03-01 | 2019-04-01 | 2020-12-31 | suspended@2020-11-01 resumed@2021-02-01    | 2021-02-01 | expired
2019-03-01 | 2019-04-01 | 2020-12-31 | terminated@2019-06-01                      | 2021-06-01 | terminated
2019-03-01 | 2019-04-01 | 2020-12-31 | lapsed@2019-06-01                          | 2019-06-01 | lapsed
2019-03-01 | 2019-04-01 | 2020-12-31 | cancelled@2019-03-15                       | 2019-03-20 | cancelled
2019-03-01 | 2019-04-01 | 2020-12-31 | settled@2021-03-01                         | 2021-02-28 | expired
2019-03-01 | 2019-04-01 | 2020-12-31 | settled@2021-03-01                         | 2021-03-01 | settled
2019-03-01 | 2019-04-01 | 2020-12-31 | settled@2021-03-01 archived@2022-01-01     | 2021-12-31 | settled
2019-03-01 | 2019-04-01 | 2020-12-31 | settled@2021-03-01 archived@2022-01-01     | 2022-01-01 | archived
2019-03-01 | 2019-04-01 | 2020-12-31 | resumed@2019-06-01                         | 2019-06-01 | in_force
2019-03-01 | 2019-04-01 | 2020-12-31 | suspended@2019-06-01 resumed@2019-06-01    | 2019-06-01 | in_force
2019-03-01 | 2019-04-01 | 2020-12-31 | resumed@2019-06-01 suspended@2019-06-01    | 2019-06-01 | suspended
"""


class Draft(Version):
    """A version whose parties and votes are none, so that no database is asked."""

    class Meta:
        app_label = "conventions"
        proxy = True

    class Nothing:
        @staticmethod
        def all() -> list[Any]:
            return []

    deliberations = parties = Nothing()  # type: ignore[assignment]


def version(signed: str, holds: str, until: str, number: int = 0, known: str = "2019-01-01") -> Any:
    days = [None if day == "-" else date.fromisoformat(day) for day in (signed, holds, until)]
    recorded = None if signed == "-" else make.instant(known)
    return Draft(
        number=number,
        signed_on=days[0],
        effective_on=days[1],
        effective_until=days[2],
        recorded_at=recorded,
    )


@pytest.mark.parametrize(
    "row", rows_of(TEXTS), ids=lambda row: f"{row['day']} {row['state']} {row['said'][:24]}"
)
def test_a_convention_stands_where_its_text_and_its_acts_put_it(row: dict[str, str]) -> None:
    text = version(row["signed"], row["holds"], row["until"])
    day, known = date.fromisoformat(row["day"]), make.instant("2030-01-01")
    found = convention_state([text], facts(row["said"]), day, known)
    assert found is ConventionState(row["state"])


def test_the_table_reaches_every_state_but_the_vote() -> None:
    reached = {ConventionState(row["state"]) for row in rows_of(TEXTS)}
    assert set(ConventionState) - reached == {ConventionState.DELIBERATED}


AMENDED = """
day        | known      | number
2019-03-31 | 2021-01-01 | -
2019-04-01 | 2021-01-01 | 0
2019-12-31 | 2021-01-01 | 0
2020-01-01 | 2021-01-01 | 1
2020-01-01 | 2020-02-28 | 0
2020-01-01 | 2020-03-01 | 1
2020-06-01 | 2021-01-01 | 2
2020-06-01 | 2020-05-31 | 1
2020-06-01 | 2018-12-31 | -
"""


@pytest.mark.parametrize(
    "row", rows_of(AMENDED), ids=lambda row: f"{row['day']} as of {row['known']}"
)
def test_the_text_in_force_has_two_dates_the_day_it_holds_and_the_instant_it_was_known(
    row: dict[str, str],
) -> None:
    """The original, an amendment of January known in March, and two of the same day: the later one wins."""
    held = [
        version("2019-03-01", "2019-04-01", "2020-12-31", 0, "2019-03-01"),
        version("2020-02-01", "2020-01-01", "2020-12-31", 1, "2020-03-01"),
        version("2020-05-15", "2020-06-01", "2020-12-31", 2, "2020-06-01"),
    ]
    found = in_force(held, date.fromisoformat(row["day"]), make.instant(row["known"]))
    assert ("-" if found is None else str(found.number)) == row["number"]


def test_of_two_amendments_of_the_same_day_the_later_one_holds() -> None:
    held = [version("2020-01-01", "2020-01-01", "-", number) for number in (2, 1, 3)]
    found = in_force(held, date(2020, 1, 1), make.instant("2020-01-01"))
    assert found is not None
    assert found.number == 3


def test_an_amendment_to_come_leaves_the_text_in_force_as_it_is() -> None:
    held = [version("2019-03-01", "2019-04-01", "-"), version("2019-05-01", "2020-01-01", "-", 1)]
    state = convention_state(held, [], date(2019, 6, 1), make.instant("2030-01-01"))
    assert state is ConventionState.IN_FORCE


@given(
    st.lists(st.tuples(st.sampled_from([k.name for k in CONVENTION_TURNS]), DAY), max_size=6), DAY
)
def test_the_state_of_a_day_forgets_what_comes_after(said: list[Any], day: date) -> None:
    every = [Fact(kind, on, rank) for rank, (kind, on) in enumerate(said)]
    past = [fact for fact in every if fact.on <= day]
    texts_ = [version("2019-01-01", "2019-01-01", "-")]
    known = make.instant("2030-01-01")
    assert convention_state(texts_, every, day, known) is convention_state(texts_, past, day, known)


@given(st.lists(st.tuples(st.sampled_from([k.name for k in ACTION_TURNS]), DAY), max_size=6), DAY)
def test_the_order_in_which_facts_are_read_does_not_matter(said: list[Any], day: date) -> None:
    every = [Fact(kind, on, rank) for rank, (kind, on) in enumerate(said)]
    assert last(every, day) == last(reversed(every), day)
    assert action_state(every, day) is action_state(sorted(every, key=lambda f: -f.id), day)


# Actions

LATENESS = """
due        | said                                     | day        | state     | late
-          |                                          | 2020-06-30 | to_come   | 0
2020-06-30 |                                          | 2020-06-30 | to_come   | 0
2020-06-30 |                                          | 2020-07-01 | to_come   | 1
2020-06-30 | started@2020-01-01                       | 2020-07-10 | under_way | 10
2020-06-30 | started@2020-01-01 completed@2020-06-01  | 2020-07-10 | completed | 0
2020-06-30 | started@2020-01-01 completed@2020-07-05  | 2020-07-04 | under_way | 4
2020-06-30 | started@2020-01-01 completed@2020-07-05  | 2020-07-05 | completed | 0
2020-06-30 | completed@2020-06-01 started@2020-06-02  | 2020-07-01 | under_way | 1
2020-06-30 | paused@2020-01-01                        | 2020-07-30 | paused    | 30
2020-06-30 | blocked@2020-01-01                       | 2020-07-30 | blocked   | 30
2020-06-30 | abandoned@2020-01-01                     | 2020-07-30 | abandoned | 30
"""


@pytest.mark.parametrize(
    "row", rows_of(LATENESS), ids=lambda row: f"{row['day']} {row['said'][:30]}"
)
def test_lateness_follows_from_the_due_day_and_the_last_act(row: dict[str, str]) -> None:
    """An action abandoned without a new text is still one that was due: the amendment takes it out."""
    day = date.fromisoformat(row["day"])
    due = None if row["due"] == "-" else date.fromisoformat(row["due"])
    state = action_state(facts(row["said"], "action"), day)
    assert (state, days_late(state, due, day)) == (ActionState(row["state"]), int(row["late"]))


@pytest.mark.parametrize("form", [TurnForm, ConventionTurnForm])
def test_late_is_no_choice(form: Any) -> None:
    offered = [str(code) for code, _ in form.base_fields["kind"].choices]
    assert offered
    assert not [code for code in offered if "late" in code or "retard" in code]


def test_every_state_of_an_action_has_its_look_and_its_words_in_both_languages() -> None:
    assert set(PILLS) == set(ActionState)
    for state in (*ConventionState, *ActionState):
        assert state.words.fr
        assert state.words.en
        assert state.words.fr != state.words.en


def test_every_reason_is_said_in_both_languages() -> None:
    for words in (*REASONS.values(), *CORRECTIONS.values()):
        assert words.fr
        assert words.en


# state × verb × role

VERBS = """
role            | keeper  | party   | stranger
officer         | done    | done    | refused
service_manager | done    | done    | refused
adviser         | refused | refused | refused
elected         | refused | refused | refused
auditor         | refused | refused | refused
administrator   | refused | refused | refused
expert          | refused | refused | refused
landlord        | refused | refused | refused
committee       | refused | refused | refused
"""


@pytest.fixture
def held(db: None) -> Convention:
    return make.convention_of(organisation("epci"), slug="held")


def whose(held: Convention, who: str) -> Any:
    if who == "keeper":
        return held.keeper
    parties = held.versions.get(number=0).parties.exclude(organisation=held.keeper)
    return parties.get().organisation if who == "party" else organisation("support")


@pytest.mark.parametrize("row", rows_of(VERBS), ids=lambda row: row["role"])
def test_the_parties_say_what_happens_and_nobody_else(
    held: Convention, row: dict[str, str]
) -> None:
    for who in ("keeper", "party", "stranger"):
        by = actor(Role(row["role"]), whose(held, who))
        attempts = (partial(_start, held, by), partial(_suspend, held, by))
        for attempt in attempts:
            if row[who] == "done":
                attempt()
            else:
                with pytest.raises(NotAllowed):
                    attempt()


def _start(held: Convention, by: Actor) -> Turn:
    return turns.turn_action(
        convention=held,
        action_key="held/1.1",
        kind="conventions.action_started",
        on=date(2019, 7, 1),
        by=by,
        once=uuid4(),
    )


def _suspend(held: Convention, by: Actor) -> Turn:
    return turns.turn_convention(
        convention=held,
        kind="conventions.convention_suspended",
        on=date(2019, 7, 1),
        by=by,
        once=uuid4(),
    )


@pytest.mark.parametrize("kind", [k.name for k in ACTION_TURNS])
def test_an_action_stops_for_a_reason_and_goes_on_without(held: Convention, kind: str) -> None:
    by = actor(Role.OFFICER, held.keeper)
    given_ = {"convention": held, "action_key": "held/1.1", "on": date(2019, 7, 1), "by": by}
    if kind in NEED_A_REASON:
        with pytest.raises(Invalid) as refusal:
            turns.turn_action(kind=kind, once=uuid4(), **given_)
        assert set(refusal.value.fields) == {"reason_code"}
    said = turns.turn_action(kind=kind, once=uuid4(), reason_code="no_means", **given_)
    assert str(said.words) == str(TURNS[kind].words)
    assert Turn.objects.visible_to(by).standing().get() == said


@pytest.mark.django_db
def test_an_action_of_a_draft_alone_does_not_start() -> None:
    project = make.convention_of(organisation("epci"), slug="p", signed=False)
    by = actor(Role.OFFICER, project.keeper)
    with pytest.raises(Invalid):
        turns.turn_action(
            convention=project,
            action_key="p/1.1",
            kind="conventions.action_started",
            on=date(2019, 7, 1),
            by=by,
            once=uuid4(),
        )


def test_what_was_withdrawn_is_said_again_otherwise(held: Convention) -> None:
    """Reversed, then replaced: the state follows the act that stands."""
    by = actor(Role.OFFICER, held.keeper)

    def said(kind: str) -> Turn:
        return turns.turn_convention(
            convention=held, kind=f"conventions.convention_{kind}", on=date(2019, 7, 1), by=by, once=uuid4()
        )  # fmt: skip

    wrong = said("terminated")
    turns.cancel_turn(turn=wrong, reason_code="typing_error", by=by)
    assert states_of([held], date(2019, 7, 2), clock.now())[0][1] is ConventionState.IN_FORCE
    said("suspended")
    assert states_of([held], date(2019, 7, 2), clock.now())[0][1] is ConventionState.SUSPENDED
    with pytest.raises(Conflict):
        turns.cancel_turn(turn=wrong, reason_code="typing_error", by=by)


def test_a_party_withdraws_only_what_it_said_itself(held: Convention) -> None:
    said = _suspend(held, actor(Role.OFFICER, held.keeper))
    with pytest.raises(NotAllowed):
        turns.cancel_turn(
            turn=said, reason_code="typing_error", by=actor(Role.OFFICER, whose(held, "party"))
        )
    turns.cancel_turn(turn=said, reason_code="typing_error", by=System("a test"))


VOTES = """
keeper     | party      | outcomes           | day        | state
-          | -          | approved approved  | 2020-01-01 | project
2019-05-01 | -          | approved approved  | 2020-01-01 | project
2019-05-01 | 2019-06-01 | approved approved  | 2019-05-31 | project
2019-05-01 | 2019-06-01 | approved approved  | 2019-06-01 | deliberated
2019-05-01 | 2019-06-01 | approved principle | 2019-06-01 | project
2019-05-01 | 2019-06-01 | announced approved | 2019-06-01 | project
"""


@pytest.mark.django_db
@pytest.mark.parametrize("row", rows_of(VOTES), ids=lambda row: " ".join(row.values()))
def test_a_draft_is_voted_when_each_assembly_approved_it(row: dict[str, str]) -> None:
    project = make.convention_of(organisation("epci"), slug="p", signed=False)
    draft = project.versions.get()
    draft.deliberations.all().delete()
    partner = draft.parties.exclude(organisation=project.keeper).get().organisation
    for rank, (who, outcome) in enumerate(
        zip((project.keeper, partner), row["outcomes"].split(), strict=True)
    ):
        day = row["keeper" if who == project.keeper else "party"]
        decided = None if day == "-" else date.fromisoformat(day)
        draft.deliberations.create(organisation=who, decided_on=decided, outcome=outcome, rank=rank)
    ((_, state),) = states_of([project], date.fromisoformat(row["day"]), clock.now())
    assert state is ConventionState(row["state"])


@pytest.mark.django_db
def test_the_list_says_the_state_of_each_convention_in_the_reader_s_language(
    client: Client,
) -> None:
    by = signed_in(client, Role.OFFICER, organisation("epci"))
    make.convention_of(by.acting_for(), slug="a", signed=False)
    with clock.at(make.instant("2019-06-02")):
        held = make.convention_of(by.acting_for(), slug="b")
    with clock.at(make.instant("2020-06-30")):
        for language, words in (("fr", ("Projet", "En vigueur")), ("en", ("Project", "In force"))):
            client.cookies["django_language"] = language
            shown = client.get(reverse("conventions:conventions")).content.decode()
            assert all(word in shown for word in words), language
    draft = texts.amend(convention=held, by=by)
    assert not draft.is_signed
