"""Figures in words, as rows and as data: one value, said the same everywhere it is written."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime

import pytest
from django.http import Http404
from django.utils import translation
from hypothesis import given, strategies as st

from maillage import figures
from maillage.accounts.actors import ANONYMOUS, Actor, System
from maillage.accounts.roles import Role
from maillage.figures import Filter, Question
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.kernel.text import Words
from maillage.observatory import breakdown, inquiry, reach, saying, sheet, telling, terminal
from maillage.observatory.budget import money
from maillage.observatory.dashboard import Dashboard
from maillage.observatory.reach import Reach
from maillage.observatory.wording import gap, opening, written
from maillage.ui.csvout import csv_lines
from tests.factories.paper import Paper, answer, group, target


def spaced(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


# Values

WRITTEN = [
    (None, "firm", "s.o.", "n/a"),
    (None, "ratio", "s.o.", "n/a"),
    (0, "firm", "0", "0"),
    (2746, "firm", "2 746", "2,746"),
    (0.0, "ratio", "0 %", "0%"),
    (0.4782608695, "ratio", "48 %", "48%"),
    (0.035, "ratio", "3,5 %", "3.5%"),
    (0.9999, "ratio", "99 %", "99%"),
    (1.0, "ratio", "100 %", "100%"),
    (15_000_000, "cents", "150 000 €", "€150,000"),
    (4462.3, "cents", "44,62 €", "€44.62"),
    (99_999, "cents", "999,99 €", "€999.99"),
    (100_001, "cents", "1 000 €", "€1,000"),
    (0, "cents", "0 €", "€0"),
    (583, "thousandth", "+ 58 points", "+58 pts"),
    (66.4, "thousandth", "+ 7 points", "+7 pts"),
    (-50, "thousandth", "− 5 points", "−5 pts"),
    (0, "thousandth", "0 point", "0 pts"),
]


@pytest.mark.parametrize(("value", "unit", "fr", "en"), WRITTEN)
def test_a_value_is_written_in_its_unit_and_in_the_readers_language(
    value: float | None, unit: str, fr: str, en: str
) -> None:
    assert spaced(written(value, unit)) == fr
    with translation.override("en"):
        assert spaced(written(value, unit)) == en


GAPS = [
    (2, "firm", "+ 2"),
    (-2, "firm", "− 2"),
    (-1234, "firm", "− 1 234"),
    (0, "firm", "0"),
    (-12_550, "cents", "− 125,50 €"),
    (0.03, "ratio", "+ 3 points"),
    (-0.29, "ratio", "− 29 points"),
]


@pytest.mark.parametrize(("delta", "unit", "words"), GAPS)
def test_a_difference_keeps_its_sign_and_two_rates_differ_by_points(
    delta: float, unit: str, words: str
) -> None:
    assert spaced(gap(delta, unit)) == words


OPENED = [
    ("I01", 0, None, "Voir la règle", "See the rule"),
    ("I01", 1, None, "Voir l’entreprise", "See the firm"),
    ("I01", 2746, None, "Voir les 2 746 entreprises", "See the 2,746 firms"),
    ("I13", 1, None, "Voir l’action", "See the action"),
    ("I13", 3, None, "Voir les 3 actions", "See the 3 actions"),
    ("outreach.attempts_done", 2, None, "Voir les 2 enregistrements", "See the 2 records"),
    ("I02", 0.4, (4, 10), "Voir 4 sur 10", "See 4 out of 10"),
    ("I12", 0.4, (400_000, 1_000_000), "Voir 4 000 € sur 10 000 €", "See €4,000 out of €10,000"),
]


@pytest.mark.parametrize(("code", "value", "sides", "fr", "en"), OPENED)
def test_the_link_of_a_figure_says_how_much_it_opens(
    code: str, value: float, sides: tuple[int, int] | None, fr: str, en: str
) -> None:
    assert spaced(opening(answer(code, value, sides=sides))) == fr
    with translation.override("en"):
        assert spaced(opening(answer(code, value, sides=sides))) == en


def test_a_sum_opens_its_entries_however_much_they_add_up_to() -> None:
    assert spaced(opening(answer("conventions.payments", 9_340_000, n=4))) == "Voir les 4 écritures"
    assert spaced(opening(answer("conventions.payments", 9_340_000, n=1))) == "Voir l’écriture"


COUNTED = [
    ("firm", "1 entreprise", "2 entreprises", "2 firms"),
    ("act", "1 acte", "2 actes", "2 acts"),
    ("action", "1 action", "2 actions", "2 actions"),
    ("target", "1 engagement", "2 engagements", "2 promises"),
    ("cents", "1 écriture", "2 écritures", "2 entries"),
    ("anything", "1 ligne", "2 lignes", "2 records"),
]


@pytest.mark.parametrize(("unit", "one", "two", "english"), COUNTED)
def test_what_is_counted_is_named_one_or_many(unit: str, one: str, two: str, english: str) -> None:
    assert (saying.counted(1, unit), saying.counted(2, unit)) == (one, two)
    with translation.override("en"):
        assert saying.counted(2, unit) == english


# Definitions


@pytest.mark.parametrize("reference", [d.reference for d in figures.REGISTRY.all()])
def test_the_card_of_every_figure_says_what_it_counts_and_when_nothing_does(
    reference: str,
) -> None:
    definition = figures.get(reference)
    for language in ("fr", "en"):
        with translation.override(language):
            card = {str(line.label): line.words for line in saying.defined(definition)}

            assert len(card) >= 5
            assert all(card.values()), card
            assert str(figures.CLASSES[definition.disclosure].words) in card.values()
    assert all("SELECT" in expression for _label, expression in saying.expressions(definition))


def test_a_rate_leads_to_the_definitions_of_its_two_lists() -> None:
    sides = [line.url for line in saying.defined(figures.get("I02")) if line.url]

    assert sides == ["outreach.firms_prospected@1", "register.active_craft_firms@1"]


@pytest.mark.parametrize("reference", [d.reference for d in figures.REGISTRY.all()])
def test_a_definition_as_data_is_json_with_the_words_of_both_languages(reference: str) -> None:
    told = telling.told_definition(figures.get(reference))

    assert json.loads(json.dumps(told)) == told
    assert f"{told['code']}@{told['version']}" == reference
    assert told["label"]["fr"] != told["label"]["en"]


# Filters in words


@pytest.mark.django_db
def test_a_filter_says_one_line_for_each_dimension_that_is_filled_in() -> None:
    given_ = Filter(themes=("nobody_knows",), segments=0, territory="atlantis")

    found = [(str(line.label), line.words) for line in saying.filtered(Question("I02", given_))]

    assert found == [("Thèmes", "nobody_knows"), ("Territoire", "atlantis")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], ""),
        (["a"], "a"),
        (list("abcde"), "a, b, c, d, e"),
        (list("abcdef"), "a, b, c, d et 2 autres"),
        (list("abcdefgh"), "a, b, c, d et 4 autres"),
    ],
)
def test_a_long_list_says_its_first_words_and_how_many_more(words: list[str], said: str) -> None:
    assert saying._few(words) == said


# Data


def test_money_is_whole_cents_a_rate_a_fraction_and_nothing_known_is_null() -> None:
    rate = telling.told(answer("I12", 0.25, sides=(25_000, 100_000)))
    unknown = telling.told(answer("I12", None, sides=(0, 0)))

    assert (rate["value"], rate["numerator"], rate["denominator"]) == (0.25, 25_000, 100_000)
    assert (unknown["value"], unknown["unit"]) == (None, "ratio")
    assert telling.told(answer("conventions.payments", 25_000, n=1))["unit"] == "cents"


def test_instants_are_told_in_paris_with_their_zone_in_winter_and_in_summer() -> None:
    assert telling.instant(datetime(2020, 6, 30, 7, tzinfo=UTC)) == "2020-06-30T09:00:00+02:00"
    assert (
        telling.instant(datetime(2019, 12, 31, 23, 30, tzinfo=UTC)) == "2020-01-01T00:30:00+01:00"
    )


def test_parts_are_told_with_their_masks_and_the_overlap() -> None:
    parts = [group("2019-06", 3), group("2019-07", None, masked=True, n=0)]

    told = telling.told(answer("I01", 3, by="month", groups=parts))

    assert [g["value"] for g in told["groups"]] == [3, None]
    assert [g["masked"] for g in told["groups"]] == [False, True]
    assert told["overlap"] == 0


def test_a_reserve_is_told_in_the_readers_language() -> None:
    made = answer(
        "I01", None, note=Words("registre connu depuis 2019", "register known since 2019")
    )

    assert telling.told(made)["note"] == "registre connu depuis 2019"
    with translation.override("en"):
        assert telling.told(made)["note"] == "register known since 2019"


# Rows of a dashboard

PLACES = [group("", 250_000, "Sans financeur"), group("7", 750_000, "MEL")]


def paper() -> Paper:
    return Paper(
        [target("floor", 10), target("monitor", None, "I02", pk=2)],
        {
            "I01": answer("I01", 4),
            "I02": answer("I02", 0.4, sides=(4, 10)),
            "conventions.payments/counterpart": answer(
                "conventions.payments", 1_000_000, n=3, groups=PLACES
            ),
        },
    )


def table(page: Paper, language: str = "fr") -> list[dict[str, str]]:
    with translation.override(language):
        text = "".join(csv_lines(sheet.header(), sheet.rows(page.lay_out())))
    delimiter = ";" if language == "fr" else ","
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff")), delimiter=delimiter))


def test_a_table_has_a_row_for_each_figure_and_for_each_of_its_parts() -> None:
    rows = table(paper(), "en")
    paid = [row for row in rows if row["Code"] == "conventions.payments"]

    assert [(row["Part"], row["Value"]) for row in paid] == [
        ("", "1000000"),
        ("Sans financeur", "250000"),
        ("MEL", "750000"),
    ]
    floor = next(row for row in rows if row["Code"] == "outreach.firms_prospected")
    assert (floor["Value"], floor["Promised"], floor["State"]) == ("4", "10", "late")


def test_numbers_of_a_table_are_those_of_the_readers_spreadsheet() -> None:
    by_language = {
        language: [row for row in table(paper(), language) if row["Code"] == "outreach.coverage"]
        for language in ("fr", "en")
    }

    assert by_language["fr"][0]["Valeur"] == "0,4"
    assert by_language["en"][0]["Value"] == "0.4"


def test_page_table_and_data_hold_the_same_values() -> None:
    page = paper().lay_out()

    told = json.loads(json.dumps(sheet.told(page)))["figures"]
    in_data = [(f["code"], f["value"]) for f in told if "groups" not in f]
    in_parts = [(f["code"], g["value"]) for f in told for g in f.get("groups", ())]
    in_rows = [(row[0], row[4], row[5]) for row in sheet.rows(page)]

    assert {(code, value) for code, part, value in in_rows if not part} >= set(in_data)
    assert [(code, value) for code, part, value in in_rows if part] == in_parts


def test_a_masked_figure_has_no_value_and_its_reason_in_every_file() -> None:
    hidden = Paper([target()], {"I01": answer("I01", 2, masked=True)}, opens=False)

    (row,) = [r for r in table(hidden, "en") if r["Code"] == "outreach.firms_prospected"][:1]
    (told,) = [f for f in sheet.told(hidden.lay_out())["figures"] if f["alias"] == "I01"][:1]

    assert (row["Value"], row["Masked"]) == ("", "fewer than 3 units")
    assert (told["value"], told["masked"], told["records"]) == (None, True, None)


# Money by funder


def test_money_has_a_line_for_each_funder_then_all_of_them() -> None:
    found = money(closed())

    assert [row.label for row in found.rows] == ["MEL", "Sans financeur", "Tous les financeurs"]
    assert [spaced(cell.shown) for cell in found.rows[0].cells] == ["0 €", "0 €", "7 500 €"]
    assert [spaced(cell.shown) for cell in found.rows[-1].cells] == ["0 €", "0 €", "10 000 €"]


def closed() -> Dashboard:
    held = paper()
    held.opens = False
    return held.lay_out()


@pytest.mark.parametrize(
    ("made", "shown"),
    [
        (answer("conventions.payments", 500, masked=True, groups=()), "valeur masquée"),
        (answer("conventions.payments", 500, n=2, groups=()), "non diffusé"),
        (answer("conventions.payments", 0, n=0, groups=()), "0 €"),
        (
            answer("conventions.payments", 500, n=2, groups=[group("7", None, "MEL", masked=True)]),
            "valeur masquée",
        ),
    ],
    ids=["masked whole", "withheld parts", "nothing paid", "masked part"],
)
def test_an_amount_that_may_not_be_told_says_so(made: object, shown: str) -> None:
    budget = answer("conventions.budget_promised", 1_000, n=1, groups=[group("7", 1_000, "MEL")])
    held = Paper(
        answers={
            "conventions.budget_promised/counterpart": budget,
            "conventions.payments/counterpart": made,  # type: ignore[dict-item]
        },
        opens=False,
    )

    (line, _all) = money(held.lay_out()).rows

    assert spaced(line.cells[2].shown) == shown
    assert all(not cell.url for cell in line.cells)


# How far a reader's questions go


def reader(role: Role | None, perimeter: str = "") -> Actor:
    """Somebody on paper."""
    if role is None:
        return ANONYMOUS
    from maillage.accounts.models import Membership, Organisation, Person

    organisation = Organisation(pk=1, name="Chambre", short_name="CMA")
    person = Person(pk=1, name="Léa")
    held = Membership(person=person, organisation=organisation, role=role, perimeter=perimeter)
    return Actor(person=person, organisation=organisation, role=role, membership=held)


REACHES = [
    (Role.ADVISER, Reach.FREE),
    (Role.OFFICER, Reach.FREE),
    (Role.SERVICE_MANAGER, Reach.FREE),
    (Role.AUDITOR, Reach.FREE),
    (Role.EXPERT, Reach.OWN),
    (Role.LANDLORD, Reach.OWN),
    (Role.COMMITTEE, Reach.OWN),
    (Role.ADMINISTRATOR, Reach.OWN),
    (Role.ELECTED, Reach.MASKED),
    (None, Reach.PUBLISHED),
]


@pytest.mark.parametrize(("role", "expected"), REACHES)
def test_each_role_asks_as_far_as_its_work_goes(role: Role | None, expected: Reach) -> None:
    assert reach.reach_of(reader(role)) is expected
    assert reach.opens(reader(role)) is (expected in {Reach.FREE, Reach.OWN})


def test_no_role_is_forgotten() -> None:
    assert {role for role, _reach in REACHES} == {*Role, None}


@pytest.mark.parametrize(
    ("perimeter", "kept"),
    [
        ("", Filter()),
        ("59350", Filter(territory="59350")),
        (" 59350 , 59512 ", Filter(communes=("59350", "59512"))),
        ("59350,", Filter(territory="59350")),
        ("mel", Filter(territory="mel")),
    ],
)
def test_the_sight_of_an_elected_member_is_one_territory_or_several_communes(
    perimeter: str, kept: Filter
) -> None:
    assert reach.perimeter_of(reader(Role.ELECTED, perimeter)) == kept


@pytest.mark.parametrize(
    ("period", "allowed"),
    [
        (None, True),
        ("2019", True),
        ("2019..2020", True),
        ("2019-06", False),
        ("2019-01-02..2019-12-31", False),
        ("2019-01-01..2019-12-30", False),
    ],
)
def test_an_elected_member_reads_whole_years(period: str | None, allowed: bool) -> None:
    asked = Question("I01", period=Period.parse(period) if period else None)
    mine = reader(Role.ELECTED, "59350")

    if allowed:
        assert reach.bounded(asked, mine).filter == Filter(territory="59350")
        return
    with pytest.raises(Invalid, match=r"années entières\. Écrivez une année"):
        reach.bounded(asked, mine)


@pytest.mark.parametrize("definition", figures.REGISTRY.newest(), ids=lambda d: d.code)
def test_an_elected_member_asks_only_for_what_their_perimeter_can_bound(
    definition: figures.Definition,
) -> None:
    mine, everywhere = reader(Role.ELECTED, "59350"), reader(Role.ELECTED)
    bounded = "territory" in figures.accepted(definition)

    assert reach.is_asked(definition, mine) is bounded
    assert reach.is_asked(definition, everywhere)
    assert not reach.is_asked(definition, ANONYMOUS)
    # What another of one's own persons is known to stays out of a partner's sight.
    told_apart = definition.code == "cohorts.support_funnel"
    assert reach.is_asked(definition, reader(Role.EXPERT)) is not told_apart
    if not bounded:
        with pytest.raises(Invalid) as refusal:
            reach.bounded(Question(definition.reference), mine)
        assert "Lisez-le sur la page d’une convention" in str(refusal.value)


def test_at_least_one_figure_cannot_be_bounded_by_a_perimeter() -> None:
    mine = reader(Role.ELECTED, "59350")

    assert not reach.is_asked(figures.get("conventions.budget_promised"), mine)


def test_other_roles_are_held_to_what_their_organisation_did() -> None:
    mine = reader(Role.EXPERT)

    held = reach.bounded(Question("I01", Filter(territory="mel")), mine)

    assert held.filter.territory == "mel"
    assert held.filter.organisations == (str(mine.acting_for().key),)
    assert reach.bounded(Question("conventions.budget_promised"), mine).filter == Filter()


def test_nobody_widens_what_they_may_ask_by_naming_another_organisation() -> None:
    mine = reader(Role.EXPERT)

    held = reach.bounded(Question("I01", Filter(organisations=("somebody-else",))), mine)

    assert held.filter.organisations != ("somebody-else",)
    assert "somebody-else" not in held.filter.organisations


@pytest.mark.parametrize("role", sorted(reach.OWN_ONLY))
def test_an_expert_alone_asks_about_what_others_turned_to_their_organisation(role: Role) -> None:
    mine = reader(role)
    own = (str(mine.acting_for().key),)

    held = reach.bounded(Question("I07a", Filter(counterparts=own)), mine)
    assert held.filter.organisations == (() if role is Role.EXPERT else own)
    for others in (("somebody-else",), (*own, "somebody-else"), ()):
        widened = reach.bounded(Question("I07a", Filter(counterparts=others)), mine)
        assert widened.filter.organisations == own


def test_the_public_is_answered_nothing_live() -> None:
    assert reach.answers([Question("I01")], ANONYMOUS) == []


# Lines of a terminal

LINES = [
    ({"a": 1, "b": None}, ["a: 1", "b: -"]),
    ({"a": {"b": 2}}, ["a:", "  b: 2"]),
    ({"a": []}, ["a: -"]),
    ({"a": ["x", "y"]}, ["a:", "  x", "  y"]),
    ([{"a": 1}, {"a": 2}], ["a: 1", "a: 2"]),
    ({"a": [[1, 2]]}, ["a:", "  1", "  2"]),
    ("word", ["word"]),
    (0, ["0"]),
]


@pytest.mark.parametrize(("told", "lines"), LINES)
def test_data_is_read_as_indented_lines_at_a_terminal(told: object, lines: list[str]) -> None:
    assert terminal.lines(told) == lines


@given(
    st.recursive(
        st.none() | st.integers() | st.text(st.characters(exclude_categories=("C", "Z"))),
        lambda inner: (
            st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
        ),
        max_leaves=8,
    )
)
def test_every_value_of_the_data_is_on_a_line(told: object) -> None:
    said = "\n".join(terminal.lines(told))

    def leaves(value: object) -> list[object]:
        if isinstance(value, dict):
            return [leaf for inner in value.values() for leaf in leaves(inner)]
        if isinstance(value, list):
            return [leaf for inner in value for leaf in leaves(inner)]
        return [] if value is None else [value]

    assert all(str(leaf) in said for leaf in leaves(told))


# Parts of a breakdown as cells


def asked(code: str = "I01", by: str = "commune") -> inquiry.Inquiry:
    return inquiry.read(code, {"par": by}, System("a test"))


def test_each_part_opens_onto_its_own_list_unless_nothing_counts_or_it_is_masked() -> None:
    parts = [
        group("59350", 3, "Lille"),
        group("59512", 0, "Roubaix"),
        group("x", None, masked=True),
    ]
    made = answer("I01", 3, by="commune", groups=parts)

    cells = [breakdown._cell(asked(), made, part) for part in made.groups]

    assert [bool(cell.url) for cell in cells] == [True, False, False]
    assert "dans=59350" in cells[0].url
    assert [cell.shown for cell in cells] == ["3", "0", ""]
    assert "moins de 3" in cells[2].masked


def test_a_month_is_named_and_an_unknown_figure_has_no_cell() -> None:
    made = answer("I01", 3, by="month", groups=[group("2019-06", 3)])

    assert breakdown._cell(asked(by="month"), made, made.groups[0]).label == "juin 2019"
    with pytest.raises(Http404):
        asked("I99")


def test_the_running_total_is_drawn_up_to_the_day_read() -> None:
    parts = [group("2019-06", 3), group("2019-09", 1)]
    made = answer("I01", 4, by="first_month", groups=parts, day=date(2019, 10, 5))

    cells = [breakdown._cell(asked(by="first_month"), made, part) for part in made.groups]
    drawn = breakdown._first_months(made, cells, "mois")

    assert spaced(str(drawn)).count("en tout") >= 4
    assert "août 2019 : 0 de plus, 3 en tout" in spaced(str(drawn))


def test_a_month_without_a_date_is_drawn_as_bars() -> None:
    made = answer(
        "I01", 4, by="first_month", groups=[group("", 1, "Sans date"), group("2019-06", 3)]
    )

    cells = [breakdown._cell(asked(by="first_month"), made, part) for part in made.groups]

    assert "en tout" not in str(breakdown._first_months(made, cells, "mois"))
