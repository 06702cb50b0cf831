"""Lists as files, and the command that links them."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from maillage.intake.tables import CannotTake
from maillage.kernel.errors import Invalid
from maillage.register.linking import lists
from tests.intake import files

REGISTER = """siret;nom;enseigne;n° de voie;voie;code postal;commune;code ape;identifiant
55208131766522;SARL Martin et Fils;Le Fournil;12;RUE DE LA GARE;59000;LILLE;10.71C;E1
;Dubois Claire;Au Jardin;3;PLACE DE LA REPUBLIQUE;59100;ROUBAIX;47.76Z;E2
;Garage Lecocq;;87;AVENUE FOCH;59200;TOURCOING;45.20A;E3
"""
MEMBERS = """Réf;Nom de la structure;Adresse;Code postal;Ville;Remarque
m1;Le Fournil;12 r. de la Gare;59000;Lille;à rappeler
m2;Garage Lecoq;87 av. Foch;59200;Tourcoing;
m3;Inconnue au bataillon;1 rue des Absents;75001;Paris;
"""


def written(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    """A file of this text."""
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return written(tmp_path, "register.csv", REGISTER)


@pytest.fixture
def members(tmp_path: Path) -> Path:
    return written(tmp_path, "members.csv", MEMBERS)


def run(*words: str) -> tuple[int, str, str]:
    """What the command says: its exit code, what it prints, what it is refused for."""
    out = io.StringIO()
    try:
        call_command("link_list", *words, stdout=out)
    except CommandError as refused:
        return refused.returncode, out.getvalue(), str(refused)
    return 0, out.getvalue(), ""


def asked(left: Path, right: Path, *more: str) -> tuple[int, dict[str, Any]]:
    """The answer in JSON."""
    code, out, _why = run("--left", str(left), "--right", str(right), "--json", *more)
    return code, json.loads(out)


def test_a_list_is_linked_to_the_register_with_reasons(members: Path, register: Path) -> None:
    code, answer = asked(members, register)
    assert code == 0
    assert [(one["left"], one["right"]) for one in answer["links"]] == [("m1", "E1"), ("m2", "E3")]
    for one in answer["links"]:
        assert one.keys() >= {"left", "right", "p", "why"}
        assert one["p"] > 0.99
        assert one["score"] == sum(part["weight"] for part in one["why"])
        assert {part["field"] for part in one["why"]} >= {
            "prior",
            "name",
            "number",
            "street",
            "place",
        }
    assert answer["left"] == {
        "file": "members.csv", "read": 3, "accepted": 3, "rejected": 0, "unlinked": 1,
    }  # fmt: skip
    assert answer["right"]["unlinked"] == 1


def test_the_terminal_reads_each_link_then_what_weighs(members: Path, register: Path) -> None:
    code, out, _why = run("--left", str(members), "--right", str(register))
    assert code == 0
    lines = out.splitlines()
    assert lines[0].startswith("m1  E1  ")
    assert any("enseigne" in line and "+" in line for line in lines[1:6])


def test_a_file_from_a_spreadsheet_of_another_time_reads_alike(
    tmp_path: Path, members: Path, register: Path
) -> None:
    old = written(tmp_path, "old.csv", MEMBERS, encoding="cp1252")
    workbook = tmp_path / "members.xlsx"
    workbook.write_bytes(
        files.as_xlsx(("Adhérents", [line.split(";") for line in MEMBERS.splitlines()]))
    )
    expected = lists.read(members).firms
    assert lists.read(old).firms == expected
    assert lists.read(workbook).firms == expected


def test_columns_are_known_by_the_names_people_give_them(members: Path, register: Path) -> None:
    member, known = lists.read(members).firms[0], lists.read(register).firms[0]
    assert (member.id, member.name, member.street) == ("m1", "Le Fournil", "12 r. de la Gare")
    assert (known.id, known.sign, known.number) == ("E1", "Le Fournil", "12")
    assert (known.siret, known.activity) == ("55208131766522", "10.71C")


def test_a_column_commune_holds_names_or_codes(tmp_path: Path) -> None:
    path = written(
        tmp_path, "l.csv", "id;nom;commune\na;Martin;59350\nb;Martin;Lille\nc;Martin;2A004\n"
    )
    assert [(one.commune, one.town) for one in lists.read(path).firms] == [
        ("59350", ""), ("", "Lille"), ("2A004", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "column", "word"),
    [
        (";Martin;;", "id", "vide"),
        ("a;;;", "name", "rien ne dit"),
        ("a;Martin;12345;", "siret", "nombre de chiffres"),
        ("a;Martin;4,9E+13;", "siret", "tableur"),
        ("a;Martin;55208131766523;", "siret", "clé"),
        ("a;Martin;;5935", "commune_code", "zéro"),
    ],
)
def test_a_line_that_cannot_be_taken_says_where_why_and_what_to_do(
    tmp_path: Path, register: Path, row: str, column: str, word: str
) -> None:
    left = written(tmp_path, "left.csv", f"id;nom;siret;code commune\nz;Lecocq;;\n{row}\n")
    code, answer = asked(left, register)
    assert code == 0
    (reject,) = answer["rejects"]
    assert (reject["file"], reject["line"], reject["column"]) == ("left.csv", 3, column)
    assert word in reject["reason"]
    assert reject["remedy"]
    assert answer["left"]["accepted"] == answer["left"]["rejected"] == 1


def test_an_identifier_given_twice_is_refused_the_second_time(
    tmp_path: Path, register: Path
) -> None:
    left = written(tmp_path, "left.csv", "id;nom\na;Martin\na;Dubois\n")
    (reject,) = asked(left, register)[1]["rejects"]
    assert reject["line"] == 3
    assert "identifiant" in reject["reason"]


@pytest.mark.parametrize(
    ("name", "text", "line", "column"),
    [
        ("nothing.csv", "", 0, ""),
        ("headless.csv", "nom;adresse\nMartin;1 rue\n", 1, "id"),
        ("twice.csv", "id;nom;raison sociale\na;b;c\n", 1, "raison sociale"),
        ("photo.csv", "\x89PNG\r\n", 0, ""),
    ],
)
def test_a_file_that_cannot_be_taken_says_so_in_json_too(
    tmp_path: Path, register: Path, name: str, text: str, line: int, column: str
) -> None:
    path = tmp_path / name
    path.write_bytes(text.encode("latin-1"))
    code, answer = asked(path, register)
    assert code == 2
    assert answer["links"] == []
    (reject,) = answer["rejects"]
    assert (reject["file"], reject["line"], reject["column"]) == (name, line, column)
    assert reject["reason"]
    assert reject["remedy"]


def test_a_file_that_is_not_there_is_named(tmp_path: Path, register: Path) -> None:
    code, out, why = run("--left", str(register), "--right", str(tmp_path / "absent.csv"))
    assert (code, out) == (2, "")
    assert "absent.csv" in why


def test_refusals_are_said_in_english_too(tmp_path: Path, register: Path) -> None:
    left = written(tmp_path, "left.csv", "id;name;phone\na;;\nb;Martin;\n")
    with translation.override("en"):
        code, out, _why = run("--left", str(left), "--right", str(register))
    assert code == 0
    assert "left.csv:2 name: nothing says whom the line is about: give a name" in out


@pytest.mark.parametrize("least", ["0", "1", "-0.5", "nan"])
def test_a_threshold_that_is_no_probability_is_refused(
    members: Path, register: Path, least: str
) -> None:
    code, _out, why = run("--left", str(members), "--right", str(register), "--least", least)
    assert code == 2
    assert "probabilité" in why


def test_a_lower_threshold_only_adds_links(members: Path, register: Path) -> None:
    many = lists.link_files(members, register, least=0.001).links
    few = lists.link_files(members, register, least=0.9).links
    assert {(one.left, one.right) for one in few} <= {(one.left, one.right) for one in many}


def test_reading_raises_what_the_command_tells(tmp_path: Path, members: Path) -> None:
    with pytest.raises(CannotTake):
        lists.read(tmp_path / "absent.csv")
    with pytest.raises(Invalid):
        lists.link_files(members, members, least=2)
