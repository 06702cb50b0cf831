"""What people read when they do not get the page they asked for."""

from __future__ import annotations

import re

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from maillage.accounts.policy import EVERYONE, Rule, route
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.site import errors
from maillage.site.urls import (  # noqa: F401 -- the test routes answer through the same doors
    handler400,
    handler403,
    handler404,
    handler500,
    urlpatterns as product,
)

FAULTS: dict[str, Exception] = {
    "not-allowed": NotAllowed("Only the owner may close it.", remedy="Ask the chamber."),
    "conflict": Conflict("Léa changed this visit at 9 a.m."),
    "invalid": Invalid("The shares sum to 90 %.", fields={"share": "Give the missing 10 %."}),
    "denied": PermissionDenied("secret detail"),
    "outage": OperationalError("could not connect to server"),
    "closed": InterfaceError("connection already closed"),
    "bug": ZeroDivisionError("secret detail"),
}


def raising(_request: HttpRequest, fault: str) -> HttpResponse:
    raise FAULTS[fault]


EVERY = Rule("read", "fault", roles=EVERYONE)
urlpatterns = [
    route("raise/<str:fault>/", raising, name="raise", maker="fault", get=EVERY, post=EVERY),
    path("undeclared/", raising, {"fault": "bug"}, name="undeclared"),
    *product,  # the menu of every page names its routes
]
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]


@pytest.fixture
def visitor() -> Client:
    return Client(raise_request_exception=False)


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ("not-allowed", 403, "Only the owner may close it."),
        ("conflict", 409, "Léa changed this visit at 9 a.m."),
        ("invalid", 422, "Give the missing 10 %."),
    ],
)
def test_a_refused_action_says_why(visitor: Client, fault: str, status: int, words: str) -> None:
    answer = visitor.get(f"/raise/{fault}/")

    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_refusal_gives_its_own_remedy(visitor: Client) -> None:
    assert "Ask the chamber." in visitor.get("/raise/not-allowed/").content.decode()


def test_a_refusal_is_logged_nowhere(visitor: Client, caplog: pytest.LogCaptureFixture) -> None:
    visitor.get("/raise/conflict/")

    assert not [record for record in caplog.records if record.name.startswith("maillage")]


@pytest.mark.parametrize("fault", ["outage", "closed"])
def test_a_silent_database_says_when_to_come_back(visitor: Client, fault: str) -> None:
    answer = visitor.get(f"/raise/{fault}/")

    assert answer.status_code == 503
    assert answer["Retry-After"] == str(errors.RETRY_SECONDS)


def test_an_outage_before_any_view_is_an_outage_too(
    visitor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OperationalError("could not connect to server")

    monkeypatch.setattr("maillage.accounts.middleware.ActorMiddleware._actor", away)

    answer = visitor.get("/raise/bug/")

    assert (answer.status_code, answer["Retry-After"]) == (503, str(errors.RETRY_SECONDS))


@pytest.mark.parametrize(("fault", "status"), [("bug", 500), ("denied", 403)])
def test_what_the_code_says_of_a_fault_is_not_shown(
    visitor: Client, fault: str, status: int
) -> None:
    answer = visitor.get(f"/raise/{fault}/")

    assert answer.status_code == status
    assert "secret detail" not in answer.content.decode()


def test_the_reference_on_the_page_is_the_one_in_the_log(
    visitor: Client, caplog: pytest.LogCaptureFixture
) -> None:
    answer = visitor.get("/raise/bug/")

    logged = re.search(r"reference ([0-9A-F]{8})", caplog.text)
    assert logged is not None
    assert logged[1] in answer.content.decode()


def test_an_unknown_address_is_answered_404(visitor: Client) -> None:
    assert visitor.get("/nowhere/").status_code == 404


def test_a_method_that_a_route_does_not_declare_gets_a_page(visitor: Client) -> None:
    answer = visitor.delete("/raise/bug/")

    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
    assert answer.content


def test_a_program_reads_the_refusal_as_json(visitor: Client) -> None:
    answer = visitor.get("/raise/invalid/", headers={"accept": "application/json"})

    assert answer.json()["fields"] == {"share": "Give the missing 10 %."}
    assert answer.json()["status"] == answer.status_code == 422


def test_a_fragment_that_fails_takes_the_whole_page(visitor: Client) -> None:
    answer = visitor.get("/raise/conflict/", headers={"hx-request": "true"})

    assert answer["HX-Retarget"] == "body"


def test_a_form_kept_open_too_long_is_told_what_to_do() -> None:
    visitor = Client(enforce_csrf_checks=True)

    answer = visitor.post("/raise/bug/", {"note": "x"})

    assert answer.status_code == 403
    assert 'href="/"' in answer.content.decode()


@pytest.mark.parametrize(
    "send",
    [
        lambda visitor: visitor.get("/raise/bug%00/"),
        lambda visitor: visitor.get("/raise/bug/?q=a%00b"),
        lambda visitor: visitor.get("/raise/bug/?a%00b=q"),
        lambda visitor: visitor.post("/raise/bug/", {"note": "a\0b"}),
        lambda visitor: visitor.post(
            "/raise/bug/", "note=a%00b", content_type="application/x-www-form-urlencoded"
        ),
    ],
    ids=["path", "value", "name", "multipart", "form"],
)
def test_a_nul_byte_anywhere_is_a_bad_request(visitor: Client, send) -> None:
    assert send(visitor).status_code == 400


def test_a_plain_page_speaks_the_language_the_browser_asks_for() -> None:
    request = RequestFactory().get("/", headers={"accept-language": "en"})

    page = errors.Trouble(status=400).answer(request).content.decode()

    assert "This request cannot be read" in page
    assert '<html lang="en">' in page


def test_a_page_whose_frame_needs_the_lost_database_is_drawn_plain(
    monkeypatch: pytest.MonkeyPatch, visitor: Client
) -> None:
    whole = errors.render_to_string

    def away_for_the_frame(name: str, *rest: object) -> str:
        if name == "site/trouble.html":
            raise OperationalError("could not connect to server")
        return whole(name, *rest)

    monkeypatch.setattr(errors, "render_to_string", away_for_the_frame)

    answer = visitor.get("/raise/conflict/")

    assert answer.status_code == 409
    assert "Quelqu’un l’a modifié" in answer.content.decode()
