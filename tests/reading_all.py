"""Everything that an instance holds, as one text: every table, models' or not; every file of its folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from django.db import connection


def database() -> list[str]:
    """Each row of each table, as one line."""
    names = [t for t in connection.introspection.table_names() if not t.startswith("django_migr")]
    found = []
    with connection.cursor() as cursor:
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}"')  # noqa: S608 -- names that the database gave
            found += [f"{name} {row}" for row in cursor.fetchall()]
    return found


def bearing(lines: Iterable[str], marks: Iterable[str]) -> list[str]:
    """The lines where one of these marks can be read, plainly or as JSON escapes it."""
    wanted = {form.lower() for mark in marks for form in (mark, json.dumps(mark)[1:-1])}
    return [line for line in lines if any(mark in line.lower() for mark in wanted)]


def files_bearing(folder: Path, marks: Iterable[str]) -> list[Path]:
    """The files of a folder whose very bytes hold one of these marks."""
    wanted = [form.encode() for mark in marks for form in (mark, mark.lower(), mark.title())]
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return [path for path in found if any(mark in path.read_bytes() for mark in wanted)]
