"""Undoing a load from a terminal, at once: by its number or by its key."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.intake import loading
from maillage.intake.actions import undo_load
from maillage.intake.declared import UnknownSource
from maillage.intake.models import Load
from maillage.intake.telling import DONE, REFUSED, USAGE
from maillage.kernel.errors import Refusal


def undone(asked: str, *, because: str) -> tuple[dict[str, Any], int]:
    """Undo the load that somebody names; the answer, and the exit code of the command."""
    load = _named(asked)
    if load is None:
        return _answer("unknown", None, _("There is no load %(id)s.") % {"id": asked}), USAGE
    owner = Organisation.objects.filter(pk=load.organisation or 0).first()
    try:
        if load.state != Load.State.UNDOING:  # else a killed process left it there
            load = undo_load(load=load, because=because, by=System("undo_load", organisation=owner))
        loading.undo(load)
    except UnknownSource:
        return _answer("refused", load, _("Nothing undoes loads of this source.")), REFUSED
    except Refusal as refusal:
        return _answer("refused", load, str(refusal)), REFUSED
    return _answer("undone", load, ""), DONE


def _named(asked: str) -> Load | None:
    if asked.isdecimal():
        return Load.objects.filter(pk=int(asked[:18])).first()
    try:
        return Load.objects.filter(key=UUID(asked)).first()
    except ValueError:
        return None


def _answer(status: str, load: Load | None, note: str) -> dict[str, Any]:
    return {
        "status": status,
        "load": load.pk if load else None,
        "source": load.source if load else None,
        "note": note,
    }
