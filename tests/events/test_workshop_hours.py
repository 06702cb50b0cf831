"""Hours of workshops that change: refused, with who is concerned, where somebody would be in two rooms at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from maillage.accounts.actors import Actor, System
from maillage.events import actions
from maillage.events.actions.rooms import NAMED_AT_MOST
from maillage.events.models import Event, Workshop
from maillage.events.vocabulary import Why
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from tests.events.test_pages import main_of, signed, url
from tests.events.test_workshop_pages import typed
from tests.factories import accounts, events as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _before() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-02T10:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


@pytest.fixture
def day(adviser: Actor) -> Event:
    return make.assembly(adviser, seats=20)


@pytest.fixture
def early(day: Event, adviser: Actor) -> Workshop:
    return make.workshop(day, by=adviser)


@pytest.fixture
def late(day: Event, adviser: Actor) -> Workshop:
    hours = {"starts_at": time(11), "ends_at": time(12)}
    return make.workshop(day, by=adviser, title_fr="Énergie", seats=2, **hours)


def moved(room: Workshop, by: Actor, begins: time, ends: time, **changed: Any) -> Workshop:
    now = Workshop.objects.visible_to(MACHINE).select_related("event").get(pk=room.pk)
    plan = make.workshop_plan(starts_at=begins, ends_at=ends, seats=now.seats, **changed)
    return actions.change_workshop(workshop=now, plan=plan, version=now.version, by=by)


# begins, ends of the early one, once somebody chose it and the one from eleven to twelve | whether it may
HOURS = [
    ("an instant before the other begins", time(10, 30), time(11), True),
    ("as the other ends", time(12), time(13), True),
    ("one minute into the other", time(10), time(11, 1), False),
    ("until a minute after the other began to end", time(11, 59), time(12, 30), False),
    ("around the other", time(9), time(13), False),
    ("within the other", time(11, 15), time(11, 45), False),
    ("at the hours of the other", time(11), time(12), False),
]


@pytest.mark.parametrize(("begins", "ends", "may"), [one[1:] for one in HOURS], ids=[one[0] for one in HOURS])  # fmt: skip
def test_a_workshop_moves_where_nobody_on_its_list_is_elsewhere(
    day: Event, adviser: Actor, early: Workshop, late: Workshop, begins: time, ends: time, may: bool
) -> None:
    line = make.line(day, name="Ada", workshops=[early, late])
    if may:
        assert moved(early, adviser, begins, ends).starts_at == begins
    else:
        with pytest.raises(Invalid) as refused:
            moved(early, adviser, begins, ends)
        assert set(refused.value.fields) == {"starts_at"}
    now = Workshop.objects.visible_to(MACHINE).get(pk=early.pk)
    assert (now.starts_at, now.version) == ((begins, 2) if may else (time(10), 1))
    assert sorted(one.workshop_id for one in line.chosen) == sorted([early.pk, late.pk])


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        ("fr", "1 personne de sa liste a choisi un autre atelier", "personnes de sa liste ont choisi un autre atelier"),
        ("en", "1 person on its list chose another workshop", "people on its list chose another workshop"),
    ],
)  # fmt: skip
def test_the_refusal_counts_everybody_and_names_the_first_in_the_readers_language(
    day: Event, adviser: Actor, early: Workshop, late: Workshop, language: str, one: str, many: str
) -> None:
    firm = register.establishment()
    make.line(day, firm, name="Ada", workshops=[early, late])
    make.line(day, name="Nobody else", workshops=[early])

    def told() -> str:
        with translation.override(language), pytest.raises(Invalid) as refused:
            moved(early, adviser, time(11), time(12))
        return str(refused.value.fields["starts_at"])

    assert told().startswith(one)
    assert firm.display_name in told(), "a firm is called by its name, as on the list"
    for number in range(NAMED_AT_MOST):  # more than the two seats: who waits chose it too
        make.line(day, name=f"Person {number}", workshops=[early, late])
    assert told().startswith(f"{NAMED_AT_MOST + 1} {many}")
    assert f"Person {NAMED_AT_MOST - 2}, …" in told()
    assert f"Person {NAMED_AT_MOST - 1}" not in told()
    assert "Nobody else" not in told()


def test_what_no_longer_stands_hinders_nobody(
    day: Event, adviser: Actor, early: Workshop, late: Workshop
) -> None:
    gone, changed = (make.line(day, name=name, workshops=[early, late]) for name in ("a", "b"))
    with pytest.raises(Invalid):
        moved(early, adviser, time(11), time(12))
    actions.end_registration(line=gone, because="twice", by=adviser)
    with pytest.raises(Invalid):
        moved(early, adviser, time(11), time(12))
    actions.choose_workshops(line=changed, workshops=[late], by=adviser)
    assert moved(early, adviser, time(11), time(12)).version == 2
    back = moved(early, adviser, time(10), time(11))
    actions.choose_workshops(line=changed, workshops=[back, late], by=adviser)
    actions.cancel_workshop(workshop=late, why=Why.NO_ROOM, by=adviser)
    assert moved(early, adviser, time(11), time(12)).version == 4


def test_words_and_seats_change_whatever_hours_were_left_before(
    day: Event, adviser: Actor, early: Workshop, late: Workshop
) -> None:
    make.line(day, name="Ada", workshops=[early, late])
    rows = Workshop.objects.visible_to(MACHINE).filter(pk=early.pk)
    rows.update(starts_at=time(11), ends_at=time(12))  # written before hours were held to choices
    assert moved(early, adviser, time(11), time(12), title_en="Grow").title_en == "Grow"
    with pytest.raises(Invalid):
        moved(early, adviser, time(11), time(12, 30))
    assert moved(early, adviser, time(10), time(11)).version == 3, "the way out stays open"


def test_the_form_says_it_beside_the_hour_and_keeps_what_was_typed(
    client: Client, day: Event, adviser: Actor, early: Workshop, late: Workshop
) -> None:
    make.line(day, name="Ada", workshops=[early, late])
    hours = {"starts_at": "11:00", "ends_at": "12:00", "version": "1", "title_fr": "Autrement dit"}
    for language, shown in (("fr", "aux mêmes heures : Ada. Demandez-lui"), ("en", "held at these hours: Ada. Ask first")):  # fmt: skip
        signed(client, adviser, language)
        answer = client.post(url("change_workshop", early.key), typed(**hours))
        assert shown in main_of(answer, 422)
        assert "Autrement dit" in answer.content.decode()
    hours["starts_at"], hours["ends_at"] = "09:00", "10:00"
    told = main_of(client.post(url("change_workshop", early.key), typed(**hours), follow=True))
    assert "Autrement dit" in told or "Hire" in told
