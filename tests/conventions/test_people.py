"""Each page of conventions by each person: anonymous, stranger, colleague, partner, right role, auditor, elected."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from maillage import ledger
from maillage.accounts.actors import ANONYMOUS, Actor, System
from maillage.accounts.models import Access, Organisation
from maillage.accounts.roles import Role
from maillage.conventions import presenters
from maillage.conventions.actions import money, texts, turns
from maillage.conventions.models import Convention, Entry, Turn
from maillage.conventions.permissions import can_audit_entry, can_open_entry
from tests.factories import conventions as make
from tests.factories.accounts import actor, organisation, share, signed_in
from tests.spec.drawn import rows_of

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"conventions:{name}", args=args)


@pytest.fixture
def held() -> Convention:
    """A signed convention with an amendment in preparation, money and something said."""
    convention = make.convention_of(organisation("epci"), slug="held")
    by = System("a test", organisation=convention.keeper)
    paid = make.money(convention=convention, charges={"held/1.1": 10_000}, label="Facture 12")
    money.enter(money=paid, by=by, once=uuid4())
    turns.turn_action(
        convention=convention,
        action_key="held/1.1",
        kind="conventions.action_started",
        on=date(2019, 7, 1),
        by=by,
        once=uuid4(),
        note="Note interne",
    )
    texts.amend(convention=convention, by=by)
    return convention


def journal() -> Any:
    return Access.objects.unscoped(reason="a test")


def entry_of() -> Entry:
    return Entry.objects.unscoped(reason="a test").get()


def turn_of() -> Turn:
    return Turn.objects.unscoped(reason="a test").get()


def partner_of(held: Convention) -> Organisation:
    parties = held.versions.get(number=0).parties.exclude(organisation=held.keeper)
    return parties.get().organisation


PEOPLE: dict[str, Callable[[Client, Convention], Any]] = {
    "anonymous": lambda *_: None,
    "stranger": lambda client, _: signed_in(client, Role.OFFICER),
    "colleague": lambda client, held: signed_in(client, Role.ADVISER, held.keeper),
    "elected": lambda client, held: signed_in(client, Role.ELECTED, held.keeper, perimeter="59350"),
    "auditor": lambda client, _: signed_in(client, Role.AUDITOR),
    "partner": lambda client, held: signed_in(client, Role.OFFICER, partner_of(held)),
    "officer": lambda client, held: signed_in(client, Role.OFFICER, held.keeper),
    "manager": lambda client, held: signed_in(client, Role.SERVICE_MANAGER, held.keeper),
}

# What each person is answered; `in` sends to the sign-in page, with what was typed kept.
PAGES = """
page            | anonymous | stranger | colleague | elected | auditor | partner | officer | manager
conventions     | 200       | 200      | 200       | 200     | 200     | 200     | 200     | 200
text            | 200       | 200      | 200       | 200     | 200     | 200     | 200     | 200
export          | 200       | 200      | 200       | 200     | 200     | 200     | 200     | 200
action          | 200       | 200      | 200       | 200     | 200     | 200     | 200     | 200
create          | in        | 200      | 403       | 403     | 403     | 200     | 200     | 200
edit            | in        | 404      | 403       | 403     | 403     | 404     | 200     | 200
edit_head       | in        | 404      | 403       | 403     | 403     | 404     | 200     | 200
add_line        | in        | 404      | 403       | 403     | 403     | 404     | 200     | 200
sign            | in        | 404      | 403       | 403     | 403     | 404     | 200     | 200
turn_action     | in        | 404      | 403       | 403     | 403     | 200     | 200     | 200
turn_convention | in        | 404      | 403       | 403     | 403     | 200     | 200     | 200
withdraw_turn   | in        | 404      | 403       | 403     | 403     | 404     | 200     | 200
entries         | in        | 200      | 403       | 403     | 200     | 200     | 200     | 200
entries_nothing | in        | 200      | 403       | 403     | 200     | 200     | 200     | 200
enter           | in        | 200      | 403       | 403     | 403     | 200     | 200     | 200
entry           | in        | 404      | 403       | 403     | 403     | 200     | 200     | 200
audit_entry     | in        | 403      | 403       | 403     | 200     | 403     | 403     | 403
correct         | in        | 404      | 403       | 403     | 403     | 404     | 200     | 200
cancel          | in        | 404      | 403       | 403     | 403     | 404     | 200     | 200
"""

ARGUMENTS: dict[str, Callable[[], tuple[Any, ...]]] = {
    "action": lambda: ("held", "1.1"),
    "turn_action": lambda: ("held", "1.1"),
    "add_line": lambda: ("held", "axes"),
    "withdraw_turn": lambda: (turn_of().key,),
    **dict.fromkeys(
        ("text", "export", "edit", "edit_head", "sign", "turn_convention"), lambda: ("held",)
    ),
    **dict.fromkeys(("entry", "audit_entry", "correct", "cancel"), lambda: (entry_of().key,)),
}


@pytest.mark.parametrize("person", PEOPLE)
def test_each_page_answers_each_person_as_drawn(
    client: Client, held: Convention, person: str
) -> None:
    PEOPLE[person](client, held)
    wrong = []
    for row in rows_of(PAGES):
        address = url(row["page"], *ARGUMENTS.get(row["page"], lambda: ())())
        response = client.get(address)
        sent_in = response.status_code == 302 and "/connexion/" in response["Location"]
        found = "in" if sent_in else str(response.status_code)
        if found != row[person]:
            wrong.append(f"{row['page']}: {found} instead of {row[person]}")
    assert not wrong, "\n".join(wrong)


READS = """
person    | label | link        | note
anonymous | no    | no          | no
stranger  | no    | no          | no
colleague | yes   | no          | yes
elected   | no    | no          | yes
auditor   | yes   | audit_entry | yes
partner   | yes   | entry       | yes
officer   | yes   | entry       | yes
"""


@pytest.mark.parametrize("row", rows_of(READS), ids=lambda row: row["person"])
def test_the_page_of_an_action_shows_each_person_the_money_they_may_read(
    client: Client, held: Convention, row: dict[str, str]
) -> None:
    """The colleague reads the line and opens nothing; the elected member reads totals elsewhere."""
    PEOPLE[row["person"]](client, held)
    shown = client.get(url("action", "held", "1.1")).content.decode()
    key = entry_of().key
    links = {name: f'href="{url(name, key)}"' in shown for name in ("entry", "audit_entry")}
    assert ("Facture 12" in shown) == (row["label"] == "yes")
    assert links == {name: name == row["link"] for name in links}
    assert ("Note interne" in shown) == (row["note"] == "yes")


def lines(by: Actor) -> dict[str, ledger.Line]:
    return dict(presenters.entries([str(entry_of().key)], by))


@pytest.mark.parametrize(
    ("role", "page"),
    [
        (Role.OFFICER, "entry"),
        (Role.SERVICE_MANAGER, "entry"),
        (Role.AUDITOR, "audit_entry"),
        (Role.ADVISER, ""),
    ],
)
def test_the_timeline_links_to_the_page_that_its_reader_may_open(
    client: Client, held: Convention, role: Role, page: str
) -> None:
    by = signed_in(client, role, held.keeper)
    (line,) = lines(by).values()
    assert line.title == "Facture 12"
    assert line.url == (url(page, entry_of().key) if page else "")
    if line.url:
        assert client.get(line.url).status_code == 200
    assert (can_open_entry(by), can_audit_entry(by)) == (page == "entry", page == "audit_entry")


@pytest.mark.parametrize(
    "role", [Role.ELECTED, Role.EXPERT, Role.LANDLORD, Role.COMMITTEE, Role.ADMINISTRATOR]
)
def test_who_follows_no_file_reads_no_line_of_money(held: Convention, role: Role) -> None:
    """Masked lines still count: the figure is theirs, its lines are not."""
    by = actor(role, held.keeper, perimeter="59350" if role is Role.ELECTED else "")
    assert lines(by) == {}
    assert not Entry.objects.visible_to(by).exists()
    assert presenters.entry_page(by) == ""


def test_the_machine_and_nobody_are_two_readers(held: Convention) -> None:
    assert len(lines(System("a test"))) == 1
    assert lines(ANONYMOUS) == {}


def test_an_auditor_opens_any_entry_and_each_reading_is_journalled(
    client: Client, held: Convention
) -> None:
    by = signed_in(client, Role.AUDITOR)
    key = entry_of().key
    for times in (1, 2):
        shown = client.get(url("audit_entry", key)).content.decode()
        assert "Facture 12" in shown
        assert journal().filter(object_key=str(key)).count() == times
    read = journal().filter(object_key=str(key)).latest("pk")
    assert (read.person, read.resource, read.reason) == (
        by.person,
        "entry",
        "Contrôle d’une écriture",
    )
    assert url("correct", key) not in shown
    assert url("cancel", key) not in shown


def test_an_officer_s_reading_of_their_own_entry_is_no_audit(
    client: Client, held: Convention
) -> None:
    signed_in(client, Role.OFFICER, held.keeper)
    client.get(url("entry", entry_of().key))
    assert not journal().exists()


def test_an_entry_of_nowhere_is_not_found_by_an_auditor_either(client: Client) -> None:
    signed_in(client, Role.AUDITOR)
    assert client.get(url("audit_entry", uuid4())).status_code == 404
    assert not journal().exists()


def test_what_an_owner_shares_is_opened_and_ends_with_the_share(client: Client) -> None:
    owner, friend = organisation(), organisation("support")
    paid = make.money(label="Facture partagée")
    money.enter(money=paid, by=System("a test", organisation=owner), once=uuid4())
    signed_in(client, Role.OFFICER, friend)
    address = url("entry", entry_of().key)
    assert client.get(address).status_code == 404
    given = share(owner, friend, "entry")
    assert client.get(address).status_code == 200
    given.delete()
    assert client.get(address).status_code == 404


def test_a_project_is_read_by_those_it_names_and_by_nobody_else(client: Client) -> None:
    project = make.convention_of(organisation("epci"), slug="project", signed=False)
    for who, answer in (
        (organisation("epci"), 404),
        (project.keeper, 200),
        (
            project.versions.get().parties.exclude(organisation=project.keeper).get().organisation,
            200,
        ),
    ):
        signed_in(client, Role.ADVISER, who)
        assert client.get(url("text", "project")).status_code == answer
        assert client.get(url("export", "project")).status_code == answer
    client.logout()
    assert client.get(url("text", "project")).status_code == 404


def test_the_draft_of_an_amendment_is_not_read_by_its_number(
    client: Client, held: Convention
) -> None:
    address = url("text", "held") + "?number=1"
    assert client.get(address).status_code == 404
    signed_in(client, Role.OFFICER, partner_of(held))
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/conventions/held/texte/?number=٣",
        "/conventions/held/texte/?number=99999999999999999999",
        "/conventions/held/texte/?on=2020-02-30&known=x",
        "/conventions/held/texte/?on=0001-01-01",
        "/conventions/held/texte/?known=9999-12-31",
        "/conventions/?page=0",
        "/conventions/?page=x",
    ],
)
def test_an_address_typed_by_hand_is_answered_and_not_a_crash(
    client: Client, held: Convention, address: str
) -> None:
    assert client.get(address).status_code in {200, 404}
