"""Versions of an entry: who spoke, when, over what; the words before never change, whoever speaks after."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.catalogue import actions
from maillage.catalogue.content import content_of
from maillage.catalogue.importers import offers, schemes, structures
from maillage.catalogue.models import STALE_AFTER, Entry, EntryVersion
from maillage.catalogue.vocabulary import Flag
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from tests.factories import accounts, catalogue as make

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
RICH: dict[str, Any] = {
    "title": "Atelier", "summary": "En une ligne", "description": "Une matinée.", "nature": "conseil",
    "provider_name": "Maison", "how": "Appeler.", "fees": "paid", "fees_told": "10 €",
    "contact_name": "Une personne", "phone": "03 20 00 00 00", "email": "a@b.example", "address": "1 place",
    "link": "https://a.example/", "themes": ("digital", "energy"), "topics": "un, deux", "told_by": "dora",
    "moments": ("creation",), "areas": ("59350", "R32"), "everywhere": False, "areas_out": ("62",),
    "activities": ("43",), "activities_out": ("43.9",), "is_priority": True, "headcount_min": 1,
    "headcount_max": 9, "legal_forms": ("54",), "legal_forms_out": ("92",), "segments": ("craft_rm",),
    "age_min": 1, "age_max": 3, "qpv_only": True, "other": "Être à jour.",
    "valid_from": date(2020, 1, 1), "valid_until": date(2020, 12, 31),
}  # fmt: skip
#: What a version says for itself, whatever the one before.
OWN = {"id", "number", "made_at", "made_by_id"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T10:00")):
        yield


@pytest.fixture
def by() -> Actor:
    return make.keeper()


def rows(entry: Entry) -> list[dict[str, Any]]:
    """Every version of an entry as the database keeps it."""
    found = EntryVersion.objects.filter(entry=entry).order_by("number")
    return [dict(one) for one in found.values()]


def edited(entry: Entry, by: Actor, version: int, **said: Any) -> EntryVersion:
    return actions.edit_entry(entry=entry, content=make.content(**said), version=version, by=by)


def differing(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    """The fields in which two versions differ, but those that a version says for itself."""
    return {name for name in one if one[name] != other[name]} - OWN


# The words before


def test_every_field_that_is_said_is_kept_and_comes_back(by: Actor) -> None:
    made = make.entry(by, **RICH)
    version = make.last(made)
    assert {name: getattr(version, name) for name in RICH} == RICH
    assert content_of(version) == make.content(**RICH)


def test_no_step_changes_a_word_of_the_versions_before(by: Actor) -> None:
    made = make.entry(by, **RICH)
    before = rows(made)
    steps: tuple[Callable[[int], object], ...] = (
        lambda n: edited(made, by, n, title="Autre"),
        lambda n: actions.confirm_entry(entry=made, version=n, by=by),
        lambda n: edited(made, by, n, title="Encore"),
        lambda n: actions.retire_entry(entry=made, version=n, by=by),
    )
    for step in steps:
        step(len(before))
        after = rows(made)
        assert after[:-1] == before
        before = after
    assert [one["number"] for one in before] == [1, 2, 3, 4, 5]


def test_a_confirmation_changes_the_day_and_nothing_else(by: Actor) -> None:
    made = make.entry(by, **RICH)
    actions.confirm_entry(entry=made, version=1, by=by)
    first, second = rows(made)
    assert differing(first, second) == {"told_on"}
    assert second["told_on"] == TODAY


def test_a_retirement_changes_that_it_is_offered_and_nothing_else(by: Actor) -> None:
    made = make.entry(by, **RICH)
    actions.retire_entry(entry=made, version=1, by=by)
    first, second = rows(made)
    assert differing(first, second) == {"is_retired"}


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        ({"title": "Autre"}, {"title", "digest", "haystack"}),
        ({"how": "Écrire."}, {"how", "digest"}),
        ({"themes": ("energy",)}, {"themes", "digest", "haystack"}),
        ({"headcount_max": 49}, {"headcount_max", "digest"}),
        ({"areas_out": ()}, {"areas_out", "digest"}),
        ({}, set()),
    ],
)
def test_an_edit_changes_what_was_typed_and_what_follows_from_it(
    by: Actor, said: dict[str, Any], fields: set[str]
) -> None:
    made = make.entry(by, **RICH)
    edited(made, by, 1, **(RICH | said))
    first, second = rows(made)
    assert differing(first, second) == fields


def test_each_version_says_who_wrote_it_and_when(by: Actor) -> None:
    colleague = accounts.actor(Role.SERVICE_MANAGER, by.organisation)
    made = make.entry(by)
    later = clock.now() + timedelta(days=3)
    with clock.at(later):
        edited(made, colleague, 1)
    one, two = EntryVersion.objects.filter(entry=made).order_by("number")
    assert (one.made_by, two.made_by) == (by.person, colleague.person)
    assert (one.made_at, two.made_at) == (clock.now(), later)


def test_an_edit_after_a_file_keeps_who_provides_it(by: Actor) -> None:
    make.told(offers.IMPORTER, make.service())
    made, administrator = Entry.objects.get(sort="service"), accounts.actor(Role.ADMINISTRATOR)
    edited(made, administrator, 1, title="À la main")
    first, second = rows(made)
    assert first["provider_id"] == second["provider_id"] is not None
    assert (first["load_id"] is not None, second["load_id"]) == (True, None)


def test_a_confirmation_after_a_file_is_of_a_person(by: Actor) -> None:
    make.told(schemes.IMPORTER, make.scheme())
    made, administrator = Entry.objects.get(sort="scheme"), accounts.actor(Role.ADMINISTRATOR)
    found = actions.confirm_entry(entry=made, version=1, by=administrator)
    assert (found.load, found.made_by) == (None, administrator.person)
    assert found.told_on == TODAY


def test_the_same_number_is_never_written_twice(by: Actor) -> None:
    made = make.entry(by)
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryVersion.objects.create(
            entry=made, number=1, made_at=clock.now(), **make.content().fields()
        )


@pytest.mark.parametrize(
    "said",
    [
        {"headcount_min": 9, "headcount_max": 1},
        {"valid_from": date(2020, 2, 1), "valid_until": date(2020, 1, 1)},
    ],
)
def test_the_database_refuses_limits_that_cross_whatever_the_code_does(
    by: Actor, said: dict[str, Any]
) -> None:
    made = make.entry(by)
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryVersion.objects.create(
            entry=made, number=2, made_at=clock.now(), **make.content(**said).fields()
        )


# Sent twice, sent late


def added(by: Actor, once: str | None, **said: Any) -> Entry:
    sort = said.pop("sort", "service")
    partner = said.pop("partner", None)
    content = make.content(**({"title": "Atelier"} | said))
    return actions.add_entry(sort=sort, content=content, by=by, partner=partner, once=once)


def test_the_same_form_sent_again_on_another_day_is_the_same(by: Actor) -> None:
    first = added(by, "one")
    assert added(by, "one", told_on=TODAY) == first
    assert Entry.objects.count() == EntryVersion.objects.count() == 1


@pytest.mark.parametrize(
    "said",
    [
        {"title": "Autre"},
        {"sort": "scheme"},
        {"headcount_max": 9},
        {"themes": ()},
        {"how": "Appeler."},
    ],
)
def test_a_form_sent_again_with_other_answers_is_told_so(by: Actor, said: dict[str, Any]) -> None:
    first = added(by, "one")
    with pytest.raises(Conflict):
        added(by, "one", **said)
    assert list(Entry.objects.all()) == [first]
    assert EntryVersion.objects.count() == 1


def test_a_form_sent_again_for_another_partner_is_told_so(by: Actor) -> None:
    added(by, "one")
    with pytest.raises(Conflict):
        added(by, "one", partner=accounts.organisation())


def test_the_key_of_another_organisation_opens_nothing_of_it(by: Actor) -> None:
    added(by, "one")
    with pytest.raises(Conflict):
        added(make.keeper(), "one")


def test_the_same_form_sent_again_after_an_edit_still_names_its_entry(by: Actor) -> None:
    first = added(by, "one")
    edited(first, by, 1, title="Renommé")
    assert added(by, "one") == first
    assert make.titles() == ["Renommé"]


def test_without_a_key_two_forms_are_two_entries(by: Actor) -> None:
    assert added(by, None) != added(by, None)


STEPS: dict[str, Callable[[Entry, int, Actor], object]] = {
    "edit": lambda entry, version, by: edited(entry, by, version),
    "confirm": lambda entry, version, by: actions.confirm_entry(
        entry=entry, version=version, by=by
    ),
    "retire": lambda entry, version, by: actions.retire_entry(entry=entry, version=version, by=by),
}


@pytest.mark.parametrize("first", STEPS)
@pytest.mark.parametrize("second", STEPS)
def test_of_two_steps_over_one_version_the_second_is_a_conflict(
    by: Actor, first: str, second: str
) -> None:
    made = make.entry(by)
    STEPS[first](made, 1, by)
    with pytest.raises(Conflict):
        STEPS[second](made, 1, by)
    assert made.versions.count() == 2


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("version", [0, 2, 99])
def test_a_version_that_was_never_read_is_a_conflict(by: Actor, step: str, version: int) -> None:
    made = make.entry(by)
    with pytest.raises(Conflict):
        STEPS[step](made, version, by)
    assert made.versions.count() == 1


@pytest.mark.parametrize("step", STEPS)
def test_a_version_that_a_load_took_back_is_read_no_more(step: str) -> None:
    administrator = accounts.actor(Role.ADMINISTRATOR)
    make.told(offers.IMPORTER, make.service())
    second = make.told(offers.IMPORTER, make.service(nom="Renommé"))
    made = Entry.objects.get(sort="service")
    type(second).objects.filter(pk=second.pk).update(state="undone", undone_at=clock.now())
    with pytest.raises(Conflict):
        STEPS[step](made, 2, administrator)
    STEPS[step](made, 1, administrator)
    assert sorted(made.versions.values_list("number", flat=True)) == [1, 2, 3]


def test_a_refused_edit_leaves_the_partner_who_answers(by: Actor) -> None:
    partner = accounts.organisation()
    made = make.entry(by, partner)
    with pytest.raises(Invalid):
        edited(made, by, 1, title=" ")
    made.refresh_from_db()
    assert made.partner == partner
    assert made.versions.count() == 1


# Who keeps it


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("role", list(Role))
def test_colleagues_keep_an_entry_by_their_role(by: Actor, role: Role, step: str) -> None:
    made, colleague = make.entry(by), accounts.actor(role, by.organisation)
    if role in (Role.OFFICER, Role.SERVICE_MANAGER, Role.ADMINISTRATOR):
        STEPS[step](made, 1, colleague)
        assert made.versions.count() == 2
    else:
        with pytest.raises(NotAllowed):
            STEPS[step](made, 1, colleague)


def test_a_partner_who_answers_no_more_keeps_nothing_any_more(by: Actor) -> None:
    partner = accounts.actor(Role.OFFICER)
    made = make.entry(by, partner.organisation)
    actions.confirm_entry(entry=made, version=1, by=partner)
    edited(made, by, 2)  # by no partner any more
    made.refresh_from_db()
    assert made.partner is None
    with pytest.raises(NotAllowed):
        actions.confirm_entry(entry=made, version=3, by=partner)


def test_the_machine_writes_no_entry_of_its_own() -> None:
    with pytest.raises(NotAllowed):
        make.entry(System("a test"))


def test_an_administrator_of_another_organisation_keeps_nobodys_and_not_somebodys(
    by: Actor,
) -> None:
    administrator = accounts.actor(Role.ADMINISTRATOR)
    make.told(structures.IMPORTER, make.structure())
    house = Entry.objects.get(sort="provider")
    actions.confirm_entry(entry=house, version=1, by=administrator)
    with pytest.raises(NotAllowed):
        actions.confirm_entry(entry=make.entry(by), version=1, by=administrator)


# Looked at again


@pytest.mark.parametrize(
    ("told_on", "is_stale"),
    [(TODAY - STALE_AFTER, True), (TODAY - STALE_AFTER + timedelta(days=1), False), (TODAY, False)],
)
def test_an_entry_is_stale_from_the_day_its_year_is_over(
    by: Actor, told_on: date, is_stale: bool
) -> None:
    made = make.entry(by, told_on=told_on)
    assert (Flag.STALE in make.last(made).flags(TODAY)) is is_stale
    assert EntryVersion.objects.offered().flagged(Flag.STALE, TODAY).exists() is is_stale


def test_a_confirmation_makes_a_stale_entry_fresh(by: Actor) -> None:
    made = make.entry(by, told_on=date(2018, 1, 1))
    actions.confirm_entry(entry=made, version=1, by=by)
    assert make.last(made).flags(TODAY) == []


@pytest.mark.parametrize(
    ("until", "is_over"), [(TODAY, False), (TODAY - timedelta(days=1), True), (None, False)]
)
def test_the_last_day_of_an_entry_is_open_still(
    by: Actor, until: date | None, is_over: bool
) -> None:
    made = make.entry(by, told_on=TODAY, valid_until=until)
    assert make.last(made).flags(TODAY) == ([Flag.EXPIRED] if is_over else [])
    assert EntryVersion.objects.offered().open_on(TODAY).exists() is not is_over


@pytest.mark.parametrize(("since", "is_open"), [(TODAY, True), (TODAY + timedelta(days=1), False)])
def test_the_first_day_of_an_entry_is_open_already(by: Actor, since: date, is_open: bool) -> None:
    make.entry(by, valid_from=since)
    assert EntryVersion.objects.offered().open_on(TODAY).exists() is is_open


def test_an_entry_to_be_looked_at_for_every_reason_is_counted_under_each(by: Actor) -> None:
    made = make.entry(by, told_on=date(2018, 1, 1), valid_until=date(2019, 1, 1), themes=())
    assert make.last(made).flags(TODAY) == [Flag.EXPIRED, Flag.STALE, Flag.THEMELESS]
    for flag in Flag:
        found = EntryVersion.objects.offered().flagged(flag, TODAY)
        assert found.exists() is (flag is not Flag.DEAD)
