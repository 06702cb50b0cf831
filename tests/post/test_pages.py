"""The pages by which an administrator sees to what goes out."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import translation
from django_tasks_db.models import DBTaskResult

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, NotAllowed
from maillage.post import actions, handing
from maillage.post.actions import Decision
from maillage.post.jobs import send_outbox
from maillage.post.models import Kind, Message, State
from tests.factories import accounts, post as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> Actor:
    """An administrator signed in on the client."""
    return accounts.signed_in(client, Role.ADMINISTRATOR)


@pytest.fixture
def ours(by: Actor) -> Organisation:
    return by.acting_for()


def page(client: Client, address: str) -> BeautifulSoup:
    answer = client.get(address)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def words(soup: Any) -> str:
    return " ".join(soup.get_text(" ").split())


def decide(client: Client, message: Message, decision: str, version: int | None = None) -> Any:
    sent = {"decision": decision, "version": message.version if version is None else version}
    return client.post(f"/envois/{message.key}/", sent)


# The outbox


def test_an_empty_outbox_says_what_to_do(client: Client, by: Actor) -> None:
    shown = page(client, "/envois/")

    assert "Rien n’a encore été envoyé." in words(shown.select_one(".empty"))
    assert [words(one.strong) for one in shown.select("[aria-labelledby=states] li")] == ["0"] * 6
    assert shown.select_one("[aria-labelledby=files]") is None
    assert "attendent que « maillage worker » tourne" in words(shown)


def test_it_counts_by_state_and_lists_the_latest_first(client: Client, ours: Organisation) -> None:
    for state in State:
        make.standing(state, ours)
    make.standing(State.SENT, ours)
    shown = page(client, "/envois/")

    counted = {words(li.a): words(li.strong) for li in shown.select("[aria-labelledby=states] li")}
    assert counted == {
        "En attente": "1", "En cours d’envoi": "1", "Envoyé": "2",
        "Incertain": "1", "En échec": "1", "Annulé": "1",
    }  # fmt: skip
    assert "attend votre décision" in words(shown)
    listed = shown.select("#messages ol.records li")
    assert words(listed[0].select_one(".state")) == "Envoyé"
    assert len(listed) == 7


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"lea@example.org", "max@example.org", "+33612345678"}),
        ("?state=uncertain", {"max@example.org"}),
        ("?kind=text", {"+33612345678"}),
        ("?q=LEA", {"lea@example.org"}),
        ("?state=sent&kind=email&q=max", set()),
    ],
)
def test_filters_narrow_the_list(
    client: Client, ours: Organisation, query: str, found: set[str]
) -> None:
    make.message(ours, to="lea@example.org")
    make.standing(State.UNCERTAIN, ours, to="max@example.org")
    make.message(ours, kind=Kind.TEXT)
    shown = page(client, f"/envois/{query}")

    listed = {words(li.span).rpartition(", ")[2] for li in shown.select("#messages ol.records li")}
    listed = {text.split()[-1] for text in listed}
    lines = words(shown.select_one("#messages"))
    assert {
        one for one in ("lea@example.org", "max@example.org", "+33612345678") if one in lines
    } == found
    assert ("Retirez un filtre" in lines) == (not found)


def test_a_filter_that_is_none_is_refused_on_its_field(client: Client, by: Actor) -> None:
    answer = client.get("/envois/?state=lost")

    assert answer.status_code == 422
    assert "lost" in answer.content.decode()


def test_other_organisations_messages_are_not_shown(client: Client, by: Actor) -> None:
    foreign = make.message(to="lea@example.org")

    assert "lea@example.org" not in words(page(client, "/envois/"))
    assert client.get(f"/envois/{foreign.key}/").status_code == 404
    assert decide(client, foreign, "withdraw").status_code == 404


def test_long_lists_are_paged_and_keep_their_filters(client: Client, ours: Organisation) -> None:
    for _ in range(31):
        make.message(ours)
    shown = page(client, "/envois/?state=waiting")

    assert len(shown.select("#messages ol.records li")) == 30
    assert shown.select_one("a[rel=next]")["href"] == "?state=waiting&page=2"
    assert len(page(client, "/envois/?state=waiting&page=2").select("#messages ol li")) == 1


def test_it_takes_the_same_queries_for_few_messages_and_for_many(
    client: Client, ours: Organisation, django_assert_max_num_queries: Any
) -> None:
    for many in (3, 40):
        for _ in range(many):
            make.message(ours)
        with django_assert_max_num_queries(14):
            page(client, "/envois/")


def test_it_says_when_a_worker_last_went_through(client: Client, by: Actor) -> None:
    DBTaskResult.objects.create(
        task_path=send_outbox.module_path, status="SUCCESSFUL", args_kwargs={},
        backend_name="default", run_after=clock.real_now(), finished_at="2026-03-02T08:00:00Z",
    )  # fmt: skip

    assert "relevée pour la dernière fois le 2 mars 2026 à 9 h 00" in words(
        page(client, "/envois/")
    )


def test_it_speaks_english_too(client: Client, ours: Organisation) -> None:
    client.cookies["django_language"] = "en"
    make.standing(State.UNCERTAIN, ours)

    assert "What left, and what did not?" in words(page(client, "/envois/"))


def test_administrators_find_it_from_their_home(client: Client, by: Actor) -> None:
    assert page(client, "/").select_one('a[href="/envois/"]') is not None


# A message to oneself


def test_one_writes_to_oneself_and_sees_where_it_stands(client: Client, by: Actor) -> None:
    once = str(uuid4())
    first = client.post("/envois/essai/", {"once": once}, follow=True)
    client.post("/envois/essai/", {"once": once})

    assert by.person is not None
    assert f"Un message à {by.person.email} est en attente" in first.content.decode()
    assert make.everything().count() == 1


@pytest.mark.parametrize("address", ["/envois/essai/", "/envois/fichiers/"])
def test_a_button_without_its_key_is_refused(client: Client, by: Actor, address: str) -> None:
    assert client.post(address, {"kind": "letter"}).status_code == 422


# One message


def test_a_message_shows_its_life_and_not_its_text(client: Client, ours: Organisation) -> None:
    queued = make.message(ours, topic=make.NEWS, context={"name": "Secrète"})
    shown = words(page(client, f"/envois/{queued.key}/"))

    assert "Mis en attente" in shown
    assert queued.recipient in shown
    assert "Secrète" not in shown
    assert "/l/" not in shown
    assert "montré à personne" in shown


def test_a_trouble_is_told_with_its_step_and_the_words_of_the_server(
    client: Client, server: Any, ours: Organisation
) -> None:
    server.acts["rcpt"] = ["550 5.1.1 <b>no</b> such user"]
    queued = make.message(ours)
    send_outbox.call()
    shown = words(page(client, f"/envois/{queued.key}/"))

    assert "Tentative 1, à cette étape : destinataire 550" in shown
    assert "5.1.1 <b>no</b> such user" in shown
    assert "Maillage a renoncé à ce message." in shown


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        (State.WAITING, ["Le retirer"]),
        (State.CLAIMED, []),
        (State.SENT, []),
        (State.UNCERTAIN, ["L’envoyer de nouveau", "Le tenir pour envoyé"]),
        (State.FAILED, ["L’envoyer de nouveau", "Le retirer"]),
        (State.CANCELLED, []),
    ],
)
def test_what_may_be_decided_depends_on_where_it_stands(
    client: Client, ours: Organisation, state: State, offered: list[str]
) -> None:
    message = make.standing(state, ours)
    shown = page(client, f"/envois/{message.key}/")

    assert [words(label) for label in shown.select("main form label")] == offered


@pytest.mark.parametrize(
    ("state", "decision", "then", "noted"),
    [
        (State.UNCERTAIN, Decision.RESEND, State.WAITING, "resent"),
        (State.UNCERTAIN, Decision.SAY_SENT, State.SENT, "said_sent"),
        (State.FAILED, Decision.RESEND, State.WAITING, "resent"),
        (State.FAILED, Decision.WITHDRAW, State.CANCELLED, "withdrawn"),
        (State.WAITING, Decision.WITHDRAW, State.CANCELLED, "withdrawn"),
    ],
)
def test_a_decision_is_noted_with_who_and_when(
    client: Client, by: Actor, state: State, decision: Decision, then: State, noted: str
) -> None:
    message = make.standing(state, by.acting_for())

    assert decide(client, message, decision).status_code == 302

    now = make.again(message)
    last = message.events.last()
    assert last is not None
    assert (now.state, last.what, last.by) == (then, noted, by.person)
    assert bool(now.text) == (then == State.WAITING)


def test_a_message_sent_again_starts_its_attempts_afresh(
    client: Client, server: Any, ours: Organisation
) -> None:
    message = make.standing(State.FAILED, ours)
    make.everything().update(attempts=9, words="550 no")
    decide(client, message, "resend")
    send_outbox.call()

    assert (make.again(message).state, make.again(message).attempts) == (State.SENT, 1)
    assert len(server.taken) == 1


@pytest.mark.parametrize("decision", ["", "say_sent", "nonsense"])
def test_what_is_not_offered_is_not_decided(
    client: Client, ours: Organisation, decision: str
) -> None:
    message = make.standing(State.FAILED, ours)

    assert decide(client, message, decision).status_code == 422
    assert make.again(message).state == State.FAILED


def test_a_decision_on_what_has_moved_since_is_refused(client: Client, ours: Organisation) -> None:
    message = make.standing(State.UNCERTAIN, ours)
    seen = message.version
    decide(client, message, "resend")
    # A colleague's page still shows the first doubt; the message is in a second one by now.
    make.everything().update(state=State.UNCERTAIN, version=seen + 5)

    assert decide(client, message, "say_sent", version=seen).status_code == 409
    assert make.again(message).state == State.UNCERTAIN


def test_two_decisions_at_once_are_one(by: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    message = make.standing(State.UNCERTAIN, by.acting_for())
    stale = make.again(message)
    seen = message.version
    actions.decide(message=message, decision=Decision.RESEND, version=seen, by=by)

    with pytest.raises(Conflict):
        actions.decide(message=stale, decision=Decision.SAY_SENT, version=seen, by=by)
    assert make.life(message) == ["queued", "resent"]


@pytest.mark.parametrize("state", [State.SENT, State.CLAIMED, State.CANCELLED])
def test_what_is_settled_or_under_way_is_nobody_s_to_decide(by: Actor, state: State) -> None:
    message = make.standing(state, by.acting_for())

    for decision in Decision:
        with pytest.raises(Conflict):
            actions.decide(message=message, decision=decision, version=message.version, by=by)


def test_a_stranger_decides_nothing(by: Actor) -> None:
    message = make.standing(State.FAILED)

    with pytest.raises(NotAllowed):
        actions.decide(message=message, decision=Decision.WITHDRAW, version=1, by=by)


# Files


def test_a_file_is_gathered_taken_once_and_handed_over(client: Client, by: Actor) -> None:
    ours = [make.message(by.acting_for(), kind=Kind.LETTER) for _ in range(2)]
    assert "2 en attente" in words(page(client, "/envois/"))

    gathered = client.post("/envois/fichiers/", {"once": uuid4(), "kind": "letter"})
    address = gathered["Location"]
    assert "2 messages, réunis le" in words(page(client, address))
    assert "À prendre" in words(page(client, "/envois/"))

    taken = client.post(address)
    assert taken["Content-Disposition"].startswith('attachment; filename="lettres-')
    assert taken.content.startswith(b"%PDF")
    assert client.post(address).status_code == 409
    assert by.person is not None
    assert f"par {by.person.name}" in words(page(client, address))

    assert client.post(f"{address}fin/", {"became": "handed_over"}).status_code == 302
    assert "Ses messages ont été remis." in words(page(client, address))
    assert {make.again(one).state for one in ours} == {State.SENT}
    assert page(client, "/envois/").select_one("[aria-labelledby=files]") is None


def test_looking_at_a_file_does_not_take_it(client: Client, by: Actor) -> None:
    batch = make.batch(by.acting_for())
    for _ in range(2):
        page(client, f"/envois/fichiers/{batch.key}/")
        client.head(f"/envois/fichiers/{batch.key}/")

    batch.refresh_from_db()
    assert batch.taken_at is None


def test_a_file_that_nobody_took_is_put_back(client: Client, by: Actor) -> None:
    batch = make.batch(by.acting_for())
    address = f"/envois/fichiers/{batch.key}/"
    offered = [words(label) for label in page(client, address).select("main form label")]
    assert offered == ["Rien n’est parti : ses messages attendent de nouveau"]

    assert client.post(f"{address}fin/", {"became": "handed_over"}).status_code == 422
    assert client.post(f"{address}fin/", {"became": "put_back"}).status_code == 302
    assert "Il a été remis en attente" in words(page(client, address))


def test_a_file_is_told_in_english_too(client: Client, by: Actor) -> None:
    make.message(by.acting_for(), kind=Kind.TEXT)
    with translation.override("en"):
        batch = handing.gather(kind=Kind.TEXT, by=by, once=uuid4())
        taken = handing.take(batch=batch, by=by)

    assert taken.name == f"text-messages-{batch.pk}.csv"
    assert taken.content.decode("utf-8-sig").startswith("number,text")
