"""Answers of services outside, kept as files with their instant: one a question, read by the instance only.

They are a convenience: one that cannot be read, or written (a full disk), is asked again.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class Folder:
    """The kept answers of one service."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, question: str) -> tuple[Any, datetime] | None:
        """What was answered to this very question, and when."""
        try:
            kept = json.loads(self._file(question).read_bytes())
            if kept["question"] != question:
                return None
            return kept["data"], datetime.fromisoformat(kept["at"]).astimezone(UTC)
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def write(self, question: str, data: Any, at: datetime) -> None:
        """Keep an answer in the place of the one before, whole or not at all."""
        kept = {"question": question, "at": at.isoformat(), "data": data}
        with suppress(OSError):
            self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
            number, name = tempfile.mkstemp(suffix=".part", dir=self._path)
            try:
                with os.fdopen(number, "w", encoding="utf-8") as file:
                    json.dump(kept, file, ensure_ascii=False)
                Path(name).replace(self._file(question))
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise

    def _file(self, question: str) -> Path:
        return self._path / f"{hashlib.sha256(question.encode()).hexdigest()}.json"
