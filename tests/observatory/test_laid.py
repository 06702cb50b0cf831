"""A dashboard kept for the next reader: seen anew at the very next request, and never by who may not.

After each event, every reader's page is compared with the one before and with the one computed when
nothing is kept. Readers of different rights take turns, so that each finds what another has just left.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_script_prefix
from django.urls import reverse

from maillage.accounts import actions as accounts
from maillage.accounts.actors import ANONYMOUS, System
from maillage.accounts.models import Organisation, Share
from maillage.accounts.roles import Role
from maillage.conventions.actions import texts
from maillage.conventions.importers.toml_file import load
from maillage.conventions.models import Convention, Party
from maillage.figures.cache import forget
from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.observatory import dashboard, laid, reading
from maillage.outreach.actions import cancel_visit
from maillage.outreach.models import Visit
from maillage.outreach.vocabulary import Reason
from maillage.register.models import LegalUnit
from tests.factories import accounts as make, conventions, observatory
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

TODAY = noon("2020-06-30")
SECRETS = re.compile(
    r'name="csrfmiddlewaretoken" value="[^"]*"|<input type="hidden" name="once"[^>]*>'
)
SPACES = re.compile(r"\s+")
MASKED = "Ligne masquée, qui compte"
NOTHING = "n’est encore publié"


def written(page: bytes) -> str:
    """A page without its double spaces, nor what is drawn at random for each sending."""
    return SPACES.sub(" ", SECRETS.sub("", page.decode()))


@dataclass
class Readers:
    """A convention and four people who read it, each with other rights."""

    place: observatory.Situation
    clients: dict[str, Client]
    stranger: Organisation
    visits: list[Visit]

    def page(self, who: str, query: str = "") -> str:
        """The page of one reader."""
        address = reverse("observatory:convention", args=[self.place.convention.slug])
        found = self.clients[who].get(address + query)
        assert found.status_code == 200
        return written(found.content)

    def pages(self) -> dict[str, str]:
        """Everybody's page, read one after the other."""
        return {who: self.page(who) for who in self.clients}

    def afresh(self) -> dict[str, str]:
        """Everybody's page when nothing at all was kept."""
        found = {}
        for who in self.clients:
            forget()
            found[who] = self.page(who)
        return found


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    forget()
    with clock.at(TODAY):
        yield


@pytest.fixture
def readers() -> Readers:
    place = observatory.situation()
    visits = place.visits("2019-06-03 2019-07-01 2019-08-01 2020-02-03")
    stranger = make.organisation("epci")
    roles = {
        "officer": (Role.OFFICER, place.epci),
        "adviser": (Role.ADVISER, place.chamber),
        "elected": (Role.ELECTED, place.epci),
        "stranger": (Role.OFFICER, stranger),
    }
    clients = {}
    for who, (role, organisation) in roles.items():
        clients[who] = Client()
        make.signed_in(clients[who], role, organisation)
    return Readers(place, clients, stranger, visits)


def act(readers: Readers) -> None:
    readers.place.visits("2020-06-10")


def correction(readers: Readers) -> None:
    with clock.at(noon("2020-06-20")):
        cancel_visit(visit=readers.visits[0], reason=Reason.TWICE, by=readers.place.adviser)


def stop(readers: Readers) -> None:
    readers.place.turn("2.1", "blocked", "2020-03-16", "premises_closed")


def money(readers: Readers) -> None:
    readers.place.pay(25_000, "2020-06-12")


def publication(readers: Readers) -> None:
    readers.place.publish()


def party_of_a_draft(readers: Readers) -> None:
    """Who an amendment would bring in reads as a party while it is being written."""
    place = readers.place
    draft = texts.amend(convention=place.convention, by=place.officer)
    values = {"organisation": readers.stranger, "share_bp": None}
    texts.edit_line(version=draft, model=Party, pk=None, values=values, by=place.officer)


def amendment(readers: Readers) -> None:
    """The same convention, amended by another text that is signed and holds."""
    place = readers.place
    text = conventions.between(
        place.epci,
        place.chamber,
        observatory.TEXT + observatory.AMENDMENT,
        place.convention.slug,
    )
    with clock.at(noon("2020-06-02")):
        load(text, by=System("a test"))


def share(readers: Readers) -> None:
    make.share(readers.place.chamber, readers.place.epci, "visits")


def names_of_an_organisation(readers: Readers) -> None:
    Organisation.objects.filter(pk=readers.place.epci.pk).update(short_name="Métropole")


def title(readers: Readers) -> None:
    every = Convention.objects.unscoped(reason="a test")
    every.filter(pk=readers.place.convention.pk).update(title="Un autre titre")


def name_of_a_firm(readers: Readers) -> None:
    LegalUnit.objects.filter(pk=readers.visits[-1].legal_unit_id).update(name="AU BON PAIN")


def note(readers: Readers) -> None:
    every = Visit.objects.unscoped(reason="a test")
    every.filter(pk=readers.visits[-1].pk).update(note_public="Une note")


PARTIES = {"officer", "adviser", "elected"}
EVERYBODY = PARTIES | {"stranger"}
EVENTS: dict[Callable[[Readers], None], set[str]] = {
    act: PARTIES,
    correction: PARTIES,
    stop: PARTIES,
    money: PARTIES,
    publication: {"stranger"},
    party_of_a_draft: {"stranger"},
    amendment: PARTIES,
    share: {"officer"},
    names_of_an_organisation: PARTIES,
    title: EVERYBODY,
    name_of_a_firm: {"adviser"},
    note: {"adviser"},
}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
def test_an_event_is_seen_at_the_very_next_request_by_those_it_concerns(
    readers: Readers, event: Callable[[Readers], None]
) -> None:
    before = readers.pages()
    assert readers.pages() == before

    event(readers)
    after = readers.pages()

    assert {who for who in after if after[who] != before[who]} == EVENTS[event]
    assert readers.afresh() == after


# What a right that ends takes away


def test_a_share_that_ends_masks_the_lines_at_the_very_next_request(readers: Readers) -> None:
    share(readers)
    assert MASKED not in readers.page("officer")
    assert MASKED not in readers.page("adviser")

    (running,) = Share.objects.unscoped(reason="a test")
    administrator = make.actor(Role.ADMINISTRATOR, readers.place.chamber)
    accounts.end_share(share=running, because="Fin", by=administrator)

    assert readers.page("officer").count(MASKED) == 4
    assert MASKED not in readers.page("adviser")


def test_a_party_struck_out_of_a_draft_reads_no_more_at_the_very_next_request(
    readers: Readers,
) -> None:
    party_of_a_draft(readers)
    assert "Derrière « 4 »" in readers.page("stranger")

    added = Party.objects.get(organisation=readers.stranger)
    texts.remove_line(version=added.version, model=Party, pk=added.pk, by=readers.place.officer)

    assert NOTHING in readers.page("stranger")
    assert "Derrière « 4 »" in readers.page("officer")


def test_who_reads_masked_or_nothing_never_finds_what_a_party_has_just_read(
    client: Client,
) -> None:
    place = observatory.situation()
    place.visits("2019-06-03 2019-07-01")
    said = {}
    for role in (Role.OFFICER, Role.ELECTED, Role.OFFICER, Role.ADMINISTRATOR):
        make.signed_in(client, role, place.epci)
        address = reverse("observatory:convention", args=[place.convention.slug])
        said[role] = written(client.get(address).content)

    assert "Derrière « 2 »" in said[Role.OFFICER]
    assert "Derrière « 2 »" not in said[Role.ELECTED]
    assert "moins de 3 unités" in said[Role.ELECTED]
    assert "au=2020" not in said[Role.ELECTED]  # no address of records
    assert NOTHING in said[Role.ADMINISTRATOR]


def test_what_is_kept_is_in_nobodys_hands(readers: Readers) -> None:
    place = readers.place
    live = reading.live(place.convention, place.officer, reading.Asked())

    kept = laid.of(live, None)

    assert kept.page.reading.actor is ANONYMOUS
    assert kept.read_by(place.adviser).reading.actor is place.adviser
    assert kept is laid.of(reading.live(place.convention, place.adviser, reading.Asked()), None)


# What else a page depends on


def test_whatever_a_page_depends_on_is_in_its_name() -> None:
    place = observatory.situation(amended=True)
    live = reading.live(place.convention, place.officer, reading.Asked())
    first, amended = place.convention.versions.order_by("number")
    text, life = live.text, live.text.life
    other = Convention(key=text.convention.key, slug=text.convention.slug, title="Autrement")
    readings = [
        live,
        replace(live, is_masked=True),
        replace(live, publication=place.publish()),
        replace(live, text=replace(text, version=first)),
        replace(live, text=replace(text, period=Period.parse("2019"))),
        replace(live, text=replace(text, life=Period.parse("2019"))),
        replace(live, text=replace(text, convention=other)),
    ]

    assert text.version == amended
    assert len({laid.name_of(one, life) for one in readings}) == len(readings)
    assert laid.name_of(live, None) != laid.name_of(live, life)
    assert laid.name_of(replace(live, actor=place.adviser), life) == laid.name_of(live, life)


def test_a_page_read_later_is_the_one_computed_before_until_the_day_ends(readers: Readers) -> None:
    first = readers.page("officer")
    with clock.at(TODAY + timedelta(hours=3)):
        assert readers.page("officer") == first
    with clock.at(TODAY + timedelta(days=1)):
        next_day = readers.page("officer")

    assert "Calculé le 30 juin 2020 à 12 h 00" in first.replace("\u00a0", " ")
    assert "Situation au 1er juillet 2020" in next_day


def test_each_language_has_its_own_page(readers: Readers) -> None:
    cookies = readers.clients["officer"].cookies
    assert "Progress by axis" not in readers.page("officer")
    cookies["django_language"] = "en"
    assert "Progress by axis" in readers.page("officer")
    assert "Progress by axis" not in readers.page("adviser")


def test_the_days_asked_have_their_own_page(readers: Readers) -> None:
    whole, year = readers.page("officer"), readers.page("officer", "?period=2019")
    past = readers.page("officer", "?at=2019-06-30")

    counted = re.compile("Derrière « ([0-9]+) »")
    assert [counted.findall(page) for page in (whole, year, past)] == [["4"], ["3"], ["1"]]
    assert '<option value="2019" selected>' in year
    assert '<option value="2019" selected>' not in readers.page("officer")
    assert readers.page("officer") == whole


def test_an_instance_served_below_a_path_has_its_own_links(readers: Readers) -> None:
    address = reverse("observatory:convention", args=[readers.place.convention.slug])
    for prefix in ("/", "/sous/", "/"):
        with override_script_prefix(prefix):
            page = readers.clients["officer"].get(address).content.decode()
        assert ('href="/sous/chiffres/' in page) is (prefix == "/sous/")
        assert ('href="/chiffres/' in page) is (prefix == "/")


def test_what_is_recorded_while_a_page_is_read_is_seen_by_the_next_one(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, newest = readers.page("elected"), dashboard.newest

    def meanwhile(page: dashboard.Dashboard) -> object:
        act(readers)
        return newest(page)

    monkeypatch.setattr(dashboard, "newest", meanwhile)
    assert "Derrière « 4 »" in readers.page("officer")
    monkeypatch.undo()

    assert "Derrière « 5 »" in readers.page("officer")
    assert "Derrière « 5 »" in readers.page("elected") != before


# What it costs


def test_a_page_already_read_asks_who_reads_what_changed_and_the_records_they_may_see(
    readers: Readers,
) -> None:
    readers.page("adviser")
    queries = {}
    for who in ("officer", "elected"):
        readers.page(who)
        with CaptureQueriesContext(connection) as seen:
            readers.page(who)
        queries[who] = len(seen)

    # Session, person, membership; convention, versions, party; heads, loads, names; reasons; then
    # acts, shares, visits, cancellations and names of firms.
    assert queries["officer"] <= 15
    assert queries["elected"] <= 10
