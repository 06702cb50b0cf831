"""Eight writers at once, as a program of its own: `python -m tests.ledger.writers WRITERS ACTIONS`.

They share two keepers that have no chain yet, name them in either order, and say some things that
another of them says too. Prints what the chains hold afterwards.
"""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

ACTS_PER_ACTION = 10


def main(writers: int, actions: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "maillage.site.settings"
    import django

    django.setup()
    from django.db import connection, connections

    from maillage import ledger
    from maillage.accounts.actors import System
    from maillage.accounts.models import Organisation
    from tests.factories import ledger as factory

    keepers = [Organisation.objects.create(name=f"Keeper {n}", kind="epci") for n in (1, 2)]
    together = Barrier(writers)

    @ledger.action
    def act(writer: int, rank: int) -> None:
        ordered = keepers if (writer + rank) % 2 else keepers[::-1]
        for number in range(ACTS_PER_ACTION):
            factory.act(
                factory.PAYMENT,
                by=System("a writer", organisation=ordered[number % 2]),
                source=("tests.payment", f"{writer}-{rank}-{number}"),
            )
        factory.act(
            factory.PAYMENT,
            by=System("a writer", organisation=keepers[0]),
            source=("tests.payment", f"shared-{rank}"),
            once=f"shared-{rank}",
        )

    def write(writer: int) -> None:
        try:
            connection.ensure_connection()
            together.wait()
            for rank in range(actions):
                act(writer, rank)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    verdict = ledger.verify(ledger.heads())
    sys.stdout.write(
        json.dumps({"valid": verdict.is_valid, "acts": verdict.acts, "chains": verdict.chains})
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
