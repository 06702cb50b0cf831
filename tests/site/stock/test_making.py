"""An invented stock: INSEE's columns, plausible lives, the same for the same seed."""

# ruff: noqa: S608 -- names of our own files and columns

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from maillage.kernel.errors import Invalid
from maillage.kernel.identifiers import is_siren, is_siret
from maillage.site.stock import columns, facts
from maillage.site.stock.making import EARLIEST, make
from maillage.site.stock.views import Plan

AS_OF = date(2026, 11, 1)
SIZE = 10_000
SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "sirene"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten thousand establishments."""
    out = tmp_path_factory.mktemp("stock")
    make(Plan(SIZE, 1, AS_OF), out, threads=2)
    return out


@pytest.fixture(scope="module")
def ask(folder: Path) -> Any:
    """Ask the files a question; `E`, `U`, `H`, `L` are establishments, units, history and links."""
    connection = duckdb.connect()
    names = dict(zip("UEHL", columns.NAMES, strict=True))
    for short, name in names.items():
        connection.execute(f"CREATE VIEW {short} AS SELECT * FROM '{folder / name}.parquet'")
    return lambda query: connection.sql(query).fetchall()


def test_columns_are_those_of_insee_in_their_order_and_types(ask: Any) -> None:
    for short, (name, wanted) in zip("UEHL", columns.NAMES.items(), strict=True):
        told = ask(f"DESCRIBE {short}")
        assert [row[0] for row in told] == list(wanted), name
        kinds = {row[0]: row[1] for row in told}
        assert {kinds[c] for c in wanted if c.startswith("date")} == {"DATE"}
        assert {kinds[c] for c in wanted if c.startswith("annee")} <= {"BIGINT"}
    assert ask("SELECT typeof(etablissementSiege) FROM E LIMIT 1") == [("BOOLEAN",)]
    assert (len(columns.UNITS), len(columns.ESTABLISHMENTS), len(columns.HISTORY)) == (35, 54, 18)


@pytest.mark.parametrize("name", list(columns.NAMES)[:3])
def test_they_are_those_of_the_drawings_gathered(name: str) -> None:
    path = SHARED / f"{name.removesuffix('_utf8')}_colonnes.csv"
    if not path.exists():
        pytest.skip("the gathered drawings of INSEE's files are not beside the project")
    with path.open(encoding="utf-8") as stream:
        assert [row["colonne"] for row in csv.DictReader(stream)] == list(columns.NAMES[name])


def test_there_are_as_many_as_asked_each_with_a_true_number(ask: Any) -> None:
    sirets = [row[0] for row in ask("SELECT siret FROM E")]
    assert len(set(sirets)) == SIZE
    assert all(is_siret(siret) for siret in sirets)
    assert all(is_siren(siren) for (siren,) in ask("SELECT siren FROM U"))
    assert ask("SELECT count(*) FROM E ANTI JOIN U USING (siren)") == [(0,)]
    assert ask("SELECT count(*) FROM E WHERE siret <> siren || nic") == [(0,)]
    assert ask(
        "SELECT max(n) FROM (SELECT count(*) FILTER (etablissementSiege) n FROM E GROUP BY siren)"
    ) == [(1,)]


def test_a_unit_is_there_while_one_of_its_addresses_is(ask: Any) -> None:
    told = ask(
        "SELECT count(*) FROM (SELECT siren, bool_or(etatAdministratifEtablissement = 'A') there FROM E GROUP BY 1) "
        "JOIN U USING (siren) WHERE there <> (etatAdministratifUniteLegale = 'A')"
    )
    assert told == [(0,)]


def test_the_seat_of_a_unit_is_the_address_it_moved_to(ask: Any) -> None:
    told = ask(
        "SELECT count(*), count(*) FILTER (etablissementSiege) FROM U JOIN E "
        "ON E.siret = U.siren || U.nicSiegeUniteLegale"
    )
    assert told[0][0] == told[0][1] == ask("SELECT count(*) FROM U")[0][0]


def test_lives_are_plausible(ask: Any) -> None:
    ((craft, hidden, periods),) = ask(
        "SELECT avg((activitePrincipaleRegistreMetiersEtablissement IS NOT NULL)::INT), "
        "avg((statutDiffusionEtablissement = 'P')::INT), avg(nombrePeriodesEtablissement) FROM E"
    )
    assert 0.05 < craft < 0.15
    assert 0.04 < hidden < 0.10
    assert periods >= 1.8
    cohort = "year(dateCreationEtablissement) BETWEEN 2010 AND 2020 AND etablissementSiege"
    for years, expected in ((3, 0.71), (5, 0.61)):
        ((alive,),) = ask(
            "SELECT avg((closed IS NULL OR closed > dateCreationEtablissement "
            f"+ INTERVAL {years} YEAR)::INT) FROM E LEFT JOIN (SELECT siret, min(dateDebut) closed FROM H "
            f"WHERE etatAdministratifEtablissement = 'F' GROUP BY 1) USING (siret) WHERE {cohort}"
        )
        assert alive == pytest.approx(expected, abs=0.08), years
    firsts = ask("SELECT avg((strftime(dateCreationEtablissement, '%m-%d') = '01-01')::INT) FROM E")
    assert firsts[0][0] > 0.05, "many begin on 1 January"


def test_the_history_is_continuous_and_ends_as_the_stock_stands(ask: Any) -> None:
    broken = ask(
        "SELECT count(*) FROM (SELECT dateFin, lead(dateDebut) OVER (PARTITION BY siret ORDER BY dateDebut) n "
        "FROM H) WHERE n IS NOT NULL AND dateFin <> n - 1 OR n IS NULL AND dateFin IS NOT NULL"
    )
    assert broken == [(0,)]
    for column in ("enseigne1", "nomenclatureActivitePrincipale", "caractereEmployeur"):
        differ = f"E.{column}Etablissement IS DISTINCT FROM H.{column}Etablissement"
        told = ask(
            f"SELECT count(*) FROM E JOIN H USING (siret) WHERE dateFin IS NULL AND {differ}"
        )
        assert told == [(0,)], column
    same = (
        "E.dateDebut = H.dateDebut AND E.etatAdministratifEtablissement = H.etatAdministratifEtablissement "
        "AND E.activitePrincipaleEtablissement = H.activitePrincipaleEtablissement"
    )
    assert ask(f"SELECT count(*) FROM E JOIN H USING (siret) WHERE dateFin IS NULL AND {same}") == [
        (SIZE,)
    ]
    changed = "changementEtatAdministratifEtablissement"
    assert ask(f"SELECT count(*) > 3000 FROM H WHERE {changed}") == [(True,)]


def test_some_come_back_before_two_years_and_some_after(ask: Any) -> None:
    gaps = ask(
        "SELECT n - dateDebut FROM (SELECT *, lead(dateDebut) OVER (PARTITION BY siret ORDER BY dateDebut) n, "
        "lead(etatAdministratifEtablissement) OVER (PARTITION BY siret ORDER BY dateDebut) s FROM H) "
        "WHERE etatAdministratifEtablissement = 'F' AND s = 'A'"
    )
    assert min(gaps)[0] < 730 < max(gaps)[0]


def test_moves_are_linked_or_left_to_be_inferred(ask: Any) -> None:
    assert ask("SELECT count(*) > 20 FROM L") == [(True,)]
    told = ask(
        "SELECT count(*) FROM L JOIN E b ON b.siret = siretEtablissementPredecesseur "
        "JOIN E a ON a.siret = siretEtablissementSuccesseur WHERE a.siren = b.siren "
        "AND b.etatAdministratifEtablissement = 'F' AND a.dateCreationEtablissement >= b.dateDebut"
    )
    ((links, kept),) = ask("SELECT count(*), count(*) FILTER (continuiteEconomique) FROM L")
    assert told[0][0] > 0.97 * links, "but for a few of an unknown day"
    assert 0 < kept < links


def test_partial_diffusion_hides_who_and_where(ask: Any) -> None:
    for column in ("libelleVoieEtablissement", "numeroVoieEtablissement", "typeVoieEtablissement"):
        hidden = f"SELECT DISTINCT {column} FROM E WHERE statutDiffusionEtablissement = 'P'"
        assert ask(hidden) == [("[ND]",)]
    names = "coalesce(nomUniteLegale, denominationUniteLegale)"
    assert ask(f"SELECT DISTINCT {names} FROM U WHERE statutDiffusionUniteLegale = 'P'") == [
        ("[ND]",)
    ]
    assert ask(f"SELECT count(*) FROM U WHERE {names} IS NULL") == [(0,)]


def test_communes_are_true_ones_and_cities_are_told_by_arrondissement(ask: Any) -> None:
    told = {code for (code,) in ask("SELECT DISTINCT codeCommuneEtablissement FROM E")}
    assert not told & {"75056", "69123", "13055"}
    assert any(code.startswith("751") for code in told)
    near = "coordonneeLambertAbscisseEtablissement"
    placed = ask(
        f"SELECT avg(({near} IS NOT NULL)::INT) FROM E WHERE codeCommuneEtablissement < '96'"
    )
    assert placed[0][0] > 0.95


def test_activities_are_of_the_nomenclature_and_trades_follow_them(ask: Any) -> None:
    known = set(facts.CRAFT | facts.OTHER)
    today = "nomenclatureActivitePrincipaleEtablissement = 'NAFRev2'"
    told = ask(f"SELECT DISTINCT activitePrincipaleEtablissement FROM E WHERE {today}")
    assert {activity for (activity,) in told} <= known
    before = ask(f"SELECT DISTINCT len(activitePrincipaleEtablissement) FROM E WHERE NOT {today}")
    assert before == [(5,)], "as rev. 1 writes them: 15.8C"
    assert ask(
        "SELECT count(*) FROM E WHERE activitePrincipaleRegistreMetiersEtablissement IS NOT NULL AND "
        "substr(activitePrincipaleRegistreMetiersEtablissement, 1, 5) <> replace(activitePrincipaleEtablissement, '.', '') "
        f"AND {today}"
    ) == [(0,)]


def content(folder: Path) -> list[Any]:
    """What the files hold, whatever the order of their rows."""
    asked = "SELECT bit_xor(hash(t)), count(*) FROM (SELECT t FROM '{}' t)"
    return [
        duckdb.sql(asked.format(folder / f"{name}.parquet")).fetchall() for name in columns.NAMES
    ]


def test_the_same_plan_makes_the_same_stock_on_one_thread_or_two(
    folder: Path, tmp_path: Path
) -> None:
    make(Plan(SIZE, 1, AS_OF), tmp_path / "again", threads=1)
    make(Plan(SIZE, 2, AS_OF), tmp_path / "other", threads=2)
    assert content(tmp_path / "again") == content(folder)
    assert content(tmp_path / "other") != content(folder)


def test_as_csv_it_tells_the_same(folder: Path, tmp_path: Path) -> None:
    made = make(Plan(SIZE, 1, AS_OF), tmp_path, as_csv=True)
    assert [path.suffix for path in made] == [".zip"] * 4
    with zipfile.ZipFile(tmp_path / "StockEtablissement_utf8.zip") as packed:
        (name,) = packed.namelist()
        rows = list(csv.DictReader(io.TextIOWrapper(packed.open(name), "utf-8")))
    asked = (
        f"SELECT siret, codeCommuneEtablissement FROM '{folder}/StockEtablissement_utf8.parquet'"
    )
    told = dict(duckdb.sql(asked).fetchall())
    assert {row["siret"]: row["codeCommuneEtablissement"] for row in rows} == told


@pytest.mark.parametrize("number", [0, 999, 44_000_001])
def test_too_few_or_too_many_are_refused(number: int, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="44000000"):
        make(Plan(number, 1, AS_OF), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Invalid, match="file"):
        make(Plan(SIZE, 1, AS_OF), tmp_path / "file")


@pytest.mark.parametrize("as_csv", [False, True])
def test_a_folder_may_have_an_apostrophe(as_csv: bool, tmp_path: Path) -> None:
    out = tmp_path / "stock de l'été"
    made = make(Plan(1_000, 1, AS_OF), out, as_csv=as_csv)
    assert sorted(out.iterdir()) == sorted(made)
    if not as_csv:
        connection = duckdb.connect()
        counted = connection.read_parquet(str(out / "StockEtablissement_utf8.parquet"))
        assert counted.count("*").fetchall() == [(1_000,)]


@pytest.mark.parametrize("day", [date(1990, 1, 1), date(2009, 12, 31)])
def test_a_day_before_any_history_is_refused(day: date, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="2010"):
        make(Plan(SIZE, 1, day), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_as_of_the_earliest_day_all_asked_for_are_there_and_none_is_later(tmp_path: Path) -> None:
    make(Plan(SIZE, 1, EARLIEST), tmp_path)
    asked = "SELECT count(*), max(dateDebut) FROM '{}/StockEtablissement_utf8.parquet'"
    ((number, last),) = duckdb.sql(asked.format(tmp_path)).fetchall()
    assert number == SIZE
    assert last <= EARLIEST
