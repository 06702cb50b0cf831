"""Files of the geography that are cut short, empty, or another's: refused by their name, nothing changed."""

from __future__ import annotations

import json
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import translation

from maillage import places
from maillage.kernel import clock
from maillage.places import actions
from maillage.places.geometry import read_polygons
from maillage.places.models import Commune, Membership, Vintage
from maillage.places.sources import GeographyMissing, read_package
from tests.factories.places import places_loaded
from tests.places.test_sources import write_package

FILES = ["communes.json", "epci.json", "departements.json"]


@pytest.fixture
def package(tmp_path: Path) -> Path:
    return write_package(tmp_path / "cog-2019")


def refusal(folder: Path) -> GeographyMissing:
    """What reading this package is refused for."""
    with pytest.raises(GeographyMissing) as refused:
        read_package(folder, 2019)
    return refused.value


# What stands in a file instead of rows → why it is refused.
DAMAGE = {
    "": "Expecting value",
    "[": "Expecting value",
    '[{"code": "59350", "nom": "Li': "Unterminated string",
    "<!DOCTYPE html><p>404</p>": "Expecting value",
    "[]": "it is empty",
    "{}": "it is empty",
    "null": "",
    "17": "",
    '["59350"]': "",
    '[{"nom": "Lille"}]': "a line has no '",
    '[{"code": "59350"}]': "a line has no '",
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("written", DAMAGE, ids=[repr(text)[:24] for text in DAMAGE])
def test_a_damaged_file_is_refused_with_its_name_and_why(
    package: Path, name: str, written: str
) -> None:
    (package / "data" / name).write_text(written, encoding="utf-8")

    with translation.override("en"):
        refused = refusal(package)

    assert str(package / "data" / name) in str(refused.reason)
    assert DAMAGE[written] in str(refused.reason)
    assert refused.remedy == "Install the packages again with “npm ci”."


@pytest.mark.parametrize("name", FILES)
def test_an_absent_file_is_refused(package: Path, name: str) -> None:
    (package / "data" / name).unlink()

    assert name in str(refusal(package))


@pytest.mark.parametrize(
    ("encoded", "why"), [("utf-16", "utf-16"), ("cp1252", "utf-8")], ids=["UTF-16", "cp1252"]
)
def test_another_encoding_is_read_or_refused_never_garbled(
    package: Path, encoded: str, why: str
) -> None:
    rows = [{"code": "59", "nom": "Département"}]
    (package / "data" / "departements.json").write_bytes(
        json.dumps(rows, ensure_ascii=False).encode(encoded)
    )
    if why == "utf-16":
        assert read_package(package, 2019).departments == {"59": "Département"}
    else:
        assert "departements.json" in str(refusal(package))


def test_a_byte_order_mark_is_no_obstacle(package: Path) -> None:
    rows = json.dumps([{"code": "59", "nom": "Nord"}])
    (package / "data" / "departements.json").write_bytes(rows.encode("utf-8-sig"))

    assert read_package(package, 2019).departments == {"59": "Nord"}


def test_a_refusal_speaks_french_to_whoever_installs_in_french(package: Path) -> None:
    (package / "data" / "epci.json").write_text("[]")

    refused = refusal(package)

    assert "est illisible (il est vide)" in str(refused.reason)
    assert "npm ci" in str(refused.remedy)


def test_a_manifest_without_version_is_refused(package: Path) -> None:
    (package / "package.json").write_text("{}")

    assert "package.json" in str(refusal(package))


@pytest.mark.parametrize("members", [{}, {"membres": None}, {"membres": [{"nom": "Lille"}]}])
def test_an_intercommunality_without_members_is_refused(
    package: Path, members: dict[str, object]
) -> None:
    row = {"code": "245900410", "nom": "MEL", **members}
    (package / "data" / "epci.json").write_text(json.dumps([row]))

    assert "epci.json" in str(refusal(package))


def test_a_history_with_a_day_that_is_none_is_refused(package: Path) -> None:
    path = package / "data" / "historique-communes.json"
    path.write_text(path.read_text().replace("1977-04-24", "1977-04-31"))

    assert "historique-communes.json" in str(refusal(package))


def test_a_history_may_be_empty(package: Path) -> None:
    (package / "data" / "historique-communes.json").write_text("[]")

    assert read_package(package, 2019).history == ()


# The outlines

SQUARE = shapely.to_wkb(shapely.box(3.0, 50.0, 3.1, 50.1), hex=True)
WHOLE = f"code,type,geometry\n59001,COM,{SQUARE}\n59002,COM,{SQUARE}\n".encode()


@pytest.mark.parametrize(
    "damage",
    [
        lambda packed: packed[: len(packed) // 2],
        lambda _packed: b"",
        lambda _packed: b"<html>404</html>",
        lambda _packed: lzma.compress(b"id,shape\n1,2\n"),
        lambda _packed: lzma.compress(WHOLE.replace(SQUARE.encode(), b"zzzz")),
        lambda _packed: lzma.compress(WHOLE.replace(SQUARE.encode(), b"0102")),
        lambda _packed: lzma.compress(b"code,type,geometry\n5900\xff,COM,00\n"),
    ],
    ids=["cut", "empty", "a page", "other columns", "no hexadecimal", "no shape", "no text"],
)
def test_damaged_outlines_are_refused_by_their_name(
    tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = tmp_path / "communes.csv.lzma"
    path.write_bytes(damage(lzma.compress(WHOLE)))

    with pytest.raises(GeographyMissing, match=r"communes\.csv\.lzma") as refused:
        list(read_polygons(path, {"all"}))

    assert "make clean" in str(refused.value.remedy)


def test_whole_outlines_are_read(tmp_path: Path) -> None:
    path = tmp_path / "communes.csv.lzma"
    path.write_bytes(lzma.compress(WHOLE))

    assert [one.code for one in read_polygons(path, {"59"})] == ["59001", "59002"]


# The command


@pytest.mark.django_db
class TestNothingHalfLoaded:
    @pytest.fixture(autouse=True)
    def _geography(self) -> None:
        places_loaded()

    def counted(self) -> tuple[int, int, int]:
        return Commune.objects.count(), Membership.objects.count(), Vintage.objects.count()

    def refused(self, *arguments: str) -> str:
        before = self.counted()
        with pytest.raises(CommandError) as refused:
            call_command("load_places", *arguments)
        assert refused.value.returncode == 1
        assert self.counted() == before
        assert places.perimeter("mel", clock.today()).communes
        return str(refused.value)

    @pytest.mark.parametrize("name", FILES)
    def test_a_damaged_file_leaves_the_former_geography(self, package: Path, name: str) -> None:
        (package / "data" / name).write_text('[{"code": ')

        assert name in self.refused("--node-modules", str(package.parent))

    def test_the_last_of_several_vintages_may_be_the_damaged_one(self, package: Path) -> None:
        later = write_package(package.parent / "cog-2026", history=False)
        (later / "data" / "communes.json").write_text("[]")

        assert "cog-2026" in self.refused("--node-modules", str(package.parent))

    @pytest.mark.parametrize("codes", ["5", "59,99", "nord", "59, 6 2"])
    def test_a_departement_that_is_none_is_named(self, package: Path, codes: str) -> None:
        said = self.refused("--node-modules", str(package.parent), "--outlines", codes)

        assert codes.rsplit(",", 1)[-1].strip().upper() in said
        assert "59,62" in said

    def test_damaged_outlines_leave_the_former_geography(
        self, package: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = package / "communes.csv.lzma"
        path.write_bytes(lzma.compress(WHOLE)[:40])
        monkeypatch.setattr(actions, "polygons_file", lambda: path)

        said = self.refused("--node-modules", str(package.parent), "--outlines", "59")

        assert "communes.csv.lzma" in said

    def test_codes_of_departements_may_be_spaced_and_small(
        self, package: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked: list[set[str]] = []
        monkeypatch.setattr(actions, "polygons_file", lambda: package / "any")
        monkeypatch.setattr(
            actions, "read_polygons", lambda _path, wanted: asked.append(set(wanted)) or []
        )

        call_command("load_places", "--node-modules", str(package.parent), "--outlines", " 59 ,")
        call_command("load_places", "--node-modules", str(package.parent), "--outlines", "all")

        assert asked == [{"59"}, {"all"}]
