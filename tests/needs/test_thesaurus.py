"""The thesaurus: words that advisers keep, synonyms that choices propose, partners that words propose; a person decides."""

from __future__ import annotations

import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.intake.telling import load_file
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.needs import actions, routing, thesaurus
from maillage.needs.models import Need, Synonym, Term
from maillage.needs.vocabulary import Theme
from tests.factories import accounts, needs as make

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def kept() -> list[tuple[str, str]]:
    every = Term.objects.visible_to(MACHINE).standing().order_by("plain", "theme")
    return list(every.values_list("term", "theme"))


def synonyms() -> list[Synonym]:
    return list(Synonym.objects.visible_to(MACHINE).select_related("need", "term"))


# Terms


def test_a_term_is_kept_once_however_it_is_spelled_and_ended_once(adviser: Actor) -> None:
    first = actions.keep_term(term="  Site   vitrine ", theme="online", by=adviser)
    assert actions.keep_term(term="SITE VITRINE", theme="online", by=adviser) == first
    actions.keep_term(term="site vitrine", theme="digital", by=adviser)
    assert kept() == [("site vitrine", "digital"), ("Site vitrine", "online")]
    actions.end_term(term=first, by=adviser)
    actions.end_term(term=first, by=adviser)
    assert kept() == [("site vitrine", "digital")]
    assert actions.keep_term(term="site vitrine", theme="online", by=adviser) != first


@pytest.mark.parametrize(
    ("term", "theme"), [("", "online"), (" ?! ", "online"), ("a" * 201, "online"), ("site", "moon")]
)
def test_what_is_no_term_is_refused(adviser: Actor, term: str, theme: str) -> None:
    with pytest.raises(Invalid):
        actions.keep_term(term=term, theme=theme, by=adviser)


def test_an_organisation_keeps_its_own_and_an_expert_of_a_partner_keeps_none(
    adviser: Actor,
) -> None:
    term = actions.keep_term(term="drive", theme="online", by=adviser)
    stranger = accounts.actor()
    with pytest.raises(NotAllowed):
        actions.end_term(term=term, by=stranger)
    with pytest.raises(NotAllowed):
        actions.keep_term(term="drive", theme="online", by=make.partner()[1])
    assert list(Term.objects.owned_by(stranger)) == []


# What words propose


def need_of(adviser: Actor, words: str, theme: str = Theme.PREMISES) -> Need:
    return make.need(adviser, theme=theme, words=words)


def test_words_propose_after_the_theme_and_never_alone(adviser: Actor) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    web, premises = make.partner(name="Relais")[0], make.partner(name="Foncière")[0]
    make.rule(manager, web)
    make.rule(manager, premises, themes=(Theme.PREMISES.value,), title="Locaux")
    need = need_of(adviser, "Un local, et un site vitrine")
    assert [one.partner for one in routing.proposed(need)] == [premises]
    actions.keep_term(term="site vitrine", theme="online", by=adviser)
    found = routing.proposed(need)
    assert [one.partner for one in found] == [premises, web]
    points = [dict(one.reasons)["Thème"] for one in found]
    assert points == [40, 30]  # a theme that only words tell brings less than one that was chosen
    assert all(sum(points for _, points in one.reasons) == one.score for one in found)
    assert thesaurus.told_by(need) == ["Être visible en ligne"]


def test_words_of_nothing_propose_nothing(adviser: Actor) -> None:
    make.rule(accounts.actor(Role.SERVICE_MANAGER, adviser.organisation))
    actions.keep_term(term="site vitrine", theme="online", by=adviser)
    assert routing.proposed(need_of(adviser, "Un vitrail pour le site")) == []


@pytest.mark.parametrize(
    ("words", "term"),
    [
        ("Je voudrais un site vitrine pour vendre", "site vitrine"),
        ("Bonjour, mon four consomme trop.", "four consomme trop"),
        ("Vélo-cargo", "velo cargo"),
        ("à", ""),
        ("", ""),
    ],
)
def test_a_few_telling_words_are_suggested(words: str, term: str) -> None:
    assert thesaurus.suggested(words) == term


# Synonyms


def test_a_choice_that_no_term_speaks_of_proposes_a_synonym_once(adviser: Actor) -> None:
    need = need_of(adviser, "Mon four consomme trop", Theme.ENERGY)
    for _ in range(2):
        make.referral(adviser, of=need)
    (one,) = synonyms()
    assert (one.need, one.theme, one.decided_at) == (need, "energy", None)
    assert [p.term for p in thesaurus.proposals(adviser)] == ["four consomme trop"]


def test_a_choice_that_a_term_speaks_of_or_without_words_proposes_nothing(adviser: Actor) -> None:
    actions.keep_term(term="four", theme="energy", by=adviser)
    make.referral(adviser, of=need_of(adviser, "Mon four consomme trop", Theme.ENERGY))
    make.referral(adviser, of=need_of(adviser, "", Theme.ENERGY))
    assert synonyms() == []


def test_an_adviser_keeps_words_or_refuses_once(adviser: Actor) -> None:
    for words in ("Mon four consomme trop", "Des panneaux sur le toit"):
        make.referral(adviser, of=need_of(adviser, words, Theme.ENERGY))
    first, second = synonyms()
    actions.decide_synonym(synonym=first, term="four", by=adviser)
    actions.decide_synonym(synonym=second, term="  ", by=adviser)
    assert kept() == [("four", "energy")]
    assert thesaurus.proposals(adviser) == []
    with pytest.raises(Conflict):
        actions.decide_synonym(synonym=first, term="consomme", by=adviser)
    with pytest.raises(NotAllowed):
        actions.decide_synonym(synonym=second, term="toit", by=accounts.actor())


def test_words_forgotten_take_their_proposal_with_them(adviser: Actor) -> None:
    need = need_of(adviser, "Mon four consomme trop", Theme.ENERGY)
    make.referral(adviser, of=need)
    Need.objects.visible_to(MACHINE).filter(pk=need.pk).update(words="")
    assert thesaurus.proposals(adviser) == []


# Files


def load(folder: Path, text: str, by: Actor) -> dict[str, object]:
    path = folder / "terms.csv"
    path.write_text(text, encoding="utf-8")
    return load_file("thesaurus", path, {}, by=by, dry_run=False)


def test_a_file_adds_what_is_new_and_tells_what_is_refused(tmp_path: Path, adviser: Actor) -> None:
    actions.keep_term(term="drive", theme="online", by=adviser)
    by = System("tests", organisation=adviser.organisation)
    load(
        tmp_path,
        "Terme;Thème\nDrive;online\nsite vitrine;Être visible en ligne\nfour;lune\n!;online\nfour;energy\nFOUR;energy\n",
        by,
    )
    assert kept() == [("drive", "online"), ("four", "energy"), ("site vitrine", "online")]


def test_what_is_exported_is_what_a_file_and_the_command_read(
    client: Client, tmp_path: Path, adviser: Actor
) -> None:
    actions.keep_term(term="site vitrine", theme="online", by=adviser)
    client.force_login(adviser.person)  # type: ignore[arg-type]
    exported = client.get("/besoins/termes.csv").content.decode("utf-8-sig")
    other = accounts.actor()
    load(tmp_path, exported, System("tests", organisation=other.organisation))
    assert [(t.term, t.theme) for t in Term.objects.owned_by(other)] == [("site vitrine", "online")]
    (tmp_path / "needs.csv").write_text("id;text\nn1;Je veux un site vitrine\n", encoding="utf-8")
    (tmp_path / "services.csv").write_text("id;themes\ns1;online\n", encoding="utf-8")
    files = {"needs": tmp_path / "needs.csv", "services": tmp_path / "services.csv"}
    assert proposals(**files, terms=tmp_path / "terms.csv") == [("n1", "s1")]
    assert proposals(**files, kept_by=adviser.acting_for().name) == [("n1", "s1")]
    assert proposals(**files) == []
    with pytest.raises((CommandError, Invalid)):
        proposals(**files, kept_by="Nobody")


def proposals(**options: object) -> list[tuple[str, str]]:
    out = StringIO()
    call_command("match_needs", json=True, stdout=out, **options)
    return [(one["need"], one["service"]) for one in json.loads(out.getvalue())["proposals"]]


# Pages


def test_terms_are_kept_taken_out_and_decided_on_screen(client: Client, adviser: Actor) -> None:
    client.force_login(adviser.person)  # type: ignore[arg-type]
    make.referral(adviser, of=need_of(adviser, "Mon four consomme trop", Theme.ENERGY))
    page = client.get("/besoins/termes/").content.decode()
    assert "Mon four consomme trop" in page
    assert 'value="four consomme trop"' in page
    decide = f"/besoins/synonymes/{synonyms()[0].key}/"
    assert client.post(decide, {"term": ""}).status_code == 302
    assert client.post(decide, {"term": "four"}).status_code == 302
    assert client.post("/besoins/termes/", {"term": "drive", "theme": "online"}).status_code == 302
    assert client.post("/besoins/termes/", {"term": "", "theme": "online"}).status_code == 422
    assert kept() == [("drive", "online"), ("four", "energy")]
    assert (
        "drive" not in client.get("/besoins/termes/?theme=energy").content.decode().split("<h2")[2]
    )
    term = Term.objects.owned_by(adviser).get(plain="drive")
    client.post(f"/besoins/termes/{term.key}/retirer/")
    assert kept() == [("four", "energy")]


def test_the_words_of_a_request_are_told_where_it_is_sent(client: Client, adviser: Actor) -> None:
    client.force_login(adviser.person)  # type: ignore[arg-type]
    actions.keep_term(term="apprenti", theme="recruit", by=adviser)
    need = need_of(adviser, "Un local et un apprenti")
    assert "Dans ses mots" in client.get(f"/besoins/{need.key}/transmettre/").content.decode()
