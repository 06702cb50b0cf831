"""One journal of everything set right: each package brings its own kinds, none keeps a copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.accounts import actions, corrected
from maillage.accounts.actors import Actor, System
from maillage.accounts.corrected import Corrected, Source
from maillage.accounts.roles import Role
from maillage.kernel.text import Words
from tests.factories import accounts as make, intake, register

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOBODY = Actor()


class Rows(list[int]):
    """Rows as a model's manager gives them: counted, and sliced."""

    def count(self) -> int:  # type: ignore[override]
        return len(self)


@dataclass
class Kind:
    """A kind of correction of which the instants are given."""

    name: str
    hours: Sequence[int]
    asked: int = 0

    @property
    def source(self) -> Source:
        def told(rows: Sequence[int], _actor: Actor) -> list[Corrected]:
            self.asked = max(self.asked, len(rows))
            return [
                Corrected(
                    at=NOON - timedelta(hours=hour), who="", organisation="", why="",
                    about=f"{self.name} {hour}",
                )
                for hour in rows
            ]  # fmt: skip

        return Source(
            name=self.name, words=Words(self.name, self.name), told=told,
            rows=lambda _actor: Rows(sorted(self.hours)),
        )  # fmt: skip


@pytest.fixture
def kinds(monkeypatch: pytest.MonkeyPatch) -> list[Kind]:
    """Two kinds that fall between one another."""
    made = [Kind("left", (1, 4, 5)), Kind("right", (0, 2, 3, 9))]
    monkeypatch.setattr(corrected, "sources", lambda: [kind.source for kind in made])
    return made


@pytest.mark.parametrize(
    ("start", "end", "only", "told"),
    [
        (0, 3, "", ["right 0", "left 1", "right 2"]),
        (3, 6, "", ["right 3", "left 4", "left 5"]),
        (6, 9, "", ["right 9"]),
        (0, 10, "left", ["left 1", "left 4", "left 5"]),
        (2, 4, "right", ["right 3", "right 9"]),
        (0, 10, "nothing", []),
    ],
)
@pytest.mark.usefixtures("kinds")
def test_pages_are_those_of_one_list_the_latest_first(
    start: int, end: int, only: str, told: list[str]
) -> None:
    assert [line.about for line in corrected.page(NOBODY, start, end, only)] == told


def test_a_page_reads_no_more_of_each_kind_than_it_may_show(kinds: list[Kind]) -> None:
    corrected.page(NOBODY, 0, 2)
    assert [kind.asked for kind in kinds] == [2, 2]


@pytest.mark.parametrize(("only", "many"), [("", 7), ("left", 3), ("right", 4), ("none", 0)])
@pytest.mark.usefixtures("kinds")
def test_what_is_counted_is_what_is_shown(only: str, many: int) -> None:
    assert corrected.count(NOBODY, only) == many
    assert len(corrected.page(NOBODY, 0, 100, only)) == many


@pytest.mark.usefixtures("kinds")
def test_each_line_says_what_kind_it_is() -> None:
    assert [str(line.what) for line in corrected.page(NOBODY, 0, 2)] == ["right", "left"]


def test_every_package_brings_its_kinds_under_names_of_their_own() -> None:
    names = [source.name for source in corrected.sources()]
    assert len(names) == len(set(names))
    assert {"acts", "drift", "loads", "publications", "shares"} <= set(names)
    for source in corrected.sources():
        assert source.words.fr != source.words.en


@pytest.mark.django_db
class TestShares:
    def ended(self, administrator: Actor, **facts: Any) -> None:
        partner = make.organisation(name=facts.pop("to", "Le Bailleur"))
        share = make.share(administrator.acting_for(), partner, "visits")
        actions.end_share(share=share, because=facts.pop("because", "Fin"), by=administrator)

    def test_an_ended_share_is_told_with_who_when_and_why(self) -> None:
        administrator = make.actor(Role.ADMINISTRATOR, name="Camille")
        self.ended(administrator, because="La convention est finie")
        (line,) = corrected.page(administrator, 0, 10, "shares")
        assert (line.who, line.why) == ("Camille", "La convention est finie")
        assert "Le Bailleur" in line.about
        assert line.organisation == str(administrator.organisation)

    def test_the_partner_reads_it_and_nobody_else(self) -> None:
        administrator = make.actor(Role.ADMINISTRATOR)
        partner = make.organisation()
        share = make.share(administrator.acting_for(), partner, "visits")
        actions.end_share(share=share, because="Fin", by=administrator)
        read = make.actor(Role.SERVICE_MANAGER, partner)
        assert corrected.count(read, "shares") == 1
        assert corrected.count(make.actor(Role.SERVICE_MANAGER), "shares") == 0

    def test_a_share_that_runs_or_that_its_day_ended_is_no_correction(self) -> None:
        administrator = make.actor(Role.ADMINISTRATOR)
        make.share(administrator.acting_for(), make.organisation(), "visits")
        assert corrected.count(administrator, "shares") == 0

    def test_many_cost_as_many_queries_as_few(self) -> None:
        administrator = make.actor(Role.ADMINISTRATOR)
        costs = []
        for number in (2, 10):
            for rank in range(number):
                self.ended(administrator, to=f"Partenaire {number}-{rank}")
            with CaptureQueriesContext(connection) as asked:
                corrected.page(administrator, 0, 50, "shares")
            costs.append(len(asked))
        assert costs[0] == costs[1]


@pytest.mark.django_db
class TestLoads:
    def test_a_load_undone_is_told_with_its_files_and_why(self) -> None:
        administrator = make.actor(Role.ADMINISTRATOR)
        load = intake.applied(intake.features("Moulins"))
        register.undo_load(load=load, by=System("a test"))
        (line,) = corrected.page(administrator, 0, 10, "loads")
        assert "qpv.geojson" in line.about
        assert line.why == "essai"
        assert line.url.endswith(f"{load.key}/")

    def test_a_load_of_another_organisation_is_not_told(self) -> None:
        intake.past_load(
            make.organisation(), state="undone", undone_because="Doublon", files=[{"name": "v.csv"}]
        )
        assert corrected.count(make.actor(Role.ADMINISTRATOR), "loads") == 0

    def test_an_adviser_who_reads_no_load_reads_none_of_its_end(self) -> None:
        load = intake.applied(intake.features("Moulins"))
        register.undo_load(load=load, by=System("a test"))
        assert corrected.count(make.actor(Role.ELECTED), "loads") == 0
