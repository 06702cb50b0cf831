"""The round on the phone: dragged into another order, planned again from here, gone with the day or with its owner."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Error, expect

from maillage.kernel import clock
from tests.browser.conftest import PATIENCE_SECONDS
from tests.browser.phones import (
    ROUND,
    Phone,
    change_hands,
    done_today,
    expect_kept,
    expect_waiting,
    keeps_pages,
    report,
    sign_out,
    with_round,
)
from tests.browser.wire import Wire

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TAGS = """navigator.serviceWorker.ready.then((one) => one.sync ? one.sync.getTags() : [])
  .catch(() => [])"""


def order(page: Any) -> list[str]:
    """The firms of the round, one after the other."""
    stops = page.locator("ol.round li[data-stop]")
    told: list[str] = stops.evaluate_all("all => all.map((one) => one.dataset.stop)")
    return told


def test_firms_are_dragged_into_another_order(phone: Phone) -> None:
    page = phone("karim")
    with_round(page)
    was = order(page)
    stops = page.locator("ol.round li[data-stop]")
    stops.first.evaluate("one => one.scrollIntoView()")
    first, second = (stops.nth(rank).bounding_box() for rank in (0, 1))
    page.mouse.move(first["x"] + 10, first["y"] + 10)
    page.mouse.down()
    # Step by step to below the middle of the second one, as a finger does: one jump may be taken for none.
    page.mouse.move(second["x"] + 10, second["y"] + second["height"] * 0.8, steps=10)
    expect(stops.first).to_have_attribute("data-stop", was[1])
    page.mouse.up()
    expect(stops.first).to_have_attribute("data-stop", was[1])
    expect_kept(page)
    page.reload()
    assert order(page) == [was[1], was[0], *was[2:]]
    expect(stops.first.get_by_role("heading")).to_contain_text("09:00")


def longitudes(page: Any) -> list[float]:
    """Where the firms of the round stand, by their links to the map."""
    told = page.locator("ol.round a[href*='mlon=']").evaluate_all("all => all.map((a) => a.href)")
    return [float(re.findall(r"mlon=([\d.]+)", address)[0]) for address in told]


def test_it_is_planned_again_from_where_the_phone_is(phone: Phone) -> None:
    page = phone("karim", permissions=["geolocation"])
    with_round(page)
    was = longitudes(page)
    # Past every firm of the list, those of this round or not, and on the side where the round does not begin.
    here = 3.049 if was[0] - min(was) > max(was) - was[0] else 3.08
    page.context.set_geolocation({"latitude": 50.62, "longitude": here})
    # The address may be the same before and after: what is waited for is the next page.
    with page.expect_navigation(url="**/ma-journee/tournee/?campaign=*"):
        page.get_by_role("button", name="Replanifier d’ici").click()
    expect_kept(page)
    now = longitudes(page)
    nearest = sorted(now, key=lambda where: abs(where - here))
    assert now[0] in nearest[:3], "it begins on this side, hours of firms allowing"
    assert abs(now[0] - here) < abs(was[0] - here)
    assert str(here) not in page.url


def at_later(page: Any, later: timedelta) -> None:
    """The clock of the phone, so much later."""
    page.clock.set_fixed_time(clock.real_now() + later)


def test_it_is_gone_when_the_day_ends_and_the_visit_that_waits_is_not(
    phone: Phone, wire: Wire
) -> None:
    page = phone("karim")
    form = with_round(page)[0]
    before = done_today(page)
    left = timedelta(seconds=page.evaluate("maillagePhone.ask()")["seconds"])
    wire.up = False
    report(page, form, "Rentrée tard")
    at_later(page, left - timedelta(minutes=10))
    page.evaluate("maillagePhone.sweep()")
    assert keeps_pages(page)
    at_later(page, left + timedelta(minutes=1))
    page.evaluate("maillagePhone.sweep()")
    assert not keeps_pages(page)
    expect_waiting(page, 1)
    with pytest.raises(Error, match="ERR_"):
        page.goto(ROUND)
    page.wait_for_url("chrome-error://**")  # the browser's own page comes after the error
    wire.up = True
    assert done_today(page) >= before
    page.evaluate("maillagePhone.sendAll()")
    assert done_today(page) == before + 1, (
        "recorded on the day of the server, whatever the phone thinks"
    )


def test_it_is_gone_once_its_owner_signs_out(phone: Phone, wire: Wire) -> None:
    page = phone("")
    change_hands(page, "karim")
    with_round(page)
    assert keeps_pages(page)
    sign_out(page)
    assert not keeps_pages(page)
    wire.up = False
    with pytest.raises(Error, match="ERR_"):
        page.goto(ROUND)


def test_the_system_sends_what_waits_once_there_is_a_network(phone: Phone, wire: Wire) -> None:
    """Background Sync: no page is open, nobody presses anything."""
    page = phone("karim")
    form = with_round(page)[0]
    before = done_today(page)
    wire.up = False
    report(page, form, "Pendant que le téléphone est dans la poche")
    if "visits" not in page.evaluate(TAGS):
        pytest.skip("this Chromium does not wake a worker for what waits")
    worker = page.context.new_cdp_session(page)
    known: list[Any] = []
    worker.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"])
    )
    worker.send("ServiceWorker.enable")
    page.goto("about:blank")
    wire.up = True
    worker.send(
        "ServiceWorker.dispatchSyncEvent",
        {
            "origin": wire.address,
            "registrationId": known[0]["registrationId"],
            "tag": "visits",
            "lastChance": False,
        },
    )
    assert wire.confirmed.wait(PATIENCE_SECONDS)
    assert done_today(page) == before + 1
    expect_waiting(page, 0)
