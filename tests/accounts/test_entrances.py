"""Where people go on to: declared by each package, in one order for each role, and only what the role may take."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.utils import translation
from django.utils.module_loading import module_has_submodule

from maillage.accounts import first_page, policy
from maillage.accounts.first_page import Entrance
from maillage.accounts.roles import Role

EVERYBODY: list[Role | None] = [None, *Role]


def declaring() -> dict[str, tuple[Entrance, ...]]:
    """The doors of each package that has some."""
    return {
        config.name: import_module(f"{config.name}.entrances").ENTRANCES
        for config in apps.get_app_configs()
        if config.module and module_has_submodule(config.module, "entrances")
        and config.name.startswith("maillage.")
    }  # fmt: skip


@pytest.mark.parametrize("role", EVERYBODY)
def test_everybody_goes_on_to_somewhere_in_an_order_of_their_own(role: Role | None) -> None:
    found = first_page.entrances(role)
    ranks = [entrance.ranks[role] for entrance in found]
    assert ranks
    assert ranks == sorted(set(ranks)), "two doors stand at the same place"


@pytest.mark.parametrize("role", EVERYBODY)
def test_nobody_is_sent_where_they_may_not_go(role: Role | None) -> None:
    may = {entry.name: entry.rules["GET"].roles for entry in policy.table() if "GET" in entry.rules}
    for entrance in first_page.entrances(role):
        assert role in frozenset(may[entrance.page]), entrance.page


def test_a_package_opens_its_own_pages_only_once() -> None:
    for package, doors in declaring().items():
        pages = [entrance.page for entrance in doors]
        assert len(pages) == len(set(pages))
        for page in pages:
            assert page.partition(":")[0] == package.rpartition(".")[2], page


def test_every_door_is_somebodys_and_says_what_it_is_in_both_languages() -> None:
    for entrance in first_page.declared():
        assert entrance.ranks, entrance.page
        said = []
        for language in ("fr", "en"):
            with translation.override(language):
                said.append((str(entrance.label), str(entrance.words)))
        (label, words), (english, _) = said
        assert label
        assert words
        assert english
        assert said[0] != said[1], entrance.page


def test_who_is_not_signed_in_is_offered_public_pages_alone() -> None:
    may = {entry.name: entry.rules["GET"].roles for entry in policy.table() if "GET" in entry.rules}
    pages = {entrance.page for entrance in first_page.entrances(None)}
    assert pages == {page for page in pages if None in may[page]}
    assert "outreach:my_day" not in pages
