"""The sheet of a firm."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from maillage.accounts import journal
from maillage.accounts.actors import ActorRequest
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.observatory import enterprise, picturing


def sheet(request: ActorRequest, key: UUID) -> HttpResponse:
    """A firm by the register and, for those who work with firms, what partners did with it."""
    unit = enterprise.unit_of(key, request.actor)
    asked = request.GET.get("page", "")
    page = int(asked) if asked.isdecimal() and len(asked) < 7 else 1
    shown = enterprise.sheet_of(unit, request.actor, page)
    read = [unit.key, *(firm.key for firm in shown.before.firms)] if shown.before else [unit.key]
    if request.actor.has(Role.AUDITOR):
        for one in read:
            journal.read(request.actor, "enterprise", one, one, "Audit")
    elif enterprise.can_read_timeline(request.actor):
        journal.looked(request.actor, *read)
    today = clock.today()
    drawn = {
        "lives": picturing.lives(shown.places, today),
        "whereabouts": picturing.whereabouts(shown.places, today),
    }
    return render(request, "observatory/enterprise.html", {"sheet": shown, **drawn})


def establishment(request: ActorRequest, key: UUID) -> HttpResponse:
    """An establishment is read on the sheet of its firm."""
    unit = enterprise.unit_of_establishment(key, request.actor)
    return redirect("observatory:enterprise", key=unit.key)
