"""A visit where there is no network: it waits on the phone, survives it, and counts once."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Error, expect

from tests.browser.phones import (
    ROUND,
    WIDTH,
    Phone,
    change_hands,
    come_back,
    done_today,
    expect_waiting,
    report,
    sign_in,
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


RETOLD = """async ([note]) => {
  const [entry] = await maillagePhone.mine();
  const form = new FormData();
  for (const [name, value] of entry.body) form.append(name, name === "note" ? note : value);
  form.append("person", entry.person);
  await maillagePhone.wait(entry.path, form);
}"""


def test_two_texts_of_a_visit_are_shown_whole_and_kept_until_one_is_chosen(
    phone: Phone, wire: Wire
) -> None:
    page = phone("karim")
    form = with_round(page)[0]
    before = done_today(page)
    first, other = "Premier texte\nsur deux lignes", ("Autre texte. " * 120).strip()
    wire.up = False
    report(page, form, first)
    wire.up, wire.cuts = True, 1.0
    page.evaluate("maillagePhone.sendAll()")
    wire.cuts = 0.0
    page.evaluate(RETOLD, [other])
    page.goto(ROUND)
    strip = page.locator("#phone-strip")
    for _opened in range(2):  # the phone is switched off in between
        whole = strip.locator("section dl")
        expect(whole).to_have_count(2)
        expect(whole.nth(0)).to_contain_text(other)
        expect(whole.nth(1)).to_contain_text("Premier texte sur deux lignes")
        expect(strip.get_by_role("heading", name="Ce qui est enregistré")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH
        page = phone("karim")
        page.goto(ROUND)
        strip = page.locator("#phone-strip")
    page.get_by_role("link", name="La corriger avec le texte du téléphone").click()
    note = page.get_by_label("Ce qu’il faut retenir")
    expect(note).to_have_value(other)
    page.get_by_label("Erreur de saisie").check()
    page.get_by_role("button", name="Enregistrer la correction").click()
    page.wait_for_url(re.compile(r"/visites/[0-9a-f-]{36}/(#|$)"))
    expect(page.locator("main")).to_contain_text(other)
    expect_waiting(page, 1)
    page.get_by_role("button", name="Envoyer maintenant").click()
    expect_waiting(page, 0)
    assert done_today(page) == before + 1


ENDED = """
from maillage.accounts.models import Membership
from maillage.kernel import clock
ended = {ended} and clock.now() or None
rows = Membership.objects.unscoped(reason="a test").filter(person__email__startswith="karim@")
assert rows.update(ended_at=ended) == 1
"""


def test_who_left_is_told_why_visits_do_not_go_and_nobody_else_what_they_say(
    phone: Phone, wire: Wire, behind: Callable[[str], str]
) -> None:
    page = phone("")
    change_hands(page, "karim")
    form = with_round(page)[0]
    before = done_today(page)
    wire.up = False
    report(page, form, "La veille du départ")
    expect_waiting(page, 1)
    behind(ENDED.format(ended=True))
    wire.up = True
    page.get_by_role("button", name="Envoyer maintenant").click()
    strip = page.locator("#phone-strip")
    expect(strip).to_contain_text("Elles ne partent pas")
    expect(strip).to_contain_text("La veille du départ")
    strip.get_by_role("link", name="Se connecter").click()
    expect(page.locator("#phone-left")).to_contain_text(re.compile(r"téléphone\s*: 1\b"))
    expect(page.locator("main")).to_contain_text("Votre accès a pris fin")
    expect(page.locator("main")).not_to_contain_text("La veille du départ")
    behind(ENDED.format(ended=False))
    sign_in(page, "karim")
    assert page.evaluate("maillagePhone.sendAll()") is True
    expect_waiting(page, 0)
    assert done_today(page) == before + 1


FILL = """async ([forms, many, beginning]) => {
  const person = await maillagePhone.owner();
  for (let rank = 0; rank < many; rank++) {
    const form = new FormData();
    const told = {once: crypto.randomUUID(), person, firm: `Firm ${rank}`, mode: "visit",
      outcome: "absent", occurred_on: "2020-06-30", note: `${beginning} ${rank}`};
    for (const [name, value] of Object.entries(told)) form.append(name, value);
    await maillagePhone.wait(forms[rank % forms.length], form);
  }
  return (await maillagePhone.mine()).map((one) => one.once);
}"""


RECORDED = """
from maillage.accounts.actors import System
from maillage.ledger.models import Act
from maillage.outreach.acts import SOURCE_VISIT
from maillage.outreach.models import Visit
told = Visit.objects.visible_to(System("a test")).filter(note_partners__startswith="{beginning}")
keys = list(told.values_list("key", flat=True))
acts = Act.objects.unscoped(reason="a test").of_source(SOURCE_VISIT, *keys)
print(acts.count(), acts.order_by().values("source_key").distinct().count(), *sorted(told.values_list("once", flat=True)))
"""


def test_many_visits_through_cut_answers_are_each_recorded_once(
    phone: Phone, wire: Wire, behind: Callable[[str], str]
) -> None:
    """Whatever is lost on the way there or back, at random: every key is in the database, once, with one act."""
    page = phone("karim")
    forms = with_round(page)
    page.goto(ROUND)
    wire.up = False
    beginning = f"Note {uuid4()}"
    queued = page.evaluate(FILL, [forms, MANY, beginning])
    assert len(set(queued)) == MANY
    wire.up, wire.cuts, wire.losses = True, 0.1, 0.1
    for _turn in range(MANY * 2):
        page.evaluate("maillagePhone.sendAll(true)")
        if not page.evaluate("maillagePhone.mine().then((all) => all.length)"):
            break
    assert page.evaluate("maillagePhone.mine()") == []
    assert wire.cut > 0
    assert wire.lost > 0
    acts, visits, *keys = behind(RECORDED.format(beginning=beginning)).split()
    assert keys == sorted(queued), "neither lost nor doubled"
    assert (int(acts), int(visits)) == (MANY, MANY)


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
