"""The words of the field: permanent values, in both languages, and what they mean for the work left."""

from __future__ import annotations

import pytest
from django.utils import translation

from maillage import ledger
from maillage.needs.acts import EXPRESSED
from maillage.needs.vocabulary import Origin, Theme
from maillage.outreach.acts import ATTEMPTS, CHECKS, FIRM_LISTED, attempt_kind
from maillage.outreach.indicators import CLOSED_KINDS, DONE_KINDS, GONE_KINDS, VISIT_DONE
from maillage.outreach.models import Visit
from maillage.outreach.models.campaigns import State
from maillage.outreach.vocabulary import (
    CLOSED,
    CORRECTING,
    RECONCILED,
    SETTLED,
    Met,
    Mode,
    NoteLevel,
    Outcome,
    Reason,
)
from tests.factories.themes import SENSITIVE_THEMES, THEME_WORDS

# Value | French | English | nothing is left to do | the attempt is closed
OUTCOMES = """
done          | Réalisée           | Done                 | yes | yes
absent        | Personne sur place | Nobody there         | no  | yes
refused       | Refus              | Refused              | yes | yes
unreachable   | Injoignable        | Could not be reached | no  | yes
postponed     | Reportée           | Put off to later     | no  | no
closed_down   | Entreprise fermée  | Firm closed down     | yes | yes
wrong_address | Pas à l’adresse    | Not at this address  | yes | yes
"""


def drawn(table: str) -> list[list[str]]:
    return [[cell.strip() for cell in line.split("|")] for line in table.strip().splitlines()]


@pytest.mark.parametrize("row", drawn(OUTCOMES), ids=lambda row: row[0])
def test_each_outcome_is_named_in_both_languages_and_says_what_is_left_to_do(
    row: list[str],
) -> None:
    value, french, english, settled, closed = row
    outcome = Outcome(value)
    with translation.override("fr"):
        assert str(outcome.label) == french
    with translation.override("en"):
        assert str(outcome.label) == english
    assert (outcome in SETTLED) is (settled == "yes")
    assert (outcome in CLOSED) is (closed == "yes")


def test_the_seven_outcomes_are_those_of_the_field() -> None:
    assert [row[0] for row in drawn(OUTCOMES)] == Outcome.values


# What stands in acts for good: none of these values may ever change, nor be used for another meaning.
PERMANENT = {
    Mode: "visit call",
    Met: "owner spouse employee nobody",
    Theme: "recruit premises online energy cash transfer first_hire digital",
    NoteLevel: "public partners confidential",
    Reason: "typing wrong_firm wrong_day twice learned did_not_happen",
    State: "draft frozen under_way closed",
}


@pytest.mark.parametrize("words", PERMANENT, ids=lambda words: words.__name__)
def test_a_value_that_stands_in_acts_never_changes(words: type) -> None:
    assert [one.value for one in words] == PERMANENT[words].split()  # type: ignore[attr-defined]


@pytest.mark.parametrize("words", [Mode, Met, NoteLevel, Reason, State])
def test_every_choice_has_its_french_and_its_english(words: type) -> None:
    for choice in words:  # type: ignore[attr-defined]
        with translation.override("fr"):
            french = str(choice.label)
        with translation.override("en"):
            english = str(choice.label)
        assert french != english or french == "Public", choice


def test_every_theme_has_words_in_both_languages_and_the_ledger_knows_it() -> None:
    assert set(THEME_WORDS) == set(Theme)
    for theme, words in THEME_WORDS.items():
        assert words.fr
        assert words.en
        assert words.fr != words.en
        known = ledger.themes.find(theme.value)
        assert known is not None
        assert known.sensitive is (theme in SENSITIVE_THEMES)


def test_money_trouble_is_told_in_confidence_and_nothing_else_is() -> None:
    assert {theme.value for theme in SENSITIVE_THEMES} == {"cash"}
    assert [theme for theme in Theme if ledger.themes.is_sensitive(theme.value)] == ["cash"]


def test_needs_are_said_in_the_artisans_own_words() -> None:
    assert Visit.labels_of(["premises", "cash"]) == [
        "Trouver un local ou s’agrandir",
        "Trésorerie, loyer, charges",
    ]
    with translation.override("en"):
        assert Visit.labels_of(["first_hire"]) == ["Hire a first employee"]


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize("outcome", Outcome)
def test_each_attempt_is_a_kind_of_act_with_words_of_its_own(mode: Mode, outcome: Outcome) -> None:
    name = attempt_kind(mode, outcome)
    kind = ledger.kinds()[name]
    assert name == f"outreach.{mode.value}_{outcome.value}"
    assert kind is ATTEMPTS[name]
    assert kind.subject == "establishment"
    others = {(k.words.fr, k.words.en) for n, k in ATTEMPTS.items() if n != name}
    assert (kind.words.fr, kind.words.en) not in others


def test_prospecting_records_nineteen_kinds_and_none_is_a_mailing() -> None:
    kinds = {name for name in ledger.kinds() if name.startswith("outreach.")}
    controls = {kind.name for kind in CHECKS.values()}
    assert kinds == {FIRM_LISTED.name, EXPRESSED[Origin.VISIT].name, *ATTEMPTS, *controls}
    assert len(kinds) == 19
    assert not [k for k in kinds if "mail" in k or "letter" in k]
    assert {mode.value for mode in Mode} == {"visit", "call"}


@pytest.mark.parametrize(
    ("kinds", "names"),
    [
        (DONE_KINDS, "visit_done call_done"),
        (GONE_KINDS, "visit_closed_down call_closed_down"),
        ((VISIT_DONE,), "visit_done"),
    ],
)
def test_the_kinds_that_figures_read_are_those_that_the_field_records(
    kinds: tuple[str, ...], names: str
) -> None:
    assert set(kinds) == {f"outreach.{name}" for name in names.split()}
    assert set(kinds) <= set(ATTEMPTS)


def test_an_attempt_put_off_is_recorded_and_is_not_closed() -> None:
    left = set(ATTEMPTS) - set(CLOSED_KINDS)
    assert left == {"outreach.visit_postponed", "outreach.call_postponed"}


def test_what_did_not_take_place_is_cancelled_never_set_right() -> None:
    assert Reason.DID_NOT_HAPPEN not in CORRECTING
    assert set(CORRECTING) | {Reason.DID_NOT_HAPPEN} == set(Reason)
    assert RECONCILED not in Reason.values  # nobody chooses it: matching a firm says it


@pytest.mark.parametrize("value", ["email", "mailing", "letter", "", "VISIT"])
def test_nothing_else_is_a_way_of_approaching_a_firm(value: str) -> None:
    with pytest.raises(ValueError, match="is not a valid Mode"):
        attempt_kind(value, Outcome.DONE)
