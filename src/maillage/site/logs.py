"""What the instance writes to its log: enough to find a fault, nothing about a person."""

from __future__ import annotations

import logging
import re
from contextlib import suppress
from types import TracebackType
from typing import Any, TextIO

# PostgreSQL quotes the offending row in these lines of its errors: an address, a name, a phone.
_QUOTED_ROW = re.compile(r"^\s*(DETAIL|CONTEXT|HINT): .*$", re.MULTILINE)

# A signed link opens something to whoever holds it, and others read the log.
_SIGNED_LINK = re.compile(r"(/l/)[^\s/?#\"']+")

LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class DiscreetFormatter(logging.Formatter):
    """Leaves out the rows that the database quotes in tracebacks, and the secrets of signed links."""

    def format(self, record: logging.LogRecord) -> str:
        """The line without secrets."""
        return _SIGNED_LINK.sub(r"\1…", super().format(record))

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802 -- the name logging calls
        """The traceback without quoted rows."""
        return _QUOTED_ROW.sub("    (row left out of the log)", super().formatException(ei))


class Lasting:
    """A stream that loses what it cannot write: a full disk under the log stops nobody's work."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write, or lose the text."""
        with suppress(OSError):
            return self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Hand over what is written, or lose it."""
        with suppress(OSError):
            self._stream.flush()

    def __getattr__(self, name: str) -> Any:
        """Whatever else is asked of a stream."""
        return getattr(self._stream, name)


def configuration(level: str) -> dict[str, object]:
    """Everything to the standard error; 4xx answers are the visitors' business, not the log's."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "discreet": {
                "()": "maillage.site.logs.DiscreetFormatter",
                "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "discreet"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            "django.request": {"level": "ERROR"},
            "maillage": {"level": level},
        },
    }
