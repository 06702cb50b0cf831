"""A mail server for each test that asks for one, and people who see to messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from tests.factories import accounts, post as make
from tests.post import smtp


@pytest.fixture
def server(settings: Any) -> Iterator[smtp.Server]:
    """The mail server of the instance, on loopback, obliging unless told otherwise."""
    with smtp.server() as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_TIMEOUT = 5
        settings.DEFAULT_FROM_EMAIL = "Maillage <maillage@instance.example>"
        settings.ADDRESS = "https://instance.example/"
        yield running


@pytest.fixture
def administrator(db: None) -> Actor:
    """Whoever sees to the messages of an organisation."""
    return accounts.actor(Role.ADMINISTRATOR)


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """What links did during the test."""
    make.done.clear()
    yield make.done
    make.done.clear()
