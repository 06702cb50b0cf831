"""The geography that imports are filtered by."""

import pytest

from tests.factories import places


@pytest.fixture
def geography(db):
    """The MEL and the CALL, small."""
    places.places_loaded()
