"""How often entries of the catalogue answered a need, recounted in plain Python from the acts of real referrals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage import figures
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.catalogue import actions as catalogue_actions, counting
from maillage.catalogue.models import Entry
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from maillage.needs import actions
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import Ending, Refusal, Theme
from tests.factories import accounts, catalogue, needs as make, places, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
SENT, HELPED = "needs.entry_referrals", "needs.entry_helped"
YEAR = Period.parse("2021")


def at(day: str) -> datetime:
    return clock.parse_instant(f"{day}T10:00")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(at("2021-06-30")):
        yield


@dataclass
class Field:
    """A manager who sends needs, two partners who answer, the entries by which they do."""

    manager: Actor
    partners: list[tuple[Organisation, Actor]]
    entries: dict[str, Entry] = field(default_factory=dict)

    def need(self, **facts: Any) -> Need:
        commune, theme = facts.pop("commune", "59350"), facts.pop("theme", Theme.DIGITAL)
        return make.need(self.manager, register.establishment(commune=commune), theme=theme)

    def send(self, name: str = "", to: int = 0, need: Need | None = None, **facts: Any) -> Referral:
        return actions.send_referral(
            need=need or self.need(**facts), partner=self.partners[to][0],
            entry=self.entries[name] if name else None, by=self.manager,
        )  # fmt: skip

    def close(self, referral: Referral, ending: Ending = Ending.HELPED, to: int = 0) -> None:
        expert = self.partners[to][1]
        actions.take_up(referral=referral, by=expert)
        actions.close_referral(referral=referral, ending=ending, by=expert)


@pytest.fixture
def world() -> Field:
    places.places_loaded()
    found = Field(accounts.actor(Role.SERVICE_MANAGER), [make.partner(), make.partner()])
    for name in ("Atelier", "Visite", "Jamais"):
        found.entries[name] = catalogue.entry(title=name)
    return found


@pytest.fixture
def told(world: Field) -> Field:
    """Five referrals by two entries, two without: three helped, of which two by an entry."""
    world.close(world.send("Atelier"))
    world.send("Atelier", commune="59512")
    world.close(world.send("Atelier", to=1), Ending.NO_FOLLOW_UP, to=1)
    world.close(world.send("Visite", to=1, theme=Theme.ENERGY), to=1)
    world.send("Visite", theme=Theme.ENERGY)
    world.close(world.send())
    world.send(to=1)
    return world


def ask(code: str, by: str = "", on: datetime | None = None, **kept: Any) -> figures.Answer:
    (answer,) = figures.answer([Question(code, Filter(**kept), YEAR, by=by)], on, cached=False)
    return answer


def value(code: str, on: datetime | None = None, **kept: Any) -> Any:
    return ask(code, "", on, **kept).value


def parts(code: str, by: str) -> dict[str, Any]:
    return {group.label: group.value for group in ask(code, by).groups if group.value}


def acts(kind: str) -> list[Act]:
    """The acts of a kind that stand and name an entry, looked through one by one."""
    every = list(Act.objects.visible_to(MACHINE).order_by("id"))
    gone = {act.reverses_id for act in every if act.reverses_id}
    return [
        act
        for act in every
        if act.kind == kind and act.id not in gone and act.scheme.startswith("entry:")
    ]


def recount(read: Any) -> tuple[dict[Any, int], dict[Any, int]]:
    """The referrals sent and helped by entries, split as `read` says, in plain Python."""
    return (
        dict(Counter(map(read, acts("needs.referral_sent")))),
        dict(Counter(map(read, acts("needs.referral_closed_helped")))),
    )


def test_only_what_was_sent_by_an_entry_is_counted(told: Field) -> None:
    assert (value(SENT), value(HELPED)) == (5, 2)
    assert (value(SENT), value(HELPED)) == tuple(
        sum(one.values()) for one in recount(lambda act: act.kind)
    )
    assert value("needs.referrals_sent") == 7


def test_each_entry_is_told_by_its_name_and_parts_make_the_whole(told: Field) -> None:
    assert parts(SENT, "entry") == {"Atelier": 3, "Visite": 2}
    assert parts(HELPED, "entry") == {"Atelier": 1, "Visite": 1}
    schemes = {told.entries[name].scheme: name for name in told.entries}
    sent, helped = recount(lambda act: schemes[act.scheme])
    assert parts(SENT, "entry") == sent
    assert parts(HELPED, "entry") == helped


BREAKDOWNS = ("entry", "theme", "commune", "organisation", "month")


@pytest.mark.parametrize(
    ("code", "by"),
    [*((code, by) for code in (SENT, HELPED) for by in BREAKDOWNS), (SENT, "partner")],
)
def test_every_breakdown_sums_to_the_whole(told: Field, code: str, by: str) -> None:
    answer = ask(code, by)
    assert sum(group.value or 0 for group in answer.groups) == answer.value


def test_each_partner_that_needs_are_sent_to_is_told_apart(told: Field) -> None:
    names: dict[int | None, str] = {one.pk: one.name for one, _expert in told.partners}
    sent = Counter(names[act.counterpart_id] for act in acts("needs.referral_sent"))
    assert parts(SENT, "partner") == sent
    assert sorted(sent.values()) == [2, 3]


def test_help_is_that_of_the_organisation_that_gave_it(told: Field) -> None:
    names: dict[int | None, str] = {one.pk: one.name for one, _expert in told.partners}
    given = Counter(names[act.keeper_id] for act in acts("needs.referral_closed_helped"))
    assert parts(HELPED, "organisation") == given == dict.fromkeys(names.values(), 1)
    with pytest.raises(Invalid):  # the other party of such an act is who sent the need
        ask(HELPED, "partner")


@pytest.mark.parametrize("code", [SENT, HELPED])
def test_sectors_of_a_territory_sum_to_the_whole(told: Field, code: str) -> None:
    answer = ask(code, "sector", territory="mel")
    assert sum(group.value or 0 for group in answer.groups) == answer.value == value(code)


@pytest.mark.parametrize(
    ("kept", "sent", "helped"),
    [
        ({"themes": ("digital",)}, 3, 1),
        ({"themes": ("energy",)}, 2, 1),
        ({"themes": ("cash",)}, 0, 0),
        ({"communes": ("59512",)}, 1, 0),
        ({"communes": ("59350", "59512")}, 5, 2),
        ({"territory": "mel"}, 5, 2),
    ],
)
def test_filters_keep_what_they_name(
    told: Field, kept: dict[str, Any], sent: int, helped: int
) -> None:
    assert (value(SENT, **kept), value(HELPED, **kept)) == (sent, helped)


def test_an_entry_is_asked_for_alone(told: Field) -> None:
    for name, sent, helped in (("Atelier", 3, 1), ("Visite", 2, 1), ("Jamais", 0, 0)):
        kept: dict[str, Any] = {"schemes": (told.entries[name].scheme,)}
        assert (value(SENT, **kept), value(HELPED, **kept)) == (sent, helped), name


def test_a_figure_opens_onto_the_acts_that_it_counts(told: Field) -> None:
    for code, kind in ((SENT, "needs.referral_sent"), (HELPED, "needs.referral_closed_helped")):
        page = figures.records(Question(code, Filter(), YEAR), MACHINE, at=clock.now())
        assert {one.unit for one in page.records} == {str(act.key) for act in acts(kind)}


def test_what_is_sent_by_an_entry_is_among_what_is_sent(told: Field) -> None:
    def opened(code: str) -> set[str]:
        page = figures.records(Question(code, Filter(), YEAR), MACHINE, at=clock.now())
        return {one.unit for one in page.records}

    assert opened(SENT) < opened("needs.referrals_sent")


def test_a_need_sent_to_two_counts_twice(world: Field) -> None:
    need = world.need()
    world.send("Atelier", need=need)
    world.send("Atelier", to=1, need=need)
    assert value(SENT) == 2


@pytest.mark.parametrize("ending", [one for one in Ending if one is not Ending.HELPED])
def test_an_end_that_is_no_help_is_none(world: Field, ending: Ending) -> None:
    world.close(world.send("Atelier"), ending)
    assert (value(SENT), value(HELPED)) == (1, 0)


def test_what_is_refused_taken_back_or_left_without_answer_stays_sent_and_is_no_help(
    world: Field,
) -> None:
    refused, back, _late = (world.send("Atelier") for _ in range(3))
    actions.refuse(referral=refused, refusal=Refusal.NOT_OURS, by=world.partners[0][1])
    actions.take_back(referral=back, by=world.manager)
    with clock.at(clock.now() + timedelta(days=90)):
        assert (value(SENT), value(HELPED)) == (3, 0)


def test_what_is_told_of_a_past_day_is_what_was_known_then(world: Field) -> None:
    with clock.at(at("2021-03-01")):
        first = world.send("Atelier")
    with clock.at(at("2021-04-01")):
        world.close(first)
    with clock.at(at("2021-05-01")):
        world.send("Visite")
    known = [(value(SENT, at(day)), value(HELPED, at(day))) for day in DAYS]
    assert known == [(0, 0), (1, 0), (1, 0), (1, 1), (2, 1)]
    world.close(world.send("Visite"))
    assert [(value(SENT, at(day)), value(HELPED, at(day))) for day in DAYS] == known


DAYS = ["2021-02-28", "2021-03-02", "2021-03-31", "2021-04-02", "2021-05-02"]


def test_a_period_ends_where_the_next_begins(world: Field) -> None:
    for day in ("2020-12-31", "2021-01-01", "2021-12-31", "2022-01-01"):
        with clock.at(at(day)):
            world.send("Atelier")
    with clock.at(at("2022-06-01")):
        told = {
            year: figures.answer([Question(SENT, Filter(), Period.parse(year))], cached=False)[
                0
            ].value
            for year in ("2020", "2021", "2022")
        }
    assert told == {"2020": 1, "2021": 2, "2022": 1}


# The name of an entry


def test_an_entry_renamed_is_counted_under_its_last_name(told: Field) -> None:
    entry = told.entries["Atelier"]
    by = System("tests", organisation=entry.organisation)
    keeper = catalogue.keeper(by.organisation)
    catalogue_actions.edit_entry(
        entry=entry, content=catalogue.content(title="Atelier du matin"), version=1, by=keeper
    )
    assert parts(SENT, "entry") == {"Atelier du matin": 3, "Visite": 2}


def test_an_entry_retired_keeps_its_name_and_its_counts(told: Field) -> None:
    entry = told.entries["Visite"]
    catalogue_actions.retire_entry(entry=entry, version=1, by=catalogue.keeper(entry.organisation))
    assert parts(SENT, "entry") == {"Atelier": 3, "Visite": 2}
    assert [one.value for one in counting.counts_of(entry, told.manager)] == [2, 1]


def test_two_entries_of_one_name_are_two_parts(world: Field) -> None:
    world.entries["other"] = catalogue.entry(title="Atelier")
    world.send("Atelier")
    world.send("other")
    groups = [one for one in ask(SENT, "entry").groups if one.value]
    assert [(one.label, one.value) for one in groups] == [("Atelier", 1), ("Atelier", 1)]
    assert {one.key for one in groups} == {
        world.entries[name].scheme for name in ("Atelier", "other")
    }


def test_a_list_is_counted_in_one_question_however_long(told: Field) -> None:
    def asked(entries: list[Entry]) -> int:
        with CaptureQueriesContext(connection) as captured:
            counting.by_entry(entries, told.manager)
        return len(captured)

    few = list(told.entries.values())
    many = [*few, *(catalogue.entry() for _ in range(12))]
    for entries in (few, many):  # what is asked for the first time is computed, then kept
        asked(entries)
    assert asked(many) <= asked(few)
    assert set(counting.by_entry(many, told.manager).values()) == {0, 2, 3}


def test_nothing_is_asked_for_an_empty_list(told: Field) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert counting.by_entry([], told.manager) == {}
    assert not captured


def test_the_scheme_of_an_entry_is_told_from_others(told: Field) -> None:
    assert counting.is_entry(told.entries["Atelier"].scheme)
    assert not counting.is_entry("campaign:1")
    assert not counting.is_entry("")


# Words


@pytest.mark.parametrize("code", [SENT, HELPED])
def test_each_figure_says_what_it_counts_in_both_languages(code: str) -> None:
    definition = figures.get(code)
    for words in (definition.label, definition.words):
        assert words.fr
        assert words.en
        assert words.fr != words.en
