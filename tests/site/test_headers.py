"""Headers of every answer: pages, errors, redirections, files; signed in or not, in either language."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from maillage.accounts.actors import ANONYMOUS
from maillage.accounts.roles import Role
from maillage.site import middleware
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

ANSWERS = {
    "/droits/": HTTPStatus.OK,
    "/": HTTPStatus.OK,
    "/connexion/": HTTPStatus.OK,
    "/ma-journee/": HTTPStatus.FOUND,
    "/nowhere/": HTTPStatus.NOT_FOUND,
    "/conventions/nowhere/": HTTPStatus.NOT_FOUND,
    "/%00": HTTPStatus.BAD_REQUEST,
    "/static/nothing.css": HTTPStatus.NOT_FOUND,
    "/langue/": HTTPStatus.METHOD_NOT_ALLOWED,
    "/health": HTTPStatus.OK,
    "/chiffres": HTTPStatus.MOVED_PERMANENTLY,
}
GUARDS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(answer: Any) -> dict[str, str]:
    parts = answer["Content-Security-Policy"].split(";")
    return dict(part.strip().split(" ", 1) for part in parts if part.strip())


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_carries_the_guards_of_the_browser(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == ANSWERS[path]
    assert {name: answer.get(name) for name in GUARDS} == GUARDS
    assert "geolocation=()" in answer["Permissions-Policy"]


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_tells_the_browser_to_take_from_us_alone(client: Client, path: str) -> None:
    told = policy(client.get(path))

    assert POLICY.items() <= told.items()
    assert "unsafe" not in str(told)
    assert "http" not in str(told)
    assert "*" not in str(told)


@pytest.mark.parametrize("path", ["/", "/connexion/", "/droits/", "/nowhere/"])
def test_no_page_needs_what_the_policy_refuses(client: Client, path: str) -> None:
    page = client.get(path).content.decode()

    assert " style=" not in page
    assert "<style" not in page
    assert " onclick=" not in page
    assert "javascript:" not in page
    assert all("src=" in tag for tag in page.split("<script")[1:])


@pytest.mark.parametrize("path", ANSWERS)
def test_every_answer_says_its_language(client: Client, path: str) -> None:
    client.cookies["django_language"] = "en"

    assert client.get(path)["Content-Language"] == "en"


@pytest.mark.parametrize(
    "sensor", ["camera", "display-capture", "geolocation", "microphone", "payment", "usb"]
)
def test_no_page_may_use_a_sensor_of_the_device(client: Client, sensor: str) -> None:
    assert f"{sensor}=()" in client.get("/")["Permissions-Policy"].split(", ")


def test_what_somebody_signed_in_reads_is_not_left_in_the_browser(client: Client) -> None:
    make.signed_in(client, Role.ADVISER, make.organisation())
    for path in ("/ma-journee/", "/droits/", "/organisation/journaux/", "/nowhere/"):
        assert client.get(path)["Cache-Control"] == "no-store, private"
    assert "no-store" not in Client().get("/droits/").get("Cache-Control", "")


class TestDiscretion:
    """The middleware alone: what it adds, what it leaves as the page chose."""

    def answer(self, headers: dict[str, str], actor: object = None) -> HttpResponse:
        request = RequestFactory().get("/")
        if actor is not None:
            request.actor = actor  # type: ignore[attr-defined]
        return middleware.Discretion(lambda _request: HttpResponse(headers=headers))(request)

    def test_a_page_that_chose_its_own_cache_keeps_it(self) -> None:
        actor = make.actor()

        assert self.answer({"Cache-Control": "no-cache"}, actor)["Cache-Control"] == "no-cache"

    def test_a_page_that_asks_for_a_sensor_by_itself_keeps_it(self) -> None:
        answer = self.answer({"Permissions-Policy": "geolocation=(self)"})

        assert answer["Permissions-Policy"] == "geolocation=(self)"

    @pytest.mark.parametrize("actor", [None, ANONYMOUS], ids=["refused early", "anonymous"])
    def test_what_anybody_reads_may_be_kept(self, actor: object) -> None:
        assert "Cache-Control" not in self.answer({}, actor)


class TestReadableText:
    def taken(self, request: HttpRequest) -> int:
        answer = middleware.ReadableText(lambda _request: HttpResponse(status=204))(request)
        return answer.status_code

    @pytest.mark.parametrize(
        "typed",
        ["", "Lille", "a\tb\r\nc", "\u0001", "\ufeff", "\U0001f35e", "%00", "\\0", "0", "x" * 5000],
    )
    def test_any_other_text_goes_on(self, typed: str) -> None:
        assert self.taken(RequestFactory().get("/", {"q": typed})) == 204
        assert self.taken(RequestFactory().post("/", {"note": typed})) == 204

    @pytest.mark.parametrize("typed", ["\0", "a\0", "\0a", "a\0b\0c"])
    def test_one_that_holds_a_nul_does_not(self, typed: str) -> None:
        assert self.taken(RequestFactory().get("/", {"q": typed})) == 400
        assert self.taken(RequestFactory().get("/", {typed: "q"})) == 400
        assert self.taken(RequestFactory().post("/", {"note": ["well", typed]})) == 400

    def test_nor_does_a_cookie_that_holds_one(self) -> None:
        request = RequestFactory().get("/")
        request.COOKIES["theme"] = "da\0rk"

        assert self.taken(request) == 400

    def test_a_file_may_hold_any_byte(self) -> None:
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile("stock.csv", b"a\0b")
        assert self.taken(RequestFactory().post("/", {"file": file})) == 204
