"""One demonstration for all the tests of a module: the real story at a size of its own, on few communes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.db import transaction

from maillage import places
from maillage.kernel import clock, invented
from maillage.site import instance
from maillage.site.demo import story
from tests.browser.demonstration import settle_geography

# As small as a story can be and still hold each of its events.
TINY = story.Size("tiny", mel=150, call=20, pace_mel=-1, pace_call=-1, wrong=2)


@dataclass
class Told:
    """What the story said while it was played."""

    lines: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Told]:
    """Play it once, and leave nothing behind."""
    said = Told()
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        places.forget()
        settle_geography()
        story.play(TINY, said.lines.append)
        yield said
        transaction.set_rollback(True)
    instance.forget()
    places.forget()


@pytest.fixture
def demonstration(told: Told, db: None) -> Told:
    """The demonstration with its own time, as its pages have it; what a test writes is undone."""
    instance.forget()
    clock.install(instance.now)
    invented.told_by(instance.label)
    return told
