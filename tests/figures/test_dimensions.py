"""Every way to keep and to split: what each dimension counts, names, opens, and refuses."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import translation

from maillage import figures
from maillage.accounts.actors import System
from maillage.figures import Filter, Question, dimensions
from maillage.figures.cache import CACHE
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.ledger import themes
from tests.factories import accounts, places, register
from tests.figures import kinds  # noqa: F401 -- declares the indicators asked here
from tests.spec.drawn import draw, noon, rows_of

pytestmark = pytest.mark.django_db
YEAR = Period.parse("2020")
SYSTEM = System("a test reads everything")

ACTS = """
kind               | day        | firm | by  | commune | theme          | scheme   | action_key | euros | funder
tests.visit_done   | 2020-01-01 | A    | cma | 59350   | tests_plain    | spring   | c/1.1      |       |
tests.visit_done   | 2020-02-29 | A    | mel | 59350   | tests_hardship | spring   | c/1.2      |       |
tests.visit_done   | 2020-03-31 | B    | cma | 59512   | tests_hardship | autumn   | c/1.1      |       |
tests.visit_done   | 2020-12-31 | C    | mel | 62498   |                | autumn   |            |       |
tests.visit_done   | 2021-01-01 | D    | cma | 59350   | tests_plain    | spring   | c/1.1      |       |
tests.visit_done   | 2019-12-31 | E    | cma | 59512   | tests_plain    | spring   | c/1.1      |       |
tests.visit_done   | 2020-06-30 | F    | cma | 59350   | cash           |          |            |       |
~7                 |            |      |     |         |                |          |            |       |
tests.payment_made | 2020-01-15 |      | mel |         |                | spring   | c/1.1      | 10    | cma
tests.payment_made | 2020-02-15 |      | mel |         |                | autumn   | c/1.2      | 0.05  | epf
"""


@pytest.fixture(autouse=True)
def _now():
    CACHE.clear()
    with clock.at(noon("2021-06-30")):
        yield


@pytest.fixture
def world():
    places.places_loaded()
    return draw(ACTS)


def ask(code, by="", period=YEAR, at=None, **kept):
    return figures.answer([Question(code, Filter(**kept), period, by)], at)[0]


FILTERS = """
kept                                 | firms | visits | cents
                                     | 3     | 4      | 1005
organisations=cma                    | 2     | 2      | 0
organisations=mel                    | 2     | 2      | 1005
organisations=cma,mel                | 3     | 4      | 1005
counterparts=cma                     | 0     | 0      | 1000
counterparts=epf                     | 0     | 0      | 5
counterparts=cma,epf                 | 0     | 0      | 1005
schemes=spring                       | 1     | 2      | 1000
schemes=autumn                       | 2     | 2      | 5
schemes=spring,autumn                | 3     | 4      | 1005
schemes=winter                       | 0     | 0      | 0
themes=tests_plain                   | 1     | 1      | 0
themes=tests_plain,tests_hardship    | 2     | 3      | 0
action_keys=c/1.1                    | 2     | 2      | 1000
action_keys=c/1.2                    | 1     | 1      | 5
action_keys=c/1                      | 0     | 0      | 0
communes=59350                       | 1     | 2      | 0
communes=59350,62498                 | 2     | 3      | 0
territory=mel                        | 2     | 3      | 0
territory=mel communes=59512         | 1     | 1      | 0
territory=mel communes=62498         | 0     | 0      | 0
segments=1                           | 3     | 4      | 0
organisations=cma schemes=spring     | 1     | 1      | 0
organisations=mel counterparts=cma   | 0     | 0      | 1000
"""


def kept_of(world, cell):
    given = dict(word.split("=") for word in cell.split())
    for name in ("organisations", "counterparts"):
        if name in given:
            names = given[name].split(",")
            given[name] = ",".join(str(world.organisation(n).key) for n in names)
    if "segments" in given:
        given["segments"] = int(given["segments"])
    return given


THREE = ("firms_visited", "visits_done", "money_paid")


def test_each_dimension_of_a_filter_keeps_its_acts_and_no_other(world):
    drawn = rows_of(FILTERS)
    kept = [Filter(**kept_of(world, row["kept"])) for row in drawn]
    questions = [Question(f"tests.{name}", one, YEAR) for one in kept for name in THREE]
    values = iter(figures.answer(questions, cached=False))
    for row in drawn:
        read = [next(values).value for _ in THREE]
        assert read == [int(row["firms"]), int(row["visits"]), int(row["cents"])], row["kept"]


PERIODS = """
period                  | firms | visits
2020                    | 3     | 4
2020-01-01..2020-01-01  | 1     | 1
2020-01-02..2020-02-28  | 0     | 0
2020-02-29..2020-03-31  | 2     | 2
2020-12-31..2021-01-01  | 2     | 2
2019-12-31..2020-01-01  | 2     | 2
2019                    | 1     | 1
2018                    | 0     | 0
2019-01-01..2021-12-31  | 5     | 6
"""


def test_a_period_takes_both_its_ends_and_nothing_beyond(world):
    for row in rows_of(PERIODS):
        period = Period.parse(row["period"])
        read = [ask(f"tests.{n}", period=period).value for n in ("firms_visited", "visits_done")]
        assert read == [int(row["firms"]), int(row["visits"])], row["period"]


PARTS = """
figure        | by          | parts
visits_done   | month       | 2020-01:1 2020-02:1 2020-03:1 2020-12:1
firms_visited | month       | 2020-01:1 2020-02:1 2020-03:1 2020-12:1
firms_visited | first_month | 2020-01:1 2020-03:1 2020-12:1
visits_done   | commune     | 62498:1 59350:2 59512:1
firms_visited | commune     | 62498:1 59350:1 59512:1
visits_done   | theme       | :1 tests_plain:1 -:2
firms_visited | theme       | :1 tests_plain:1 -:2
money_paid    | month       | 2020-01:1000 2020-02:5
"""


def test_each_dimension_splits_into_parts_whose_sum_is_the_whole_or_tells_the_overlap(world):
    for row in rows_of(PARTS):
        answer = ask(f"tests.{row['figure']}", by=row["by"])
        assert " ".join(f"{g.key}:{g.value}" for g in answer.groups) == row["parts"]
        assert sum(g.value for g in answer.groups) == answer.value + answer.overlap
        assert answer.overlap == int(row["figure"] == "firms_visited" and row["by"] in BOTH)


BOTH = ("month", "theme")  # A was seen in two months, on two themes


def test_every_part_opens_onto_as_many_records_as_it_says(world):
    for row in rows_of(PARTS):
        question = Question(f"tests.{row['figure']}", Filter(), YEAR, row["by"])
        for part in figures.answer([question])[0].groups:
            listed = list(figures.every_record(question, SYSTEM, group=part.key))
            assert len(listed) == part.n, (row, part)
            if row["figure"] == "money_paid":
                assert sum(record.amount for record in listed) == part.value


def test_organisations_and_funders_are_named_in_the_order_of_their_names(world):
    makers = ask("tests.visits_done", by="organisation")
    assert [(g.label, g.value) for g in makers.groups] == [("cma", 2), ("mel", 2)]
    funders = ask("tests.money_paid", by="counterpart")
    assert [(g.label, g.value, g.n) for g in funders.groups] == [("cma", 1000, 1), ("epf", 5, 1)]


# --- a sensitive theme is one masked line that still counts ---


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("fr", ["Non renseigné", "Thème d’essai", "Ligne masquée, qui compte"]),
        ("en", ["Not given", "Test theme", "Masked line, which counts"]),
    ],
)
def test_the_name_of_a_sensitive_theme_is_no_line_of_a_breakdown(world, language, labels):
    with translation.override(language):
        answer = ask("tests.visits_done", by="theme")
    assert [group.label for group in answer.groups] == labels
    assert answer.overlap == 0


def test_two_sensitive_themes_are_one_line_in_which_a_firm_counts_once():
    draw("""
    kind             | day        | firm | theme
    tests.visit_done | 2020-01-10 | A    | tests_hardship
    tests.visit_done | 2020-01-11 | A    | cash
    tests.visit_done | 2020-01-12 | B    | cash
    """)
    (part,) = ask("tests.firms_visited", by="theme").groups
    assert (part.key, part.value, part.n) == (dimensions.HIDDEN, 2, 2)
    (part,) = ask("tests.visits_done", by="theme").groups
    assert part.value == 3


def test_a_theme_that_the_code_forgot_joins_the_masked_line(monkeypatch):
    draw("""
    kind             | day        | firm | theme
    tests.visit_done | 2020-01-10 | A    | tests_plain
    tests.visit_done | 2020-01-11 | B    | tests_hardship
    """)
    monkeypatch.delitem(themes._declared, "tests_plain")
    (part,) = ask("tests.visits_done", by="theme").groups
    assert (part.key, part.value) == (dimensions.HIDDEN, 2)


def test_the_masked_line_opens_onto_records_masked_for_a_stranger(world):
    question = Question("tests.visits_done", Filter(), YEAR, "theme")
    stranger = figures.records(question, accounts.actor(), group=dimensions.HIDDEN)
    assert [record.masked for record in stranger.records] == [True, True]
    assert {record.unit for record in stranger.records} == {""}
    everything = figures.records(question, SYSTEM, group=dimensions.HIDDEN)
    assert {r.unit for r in everything.records} == {str(world.acts[n].key) for n in (1, 2)}


def test_without_any_sensitive_act_there_is_no_masked_line():
    draw("kind | day | firm | theme\ntests.visit_done | 2020-01-10 | A | tests_plain")
    assert [g.key for g in ask("tests.visits_done", by="theme").groups] == ["tests_plain"]
    assert ask("tests.visits_done", by="theme", period=Period.parse("2018")).groups == ()


def test_the_sensitive_theme_itself_cannot_be_asked_as_a_part(world):
    question = Question("tests.visits_done", Filter(), YEAR, "theme")
    with pytest.raises(Invalid, match="tests_hardship"):
        figures.records(question, SYSTEM, group="tests_hardship")


# --- places in time ---


def test_a_perimeter_is_that_of_the_end_of_the_period_for_acts_of_any_of_its_days():
    places.places_loaded()
    draw("""
    kind             | day        | firm | commune
    tests.visit_done | 2019-06-01 | A    | 59011
    tests.visit_done | 2019-06-01 | B    | 59350
    """)
    read = {
        end: ask("tests.visits_done", territory="mel", period=Period(date(2019, 1, 1), end)).value
        for end in (date(2019, 12, 31), date(2020, 3, 13), date(2020, 3, 14), date(2021, 6, 1))
    }
    assert list(read.values()) == [1, 1, 2, 2]


@pytest.mark.parametrize("reference", ["mel", "200093201", "245900410"])
def test_a_territory_is_found_by_any_number_it_ever_had(world, reference):
    assert ask("tests.visits_done", territory=reference).value == 3


def test_an_associated_commune_counts_in_the_territory_of_its_head():
    places.places_loaded()
    draw("kind | day | firm | commune\ntests.visit_done | 2020-01-10 | A | 59355")
    assert ask("tests.visits_done", territory="mel").value == 1
    sectors = ask("tests.firms_visited", territory="mel", by="sector")
    assert {g.key: g.value for g in sectors.groups if g.value} == {"mel-lillois": 1}
    assert sectors.overlap == 0


def test_an_empty_sector_is_a_line_of_zero(world):
    answer = ask("tests.firms_visited", territory="mel", by="sector")
    assert sum(g.value for g in answer.groups) == answer.value == 2
    assert any(g.value == 0 and g.n == 0 for g in answer.groups)


# --- n/a is never 0 ---


def test_a_rate_is_na_in_a_part_without_base_and_zero_in_one_without_numerator():
    load = register.load_active(
        vintage=date(2019, 1, 1), activated_at=noon("2019-01-02"), staged_at=noon("2019-01-02")
    )
    register.establishment(spell_load=load, commune="59512")
    places.places_loaded()
    rows = "kind | day | firm | commune\ntests.visit_done | 2020-01-10 | A | 59350"
    world = draw(rows)
    register.spell(world.firms["A"], load=load, state="F", starts_on=date(2020, 6, 1))
    answer = ask("tests.coverage", by="commune")
    told = {g.key: (g.value, g.numerator, g.denominator) for g in answer.groups}
    assert told == {"59350": (None, 1, 0), "59512": (0.0, 0, 1)}


def test_a_rate_tells_no_overlap_of_fractions(world):
    assert ask("tests.coverage", by="commune").overlap == 0


# --- refusals, word for word ---

REFUSED = {
    "no such dimension": (
        lambda: ask("tests.visits_done", by="colour"),
        "tests.visits_done ne se ventile pas par « colour ».",
        "tests.visits_done is not split by “colour”.",
    ),
    "not of this figure": (
        lambda: ask("tests.money_paid", by="commune"),
        "tests.money_paid ne se ventile pas par « commune ». Ses dimensions : month, first_month, counterpart.",
        "tests.money_paid is not split by “commune”. Its dimensions: month, first_month, counterpart.",
    ),
    "of a figure without any": (
        lambda: ask("tests.cost_per_firm", by="month"),
        "tests.cost_per_firm ne se ventile pas par « month ». Ses dimensions : -.",
        "tests.cost_per_firm is not split by “month”. Its dimensions: -.",
    ),
    "sectors of nowhere": (
        lambda: ask("tests.firms_visited", by="sector"),
        "Les secteurs sont ceux d’un territoire. Nommez le territoire.",
        "Sectors are those of a territory. Name the territory.",
    ),
    "no key of an organisation": (
        lambda: ask("tests.visits_done", organisations=["cma"]),
        "« cma » n’est pas la clé d’une organisation.",
        "“cma” is no key of an organisation.",
    ),
    "no key of a funder": (
        lambda: ask("tests.money_paid", counterparts=["12"]),
        "« 12 » n’est pas la clé d’une organisation.",
        "“12” is no key of an organisation.",
    ),
    "no such page": (
        lambda: figures.records(Question("tests.visits_done"), SYSTEM, after="2020-13-01~1"),
        "Cette page de lignes n’existe pas.",
        "This page of records does not exist.",
    ),
    "a page without its row": (
        lambda: figures.records(Question("tests.visits_done"), SYSTEM, after="2020-01-01~"),
        "Cette page de lignes n’existe pas.",
        "This page of records does not exist.",
    ),
    "a rate without its list": (
        lambda: figures.records(Question("tests.coverage"), SYSTEM, part="both"),
        "Un taux ouvre deux listes. Choisissez numerator ou denominator.",
        "A rate has two lists. Choose numerator or denominator.",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_read_is_refused_with_the_reason_and_the_remedy(what):
    asked, *messages = REFUSED[what]
    for language, message in zip(("fr", "en"), messages, strict=True):
        with translation.override(language), pytest.raises(Invalid) as refused:
            asked()
        with translation.override(language):
            told = str(refused.value).replace("\u00a0", " ")
        assert told.startswith(message)
