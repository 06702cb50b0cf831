"""How entries are ranked for a need: reasons that sum, an order that nothing but reasons decides, a few of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings as examples, strategies as st

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.catalogue import actions as catalogue_actions
from maillage.catalogue.models import Entry
from maillage.catalogue.vocabulary import State
from maillage.kernel import clock
from maillage.needs.entries import SCORED, SHOWN, Offered, offered_for
from maillage.needs.matching import scoring
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import Theme
from maillage.places.models import Territory
from tests.factories import accounts, catalogue, needs as make, places, register

pytestmark = pytest.mark.django_db
MOST = {
    "theme": scoring.THEME,
    "territory": scoring.TERRITORY,
    "text": scoring.TEXT,
    "eligibility": scoring.ELIGIBLE,
}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2021-06-30T10:00")):
        yield


@pytest.fixture
def manager() -> Actor:
    return accounts.actor(Role.SERVICE_MANAGER)


def heard(by: Actor, words: str = "Un site de vente", **facts: Any) -> Need:
    if not Territory.objects.exists():
        places.places_loaded()
    facts = {"size_band": "03"} | facts
    return make.need(by, register.establishment(**facts), theme=Theme.DIGITAL, words=words)


@pytest.fixture
def need(manager: Actor) -> Need:
    return heard(manager)


def entry(**said: Any) -> Entry:
    said = {"areas": ("59350",), "everywhere": False} | said
    return catalogue.entry(**said)


def titles(offered: Offered) -> list[str]:
    return [one.version.title for one in offered.choices]


def reasons(offered: Offered) -> dict[str, dict[str, int]]:
    return {
        one.version.title: {why.criterion: why.points for why in one.proposal.reasons}
        for one in offered.choices
    }


@pytest.mark.parametrize(
    ("said", "points"),
    [
        ({}, {"theme": 40, "territory": 20, "eligibility": 10}),
        ({"areas": ("200093201",)}, {"theme": 40, "territory": 20, "eligibility": 10}),
        ({"areas": ("59",)}, {"theme": 40, "territory": 15, "eligibility": 10}),
        ({"areas": ("R32",)}, {"theme": 40, "territory": 15, "eligibility": 10}),
        ({"areas": ("62", "59")}, {"theme": 40, "territory": 15, "eligibility": 10}),
        ({"areas": ("59", "59350")}, {"theme": 40, "territory": 20, "eligibility": 10}),
        ({"areas": (), "everywhere": True}, {"theme": 40, "territory": 10, "eligibility": 10}),
        ({"areas": ()}, {"theme": 40}),
        ({"other": "Être à jour."}, {"theme": 40, "territory": 20}),
        ({"headcount_max": 9}, {"theme": 40, "territory": 20, "eligibility": 10}),
        ({"headcount_min": 7}, {"theme": 40, "territory": 20}),
        ({"activities": ("43",), "is_priority": True}, {"theme": 40, "territory": 20}),
        ({"themes": ("digital", "energy")}, {"theme": 40, "territory": 20, "eligibility": 10}),
    ],
)
def test_each_reason_brings_its_points(
    need: Need, said: dict[str, Any], points: dict[str, int]
) -> None:
    entry(title="Conseil", **said)
    found = offered_for(need)
    assert reasons(found) == {"Conseil": points}
    assert found.choices[0].score == sum(points.values())


drawn = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["Conseil", "Un site", "Vendre sur un site de vente"]),
        "everywhere": st.booleans(),
        "areas": st.sampled_from([(), ("59350",), ("59",), ("62",), ("R32", "59350")]),
        "headcount_max": st.sampled_from([None, 5, 7, 9]),
        "other": st.sampled_from(["", "À demander."]),
        "themes": st.sampled_from([("digital",), ("energy",), ("digital", "energy")]),
        "activities": st.sampled_from([(), ("10",), ("43",)]),
    }
)


@examples(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.lists(drawn, max_size=6))
def test_whatever_is_in_the_catalogue_reasons_sum_and_order_follows_them(
    said: list[dict[str, Any]], need: Need, db_rollback: Callable[[], AbstractContextManager[None]]
) -> None:
    with db_rollback():
        made = [catalogue.entry(**one) for one in said]
        found = offered_for(need)
        scores = [one.score for one in found.choices]
        assert scores == sorted(scores, reverse=True)
        for one in found.choices:
            told = {why.criterion: why.points for why in one.proposal.reasons}
            assert set(told) <= set(SCORED)
            assert all(0 < points <= MOST[name] for name, points in told.items())
            assert one.score == sum(told.values()) == sum(points for _words, points in one.reasons)
            assert told["theme"] == scoring.THEME
            assert ("eligibility" in told) is (one.judged.state is State.MET)
        answers = [
            one for one, words in zip(made, said, strict=True) if "digital" in words["themes"]
        ]
        shown = {one.version.entry for one in found.choices} | {
            one.version.entry for one in found.refused
        }
        assert shown == set(answers)
        assert all(one.state is State.NOT_MET for one in found.refused)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_in_which_entries_were_written_changes_nothing(need: Need, seed: int) -> None:
    said: list[dict[str, Any]] = [
        {"title": "Sûre"},
        {"title": "Nord", "areas": ("59",)},
        {"title": "À demander", "other": "x"},
        {"title": "Nord, à demander", "areas": ("59",), "other": "x"},
    ]
    ranked = [one["title"] for one in said]
    said = said[seed:] + said[:seed][::-1]
    for one in said:
        entry(**one)
    assert titles(offered_for(need)) == ranked


def test_equals_stand_in_one_order_each_time(need: Need) -> None:
    made = [entry(title="Conseil") for _ in range(5)]
    first = [one.version.entry for one in offered_for(need).choices]
    assert set(first) == set(made)
    assert [one.version.entry for one in offered_for(need).choices] == first


def test_a_few_are_shown_the_best_of_those_that_answer_and_some_that_do_not(need: Need) -> None:
    for number in range(SHOWN + 3):
        entry(title=f"À demander {number:02}", other="x")
        entry(title=f"Pas pour elle {number:02}", headcount_min=50)
    entry(title="La meilleure")
    found = offered_for(need)
    assert len(found.choices) == len(found.refused) == SHOWN
    assert titles(found)[0] == "La meilleure"
    assert [one.version.title for one in found.refused] == [
        f"Pas pour elle {number:02}" for number in range(SHOWN)
    ]


def test_a_choice_is_an_entry_by_its_key_with_who_provides_it(need: Need) -> None:
    to = make.partner(name="Chambre inventée")[0]
    first = entry(title="Conseil", partner=to)
    second = entry(title="Autre conseil", other="x")
    shut = entry(title="Pas pour elle", headcount_min=50)
    found = offered_for(need)
    assert found.as_choices() == [
        (str(first.key), "Conseil, Chambre inventée"),
        (str(second.key), "Autre conseil"),
    ]
    assert found.entry(str(first.key)) == first
    assert found.entry(str(shut.key)) is None
    assert found.entry("") is None
    assert Offered().as_choices() == []


def test_a_firm_of_which_nothing_is_known_may_be_offered_all_that_is_not_shut(
    manager: Actor,
) -> None:
    need = heard(manager, size_band="")
    entry(title="Petites", headcount_max=9)
    entry(title="Grandes", headcount_min=50)
    found = offered_for(need)
    assert sorted(titles(found)) == ["Grandes", "Petites"]
    assert all("eligibility" not in points for points in reasons(found).values())
    assert not found.refused


def test_an_entry_is_judged_on_the_day_it_is_looked_at(need: Need) -> None:
    entry(title="Été", valid_from=date(2021, 7, 1), valid_until=date(2021, 8, 31))
    for day, offered in (("06-30", []), ("07-01", ["Été"]), ("08-31", ["Été"]), ("09-01", [])):
        with clock.at(clock.parse_instant(f"2021-{day}T10:00")):
            assert titles(offered_for(need)) == offered, day


def test_the_last_word_on_an_entry_is_the_one_that_is_ranked(need: Need) -> None:
    by = catalogue.keeper()
    made = catalogue.entry(by, title="Avant")
    content = catalogue.content(title="Après", headcount_min=50)
    assert titles(offered_for(need)) == ["Avant"]
    catalogue_actions.edit_entry(entry=made, content=content, version=1, by=by)
    found = offered_for(need)
    assert (titles(found), [one.version.title for one in found.refused]) == ([], ["Après"])


def test_a_provider_answers_no_need_by_itself(need: Need) -> None:
    from maillage.catalogue.importers import offers, structures

    catalogue.told(structures.IMPORTER, catalogue.structure(nom="Maison"))
    catalogue.told(offers.IMPORTER, catalogue.service(nom="Conseil"))
    (only,) = offered_for(need).as_choices()
    assert only[1] == "Conseil, Maison"


# On screen


def page(client: Client, by: Actor, need: Need, language: str) -> BeautifulSoup:
    assert by.person is not None
    client.force_login(by.person)
    client.cookies["django_language"] = language
    answer = client.get(reverse("needs:send", kwargs={"key": need.key}))
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


@pytest.mark.parametrize(
    ("language", "words", "others"),
    [
        (
            "fr",
            ("Thème 40", "Territoire 20", "Pas pour cette entreprise", "Effectif"),
            ("Theme", "Territory", "Not for this firm", "Headcount"),
        ),
        (
            "en",
            ("Theme 40", "Territory 20", "Not for this firm", "Headcount"),
            ("Thème", "Territoire", "Pas pour cette entreprise", "Effectif"),
        ),
    ],
)
def test_reasons_are_told_in_one_language_at_a_time(
    client: Client,
    manager: Actor,
    need: Need,
    language: str,
    words: tuple[str, ...],
    others: tuple[str, ...],
) -> None:
    entry(title="Conseil", headcount_max=9)
    entry(title="Audit", headcount_min=50)
    told = page(client, manager, need, language).select_one("section[aria-labelledby=offered]")
    assert told is not None
    text = told.get_text(" ", strip=True)
    for word in words:
        assert word in text
    for word in others:
        assert word not in text


def test_the_points_on_screen_sum_to_the_score_on_screen(
    client: Client, manager: Actor, need: Need
) -> None:
    entry(title="Vendre sur un site de vente")
    entry(title="Conseil", areas=("59",), other="x")
    told = page(client, manager, need, "fr").select("section[aria-labelledby=offered] li")
    assert len(told) == 2
    for one in told:
        assert one.strong is not None
        assert one.span is not None
        score = int(one.strong.get_text().split()[0])
        parts = one.span.get_text().partition(".")[0].split(",")
        assert score == sum(int(part.split()[-1]) for part in parts if part.strip()[-1:].isdigit())


def test_a_form_answered_with_an_entry_retired_meanwhile_sends_nothing(
    client: Client, manager: Actor, need: Need
) -> None:
    to, by = make.partner()[0], catalogue.keeper()
    made = catalogue.entry(by, partner=to)
    once = page(client, manager, need, "fr").select_one("input[name=once]")
    assert once is not None
    catalogue_actions.retire_entry(entry=made, version=1, by=by)
    given = {"once": once["value"], "partner": to.key, "entry": made.key, "message": ""}
    answer = client.post(reverse("needs:send", kwargs={"key": need.key}), given)
    assert answer.status_code == 422
    assert not Referral.objects.unscoped(reason="a test").exists()


def test_the_same_form_sent_twice_sends_once_by_the_same_entry(
    client: Client, manager: Actor, need: Need
) -> None:
    to = make.partner()[0]
    made = entry(partner=to)
    once = page(client, manager, need, "fr").select_one("input[name=once]")
    assert once is not None
    given = {"once": once["value"], "partner": to.key, "entry": made.key, "message": ""}
    for _ in range(2):
        assert (
            client.post(reverse("needs:send", kwargs={"key": need.key}), given).status_code == 302
        )
    assert [one.entry for one in Referral.objects.unscoped(reason="a test")] == [made]


def test_what_an_entry_is_called_is_shown_as_words_and_runs_nothing(
    client: Client, manager: Actor, need: Need
) -> None:
    entry(title="<script>alert(1)</script>")
    entry(title="<b>gras</b>", headcount_min=50)
    told = page(client, manager, need, "fr").select_one("section[aria-labelledby=offered]")
    assert told is not None
    assert not told.select("script, b")
    assert "<script>alert(1)</script>" in told.get_text()
