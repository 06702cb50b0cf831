"""What `import_cohort` answers: the counts of the load, what the file said of itself, whom others know too."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.cohorts.choosing import programme_of
from maillage.cohorts.columns import COLUMNS
from maillage.cohorts.importers.cohort import SOURCE
from maillage.cohorts.overlaps import known_elsewhere
from maillage.intake.headers import seen_in
from maillage.intake.telling import DONE, load_file, refused
from maillage.kernel.errors import Invalid
from maillage.kernel.identifiers import digits

Answer = dict[str, Any]


def imported(
    path: Path, siren: str, given: Mapping[str, str], *, dry_run: bool = False
) -> tuple[Answer, int]:
    """Load a list for the structure of this SIREN; the answer of the command and its exit code.

    `matched` are lines that were known before, `overlaps` the persons of the structure whom another one told too: a count,
    for whoever holds the machine. Pages mask it.
    """
    structure = Organisation.objects.filter(siren=digits(siren), is_active=True).first()
    seen = seen_in(path, COLUMNS)
    said: Answer = {"aliases": seen.aliases, "encoding": seen.encoding, "version": ""}
    if structure is None or not digits(siren):
        answer, code = refused(_unknown(siren))
        return _whole(answer | said | {"overlaps": 0, "matched": 0}, path), code
    by = System("import_cohort", organisation=structure)
    answer, code = load_file(SOURCE, path, given, by=by, dry_run=dry_run)
    answer |= said | _known(answer, code, by, given)
    return _whole(answer, path), code


def _known(answer: Answer, code: int, by: System, given: Mapping[str, str]) -> Answer:
    if code != DONE:
        return {"overlaps": 0, "matched": 0}
    programme = programme_of(by, given)
    kinds = answer["kinds"]
    return {
        "version": str(programme.recipe),
        "overlaps": known_elsewhere(programme, by.organisation_id),
        "matched": kinds.get("changed", 0) + kinds.get("unchanged", 0),
    }


def _unknown(siren: str) -> Invalid:
    return Invalid(
        _("No active organisation has the SIREN %(siren)s.") % {"siren": siren},
        remedy=_("An administrator adds the structure, with its SIREN."),
    )


def _whole(answer: Answer, path: Path) -> Answer:
    """A file refused whole is one reject, at line 1 where nobody can say better."""
    if answer["status"] == "refused" and not answer["rejects"]:
        told = {"table": "", "column": "", "code": "refused", "value": ""}
        answer["rejects"] = [
            {"file": path.name, "line": 1, **told, "reason": " ".join(answer["notes"])}
        ]
    for one in answer["rejects"]:
        one["line"] = one["line"] or 1
    return answer
