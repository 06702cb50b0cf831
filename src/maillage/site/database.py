"""From `DATABASE_URL` to the framework's settings, with the rules each engine needs to lose nothing."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

# SQLite versions in which two connections writing and checkpointing at the same instant lose nothing
# in WAL mode: 3.51.3 and later, and the two maintained branches that received the correction.
_WAL_SAFE = {(3, 44): 6, (3, 50): 7, (3, 51): 3}


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
        ValueError: the address names another engine.
    """
    if not url:
        url = f"sqlite:///{home / 'maillage.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        path = unquote(parts.path)
        name = path[1:] if path.startswith("//") else path
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": name if name.startswith("/") else str(home / name),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": sqlite_pragmas(sqlite3.sqlite_version_info),
            },
        }
    if parts.scheme in {"postgresql", "postgres"}:
        options = dict(parse_qsl(parts.query))
        host = options.pop("host", None) or parts.hostname or ""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(host),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {"options": "-c timezone=UTC", **options},
        }
    raise ValueError(
        f"DATABASE_URL starts with “{parts.scheme}”: only sqlite:/// and postgresql:// are known"
    )
