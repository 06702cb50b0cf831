"""The figures of conventions: promises followed (I11), money (I12), lateness (I13); split by axis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from maillage import figures
from maillage.conventions import relations
from maillage.conventions.acts import COMMITMENT_MADE, PAYMENT_MADE
from maillage.conventions.models import Convention
from maillage.conventions.readings import axes_in_force
from maillage.figures.asking import Slot, moment_of
from maillage.figures.dimensions import Dimension, Part
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

MONEY_DIMENSIONS = ("month", "counterpart", "axis", "organisation")

COMMITMENTS = figures.declare(
    figures.Indicator(
        code="conventions.commitments",
        version=1,
        owner="conventions",
        label=Words(fr="Montant engagé", en="Amount committed"),
        words=Words(
            fr="Somme des engagements dont la date est dans la période, sans ceux qui ont été annulés. "
            "Un engagement réparti compte par action imputée ; son total ne compte qu'une fois.",
            en="Sum of the commitments dated in the period, without those cancelled. A split "
            "commitment counts by action charged; its total counts once.",
        ),
        unit="cents",
        key="id",
        measure="amount_cents",
        kinds=(COMMITMENT_MADE.name,),
        dimensions=MONEY_DIMENSIONS,
    )
)
PAYMENTS = figures.declare(
    figures.Indicator(
        code="conventions.payments",
        version=1,
        owner="conventions",
        label=Words(fr="Montant versé", en="Amount paid"),
        words=Words(
            fr="Somme des versements dont la date est dans la période, sans ceux qui ont été annulés. "
            "Un versement réparti compte par action imputée ; son total ne compte qu'une fois.",
            en="Sum of the payments dated in the period, without those cancelled. A split payment "
            "counts by action charged; its total counts once.",
        ),
        unit="cents",
        key="id",
        measure="amount_cents",
        kinds=(PAYMENT_MADE.name,),
        dimensions=MONEY_DIMENSIONS,
    )
)
BUDGET = figures.declare(
    figures.Indicator(
        code="conventions.budget_promised",
        version=1,
        owner="conventions",
        label=Words(fr="Montant de la convention", en="Amount of the convention"),
        words=Words(
            fr="Somme des lignes de budget du texte en vigueur le dernier jour de la période.",
            en="Sum of the budget lines of the text in force on the last day of the period.",
        ),
        relation=relations.BUDGET.name,
        unit="cents",
        key="budget_row",
        measure="amount_cents",
        date=None,
        dimensions=("counterpart", "organisation"),
        disclosure="legal_duty",
    )
)
EXECUTION = figures.declare(
    figures.Rate(
        code="conventions.execution",
        alias="I12",
        version=1,
        owner="conventions",
        label=Words(fr="Exécution financière", en="Financial execution"),
        words=Words(
            fr="Montant versé ÷ montant engagé, dans la période ; sans engagement : sans objet.",
            en="Amount paid ÷ amount committed, in the period; without commitment: n/a.",
        ),
        numerator=PAYMENTS,
        denominator=COMMITMENTS,
        dimensions=("counterpart",),
    )
)
EXECUTION_OF_AMOUNT = figures.declare(
    figures.Rate(
        code="conventions.execution_of_amount",
        version=1,
        owner="conventions",
        label=Words(fr="Part versée du montant", en="Share of the amount paid"),
        words=Words(
            fr="Montant versé dans la période ÷ budget du texte en vigueur à sa fin.",
            en="Amount paid in the period ÷ budget of the text in force at its end.",
        ),
        numerator=PAYMENTS,
        denominator=BUDGET,
        denominator_takes=("schemes", "counterparts"),
        dimensions=("counterpart",),
    )
)
LATE_ACTIONS = figures.declare(
    figures.Indicator(
        code="conventions.late_actions",
        alias="I13",
        version=1,
        owner="conventions",
        label=Words(fr="Actions en retard", en="Late actions"),
        words=Words(
            fr="Actions du texte en vigueur dont l'échéance est passée le dernier jour lu et que leur "
            "dernier acte ne dit pas réalisées. Les jours de retard figurent sur la page de l'action.",
            en="Actions of the text in force whose due date is past on the last day read and that "
            "their last act does not say completed. The page of the action tells the days late.",
        ),
        relation=relations.ACTIONS.name,
        unit="action",
        key="action_row",
        date=None,
        where=lambda rows: rows.overdue & ~rows.completed,
        dimensions=("axis", "organisation"),
        disclosure="legal_duty",
    )
)
PROMISES = figures.declare(
    figures.Indicator(
        code="conventions.promises_followed",
        alias="I11",
        version=1,
        owner="conventions",
        label=Words(fr="Avancement de la convention", en="Progress of the convention"),
        words=Words(
            fr="Planchers et cibles du texte en vigueur, chacun suivi par son indicateur : réalisé ÷ "
            "engagement, plafonné à 1. La liste est montrée ; aucune moyenne n'en est faite.",
            en="Floors and targets of the text in force, each followed by its indicator: achieved ÷ "
            "promised, capped at 1. The list is shown; no average is made of it.",
        ),
        relation=relations.TARGETS.name,
        unit="target",
        key="target_row",
        date=None,
        where=lambda rows: rows.kind.isin(["floor", "target"]),
        dimensions=("organisation",),
        disclosure="legal_duty",
    )
)

NO_AXIS = Words(fr="Sans action", en="No action")


def _axes(slot: Slot, as_of: datetime) -> Sequence[Part]:
    slugs = {s.partition(":")[2] for s in slot.filter.schemes if s.startswith("convention:")}
    slugs |= {key.partition("/")[0] for key in slot.filter.action_keys}
    if len(slugs) != 1:
        raise Invalid("axes are those of one convention", remedy="name the convention")
    every = Convention.objects.unscoped(reason="the axes of a signed text are public")
    convention = every.filter(slug=slugs.pop()).first()
    if convention is None:
        return []
    axes = axes_in_force(convention, moment_of(slot.period, as_of).end, as_of)
    parts = [Part(a.code, Words(a.title, a.title), tuple(keys)) for a, keys in axes]
    return [*parts, Part("", NO_AXIS, ("",))]


figures.dimension(
    Dimension(code="axis", words=Words(fr="Axe", en="Axis"), column="action_key", classes=_axes)
)
