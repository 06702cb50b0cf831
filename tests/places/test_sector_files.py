"""A file of sectors is taken whole, or refused with the line and the reason."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from maillage.kernel.errors import Invalid
from maillage.places import divisions
from maillage.places.divisions import BadDivision, read_division

GOOD = """\
source = "A map"
doubt = "The grouping is ours."

[[sector]]
key = "mel-nord"
fr = "Nord"
en = "North"
communes = ["59599", "59512"]

[[sector]]
key = "mel-sud"
fr = "Sud"
en = "South"
communes = ["59560"]
"""


@pytest.fixture
def written(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Write the good file with one thing changed; its path."""

    def write(old: str = "", new: str = "", *, count: int = 1) -> Path:
        assert old in GOOD
        path = tmp_path / "mel.toml"
        path.write_text(GOOD.replace(old, new, count) if old else GOOD, encoding="utf-8")
        return path

    return write


def test_a_good_file_says_who_drew_what_with_which_doubt(written) -> None:  # type: ignore[no-untyped-def]
    drawn = read_division(written())

    assert (drawn.source, drawn.doubt) == ("A map", "The grouping is ours.")
    assert [(s.key, s.name.en, s.communes) for s in drawn.sectors] == [
        ("mel-nord", "North", ("59512", "59599")),
        ("mel-sud", "South", ("59560",)),
    ]


# what is written → what instead → line, reason
MISTAKES = [
    ('source = "A map"', "", 1, "“source” is missing"),
    ('doubt = "The grouping is ours."', 'doubt = ""', 1, "“doubt” is missing"),
    ('key = "mel-nord"\n', "", 4, "“key” is missing"),
    ('fr = "Sud"\n', "", 10, "“fr” is missing"),
    ('en = "South"', 'en = ""', 10, "“en” is missing"),
    ('communes = ["59560"]', "", 10, "“communes” is missing"),
    ('communes = ["59560"]', "communes = []", 10, "“communes” is missing"),
    ('key = "mel-sud"', 'key = "mel-nord"', 10, "the key “mel-nord” is taken"),
    ('"59560"', '"59512"', 10, "the commune 59512 stands twice"),
    ('"59599", "59512"', '"59599", "59599"', 4, "the commune 59599 stands twice"),
    ('"59560"', '"5956"', 10, "“5956” is no INSEE code"),
    ('"59560"', "59560.5", 10, "“59560.5” is no INSEE code"),
    ('"59560"', '"Seclin"', 10, "“Seclin” is no INSEE code"),
    ('"59560"', '"2C560"', 10, "“2C560” is no INSEE code"),
    ('en = "North"', "en = North", 7, "Invalid value"),
    ('communes = ["59560"]', 'communes = ["59560"', 14, ""),
    ('key = "mel-sud"', 'key = "mel-sud"\nkey = "x"', 12, "Cannot overwrite"),
]


@pytest.mark.parametrize(("old", "new", "line", "why"), MISTAKES, ids=[m[1][:30] for m in MISTAKES])
def test_a_mistake_is_refused_with_its_line_and_reason(  # type: ignore[no-untyped-def]
    written, old: str, new: str, line: int, why: str
) -> None:
    with translation.override("en"), pytest.raises(BadDivision) as refused:
        read_division(written(old, new))

    said = str(refused.value.reason)
    assert said.startswith("mel.toml, line ")
    assert why in said
    told = int(said.removeprefix("mel.toml, line ").partition(":")[0])
    assert abs(told - line) <= 1  # the parser names an open list at its end


def test_it_is_refused_in_french_too(written) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(Invalid) as refused:
        read_division(written('"59560"', '"59512"'))

    said = str(refused.value).replace("\u00a0", " ").replace("\u202f", " ")
    assert said.startswith("mel.toml, ligne 10 : la commune 59512 figure deux fois.")
    assert "Corrigez le fichier" in said


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mel.toml"
    path.write_bytes(GOOD.replace("ours", "nôtre").encode("cp1252"))

    with pytest.raises(BadDivision, match="utf-8"):
        read_division(path)


def test_a_corsican_commune_has_a_code(written) -> None:  # type: ignore[no-untyped-def]
    assert read_division(written('"59560"', '"2A004"')).sectors[1].communes == ("2A004",)


@pytest.mark.django_db
def test_a_bad_file_is_told_when_its_territory_is_read(
    written, monkeypatch: pytest.MonkeyPatch
) -> None:  # type: ignore[no-untyped-def]
    path = written('fr = "Nord"', "")
    monkeypatch.setattr(divisions, "FOLDER", path.parent)

    with pytest.raises(BadDivision, match=r"mel\.toml"):
        divisions.division("mel")


@pytest.mark.django_db
@pytest.mark.parametrize("key", ["", "../changes", "mel/../call", "mel.toml", "mel\x00", "MEL;"])
def test_only_a_key_opens_a_file(key: str) -> None:
    assert divisions.division(key) is None
