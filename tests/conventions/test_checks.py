"""What an instance cannot take of a text that breaks no rule by itself: measures, places, people, days."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from maillage import figures
from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.conventions import checks
from maillage.conventions.importers import toml_file
from maillage.conventions.models import Convention
from maillage.conventions.text.document import TargetKind, TargetText
from maillage.conventions.text.problems import Problem, TextRefused
from maillage.kernel import clock
from tests.factories.accounts import organisation
from tests.factories.conventions import MINIMAL, instant, loaded, organisations
from tests.factories.places import places_loaded

pytestmark = pytest.mark.django_db
BY = System("a test")
BARE = MINIMAL.replace('territory = "mel"\nkeeper', "keeper")


def plain(words: object) -> str:
    return str(words).replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")


def refused(text: str, **options: Any) -> list[Problem]:
    with pytest.raises(TextRefused) as refusal:
        toml_file.load(text, by=BY, file="c.toml", **options)
    return list(refusal.value.problems)


def target(**said: Any) -> TargetText:
    given: dict[str, Any] = {
        "code": "T1",
        "kind": TargetKind.MONITOR,
        "indicator": "conventions.payments",
        **said,
    }
    return TargetText(**given)


MEASURES = """
indicator                   | version | kind    | filter        | refused
conventions.payments        | 1       | monitor |               |
conventions.payments        | 1       | floor   | schemes       |
conventions.payments        | 1       | target  | action_keys   |
conventions.payments        | 1       | monitor | counterparts  |
conventions.payments        | 1       | monitor | organisations |
conventions.payments        | 2       | monitor |               | version
conventions.payment         | 1       | monitor |               | indicator
I12                         | 1       | monitor |               | indicator
conventions.late_actions    | 1       | monitor | schemes       |
conventions.late_actions    | 1       | monitor | action_keys   |
conventions.late_actions    | 1       | monitor | communes      | filter.communes
conventions.late_actions    | 1       | monitor | counterparts  | filter.counterparts
conventions.budget_promised | 1       | monitor | counterparts  |
conventions.budget_promised | 1       | monitor | action_keys   | filter.action_keys
conventions.budget_promised | 1       | monitor | segments      | filter.segments
conventions.execution       | 1       | monitor | schemes       |
conventions.execution       | 1       | floor   | schemes       | kind
conventions.execution       | 1       | target  | schemes       | kind
outreach.coverage           | 1       | floor   |               | kind
outreach.cost_per_firm      | 1       | target  |               |
outreach.firms_prospected   | 1       | floor   | segments      |
"""
ROWS = [[c.strip() for c in line.split("|")] for line in MEASURES.strip().splitlines()[1:]]
VALUES = {"segments": 1}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: " ".join(row[:4]))
def test_a_promise_is_refused_where_no_indicator_can_measure_it(row: list[str]) -> None:
    indicator, version, kind, name, where = row
    text = target(
        indicator=indicator,
        version=int(version),
        kind=TargetKind(kind),
        filter={name: VALUES.get(name, ["a"])} if name else {},
    )
    found = list(checks.target_problems(text, date(2020, 1, 1)))
    assert [p.where for p in found] == ([where] if where else [])
    assert all(p.reason and p.remedy for p in found)


def test_the_table_of_measures_follows_what_figures_accept() -> None:
    """A row without refusal is one that the engine can be asked; one with it would count nothing."""
    for indicator, version, _, name, where in ROWS:
        if where in {"indicator", "version"} or not name:
            continue
        taken = name in figures.accepted(figures.get(f"{indicator}@{version}"))
        assert taken == (not where.startswith("filter")), (indicator, name)


def test_an_unknown_theme_names_the_nearest() -> None:
    from maillage import ledger

    theme = next(iter(ledger.themes.themes()))
    given = target(indicator="outreach.attempts_closed", filter={"themes": [theme, f"{theme}x"]})
    (problem,) = [p for p in checks.target_problems(given, None) if "themes" in p.where]
    assert plain(problem.reason) == f"Le thème « {theme}x » n'existe pas."
    assert theme in str(problem.remedy)


def test_a_refused_filter_names_line_and_column_of_the_file() -> None:
    organisations()
    text = BARE.replace(
        '{ organisations = ["MEL"] }', '{ organisations = ["MEL"], themes = ["a"] }'
    )
    problems = refused(text)
    assert {p.where for p in problems} == {"versions[1].targets[1].filter.themes"}
    line = text.split("\n")[problems[0].line - 1]
    assert line[problems[0].column - 1 :].startswith("themes")
    with translation.override("en"):
        again = refused(text)
    assert "cannot be filtered by “themes”" in str(again[0].reason)


TERRITORIES = """
territory | effective_on | known
mel       | 2019-04-05   | yes
200093201 | 2020-06-01   | yes
245900410 | 2019-04-05   | yes
59350     | 2019-04-05   | yes
atlantide | 2019-04-05   | no
000000000 | 2019-04-05   | no
59999     | 2019-04-05   | no
"""


@pytest.mark.parametrize(
    "row", [[c.strip() for c in line.split("|")] for line in TERRITORIES.strip().splitlines()[1:]]
)
def test_a_territory_answers_on_the_day_the_text_takes_effect(row: list[str]) -> None:
    places_loaded()
    name, day, known = row
    on = date.fromisoformat(day)
    in_heading = list(checks.territory_problems(name, on))
    in_filter = list(
        checks.target_problems(
            target(indicator="outreach.firms_prospected", filter={"territory": name}), on
        )
    )
    assert [p.where for p in in_heading] == ([] if known == "yes" else ["territory"])
    assert [p.where for p in in_filter] == ([] if known == "yes" else ["filter.territory"])
    assert all(p.remedy for p in in_heading)


def test_a_text_of_no_territory_asks_for_no_geography() -> None:
    assert list(checks.territory_problems("", date(2019, 1, 1))) == []
    assert loaded().territory == ""


# People

PARTNERS = [
    ('siren = "200093201"', "MEL by SIREN"),
    ("", "MEL by its short name"),
]


@pytest.mark.parametrize("siren", [row[0] for row in PARTNERS], ids=[row[1] for row in PARTNERS])
def test_an_organisation_is_found_by_siren_then_by_name(siren: str) -> None:
    held = organisation("epci", name="MEL", short_name="", siren="200093201")
    organisation(name="Autre", short_name="CMA")
    text = BARE.replace('kind = "epci"', f'kind = "epci"\n{siren}')
    assert toml_file.load(text, by=BY).convention.keeper == held


def test_a_name_borne_by_two_is_nobody_s() -> None:
    for _ in range(2):
        organisation("epci", name="Métropole", short_name="MEL")
    organisation(short_name="CMA")
    (problem,) = refused(BARE)
    assert problem.where == "organisations[1]"
    assert plain(problem.reason) == "L'organisation « MEL » n'est pas connue ici."


def test_a_kind_that_does_not_exist_is_told_even_to_whoever_creates() -> None:
    """Asking again with --create-organisations would never end: the kind itself is named."""
    text = BARE.replace('kind = "chamber"', 'kind = "guild"')
    for options in ({}, {"create_organisations": True}):
        found = {p.where: p for p in refused(text, **options)}
        assert "organisations[2].kind" in found
        assert "chamber" in str(found["organisations[2].kind"].remedy)
    assert not Organisation.objects.exists()


def test_one_organisation_is_not_two_parties_by_two_names() -> None:
    organisations()
    long = '"Métropole Européenne de Lille"'
    text = BARE.replace('organisation = "CMA"', f"organisation = {long}")
    (problem,) = refused(text)
    assert problem.where == "versions[1].parties"
    assert plain(problem.reason) == "« MEL » est deux fois partie, sous deux noms."


def test_nobody_is_created_by_a_file_that_is_refused() -> None:
    assert refused(BARE.replace("share = 33.34", "share = 1"), create_organisations=True)
    assert not Organisation.objects.exists()
    assert refused(BARE.replace("late_actions", "no_such"), create_organisations=True)
    assert not Organisation.objects.exists()


# Days


def test_a_signature_to_come_is_refused_at_its_place_in_the_file() -> None:
    organisations()
    with clock.at(instant("2019-05-31")):
        (problem,) = refused(BARE)
    assert problem.where == "versions[1].signed_on"
    assert BARE.split("\n")[problem.line - 1].startswith("signed_on")
    with clock.at(instant("2019-06-01")):
        assert toml_file.load(BARE, by=BY).outcome is toml_file.Outcome.CREATED


def test_an_amendment_refused_late_in_the_file_leaves_nothing_of_it() -> None:
    organisations()
    later = "\n[[versions]]\nnumber = 1\nsigned = true\nsigned_on = 2999-01-01\n"
    later += 'effective_on = 2020-01-01\n\n[[versions.parties]]\norganisation = "MEL"\n'
    (problem,) = refused(BARE + later)
    assert problem.where == "versions[2].signed_on"
    assert not Convention.objects.unscoped(reason="a test").exists()


# What a heading says

HEADINGS = [
    ('title = "Convention MEL et CMA"', 'title = "Autre titre"', "title"),
    ('keeper = "MEL"', 'keeper = "MEL"\nsource = "Une source"', "source"),
    ('keeper = "MEL"', 'keeper = "MEL"\ndoubt = "Un doute"', "doubt"),
]


@pytest.mark.parametrize(("old", "new", "key"), HEADINGS, ids=[row[2] for row in HEADINGS])
def test_the_heading_of_a_signed_convention_is_not_silently_otherwise(
    old: str, new: str, key: str
) -> None:
    loaded()
    (problem,) = refused(BARE.replace(old, new, 1))
    assert problem.where == key
    assert plain(problem.reason) == f"La convention est signée ici avec un autre « {key} »."


@pytest.mark.parametrize(("old", "new", "key"), HEADINGS, ids=[row[2] for row in HEADINGS])
def test_the_heading_of_a_draft_follows_its_file(old: str, new: str, key: str) -> None:
    organisations()
    draft = BARE.replace("signed = true", "signed = false")
    toml_file.load(draft, by=BY)
    done = toml_file.load(draft.replace(old, new, 1), by=BY)
    assert done.outcome is toml_file.Outcome.CHANGED
    done.convention.refresh_from_db()
    assert getattr(done.convention, key) in new
    assert toml_file.load(draft.replace(old, new, 1), by=BY).outcome is toml_file.Outcome.UNCHANGED
