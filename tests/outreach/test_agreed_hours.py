"""An hour agreed with a firm: plans keep it or say they cannot, orders made by hand say what they miss."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from maillage.accounts import retaining
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.outreach import actions
from maillage.outreach.models import Appointment, KeptRound, RoundStop
from maillage.outreach.models.kept_rounds import HOUR
from maillage.register.models import Establishment
from tests.factories import accounts, outreach as make
from tests.spec.drawn import noon

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon_of_rounds")]
PAGE = reverse("outreach:my_round")


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client, Role.ADVISER)


def firm(rank: int) -> Establishment:
    return Establishment.objects.get(trade_name=f"FIRM {rank}")


def agree(client: Client, kept: KeptRound, place: Establishment, at: str, **more: Any) -> Any:
    sent = {"day": f"{kept.day:%Y-%m-%d}", "at": at, **more}
    return client.post(reverse("outreach:agree_hour", args=[place.key]), sent, follow=True)


def stop_of(kept: KeptRound, place: Establishment) -> RoundStop:
    return kept.stops.get(establishment=place)


def keys(kept: KeptRound) -> list[str]:
    return [str(one.establishment.key) for one in kept.stops.filter(rank__isnull=False)]


def again(client: Client, kept: KeptRound, adviser: Actor) -> KeptRound:
    client.post(PAGE, {"campaign": kept.campaign.key, "day": f"{kept.day:%Y-%m-%d}"})
    return KeptRound.objects.carried_by(adviser).get()


def test_an_hour_is_written_on_the_round_kept_by_plans_and_missed_by_an_order(
    client: Client, adviser: Actor
) -> None:
    kept = make.kept_round(adviser, firms=5)
    before = Act.objects.unscoped(reason="a test").count()
    last = Establishment.objects.get(key=keys(kept)[-1])
    answer = agree(client, kept, last, "09:00", back=PAGE)
    assert answer.redirect_chain[-1][0] == PAGE
    page = BeautifulSoup(answer.content, "html.parser")
    assert "Rendez-vous à 09:00" in page.get_text()
    assert "min de retard" in page.get_text(), "the order stays as it was, and says what it misses"
    assert "Planifier autour des heures convenues" in page.get_text()
    planned = again(client, kept, adviser)
    stop = stop_of(planned, last)
    assert (stop.agreed, stop.arrival, stop.rank, stop.late) == (9 * HOUR, 9 * HOUR, 1, 0)
    text = client.get(PAGE).content.decode()
    assert "min de retard" not in text
    # Agreed later than one gets there: one waits, and is told how long.
    agree(client, planned, last, "09:20")
    assert stop_of(planned, last).waiting == 20
    assert "20 min d’avance" in client.get(PAGE).content.decode()
    # Dragged to the end by hand: late, in minutes.
    actions.reorder_round(kept=planned, order=keys(planned)[::-1], by=adviser)
    moved = stop_of(planned, last)
    assert moved.late == -(-((moved.arrival or 0) - (9 * HOUR + 1200)) // 60) > 60
    # Taken back: no hour binds it any more.
    assert "Plus aucune heure" in agree(client, planned, last, "").content.decode()
    assert not Appointment.objects.visible_to(adviser)
    assert stop_of(planned, last).agreed is None
    assert "Rendez-vous" not in client.get(PAGE).content.decode()
    assert Act.objects.unscoped(reason="a test").count() == before, "planning is no act"


def test_lunch_stands_on_the_round_where_it_is_taken(client: Client, adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=9)
    page = BeautifulSoup(client.get(PAGE).content, "html.parser")
    lines = [one.get_text(" ", strip=True) for one in page.select("ol.round > li")]
    (at,) = [rank for rank, words in enumerate(lines) if "Déjeuner" in words]
    assert lines[at].startswith(kept.lunch_hour)
    hours = [one.arrival or 0 for one in kept.stops.filter(rank__isnull=False)]
    assert at == sum(hour < (kept.lunch_at or 0) for hour in hours)
    assert 0 < at < len(hours)
    assert all("data-stop" not in one.attrs for one in page.select("ol.round > li")[at : at + 1])


def test_an_hour_that_no_round_can_keep_is_said_and_comes_before_other_visits(
    client: Client, adviser: Actor
) -> None:
    kept = make.kept_round(adviser, firms=16)
    left = kept.stops.filter(rank=None).select_related("establishment").first()
    assert left is not None
    agree(client, kept, left.establishment, "16:00")
    planned = again(client, kept, adviser)
    assert stop_of(planned, left.establishment).arrival is not None, "it takes somebody's place"
    others = [Establishment.objects.get(key=key) for key in keys(planned)[:3]]
    for place in others[:2]:
        agree(client, planned, place, "10:00")
    agree(client, planned, others[2], "07:30")
    final = again(client, planned, adviser)
    out = [one for one in final.stops.filter(rank=None) if one.agreed is not None]
    assert sorted(one.agreed_hour for one in out) == ["07:30", "10:00"]
    text = client.get(PAGE).content.decode()
    assert "l’heure convenue, 07:30, ne peut être tenue" in text
    assert "l’heure convenue, 10:00, ne peut être tenue" in text


def test_the_manager_agrees_an_hour_and_partners_know_nothing_of_it(adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=3)
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    found = actions.agree_hour(establishment=firm(1), day=kept.day, at=14 * HOUR, by=manager)
    assert found is not None
    assert found.agreed_by == manager.person
    assert stop_of(kept, firm(1)).agreed == 14 * HOUR
    changed = actions.agree_hour(establishment=firm(1), day=kept.day, at=15 * HOUR, by=adviser)
    assert changed is not None
    assert (changed.pk, changed.at, str(changed)) == (found.pk, 15 * HOUR, "2020-07-15 15:00")
    partner = accounts.actor()
    assert not Appointment.objects.visible_to(partner)
    actions.agree_hour(establishment=firm(1), day=kept.day, at=9 * HOUR, by=partner)
    assert stop_of(kept, firm(1)).agreed == 15 * HOUR, "each organisation has its own hours"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"at": "25:00"}, "Donnez une heure"),
        ({"day": "2020-07-14", "at": "10:00"}, "Cette journée est passée"),
        ({"day": "someday", "at": "10:00"}, "Donnez une heure"),
    ],
)
def test_what_is_no_hour_to_come_is_refused_in_words(
    client: Client, adviser: Actor, sent: dict[str, str], words: str
) -> None:
    kept = make.kept_round(adviser, firms=1)
    told = {"at": "10:00", "back": "//elsewhere.example/"} | sent
    answer = agree(client, kept, firm(0), **told)
    assert words in answer.content.decode()
    assert answer.redirect_chain[-1][0] == PAGE, "nobody is sent to another site"
    assert not Appointment.objects.visible_to(adviser)


def test_the_action_refuses_strangers_to_the_field_and_gone_days(adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=1)
    given: dict[str, Any] = {"establishment": firm(0), "day": kept.day, "at": HOUR}
    with pytest.raises(NotAllowed):
        actions.agree_hour(**given, by=accounts.actor(Role.ELECTED))
    with pytest.raises(Invalid):
        actions.agree_hour(**given | {"at": 24 * HOUR}, by=adviser)
    with pytest.raises(Invalid):
        actions.agree_hour(**given | {"day": kept.day - timedelta(days=1)}, by=adviser)


def test_it_is_gone_when_the_day_is_over(adviser: Actor) -> None:
    kept = make.kept_round(adviser, firms=1)
    actions.agree_hour(establishment=firm(0), day=kept.day, at=15 * HOUR, by=adviser)
    with clock.at(noon("2020-07-16")):
        assert not Appointment.objects.visible_to(adviser)
    with clock.at(noon("2020-07-17")):
        retaining.apply(by=System("a test"))
    assert not Appointment.objects.unscoped(reason="a test").exists()
