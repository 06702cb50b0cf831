"""Answers of a visit: tapped, sent from a phone, kept with the version that asked them, corrected, shown."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach import actions
from maillage.outreach.actions.answers import Heard, signal_of
from maillage.outreach.models import Guide, Visit
from maillage.outreach.vocabulary import Outcome
from tests.factories import accounts, outreach as make, register

pytestmark = pytest.mark.django_db
ANSWERS = {"g_rent": "late", "g_wants": ["call", "meeting"], "g_horizon": ""}


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client, Role.ADVISER)


@pytest.fixture
def grid(adviser: Actor) -> Guide:
    return make.guides(adviser)[0]


def form_of(adviser: Actor, **given: Any) -> dict[str, Any]:
    assert adviser.person is not None
    told = {"person": adviser.person.key, "mode": "visit", "outcome": "done", "once": uuid4()}
    return told | {"occurred_on": clock.today().isoformat(), "met": "owner"} | given


def visit() -> Visit:
    return Visit.objects.unscoped(reason="a test").select_related("grid").get()


def test_the_form_asks_the_blocks_and_nothing_has_to_be_answered(
    client: Client, adviser: Actor, grid: Guide
) -> None:
    address = reverse("outreach:new_visit", args=[register.establishment().key])
    page = client.get(address).content.decode()
    assert page.count("<details") == 4
    assert str(grid.key) in page
    assert client.post(address, form_of(adviser)).status_code == 302
    assert (visit().grid, visit().answers, signal_of(visit())) == (None, {}, None)


def test_answers_are_kept_with_their_version_the_confidential_ones_apart(
    client: Client, adviser: Actor, grid: Guide
) -> None:
    address = reverse("outreach:new_visit", args=[register.establishment().key])
    client.post(address, form_of(adviser, grid=grid.key, **ANSWERS))
    assert (visit().grid, visit().answers) == (grid, {"wants": ["call", "meeting"]})
    signal = signal_of(visit())
    assert signal is not None
    assert signal.answers == {"rent": ["late"]}
    page = client.get(reverse("outreach:visit", args=[visit().key])).content.decode()
    assert "Rendez-vous, Être rappelé" in page
    assert "Deux mois de retard" not in page


def test_a_phone_that_waited_keeps_the_version_it_was_opened_with(
    client: Client, adviser: Actor, grid: Guide
) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    draft = make.draft_guide(manager)
    text = draft.text.replace('code = "wants"', 'code = "wishes"')
    draft = actions.rewrite_guide(guide=draft, text=text, version=1, by=manager)
    actions.publish_guide(guide=draft, by=manager)
    address = reverse("outreach:send_visit", args=[register.establishment().key])
    sent = form_of(adviser, grid=grid.key, **ANSWERS)
    for _turn in range(2):
        assert client.post(address, sent).json()["once"] == str(sent["once"])
    assert (visit().grid, visit().answers) == (grid, {"wants": ["call", "meeting"]})


@pytest.mark.parametrize(
    ("role", "in_confidence"),
    [(Role.ADVISER, "Deux mois de retard ou plus"), (Role.OFFICER, "rien")],
)
def test_a_conflict_tells_the_answers_recorded_those_in_confidence_to_who_may_read_them(
    client: Client, role: Role, in_confidence: str
) -> None:
    sender = accounts.signed_in(client, role)
    grid = make.guides(accounts.actor(Role.ADVISER, sender.organisation))[0]
    address = reverse("outreach:send_visit", args=[register.establishment().key])
    sent = form_of(sender, grid=grid.key, **ANSWERS)
    client.post(address, sent)
    answer = client.post(address, sent | {"g_wants": ["workshop"], "g_rent": "ok"})
    assert answer.status_code == 409
    recorded = {question: theirs for question, _mine, theirs in answer.json()["both"]}
    assert "Être rappelé, Rendez-vous" in recorded.values()
    assert in_confidence in recorded[str(grid.grid.questions["rent"].ask)]
    assert visit().answers == {"wants": ["call", "meeting"]}


@pytest.mark.parametrize("key", ["", "no-key", "0199-not", "7d1f0c9e-8a52-4a43-9d0b-2f6e5c1b7a10"])
def test_answers_to_a_grid_that_is_not_known_are_no_silent_loss(
    client: Client, adviser: Actor, grid: Guide, key: str
) -> None:
    address = reverse("outreach:send_visit", args=[register.establishment().key])
    sent = form_of(adviser, grid=key, g_gone="yes")
    answer = client.post(address, sent, HTTP_ACCEPT="application/json")
    assert answer.status_code == 422
    assert not Visit.objects.unscoped(reason="a test").exists()


def test_the_draft_of_a_grid_is_answered_by_nobody(client: Client, adviser: Actor) -> None:
    draft = make.draft_guide(accounts.actor(Role.SERVICE_MANAGER, adviser.organisation))
    address = reverse("outreach:send_visit", args=[register.establishment().key])
    sent = form_of(adviser, grid=draft.key, **ANSWERS)
    assert client.post(address, sent, HTTP_ACCEPT="application/json").status_code == 422


# answers | outcome
REFUSED = {
    "a question that no grid asks": ({"other": ["late"]}, Outcome.DONE),
    "an answer that it does not take": ({"rent": ["never"]}, Outcome.DONE),
    "two answers where one is expected": ({"rent": ["ok", "late"]}, Outcome.DONE),
    "answers heard from nobody": ({"rent": ["ok"]}, Outcome.ABSENT),
}


@pytest.mark.parametrize(("answers", "outcome"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_have_been_answered_is_refused(
    adviser: Actor, grid: Guide, answers: dict[str, list[str]], outcome: Outcome
) -> None:
    with pytest.raises(Invalid):
        make.visit(adviser, heard=Heard(grid, answers), outcome=outcome)
    with pytest.raises(Invalid):
        make.visit(adviser, heard=Heard(None, {"rent": ["ok"]}))


def test_under_the_same_key_other_answers_are_a_conflict(adviser: Actor, grid: Guide) -> None:
    firm, once = register.establishment(), str(uuid4())
    first = make.visit(adviser, firm, heard=make.heard(adviser), once=once)
    assert make.visit(adviser, firm, heard=make.heard(adviser), once=once) == first
    for other in ({"rent": ["ok"]}, {"wants": ["call"]}):
        with pytest.raises(Conflict):
            make.visit(adviser, firm, heard=make.heard(adviser, **other), once=once)


def test_a_correction_starts_from_the_answers_and_keeps_their_version(
    client: Client, adviser: Actor, grid: Guide
) -> None:
    found = make.visit(adviser, heard=make.heard(adviser, rent=["late"], wants=["call"]))
    address = reverse("outreach:correct_visit", args=[found.key])
    page = client.get(address).content.decode()
    assert 'name="g_rent" value="late" checked' in page
    sent = form_of(adviser, version=1, reason="typing", grid=grid.key, g_rent="ok", g_wants="visit")
    assert client.post(address, sent).status_code == 422
    assert client.post(address, sent | {"g_wants": "workshop"}).status_code == 302
    assert (visit().grid, visit().answers) == (grid, {"wants": ["workshop"]})
    signal = signal_of(visit())
    assert signal is not None
    assert signal.answers == {"rent": ["ok"]}


def test_an_officer_who_corrects_leaves_what_they_may_not_read(client: Client) -> None:
    officer = accounts.signed_in(client, Role.OFFICER)
    found = make.visit(officer, heard=make.heard(officer, rent=["late"], wants=["call"]))
    address = reverse("outreach:correct_visit", args=[found.key])
    page = client.get(address).content.decode()
    assert "g_rent" not in page
    assert "g_wants" in page
    assert client.post(address, form_of(officer, version=1, reason="typing")).status_code == 302
    assert visit().answers == {}
    signal = signal_of(visit())
    assert signal is not None
    assert signal.answers == {"rent": ["late"]}


def test_an_officer_who_says_that_nobody_was_met_takes_back_what_they_may_not_read(
    client: Client,
) -> None:
    officer = accounts.signed_in(client, Role.OFFICER)
    found = make.visit(officer, heard=make.heard(officer, rent=["late"]))
    sent = form_of(officer, version=1, reason="typing", outcome="absent")
    answer = client.post(reverse("outreach:correct_visit", args=[found.key]), sent)
    assert answer.status_code == 302
    assert (visit().outcome, signal_of(visit())) == ("absent", None)


def test_a_correction_without_answers_leaves_them_and_a_cancelled_visit_keeps_nothing_in_confidence(
    adviser: Actor, grid: Guide
) -> None:
    found = make.visit(adviser, heard=make.heard(adviser, rent=["late"], wants=["call"]))
    told = {"facts": make.facts(minutes=30), "notes": {}, "reason": "typing", "by": adviser}
    found = actions.correct_visit(visit=found, version=1, **told)
    assert (found.answers, Heard.of(found).answers["rent"]) == ({"wants": ["call"]}, ["late"])
    found = actions.cancel_visit(visit=found, reason="twice", by=adviser)
    assert signal_of(found) is None


def test_a_visit_of_before_the_grid_is_shown_and_corrected_as_ever(
    client: Client, adviser: Actor
) -> None:
    found = make.visit(adviser, note="Ancienne")
    make.guides(adviser)
    assert "Ancienne" in client.get(reverse("outreach:visit", args=[found.key])).content.decode()
    address = reverse("outreach:correct_visit", args=[found.key])
    assert "<details" not in client.get(address).content.decode()
    sent = form_of(adviser, version=1, reason="typing", note_partners="Reprise")
    assert client.post(address, sent).status_code == 302


def test_a_partners_adviser_reads_plain_answers_and_their_officer_does_not(client: Client) -> None:
    owner = accounts.actor()
    found = make.visit(owner, heard=make.heard(owner, rent=["late"], wants=["call"]))
    for role, reads in ((Role.ADVISER, True), (Role.OFFICER, False)):
        reader = accounts.signed_in(client, role)
        accounts.share(owner.organisation, reader.organisation, "visits", Sensitivity.PARTNERS)
        page = client.get(reverse("outreach:visit", args=[found.key])).content.decode()
        assert ("Être rappelé" in page) is reads
        assert "Signaux précoces" not in page
