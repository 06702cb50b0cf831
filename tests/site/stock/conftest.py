"""The communes of the country are read once for all these tests: reading them takes longer than a small stock."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from maillage.site.stock import making


@pytest.fixture(scope="package", autouse=True)
def _communes_read_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(making, "places", cache(making.places))
        yield
