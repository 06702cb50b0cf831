"""Past acts of a file: taken over, undone, taken over again; rows a second, whole path.

Taking over counts the reading in the child process, the checks of the preview and the acts chained;
undoing counts every reversal chained. Their ratio is the gate: undoing a load must not be what an
administrator waits for. CPU seconds of this process, of the child that reads and of the database backend.
"""

from __future__ import annotations

from typing import Any

from bench import measure

POSTGRESQL = True
ROWS = 20_000
FIRMS = 200
ROUNDS = 3
GATE = 0.6
HEADER = ["N°", "Date", "SIRET", "Entreprise", "Commune", "Résultat", "Besoin"]


def measures(report: measure.Report, rows: int = ROWS, rounds: int = ROUNDS) -> None:
    """The same file in turn: previewed, applied, undone."""
    from maillage import ledger
    from maillage.intake import actions, loading

    by, content = world(rows)
    loads: list[Any] = []

    def preview() -> None:
        loads.append(_received(content, by))
        loading.preview(loads[-1])

    def apply() -> None:
        loads[-1] = actions.confirm(load=loads[-1], by=by)
        loading.apply(loads[-1])

    def undo() -> None:
        loads[-1].refresh_from_db()
        loading.undo(actions.undo_load(load=loads[-1], because="bench", by=by))

    steps = {"preview": preview, "apply": apply, "undo": undo}
    times = measure.rounds(steps, rounds, clock=measure.everywhere)
    for name, spent in times.items():
        report.rate(f"rows of past acts, {name}", spent, rows)
    taken = {"taken": [sum(both) for both in zip(times["preview"], times["apply"], strict=True)]}
    report.rate("rows of past acts taken over, preview and apply", taken["taken"], rows)
    report.gate("undoing past acts, of applying them", times, "apply", "undo", at_least=GATE)
    if not ledger.verify().is_valid:
        report.failed.append("the chains after taking over and undoing")


def world(rows: int) -> tuple[Any, bytes]:
    """An organisation's manager, and a table of visits to firms that the register knows."""
    from maillage.accounts.roles import Role
    from tests.factories import accounts, places, register as firms
    from tests.intake import files

    places.places_loaded()
    manager = accounts.actor(Role.SERVICE_MANAGER, accounts.organisation(name="CMA"))
    sirets = [firms.establishment().siret for _ in range(FIRMS)]
    told = [
        [n, f"{n % 28 + 1:02}/{n % 12 + 1:02}/2019", sirets[n % FIRMS], "", "", "Visite faite", ""]
        for n in range(rows)
    ]
    return manager, files.as_csv([HEADER, *told])


def _received(content: bytes, by: Any) -> Any:
    from tests.factories import intake as made

    return made.received(content, source="past_acts", name="v.csv", by=by, mapping=made.MAPPING)
