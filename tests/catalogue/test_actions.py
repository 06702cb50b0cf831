"""Entries written by people: by whom, once, over the version that was read; every version stays."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from maillage.accounts.actors import ANONYMOUS, Actor
from maillage.accounts.roles import Role
from maillage.catalogue import actions
from maillage.catalogue.models import KEEPERS, Entry, EntryVersion
from maillage.catalogue.permissions import can_add_entry, can_keep_entry
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from tests.factories import accounts, catalogue as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return make.keeper()


def test_an_entry_belongs_to_the_organisation_that_writes_it(by: Actor) -> None:
    made = make.entry(
        by, title="Atelier", summary="Une matinée", areas=("59350",), everywhere=False
    )
    found = make.last(made)
    assert made.organisation == by.organisation
    assert (found.number, found.title, found.summary) == (1, "Atelier", "Une matinée")
    assert (found.areas, found.made_by, found.load) == (("59350",), by.person, None)


@pytest.mark.parametrize("role", list(Role))
def test_officers_managers_and_administrators_write_entries(role: Role) -> None:
    actor = accounts.actor(role)
    assert can_add_entry(actor) is (role in KEEPERS)
    if role not in KEEPERS:
        with pytest.raises(NotAllowed):
            make.entry(actor)


def test_nobody_writes_an_entry_without_signing_in() -> None:
    with pytest.raises(NotAllowed):
        make.entry(ANONYMOUS)


def test_a_form_sent_twice_writes_one_entry(by: Actor) -> None:
    how = {"sort": "service", "content": make.content(), "by": by, "once": "same"}
    assert actions.add_entry(**how) == actions.add_entry(**how)  # type: ignore[arg-type]
    assert Entry.objects.count() == EntryVersion.objects.count() == 1


def test_a_provider_is_not_written_by_hand(by: Actor) -> None:
    with pytest.raises(Invalid):
        make.entry(by, sort="provider")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": "  "}, "title"),
        ({"themes": ("poetry",)}, "themes"),
        ({"moments": ("retirement",)}, "moments"),
        ({"areas": ("Lille",)}, "areas"),
        ({"areas_out": ("X",)}, "areas_out"),
        ({"headcount_min": 5, "headcount_max": 2}, "headcount_max"),
        ({"age_min": 5, "age_max": 2}, "age_max"),
        ({"valid_from": date(2020, 2, 1), "valid_until": date(2020, 1, 1)}, "valid_until"),
    ],
)
def test_what_no_firm_could_meet_is_refused_on_its_field(
    by: Actor, said: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        make.entry(by, **said)
    assert set(refusal.value.fields) == {field}
    assert not Entry.objects.exists()


def test_an_edit_is_one_version_more_and_the_first_one_stays(by: Actor) -> None:
    made = make.entry(by, title="Avant")
    actions.edit_entry(entry=made, content=make.content(title="Après"), version=1, by=by)
    assert make.last(made).title == "Après"
    assert list(made.versions.order_by("number").values_list("title", flat=True)) == [
        "Avant",
        "Après",
    ]


def test_an_edit_over_a_version_that_is_no_longer_the_last_is_a_conflict(by: Actor) -> None:
    made = make.entry(by)
    actions.edit_entry(entry=made, content=make.content(), version=1, by=by)
    with pytest.raises(Conflict):
        actions.edit_entry(entry=made, content=make.content(), version=1, by=by)
    assert made.versions.count() == 2


def test_the_partner_who_answers_keeps_the_entry_too(by: Actor) -> None:
    partner = accounts.actor(Role.SERVICE_MANAGER)
    made = make.entry(by, partner=partner.organisation, title="Avant")
    assert can_keep_entry(partner, made)
    actions.edit_entry(
        entry=made,
        content=make.content(title="Après"),
        version=1,
        partner=partner.organisation,
        by=partner,
    )
    assert make.last(made).title == "Après"


@pytest.mark.parametrize("role", list(Role))
def test_another_organisation_changes_nothing(by: Actor, role: Role) -> None:
    made, other = make.entry(by), accounts.actor(role)
    assert not can_keep_entry(other, made)
    for refused in (
        lambda: actions.edit_entry(entry=made, content=make.content(), version=1, by=other),
        lambda: actions.confirm_entry(entry=made, version=1, by=other),
        lambda: actions.retire_entry(entry=made, version=1, by=other),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert made.versions.count() == 1


def test_what_nobody_keeps_is_kept_by_administrators() -> None:
    made = Entry.objects.create(
        sort="service", source="di_services", source_id="1", made_at=clock.now()
    )
    assert can_keep_entry(accounts.actor(Role.ADMINISTRATOR), made)
    assert not can_keep_entry(accounts.actor(Role.OFFICER), made)


def test_confirming_says_the_same_words_today(by: Actor) -> None:
    made = make.entry(
        by, title="Atelier", areas=("59",), everywhere=False, told_on=date(2018, 1, 1)
    )
    found = actions.confirm_entry(entry=made, version=1, by=by)
    assert (found.number, found.told_on, found.title) == (2, clock.today(), "Atelier")
    assert found.conditions == made.versions.get(number=1).conditions


def test_a_retired_entry_is_offered_no_more_and_stays_told(by: Actor) -> None:
    made = make.entry(by, title="Atelier")
    found = actions.retire_entry(entry=made, version=1, by=by)
    assert make.titles() == []
    assert make.last(made).title == "Atelier"
    assert actions.retire_entry(entry=made, version=2, by=by) == found
    assert made.versions.count() == 2
