"""A mail server that cuts, refuses or keeps silent at each step, and what becomes of the message.

The rule of the whole: before the text is given a message may be given again; once it is given and before
the server confirms, nobody can tell, and a person decides. A server that took a message while the
connection broke is the worst case: the message must never be given to it again unasked.
"""

from __future__ import annotations

import email.policy
import socket
from datetime import timedelta
from email.message import EmailMessage
from typing import Any, ClassVar

import pytest

from maillage.kernel import clock
from maillage.post import carriers, outbox
from maillage.post.composing import compose, on_the_wire
from maillage.post.models import Message, State
from tests.factories import accounts, post as make
from tests.post import smtp

pytestmark = pytest.mark.django_db

W, S, U, F = State.WAITING, State.SENT, State.UNCERTAIN, State.FAILED
LATER, NEVER = "451 4.3.0 try again", "554 5.7.1 not here"
BEFORE = ("banner", "ehlo", "mail", "rcpt", "data")

# What happens at a step, where the message then stands, and how many copies the server has.
CASES: dict[tuple[str, str], tuple[State, int]] = {
    **{(step, act): (W, 0) for step in BEFORE for act in (smtp.CUT, smtp.HALF, LATER)},
    # The server is at fault, not the message; without EHLO one falls back on HELO.
    ("banner", NEVER): (W, 0),
    ("ehlo", LATER): (S, 1),
    ("ehlo", NEVER): (S, 1),
    ("mail", NEVER): (F, 0),
    ("rcpt", NEVER): (F, 0),
    ("data", NEVER): (F, 0),
    ("body", smtp.CUT): (U, 0),
    ("dot", smtp.CUT): (U, 1),
    ("dot", smtp.HALF): (U, 1),
    ("dot", LATER): (W, 0),
    ("dot", NEVER): (F, 0),
    ("dot", "what?"): (U, 0),
    ("quit", smtp.CUT): (S, 1),
    ("quit", smtp.HALF): (S, 1),
    ("quit", LATER): (S, 1),
    ("quit", NEVER): (S, 1),
}


def named(case: tuple[str, str]) -> str:
    return " ".join(case).replace(LATER, "4xx").replace(NEVER, "5xx")


def due_now() -> None:
    """The pause is over."""
    make.everything().filter(state=W).update(due_at=clock.real_now() - timedelta(seconds=1))


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_trouble_at_each_step(server: smtp.Server, case: tuple[str, str]) -> None:
    step, act = case
    server.acts[step] = [act]
    queued = make.message()

    outbox.run()

    state, copies = CASES[case]
    assert (make.again(queued).state, len(server.taken)) == (state, copies)


@pytest.mark.parametrize("case", CASES, ids=named)
def test_once_the_trouble_is_over_nothing_is_lost_and_nothing_doubled(
    server: smtp.Server, case: tuple[str, str]
) -> None:
    step, act = case
    server.acts[step] = [act]
    queued = make.message()

    for _ in range(3):
        outbox.run()
        due_now()

    state, copies = CASES[case]
    # What waited has left; what was refused or is uncertain moves by nobody's hand but a person's.
    assert make.again(queued).state == (S if state == W else state)
    assert len(server.taken) == (1 if state == W else copies)


@pytest.mark.parametrize("step", [*BEFORE, "dot"])
def test_a_server_that_answers_nothing_is_left(
    server: smtp.Server, settings: Any, step: str
) -> None:
    settings.EMAIL_TIMEOUT = 0.05
    server.acts[step] = [smtp.SILENT] * 2
    queued = make.message()

    outbox.run()

    assert make.again(queued).state == (U if step == "dot" else W)
    assert len(server.taken) == (1 if step == "dot" else 0)


def test_a_server_that_spins_out_a_conversation_is_cut(
    server: smtp.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(carriers, "EXCHANGE_SECONDS", 0.05)
    server.acts["rcpt"] = [smtp.SILENT]  # within the time of one answer, beyond that of the whole
    queued = make.message()

    outbox.run()

    assert make.again(queued).state == W


def test_a_machine_where_nobody_listens_is_away(server: smtp.Server, settings: Any) -> None:
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = deaf.getsockname()[1]
        queued = make.message()
        done = outbox.run()

    assert done.away
    assert make.again(queued).state == W


@pytest.mark.parametrize(
    "wanted",
    [
        {"EMAIL_USE_TLS": True},
        {"EMAIL_USE_SSL": True},
        {"EMAIL_HOST_USER": "maillage", "EMAIL_HOST_PASSWORD": "secret"},
    ],
    ids=["STARTTLS", "TLS", "account"],
)
def test_a_server_without_the_protection_one_asked_for_is_given_nothing(
    server: smtp.Server, settings: Any, wanted: dict[str, Any]
) -> None:
    for name, value in wanted.items():
        setattr(settings, name, value)
    queued = make.message()

    done = outbox.run()

    assert done.away
    assert "secret" not in done.away
    assert make.again(queued).state == W
    assert not [line for line in server.said if line.startswith(("mail", "auth"))]


# What the server said is kept for whoever has to mend it


def test_the_words_and_the_step_of_a_refusal_are_kept(server: smtp.Server) -> None:
    server.acts["rcpt"] = ["550-5.1.1 no such user\r\n550 5.1.1 ask\x07 the postmaster"]
    queued = make.message()

    outbox.run()

    assert make.again(queued).words == "5.1.1 no such user 5.1.1 ask the postmaster"
    last = queued.events.last()
    assert last is not None
    assert (last.what, last.step, last.code, last.attempt) == ("failed", "recipient", 550, 1)


def test_the_life_of_a_message_holds_neither_words_nor_address(server: smtp.Server) -> None:
    server.acts["rcpt"] = ["550 5.1.1 <lea@example.org> unknown"]
    queued = make.message(to="lea@example.org")

    outbox.run()

    kept = [str(value) for row in queued.events.values() for value in row.values()]
    assert not [value for value in kept if "lea" in value]


def test_what_was_said_is_forgotten_once_it_is_sent(server: smtp.Server) -> None:
    server.acts["mail"] = [LATER]
    queued = make.message()
    outbox.run()
    assert make.again(queued).words == "4.3.0 try again"

    due_now()
    outbox.run()

    assert make.again(queued).words == ""
    assert make.life(queued) == ["queued", "put_off", "sent"]


# One conversation for many messages


def test_a_round_is_one_conversation(server: smtp.Server) -> None:
    for _ in range(5):
        make.message()

    assert outbox.run().ended[S] == 5
    assert server.conversations == 1
    assert server.said[-1] == "quit"


def test_a_refused_message_does_not_hold_back_the_next(server: smtp.Server) -> None:
    server.acts["rcpt"] = [NEVER, LATER, ""]
    first, second, third = (make.message() for _ in range(3))

    outbox.run()

    assert [make.again(one).state for one in (first, second, third)] == [F, W, S]
    assert server.said.count("rset") == 2
    assert server.conversations == 1


def test_a_server_that_cannot_forget_is_called_again(server: smtp.Server) -> None:
    server.acts["rcpt"] = [NEVER]
    server.acts["rset"] = ["500 what?"]
    make.message()
    last = make.message()

    outbox.run()

    assert make.again(last).state == S
    assert server.conversations == 2


@pytest.mark.parametrize("ending", [smtp.CUT, "421 4.7.0 too many messages"])
def test_a_server_that_ends_long_conversations_is_called_again_at_no_cost(
    server: smtp.Server, ending: str
) -> None:
    server.acts["mail"] = ["", ending, "", ""]
    queued = [make.message() for _ in range(3)]

    outbox.run()

    assert [make.again(one).state for one in queued] == [S] * 3
    assert [make.again(one).attempts for one in queued] == [1] * 3
    assert server.conversations == 2


@pytest.mark.parametrize("act", [smtp.CUT, "what?"])
def test_an_uncertain_message_ends_its_conversation_and_not_the_round(
    server: smtp.Server, act: str
) -> None:
    server.acts["dot"] = [act, ""]
    first, second = make.message(), make.message()

    outbox.run()

    assert [make.again(one).state for one in (first, second)] == [U, S]
    assert server.conversations == 2


def test_a_server_that_is_away_is_asked_once_a_round(server: smtp.Server) -> None:
    server.choose = lambda step: "421 4.3.2 closed for the night" if step == "banner" else ""
    queued = [make.message() for _ in range(3)]

    done = outbox.run()

    assert done.away == "4.3.2 closed for the night"
    assert server.conversations == 1
    assert [make.again(one).attempts for one in queued] == [1, 0, 0]


# What travels


def test_it_says_from_whom_to_whom_and_that_a_machine_wrote(server: smtp.Server) -> None:
    owner = accounts.organisation(name="Chambre de métiers, Lille")
    queued = make.message(owner, to="lea@example.org")
    outbox.run()

    [taken] = server.taken
    assert (taken.sender, taken.recipient) == ("maillage@instance.example", "lea@example.org")
    sent = taken.message
    assert sent["From"] == '"Chambre de métiers, Lille" <maillage@instance.example>'
    assert sent["To"] == "lea@example.org"
    assert sent["Auto-Submitted"] == "auto-generated"
    assert sent["Message-ID"] == f"<{queued.key}@instance.example>"
    assert "List-Unsubscribe" not in sent


def test_a_mailing_carries_the_tap_that_mail_programs_offer(server: smtp.Server) -> None:
    queued = make.message(topic=make.NEWS)
    outbox.run()

    sent = server.taken[0].message
    assert sent["List-Unsubscribe"].replace("\n", "").strip() == f"<{queued.unsubscribe}>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_both_forms_of_its_text_arrive_as_written(server: smtp.Server) -> None:
    queued = make.message(context={"name": "Léa\n.\n.org"})
    outbox.run()

    text, html = server.taken[0].message.iter_parts()
    assert isinstance(text, EmailMessage)
    assert isinstance(html, EmailMessage)
    for part, written in ((text, queued.text), (html, queued.html)):
        assert part.get_content().split() == written.split()
    assert "\r\n.\r\n.org," in text.get_content()


def test_a_second_copy_bears_the_same_identifier(server: smtp.Server) -> None:
    server.acts["dot"] = [smtp.CUT]
    queued = make.message()
    outbox.run()
    make.everything().filter(pk=queued.pk).update(state=W, left_at=None)
    outbox.run()

    assert [taken.id for taken in server.taken] == [f"<{queued.key}@instance.example>"] * 2


class TestTheWire:
    LINES: ClassVar[list[tuple[bytes, bytes]]] = [
        (b"a\r\n", b"a\r\n.\r\n"),
        (b"a", b"a\r\n.\r\n"),
        (b".\r\n..a\r\nb.\r\n", b"..\r\n...a\r\nb.\r\n.\r\n"),
        (b"", b"\r\n.\r\n"),
    ]

    @pytest.mark.parametrize(("written", "carried"), LINES)
    def test_a_lone_dot_ends_and_others_are_doubled(self, written: bytes, carried: bytes) -> None:
        assert on_the_wire(written) == carried

    def test_every_line_ends_as_mail_servers_want(self) -> None:
        content = compose(make.message()).content

        assert content.count(b"\n") == content.count(b"\r\n") > 10

    def test_a_host_beyond_ascii_travels_in_its_own_alphabet(self) -> None:
        assert compose(make.message(to="lea@été.fr")).recipient == "lea@xn--t-9fab.fr"

    def test_the_name_of_an_organisation_adds_no_header(self) -> None:
        owner = accounts.organisation(name="CMA\r\nBcc: all@example.org")
        mail: Message | Any = email.message_from_bytes(
            compose(make.message(owner)).content, policy=email.policy.default
        )

        assert mail["Bcc"] is None


def test_a_server_that_takes_plain_letters_only_is_written_to_all_the_same(
    server: smtp.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(smtp.USUAL, "ehlo", "250 mail.example")
    make.message()
    outbox.run()

    assert server.said[1] == "mail FROM:<maillage@instance.example>"
    assert len(server.taken) == 1
