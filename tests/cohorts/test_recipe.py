"""The recipe gives one person one token, whatever the writing; another key gives another. The browser reads the same table."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from maillage.cohorts import recipe
from maillage.kernel.rows import BadCell

TABLE = json.loads((Path(__file__).parent / "vectors.json").read_text("utf-8"))
KEY = TABLE["key"].encode()
BORN = date(1985, 3, 2)
NAMES = st.text("abcdefghijklmnopqrstuvwxyzéèêëàâîïôöûüçñœæß", min_size=1, max_size=20)


def told(person: dict[str, Any]) -> dict[str, str]:
    today = date.fromisoformat(TABLE["today"])
    try:
        born = recipe.birth_day(person["born"], today)
        found = recipe.token(KEY, name=person["name"], first_name=person["first_name"], born=born)
    except BadCell as fault:
        return {"refused": fault.code}
    return {"token": found}


@pytest.mark.parametrize(
    "person", TABLE["persons"], ids=lambda one: f"{one['name']}, {one['born']}"
)
def test_each_writing_of_the_table_gives_its_token_or_its_refusal(person: dict[str, Any]) -> None:
    expected = {name: person[name] for name in ("token", "refused") if name in person}
    assert told(person) == expected


def test_the_table_holds_both_people_written_many_ways_and_people_who_must_not_be_mixed_up() -> (
    None
):
    tokens = [one["token"] for one in TABLE["persons"] if "token" in one]
    assert len(tokens) > 2 * len(set(tokens))
    assert recipe.fingerprint(KEY) == TABLE["fingerprint"]
    assert TABLE["fingerprint"] not in "".join(tokens)


@settings(max_examples=50)
@given(NAMES, NAMES, st.sampled_from(["-", " ", "’", "'", " - ", "\u00a0", "\u2010", "."]))
def test_case_hyphens_and_blanks_never_change_a_token(name: str, first: str, mark: str) -> None:
    plain = recipe.token(KEY, name=name, first_name=first, born=BORN)
    middle = len(name) // 2
    parted = f" {name[:middle]}{mark if middle else ''}{name[middle:]} ".swapcase()
    assert recipe.token(KEY, name=parted, first_name=first.upper(), born=BORN) == plain
    assert recipe.token(KEY, name=name, first_name=first, born=date(1985, 2, 3)) != plain
    assert recipe.token(KEY[::-1], name=name, first_name=first, born=BORN) != plain


def test_a_name_and_a_first_name_do_not_run_into_each_other() -> None:
    one = recipe.token(KEY, name="Martin", first_name="Paul", born=BORN)
    assert one != recipe.token(KEY, name="Mart", first_name="inPaul", born=BORN)
    assert one != recipe.token(KEY, name="Paul", first_name="Martin", born=BORN)
