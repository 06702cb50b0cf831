"""A step of a plan opens a need: for whoever hears firms, with its theme already chosen."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.diagnoses import actions, needs
from maillage.kernel import clock
from maillage.kernel.errors import NotAllowed
from maillage.needs.actions import Asked, withdraw_need
from maillage.needs.models import Need
from maillage.needs.vocabulary import Origin
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


def typed(client: Client, address: str, **changed: str) -> dict[str, str]:
    """The form of a need as a browser sends it."""
    form = client.get(address).context["form"]
    return {
        "once": str(form["once"].value()), "theme": "digital", "urgency": "soon", "origin": "desk",
        "expressed_on": clock.today().isoformat(), **changed,
    }  # fmt: skip


def test_the_need_written_down_there_is_one_like_any_other_and_keeps_its_step(
    client: Client, by: Actor
) -> None:
    step = make.step(by)
    address = needs.address(step, by)
    assert by.person is not None
    client.force_login(by.person)
    given, other = typed(client, address), typed(client, address)
    assert client.post(address, given | {"theme": ""}).status_code == 422
    first, again = (client.post(address, given) for _ in range(2))
    need = Need.objects.visible_to(System("tests")).get()
    assert first.status_code == again.status_code == 302
    assert first["Location"] == again["Location"] == f"/besoins/{need.key}/"
    assert (need.theme, need.establishment) == (step.theme, step.of.establishment)
    assert (need.source_model, need.source_key) == ("diagnoses.step", str(step.key))

    assert client.post(address, other).status_code == 409, "a step opens one need"
    assert client.get(address)["Location"] == f"/besoins/{need.key}/"
    plan = client.get(f"/diagnostics/{step.of.key}/").content.decode()
    assert f'href="/besoins/{need.key}/"' in plan
    assert f'href="{address}"' not in plan
    withdraw_need(need=need, reason="mistake", by=by)
    assert f'href="{address}"' in client.get(f"/diagnostics/{step.of.key}/").content.decode()
    assert client.post(address, other).status_code == 302


def test_another_organisation_opens_none(client: Client, by: Actor) -> None:
    step, other = make.step(by), accounts.actor()
    with pytest.raises(NotAllowed):
        actions.open_need(
            step=step, asked=Asked(theme="digital", expressed_on=clock.today()), origin=Origin.DESK,
            agreed=False, by=other, once="x",
        )  # fmt: skip
    assert other.person is not None
    client.force_login(other.person)
    assert client.get(needs.address(step, by)).status_code == 404


@pytest.mark.parametrize("role", [Role.ELECTED, Role.AUDITOR, Role.LANDLORD])
def test_who_hears_no_firm_is_led_nowhere(by: Actor, role: Role) -> None:
    assert needs.address(make.step(by), accounts.actor(role, by.organisation)) == ""


def test_a_step_without_theme_opens_one_whose_theme_is_still_to_be_chosen(
    client: Client, by: Actor
) -> None:
    found = make.diagnosis(by)
    step = actions.add_step(
        of=found, axis="sell", wording="Autre chose", due_on=found.again_on, by=by
    )
    assert by.person is not None
    client.force_login(by.person)
    page = client.get(needs.address(step, by))
    assert page.status_code == 200
    assert not page.context["form"]["theme"].initial


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
