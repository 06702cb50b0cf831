"""What the page of deposits hands to the script that makes a list pseudonymous in the browser: headers and words."""

from __future__ import annotations

import json

from django.utils.translation import gettext as _

from maillage.cohorts.columns import NEAR
from maillage.cohorts.models import Programme
from maillage.cohorts.pseudonymising import READER
from maillage.cohorts.sieve import ANYWHERE
from maillage.intake.reasons import reason
from maillage.kernel import clock

_FAULTS = (
    "blank", "letters", "date", "short_year", "serial_day", "implausible_day", "other_key", "unknown_stage", "number",
    "postcode", "commune_told", "unknown_word", "identifier", *dict.fromkeys(code for _shape, code in ANYWHERE),
)  # fmt: skip


def told(programme: Programme) -> dict[str, str]:
    """As the attributes of the page: no script stands in it. What a list may say of a stage goes with them, and the sieve."""
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
        "stages": json.dumps(sorted(w for one in programme.stages for w in one.spellings)),
        "near": json.dumps(sorted(NEAR)),
        "shapes": json.dumps(ANYWHERE),
        "today": clock.today().isoformat(),
    }
