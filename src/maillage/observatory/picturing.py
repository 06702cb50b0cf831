"""The sheet of a firm in two drawings: the lives of its establishments, and where they stand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from maillage import places as geography
from maillage.observatory.enterprise import Place
from maillage.observatory.kinds import Stretch
from maillage.register.models import Establishment, Spell
from maillage.ui import formats
from maillage.ui.charts import Ground, Life, Span, Spot, life_lines, spot_map

LIVES = 12
"""So many establishments have a line: more are read in their list."""


def lives(places: Sequence[Place], today: date) -> SafeString | str:
    """A line for each of the first establishments, a bar for each stretch without a change."""
    told = [place for place in places if place.stretches][:LIVES]
    if not told:
        return ""
    return life_lines(
        [Life(_called(place), [_span(stretch) for stretch in place.stretches]) for place in told],
        today=today,
        title=_("Establishments over time"),
        description=_("A bar while an establishment is open, a thin line once it is closed."),
    )


def _called(place: Place) -> str:
    """An establishment by where it stands and the end of its number, which tells it from the others."""
    told = place.establishment
    number = (told.siret or "")[9:]
    return ", ".join(filter(None, [place.stretches[-1].commune or told.commune_label, number]))


def _span(stretch: Stretch) -> Span:
    is_open = stretch.state == Spell.State.ACTIVE
    state = _("Open") if is_open else _("Closed")
    facts = (
        ", ".join(filter(None, [state, stretch.activity, stretch.commune])) if is_open else state
    )
    since = formats.day(stretch.since) if stretch.since else _("Start unknown")
    until = formats.day(stretch.until) if stretch.until else _("today")
    return Span(stretch.since, stretch.until, is_open, f"{since} – {until}, {facts}")


def whereabouts(places: Sequence[Place], today: date) -> SafeString | str:
    """The commune of the first establishment that is open, and the points that the register gives in its frame."""
    standing = [
        place.establishment for place in places if place.establishment.state == Spell.State.ACTIVE
    ]
    home = next((one.commune for one in standing if one.commune), "")
    shapes = geography.around(home, today) if home else ()
    if not shapes:
        return ""
    names = geography.commune_names(shape.code for shape in shapes)
    ground = [Ground(names[shape.code], shape.rings) for shape in shapes]
    spots = [
        Spot(one.address, one.lon, one.lat)
        for one in standing
        if one.is_open and one.lon is not None and one.lat is not None
    ]
    spots += _in_the_middle(one for one in standing if one.is_open and one.lon is None)
    title = _("Where it stands: %(commune)s") % {"commune": ground[0].name}
    return spot_map(ground[0], ground[1:], spots, title=title)


def _in_the_middle(placeless: Iterable[Establishment]) -> list[Spot]:
    """Those whose position the register does not give, in the middle of their commune, which is said."""
    found: dict[str, list[str]] = {}
    for one in placeless:
        found.setdefault(one.commune, []).append(one.address)
    centres = geography.centres(found) if found else {}
    return [
        Spot(
            _("%(address)s (middle of the commune)") % {"address": "; ".join(dict.fromkeys(told))},
            *centres[code],
        )
        for code, told in found.items()
        if code in centres
    ]
