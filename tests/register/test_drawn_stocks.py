"""Two stocks drawn as one table: each firm before and after, what its line turns out to be, its spells."""

from collections import Counter
from typing import NamedTuple

import pytest

from maillage.accounts.actors import System
from maillage.register.importers.sirene import import_stock
from maillage.register.models import Establishment, Load
from tests.factories import register as firms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

# A firm a line: its cells in the stock of January and in that of April (a dash: no line; a dot: the
# same as before), what the second line is, and the spells that it adds.
DRAWN = """
n   january              april                          kind       spells
1   .                    .                              unchanged  -
2   -                    .                              new        2010-01-01 A 59350
3   .                    -                              absent     -
4   .                    state=F since=2020-03-15       closed     2020-03-15 F 59350
5   .                    state=F since=                 closed     2020-04-01 F 59350
6   .                    town=59512                     moved      2020-04-01 A 59512
7   .                    way=DE ROUBAIX                 moved      -
8   .                    sign=LEVAIN                    changed    -
9   .                    size=11                        changed    2020-04-01 A 59350
10  .                    naf=43.21A since=2020-02-10    changed    2020-02-10 A 59350
11  .                    naf=43.21A                     changed    2020-04-01 A 59350
12  .                    nomenclature=NAF2025           changed    2020-04-01 A 59350
13  .                    born=2012-05-01 since=2012-05-01  changed  2010-01-01 F 59350, 2012-05-01 A 59350
14  born= since=         .                              unchanged  -
15  born= since=         born=2015-02-01 since=2015-02-01  changed  2015-02-01 A 59350
16  state=F since=2019-06-30  .                         unchanged  -
17  state=F since=2019-06-30  since=2020-02-01          changed    2020-02-01 A 59350
18  state=F since=2019-06-30  -                         gone       -
19  .                    town=62498                     moved      2020-04-01 A 62498
20  -                    town=62498                     outside    -
21  .                    siret=4,9E+13                  refused    -
22  .                    state=F since=2009-12-31       refused    -
23  -                    state=F since=2018-01-01       new        2010-01-01 A 59350, 2018-01-01 F 59350
24  -                    born= since=                   new        ? A 59350
"""

CELLS = {
    "state": "etatAdministratifEtablissement",
    "since": "dateDebut",
    "born": "dateCreationEtablissement",
    "town": "codeCommuneEtablissement",
    "way": "libelleVoieEtablissement",
    "sign": "enseigne1Etablissement",
    "size": "trancheEffectifsEtablissement",
    "naf": "activitePrincipaleEtablissement",
    "nomenclature": "nomenclatureActivitePrincipaleEtablissement",
    "siret": "siret",
}


class Firm(NamedTuple):
    """A line of the table."""

    number: int
    before: dict[str, str] | None
    after: dict[str, str] | None
    kind: str
    spells: list[str]


def told(drawn, same=None):
    if drawn == "-":
        return None
    if drawn == ".":
        return dict(same or {})
    found, name = {}, ""
    for word in drawn.split(" "):
        key, equals, value = word.partition("=")
        if equals:
            name, found[CELLS[key]] = CELLS[key], value
        else:
            found[name] += f" {word}"
    return found


def firm(line):
    cells = [cell.strip() for cell in line.split("  ") if cell.strip()]
    number, january, april, kind, spells = cells
    before = told(january)
    drawn = [] if spells == "-" else spells.split(", ")
    return Firm(int(number), before, told(april, before), kind, drawn)


FIRMS = [firm(line) for line in DRAWN.strip().splitlines()[1:]]


def load(folder, day, which, **options):
    rows = [
        firms.establishment_row(f.number, **cells)
        for f in FIRMS
        if (cells := getattr(f, which)) is not None
    ]
    units, places = firms.sirene_files(folder, rows, day=day)
    return import_stock(
        units=units, establishments=places, territory="mel", by=System("test"), **options
    )


@pytest.fixture
def january(tmp_path):
    return load(tmp_path, "2020-01-01", "before")


def expected():
    kinds = Counter(f.kind for f in FIRMS)
    refused = kinds.pop("refused")
    # A line refused tells nothing of its firm, which then is absent, like one that has no line; a
    # closed firm that is told of no more is neither.
    kinds["absent"] += refused
    del kinds["gone"]
    return dict(kinds) | {"rejected": refused}


def counted(outcome):
    return {kind: outcome.counts[kind] for kind in expected()}


def place(number):
    return Establishment.objects.filter(siret=firms.siret(firms.siren(number))).first()


def spells_of(number, load):
    drawn = place(number).spells.filter(load=load).order_by("id") if place(number) else []
    return [f"{s.starts_on or '?'} {s.state} {s.commune}" for s in drawn]


def test_the_diff_counts_each_firm_once_and_says_the_same_before_and_after_it_is_applied(
    january, tmp_path
):
    rehearsed = load(tmp_path, "2020-04-01", "after", dry_run=True)
    assert Load.objects.count() == 1
    played = load(tmp_path, "2020-04-01", "after")

    assert counted(rehearsed) == expected()
    assert counted(played) == expected()
    assert played.counts["read"] == sum(f.after is not None for f in FIRMS)


def test_each_firm_gets_the_spells_drawn_for_it_and_no_other(january, tmp_path):
    april = load(tmp_path, "2020-04-01", "after").load

    assert {f.number: spells_of(f.number, april) for f in FIRMS} == {
        f.number: f.spells for f in FIRMS
    }


def test_a_firm_without_a_line_is_marked_absent_and_stays_as_it_was(january, tmp_path):
    load(tmp_path, "2020-04-01", "after")

    marked = {f.number for f in FIRMS if place(f.number) and place(f.number).absent_since_id}
    assert marked == {f.number for f in FIRMS if f.kind in {"absent", "refused"}}
    assert {place(number).state for number in marked} == {"A"}


def test_each_refused_line_is_told_with_its_file_its_line_its_column_and_its_reason(
    january, tmp_path
):
    outcome = load(tmp_path, "2020-04-01", "after")
    present = [f.number for f in FIRMS if f.after is not None]

    assert [(r.file, r.line, r.column, r.code) for r in outcome.rejects] == [
        ("StockEtablissement_2020-04-01_utf8.csv", present.index(21) + 2, "siret", "spreadsheet_number"),
        ("StockEtablissement_2020-04-01_utf8.csv", present.index(22) + 2, "dateDebut",
         "dates_in_disorder"),
    ]  # fmt: skip
    assert list(outcome.load.rejects.values_list("code", flat=True)) == [
        "spreadsheet_number", "dates_in_disorder",
    ]  # fmt: skip


def test_the_same_stock_of_april_again_changes_nothing(january, tmp_path):
    load(tmp_path, "2020-04-01", "after")
    before = list(Establishment.objects.order_by("id").values())

    again = load(tmp_path, "2020-04-01", "after")

    assert again.status == "already_applied"
    assert {kind: again.counts[kind] for kind in ("new", "changed", "closed", "moved")} == {
        "new": 0, "changed": 0, "closed": 0, "moved": 0,
    }  # fmt: skip
    assert list(Establishment.objects.order_by("id").values()) == before


def test_the_nomenclature_is_kept_with_the_code_it_belongs_to(january, tmp_path):
    load(tmp_path, "2020-04-01", "after")

    kept = place(12).spells.order_by("id").values_list("activity", "nomenclature")
    assert list(kept) == [("10.71C", "NAFRev2"), ("10.71C", "NAF2025")]
