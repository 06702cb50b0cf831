"""Claims, workers that die, workers that are slow, and those who want no more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import DatabaseError
from django.test import Client
from django_tasks_db.models import DBTaskResult
from hypothesis import HealthCheck, given, settings as hypothesis_settings, strategies as st

from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.post import carriers, outbox
from maillage.post.jobs import send_outbox
from maillage.post.models import Message, State, Unsubscription
from tests.factories import accounts, post as make
from tests.post import smtp

pytestmark = pytest.mark.django_db

W, C, S, U = State.WAITING, State.CLAIMED, State.SENT, State.UNCERTAIN
F, X = State.FAILED, State.CANCELLED
AN_HOUR = timedelta(hours=1)


@pytest.fixture
def now() -> Iterator[time_machine.Coordinates]:
    with time_machine.travel("2026-03-02T09:00:00+01:00", tick=False) as moment:
        yield moment


def state_of(message: Message) -> str:
    return make.again(message).state


def claimed() -> Message:
    """A message in the hands of a worker."""
    make.message()
    message = outbox.claim()
    assert message is not None
    return message


# Claiming


def test_a_message_is_claimed_once() -> None:
    first = claimed()

    assert outbox.claim() is None
    assert (first.state, first.attempts, first.version) == (C, 1, 1)


def test_a_message_that_another_worker_took_meanwhile_is_left_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    taken, free = make.message(), make.message()
    due = outbox.MessageQuerySet.due

    def overtaken(self: Any) -> Any:
        """Between looking and claiming, somebody else is quicker."""
        found = list(due(self).values_list("pk", "version"))
        make.everything().filter(pk=taken.pk, state=W).update(
            state=C, version=1, claimed_at=clock.real_now()
        )
        return type("Seen", (), {"values_list": lambda *_: found})

    monkeypatch.setattr(outbox.MessageQuerySet, "due", overtaken)
    message = outbox.claim()

    assert message == free


def test_the_oldest_promise_is_kept_first() -> None:
    late, early = make.message(), make.message()
    make.everything().filter(pk=early.pk).update(due_at=clock.real_now() - AN_HOUR)

    assert [outbox.claim(), outbox.claim()] == [early, late]


def test_what_is_put_off_letters_and_text_messages_are_not_taken() -> None:
    make.message(kind="letter")
    make.message(kind="text")
    later = make.message()
    make.everything().filter(pk=later.pk).update(due_at=clock.real_now() + AN_HOUR)

    assert outbox.claim() is None
    assert outbox.waiting() == 1


def test_a_round_ends_when_its_time_is_up(server: smtp.Server) -> None:
    make.message()

    assert outbox.run(seconds=0).ended[S] == 0
    assert server.conversations == 0


# Pauses


def test_pauses_grow_then_the_message_is_given_up(
    server: smtp.Server, now: time_machine.Coordinates
) -> None:
    server.choose = lambda step: "451 4.3.0 later" if step == "rcpt" else ""
    queued = make.message()

    waits = []
    while state_of(queued) == W:
        wait = make.again(queued).due_at - clock.real_now()
        waits.append(wait)
        now.shift(wait)
        outbox.run()

    assert waits == [timedelta(0), *outbox.PAUSES]
    assert waits == sorted(waits)
    assert make.again(queued).attempts == len(outbox.PAUSES) + 1
    assert make.life(queued) == ["queued", *["put_off"] * len(outbox.PAUSES), "failed"]
    assert make.again(queued).text  # kept: somebody may correct the cause and send it again


def test_nothing_is_tried_during_a_pause(
    server: smtp.Server, now: time_machine.Coordinates
) -> None:
    server.acts["mail"] = ["451 later"]
    queued = make.message()
    outbox.run()
    now.shift(outbox.PAUSES[0] - timedelta(seconds=1))
    outbox.run()
    assert (state_of(queued), server.conversations) == (W, 1)
    now.shift(2)
    outbox.run()
    assert state_of(queued) == S


# Workers that die


def test_what_a_dead_worker_had_not_given_waits_again(now: time_machine.Coordinates) -> None:
    message = claimed()
    now.shift(outbox.LEASE + timedelta(seconds=1))

    outbox.recover(outbox.Round())

    assert state_of(message) == W
    assert make.life(message) == ["queued", "put_off"]
    assert make.again(message).due_at > clock.real_now()


def test_what_a_dead_worker_had_given_is_uncertain(now: time_machine.Coordinates) -> None:
    message = claimed()
    assert outbox._leaves(message)
    now.shift(outbox.LEASE + timedelta(seconds=1))

    done = outbox.Round()
    outbox.recover(done)

    assert state_of(message) == U
    assert done.needs_a_look
    assert make.again(message).text


def test_what_an_earlier_attempt_gave_and_the_server_gave_back_is_no_doubt(
    server: smtp.Server, now: time_machine.Coordinates
) -> None:
    server.acts["dot"] = ["451 4.3.0 no room"]
    queued = make.message()
    outbox.run()
    now.shift(outbox.PAUSES[0])
    assert outbox.claim() == queued  # by a worker that dies before giving anything
    now.shift(outbox.LEASE + timedelta(seconds=1))

    outbox.recover(outbox.Round())

    assert state_of(queued) == W


def test_a_message_that_kills_every_worker_is_given_up(now: time_machine.Coordinates) -> None:
    message = claimed()
    make.everything().update(attempts=len(outbox.PAUSES) + 1)
    now.shift(outbox.LEASE + timedelta(seconds=1))

    outbox.recover(outbox.Round())

    assert state_of(message) == F


def test_a_worker_at_work_is_left_alone(now: time_machine.Coordinates) -> None:
    message = claimed()
    now.shift(outbox.LEASE - timedelta(seconds=1))

    outbox.recover(outbox.Round())

    assert state_of(message) == C


def test_a_lease_outlasts_the_longest_exchange() -> None:
    assert outbox.LEASE.total_seconds() > 2 * carriers.EXCHANGE_SECONDS


def test_a_file_that_an_administrator_holds_is_no_dead_worker(
    now: time_machine.Coordinates,
) -> None:
    batch = make.batch()
    now.shift(30 * 24 * AN_HOUR)

    outbox.recover(outbox.Round())

    assert set(batch.messages.values_list("state", flat=True)) == {C}


# Workers that are slow


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Have something happen before the text is given (`leaving`) or while it is (`giving`)."""

    def arrange(moment: str, happens: Any) -> None:
        if moment == "leaving":
            leaves = outbox._leaves
            monkeypatch.setattr(outbox, "_leaves", lambda m: (happens(), leaves(m))[1])
        else:
            give = carriers.Server._give
            monkeypatch.setattr(
                carriers.Server, "_give", lambda *words: (happens(), give(*words))[1]
            )

    return arrange


def held_to_be_dead() -> None:
    """The lease of every claim has run out, and another worker looks."""
    make.everything().filter(state=C).update(claimed_at=clock.real_now() - 2 * outbox.LEASE)
    outbox.recover(outbox.Round())


def test_a_worker_held_to_be_dead_gives_nothing(server: smtp.Server, meanwhile: Any) -> None:
    meanwhile("leaving", held_to_be_dead)
    queued = make.message()

    done = outbox.run()

    assert server.taken == []
    assert state_of(queued) == W
    assert sum(done.ended.values()) == 0


def test_another_worker_then_sends_it_once(
    server: smtp.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued = make.message()
    slow = outbox.claim()
    assert slow is not None
    held_to_be_dead()
    make.everything().update(due_at=clock.real_now())
    outbox.run()  # another worker
    carrier = carriers.carrier()
    outbox._carry(slow, carrier, outbox.Round())
    carrier.close()

    assert len(server.taken) == 1
    assert state_of(queued) == S


def test_a_confirmation_that_comes_late_settles_what_was_doubted(
    server: smtp.Server, meanwhile: Any
) -> None:
    meanwhile("giving", held_to_be_dead)
    queued = make.message()

    outbox.run()

    assert state_of(queued) == S
    assert make.life(queued) == ["queued", "uncertain", "sent"]
    assert make.again(queued).text == ""


@pytest.mark.parametrize("since", [W, U], ids=["to be sent again", "sent again, in doubt again"])
def test_a_confirmation_that_comes_after_a_decision_changes_nothing(
    server: smtp.Server, meanwhile: Any, since: State
) -> None:
    def decided() -> None:
        held_to_be_dead()
        make.everything().filter(state=U).update(state=since, version=9)

    meanwhile("giving", decided)
    queued = make.message()

    message = outbox.claim()
    assert message is not None
    carrier = carriers.carrier()
    outbox._carry(message, carrier, outbox.Round())
    carrier.close()

    assert state_of(queued) == since  # whoever decided to send again did so knowing nothing


def test_a_database_that_fails_before_the_text_is_given_has_nothing_given(
    server: smtp.Server, meanwhile: Any
) -> None:
    def fails() -> None:
        raise DatabaseError("gone")

    meanwhile("leaving", fails)
    queued = make.message()

    with pytest.raises(DatabaseError):
        outbox.run()

    assert server.taken == []
    assert (state_of(queued), make.again(queued).left_at) == (C, None)


def test_a_database_that_fails_after_the_server_took_it_leaves_a_doubt(
    server: smtp.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_words: Any, **_named: Any) -> None:
        raise DatabaseError("gone")

    queued = make.message()
    with monkeypatch.context() as failing:
        failing.setattr(outbox, "settle", fails)
        with pytest.raises(DatabaseError):
            outbox.run()
    held_to_be_dead()

    assert len(server.taken) == 1
    assert state_of(queued) == U


# Those who want no more


def no_more(message: Message, topic: str = make.NEWS) -> None:
    digest = outbox.addresses.digest(message.kind, message.recipient)
    Unsubscription.objects.create(digest=digest, topic=topic)


def test_a_message_to_somebody_who_unsubscribed_is_cancelled(server: smtp.Server) -> None:
    queued = make.message(topic=make.NEWS)
    no_more(queued)

    done = outbox.run()

    assert (done.ended[X], server.conversations) == (1, 0)
    assert make.again(queued).reason == Message.Reason.UNSUBSCRIBED
    assert make.again(queued).text == ""
    assert make.life(queued) == ["queued", "cancelled"]
    assert not done.needs_a_look


@pytest.mark.parametrize(
    "other",
    [{"topic": ""}, {"to": "max@example.org"}],
    ids=["what is owed", "another address"],
)
def test_other_messages_still_leave(server: smtp.Server, other: dict[str, str]) -> None:
    known = make.message(to="lea@example.org", topic=make.NEWS)
    no_more(known)
    queued = make.message(**{"to": "lea@example.org", "topic": make.NEWS, **other})

    outbox.run()

    assert state_of(queued) == S


def test_another_topic_still_leaves(server: smtp.Server) -> None:
    queued = make.message(topic=make.NEWS)
    no_more(queued, topic="tests.other")

    outbox.run()

    assert state_of(queued) == S


# Without a mail server


def test_without_a_mail_server_messages_are_files(settings: Any, tmp_path: Path) -> None:
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    queued = make.message(to="lea@example.org")

    assert outbox.run().ended[S] == 1

    [written] = (tmp_path / "mail").iterdir()
    assert written.name == f"{queued.key}.eml"
    assert b"To: lea@example.org\r\n" in written.read_bytes()


def test_a_folder_that_cannot_be_written_in_is_a_server_that_is_away(
    settings: Any, tmp_path: Path
) -> None:
    (tmp_path / "mail").write_text("a file stands in its place")
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    queued = make.message()

    assert outbox.run().away
    assert state_of(queued) == W


# The job


def test_the_job_says_what_it_did(server: smtp.Server) -> None:
    server.acts["rcpt"] = ["", "550 no"]
    make.message()
    make.message()

    told = send_outbox.call()

    assert (told["sent"], told["failed"], told["uncertain"]) == (1, 1, 0)


def test_a_job_whose_time_is_up_asks_for_another_round(
    server: smtp.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.message()
    DBTaskResult.objects.all().delete()
    monkeypatch.setattr("maillage.post.jobs.SECONDS", 0.0)

    send_outbox.call()
    assert DBTaskResult.objects.count() == 1
    outbox.run()
    DBTaskResult.objects.all().delete()
    send_outbox.call()
    assert DBTaskResult.objects.count() == 0


def test_a_job_asks_for_no_other_round_of_a_server_that_is_away(server: smtp.Server) -> None:
    server.acts["banner"] = ["421 closed"]
    for _ in range(2):
        make.message()
    DBTaskResult.objects.all().delete()

    send_outbox.call()

    assert outbox.messages().due().exists()
    assert DBTaskResult.objects.count() == 0


def test_nothing_leaves_within_a_request(server: smtp.Server, client: Client) -> None:
    accounts.signed_in(client, Role.ADMINISTRATOR)
    client.post("/envois/essai/", {"once": str(uuid4())})

    assert server.conversations == 0
    assert outbox.waiting() == 1


# A law


ACTS = {
    "mail": st.sampled_from(["", "", smtp.CUT, "451 later", "550 no"]),
    "rcpt": st.sampled_from(["", "", smtp.CUT, "451 later", "550 no"]),
    "data": st.sampled_from(["", "", smtp.HALF, "451 later"]),
    "dot": st.sampled_from(["", "", smtp.CUT, smtp.HALF, "451 later", "550 no"]),
}


@given(st.fixed_dictionaries({step: st.lists(act, max_size=4) for step, act in ACTS.items()}))
@hypothesis_settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_server_does_each_message_ends_once(
    server: smtp.Server, db_rollback: Any, acts: dict[str, list[str]]
) -> None:
    server.taken.clear()
    server.acts.update({step: list(listed) for step, listed in acts.items()})
    with db_rollback():
        queued = [make.message() for _ in range(3)]
        for _ in range(12):
            outbox.run()
            make.everything().filter(state=W).update(due_at=clock.real_now())
        copies = {one.id: 0 for one in server.taken}
        for one in server.taken:
            copies[one.id] += 1
        for message in queued:
            many = copies.get(f"<{message.key}@instance.example>", 0)
            assert many in {S: {1}, F: {0}, U: {0, 1}}[State(state_of(message))]


# Put back from a backup


def test_what_had_not_left_when_the_instance_was_kept_is_left_to_a_person(server: Any) -> None:
    waiting, held, sent, letter = (
        make.message(), make.standing(C), make.standing(S), make.message(kind="letter"),
    )  # fmt: skip
    before = [state_of(sent), state_of(letter)]

    assert outbox.doubt() == 2
    assert [state_of(waiting), state_of(held)] == [U, U]
    assert [state_of(sent), state_of(letter)] == before
    assert waiting.events.last().what == "uncertain"
    assert outbox.doubt() == 0
    outbox.run()
    assert state_of(waiting) == U


def test_a_worker_that_still_holds_a_doubted_message_gives_nothing() -> None:
    message = claimed()
    outbox.doubt()

    assert not outbox._leaves(message)
