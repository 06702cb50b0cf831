"""Desks of the story: two resource spaces every second week, who came, what became of the projects met there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import TYPE_CHECKING

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.desks import actions, linking
from maillage.desks.actions import Facts, Group, Hours, Leader, Where
from maillage.desks.models import Place, Project, Session
from maillage.desks.vocabulary import OUTSIDE
from maillage.kernel.periods import Period
from maillage.places.districts import districts_on
from maillage.register.models import Establishment, Spell
from maillage.register.segments import EMPLOYER
from maillage.site.demo import neighbourhoods
from maillage.site.demo.field import LOCKDOWN, colleagues

if TYPE_CHECKING:
    from maillage.site.demo.story import Story

FIRST = date(2018, 1, 15)
LAST = date(2020, 9, 30)
PLAYED = Period(date(2018, 1, 22), date(2020, 6, 29))
LINKED = (date(2020, 2, 3), date(2020, 6, 22))
REPLAYED = System("the demonstration plays its desks")
#: Where, and on which day of the week from the first Monday. The first two stand in an invented neighbourhood.
PLACES = (
    (Where("Espace ressources Nord", "59350", "3 rue des Ateliers"), 0),
    (Where("Espace ressources Est", "59512", "12 place du Marché"), 1),
    (Where("Espace ressources Centre", "59599", "5 rue des Métiers"), 3),
)
IN_NEIGHBOURHOODS = 2
GIVEN = (
    "Aminata",
    "Bruno",
    "Chloé",
    "Djamel",
    "Elsa",
    "Farid",
    "Gwenaëlle",
    "Hugo",
    "Inès",
    "Jordan",
)
FAMILY = (
    "Vasseur",
    "Benali",
    "Delattre",
    "Kone",
    "Lemoine",
    "Marek",
    "Oliveira",
    "Pruvost",
    "Ruiz",
)
WISHES = (
    "Coiffure",
    "Boulangerie",
    "Plomberie",
    "Couture",
    "Réparation de vélos",
    "Peinture",
    "Fleurs",
)
FIRM_PURPOSES = (
    "first_hire",
    "first_hire",
    "premises",
    "formalities",
    "digital",
    "recruit",
    "cash",
)
NEEDS = {"first_hire", "premises", "digital", "recruit", "cash"}


def write_calendar(story: Story) -> None:
    """Places opened, hours planned year after year; each session played on its evening, projects linked in 2020."""
    story.on(FIRST, 9, lambda: _open(story))
    for year in (2018, 2019, 2020):
        story.on(max(FIRST, date(year, 1, 15)), 10, lambda y=year: _plan(story, y))  # type: ignore[misc]
    day = PLAYED.start
    while day <= PLAYED.end:
        story.on(day, 18, lambda d=day: _play(story, d))  # type: ignore[misc]
        if day.month in {3, 6, 10, 12} and day.day == 14 and day not in LOCKDOWN:
            story.on(day, 16, lambda d=day: _tell_young(story, d))  # type: ignore[misc]
        day += timedelta(days=1)
    for day in LINKED:
        story.on(day, 17, lambda d=day: _link(story, d))  # type: ignore[misc]


def _head(story: Story) -> Actor:
    return colleagues(story.partners["cma"], Role.SERVICE_MANAGER)[0]


def _team(story: Story) -> list[Actor]:
    return colleagues(story.partners["cma"], Role.ADVISER)


def _places(story: Story) -> list[Place]:
    rows = Place.objects.visible_to(REPLAYED).filter(organisation=story.partners["cma"])
    return list(rows.order_by("pk"))


def _open(story: Story) -> None:
    for rank, (where, _weekday) in enumerate(PLACES if story.size.name == "full" else PLACES[:2]):
        there = neighbourhoods.point_in(where.commune) if rank < IN_NEIGHBOURHOODS else {}
        actions.open_place(
            where=replace(where, **there), by=_head(story), once=f"demo-{where.commune}"
        )


def _plan(story: Story, year: int) -> None:
    """Every second week until the end of the year, August and public holidays apart, each adviser in turn."""
    team = _team(story)
    for rank, place in enumerate(_places(story)):
        holder = team[rank % len(team)]
        weekday = PLACES[rank][1]
        for first, last in (
            (date(year, 1, 22), date(year, 7, 31)),
            (date(year, 9, 1), date(year, 12, 20)),
        ):
            start = first + timedelta(days=(weekday - first.weekday()) % 7)
            if start > LAST or holder.person is None:
                continue
            hours = Hours(start, time(9), time(12), last=min(last, LAST), every=2)
            actions.plan_sessions(
                place=place, holder=holder.person, hours=hours, by=holder,
                once=f"demo-{place.pk}-{first}",
            )  # fmt: skip


def _play(story: Story, day: date) -> None:
    held = Session.objects.visible_to(REPLAYED).standing().filter(day=day, held_at=None)
    for session in held.select_related("place", "holder").order_by("pk"):
        chance = random.Random(f"desk {day} {session.place.name}")  # noqa: S311 -- an invented story, not a secret
        by = next(one for one in _team(story) if one.person_id == session.holder_id)
        if day in LOCKDOWN:
            actions.cancel_session(session=session, reason="closed", by=by)
        elif chance.random() < 0.95:  # the others wait until somebody says whether they were held
            _welcome(session, by, chance)


def _welcome(session: Session, by: Actor, chance: random.Random) -> None:
    firms = _firms(session, chance)
    for rank, firm in enumerate(firms):
        purpose = chance.choice(FIRM_PURPOSES) if rank else "first_hire"
        heard = (purpose,) if purpose in NEEDS and chance.random() < 0.5 else ()
        actions.welcome_firm(
            session=session, establishment=firm, by=by, once=f"demo-{session.pk}-{rank}",
            facts=Facts(purpose, chance.choice((15, 20, 30)), heard, may_transmit=bool(heard)),
        )  # fmt: skip
    for rank in range(chance.choice((0, 1, 1, 2))):
        known = _coming_back(session, chance) if rank else None
        actions.welcome_leader(
            session=session, project=known, leader=None if known else _leader(session, chance), by=by,
            facts=Facts("start_up", chance.choice((30, 45))), once=f"demo-{session.pk}-l{rank}",
        )  # fmt: skip
    if not firms:
        actions.hold_session(session=session, by=by)
    _go_on(session, by, chance)


def _firms(session: Session, chance: random.Random) -> Sequence[Establishment]:
    """Up to two firms of the commune, the first without employee."""
    here = Spell.objects.current().filter(commune=session.place.commune, state=Spell.State.ACTIVE)
    rows = list(here.order_by("establishment").values_list("establishment", "segments"))
    alone = [pk for pk, segments in rows if not segments & EMPLOYER.mask]
    if not alone:
        return []
    chosen = [chance.choice(alone), *chance.sample([pk for pk, _mask in rows], k=1)]
    found = Establishment.objects.select_related("legal_unit").in_bulk(set(chosen))
    return [found[pk] for pk in dict.fromkeys(chosen[: chance.choice((1, 2))])]


def _leader(session: Session, chance: random.Random) -> Leader:
    name = f"{chance.choice(GIVEN)} {chance.choice(FAMILY)}"
    return Leader(
        name=name, activity=chance.choice(WISHES), commune=session.place.commune, district=_lives(session, name),
        phone=f"03 20 00 {chance.randrange(10, 99)} {chance.randrange(10, 99)}",
    )  # fmt: skip


def _lives(session: Session, name: str) -> str:
    """Two in five live in the neighbourhood of the place, two elsewhere, one did not say."""
    said = random.Random(f"lives {session.day} {name}").random()  # noqa: S311 -- an invented story, not a secret
    near = neighbourhoods.of(session.place.commune)
    known = {one.code for one in districts_on(session.day)}
    if near is None or near.code not in known or said >= 0.8:
        return ""
    return near.code if said < 0.4 else OUTSIDE


def _coming_back(session: Session, chance: random.Random) -> Project | None:
    """Somebody met at this place within the last three months."""
    recent = Project.objects.visible_to(REPLAYED).filter(
        welcomes__session__place=session.place, last_met_on__gte=session.day - timedelta(days=90)
    )
    rows = list(recent.distinct().order_by("pk"))
    return chance.choice(rows) if rows else None


def _go_on(session: Session, by: Actor, chance: random.Random) -> None:
    """Of those met a month ago or more, some are supported from this day on."""
    waiting = Project.objects.visible_to(REPLAYED).filter(
        welcomes__session__place=session.place, last_met_on__lte=session.day - timedelta(days=28), steps=None
    )  # fmt: skip
    for project in waiting.distinct().order_by("pk")[:1]:
        if chance.random() < 0.7:
            actions.note_step(
                project=project, stage="support", on=session.day, by=by, once=f"demo-{project.pk}-s"
            )


def _tell_young(story: Story, day: date) -> None:
    chance = random.Random(f"young {day}")  # noqa: S311 -- an invented story, not a secret
    by, place = chance.choice(_team(story)), chance.choice(_places(story))
    group = Group(
        day,
        chance.choice(("middle", "high", "students")),
        chance.randrange(14, 32),
        "Une classe",
        "Mission locale",
    )
    actions.tell_young(place=place, group=group, by=by, once=f"demo-{day}")


def _link(story: Story, day: date) -> None:
    """The register of 2020 knows firms that were projects: somebody looks at what it proposes, and decides."""
    by = _head(story)
    rows = Project.objects.visible_to(REPLAYED).filter(establishment=None, steps__stage="support")
    taken: set[int] = set()
    for project in rows.distinct().order_by("pk"):
        proposed = [one.establishment for one in linking.candidates(project, by)]
        free = [firm for firm in proposed if firm.pk not in taken]
        chance = random.Random(f"link {project.pk}")  # noqa: S311 -- an invented story, not a secret
        if not free or chance.random() < 0.4:
            continue
        taken.add(free[0].pk)
        actions.link_project(project=project, establishment=free[0], by=by)
        if chance.random() < 0.5:
            amount = chance.choice((3_000, 5_000, 8_000)) * 100
            actions.note_step(
                project=project, stage="loan", on=day, by=by, amount_cents=amount, once=f"demo-{project.pk}-p"
            )  # fmt: skip
