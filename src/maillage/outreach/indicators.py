"""What prospecting counts: I01 to I05.

A mail blast records no act here: only a talk or a visit that took place counts as a contact.
"""

from __future__ import annotations

import ibis.expr.types as ir

from maillage import figures
from maillage.conventions.indicators import PAYMENTS
from maillage.figures.indicators import ACTIVE_CRAFT_FIRMS
from maillage.kernel.text import Words
from maillage.needs.indicators import NEEDS_AT_VISITS
from maillage.outreach.acts import CHECKS, FIRM_LISTED
from maillage.outreach.vocabulary import CLOSED, CONTACTS, Checked, Mode, Outcome, attempt_kind
from maillage.register import segments

DONE_KINDS = CONTACTS
CLOSED_KINDS = tuple(attempt_kind(mode, outcome) for mode in Mode for outcome in CLOSED)
GONE_KINDS = tuple(attempt_kind(mode, Outcome.CLOSED_DOWN) for mode in Mode)
VISIT_DONE = attempt_kind(Mode.VISIT, Outcome.DONE)

BREAKDOWNS = ("commune", "sector", "month", "first_month", "organisation")

FIRMS_PROSPECTED = figures.declare(
    figures.Indicator(
        code="outreach.firms_prospected",
        alias="I01",
        version=1,
        owner="outreach",
        label=Words(fr="Entreprises artisanales prospectées", en="Craft firms prospected"),
        words=Words(
            fr="Nombre d’entreprises (SIREN) artisanales au jour de l’échange, situées dans le "
            "territoire, qu’un conseiller a rencontrées ou eues au téléphone pendant la période "
            "(visite ou appel réalisé). Une deuxième visite de la même entreprise ne compte pas "
            "une deuxième fois ; un envoi de courriels ne compte pas.",
            en="Number of firms (SIREN), craft on the day of the exchange and within the territory, "
            "that an adviser met or talked to on the phone during the period (visit or call done). "
            "A second visit of the same firm does not count twice; a mail blast does not count.",
        ),
        unit="firm",
        key="legal_unit_id",
        kinds=DONE_KINDS,
        where=lambda rows: figures.in_segment(rows, segments.CRAFT_RM),
        dimensions=BREAKDOWNS,
    )
)

COVERAGE = figures.declare(
    figures.Rate(
        code="outreach.coverage",
        alias="I02",
        version=1,
        owner="outreach",
        label=Words(fr="Couverture des entreprises artisanales", en="Coverage of craft firms"),
        words=Words(
            fr="Entreprises artisanales prospectées pendant la période, rapportées aux entreprises "
            "artisanales actives dans le territoire le dernier jour de la période.",
            en="Craft firms prospected during the period, over the craft firms active in the "
            "territory on the last day of the period.",
        ),
        numerator=FIRMS_PROSPECTED,
        denominator=ACTIVE_CRAFT_FIRMS,
        denominator_takes=("territory", "communes", "segments"),
        dimensions=("commune", "sector"),
    )
)

ATTEMPTS_CLOSED = figures.declare(
    figures.Indicator(
        code="outreach.attempts_closed",
        version=1,
        owner="outreach",
        label=Words(fr="Démarches menées à terme", en="Attempts closed"),
        words=Words(
            fr="Nombre de visites et d’appels de la période dont l’issue est connue : réalisés, "
            "absents, refusés, injoignables, entreprise fermée, pas à l’adresse. Une démarche "
            "reportée n’est pas terminée.",
            en="Number of visits and calls of the period whose outcome is known: done, nobody "
            "there, refused, unreachable, closed down, not at this address. An attempt put off is "
            "not closed.",
        ),
        unit="act",
        key="id",
        kinds=CLOSED_KINDS,
        dimensions=(*BREAKDOWNS, "kind"),
    )
)

ATTEMPTS_DONE = figures.declare(
    figures.Indicator(
        code="outreach.attempts_done",
        version=1,
        owner="outreach",
        label=Words(fr="Démarches réalisées", en="Attempts done"),
        words=Words(
            fr="Nombre de visites et d’appels de la période au cours desquels quelqu’un de "
            "l’entreprise a été entendu.",
            en="Number of visits and calls of the period in which somebody of the firm was heard.",
        ),
        unit="act",
        key="id",
        kinds=DONE_KINDS,
        subset_of=ATTEMPTS_CLOSED.code,
        dimensions=(*BREAKDOWNS, "kind"),
    )
)

CONTACT_SUCCESS = figures.declare(
    figures.Rate(
        code="outreach.contact_success",
        alias="I03",
        version=1,
        owner="outreach",
        label=Words(fr="Réussite des prises de contact", en="Contact success"),
        words=Words(
            fr="Part des démarches menées à terme pendant la période qui ont été réalisées.",
            en="Share of the attempts closed during the period that were done.",
        ),
        numerator=ATTEMPTS_DONE,
        denominator=ATTEMPTS_CLOSED,
        dimensions=BREAKDOWNS,
    )
)


NEEDS_PER_VISIT = figures.declare(
    figures.Rate(
        code="outreach.needs_per_visit",
        alias="I06",
        version=1,
        owner="outreach",
        label=Words(fr="Besoins par visite", en="Needs per visit"),
        words=Words(
            fr="Besoins exprimés en visite ou au téléphone pendant la période, rapportés aux visites et appels réalisés "
            "pendant la période.",
            en="Needs expressed at visits or on calls during the period, over the visits and calls done during the "
            "period.",
        ),
        numerator=NEEDS_AT_VISITS,
        denominator=ATTEMPTS_DONE,
        unit="each",
        denominator_takes=(
            "organisations",
            "schemes",
            "action_keys",
            "communes",
            "territory",
            "segments",
        ),
        dimensions=("commune", "sector", "month", "organisation"),
    )
)


def listed_firms(p: figures.Parameters) -> ir.Table:
    """The acts of each campaign about the firms of its list, with what became of the firm in it."""
    acts = figures.standing_acts(p)
    acts = acts.filter(
        acts.kind.isin([FIRM_LISTED.name, *CLOSED_KINDS]),
        acts.scheme.startswith("campaign:"),
        acts.occurred_on <= p.text("end"),
    )

    def some(kinds: tuple[str, ...]) -> ir.Scalar:
        return acts.kind.isin(kinds).ifelse(1, 0).max()

    firms = acts.group_by("scheme", "legal_unit_id").aggregate(
        listed=some((FIRM_LISTED.name,)),
        visited=some((VISIT_DONE,)),
        reached=some(DONE_KINDS),
        gone=some(GONE_KINDS),
    )
    firms = firms.filter(firms.listed == 1)
    return acts.inner_join(firms, ["scheme", "legal_unit_id"])


figures.relate(
    figures.Relation(
        name="listed_firms",
        version=1,
        words=Words(
            fr="Les entreprises des listes figées et ce qu’il en est advenu dans leur campagne.",
            en="The firms of frozen lists and what became of them in their campaign.",
        ),
        build=listed_firms,
        stock=True,
        act="id",
    )
)

FIRMS_TO_VISIT = figures.declare(
    figures.Indicator(
        code="outreach.firms_to_visit",
        version=1,
        owner="outreach",
        label=Words(fr="Entreprises de la liste figée", en="Firms of the frozen list"),
        words=Words(
            fr="Nombre d’entreprises (SIREN) des listes figées au dernier jour de la période, moins "
            "celles trouvées fermées avant tout échange.",
            en="Number of firms (SIREN) of the lists frozen by the last day of the period, minus "
            "those found closed down before any exchange.",
        ),
        relation="listed_firms",
        unit="firm",
        key="legal_unit_id",
        date=None,
        where=lambda rows: (rows.reached == 1) | (rows.gone == 0),
        dimensions=("commune", "sector", "organisation"),
    )
)

FIRMS_VISITED = figures.declare(
    figures.Indicator(
        code="outreach.firms_visited",
        version=1,
        owner="outreach",
        label=Words(fr="Entreprises de la liste visitées", en="Firms of the list visited"),
        words=Words(
            fr="Nombre d’entreprises (SIREN) des listes figées visitées dans leur campagne, au "
            "dernier jour de la période (un appel n’est pas une visite).",
            en="Number of firms (SIREN) of the frozen lists visited within their campaign by the "
            "last day of the period (a call is no visit).",
        ),
        relation="listed_firms",
        unit="firm",
        key="legal_unit_id",
        date=None,
        where=lambda rows: rows.visited == 1,
        subset_of=FIRMS_TO_VISIT.code,
        dimensions=("commune", "sector", "organisation"),
    )
)

VISIT_COMPLETENESS = figures.declare(
    figures.Rate(
        code="outreach.visit_completeness",
        alias="I04",
        version=1,
        owner="outreach",
        label=Words(
            fr="Exhaustivité de la visite systématique", en="Systematic visit completeness"
        ),
        words=Words(
            fr="Part des entreprises de la liste figée, moins celles trouvées fermées avant tout "
            "échange, qui ont été visitées.",
            en="Share of the firms of the frozen list, minus those found closed down before any "
            "exchange, that were visited.",
        ),
        numerator=FIRMS_VISITED,
        denominator=FIRMS_TO_VISIT,
        dimensions=("commune", "sector"),
    )
)

VISITS_CALLED_BACK = figures.declare(
    figures.Indicator(
        code="outreach.visits_called_back",
        version=1,
        owner="outreach",
        label=Words(
            fr="Visites dont l’entreprise a répondu au rappel", en="Visits whose firm was heard"
        ),
        words=Words(
            fr="Nombre de visites tirées au sort dont l’entreprise, rappelée pendant la période par une autre "
            "personne que l’auteur de la visite, a dit si elle avait eu lieu. Une entreprise injoignable ne compte "
            "pas.",
            en="Number of visits drawn by lot whose firm, called back during the period by somebody other than the "
            "author of the visit, said whether it took place. A firm that could not be reached does not count.",
        ),
        unit="act",
        key="id",
        kinds=tuple(CHECKS[one].name for one in (Checked.CONFIRMED, Checked.NOT_CONFIRMED)),
        dimensions=("month", "organisation"),
    )
)

VISITS_CONFIRMED = figures.declare(
    figures.Indicator(
        code="outreach.visits_confirmed",
        version=1,
        owner="outreach",
        label=Words(fr="Visites confirmées au rappel", en="Visits confirmed when called back"),
        words=Words(
            fr="Nombre de visites tirées au sort que l’entreprise, rappelée pendant la période, a confirmées.",
            en="Number of visits drawn by lot that the firm, called back during the period, confirmed.",
        ),
        unit="act",
        key="id",
        kinds=(CHECKS[Checked.CONFIRMED].name,),
        subset_of=VISITS_CALLED_BACK.code,
        dimensions=("month", "organisation"),
    )
)

CONFIRMATION = figures.declare(
    figures.Rate(
        code="outreach.confirmation",
        version=1,
        owner="outreach",
        label=Words(fr="Confirmation des visites", en="Confirmation of visits"),
        words=Words(
            fr="Part des visites rappelées pendant la période, parmi celles dont l’entreprise a répondu, que "
            "l’entreprise a confirmées.",
            en="Share of the visits called back during the period, among those whose firm answered, that the firm "
            "confirmed.",
        ),
        numerator=VISITS_CONFIRMED,
        denominator=VISITS_CALLED_BACK,
        dimensions=("month", "organisation"),
    )
)

COST_PER_FIRM = figures.declare(
    figures.Rate(
        code="outreach.cost_per_firm",
        alias="I05",
        version=1,
        owner="outreach",
        label=Words(fr="Coût par entreprise prospectée", en="Cost per firm prospected"),
        words=Words(
            fr="Somme des versements de la période imputés aux actions demandées, rapportée aux "
            "entreprises artisanales prospectées pendant la période.",
            en="Sum of the payments of the period charged to the actions asked for, over the craft "
            "firms prospected during the period.",
        ),
        numerator=PAYMENTS,
        denominator=FIRMS_PROSPECTED,
        numerator_takes=("action_keys", "counterparts"),
        denominator_takes=(
            "organisations",
            "schemes",
            "action_keys",
            "communes",
            "territory",
            "segments",
        ),
        unit="cents",
    )
)
