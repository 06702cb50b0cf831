"""The repository holds to what it promised itself: budgets, layers, words, locks, references."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import chain
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.core.management import get_commands
from django.template.loader import get_template

from maillage.accounts import policy
from maillage.site import reference

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "maillage"
TESTS = ROOT / "tests"
PACKAGES = sorted(path.name for path in SOURCE.iterdir() if (path / "__init__.py").exists())
# Names of drawers into which anything goes.
DRAWERS = {
    "utils", "util", "helpers", "services", "selectors", "common", "misc", "manager", "signals", "tools",
}  # fmt: skip


@cache
def files() -> list[Path]:
    """The files of the repository, those about to be added included."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    return sorted(path for line in set(done.stdout.splitlines()) if (path := ROOT / line).is_file())


def tracked(*suffixes: str) -> list[Path]:
    """Those whose names end so; all of them when no ending is given."""
    return [path for path in files() if not suffixes or path.suffix in suffixes]


def modules() -> list[Path]:
    """The Python of the product, migrations apart: they are written by the framework."""
    return [
        p for p in tracked(".py") if SOURCE in p.parents and "migrations" not in p.parts
    ]  # fmt: skip


def test_files() -> list[Path]:
    return [p for p in tracked(".py") if TESTS in p.parents]


test_files.__test__ = False  # type: ignore[attr-defined]


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def too_long(paths: list[Path], budget: int) -> list[str]:
    return [f"{shown(p)}: {length(p)} > {budget}" for p in paths if length(p) > budget]


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef))


def lines_of(function: ast.FunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def templates() -> list[Path]:
    return [p for p in tracked(".html") if "templates" in p.parts]


def catalogues() -> list[Path]:
    return [p for p in tracked(".po") if SOURCE in p.parents]


# Lengths


def test_no_module_passes_400_lines() -> None:
    assert not too_long(modules(), 400)


def test_no_test_file_passes_600_lines() -> None:
    assert not too_long(test_files(), 600)


def test_no_template_passes_150_lines() -> None:
    assert not too_long(templates(), 150)


def test_no_management_command_passes_40_lines() -> None:
    assert not too_long([p for p in modules() if p.parent.name == "commands"], 40)


def test_no_decision_record_passes_60_lines() -> None:
    assert not too_long([p for p in tracked(".md") if p.parent.name == "adr"], 60)


def test_the_readme_stays_within_120_lines() -> None:
    assert not too_long([ROOT / "README.md"], 120)


def test_no_function_passes_40_lines() -> None:
    long = [
        f"{shown(path)}:{function.lineno} {function.name}: {lines_of(function)} > 40"
        for path in modules()
        for function in functions(path)
        if lines_of(function) > 40
    ]
    assert not long


def test_no_view_passes_25_lines() -> None:
    views = (p for p in modules() if p.name == "views.py" or p.parent.name == "views")
    long = [
        f"{shown(path)}:{function.lineno} {function.name}: {lines_of(function)} > 25"
        for path in views
        for function in functions(path)
        if function.args.args
        and function.args.args[0].arg in {"request", "_request"}
        and lines_of(function) > 25
    ]
    assert not long


def test_the_linter_refuses_functions_of_a_complexity_over_8() -> None:
    lint = project()["tool"]["ruff"]["lint"]

    assert "C90" in lint["select"]
    assert lint["mccabe"]["max-complexity"] == 8


# As in the codebases that others study; deleting source helps as much as writing tests.
TESTS_TO_SOURCE = 1.2
MARK_OF_JOURNEYS = re.compile(r"pytest\.mark\.(browser|deployed)\b")


def test_there_are_enough_tests_for_the_source() -> None:
    source, tests = (sum(map(length, paths)) for paths in (modules(), test_files()))

    assert tests / source >= TESTS_TO_SOURCE, f"{tests} lines of tests for {source} of source"


# Packages


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_no_two_packages_import_each_other() -> None:
    edges = {
        (path.relative_to(SOURCE).parts[0], name.split(".")[1])
        for path in modules()
        for name in imported(path)
        if name.startswith("maillage.")
    }

    assert not {
        (one, other)
        for one, other in edges
        if one < other and (other, one) in edges and {one, other} <= set(PACKAGES)
    }


def test_every_package_holds_something() -> None:
    assert not [name for name in PACKAGES if sum(map(length, (SOURCE / name).rglob("*.py"))) < 20]


def test_no_module_is_a_drawer_for_anything() -> None:
    assert not [shown(p) for p in modules() if {p.stem, p.parent.name} & DRAWERS]


def test_nothing_is_wired_by_signals() -> None:
    framework_hooks = {"post_migrate", "pre_migrate", "setting_changed"}
    found = [
        f"{shown(path)}: {name}"
        for path in modules()
        for name in imported(path)
        if ("signal" in name or "dispatch" in name)
        and re.match(
            r"django\.(db\.models|core|dispatch|contrib\.auth|test)(\.signals)?\.\w+$", name
        )
        and name.rsplit(".", 1)[1] not in framework_hooks | {"signals"}
    ]
    assert not found


def test_no_data_is_kept_as_framework_fixtures() -> None:
    assert not [shown(p) for p in tracked(".json") if "fixtures" in p.parts]


# Dependencies


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_direct_dependencies_stay_within_25_and_each_says_why() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = text.split("\ndependencies = [", 1)[1].split("\n]", 1)[0].strip().splitlines()

    assert len(project()["project"]["dependencies"]) <= 25
    assert not [line for line in block if not re.search(r"#\s*\w{3}", line)]


def test_lock_files_name_no_host() -> None:
    locks = [*sorted((ROOT / "requirements").glob("*.txt")), ROOT / "package-lock.json"]
    named = re.compile(r'"resolved"|index-url|find-links|@ ?https?:|^\s*https?:', re.MULTILINE)

    assert len(locks) > 4
    assert not [shown(path) for path in locks if named.search(path.read_text(encoding="utf-8"))]


def test_every_locked_python_package_carries_hashes() -> None:
    for lock in (ROOT / "requirements").glob("*.txt"):
        text = lock.read_text(encoding="utf-8")
        packages = re.findall(r"^[a-z0-9].*?(?=^[a-z0-9]|\Z)", text, re.MULTILINE | re.DOTALL)
        assert packages, lock
        assert not [p.splitlines()[0] for p in packages if "--hash=sha256:" not in p], lock


def test_every_npm_package_is_asked_for_at_one_version() -> None:
    package = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    asked = {**package["dependencies"], **package["devDependencies"]}

    assert not [
        name for name, wanted in asked.items() if not re.search(r"(^|@)\d+\.\d+\.\d+$", wanted)
    ]


# Words left behind


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        if path.suffix in {".png", ".woff2", ".ico", ".gz", ".zip", ".mo", ".pdf"}:
            continue
        try:
            yield path, path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # samples in other encodings are read by the importers' tests


def test_no_note_to_self_is_left() -> None:
    note = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X)\b")

    assert not [shown(path) for path, text in texts() if note.search(text)]


def test_no_path_of_one_machine_is_written() -> None:
    path_of_a_machine = re.compile(r"(?:^|[^\w.\-/])/(?:work|root|farm|home)/\w", re.MULTILINE)

    assert not [shown(path) for path, text in texts() if path_of_a_machine.search(text)]


def test_no_test_waits_for_time_to_pass() -> None:
    assert not [
        shown(p) for p in test_files() if re.search(r"\btime\.sleep" r"\(", p.read_text("utf-8"))
    ]


def test_every_journey_stands_where_make_test_looks_for_it() -> None:
    """The last run of `scripts/test.py` reads these places alone."""
    marked = [p for p in test_files() if MARK_OF_JOURNEYS.search(p.read_text(encoding="utf-8"))]
    places = {p.parent.name for p in marked if p.name != "test_in_browser.py"}
    assert len(marked) > 20
    assert places == {"browser", "deployed"}


def test_every_silenced_rule_is_named() -> None:
    bare = re.compile(r"#\s*(?:noqa|type: ignore)\s*(?:$|#)", re.MULTILINE)

    assert not [shown(p) for p in tracked(".py") if bare.search(p.read_text(encoding="utf-8"))]


# Templates and routes


def template_name(path: Path) -> str:
    parts = path.parts
    return "/".join(parts[parts.index("templates") + 1 :])


def replaces_another(name: str, path: Path) -> bool:
    """Whether the template takes the place of one that an installed package looks for by name."""
    others = (
        Path(config.path) / "templates" / name
        for config in apps.get_app_configs()
        if Path(config.path) not in path.parents
    )
    return any(other.exists() for other in others)


def test_every_template_is_used() -> None:
    users = [*modules(), *templates()]
    everything = "\n".join(p.read_text(encoding="utf-8") for p in users)
    named = set(re.findall(r"""["']([\w./-]+)(?:#\w+)?["']""", everything))
    unused = [
        template_name(path)
        for path in templates()
        if template_name(path) not in named and not replaces_another(template_name(path), path)
    ]
    assert not unused


@pytest.mark.parametrize("path", templates(), ids=template_name)
def test_every_template_can_be_read(path: Path) -> None:
    assert get_template(template_name(path))


def test_every_route_declares_its_policy() -> None:
    assert policy.table()


def test_every_route_with_an_object_names_who_makes_one_in_tests() -> None:
    assert not [entry.name for entry in policy.table() if entry.parameters and not entry.maker]


# Figures


def test_every_indicator_has_a_spec() -> None:
    ours = [d for d in reference.indicators() if not d.code.startswith("tests.")]
    assert not [d.reference for d in ours if not reference.specs_of(d.code)]


# Documents


def documents() -> list[Path]:
    return [p for p in tracked(".md") if p.parent == ROOT or (ROOT / "docs") in p.parents]


def test_documents_name_commands_that_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    known = {"maillage": {*get_commands(), "help"}, "make": targets}
    unknown = {
        f"{shown(path)}: {program} {word}"
        for path in documents()
        for code in re.findall(r"```.*?```|`[^`\n]+`", path.read_text("utf-8"), re.DOTALL)
        for program, word in re.findall(
            r"(?:^|[`\s])(?<!-[gou] )(maillage|make) ([a-z_][a-z_-]*)", code
        )
        if word not in known[program]
    }
    assert not unknown


def test_documents_link_to_files_that_exist() -> None:
    broken = [
        f"{shown(path)}: {link}"
        for path in documents()
        for link in re.findall(r"\]\(([^)#\s]+)", path.read_text(encoding="utf-8"))
        if "://" not in link
        and not link.startswith("mailto:")
        and not (path.parent / link).exists()
    ]
    assert not broken


def test_the_glossary_names_every_model() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    ours = (m for m in apps.get_models() if m.__module__.startswith("maillage."))

    assert not [
        model._meta.label for model in ours if not re.search(rf"\b{model.__name__}\b", glossary)
    ]


# Translations


@pytest.mark.parametrize("path", catalogues(), ids=shown)
def test_every_string_of_a_catalogue_is_in_good_french(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    spaced = re.compile(r" [;:!?»]|« ")
    badly_spaced = [
        entry.msgid
        for entry in catalogue.translated_entries()
        for said in chain([entry.msgstr], entry.msgstr_plural.values())
        if spaced.search(said)
    ]

    assert not [e.msgid for e in (*catalogue.untranslated_entries(), *catalogue.fuzzy_entries())]
    assert not badly_spaced


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source, with the catalogue that its strings make in each package."""
    if shutil.which("xgettext") is None:
        assert not os.environ.get("CI"), "CI has gettext"
        pytest.skip("gettext is not on this machine (Debian: apt-get install gettext)")
    copy = tmp_path_factory.mktemp("gathered") / "maillage"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("__pycache__", "*.mo", "*.po"))
    for package in PACKAGES:
        (copy / package / "locale" / "fr" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    gather = ["-m", "django", "makemessages", "-l", "fr", "--no-location", "--verbosity", "0"]
    environment = {k: v for k, v in os.environ.items() if k != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(
        [sys.executable, *gather], cwd=copy, env=environment, check=True, capture_output=True
    )
    assert (copy / "needs" / "locale" / "fr" / "LC_MESSAGES" / "django.po").is_file()
    return copy


@pytest.mark.slow
@pytest.mark.parametrize("package", PACKAGES)
def test_no_string_is_missing_from_the_catalogue_of_its_package(
    package: str, gathered: Path
) -> None:
    catalogue = Path(package, "locale", "fr", "LC_MESSAGES", "django.po")
    assert not translated(gathered / catalogue) - translated(SOURCE / catalogue)


def test_no_string_to_translate_hides_in_an_f_string() -> None:
    """xgettext passes over f-strings: what stands in one is gathered into no catalogue."""
    told = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in tracked(".py")
        if SOURCE in path.parents
        for text in ast.walk(tree(path))
        if isinstance(text, ast.JoinedStr)
        for call in ast.walk(text)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id.removesuffix("_lazy") in told
    ]
    assert hidden == []


def translated(catalogue: Path) -> set[tuple[str, str]]:
    if not catalogue.exists():
        return set()
    return {(entry.msgctxt or "", entry.msgid) for entry in polib.pofile(str(catalogue))}


def test_no_test_leaves_a_language_to_those_that_follow() -> None:
    """`speak` is global to the process: a test asks for a language by `translation.override`, which ends."""
    mends_itself = {"test_words.py", "test_repository.py"}
    telling = [
        path
        for path in tracked(".py")
        if "tests" in path.parts
        and path.name not in mends_itself
        and "speak(lambda" in path.read_text()
    ]
    assert telling == []
