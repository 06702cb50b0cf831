"""Needs and services as files: however they are written, what of them is read, what is refused and where."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from maillage.intake.tables import CannotTake
from maillage.needs.matching.files import (
    NEED_COLUMNS,
    SERVICE_COLUMNS,
    TERM_COLUMNS,
    Answer,
    match_files,
)

NEEDS = "id;theme;commune\nn1;online;59350\n"
SERVICES = "id;themes\ns1;online\n"


def match(
    folder: Path,
    needs: str | bytes = NEEDS,
    services: str | bytes = SERVICES,
    terms: str | None = None,
) -> Answer:
    """The proposals over what is written in files."""
    paths = []
    for name, text in (("n.csv", needs), ("s.csv", services), ("t.csv", terms)):
        if text is None:
            continue
        path = folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        paths.append(path)
    return match_files(*paths)


def pairs(answer: Answer) -> list[tuple[str, str]]:
    return [(one.need, one.service) for one in answer.proposals]


WRITTEN: dict[str, tuple[str | bytes, str | bytes]] = {
    "commas": ("id,theme,commune\nn1,online,59350\n", "id,themes\ns1,online\n"),
    "tabs": ("id\ttheme\tcommune\nn1\tonline\t59350\n", "id\tthemes\ns1\tonline\n"),
    "a mark first": (("\ufeff" + NEEDS).encode(), ("\ufeff" + SERVICES).encode()),
    "the encoding of old spreadsheets": (
        "id;theme;texte\nn1;online;Élagage à côté\n".encode("cp1252"),
        "id;thèmes\ns1;online\n".encode("cp1252"),
    ),
    "lines of another system": (NEEDS.replace("\n", "\r\n"), SERVICES.replace("\n", "\r\n")),
    "French headers": (
        "Identifiant;Thème;Code commune;Effectif\nn1;online;59350;3\n",
        "Identifiant;Thèmes;Territoires;Effectif maximal\ns1;online;59350|62498;10\n",
    ),
    "English headers": (
        "Identifier;Theme;Commune code;Headcount\nn1;online;59350;3\n",
        "Identifier;Themes;Areas;Most headcount\ns1;online;59;10\n",
    ),
    "other names": ("key;theme;area;naf\nn1;online;59350;10.71C\n", "clé;theme;communes;naf\ns1;online;59350;10\n"),
    "another order": ("commune;theme;id\n59350;online;n1\n", "themes;id\nonline;s1\n"),
    "columns that nobody reads": ("id;theme;colour\nn1;online;red\n", "id;themes;price\ns1;online;12 €\n"),
    "quotes": ('id;theme;text\nn1;online;"one; two\nthree"\n', 'id;themes\n"s1";"online"\n'),
    "blank lines": ("id;theme\n\nn1;online\n\n", "id;themes\n\ns1;online\n"),
    "blanks around": ("id ; theme \n n1 ; online \n", "id;themes\ns1; online | digital \n"),
}  # fmt: skip


@pytest.mark.parametrize("how", WRITTEN)
def test_however_it_is_written_a_file_says_the_same(tmp_path: Path, how: str) -> None:
    answer = match(tmp_path, *WRITTEN[how])
    assert pairs(answer) == [("n1", "s1")]
    assert answer.rejects == []


#: What a cell holds, on which line the refusal stands, of which column.
BAD: dict[str, tuple[str, str, str]] = {
    "a headcount in words": ("needs", "id;theme;headcount\nn9;online;many\n", "headcount"),
    "less than nobody": ("needs", "id;theme;headcount\nn9;online;-1\n", "headcount"),
    "half a person": ("needs", "id;theme;headcount\nn9;online;2.5\n", "headcount"),
    "a commune by its name": ("needs", "id;theme;commune\nn9;online;Lille\n", "commune"),
    "a commune that lost its zero": ("needs", "id;theme;commune\nn9;online;1004\n", "commune"),
    "maybe craft": ("needs", "id;theme;craft\nn9;online;maybe\n", "craft"),
    "no name": ("needs", "id;theme\n;online\n", "id"),
    "a theme as long as a novel": ("needs", f"id;theme\nn9;{'x' * 41}\n", "theme"),
    "a capacity in words": ("services", "id;themes;capacity\ns9;online;large\n", "capacity"),
    "a delay in words": ("services", "id;themes;delay_days\ns9;online;soon\n", "delay_days"),
    "perhaps craft only": ("services", "id;themes;craft_only\ns9;online;perhaps\n", "craft_only"),
    "a service without a name": ("services", "id;themes\n;online\n", "id"),
}


@pytest.mark.parametrize("what", BAD)
def test_a_wrong_cell_refuses_its_line_alone_and_says_which(tmp_path: Path, what: str) -> None:
    where, text, column = BAD[what]
    good = {"needs": NEEDS, "services": SERVICES}
    rows = text.rstrip("\n").split("\n")
    header = rows[0].split(";")
    sound = {"needs": {"id": "n1", "theme": "online"}, "services": {"id": "s1", "themes": "online"}}
    line = ";".join(sound[where].get(name, "") for name in header)
    good[where] = "\n".join([rows[0], line, *rows[1:]]) + "\n"
    answer = match(tmp_path, good["needs"], good["services"])
    (refused,) = answer.rejects
    assert (refused["line"], refused["column"]) == (3, column)
    assert refused["file"] == ("n.csv" if where == "needs" else "s.csv")
    assert refused["reason"]
    assert pairs(answer) == [("n1", "s1")]


def test_a_name_that_stands_twice_is_refused_the_second_time(tmp_path: Path) -> None:
    answer = match(tmp_path, NEEDS + "n1;energy;59350\n", SERVICES + "s1;energy\n")
    assert [one["line"] for one in answer.rejects] == [3, 3]
    assert pairs(answer) == [("n1", "s1")]


@pytest.mark.parametrize(
    "needs", ["", "\n", "theme;commune\nonline;59350\n", "<html></html>", "\0\0\0\0"]
)
def test_what_is_no_list_of_needs_is_refused_whole(tmp_path: Path, needs: str) -> None:
    with pytest.raises(CannotTake) as refused:
        match(tmp_path, needs)
    assert str(refused.value)


@pytest.mark.parametrize("side", ["needs", "services"])
def test_headers_alone_are_an_empty_file_and_said_so(tmp_path: Path, side: str) -> None:
    with pytest.raises(CannotTake) as refused:
        match(tmp_path, **{side: "id;theme\n"})
    assert ("n.csv" if side == "needs" else "s.csv") in str(refused.value)


YES_NO = {
    "oui": True,
    "Yes": True,
    "1": True,
    "VRAI": True,
    "non": False,
    "no": False,
    "0": False,
    "": None,
}


@pytest.mark.parametrize("cell", YES_NO)
def test_yes_no_and_not_known_are_read_in_both_languages(tmp_path: Path, cell: str) -> None:
    answer = match(
        tmp_path, f"id;theme;craft\nn1;online;{cell}\n", "id;themes;craft_only\ns1;online;oui\n"
    )
    said = YES_NO[cell]
    assert bool(answer.proposals) is (said is not False)
    if answer.proposals:
        names = {one.criterion for one in answer.proposals[0].reasons}
        assert ("eligibility" in names) is (said is True)


def test_terms_of_advisers_are_a_file_too_and_a_wrong_one_is_told(tmp_path: Path) -> None:
    needs = "id;text\nn1;Un site vitrine\n"
    answer = match(tmp_path, needs, SERVICES, "term;theme\nsite vitrine;online\n;energy\n")
    assert pairs(answer) == [("n1", "s1")]
    assert [(one["file"], one["line"], one["column"]) for one in answer.rejects] == [
        ("t.csv", 3, "term")
    ]


@pytest.mark.parametrize("columns", [NEED_COLUMNS, SERVICE_COLUMNS, TERM_COLUMNS])
def test_no_two_columns_of_a_file_answer_to_one_name(columns: tuple[Any, ...]) -> None:
    names = [spelling for column in columns for spelling in column.spellings]
    assert len(names) == len(set(names))


# As a program calls it


def said(folder: Path, *options: str) -> tuple[str, int]:
    """What the command prints, and how it ends."""
    out = StringIO()
    paths = {"--needs": folder / "n.csv", "--services": folder / "s.csv"}
    words = [word for name, path in paths.items() for word in (name, str(path))]
    try:
        call_command("match_needs", *words, *options, stdout=out)
    except CommandError as fault:
        return out.getvalue(), fault.returncode
    return out.getvalue(), 0


def test_without_json_each_proposal_is_a_line_and_so_is_what_nothing_answers(
    tmp_path: Path,
) -> None:
    (tmp_path / "n.csv").write_text("id;theme\nn1;online\nn2;cash\n", "utf-8")
    (tmp_path / "s.csv").write_text(SERVICES, "utf-8")
    text, code = said(tmp_path)
    first, second = text.strip().split("\n")
    assert code == 0
    assert first.split("\t")[:2] == ["n1", "s1"]
    points = [int(part.rsplit(" ", 1)[1]) for part in first.split("\t")[3].split(", ")]
    assert sum(points) == int(first.split("\t")[2])
    assert second == "n2\t–"


def test_refused_whole_it_ends_with_two_and_json_says_why(tmp_path: Path) -> None:
    (tmp_path / "n.csv").write_text("nothing here\n", "utf-8")
    (tmp_path / "s.csv").write_text(SERVICES, "utf-8")
    text, code = said(tmp_path, "--json")
    told = json.loads(text)
    assert code == 2
    assert told["proposals"] == []
    assert told["rejects"][0]["reason"]
    assert said(tmp_path)[1] == 2
