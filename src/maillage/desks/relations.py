"""What figures of projects and of first hires are read from.

Projects are acts grouped by their pseudonym, so that a cohort is read as of any instant and across organisations.
First hires need the register beside the acts: which firm employed on which day, as known at the as-of.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

import ibis.expr.types as ir

from maillage import figures, register
from maillage.desks.acts import (
    CREATION_TOLD,
    FIRM_CREATED,
    FIRM_WELCOMED,
    LOAN_GRANTED,
    PROJECT_KINDS,
    PROJECT_SUPPORTED,
    PROJECT_WELCOMED,
)
from maillage.desks.models.places import MACHINE
from maillage.kernel.text import Words
from maillage.ledger.models import Act
from maillage.needs.acts import EXPRESSED
from maillage.needs.vocabulary import Theme
from maillage.register.models import Spell
from maillage.register.segments import EMPLOYER

WELCOME, SUPPORT, CREATION, LOAN = "1_welcome", "2_support", "3_creation", "4_loan"
STAGE_WORDS = {
    WELCOME: Words("Accueil", "Welcome"),
    SUPPORT: Words("Accompagnement", "Support"),
    CREATION: Words("Création", "Creation"),
    LOAN: Words("Prêt ou garantie", "Loan or guarantee"),
}
_STAGES = {
    WELCOME: (PROJECT_WELCOMED.name,),
    SUPPORT: (PROJECT_SUPPORTED.name,),
    CREATION: (CREATION_TOLD.name, FIRM_CREATED.name),
    LOAN: (LOAN_GRANTED.name,),
}


def projects(p: figures.Parameters) -> ir.Table:
    """The acts of projects, each with its stage, the day on which the project was first met, and whether it created."""
    acts = figures.standing_acts(p)
    acts = acts.filter(acts.kind.isin(PROJECT_KINDS))
    stage = acts.kind
    for code, kinds in _STAGES.items():
        stage = acts.kind.isin(kinds).ifelse(code, stage)
    created = acts.kind.isin(_STAGES[CREATION]).ifelse(1, 0)
    first = acts.group_by("source_key").aggregate(
        entered_on=acts.occurred_on.min(), created=created.max()
    )
    first = first.rename(project="source_key")
    return acts.mutate(stage=stage).inner_join(first, acts.source_key == first.project)


PROJECTS = figures.relate(
    figures.Relation(
        name="projects",
        version=1,
        words=Words(
            fr="Les étapes des projets connus, avec le jour de leur entrée, toutes organisations ensemble.",
            en="The steps of the projects known, with the day of their entry, all organisations together.",
        ),
        build=projects,
        act="id",
    )
)

_SERVICES = (FIRM_WELCOMED.name, *(kind.name for kind in EXPRESSED.values()))


class _Service(NamedTuple):
    """An act by which a firm was helped towards its first hire."""

    pk: int
    establishment: int
    day: date


def a_year_after(day: date) -> date:
    """The same day of the next year; 28 February for the 29th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def first_hire_services(p: figures.Parameters) -> ir.Table:
    """The acts about a first hire of firms that did not employ yet, each with whether one came within twelve months."""
    acts = figures.standing_acts(p)
    acts = acts.filter(p.among(acts.id, "served"))
    return acts.mutate(hired=p.among(acts.id, "hired").ifelse(1, 0))


def _followed(moment: figures.Moment) -> Mapping[str, list[int]]:
    """Which acts served a firm without employee, and which of these a first hire followed, as known at the as-of."""
    acts = Act.objects.visible_to(MACHINE).effective(moment.as_of)
    rows = acts.filter(kind__in=_SERVICES, theme=Theme.FIRST_HIRE.value).order_by("pk")
    services = [_Service(*row) for row in rows.values_list("pk", "establishment_id", "occurred_on")]
    told = _employing({one.establishment for one in services}, moment)
    served = [one for one in services if not told[one.establishment].on(one.day)]
    hired = [one.pk for one in served if told[one.establishment].hires(one.day)]
    return {"served": [one.pk for one in served], "hired": hired}


class _Employing:
    """Whether a place employed, day by day: of the spells that had begun, the last one told (ADR 0009)."""

    def __init__(self, told: Sequence[tuple[date, bool]]) -> None:
        starts = sorted({day for day, _employs in told})
        changes = {at: [employs for day, employs in told if day <= at][-1] for at in starts}
        self.days = sorted(changes)
        self.flags = [changes[day] for day in self.days]

    def on(self, day: date) -> bool:
        """Whether it employed on a day; before anything is known, it did not."""
        rank = bisect_right(self.days, day)
        return rank > 0 and self.flags[rank - 1]

    def hires(self, since: date) -> bool:
        """Whether the first change to employer after a day came within a year of it."""
        until = a_year_after(since)
        return any(
            employs and since < day <= until
            for day, employs in zip(self.days, self.flags, strict=True)
        )


def _employing(places: set[int], moment: figures.Moment) -> Mapping[int, _Employing]:
    spells = Spell.objects.known(moment.as_of).filter(establishment__in=places)
    told: dict[int, list[tuple[date, bool]]] = defaultdict(list)
    for place, starts, segments in spells.order_by("pk").values_list(
        "establishment_id", "starts_on", "segments"
    ):
        if starts is not None:
            told[place].append((starts, bool(segments & EMPLOYER.mask)))
    return {place: _Employing(told[place]) for place in places}


def _observed(moment: figures.Moment) -> figures.Standing:
    """A cohort says something once the register has been read a year after its last day."""
    newest = register.data_day(moment.as_of)
    until = a_year_after(moment.end)
    if newest is not None and until <= min(newest, moment.today):
        return figures.Standing(data_as_of=newest)
    day = until.isoformat()
    return figures.Standing(
        known=False,
        data_as_of=newest,
        note=Words(
            f"Cohorte suivie jusqu’au {day}\u00a0: le répertoire ne va pas encore si loin.",
            f"Cohort followed until {day}: the register does not reach that day yet.",
        ),
    )


FIRST_HIRES = figures.relate(
    figures.Relation(
        name="first_hire_services",
        version=1,
        words=Words(
            fr="Les actes sur une première embauche auprès d’entreprises sans salarié ce jour-là, suivis douze mois dans "
            "le répertoire.",
            en="The acts about a first hire, at firms without employee on that day, followed for twelve months in the "
            "register.",
        ),
        build=first_hire_services,
        act="id",
        values=_followed,
        standing=_observed,
    )
)
