"""A visit where there is no network: it waits on the phone, survives it, and counts once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, expect

from tests.browser import wire as wires
from tests.browser.conftest import PATIENCE_SECONDS, PHONE, session_of
from tests.browser.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ROUND = "/ma-journee/tournee/"
WAITING = "Visites gardées sur ce téléphone"
MANY = int(os.environ.get("MAILLAGE_QUEUED", "60"))
"""So many visits in the queue: 60 here, 500 under `make verify-offline`."""


@pytest.fixture
def wire(site: str) -> Iterator[Wire]:
    with wires.running(site) as running:
        yield running


Phone = Callable[[str], Any]


@pytest.fixture
def phone(
    chromium: Any, executable: str, site: str, sessions: dict[str, Any], wire: Wire, tmp_path: Path
) -> Iterator[Phone]:
    """Switch the one phone on, in the hands of somebody; it was killed before if it was on."""
    on: list[Any] = []

    def switched_on(who: str) -> Any:
        for context in on:
            context.close()
        context = chromium.browser_type.launch_persistent_context(
            str(tmp_path / "phone"),
            executable_path=executable,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
            base_url=wire.address,
            locale="fr-FR",
            viewport={"width": PHONE, "height": 800},
        )
        context.set_default_timeout(PATIENCE_SECONDS * 500)
        context.clear_cookies()
        context.add_cookies(session_of(chromium, site, sessions, who)["cookies"])
        on[:] = [context]
        return context.pages[0]

    yield switched_on
    for context in on:
        context.close()


def with_round(page: Any) -> list[str]:
    """Plan the round of today and wait until the phone keeps it; the forms of its firms."""
    page.goto(ROUND)
    page.get_by_role("button", name="Planifier la tournée").click()
    expect(page.locator("ol.round[data-kept=yes]")).to_be_visible()
    return [link.get_attribute("href") for link in page.locator("a[data-keep]").all()]


def report(page: Any, form: str, note: str) -> None:
    page.goto(form)
    page.get_by_label("Ce qu’il faut retenir").fill(note)
    page.get_by_role("button", name="Enregistrer la visite").click()
    page.wait_for_url(f"**{ROUND}*")


def expect_waiting(page: Any, count: int) -> None:
    strip = page.locator("#phone-strip")
    if count:
        expect(strip).to_contain_text(re.compile(rf"{WAITING}\s*: {count}\b"))
    else:
        expect(strip.get_by_role("listitem")).to_have_count(0)
        expect(strip.get_by_role("button", name="Envoyer maintenant")).to_be_hidden()


def done_today(page: Any) -> int:
    page.goto("/ma-journee/")
    return int(page.locator("section[aria-labelledby=done] li[id]").count())


def test_three_visits_outlive_the_phone_and_cut_answers(phone: Phone, wire: Wire) -> None:
    page = phone("karim")
    forms = with_round(page)
    before = done_today(page)
    wire.up = False
    page.goto(ROUND)
    expect(page.locator("a[data-keep]")).to_have_count(len(forms))
    expect(page.locator("li[data-stop] h3").first).to_contain_text("09:00")
    for rank, form in enumerate(forms[:3], start=1):
        report(page, form, f"Dans la cave {rank}")
        expect_waiting(page, rank)
    page = phone("karim")
    page.goto(ROUND)
    expect_waiting(page, 3)
    wire.up, wire.cuts = True, 1.0
    page.get_by_role("button", name="Envoyer maintenant").click()
    assert page.evaluate("maillagePhone.sendAll(true)") is False
    assert wire.cut, "the server recorded one, and its answer was cut"
    expect_waiting(page, 3)
    wire.cuts = 0.0
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect_waiting(page, 0)
    assert done_today(page) == before + 3, "neither lost nor doubled"


def test_another_adviser_on_the_phone_sees_and_sends_nothing(phone: Phone, wire: Wire) -> None:
    page = phone("karim")
    form = with_round(page)[0]
    before = done_today(page)
    wire.up = False
    report(page, form, "Pour Karim seule")
    expect_waiting(page, 1)
    wire.up = True
    page = phone("paul")
    theirs = done_today(page)
    assert page.evaluate("maillagePhone.sendAll(true)") is True
    expect_waiting(page, 0)
    assert "Pour Karim seule" not in page.content()
    assert done_today(page) == theirs
    wire.up = False
    with pytest.raises(Error, match="ERR_"):
        page.goto(ROUND)
    wire.up = True
    page = phone("karim")
    page.goto("/ma-journee/")
    assert page.evaluate("maillagePhone.sendAll()") is True
    expect_waiting(page, 0)
    assert done_today(page) == before + 1, "sent when its owner came back"


def test_a_round_taken_back_is_cleared_at_the_next_contact(phone: Phone, wire: Wire) -> None:
    page = phone("karim")
    with_round(page)
    page.get_by_role("button", name="Retirer du téléphone").first.click()
    page.wait_for_url(f"**{ROUND}")
    assert page.evaluate("maillagePhone.ask()")["rounds"] == []
    assert page.evaluate("caches.has('maillage-pages')") is False
    wire.up = False
    with pytest.raises(Error, match="ERR_"):
        page.goto(ROUND)


def test_a_text_that_is_refused_stays_and_is_corrected_under_its_key(
    phone: Phone, wire: Wire
) -> None:
    page = phone("karim")
    form = with_round(page)[0]
    before = done_today(page)
    wire.up = False
    page.goto(form)
    page.get_by_label("Jour", exact=True).fill("2031-01-01")
    page.get_by_role("button", name="Enregistrer la visite").click()
    expect_waiting(page, 1)
    wire.up = True
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect(page.locator("#phone-strip")).to_contain_text("pas encore venu")
    page.get_by_role("link", name="Corriger et renvoyer").click()
    expect(page.get_by_label("Jour", exact=True)).to_have_value("2031-01-01")
    page.get_by_label("Jour", exact=True).fill("2020-06-30")
    page.get_by_role("button", name="Enregistrer la visite").click()
    page.wait_for_url("**/ma-journee/#*")
    expect_waiting(page, 0)
    assert done_today(page) == before + 1


FILL = """async ([forms, many]) => {
  const person = await maillagePhone.owner();
  for (let rank = 0; rank < many; rank++) {
    const form = new FormData();
    const told = {once: crypto.randomUUID(), person, firm: `Firm ${rank}`, mode: "visit",
      outcome: "absent", occurred_on: "2020-06-30", note: `Note ${rank}`};
    for (const [name, value] of Object.entries(told)) form.append(name, value);
    await maillagePhone.wait(forms[rank % forms.length], form);
  }
  return (await maillagePhone.mine()).map((one) => [one.once, one.path]);
}"""


def test_many_visits_through_cut_answers_are_each_recorded_once(phone: Phone, wire: Wire) -> None:
    page = phone("karim")
    forms = with_round(page)
    page.goto(ROUND)
    wire.up = False
    queued = page.evaluate(FILL, [forms, MANY])
    assert len(queued) == MANY
    wire.up, wire.cuts = True, 0.1
    for _turn in range(MANY * 2):
        page.evaluate("maillagePhone.sendAll(true)")
        if not page.evaluate("maillagePhone.mine().then((all) => all.length)"):
            break
    assert page.evaluate("maillagePhone.mine()") == []
    assert wire.cut > 0
    wire.cuts = 0.0
    page.goto("/ma-journee/")
    shown = page.locator("section[aria-labelledby=done] li[id]").count()
    assert shown >= min(MANY, 50)
