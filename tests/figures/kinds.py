"""Indicators that only tests know, over the kinds that only tests know."""

from maillage import figures
from maillage.kernel.text import Words
from maillage.register import segments
from tests.factories import ledger as acts

FIRMS = figures.declare(
    figures.Indicator(
        code="tests.firms_visited",
        version=1,
        owner="tests",
        label=Words("Entreprises visitées", "Firms visited"),
        words=Words(
            "Entreprises artisanales différentes visitées.", "Distinct craft firms visited."
        ),
        unit="firm",
        key="legal_unit_id",
        kinds=(acts.VISIT.name,),
        where=lambda rows: figures.in_segment(rows, segments.CRAFT_RM),
        dimensions=("month", "first_month", "commune", "sector", "organisation", "theme"),
    )
)
VISITS = figures.declare(
    figures.Indicator(
        code="tests.visits_done",
        version=1,
        owner="tests",
        label=Words("Visites", "Visits"),
        words=Words("Toutes les visites.", "All visits."),
        unit="act",
        key="id",
        kinds=(acts.VISIT.name,),
        dimensions=("month", "first_month", "commune", "organisation", "theme"),
    )
)
PAID = figures.declare(
    figures.Indicator(
        code="tests.money_paid",
        version=1,
        owner="tests",
        label=Words("Payé", "Paid"),
        words=Words("Somme des versements.", "Sum of payments."),
        unit="cents",
        key="id",
        measure="amount_cents",
        kinds=(acts.PAYMENT.name,),
        dimensions=("month", "first_month", "counterpart"),
        disclosure="legal_duty",
    )
)
COST = figures.declare(
    figures.Rate(
        code="tests.cost_per_firm",
        version=1,
        owner="tests",
        label=Words("Coût par entreprise", "Cost per firm"),
        words=Words("Versements sur entreprises.", "Payments over firms."),
        numerator=PAID,
        denominator=FIRMS,
        numerator_takes=("action_keys",),
        denominator_takes=("territory", "organisations"),
        unit="cents",
    )
)
COVERAGE = figures.declare(
    figures.Rate(
        code="tests.coverage",
        version=1,
        owner="tests",
        label=Words("Couverture", "Coverage"),
        words=Words("Visitées sur actives.", "Visited over active."),
        numerator=FIRMS,
        denominator=figures.get("register.active_craft_firms"),
        denominator_takes=("territory", "communes"),
        dimensions=("commune",),
    )
)
