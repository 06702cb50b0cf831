"""What lists of structures count: distinct persons by stage, lines without day of birth apart, loans and what they lend.

On pages that read across, a partner asks these of its own organisation's acts, and the funnel not at all: the year in which
anybody first told of a person says, of one's own person, that another knew them before (ADR 0039). So the funnel alone is
split by that year.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from maillage import figures
from maillage.cohorts.acts import KINDS, NAMES, SOURCE_LINE, SOURCE_PERSON
from maillage.cohorts.relations import FAR, NEAR, REACHED
from maillage.cohorts.vocabulary import MONEY, Counted
from maillage.figures.dimensions import UNKNOWN
from maillage.kernel.text import Words

STAGE, COHORT, QPV = "cohort_stage", "cohort", "qpv"
_NAMES = {REACHED[stage.value]: stage.label for stage in Counted}
_SIDES = {
    NEAR: Words("En quartier prioritaire", "In a priority neighbourhood"),
    FAR: Words("Hors quartier prioritaire", "Outside"),
    "": UNKNOWN,
}


def _stages(keys: Iterable[str], _as_of: datetime) -> dict[str, str]:
    return {key: str(_NAMES.get(key, key)) for key in sorted(keys)}


def _sides(keys: Iterable[str], _as_of: datetime) -> dict[str, str]:
    wanted = set(keys)
    return {key: str(words) for key, words in _SIDES.items() if key in wanted}


for _code, _words, _column, _labels in (
    (STAGE, Words("Étape franchie", "Stage reached"), "reached", _stages),
    (COHORT, Words("Année d’entrée", "Year of entry"), "cohort", None),
    (QPV, Words("Quartier prioritaire", "Priority neighbourhood"), "near", _sides),
):
    figures.dimension(figures.Dimension(code=_code, words=_words, column=_column, labels=_labels))

OF_PERSONS = (STAGE, COHORT, QPV, "organisation", "commune")
OF_ACTS = ("organisation", "commune", "month")

FUNNEL = figures.declare(
    figures.Indicator(
        code="cohorts.support_funnel",
        version=1,
        owner="cohorts",
        label=Words(fr="Personnes entrées en accompagnement", en="Persons who entered support"),
        words=Words(
            fr="Nombre de personnes distinctes (par leur pseudonyme) qu’une structure a dites pour la première fois pendant la "
            "période. Par étape\u00a0: celles d’entre elles qui l’ont franchie, à quelque date que ce soit. Une personne dite "
            "par plusieurs structures compte une fois\u00a0; ce qui est compté deux fois dans le détail est montré. Les lignes "
            "sans date de naissance sont comptées à part.",
            en="Number of distinct persons (by their pseudonym) first told by any structure during the period. By stage: those "
            "of them that reached it, on whatever day. A person told by several structures counts once; what the parts count "
            "twice is shown. Lines without day of birth are counted apart.",
        ),
        relation="cohort_steps",
        unit="person",
        key="cohort_person",
        date="entered_on",
        dimensions=OF_PERSONS,
        disclosure="persons",
        held="apart",
    )
)


def _persons(code: str, stage: Counted, fr: str, en: str) -> figures.Indicator:
    """Distinct persons who reached one stage during the period."""
    return figures.declare(
        figures.Indicator(
            code=f"cohorts.persons_{code}",
            version=1,
            owner="cohorts",
            label=Words(fr=f"Personnes {fr}", en=f"Persons {en}"),
            words=Words(
                fr=f"Nombre de personnes distinctes (par leur pseudonyme) {fr} pendant la période, d’après les listes des "
                "structures. La même, dite par plusieurs structures ou plusieurs fois, compte une fois. Les lignes sans date "
                "de naissance sont comptées à part.",
                en=f"Number of distinct persons (by their pseudonym) {en} during the period, by the lists of structures. The same "
                "one, told by several structures or several times, counts once. Lines without day of birth are counted apart.",
            ),
            relation="cohort_steps",
            unit="person",
            key="cohort_person",
            kinds=(KINDS[stage].name,),
            dimensions=(QPV, "organisation", "commune", "month"),
            disclosure="persons",
            held="own",
        )
    )


WELCOMED = _persons("welcomed", Counted.WELCOME, "accueillies", "welcomed")
SUPPORTED = _persons("supported", Counted.SUPPORT, "accompagnées", "supported")
CREATED = _persons(
    "created", Counted.CREATION, "qui ont créé leur activité", "who created their activity"
)
EMPLOYED = _persons("employed", Counted.JOB, "qui ont trouvé un emploi", "who found a job")

UNKNOWN_PERSONS = figures.declare(
    figures.Indicator(
        code="cohorts.steps_without_person",
        version=1,
        owner="cohorts",
        label=Words(fr="Lignes sans date de naissance", en="Lines without day of birth"),
        words=Words(
            fr="Nombre d’étapes de la période dites sans pseudonyme, faute de date de naissance. Elles sont comptées, jamais "
            "dédoublonnées\u00a0: deux lignes peuvent dire la même personne.",
            en="Number of steps of the period told without pseudonym, for want of a day of birth. They are counted, never "
            "deduplicated: two lines may tell of the same person.",
        ),
        unit="act",
        key="id",
        kinds=NAMES,
        where=lambda rows: rows.source_model == SOURCE_LINE,
        dimensions=(*OF_ACTS, "kind"),
        disclosure="persons",
        held="own",
    )
)

_LENT = tuple(KINDS[stage].name for stage in Counted if stage in MONEY)

LOANS = figures.declare(
    figures.Indicator(
        code="cohorts.loans",
        alias="I24",
        version=1,
        owner="cohorts",
        label=Words(fr="Prêts et garanties accordés", en="Loans and guarantees granted"),
        words=Words(
            fr="Nombre de prêts et de garanties que les listes des structures disent accordés pendant la période. Deux à la "
            "même personne comptent deux fois.",
            en="Number of loans and guarantees that the lists of structures tell as granted during the period. Two to the same "
            "person count twice.",
        ),
        unit="act",
        key="id",
        kinds=_LENT,
        where=lambda rows: rows.source_model.isin((SOURCE_PERSON, SOURCE_LINE)),
        dimensions=(*OF_ACTS, "kind"),
        disclosure="persons",
        held="own",
    )
)

LENT = figures.declare(
    figures.Indicator(
        code="cohorts.amount_lent",
        version=1,
        owner="cohorts",
        label=Words(fr="Montant des prêts et garanties", en="Amount of loans and guarantees"),
        words=Words(
            fr="Somme, en centimes, des prêts et des garanties que les listes des structures disent accordés pendant la période.",
            en="Sum, in cents, of the loans and guarantees that the lists of structures tell as granted during the period.",
        ),
        unit="cents",
        key="id",
        measure="amount_cents",
        kinds=_LENT,
        where=lambda rows: rows.source_model.isin((SOURCE_PERSON, SOURCE_LINE)),
        dimensions=(*OF_ACTS, "kind"),
        disclosure="persons",
        held="own",
    )
)
