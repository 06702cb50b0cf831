"""The server's side of a visit that waited on a phone: confirmed by its key, once, or kept with the reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts.actions import end_membership
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Access
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.ledger.models import Act
from maillage.outreach import actions
from maillage.outreach.models import Visit
from maillage.register.models import Establishment
from tests.factories import accounts, outreach as make, register

pytestmark = pytest.mark.django_db
CONTACT = reverse("outreach:phone")


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client, Role.ADVISER)


def sent(client: Client, firm: Establishment, adviser: Actor, **given: Any) -> Any:
    """What the phone is answered."""
    assert adviser.person is not None
    told = {"person": adviser.person.key, "mode": "visit", "outcome": "done", "once": uuid4()}
    told |= {"occurred_on": clock.today().isoformat(), "met": "owner", "firm": firm.display_name}
    address = reverse("outreach:send_visit", args=[firm.key])
    return client.post(address, {**told, **given}, HTTP_ACCEPT="application/json")


def visits() -> Any:
    return Visit.objects.unscoped(reason="a test")


def test_the_answer_confirms_the_very_key(client: Client, adviser: Actor) -> None:
    once = str(uuid4())
    answer = sent(client, register.establishment(), adviser, once=once, note="Le bail finit.")
    assert answer.status_code == 200
    visit = visits().get()
    assert answer.json() == {
        "once": once,
        "visit": reverse("outreach:visit", args=[visit.key]),
        "warning": "",
    }
    assert (visit.once, visit.adviser, visit.note_partners) == (
        once,
        adviser.person,
        "Le bail finit.",
    )


def test_sent_again_it_is_the_same_visit(client: Client, adviser: Actor) -> None:
    once, firm = uuid4(), register.establishment()
    first, again = (sent(client, firm, adviser, once=once).json() for _ in range(2))
    assert first == again
    assert visits().count() == 1
    assert Act.objects.unscoped(reason="a test").filter(kind__contains="visit").count() == 1


FIRST = {"note": "Le bail finit.\nRappeler en juin.", "minutes": "20", "met": "spouse"}
#: What is sent a second time under the key, by what differs: the question, what the phone holds, what is recorded.
OTHERWISE: list[tuple[dict[str, Any], tuple[str, str, str]]] = [
    ({"note": "Autre chose"}, ("Ce qu’il faut retenir", "Autre chose", FIRST["note"])),
    ({"minutes": ""}, ("Minutes passées", "rien", "20")),
    ({"met": "owner"}, ("Vous avez rencontré", "Le dirigeant, la dirigeante", "Le conjoint, la conjointe")),
    (
        {"note_level": "confidential"},
        ("Qui lit cette note", "Mon organisation seulement", "Les partenaires de la convention"),
    ),
    ({"themes": ["premises"]}, ("Besoins exprimés", "Trouver un local ou s’agrandir", "rien")),
]  # fmt: skip


@pytest.mark.parametrize(("other", "row"), OTHERWISE, ids=[next(iter(o)) for o, _r in OTHERWISE])
def test_under_the_same_key_another_text_is_a_conflict_that_shows_both_whole(
    client: Client, adviser: Actor, other: dict[str, Any], row: tuple[str, str, str]
) -> None:
    once, firm = uuid4(), register.establishment()
    sent(client, firm, adviser, once=once, **FIRST)
    answer = sent(client, firm, adviser, once=once, **{**FIRST, **other})
    assert answer.status_code == 409
    told, visit = answer.json(), visits().get()
    assert [one for one in told["both"] if one[1] != one[2]] == [list(row)]
    asked = [one[0] for one in told["both"]]
    assert {"Entreprise", "C’était", "Ce qu’il faut retenir", "Jour"} <= set(asked)
    assert "Campagne" not in asked, "what neither says is left out"
    assert told["visit"] == reverse("outreach:visit", args=[visit.key])
    assert told["correct"] == reverse("outreach:correct_visit", args=[visit.key])
    assert told["note"] == f"note_{other.get('note_level', 'partners')}"
    assert visit.note_partners == FIRST["note"], "what was recorded stands"


def test_both_texts_hold_what_was_told_in_confidence_for_who_may_read_it(
    client: Client, adviser: Actor
) -> None:
    """An officer reports visits and reads no early signal; an adviser's reading is written down."""
    grid = make.guides(adviser)[0]
    answers = {"grid": grid.key, "g_rent": "late", "g_wants": ["workshop"]}
    rents: list[list[list[str]]] = []
    for role in (Role.ADVISER, Role.OFFICER):
        reader = accounts.signed_in(client, role, organisation=adviser.organisation)
        once, firm = uuid4(), register.establishment()
        assert sent(client, firm, reader, once=once, **answers).status_code == 200
        told = sent(client, firm, reader, once=once, **answers, note="Autre").json()
        rents.append([row for row in told["both"] if "loyer" in row[0].lower()])
        assert any("Atelier collectif" in row[1] == row[2] for row in told["both"])
    (theirs,), (masked,) = rents
    assert theirs[1] == theirs[2] != "rien"
    assert masked[1] == theirs[1]
    assert masked[2] == "rien"
    read = Access.objects.visible_to(System("a test reads the journals"))
    assert read.filter(why__contains="phone").count() == 1


def test_a_visit_corrected_since_takes_no_other_text_in_silence(
    client: Client, adviser: Actor
) -> None:
    """The same text again is confirmed once it is the text recorded; until then both are shown."""
    once, firm = uuid4(), register.establishment()
    sent(client, firm, adviser, once=once, note="A")
    visit = visits().get()
    notes = {"partners": "B", "public": "", "confidential": ""}
    facts = actions.VisitFacts.of(visit)
    actions.correct_visit(
        visit=visit, facts=facts, notes=notes, reason="typing", version=1, by=adviser
    )
    answer = sent(client, firm, adviser, once=once, note="A")
    assert answer.status_code == 409
    assert "corrigée" in answer.json()["reason"]
    assert ["Ce qu’il faut retenir", "A", "B"] in answer.json()["both"]
    assert sent(client, firm, adviser, once=once, note="B").json()["once"] == str(once)
    actions.cancel_visit(visit=visits().get(), reason="twice", by=adviser)
    cancelled = sent(client, firm, adviser, once=once, note="A").json()
    assert "visit" in cancelled
    assert "correct" not in cancelled, "a cancelled visit takes no more text"


def test_the_key_of_somebody_else_tells_nothing_of_their_visit(
    client: Client, adviser: Actor
) -> None:
    theirs = make.visit(accounts.actor(), note="Secret", once=str(uuid4()))
    answer = sent(client, register.establishment(), adviser, once=theirs.once)
    assert answer.status_code == 409
    assert "Secret" not in answer.content.decode()
    assert "both" not in answer.json()


def test_a_visit_is_not_recorded_under_the_name_of_who_signed_in_since(
    client: Client, adviser: Actor
) -> None:
    other = accounts.actor(Role.ADVISER, adviser.organisation)
    assert other.person is not None
    answer = sent(client, register.establishment(), adviser, person=other.person.key)
    assert answer.status_code == 422
    assert "person" in answer.json()["fields"]
    assert not visits().exists()


def test_a_firm_that_closed_meanwhile_is_recorded_with_a_warning(
    client: Client, adviser: Actor
) -> None:
    firm = register.establishment()
    Establishment.objects.filter(pk=firm.pk).update(state="F")
    answer = sent(client, firm, adviser)
    assert answer.status_code == 200
    assert "fermée" in answer.json()["warning"]
    assert visits().count() == 1


def test_a_firm_matched_meanwhile_is_that_of_the_register(client: Client, adviser: Actor) -> None:
    added, real = make.firm_added_by_hand(adviser), register.establishment()
    actions.reconcile_firm(firm=added, real=real, by=adviser)
    assert sent(client, added.establishment, adviser).status_code == 200
    assert visits().get().establishment == real


@pytest.mark.parametrize("days", [1, 400])
def test_a_phone_whose_clock_runs_ahead_is_told_and_keeps_the_visit(
    client: Client, adviser: Actor, days: int
) -> None:
    ahead = clock.today() + timedelta(days=days)
    answer = sent(client, register.establishment(), adviser, occurred_on=ahead.isoformat())
    assert answer.status_code == 422
    assert "occurred_on" in answer.json()["fields"]
    assert not visits().exists()


def test_a_campaign_that_closed_is_no_silent_loss(client: Client, adviser: Actor) -> None:
    answer = sent(client, register.establishment(), adviser, campaign=uuid4())
    assert answer.status_code == 422
    assert "campaign" in answer.json()["fields"]
    assert not visits().exists()


def test_who_is_signed_out_is_no_confirmation(client: Client) -> None:
    adviser, firm = accounts.actor(), register.establishment()
    answer = sent(client, firm, adviser)
    assert answer.status_code == 302
    assert client.get(CONTACT).status_code == 302


def test_a_seal_that_expired_is_no_confirmation(adviser: Actor, client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answer = sent(strict, register.establishment(), adviser)
    assert answer.status_code in {302, 403}
    assert not visits().exists()
    seal = strict.get(CONTACT).json()["seal"]
    assert sent(strict, register.establishment(), adviser, csrfmiddlewaretoken=seal).json()["once"]


def test_contact_tells_whose_phone_it_is_and_what_it_may_carry(
    client: Client, adviser: Actor
) -> None:
    kept = make.kept_round(adviser, firms=1)
    assert adviser.person is not None
    told = client.get(CONTACT).json()
    assert told["person"] == str(adviser.person.key)
    assert told["rounds"] == [str(kept.key)]
    assert 0 <= told["seconds"] <= 25 * 3600
    actions.withdraw_round(kept=kept, by=adviser)
    assert client.get(CONTACT).json()["rounds"] == []
    expert = accounts.signed_in(client, Role.EXPERT)
    assert expert.person is not None
    told = client.get(CONTACT).json()
    assert (told["person"], told["rounds"]) == (str(expert.person.key), []), "it changed hands"


def test_the_worker_is_served_from_the_root_under_the_same_policy(client: Client) -> None:
    answer = client.get("/telephone.js")
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    text = answer.content.decode()
    for name in ("account_logout", "account_login", "outreach:my_round", "outreach:phone"):
        assert f'"{reverse(name)}"' in text
    assert "&" not in text.replace("&&", ""), "nothing in it was escaped for HTML"


def test_an_adviser_who_left_sends_nothing_more_and_carries_no_round(
    client: Client, adviser: Actor
) -> None:
    make.kept_round(adviser, firms=1)
    firm = register.establishment()
    assert adviser.membership is not None
    leaving = accounts.actor(Role.ADMINISTRATOR, adviser.organisation)
    end_membership(membership=adviser.membership, by=leaving)
    answer = sent(client, firm, adviser)
    assert answer.status_code in {302, 403}
    assert "once" not in answer.content.decode(), (
        "nothing that a phone would take for a confirmation"
    )
    assert not visits().exists()
    assert client.get(CONTACT).status_code in {302, 403}


@pytest.mark.parametrize("days", [1, 30])
def test_a_phone_whose_clock_runs_behind_is_believed_about_the_day_only(
    client: Client, adviser: Actor, days: int
) -> None:
    """A visit may be reported late: the day typed is the day of the visit, the instant is the server's."""
    behind = clock.today() - timedelta(days=days)
    assert (
        sent(client, register.establishment(), adviser, occurred_on=behind.isoformat()).status_code
        == 200
    )
    act = Act.objects.unscoped(reason="a test").get(kind__contains="visit")
    assert act.occurred_on == behind
    assert abs(act.recorded_at - clock.now()) < timedelta(minutes=5)
