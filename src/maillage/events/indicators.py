"""What events count: held, registered, attended, who did not come, and what came of the needs raised there (I40)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from maillage import figures
from maillage.events import relations
from maillage.events.acts import (
    EVENT_HELD,
    FIRM_CAME,
    FIRM_CONTRIBUTED,
    FIRM_MET,
    PEOPLE_CONTRIBUTED,
)
from maillage.events.kinds import kind_of
from maillage.figures.dimensions import Dimension, dimension
from maillage.kernel.text import Words
from maillage.needs.acts import expressed_kind
from maillage.needs.vocabulary import Origin


def _called(keys: Iterable[str], _as_of: datetime) -> dict[str, str]:
    named = {key: str(kind_of(key).words) for key in keys}
    return dict(sorted(named.items(), key=lambda item: item[1]))


dimension(
    Dimension(
        code="event_kind",
        words=Words(fr="Nature d’événement", en="Kind of event"),
        column="event_kind",
        labels=_called,
    )
)
BREAKDOWNS = ("event_kind", "commune", "sector", "month", "organisation")

EVENTS_HELD = figures.declare(
    figures.Indicator(
        code="events.events_held",
        version=1,
        owner="events",
        label=Words(fr="Événements tenus", en="Events held"),
        words=Words(
            fr="Nombre d’événements qui ont eu lieu pendant la période, dans la commune où ils se sont tenus. Un "
            "événement annulé ne compte pas.",
            en="Number of events that took place during the period, in the commune where they were held. A cancelled "
            "event does not count.",
        ),
        relation="event_acts",
        unit="act",
        key="id",
        kinds=(EVENT_HELD.name,),
        dimensions=BREAKDOWNS,
    )
)
REGISTRATIONS = figures.declare(
    figures.Indicator(
        code="events.registrations",
        version=1,
        owner="events",
        label=Words(fr="Inscriptions", en="Registrations"),
        words=Words(
            fr="Nombre de places prises pendant la période, par une entreprise ou une personne, le jour où la place est "
            "donnée. Une attente n’est pas une place ; une inscription reprise ne compte plus.",
            en="Number of seats taken during the period, by a firm or a person, on the day the seat is given. To wait "
            "is not to have a seat; a registration taken back counts no more.",
        ),
        relation="event_acts",
        unit="act",
        key="id",
        kinds=relations.REGISTERED_KINDS,
        dimensions=BREAKDOWNS,
    )
)
ATTENDANCE = figures.declare(
    figures.Indicator(
        code="events.attendance",
        version=1,
        owner="events",
        label=Words(fr="Personnes présentes", en="People present"),
        words=Words(
            fr="Somme des personnes venues aux événements de la période, inscrites ou non : une par ligne de la liste, et le "
            "nombre noté pour un groupe. Une entreprise compte dans sa commune, les autres dans celle de l’événement.",
            en="Sum of the people who came to the events of the period, registered or not: one a line of the list, and "
            "the number noted for a group. A firm counts in its commune, the others in that of the event.",
        ),
        relation="event_acts",
        unit="act",
        key="id",
        measure="quantity",
        kinds=relations.CAME_KINDS,
        dimensions=BREAKDOWNS,
    )
)
FIRMS_AT_EVENTS = figures.declare(
    figures.Indicator(
        code="events.firms_met",
        version=1,
        owner="events",
        label=Words(fr="Entreprises rencontrées à des événements", en="Firms met at events"),
        words=Words(
            fr="Nombre d’entreprises (SIREN) venues à un événement de la période ou rencontrées sur un stand. Venue deux fois, "
            "une entreprise compte une fois.",
            en="Number of firms (SIREN) that came to an event of the period or were met at a stand. A firm that came "
            "twice counts once.",
        ),
        relation="event_acts",
        unit="firm",
        key="legal_unit_id",
        kinds=(FIRM_CAME.name, FIRM_MET.name),
        dimensions=BREAKDOWNS,
    )
)
NEEDS_RAISED = figures.declare(
    figures.Indicator(
        code="events.needs_raised",
        version=1,
        owner="events",
        label=Words(fr="Besoins soulevés à des événements", en="Needs raised at events"),
        words=Words(
            fr="Nombre de besoins que des entreprises ont soulevés aux événements de la période, par nature d’événement, dans "
            "leur commune. Un besoin noté par erreur ne compte pas.",
            en="Number of needs that firms raised at the events of the period, by kind of event, in their commune. A need "
            "written down by mistake does not count.",
        ),
        relation="event_acts",
        unit="need",
        key="id",
        kinds=(expressed_kind(Origin.EVENT),),
        dimensions=(*BREAKDOWNS, "theme"),
    )
)
SEATS_EXPECTED = figures.declare(
    figures.Indicator(
        code="events.seats_expected",
        version=1,
        owner="events",
        label=Words(fr="Inscrits attendus", en="Registered people expected"),
        words=Words(
            fr="Nombre de places prises aux événements tenus pendant la période, au jour et dans la commune de l’événement.",
            en="Number of seats taken at the events held during the period, on the day and in the commune of the event.",
        ),
        relation="event_seats",
        unit="act",
        key="id",
        dimensions=BREAKDOWNS,
    )
)
SEATS_HONOURED = figures.declare(
    SEATS_EXPECTED.part(
        "events.seats_honoured",
        Words(fr="Inscrits venus", en="Registered people who came"),
        Words(
            fr="Parmi les places prises aux événements tenus pendant la période, celles de qui est venu.",
            en="Among the seats taken at the events held during the period, those of who came.",
        ),
        lambda rows: rows.came == 1,
    )
)
SEATS_MISSED = figures.declare(
    SEATS_EXPECTED.part(
        "events.seats_missed",
        Words(fr="Inscrits non venus", en="Registered people who did not come"),
        Words(
            fr="Parmi les places prises aux événements tenus pendant la période, celles de qui n’a pas été noté présent.",
            en="Among the seats taken at the events held during the period, those of who was not noted as present.",
        ),
        lambda rows: rows.came == 0,
    )
)
ATTENDANCE_RATE = figures.declare(
    figures.Rate(
        code="events.attendance_rate",
        alias="I40",
        version=1,
        owner="events",
        label=Words(fr="Présence des inscrits", en="Attendance of who registered"),
        words=Words(
            fr="Part des places prises aux événements tenus pendant la période dont l’inscrit est venu.",
            en="Share of the seats taken at the events held during the period whose holder came.",
        ),
        numerator=SEATS_HONOURED,
        denominator=SEATS_EXPECTED,
        dimensions=BREAKDOWNS,
    )
)
NO_SHOW_RATE = figures.declare(
    figures.Rate(
        code="events.no_show_rate",
        version=1,
        owner="events",
        label=Words(fr="Absence des inscrits", en="No-shows"),
        words=Words(
            fr="Part des places prises aux événements tenus pendant la période dont l’inscrit n’est pas venu.",
            en="Share of the seats taken at the events held during the period whose holder did not come.",
        ),
        numerator=SEATS_MISSED,
        denominator=SEATS_EXPECTED,
        dimensions=BREAKDOWNS,
    )
)
NEEDS_PER_EVENT = figures.declare(
    figures.Rate(
        code="events.needs_per_event",
        alias="I40b",
        version=1,
        owner="events",
        label=Words(fr="Besoins par événement", en="Needs per event"),
        words=Words(
            fr="Besoins soulevés aux événements de la période, rapportés aux événements tenus pendant la période.",
            en="Needs raised at the events of the period, over the events held during the period.",
        ),
        numerator=NEEDS_RAISED,
        denominator=EVENTS_HELD,
        unit="each",
        dimensions=("event_kind", "month", "organisation"),
    )
)
REFERRALS_DUE = figures.declare(
    figures.Indicator(
        code="events.referrals_due_90",
        version=1,
        owner="events",
        label=Words(
            fr="Mises en relation nées d’événements, de plus de 90 jours",
            en="Referrals born of events, older than 90 days",
        ),
        words=Words(
            fr="Nombre de mises en relation envoyées pendant la période pour un besoin soulevé à un événement, depuis au moins "
            "90 jours à l’instant de lecture.",
            en="Number of referrals sent during the period for a need raised at an event, at least 90 days before the as-of.",
        ),
        relation="event_referrals",
        unit="act",
        key="id",
        where=lambda rows: rows.aged == 1,
        dimensions=(*BREAKDOWNS, "theme", "partner"),
    )
)
REFERRALS_CLOSED = figures.declare(
    REFERRALS_DUE.part(
        "events.referrals_closed_90",
        Words(
            fr="Mises en relation nées d’événements, closes sous 90 jours",
            en="Referrals born of events, closed within 90 days",
        ),
        Words(
            fr="Parmi elles, celles que le partenaire a closes au plus tard 90 jours après leur envoi, quelle qu’en soit l’issue. "
            "Une demande refusée, expirée ou reprise n’est pas close.",
            en="Among them, those that the partner closed at most 90 days after they were sent, whatever came of it. A request "
            "refused, expired or taken back is not closed.",
        ),
        lambda rows: (rows.aged == 1) & (rows.in_time == 1),
    )
)
CLOSING_RATE = figures.declare(
    figures.Rate(
        code="events.closing_rate_90",
        alias="I40c",
        version=1,
        owner="events",
        label=Words(
            fr="Mises en relation nées d’événements : part close sous 90 jours",
            en="Referrals born of events: share closed within 90 days",
        ),
        words=Words(
            fr="Part des mises en relation de la période, envoyées depuis au moins 90 jours pour un besoin soulevé à un événement, "
            "que le partenaire a closes au plus tard 90 jours après leur envoi.",
            en="Share of the referrals of the period, sent at least 90 days ago for a need raised at an event, that the "
            "partner closed at most 90 days after they were sent.",
        ),
        numerator=REFERRALS_CLOSED,
        denominator=REFERRALS_DUE,
        dimensions=REFERRALS_DUE.dimensions,
    )
)
CONTRIBUTIONS = figures.declare(
    figures.Indicator(
        code="events.contributions",
        version=1,
        owner="events",
        label=Words(fr="Contributions aux ateliers", en="Contributions to workshops"),
        words=Words(
            fr="Nombre de constats et de propositions notés dans les ateliers des événements de la période, au jour de l’événement : "
            "ceux d’une entreprise dans sa commune, les autres dans celle de l’événement. Ce qui est repris ne compte plus.",
            en="Number of observations and proposals written down in the workshops of the events of the period, on the day of "
            "the event: those of a firm in its commune, the others in that of the event. What is taken back counts no more.",
        ),
        relation="event_acts",
        unit="act",
        key="id",
        kinds=(FIRM_CONTRIBUTED.name, PEOPLE_CONTRIBUTED.name),
        dimensions=(*BREAKDOWNS, "theme"),
    )
)
