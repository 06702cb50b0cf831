"""What `intake` adds to the journal of corrections: loads undone."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from maillage.accounts.actors import Actor
from maillage.accounts.corrected import Corrected, Source
from maillage.accounts.models import Organisation, Person
from maillage.intake.declared import importer_of
from maillage.intake.models import Load
from maillage.intake.showing import Shown
from maillage.kernel.text import Words


def _undone(actor: Actor) -> QuerySet[Load]:
    return (
        Load.objects.readable_by(actor)
        .filter(undone_at__isnull=False)
        .order_by("-undone_at", "-pk")
    )


def _told(rows: Sequence[Load], _actor: Actor) -> list[Corrected]:
    people = Person.objects.in_bulk({load.undone_by for load in rows if load.undone_by})
    owners = Organisation.objects.in_bulk({load.organisation for load in rows if load.organisation})
    told = []
    for load in rows:
        if load.undone_at is None:
            continue
        importer, person = importer_of(load.source), people.get(load.undone_by or 0)
        told.append(
            Corrected(
                at=load.undone_at,
                who=str(person.name) if person else "",
                organisation=str(owners.get(load.organisation or 0) or _("The instance")),
                about=f"{importer.words}. {', '.join(load.file_names)}".rstrip(". "),
                why=load.undone_because,
                url=Shown(load, importer).url,
            )
        )
    return told


SOURCES = (
    Source(name="loads", words=Words("Chargement annulé", "Load undone"), rows=_undone, told=_told),
)
