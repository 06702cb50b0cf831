"""Figures kept by criteria read on the day: values, lists, breakdowns, rates, publications, addresses."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.test import Client

from maillage import figures
from maillage.figures import Filter, Question
from maillage.figures.cache import CACHE
from maillage.figures.engine import criteria as terms
from maillage.figures.indicators import ACTIVE_CRAFT_FIRMS
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.observatory.saying import filtered
from maillage.outreach.indicators import COVERAGE
from maillage.register import criteria
from maillage.register.models import LegalUnit
from maillage.register.segments import CRAFT_RM, EMPLOYER
from tests.factories import accounts, ledger as acts, outreach, register as make
from tests.figures.kinds import FIRMS, VISITS

pytestmark = pytest.mark.django_db

MASK = {one.code: one.mask for one in criteria.DECLARED}
YEAR = Period(date(2020, 1, 1), date(2020, 12, 31))


def answer(code: str, mask: int, **given: object) -> figures.Answer:
    CACHE.clear()
    return figures.answer([Question(code, Filter(segments=mask), **given)], at=clock.now())[0]


def two_trades() -> tuple[int, int]:
    """A baker seen once, a mason seen twice in 2020."""
    baker, mason = make.establishment(), make.establishment(activity="43.22A")
    acts.act(establishment=baker, occurred_on=date(2020, 2, 1))
    for month in (3, 4):
        acts.act(establishment=mason, occurred_on=date(2020, month, 1))
    return baker.legal_unit_id, mason.legal_unit_id


def test_a_mask_stands_for_its_kept_bits_together_and_one_term_for_each_rule() -> None:
    mask = CRAFT_RM.mask | EMPLOYER.mask | MASK["family_food"] | MASK["stage_young"] | 1 << 40

    assert terms.dimensions_of(mask) == ("segments", "criterion8", "criterion17", "criterion40")
    assert terms.dimensions_of(MASK["size_0"]) == ("criterion12",)
    assert terms.dimensions_of(CRAFT_RM.mask) == ("segments",)
    values = terms.values_of(mask, date(2020, 6, 30))
    assert values["segments"] == CRAFT_RM.mask | EMPLOYER.mask
    assert values["criterion40"] == []
    assert (values["criterion17_after"], values["criterion17_until"]) == (
        "2017-06-30", "2020-06-30",
    )  # fmt: skip


def test_a_figure_of_acts_counts_those_of_the_family() -> None:
    two_trades()

    assert answer(VISITS.code, MASK["family_food"], period=YEAR).value == 1
    assert answer(VISITS.code, MASK["family_building"], period=YEAR).value == 2
    assert answer(FIRMS.code, MASK["family_building"], period=YEAR).value == 1


def test_the_list_behind_the_figure_is_that_of_the_family() -> None:
    _baker, mason = two_trades()
    question = Question(FIRMS.code, Filter(segments=MASK["family_building"]), YEAR)

    page = figures.records(question, accounts.actor())

    assert [record.unit for record in page.records] == [str(LegalUnit.objects.get(pk=mason).key)]


def test_a_breakdown_is_that_of_the_family() -> None:
    two_trades()

    found = answer(VISITS.code, MASK["family_building"], period=YEAR, by="month")

    assert {group.key: group.value for group in found.groups if group.value} == {
        "2020-03": 1, "2020-04": 1,
    }  # fmt: skip


def test_several_figures_of_one_question_each_read_their_own_criterion() -> None:
    two_trades()
    chamber = accounts.organisation()
    lists = [make.craft_list(chamber, codes) for codes in (["10.71C"], ["43.22A"], ["96.02A"])]
    CACHE.clear()
    asked = [Question(VISITS.code, Filter(segments=1 << one.bit), YEAR) for one in lists]

    found = figures.answer([*asked, Question(VISITS.code, Filter(), YEAR)], at=clock.now())

    assert [one.value for one in found] == [1, 2, 0, 3]


def test_the_two_lists_of_a_rate_are_kept_by_the_same_family() -> None:
    baker = make.establishment()
    make.establishment()
    make.establishment(activity="43.22A")
    outreach.visit(establishment=baker, occurred_on=date(2020, 2, 1))

    found = answer(COVERAGE.code, MASK["family_food"], period=YEAR)

    assert (found.numerator, found.denominator) == (1, 2)


def test_a_rate_of_acts_over_a_stock_cannot_be_read_by_age() -> None:
    make.establishment()

    with pytest.raises(Invalid):
        answer(COVERAGE.code, MASK["stage_young"], period=YEAR)


def test_a_figure_that_names_a_version_goes_on_reading_it() -> None:
    two_trades()
    chamber = accounts.organisation()
    first = make.craft_list(chamber, ["10.71C"])
    before = answer(VISITS.code, 1 << first.bit, period=YEAR).value
    make.craft_list(chamber, ["43.22A"])

    assert before == answer(VISITS.code, 1 << first.bit, period=YEAR).value == 1


def test_a_figure_kept_in_memory_is_void_when_a_list_tells_otherwise() -> None:
    place = make.establishment()
    question = Question(ACTIVE_CRAFT_FIRMS.code, Filter(segments=MASK["ess_listed"]))
    CACHE.clear()
    assert figures.answer([question])[0].value == 0

    told = make.belonging(place.legal_unit, criteria.ESS_LISTED.bit)
    assert figures.answer([question])[0].value == 1

    told.ended_at = clock.now()
    told.save()
    assert figures.answer([question])[0].value == 0


def test_a_stock_of_the_past_is_read_with_the_lists_known_then() -> None:
    place = make.establishment()
    told = datetime(2020, 3, 1, 9, tzinfo=UTC)
    make.belonging(place.legal_unit, criteria.ESS_LISTED.bit, made_at=told, since=date(2019, 1, 1))
    question = Question(ACTIVE_CRAFT_FIRMS.code, Filter(segments=MASK["ess_listed"]))

    def at(month: int) -> object:
        CACHE.clear()
        return figures.answer([question], at=datetime(2020, month, 2, 9, tzinfo=UTC))[0].value

    assert [at(2), at(3)] == [0, 1]


def test_a_question_says_its_criteria_in_words() -> None:
    published = make.craft_list(accounts.organisation(short_name="CMA"))
    mask = CRAFT_RM.mask | MASK["family_food"] | 1 << published.bit

    (said,) = filtered(Question(ACTIVE_CRAFT_FIRMS.code, Filter(segments=mask)))

    assert said.words == (
        "Artisanat (code du registre des métiers), Artisanat de l’alimentation, "
        "Artisanat (liste de CMA, version 1)"
    )


def test_an_address_names_the_criterion_and_a_page_refuses_what_the_figure_cannot_tell(
    client: Client,
) -> None:
    two_trades()
    accounts.signed_in(client)

    page = client.get(f"/chiffres/{VISITS.code}/?segments={MASK['family_building']}&periode=2020")
    refused = client.get(f"/chiffres/{VISITS.code}/?segments={MASK['stage_old']}&periode=2020")

    assert page.status_code == 200
    assert "Artisanat du bâtiment" in page.content.decode()
    assert refused.status_code == 422
    assert "Établissement ancien" in refused.content.decode()
