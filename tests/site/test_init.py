"""`maillage init`: from flags or on the terminal, once, all or nothing."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from maillage.accounts import identity
from maillage.accounts.models import Organisation, Person
from maillage.places.sources import GeographyMissing
from maillage.site import server
from maillage.site.first_day import asking, key, preparing
from maillage.site.first_day.asking import Terminal
from tests.factories import accounts as make, places as geography

pytestmark = pytest.mark.django_db

FLAGS = {
    "organisation": "Chambre de métiers",
    "kind": "chamber",
    "administrator": "Camille Martin",
    "email": "camille@cma.example",
    "territory": "mel",
}


@pytest.fixture
def ready(empty_instance: None) -> None:
    """An empty instance that knows its geography."""
    geography.places_loaded()


def run(*more: str, **changed: str) -> str:
    given = FLAGS | changed
    flags = [word for name, value in given.items() for word in (f"--{name}", value)]
    out = io.StringIO()
    call_command("init", *flags, *more, stdout=out, stderr=io.StringIO())
    return out.getvalue()


class Script:
    """Somebody at the terminal who answers in order, and what they were shown."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.shown: list[str] = []

    def ask(self, question: str) -> str:
        self.shown.append(question)
        if not self.answers:
            raise EOFError
        return self.answers.pop(0)

    @property
    def terminal(self) -> Terminal:
        return Terminal(ask=self.ask, ask_secret=self.ask, tell=self.shown.append)


# From flags


def test_flags_begin_an_instance(ready: None) -> None:
    told = run("--short-name", "CMA", "--siren", "130022718", "--accent", "#7a1f6b")
    assert told.startswith(
        "Chambre de métiers begins, on Métropole Européenne de Lille: 13 communes"
    )
    assert Organisation.objects.get().short_name == "CMA"
    assert identity.current().accent == "#7a1f6b"
    assert not Person.objects.get().has_usable_password()


def test_a_program_reads_what_began(ready: None) -> None:
    told = json.loads(run("--json"))
    assert told["created"] is True
    assert told["administrator"] == "camille@cma.example"
    assert told["organisation"] == {"key": str(Organisation.objects.get().key), "name": "Chambre de métiers"}  # fmt: skip
    assert told["territory"]["siren"] == "200093201"
    assert len(told["territory"]["communes"]) == 13


def test_the_second_run_says_that_it_exists_and_changes_nothing(ready: None) -> None:
    run()
    known = (identity.current(), Organisation.objects.get().name)
    told = json.loads(run("--json", organisation="Another", email="other@cma.example"))
    identity.forget()
    assert told == {"created": False}
    assert "exists already" in run()
    assert (identity.current(), Organisation.objects.get().name) == known
    assert Person.objects.count() == 1


def test_the_second_run_neither_migrates_nor_loads(
    ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.organisation()

    def never(*_args: object, **_options: object) -> None:
        raise AssertionError

    monkeypatch.setattr(preparing, "call_command", never)
    monkeypatch.setattr(preparing, "load_geography", never)
    assert "exists already" in run()


def test_what_is_missing_is_named_and_is_a_misuse(ready: None) -> None:
    with pytest.raises(CommandError, match=r"--kind, --email: needed") as refused:
        run(kind="", email="")
    assert refused.value.returncode == 2
    assert not Organisation.objects.exists()


@pytest.mark.parametrize(
    ("flag", "wrong"),
    [("--siren", "130022719"), ("--accent", "#ffcc00"), ("--sender", "x"), ("--language", "nl")],
)
def test_what_cannot_be_taken_is_named_by_its_flag(ready: None, flag: str, wrong: str) -> None:
    with pytest.raises(CommandError, match=f"{flag}: "):
        run(flag, wrong)
    assert not Organisation.objects.exists()


def test_a_name_borne_by_several_territories_asks_for_a_siren(ready: None) -> None:
    with pytest.raises(CommandError, match=r"several(.|\n)*200093201(.|\n)*246200364"):
        run(territory="l")
    with pytest.raises(CommandError, match="no intercommunality of today"):
        run(territory="atlantis")
    assert not Organisation.objects.exists()


def test_the_logo_is_read_from_its_file(ready: None, tmp_path: Path) -> None:
    file = tmp_path / "logo"
    with pytest.raises(CommandError, match="cannot be read"):
        run("--logo", str(file))
    file.write_bytes(b"GIF89a")
    with pytest.raises(CommandError, match="--logo: "):
        run("--logo", str(file))
    file.write_bytes(b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"/>')
    run("--logo", str(file))
    assert identity.logo() == (file.read_bytes(), "image/svg+xml")


def test_a_password_comes_by_the_standard_input_never_by_a_flag(
    ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("une longue phrase\n"))
    run("--password-stdin")
    assert Person.objects.get().check_password("une longue phrase")


# Geography and key


def test_the_geography_is_loaded_first_with_progress(
    empty_instance: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def load(*, node_modules: Path, tell: Any) -> None:
        tell(f"reading {node_modules.name}")
        geography.places_loaded()

    monkeypatch.setattr(preparing, "load_geography", load)
    options = {"json": True, "key": True, "password_stdin": False, "node_modules": Path("x")}
    preparing.run({**dict.fromkeys(asking.FLAGS), **options}, told.append)
    assert told == ["geography", "reading x"]


def test_geography_that_is_not_installed_is_refused_with_its_remedy(
    empty_instance: None, tmp_path: Path
) -> None:
    with pytest.raises(CommandError) as refused:
        run("--node-modules", str(tmp_path))
    assert isinstance(refused.value.__cause__, GeographyMissing)
    assert not Organisation.objects.exists()


def test_the_address_of_the_first_page_is_printed_with_its_key(ready: None) -> None:
    out = io.StringIO()
    call_command("init", "--key", stdout=out)
    assert f"/premiere-page/?cle={key.current()}" in out.getvalue()
    told = io.StringIO()
    call_command("init", "--key", "--json", stdout=told)
    assert json.loads(told.getvalue())["first_page"].endswith(key.current())
    assert not Organisation.objects.exists()


def test_serving_an_empty_instance_prints_it_and_then_no_more(
    ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "serve", lambda *_args, **_options: None)
    monkeypatch.setattr(server, "refuse_taken", lambda *_: None)

    def said(*more: str) -> str:
        out = io.StringIO()
        call_command("serve", *more, stdout=out)
        return out.getvalue()

    address = f"http://127.0.0.1:8000/premiere-page/?cle={key.current()}"
    assert said().splitlines()[1] == f"This instance is empty. Begin: {address}"
    assert json.loads(said("--json"))["first_page"] == address
    run()
    assert said() == "Serving http://127.0.0.1:8000/\n"
    assert "first_page" not in json.loads(said("--json"))


def test_beginning_by_command_spends_the_key(ready: None) -> None:
    given = key.current()
    run()
    assert not key.matches(given)


# On the terminal


def test_what_is_not_given_is_asked_and_the_territory_is_confirmed(ready: None) -> None:
    script = Script("Habitat", "landlord", "", "", "Léa", "lea@habitat.example", "", "", "", "", "", "lille", "y")  # fmt: skip
    gathered = asking.gather({}, script.terminal)
    assert gathered["organisation"].name == "Habitat"
    assert gathered["administrator"].email == "lea@habitat.example"
    assert gathered["administrator"].password == ""
    assert gathered["territory"] == "mel"
    assert gathered["look"] == asking.Look()
    assert any("13 communes" in line and "inhabitants today" in line for line in script.shown)


def test_what_was_given_is_not_asked_again(ready: None) -> None:
    script = Script("", "", "", "", "", "", "a long sentence", "y")
    gathered = asking.gather(FLAGS, script.terminal)
    assert gathered["administrator"].password == "a long sentence"  # noqa: S105
    assert not [line for line in script.shown if line.startswith("Name of the organisation")]


def test_one_of_several_is_chosen_by_its_number(ready: None) -> None:
    found = asking._territory("l", Script("2", "n", "atlantis", "l", "9", "l", "1", "oui").terminal, sure=False)  # fmt: skip
    assert found.key in {"mel", "call"}


def test_a_territory_taken_for_sure_is_shown_and_not_asked(ready: None) -> None:
    script = Script()
    assert asking._territory("mel", script.terminal, sure=True).key == "mel"
    assert len(script.shown) == 1


def test_questions_that_end_before_their_time_begin_nothing(
    ready: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "terminal", lambda *_: Script("Habitat").terminal)
    with pytest.raises(CommandError, match="nothing began"):
        call_command("init", stderr=io.StringIO())
    assert not Organisation.objects.exists()


def test_nobody_is_asked_behind_a_pipe_or_when_all_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Tty(io.StringIO):
        def isatty(self) -> bool:
            return True

    none = {**dict.fromkeys(asking.FLAGS), "json": False, "password_stdin": False}
    assert preparing.terminal(none, print) is None
    monkeypatch.setattr(sys, "stdin", Tty())
    assert preparing.terminal(none, print) is not None
    assert preparing.terminal({**none, "json": True}, print) is None
    assert preparing.terminal({**none, **FLAGS}, print) is None
