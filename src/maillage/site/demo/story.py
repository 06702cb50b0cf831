"""The demonstration's two years, in order, from the first partner to the morning of 30 June 2020.

A chain never goes back in time, so the story is a calendar: every event is played on its day, under
the clock of that day, and the field teams report each evening.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from django.db import transaction

from maillage.accounts import actions as people_actions
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.conventions.importers import toml_file
from maillage.conventions.models import Convention
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.observatory import publishing
from maillage.outreach.actions.campaigns import Plan
from maillage.outreach.vocabulary import Reason
from maillage.register.importers.sirene import import_stock
from maillage.register.segments import CRAFT_RM
from maillage.site import instance
from maillage.site.demo import (
    agreement,
    answering,
    cataloguing,
    desks,
    diagnosing,
    events,
    granting,
    guiding,
    neighbourhoods,
    outside,
    people,
    photographing,
    stocks,
    streets,
    supporting,
    touring,
)
from maillage.site.demo.field import Round, colleagues, correct_some, evening, launch
from maillage.site.models import Instance

NOW = evening(date(2020, 6, 30), 9)
SEED = 2020
ANSWERING = date(2018, 5, 15)
PUBLISHED = Period(date(2019, 4, 5), date(2019, 12, 31))
# What the chamber and its partners show each other.
SHARED = ("acts", "visits", "needs", "entry", "diagnoses", "desks", "events")
SYSTEM = "the demonstration plays its partnership"

Tell = Callable[[str], None]
Event = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Size:
    """How much is played: firms of the register, attempts a day, visits found wrong.

    A pace of -1 is one attempt every other day: a short list then lasts until the end of the story.
    """

    name: str
    mel: int
    call: int
    pace_mel: int
    pace_call: int
    wrong: int


SIZES = {
    "full": Size("full", 3000, 600, 11, 2, 12),
    "small": Size("small", 240, 60, -1, -1, 3),
}


@dataclass
class Story:
    """What is known while the story goes: partners, conventions, rounds under way, days to come."""

    size: Size
    tell: Tell
    partners: dict[str, Organisation] = field(default_factory=dict)
    conventions: dict[str, Convention] = field(default_factory=dict)
    rounds: list[Round] = field(default_factory=list)
    desk: answering.Desk | None = None
    calendar: dict[date, list[tuple[int, Event]]] = field(default_factory=lambda: defaultdict(list))
    attempts: int = 0

    def on(self, day: date, hour: int, event: Event) -> None:
        """Write an event in the calendar."""
        self.calendar[day].append((hour, event))

    def play(self) -> None:
        """Play every day from the first event to the eve of now."""
        for day in _days(min(self.calendar), NOW.date()):
            for hour, event in sorted(self.calendar.get(day, ()), key=lambda entry: entry[0]):
                with clock.at(evening(day, hour)):
                    event()
            if day < NOW.date():
                self.attempts += sum(team.play(day) for team in self.rounds)
                self._answer(day)
            if day.day == 1 and day.month in {1, 7}:
                self.tell(f"{day.isoformat()}: {self.attempts} visits and calls so far")

    def _answer(self, day: date) -> None:
        """What partners do of the requests sent to them, from the day on which they first answer any."""
        if day < ANSWERING or not self.partners:
            return
        if self.desk is None:
            self.desk = answering.Desk(self.partners, SEED)
        self.desk.play(day)

    def officer(self, code: str) -> Actor:
        """The programme officer of a partner."""
        return colleagues(self.partners[code], Role.OFFICER)[0]


def play(size: Size, tell: Tell) -> None:
    """Play the whole story into an empty instance, or leave it empty.

    Half a story would be an instance with known passwords that does not say it is a demonstration.
    """
    story = Story(size, tell)
    with transaction.atomic():
        tell("organisations and people")
        story.partners = people.settle(on=date(2017, 1, 2))
        _write_calendar(story)
        story.play()
        tell(f"{story.attempts} visits and calls in all")
        Instance.objects.create(
            id=1, seeded_at=clock.real_now(), starts_at=NOW, size=size.name, seed=SEED
        )
    instance.forget()


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _write_calendar(story: Story) -> None:
    for vintage in (date(2018, 1, 1), date(2020, 1, 1)):
        for hour, code in ((6, "mel"), (7, "call")):
            day = vintage + timedelta(days=1)
            story.on(day, hour, lambda c=code, v=vintage: _register(story, c, v))  # type: ignore[misc]
    story.on(date(2018, 1, 8), 9, lambda: _share(story))
    for file, text in toml_file.library().items():
        slug = file.removesuffix(".toml")
        day = ENTERED.get(slug, date(2018, 1, 15))
        story.on(day, 8, lambda s=slug, t=text: _enter(story, s, t))  # type: ignore[misc]
    for prospecting in PROSPECTING:
        story.on(prospecting.start, 10, lambda p=prospecting: _launch(story, p))  # type: ignore[misc]
    neighbourhoods.write_calendar(story)
    agreement.write_calendar(story)
    diagnosing.write_calendar(story)
    desks.write_calendar(story)
    guiding.write_calendar(story)
    streets.write_calendar(story)
    touring.write_calendar(story, NOW.date())
    photographing.write_calendar(story, NOW.date() - timedelta(days=1))
    cataloguing.write_calendar(story)
    events.write_calendar(story)
    granting.write_calendar(story)
    outside.write_calendar(story)
    supporting.write_calendar(story)
    story.on(date(2020, 1, 20), 14, lambda: _publish(story))
    story.on(date(2020, 2, 12), 11, lambda: _correct(story))


ENTERED = {
    "mel-cma-2019": date(2019, 4, 5),
    "cap-2021": date(2020, 6, 15),
    "oise-charter-2020": date(2020, 6, 15),
}


def _share(story: Story) -> None:
    """The chamber lets its partners see what is written for partners, until the end of 2021."""
    head = colleagues(story.partners["cma"], Role.ADMINISTRATOR)[0]
    for code in ("mel", "call"):
        for resource in SHARED:
            people_actions.grant_share(
                to=story.partners[code],
                resource=resource,
                sensitivity=Sensitivity.PARTNERS,
                purpose="Suivi de la convention",
                until=date(2021, 12, 31),
                by=head,
            )


def _register(story: Story, territory: str, vintage: date) -> None:
    """One stock of INSEE's two files, read by the real importer."""
    firms = getattr(story.size, territory)
    story.tell(f"register of {vintage.year}: {firms} invented firms ({territory})")
    with TemporaryDirectory() as folder:
        units, places = stocks.write(Path(folder), firms, territory, vintage=vintage, seed=SEED)
        import_stock(
            units=units,
            establishments=places,
            territory=territory,
            by=System(SYSTEM),
            vintage=vintage,
        )


def _enter(story: Story, slug: str, text: str) -> None:
    """A convention of the public sources, entered on the day it took effect or later."""
    loaded = toml_file.load(text, by=System(SYSTEM), create_organisations=True)
    story.conventions[slug] = loaded.convention


@dataclass(frozen=True, slots=True)
class Prospecting:
    """A campaign of the story."""

    title: str
    territory: str
    start: date
    action_key: str
    first: int
    last: int


PROSPECTING = (
    Prospecting("Prospection Lens-Liévin 2018-2020", "call", date(2018, 5, 14), "", 0, 1),
    Prospecting(
        "Prospection métropolitaine 2019-2020", "mel", date(2019, 5, 6), "mel-cma-2019/1.2", 1, 4
    ),
)


def _launch(story: Story, told: Prospecting) -> None:
    head = colleagues(story.partners["cma"], Role.SERVICE_MANAGER)[0]
    team = colleagues(story.partners["cma"], Role.ADVISER)[told.first : told.last]
    plan = Plan(
        title=told.title,
        territory=told.territory,
        starts_on=told.start,
        ends_on=date(2020, 12, 31),
        action_key=told.action_key,
        segments=CRAFT_RM.mask,
    )
    once = str(uuid.uuid5(agreement.NAMESPACE, told.title))
    campaign = launch(plan, head=head, team=team, once=once)
    pace = getattr(story.size, f"pace_{told.territory}")
    story.rounds.append(Round(campaign, team, pace, SEED))


def _publish(story: Story) -> None:
    convention = story.conventions["mel-cma-2019"]
    publishing.publish(
        convention=convention,
        period=PUBLISHED,
        by=System(SYSTEM, organisation=convention.keeper),
        once=str(uuid.uuid5(agreement.NAMESPACE, "published-2019")),
    )


def _correct(story: Story) -> None:
    correct_some(
        before=PUBLISHED.end, number=story.size.wrong, reason=Reason.DID_NOT_HAPPEN, seed=SEED
    )
