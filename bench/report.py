"""The page that says what was measured, written from a run: nothing in it is typed by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from maillage.kernel import clock

HEAD = """# What was measured

Written by `make bench SIZE={acts} REPORT=docs/reference/performance.md` on {day}; figures and pages are
read over {acts} acts. Ratios hold from one machine to another and are gates (`ok`, `FAIL`); absolute
times belong to the machine named beside them. In CPU seconds of the process and of its database
backend, contenders in turn, the least of the rounds.
"""


def page(runs: Iterable[Sequence[str]], acts: int, *, day: date | None = None) -> str:
    """One section a module and database, its first line the title with the machine."""
    parts = [HEAD.format(acts=acts, day=day or clock.today())]
    for title, *lines in runs:
        name, _, machine = title.partition("  (")
        found = "\n".join(f"- {line.strip()}" for line in lines)
        parts.append(f"## {name}: {machine.rstrip(')')}\n\n{found}\n")
    return "\n".join(parts)
