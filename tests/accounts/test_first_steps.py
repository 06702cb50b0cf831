"""The first steps: declared by the packages, read from what is really there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from maillage.accounts import steps
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.steps import Found, Step
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.kernel.text import Words
from maillage.site.models import Backup
from tests.factories import (
    accounts as make,
    conventions as texts,
    intake as files,
    register as firms,
)

pytestmark = pytest.mark.django_db

PAGE = "/premiers-pas/"


@pytest.fixture
def camille(client: Client) -> Actor:
    return make.signed_in(client, Role.ADMINISTRATOR)


def done(actor: Actor) -> dict[str, bool]:
    return {line.step.key: line.found.done for line in steps.read(actor)}


def test_packages_declare_their_own_lines_in_order(camille: Actor) -> None:
    keys = [step.key for step in steps.declared()]
    assert [key for key in keys if key in {"register", "convention", "people", "partners"}] == [
        "register", "convention", "people", "partners",
    ]  # fmt: skip
    assert [step.rank for step in steps.declared()] == sorted(s.rank for s in steps.declared())


def test_nothing_is_done_on_the_first_morning(camille: Actor) -> None:
    found = done(camille)
    assert {found[key] for key in ("register", "convention", "people", "partners")} == {False}


def test_the_register_is_loaded_when_a_load_counts_and_no_more_when_it_is_undone(
    camille: Actor,
) -> None:
    loaded = firms.load_active(vintage=clock.today())
    assert done(camille)["register"]
    loaded.state, loaded.undone_at = "undone", clock.now()
    loaded.save()
    assert not done(camille)["register"]
    firms.load_active(vintage=None)  # files that say no date
    assert done(camille)["register"]


def test_a_firm_added_in_the_field_is_no_register(camille: Actor) -> None:
    firms.load_active(source="field")
    assert not done(camille)["register"]


@pytest.mark.parametrize(("key", "source"), [("districts", "qpv"), ("past_acts", "past_acts")])
def test_what_comes_in_by_file_is_there_while_its_load_counts(
    camille: Actor, key: str, source: str
) -> None:
    assert not done(camille)[key]
    files.load(source=source, state=Load.State.PREVIEWED)
    assert not done(camille)[key]
    loaded = files.load(
        source=source, state=Load.State.ACTIVE, organisation=camille.organisation_id
    )
    assert done(camille)[key]
    assert not done(make.actor(Role.ADMINISTRATOR))[
        key
    ]  # what one organisation took over is its own
    loaded.state, loaded.undone_at = Load.State.UNDONE, clock.now()
    loaded.save()
    assert not done(camille)[key]


def test_people_are_invited_when_a_second_one_has_access(camille: Actor) -> None:
    make.membership(camille.person, camille.organisation, Role.OFFICER)  # type: ignore[arg-type]
    assert not done(camille)["people"]  # the same person twice
    colleague = make.person(organisation=camille.organisation).memberships.get()
    assert done(camille)["people"]
    colleague.ended_at = clock.now()
    colleague.save()
    assert not done(camille)["people"]


def test_a_partner_and_a_convention_are_there_or_not(camille: Actor) -> None:
    make.organisation(is_active=False)
    assert not done(camille)["partners"]
    make.organisation()
    assert done(camille)["partners"]
    texts.loaded()
    assert done(camille)["convention"]


def test_the_instance_is_backed_up_while_its_last_backup_is_of_today(camille: Actor) -> None:
    now = clock.real_now()
    kept = Backup.objects.create(began_at=now, folder="/kept")
    assert not done(camille)["backup"]  # begun is not made
    kept.outcome, kept.ended_at = Backup.Outcome.DONE, now
    kept.save()
    assert done(camille)["backup"]
    kept.ended_at = now - timedelta(days=2)
    kept.save()
    assert not done(camille)["backup"]


def test_the_page_says_what_is_there_and_leads_to_where_it_is_done(
    client: Client, camille: Actor
) -> None:
    page = client.get(PAGE).content.decode()
    assert "0 sur" in page
    assert "Aucune entreprise n’est encore connue" in page
    for address in ("/chargements/", "/conventions/", "/organisation/invitations/"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
    assert "maillage import_sirene" in page
    firms.load_active(vintage=clock.today())
    after = client.get(PAGE).content.decode()
    assert "1 sur" in after
    assert "maillage import_sirene" not in after


def test_a_package_adds_its_line_by_declaring_it(
    client: Client, camille: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps.declared()  # found before they are copied: looked for once, they would go with the copy
    monkeypatch.setattr(steps, "_declared", dict(steps._declared))
    there: list[bool] = []
    steps.declare(
        Step(
            "kites",
            rank=25,
            title=Words(fr="Cerfs-volants", en="Kites"),
            why=Words(fr="Pour le vent.", en="For the wind."),
            look=lambda _actor: Found(bool(there), "vu"),
        )
    )
    keys = [step.key for step in steps.declared()]
    assert keys.index("convention") < keys.index("kites") < keys.index("people")
    assert "<strong>Cerfs-volants</strong>" in client.get(PAGE).content.decode()
    assert not done(camille)["kites"]
    there.append(True)
    assert done(camille)["kites"]


def test_the_home_of_an_administrator_counts_them_until_all_are_done(
    client: Client, camille: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    total = len(steps.declared())
    assert f"0 sur {total}" in client.get("/").content.decode()
    all_done = [steps.Line(step, Found(done=True, told="là")) for step in steps.declared()]
    monkeypatch.setattr(steps, "read", lambda _actor: all_done)
    assert PAGE not in client.get("/").content.decode()
