"""Fixtures of tests that ask services outside: the server, the clock, which services are on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maillage.kernel.remote import Client
from tests import services
from tests.services import SERVICE, Hands, Outside

KEYS = ("firms", "sirene", "communes", "addresses", "osrm_walking", "osrm_car", "valhalla")


@pytest.fixture
def outside() -> Iterator[Outside]:
    with services.running() as server:
        yield server


@pytest.fixture
def hands() -> Hands:
    return Hands()


@pytest.fixture
def turned_on(
    outside: Outside, hands: Hands, tmp_path: Path, settings: Any
) -> Callable[..., dict[str, Client]]:
    """These services have the address of the server, the others none."""

    def turn(*keys: str) -> dict[str, Client]:
        settings.OUTSIDE = {
            key: services.client(
                replace(
                    SERVICE,
                    key=key,
                    variable=f"MAILLAGE_API_{key.upper()}",
                    address=outside.address if key in keys else "",
                ),
                tmp_path,
                hands,
            )
            for key in KEYS
        }
        return settings.OUTSIDE  # type: ignore[no-any-return]

    return turn
