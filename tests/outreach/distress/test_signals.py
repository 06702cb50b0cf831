"""Early signals: who reads them, what is written down of it, how long they are kept, the right to object."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts import retaining
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Access
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.kernel.errors import NotAllowed
from maillage.outreach import actions
from maillage.outreach.actions.answers import signal_of
from maillage.outreach.models import Signal, SignalObjection, Visit
from maillage.register.actions import own
from tests.factories import accounts, outreach as make, register

pytestmark = pytest.mark.django_db
LIST = reverse("outreach:signals")


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client, Role.ADVISER)


def page_of(visit: Visit) -> str:
    return reverse("outreach:signal", args=[visit.key])


def kept() -> Any:
    return Signal.objects.unscoped(reason="a test")


def journal() -> list[tuple[str, str, str]]:
    rows = Access.objects.unscoped(reason="a test").filter(resource="early_signals")
    return [(one.object_key, one.subject_key, one.why) for one in rows.order_by("pk")]


def test_the_page_tells_level_reasons_what_is_not_known_and_what_may_be_proposed(
    client: Client, adviser: Actor
) -> None:
    visit = make.told_in_confidence(adviser)
    page = client.get(page_of(visit)).content.decode()
    for told in (
        "Contact proposé",
        "+3",
        "Questions connues",
        "2 sur 5",
        "Médiation avec le bailleur",
    ):
        assert told in page
    assert "Loyer en retard de deux mois ou plus" in page
    assert journal() == [(str(visit.key), str(visit.legal_unit.key), "Early signals of a visit")]


def test_the_list_begins_with_the_heaviest_and_each_line_is_a_reading(
    client: Client, adviser: Actor
) -> None:
    light = make.told_in_confidence(adviser, rent=["late"])
    heavy = make.told_in_confidence(adviser)
    make.told_in_confidence(adviser, rent=["ok"])
    page = client.get(LIST).content.decode()
    assert page.index(page_of(heavy)) < page.index(page_of(light))
    assert page.count('/signaux/"') - page.count(f'"{LIST}"') == 2
    assert [key for key, _firm, _why in journal()] == [str(heavy.key), str(light.key)]


def test_the_last_visit_of_a_firm_speaks_for_it(client: Client, adviser: Actor) -> None:
    firm = register.establishment()
    make.told_in_confidence(adviser, firm)
    make.told_in_confidence(adviser, firm, rent=["ok"], treasury=["ok"])
    assert "Aucune visite depuis un an" in client.get(LIST).content.decode()
    assert journal() == []


def test_as_many_queries_for_ten_lines_as_for_two(
    client: Client, adviser: Actor, django_assert_max_num_queries: Any
) -> None:
    for _turn in range(2):
        make.told_in_confidence(adviser)
    client.get(LIST)
    with django_assert_max_num_queries(30) as few:
        client.get(LIST)
    for _turn in range(8):
        make.told_in_confidence(adviser)
    with django_assert_max_num_queries(len(few)):
        client.get(LIST)


@pytest.mark.parametrize("role", [Role.OFFICER, Role.AUDITOR, Role.ADMINISTRATOR, Role.ELECTED])
def test_other_roles_of_the_organisation_read_nothing(client: Client, role: Role) -> None:
    adviser = accounts.actor()
    visit = make.told_in_confidence(adviser)
    reader = accounts.signed_in(client, role, adviser.organisation)
    assert client.get(page_of(visit)).status_code == 403
    assert client.get(LIST).status_code == 403
    assert not Signal.objects.visible_to(reader).exists()


@pytest.mark.parametrize("role", [Role.ADVISER, Role.SERVICE_MANAGER])
def test_no_share_opens_them(client: Client, role: Role) -> None:
    owner = accounts.actor()
    visit = make.told_in_confidence(owner)
    reader = accounts.signed_in(client, role)
    for sensitivity in (Sensitivity.PARTNERS, Sensitivity.DIFFICULTY):
        accounts.share(owner.organisation, reader.organisation, "visits", sensitivity)
        accounts.share(owner.organisation, reader.organisation, "early_signals", sensitivity)
    assert client.get(page_of(visit)).status_code == 404
    assert page_of(visit) not in client.get(LIST).content.decode()


def test_the_manager_of_the_organisation_reads(client: Client) -> None:
    adviser = accounts.actor()
    visit = make.told_in_confidence(adviser)
    accounts.signed_in(client, Role.SERVICE_MANAGER, adviser.organisation)
    assert client.get(page_of(visit)).status_code == 200


def test_a_new_table_leaves_what_was_weighed_as_it_was(adviser: Actor) -> None:
    before = make.told_in_confidence(adviser)
    first = signal_of(before)
    assert first is not None
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    draft = make.draft_guide(manager, "points")
    text = draft.text.replace("points = 3", "points = 9", 1)
    draft = actions.rewrite_guide(guide=draft, text=text, version=1, by=manager)
    actions.publish_guide(guide=draft, by=manager)
    again, later = signal_of(before), signal_of(make.told_in_confidence(adviser))
    assert again is not None
    assert later is not None
    assert again.weighed == first.weighed
    assert again.weighed is not None
    assert later.weighed is not None
    assert (again.weighed.score, later.weighed.score) == (6, 12)


def test_without_a_table_the_answers_are_shown_and_not_weighed(
    client: Client, adviser: Actor
) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER, adviser.organisation)
    actions.publish_guide(guide=make.draft_guide(manager), by=manager)
    visit = make.told_in_confidence(adviser)
    page = client.get(page_of(visit)).content.decode()
    assert "Non pesé" in page
    assert "Deux mois de retard ou plus" in page
    assert "Aucune visite depuis un an" in client.get(LIST).content.decode()


# A year, and no more


def aged(days: int) -> None:
    kept().update(occurred_on=clock.today() - timedelta(days=days))


def test_after_a_year_nobody_reads_it_and_the_night_erases_it(
    client: Client, adviser: Actor
) -> None:
    visit = make.told_in_confidence(adviser)
    aged(364)
    assert client.get(page_of(visit)).status_code == 200
    aged(365)
    assert client.get(page_of(visit)).status_code == 404
    assert (
        "n’est plus gardé"
        in client.get(reverse("outreach:visit", args=[visit.key])).content.decode()
    )
    aged(366)
    run = retaining.apply(by=System("a test"))
    assert run.detail["early_signals"] == 1
    assert not kept().exists()
    visit.refresh_from_db()
    assert visit.answers == {}


def test_no_correction_shows_it_after_a_year_even_when_a_night_was_missed(
    client: Client, adviser: Actor
) -> None:
    visit = make.told_in_confidence(adviser)
    correct, ticked = (
        reverse("outreach:correct_visit", args=[visit.key]),
        'value="late" checked',
    )
    aged(364)
    assert ticked in client.get(correct).content.decode()
    aged(365)
    journal_before = Access.objects.unscoped(reason="a test").count()
    assert ticked not in client.get(correct).content.decode()
    assert Access.objects.unscoped(reason="a test").count() == journal_before
    assert signal_of(visit) is None
    told = {"facts": make.facts(minutes=30), "notes": {}, "reason": "typing", "by": adviser}
    corrected = actions.correct_visit(visit=visit, version=1, **told)
    assert not kept().exists()
    again = make.heard(adviser, rent=["ok"])
    actions.correct_visit(visit=corrected, version=2, heard=again, **told)
    assert [one.answers for one in kept()] == [{"rent": ["ok"]}]


def test_what_is_told_anew_takes_the_place_of_what_was_due_to_go(adviser: Actor) -> None:
    visit = make.told_in_confidence(adviser)
    aged(365)
    told = {"facts": make.facts(), "notes": {}, "reason": "typing", "by": adviser}
    actions.correct_visit(visit=visit, version=1, heard=make.heard(adviser, rent=["ok"]), **told)
    assert [one.answers for one in kept()] == [{"rent": ["ok"]}]


# The right to object


def test_a_firm_that_objects_is_forgotten_and_nothing_more_is_noted(
    client: Client, adviser: Actor
) -> None:
    firm = register.establishment()
    visit = make.told_in_confidence(adviser, firm)
    others = make.told_in_confidence(establishment=firm)
    client.post(reverse("outreach:object_to_signals", args=[visit.key]))
    assert [one.visit for one in kept()] == [others]
    assert signal_of(make.told_in_confidence(adviser, firm)) is None
    page = client.get(reverse("outreach:new_visit", args=[firm.key])).content.decode()
    assert page.count("<details") == 3
    assert str(firm.legal_unit) in client.get(LIST).content.decode()


def test_an_objection_is_told_once_and_may_be_lifted(client: Client, adviser: Actor) -> None:
    firm = register.establishment()
    first = actions.object_to_signals(unit=firm.legal_unit, by=adviser)
    assert actions.object_to_signals(unit=firm.legal_unit, by=adviser) == first
    client.post(reverse("outreach:lift_objection", args=[first.key]))
    assert not SignalObjection.objects.visible_to(adviser).filter(until=None).exists()
    assert signal_of(make.told_in_confidence(adviser, firm)) is not None
    again = actions.object_to_signals(unit=firm.legal_unit, by=adviser)
    assert again != first
    with pytest.raises(NotAllowed):
        actions.lift_objection(objection=again, by=accounts.actor())
    with pytest.raises(NotAllowed):
        actions.object_to_signals(unit=firm.legal_unit, by=accounts.actor(Role.OFFICER))


def test_who_wants_nobody_at_the_door_wants_nothing_noted_either(
    client: Client, adviser: Actor
) -> None:
    firm = register.establishment()
    visit = make.told_in_confidence(adviser, firm)
    own.object_to_prospecting(unit=firm.legal_unit)
    assert client.get(page_of(visit)).status_code == 404
    assert signal_of(make.told_in_confidence(adviser, firm)) is None


def test_answers_that_waited_on_a_phone_while_the_firm_objected_are_not_kept(
    client: Client, adviser: Actor
) -> None:
    firm, grid = register.establishment(), make.guides(adviser)[0]
    actions.object_to_signals(unit=firm.legal_unit, by=adviser)
    assert adviser.person is not None
    sent = {
        "person": adviser.person.key, "mode": "visit", "outcome": "done", "once": grid.key, "grid": grid.key,
        "occurred_on": clock.today().isoformat(), "g_rent": "late", "g_wants": "call",
    }  # fmt: skip
    answer = client.post(reverse("outreach:send_visit", args=[firm.key]), sent)
    assert answer.status_code == 200
    assert not kept().exists()
    assert Visit.objects.visible_to(adviser).get().answers == {"wants": ["call"]}
