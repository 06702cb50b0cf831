"""Headers of every answer: pages, errors, redirections, files; signed in or not."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client

from maillage.accounts.roles import Role
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

ANSWERS = {
    "/droits/": HTTPStatus.OK,
    "/ma-journee/": HTTPStatus.FOUND,
    "/nowhere/": HTTPStatus.NOT_FOUND,
    "/%00": HTTPStatus.BAD_REQUEST,
    "/static/nothing.css": HTTPStatus.NOT_FOUND,
    "/health": HTTPStatus.OK,
}
GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_guards_of_the_browser(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == ANSWERS[path]
    assert {name: answer.get(name) for name in GUARDS} == GUARDS
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "geolocation=()" in answer["Permissions-Policy"]


def test_what_somebody_signed_in_reads_is_not_left_in_the_browser(client: Client) -> None:
    make.signed_in(client, Role.ADVISER, make.organisation())
    for path in ("/ma-journee/", "/droits/", "/organisation/journaux/", "/nowhere/"):
        assert client.get(path)["Cache-Control"] == "no-store, private"
    assert "no-store" not in Client().get("/droits/").get("Cache-Control", "")
