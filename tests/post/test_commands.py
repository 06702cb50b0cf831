"""`maillage send_outbox`, as one types it and as a program reads it."""

from __future__ import annotations

import io
import json
from typing import Any, NamedTuple

import pytest
from django.core.management import call_command

from maillage.site import console
from tests.factories import post as make
from tests.post import smtp

pytestmark = pytest.mark.django_db


class Said(NamedTuple):
    """What the command answered."""

    exit: int
    out: str


def run(capsys: pytest.CaptureFixture[str], *options: str) -> Said:
    """As a shell runs it."""
    code = 0
    try:
        console.run(["maillage", "send_outbox", *options])
    except SystemExit as ended:
        code = int(ended.code or 0)
    return Said(code, capsys.readouterr().out)


def told(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    said = run(capsys, "--json")
    assert len(said.out.splitlines()) == 1
    return said.exit, json.loads(said.out)


def test_an_empty_outbox_is_well(server: smtp.Server, capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = told(capsys)

    assert code == 0
    assert answer == {
        "sent": 0, "uncertain": 0, "failed": 0, "cancelled": 0, "waiting": 0, "put_off": 0, "away": "",
    }  # fmt: skip
    assert server.conversations == 0


def test_what_was_sent_is_counted(server: smtp.Server, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(3):
        make.message()

    code, answer = told(capsys)

    assert (code, answer["sent"], answer["waiting"]) == (0, 3, 0)
    assert len(server.taken) == 3


@pytest.mark.parametrize(
    ("step", "act", "key"),
    [("dot", smtp.CUT, "uncertain"), ("rcpt", "550 no", "failed")],
)
def test_what_needs_a_look_ends_with_1_and_is_counted_all_the_same(
    server: smtp.Server, capsys: pytest.CaptureFixture[str], step: str, act: str, key: str
) -> None:
    server.acts[step] = [act]
    make.message()
    make.message()

    code, answer = told(capsys)

    assert (code, answer[key], answer["sent"]) == (1, 1, 1)


def test_what_is_put_off_waits_and_needs_nobody(
    server: smtp.Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.acts["rcpt"] = ["451 later"]
    make.message()

    code, answer = told(capsys)

    assert (code, answer["put_off"], answer["waiting"]) == (0, 1, 1)


def test_a_mail_server_that_is_away_ends_with_1_and_is_named(
    server: smtp.Server, capsys: pytest.CaptureFixture[str]
) -> None:
    server.acts["banner"] = ["421 closed for the night"]
    make.message()

    code, answer = told(capsys)

    assert (code, answer["away"], answer["waiting"]) == (1, "closed for the night", 1)


def test_a_person_reads_it_in_a_line(server: smtp.Server) -> None:
    make.message()
    out = io.StringIO()
    call_command("send_outbox", stdout=out)

    assert out.getvalue().startswith("1 sent, 0 uncertain, 0 failed")


def test_an_option_that_does_not_exist_is_a_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    said = run(capsys, "--json", "--twice")

    assert said.exit == 2
    assert json.loads(said.out.splitlines()[-1])["exit"] == 2
