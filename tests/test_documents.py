"""Documents speak of what exists: the manual quotes the screens, the code names documents of ours."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs" / "manuel").glob("*.md"))


def plain(text: str) -> str:
    """A text without what typography adds: kinds of spaces and of apostrophes."""
    return re.sub(r"\s+", " ", text.replace("’", "'"))


@cache
def screens() -> str:
    """All that the product says in French: its catalogues, and the words kept as data."""
    said = [
        text
        for path in (ROOT / "src").rglob("locale/fr/LC_MESSAGES/django.po")
        for entry in polib.pofile(str(path)).translated_entries()
        for text in (entry.msgstr, *entry.msgstr_plural.values())
    ]
    return plain("\n".join(said))


def quoted(page: Path) -> list[str]:
    return sorted(set(re.findall(r"\*\*([^*]+)\*\*", plain(page.read_text("utf-8")))))


def test_each_role_has_its_page() -> None:
    index = (ROOT / "docs" / "manuel" / "README.md").read_text("utf-8")

    assert len(PAGES) > 6
    assert not [page.name for page in PAGES if page.name not in index and page.name != "README.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_words_in_bold_stand_on_a_screen(page: Path) -> None:
    assert not [words for words in quoted(page) if words not in screens()]


def test_the_code_names_documents_that_exist() -> None:
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    done = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    ours = ["/" + line for line in done.stdout.splitlines()]
    named = {
        (path.name, document)
        for path in (ROOT / "src").rglob("*.py")
        for document in re.findall(r"(?<![\w./-])[\w./-]*\w\.md\b", path.read_text("utf-8"))
    }

    assert named
    assert not [
        f"{where}: {document}"
        for where, document in named
        if not any(known.endswith("/" + document) for known in ours)
    ]


# Commands that the pages tell to type


def typed() -> list[tuple[str, str]]:
    """Every line of a code block that runs the product, with its page."""
    found = []
    for page in sorted((ROOT / "docs").rglob("*.md")):
        if "reference" in page.parts or "adr" in page.parts:
            continue
        for block in re.findall(
            r"^```\w*\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE
        ):
            lines = block.replace("\\\n", " ").splitlines()
            found += [(page.name, line) for line in lines if re.search(r"bin/maillage \w", line)]
    return found


@pytest.mark.parametrize(("page", "line"), typed(), ids=lambda text: text[:60])
def test_a_command_that_a_page_tells_exists_with_its_options(page: str, line: str) -> None:
    from django.core.management import get_commands, load_command_class

    for words in re.findall(r"bin/maillage (\w+)([^;&|<']*)", line):
        name, rest = words
        assert name in get_commands(), f"{page}: {line}"
        parser = load_command_class(get_commands()[name], name).create_parser("maillage", name)
        known = set(parser._option_string_actions)
        for option in re.findall(r"(?<!\S)(--[\w-]+)", rest):
            assert option in known, f"{page}: {name} has no {option}"


def test_a_target_of_make_that_a_page_tells_exists() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    for page in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]:
        for name in re.findall(r"`make ([a-z-]+)", page.read_text("utf-8")):
            assert name in targets, f"{page.name}: make {name}"


def test_the_page_of_deployment_names_the_files_that_ship() -> None:
    page = (ROOT / "docs/how-to/deploy.md").read_text("utf-8")
    shipped = {path.name for path in (ROOT / "deploy").iterdir()}
    named = set(re.findall(r"deploy/([\w@.-]+)", page))
    assert named <= shipped
    units = {name for name in shipped if name.endswith((".service", ".timer", ".conf", ".env"))}
    assert not units - named
