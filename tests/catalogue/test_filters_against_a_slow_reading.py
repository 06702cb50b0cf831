"""The filters of the list against a reading of every entry, one after the other, in Python."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.catalogue import areas, reading, serving
from maillage.catalogue.models import STALE_AFTER, EntryVersion
from maillage.catalogue.reading import Wanted
from maillage.catalogue.vocabulary import Flag, Moment
from maillage.kernel import clock
from maillage.places import fold
from tests.factories import accounts, catalogue as make, observed, places

pytestmark = pytest.mark.django_db
TODAY = date(2021, 6, 30)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2021-06-30T18:00")):
        yield


@pytest.fixture
def officer() -> Actor:
    """Somebody who keeps half of a catalogue in which every filter tells entries apart."""
    places.places_loaded()
    by = accounts.actor(Role.OFFICER)
    grounds = ((), ("59350",), ("200093201",), ("62",), ("R32",))
    for number in range(24):
        make.entry(
            by if number % 2 else None,
            title=f"{'Atelier' if number % 3 else 'Visite'} n° {number} – énergie",
            sort="scheme" if number % 4 == 0 else "service",
            themes=(("digital",), ("energy", "cash"), ())[number % 3],
            moments=((), ("creation",), ("growth", "creation"))[number % 3],
            everywhere=number % 5 == 0,
            areas=grounds[number % 5],
            areas_out=("59350",) if number % 7 == 0 else (),
            told_on=TODAY - timedelta(days=30 * number),
            valid_until=TODAY + timedelta(days=number - 12) if number % 6 == 0 else None,
        )
    return by


def slowly(wanted: Wanted, actor: Actor) -> list[str]:
    """The titles that a person would keep, entry after entry."""
    return sorted(one.title for one in EntryVersion.objects.offered() if _kept(one, wanted, actor))


def _kept(one: EntryVersion, wanted: Wanted, actor: Actor) -> bool:
    words = fold(" ".join([one.title, one.summary, one.provided, *one.theme_words]))
    tests = [
        not wanted.sort or one.entry.sort == wanted.sort,
        not wanted.theme or wanted.theme in one.themes,
        not wanted.moment or wanted.moment in one.moments,
        all(word in words for word in fold(wanted.text).split()),
        not wanted.mine or one.entry.organisation_id == actor.organisation_id,
        not wanted.flag or _flagged(one, wanted.flag),
        not wanted.area or _serves(one, areas.codes_of(wanted.area, TODAY)),
    ]
    return all(tests)


def _flagged(one: EntryVersion, flag: str) -> bool:
    if flag == Flag.EXPIRED:
        return one.valid_until is not None and one.valid_until < TODAY
    if flag == Flag.STALE:
        return TODAY - one.told_on >= STALE_AFTER
    return flag == Flag.THEMELESS and not one.themes


def _serves(one: EntryVersion, codes: frozenset[str]) -> bool:
    if codes & set(one.areas_out):
        return False
    return one.everywhere or bool(codes & set(one.areas))


wishes = st.builds(
    Wanted,
    text=st.sampled_from(["", "ENERGIE", "visite", "atelier 4", "rien"]),
    theme=st.sampled_from(["", "digital", "energy"]),
    moment=st.sampled_from(["", Moment.CREATION.value]),
    sort=st.sampled_from(["", "scheme", "service"]),
    area=st.sampled_from(["", "59350", "62498", "mel", "59", "R32"]),
    flag=st.sampled_from(["", Flag.EXPIRED.value, Flag.STALE.value, Flag.THEMELESS.value]),
    mine=st.booleans(),
)


@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wanted=wishes)
def test_the_list_keeps_what_a_person_would_keep(officer: Actor, wanted: Wanted) -> None:
    quickly = reading.entries(wanted, officer).rows.values_list("title", flat=True)
    assert sorted(quickly) == slowly(wanted, officer)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(wanted=wishes)
def test_the_address_of_a_list_gives_the_same_list_again(officer: Actor, wanted: Wanted) -> None:
    from urllib.parse import parse_qsl

    assert Wanted.of(dict(parse_qsl(wanted.as_query()))) == wanted


def test_the_flags_of_an_entry_are_those_by_which_it_is_found(officer: Actor) -> None:
    for flag in Flag:
        found = set(
            EntryVersion.objects.offered().flagged(flag, TODAY).values_list("pk", flat=True)
        )
        told = {one.pk for one in EntryVersion.objects.offered() if flag in one.flags(TODAY)}
        assert found == told


@pytest.mark.parametrize(
    "address",
    [
        {"theme": "poetry"},
        {"moment": "x"},
        {"sorte": "provider"},
        {"a-verifier": "x"},
        {"gardees": "1"},
    ],
)
def test_what_is_no_choice_is_left_out_of_the_filters(address: dict[str, str]) -> None:
    assert Wanted.of(address) == Wanted()


@pytest.mark.parametrize("query", [{}, {"theme": "digital"}, {"sorte": "scheme"}, {"q": "rien"}])
def test_the_map_counts_for_each_commune_the_entries_that_it_opens(
    officer: Actor, query: dict[str, str]
) -> None:
    wanted = Wanted.of(query)
    counts = serving.served(reading.entries(wanted, officer).rows, "mel")
    assert len(counts) > 5
    for commune, count in counts.items():
        opened = reading.entries(Wanted.of({**query, "territoire": commune}), officer)
        assert opened.rows.count() == count
    assert query or len(set(counts.values())) > 1  # Lille is left out of some


def test_a_page_draws_it_with_as_many_queries_for_a_whole_territory_as_for_a_commune(
    officer: Actor, django_assert_max_num_queries: Any
) -> None:
    rows = reading.entries(Wanted(), officer).rows
    observed.outlined()
    serving.on_map(rows, Wanted(), "mel")
    with django_assert_max_num_queries(9):
        drawn = serving.on_map(rows, Wanted(theme="digital"), "mel")
    assert "theme=digital&amp;territoire=59350" in drawn
    assert serving.on_map(rows.none(), Wanted(), "mel") == ""
    assert serving.on_map(rows, Wanted(), "") == ""
