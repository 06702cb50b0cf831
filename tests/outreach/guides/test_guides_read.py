"""Guides as they are read and written: refusals with their line and remedy, rights by role, both languages, few queries."""

from __future__ import annotations

from itertools import count

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import given, strategies as st

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.conventions.text.problems import TextRefused
from maillage.kernel.errors import Conflict, Invalid
from maillage.outreach import actions
from maillage.outreach.distress import points
from maillage.outreach.guides import grid
from maillage.outreach.models import Guide
from maillage.outreach.models.guides import shipped
from tests.factories import accounts, outreach as make

LIST = reverse("outreach:guides")
codes = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)


# Grids as texts, without the database


def written(blocks: list[list[str]], confidential: set[int] = frozenset()) -> str:  # type: ignore[assignment]
    """A grid of these questions, block by block, each with two answers."""
    told = ['title = { fr = "T", en = "T" }', 'about = { fr = "A", en = "A" }']
    for rank, questions in enumerate(blocks):
        told += ["[[blocks]]", f'code = "b{rank}"', f'title = {{ fr = "B{rank}", en = "B{rank}" }}']
        if rank in confidential:
            told.append("confidential = true")
        for code in questions:
            told += [
                "[[blocks.questions]]", f'code = "{code}"', f'ask = {{ fr = "{code}", en = "{code}" }}',
                'choices.yes = { fr = "Oui", en = "Yes" }', 'choices.no = { fr = "Non", en = "No" }',
            ]  # fmt: skip
    return "\n".join(told) + "\n"


drawn = st.lists(st.lists(st.integers(0, 3), min_size=1, max_size=4), min_size=1, max_size=5).map(
    lambda blocks: [
        [f"q{next(numbers)}" for _one in block] for numbers in [count()] for block in blocks
    ]
)


@given(drawn, st.sets(st.integers(0, 4)))
def test_a_grid_keeps_its_questions_in_their_order(
    blocks: list[list[str]], apart: set[int]
) -> None:
    found = grid.read(written(blocks, apart))
    assert [[q.code for q in block.questions] for block in found.blocks] == blocks
    assert list(found.questions) == [code for block in blocks for code in block]
    assert set(found.confidential) == {
        code for rank, block in enumerate(blocks) if rank in apart for code in block
    }


@given(drawn, st.data())
def test_what_is_told_is_what_was_answered_and_nothing_else(
    blocks: list[list[str]], data: st.DataObject
) -> None:
    found = grid.read(written(blocks))
    asked = data.draw(st.sets(st.sampled_from(list(found.questions))))
    told = list(found.told({code: ["yes"] for code in asked}))
    with translation.override("en"):
        lines = [
            line for one in found.told({code: ["yes"] for code in asked}) for line in one.lines
        ]
    assert [ask for ask, _said in lines] == [code for code in found.questions if code in asked]
    assert {said for _ask, said in lines} <= {"Yes"}
    assert all(one.lines for one in told), "a block that nobody answered is not told"


@given(drawn, st.data())
def test_a_code_twice_is_refused_wherever_it_stands(
    blocks: list[list[str]], data: st.DataObject
) -> None:
    flat = [code for block in blocks for code in block]
    twice = [*blocks[:-1], [*blocks[-1], data.draw(st.sampled_from(flat))]]
    with pytest.raises(TextRefused) as refused:
        grid.read(written(twice))
    with translation.override("en"):
        assert [str(one.reason) for one in refused.value.problems] == [
            "Another question has this code."
        ]


@given(codes)
def test_codes_of_small_letters_figures_and_underscores_are_taken(code: str) -> None:
    assert list(grid.read(written([[code]])).questions) == [code]


@pytest.mark.parametrize(
    "code", ["", "Rent", "1rent", "_rent", "rént", "rent-late", "rent late", "a" * 31]
)
def test_other_codes_are_not(code: str) -> None:
    with pytest.raises(TextRefused):
        grid.read(written([[code]]))


def test_every_problem_of_a_text_is_told_at_once_in_the_order_of_its_lines() -> None:
    text = written([["rent"], ["cash"]]).replace('code = "rent"', 'code = "RENT"')
    text = text.replace('code = "b1"', 'code = "b0"').replace('en = "A"', 'en = ""')
    with translation.override("en"), pytest.raises(TextRefused) as refused:
        grid.read(text)
    lines = [one.line for one in refused.value.problems]
    assert len(lines) == 3
    assert lines == sorted(lines)
    told = [text.splitlines()[line - 1] for line in lines]
    assert told == ['about = { fr = "A", en = "" }', 'code = "RENT"', 'code = "b0"']


# what is written instead | why it is refused, in French | the remedy, in French
TOLD = {
    "words in one language": (
        'ask = { fr = "rent", en = "rent" }', 'ask = { fr = "rent" }', "en français ou en anglais", "Écrivez fr =",
    ),
    "a key with a letter too many": ("code = \"rent\"", 'codes = "rent"', "Cette clé n’est pas connue", "code"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new", "reason", "remedy"), TOLD.values(), ids=TOLD)
def test_a_refusal_says_what_to_do_in_french_too(
    old: str, new: str, reason: str, remedy: str
) -> None:
    with pytest.raises(TextRefused) as refused:
        grid.read(written([["rent"]]).replace(old, new))
    said = [(str(one.reason), str(one.remedy)) for one in refused.value.problems]
    assert any(reason in why and remedy in what for why, what in said), said


def weighing(question: str, answer: str, *, weight: int = 1) -> str:
    return (
        'title = { fr = "P", en = "P" }\nabout = { fr = "A", en = "A" }\nwatch = 1\ncontact = 2\n'
        f'[[facts]]\nquestion = "{question}"\nanswer = "{answer}"\npoints = {weight}\nfr = "x"\nen = "x"\n'
    )


ASKED = {"rent": {"ok", "late"}, "treasury": {"ok", "short"}}


@pytest.mark.parametrize(
    ("question", "answer", "near"),
    [
        ("rents", "late", "rent, treasury"), ("tresury", "short", "treasury"), ("rent", "lates", "late"), ("zzz", "late", "rent, treasury"),
        ("treasury", "qqq", "ok, short"),
    ],
)  # fmt: skip
def test_what_the_grid_does_not_ask_is_told_with_the_nearest(
    question: str, answer: str, near: str
) -> None:
    with translation.override("en"), pytest.raises(TextRefused) as refused:
        points.read(weighing(question, answer), asked=ASKED)
    with translation.override("en"):
        assert [str(one.remedy) for one in refused.value.problems] == [f"Nearest: {near}."]


@given(st.integers(-30, 30))
def test_a_weight_is_from_ten_below_to_ten_above_and_never_nothing(weight: int) -> None:
    text = weighing("rent", "late", weight=weight)
    if weight and -10 <= weight <= 10:
        assert points.read(text, asked=ASKED).facts[0].points == weight
    else:
        with pytest.raises(TextRefused):
            points.read(text, asked=ASKED)


@given(st.integers(-2, 104), st.integers(-2, 104))
def test_a_contact_is_proposed_above_the_points_of_watching(watch: int, contact: int) -> None:
    text = weighing("rent", "late").replace("watch = 1", f"watch = {watch}")
    text = text.replace("contact = 2", f"contact = {contact}")
    if 1 <= watch < contact <= 100:
        assert (points.read(text).watch, points.read(text).contact) == (watch, contact)
    else:
        with pytest.raises(TextRefused):
            points.read(text)


def test_without_a_grid_any_question_may_be_weighed_again_as_it_was() -> None:
    old = points.read(weighing("gone", "yes"))
    assert [(one.question, one.answer) for one in old.facts] == [("gone", "yes")]


# Pages


def read(client: Client, address: str, language: str = "fr", status: int = 200) -> BeautifulSoup:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get(address)
    assert answer.status_code == status
    return BeautifulSoup(answer.content, "html.parser")


def route(name: str, guide: Guide) -> str:
    return reverse(f"outreach:{name}", args=[guide.key])


@pytest.mark.django_db
@pytest.mark.parametrize("role", Role)
def test_each_route_of_guides_by_role(client: Client, role: Role) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER)
    draft = make.draft_guide(manager)
    accounts.signed_in(client, role, manager.organisation)
    reads = 200 if role in {Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER} else 403
    writes = 200 if role is Role.SERVICE_MANAGER else 403
    assert client.get(LIST).status_code == reads
    assert client.get(route("guide", draft)).status_code == reads
    assert client.get(route("edit_guide", draft)).status_code == writes
    may = role is Role.SERVICE_MANAGER
    page = BeautifulSoup(client.get(route("guide", draft)).content, "html.parser")
    assert bool(page.select("main form, .actions form")) is may
    for address in (
        reverse("outreach:begin_guide", args=["grid"]), route("publish_guide", draft), route("drop_guide", draft),
    ):  # fmt: skip
        if not may:
            assert client.post(address).status_code == 403
    draft.refresh_from_db()
    assert draft.is_draft


@pytest.mark.django_db
def test_guides_of_another_organisation_are_not_there(client: Client) -> None:
    draft = make.draft_guide()
    accounts.signed_in(client, Role.SERVICE_MANAGER)
    for name in ("guide", "edit_guide"):
        read(client, route(name, draft), status=404)
    for name in ("publish_guide", "drop_guide"):
        assert client.post(route(name, draft)).status_code == 404
    assert not read(client, LIST).select(".records a")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "title", "empty", "published"),
    [
        ("fr", "Que demandons-nous", "Aucune version pour l’instant", "Version publiée"),
        ("en", "What do we ask at the door?", "No version yet", "Published version"),
    ],
)
def test_the_list_speaks_both_languages_empty_and_full(
    client: Client, language: str, title: str, empty: str, published: str
) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    page = read(client, LIST, language)
    assert title in page.get_text()
    assert page.get_text().count(empty) == 2
    make.guides(manager)
    page = read(client, LIST, language)
    assert empty not in page.get_text()
    assert page.get_text().count(published) == 2


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "rent", "words"), [("fr", "Loyer", "+3"), ("en", "Rent", "+3")]
)
def test_a_version_is_read_in_both_languages(
    client: Client, language: str, rent: str, words: str
) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    asks, weighs = make.guides(manager)
    page = read(client, route("guide", asks), language)
    assert next(one.get_text(strip=True) for one in page.select("main h3")) == rent
    assert len(page.select("main h3")) == len(asks.grid.questions)
    page = read(client, route("guide", weighs), language)
    assert words in page.get_text()
    assert len(page.select(".records li")) == len(weighs.points.facts)


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_text_refused_is_shown_again_with_its_problems(client: Client, language: str) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    draft = make.draft_guide(manager)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    text = draft.text.replace('code = "rent"', 'code = "Rent <b>"')
    answer = client.post(route("edit_guide", draft), {"text": text, "version": "1"})
    assert answer.status_code == 422
    page = BeautifulSoup(answer.content, "html.parser")
    assert page.textarea is not None
    assert 'code = "Rent <b>"' in page.textarea.get_text()
    line = text.splitlines().index('code = "Rent <b>"') + 1
    assert f"{'ligne' if language == 'fr' else 'line'} {line}" in page.get_text()
    draft.refresh_from_db()
    assert (draft.version, draft.text) == (1, shipped("grid"))


@pytest.mark.django_db
@pytest.mark.parametrize("sent", [{}, {"text": ""}, {"text": "x"}, {"text": "x", "version": "one"}])
def test_a_form_sent_by_halves_changes_nothing(client: Client, sent: dict[str, str]) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    draft = make.draft_guide(manager)
    assert client.post(route("edit_guide", draft), sent).status_code == 422
    draft.refresh_from_db()
    assert draft.text == shipped("grid")


@pytest.fixture
def manager(db: None) -> Actor:
    return accounts.actor(Role.SERVICE_MANAGER)


def test_versions_count_up_and_a_draft_given_up_leaves_no_gap(manager: Actor) -> None:
    numbers = []
    for _turn in range(3):
        actions.drop_guide(guide=make.draft_guide(manager), by=manager)
        published = actions.publish_guide(guide=make.draft_guide(manager), by=manager)
        numbers.append(published.number)
    assert numbers == [1, 2, 3]
    own = Guide.objects.visible_to(manager)
    assert own.in_use("grid") == own.get(number=3)


def test_two_managers_who_begin_at_once_write_one_draft_and_the_slower_is_told(
    manager: Actor,
) -> None:
    colleague = accounts.actor(Role.SERVICE_MANAGER, manager.organisation)
    draft = make.draft_guide(manager)
    assert make.draft_guide(colleague) == draft
    actions.rewrite_guide(guide=draft, text=draft.text + "# one\n", version=1, by=manager)
    with pytest.raises(Conflict) as stale:
        actions.rewrite_guide(guide=draft, text=draft.text + "# two\n", version=1, by=colleague)
    assert stale.value.remedy
    draft.refresh_from_db()
    assert draft.text.endswith("# one\n")


def test_organisations_number_their_versions_apart(manager: Actor) -> None:
    other = accounts.actor(Role.SERVICE_MANAGER)
    for by in (manager, manager, other):
        actions.publish_guide(guide=make.draft_guide(by), by=by)
    assert [Guide.objects.visible_to(by).in_use("grid").number for by in (manager, other)] == [2, 1]  # type: ignore[union-attr]


def test_points_refused_for_want_of_a_grid_say_what_to_do(manager: Actor) -> None:
    with translation.override("en"), pytest.raises(Invalid) as refused:
        make.draft_guide(manager, "points")
    with translation.override("en"):
        assert str(refused.value.remedy) == "Publish a grid first."
    assert not Guide.objects.visible_to(manager).exists()


@pytest.mark.django_db
def test_more_versions_ask_the_database_no_more(client: Client) -> None:
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    counts = []
    for turns in (1, 4):
        for _turn in range(turns):
            make.guides(manager)
        read(client, LIST)
        with CaptureQueriesContext(connection) as asked:
            page = read(client, LIST)
        counts.append((len(page.select(".records li")), len(asked)))
    (few, one), (many, other) = counts
    assert (few, many) == (2, 10)
    assert one == other
