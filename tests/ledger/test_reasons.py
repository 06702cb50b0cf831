"""Why an act was cancelled: a code that stays for good, in the words of the package that chose it."""

from __future__ import annotations

import pytest
from django.utils import translation

from maillage.conventions.vocabulary import CORRECTIONS
from maillage.kernel.text import Words
from maillage.ledger import reasons
from maillage.outreach.vocabulary import Reason


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_of_a_visit_is_told_in_both_languages(reason: Reason) -> None:
    with translation.override("fr"):
        french = reasons.words("outreach.visit", reason.value)
    with translation.override("en"):
        english = reasons.words("outreach.visit", reason.value)
    assert french != reason.value
    assert french != english


@pytest.mark.parametrize("code", CORRECTIONS)
def test_each_reason_of_money_is_told(code: str) -> None:
    assert reasons.words("conventions.entry", code) == str(CORRECTIONS[code])


def test_one_code_may_have_other_words_in_another_package() -> None:
    with translation.override("en"):
        told = {
            reasons.words(model, "did_not_happen")
            for model in ("outreach.visit", "conventions.entry")
        }
    assert len(told) == 2


@pytest.mark.parametrize("code", [reasons.UNDONE, reasons.LATE_NEWS])
def test_what_the_ledger_itself_writes_is_told_whatever_the_source(code: str) -> None:
    assert reasons.words("ledger.pastact", code) == reasons.words("outreach.visit", code) != code


def test_a_code_that_nobody_declared_is_shown_as_it_is() -> None:
    assert reasons.words("gone.model", "since_then") == "since_then"


def test_two_wordings_of_one_reason_are_a_defect() -> None:
    words = Words("Une raison d’essai", "A reason on trial")
    reasons.declare("tests", {"on_trial": words})
    reasons.declare("tests", {"on_trial": words})
    with pytest.raises(ValueError, match="twice"):
        reasons.declare("tests", {"on_trial": Words("Une autre", "Another")})
