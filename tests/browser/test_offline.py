"""A visit where there is no network: it waits on the phone, survives it, and counts once."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Error, expect

from tests.browser.phones import (
    ROUND,
    Phone,
    change_hands,
    come_back,
    done_today,
    expect_waiting,
    report,
    with_round,
)
from tests.browser.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MANY = int(os.environ.get("MAILLAGE_QUEUED", "60"))
"""So many visits in the queue: 60 here, 500 under `make verify-offline`."""


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


CLOSE = """
from maillage.register.models import Establishment
assert Establishment.objects.filter(key="{key}").update(state="F") == 1
"""
NOTES = """
from maillage.accounts.actors import System
from maillage.outreach.models import Visit
told = Visit.objects.visible_to(System("a test")).filter(note_partners__startswith="{beginning}")
print("\\n".join(sorted(told.values_list("note_partners", flat=True))))
"""


def test_nothing_is_lost_doubled_or_shown_when_the_phone_dies_and_changes_hands(
    phone: Phone, wire: Wire, behind: Callable[[str], str]
) -> None:
    page = phone("")
    change_hands(page, "karim")
    forms = with_round(page)
    before = done_today(page)
    notes = [f"Batterie à plat {rank}" for rank in range(1, 4)]
    wire.up = False
    for form, note in zip(forms, notes, strict=False):
        report(page, form, note)
    expect_waiting(page, 3)
    phone.kill()
    closed = forms[1].split("/")[2]
    behind(CLOSE.format(key=closed))

    page = phone("")
    page.goto(ROUND)
    expect_waiting(page, 3)
    wire.up, wire.cuts = True, 1.0
    come_back(page, "karim")
    assert page.evaluate("maillagePhone.sendAll(true)") is False
    assert wire.cut, "one is recorded, and its answer was cut"
    expect_waiting(page, 3)

    change_hands(page, "paul")
    theirs = done_today(page)
    assert page.evaluate("maillagePhone.sendAll(true)") is True
    expect_waiting(page, 0)
    assert not any(note in page.content() for note in notes)
    assert page.evaluate("maillagePhone.mine()") == []
    assert done_today(page) == theirs

    wire.cuts = 0.0
    change_hands(page, "karim")
    assert page.evaluate("maillagePhone.sendAll(true)") is True
    assert page.evaluate("maillagePhone.mine()") == []
    page.goto("/ma-journee/")
    expect(page.locator("#phone-strip")).to_contain_text("fermée")
    assert done_today(page) == before + 3
    told = behind(NOTES.format(beginning="Batterie à plat"))
    assert told.split("\n")[:-1] == notes, "each once"
