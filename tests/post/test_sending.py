"""Queueing a message: beside what caused it, once, in the words of whoever receives it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connections, transaction
from django.test import override_settings
from django_tasks_db.models import DBTaskResult

from maillage import post
from maillage.accounts.actors import ANONYMOUS, System
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.post import outbox, topics
from maillage.post.actions import TRIAL, send_trial
from maillage.post.models import Kind, Link, Message, State
from tests.factories import accounts, post as make
from tests.post import smtp

pytestmark = pytest.mark.django_db


def rounds_asked_for() -> int:
    return DBTaskResult.objects.filter(task_path="maillage.post.jobs.send_outbox").count()


# In the transaction of what caused it


def test_a_message_waits_and_nothing_is_sent_meanwhile(server: smtp.Server) -> None:
    queued = make.message()

    assert queued.state == State.WAITING
    assert make.life(queued) == ["queued"]
    assert server.conversations == 0


def test_what_did_not_happen_tells_nobody(server: smtp.Server) -> None:
    with transaction.atomic():
        make.message()
        transaction.set_rollback(True)

    assert outbox.run().ended[State.SENT] == 0
    assert make.everything().count() == rounds_asked_for() == 0


def test_a_round_is_asked_for_once_for_many_messages() -> None:
    for _ in range(3):
        make.message()

    assert rounds_asked_for() == 1


def test_letters_and_text_messages_ask_for_no_round() -> None:
    make.message(kind=Kind.LETTER)
    make.message(kind=Kind.TEXT)

    assert rounds_asked_for() == 0


# Once


def test_the_same_key_queues_one_message_however_often() -> None:
    owner = accounts.organisation()
    first = make.message(owner, once="welcome:1", to="lea@example.org")
    again = make.message(owner, once="welcome:1", to="lea@example.org")

    assert again == first
    assert make.everything().count() == 1
    assert make.life(first) == ["queued"]


@pytest.mark.parametrize(
    "other",
    [
        {"to": "max@example.org"},
        {"kind": Kind.TEXT, "to": "0612345678"},
        {"topic": make.NEWS},
    ],
    ids=["recipient", "kind", "topic"],
)
def test_the_same_key_for_another_message_is_a_conflict(other: dict[str, Any]) -> None:
    owner = accounts.organisation()
    make.message(owner, once="welcome:1", to="lea@example.org")

    with pytest.raises(Conflict):
        make.message(owner, **{"once": "welcome:1", "to": "lea@example.org", **other})


def test_a_key_of_another_organisation_is_a_conflict_too() -> None:
    make.message(once="welcome:1", to="lea@example.org")

    with pytest.raises(Conflict):
        make.message(once="welcome:1", to="lea@example.org")


@pytest.mark.django_db(transaction=True)
def test_a_key_used_at_the_same_moment_queues_one_message(monkeypatch: pytest.MonkeyPatch) -> None:
    owner = accounts.organisation()
    by = System("a test", organisation=owner)
    make.message(by=by, once="welcome:1", to="lea@example.org")
    looks = iter([None])
    look = post.actions._queued_before  # type: ignore[attr-defined]
    # The first look finds nothing, as if the other message had been queued just after it.
    monkeypatch.setattr(post.actions, "_queued_before", lambda m: next(looks, look(m)))  # type: ignore[attr-defined]

    assert make.message(by=by, once="welcome:1", to="lea@example.org").once == "welcome:1"
    assert make.everything().count() == 1


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_four_at_once_under_one_key_queue_one_message() -> None:
    by = System("a test", organisation=accounts.organisation())

    def queue(_rank: int) -> int:
        try:
            return make.message(by=by, once="welcome:1", to="lea@example.org").pk
        finally:
            connections.close_all()

    # SQLite keeps the tests' database in the memory of one connection: they take turns there.
    with ThreadPoolExecutor(4 if connections["default"].vendor == "postgresql" else 1) as pool:
        assert len(set(pool.map(queue, range(4)))) == 1


# By whom, to whom


def test_nobody_writes_in_the_name_of_no_organisation() -> None:
    with pytest.raises(NotAllowed):
        make.message(by=ANONYMOUS)


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        (Kind.EMAIL, "nobody"),
        (Kind.EMAIL, "lea@example.org\nBcc: all@example.org"),
        (Kind.TEXT, "12"),
        (Kind.LETTER, "Atelier Martin"),
    ],
)
def test_what_is_no_address_is_refused_on_its_field(kind: str, address: str) -> None:
    with pytest.raises(Invalid) as refused:
        make.message(kind=kind, to=address)

    assert set(refused.value.fields) == {"to"}
    assert make.everything().count() == 0


def test_a_topic_that_nobody_declared_is_a_defect() -> None:
    with pytest.raises(topics.UnknownTopic):
        make.message(topic="tests.nothing")


def test_a_topic_whose_package_is_gone_is_still_named_to_its_readers() -> None:
    assert str(topics.words_of("gone.news")) == "gone.news"


# In which words


@pytest.mark.parametrize(
    ("language", "subject", "hello"),
    [
        ("fr", "Message d’essai de Maillage", "Bonjour Léa & Max,"),
        ("en", "Trial message from Maillage", "Hello Léa & Max,"),
    ],
)
def test_it_is_written_in_the_language_of_its_recipient(
    language: str, subject: str, hello: str
) -> None:
    queued = make.message(language=language, context={"name": "Léa & Max"})

    assert queued.subject == subject
    assert queued.text.startswith(hello)
    assert f'<html lang="{language}">' in queued.html
    assert "Léa &amp; Max" in queued.html


def test_what_somebody_typed_is_no_markup() -> None:
    queued = make.message(context={"name": "<b>Léa</b>"})

    assert "&lt;b&gt;Léa&lt;/b&gt;" in queued.html
    assert "<b>" not in queued.html
    assert "<b>Léa</b>" in queued.text


def test_it_says_who_writes_and_how_to_hear_no_more() -> None:
    owner = accounts.organisation(name="Chambre de métiers", short_name="CMA")
    owed = make.message(owner, language="en")
    wanted = make.message(owner, topic=make.NEWS, language="en")

    assert owed.unsubscribe == ""
    assert "To receive no more" not in owed.text + owed.html
    assert wanted.unsubscribe.startswith("http://127.0.0.1:8000/l/")
    assert f"(Newsletter on trial): {wanted.unsubscribe}" in wanted.text
    assert f'<a href="{wanted.unsubscribe}">' in wanted.html
    assert "CMA" in owed.text
    assert "CMA" in owed.html


def test_a_text_message_with_a_topic_ends_with_how_to_hear_no_more() -> None:
    queued = make.message(kind=Kind.TEXT, topic=make.NEWS, language="fr")

    assert queued.text.endswith(f"Stop\N{NO-BREAK SPACE}: {queued.unsubscribe}")
    assert queued.html == ""


def test_a_letter_is_its_words_alone() -> None:
    queued = make.message(kind=Kind.LETTER, topic=make.NEWS)

    assert (queued.html, queued.unsubscribe) == ("", "")
    assert "/l/" not in queued.text
    assert Link.objects.count() == 0


@override_settings(ADDRESS="https://maillage.example/")
def test_links_lead_to_the_address_of_the_instance() -> None:
    assert make.message(topic=make.NEWS).unsubscribe.startswith("https://maillage.example/l/")


# A message to oneself


def test_an_administrator_writes_to_themself_in_their_language() -> None:
    by = accounts.actor(post.actions.permissions.OPERATORS[0], language="en")  # type: ignore[attr-defined]
    once = uuid4()
    queued = send_trial(by=by, once=once)

    assert by.person is not None
    assert (queued.recipient, queued.template) == (by.person.email, TRIAL)
    assert queued.subject == "Trial message from Maillage"
    assert send_trial(by=by, once=once) == queued


def test_others_do_not_nor_does_the_machine() -> None:
    for actor in (accounts.actor(), System("a test", organisation=accounts.organisation())):
        with pytest.raises(NotAllowed):
            send_trial(by=actor, once=uuid4())


# What the database itself refuses


@pytest.mark.parametrize(
    "change",
    [
        {"state": "lost"},
        {"state": State.CANCELLED},
        {"reason": Message.Reason.WITHDRAWN},
        {"state": State.SENT},
        {"state": State.CLAIMED},
    ],
    ids=["unknown state", "cancelled without a reason", "a reason alone", "sent with its text", "claimed never"],
)  # fmt: skip
def test_a_message_cannot_be_in_two_places(change: dict[str, Any]) -> None:
    queued = make.message()

    with pytest.raises(IntegrityError), transaction.atomic():
        make.everything().filter(pk=queued.pk).update(**change)


def test_the_life_of_a_message_cannot_be_rewritten() -> None:
    queued = make.message()

    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        queued.events.update(what="sent")
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        queued.events.all().delete()
