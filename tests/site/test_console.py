"""The console command: exit codes 0, 1 and 2, and JSON on the standard output whatever happens."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.management import CommandError, get_commands, load_command_class
from django.db import DatabaseError, connections

from maillage import __main__
from maillage.places.management.commands import territory
from maillage.site import console, health, reference
from maillage.site.environment import Misset
from tests.factories.places import places_loaded


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code, what it wrote on each of its two outputs."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Typed = Callable[..., Ended]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Typed:
    """Type `maillage …` in this process."""
    # The framework closes its connections when a command ends; the test goes on with its own.
    monkeypatch.setattr(type(connections), "close_all", lambda _self: None)

    def run(*words: str) -> Ended:
        capsys.readouterr()
        code = 0
        try:
            console.run(["maillage", *words])
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run


PROMISED = [
    "backup", "bilan", "compare", "demo", "export_all", "export_convention", "figure", "figures",
    "heads", "import_all", "import_sirene", "load_convention", "publish", "restore", "search",
    "serve", "territory", "verify_ledger", "worker",
]  # fmt: skip


def options(command: str) -> dict[str, Any]:
    """The options of a command by their long name."""
    parser = load_command_class(get_commands()[command], command).create_parser("maillage", command)
    return {name: action for action in parser._actions for name in action.option_strings}


class TestTheCommandsThatAreOurs:
    @pytest.mark.parametrize("command", PROMISED)
    def test_each_one_that_was_promised_is_there_and_answers_in_json(self, command: str) -> None:
        assert "--json" in options(command)

    @pytest.mark.parametrize("command", reference.command_names())
    def test_each_one_says_what_it_is_for(self, command: str) -> None:
        words = str(load_command_class(get_commands()[command], command).help)

        assert words.strip().endswith(".") or ";" in words
        assert len(words) > 20

    @pytest.mark.parametrize("command", reference.command_names())
    def test_each_one_answers_in_json(self, command: str) -> None:
        assert "--json" in options(command)

    @pytest.mark.parametrize(
        ("command", "promised"),
        [
            ("demo", {"--size"}),
            ("territory", {"--on"}),
            ("import_sirene", {"--units", "--establishments", "--territory", "--dry-run"}),
            ("search", {"--commune"}),
            (
                "figure",
                {"--convention", "--territory", "--period", "--as-of", "--by", "--records"},
            ),
            ("publish", {"--period"}),
            ("compare", {"--period"}),
            ("bilan", {"--html", "--pdf"}),
            ("verify_ledger", {"--heads"}),
        ],
    )
    def test_options_keep_the_names_of_the_contract(self, command: str, promised: set[str]) -> None:
        assert promised <= set(options(command))


class TestMisuse:
    MISUSED = [
        ("territory",),
        ("territory", "mel", "--on", "2019-02-30"),
        ("territory", "mel", "--on"),
        ("territory", "mel", "call"),
        ("demo", "--size", "huge"),
        ("demo", "small"),
        ("serve", "--port", "eighty"),
        ("serve", "--port", "0"),
        ("serve", "--port", "65536"),
        ("serve", "--port", "-1"),
        ("serve", "--port", "²"),
        ("serve", "--processes", "0"),
        ("worker", "--interval", "0"),
        ("worker", "--interval", "nan"),
        ("figure",),
        ("figure", "I01", "--period", "2019..2018"),
        ("figure", "I01", "--as-of", "yesterday"),
        ("load_places", "--nothing"),
    ]

    @pytest.mark.parametrize("words", MISUSED, ids=" ".join)
    def test_it_ends_with_2_and_says_what_is_wrong(
        self, typed: Typed, words: tuple[str, ...]
    ) -> None:
        ended = typed(*words)

        assert ended.code == 2
        assert ended.out == ""
        assert "error:" in ended.err

    @pytest.mark.parametrize("words", MISUSED, ids=" ".join)
    def test_a_program_reads_why_as_json(self, typed: Typed, words: tuple[str, ...]) -> None:
        ended = typed(*words, "--json")

        assert ended.code == 2
        assert ended.json["exit"] == 2
        assert ended.json["refused"]

    @pytest.mark.parametrize("name", ["", "nothing", "sérve", "--nothing"])
    def test_a_command_that_does_not_exist_is_a_misuse(self, typed: Typed, name: str) -> None:
        assert typed(name).code == 2

    def test_a_port_says_what_a_port_is(self, typed: Typed) -> None:
        assert "from 1 to 65535" in typed("serve", "--port", "70000").err

    def test_a_count_says_what_a_count_is(self, typed: Typed) -> None:
        assert "whole number, 1 or more" in typed("worker", "--interval", "0.5").err


@pytest.mark.django_db
class TestRefusals:
    @pytest.fixture(autouse=True)
    def _geography(self) -> None:
        places_loaded()

    REFUSED = [
        ("territory", "999999999"),
        ("territory", "epci-245901061", "--on", "2020-03-14"),
        ("compare", "nowhere-2020", "--period", "2019"),
        ("export_convention", "nowhere-2020"),
        ("load_convention", "no-such-file.toml"),
        ("bilan", "nowhere-2020"),
        ("figure", "no.such.figure"),
    ]

    @pytest.mark.parametrize("words", REFUSED, ids=" ".join)
    def test_it_ends_with_1_and_leaves_the_standard_output_empty(
        self, typed: Typed, words: tuple[str, ...]
    ) -> None:
        ended = typed(*words)

        assert (ended.code, ended.out) == (1, "")
        assert ended.err.strip()

    @pytest.mark.parametrize("words", REFUSED, ids=" ".join)
    def test_a_program_reads_why_as_one_json_text(
        self, typed: Typed, words: tuple[str, ...]
    ) -> None:
        ended = typed(*words, "--json")

        assert ended.code == 1
        assert isinstance(ended.json, dict)
        assert ended.err.strip()

    @pytest.fixture
    def broken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A command whose database has no such table."""

        def lost(*_: Any, **__: Any) -> None:
            raise DatabaseError("no such table")

        monkeypatch.setattr(
            type(load_command_class(get_commands()["heads"], "heads")), "handle", lost
        )
        monkeypatch.setattr(type(connections["default"]), "close", lambda _self: None)

    @pytest.mark.usefixtures("broken")
    def test_a_database_that_was_not_migrated_is_told_so(
        self, typed: Typed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(health, "pending_migrations", lambda: ["ledger.9999_tomorrow"])

        ended = typed("heads", "--json")

        assert ended.code == 1
        assert "maillage migrate" in ended.json["refused"]

    @pytest.mark.usefixtures("broken")
    def test_a_fault_of_ours_is_not_laid_to_the_database(self, typed: Typed) -> None:
        with pytest.raises(DatabaseError, match="no such table"):
            typed("heads", "--json")

    def test_the_same_reason_is_read_by_both(self, typed: Typed) -> None:
        ended = typed("territory", "999999999", "--json")

        assert ended.json["refused"] in ended.err
        assert "SIREN" in ended.json["refused"]

    def test_what_is_done_ends_with_0_and_answers_once(self, typed: Typed) -> None:
        ended = typed("territory", "mel", "--on", "2019-12-31", "--json")

        assert (ended.code, ended.json["siren"], ended.err) == (0, "245900410", "")

    def test_a_command_that_answered_in_its_own_terms_is_not_answered_for(
        self, typed: Typed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def own_terms(self: Any, *_args: Any, **_options: Any) -> None:
            self.stdout.write('{"problems": []}')
            raise CommandError("three problems")

        monkeypatch.setattr(territory.Command, "handle", own_terms)
        ended = typed("territory", "mel", "--json")

        assert (ended.code, ended.json) == (1, {"problems": []})
        assert "three problems" in ended.err

    def test_a_command_may_choose_its_exit_code(
        self, typed: Typed, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def no_such_file(self: Any, *_args: Any, **_options: Any) -> None:
            raise CommandError("no such file", returncode=2)

        monkeypatch.setattr(territory.Command, "handle", no_such_file)

        assert typed("territory", "mel", "--json").json == {"refused": "no such file", "exit": 2}


class TestAnInstanceSetWrong:
    @pytest.fixture(autouse=True)
    def _misset(self, monkeypatch: pytest.MonkeyPatch) -> None:
        class Unread:
            configured = False

            @property
            def DEBUG(self) -> bool:  # noqa: N802 -- the name of the setting
                raise Misset("DEBUG is “maybe”: write on or off")

        monkeypatch.setattr(console, "settings", Unread())

    def test_it_is_told_in_one_line_without_a_trace(self, typed: Typed) -> None:
        ended = typed("territory", "mel")

        assert ended == Ended(2, "", "DEBUG is “maybe”: write on or off.\n")

    def test_a_program_reads_it_too(self, typed: Typed) -> None:
        ended = typed("figures", "--json")

        assert ended.json == {"refused": "DEBUG is “maybe”: write on or off", "exit": 2}


def test_the_module_hands_on_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[list[str]] = []
    monkeypatch.setattr(console, "run", handed.append)
    monkeypatch.setattr("sys.argv", ["maillage", "heads"])

    __main__.main()

    assert handed == [["maillage", "heads"]]
