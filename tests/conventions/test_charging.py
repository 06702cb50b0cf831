"""To which actions what an organisation does may be charged: signed texts, own conventions, the newest title."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.conventions.charging import charges_of, may_charge
from maillage.conventions.models import Action
from tests.factories import accounts, conventions as make

pytestmark = pytest.mark.django_db

KEY = "test-2019/1.1"
AMENDMENT = """
[[versions]]
number = 1
signed = {signed}
signed_on = 2019-12-01
effective_on = 2020-01-01
effective_until = 2021-12-31
amount_euros = 150000
"""


def amended(*, signed: bool) -> str:
    """The minimal text, then a version that names its action otherwise and adds one."""
    again = AMENDMENT.format(signed=str(signed).lower()) + make.PARTIES + make.VOTE + make.BODY
    more = '\n[[versions.axes.actions]]\ncode = "1.2"\ntitle = "Former"\n'
    return make.MINIMAL + again.replace('"Visiter"', '"Visiter et suivre"') + more


def of(short_name: str) -> Organisation:
    found: Organisation = Organisation.objects.get(short_name=short_name)
    return found


@pytest.mark.parametrize("party", ["MEL", "CMA"])
def test_the_keeper_and_every_party_charge_to_its_actions(party: str) -> None:
    make.loaded()
    actor = accounts.actor(Role.ADVISER, of(party))
    assert may_charge(actor, KEY)
    assert charges_of(actor) == [(KEY, "Convention MEL et CMA: 1.1 Visiter")]


def test_who_is_no_party_charges_to_nothing() -> None:
    make.loaded()
    stranger = accounts.actor(Role.OFFICER)
    assert not may_charge(stranger, KEY)
    assert charges_of(stranger) == []


@pytest.mark.parametrize("key", ["", "test-2019/9.9", "other/1.1", "TEST-2019/1.1"])
def test_an_action_that_is_in_no_text_takes_nothing(key: str) -> None:
    make.loaded()
    assert not may_charge(accounts.actor(Role.OFFICER, of("MEL")), key)


def test_a_text_that_waits_for_its_signatures_has_no_action_to_charge_to() -> None:
    keeper = accounts.organisation("epci")
    waiting = make.convention_of(keeper, signed=False)
    actor = accounts.actor(Role.OFFICER, keeper)
    assert Action.objects.filter(version__convention=waiting).exists()
    assert charges_of(actor) == []
    assert not may_charge(actor, f"{waiting.slug}/1.1")


def test_each_convention_says_its_name_and_they_stand_in_order() -> None:
    keeper = accounts.organisation("epci")
    slugs = ["zeta-2019", "alpha-2019", "mid-2019"]
    for slug in slugs:
        make.convention_of(keeper, slug=slug)
    make.convention_of(accounts.organisation("epci"), slug="of-others")
    charges = charges_of(accounts.actor(Role.OFFICER, keeper))
    assert sorted(key for key, _title in charges) == sorted(f"{slug}/1.1" for slug in slugs)
    assert [title for _key, title in charges] == sorted(title for _key, title in charges)


def test_an_amendment_that_is_signed_gives_the_title_in_force_and_its_new_actions() -> None:
    make.loaded(amended(signed=True))
    actor = accounts.actor(Role.OFFICER, of("MEL"))
    assert charges_of(actor) == [
        (KEY, "Convention MEL et CMA: 1.1 Visiter et suivre"),
        ("test-2019/1.2", "Convention MEL et CMA: 1.2 Former"),
    ]
    assert may_charge(actor, "test-2019/1.2")


def test_an_amendment_that_waits_changes_no_charge() -> None:
    make.loaded(amended(signed=False))
    actor = accounts.actor(Role.OFFICER, of("MEL"))
    assert charges_of(actor) == [(KEY, "Convention MEL et CMA: 1.1 Visiter")]
    assert not may_charge(actor, "test-2019/1.2")


def test_what_is_offered_is_what_is_allowed() -> None:
    """Of every action there is, those that the form lists are those that the action takes."""
    keeper, other = accounts.organisation("epci"), accounts.organisation("epci")
    for owner, signed in ((keeper, True), (keeper, False), (other, True)):
        make.convention_of(owner, signed=signed)
    make.convention_of(other, partner=keeper)
    actor = accounts.actor(Role.ADVISER, keeper)
    every = set(Action.objects.values_list("key", flat=True))
    assert len(every) == 4
    allowed = {key for key in every if may_charge(actor, key)}
    assert allowed == {key for key, _title in charges_of(actor)}
    assert len(allowed) == 2


def test_the_number_of_questions_does_not_grow_with_conventions() -> None:
    keeper = accounts.organisation("epci")
    actor = accounts.actor(Role.OFFICER, keeper)
    counts = []
    for _more in range(3):
        make.convention_of(keeper)
        with CaptureQueriesContext(connection) as asked:
            charges_of(actor)
        counts.append(len(asked))
    assert counts[0] == counts[-1] == 1
