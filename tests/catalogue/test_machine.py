"""The last word on an entry against a model of it: whoever speaks, whatever is loaded and taken back, in any order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.roles import Role
from maillage.catalogue import actions
from maillage.catalogue.importers import offers
from maillage.catalogue.models import Entry, EntryVersion
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.kernel.rows import Row, Run
from tests.factories import accounts, catalogue as make, register

pytestmark = pytest.mark.django_db
FIRST = date(2020, 1, 1)


@dataclass
class Said:
    """One thing that was said of the entry, as the model remembers it."""

    title: str
    load: int | None
    is_retired: bool = False


@dataclass
class Model:
    """What must be true: a list of sayings, of which those of loads taken back do not count."""

    said: list[Said] = field(default_factory=list)
    standing: set[int] = field(default_factory=set)

    def visible(self) -> list[Said]:
        return [one for one in self.said if one.load is None or one.load in self.standing]

    @property
    def last(self) -> Said | None:
        return next(iter(reversed(self.visible())), None)

    def last_of_a_file(self) -> str | None:
        told = [one.title for one in self.visible() if one.load is not None]
        return told[-1] if told else None


class World:
    """The same in the product."""

    def __init__(self) -> None:
        self.by = accounts.actor(Role.ADMINISTRATOR)
        self.model = Model()
        self.day = FIRST

    @property
    def entry(self) -> Entry | None:
        return Entry.objects.filter(source="di_services").first()

    def version(self) -> EntryVersion | None:
        return EntryVersion.objects.current().filter(entry=self.entry).first()

    def load(self, title: str) -> None:
        load = register.load_active(source="di_services", vintage=None, territory="")
        told = make.understood(
            offers.IMPORTER, make.service(nom=title, date_maj=self.day.isoformat())
        )
        offers.IMPORTER.apply(told, Run(load.pk))
        self.model.standing.add(load.pk)
        self.model.said.append(Said(title, load.pk))
        if not EntryVersion.objects.filter(load=load).exists():  # it said nothing new
            self.model.said.pop()

    def stage(self, title: str) -> None:
        """A load that is read and abandoned."""
        load = register.load_active(
            source="di_services", vintage=None, territory="", state="applying", activated_at=None,
            settled_at=None,
        )  # fmt: skip
        rows: list[Row] = make.understood(offers.IMPORTER, make.service(nom=title))
        offers.IMPORTER.apply(rows, Run(load.pk))
        offers.IMPORTER.discard(Run(load.pk))
        Load.objects.filter(pk=load.pk).update(state="failed")

    def undo(self) -> None:
        if self.model.standing:
            load = max(self.model.standing)
            Load.objects.filter(pk=load).update(state="undone", undone_at=clock.now())
            self.model.standing.discard(load)

    def write(self, title: str) -> None:
        version = self.version()
        if version is not None:
            content = make.content(title=title)
            actions.edit_entry(
                entry=version.entry, content=content, version=version.number, by=self.by
            )
            self.model.said.append(Said(title, None))

    def retire(self) -> None:
        version = self.version()
        if version is not None and not version.is_retired:
            actions.retire_entry(entry=version.entry, version=version.number, by=self.by)
            self.model.said.append(Said(version.title, None, is_retired=True))

    def step(self, what: str, title: str) -> None:
        self.day += timedelta(days=1)
        does: dict[str, Any] = {
            "load": lambda: self.load(title),
            "stage": lambda: self.stage(title),
            "undo": self.undo,
            "write": lambda: self.write(title),
            "retire": self.retire,
        }
        does[what]()
        self.check()

    def check(self) -> None:
        last, version = self.model.last, self.version()
        assert (version.title if version else None) == (last.title if last else None)
        offered = [last.title] if last and not last.is_retired else []
        assert make.titles() == offered
        numbers = [one.number for one in EntryVersion.objects.order_by("number")]
        assert numbers == sorted(set(numbers))


steps = st.lists(
    st.tuples(
        st.sampled_from(["load", "load", "stage", "undo", "write", "retire"]),
        st.sampled_from(["Atelier un", "Atelier deux", "Atelier trois"]),
    ),
    max_size=8,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_the_last_visible_word_is_that_of_the_model(told: list[tuple[str, str]]) -> None:
    from django.db import transaction

    with transaction.atomic():
        world = World()
        for what, title in told:
            world.step(what, title)
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("told", "last"),
    [
        (["load"], "Atelier"),
        (["load", "undo"], None),
        (["load", "write", "undo"], "À la main"),
        (["load", "retire"], None),
        (["load", "retire", "load again"], "Atelier encore"),
        (["stage"], None),
        (["load", "stage"], "Atelier"),
    ],
)
def test_a_few_lives_of_an_entry_told_by_hand(told: list[str], last: str | None) -> None:
    world = World()
    titles = {"load": "Atelier", "load again": "Atelier encore", "write": "À la main"}
    for one in told:
        world.step(one.split()[0], titles.get(one, "Autre"))
    assert make.titles() == ([last] if last else [])
