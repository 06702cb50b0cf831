"""A file that cannot be taken: what, where (line, column, key), why and the remedy, in both languages."""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest
from django.utils import translation
from hypothesis import given, settings, strategies as st

from maillage.conventions.importers.toml_file import LARGEST, incoming, library
from maillage.conventions.text.lines import spot_of, spots_of
from maillage.conventions.text.problems import Problem, TextRefused
from maillage.conventions.text.reading import read
from maillage.kernel.errors import Invalid
from tests.factories.conventions import MINIMAL


def problems(text: str) -> list[Problem]:
    with pytest.raises(TextRefused) as refusal:
        read(text, file="c.toml")
    return list(refusal.value.problems)


def plain(words: object) -> str:
    """The words with ordinary blanks, as a person types them in a search."""
    return str(words).replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")


# What is wrong in the file, and the exact words: key, reason, remedy, in French then in English.
EXACT = [
    (
        'slug = "test-2019"', 'slug = "Test 2019"', "slug",
        ("« Test 2019 » ne peut pas être une adresse permanente. Utilisez des minuscules, des chiffres et des traits d'union, 40 signes au plus."),
        ("“Test 2019” cannot be a permanent address. Use small letters, digits and hyphens, 40 signs at most."),
    ),
    (
        "share = 33.34", "share = 30", "versions[1].parties",
        ("Les parts des parties font 96.66 %, et non 100 %. Corrigez les parts, ou laissez-les toutes vides si la source ne les donne pas."),
        ("The shares of the parties make 96.66 %, not 100 %. Correct the shares, or leave them all blank when the source does not tell them."),
    ),
    (
        "share = 33.34", "share = -1", "versions[1].parties[1].share",
        ("« -1 » n'est pas un nombre à deux décimales au plus. Écrivez 150000 ou 33.34, sans espace ni signe."),
        "“-1” is not a number with two decimals at most. Write 150000 or 33.34, without spaces or sign.",
    ),
    (
        "announced_actions = 18", "announced_actions = -1", "versions[1].announced_actions",
        "« -1 » ne peut pas figurer ici. Écrivez un nombre entier de 0 à 999.",
        "“-1” cannot stand here. Write a whole number from 0 to 999.",
    ),
    (
        "year = 2019", "year = 20190", "versions[1].budget[1].year",
        "« 20190 » ne peut pas figurer ici. Écrivez un nombre entier de 1990 à 2100.",
        "“20190” cannot stand here. Write a whole number from 1990 to 2100.",
    ),
    (
        'title = "Prospecter"', f'title = "{"x" * 301}"', "versions[1].axes[1].title",
        "Ce texte a 301 signes. Écrivez 300 signes au plus.",
        "This is 301 signs long. Write 300 signs at most.",
    ),
    (
        'kind = "epci"', 'kind = "epci"\nsiren = "200 093 201"', "organisations[1].siren",
        "« 200 093 201 » n'est pas un SIREN. Écrivez ses 9 chiffres, sans espace.",
        "“200 093 201” is no SIREN. Write its 9 digits, without spaces.",
    ),
    (
        'short_name = "CMA"', 'short_name = "MEL"', "organisations",
        "“MEL” est décrit deux fois. Donnez à chacun le sien.",
        "“MEL” is described twice. Give each its own.",
    ),
    (
        'title = "Visiter"', 'title = "Visiter"\nkey = "test-2019/"', "versions[1].axes[1].actions[1].key",
        ("« test-2019/ » ne peut pas être ici la clé permanente d'une action. C'est « test-2019/ » puis un code."),
        "“test-2019/” cannot be the permanent key of an action here. It is “test-2019/” then a code.",
    ),
    (
        '{ organisations = ["MEL"] }', '{ action_keys = ["test-2019/9.9"] }',
        "versions[1].targets[1].filter.action_keys",
        "Aucune version ne décrit l'action « test-2019/9.9 ». Clés connues : test-2019/1.1.",
        "No version describes the action “test-2019/9.9”. Known: test-2019/1.1.",
    ),
    (
        "effective_until = 2020-12-31", "effective_until = 2018-12-31", "versions[1].effective_until",
        "Le texte finit avant de prendre effet. Mettez les dates dans l'ordre : 2018-12-31, puis 2019-04-05.",
        "The text ends before it starts. Put the dates in order: 2018-12-31, then 2019-04-05.",
    ),
]  # fmt: skip


@pytest.mark.parametrize("row", EXACT, ids=lambda row: row[1][:40])
def test_each_refusal_is_said_in_full_in_both_languages(row: tuple[str, ...]) -> None:
    old, new, key, french, english = row
    assert old in MINIMAL
    for language, words in (("fr", french), ("en", english)):
        with translation.override(language):
            found = {p.where: plain(p.said) for p in problems(MINIMAL.replace(old, new, 1))}
        # The rest of the file may break another rule by the same edit; this one is said word for word.
        if key == "versions[1].effective_until":
            assert found[key].split(".")[0] == words.split(".")[0]
        else:
            assert found[key] == words


PLACES = """
old                         | new                            | line | column
share = 33.34               | share = 33.345                 | 29   | 1
year = 2019                 |    year = 1                    | 48   | 4
{ organisations = ["MEL"] } | { segments = 0, themes = "a" } | 42   | 25
{ organisations = ["MEL"] } | { territory = 3 }              | 42   | 12
due_on = 2020-06-30         | due_on = 2019-01-01            | 61   | 1
"""


def test_a_problem_points_at_its_line_and_column() -> None:
    """In a table written on one line, the column is that of the inner key."""
    rows = [[c.strip() for c in line.split("|")] for line in PLACES.strip().splitlines()[1:]]
    for (old, new, _, _), line in zip(rows, PLACES.strip().splitlines()[1:], strict=True):
        typed = line.split("|")[1][1:].rstrip() or new
        text = MINIMAL.replace(old, typed, 1)
        (problem,) = problems(text)
        written = text.split("\n")[problem.line - 1]
        name = str(problem.path[-1])
        assert written[problem.column - 1 :].startswith(name), (written, problem)


SYNTAX = [
    ('title = "Convention', "title = Convention", 3, "TOML"),
    ('slug = "test-2019"', 'slug = "a"\nslug = "b"', 3, "deux fois"),
    ("[[versions]]\n", "[versions]\n[versions]\n", 17, "deux fois"),
    ("{ organisations", "{ territory = 1, territory = 2, organisations", 41, "deux fois"),
    ("2019-04-05", "2019-02-30", 20, "TOML"),
    ("format = 1", "format = 1\n= 3", 2, "TOML"),
    ("share = 33.34", "share = 33,34", 28, "TOML"),
    ("amount = 4000", f"amount = {'9' * 5000}", 1, "TOML"),
    ('title = "Visiter"', 'title = "Visi\x01ter"', 55, "TOML"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line", "word"), SYNTAX, ids=lambda v: str(v)[:24])
def test_what_is_no_toml_names_its_line(old: str, new: str, line: int, word: str) -> None:
    (problem,) = problems(MINIMAL.replace(old, new, 1))
    assert word in plain(problem.reason)
    assert problem.remedy
    assert problem.column > 0
    # The parser says where, except for a number too long to be one: then the end of the file.
    assert problem.line > 0 if "9" * 99 in new else abs(problem.line - line) <= 3


def test_a_truncated_file_points_at_its_end() -> None:
    text = MINIMAL[: MINIMAL.index("Convention MEL et") + 4]
    (problem,) = problems(text)
    assert problem.line == 3


def test_nests_without_end_are_refused_and_not_a_crash() -> None:
    (problem,) = problems("a = " + "[" * 100_000)
    assert "TOML" in plain(problem.reason)


ODD = [
    "0", "-1", "1", "99999999999999999999", "1.5", "nan", "inf", "true", '""', '"x"', "[]", "[1]", '["a"]',
    "{}", "{ a = 1 }", "2020-01-01", "2020-01-01T10:00:00Z", "10:00:00", '"\\u0000"', '"é"', "[[]]",
    f'"{"x" * 400}"', "1e400", "-0", "0x7fffffffffffffff",
]  # fmt: skip
KEYS = [n for n, line in enumerate(MINIMAL.splitlines()) if re.match(r"^\w+ = ", line)]


@given(st.sampled_from(ODD), st.sampled_from(KEYS))
@settings(max_examples=80)
def test_whatever_stands_at_a_key_the_file_is_taken_or_refused_with_a_place(
    odd: str, number: int
) -> None:
    lines = MINIMAL.splitlines()
    lines[number] = f"{lines[number].partition(' = ')[0]} = {odd}"
    found = told_of("\n".join(lines))
    assert all(p.line and p.column and p.reason and p.remedy for p in found)


def told_of(text: str) -> list[Problem]:
    """What is wrong with a text, nothing when it is taken; anything but a refusal is a crash."""
    with contextlib.suppress(TextRefused):
        read(text)
        return []
    return problems(text)


@given(st.integers(0, len(MINIMAL)), st.text(max_size=3), st.integers(0, 12))
@settings(max_examples=60)
def test_a_file_scratched_anywhere_is_taken_or_refused(at: int, added: str, cut: int) -> None:
    found = told_of(MINIMAL[:at] + added + MINIMAL[at + cut :])
    assert all(problem.line > 0 for problem in found)


@given(st.data())
@settings(max_examples=40)
def test_every_key_of_a_shipped_file_is_found_where_it_stands(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(sorted(library().values())))
    spots, lines = spots_of(text), text.split("\n")
    path = data.draw(st.sampled_from([p for p in spots if p]))
    line, column = spot_of(path, spots)
    here = lines[line - 1][column - 1 :]
    name = next(part for part in reversed(path) if isinstance(part, str))
    assert here.startswith((name, "[")), (path, here)


def test_a_key_with_quotes_or_dots_is_found_too() -> None:
    spots = spots_of('"a b" = 1\nc.d = 2\n[e."f g"]\nh = """\nx = 1\n"""\ni = \'\'\'x = 2\'\'\'\n')
    assert spots["a b",] == (1, 1)
    assert spots["c", "d"] == (2, 1)
    assert spots["e", "f g", "h"] == (4, 1)
    assert ("e", "f g", "x") not in spots
    assert spots["e", "f g", "i"] == (7, 1)


# Files as bytes


def file(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "c.toml"
    path.write_bytes(content)
    return path


FRENCH = 'format = 1\nslug = "a"\ntitle = "Métropole"\n'
ENCODED = [
    ("cp1252", FRENCH.encode("cp1252"), (3, 11)),
    ("latin-9 after an é in UTF-8", "# é\n".encode() + b"# \xa4", (2, 3)),
    ("utf-16 with its mark", FRENCH.encode("utf-16"), (1, 4)),
    ("utf-16 without mark", FRENCH.encode("utf-16-le"), (1, 2)),
    ("utf-32", FRENCH.encode("utf-32"), (1, 3)),
    ("a NUL byte", b'format = 1\nslug = "a\x00"\n', (2, 10)),
    ("cut in the middle of a letter", FRENCH.encode()[:33], (3, 11)),
]


@pytest.mark.parametrize(
    ("content", "at"), [row[1:] for row in ENCODED], ids=[r[0] for r in ENCODED]
)
def test_a_file_in_another_encoding_says_which_byte_is_not_utf_8(
    tmp_path: Path, content: bytes, at: tuple[int, int]
) -> None:
    with pytest.raises(TextRefused) as refusal:
        incoming(file(tmp_path, content))
    (problem,) = refusal.value.problems
    assert plain(problem.said) == (
        "Le fichier n'est pas en UTF-8. Enregistrez-le en UTF-8, puis chargez-le."
    )
    assert (problem.line, problem.column) == at
    assert refusal.value.file == "c.toml"


@pytest.mark.parametrize(
    "content",
    [FRENCH.encode(), b"\xef\xbb\xbf" + FRENCH.encode(), FRENCH.replace("\n", "\r\n").encode()],
    ids=["plain", "with its mark", "with the line ends of Windows"],
)
def test_a_file_in_utf_8_is_taken_whatever_wrote_it(tmp_path: Path, content: bytes) -> None:
    assert incoming(file(tmp_path, content)) == FRENCH


def test_a_file_just_small_enough_is_read_and_one_byte_more_is_not(tmp_path: Path) -> None:
    assert len(incoming(file(tmp_path, b"#" * LARGEST))) == LARGEST
    with pytest.raises(Invalid) as refusal:
        incoming(file(tmp_path, b"#" * (LARGEST + 1)))
    assert refusal.value.remedy


@pytest.mark.parametrize(
    "name", ["mel-cma-2019", "mel-cma-2019.toml", "ailleurs/mel-cma-2019.toml"]
)
def test_a_shipped_convention_is_called_by_its_name(name: str) -> None:
    assert incoming(Path(name)) == library()["mel-cma-2019.toml"]


@pytest.mark.parametrize("name", ["nulle-part.toml", "x" * 5000, "a\x00b"])
def test_a_file_that_is_not_there_is_refused_with_what_there_is(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        incoming(Path(name))
    assert str(refusal.value.remedy)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match=re.escape(str(tmp_path))):
        incoming(tmp_path)
