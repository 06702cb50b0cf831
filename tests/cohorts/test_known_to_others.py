"""No structure learns whether somebody it knows is known to another one: each way in is tried, with and without.

Two worlds are made alike, but that in one of them the other structure told of the person before. Whatever the structure
reads of its own deposit, of its programme and of figures has to be the same in both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from maillage import figures
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.cohorts import indicators, reading
from maillage.cohorts.models import Programme, Pseudonym
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.observatory import reach
from tests.factories import accounts, cohorts as make, places
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
CROWD = [f"Foule{chr(97 + n)}" for n in range(22)]
EVERY = [one.code for one in vars(indicators).values() if isinstance(one, figures.Indicator)]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(noon("2024-06-20")):
        yield


def world(*, is_known: bool, crowd: int = 22) -> tuple[Programme, Organisation]:
    """Twenty-two persons that the other structure told in 2023; the one who is looked for, among them or not."""
    owner = accounts.organisation(kind="epci")
    mine, theirs = make.structure(name="Fabrique"), make.structure(name="Couveuse")
    programme = make.programme(owner, mine, theirs)
    told = [(one, "Accueil", "2023-03-01", "", "59350", "oui") for one in CROWD[:crowd]]
    if is_known:
        told.append(("Cherchée", "Accueil", "2023-03-05", "", "59350", "oui"))
    else:  # somebody else, so that only who it is differs
        told.append(("Autre", "Accueil", "2023-03-05", "", "59350", "oui"))
    with clock.at(noon("2024-02-10")):
        make.handed(make.acting(theirs), *told)
    return programme, mine


# what the structure hands in to find out: stage, day, commune
TRIES = {
    "the same year, among the others": ("Accueil", "2023-05-02", "59350"),
    "a commune in which nobody lives, a stage that nobody reached": (
        "Emploi",
        "2023-05-02",
        "59512",
    ),
    "a year in which nobody entered too": ("Emploi", "2024-05-02", "59512"),
}
PERIODS = (
    "2023",
    "2024",
    "2023-03",
    "2023-05",
    "2023-03-05..2023-03-05",
    "2023-01-01..2023-05-01",
    "2023-05-02",
    "2023..2024",
)


def told_of(programme: Programme, structure: Organisation) -> list[tuple[object, ...]]:
    """Everything that the page of a programme tells, over every period and by every split."""
    actor = accounts.actor(Role.EXPERT, structure)
    found: list[tuple[object, ...]] = []
    for period in map(Period.parse, PERIODS):
        for split in ("commune", "qpv", "annee", "structure"):
            shown = reading.funnel(programme, actor, period, split)
            rows = [(one.label, one.value, one.share) for one in (*shown.stages, *shown.parts)]
            beside = [(one.label, one.value) for one in shown.beside]
            found.append((shown.entered, shown.overlap, shown.is_empty, *rows, *beside))
        own = reading.own_figures(programme, actor, period)
        found.append(tuple((one.label, one.value) for one in own))
    return found


@pytest.mark.parametrize("how", TRIES)
def test_a_person_handed_in_alone_changes_nothing_that_depends_on_the_others(how: str) -> None:
    places.places_loaded()
    stage, day, commune = TRIES[how]
    worlds = []
    for is_known in (True, False):
        programme, mine = world(is_known=is_known)
        load = make.handed(make.acting(mine), ("Cherchée", stage, day, "", commune))
        now = told_of(programme, mine)
        with clock.at(noon("2024-07-20")):
            next_month = told_of(programme, mine)
        worlds.append((load.counts, now, next_month))
    assert worlds[0] == worlds[1]


def test_what_the_others_know_is_told_by_whole_fives_of_whole_years() -> None:
    places.places_loaded()
    programme, mine = world(is_known=False)
    expert = accounts.actor(Role.EXPERT, mine)
    shown = reading.funnel(programme, expert, Period.parse("2023-03-05"), "commune")
    assert str(shown.period) == "2023-01-01..2023-12-31"
    assert (shown.entered, shown.overlap, shown.is_whole) == (20, None, False)
    assert [(one.label, one.value) for one in shown.parts] == [("Lille", 20)]
    owner = accounts.actor(Role.OFFICER, programme.organisation)
    whole = reading.funnel(programme, owner, Period.parse("2023-03-05"), "structure")
    assert str(whole.period) == "2023-03-05..2023-03-05"
    assert (whole.entered, whole.is_whole) == (1, True)
    assert [(one.label, one.value) for one in whole.parts] == [("Couveuse", 1)]


@pytest.mark.parametrize(
    ("crowd", "said"), [(0, None), (3, None), (4, 5), (8, 5), (9, 10), (13, 10)]
)
def test_no_count_of_others_is_told_to_the_unit(crowd: int, said: int | None) -> None:
    places.places_loaded()
    programme, mine = world(is_known=True, crowd=crowd)
    shown = reading.funnel(
        programme, accounts.actor(Role.EXPERT, mine), Period.parse("2023"), "qpv"
    )
    assert shown.entered == said
    assert [one.value for one in shown.parts] == ([] if said is None else [said])


def test_what_is_handed_in_this_month_is_told_when_it_is_over() -> None:
    places.places_loaded()
    programme, mine = world(is_known=False)
    expert = accounts.actor(Role.EXPERT, mine)
    more = [(f"Neuf{chr(97 + n)}", "Accueil", "2023-06-01", "", "59350") for n in range(10)]
    make.handed(make.acting(mine), *more)
    year = Period.parse("2023")
    seen = []
    for day in ("2024-06-20", "2024-06-30", "2024-07-01", "2024-07-31"):
        with clock.at(noon(day)):
            seen.append(reading.funnel(programme, expert, year, "commune").entered)
    assert seen == [20, 20, 30, 30]


def test_the_overlap_is_told_in_fives_and_not_at_all_under_five() -> None:
    places.places_loaded()
    programme, mine = world(is_known=False)
    expert, owner = (
        accounts.actor(Role.EXPERT, mine),
        accounts.actor(Role.OFFICER, programme.organisation),
    )
    seen = []
    for many in (4, 8, 12):
        with clock.at(noon("2024-05-03")):
            rows = [(one, "Accueil", "2023-06-01", "", "59350") for one in CROWD[:many]]
            make.handed(make.acting(mine), *rows)
        kept = [
            reading.funnel(programme, one, Period.parse("2023"), "commune").overlap
            for one in (expert, owner)
        ]
        seen.append(kept)
    assert seen == [[None, 4], [5, 8], [10, 12]]


@pytest.mark.parametrize("code", EVERY)
@pytest.mark.parametrize("role", [Role.EXPERT, Role.SERVICE_MANAGER, Role.OFFICER])
def test_no_figure_splits_ones_own_persons_by_what_others_told(code: str, role: Role) -> None:
    """Not by the year of entry, whatever the role: that of one's own person would be the other structure's."""
    reader = accounts.actor(role, make.structure())
    definition = figures.get(code)
    if reach.is_asked(definition, reader):
        assert indicators.COHORT not in definition.dimensions
        asked = figures.Question(code, period=Period.parse("2023"))
        assert reach.bounded(asked, reader).filter.organisations == (str(reader.acting_for().key),)
    else:
        assert code == "cohorts.support_funnel"


def test_the_year_of_entry_is_asked_of_the_funnel_alone() -> None:
    split = {code for code in EVERY if indicators.COHORT in figures.get(code).dimensions}
    assert split == {"cohorts.support_funnel"}
    with pytest.raises(Invalid):
        figures.answer([figures.Question("cohorts.persons_welcomed", period=Period.parse("2023"), by=indicators.COHORT)])  # fmt: skip


def page_of(client: Client, address: str) -> str:
    main = BeautifulSoup(client.get(address).content, "html.parser").find("main")
    assert main is not None
    return main.get_text(" ")


def test_pages_and_files_are_the_same_whether_the_person_is_known_or_not(client: Client) -> None:
    places.places_loaded()
    told = []
    for is_known in (True, False):
        programme, mine = world(is_known=is_known)
        load = make.handed(make.acting(mine), ("Cherchée", "Accueil", "2023-05-02", "", "59350"))
        accounts.signed_in(client, Role.EXPERT, mine)
        shown = page_of(client, reverse("cohorts:programme", args=[programme.key]))
        shown += page_of(client, reverse("cohorts:deposited", args=[load.key]))
        shown = shown.replace(programme.organisation.name, "")
        table = client.get(reverse("cohorts:lines", args=[programme.key])).content
        (line,) = table.decode("utf-8-sig").strip().splitlines()[1:]
        cells = line.split(";")
        (person,) = (one.pseudonym for one in make.standing(load=load))
        assert person is not None
        assert cells.pop(2) == str(person.key)[-8:]
        told.append((re.sub(rf"\b{load.pk}\b", "n", shown), cells[1:]))
    assert told[0] == told[1]


def test_the_mark_of_a_person_does_not_say_when_it_was_drawn() -> None:
    """The key begins with the instant of its drawing, which would be that of the other's list; the mark does not."""
    places.places_loaded()
    programme, mine = world(is_known=True)
    make.handed(
        make.acting(mine), ("Cherchée", "Accueil", "2023-05-02"), ("Neuve", "Accueil", "2023-05-02")
    )
    _header, rows = reading.as_table(programme, accounts.actor(Role.EXPERT, mine))
    marks = [str(row[2]) for row in rows]
    assert sorted(map(len, marks)) == [8, 8]
    for key in Pseudonym.objects.values_list("key", flat=True):
        assert str(key)[:13] not in marks
