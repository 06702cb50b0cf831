"""What desks count: hours held, people welcomed by place, firms and project leaders among them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from maillage import figures
from maillage.desks.acts import FIRM_WELCOMED, PROJECT_WELCOMED, SESSION_HELD
from maillage.desks.models import Place
from maillage.desks.models.places import MACHINE
from maillage.figures.dimensions import UNKNOWN
from maillage.kernel.text import Words


def _places(keys: Iterable[str], _as_of: datetime) -> dict[str, str]:
    """The names of the places that schemes name."""
    wanted = {key: key.removeprefix("desk:") for key in keys}
    every = Place.objects.visible_to(MACHINE)
    held = [key for key in wanted.values() if _is_key(key)]
    names = {str(key): name for key, name in every.filter(key__in=held).values_list("key", "name")}
    named = {scheme: names.get(key, key) or str(UNKNOWN) for scheme, key in wanted.items()}
    return dict(sorted(named.items(), key=lambda item: item[1]))


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


figures.dimension(
    figures.Dimension(
        code="desk",
        words=Words(fr="Lieu d’accueil", en="Place of welcome"),
        column="scheme",
        labels=_places,
    )
)

BREAKDOWNS = ("desk", "commune", "month", "organisation")

SESSIONS_HELD = figures.declare(
    figures.Indicator(
        code="desks.sessions_held",
        version=1,
        owner="desks",
        label=Words(fr="Permanences tenues", en="Desk sessions held"),
        words=Words(
            fr="Nombre de permanences de la période dites tenues, que quelqu’un soit venu ou non. Une permanence prévue "
            "que personne n’a confirmée ne compte pas.",
            en="Number of desk sessions of the period said to be held, whether or not somebody came. A planned session "
            "that nobody confirmed does not count.",
        ),
        unit="act",
        key="id",
        kinds=(SESSION_HELD.name,),
        dimensions=BREAKDOWNS,
    )
)

MINUTES_HELD = figures.declare(
    figures.Indicator(
        code="desks.minutes_held",
        version=1,
        owner="desks",
        label=Words(fr="Minutes de permanence tenues", en="Minutes of desk held"),
        words=Words(
            fr="Somme des durées, en minutes, des permanences tenues pendant la période.",
            en="Sum of the durations, in minutes, of the desk sessions held during the period.",
        ),
        unit="minute",
        key="id",
        measure="quantity",
        kinds=(SESSION_HELD.name,),
        dimensions=BREAKDOWNS,
    )
)

WELCOMES = figures.declare(
    figures.Indicator(
        code="desks.welcomes",
        version=1,
        owner="desks",
        label=Words(fr="Accueils", en="Welcomes"),
        words=Words(
            fr="Nombre d’accueils aux permanences de la période, entreprises et porteurs de projet ensemble. Une "
            "personne venue deux fois compte deux fois.",
            en="Number of welcomes at the desk sessions of the period, firms and project leaders together. Somebody "
            "who came twice counts twice.",
        ),
        unit="act",
        key="id",
        kinds=(FIRM_WELCOMED.name, PROJECT_WELCOMED.name),
        dimensions=(*BREAKDOWNS, "theme", "kind"),
    )
)

FIRMS_WELCOMED = figures.declare(
    figures.Indicator(
        code="desks.firms_welcomed",
        version=1,
        owner="desks",
        label=Words(fr="Entreprises accueillies", en="Firms welcomed"),
        words=Words(
            fr="Nombre d’entreprises (SIREN) accueillies à une permanence pendant la période. Une entreprise venue "
            "plusieurs fois, ou en plusieurs lieux, compte une fois.",
            en="Number of firms (SIREN) welcomed at a desk session during the period. A firm that came several times, "
            "or to several places, counts once.",
        ),
        unit="firm",
        key="legal_unit_id",
        kinds=(FIRM_WELCOMED.name,),
        dimensions=(*BREAKDOWNS, "first_month"),
    )
)

PROJECTS_MET = figures.declare(
    figures.Indicator(
        code="desks.projects_met",
        version=1,
        owner="desks",
        label=Words(fr="Porteurs de projet rencontrés", en="Project leaders met"),
        words=Words(
            fr="Nombre de porteurs de projet distincts (par leur pseudonyme) accueillis à une permanence pendant la "
            "période. Le même, connu de deux organisations sous un même pseudonyme, compte une fois.",
            en="Number of distinct project leaders (by their pseudonym) welcomed at a desk session during the period. "
            "The same one, known to two organisations under one pseudonym, counts once.",
        ),
        unit="project",
        key="source_key",
        kinds=(PROJECT_WELCOMED.name,),
        dimensions=(*BREAKDOWNS, "first_month"),
    )
)
