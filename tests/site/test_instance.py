"""Which time an instance has, as a process that was already running learns it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from maillage.kernel import clock
from maillage.site import instance
from maillage.site.models import Instance
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

STARTS = datetime(2020, 6, 30, 7, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _started() -> Iterator[None]:
    """A process that has just started, and knows nothing of its instance."""
    instance.forget()
    clock.install(instance.now)
    yield
    instance.forget()


def seed() -> None:
    make.organisation()
    Instance.objects.create(
        id=1, seeded_at=clock.real_now(), starts_at=STARTS, size="small", seed=1
    )


def test_a_demonstration_played_beside_a_running_server_gives_it_its_time(client: Client) -> None:
    assert "Démonstration" not in client.get("/conventions/").content.decode()
    assert clock.today() == clock.local_day(clock.real_now())

    seed()

    assert "30 juin 2020" in client.get("/conventions/").content.decode()
    assert clock.now() - STARTS < timedelta(minutes=1)


def test_an_instance_where_somebody_works_keeps_the_real_time_and_asks_once(
    django_assert_num_queries: Any,
) -> None:
    make.organisation()
    assert instance.shift() is None
    with django_assert_num_queries(0):
        assert instance.shift() is None
