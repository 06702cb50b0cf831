"""Many who want the last seats at the same instant, as a program: `python -m tests.events.claiming --claims 40 --seats 5`.

Processes of their own, several threads each, start together: each claims a seat, and one of the half as many of a
workshop. Then whoever has one gives it up, twice at the same instant, as by a double tap. Then as many, who all have a
seat at another day, claim the seats of one workshop of it, and those who got one leave it in the same way. Prints what
stands after each wave.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

PROCESSES = 4
THREADS = 10
PATIENCE = 120


def _counted(event: Any) -> dict[str, Any]:
    from maillage.events.models import Choice, Registration
    from maillage.ledger.models import Act

    lines = Registration.objects.unscoped(reason="a test").filter(event=event)
    acts = Act.objects.unscoped(reason="a test").filter(source_model="events.registration")
    chosen = Choice.objects.unscoped(reason="a test").filter(workshop__event=event)
    waiting = lines.waiting()
    return {
        "lines": lines.count(),
        "seats": sorted(lines.filter(seat__isnull=False).values_list("seat", flat=True)),
        "seated": sorted(lines.seated().values_list("email", flat=True)),
        "waiting": list(waiting.values_list("email", flat=True)),
        "acts": acts.effective().filter(scheme=event.scheme).count(),
        "room": sorted(chosen.filter(seat__isnull=False).values_list("seat", flat=True)),
        "in_room": sorted(chosen.filter(seat__isnull=False).values_list("line__email", flat=True)),
        "choices": chosen.standing().count(),
    }


def _of_room(room: Any) -> dict[str, Any]:
    from maillage.events.models import Choice

    chosen = Choice.objects.unscoped(reason="a test").filter(workshop=room).standing()
    by_turn = chosen.order_by("asked_at", "pk").values_list("line__email", "seat")
    return {
        "seats": sorted(seat for _who, seat in by_turn if seat is not None),
        "seated": [who for who, seat in by_turn if seat is not None],
        "waiting": [who for who, seat in by_turn if seat is None],
        "by_turn": [who for who, _seat in by_turn],
    }


def _all_at_once(works: list[Any]) -> None:
    """Run each work in a thread of one of the processes, once all processes are there."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("fork")
    together, failed = context.Barrier(PROCESSES), context.Queue()

    def part(mine: list[Any]) -> None:
        def alone(work: Any) -> None:
            try:
                work()
            except Exception as error:  # noqa: BLE001 -- told to the process that waits
                failed.put(repr(error))
            finally:
                connections.close_all()

        together.wait(PATIENCE)
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(alone, mine))

    running = [context.Process(target=part, args=(works[n::PROCESSES],)) for n in range(PROCESSES)]
    for one in running:
        one.start()
    for one in running:
        one.join(PATIENCE)
    if not failed.empty():
        raise RuntimeError(failed.get())


def _in_a_workshop(by: Any, claims: int, seats: int) -> dict[str, Any]:
    """Everybody has a seat at the day: as many as `seats` get one of the workshop, and those who waited get those left."""
    from maillage.events import booking
    from maillage.events.models import Choice, Registration
    from tests.factories import events as make

    day = make.assembly(by, seats=claims)
    room = make.workshop(day, seats=seats)
    for number in range(claims):
        make.line(day, name=f"Somebody {number}", email=f"n{number}@a.example")
    lines = Registration.objects.unscoped(reason="a test").filter(event=day)
    every = list(lines.select_related("event__organisation"))
    _all_at_once([lambda line=line: booking.choose(line, [room]) for line in every])
    first = _of_room(room)
    had = Choice.objects.unscoped(reason="a test").filter(workshop=room, seat__isnull=False)
    left = [line for line in every if line.pk in set(had.values_list("line", flat=True))]
    _all_at_once([lambda line=line: booking.choose(line, []) for line in left * 2])
    return {"first": first, "second": _of_room(room)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--claims", type=int, required=True)
    parser.add_argument("--seats", type=int, required=True)
    asked = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "maillage.site.settings"
    import django

    django.setup()
    from maillage import ledger
    from maillage.events import booking
    from maillage.events.models import Registration
    from maillage.kernel import clock
    from tests.factories import accounts, events as make

    now = clock.parse_instant("2020-03-02T10:00")
    clock.install(lambda: now)
    make.line(email="first@a.example")  # templates of messages are read before the rush
    by = accounts.actor()
    event = make.assembly(by, seats=asked.seats)
    room = make.workshop(event, seats=max(asked.seats // 2, 1))

    def claim(number: int) -> Any:
        who = make.attendee(name=f"Somebody {number}", email=f"n{number}@a.example")
        return lambda: booking.book(event, who, f"claim-{number}", [room])

    begun = time.monotonic()
    _all_at_once([claim(number) for number in range(asked.claims)])
    first = _counted(event)
    took = time.monotonic() - begun
    lines = Registration.objects.unscoped(reason="a test").filter(event=event).seated()
    holders = list(lines.select_related("event__organisation")) * 2
    _all_at_once([lambda line=line: booking.give_up(line) for line in holders])
    told = {"first": first, "second": _counted(event)}
    told["seconds"] = [round(took, 1), round(time.monotonic() - begun - took, 1)]  # type: ignore[assignment]
    told["workshop"] = _in_a_workshop(by, asked.claims, asked.seats)
    told["valid"] = ledger.verify(ledger.heads()).is_valid  # type: ignore[assignment]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
