"""What entries of the catalogue count: how often they answered a need."""

from __future__ import annotations

from maillage import figures
from maillage.catalogue.counting import counted_by
from maillage.catalogue.models import SCHEME
from maillage.kernel.text import Words
from maillage.needs.acts import CLOSED, SENT
from maillage.needs.indicators.breakdowns import BREAKDOWNS
from maillage.needs.indicators.referrals import REFERRALS_SENT
from maillage.needs.vocabulary import Ending

ENTRY_REFERRALS = figures.declare(
    figures.Indicator(
        code="needs.entry_referrals",
        version=1,
        owner="needs",
        label=Words(
            fr="Mises en relation par une fiche du catalogue",
            en="Referrals through an entry of the catalogue",
        ),
        words=Words(
            fr="Nombre de besoins adressés à un partenaire pendant la période au titre d’une fiche du catalogue ; adressé "
            "à deux, un besoin compte deux fois.",
            en="Number of needs sent to a partner during the period for an entry of the catalogue; sent to two, a need "
            "counts twice.",
        ),
        unit="act",
        key="id",
        kinds=(SENT.name,),
        where=lambda rows: rows.scheme.startswith(SCHEME),
        subset_of=REFERRALS_SENT.code,
        dimensions=("entry", *BREAKDOWNS, "partner"),
    )
)
ENTRY_HELPED = figures.declare(
    figures.Indicator(
        code="needs.entry_helped",
        version=1,
        owner="needs",
        label=Words(
            fr="Aides apportées par une fiche du catalogue",
            en="Help given through an entry of the catalogue",
        ),
        words=Words(
            fr="Nombre de mises en relation au titre d’une fiche du catalogue que le partenaire a closes pendant la période "
            "avec une aide apportée.",
            en="Number of referrals for an entry of the catalogue that the partner closed during the period as helped.",
        ),
        unit="act",
        key="id",
        kinds=(CLOSED[Ending.HELPED].name,),
        where=lambda rows: rows.scheme.startswith(SCHEME),
        dimensions=(
            "entry",
            *BREAKDOWNS,
        ),  # who helped is who acted: the other party is who sent it
    )
)
counted_by(ENTRY_REFERRALS.code, ENTRY_HELPED.code)
