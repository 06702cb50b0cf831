"""What is said in a workshop: an act of its day, by a firm or by nobody in particular; a need of the firm; on paper, no name."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pypdf import PdfReader

from maillage.accounts import retaining
from maillage.accounts.actors import Actor, System
from maillage.events import actions, programme
from maillage.events.models import Contribution, Event, Registration, Workshop
from maillage.events.vocabulary import Said, State, Why
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.needs.models import Need
from maillage.needs.vocabulary import Origin, Theme
from maillage.ui import reports
from tests.factories import accounts, events as make, needs, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
NOON = clock.parse_instant("2020-03-12T12:00")
FIRM, PEOPLE = "events.firm_contributed", "events.people_contributed"


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


@pytest.fixture
def room(adviser: Actor) -> Workshop:
    return make.workshop(make.assembly(adviser))


def there(room: Workshop, by: Actor, *, firm: bool = True, name: str = "Ada") -> Registration:
    place = register.establishment() if firm else None
    who = actions.Walker(establishment=place, name=name)
    return actions.note_arrival(event=room.event, who=who, by=by)


def said() -> list[tuple[str, str, int | None, str]]:
    every = Act.objects.unscoped(reason="tests").effective().filter(kind__in=(FIRM, PEOPLE))
    rows = every.order_by("id").values_list("kind", "theme", "establishment_id", "commune")
    return list(rows)


def again(event: Event) -> Event:
    return Event.objects.visible_to(MACHINE).get(pk=event.pk)


def test_a_firm_contributes_in_its_commune_and_a_workshop_where_the_event_is(
    adviser: Actor, room: Workshop
) -> None:
    line = there(room, adviser)
    make.contribution(room, line)
    make.contribution(room, theme="recruit", said=Said.STATED)
    make.contribution(room, there(room, adviser, firm=False))
    place = line.establishment
    assert place is not None
    assert said() == [
        (FIRM, "energy", place.pk, place.commune),
        (PEOPLE, "recruit", None, "59350"),
        (PEOPLE, "energy", None, "59350"),
    ]
    act = Act.objects.unscoped(reason="tests").filter(kind=FIRM).get()
    assert (act.occurred_on, act.scheme) == (make.DAY, room.event.scheme)
    assert again(room.event).state is State.HELD


def test_the_same_form_is_written_once_and_what_says_nothing_is_refused(
    adviser: Actor, room: Workshop
) -> None:
    told = actions.Remark(said=Said.PROPOSED, theme="energy", words=" Un achat groupé ")
    made = {
        actions.note_contribution(workshop=room, told=told, by=adviser, once="k").pk for _ in "ab"
    }
    assert len(made) == len(said()) == 1
    another = actions.Remark(said=Said.STATED, theme="energy", words="x")
    with pytest.raises(Conflict):
        actions.note_contribution(workshop=room, told=another, by=adviser, once="k")
    other = make.line(make.event(adviser, day=make.DAY + timedelta(days=9)))
    for wrong, field in (
        ({"words": "  "}, "words"),
        ({"said": "sung"}, "said"),
        ({"theme": "nothing"}, "theme"),
        ({"found": other}, "line"),
    ):
        with pytest.raises(Invalid) as refused:
            make.contribution(room, **wrong)  # type: ignore[arg-type]
        assert field in refused.value.fields


def test_before_the_day_and_in_a_room_that_is_cancelled_nothing_is_said(
    adviser: Actor, room: Workshop
) -> None:
    with clock.at(NOON - timedelta(days=1)), pytest.raises(Invalid):
        make.contribution(room)
    actions.cancel_workshop(workshop=room, why=Why.TOO_FEW, by=adviser)
    with pytest.raises(Conflict):
        make.contribution(room)
    assert said() == []


def test_what_was_written_by_mistake_is_reversed_once(adviser: Actor, room: Workshop) -> None:
    made = make.contribution(room)
    for _twice in range(2):
        actions.take_contribution_back(contribution=made, by=adviser)
    assert said() == []
    assert Act.objects.unscoped(reason="tests").filter(kind=PEOPLE).count() == 2
    assert programme.said_in(room, adviser) == []
    with pytest.raises(Conflict):
        raised(made, adviser)


def test_a_firm_learned_afterwards_and_an_event_cancelled_are_said_anew(
    adviser: Actor, room: Workshop
) -> None:
    line, firm = there(room, adviser, firm=False), register.establishment()
    make.contribution(room, line)
    assert [kind for kind, *_rest in said()] == [PEOPLE]
    actions.identify(line=line, establishment=firm, by=adviser)
    assert [(kind, pk) for kind, _theme, pk, _commune in said()] == [(FIRM, firm.pk)]
    actions.cancel_event(event=room.event, why=Why.WRONG, by=adviser)
    assert said() == []


def raised(made: Contribution, by: Actor, once: str | None = None) -> Need:
    asked = needs.asked(Theme.ENERGY, expressed_on=make.DAY, words=made.words)
    return actions.raise_contribution(contribution=made, asked=asked, agreed=True, by=by, once=once)


def test_what_a_firm_said_becomes_its_need_within_the_event(adviser: Actor, room: Workshop) -> None:
    made = make.contribution(room, there(room, adviser))
    need = raised(made, adviser, "n")
    assert raised(made, adviser, "n") == need
    assert (need.origin, need.scheme) == (Origin.EVENT, room.event.scheme)
    assert (need.source_model, need.source_key) == ("events.contribution", str(made.key))
    assert programme.said_in(room, adviser) == [(made, need)]
    for nobody in (
        make.contribution(room),
        make.contribution(room, there(room, adviser, firm=False)),
    ):
        with pytest.raises(Invalid):
            raised(nobody, adviser)


def test_nobody_else_writes_nor_reads_what_was_said(adviser: Actor, room: Workshop) -> None:
    made, stranger = make.contribution(room), accounts.actor()
    for attempt in (
        lambda: make.contribution(room, by=stranger),
        lambda: actions.take_contribution_back(contribution=made, by=stranger),
        lambda: raised(made, stranger),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    accounts.share(adviser.acting_for(), stranger.acting_for(), "events")
    assert not Contribution.objects.visible_to(stranger).exists()
    assert Workshop.objects.visible_to(stranger).exists()


def test_on_paper_nobody_is_named_and_what_was_confided_is_not_quoted(
    adviser: Actor, room: Workshop
) -> None:
    make.contribution(room, there(room, adviser, name="Zoé"), words="Une halle commune")
    make.contribution(room, theme=Theme.CASH, words="Trois mois de loyer")
    told = programme.told_at(again(room.event), adviser)
    assert told.counted.value == 2
    paper = programme.proceedings(told)
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(reports.pdf(paper))).pages)
    for shown in (reports.document(paper), text):
        assert "Une halle commune" in shown
        assert "Zoé" not in shown
        assert "Trois mois" not in shown


def test_the_list_to_sign_says_who_is_expected_room_by_room(adviser: Actor) -> None:
    with clock.at(NOON - timedelta(days=5)):
        day = make.assembly(adviser, seats=2)
        room, other = make.workshop(day), make.workshop(day, title_fr="Énergie", seats=1)
        make.line(day, name="Ada", email="a@a.example", workshops=[room])
        make.line(day, name="Béa", email="b@a.example", workshops=[other])
        make.line(day, name="Cléo", email="c@a.example", workshops=[other])
    shown = reports.document(programme.paper_list(day, adviser))
    everybody, first, second = shown.split("<h2")[1:4]
    assert ("Ada" in everybody, "Béa" in everybody, "Cléo" in everybody) == (True, True, False)
    assert ("Ada" in first, "Béa" in first) == (True, False) or "Énergie" in first
    assert "Signature" in second


def test_the_words_go_after_three_years_or_with_the_firm_and_the_count_stays(
    adviser: Actor, room: Workshop
) -> None:
    made = make.contribution(room, there(room, adviser))
    with clock.at(NOON + timedelta(days=3 * 365 + 1)):
        retaining.apply(by=MACHINE)
    assert Contribution.objects.visible_to(MACHINE).get(pk=made.pk).words == ""
    assert len(said()) == 1
