"""What every test shares: settings made for tests, the real clock put back, the reset doors."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import hypothesis
import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import translation

from maillage import places
from maillage.accounts import identity
from maillage.kernel import clock, invented
from maillage.needs.tree import kept as tree
from maillage.site.first_day import key
from tests import compiling, migrated
from tests.doors import empty_sealed_tables

empty_sealed_tables()
compiling.remember()
# A property is judged by what it says, not by how fast a busy machine says it; `make verify-laws` draws many more.
EXAMPLES = int(os.environ.get("MAILLAGE_EXAMPLES", "40"))
hypothesis.settings.register_profile("maillage", deadline=None, max_examples=EXAMPLES)
hypothesis.settings.load_profile("maillage")


def pytest_configure() -> None:
    # Static files keep their names: no test waits for them to be gathered.
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.PASSWORD_HASHERS = ["tests.hashing.QuickArgon2"]
    # Runs side by side are instances apart: each has its own folder, hence its own import lock.
    settings.HOME /= os.environ.get("PYTEST_XDIST_WORKER", "alone")
    settings.HOME.mkdir(parents=True, exist_ok=True)


def pytest_collection_finish() -> None:
    # What is loaded by now stays loaded: the collector need not walk it again at every turn.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, what asks no database is left out: it has run on SQLite and cannot differ."""
    if connection.vendor != "postgresql":
        return
    config.hook.pytest_deselected(items=[i for i in items if not _asks_a_database(i)])
    items[:] = [i for i in items if _asks_a_database(i)]


def _asks_a_database(item: pytest.Item) -> bool:
    named = {"db", "transactional_db", "django_db_setup", "live_server"}
    return item.get_closest_marker("django_db") is not None or bool(
        named.intersection(getattr(item, "fixturenames", ()))
    )


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The database of the run; a copy is kept of it as it is now."""
    with django_db_blocker.unblock():
        migrated.keep(tmp_path_factory.mktemp("migrated"))
    yield
    with django_db_blocker.unblock():
        migrated.drop()


@pytest.fixture(autouse=True)
def _own_clock_and_language() -> Iterator[None]:
    """No test inherits the clock, the label or the language of the one before."""
    translation.activate("fr")
    clock.install(None)
    invented.told_by(None)
    yield
    clock.install(None)
    translation.deactivate()


@pytest.fixture(autouse=True)
def _forget_geography() -> Iterator[None]:
    """The process remembers perimeters; the next test has another database."""
    yield
    places.forget()


@pytest.fixture(autouse=True)
def _shipped_themes() -> None:
    """A test starts on the tree that ships, and asks the database for no other until it publishes one."""
    tree.presume()


@pytest.fixture(autouse=True)
def _begun_instance() -> Iterator[None]:
    """A test starts on an instance that has begun and looks like the product (`empty_instance`: not yet)."""
    identity.forget()
    identity.presume()
    yield
    identity.forget()


@pytest.fixture
def empty_instance(db: None, _begun_instance: None) -> Iterator[None]:
    """An instance in which nobody works yet: each request looks again, as in a process just started."""
    identity.forget()
    yield
    key.spend()


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Debian's Chromium, without a window; `make test` says how to get it when there is none."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread; the tests' own queries are still one at a time.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield launched
        launched.close()


@pytest.fixture
def db_rollback() -> Callable[[], AbstractContextManager[None]]:
    """A savepoint undone at its end: each example of a property starts from the same database."""

    @contextmanager
    def undone() -> Iterator[None]:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return undone
