"""What is kept of visits: that they were made, for good; what was noted, three years."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q

from maillage.kernel.retention import DECIDED, PROOF, Kept, Rule, Subject, Whose, years
from maillage.kernel.text import Words
from maillage.outreach import models
from maillage.outreach.models.distress import KEPT_FOR

_ROUND = Words(
    fr="La journée\u00a0: la tournée prévue, jusqu’au soir.",
    en="The day: the round as planned, until its evening.",
)
_FOLLOWED = Words(
    fr="Qui a suivi une entreprise et quand, tant que l’instance existe\u00a0; aucun texte.",
    en="Who followed a firm and when, as long as the instance; no text.",
)
_NO_IMAGE = {"data": b"", "digest": ""}
_NOTES = {"note_public": "", "note_partners": "", "note_confidential": ""}


def _added(firms: Any, firm: Subject) -> Any:
    """The firm as it was added at its door, matched or not."""
    here = Q(establishment__in=firm.places) | Q(reconciled_with__in=firm.places)
    return firms.filter(here | Q(siret__startswith=firm.siren) if firm.siren else here)


KEPT = {
    models.Visit: Kept(
        why=Words(
            fr="La visite, tant que l’instance existe\u00a0; les notes, trois ans après elle.",
            en="The visit, as long as the instance; the notes, three years after it.",
        ),
        personal="note_public note_partners note_confidential",
        whose=Whose.FIRM,
        plain="mode outcome met themes answers once cancelled_because",
        rules=(
            Rule(
                name="notes_of_visits",
                words=Words(fr="Notes vidées", en="Notes emptied"),
                after=years(3),
                since="occurred_on",
                empties=_NOTES,
            ),
        ),
        firm="legal_unit",
        erased=_NOTES,
    ),
    models.VisitPhoto: Kept(
        why=Words(
            fr="L’image, trois ans après l’ajout\u00a0; sa ligne vide reste, pour qu’aucun téléphone ne la remette.",
            en="The image, three years after it was added; its empty row stays, so that no phone puts it back.",
        ),
        personal="data digest",
        whose=Whose.FIRM,
        plain="kind once",
        rules=(
            Rule(
                name="photographs_of_visits",
                words=Words(fr="Photographies vidées", en="Photographs emptied"),
                after=years(3),
                since="added_at",
                empties=_NO_IMAGE,
            ),
        ),
        firm="visit__legal_unit",
        erased=_NO_IMAGE,
    ),
    models.Guide: Kept(why=DECIDED, plain="kind text"),
    models.Signal: Kept(
        why=Words(
            fr="Un an après la visite, puis plus rien\u00a0; ni partagé, ni exporté, ni inscrit au registre des actes.",
            en="A year after the visit, then nothing; neither shared, nor exported, nor in the ledger.",
        ),
        personal="answers",
        whose=Whose.FIRM,
        rules=(
            Rule(
                name="early_signals",
                words=Words(fr="Signaux précoces effacés", en="Early signals erased"),
                after=KEPT_FOR,
                since="occurred_on",
            ),
        ),
        firm="visit__legal_unit",
    ),
    models.SignalObjection: Kept(
        why=Words(
            fr="Tant que l’instance existe\u00a0: le droit que l’entreprise a exercé.",
            en="As long as the instance: the right that the firm used.",
        ),
    ),
    models.ProvisionalFirm: Kept(
        why=Words(
            fr="Qu’elle a été ajoutée, tant que l’instance existe\u00a0; son SIRET, jusqu’à l’effacement.",
            en="That it was added, as long as the instance; its SIRET, until erased.",
        ),
        personal="siret",
        whose=Whose.FIRM,
        plain="commune once",
        holding=_added,
        bearing="siret",
        erased={"siret": ""},
    ),
    models.Campaign: Kept(
        why=DECIDED,
        typed="title",
        plain="territory action_key communes streets segments activities sizes once",
    ),
    models.Control: Kept(why=PROOF, plain="once"),
    models.ControlledVisit: Kept(why=PROOF, plain="outcome"),
    models.ListedFirm: Kept(why=PROOF, plain="commune"),
    models.KeptRound: Kept(
        why=_ROUND,
        plain="going leaves_from back_to batch ways",
        rules=(
            Rule(
                name="rounds_of_days_over",
                words=Words(fr="Tournées des jours passés", en="Rounds of days that are over"),
                after=timedelta(days=1),
                since="day",
            ),
        ),
    ),
    models.RoundStop: Kept(why=_ROUND, plain="why"),
    models.Appointment: Kept(
        why=Words(
            fr="L’heure convenue avec une entreprise, jusqu’au soir de ce jour.",
            en="The hour agreed with a firm, until the evening of that day.",
        ),
        rules=(
            Rule(
                name="agreed_hours_of_days_over",
                words=Words(
                    fr="Heures convenues des jours passés", en="Agreed hours of days that are over"
                ),
                after=timedelta(days=1),
                since="day",
            ),
        ),
    ),
    models.OpeningHours: Kept(
        why=Words(
            fr="Quand une entreprise est ouverte, trois ans après la dernière note\u00a0: de quoi ne pas trouver porte close.",
            en="When a firm is open, three years after it was last noted: so that nobody comes to a closed door.",
        ),
        personal="week",
        whose=Whose.FIRM,
        rules=(
            Rule(
                name="opening_hours",
                words=Words(fr="Horaires d’ouverture effacés", en="Opening hours erased"),
                after=years(3),
                since="noted_on",
            ),
        ),
        firm="establishment__legal_unit",
    ),
    models.FollowedFirm: Kept(why=_FOLLOWED, plain="family ended_because once"),
    models.Handover: Kept(why=_FOLLOWED),
    models.AdviserProfile: Kept(
        why=Words(
            fr="Trois ans après ce que la personne en a dit\u00a0: de quoi répartir les entreprises.",
            en="Three years after the person said it: what firms are shared out by.",
        ),
        personal="communes languages activities",
        whose=Whose.MEMBER,
        rules=(
            Rule(
                name="profiles_of_advisers",
                words=Words(fr="Profils de conseillers retirés", en="Profiles of advisers removed"),
                after=years(3),
                since="said_at",
            ),
        ),
    ),
    models.StreetWalk: Kept(
        why=Words(
            fr="Quelle rue, quel jour, tant que l’instance existe\u00a0; les noms, un an après.",
            en="Which street, which day, as long as the instance; the names, one year after.",
        ),
        personal="artisan mayor",
        whose=Whose.MEMBER,
        plain="commune streets once",
        rules=(
            Rule(
                name="names_of_walks",
                words=Words(fr="Noms vidés", en="Names emptied"),
                after=years(1),
                since="day",
                empties={"artisan": "", "mayor": ""},
            ),
        ),
        bearing="artisan mayor",
        erased={"artisan": "", "mayor": ""},
    ),
}
