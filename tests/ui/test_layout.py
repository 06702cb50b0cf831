from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.template import Context, Template, engines
from django.test import RequestFactory
from django.utils import translation

from maillage.ui.context import chrome

PAGE = """{% extends "ui/page.html" %}{% block title %}Accueil{% endblock %}
{% block crumbs %}<li aria-current="page">Accueil</li>{% endblock %}
{% block heading %}<div><h1>Où en est-on ?</h1></div>{% endblock %}
{% block content %}<p>Voici.</p>{% endblock %}"""


def request(path="/ici/?page=2", **attributes):
    made = RequestFactory().get(path)
    made.__dict__.update(attributes)
    return made


def page(made, source=PAGE, language="fr"):
    with translation.override(language):
        text = engines["django"].from_string(source).render({}, made)
    return BeautifulSoup(text, "html.parser")


def test_a_page_has_its_landmarks_one_h1_and_a_way_to_skip_to_the_content():
    soup = page(request())
    assert soup.html["lang"] == "fr"
    assert soup.title.string == "Accueil – Maillage"
    assert len(soup.find_all("h1")) == 1
    assert [len(soup.find_all(tag)) for tag in ("header", "main", "footer")] == [1, 1, 1]
    assert soup.select_one("a.skip")["href"] == f"#{soup.main['id']}"


def test_nothing_in_the_layout_needs_an_inline_style_or_script():
    soup = page(request(demo=SimpleNamespace(words="Démonstration", now=None)))
    assert not soup.find_all("style")
    assert not soup.find_all(style=True)
    assert all(script.get("src") and not script.string for script in soup.find_all("script"))
    assert not [tag for tag in soup.find_all(True) if any(a.startswith("on") for a in tag.attrs)]


def test_the_demonstration_band_shows_its_words_and_its_clock():
    soup = page(
        request(
            demo=SimpleNamespace(
                words="Données <inventées>", now=datetime(2020, 6, 30, 7, 0, tzinfo=UTC)
            )
        )
    )
    band = soup.select_one(".demo").get_text(" ", strip=True)
    assert "Données <inventées>" in band
    assert "30 juin 2020 à 9\u00a0h\u00a000" in band


def test_without_demonstration_there_is_no_band():
    assert page(request()).select_one(".demo") is None


def test_the_current_entry_of_the_menu_is_marked_for_everyone():
    entries = [
        SimpleNamespace(label="Conventions", url="/conventions/", current=True),
        SimpleNamespace(label="Visites", url="/visites/", current=False),
    ]
    links = page(request(navigation=entries)).select(".nav a")
    assert [(a.get_text(), a.get("aria-current")) for a in links] == [
        ("Conventions", "page"),
        ("Visites", None),
    ]


def test_a_page_without_menu_has_no_empty_navigation():
    assert page(request()).select_one(".nav") is None


@pytest.mark.parametrize(("cookie", "shown"), [("dark", "dark"), ("light", "light"), ("x", None)])
def test_the_theme_comes_from_a_cookie_and_only_known_ones_are_taken(cookie, shown):
    made = request()
    made.COOKIES["theme"] = cookie
    assert page(made).html.get("data-theme") == shown


def test_the_english_page_is_english():
    soup = page(request(), language="en")
    assert soup.html["lang"] == "en"
    assert soup.select_one("a.skip").get_text() == "Go to the content"


def test_the_address_to_come_back_to_keeps_its_filters_after_a_reading_only():
    assert chrome(request())["chrome"]["here"] == "/ici/?page=2"
    assert chrome(RequestFactory().post("/ici/?page=2"))["chrome"]["here"] == "/ici/"


def test_a_phone_page_keeps_its_action_at_the_bottom():
    soup = page(
        request(),
        """{% extends "ui/phone.html" %}{% block heading %}<h1>Visite</h1>{% endblock %}
        {% block bottom %}<div class="bottom-bar"><button>Enregistrer</button></div>{% endblock %}""",
    )
    assert soup.main["class"] == ["phone"]
    assert soup.select_one(".bottom-bar button")
    assert soup.select_one(".nav") is None


def test_an_error_page_says_what_happened_what_is_kept_and_a_reference():
    soup = BeautifulSoup(
        engines["django"]
        .get_template("ui/error.html")
        .render({"title": "Panne", "what": "…", "kept": "Rien n’est perdu.", "reference": "A-1"}),
        "html.parser",
    )
    assert soup.h1.get_text() == "Panne"
    assert "Rien n’est perdu." in soup.main.get_text()
    assert "A-1" in soup.main.get_text()


def test_an_error_page_needs_no_request():
    assert "<h1>" in Template('{% include "ui/error.html" %}').render(Context({}))
