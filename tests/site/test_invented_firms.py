"""The demonstration's stocks and rounds: drawn from a seed, in INSEE's columns, as of a day."""

from __future__ import annotations

import csv
import random
from collections import Counter, deque
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from maillage.kernel.identifiers import is_siren, is_siret
from maillage.outreach.vocabulary import SETTLED, Mode, Outcome
from maillage.site.demo import agreement, field, people, sirene_rows, stocks, story
from maillage.site.demo.sirene_rows import Firm, Town, generated, lambert_93, write_files
from tests.factories.register import ESTABLISHMENT_COLUMNS, UNIT_COLUMNS

TOWNS = [
    Town("59350", "Lille", "59000", 232440, 3.0573, 50.6292),
    Town("59512", "Roubaix", "59100", 96412),
]
DAY = date(2020, 1, 1)
SEEDS = st.integers(0, 10_000)


def firms(n: int = 60, seed: int = 1, **how: Any) -> list[Firm]:
    return list(generated(n, TOWNS, seed, day=DAY, **how))


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 -- an invented story, not a secret


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class TestFirms:
    @settings(max_examples=20)
    @given(seed=SEEDS)
    def test_whatever_the_seed_each_holds_together(self, seed: int) -> None:
        for firm in firms(12, seed):
            unit, place = firm.unit, firm.place
            assert is_siren(unit["siren"])
            assert is_siret(place["siret"])
            assert place["siret"] == unit["siren"] + place["nic"]
            assert unit["nicSiegeUniteLegale"] == place["nic"]
            assert unit["activitePrincipaleUniteLegale"] == place["activitePrincipaleEtablissement"]
            assert unit["dateCreationUniteLegale"] <= unit["dateDebut"] <= DAY.isoformat()
            assert unit["dateCreationUniteLegale"] <= place["dateDebut"] <= DAY.isoformat()
            closed = unit["etatAdministratifUniteLegale"] == "C"
            assert closed is (place["etatAdministratifEtablissement"] == "F")

    @settings(max_examples=20)
    @given(seed=SEEDS)
    def test_one_is_a_person_or_a_company_never_both(self, seed: int) -> None:
        for firm in firms(12, seed):
            natural = firm.unit["categorieJuridiqueUniteLegale"] == "1000"
            assert bool(firm.unit["nomUniteLegale"]) is natural
            assert bool(firm.unit["denominationUniteLegale"]) is not natural

    def test_one_that_hides_gives_neither_name_nor_street(self) -> None:
        hidden = [firm for firm in firms(300) if firm.unit["statutDiffusionUniteLegale"] == "P"]

        assert hidden
        for firm in hidden:
            told = {firm.unit["nomUniteLegale"], firm.unit["denominationUniteLegale"]}
            assert told <= {"", "[ND]"}
            assert firm.place["libelleVoieEtablissement"] == "[ND]"
            assert firm.place["coordonneeLambertAbscisseEtablissement"] == "[ND]"
            assert firm.place["codeCommuneEtablissement"] in {"59350", "59512"}

    def test_numbers_go_on_from_the_first_one_asked(self) -> None:
        mel, call = firms(40), firms(40, first=5001)

        assert not {f.unit["siren"] for f in mel} & {f.unit["siren"] for f in call}

    def test_more_firms_begin_like_fewer(self) -> None:
        assert firms(50)[:20] == firms(20)

    def test_a_town_without_a_centre_gives_no_position(self) -> None:
        for firm in firms(60):
            placed = firm.place["coordonneeLambertAbscisseEtablissement"]
            assert bool(placed) or firm.place["codeCommuneEtablissement"] == "59512"

    def test_none_stands_farther_from_the_middle_than_its_commune_has_room(self) -> None:
        town = Town("59350", "Lille", "59000", 232440, 3.0573, 50.6292, 120.0)
        middle = complex(*lambert_93(3.0573, 50.6292))
        told = [firm.place for firm in generated(80, [town], 7, day=DAY)]
        points = [
            complex(float(x), float(place["coordonneeLambertOrdonneeEtablissement"]))
            for place in told
            if (x := place["coordonneeLambertAbscisseEtablissement"]) != "[ND]"
        ]
        assert all(abs(point - middle) < 120 for point in points)
        assert len(set(points)) > 60

    def test_the_room_of_a_commune_is_the_distance_to_its_nearest_side(self) -> None:
        west, south, east, north = 3.0, 50.5, 3.2, 50.6
        ring = ((west, south), (east, south), (east, north), (west, north), (west, south))
        *_point, room = stocks._inside((3.1, 50.56), (ring,))
        up = abs(complex(*lambert_93(3.1, 50.6)) - complex(*lambert_93(3.1, 50.56)))
        assert room == pytest.approx(up, rel=0.01)

    @pytest.mark.parametrize(
        ("lon", "lat", "x", "y"),
        [
            (3.0, 46.5, 700_000, 6_600_000),  # the origin of the projection, by definition
            (3.0573, 50.6292, 704_050, 7_059_000),  # Lille
            (2.3522, 48.8566, 652_470, 6_862_040),  # Paris
        ],
    )
    def test_positions_are_in_the_metres_of_the_french_projection(
        self, lon: float, lat: float, x: float, y: float
    ) -> None:
        assert lambert_93(lon, lat) == pytest.approx((x, y), abs=900)


class TestStockFiles:
    def test_columns_are_insee_s_own(self, tmp_path: Path) -> None:
        units, places = write_files(tmp_path, firms(5), day=DAY)

        assert set(lines(units)[0]) <= set(UNIT_COLUMNS)
        assert set(lines(places)[0]) <= set(ESTABLISHMENT_COLUMNS)

    def test_files_are_named_and_dated_as_insee_does(self, tmp_path: Path) -> None:
        names = [path.name for path in write_files(tmp_path, firms(2), day=DAY)]

        assert names == [
            "StockUniteLegale_2020-01-01_utf8.csv",
            "StockEtablissement_2020-01-01_utf8.csv",
        ]

    def test_the_same_seed_writes_the_same_bytes(self, tmp_path: Path) -> None:
        written = []
        for folder in ("one", "other"):
            (tmp_path / folder).mkdir()
            paths = write_files(tmp_path / folder, firms(30, 7), day=DAY)
            written.append([path.read_bytes() for path in paths])

        assert written[0] == written[1]

    def test_each_firm_is_one_line_of_each_file(self, tmp_path: Path) -> None:
        units, places = write_files(tmp_path, firms(30), day=DAY)

        assert [r["siren"] for r in lines(units)] == [r["siren"] for r in lines(places)]


class TestTheStockOfAnEarlierDay:
    def told(self, **unit: str) -> Firm:
        unit = {
            "dateCreationUniteLegale": "2010-05-01",
            "etatAdministratifUniteLegale": "C",
            "dateDebut": "2019-03-01",
            **unit,
        }
        place = {
            "dateCreationEtablissement": "2010-05-01",
            "etatAdministratifEtablissement": "F",
            "dateDebut": unit["dateDebut"],
        }
        return Firm(unit, place)

    # closed on → known closed by the stock of 1 January 2018?
    @pytest.mark.parametrize(
        ("closed_on", "state"),
        [("2017-12-31", "C"), ("2018-01-01", "C"), ("2018-01-02", "A"), ("2019-03-01", "A")],
    )
    def test_what_closed_later_was_still_active(self, closed_on: str, state: str) -> None:
        firm = stocks.as_of(self.told(dateDebut=closed_on), date(2018, 1, 1))

        assert firm.unit["etatAdministratifUniteLegale"] == state
        assert (firm.place["etatAdministratifEtablissement"] == "F") is (state == "C")

    def test_it_was_so_since_its_creation(self) -> None:
        firm = stocks.as_of(self.told(), date(2018, 1, 1))

        assert firm.unit["dateDebut"] == firm.place["dateDebut"] == "2010-05-01"

    def test_what_is_active_is_told_alike(self) -> None:
        active = Firm(
            {"etatAdministratifUniteLegale": "A", "dateDebut": "2019-01-01"},
            {"etatAdministratifEtablissement": "A", "dateDebut": "2019-01-01"},
        )

        assert stocks.as_of(active, date(2018, 1, 1)) == active

    def test_what_is_not_born_is_not_told(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(stocks, "towns", lambda _territory: TOWNS)
        early, _ = stocks.write(tmp_path, 80, "mel", vintage=date(2018, 1, 1), seed=3)
        late, _ = stocks.write(tmp_path, 80, "mel", vintage=DAY, seed=3)
        before, after = ({r["siren"]: r for r in lines(path)} for path in (early, late))

        assert set(before) < set(after)
        assert len(after) == 80
        assert all(row["dateCreationUniteLegale"] <= "2018-01-01" for row in before.values())
        assert all(after[siren]["dateCreationUniteLegale"] == row["dateCreationUniteLegale"]
                   for siren, row in before.items())  # fmt: skip


def played(seed: int, days: int, waiting: int = 40, pace: int = 3) -> list[dict[str, Any]]:
    """The attempts of a round over working days, without recording them."""
    team: Sequence[Any] = [SimpleNamespace(name=name) for name in ("Karim", "Paul")]
    lap = field.Round.__new__(field.Round)
    lap.campaign, lap.team, lap.pace = SimpleNamespace(), team, pace  # type: ignore[assignment]
    lap.chance, lap.waiting = dice(seed), deque(range(waiting))  # type: ignore[arg-type]
    attempts: list[dict[str, Any]] = []
    reported = attempts.extend
    day = date(2020, 1, 6)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(field, "_report_together", reported)
        for _ in range(days):
            lap.play(day)
            day += timedelta(days=1)
    return attempts


def told(attempts: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(a["establishment"], a["facts"], a["by"].name, a["note"], a["once"]) for a in attempts]


class TestARound:
    @settings(max_examples=10)
    @given(seed=SEEDS)
    def test_the_same_seed_plays_the_same_days(self, seed: int) -> None:
        assert told(played(seed, 15)) == told(played(seed, 15))

    def test_another_seed_plays_others(self) -> None:
        assert told(played(1, 15)) != told(played(2, 15))

    @settings(max_examples=10)
    @given(seed=SEEDS)
    def test_a_firm_that_was_missed_is_tried_again_and_one_that_refused_is_left(
        self, seed: int
    ) -> None:
        outcomes: dict[int, list[Outcome]] = {}
        for attempt in played(seed, 60, waiting=15):
            outcomes.setdefault(attempt["establishment"], []).append(attempt["facts"].outcome)
        for tried in outcomes.values():
            assert all(o not in SETTLED or o is Outcome.DONE for o in tried[:-1])

    def test_no_attempt_has_the_key_of_another(self) -> None:
        keys = [attempt["once"] for attempt in played(5, 60, waiting=500, pace=11)]

        assert len(set(keys)) == len(keys) > 300

    def test_a_list_that_is_exhausted_ends_the_round(self) -> None:
        attempts = played(5, 200, waiting=3)

        assert {attempt["establishment"] for attempt in attempts} == {0, 1, 2}

    def test_nobody_is_met_behind_a_closed_door(self) -> None:
        for attempt in played(9, 40, waiting=200, pace=6):
            facts = attempt["facts"]
            assert bool(facts.met) is (facts.outcome is Outcome.DONE)
            assert not facts.themes or facts.outcome is Outcome.DONE
            assert not facts.may_transmit or facts.themes

    def test_most_attempts_succeed_and_each_outcome_is_seen(self) -> None:
        seen = Counter(a["facts"].outcome for a in played(9, 140, waiting=2000, pace=11))

        assert set(seen) == set(field._OUTCOMES)
        assert 0.55 < seen[Outcome.DONE] / seen.total() < 0.75

    @pytest.mark.parametrize("day", [date(2020, 3, 17), date(2020, 4, 20), date(2020, 5, 10)])
    def test_in_the_lockdown_one_calls(self, day: date) -> None:
        chance = dice(1)

        assert {field._facts(day, chance).mode for _ in range(50)} == {Mode.CALL}

    @pytest.mark.parametrize("day", [date(2020, 3, 16), date(2020, 5, 11)])
    def test_on_its_eve_and_its_morrow_one_visits(self, day: date) -> None:
        chance = dice(1)

        assert Mode.VISIT in {field._facts(day, chance).mode for _ in range(50)}


class TestTheStory:
    def test_events_of_a_day_are_played_by_the_hour(self) -> None:
        done: list[str] = []
        tale = story.Story(story.SIZES["small"], done.append)
        last = story.NOW.date()
        tale.on(last, 14, lambda: done.append("afternoon"))
        tale.on(last, 8, lambda: done.append("morning"))
        tale.on(last - timedelta(days=1), 20, lambda: done.append("eve"))

        tale.play()

        assert done == ["eve", "morning", "afternoon"]

    def test_each_event_is_known_at_its_own_hour(self) -> None:
        from maillage.kernel import clock

        at = []
        tale = story.Story(story.SIZES["small"], lambda _told: None)
        tale.on(date(2020, 6, 29), 14, lambda: at.append(clock.now().astimezone(clock.PARIS)))

        tale.play()

        assert [(now.date(), now.hour) for now in at] == [(date(2020, 6, 29), 14)]

    def test_it_ends_where_the_demonstration_begins(self) -> None:
        assert story.NOW.isoformat() == "2020-06-30T09:00:00+02:00"

    def test_the_full_size_is_what_is_promised(self) -> None:
        full = story.SIZES["full"]

        assert (full.mel, full.call) == (3000, 600)
        assert max(full.mel, full.call) < 5000 < 10_000 - full.call  # the range of its numbers

    def test_money_is_never_charged_beyond_what_was_paid(self) -> None:
        for _on, euros, charges in (agreement.COMMITMENT, *agreement.PAYMENTS):
            assert sum(charges.values()) <= euros
        assert sum(euros for _on, euros, _ in agreement.PAYMENTS) <= agreement.COMMITMENT[1]

    def test_what_is_played_once_bears_one_key(self) -> None:
        keys = [agreement._once(kind, on) for on, _code, kind, _ in agreement.TURNS]

        assert agreement._once("a", 1) == agreement._once("a", 1)
        assert len({agreement._once(kind, code) for _on, code, kind, _ in agreement.TURNS}) == 7
        assert keys

    def test_nobody_has_two_logins(self) -> None:
        assert len({player.login for player in people.PLAYERS}) == len(people.PLAYERS) == 13

    def test_each_person_works_for_one_of_the_four(self) -> None:
        assert {p.partner for p in people.PLAYERS} == {p.code for p in people.PARTNERS}

    def test_streets_and_signs_can_all_be_told_apart(self) -> None:
        assert all(street.count("|") == 1 for street in sirene_rows.STREETS.split(";"))


def test_no_partner_of_the_story_is_a_real_structure() -> None:
    operators = [one for one in people.PARTNERS if one.kind == "operator"]
    assert operators
    assert all("(inventé)" in one.name for one in operators)
