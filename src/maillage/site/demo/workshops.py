"""The workshops of the story's assembly day: three rooms, two of them at the same hour, and what was said in each."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time

from maillage.accounts.actors import Actor, System
from maillage.events import actions
from maillage.events.models import Event, Registration, Workshop
from maillage.events.vocabulary import Said
from maillage.needs.actions import Asked
from maillage.needs.vocabulary import Theme

REPLAYED = System("the demonstration plays its workshops")


@dataclass(frozen=True, slots=True)
class Room:
    """A workshop of the story: its words, its hours, its seats, and what was said there by whom, if by somebody."""

    fr: str
    en: str
    begins: time
    ends: time
    room: str
    host: str
    seats: int
    said: tuple[tuple[Said, Theme, str, bool], ...] = ()


ROOMS = (
    Room(
        "Recruter et transmettre", "Hire and hand over", time(10), time(11, 30), "Salon Vauban", "Dominique Atelier", 6,
        (
            (Said.STATED, Theme.RECRUIT, "Les offres restent ouvertes cinq mois, faute de candidats formés à moins de dix kilomètres.", False),
            (Said.PROPOSED, Theme.RECRUIT, "Partager un apprenti entre deux ateliers d’une même rue.", True),
        ),
    ),
    Room(
        "Énergie et matières", "Energy and materials", time(10), time(11, 30), "Salon Faidherbe", "Sacha Fourneau", 5,
        (
            (Said.PROPOSED, Theme.ENERGY, "Acheter l’électricité ensemble, par quartier.", True),
            (Said.PROPOSED, Theme.ENERGY, "Récupérer la chaleur des fours pour les locaux voisins.", False),
        ),
    ),
    Room(
        "Des locaux pour l’artisanat", "Premises for crafts", time(14), time(15, 30), "Grande salle", "Camille Rue", 12,
        ((Said.PROPOSED, Theme.PREMISES, "Garder des rez-de-chaussée pour l’artisanat dans chaque opération nouvelle.", False),),
    ),
)  # fmt: skip


def prepare(event: Event, by: Actor) -> None:
    """Put the workshops on the programme of an event that has some."""
    if not event.of_kind.workshops:
        return
    for one in ROOMS:
        plan = actions.WorkshopPlan(
            title_fr=one.fr, title_en=one.en, starts_at=one.begins, ends_at=one.ends, room=one.room, host=one.host,
            seats=one.seats,
        )  # fmt: skip
        actions.add_workshop(event=event, plan=plan, by=by, once=f"demo-{event.key}-{one.room}")


def drawn(event: Event, chance: random.Random) -> list[Workshop]:
    """What somebody who registers chooses: one of the morning, and the one of the afternoon for two in three."""
    rows = Workshop.objects.visible_to(REPLAYED).standing().filter(event=event)
    rooms = list(rows.order_by("starts_at", "pk"))
    if not rooms:
        return []
    return [chance.choice(rooms[:2]), *(rooms[2:] if chance.random() < 0.66 else [])]


def live(event: Event, came: Sequence[Registration], by: Actor) -> None:
    """What was said in each room, by somebody who was there or by the workshop; the first that a firm said is a need."""
    by_title = {
        one.title_fr: one for one in Workshop.objects.visible_to(REPLAYED).filter(event=event)
    }
    speakers = [line for line in came if line.establishment is not None]
    for room in ROOMS:
        for said, theme, words, somebody in room.said if room.fr in by_title else ():
            line = speakers[len(words) % len(speakers)] if somebody and speakers else None
            told = actions.Remark(said=said, theme=theme.value, words=words, line=line)
            made = actions.note_contribution(workshop=by_title[room.fr], told=told, by=by)
            if line is not None:
                asked = Asked(theme.value, event.day, words=words)
                actions.raise_contribution(contribution=made, asked=asked, agreed=True, by=by)
