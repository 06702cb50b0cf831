"""A step of a plan opens a need: for whoever hears firms, with its theme already chosen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.diagnoses import actions, needs
from maillage.kernel import clock
from maillage.needs.models import Need
from tests.factories import accounts, diagnoses as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def by() -> Actor:
    return accounts.actor()


def test_a_step_leads_to_a_new_need_of_its_firm_with_its_theme_chosen(
    client: Client, by: Actor
) -> None:
    step = make.step(by)
    address = needs.address(step, by)
    assert by.person is not None
    client.force_login(by.person)
    page = client.get(address)
    assert page.status_code == 200
    assert page.context["firm"] == step.of.establishment
    assert page.context["form"]["theme"].initial == step.theme


def test_the_need_written_down_there_is_one_like_any_other(client: Client, by: Actor) -> None:
    step = make.step(by)
    address = needs.address(step, by)
    assert by.person is not None
    client.force_login(by.person)
    once = str(client.get(address).context["form"]["once"].value())
    given = {"once": once, "theme": step.theme, "urgency": "soon", "origin": "desk",
             "expressed_on": clock.today().isoformat()}  # fmt: skip
    assert client.post(address, given).status_code == 302
    need = Need.objects.visible_to(System("tests")).get()
    assert (need.theme, need.establishment) == (step.theme, step.of.establishment)


@pytest.mark.parametrize("role", [Role.ELECTED, Role.AUDITOR, Role.LANDLORD])
def test_who_hears_no_firm_is_led_nowhere(by: Actor, role: Role) -> None:
    assert needs.address(make.step(by), accounts.actor(role, by.organisation)) == ""


def test_a_step_without_theme_opens_none(by: Actor) -> None:
    found = make.diagnosis(by)
    step = actions.add_step(
        of=found, axis="sell", wording="Autre chose", due_on=found.again_on, by=by
    )
    assert needs.address(step, by) == ""


def test_what_is_done_or_dropped_opens_none_and_what_is_taken_up_does(by: Actor) -> None:
    step = make.step(by)
    done = actions.finish_step(step=step, on=clock.today(), by=by)
    assert needs.address(done, by) == ""
    again = actions.take_up_step(step=step, by=by)
    assert needs.address(again, by)
    dropped = actions.drop_step(step=step, because="overtaken", by=by)
    assert needs.address(dropped, by) == ""


def test_a_late_step_opens_one_too(by: Actor) -> None:
    step = make.step(by)
    step.due_on = clock.today() - timedelta(days=1)
    assert step.is_late
    assert needs.address(step, by)
