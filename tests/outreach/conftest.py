"""The day on which the tests of rounds stand."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from maillage.kernel import clock
from tests.factories import observed
from tests.spec.drawn import noon


@pytest.fixture
def noon_of_rounds(db: None) -> Iterator[None]:
    """Noon of 15 July 2020, the communes loaded."""
    observed.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield
