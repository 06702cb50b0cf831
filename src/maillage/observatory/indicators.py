"""Figures that read across domains: whom partners reached, wherever they met them (I39)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis
import ibis.expr.types as ir

from maillage import figures, register
from maillage.accounts.actors import Actor
from maillage.desks.acts import FIRM_CREATED, PROJECT_KINDS
from maillage.kernel.text import Words
from maillage.outreach.acts import ATTEMPTS, FIRM_LISTED
from maillage.outreach.indicators import DONE_KINDS

#: Acts about a firm in which nobody of it was met: a name on a list, a closed door.
NOBODY_MET = (FIRM_LISTED.name, *(kind for kind in ATTEMPTS if kind not in DONE_KINDS))


def reached(p: figures.Parameters) -> ir.Table:
    """The acts by which somebody was met, each with whom: a firm, or a project as long as it is linked to none."""
    acts = figures.standing_acts(p)
    born = acts.filter(acts.kind == FIRM_CREATED.name).group_by("source_key")
    born = born.aggregate(born_as=acts.legal_unit_id.min()).rename(project="source_key")
    met = acts.filter(
        acts.legal_unit_id.notnull() | acts.kind.isin(PROJECT_KINDS), ~acts.kind.isin(NOBODY_MET)
    )
    rows = met.left_join(born, met.source_key == born.project)
    firm = ibis.coalesce(rows.legal_unit_id, rows.born_as).cast("string")
    return rows.mutate(reached=ibis.coalesce(firm, rows.source_key))


figures.relate(
    figures.Relation(
        name="reached",
        version=1,
        words=Words(
            fr="Les actes où quelqu’un a été rencontré, avec l’entreprise ou le projet concerné.",
            en="The acts by which somebody was met, with the firm or the project.",
        ),
        build=reached,
        act="id",
    )
)


def _name_reached(ids: Iterable[Any], _actor: Actor) -> dict[Any, figures.Name]:
    """Firms by their name, projects by their pseudonym."""
    wanted = list(ids)
    firms = register.names_of_legal_units({int(one) for one in wanted if str(one).isdigit()})
    named = {str(pk): figures.Name(str(firm.key), firm.label) for pk, firm in firms.items()}
    return {one: named.get(str(one), figures.Name(str(one))) for one in wanted}


figures.name_units("reached", _name_reached)

REACHED = figures.declare(
    figures.Indicator(
        code="observatory.firms_and_projects_reached",
        version=1,
        owner="observatory",
        label=Words(fr="Entreprises et projets rencontrés", en="Firms and projects met"),
        words=Words(
            fr="Nombre d’entreprises (SIREN) et de porteurs de projet distincts qu’un acte de la période concerne, quel que "
            "soit le domaine. Une inscription sur une liste ou une porte close ne compte pas. Un projet devenu une "
            "entreprise compte avec elle, une fois.",
            en="Number of distinct firms (SIREN) and project leaders that an act of the period is about, in any domain. A "
            "name put on a list or a closed door does not count. A project that became a firm counts with it, once.",
        ),
        relation="reached",
        unit="firm_or_project",
        key="reached",
        dimensions=("commune", "month", "organisation"),
    )
)

REACHED_IN_QPV = figures.declare(
    figures.Indicator(
        code="observatory.reached_in_qpv",
        version=1,
        owner="observatory",
        label=Words(
            fr="Entreprises et projets rencontrés en quartier prioritaire",
            en="Firms and projects met in priority neighbourhoods",
        ),
        words=Words(
            fr="Parmi eux, ceux dont l’adresse était dans un quartier prioritaire (QPV) au jour d’un acte au moins. Une "
            "adresse inconnue, ou un quartier qui n’est pas chargé, ne compte pas.",
            en="Among them, those whose address lay in a priority neighbourhood (QPV) on the day of one act at least. An "
            "unknown address, or a neighbourhood that is not loaded, does not count.",
        ),
        relation="reached",
        unit="firm_or_project",
        key="reached",
        where=lambda rows: rows.in_qpv.notnull() & rows.in_qpv,
        subset_of=REACHED.code,
        dimensions=("commune", "month", "organisation"),
    )
)

QPV_REACH = figures.declare(
    figures.Rate(
        code="observatory.qpv_reach",
        alias="I39",
        version=1,
        owner="observatory",
        label=Words(
            fr="Part rencontrée en quartier prioritaire", en="Reach of priority neighbourhoods"
        ),
        words=Words(
            fr="Part des entreprises et projets rencontrés pendant la période dont l’adresse était dans un quartier "
            "prioritaire (QPV) au jour de l’acte.",
            en="Share of the firms and projects met during the period whose address lay in a priority neighbourhood (QPV) "
            "on the day of the act.",
        ),
        numerator=REACHED_IN_QPV,
        denominator=REACHED,
        dimensions=("commune", "month", "organisation"),
    )
)
