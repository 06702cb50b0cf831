"""The generated pages of the reference: complete, true to the code, and the same on any machine."""

from __future__ import annotations

import argparse
from functools import cache
from typing import Any

import pytest

from maillage.accounts import policy
from maillage.accounts.policy import EVERYONE, SIGNED_IN, Rule
from maillage.accounts.roles import Role
from maillage.site import environment, reference


@cache
def page(name: str) -> str:
    return reference.pages()[reference.FOLDER / f"{name}.md"]


@pytest.mark.parametrize("name", ["settings", "commands", "routes", "indicators"])
def test_each_page_says_that_it_is_written_from_the_code(name: str) -> None:
    first, second, *_ = page(name).splitlines()

    assert first.startswith("<!-- Written from the code by `make docs`")
    assert second.startswith("# ")
    assert page(name).endswith("\n")
    assert not page(name).endswith("\n\n")


@pytest.mark.parametrize("name", list(environment.VARIABLES))
def test_every_variable_stands_on_the_page_of_settings(name: str) -> None:
    [row] = [line for line in page("settings").splitlines() if line.startswith(f"| `{name}` |")]

    assert row.count(" | ") == 2
    assert environment.VARIABLES[name].meaning in row


def test_no_secret_and_no_folder_is_shown_as_a_default() -> None:
    assert "| `SECRET_KEY` | made once |" in page("settings")
    assert "| `MAILLAGE_HOME` | `var` in the project folder |" in page("settings")


@pytest.mark.parametrize("name", reference.command_names())
def test_every_command_of_ours_stands_on_the_page_of_commands(name: str) -> None:
    assert f"\n## maillage {name}\n" in page("commands")


def test_commands_of_the_framework_do_not() -> None:
    for name in ("runserver", "shell", "flush", "createsuperuser"):
        assert f"maillage {name}\n" not in page("commands")


def test_every_route_stands_on_the_page_of_routes_once_a_method() -> None:
    now = page.__wrapped__("routes")  # other tests declare routes of their own as they go
    rows = [line for line in now.splitlines() if line.startswith("| `/")]
    declared = [(str(e.pattern), method) for e in policy.table() for method in e.rules]

    assert len(rows) == len(declared)
    for pattern, method in declared:
        assert [row for row in rows if row.startswith(f"| `/{pattern}` | {method} |")]


def test_every_indicator_is_told_in_two_languages_with_its_examples() -> None:
    told = page.__wrapped__("indicators")  # and indicators
    for definition in reference.indicators():
        assert f"— `{definition.reference}`" in told
        assert definition.words.en in told
        assert definition.words.fr in told
        assert not definition.alias or f"| alias | {definition.alias} |" in told


def test_a_rate_names_both_of_its_figures() -> None:
    told = page("indicators")

    assert told.count("| numerator |") == told.count("| denominator |") > 0


class TestCells:
    @pytest.mark.parametrize(
        ("cell", "written"),
        [("a|b", "| a\\|b |"), ("two\nlines", "| two lines |"), (3, "| 3 |"), ("", "|  |")],
    )
    def test_nothing_breaks_the_table(self, cell: object, written: str) -> None:
        assert list(reference._table(("x",), [(cell,)])) == ["| x |", "| --- |", written]

    @pytest.mark.parametrize(
        ("how", "spelled"),
        [
            (("--port", "-p"), "--port PORT"),
            (("siren",), "SIREN"),
        ],
    )
    def test_an_argument_is_spelled_as_one_types_it(
        self, how: tuple[str, ...], spelled: str
    ) -> None:
        assert reference._spelled(argparse.ArgumentParser().add_argument(*how)) == spelled

    def test_a_flag_takes_nothing(self) -> None:
        flag = argparse.ArgumentParser().add_argument("--json", action="store_true")

        assert reference._spelled(flag) == "--json"
        assert reference._default(flag) == ""

    @pytest.mark.parametrize(
        ("default", "told"),
        [
            (8000, "`8000`"),
            ("full", "`full`"),
            (None, ""),
            (reference.settings.HOME / "heads", "`$MAILLAGE_HOME/heads`"),
            (reference.settings.BASE_DIR / "node_modules", "`node_modules`"),
        ],
    )
    def test_a_default_is_told_from_the_instance_s_folder(self, default: Any, told: str) -> None:
        option = argparse.ArgumentParser().add_argument("--x", default=default)

        assert reference._default(option) == told

    @pytest.mark.parametrize(
        ("roles", "told"),
        [
            (EVERYONE, "everyone"),
            (SIGNED_IN, "everyone signed in"),
            ({Role.OFFICER, Role.ADVISER}, "adviser, officer"),
        ],
    )
    def test_a_rule_says_to_whom_it_is_open(self, roles: Any, told: str) -> None:
        assert reference._roles(Rule("read", "health", roles=roles)) == told
