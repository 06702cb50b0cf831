"""Underserved communes of the Nord and the Pas-de-Calais: real centres and people, with invented shops drawn by a seed.

The shops are set at random in proportion to people, so what is to be found is known: nothing but chance,
then a desert made on purpose.
"""

from __future__ import annotations

import csv
import random
from collections import Counter
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from maillage.figures.methods.access import within
from maillage.figures.methods.sensitivity import sensitivity
from maillage.figures.methods.serving import Commune, Measured, Place, measure
from maillage.figures.methods.underserved import Verdict, judge

COMMUNES = Path(__file__).resolve().parents[4] / "shared/data/geography/communes_59_62.csv"
ARRAS = (2.7773, 50.2910)
SHOPS = {"bakery": 4_000, "salon": 5_500, "garage": 2_000, "plumber": 3_000}

pytestmark = pytest.mark.skipif(
    not COMMUNES.exists(), reason="the communes are not beside the project"
)


@cache
def communes() -> tuple[Commune, ...]:
    """The real communes that have a centre and people."""
    with COMMUNES.open(encoding="utf-8") as stream:
        return tuple(
            Commune(
                row["code_insee"], (float(row["lon_point"]), float(row["lat_point"])), float(people)
            )
            for row in csv.DictReader(stream)
            if row["lon_point"] and (people := row["population_municipale"])
        )


@cache
def shops(seed: int = 1) -> dict[str, list[Place]]:
    """As many shops as told, each in a commune drawn in proportion to people."""
    chance = random.Random(seed)  # noqa: S311
    codes, people = zip(*((c.code, c.people) for c in communes()), strict=True)
    return {
        trade: [Place(code) for code in chance.choices(codes, people, k=count)]
        for trade, count in SHOPS.items()
    }


@cache
def there(seed: int = 1) -> Measured:
    """All of it, measured."""
    return measure(communes(), shops(seed))


def around_arras(kilometres: float) -> set[str]:
    """The communes whose centre is so near to Arras."""
    reached = within([c.at for c in communes() if c.at], [ARRAS], [(kilometres, 1.0)])
    return {communes()[rank].code for rank in reached.points}


def test_every_commune_has_its_shops_and_its_distance() -> None:
    found = there()
    assert len(found.communes) > 1_500
    for column, (trade, told) in enumerate(shops().items()):
        counted = Counter(place.commune for place in told)
        assert found.present[:, column].tolist() == [counted[code] for code in found.communes]
        assert found.placeless[trade] == 0
        has = found.present[:, column] > 0
        assert found.kilometres[has, column] == pytest.approx(0)
        assert (found.kilometres[~has, column] > 0).all()


@pytest.mark.parametrize("seed", range(1, 5))
def test_where_chance_alone_set_the_shops_few_are_below_chance(seed: int) -> None:
    below = judge(there(seed)).held[2]
    told = below != -1
    assert told.sum() > 500
    assert (below == 1).sum() <= 0.025 * told.sum() + 3 * np.sqrt(0.025 * told.sum())


def test_a_desert_made_on_purpose_is_found() -> None:
    emptied = around_arras(15)
    left = [place for place in shops()["bakery"] if place.commune not in emptied]
    judged = judge(measure(communes(), {**shops(), "bakery": left}))
    inner = around_arras(10)
    assert len(inner) > 40
    for code in inner:
        assert judged.verdict(code, "bakery") is Verdict.UNDERSERVED
        missing, far, _chance, _access = judged.why(code, "bakery")
        assert missing.held
        assert far.held
        assert far.value
        assert far.value > 10
    before, after = set(judge(there()).lacking()), set(judged.lacking())
    assert {pair for pair in before if pair[1] != "bakery"} == {
        pair for pair in after if pair[1] != "bakery"
    }, "other trades are as they were"


def test_small_communes_are_those_of_which_nothing_is_concluded() -> None:
    judged = judge(there())
    people = dict(zip(judged.measured.communes, judged.measured.people, strict=True))
    doubtful = [people[code] for code, _trade in judged.lacking(Verdict.NOT_ENOUGH_DATA)]
    assert doubtful
    assert max(doubtful) < 10_000, "where 3.69 and more are expected, chance tells something"


def test_turning_the_earth_changes_nothing() -> None:
    turned = [Commune(c.code, (c.at[0] - 170, c.at[1]), c.people) for c in communes() if c.at]
    one, other = judge(there()), judge(measure(turned, shops()))
    assert other.measured.kilometres == pytest.approx(one.measured.kilometres, abs=1e-6)
    assert other.lacking() == one.lacking()
    assert other.communes() == one.communes()


def test_a_twin_country_far_away_gets_the_same_verdicts() -> None:
    twins = [Commune(f"t{c.code}", (-c.at[0], -c.at[1]), c.people) for c in communes() if c.at]
    also = {trade: [Place(f"t{p.commune}") for p in told] for trade, told in shops().items()}
    both = measure([*communes(), *twins], {trade: shops()[trade] + also[trade] for trade in SHOPS})
    one, two, size = judge(there()), judge(both), len(communes())
    assert (two.lacks[:size] == one.lacks).all()
    assert (two.lacks[size:] == one.lacks).all()
    assert (two.flagged == np.tile(one.flagged, 2)).all()
    assert both.density[:size] == pytest.approx(there().density)
    assert both.access[:size] == pytest.approx(there().access)


def test_what_is_shared_out_is_what_there_is() -> None:
    found = there()
    handed = (found.access * found.people[:, None]).sum(axis=0) / 10_000
    assert handed == pytest.approx(list(SHOPS.values())), "each shop reaches its own commune"


def test_the_list_is_told_to_be_frail_where_it_is() -> None:
    found = sensitivity(there())
    now = set(found.base.communes())
    assert 0 < len(found.always) < len(now), "some stand whatever moves, not all"
    listed = {one.to: one.communes.listed for one in found.moved if one.what == "quarter"}
    assert listed[0.20] <= len(now) <= listed[0.30]
    lacks = {one.to: one.lacks.listed for one in found.moved if one.what == "reasons" and one.lacks}
    assert lacks[1] > len(found.base.lacking()) > lacks[3]
