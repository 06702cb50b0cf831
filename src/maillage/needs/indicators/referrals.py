"""What referrals count: sent, and taken up in the working days that partners promise (I07)."""

from __future__ import annotations

from maillage import figures
from maillage.kernel.text import Words
from maillage.needs.acts import SENT
from maillage.needs.indicators.breakdowns import BREAKDOWNS

REFERRAL_BREAKDOWNS = (*BREAKDOWNS, "partner")

REFERRALS_SENT = figures.declare(
    figures.Indicator(
        code="needs.referrals_sent",
        version=1,
        owner="needs",
        label=Words(fr="Mises en relation", en="Referrals sent"),
        words=Words(
            fr="Nombre de besoins adressés à un partenaire pendant la période ; adressé à deux, un besoin compte deux fois.",
            en="Number of needs sent to a partner during the period; sent to two, a need counts twice.",
        ),
        unit="act",
        key="id",
        kinds=(SENT.name,),
        dimensions=REFERRAL_BREAKDOWNS,
    )
)


def _aged(days: int) -> figures.Indicator:
    return figures.declare(
        figures.Indicator(
            code=f"needs.referrals_due_{days}",
            version=1,
            owner="needs",
            label=Words(
                fr=f"Mises en relation de plus de {days} jours ouvrés",
                en=f"Referrals older than {days} working days",
            ),
            words=Words(
                fr=f"Nombre de mises en relation de la période envoyées depuis au moins {days} jours ouvrés à l’instant de lecture.",
                en=f"Number of referrals of the period sent at least {days} working days before the as-of.",
            ),
            relation="referrals",
            unit="act",
            key="id",
            where=lambda rows: rows[f"aged_{days}"] == 1,
            dimensions=REFERRAL_BREAKDOWNS,
        )
    )


def _picked(days: int, of: figures.Indicator) -> figures.Indicator:
    return figures.declare(
        of.part(
            f"needs.referrals_picked_{days}",
            Words(
                fr=f"Mises en relation prises en charge sous {days} jours ouvrés",
                en=f"Referrals taken up within {days} working days",
            ),
            Words(
                fr=f"Parmi elles, celles que le partenaire a prises en charge sous {days} jours ouvrés.",
                en=f"Among them, those that the partner took up within {days} working days.",
            ),
            lambda rows: (rows[f"aged_{days}"] == 1) & (rows[f"picked_{days}"] == 1),
        )
    )


def _pick_up(days: int, alias: str) -> figures.Rate:
    aged = _aged(days)
    return figures.declare(
        figures.Rate(
            code=f"needs.pick_up_{days}",
            alias=alias,
            version=1,
            owner="needs",
            label=Words(
                fr=f"Prise en charge sous {days} jours ouvrés",
                en=f"Taken up within {days} working days",
            ),
            words=Words(
                fr=f"Part des mises en relation de la période, envoyées depuis au moins {days} jours ouvrés, que le "
                f"partenaire a prises en charge sous {days} jours ouvrés du calendrier français.",
                en=f"Share of the referrals of the period, sent at least {days} working days ago, that the partner took "
                f"up within {days} working days of the French calendar.",
            ),
            numerator=_picked(days, aged),
            denominator=aged,
            dimensions=REFERRAL_BREAKDOWNS,
        )
    )


PICK_UP_3, PICK_UP_5 = _pick_up(3, "I07a"), _pick_up(5, "I07b")
