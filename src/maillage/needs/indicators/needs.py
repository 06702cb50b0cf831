"""What needs count: expressed, taken up, helped, and how long they waited (I06, I08, I09)."""

from __future__ import annotations

from maillage import figures
from maillage.kernel.text import Words
from maillage.needs import relations
from maillage.needs.acts import expressed_kind
from maillage.needs.indicators.breakdowns import BREAKDOWNS
from maillage.needs.vocabulary import Origin

NEEDS_EXPRESSED = figures.declare(
    figures.Indicator(
        code="needs.needs_expressed",
        version=1,
        owner="needs",
        label=Words(fr="Besoins exprimés", en="Needs expressed"),
        words=Words(
            fr="Nombre de besoins que des entreprises ont exprimés pendant la période, où qu’ils aient été entendus "
            "(visite ou appel, permanence, événement, enquête, dossier, formulaire public, partenaire). Un besoin "
            "noté par erreur ne compte pas.",
            en="Number of needs that firms expressed during the period, wherever they were heard (visit or call, "
            "desk, event, survey, application, public form, partner). A need written down by mistake does not count.",
        ),
        unit="need",
        key="id",
        kinds=relations.EXPRESSED_KINDS,
        dimensions=(*BREAKDOWNS, "kind"),
    )
)
NEEDS_AT_VISITS = figures.declare(
    figures.Indicator(
        code="needs.needs_heard_at_visits",
        version=1,
        owner="needs",
        label=Words(fr="Besoins exprimés en visite", en="Needs expressed at visits"),
        words=Words(
            fr="Nombre de besoins exprimés pendant la période lors d’une visite ou d’un appel.",
            en="Number of needs expressed during the period at a visit or on a call.",
        ),
        unit="need",
        key="id",
        kinds=(expressed_kind(Origin.VISIT),),
        subset_of=NEEDS_EXPRESSED.code,
        dimensions=BREAKDOWNS,
    )
)
NEEDS_OF_COHORT = figures.declare(
    figures.Indicator(
        code="needs.needs_followed",
        version=1,
        owner="needs",
        label=Words(fr="Besoins suivis", en="Needs followed"),
        words=Words(
            fr="Les besoins exprimés pendant la période, avec ce qu’il en est advenu à l’instant de lecture.",
            en="The needs expressed during the period, with what had become of them by the as-of.",
        ),
        relation="needs",
        unit="need",
        key="id",
        dimensions=BREAKDOWNS,
    )
)
NEEDS_HELPED = figures.declare(
    NEEDS_OF_COHORT.part(
        "needs.needs_helped",
        Words(fr="Besoins ayant reçu une aide", en="Needs helped"),
        Words(
            fr="Parmi les besoins exprimés pendant la période, ceux qui sont clos avec une aide apportée.",
            en="Among the needs expressed during the period, those closed as helped.",
        ),
        lambda rows: rows.helped == 1,
    )
)
NEEDS_OPEN = figures.declare(
    NEEDS_OF_COHORT.part(
        "needs.needs_open",
        Words(fr="Besoins encore ouverts", en="Needs still open"),
        Words(
            fr="Parmi les besoins exprimés pendant la période, ceux qui ne sont pas clos.",
            en="Among the needs expressed during the period, those not closed.",
        ),
        lambda rows: rows.closed == 0,
    )
)
NEEDS_TAKEN = figures.declare(
    NEEDS_OF_COHORT.part(
        "needs.needs_taken_up",
        Words(fr="Besoins pris en charge", en="Needs taken up"),
        Words(
            fr="Parmi les besoins exprimés pendant la période, ceux qu’au moins un partenaire a pris en charge.",
            en="Among the needs expressed during the period, those that at least one partner took up.",
        ),
        lambda rows: rows.taken == 1,
    )
)
HELPED_RATE = figures.declare(
    figures.Rate(
        code="needs.helped_rate",
        alias="I08",
        version=1,
        owner="needs",
        label=Words(fr="Part des besoins ayant reçu une aide", en="Share of needs helped"),
        words=Words(
            fr="Besoins exprimés pendant la période et clos avec une aide apportée, rapportés à tous ceux qui y ont "
            "été exprimés, encore ouverts compris.",
            en="Needs expressed during the period and closed as helped, over all those expressed in it, those still "
            "open included.",
        ),
        numerator=NEEDS_HELPED,
        denominator=NEEDS_OF_COHORT,
        dimensions=BREAKDOWNS,
    )
)
OPEN_RATE = figures.declare(
    figures.Rate(
        code="needs.open_rate",
        version=1,
        owner="needs",
        label=Words(fr="Part des besoins encore ouverts", en="Share of needs still open"),
        words=Words(
            fr="Besoins exprimés pendant la période et qui ne sont pas clos, rapportés à tous ceux qui y ont été exprimés.",
            en="Needs expressed during the period and not closed, over all those expressed in it.",
        ),
        numerator=NEEDS_OPEN,
        denominator=NEEDS_OF_COHORT,
        dimensions=BREAKDOWNS,
    )
)

NEEDS_WAITING = figures.declare(
    figures.Indicator(
        code="needs.needs_waiting",
        version=1,
        owner="needs",
        label=Words(fr="Besoins sans échange à ce jour", en="Needs without an exchange so far"),
        words=Words(
            fr="Parmi les besoins exprimés pendant la période, ceux qu’aucun partenaire n’a pris en charge à l’instant de "
            "lecture.",
            en="Among the needs expressed during the period, those that no partner had taken up by the as-of.",
        ),
        relation="first_exchanges",
        unit="need",
        key="id",
        where=lambda rows: rows.days.isnull(),
        subset_of=NEEDS_OF_COHORT.code,
        dimensions=BREAKDOWNS,
    )
)
DAYS_TO_EXCHANGE = figures.declare(
    figures.Median(
        code="needs.days_to_first_exchange",
        alias="I09",
        version=1,
        owner="needs",
        label=Words(
            fr="Délai médian du besoin au premier échange",
            en="Median days from the need to the first exchange",
        ),
        words=Words(
            fr="Jours écoulés entre l’expression d’un besoin de la période et sa première prise en charge par un "
            "partenaire\u00a0: la moitié des besoins pris en charge ont attendu moins, l’autre moitié davantage. Ceux que "
            "personne n’a encore pris en charge n’y entrent pas et sont comptés à côté.",
            en="Days between the expression of a need of the period and its first taking up by a partner: half of the "
            "needs taken up waited less, the other half more. Those that nobody took up yet are not in it and are "
            "counted beside it.",
        ),
        relation="first_exchanges",
        unit="day",
        key="id",
        measure="days",
        censored=NEEDS_WAITING,
        dimensions=BREAKDOWNS,
    )
)
