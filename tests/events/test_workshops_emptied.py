"""What workshops keep of people: words three years, names one, both gone with the firm or by a line taken off; counts stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.test import Client

from maillage.accounts import retaining
from maillage.accounts.actors import Actor, System
from maillage.events import actions, programme
from maillage.events.models import Choice, Contribution, Event, Registration, Workshop
from maillage.events.retention import KEPT
from maillage.events.vocabulary import Ended
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.ledger.models import Act
from maillage.needs.actions.agreeing import agreements_of
from maillage.needs.models import Need
from maillage.needs.vocabulary import Theme
from maillage.register import erasing
from tests.events.test_pages import main_of, signed, url
from tests.factories import accounts, events as make, needs, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
NOON = clock.parse_instant("2020-03-12T12:00")
WORDS = {"firm": "Un four partagé", "person": "Une crèche", "nobody": "Des quais"}


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


@pytest.fixture
def room(adviser: Actor) -> Workshop:
    """A workshop in which a firm, a person and the room as a whole said something; the first two chose it."""
    found = make.workshop(make.assembly(adviser), by=adviser)
    for name, place in (("firm", register.establishment()), ("person", None)):
        who = actions.Walker(establishment=place, name=f"Zoé-{name}")
        line = actions.note_arrival(event=found.event, who=who, by=adviser)
        actions.choose_workshops(line=line, workshops=[found], by=adviser)
        make.contribution(found, line, by=adviser, words=WORDS[name])
    make.contribution(found, by=adviser, words=WORDS["nobody"])
    return found


def words() -> list[str]:
    rows = Contribution.objects.visible_to(MACHINE).order_by("pk")
    return list(rows.values_list("words", flat=True))


def names() -> list[str]:
    rows = Registration.objects.visible_to(MACHINE).order_by("pk")
    return list(rows.values_list("name", flat=True))


def of_firm() -> Registration:
    rows = Registration.objects.visible_to(MACHINE).select_related("legal_unit", "event")
    return rows.get(establishment__isnull=False)


def counted() -> tuple[list[object], list[object], int]:
    """Everything that figures and programmes rest upon."""
    acts = Act.objects.unscoped(reason="tests").effective().order_by("pk")
    seats = Choice.objects.visible_to(MACHINE).order_by("pk").values_list("workshop_id", "seat")
    standing = Contribution.objects.visible_to(MACHINE).standing().count()
    return list(acts.values_list("kind", "theme", "commune")), list(seats), standing


def after(days: int) -> Callable[[], None]:
    def apply() -> None:
        with clock.at(NOON + timedelta(days=days)):
            for _twice in range(2):
                retaining.apply(by=MACHINE)

    return apply


def erased() -> None:
    unit = of_firm().legal_unit
    assert unit is not None
    erasing.erase(unit=unit, reason="It asked for it", by=MACHINE)


ALL, NONE = list(WORDS.values()), ["", "", ""]
BOTH = ["Zoé-firm", "Zoé-person"]

# what happens | the words that are left | the names that are left
EMPTIED: list[tuple[str, Callable[[], None], list[str], list[str]]] = [
    ("a year less a day", after(364), ALL, BOTH),
    ("a year and a day", after(366), ALL, ["", ""]),
    ("three years less a day", after(3 * 365 - 1), ALL, ["", ""]),
    ("three years and a day", after(3 * 365 + 1), NONE, ["", ""]),
    ("the firm is erased", erased, ["", *ALL[1:]], ["", BOTH[1]]),
]


@pytest.mark.parametrize(("happens", "left", "called"), [one[1:] for one in EMPTIED], ids=[one[0] for one in EMPTIED])  # fmt: skip
def test_words_and_names_go_in_their_time_and_nothing_that_is_counted(
    adviser: Actor, room: Workshop, happens: Callable[[], None], left: list[str], called: list[str]
) -> None:
    before = counted()
    happens()
    assert (words(), names()) == (left, called)
    assert counted()[1:] == before[1:]
    assert [kind for kind, *_rest in counted()[0]] == [kind for kind, *_rest in before[0]]  # type: ignore[misc]
    told = programme.told_at(Event.objects.visible_to(MACHINE).get(pk=room.event_id), adviser)
    assert told.counted.value == 3
    quoted = [one.words for one in told.words[room.pk]]
    assert quoted == left


def test_the_pages_of_an_emptied_workshop_open_and_say_neither_name_nor_word(
    client: Client, adviser: Actor, room: Workshop
) -> None:
    after(3 * 365 + 1)()
    erased()
    with clock.at(NOON + timedelta(days=3 * 365 + 2)):
        signed(client, adviser)
        for name, one in (("workshop", room), ("proceedings", room.event), ("event", room.event)):
            told = main_of(client.get(url(name, one.key)))
            for gone in (*ALL, *BOTH):
                assert gone not in told
        assert client.get(url("paper_list", room.event.key)).status_code == 200


def test_titles_and_leaders_of_workshops_are_no_firms_to_forget(room: Workshop) -> None:
    held = Workshop.objects.visible_to(MACHINE).values().get(pk=room.pk)
    erased()
    after(3 * 365 + 1)()
    assert Workshop.objects.visible_to(MACHINE).values().get(pk=room.pk) == held
    assert KEPT[Contribution].erased == {"words": ""}
    assert (KEPT[Choice].rules, KEPT[Workshop].rules) == ((), ())


# What was said becomes a need: with what was agreed, as a concern raised at the door does


def raised(by_contribution: bool, adviser: Actor, room: Workshop, agreed: bool) -> Need:
    """A need of the firm, made of what it said in the workshop, or raised by itself at the event."""
    asked = needs.asked(Theme.ENERGY, expressed_on=make.DAY)
    line = of_firm()
    if not by_contribution:
        return actions.raise_concern(line=line, asked=asked, agreed=agreed, by=adviser)
    said = Contribution.objects.visible_to(MACHINE).get(line=line)
    return actions.raise_contribution(contribution=said, asked=asked, agreed=agreed, by=adviser)


@pytest.mark.parametrize("agreed", [True, False])
def test_a_need_made_of_what_was_said_has_the_agreement_of_a_concern_and_its_acts(
    adviser: Actor, room: Workshop, agreed: bool
) -> None:
    made, concern = (raised(one, adviser, room, agreed) for one in (True, False))
    for need in (made, concern):
        assert need.agreements.count() == (1 if agreed else 0)
        assert len(list(agreements_of(need))) == (1 if agreed else 0)
    same = ("establishment_id", "organisation_id", "origin", "scheme", "theme", "expressed_on")
    assert [getattr(made, name) for name in same] == [getattr(concern, name) for name in same]
    assert made.source_key != concern.source_key
    acts = Act.objects.unscoped(reason="tests").filter(kind="needs.event_need_expressed")
    assert {one.scheme for one in acts} == {room.event.scheme}
    assert acts.count() == 2


@pytest.mark.parametrize("who", ["person", "nobody"])
def test_what_no_firm_said_is_no_need_whoever_agrees(
    adviser: Actor, room: Workshop, who: str
) -> None:
    said = Contribution.objects.visible_to(MACHINE).get(words=WORDS[who])
    asked = needs.asked(Theme.ENERGY, expressed_on=make.DAY)
    with pytest.raises(Invalid):
        actions.raise_contribution(contribution=said, asked=asked, agreed=True, by=adviser)
    assert not Need.objects.visible_to(MACHINE).exists()


def test_a_need_outlives_the_words_it_was_made_of_and_what_is_taken_back_makes_none(
    adviser: Actor, room: Workshop
) -> None:
    need = raised(True, adviser, room, agreed=True)
    said = Contribution.objects.visible_to(MACHINE).get(line=of_firm())
    actions.take_contribution_back(contribution=said, by=adviser)
    assert Need.objects.visible_to(MACHINE).standing().filter(pk=need.pk).exists()
    with pytest.raises(Conflict):
        raised(True, adviser, room, agreed=True)
    again = Contribution.objects.visible_to(MACHINE).get(pk=said.pk)
    assert again.ended_because == Ended.MISTAKE
    assert counted()[2] == 2
