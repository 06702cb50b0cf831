"""Pages of loads as a browser draws them: empty, full, in error; at three widths, light and dark."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from django.conf import settings

from maillage.accounts.roles import Role
from maillage.intake import jobs
from maillage.intake.models import Load
from tests.browser.looking import AXE, DESK, PHONE, look
from tests.factories import accounts, intake as made
from tests.intake.test_loading import bad

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not AXE.exists(), reason="axe-core comes with `make setup`"),
]

EVERY_WAY = tuple(itertools.product((PHONE, DESK), ("light", "dark")))


@pytest.fixture
def page(browser, live_server, client):
    """An administrator's page, without script unless a test asks for one."""
    accounts.signed_in(client, Role.ADMINISTRATOR, accounts.organisation())
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    context = browser.new_context(
        locale="fr-FR", reduced_motion="reduce", base_url=live_server.url, bypass_csp=True
    )
    context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
    )
    yield context.new_page()
    context.close()


def faults(page, *addresses: str) -> list[str]:
    """What is wrong with the drawing of these pages."""
    found = []
    for address in addresses:
        page.emulate_media(color_scheme="light")
        page.goto(address)
        found += [f"{address} {what}" for what in look(page, EVERY_WAY)]
    return found


def test_each_state_of_a_load_is_well_drawn(page):
    previewed = made.previewed(bad("Moulins", "Wazemmes"))
    states = [made.load(state=state) for state in (Load.State.RECEIVED, Load.State.UNDONE)]
    failed = made.previewed(b"a;b\n1;2\n", name="qpv.csv")
    active = made.applied(bad("Moulins", "Wazemmes"))
    one = f"/chargements/{active.key}/"
    shown = [f"/chargements/{load.key}/" for load in (previewed, failed, active, *states)]

    assert not faults(
        page,
        "/chargements/",
        "/chargements/?state=applying",
        *shown,
        f"{one}annuler/",
        f"{one}rejets/{active.rejects.get().pk}/",
    )


def test_each_form_of_upload_is_well_drawn(page):
    assert not faults(
        page,
        "/chargements/nouveau/qpv/",
        "/chargements/nouveau/sectors/",
        "/chargements/nouveau/sirene/",
        "/chargements/organisation/nouveau/past_acts/",
    )


def test_a_file_is_given_applied_and_undone_by_hand(page, tmp_path: Path):
    path = tmp_path / "qpv.geojson"
    path.write_bytes(bad("Moulins"))

    page.goto("/chargements/")
    page.click("text=Quartiers prioritaires (QPV)")
    page.click("text=Lire le fichier")
    assert page.evaluate("document.activeElement.className").count("errors")
    page.set_input_files("input[type=file]", str(path))
    page.click("text=Lire le fichier")
    jobs.carry_on.call(Load.objects.get().pk)
    page.click("text=Voir où il en est")
    assert "Ce qu’il ferait" in page.inner_text("main")
    page.click("text=Appliquer le chargement")
    jobs.carry_on.call(Load.objects.get().pk)
    page.click("text=Voir où il en est")
    assert "Ce qu’il a apporté" in page.inner_text("main")
    page.click("text=Annuler ce chargement")
    page.fill("input[name=because]", "Mauvaise année")
    page.click("button:has-text('Annuler')")
    jobs.carry_on.call(Load.objects.get().pk)

    assert Load.objects.get().state == Load.State.UNDONE
