"""French unless the reader chose English here; the browser's own preference decides nothing."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import translation

from maillage.kernel import text
from maillage.site.language import ChosenLanguage

pytestmark = pytest.mark.django_db


def spoken(cookie: str | None, accepted: str = "") -> tuple[str, str]:
    """The language a page is made in, and the one its answer declares."""
    request = RequestFactory().get("/", headers={"accept-language": accepted})
    if cookie is not None:
        request.COOKIES[settings.LANGUAGE_COOKIE_NAME] = cookie
    made: list[str] = []

    def page(_request: object) -> HttpResponse:
        made.append(translation.get_language() or "")
        return HttpResponse()

    declared = ChosenLanguage(page)(request)["Content-Language"]
    return made[0], declared


# cookie, what the browser prefers → language
CHOICES = [
    (None, "", "fr"),
    (None, "en", "fr"),
    (None, "en-GB,en;q=0.9", "fr"),
    (None, "de, nl;q=0.8", "fr"),
    ("fr", "en", "fr"),
    ("en", "fr", "en"),
    ("en", "", "en"),
    ("de", "de", "fr"),
    ("EN", "", "fr"),
    ("en-GB", "", "fr"),
    ("", "en", "fr"),
    ("\0", "en", "fr"),
    ("en; drop", "", "fr"),
]


@pytest.mark.parametrize(("cookie", "accepted", "language"), CHOICES)
def test_only_a_choice_made_here_counts(cookie: str | None, accepted: str, language: str) -> None:
    assert spoken(cookie, accepted) == (language, language)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_is_made_in_the_language_it_declares(client: Client, language: str) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language

    answer = client.get("/droits/")

    assert answer["Content-Language"] == language
    assert f'<html lang="{language}"' in answer.content.decode()


def test_the_next_reader_is_not_answered_in_the_language_of_the_one_before(client: Client) -> None:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.get("/droits/")

    assert Client().get("/droits/")["Content-Language"] == "fr"
    assert translation.get_language() == "fr"


@pytest.mark.parametrize(("chosen", "remembered"), [("en", "en"), ("fr", "fr")])
def test_a_choice_is_remembered_and_leads_back_to_the_page(
    client: Client, chosen: str, remembered: str
) -> None:
    answer = client.post("/langue/", {"language": chosen, "next": "/droits/"})

    assert (answer.status_code, answer["Location"]) == (302, "/droits/")
    cookie = answer.cookies.get(settings.LANGUAGE_COOKIE_NAME)
    assert (cookie.value if cookie else None) == remembered


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""]
)
def test_a_choice_never_leads_elsewhere(client: Client, elsewhere: str) -> None:
    answer = client.post("/langue/", {"language": "en", "next": elsewhere})

    assert "evil" not in answer["Location"]
    assert answer["Location"].startswith("/")


def test_a_page_that_says_its_own_language_is_believed() -> None:
    page = HttpResponse(headers={"Content-Language": "en"})

    assert (
        ChosenLanguage(lambda _request: page)(RequestFactory().get("/"))["Content-Language"] == "en"
    )


@pytest.mark.parametrize(("language", "said"), [("fr", "Visite"), ("en", "Visit")])
def test_words_kept_in_two_languages_follow_the_reader(language: str, said: str) -> None:
    with translation.override(language):
        assert str(text.Words(fr="Visite", en="Visit")) == said
