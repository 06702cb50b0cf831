"""Advisers who report visits all at once: each posts one now and then, with a session and a seal of their own.

`python -m tests.deployed.loading 30` puts thirty of them and their firms into a migrated instance, and prints who they are.
"""

from __future__ import annotations

import json
import math
import sys
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import uuid4

from tests.deployed.running import Browser

# Beside the firms that another process put there.
FIRST = 5_000_000


@dataclass
class Told:
    """What came of the visits: how many seconds each answer took, and what it was."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int | str] = field(default_factory=Counter)

    @property
    def errors(self) -> int:
        """Answers that are no «recorded, see here», and requests without an answer."""
        return self.statuses.total() - self.statuses[302]

    def within(self, share: float) -> float:
        """In how many seconds this share of the answers came."""
        return sorted(self.seconds)[math.ceil(share * len(self.seconds)) - 1]


class Adviser(threading.Thread):
    """Posts a visit at fixed instants, late ones at once; a slow server is not asked less."""

    def __init__(self, port: int, who: dict[str, str], due: Sequence[float], told: Told) -> None:
        super().__init__(daemon=True)
        self.browser = Browser(port, cookies={"sessionid": who["session"]})
        self.path, self.due, self.told = f"/etablissements/{who['firm']}/visite/", due, told
        self.over = threading.Event()

    def run(self) -> None:
        """One form opened, for its seal; then the visits."""
        self.browser.get(self.path)
        for instant in self.due:
            if self.over.wait(max(instant - time.monotonic(), 0)):
                return
            self._post()

    def _post(self) -> None:
        today = date(2020, 1, 15).isoformat()
        typed = {"mode": "visit", "outcome": "done", "occurred_on": today, "once": str(uuid4())}
        begun = time.monotonic()
        try:
            status: int | str = self.browser.post(self.path, **typed).status
        except OSError as silence:
            status = type(silence).__name__
        self.told.seconds.append(time.monotonic() - begun)
        self.told.statuses[status] += 1


def posted(port: int, people: Sequence[dict[str, str]], seconds: float, every: float) -> Told:
    """What came of these people, each posting a visit `every` so many seconds, for so long, one after another."""
    told, start = Told(), time.monotonic() + 1
    times = range(max(int(seconds / every), 1))
    at_work = [
        Adviser(port, who, [start + every * (turn + rank / len(people)) for turn in times], told)
        for rank, who in enumerate(people)
    ]
    for one in at_work:
        one.start()
    for one in at_work:
        one.join()
    return told


def main() -> None:
    """Prints the session and the firm of each adviser."""
    import django

    django.setup()
    from django.test import Client

    from maillage.accounts.roles import Role
    from tests.factories import accounts, places, register

    def adviser(rank: int) -> dict[str, Any]:
        client = Client()
        accounts.signed_in(client, Role.ADVISER, chamber)
        firm = register.establishment(unit_siren=register.siren(FIRST + rank))
        return {"session": client.cookies["sessionid"].value, "firm": str(firm.key)}

    places.places_loaded()
    chamber = accounts.organisation(name="Chambre de métiers")
    sys.stdout.write(json.dumps([adviser(rank) for rank in range(int(sys.argv[1]))]))


if __name__ == "__main__":
    main()
