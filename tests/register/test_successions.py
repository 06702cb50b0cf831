"""Links of succession over a stock: kept when they touch the territory, once, undone with their stock, followed."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from maillage import register
from maillage.accounts.actors import System
from maillage.kernel.errors import Conflict
from maillage.register.importers import successions
from maillage.register.importers.cells import BadCell
from maillage.register.importers.outcome import Outcome
from maillage.register.importers.sirene import import_stock
from maillage.register.importers.stock import StockFile
from maillage.register.importers.successions import COLUMNS, SuccessionImport, read_link
from maillage.register.models import Establishment, Load, SuccessionLink
from maillage.register.rejects import CannotTake
from tests.factories import register as firms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

BY = System("test")
Row = Mapping[str, str]


def siret(number: int) -> str:
    """The SIRET of the nth firm of the tests."""
    return firms.siret(firms.siren(number))


def stock(folder: Path, *numbers: int, day: str = "2020-01-01") -> Outcome:
    """A stock of so many firms of the territory."""
    rows = [firms.establishment_row(number) for number in numbers]
    units, places = firms.sirene_files(folder, rows, day=day)
    return import_stock(units=units, establishments=places, territory="mel", by=BY)


def linked(folder: Path, *rows: Row, day: str = "2020-01-01", **how: Any) -> Outcome:
    """What a file of links brings."""
    file = StockFile(firms.links_file(folder, rows, day=day), "links")
    return SuccessionImport(file, "mel", BY).run(**how)


def place(number: int) -> Establishment:
    """The establishment of the nth firm."""
    return Establishment.objects.get(siret=siret(number))


def told(*numbers: int) -> list[tuple[bool, str, bool]]:
    """What sheets say of a firm's links: takes over?, the other's SIRET, does the activity go on."""
    links = register.continuations([place(number).pk for number in numbers])
    return [(one.takes_over, one.siret, one.goes_on) for found in links.values() for one in found]


KEPT = """
within                  | 1 2   | 1 told
to elsewhere            | 1 801 | 1 told
from elsewhere          | 801 1 | 1 told
between others          | 801 802 | 1 outside
"""


@pytest.mark.parametrize("line", KEPT.strip().splitlines())
def test_a_link_is_kept_when_it_touches_the_territory(line: str, tmp_path: Path) -> None:
    stock(tmp_path, 1, 2)
    _, ends, expected = (cell.strip() for cell in line.split("|"))
    before, after = (siret(int(end)) for end in ends.split())
    outcome = linked(tmp_path, firms.link_row(before, after))
    number, kind = expected.split()
    assert outcome.counts[kind] == int(number)
    assert outcome.counts["read"] == 1
    assert SuccessionLink.objects.count() == outcome.counts["told"]


def test_both_ends_say_it_and_a_stranger_by_its_siret(tmp_path: Path) -> None:
    stock(tmp_path, 1, 2)
    linked(
        tmp_path,
        firms.link_row(siret(1), siret(2)),
        firms.link_row(siret(2), siret(801), continuiteEconomique="false"),
    )
    assert told(1) == [(False, siret(2), True)]
    assert sorted(told(2)) == [(False, siret(801), False), (True, siret(1), True)]


def test_a_stranger_that_enters_the_register_later_is_found_by_its_siret(tmp_path: Path) -> None:
    stock(tmp_path, 1)
    linked(tmp_path, firms.link_row(siret(1), siret(3)))
    stock(tmp_path, 1, 3, day="2020-02-01")
    (link,) = register.continuations([place(1).pk])[place(1).pk]
    assert link.other == place(3)
    assert link.key == place(3).legal_unit.key


def test_the_same_links_write_no_row_again_in_this_file_or_a_later_one(tmp_path: Path) -> None:
    stock(tmp_path, 1, 2)
    row = firms.link_row(siret(1), siret(2))
    assert linked(tmp_path, row, row).counts["told"] == 1
    assert linked(tmp_path, row, row).status == "already_applied"
    later = linked(tmp_path, row, day="2020-02-01")
    assert (later.status, later.counts["unchanged"], later.counts["told"]) == ("applied", 1, 0)
    assert SuccessionLink.objects.count() == 1


def test_told_otherwise_the_last_word_counts(tmp_path: Path) -> None:
    stock(tmp_path, 1, 2)
    row = firms.link_row(siret(1), siret(2))
    linked(tmp_path, row)
    linked(tmp_path, row | {"continuiteEconomique": "false"}, day="2020-02-01")
    assert told(1) == [(False, siret(2), False)]


def test_a_dry_run_tells_and_writes_nothing(tmp_path: Path) -> None:
    stock(tmp_path, 1, 2)
    outcome = linked(tmp_path, firms.link_row(siret(1), siret(2)), dry_run=True)
    assert (outcome.status, outcome.counts["told"]) == ("dry_run", 1)
    assert not SuccessionLink.objects.exists()
    assert Load.objects.count() == 1


def test_links_leave_with_the_stock_they_were_read_over(tmp_path: Path) -> None:
    stock(tmp_path, 1, 2)
    linked(tmp_path, firms.link_row(siret(1), siret(2)))
    firms.undo_load(load=Load.objects.get(source="sirene"), by=BY)
    assert Load.objects.get(source="sirene_links").state == Load.State.UNDONE
    assert not SuccessionLink.objects.known().exists()


def test_links_undone_alone_leave_the_stock(tmp_path: Path) -> None:
    stock(tmp_path, 1, 2)
    linked(tmp_path, firms.link_row(siret(1), siret(2)))
    firms.undo_load(load=Load.objects.get(source="sirene_links"), by=BY)
    assert told(1) == []
    assert Load.objects.get(source="sirene").state == Load.State.ACTIVE


def test_without_a_stock_links_have_nothing_to_rest_on(tmp_path: Path) -> None:
    with pytest.raises(CannotTake) as refusal:
        linked(tmp_path, firms.link_row(siret(1), siret(2)))
    assert refusal.value.remark.code == "no_stock"


def test_links_cut_short_are_taken_up_where_they_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stock(tmp_path, *range(1, 8))
    rows = [firms.link_row(siret(n), siret(n + 1)) for n in range(1, 7)]
    monkeypatch.setattr(successions, "CHUNK", 2)
    written = successions.SuccessionStep.write
    seen: list[int] = []

    def cut(self: Any, chunk: Sequence[Any]) -> None:
        seen.append(len(chunk))
        if len(seen) == 2:
            raise KeyboardInterrupt
        written(self, list(chunk))

    monkeypatch.setattr(successions.SuccessionStep, "write", cut)
    with pytest.raises(KeyboardInterrupt):
        linked(tmp_path, *rows)
    assert not SuccessionLink.objects.known().exists()
    outcome = linked(tmp_path, *rows)
    assert SuccessionLink.objects.known().count() == 6
    assert outcome.counts["told"] == 6
    assert Load.objects.filter(source="sirene_links").count() == 1


BAD = """
short           | 12345 ?  2018-03-01 false true | siretEtablissementPredecesseur
itself          | = =  2018-03-01 false true | siretEtablissementSuccesseur
no day          | = ?  2018-02-30 false true | dateLienSuccession
a blank day     | = ?  _ false true | dateLienSuccession
another word    | = ?  2018-03-01 oui true | transfertSiege
a blank flag    | = ?  2018-03-01 false _ | continuiteEconomique
"""


@pytest.mark.parametrize("line", BAD.strip().splitlines())
def test_a_line_that_cannot_be_taken_says_its_column_and_the_others_are_taken(
    line: str, tmp_path: Path
) -> None:
    stock(tmp_path, 1, 2)
    _, words, column = (cell.strip() for cell in line.split("|"))
    meant = {"=": siret(1), "?": siret(2), "_": ""}
    bad = dict(zip(COLUMNS, (meant.get(word, word) for word in words.split()), strict=True))
    outcome = linked(tmp_path, bad, firms.link_row(siret(1), siret(2)))
    (reject,) = outcome.rejects
    assert (reject.line, reject.column) == (2, column)
    assert reject.reason
    assert (outcome.counts["rejected"], outcome.counts["told"]) == (1, 1)


def test_a_line_is_read_without_a_database() -> None:
    row = firms.link_row(siret(1), siret(2), transfertSiege="TRUE")
    link = read_link([row[name] for name in COLUMNS])
    assert (link.seat_transfer, link.continuity, link.on) == (True, True, "2018-03-01")
    with pytest.raises(BadCell):
        read_link(["", siret(2), "2018-03-01", "false", "false"])


def imported(*words: object) -> tuple[int, dict[str, Any]]:
    """The command's exit and its answer."""
    out, code = io.StringIO(), 0
    try:
        call_command(
            "import_sirene", *map(str, words), "--territory", "mel", "--json",
            stdout=out, stderr=io.StringIO(),
        )  # fmt: skip
    except SystemExit as stop:
        code = int(stop.code or 0)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return code, answer


def test_one_command_reads_the_stock_its_history_and_its_links(tmp_path: Path) -> None:
    units, places = firms.sirene_files(tmp_path, [firms.establishment_row(n) for n in (1, 2)])
    links = firms.links_file(tmp_path, [firms.link_row(siret(1), siret(2))])
    code, answer = imported("--units", units, "--establishments", places, "--links", links)
    assert (code, answer["new"], answer["links"]["told"]) == (0, 2, 1)
    code, again = imported("--links", links)
    assert (code, again["links"]["status"]) == (0, "already_applied")


def test_one_file_given_for_the_other_is_refused_before_anything_is_applied(tmp_path: Path) -> None:
    units, places = firms.sirene_files(tmp_path, [firms.establishment_row(1)])
    history = firms.history_file(tmp_path, [firms.period_row(1)])
    code, answer = imported("--units", units, "--establishments", places, "--links", history)
    assert (code, answer["rejects"][0]["code"]) == (2, "swapped")
    assert not Load.objects.exists()


def test_an_older_file_of_links_is_refused(tmp_path: Path) -> None:
    stock(tmp_path, 1, 2)
    linked(tmp_path, firms.link_row(siret(1), siret(2)), day="2020-03-01")
    with pytest.raises(Conflict):
        linked(tmp_path, firms.link_row(siret(2), siret(1)), day="2020-02-01")


# Following: A→B 2018 means a link from A to B on 1 March 2018; «s» that its seat moved, «x» that nothing goes on.
CHAINS = """
nobody follows            |                          | A 2020 | A
the next                  | A→B 2018                 | A 2020 | B
not yet                   | A→B 2018                 | A 2017 | A
to the end                | A→B 2016, B→C 2018       | A 2020 | C
as of then                | A→B 2016, B→C 2018       | A 2017 | B
nothing goes on           | A→B 2018x                | A 2020 | A
the seat first            | A→B 2018s, A→C 2019      | A 2020 | B
else the latest           | A→B 2018, A→C 2019       | A 2020 | C
else the lowest           | A→C 2018, A→B 2018       | A 2020 | B
a circle                  | A→B 2016, B→A 2018       | A 2020 | B
a circle farther on       | A→B 2016, B→C 2017, C→B 2018 | A 2020 | C
told otherwise since      | A→B 2018, A→B 2018x      | A 2020 | A
told so since             | A→B 2018x, A→B 2018      | A 2020 | B
a link back in time       | A→B 2019, B→C 2015       | A 2020 | C
"""


@pytest.mark.parametrize("line", CHAINS.strip().splitlines())
def test_an_activity_is_followed_until_a_day(line: str) -> None:
    _, links, asked, expected = (cell.strip() for cell in line.split("|"))
    places = drawn(links)
    name, year = asked.split()
    found = register.successors([places[name].pk], date(int(year), 12, 31))
    assert found == {places[name].pk: places[expected].pk}


@pytest.mark.parametrize("line", CHAINS.strip().splitlines())
def test_where_an_activity_goes_on_is_where_it_is_found_to_come_from(line: str) -> None:
    _, links, asked, _ = (cell.strip() for cell in line.split("|"))
    places, day = [one.pk for one in drawn(links).values()], date(int(asked[2:]), 12, 31)
    came = {place: register.taken_over([place], day) for place in places}
    for place, heir in register.successors(places, day).items():
        assert place == heir or place in came[heir]
    for place, found in came.items():
        assert len({place, *found}) == len(found) + 1  # nobody comes from itself, or twice


def test_of_those_it_took_over_from_the_nearest_come_first() -> None:
    first, second, third = (firms.establishment() for _ in range(3))
    firms.succession(first, second, linked_on=date(2016, 3, 1))
    firms.succession(second, third, linked_on=date(2018, 3, 1))
    assert register.taken_over([third.pk], date(2020, 1, 1)) == [second.pk, first.pk]
    assert register.taken_over([third.pk], date(2017, 1, 1)) == []
    assert register.taken_over([second.pk, third.pk], date(2020, 1, 1)) == [first.pk]


def test_a_firm_split_in_two_came_to_one_of_them_only() -> None:
    whole, seat, other = (firms.establishment() for _ in range(3))
    firms.succession(whole, seat, seat_transfer=True)
    firms.succession(whole, other)
    assert register.taken_over([seat.pk], date(2020, 1, 1)) == [whole.pk]
    assert register.taken_over([other.pk], date(2020, 1, 1)) == []


def drawn(links: str) -> dict[str, Establishment]:
    """Three places with the links of a line of `CHAINS`."""
    places = {name: firms.establishment() for name in "ABC"}
    for link in filter(None, links.split(", ")):
        ends, when = link.split()
        before, after = ends.split("→")
        firms.succession(
            places[before], places[after], linked_on=date(int(when[:4]), 3, 1),
            continuity=not when.endswith("x"), seat_transfer=when.endswith("s"),
        )  # fmt: skip
    return places


def test_a_chain_that_leaves_the_register_stops_before() -> None:
    here = firms.establishment()
    firms.succession(here, None, outside_siret=siret(801))
    assert register.successors([here.pk], date(2020, 1, 1)) == {here.pk: here.pk}


def test_many_are_followed_at_once_in_a_query_a_generation(
    django_assert_max_num_queries: Any,
) -> None:
    rows = [[firms.establishment() for _ in range(3)] for _ in range(5)]
    for first, second, third in rows:
        firms.succession(first, second)
        firms.succession(second, third)
    with django_assert_max_num_queries(3):
        found = register.successors([row[0].pk for row in rows], date(2020, 1, 1))
    assert found == {row[0].pk: row[2].pk for row in rows}


def test_links_of_many_places_are_read_in_as_many_queries(
    django_assert_max_num_queries: Any,
) -> None:
    first = firms.establishment()
    places = [firms.establishment() for _ in range(8)]
    for one in places:
        firms.succession(first, one)
        firms.succession(one, None, outside_siret=siret(801))
    with django_assert_max_num_queries(2):
        found = register.continuations([one.pk for one in places])
    assert [len(found[one.pk]) for one in places] == [2] * 8
