"""Campaigns aimed by criteria read on the day: families of craft, stage of life, lists of chambers and partners."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.outreach import actions
from maillage.outreach.forms.campaigns import ChangeForm, initial_of
from maillage.outreach.models import Campaign, ListedFirm
from maillage.outreach.models.targets import targets
from maillage.register import criteria
from maillage.register.segments import CRAFT_NAF, CRAFT_RM
from tests.factories import accounts, outreach as factory, register

pytestmark = pytest.mark.django_db

MASK = {one.code: one.mask for one in criteria.DECLARED}


def years_ago(years: int) -> date:
    return clock.today().replace(year=clock.today().year - years, month=1, day=1)


def a_street() -> dict[int, str]:
    """A baker of ten years and more, a young mason, a young hairdresser by decree only, a shop that is no craft."""
    young = {"spell_opened_on": years_ago(1), "spell_starts_on": years_ago(1)}
    made = {
        "B": register.establishment(),
        "M": register.establishment(activity="43.22A", size_band="11", **young),
        "H": register.establishment(
            activity="96.02A", trade_register_code="", size_band="NN", **young
        ),
        "S": register.establishment(activity="47.71Z", trade_register_code=""),
    }
    return {place.pk: name for name, place in made.items()}


def aimed(mask: int, street: dict[int, str], **given: Any) -> str:
    campaign = factory.draft(segments=mask, **given)
    found = targets(campaign, clock.today())
    return "".join(sorted(street[target.establishment_id] for target in found))


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        ("family_food", "B"), ("family_building", "M"), ("family_services", "H"),
        ("family_making", ""), ("stage_young", "HM"), ("stage_old", "BS"), ("size_0", "H"),
        ("size_10_49", "M"), ("stage_young family_services", "H"), ("stage_young craft_rm", "M"),
        ("stage_young craft_naf", "HM"), ("family_food family_building", ""),
    ],
)  # fmt: skip
def test_a_campaign_aims_at_the_firms_of_all_its_criteria(codes: str, found: str) -> None:
    street = a_street()

    assert aimed(sum(MASK[code] for code in codes.split()), street) == found


def test_a_family_beside_a_criterion_of_craft_is_the_family_by_that_criterion() -> None:
    street = a_street()
    services = MASK["family_services"]

    assert aimed(services | CRAFT_NAF.mask, street) == "H"
    assert aimed(services | CRAFT_RM.mask, street) == ""


def test_a_campaign_on_a_list_goes_on_with_its_version_when_another_is_published() -> None:
    street, chamber = a_street(), accounts.organisation()
    first = register.craft_list(chamber, ["47.71Z"])
    campaign = factory.draft(segments=1 << first.bit)
    second = register.craft_list(chamber, ["10.71C"])

    found = [street[one.establishment_id] for one in targets(campaign, clock.today())]

    assert found == ["S"]
    assert aimed(1 << second.bit, street) == "B"


def test_a_campaign_may_aim_at_the_firms_that_a_partner_told_of() -> None:
    street = a_street()
    place = register.establishment()
    street[place.pk] = "L"
    told = register.belonging(place.legal_unit, criteria.MICRO_LISTED.bit)

    assert aimed(MASK["micro_listed"], street) == "L"
    told.ended_at = clock.now()
    told.save()
    assert aimed(MASK["micro_listed"], street) == ""


def test_a_belonging_that_begins_later_aims_at_nobody_yet() -> None:
    street = a_street()
    place = register.establishment()
    register.belonging(place.legal_unit, criteria.ESS_LISTED.bit, since=date(2999, 1, 1))

    assert aimed(MASK["ess_listed"], street) == ""


def test_the_form_offers_every_criterion_but_sizes_which_are_ticked_beside(client: Client) -> None:
    register.craft_list(accounts.organisation(short_name="CMA"), ["47.71Z"])
    accounts.signed_in(client, Role.SERVICE_MANAGER)

    page = client.get(reverse("outreach:new_campaign")).content.decode()

    for label in ("Artisanat du bâtiment", "Jeune établissement", "liste de CMA, version 1"):
        assert label in page
    assert 'value="size_1_9"' not in page


def test_changing_a_draft_keeps_the_version_of_a_list_that_is_no_longer_the_last() -> None:
    manager, chamber = accounts.actor(Role.SERVICE_MANAGER), accounts.organisation()
    first = register.craft_list(chamber, ["47.71Z"])
    campaign = factory.draft(manager, segments=1 << first.bit | CRAFT_RM.mask)
    register.craft_list(chamber, ["10.71C"])
    initial = initial_of(campaign)
    assert initial["segments"] == ["craft_rm", f"craft_list_{first.bit}"]

    form = ChangeForm(
        {**initial, "starts_on": "2020-01-01", "ends_on": "2020-12-31"}, initial=initial
    )

    assert form.is_valid(), form.errors
    assert form.plan().segments == campaign.segments


def test_a_list_that_was_not_chosen_before_and_is_superseded_cannot_be_chosen() -> None:
    chamber = accounts.organisation()
    first = register.craft_list(chamber, ["47.71Z"])
    register.craft_list(chamber, ["10.71C"])
    initial = initial_of(factory.draft())
    told = {**initial, "starts_on": "2020-01-01", "ends_on": "2020-12-31"}

    form = ChangeForm({**told, "segments": [f"craft_list_{first.bit}"]}, initial=initial)

    assert list(form.errors) == ["segments"]


def test_a_frozen_list_does_not_follow_what_partners_tell_afterwards() -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER)
    place = register.establishment()
    told = register.belonging(place.legal_unit, criteria.ESS_LISTED.bit)
    campaign = factory.draft(manager, segments=MASK["ess_listed"])
    frozen: Campaign = actions.freeze_campaign(campaign=campaign, by=manager)

    told.ended_at = clock.now()
    told.save()

    every = ListedFirm.objects.unscoped(reason="a test")
    assert [line.establishment_id for line in every.filter(campaign=frozen)] == [place.pk]
