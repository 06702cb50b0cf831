"""What diagnoses count: passes, firms, steps done, and above all progress (I33), pair by pair."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis.expr.types as ir

from maillage import figures, register
from maillage.accounts.actors import Actor
from maillage.diagnoses.acts import PASS_DONE, PROGRESS_MEASURED, STEP_DONE
from maillage.diagnoses.models import MACHINE
from maillage.kernel.text import Words
from maillage.ledger.models import Act

BREAKDOWNS = ("commune", "sector", "month", "organisation")

PASSES_DONE = figures.declare(
    figures.Indicator(
        code="diagnoses.passes_done",
        version=1,
        owner="diagnoses",
        label=Words(fr="Diagnostics réalisés", en="Diagnoses done"),
        words=Words(
            fr="Nombre de diagnostics de la période, premiers et suivants. C’est un effort, pas un résultat\u00a0: "
            "ce que les entreprises sont devenues se lit dans le progrès.",
            en="Number of diagnoses of the period, first ones and later ones. It is an effort, not a result: what "
            "firms became is read in their progress.",
        ),
        unit="act",
        key="id",
        kinds=(PASS_DONE.name,),
        dimensions=BREAKDOWNS,
    )
)

FIRMS_DIAGNOSED = figures.declare(
    figures.Indicator(
        code="diagnoses.firms_diagnosed",
        version=1,
        owner="diagnoses",
        label=Words(fr="Entreprises diagnostiquées", en="Firms diagnosed"),
        words=Words(
            fr="Nombre d’entreprises (SIREN) qui ont fait au moins un diagnostic pendant la période. Plusieurs "
            "diagnostics, ou plusieurs questionnaires, ne comptent qu’une fois.",
            en="Number of firms (SIREN) of which at least one diagnosis was made during the period. Several "
            "diagnoses, or several questionnaires, count once.",
        ),
        unit="firm",
        key="legal_unit_id",
        kinds=(PASS_DONE.name,),
        dimensions=BREAKDOWNS,
    )
)

FIRMS_SEEN_AGAIN = figures.declare(
    figures.Indicator(
        code="diagnoses.firms_seen_again",
        version=1,
        owner="diagnoses",
        label=Words(
            fr="Entreprises diagnostiquées une deuxième fois", en="Firms diagnosed a second time"
        ),
        words=Words(
            fr="Nombre d’entreprises (SIREN) dont un deuxième diagnostic, au moins 180 jours après le premier et "
            "comparable à lui, a été fait pendant la période.",
            en="Number of firms (SIREN) of which a second diagnosis, at least 180 days after the first and "
            "comparable with it, was made during the period.",
        ),
        unit="firm",
        key="legal_unit_id",
        kinds=(PROGRESS_MEASURED.name,),
        dimensions=BREAKDOWNS,
    )
)

STEPS_DONE = figures.declare(
    figures.Indicator(
        code="diagnoses.steps_done",
        version=1,
        owner="diagnoses",
        label=Words(fr="Étapes de plans réalisées", en="Steps of plans done"),
        words=Words(
            fr="Nombre d’étapes des plans convenus avec les artisans dont la réalisation est datée dans la période.",
            en="Number of steps of the plans agreed with artisans whose doing is dated in the period.",
        ),
        unit="act",
        key="id",
        kinds=(STEP_DONE.name,),
        dimensions=(*BREAKDOWNS, "theme"),
    )
)


def progress_pairs(p: figures.Parameters) -> ir.Table:
    """Each pair with its acts: the progress, which alone weighs, and the diagnoses of the firm up to it.

    The pair is dated and placed by its second pass. Which two passes make it, and what they are worth, was settled when
    that pass was recorded: days are not reckoned with here. A firm has one such act a questionnaire.
    """
    acts = figures.standing_acts(p)
    measured = acts.filter(acts.kind == PROGRESS_MEASURED.name).select(
        pair=acts.id,
        by=acts.organisation_id,
        through=acts.scheme,
        of=acts.legal_unit_id,
        gain=acts.quantity,
        measured_on=acts.occurred_on,
        measured_in=acts.month,
        measured_at=acts.commune,
        measured_as=acts.segments,
    )
    behind = acts.filter(acts.kind.isin([PASS_DONE.name, PROGRESS_MEASURED.name]))
    rows = behind.inner_join(
        measured,
        [
            behind.organisation_id == measured.by,
            behind.scheme == measured.through,
            behind.legal_unit_id == measured.of,
        ],
    )
    rows = rows.filter(rows.occurred_on <= rows.measured_on)
    return rows.mutate(
        gain=(rows.kind == PROGRESS_MEASURED.name).ifelse(rows.gain, 0),
        month=rows.measured_in,
        commune=rows.measured_at,
        segments=rows.measured_as,
    )


figures.relate(
    figures.Relation(
        name="progress_pairs",
        version=1,
        words=Words(
            fr="Les paires de diagnostics d’une même entreprise, avec ce qu’elle a gagné de l’un à l’autre.",
            en="The pairs of diagnoses of one firm, with what it gained from one to the other.",
        ),
        build=progress_pairs,
        act="id",
    )
)


def _name_pairs(ids: Iterable[Any], _actor: Actor) -> dict[Any, figures.Name]:
    """A pair is known by its firm."""
    acts = Act.objects.visible_to(MACHINE)
    rows = list(acts.filter(pk__in=list(ids)).values_list("pk", "key", "legal_unit_id"))
    firms = register.names_of_legal_units({unit for _pk, _key, unit in rows})
    return {
        pk: figures.Name(str(key), firms[unit].label) for pk, key, unit in rows if unit in firms
    }


figures.name_units("pair", _name_pairs)

PAIRS = figures.declare(
    figures.Indicator(
        code="diagnoses.pairs_measured",
        version=1,
        owner="diagnoses",
        label=Words(fr="Paires de diagnostics", en="Pairs of diagnoses"),
        words=Words(
            fr="Nombre d’entreprises vues deux fois par un même questionnaire, le deuxième diagnostic étant dans la "
            "période et au moins 180 jours après le premier. Une entreprise compte une fois par questionnaire.",
            en="Number of firms seen twice through one questionnaire, the second diagnosis being in the period and "
            "at least 180 days after the first. A firm counts once for each questionnaire.",
        ),
        relation="progress_pairs",
        unit="pair",
        key="pair",
        date="measured_on",
        dimensions=BREAKDOWNS,
        disclosure="survey",
    )
)

GAINED = figures.declare(
    figures.Indicator(
        code="diagnoses.progress_gained",
        version=1,
        owner="diagnoses",
        label=Words(fr="Somme des progrès", en="Sum of progress"),
        words=Words(
            fr="Somme, sur les paires de diagnostics de la période, du deuxième score moins le premier, en millièmes, "
            "sur les questions répondues les deux fois.",
            en="Sum, over the pairs of diagnoses of the period, of the second score minus the first, in thousandths, "
            "on the questions answered both times.",
        ),
        relation="progress_pairs",
        unit="thousandth",
        key="pair",
        measure="gain",
        date="measured_on",
        dimensions=BREAKDOWNS,
        disclosure="survey",
    )
)

PROGRESS = figures.declare(
    figures.Rate(
        code="diagnoses.progress",
        alias="I33",
        version=1,
        owner="diagnoses",
        label=Words(fr="Progrès entre deux diagnostics", en="Progress between two diagnoses"),
        words=Words(
            fr="Moyenne du deuxième score moins le premier, sur les entreprises vues deux fois à 180 jours d’écart au "
            "moins par un même questionnaire\u00a0; le nombre de paires est montré. Sans paire\u00a0: sans objet.",
            en="Mean of the second score minus the first, over the firms seen twice at least 180 days apart through "
            "one questionnaire; the number of pairs is shown. Without a pair: n/a.",
        ),
        numerator=GAINED,
        denominator=PAIRS,
        unit="thousandth",
        dimensions=BREAKDOWNS,
        disclosure="survey",
    )
)
