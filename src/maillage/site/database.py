"""From `DATABASE_URL` to the framework's settings, with the rules each engine needs to lose nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from maillage.site.environment import Misset

# SQLite versions in which two connections writing and checkpointing at the same instant lose nothing
# in WAL mode: 3.51.3 and later, and the two maintained branches that received the correction.
_WAL_SAFE = {(3, 44): 6, (3, 50): 7, (3, 51): 3}

_WRITTEN = "sqlite:///path or postgresql://user:password@host:port/name"


def wal_is_safe(version: tuple[int, int, int]) -> bool:
    """Whether this SQLite engine carries the correction of the WAL-reset defect."""
    major_minor = version[:2]
    if major_minor > (3, 51):
        return True
    return version[2] >= _WAL_SAFE.get(major_minor, 1 << 30)


def sqlite_pragmas(version: tuple[int, int, int]) -> str:
    """The commands run when a connection opens; `recursive_triggers` lets the ledger refuse REPLACE."""
    journal = "WAL" if wal_is_safe(version) else "DELETE"
    synchronous = "NORMAL" if journal == "WAL" else "FULL"
    return (
        f"PRAGMA journal_mode={journal};PRAGMA synchronous={synchronous};"
        "PRAGMA recursive_triggers=ON;PRAGMA busy_timeout=20000;PRAGMA temp_store=MEMORY;"
        "PRAGMA cache_size=-64000;"
    )


def from_url(url: str, *, home: Path) -> dict[str, Any]:
    """The `DATABASES` entry for `sqlite:///path`, or `postgresql://user:password@host:port/name`.

    Raises:
        Misset: the address names another engine, or no database.
    """
    if not url:
        return _sqlite(home / "maillage.sqlite3")
    parts = urlsplit(url)
    name = unquote(parts.path)[1:]
    if parts.scheme == "sqlite" and name and not parts.netloc:
        # Three slashes or four, as people write it: the path starts from the root.
        return _sqlite(Path("/", name))
    if parts.scheme in {"postgresql", "postgres"} and name:
        return _postgresql(parts, name)
    if parts.scheme in {"sqlite", "postgresql", "postgres"}:
        # The address is not quoted: it may hold a password.
        raise Misset(f"DATABASE_URL names no database: write {_WRITTEN}")
    raise Misset(f"DATABASE_URL starts with “{parts.scheme}”: write {_WRITTEN}")


def _sqlite(path: Path) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": sqlite_pragmas(sqlite3.sqlite_version_info),
        },
    }


def _postgresql(parts: SplitResult, name: str) -> dict[str, Any]:
    try:
        port = parts.port or ""
    except ValueError as fault:
        raise Misset("DATABASE_URL gives a port that is none: write 5432, or nothing") from fault
    options = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or parts.hostname or ""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": str(port),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"options": "-c timezone=UTC", **options},
    }
