"""An address holds the whole question: written, read again, it asks the same."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import Http404
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage import figures
from maillage.accounts.actors import System
from maillage.figures import Filter, Question
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.observatory import inquiry
from maillage.observatory.addresses import figure_url, records_url
from tests.spec.drawn import noon

READER = System("a test reads an address")
NOW = noon("2020-06-30")

CODE = "outreach.firms_prospected"
codes = st.sampled_from([d.reference for d in figures.REGISTRY.all()])
letters = st.sampled_from("aZ9éœ€&=+%?#/;'\"<>-_.:«»日🥖")
words = st.lists(st.text(letters, min_size=1, max_size=8), max_size=3).map(tuple)
days = st.dates(date(1970, 1, 1), date(2030, 12, 31))
periods = st.tuples(days, days).map(lambda ends: Period(min(ends), max(ends)))
filters = st.builds(
    Filter,
    organisations=words,
    schemes=words,
    themes=words,
    action_keys=words,
    counterparts=words,
    communes=words,
    territory=st.sampled_from(["", "mel", "245900410", "59350", "Métropole & co"]),
    segments=st.integers(0, inquiry.HIGHEST - 1),
)
questions = st.builds(
    Question, codes, filters, st.none() | periods, st.sampled_from(["", "commune", "first_month"])
)
instants = st.none() | st.timedeltas(timedelta(microseconds=1), timedelta(days=4000)).map(
    lambda past: NOW - past
)


def asked_by(address: str) -> tuple[str, dict[str, str]]:
    """The code and the keys of an address, as a browser sends them."""
    parts = urlsplit(address)
    return parts.path.split("/")[2], dict(parse_qsl(parts.query, keep_blank_values=True))


def read(address: str) -> inquiry.Inquiry:
    code, query = asked_by(address)
    with clock.at(NOW):
        return inquiry.read(code, query, READER)


@settings(max_examples=40)
@given(question=questions, at=instants)
def test_what_an_address_says_is_what_was_asked(question: Question, at: datetime | None) -> None:
    found = read(records_url(question, at))

    assert found.question == question
    assert found.at == at


@settings(max_examples=40)
@given(question=questions, at=instants)
def test_every_page_of_a_figure_asks_the_same_question(
    question: Question, at: datetime | None
) -> None:
    first = read(figure_url(question, at))

    for page, address in first.urls.items():
        again = read(address)
        assert (again.question, again.at) == (question, at), page


@settings(max_examples=40)
@given(question=questions, key=st.text(letters, max_size=8))
def test_a_part_of_a_breakdown_keeps_its_key_even_an_empty_one(
    question: Question, key: str
) -> None:
    found = read(records_url(question, group=key))

    assert found.group == (key if question.by else None)


@settings(max_examples=40)
@given(question=questions)
def test_a_later_page_goes_back_to_the_first_when_the_question_changes(question: Question) -> None:
    address = records_url(question)
    later = f"{address}{'&' if '?' in address else '?'}apres=2020-06-01~4"

    assert read(later).asked["apres"] == "2020-06-01~4"
    assert "apres" not in read(later).address("records")


def test_an_address_without_a_question_asks_for_everything() -> None:
    found = read(f"/chiffres/{CODE}/lignes/")

    assert found.question == Question(f"{CODE}@1")
    assert (found.at, found.part, found.group) == (None, "", None)
    assert found.address("records") == f"/chiffres/{CODE}@1/lignes/"


# What the keys of an address mean

READ_AS = [
    ("periode=2019", "period", Period(date(2019, 1, 1), date(2019, 12, 31))),
    ("periode=2019-06", "period", Period(date(2019, 6, 1), date(2019, 6, 30))),
    ("periode=2020-02", "period", Period(date(2020, 2, 1), date(2020, 2, 29))),
    ("periode=2019-06-05", "period", Period(date(2019, 6, 5), date(2019, 6, 5))),
    ("periode=2019-12..2020", "period", Period(date(2019, 12, 1), date(2020, 12, 31))),
    ("periode=%20", "period", None),
    ("communes=59350,59512", "filter", Filter(communes=("59350", "59512"))),
    ("communes=59512,,59350,59350", "filter", Filter(communes=("59350", "59512"))),
    ("segments=3&territory=mel", "filter", Filter(segments=3, territory="mel")),
    ("par=commune", "by", "commune"),
]


@pytest.mark.parametrize(("query", "part", "meaning"), READ_AS)
def test_keys_of_an_address_are_read_as_the_fields_notions(
    query: str, part: str, meaning: object
) -> None:
    assert getattr(read(f"/chiffres/{CODE}/?{query}").question, part) == meaning


INSTANTS = [
    ("2020-06-29", "2020-06-29T23:59:59.999999+02:00"),
    ("2019-12-31", "2019-12-31T23:59:59.999999+01:00"),
    ("2020-06-30T09:00", "2020-06-30T09:00:00+02:00"),
    ("2020-06-30T09:00:00%2B02:00", "2020-06-30T09:00:00+02:00"),
    ("2020-06-30T09:00:00+02:00", "2020-06-30T09:00:00+02:00"),
    ("2020-06-30T07:00Z", "2020-06-30T09:00:00+02:00"),
    ("2020-06-30", None),
    ("2099-01-01", None),
]
"""A day means its end in Paris; what has not come yet reads now; a plus lost on the way is found again."""


@pytest.mark.parametrize(("text", "meaning"), INSTANTS)
def test_an_as_of_is_a_day_or_an_instant_in_paris(text: str, meaning: str | None) -> None:
    found = read(f"/chiffres/{CODE}/?au={text}").at

    assert found == (datetime.fromisoformat(meaning) if meaning else None)


REFUSED = [
    (
        "period=2019&color=red",
        "Cette adresse demande quelque chose d’inconnu : color, period.",
        "This address asks for something unknown: color, period.",
    ),
    (
        "periode=hier",
        "« hier » n’est pas une période. Écrivez 2019, 2019-06 ou 2019-04-05..2020-06-30.",
        "“hier” is no period. Write 2019, 2019-06 or 2019-04-05..2020-06-30.",
    ),
    ("periode=2020..2019", "« 2020..2019 » n’est pas une période.", "“2020..2019” is no period."),
    ("periode=2019-13", "« 2019-13 » n’est pas une période.", "“2019-13” is no period."),
    ("periode=0000", "« 0000 » n’est pas une période.", "“0000” is no period."),
    ("periode=9999-12", "« 9999-12 » n’est pas une période.", "“9999-12” is no period."),
    (
        "au=demain",
        "« demain » n’est pas un instant. Écrivez un jour, comme 2020-06-30, ou un instant,",
        "“demain” is no instant. Write a day, such as 2020-06-30, or an instant,",
    ),
    ("au=0001-01-01T00:00", "n’est pas un instant", "is no instant"),
    ("segments=-1", "Aucun segment ne porte ce numéro.", "No segment has this number."),
    (f"segments={1 << 63}", "Aucun segment ne porte ce numéro.", "No segment has this number."),
]


@pytest.mark.parametrize(("query", "fr", "en"), REFUSED)
def test_what_means_nothing_is_refused_and_the_remedy_is_told(query: str, fr: str, en: str) -> None:
    for language, words in (("fr", fr), ("en", en)):
        with translation.override(language), pytest.raises(Invalid) as refusal:
            read(f"/chiffres/{CODE}/?{query}")
        assert words in str(refusal.value).replace("\u00a0", " ").replace("\u202f", " ")


def test_a_rate_opens_one_of_two_lists_and_no_third() -> None:
    assert read("/chiffres/I03/").part == "numerator"
    assert read("/chiffres/I03/?liste=denominator").part == "denominator"
    with pytest.raises(Invalid, match="deux listes"):
        read("/chiffres/I03/?liste=middle")


def test_the_list_of_a_figure_that_has_one_is_not_chosen() -> None:
    assert read("/chiffres/I01/?liste=denominator").part == ""


def test_each_side_of_a_rate_is_listed_by_its_own_rule() -> None:
    top, bottom = (read(f"/chiffres/I02/?liste={side}&territory=mel") for side in inquiry.PARTS)

    assert top.listed.definition.code == "outreach.firms_prospected"
    assert bottom.listed.definition.code == "register.active_craft_firms"
    assert top.listed.filter == bottom.listed.filter == Filter(territory="mel")


def test_an_unknown_figure_is_not_found() -> None:
    for code in ("I99", "outreach.firms_prospected@7", "outreach", "@", "@1"):
        with pytest.raises(Http404):
            read(f"/chiffres/{code}/")
