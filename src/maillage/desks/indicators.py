"""What desks count: hours held, people welcomed by place, firms and project leaders among them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from maillage import figures
from maillage.desks.acts import FIRM_WELCOMED, PROJECT_WELCOMED, SESSION_HELD, YOUTH_MET
from maillage.desks.models import Place
from maillage.desks.models.places import MACHINE
from maillage.desks.relations import STAGE_WORDS
from maillage.figures.dimensions import UNKNOWN
from maillage.kernel.text import Words


def _places(keys: Iterable[str], _as_of: datetime) -> dict[str, str]:
    """The names of the places that schemes name."""
    wanted = {key: key.removeprefix("desk:") for key in keys}
    every = Place.objects.visible_to(MACHINE)
    held = [key for key in wanted.values() if _is_key(key)]
    names = {str(key): name for key, name in every.filter(key__in=held).values_list("key", "name")}
    named = {scheme: names.get(key, key) or str(UNKNOWN) for scheme, key in wanted.items()}
    return dict(sorted(named.items(), key=lambda item: item[1]))


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


figures.dimension(
    figures.Dimension(
        code="desk",
        words=Words(fr="Lieu d’accueil", en="Place of welcome"),
        column="scheme",
        labels=_places,
    )
)

BREAKDOWNS = ("desk", "commune", "month", "organisation")

SESSIONS_HELD = figures.declare(
    figures.Indicator(
        code="desks.sessions_held",
        version=1,
        owner="desks",
        label=Words(fr="Permanences tenues", en="Desk sessions held"),
        words=Words(
            fr="Nombre de permanences de la période dites tenues, que quelqu’un soit venu ou non. Une permanence prévue "
            "que personne n’a confirmée ne compte pas.",
            en="Number of desk sessions of the period said to be held, whether or not somebody came. A planned session "
            "that nobody confirmed does not count.",
        ),
        unit="act",
        key="id",
        kinds=(SESSION_HELD.name,),
        dimensions=BREAKDOWNS,
    )
)

MINUTES_HELD = figures.declare(
    figures.Indicator(
        code="desks.minutes_held",
        version=1,
        owner="desks",
        label=Words(fr="Minutes de permanence tenues", en="Minutes of desk held"),
        words=Words(
            fr="Somme des durées, en minutes, des permanences tenues pendant la période.",
            en="Sum of the durations, in minutes, of the desk sessions held during the period.",
        ),
        unit="minute",
        key="id",
        measure="quantity",
        kinds=(SESSION_HELD.name,),
        dimensions=BREAKDOWNS,
    )
)

WELCOMES = figures.declare(
    figures.Indicator(
        code="desks.welcomes",
        version=1,
        owner="desks",
        label=Words(fr="Accueils", en="Welcomes"),
        words=Words(
            fr="Nombre d’accueils aux permanences de la période, entreprises et porteurs de projet ensemble. Une "
            "personne venue deux fois compte deux fois.",
            en="Number of welcomes at the desk sessions of the period, firms and project leaders together. Somebody "
            "who came twice counts twice.",
        ),
        unit="act",
        key="id",
        kinds=(FIRM_WELCOMED.name, PROJECT_WELCOMED.name),
        dimensions=(*BREAKDOWNS, "theme", "kind"),
    )
)

FIRMS_WELCOMED = figures.declare(
    figures.Indicator(
        code="desks.firms_welcomed",
        version=1,
        owner="desks",
        label=Words(fr="Entreprises accueillies", en="Firms welcomed"),
        words=Words(
            fr="Nombre d’entreprises (SIREN) accueillies à une permanence pendant la période. Une entreprise venue "
            "plusieurs fois, ou en plusieurs lieux, compte une fois.",
            en="Number of firms (SIREN) welcomed at a desk session during the period. A firm that came several times, "
            "or to several places, counts once.",
        ),
        unit="firm",
        key="legal_unit_id",
        kinds=(FIRM_WELCOMED.name,),
        dimensions=(*BREAKDOWNS, "first_month"),
    )
)

PROJECTS_MET = figures.declare(
    figures.Indicator(
        code="desks.projects_met",
        version=1,
        owner="desks",
        label=Words(fr="Porteurs de projet rencontrés", en="Project leaders met"),
        words=Words(
            fr="Nombre de porteurs de projet distincts (par leur pseudonyme) accueillis à une permanence pendant la "
            "période. Le même, connu de deux organisations sous un même pseudonyme, compte une fois.",
            en="Number of distinct project leaders (by their pseudonym) welcomed at a desk session during the period. "
            "The same one, known to two organisations under one pseudonym, counts once.",
        ),
        unit="project",
        key="source_key",
        kinds=(PROJECT_WELCOMED.name,),
        dimensions=(*BREAKDOWNS, "first_month"),
    )
)

YOUNG_MET = figures.declare(
    figures.Indicator(
        code="desks.young_people_reached",
        version=1,
        owner="desks",
        label=Words(fr="Jeunes sensibilisés", en="Young people reached"),
        words=Words(
            fr="Somme des jeunes présents aux séances de sensibilisation de la période. Un jeune venu à deux séances "
            "compte deux fois\u00a0: personne n’est noté.",
            en="Sum of the young people present at the awareness sessions of the period. Somebody who came to two "
            "sessions counts twice: nobody is written down.",
        ),
        unit="person",
        key="id",
        measure="quantity",
        kinds=(YOUTH_MET.name,),
        dimensions=BREAKDOWNS,
    )
)


def _stages(keys: Iterable[str], _as_of: datetime) -> dict[str, str]:
    return {key: str(STAGE_WORDS[key]) if key in STAGE_WORDS else key for key in sorted(keys)}


figures.dimension(
    figures.Dimension(
        code="stage", words=Words(fr="Étape", en="Stage"), column="stage", labels=_stages
    )
)
COHORT = ("stage", "organisation", "commune")

SUPPORT_FUNNEL = figures.declare(
    figures.Indicator(
        code="desks.support_funnel",
        alias="I23",
        version=1,
        owner="desks",
        label=Words(fr="Projets entrés dans le parcours", en="Projects that entered the funnel"),
        words=Words(
            fr="Nombre de projets distincts (par leur pseudonyme) rencontrés pour la première fois pendant la période, par "
            "l’une des organisations. Par étape\u00a0: ceux d’entre eux qui l’ont atteinte, à quelque date que ce soit. "
            "Un projet connu de plusieurs organisations compte une fois\u00a0; ce qui est compté deux fois dans le détail "
            "est montré.",
            en="Number of distinct projects (by their pseudonym) first met during the period by any of the organisations. "
            "By stage: those of them that reached it, on whatever day. A project known to several organisations counts "
            "once; what the parts count twice is shown.",
        ),
        relation="projects",
        unit="project",
        key="project",
        date="entered_on",
        dimensions=COHORT,
    )
)

PROJECTS_CREATED = figures.declare(
    figures.Indicator(
        code="desks.projects_created",
        version=1,
        owner="desks",
        label=Words(fr="Projets devenus des entreprises", en="Projects that became firms"),
        words=Words(
            fr="Nombre de projets entrés pendant la période dont la création est dite ou reconnue dans le répertoire, à "
            "quelque date que ce soit.",
            en="Number of projects that entered during the period whose creation is told or recognised in the register, "
            "on whatever day.",
        ),
        relation="projects",
        unit="project",
        key="project",
        date="entered_on",
        where=lambda rows: rows.created == 1,
        subset_of=SUPPORT_FUNNEL.code,
        dimensions=("organisation", "commune"),
    )
)

CREATION_RATE = figures.declare(
    figures.Rate(
        code="desks.creation_rate",
        version=1,
        owner="desks",
        label=Words(fr="Du projet à l’entreprise", en="From project to firm"),
        words=Words(
            fr="Part des projets entrés pendant la période qui sont devenus des entreprises.",
            en="Share of the projects that entered during the period that became firms.",
        ),
        numerator=PROJECTS_CREATED,
        denominator=SUPPORT_FUNNEL,
        dimensions=("organisation", "commune"),
    )
)

FIRST_HIRE_SERVED = figures.declare(
    figures.Indicator(
        code="desks.first_hire_served",
        version=1,
        owner="desks",
        label=Words(
            fr="Entreprises aidées vers une première embauche",
            en="Firms helped towards a first hire",
        ),
        words=Words(
            fr="Nombre d’entreprises (SIREN) sans salarié accueillies ou entendues pendant la période au sujet d’une "
            "première embauche. Sans objet tant que le répertoire ne couvre pas les douze mois qui suivent la période.",
            en="Number of firms (SIREN) without employee welcomed or heard during the period about a first hire. N/a as "
            "long as the register does not reach twelve months after the period.",
        ),
        relation="first_hire_services",
        unit="firm",
        key="legal_unit_id",
        dimensions=("organisation", "commune", "month", "kind"),
    )
)

FIRST_HIRES_MADE = figures.declare(
    figures.Indicator(
        code="desks.first_hires_made",
        version=1,
        owner="desks",
        label=Words(
            fr="Premières embauches dans les douze mois", en="First hires within twelve months"
        ),
        words=Words(
            fr="Parmi elles, celles que le répertoire dit employeuses pour la première fois dans les douze mois qui suivent "
            "l’acte.",
            en="Among them, those that the register first calls employers within the twelve months after the act.",
        ),
        relation="first_hire_services",
        unit="firm",
        key="legal_unit_id",
        where=lambda rows: rows.hired == 1,
        subset_of=FIRST_HIRE_SERVED.code,
        dimensions=("organisation", "commune", "month", "kind"),
    )
)

FIRST_HIRE_RATE = figures.declare(
    figures.Rate(
        code="desks.first_hire_rate",
        version=1,
        owner="desks",
        label=Words(fr="Passage à la première embauche", en="Rate of first hires"),
        words=Words(
            fr="Part des entreprises sans salarié aidées pendant la période qui ont embauché pour la première fois dans les "
            "douze mois. Sans objet tant que les douze mois ne sont pas tous observés.",
            en="Share of the firms without employee helped during the period that first hired within twelve months. N/a "
            "as long as not all of the twelve months are observed.",
        ),
        numerator=FIRST_HIRES_MADE,
        denominator=FIRST_HIRE_SERVED,
        dimensions=("organisation", "commune"),
    )
)


def _near(whole: figures.Indicator, code: str, label: Words, words: Words) -> figures.Indicator:
    """The part of a figure that lay in a priority neighbourhood on the day of the act; what nobody knows is no part."""
    return figures.declare(
        whole.part(code, label, words, lambda rows: rows.in_qpv.notnull() & rows.in_qpv)
    )


SESSIONS_NEAR = _near(
    SESSIONS_HELD,
    "desks.sessions_in_qpv",
    Words(
        fr="Permanences tenues en quartier prioritaire",
        en="Desk sessions held in priority neighbourhoods",
    ),
    Words(
        fr="Parmi les permanences tenues, celles dont le lieu était dans un quartier prioritaire (QPV) ce jour-là.",
        en="Among the desk sessions held, those whose place lay in a priority neighbourhood (QPV) on that day.",
    ),
)

WELCOMES_NEAR = _near(
    WELCOMES,
    "desks.welcomes_from_qpv",
    Words(
        fr="Accueils d’habitants et d’entreprises de quartiers prioritaires",
        en="Welcomes of residents and firms of priority neighbourhoods",
    ),
    Words(
        fr="Parmi les accueils, ceux d’un porteur de projet qui dit habiter un quartier prioritaire (QPV) de ce jour-là, "
        "et ceux d’une entreprise dont l’adresse y était. Sans adresse connue, ou sans réponse, l’accueil n’est pas compté.",
        en="Among the welcomes, those of a project leader who says that they live in a priority neighbourhood (QPV) of "
        "that day, and those of a firm whose address lay in one. Without a known address, or an answer, a welcome is not "
        "counted.",
    ),
)

YOUNG_NEAR = _near(
    YOUNG_MET,
    "desks.young_people_in_qpv",
    Words(
        fr="Jeunes sensibilisés en quartier prioritaire",
        en="Young people reached in priority neighbourhoods",
    ),
    Words(
        fr="Parmi les jeunes sensibilisés, ceux des séances dont le lieu était dans un quartier prioritaire (QPV) ce "
        "jour-là. Personne ne dit où habite un jeune.",
        en="Among the young people reached, those of the sessions whose place lay in a priority neighbourhood (QPV) on "
        "that day. Nobody says where a young person lives.",
    ),
)
