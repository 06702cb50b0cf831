"""A convention's dashboard: warm beside an empty view, and the first read after a write.

The convention is that of the tests, read by an officer of a party, over the acts of the bench (which
its figures read too, and do not count). The empty view stands behind the same middleware, for the same
person: what it costs, every page costs. Each reading happens a second after the one before, as nobody reads
twice at the same instant. After a write nothing that was kept serves: all of it is forgotten, even what a
write leaves true.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test.utils import CaptureQueriesContext, override_settings

from bench import measure
from bench.million import Million

POSTGRESQL = True
ROUNDS = 5
EACH = 10  # readings a round: one alone is shorter than the clock's step
WARM, AFTER_A_WRITE = 12.0, 1.5


def empty(_request: HttpRequest) -> HttpResponse:
    """A page that says nothing."""
    return HttpResponse()


def measures(report: measure.Report) -> None:
    """Both ratios, and the queries of the page."""
    from django.test import Client

    from bench import empty_urls
    from maillage.accounts.roles import Role
    from maillage.kernel import clock
    from tests.factories import accounts, observatory
    from tests.spec.drawn import noon

    Million().grow(measure.acts())
    _number_on()
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    ours = override_settings(
        ROOT_URLCONF=empty_urls.__name__, STORAGES={**settings.STORAGES, "staticfiles": plain}
    )
    with clock.at(noon("2020-06-30")), ours:
        place = observatory.situation()
        place.visits("2019-06-03 2019-07-01 2020-02-03 2020-03-10 2020-04-20")
        client = Client(headers={"host": "127.0.0.1"})
        accounts.signed_in(client, Role.OFFICER, place.epci)
        with measure.one_thread():
            _compare(report, client, place)


def _number_on() -> None:
    """The acts of the bench brought their own numbers: the next ones come after them."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(pg_get_serial_sequence('ledger_act', 'id'), max(id)) FROM ledger_act"
            )


def _compare(report: measure.Report, client: Any, place: Any) -> None:
    from maillage import figures
    from maillage.figures.cache import forget
    from maillage.kernel import clock
    from maillage.observatory import outturn
    from maillage.observatory.asking import Asking

    start, seconds = clock.now(), count(1)
    address = f"/conventions/{place.convention.slug}/"
    asked = Asking(outturn.read(place.convention)).page()

    def read(path: str, times: int = EACH) -> None:
        for _ in range(times):
            with clock.at(start + timedelta(seconds=next(seconds))):
                found = client.get(path)
            if found.status_code != 200:
                raise AssertionError(f"{path}: {found.status_code}")

    def cold() -> None:
        forget()
        read(address, 1)

    for reading in ("read for the first time", "already read"):
        with CaptureQueriesContext(connection) as seen:
            read(address, 1)
        report.say(f"queries of a dashboard {reading}: {len(seen)}")
    pages: dict[str, Callable[[], object]] = {
        "page": partial(read, address), "empty": partial(read, "/bench/empty")
    }  # fmt: skip
    warm = measure.rounds(pages, ROUNDS, clock=measure.everywhere)
    report.say(f"empty view: {min(warm['empty']) * 1000 / EACH:.1f} ms of CPU")
    report.gate("warm dashboard, of an empty view", warm, "page", "empty", at_most=WARM)
    first = measure.rounds(
        {"page": cold, "figures": lambda: figures.answer(asked, cached=False)},
        ROUNDS,
        clock=measure.everywhere,
    )
    report.gate(
        "first reading after a write, of its figures alone", first, "page", "figures",
        at_most=AFTER_A_WRITE,
    )  # fmt: skip
