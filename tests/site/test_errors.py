"""What people read when they do not get the page they asked for."""

from __future__ import annotations

import html
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

from maillage.accounts.actors import ANONYMOUS
from maillage.accounts.policy import EVERYONE, Rule, route
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.site import errors, middleware
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


# What each status says, in French and in English: what happened, what to do.
WORDS = {
    ("/nowhere/", 404): (
        "Cette page n’existe pas, ou ne vous est pas ouverte",
        "This page does not exist, or is not yours to see",
    ),
    ("/raise/bug%00/", 400): (
        "Elle contient un caractère NUL, qu’aucun texte ne porte.",
        "It holds a NUL character, which no text has.",
    ),
    ("/raise/denied/", 403): ("Ceci ne vous est pas ouvert", "This is not open to you"),
    ("/raise/conflict/", 409): (
        "Revenez en arrière, lisez le texte actuel, et décidez.",
        "Go back, read the present text, and decide.",
    ),
    ("/raise/invalid/", 422): ("Ceci ne peut pas être pris tel quel", "This cannot be taken"),
    ("/raise/bug/", 500): ("Une panne de notre côté", "Something broke on our side"),
    ("/raise/outage/", 503): ("Rien n’est perdu.", "Nothing was lost. Try again in a moment."),
}


def read(answer: HttpResponse) -> str:
    text = html.unescape(answer.content.decode())
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("'", "’")


class TestTheLanguageOfARefusal:
    @pytest.mark.parametrize(("path", "status"), WORDS)
    def test_it_is_french_whatever_the_browser_prefers(
        self, visitor: Client, path: str, status: int
    ) -> None:
        answer = visitor.get(path, headers={"accept-language": "en"})

        assert answer.status_code == status
        assert WORDS[path, status][0] in read(answer)
        assert '<html lang="fr"' in read(answer)
        assert answer["Content-Language"] == "fr"

    @pytest.mark.parametrize(("path", "status"), WORDS)
    def test_it_is_english_for_who_chose_english(
        self, visitor: Client, path: str, status: int
    ) -> None:
        visitor.cookies["django_language"] = "en"

        answer = visitor.get(path, headers={"accept-language": "fr"})

        assert answer.status_code == status
        assert WORDS[path, status][1] in read(answer)
        assert '<html lang="en"' in read(answer)
        assert answer["Content-Language"] == "en"

    @pytest.mark.parametrize(("language", "title"), [("fr", "Cette demande"), ("en", "This req")])
    def test_a_program_reads_it_in_that_language_too(
        self, visitor: Client, language: str, title: str
    ) -> None:
        visitor.cookies["django_language"] = language

        answer = visitor.get("/raise/bug%00/", headers={"accept": "application/json"})

        assert answer.json()["title"].startswith(title)


class TestEveryRefusal:
    @pytest.mark.parametrize("address", [address for address, _status in WORDS])
    def test_it_gives_a_reference_a_way_home_and_no_trace(
        self, visitor: Client, address: str
    ) -> None:
        page = read(visitor.get(address))

        assert re.search(r"<strong>[0-9A-F]{8}</strong>", page)
        assert 'href="/"' in page
        for leak in ("Traceback", "ZeroDivisionError", "secret detail", ".py", "could not connect"):
            assert leak not in page

    @pytest.mark.parametrize(("path", "status"), WORDS)
    def test_a_program_reads_the_same_six_things(
        self, visitor: Client, path: str, status: int
    ) -> None:
        told = visitor.get(path, headers={"accept": "application/json"}).json()

        assert list(told) == ["status", "title", "reason", "remedy", "fields", "reference"]
        assert told["status"] == status
        assert told["title"]
        assert told["remedy"]
        assert "secret" not in str(told)

    def test_no_two_share_their_reference(self, visitor: Client) -> None:
        told = [
            visitor.get("/raise/bug/", headers={"accept": "application/json"}).json()["reference"]
            for _ in range(5)
        ]
        assert len(set(told)) == 5

    def test_a_heading_of_each_page_says_what_happened(self, visitor: Client) -> None:
        for address, _status in WORDS:
            assert read(visitor.get(address)).count("<h1") == 1

    def test_every_status_that_an_action_may_give_has_its_words(self) -> None:
        assert {*errors.STATUS_OF.values(), 400, 404, 405, 413, 429, 500, 503} == set(errors._WORDS)

    def test_what_a_refusal_quotes_is_never_taken_for_markup(
        self, visitor: Client, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setitem(FAULTS, "conflict", Conflict("<script>alert(1)</script>"))

        page = visitor.get("/raise/conflict/").content.decode()

        assert "<script>alert" not in page
        assert "&lt;script&gt;" in page


class TestARequestTooLarge:
    @pytest.fixture(autouse=True)
    def _small(self, settings: Any) -> None:
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2048

    def test_a_form_too_long_is_told_how_much_it_may_hold(self, visitor: Client) -> None:
        answer = visitor.post("/raise/bug/", {"note": "x" * 3000})

        assert answer.status_code == 413
        assert "C’est trop volumineux pour être pris" in read(answer)
        assert "2,0 Kio" in read(answer)

    def test_so_is_a_form_sent_the_plain_way_in_english(self, visitor: Client) -> None:
        visitor.cookies["django_language"] = "en"
        answer = visitor.post(
            "/raise/bug/",
            "note=" + "x" * 3000,
            content_type="application/x-www-form-urlencoded",
            headers={"accept": "application/json"},
        )

        assert answer.status_code == answer.json()["status"] == 413
        assert answer.json()["reason"] == "What is typed in a form holds in 2.0\u00a0KB."

    def test_more_fields_than_a_form_has_are_a_bad_request(
        self, visitor: Client, settings: Any
    ) -> None:
        settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3

        answer = visitor.get("/raise/bug/?a=1&b=2&c=3&d=4")

        assert answer.status_code == 400

    def test_a_form_that_fits_goes_on(self, visitor: Client) -> None:
        assert visitor.post("/raise/conflict/", {"note": "x" * 1000}).status_code == 409


@pytest.mark.parametrize("host", ["elsewhere.example", "127.0.0.1.evil.example", "a b"])
def test_a_host_that_is_not_the_instance_s_is_a_bad_request(visitor: Client, host: str) -> None:
    answer = visitor.get("/connexion/", headers={"host": host})

    assert answer.status_code == 400
    assert "Cette demande est illisible" in read(answer)


@pytest.mark.parametrize("method", ["put", "patch", "delete", "options"])
def test_a_method_nobody_declared_is_refused_in_words(visitor: Client, method: str) -> None:
    answer = getattr(visitor, method)("/health")

    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert "Cette page ne répond pas à ce type de demande" in read(answer)


def test_heads_of_pages_are_answered_like_pages(visitor: Client) -> None:
    assert visitor.head("/raise/invalid/").status_code == 422


def test_a_route_that_declares_no_policy_is_not_served(visitor: Client) -> None:
    assert visitor.get("/undeclared/").status_code == 500


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


# Twins: the same form, recorded at the same instant


def sent(view: Any, **typed: str) -> HttpResponse | None:
    """What the middleware makes of a form whose first recording met its twin."""
    request: Any = RequestFactory().post("/", typed)
    request.resolver_match = SimpleNamespace(func=view, args=(), kwargs={})
    request.actor = ANONYMOUS
    return middleware.Refusals(lambda _request: HttpResponse()).process_exception(
        request, IntegrityError("unique")
    )


def test_a_form_that_met_its_twin_is_asked_again_and_answers_alike() -> None:
    answer = sent(lambda _request: HttpResponse("the same"), once="1")
    assert answer is not None
    assert answer.content == b"the same"


def test_a_form_without_a_key_is_not_asked_again() -> None:
    def never(_request: HttpRequest) -> HttpResponse:
        raise AssertionError("asked again")

    assert sent(never) is None


def test_a_form_that_fails_twice_is_a_fault_and_a_refusal_is_told() -> None:
    def fails(_request: HttpRequest) -> HttpResponse:
        raise IntegrityError("unique")

    def refuses(_request: HttpRequest) -> HttpResponse:
        raise Conflict("Somebody was quicker.")

    assert sent(fails, once="1") is None
    answer = sent(refuses, once="1")
    assert answer is not None
    assert answer.status_code == 409


def test_a_file_sent_with_it_is_read_from_its_beginning_again() -> None:
    read: list[bytes] = []

    def reads(request: HttpRequest) -> HttpResponse:
        read.append(request.FILES["file"].read())
        return HttpResponse()

    request: Any = RequestFactory().post(
        "/", {"once": "1", "file": SimpleUploadedFile("a", b"rows")}
    )
    request.FILES["file"].read()
    request.resolver_match = SimpleNamespace(func=reads, args=(), kwargs={})
    middleware.Refusals(lambda _request: HttpResponse()).process_exception(
        request, IntegrityError()
    )
    assert read == [b"rows"]
