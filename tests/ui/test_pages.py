import gzip
import re
from itertools import pairwise
from pathlib import Path

import polib
import pytest
from bs4 import BeautifulSoup
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils import translation

from maillage import ui
from maillage.accounts.roles import Role
from maillage.ui.gallery import sample
from tests.factories import accounts as make

HERE = Path(ui.__file__).parent


def test_the_theme_is_kept_in_a_cookie_and_the_reader_stays_on_the_page(client, db):
    response = client.post(reverse("ui:theme"), {"theme": "dark", "next": "/droits/?a=1"})
    assert (response.status_code, response["Location"]) == (302, "/droits/?a=1")
    assert response.cookies["theme"].value == "dark"
    assert BeautifulSoup(client.get("/droits/").content, "html.parser").html["data-theme"] == "dark"


@pytest.mark.parametrize("theme", ["auto", "hot-pink", ""])
def test_automatic_or_unknown_forgets_the_choice(client, db, theme):
    client.cookies["theme"] = "dark"
    response = client.post(reverse("ui:theme"), {"theme": theme})
    assert response["Location"] == "/"
    assert response.cookies["theme"].value == ""


@pytest.mark.parametrize("following", ["https://evil.example/", "//evil.example/", "javascript:x"])
def test_the_theme_switch_never_leads_out_of_the_instance(client, db, following):
    assert client.post(reverse("ui:theme"), {"next": following})["Location"] == "/"


def test_the_language_switch_is_a_form_and_the_choice_lasts(client, db):
    page = BeautifulSoup(client.get("/droits/").content, "html.parser")
    form = page.select_one(f"form[action='{reverse('set_language')}']")
    sent = {i["name"]: i["value"] for i in form.select("input") if i.get("value")}
    assert sent["language"] == "en"
    assert client.post(form["action"], sent)["Location"] == "/droits/"
    assert BeautifulSoup(client.get("/droits/").content, "html.parser").html["lang"] == "en"


@pytest.fixture
def adviser(client, db):
    make.signed_in(client, Role.ADVISER, make.organisation())
    return client


@pytest.mark.parametrize("address", ["", "?phone"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_gallery_shows_every_component_without_a_double_id(adviser, address, language):
    adviser.cookies["django_language"] = language
    page = BeautifulSoup(adviser.get(reverse("ui:gallery") + address).content, "html.parser")
    ids = [tag["id"] for tag in page.find_all(id=True)]
    assert sorted(ids) == sorted(set(ids))
    assert len(page.find_all("h1")) == 1
    assert not page.find_all(style=True)
    for tag in page.find_all(attrs={"aria-labelledby": True}):
        assert all(page.find(id=wanted) for wanted in tag["aria-labelledby"].split())


def test_headings_never_skip_a_level(adviser):
    page = BeautifulSoup(adviser.get(reverse("ui:gallery")).content, "html.parser")
    levels = [int(tag.name[1]) for tag in page.find_all(["h1", "h2", "h3"])]
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_the_gallery_is_not_open_to_strangers(client, db):
    assert client.get(reverse("ui:gallery")).status_code == 302


def test_the_style_sheet_fits_its_budget_and_names_our_two_fonts():
    text = Path(finders.find("ui/maillage.css")).read_text(encoding="utf-8")
    assert len(gzip.compress(text.encode())) <= 8 * 1024
    assert re.findall(r"fonts/([\w-]+\.woff2)", text) == [
        "bricolage-grotesque-latin-wght-normal.woff2",
        "source-sans-3-latin-wght-normal.woff2",
    ]
    assert text.count("font-display: swap") == 2


def test_both_dark_palettes_say_the_same():
    text = Path(finders.find("ui/maillage.css")).read_text(encoding="utf-8")
    by_device, by_choice = (
        re.findall(r"--[\w-]+: #\w+", block)
        for block in re.findall(
            r"(?:data-theme=\"?light\"?\]\)|data-theme=\"?dark\"?\]) \{(.*?)\}", text, re.DOTALL
        )
    )
    assert by_device == by_choice
    assert len(by_device) > 20


def test_every_colour_used_is_declared():
    text = Path(finders.find("ui/maillage.css")).read_text(encoding="utf-8")
    assert set(re.findall(r"var\((--[\w-]+)", text)) <= set(re.findall(r"(--[\w-]+):", text))


def test_the_script_is_small_and_pages_hold_none_of_their_own():
    script = Path(finders.find("ui/comfort.js")).read_bytes()
    assert len(gzip.compress(script)) <= 2 * 1024
    for template in HERE.glob("templates/**/*.html"):
        source = template.read_text(encoding="utf-8")
        assert "style=" not in source
        assert "hx-on" not in source
        assert "<script>" not in source


def test_the_french_catalogue_is_complete_and_keeps_its_placeholders():
    catalogue = polib.pofile(str(HERE / "locale/fr/LC_MESSAGES/django.po"))
    assert catalogue.percent_translated() == 100
    for entry in catalogue:
        said = [entry.msgstr, *entry.msgstr_plural.values()]
        for text in filter(None, said):
            assert set(re.findall(r"%\(\w+\)s", text)) <= set(
                re.findall(r"%\(\w+\)s", entry.msgid + entry.msgid_plural)
            )
            assert not re.search(r"[^\u202f][;!?]|[^\u00a0]:|«[^\u00a0]|[^\u00a0]»", text)


def test_the_gallery_speaks_one_language_at_a_time():
    with translation.override("en"):
        assert "Craft firms" in sample()["series"]
    with translation.override("fr"):
        assert "Artisans prospectés" in sample()["series"]
        assert "Craft" not in sample()["series"] + sample()["report"] + sample()["map"]
