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
