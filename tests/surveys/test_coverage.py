"""The interval is what it says: of a hundred samples of a known population, about ninety-five hold the truth."""

from __future__ import annotations

import os

import numpy as np

from maillage.surveys.estimation import plan, running
from maillage.surveys.estimation.columns import Table
from maillage.surveys.estimation.sampling import Drawing, allocate, draw

SAMPLES = int(os.environ.get("MAILLAGE_SAMPLES", "100"))
FIRMS, ASKED = 4000, 1200
PLAN = plan.understood(
    {
        "design": {"strata": "area", "weight": "weight", "fpc": "fpc"},
        "nonresponse": {"groups": ["size"]},
        "calibration": {"margins": [{"column": "size"}, {"column": "trade"}]},
        "estimate": [{"kind": "mean", "y": "loss"}, {"kind": "proportion", "y": "open"}],
    }
)


def register(chance: np.random.Generator) -> Table:
    """Firms whose losses and closures follow their size, in three areas and five trades."""
    size = chance.choice(["one", "few", "many"], FIRMS, p=[0.6, 0.3, 0.1])
    heavy = np.select([size == "one", size == "few"], [1.0, 2.0], 4.0)
    columns = {
        "id": [str(number) for number in range(FIRMS)],
        "area": chance.choice(["north", "south", "east"], FIRMS).tolist(),
        "size": size.tolist(),
        "trade": chance.choice(list("abcde"), FIRMS).tolist(),
        "loss": chance.gamma(heavy, 10.0).astype(str).tolist(),
        "open": np.where(chance.random(FIRMS) < 0.3 + 0.1 * heavy, "yes", "no").tolist(),
    }
    return Table("register", columns, FIRMS)


def answered(frame: Table, seed: int) -> Table:
    """A draw by area, of which 30 % answer, the larger the more often."""
    chance = np.random.default_rng(seed)
    areas = sorted(set(frame.text("area")))
    held = [[n for n, area in enumerate(frame.text("area")) if area == one] for one in areas]
    numbers = allocate([len(rows) for rows in held], Drawing(ASKED))
    rows, weight, fpc = [], [], []
    for units, number in zip(held, numbers, strict=True):
        rows += draw(units, number, "simple", f"{seed}")
        weight += [repr(len(units) / number)] * number
        fpc += [str(len(units))] * number
    rate = {"one": 0.22, "few": 0.38, "many": 0.55}
    columns = {name: [cells[row] for row in rows] for name, cells in frame.columns.items()}
    heard = [chance.random() < rate[size] for size in columns["size"]]
    columns |= {"weight": weight, "fpc": fpc, "answered": [str(int(one)) for one in heard]}
    return Table("sample", columns, len(rows))


def test_ninety_five_in_a_hundred_intervals_hold_the_truth_though_seven_in_ten_are_silent() -> None:
    frame = register(np.random.default_rng(2026))
    true = [
        float(frame.numbers("loss").mean()),
        frame.text("open").count("yes") / FIRMS,
    ]
    held, naive = np.zeros(2), 0
    for seed in range(SAMPLES):
        sample = answered(frame, seed)
        mean, _, share = running.told(running.weigh(sample, PLAN, frame), PLAN)["estimates"]
        held += [row["lo"] <= value <= row["hi"] for row, value in zip((mean, share), true, strict=True)]  # fmt: skip
        heard = np.array(sample.text("answered")) == "1"
        raw = sample.numbers("loss")[heard]
        naive += abs(raw.mean() - true[0]) < 1.96 * raw.std() / len(raw) ** 0.5
    # Of a hundred, 89 or more with a chance of 99.7 % when the level is 95; of five hundred, from 92 to 97.5 %.
    least = 0.92 if SAMPLES >= 500 else 0.89
    assert (held / SAMPLES >= least).all(), held
    # Unweighted, the answers of the larger ones pull the mean away: the intervals miss it far more often.
    assert naive / SAMPLES < 0.6
