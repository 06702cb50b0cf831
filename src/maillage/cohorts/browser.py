"""What the page of deposits hands to the script that makes a list pseudonymous in the browser: headers and words."""

from __future__ import annotations

import json

from django.utils.translation import gettext as _

from maillage.cohorts.pseudonymising import READER
from maillage.intake.reasons import reason
from maillage.kernel import clock

_FAULTS = ("blank", "letters", "date", "short_year", "serial_day", "implausible_day", "other_key")


def told() -> dict[str, str]:
    """As the attributes of the page: no script stands in it."""
    spellings = {word: one.name for one in READER.columns for word in one.spellings}
    words = {code: reason(code, READER) for code in _FAULTS} | {
        "line": _("Line"),
        "key": _("A key has 32 bytes at least."),
        "choose": _("Choose both files."),
        "missing_columns": _("The columns of names, dates of birth, stages and days are needed."),
        "unreadable": _("This file cannot be read here: take a CSV, or the command."),
        "ready": _("lines are ready below; nothing is sent yet."),
        "refused": _("lines are refused:"),
    }
    return {
        "columns": json.dumps(spellings, ensure_ascii=False),
        "words": json.dumps(words, ensure_ascii=False),
        "today": clock.today().isoformat(),
    }
