"""Four workers on one outbox, killed at random: `python -m tests.post.workers MESSAGES SEED`.

A program of its own that queues the messages, forks the workers, kills them one after the other once a
few messages were taken up and starts others in their place, until nothing waits. Prints where each message stands.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import sys
from datetime import timedelta

WORKERS = 4
MOST_BETWEEN = (
    6  # messages taken up between two kills: however fast the machine, several workers die
)
BLINK = 0.005  # seconds between two looks


def main(many: int, seed: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "maillage.site.settings"
    import django

    django.setup()
    from django.db import connections

    from maillage.post import outbox
    from tests.factories import accounts, post as make

    # Pauses and leases of a test: a dead worker is found out within the second.
    outbox.LEASE = timedelta(seconds=1)
    outbox.PAUSES = (timedelta(0),) * 10_000
    taken_up = make.everything().exclude(state="waiting").count
    owner = accounts.organisation()
    for _ in range(many):
        make.message(owner)
    chance = random.Random(seed)  # noqa: S311 -- a seeded walk
    kills, workers = 0, []
    context = multiprocessing.get_context("fork")
    while make.everything().filter(state__in=("waiting", "claimed")).exists():
        connections.close_all()  # a child opens its own
        while len(workers) < WORKERS:
            workers.append(context.Process(target=outbox.run))
            workers[-1].start()
        first = workers.pop(0)
        enough = taken_up() + chance.randint(0, MOST_BETWEEN)
        while first.is_alive() and taken_up() < enough:
            first.join(BLINK)
        if first.is_alive():
            first.kill()
            kills += 1
        first.join()
    for worker in workers:
        worker.join()
    stands = dict(make.everything().values_list("key", "state"))
    told = {"kills": kills, "stands": {str(key): state for key, state in stands.items()}}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
