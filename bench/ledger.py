"""What recording and verifying cost: against bare commits, and in acts a second."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import connection, transaction

from bench import measure

ONE_BY_ONE = 20
ROUNDS = 21  # short and many: a commit waits for the disk, and others wait for it too
BATCH = 5_000


def measures(report: measure.Report) -> None:
    """One by one against bare commits of the same database; in batch; verifying; the price of the seal."""
    from maillage import ledger
    from maillage.accounts.actors import System
    from tests.factories import accounts, ledger as factory, register

    firm, by = register.establishment(), System("bench", organisation=accounts.organisation())
    _bare_table()
    times = measure.rounds(
        {
            "acts": partial(_one_by_one, factory, by=by, establishment=firm),
            "commits": _bare_commits,
        },
        ROUNDS,
        clock=measure.wall,
    )
    # As rates: ours / bare ≥ 0.4 is bare time / our time ≥ 0.4.
    report.gate("recording one by one, in bare commits", times, "commits", "acts", at_least=0.4)
    report.rate("recording one by one", times["acts"], ONE_BY_ONE)
    report.rate("bare commits", times["commits"], ONE_BY_ONE)

    batches = measure.rounds({"batch": partial(factory.acts, BATCH, by=by, establishment=firm)}, 3)
    report.rate("recording in batch, CPU", batches["batch"], BATCH)
    read = ledger.verify(ledger.heads()).acts
    verified = measure.rounds({"verify": ledger.verify}, 3)
    report.rate(f"verifying {read} acts, CPU", verified["verify"], read)
    _price_of_the_seal(report)


def _one_by_one(factory: Any, **said: Any) -> None:
    for _ in range(ONE_BY_ONE):
        factory.act(**said)


def _bare_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_bare")
        cursor.execute("CREATE TABLE bench_bare (at INTEGER)")


def _bare_commits() -> None:
    for rank in range(ONE_BY_ONE):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_bare VALUES (%s)", [rank])


def _price_of_the_seal(report: measure.Report) -> None:
    """Copy the acts into the table again, with and without its triggers, in transactions undone."""
    from maillage.ledger.models import Act
    from tests.doors import ledger_open

    names = [f.column for f in Act._meta.concrete_fields if not f.primary_key]  # noqa: SLF001
    fresh = {"seq": "seq + 10000000", "key": _other_key(), "once": "NULL"}
    values = ", ".join(fresh.get(name, name) for name in names)
    copy = f"INSERT INTO ledger_act ({', '.join(names)}) SELECT {values} FROM ledger_act"  # noqa: S608

    def insert() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(copy)
            transaction.set_rollback(True)

    sealed = measure.rounds({"sealed": insert}, 3, clock=measure.wall)
    with ledger_open():
        opened = measure.rounds({"open": insert}, 3, clock=measure.wall)
    report.say(
        f"bare insertion sealed / open: {min(sealed['sealed']) / min(opened['open']):.2f}"
        " (reported: the guard against INSERT OR REPLACE)"
    )


def _other_key() -> str:
    if connection.vendor == "postgresql":
        return "gen_random_uuid()"
    return "lower(hex(randomblob(16)))"
