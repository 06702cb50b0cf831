"""Visits as a list shows them: filters in the address, each as far as its reader may know it, handed out as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _, ngettext

from maillage.accounts.actors import Actor
from maillage.accounts.models import Person
from maillage.outreach.models import Campaign, Visit
from maillage.outreach.models.visits import VisitQuerySet
from maillage.outreach.permissions import can_read_theme
from maillage.places import commune_names
from maillage.ui import formats

#: The way from a visit to the commune that a list of visits is narrowed to.
COMMUNE = "establishment__commune"


@dataclass(frozen=True, slots=True)
class Asked:
    """Which visits a list shows; what is no day, key or choice asks for nothing."""

    first: date | None = None
    last: date | None = None
    adviser: str = ""
    outcome: str = ""
    campaign: str = ""
    own: bool = False


def visits(actor: Actor, asked: Asked) -> VisitQuerySet:
    """The visits and calls that the actor reads and nobody cancelled, as filtered, latest first."""
    every = Visit.objects.all()
    rows = (every.owned_by(actor) if asked.own else every.visible_to(actor)).standing()
    wanted = {
        "occurred_on__gte": asked.first,
        "occurred_on__lte": asked.last,
        "adviser__key": asked.adviser,
        "outcome": asked.outcome,
        "campaign__key": asked.campaign,
    }
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    return rows.select_related("establishment__legal_unit", "organisation", "adviser", "campaign")


def advisers(actor: Actor) -> list[Person]:
    """Those whose visits the actor reads."""
    rows = Visit.objects.visible_to(actor).standing().order_by()
    return list(Person.objects.filter(pk__in=rows.values("adviser")).order_by("name", "pk"))


def campaigns(actor: Actor) -> list[Campaign]:
    """The campaigns that the actor reads, the latest first."""
    return list(Campaign.objects.visible_to(actor).order_by("-starts_on", "title", "pk"))


def heard_at(visit: Visit, actor: Actor) -> str:
    """What the firm asked for, as far as the reader may know: what was told in confidence is counted, not named."""
    told = [theme for theme in visit.themes if can_read_theme(actor, visit, theme)]
    hidden = len(visit.themes) - len(told)
    words = visit.labels_of(told)
    if hidden:
        masked = ngettext(
            "%(number)s need told in confidence", "%(number)s needs told in confidence", hidden
        )
        words.append(masked % {"number": formats.number(hidden)})
    return ", ".join(words)


def header() -> list[str]:
    """The columns of the file."""
    return [
        _("Day"), _("Mode"), _("Outcome"), _("Firm"), _("SIRET"), _("Commune"), _("Adviser"), _("Organisation"),
        _("Campaign"), _("Minutes"), _("Person met"), _("Needs expressed"),
    ]  # fmt: skip


def lines(rows: Sequence[Visit], actor: Actor) -> Iterator[list[object]]:
    """One line a visit, no note; a firm of partial diffusion has no name and no number."""
    towns = commune_names({one.establishment.commune for one in rows})
    for one in rows:
        place = one.establishment
        yield [
            one.occurred_on, one.get_mode_display(), one.get_outcome_display(), place.display_name,
            place.siret if place.is_open else "", towns[place.commune], one.adviser, one.organisation,
            one.campaign or "", one.minutes, one.get_met_display(), heard_at(one, actor),
        ]  # fmt: skip
