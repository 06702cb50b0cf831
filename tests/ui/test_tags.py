import uuid
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from maillage.kernel.periods import Period

N, B = "\u202f", "\u00a0"


def render(source, language="fr", **context):
    with translation.override(language):
        return Template("{% load ui %}" + source).render(Context(context))


def soup(source, **context):
    return BeautifulSoup(render(source, **context), "html.parser")


@pytest.mark.parametrize(
    ("source", "value", "french", "english"),
    [
        ("{{ v|number }}", 16000, f"16{N}000", "16,000"),
        ("{{ v|number }}", None, "s.o.", "n/a"),
        ("{{ v|decimal }}", 12.44, "12,4", "12.4"),
        ("{{ v|decimal:2 }}", 12.445, "12,45", "12.45"),
        ("{{ v|euros }}", 15_000_000, f"150{N}000{B}€", "€150,000"),
        ("{{ v|percent }}", 0.69, f"69{B}%", "69%"),
        ("{{ v|points }}", -0.29, f"−{B}29{B}points", f"−29{B}pts"),
        ("{{ v|day }}", date(2020, 7, 1), "1er juillet 2020", "1 July 2020"),
        ("{{ v|short_day }}", date(2020, 1, 12), "12 janv. 2020", "12 Jan 2020"),
        (
            "{{ v|moment }}",
            datetime(2020, 6, 30, 16, 12, tzinfo=UTC),
            f"30 juin 2020 à 18{B}h{B}12",
            "30 June 2020 at 18:12",
        ),
        ("{{ v|clock_time }}", datetime(2020, 6, 30, 16, 12, tzinfo=UTC), f"18{B}h{B}12", "18:12"),
        ("{{ v|month }}", "2020-06", "juin 2020", "June 2020"),
        ("{{ v|period }}", Period.parse("2019..2020"), "2019-2020", "2019–2020"),
        ("{{ v|datetime }}", date(2020, 7, 1), "2020-07-01", "2020-07-01"),
    ],
)
def test_pages_write_values_in_the_readers_language(source, value, french, english):
    assert render(source, "fr", v=value) == french
    assert render(source, "en", v=value) == english


def test_a_siret_is_read_in_groups_and_copied_without_spaces():
    tag = soup("{{ v|siret }}", v="12345678900012").span
    assert tag.get_text() == "12345678900012"
    assert [group.get_text() for group in tag.find_all("span")] == ["123", "456", "789", "00012"]
    assert "<b>" not in render("{{ v|siret }}", v="<b>x")


def test_an_unknown_icon_is_a_defect():
    assert soup('{% icon "late" %}').svg["aria-hidden"] == "true"
    with pytest.raises(KeyError):
        render('{% icon "unicorn" %}')


@pytest.mark.parametrize(
    ("value", "pace", "width", "mark"),
    [
        (0.69, 0.71, "69", "M71 -2V12"),
        (1.4, 2, "100", "M100 -2V12"),
        (-1, None, "0", None),
        (None, None, "0", None),
        (float("nan"), None, "0", None),
    ],
)
def test_a_bar_stays_within_its_track(value, pace, width, mark):
    svg = soup("{% bar value=v pace=p %}", v=value, p=pace).svg
    assert svg.select_one(".done")["width"] == width
    assert (svg.select_one(".pace") or {}).get("d") == mark


def test_a_bar_shows_lateness_by_its_class_and_leaves_words_to_the_number_beside():
    svg = soup('{% bar value=0.42 pace=0.71 state="late" %}').svg
    assert svg.select_one(".done")["class"] == ["done", "done-late"]
    assert svg["aria-hidden"] == "true"


@pytest.mark.parametrize(
    ("name", "words"), [("ontrack", "On pace"), ("late", "Late"), ("ahead", "Ahead")]
)
def test_a_state_is_an_icon_and_a_word(name, words):
    pill = BeautifulSoup(render(f'{{% state "{name}" %}}', "en"), "html.parser").span
    assert pill.get_text() == words
    assert pill.svg


def test_a_state_may_say_other_words_which_are_escaped():
    assert soup('{% state "waiting" v %}', v="<b>6 jours</b>").span.get_text() == "<b>6 jours</b>"


def test_each_page_gets_a_key_of_its_own_against_double_sending():
    first, second = (soup("{% once_key %}").input for _ in range(2))
    assert first["name"] == "once"
    assert uuid.UUID(first["value"]).version == 7
    assert first["value"] != second["value"]
    assert soup('{% once_key "abc" %}').input["value"] == "abc"


def pages(number, path="/liste/?commune=59350&page=2"):
    page = Paginator(range(100), 10).page(number)
    return soup("{% paginate page %}", page=page, request=RequestFactory().get(path))


def test_paging_keeps_the_filters_of_the_address():
    assert [a["href"] for a in pages(3).find_all("a")] == [
        "?commune=59350&page=2",
        "?commune=59350&page=4",
    ]
    assert [a["rel"] for a in pages(1).find_all("a")] == [["next"]]
    assert [a["rel"] for a in pages(10).find_all("a")] == [["prev"]]


def test_one_page_needs_no_paging_and_no_request_is_needed():
    only = Paginator(range(5), 10).page(1)
    assert soup("{% paginate page %}", page=only).nav is None
    second = Paginator(range(20), 10).page(2)
    assert soup("{% paginate page %}", page=second).a["href"] == "?page=1"


@pytest.mark.parametrize(
    ("level", "style"),
    [("success", "n-done"), ("error", "n-late"), ("warning", "n-waiting"), ("", "n-info")],
)
def test_a_notice_has_the_look_of_its_level_and_escapes_its_words(level, style):
    notice = soup("{% notice words level %}", words="<i>Fait</i>", level=level).div
    assert style in notice["class"]
    assert notice.p.get_text() == "<i>Fait</i>"


def test_messages_are_said_to_assistive_tools():
    message = SimpleNamespace(level_tag="success", __str__=None)
    page = soup('{% include "ui/messages.html" %}', messages=[message])
    assert page.div["role"] == "status"
    assert page.select_one(".n-done")
    assert soup('{% include "ui/messages.html" %}', messages=[]).div is None


def test_the_proof_line_names_rule_version_records_and_instant():
    answer = SimpleNamespace(
        indicator=SimpleNamespace(label="Artisans <prospectés>"),
        version=3,
        read=2760,
        aside=1,
        data_as_of=date(2020, 6, 29),
        as_of=datetime(2020, 6, 30, 16, 12, tzinfo=UTC),
        note="Chiffre provisoire",
    )
    line = render('{% include "ui/proof.html" %}', "en", answer=answer)
    said = [span.get_text(strip=True) for span in BeautifulSoup(line, "html.parser").select("span")]
    assert said == [
        "Rule “Artisans <prospectés>”, version 3",
        "2,760 records read",
        "1 set aside",
        "Data of 29 June 2020",
        "Computed on 30 June 2020 at 18:12",
        "Chiffre provisoire",
    ]


def test_a_proof_line_leaves_out_what_it_does_not_know():
    answer = SimpleNamespace(indicator=SimpleNamespace(label="X"), version=1, read=None)
    assert len(soup('{% include "ui/proof.html" %}', answer=answer).select("span")) == 1


def test_an_empty_list_says_why_and_what_to_do():
    page = soup('{% include "ui/empty.html" with why="Rien" url="/plan/" action="Planifier" %}')
    assert page.a["href"] == "/plan/"
    assert soup('{% include "ui/empty.html" with why="Rien" %}').a is None
