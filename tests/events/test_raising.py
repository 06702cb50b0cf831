"""What is raised at an event becomes a need; what the mayor is handed tells of needs without saying whose they are."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pypdf import PdfReader

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.events import actions, street
from maillage.events.models import Event, Registration
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger.models import Act
from maillage.needs import actions as need_actions
from maillage.needs.models import Need
from maillage.needs.vocabulary import Ending, Origin, Theme
from maillage.ui import reports
from tests.events.test_pages import main_of, signed, soup, url
from tests.factories import accounts, events as make, needs, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _on_the_day() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-03-12T07:30")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


@pytest.fixture
def walk(adviser: Actor) -> Event:
    return make.event(
        adviser, kind="street_walk", seats=0, guide="Camille Artisan", mayor="Dominique Maire"
    )


def met(event: Event, by: Actor, **given: Any) -> Registration:
    firm = register.establishment(**given)
    return actions.note_arrival(event=event, who=actions.Walker(establishment=firm), by=by)


def raised(line: Registration, by: Actor, theme: str = Theme.ONLINE, **given: Any) -> Need:
    asked = needs.asked(theme, expressed_on=make.DAY)
    return actions.raise_concern(line=line, asked=asked, by=by, **({"agreed": True} | given))


def test_a_concern_is_a_need_born_of_the_line_within_the_event(adviser: Actor) -> None:
    event = make.event(adviser)
    line = met(event, adviser)
    need = raised(line, adviser)
    assert (need.origin, need.source_key, need.scheme) == (
        Origin.EVENT,
        str(line.key),
        event.scheme,
    )
    assert (need.establishment, need.heard_by) == (line.establishment, adviser.person)
    assert need.agreements.count() == 1
    act = Act.objects.unscoped(reason="tests").get(kind="needs.event_need_expressed")
    assert (act.occurred_on, act.scheme) == (make.DAY, event.scheme)


def test_the_same_form_raises_it_once(adviser: Actor) -> None:
    line = met(make.event(adviser), adviser)
    made = [raised(line, adviser, once="key", agreed=False) for _twice in range(2)]
    assert made[0] == made[1]
    assert made[0].agreements.count() == 0


def test_a_need_is_that_of_a_firm_of_ones_own_event_that_takes_place(adviser: Actor) -> None:
    event = make.event(adviser)
    person = actions.note_arrival(event=event, who=actions.Walker(name="Ada"), by=adviser)
    with pytest.raises(Invalid):
        raised(person, adviser)
    line = met(event, adviser)
    with pytest.raises(NotAllowed):
        raised(line, accounts.actor())
    gone = actions.note_absent(line=met(event, adviser), by=adviser)
    with pytest.raises(Conflict):
        raised(gone, adviser)
    line.event = actions.cancel_event(event=event, why="wrong", by=adviser)
    with pytest.raises(Conflict):
        raised(line, adviser)


def test_it_is_raised_on_a_phone_and_listed_on_the_page_of_the_event(
    client: Client, adviser: Actor
) -> None:
    line = met(make.event(adviser), adviser)
    signed(client, adviser)
    assert url("concern", line.key) in client.get(url("check_in", line.event.key)).content.decode()
    given = {
        "once": str(uuid4()),
        "theme": "energy",
        "words": "Mon four",
        "urgency": "soon",
        "agreed": "on",
    }
    told = main_of(client.post(url("concern", line.key), given, follow=True))
    assert "1 besoin soulevé ici" in told
    assert "Réduire l’énergie" in told
    assert Need.objects.visible_to(MACHINE).get().words == "Mon four"
    assert client.post(url("concern", line.key), given | {"theme": ""}).status_code == 422


def test_the_event_tells_how_many_requests_were_closed_in_ninety_days_and_opens_them(
    client: Client, adviser: Actor
) -> None:
    need = raised(met(make.event(adviser), adviser), adviser)
    partner, expert = needs.partner()
    referral = needs.referral(adviser, partner, of=need)
    event = Event.objects.visible_to(MACHINE).get()
    signed(client, adviser)
    assert "se compte 90 jours après" in main_of(client.get(url("event", event.key)))
    need_actions.close_referral(referral=referral, ending=Ending.HELPED, by=expert)
    with clock.at(clock.parse_instant("2020-06-10T07:30")):
        page = soup(client.get(url("event", event.key)))
        (door,) = page.select('a[href*="events.closing_rate_90"]')
        assert door.get_text().startswith("1 demande sur 1 adressée")
        figure = main_of(client.get(str(door["href"])))
        unknown = main_of(client.get(str(door["href"]).replace(str(event.key), "none")))
    assert "100 %" in figure
    assert event.title in figure
    assert "event:none:breakfast" in unknown


def test_somebody_without_a_firm_is_asked_for_it_first(client: Client, adviser: Actor) -> None:
    event = make.event(adviser)
    line = actions.note_arrival(event=event, who=actions.Walker(name="Ada"), by=adviser)
    signed(client, adviser)
    page = client.get(url("concern", line.key))
    assert "Un besoin est celui d’une entreprise." in main_of(page)
    assert not soup(page).select("main form")


# The mayor's sheet


def test_the_sheet_names_the_firms_met_and_tells_needs_by_theme_only(
    adviser: Actor, walk: Event
) -> None:
    lines = [met(walk, adviser, trade_name=f"Atelier {n}") for n in range(3)]
    raised(lines[0], adviser)
    raised(lines[1], adviser)
    secret = raised(lines[2], adviser, Theme.CASH)
    told = reports.fragment(street.sheet(street.walk_of(walk, adviser)))
    for shown in (
        "Camille Artisan",
        "Dominique Maire",
        "Atelier 0",
        "Atelier 2",
        "Être visible en ligne",
    ):
        assert shown in told, shown
    assert "Dit en confidence" in told
    assert secret.title not in told
    needs_part = told.partition("Ce qu’elles ont soulevé")[2]
    assert "Atelier" not in needs_part


def test_the_sheet_counts_the_firms_of_this_walk_as_the_ledger_does(
    adviser: Actor, walk: Event
) -> None:
    firm = register.establishment()
    branch = register.establishment(
        legal_unit=firm.legal_unit, siret=register.siret(firm.siret[:9], 2)
    )
    for place in (firm, branch, register.establishment()):
        who = actions.Walker(establishment=place)
        actions.note_arrival(event=walk, who=who, by=adviser)
    met(make.event(adviser, kind="street_walk", seats=0), adviser)
    actions.note_absent(line=met(walk, adviser), by=adviser)
    found = street.walk_of(again(walk), adviser)
    assert (found.firms.value, len(found.met)) == (2, 3)
    blocks = street.sheet(found).blocks
    (figure,) = [one for one in blocks if isinstance(one, reports.KeyFigure)]
    assert (figure.value, figure.code) == ("2", "events.firms_met")


def test_what_became_of_them_is_counted_by_state(adviser: Actor, walk: Event) -> None:
    line = met(walk, adviser)
    raised(line, adviser)
    needs.referral(adviser, of=raised(line, adviser, Theme.ENERGY))
    found = street.walk_of(again(walk), adviser)
    rows = street._raised(found.needs)
    assert rows == [
        ["Réduire l’énergie ou les déchets", "0", "1", "0", "0"],
        ["Être visible en ligne", "1", "0", "0", "0"],
    ]


def again(event: Event) -> Event:
    return Event.objects.visible_to(MACHINE).select_related("organisation").get(pk=event.pk)


def test_a_walk_that_met_nobody_says_so(adviser: Actor, walk: Event) -> None:
    actions.hold_event(event=walk, by=adviser)
    told = reports.fragment(street.sheet(street.walk_of(again(walk), adviser)))
    assert "Aucune entreprise n’a été rencontrée." in told
    assert "Rien n’a été soulevé." in told


def test_who_was_not_there_after_all_is_not_on_the_sheet(adviser: Actor, walk: Event) -> None:
    actions.note_absent(line=met(walk, adviser, trade_name="Ailleurs"), by=adviser)
    assert "Ailleurs" not in reports.fragment(street.sheet(street.walk_of(walk, adviser)))


def test_the_sheet_is_a_page_and_a_tagged_pdf_once_the_walk_took_place(
    client: Client, adviser: Actor, walk: Event
) -> None:
    signed(client, adviser)
    for name in ("sheet", "sheet_pdf"):
        assert client.get(url(name, walk.key)).status_code == 404
    met(walk, adviser, trade_name="Atelier du four")
    assert url("sheet", walk.key) in client.get(url("event", walk.key)).content.decode()
    assert "Atelier du four" in main_of(client.get(url("sheet", walk.key)))
    answer = client.get(url("sheet_pdf", walk.key))
    assert answer["Content-Type"] == "application/pdf"
    paper = PdfReader(io.BytesIO(answer.content))
    assert len(paper.pages) == 1
    assert paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert "Atelier du four" in paper.pages[0].extract_text()


def test_no_other_kind_has_a_sheet_and_nobody_else_reads_it(
    client: Client, adviser: Actor, walk: Event
) -> None:
    signed(client, adviser)
    lunch = actions.hold_event(event=make.event(adviser, kind="lunch"), by=adviser)
    assert client.get(url("sheet", lunch.key)).status_code == 404
    actions.hold_event(event=walk, by=adviser)
    signed(client, accounts.actor(Role.SERVICE_MANAGER))
    assert client.get(url("sheet", walk.key)).status_code == 404
