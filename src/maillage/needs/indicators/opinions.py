"""What firms think of the answer, and how many say it (I10)."""

from __future__ import annotations

from maillage import figures
from maillage.kernel.text import Words
from maillage.needs.indicators.breakdowns import BREAKDOWNS

#: Firms asked what they think, as far as they are counted: few answers are never told in public.
OPINIONS_ASKED = figures.declare(
    figures.Indicator(
        code="needs.opinions_asked",
        version=1,
        owner="needs",
        label=Words(fr="Avis demandés", en="Opinions asked"),
        words=Words(
            fr="Nombre de besoins sur lesquels l’avis de l’entreprise a été demandé pendant la période, par courriel ou au "
            "téléphone\u00a0; une fois par besoin.",
            en="Number of needs about which the firm was asked what it thinks during the period, by e-mail or on the phone; "
            "once a need.",
        ),
        relation="opinions",
        unit="need",
        key="id",
        dimensions=BREAKDOWNS,
        disclosure="survey",
    )
)
OPINIONS_GIVEN = figures.declare(
    OPINIONS_ASKED.part(
        "needs.opinions_given",
        Words(fr="Avis donnés", en="Opinions given"),
        Words(
            fr="Parmi les avis demandés pendant la période, ceux auxquels l’entreprise a répondu.",
            en="Among the opinions asked during the period, those that the firm gave.",
        ),
        lambda rows: rows.answered == 1,
    )
)
FIRMS_CONTACTED = figures.declare(
    OPINIONS_GIVEN.part(
        "needs.opinions_contacted",
        Words(
            fr="Entreprises qui disent avoir été contactées",
            en="Firms that say they were contacted",
        ),
        Words(
            fr="Parmi les avis demandés pendant la période, ceux où l’entreprise répond que quelqu’un l’a contactée.",
            en="Among the opinions asked during the period, those in which the firm says that somebody contacted it.",
        ),
        lambda rows: rows.contacted == 1,
    )
)
OPINIONS_RATED = figures.declare(
    OPINIONS_GIVEN.part(
        "needs.opinions_rated",
        Words(fr="Avis sur l’utilité", en="Opinions on usefulness"),
        Words(
            fr="Parmi les avis demandés pendant la période, ceux où l’entreprise dit si l’échange a été utile.",
            en="Among the opinions asked during the period, those in which the firm says whether the exchange was useful.",
        ),
        lambda rows: rows.rated == 1,
    )
)
OPINIONS_USEFUL = figures.declare(
    OPINIONS_RATED.part(
        "needs.opinions_useful",
        Words(fr="Échanges jugés utiles", en="Exchanges found useful"),
        Words(
            fr="Parmi les avis demandés pendant la période, ceux où l’entreprise dit que l’échange a été utile.",
            en="Among the opinions asked during the period, those in which the firm says that the exchange was useful.",
        ),
        lambda rows: rows.useful == 1,
    )
)


def _over(
    code: str,
    label: Words,
    words: Words,
    top: figures.Indicator,
    bottom: figures.Indicator,
    alias: str = "",
) -> figures.Rate:
    return figures.declare(
        figures.Rate(
            code=code, alias=alias, version=1, owner="needs", label=label, words=words, numerator=top, denominator=bottom,
            dimensions=BREAKDOWNS, disclosure="survey",
        )
    )  # fmt: skip


USEFULNESS = _over(
    "needs.usefulness",
    Words(fr="Utilité selon les entreprises", en="Usefulness as firms say"),
    Words(
        fr="Part des entreprises qui disent que l’échange a été utile, parmi celles qui se prononcent\u00a0; à lire avec "
        "la part de réponses.",
        en="Share of the firms that say the exchange was useful, among those that say whether it was; to be read beside "
        "the response rate.",
    ),
    OPINIONS_USEFUL,
    OPINIONS_RATED,
    "I10",
)
RESPONSE_RATE = _over(
    "needs.response_rate",
    Words(fr="Part de réponses", en="Response rate"),
    Words(
        fr="Avis donnés, rapportés aux avis demandés pendant la période.",
        en="Opinions given, over the opinions asked during the period.",
    ),
    OPINIONS_GIVEN,
    OPINIONS_ASKED,
)
CONTACTED_RATE = _over(
    "needs.contacted_rate",
    Words(fr="Entreprises contactées selon elles", en="Firms contacted, as they say"),
    Words(
        fr="Part des entreprises qui disent avoir été contactées, parmi celles qui ont répondu.",
        en="Share of the firms that say they were contacted, among those that answered.",
    ),
    FIRMS_CONTACTED,
    OPINIONS_GIVEN,
)
