"""A building in a process of its own, killed at a step or short of room: `python -m` with a folder and what to do.

`die N` kills it, as the machine would, when it tells its Nth step; `room N` lets no file grow beyond N bytes.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from datetime import date
from pathlib import Path
from typing import Any

UNITS = 60


def order(folder: Path) -> Any:
    """A small stock, and where its observations go."""
    from maillage.figures.observations import building
    from tests.figures.observations.test_building import AS_OF, COMMUNES, FIRST, areas, drawn

    return building.Order(
        files=drawn(7, UNITS).write(folder), areas=areas(), out=folder / "out", as_of=AS_OF,
        history_start=date(FIRST, 1, 1), kinds=("commune",), only=frozenset(COMMUNES),
        opened=frozenset(COMMUNES),
    )  # fmt: skip


def main(folder: str, what: str, number: str) -> None:
    """Build, unless it is stopped; a refusal is printed, and exits with 3."""
    import django

    django.setup()
    from maillage.figures.observations import building
    from maillage.kernel.errors import Invalid

    asked, told = order(Path(folder)), 0
    if what == "room":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(number), int(number)))

    def tell(_line: str) -> None:
        nonlocal told
        told += 1
        if what == "die" and told == int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        building.build(asked, tell)
    except Invalid as refusal:
        print(refusal.reason, refusal.remedy, flush=True)  # noqa: T201 -- read by the test
        raise SystemExit(3) from refusal


if __name__ == "__main__":
    main(*sys.argv[1:])
