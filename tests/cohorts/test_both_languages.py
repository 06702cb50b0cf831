"""The page's script and the command understand alike: every writing of the tables, strings drawn at random, the sieve.

The script runs once, in the engine of the browser's scripts, over everything that is asked of it.
"""

from __future__ import annotations

import json
import random
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import maillage.cohorts
from maillage.cohorts import recipe, sieve
from maillage.kernel.rows import BadCell
from tests.cohorts import seen, writings

pytestmark = pytest.mark.skipif(
    shutil.which("node") is None, reason="the set-up installs it with npm"
)
SCRIPT = Path(maillage.cohorts.__file__).parent / "static" / "cohorts" / "recipe.js"
TODAY = date.fromisoformat(writings.TODAY)
PLAY = """
import { readFileSync } from "node:fs";
import { webcrypto } from "node:crypto";
globalThis.crypto ??= webcrypto;
const [script, asked] = process.argv.slice(2);
new Function(readFileSync(script, "utf8"))();
const recipe = globalThis.maillageRecipe;
const { names, firsts, days, today, cells, shapes } = JSON.parse(readFileSync(asked, "utf8"));
const said = (read) => (text) => {
  try {
    return read(text);
  } catch (fault) {
    if (!(fault instanceof recipe.BadCell)) throw fault;
    return fault.code;
  }
};
const compiled = shapes.map(([shape, code]) => [new RegExp(shape, "u"), code]);
const held = (cell) => compiled.find(([shape]) => shape.test(cell.toLowerCase()))?.[1] ?? "";
console.log(JSON.stringify({
  names: names.map(said(recipe.plainName)),
  firsts: firsts.map(said(recipe.plainFirstName)),
  days: days.map(said((text) => recipe.birthDay(text, today))),
  cells: cells.map(held),
}));
"""
#: Of what names, days and cells are drawn: letters that are taken apart and that are not, blanks, signs, digits.
ALPHABET = (
    "abcxyzABCXYZéèêëàâîïôöûüçñÉÈÊËœŒæÆßẞøØłŁđĐðÐþÞıİħĦŋəﬁﬂﬅſĳǅⅣªº²①½"
    "\u0300\u0301\u0308\u0327\u0307\u20dd  --''’‘ʼ`··.,,(())\t\n\r\x0b\x0c\u00a0\u00ad\u1680\u2003\u2009\u200b\u200e\u202f"
    "\u2028\u2029\u205f\u2060\u3000\ufeff\x1c\x1f\x85‐‑–—/&_0123456789０９王И𝒜😀"
)
DAYS = (
    "0123456789012345678901234567890//--..  :TZ+janvierfévrieraoûtmars1er\u00a0\u202f\u200e\ufeff\t"
)


def drawn(chance: random.Random, alphabet: str, longest: int, many: int) -> list[str]:
    return ["".join(chance.choices(alphabet, k=chance.randrange(longest + 1))) for _ in range(many)]


def almost_days(chance: random.Random, many: int) -> list[str]:
    """Days that exist and days that do not, in every writing, some with a sign too many."""
    forms = (
        "{y}-{m}-{d}",
        "{d}/{m}/{y}",
        "{d}.{m}.{y}",
        "{d} {m} {y}",
        "{d}/{m}/{s}",
        "{y}-{m}-{d}T00:00",
        "{d} {w} {y}",
    )
    found = []
    for _ in range(many):
        told = {
            "y": chance.randrange(1890, 2030), "m": chance.randrange(14), "d": chance.randrange(33),
            "s": f"{chance.randrange(100):02}", "w": chance.choice(("mars", "AOÛT", "mai", "fevrier", "marz")),
        }  # fmt: skip
        text = chance.choice(forms).format(**told)
        found.append(text + chance.choice(("", "", "", " ", ".", "\u00a0", "x")))
    return found


def asked() -> dict[str, Any]:
    """Everything that both are asked: the tables, then what is drawn, always the same."""
    chance = random.Random(39)  # noqa: S311 -- a draw of tests
    names = [way for _meant, ways in writings.NAMES for way in ways]
    names += [text for text, _code in writings.NO_NAMES] + drawn(chance, ALPHABET, 12, 3000)
    firsts = [way for _meant, ways in writings.FIRST_NAMES for way in ways]
    firsts += [text for text, _code in writings.NO_FIRST_NAMES] + drawn(chance, ALPHABET, 8, 1500)
    days = [text for text, _meant in (*writings.DAYS, *writings.NO_DAYS)]
    days += almost_days(chance, 2000) + drawn(chance, DAYS, 12, 1000)
    cells = [cell for cell, _code in (*seen.ANYWHERE, *seen.NOT_THERE)]
    cells += drawn(chance, "0123456789 .-/+@()abmars\u00a0\u202f", 24, 3000)
    return {
        "names": names,
        "firsts": firsts,
        "days": days,
        "today": writings.TODAY,
        "cells": cells,
        "shapes": sieve.ANYWHERE,
    }


def said(read: Callable[[str], str]) -> Callable[[str], str]:
    def reads(text: str) -> str:
        try:
            return read(text)
        except BadCell as fault:
            return fault.code

    return reads


def held(cell: str) -> str:
    return next((code for shape, code in sieve.ANYWHERE if re.search(shape, cell.lower())), "")


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], dict[str, Any]]:
    """What was asked, and what the script said."""
    folder = tmp_path_factory.mktemp("play")
    play, table = folder / "play.mjs", folder / "asked.json"
    play.write_text(PLAY)
    table.write_text(json.dumps(asked()))
    words = ["node", str(play), str(SCRIPT), str(table)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return asked(), json.loads(done.stdout)


READS = {
    "names": said(recipe.plain_name),
    "firsts": said(recipe.plain_first_name),
    "days": said(lambda text: recipe.birth_day(text, TODAY).isoformat()),
    "cells": held,
}


@pytest.mark.parametrize("what", READS)
def test_the_script_and_the_command_understand_alike(
    both: tuple[dict[str, Any], dict[str, Any]], what: str
) -> None:
    given, found = both
    here = [READS[what](text) for text in given[what]]
    apart = [
        (ascii(text), ours, theirs)
        for text, ours, theirs in zip(given[what], here, found[what], strict=True)
        if ours != theirs
    ]
    assert apart == []


@pytest.mark.parametrize(("what", "codes"), [
    ("names", {"blank", "letters"}), ("firsts", {"blank", "letters"}),
    ("days", {"date", "short_year", "serial_day", "implausible_day"}),
    ("cells", {"", "holds_mails", "holds_phones", "holds_numbers", "holds_births"}),
])  # fmt: skip
def test_what_is_drawn_meets_every_refusal_and_what_is_taken(
    both: tuple[dict[str, Any], dict[str, Any]], what: str, codes: set[str]
) -> None:
    found = set(both[1][what])
    assert codes <= found
    assert what == "cells" or len(found - codes) > 10


def test_no_expression_says_blank_or_word_in_the_way_of_its_language() -> None:
    """`\\s` is not the same in both: what is compared says which blanks it means."""
    here = Path(recipe.__file__).read_text("utf-8")
    for text in (here, SCRIPT.read_text("utf-8")):
        assert not re.search(r"\\[swd]|\.strip\(\)|\.trim\(\)", text)


def test_every_letter_that_unicode_takes_apart_is_taken_apart_alike() -> None:
    """All letters of the Latin blocks are a to z, or refused; none becomes nothing and vanishes from a name."""
    for code in (*range(0x41, 0x250), *range(0x1E00, 0x1F00), *range(0xFB00, 0xFB07)):
        letter = chr(code)
        if unicodedata.category(letter) not in {"Lu", "Ll"}:
            continue
        found = READS["names"](letter)
        assert found == "letters" or re.fullmatch("[a-z]{1,3}", found), (hex(code), found)
