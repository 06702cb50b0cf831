"""Publications at the same instant, and visits meanwhile, as a program: `python -m tests.observatory.publishers`.

Publishers start together; while the first one computes, an adviser records a visit. Prints what stands
afterwards.
"""

from __future__ import annotations

import itertools
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event
from typing import Any

# Three forms are sent, the first of them twice.
SENDINGS = ("one", "one", "two", "three")
LONG_ENOUGH = 0.3  # seconds in which a visit is recorded when nothing holds it back


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "maillage.site.settings"
    import django

    django.setup()
    from django.db import connection, connections

    from maillage import ledger
    from maillage.figures import publication
    from maillage.figures.models import Publication
    from maillage.kernel import clock
    from maillage.kernel.periods import Period
    from maillage.observatory import publishing
    from tests.factories import observatory as make, register
    from tests.spec.drawn import noon

    ticks = itertools.count()
    clock.install(lambda: noon("2020-06-10") + timedelta(seconds=next(ticks)))
    place = make.situation()
    place.visits("2020-01-06 2020-01-07 2020-01-08 2020-01-09")
    late = register.establishment()
    computing, recorded, together = Event(), Event(), Barrier(len(SENDINGS))
    was_held = []

    def watched(*args: Any, **options: Any) -> Any:
        """The figures of the first publication, during which somebody tries to record a visit."""
        if not computing.is_set():
            computing.set()
            was_held.append(not recorded.wait(LONG_ENOUGH))
        return answer(*args, **options)

    answer, publication.answer = publication.answer, watched

    def alone(work: Any, *given: Any) -> Any:
        try:
            connection.ensure_connection()
            return work(*given)
        finally:
            connections.close_all()

    def publish(once: str) -> Any:
        together.wait()
        return publishing.publish(
            convention=place.convention,
            period=Period.parse("2019-04-05..2020-05-31"),
            by=place.officer,
            once=once,
            reason="late visits",
        ).pk

    def visit() -> None:
        computing.wait()
        place.visit("2020-05-04", late, "2020-06-10")
        recorded.set()

    with ThreadPoolExecutor(len(SENDINGS) + 1) as pool:
        visiting = pool.submit(alone, visit)
        made = list(pool.map(alone, [publish] * len(SENDINGS), SENDINGS))
        visiting.result()
    told = []
    for one in Publication.objects.order_by("pk"):
        first = one.figures.get(reference="outreach.firms_prospected@1", by="")
        upto = {keeper: seq for keeper, seq, _hash in one.heads}
        acts = ledger.Act.objects.unscoped(reason="a test").filter(kind="outreach.visit_done")
        held = [act for act in acts if act.seq <= upto.get(str(act.keeper.key), 0)]
        told.append({"value": first.value, "held": len(held), "revises": one.revises_id})
    sys.stdout.write(
        json.dumps(
            {
                "valid": ledger.verify(ledger.heads()).is_valid,
                "sent": made,
                "publications": [
                    one | {"pk": pk} for one, pk in zip(told, sorted(set(made)), strict=True)
                ],
                "was_held": was_held,
                "visits": acts.count(),
            }
        )
    )


if __name__ == "__main__":
    main()
