"""What timelines tell of desks, to those who may read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.desks.models import Awareness, Project, Session, Welcome
from maillage.desks.permissions import can_read_person
from maillage.desks.readings import purpose_told
from maillage.ui import formats


def sessions(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The desk sessions among these that the actor may see."""
    rows = Session.objects.visible_to(actor).filter(key__in=source_keys)
    return {
        str(one.key): ledger.Line(
            title=_("Desk session: %(place)s") % {"place": one.place},
            url=reverse("desks:session", kwargs={"key": one.key}),
            detail=one.hours,
            who=f"{one.holder}, {one.place.organisation}",
        )
        for one in rows.select_related("place__organisation", "holder")
    }


def welcomes(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The welcomes among these that the actor may see; a cancelled one stays in sight, as cancelled."""
    rows = Welcome.objects.visible_to(actor).filter(key__in=source_keys)
    return {
        str(one.key): ledger.Line(
            title=_("Welcome: %(purpose)s") % {"purpose": purpose_told(one, actor)},
            url=reverse("desks:welcome", kwargs={"key": one.key}),
            detail=str(one.session.place),
            who=f"{one.adviser}, {one.session.place.organisation}",
        )
        for one in rows.select_related("session__place__organisation", "adviser")
    }


def awareness(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The awareness sessions among these that the actor may see."""
    rows = Awareness.objects.visible_to(actor).filter(key__in=source_keys)
    return {
        str(one.key): ledger.Line(
            title=_("Awareness session: %(place)s") % {"place": one.place},
            url=reverse("desks:awareness"),
            detail=one.get_audience_display(),
            who=f"{one.held_by}, {one.place.organisation}",
        )
        for one in rows.select_related("place__organisation", "held_by")
    }


def projects(source_keys: Sequence[str], actor: Actor) -> dict[str, ledger.Line]:
    """The projects among these that the actor may see: named to the organisation that met the person, coded to others."""
    rows = Project.objects.visible_to(actor).filter(pseudonym__in=source_keys)
    rows = rows.annotate(
        met_on=Min("welcomes__session__day", filter=Q(welcomes__cancelled_at=None))
    )
    lines = {}
    for one in rows.select_related("organisation").order_by("pk"):
        own = can_read_person(actor, one)
        if own or one.pseudonym not in lines:
            lines[one.pseudonym] = ledger.Line(
                title=one.called if own else _("Project %(pseudonym)s") % {"pseudonym": one},
                url=reverse("desks:project", kwargs={"key": one.key}) if own else "",
                detail=_first_met(getattr(one, "met_on", None)),
                who=str(one.organisation),
            )
    return lines


def _first_met(day: date | None) -> str:
    """On the sheet of the firm it became: that the person was met before it existed."""
    return _("First met on %(day)s") % {"day": formats.day(day)} if day else ""
