"""Notes at three levels: each is read by whom it is for, and reading a confidential one is written down."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from maillage import ledger
from maillage.accounts import actions as rights
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Access, Organisation
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.outreach import lines
from maillage.outreach.models import Campaign, ListedFirm, Visit
from tests.factories import accounts, outreach as factory, register
from tests.factories.themes import THEME_WORDS

pytestmark = pytest.mark.django_db

PUBLIC, PARTNERS, SECRET = "Door on the yard", "Wants an apprentice", "Owes three rents"
EVERYONE = System("a test reads the journals")


@pytest.fixture
def owner() -> Actor:
    return accounts.actor()


@pytest.fixture
def visit(owner: Actor) -> Visit:
    """A visit with a note of each level, an ordinary need and a difficulty."""
    made = factory.visit(owner, themes=("premises", "cash"), note=SECRET)
    made.note_public, made.note_partners = PUBLIC, PARTNERS
    made.save()
    return made


def address(name: str, visit: Visit) -> str:
    return reverse(f"outreach:{name}", kwargs={"key": visit.key})


def text(response: HttpResponse) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def readings() -> list[tuple[str, str]]:
    rows = Access.objects.visible_to(EVERYONE).order_by("id")
    return [(row.object_key, row.reason) for row in rows]


# What each reader finds on the page of a visit. P public, S shared between partners, C the way to the
# confidential note, n the ordinary need, d the difficulty by its name, h «told in confidence».
#
# who                          | answer | finds
READERS = """
our adviser                    | 200    | PSCnd
our officer                    | 200    | PSCnd
our service manager            | 200    | PSCnd
our administrator              | 403    |
our elected member             | 403    |
a partner's adviser            | 200    | PSnh
a partner's officer            | 200    | Pnh
a partner's service manager    | 200    | PSnh
a partner's elected member     | 403    |
a partner's landlord           | 403    |
an adviser told difficulties   | 200    | PSnd
an officer told difficulties   | 200    | Pnd
a stranger's adviser           | 404    |
a stranger's service manager   | 404    |
an auditor                     | 200    | PSCnd
"""
ROWS = [[cell.strip() for cell in line.split("|")] for line in READERS.strip().splitlines()]
ROLES = {
    "adviser": Role.ADVISER,
    "officer": Role.OFFICER,
    "manager": Role.SERVICE_MANAGER,
    "administrator": Role.ADMINISTRATOR,
    "member": Role.ELECTED,
    "landlord": Role.LANDLORD,
    "auditor": Role.AUDITOR,
}


def reader(who: str, owner: Organisation, client: Client) -> Actor:
    """Signs in the reader of a row, with what is shared with their organisation."""
    role = next(role for word, role in ROLES.items() if word in who)
    organisation = owner if who.startswith("our") else accounts.organisation()
    if "partner" in who or "difficulties" in who:
        accounts.share(owner, organisation, "visits", Sensitivity.PARTNERS)
    if "difficulties" in who:
        accounts.share(owner, organisation, "visits", Sensitivity.DIFFICULTY)
    return accounts.signed_in(client, role, organisation)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_reader_finds_what_is_for_them(
    row: list[str], client: Client, owner: Actor, visit: Visit
) -> None:
    who, answer, finds = row
    reader(who, owner.acting_for(), client)
    page = client.get(address("visit", visit))
    assert page.status_code == int(answer)
    shown = text(page)
    marks = {
        "P": PUBLIC in shown,
        "S": PARTNERS in shown,
        "C": address("confidential", visit) in page.content.decode(),
        "n": "Trouver un local ou s’agrandir" in shown,
        "d": "Trésorerie, loyer, charges" in shown,
        "h": "Un besoin confié" in shown or "confidence" in shown,
    }
    assert "".join(letter for letter, found in marks.items() if found) == finds
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("who", "answer"),
    [
        ("our adviser", 200),
        ("our officer", 200),
        ("our service manager", 200),
        ("our administrator", 403),
        ("a partner's adviser", 404),
        ("an adviser told difficulties", 404),
        ("a stranger's adviser", 404),
        ("an auditor", 200),
    ],
)
def test_the_confidential_note_is_read_by_who_wrote_it_and_by_auditors_each_time_written_down(
    who: str, answer: int, client: Client, owner: Actor, visit: Visit
) -> None:
    actor = reader(who, owner.acting_for(), client)
    for _twice in range(2):
        page = client.get(address("confidential", visit))
        assert page.status_code == answer
        assert (SECRET in text(page)) is (answer == 200)
    rows = Access.objects.visible_to(EVERYONE)
    assert rows.count() == (2 if answer == 200 else 0)
    for row in rows:
        assert (row.person, row.organisation) == (actor.person, actor.organisation)
        assert (row.resource, row.object_key) == ("visits", str(visit.key))
        assert row.subject_key == str(visit.legal_unit.key)
        assert row.reason == "Note confidentielle d’une visite"


def test_nobody_signed_in_is_led_to_sign_in_and_nothing_is_written_down(
    client: Client, visit: Visit
) -> None:
    for name in ("visit", "confidential"):
        answer = client.get(address(name, visit))
        assert answer["Location"] == f"/connexion/?next={address(name, visit)}"
    assert readings() == []


def test_an_auditor_reads_every_visit_and_each_page_is_written_down(
    client: Client, visit: Visit
) -> None:
    accounts.signed_in(client, Role.AUDITOR)
    client.get(address("visit", visit))
    client.get(address("confidential", visit))
    key = str(visit.key)
    assert readings() == [(key, "Audit"), (key, "Note confidentielle d’une visite")]
    client.cookies["django_language"] = "en"
    client.get(address("visit", visit))
    assert len(readings()) == 3


def test_the_page_of_a_visit_is_no_reading_of_its_confidential_note(
    client: Client, owner: Actor, visit: Visit
) -> None:
    accounts.signed_in(client, Role.ADVISER, owner.organisation)
    client.get(address("visit", visit))
    assert readings() == []


def test_a_correction_that_shows_the_note_is_a_reading_like_another(
    client: Client, owner: Actor, visit: Visit
) -> None:
    assert owner.person is not None
    client.force_login(owner.person)
    page = client.get(address("correct_visit", visit))
    assert SECRET in text(page)
    assert readings() == [(str(visit.key), "Correction d’une visite")]


def test_a_correction_without_confidential_note_is_no_reading(client: Client, owner: Actor) -> None:
    plain = factory.visit(owner, note=PARTNERS)
    assert owner.person is not None
    client.force_login(owner.person)
    assert PARTNERS in text(client.get(address("correct_visit", plain)))
    assert readings() == []


@pytest.mark.parametrize("role", [Role.ADVISER, Role.OFFICER])
def test_a_colleague_who_may_not_correct_is_told_before_typing_and_reads_nothing(
    client: Client, owner: Actor, visit: Visit, role: Role
) -> None:
    accounts.signed_in(client, role, owner.organisation)
    page = client.get(address("correct_visit", visit), follow=True)
    assert page.redirect_chain == [(address("visit", visit), 302)]
    assert "Seuls l’auteur de la visite et le responsable de service la modifient." in text(page)
    assert SECRET not in text(page)
    assert readings() == []


def test_a_page_without_confidential_note_offers_none_and_its_address_says_so(
    client: Client, owner: Actor
) -> None:
    plain = factory.visit(owner)
    accounts.signed_in(client, Role.ADVISER, owner.organisation)
    page = client.get(address("visit", plain))
    assert address("confidential", plain) not in page.content.decode()
    assert "Notes" not in text(page)
    assert "Il n’y a pas de note confidentielle." in text(
        client.get(address("confidential", plain))
    )


# A share that ends.


ENDINGS: dict[str, Callable[[Actor, Actor], None]] = {}


def ending(function: Callable[[Actor, Actor], None]) -> Callable[[Actor, Actor], None]:
    ENDINGS[function.__name__] = function
    return function


@ending
def ended_on_screen(owner: Actor, partner: Actor) -> None:
    head = accounts.actor(Role.ADMINISTRATOR, owner.organisation)
    (share,) = head.acting_for().shares_granted.all()
    rights.end_share(share=share, because="Fin", by=head)


@ending
def past_its_last_day(owner: Actor, partner: Actor) -> None:
    (share,) = owner.acting_for().shares_granted.all()
    share.starts_on, share.until = (
        share.starts_on.replace(year=2001),
        share.until.replace(year=2002),
    )
    share.save()


@ending
def the_reader_left(owner: Actor, partner: Actor) -> None:
    assert partner.membership is not None
    head = accounts.actor(Role.ADMINISTRATOR, partner.organisation)
    rights.end_membership(membership=partner.membership, by=head)


@pytest.mark.parametrize("how", ENDINGS)
def test_once_a_share_is_over_the_very_next_request_finds_nothing(
    how: str, client: Client, owner: Actor, visit: Visit
) -> None:
    partner = accounts.signed_in(client)
    accounts.share(owner.acting_for(), partner.acting_for(), "visits", Sensitivity.PARTNERS)
    assert client.get(address("visit", visit)).status_code == 200
    ENDINGS[how](owner, partner)
    assert client.get(address("visit", visit)).status_code == (302 if "left" in how else 404)


@pytest.mark.parametrize("resource", ["acts", "entry", "campaigns"])
def test_a_share_of_something_else_opens_no_visit(
    resource: str, client: Client, owner: Actor, visit: Visit
) -> None:
    partner = accounts.signed_in(client)
    accounts.share(owner.acting_for(), partner.acting_for(), resource, Sensitivity.PARTNERS)
    assert client.get(address("visit", visit)).status_code == 404


def test_a_share_of_difficulties_alone_opens_no_visit(
    client: Client, owner: Actor, visit: Visit
) -> None:
    partner = accounts.signed_in(client)
    accounts.share(owner.acting_for(), partner.acting_for(), "visits", Sensitivity.DIFFICULTY)
    assert client.get(address("visit", visit)).status_code == 404


def test_a_share_goes_one_way(client: Client, owner: Actor, visit: Visit) -> None:
    partner = accounts.signed_in(client)
    accounts.share(partner.acting_for(), owner.acting_for(), "visits", Sensitivity.PARTNERS)
    assert client.get(address("visit", visit)).status_code == 404
    theirs = factory.visit(partner)
    assert Visit.objects.visible_to(accounts.actor(organisation=owner.organisation)).count() == 2
    assert client.get(address("visit", theirs)).status_code == 200


# Timelines and lists follow the same rule.


def seen_in_timeline(visit: Visit, actor: Actor) -> list[str]:
    told = ledger.timeline(visit.legal_unit, actor)
    return ["masked" if entry.is_masked else entry.line.title for entry in told if entry]  # type: ignore[union-attr]


def test_what_may_not_be_seen_is_a_masked_line_that_still_counts(
    owner: Actor, visit: Visit
) -> None:
    stranger, partner = accounts.actor(), accounts.actor()
    for resource in ("visits", "needs"):
        accounts.share(owner.acting_for(), partner.acting_for(), resource, Sensitivity.PARTNERS)
    themes = {str(words) for words in THEME_WORDS.values()}
    ours = seen_in_timeline(visit, owner)
    assert len(ours) == 3
    assert {line.replace(" :", "\xa0:") for line in ours} - themes == {"Visite\xa0: Réalisée"}
    assert seen_in_timeline(visit, stranger) == ["masked"] * 3
    assert sorted(seen_in_timeline(visit, partner)).count("masked") == 1  # the difficulty


def test_a_timeline_tells_the_public_note_and_no_other(owner: Actor, visit: Visit) -> None:
    line = lines.visits([str(visit.key)], owner)[str(visit.key)]
    assert line.detail == PUBLIC
    assert f"{owner.person}, {owner.organisation}" == line.who


@pytest.mark.parametrize(
    ("who", "counts"),
    [
        ("our adviser", (1, 1, 1)),
        ("our elected member", (0, 0, 0)),
        ("a partner's officer", (1, 1, 1)),
        ("a stranger's adviser", (0, 0, 0)),
        ("an auditor", (1, 1, 1)),
    ],
)
def test_visits_campaigns_and_lists_are_seen_by_the_same_people(
    who: str, counts: tuple[int, int, int], client: Client
) -> None:
    firm = register.establishment()
    manager = accounts.actor(Role.SERVICE_MANAGER)
    campaign = factory.campaign(manager)
    factory.visit(manager, firm, campaign=campaign)
    actor = reader(who, manager.acting_for(), client)
    told = tuple(
        model.objects.visible_to(actor).count()  # type: ignore[attr-defined]
        for model in (Visit, Campaign, ListedFirm)
    )
    assert told == counts


def test_the_machine_sees_everything_and_the_public_nothing(visit: Visit) -> None:
    from maillage.accounts.actors import ANONYMOUS

    assert Visit.objects.visible_to(System("nightly check")).count() == 1
    assert Visit.objects.visible_to(ANONYMOUS).count() == 0
