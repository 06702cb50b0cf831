"""The two doors of the kernel that open on files: an estimate, a draw."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from maillage.kernel.text import Words
from maillage.surveys.estimation import columns, plan, running, sampling
from maillage.surveys.estimation.columns import Table
from maillage.surveys.estimation.refusing import refused

WEIGHT, POPULATION = "weight", "fpc"


def estimate(
    sample: Path, design: Path, answers: Path | None = None, frame: Path | None = None
) -> dict[str, Any]:
    """The weights and estimates of a survey told in files.

    Raises:
        Invalid: one of them cannot be taken, or the weights do not reach their totals.
    """
    asked = plan.read(design)
    held = None if frame is None else columns.read(frame)
    heard = None if answers is None else columns.read(answers)
    table = columns.joined(columns.read(sample), heard, held)
    return running.told(running.weigh(table, asked, held), asked)


def lines(told: dict[str, Any]) -> str:
    """The same for somebody at a terminal."""
    weights = told["weights"]
    head = Words(
        f"{weights['n']} réponses, poids de {weights['min']:.4g} à {weights['max']:.4g}, somme {weights['sum']:.6g}",
        f"{weights['n']} answers, weights from {weights['min']:.4g} to {weights['max']:.4g}, sum {weights['sum']:.6g}",
    )
    found = [str(head), *weights["report"]]
    for row in told["estimates"]:
        what = " ".join(
            str(row[key]) for key in ("kind", "y", "domain", "category") if row[key] is not None
        )
        said = (
            "–"
            if row["est"] is None
            else f"{row['est']:.6g} ± {row['se']:.3g} [{row['lo']:.6g}, {row['hi']:.6g}] n={row['n']}"
        )
        found.append(f"{what}: {said}" + (f" ({row['reason']})" if row["hidden"] else ""))
    return "\n".join(found)


def draw(frame: Path, design: Path, seed: str, out: Path) -> list[dict[str, Any]]:
    """Draw the sample a plan asks for and write it: the columns of the frame, its weight and its stratum's size; how
    many were drawn of each stratum.

    Raises:
        Invalid: the plan asks for no draw, or for one the frame cannot give, or `out` cannot be written.
    """
    asked, table = plan.read(design), columns.read(frame)
    if asked.drawing is None:
        raise refused(f"{design.name} ne demande pas de tirage", f"{design.name} asks for no draw",
                      "Ajoutez [sample] et size.", "Add [sample] and size.")  # fmt: skip
    strata = table.text(asked.drawn.strata) if asked.drawn.strata else [""] * table.rows
    held: dict[str, list[int]] = {name: [] for name in sorted(set(strata))}
    for row, name in enumerate(strata):
        held[name].append(row)
    numbers = sampling.allocate(
        [len(rows) for rows in held.values()], asked.drawing, _spread(table, asked.drawing, held)
    )
    drawn: list[tuple[int, float, int]] = []
    told: list[dict[str, Any]] = []
    for (name, rows), number in zip(held.items(), numbers, strict=True):
        kept = sampling.draw(rows, number, asked.drawing.method, f"{seed} {name}")
        drawn += [(row, len(rows) / number, len(rows)) for row in kept]
        told.append({"stratum": name, "drawn": number, "units": len(rows)})
    _write(out, table, drawn)
    return told


def _spread(
    table: Table, drawing: sampling.Drawing, held: dict[str, list[int]]
) -> list[float] | None:
    if not drawing.spread:
        return None
    values = table.numbers(drawing.spread)
    return sampling.deviations([values[np.array(rows)].tolist() for rows in held.values()])


def _write(out: Path, table: Table, drawn: list[tuple[int, float, int]]) -> None:
    """The sample in the order of the frame, in place of an earlier one only once it is whole."""
    part = out.with_name(f"{out.name}.part")
    names = [name for name in table.columns if name not in (WEIGHT, POPULATION)]
    try:
        with part.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([*names, WEIGHT, POPULATION])
            for row, weight, population in sorted(drawn):
                cells = [table.columns[name][row] for name in names]
                writer.writerow([*cells, repr(weight), population])
        part.replace(out)
    except OSError as fault:
        raise refused(f"{out} ne peut pas être écrit", f"{out} cannot be written",
                      "Donnez un dossier où vous pouvez écrire.", "Give a folder where you may write.") from fault  # fmt: skip
