"""The instance that is kept, its backup and its export, made once a run; empty instances to fill."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from maillage import ledger
from maillage.site.keeping import backup, leaving, restore
from tests.site.keeping import spoilt
from tests.site.keeping.instances import Empty, Place, at, told

EARLIER = Path(__file__).with_name("earlier")


def filled(source: Path, place: Place, **how: Any) -> Place:
    """The instance, filled from a backup."""
    with at(place):
        kept = restore.Backup(source, tell=lambda _: None, **how)
        restore.put_back(kept, tell=lambda _: None)
    return place


@dataclass
class Kept:
    """An instance, its figures, and what was kept of it."""

    place: Place
    heads: list[Any]
    backup: Path
    export: Path
    said: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any) -> Kept:
    """The demonstration as an earlier version kept it, and all that could spoil, on SQLite."""
    folder, said = tmp_path_factory.mktemp("kept"), list[str]()
    with django_db_blocker.unblock():
        place = filled(EARLIER / "0.1.0" / "backup", Place(folder / "home"))
    with django_db_blocker.unblock(), at(place):
        spoilt.everything()
        backup.make(folder / "backup", passphrase="", tell=said.append)
        leaving.leave(folder / "export", tell=said.append)
        return Kept(place, ledger.heads(), folder / "backup", folder / "export", said)


@pytest.fixture(scope="session")
def figured(kept: Kept, django_db_blocker: Any) -> dict[str, Any]:
    """Every figure of the instance that is kept."""
    with django_db_blocker.unblock(), at(kept.place):
        return told()


@pytest.fixture(scope="session")
def empty(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Empty]:
    """Gives empty instances on the database of the run."""
    gives = Empty(tmp_path_factory.mktemp("empty"), dict(connections["default"].settings_dict))
    with django_db_blocker.unblock():
        yield gives
        gives.close()


@pytest.fixture
def anywhere(django_db_blocker: Any) -> Iterator[None]:
    """Databases of the test's own may be visited."""
    with django_db_blocker.unblock():
        yield
