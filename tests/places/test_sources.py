"""The packages' own JSON read into plain rows."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from maillage.places.sources import (
    GeographyMissing,
    RawChange,
    RawCommune,
    RawEpci,
    find_packages,
    read_package,
    read_rules,
)

COMMUNES = [
    {
        "code": "59350",
        "nom": "Lille",
        "typeLiaison": 0,
        "arrondissement": "595",
        "departement": "59",
        "region": "32",
        "type": "commune-actuelle",
        "rangChefLieu": 3,
        "siren": "215903501",
        "anciensCodes": ["59000"],
        "codesPostaux": ["59000"],
        "population": 232440,
    },
    {"code": "59298", "nom": "Hellemmes-Lille", "type": "commune-associee", "chefLieu": "59350"},
    {"code": "75101", "nom": "Paris 1er", "type": "arrondissement-municipal", "commune": "75056"},
    {
        "code": "97501",
        "nom": "Miquelon-Langlade",
        "collectiviteOutremer": {"code": "975", "nom": "Saint-Pierre-et-Miquelon"},
        "type": "commune-actuelle",
    },
]
EPCIS = [
    {
        "code": "245900410",
        "nom": "Métropole Européenne de Lille",
        "type": "METRO",
        "populationTotale": 1157276,
        "membres": [{"code": "59512"}, {"code": "59350"}, {"code": "59350"}],
    }
]
HISTORY = [
    {
        "id": "COM-59298@1943",
        "code": "59298",
        "nom": "Hellemmes-Lille",
        "type": "COM",
        "dateFin": "1977-04-24",
        "successeur": "COMA-59298@1977",
    },
    {
        "id": "COMA-59298@1977",
        "code": "59298",
        "nom": "Hellemmes-Lille",
        "type": "COMA",
        "pole": "COM-59350@1977",
    },
    {"id": "COM-59350@1977", "code": "59350", "nom": "Lille", "type": "COM"},
    {
        "id": "COM-00001@1943",
        "code": "00001",
        "nom": "Sans suite",
        "type": "COM",
        "dateFin": "1950-01-01",
    },
    {
        "id": "COM-00002@1943",
        "code": "00002",
        "nom": "Pôle perdu",
        "type": "COM",
        "dateFin": "1950-01-01",
        "successeur": "COMA-00002@1950",
    },
    {"id": "COMA-00002@1950", "code": "00002", "nom": "Pôle perdu", "type": "COMA", "pole": "?"},
    {
        "id": "COM-00003@1943",
        "code": "00003",
        "nom": "Pôle de soi",
        "type": "COM",
        "dateFin": "1950-01-01",
        "successeur": "COMA-00003@1950",
    },
    {
        "id": "COMA-00003@1950",
        "code": "00003",
        "nom": "Pôle de soi",
        "type": "COMA",
        "pole": "COMA-00003@1950",
    },
]


def write_package(folder: Path, *, history: bool = True) -> Path:
    """A tiny package in the form npm installs it."""
    data = folder / "data"
    data.mkdir(parents=True)
    files = {
        "../package.json": {"version": "0.7.0"},
        "communes.json": COMMUNES,
        "epci.json": EPCIS,
        "departements.json": [{"code": "59", "nom": "Nord"}],
    }
    if history:
        files["historique-communes.json"] = HISTORY
    for name, content in files.items():
        (data / name).write_text(json.dumps(content), encoding="utf-8")
    return folder


def test_a_package_is_read_as_it_stands(tmp_path: Path) -> None:
    told = read_package(write_package(tmp_path / "cog-2019"), 2019)
    assert (told.version, told.in_force_on) == ("0.7.0", date(2019, 1, 1))
    assert told.communes[0] == RawCommune(
        "59350", "Lille", "commune-actuelle", "", "59", "215903501", 232440, ("59000",), "595"
    )
    assert told.communes[1].parent == "59350"
    assert told.communes[2].parent == "75056"
    assert told.communes[3].department == "975"
    assert told.departments == {"59": "Nord"}


def test_members_are_named_once(tmp_path: Path) -> None:
    told = read_package(write_package(tmp_path / "cog-2019"), 2019)
    name = "Métropole Européenne de Lille"
    assert told.epcis == (RawEpci("245900410", name, ("59350", "59512"), 1157276),)


def test_history_leads_an_associated_commune_to_its_pole_and_leaves_the_rest(
    tmp_path: Path,
) -> None:
    told = read_package(write_package(tmp_path / "cog-2019"), 2019)
    assert told.history == (RawChange("59298", "59350", date(1977, 4, 24)),)
    assert told.names["59298"] == "Hellemmes-Lille"


def test_a_package_without_history_tells_none(tmp_path: Path) -> None:
    told = read_package(write_package(tmp_path / "cog-2026", history=False), 2026)
    assert told.history == ()


def test_vintages_are_found_by_their_alias(tmp_path: Path) -> None:
    write_package(tmp_path / "cog-2019")
    write_package(tmp_path / "cog-2026")
    (tmp_path / "cog-tools").mkdir()
    assert list(find_packages(tmp_path)) == [2019, 2026]


def test_absent_packages_are_refused_with_the_command_to_run(tmp_path: Path) -> None:
    with pytest.raises(GeographyMissing, match="make setup"):
        find_packages(tmp_path / "node_modules")


@pytest.mark.parametrize("broken", ["communes.json", "epci.json", "departements.json"])
def test_a_truncated_file_is_refused_by_its_name(tmp_path: Path, broken: str) -> None:
    folder = write_package(tmp_path / "cog-2019")
    (folder / "data" / broken).write_text('[{"code": "59', encoding="utf-8")
    with pytest.raises(GeographyMissing, match=broken):
        read_package(folder, 2019)


def test_every_exact_day_carries_its_source_and_a_known_territory() -> None:
    rules = read_rules()
    keys = {rule.key: rule for rule in rules.keys}
    assert {"mel", "call", "capso", "cud"} <= set(keys)
    for change in rules.changes:
        assert change.source
        assert change.siren in keys[change.territory].sirens
        assert change.communes
    sirens = [siren for rule in rules.keys for siren in rule.sirens]
    assert len(sirens) == len(set(sirens))
