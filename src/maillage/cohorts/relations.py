"""What figures of cohorts are read from: acts of lists, each with the stage it counts as and the year its person entered."""

from __future__ import annotations

import ibis.expr.types as ir

from maillage import figures
from maillage.cohorts.acts import KINDS, NAMES, SOURCE_PERSON
from maillage.cohorts.vocabulary import Counted
from maillage.kernel.text import Words

#: In the order in which a funnel is read.
REACHED = {stage: f"{rank}_{stage}" for rank, stage in enumerate(Counted.values, 1)}
NEAR, FAR = "1_near", "2_far"


def steps(p: figures.Parameters) -> ir.Table:
    """The acts of persons, each beside the day on which any structure first told of that person."""
    acts = figures.standing_acts(p)
    acts = acts.filter(acts.kind.isin(NAMES), acts.source_model == SOURCE_PERSON)
    reached = acts.kind
    for stage, kind in KINDS.items():
        reached = (acts.kind == kind.name).ifelse(REACHED[stage], reached)
    near = acts.in_qpv.isnull().ifelse("", acts.in_qpv.ifelse(NEAR, FAR))
    first = acts.group_by("source_key").aggregate(
        entered_on=acts.occurred_on.min(), entered=acts.month.min()
    )
    first = first.mutate(cohort=first.entered.substr(0, 4)).rename(cohort_person="source_key")
    rows = acts.mutate(reached=reached, near=near)
    return rows.inner_join(first, rows.source_key == first.cohort_person)


STEPS = figures.relate(
    figures.Relation(
        name="cohort_steps",
        version=1,
        words=Words(
            fr="Les étapes des personnes que des structures ont dites sous pseudonyme, avec le jour de leur entrée, toutes "
            "structures ensemble.",
            en="The steps of the persons that structures told under pseudonyms, with the day of their entry, all structures "
            "together.",
        ),
        build=steps,
        act="id",
    )
)
