"""The sheet of a street walk, before it: firms door by door, for the mayor and for the elected artisan.

The mayor reads what anybody may read of the register, and no more: no visit, no need, no note. The elected artisan
also reads when the firm was last met by the organisation, and when it is open that day, where somebody noted it. A firm of partial diffusion has no street: it is on neither.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum

from django.db.models import Max
from django.utils.translation import gettext as _

from maillage import places
from maillage.accounts import identity
from maillage.accounts.actors import System
from maillage.kernel import clock, invented
from maillage.outreach import opening, streets, waiting
from maillage.outreach.models import StreetWalk, ways
from maillage.outreach.models.portfolios import contacts
from maillage.register import activities
from maillage.register.models import Establishment, Objection, Spell
from maillage.ui import formats
from maillage.ui.reports import Block, Emblem, Heading, Note, Paragraph, Report, Table


class Reader(StrEnum):
    """For whom a sheet is; the word stands in its address."""

    MAYOR = "maire"
    ARTISAN = "artisan"


def firms(walk: StreetWalk) -> list[tuple[str, list[Establishment]]]:
    """The open firms of each street in the order of the walk, those that object to being prospected left out."""
    rows = Establishment.objects.known().filter(
        ways.within(walk.streets),
        state=Spell.State.ACTIVE,
        diffusion="O",
        legal_unit__diffusion="O",
        reconciled_to=None,
    )
    rows = rows.exclude(legal_unit__in=Objection.objects.filter(until=None).values("legal_unit"))
    along: dict[str, list[Establishment]] = {one: [] for one in walk.streets}
    for one in rows.select_related("legal_unit").order_by("pk"):
        along[ways.reference(one.commune, one.street)].append(one)
    return [
        (ways.called(reference), streets.walk(met, _number)) for reference, met in along.items()
    ]


def _number(one: Establishment) -> streets.Number:
    return streets.number_of(one.street_number)


def sheet(walk: StreetWalk, reader: Reader) -> Report:
    """The sheet, in the reader's language."""
    face = identity.current()
    return Report(
        title=_("Street walk in %(commune)s") % {"commune": places.commune_name(walk.commune)},
        subtitle=_("%(day)s. %(streets)s.")
        % {"day": formats.day(walk.day), "streets": ", ".join(walk.names)},
        language="en" if formats.spoken() == "en" else "fr",
        computed_at=clock.now(),
        blocks=list(_blocks(walk, reader)),
        demo=invented.label(),
        emblem=Emblem(*identity.logo(), face.name) if face.logo_digest else None,
    )


def _blocks(walk: StreetWalk, reader: Reader) -> Iterator[Block]:
    yield Paragraph(", ".join(company(walk)))
    found = firms(walk)
    met = _last_met(walk, found) if reader is Reader.ARTISAN else None
    hours = _open_on(walk, found) if reader is Reader.ARTISAN else {}
    for name, doors in found:
        yield Heading(name)
        if doors:
            yield _table(name, doors, met, hours)
        else:
            yield Paragraph(_("The register knows no open firm in this street."))
    yield Note(
        _("Firms of the register on %(day)s, up the odd side and back down the even one.")
        % {"day": formats.day(clock.today())}
    )


def company(walk: StreetWalk) -> list[str]:
    """Who comes along, each with their part; those not named yet are left out."""
    told = [
        (walk.mayor, _("mayor")),
        (walk.artisan, _("elected artisan")),
        (str(walk.adviser), str(walk.organisation)),
    ]
    return [f"{name} ({part})" for name, part in told if name]


def _table(
    name: str,
    doors: Sequence[Establishment],
    met: Mapping[int, date] | None,
    hours: Mapping[int, opening.Day],
) -> Table:
    header = [_("Number"), _("Firm"), _("Activity"), _("Since")]
    rows = [
        [
            one.street_number or "–",
            one.display_name,
            activities.label(one.activity),
            formats.day(one.created_on) if one.created_on else "",
        ]
        for one in doors
    ]
    if met is not None:
        header.append(_("Last met"))
        for row, one in zip(rows, doors, strict=True):
            day = met.get(one.legal_unit_id)
            row.append(formats.day(day) if day else _("never"))
    if hours:
        header.append(_("That day"))
        for row, one in zip(rows, doors, strict=True):
            row.append(str(hours.get(one.pk) or ""))
    return Table(_("Firms of %(street)s") % {"street": name}, header, rows)


def _open_on(
    walk: StreetWalk, found: Sequence[tuple[str, Sequence[Establishment]]]
) -> dict[int, opening.Day]:
    """What the organisation that prepares the walk knows of the hours of each firm on its day."""
    reader = System("a sheet tells opening hours", organisation=walk.organisation)
    return waiting.open_for(reader, [one for _name, doors in found for one in doors], walk.day)


def _last_met(
    walk: StreetWalk, found: Sequence[tuple[str, Sequence[Establishment]]]
) -> dict[int, date]:
    """When the organisation last talked to each firm, by its standing acts."""
    units = [one.legal_unit_id for _name, doors in found for one in doors]
    own = contacts().filter(legal_unit__in=units, organisation=walk.organisation_id)
    return dict(own.order_by().values_list("legal_unit").annotate(Max("occurred_on")))
