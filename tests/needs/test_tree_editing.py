"""What may be written in a tree of themes, and what its versions make of an act: held against drawn histories."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from unittest import mock

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import given, strategies as st

from maillage import ledger
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.ledger import themes
from maillage.ledger.themes import Family, Theme, Tree
from maillage.needs.forms.themes import ThemesField
from maillage.needs.tree import document, editing
from maillage.needs.tree.taking import taken_on

DAY = date(2020, 1, 1)
FIRST = document.shipped()
CODES = list(FIRST.themes)


def edited(tree: Tree, code: str, **said: object) -> Tree:
    """The tree with something else said of one of its themes, which stays in its place."""
    theme = replace(tree.themes[code], **said)  # type: ignore[arg-type]
    return editing.with_theme(tree, theme, *editing.place_of(tree, code))


def told(tree: Tree, before: Tree = FIRST) -> str:
    return " ".join(editing.problems(tree, before))


def looked_for() -> list[str]:
    return [code for _family, held in themes.to_look_for() for code, _words in held]


def with_versions(*versions: Tree):  # type: ignore[no-untyped-def]
    return mock.patch.object(themes, "_hand", [lambda: versions])


def test_the_shipped_tree_is_sound_complete_and_the_first_version() -> None:
    assert editing.problems(FIRST, Tree()) == []
    assert editing.differences(FIRST, FIRST) == []
    assert [code for code, one in FIRST.themes.items() if one.sensitive] == ["cash"]
    assert document.read(document.written(FIRST), 1) == FIRST
    assert (FIRST.number, FIRST.since) == (1, None)


NEW = Theme("welfare", Words("La santé", "Health"))
SPOILED = {
    "has the code": lambda: editing.with_theme(FIRST, replace(NEW, code="start_up"), "life", 1),
    "no code": lambda: editing.with_theme(FIRST, replace(NEW, code="La Santé"), "life", 1),
    "was published": lambda: editing.without(FIRST, "energy"),
    "needs words": lambda: edited(FIRST, "energy", words=Words("Énergie", " ")),
    "names two themes": lambda: edited(FIRST, "energy", words=FIRST.themes["online"].words),
    "at most": lambda: edited(FIRST, "energy", words=Words("É" * 81, "Energy")),
    "nothing replaces it": lambda: edited(FIRST, "energy", replaced_by="online"),
    "not offered": lambda: edited(FIRST, "energy", ended_on=DAY, replaced_by="gone"),
    "told in confidence": lambda: edited(FIRST, "cash", ended_on=DAY, replaced_by="online"),
    "At least one": lambda: replace(
        FIRST,
        families=tuple(
            replace(f, themes=tuple(replace(t, ended_on=DAY) for t in f.themes))
            for f in FIRST.families
        ),
    ),
    "Two themes": lambda: replace(
        FIRST, families=(*FIRST.families, Family("more", Words("Plus", "More"), (Theme("cash", Words("a", "b")),)))
    ),
    "Two families": lambda: replace(FIRST, families=(*FIRST.families, FIRST.families[0])),
}  # fmt: skip


@pytest.mark.parametrize("said", [*SPOILED])
def test_what_would_break_acts_or_following_is_named(said: str) -> None:
    with translation.override("en"):
        found = told(SPOILED[said]())
    assert ("uses the code" if said == "has the code" else said) in found


def test_following_that_goes_round_is_refused_and_a_chain_is_followed_to_its_end() -> None:
    chain = edited(FIRST, "online", ended_on=DAY, replaced_by="digital")
    chain = edited(chain, "energy", ended_on=DAY, replaced_by="online")
    assert editing.problems(chain, FIRST) == []
    with with_versions(FIRST, chain):
        assert themes.followed("energy") == themes.followed("online") == "digital"
        assert themes.leading_to("digital") == ["digital", "energy", "online"]
        assert "energy" not in dict(themes.choices())
        assert "energy" in dict(themes.choices("energy"))
        assert "energy" not in looked_for()
        assert themes.taken("energy", DAY) == "energy"  # what happened until then keeps it
        assert themes.taken("energy", DAY + timedelta(days=1)) == "digital"
    ring = edited(chain, "digital", ended_on=DAY, replaced_by="energy")
    assert len(editing.problems(ring, FIRST)) == 3


def test_an_ended_theme_that_nothing_replaces_is_taken_until_its_day_and_named_in_lists() -> None:
    ended = edited(FIRST, "energy", ended_on=DAY)
    with with_versions(FIRST, ended):
        taken = [themes.taken("energy", DAY + timedelta(days=days)) for days in (-1, 0, 1)]
        assert taken == ["energy", "energy", None]
        assert "energy" in looked_for()
        assert "energy" not in dict(themes.choices())
    assert themes.taken("astrology", DAY) is None


def test_a_form_opened_before_is_taken_by_the_day_of_what_it_tells() -> None:
    """A page kept on a phone still holds a theme that ended meanwhile: the field lets it through, the day decides."""
    ended = edited(FIRST, "energy", ended_on=DAY)
    ended = edited(ended, "online", ended_on=DAY, replaced_by="digital")
    later = DAY + timedelta(days=1)
    with with_versions(FIRST, ended), translation.override("en"):
        field = ThemesField()
        assert "energy" not in dict(field.choices)
        assert field.clean(["energy", "online", "recruit"]) == ["energy", "online", "recruit"]
        with pytest.raises(ValidationError):
            field.clean(["astrology"])
        field.keep(["energy"])
        assert "energy" in dict(field.choices)
        assert taken_on(["online", "energy", "recruit"], DAY) == ("recruit", "energy", "online")
        assert taken_on(["online", "digital"], later) == ("digital",)
        with pytest.raises(Invalid, match="No longer offered: Cut energy or waste") as refused:
            taken_on(["energy", "recruit"], later)
        assert "themes" in refused.value.fields
        with pytest.raises(Invalid, match="Unknown need: astrology"):
            taken_on(["energy", "astrology"], later)


def test_a_file_names_a_theme_by_code_or_words_and_one_that_is_offered_comes_first() -> None:
    again = replace(NEW, words=FIRST.themes["energy"].words)
    tree = edited(FIRST, "energy", ended_on=DAY)
    tree = editing.with_theme(tree, again, "life", 1)
    assert editing.problems(tree, FIRST) == []
    with with_versions(FIRST, tree):
        names = themes.by_name()
        assert names["energy"] == "energy"
        assert names[again.words.fr] == names[again.words.en] == names["welfare"] == "welfare"
        assert names["Transmettre l’entreprise"] == "transfer"


def test_differences_say_each_change_once_and_what_is_left_alone_not_at_all() -> None:
    tree = edited(FIRST, "energy", words=Words("Énergie", "Energy"), sensitive=True)
    tree = edited(tree, "online", ended_on=DAY, replaced_by="digital")
    tree = editing.with_theme(tree, NEW, "life", 1)
    tree = editing.with_theme(tree, tree.themes["transfer"], "people", 1)
    tree = editing.with_family(tree, Family("green", Words("Écologie", "Ecology"), ()), 9)
    with translation.override("en"):
        said = {one.code: one.said for one in editing.differences(FIRST, tree)}
    assert list(said) == ["green", "transfer", "energy", "online", "welfare", ""]
    assert said["green"] == ("New family",)
    assert len(said["energy"]) == 3
    assert said["online"] == ("Ends, and “Take up digital tools” stands for it",)
    assert said["transfer"] == ("Goes to the family “Recruit and employ”",)
    back = {one.code: one.said for one in editing.differences(tree, FIRST)}
    assert back["green"]
    assert back["online"]
    assert len(back["energy"]) == 3


#: A history: every few days a version in which one theme is confidential or not.
HISTORIES = st.lists(st.tuples(st.integers(1, 5), st.booleans()), min_size=1, max_size=6)


@given(history=HISTORIES, starts=st.booleans())
def test_an_act_has_the_strictest_class_of_its_theme_from_its_day_on(
    history: list[tuple[int, bool]], starts: bool
) -> None:
    first = edited(FIRST, "energy", sensitive=starts)
    versions, day, classes = [first], DAY, [(DAY, starts)]
    for days, sensitive in history:
        day += timedelta(days=days)
        after = editing.settled(
            edited(versions[-1], "energy", sensitive=sensitive), versions[-1], day
        )
        since = datetime.combine(day, datetime.min.time(), clock.PARIS)
        versions.append(replace(after, number=len(versions) + 1, since=since))
        classes.append((day, sensitive))
    ends = [start for start, _ in classes[1:]] + [date.max]
    with with_versions(*versions):
        for offset in range(-1, (day - DAY).days + 2):
            on = DAY + timedelta(days=offset)
            held = any(
                is_one for (_start, is_one), end in zip(classes, ends, strict=True) if end >= on
            )
            assert themes.is_sensitive("energy", on) is held, on
        assert themes.is_sensitive("energy") is any(is_one for _, is_one in classes)
        assert not themes.is_sensitive("online", DAY)
        assert themes.is_sensitive("cash", day)


@given(
    moves=st.lists(
        st.tuples(
            st.sampled_from(CODES),
            st.sampled_from([family.code for family in FIRST.families]),
            st.integers(1, 9),
        ),
        max_size=8,
    )
)
def test_moving_themes_about_loses_none_and_the_tables_hold_what_the_tree_holds(
    moves: list[tuple[str, str, int]],
) -> None:
    tree = FIRST
    for code, family, place in moves:
        tree = editing.with_theme(tree, tree.themes[code], family, place)
        where, rank = editing.place_of(tree, code)
        assert (where, rank) == (family, min(place, rank))
    assert sorted(tree.themes) == sorted(CODES)
    assert editing.problems(tree, FIRST) == []
    assert document.read(document.written(tree), 1) == tree


def test_figures_of_an_instant_keep_its_words() -> None:
    instant = datetime(2020, 6, 1, tzinfo=clock.PARIS)
    renamed = replace(
        edited(FIRST, "energy", words=Words("Énergie", "Energy")), number=2, since=instant
    )
    with with_versions(FIRST, renamed):
        assert themes.themes()["energy"].words.fr == "Énergie"
        before = themes.themes(instant - timedelta(days=1))["energy"].words
        assert before == FIRST.themes["energy"].words
        assert themes.token().startswith("2:")
    assert ledger.themes.tree().number == 1
