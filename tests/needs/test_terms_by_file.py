"""The thesaurus as a file: what is refused and where, what leaves comes in as it was, a load that is undone, whose it is."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.intake.telling import load_file
from maillage.kernel import clock
from maillage.ledger import themes
from maillage.needs import actions, routing, thesaurus
from maillage.needs.importers.thesaurus import IMPORTER
from maillage.needs.matching.texts import plain
from maillage.needs.models import Synonym, Term
from maillage.needs.tree import document, editing
from maillage.needs.vocabulary import Theme
from tests.factories import accounts, needs as make
from tests.factories.themes import THEME_WORDS

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
Pairs = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def kept(by: Actor) -> Pairs:
    rows = Term.objects.visible_to(MACHINE).standing().filter(organisation=by.organisation)
    return sorted(rows.values_list("term", "theme"))


def keep(by: Actor, *pairs: tuple[str, str]) -> None:
    for term, theme in pairs:
        actions.keep_term(term=term, theme=theme, by=by)


def table(*rows: tuple[str, str]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([("term", "theme"), *rows])
    return out.getvalue()


def load(
    folder: Path, text: str, by: Actor, name: str = "terms.csv", *, dry_run: bool = False
) -> dict[str, Any]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    owner = System("tests", organisation=by.organisation)
    return load_file("thesaurus", path, {}, by=owner, dry_run=dry_run)[0]


def written(client: Client, by: Actor, query: str = "", language: str = "fr") -> str:
    assert by.person is not None
    client.force_login(by.person)
    client.cookies["django_language"] = language
    answer = client.get(f"/besoins/termes.csv{query}")
    assert answer.status_code == 200
    return answer.content.decode("utf-8-sig")


# In

BAD = [
    (("", "online"), "term", "blank", "fill it in"),
    (("vitrine", ""), "theme", "blank", "fill it in"),
    (("?!", "online"), "term", "term", "write those of artisans"),
    (("…", "online"), "term", "term", "write those of artisans"),
    (("vitrine", "moon"), "theme", "theme", "write its code"),
    (("vitrine", "Online"), "theme", "theme", "write its code"),
    (("x" * 201, "online"), "term", "too_long", "shorten it"),
    (("a\x07b", "online"), "term", "control", "type it again"),
]


def test_each_bad_cell_is_told_by_line_and_column_with_what_to_do(
    tmp_path: Path, adviser: Actor
) -> None:
    rows = [bad for bad, *_ in BAD]
    with translation.override("en"):
        told = load(tmp_path, table(("first", "online"), *rows, ("last", "online")), adviser)
    found = {one["line"]: one for one in told["rejects"]}
    assert sorted(found) == list(range(3, 3 + len(BAD)))
    for line, (bad, column, code, remedy) in enumerate(BAD, start=3):
        assert (found[line]["column"], found[line]["code"]) == (column, code), bad
        assert remedy in str(found[line]["reason"]), bad
    assert kept(adviser) == [("first", "online"), ("last", "online")]


def test_its_own_reasons_name_the_remedy_in_both_languages() -> None:
    assert IMPORTER.reasons.keys() == {"theme", "theme_ended", "term"}
    for code, words in IMPORTER.reasons.items():
        assert words.fr != words.en
        assert "\u00a0: " in words.fr, code
        assert ": " in words.en, code


def test_a_theme_that_ended_is_refused_with_what_to_take(tmp_path: Path, adviser: Actor) -> None:
    yesterday = clock.today() - timedelta(days=1)
    ended = replace(document.shipped().themes["energy"], ended_on=yesterday)
    tree = editing.with_theme(document.shipped(), ended, "place", 2)
    with mock.patch.object(themes, "_hand", [lambda: [tree]]):
        told = load(tmp_path, table(("isoler", "energy"), ("un site", "online")), adviser)
    assert [one["code"] for one in told["rejects"]] == ["theme_ended"]
    assert kept(adviser) == [("un site", "online")]


def test_a_theme_is_its_code_or_its_words_in_either_language(
    tmp_path: Path, adviser: Actor
) -> None:
    rows = [
        (f"{theme.value} {rank}", text)
        for theme, words in THEME_WORDS.items()
        for rank, text in enumerate((theme.value, words.fr, words.en))
    ]
    assert load(tmp_path, table(*rows), adviser)["rejects"] == []
    assert kept(adviser) == sorted((term, term.split()[0]) for term, _ in rows)


def test_two_spellings_of_one_term_are_one_and_the_first_is_kept(
    tmp_path: Path, adviser: Actor
) -> None:
    rows = [("Vélo-cargo", "digital"), ("velo cargo", "digital"), ("VÉLO CARGO", "energy")]
    told = load(tmp_path, table(*rows), adviser)
    assert [(one["line"], one["code"]) for one in told["rejects"]] == [(3, "duplicate")]
    assert kept(adviser) == [("VÉLO CARGO", "energy"), ("Vélo-cargo", "digital")]


def test_what_was_kept_by_hand_is_unchanged_by_a_file_and_stays_when_it_is_undone(
    tmp_path: Path, adviser: Actor
) -> None:
    keep(adviser, ("four", "energy"))
    told = load(tmp_path, table(("FOUR", "energy"), ("froid", "energy")), adviser)
    assert told["kinds"] == {"new": 1, "unchanged": 1}
    call_command("undo_load", str(told["load"]), because="wrong file")
    assert kept(adviser) == [("four", "energy")]


def test_looking_first_keeps_nothing_and_proposes_nothing(tmp_path: Path, adviser: Actor) -> None:
    told = load(tmp_path, table(("four", "energy")), adviser, dry_run=True)
    assert told["kinds"] == {"new": 1}
    assert kept(adviser) == []
    assert not Term.objects.visible_to(MACHINE).exists()


def test_undone_then_loaded_again_it_is_there_again_once(tmp_path: Path, adviser: Actor) -> None:
    rows = [("four", "energy"), ("froid", "energy")]
    first = load(tmp_path, table(*rows), adviser)
    call_command("undo_load", str(first["load"]), because="wrong file")
    assert kept(adviser) == []
    assert load(tmp_path, table(*rows), adviser, "again.csv")["kinds"] == {"new": 2}
    assert kept(adviser) == rows
    assert Term.objects.visible_to(MACHINE).count() == 4  # those that were ended are not forgotten


def test_a_term_taken_out_by_hand_stays_out_when_its_load_is_undone_and_may_come_back(
    tmp_path: Path, adviser: Actor
) -> None:
    first = load(tmp_path, table(("four", "energy"), ("froid", "energy")), adviser)
    term = Term.objects.owned_by(adviser).get(plain="four")
    with clock.at(clock.parse_instant("2020-06-03T10:00")):
        actions.end_term(term=term, by=adviser)
        ended = Term.objects.owned_by(adviser).get(pk=term.pk).ended_at
    with clock.at(clock.parse_instant("2020-06-04T10:00")):
        call_command("undo_load", str(first["load"]), because="wrong file")
        assert Term.objects.owned_by(adviser).get(pk=term.pk).ended_at == ended
        load(tmp_path, table(("four", "energy")), adviser, "again.csv")
    assert kept(adviser) == [("four", "energy")]


def test_a_file_is_its_organisation_s_alone(tmp_path: Path, adviser: Actor) -> None:
    other = accounts.actor()
    for by in (adviser, other):
        assert load(tmp_path, table(("four", "energy")), by)["kinds"] == {"new": 1}
    assert kept(adviser) == kept(other) == [("four", "energy")]
    term = Term.objects.owned_by(other).get()
    actions.end_term(term=term, by=other)
    assert (kept(adviser), kept(other)) == ([("four", "energy")], [])


# Out, and in elsewhere

#: Not what a spreadsheet would compute: that leaves with a mark, see below.
WORDS = st.text("abcdéèçABC -'œ0123;\"", min_size=1, max_size=12).filter(
    lambda text: bool(plain(text)) and text.strip()[0] not in "-'"
)
PAIRS = st.lists(st.tuples(WORDS, st.sampled_from(sorted(Theme))), max_size=6)


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(pairs=PAIRS)
def test_what_leaves_comes_in_elsewhere_as_it_is(
    pairs: Pairs,
    client: Client,
    tmp_path: Path,
    db_rollback: Callable[[], AbstractContextManager[None]],
) -> None:
    with db_rollback():
        here, there = accounts.actor(), accounts.actor()
        keep(here, *pairs)
        sent = written(client, here)
        assert sent.count("\n") >= 1
        if kept(here):
            assert load(tmp_path, sent, there)["rejects"] == []
        assert kept(there) == kept(here)
        assert len(kept(here)) == len({(plain(term), theme) for term, theme in pairs})
        assert written(client, there) == sent
        if kept(here):
            assert load(tmp_path, sent, there, "2.csv")["kinds"] == {"unchanged": len(kept(here))}


@pytest.mark.parametrize("language", ["fr", "en"])
def test_its_columns_are_read_again_in_the_language_in_which_it_left(
    client: Client, tmp_path: Path, adviser: Actor, language: str
) -> None:
    keep(adviser, ("four", "energy"), ("drive", "online"))
    sent = written(client, adviser, language=language)
    assert sent.splitlines()[0] == {"fr": "Terme;Thème", "en": "Term,Theme"}[language]
    other = accounts.actor()
    assert load(tmp_path, sent, other)["accepted"] == 2
    assert kept(other) == [("drive", "online"), ("four", "energy")]


def test_what_a_spreadsheet_would_compute_leaves_marked_and_is_the_same_term_elsewhere(
    client: Client, tmp_path: Path, adviser: Actor
) -> None:
    keep(adviser, ("-20 % sur la cuisson", "energy"))
    sent = written(client, adviser)
    assert sent.splitlines()[1].startswith("'-20")
    other = accounts.actor()
    load(tmp_path, sent, other)
    (one,) = Term.objects.owned_by(other)
    assert (one.term, one.theme) == ("-20 % sur la cuisson", "energy")
    assert one.plain == plain(one.term)
    assert written(client, other) == sent


def test_the_theme_of_the_address_chooses_what_leaves(client: Client, adviser: Actor) -> None:
    keep(adviser, ("four", "energy"), ("drive", "online"))
    assert written(client, adviser, "?theme=energy").splitlines()[1:] == ["four;energy"]
    assert len(written(client, adviser, "?theme=moon").splitlines()) == 3
    assert len(written(client, adviser, "?theme=cash").splitlines()) == 1


@pytest.mark.parametrize("role", [Role.ADVISER, Role.EXPERT, Role.AUDITOR])
def test_nobody_takes_the_terms_of_another_away_even_where_needs_are_shared(
    client: Client, adviser: Actor, role: Role
) -> None:
    keep(adviser, ("four", "energy"))
    stranger = accounts.actor(role)
    accounts.share(adviser.acting_for(), stranger.acting_for(), "needs", Sensitivity.PARTNERS)
    assert len(written(client, stranger).splitlines()) == 1


# What terms propose, once they are in or out


def test_a_term_loaded_proposes_and_taken_out_proposes_no_more(
    tmp_path: Path, adviser: Actor
) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    partner = make.partner(name="Relais")[0]
    make.rule(manager, partner)
    need = make.need(adviser, theme=Theme.PREMISES, words="Un local et un site vitrine")
    assert routing.proposed(need) == []
    told = load(tmp_path, table(("Site vitrine", "online")), adviser)
    assert [one.partner for one in routing.proposed(need)] == [partner]
    call_command("undo_load", str(told["load"]), because="wrong file")
    assert routing.proposed(need) == []


def test_a_term_loaded_speaks_of_a_choice_so_that_nothing_more_is_proposed(
    tmp_path: Path, adviser: Actor
) -> None:
    load(tmp_path, table(("four", "energy")), adviser)
    make.referral(adviser, theme=Theme.ENERGY, words="Mon four est vieux")
    assert thesaurus.proposals(adviser) == []
    make.referral(adviser, theme=Theme.ENERGY, words="Mon camion est vieux")
    assert [one.said for one in thesaurus.proposals(adviser)] == ["Mon camion est vieux"]


def test_what_an_adviser_keeps_of_a_proposal_leaves_with_the_rest(
    client: Client, adviser: Actor
) -> None:
    make.referral(adviser, theme=Theme.ENERGY, words="Mon four consomme trop")
    (synonym,) = Synonym.objects.visible_to(MACHINE).select_related("need", "term")
    actions.decide_synonym(synonym=synonym, term="Four  qui consomme", by=adviser)
    assert written(client, adviser).splitlines()[1:] == ["Four qui consomme;energy"]


def test_proposals_are_the_organisation_s_own_and_the_oldest_come_first(adviser: Actor) -> None:
    for hour, words in ((12, "Mon camion est vieux"), (11, "Mon toit est vieux")):
        with clock.at(clock.parse_instant(f"2020-06-02T{hour}:00")):
            make.referral(adviser, theme=Theme.ENERGY, words=words)
    make.referral(accounts.actor(), theme=Theme.ENERGY, words="Ma cave est vieille")
    said = [one.said for one in thesaurus.proposals(adviser)]
    assert said == ["Mon toit est vieux", "Mon camion est vieux"]


def test_a_need_withdrawn_proposes_no_more_words(adviser: Actor) -> None:
    need = make.referral(adviser, theme=Theme.ENERGY, words="Mon toit est vieux").need
    assert len(thesaurus.proposals(adviser)) == 1
    actions.withdraw_need(need=need, reason="mistake", by=adviser)
    assert thesaurus.proposals(adviser) == []


@given(st.text(max_size=60))
def test_words_suggested_are_at_most_three_and_stand_in_what_was_said(words: str) -> None:
    found = thesaurus.suggested(words).split()
    assert len(found) <= thesaurus.LONGEST
    assert set(found) <= set(plain(words).split())
    assert all(len(word) >= thesaurus.SHORTEST for word in found)
