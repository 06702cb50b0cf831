"""Each page and each button of desks, role by role, against a table drawn by hand: own, shared with them, of strangers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

import pytest
from django.test import Client

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.desks import actions
from maillage.desks.models import Awareness, Place, Project, Session, Step, Welcome
from maillage.kernel import clock
from maillage.ledger.models import Act
from tests.factories import accounts, desks as make, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
FIELD = (Role.ADVISER, Role.OFFICER, Role.SERVICE_MANAGER)
ADVISER, OFFICER, MANAGER, AUDITOR = *FIELD, Role.AUDITOR
READ = 200
GONE, FORBIDDEN = 404, 403

#: What each answers to GET: an adviser, an officer, a manager, an auditor of the organisation itself.
PAGES = """
    /permanences/                              | 200 | 200 | 200 | 200
    /permanences.csv                           | 200 | 200 | 200 | 200
    /permanences/planifier/                    | 200 | 200 | 200 | 403
    /permanences/jeunes/                       | 200 | 200 | 200 | 200
    /permanences/jeunes.csv                    | 200 | 200 | 200 | 200
    /permanences/jeunes/nouvelle/              | 200 | 200 | 200 | 403
    /permanences/jeunes/{young}/annuler/       | 200 | 200 | 200 | 403
    /permanences/lieux/                        | 200 | 200 | 200 | 403
    /permanences/lieux/nouveau/                | 403 | 200 | 200 | 403
    /permanences/lieux/{place}/modifier/       | 403 | 200 | 200 | 403
    /permanences/lieux/{place}/fermer/         | 403 | 200 | 200 | 403
    /permanences/{session}/                    | 200 | 200 | 200 | 200
    /permanences/{session}/annuler/            | 200 | 200 | 200 | 403
    /permanences/{session}/accueil/{firm}/     | 200 | 200 | 200 | 403
    /permanences/{session}/porteur-de-projet/  | 200 | 200 | 200 | 403
    /accueils/{welcome}/                       | 200 | 200 | 200 | 200
    /accueils/{welcome}/corriger/              | 200 | 302 | 200 | 403
    /porteurs-de-projet/                       | 200 | 200 | 200 | 403
    /porteurs-de-projet.csv                    | 200 | 200 | 200 | 403
    /porteurs-de-projet/{project}/             | 200 | 200 | 200 | 403
    /porteurs-de-projet/{project}/modifier/    | 200 | 200 | 200 | 403
    /porteurs-de-projet/{project}/etape/       | 200 | 200 | 200 | 403
    /porteurs-de-projet/{project}/oublier/     | 200 | 200 | 200 | 403
"""
#: The pages of an object that a share lets read; every other page of an object is found by its owner only.
SHARED = ("/permanences/{session}/", "/accueils/{welcome}/")
#: The pages that name no object: each reads what its own organisation has.
LISTS = tuple(line.split("|")[0].strip() for line in PAGES.strip().splitlines() if "{" not in line)
POSTED = (
    "/permanences/{session}/tenue/",
    "/accueils/{welcome}/suivre/",
    "/porteurs-de-projet/etapes/{step}/retirer/",
    "/porteurs-de-projet/{project}/entreprise/",
    "/porteurs-de-projet/{project}/entreprise/retirer/",
    "/porteurs-de-projet/{project}/oublier/",
    "/permanences/{session}/annuler/",
    "/permanences/jeunes/{young}/annuler/",
    "/permanences/lieux/{place}/fermer/",
    "/accueils/{welcome}/annuler/",
)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def owner() -> Organisation:
    return accounts.organisation()


@pytest.fixture
def keys(owner: Organisation) -> dict[str, UUID]:
    """One of each thing that the organisation has; who welcomed is an adviser."""
    where = make.place(owner)
    adviser = accounts.actor(Role.ADVISER, owner)
    held = make.session(adviser, where)
    firm = register.establishment()
    met = make.leader(held).project
    assert met is not None
    step = actions.note_step(project=met, stage="support", on=TODAY, by=adviser)
    return {
        "place": where.key,
        "session": held.key,
        "firm": firm.key,
        "welcome": make.welcome(held, firm).key,
        "project": met.key,
        "step": step.key,
        "young": make.young(adviser, where).key,
    }


def drawn() -> Iterator[tuple[str, Role, int]]:
    for line in PAGES.strip().splitlines():
        url, *told = (cell.strip() for cell in line.split("|"))
        for role, status in zip((ADVISER, OFFICER, MANAGER, AUDITOR), told, strict=True):
            yield url, role, int(status)


def sign_in(client: Client, role: Role, owner: Organisation, keys: dict[str, UUID]) -> None:
    """Somebody of a role; the adviser is the one who welcomed."""
    if role == ADVISER and keys:
        found = Welcome.objects.unscoped(reason="test").get(key=keys["welcome"])
        client.force_login(found.adviser)
    else:
        accounts.signed_in(client, role, owner)


@pytest.mark.parametrize("role", [ADVISER, OFFICER, MANAGER, AUDITOR])
def test_each_role_finds_the_pages_of_its_table(
    client: Client, owner: Organisation, keys: dict[str, UUID], role: Role
) -> None:
    sign_in(client, role, owner, keys)
    told = {
        url: client.get(url.format(**keys)).status_code for url, who, _ in drawn() if who == role
    }
    assert told == {url: status for url, who, status in drawn() if who == role}


@pytest.mark.parametrize("role", [Role.ELECTED, Role.EXPERT])
def test_the_other_roles_find_none(
    client: Client, owner: Organisation, keys: dict[str, UUID], role: Role
) -> None:
    sign_in(client, role, owner, {})
    for url in {url for url, _, _ in drawn()}:
        assert client.get(url.format(**keys)).status_code in {FORBIDDEN, GONE}, url


def test_who_is_not_signed_in_is_led_to_the_door(client: Client, keys: dict[str, UUID]) -> None:
    for url in {url for url, _, _ in drawn()}:
        answer = client.get(url.format(**keys))
        assert answer.status_code == 302, url
        assert "next=" in answer["Location"], url


@pytest.mark.parametrize("role", FIELD)
def test_strangers_find_their_own_lists_and_no_object(
    client: Client, keys: dict[str, UUID], role: Role
) -> None:
    accounts.signed_in(client, role)
    for url, who, status in drawn():
        if who != role:
            continue
        wanted = {status} if url in LISTS else {FORBIDDEN, GONE}
        assert client.get(url.format(**keys)).status_code in wanted, url


@pytest.mark.parametrize("role", FIELD)
def test_a_share_opens_what_is_read_and_nothing_that_changes(
    client: Client, owner: Organisation, keys: dict[str, UUID], role: Role
) -> None:
    partner = accounts.signed_in(client, role).organisation
    assert partner is not None
    accounts.share(owner, partner, "desks", Sensitivity.PARTNERS)
    for url, who, status in drawn():
        if who == role:
            wanted = {status} if url in (*LISTS, *SHARED) else {FORBIDDEN, GONE}
            assert client.get(url.format(**keys)).status_code in wanted, url


def records() -> list[tuple[str, int, object]]:
    """What a button may have changed, as it lies."""
    told: list[tuple[str, int, object]] = [
        (
            model.__name__,
            row.pk,
            sorted((name, str(at)) for name, at in vars(row).items() if name != "_state"),
        )
        for model in (Place, Session, Welcome, Project, Step, Awareness)
        for row in model.objects.unscoped(reason="test").order_by("pk")
    ]
    return [*told, ("Act", Act.objects.unscoped(reason="test").count(), "")]


SENT = {
    "reason": "welcome_twice",
    "closed_on": "2020-08-01",
    "version": "1",
    "purpose": "transfer",
}


@pytest.mark.parametrize("role", [ADVISER, MANAGER, AUDITOR])
def test_no_button_of_others_does_anything(
    client: Client, owner: Organisation, keys: dict[str, UUID], role: Role
) -> None:
    """Even to a partner with a share, even with an address that was read elsewhere."""
    partner = accounts.signed_in(client, role).organisation
    assert partner is not None
    accounts.share(owner, partner, "desks", Sensitivity.PARTNERS)
    before = records()
    for url in POSTED:
        answer = client.post(url.format(**keys), SENT | {"establishment": str(keys["firm"])})
        assert answer.status_code in {FORBIDDEN, GONE}, url
    assert records() == before


@pytest.mark.parametrize("role", [AUDITOR, Role.ELECTED])
def test_no_button_works_for_those_who_only_read(
    client: Client, owner: Organisation, keys: dict[str, UUID], role: Role
) -> None:
    accounts.signed_in(client, role, owner)
    before = records()
    for url in POSTED:
        answer = client.post(url.format(**keys), SENT | {"establishment": str(keys["firm"])})
        assert answer.status_code in {FORBIDDEN, GONE}, url
    assert records() == before


@pytest.mark.parametrize("url", POSTED[:5])
def test_what_changes_something_is_no_link(
    client: Client, owner: Organisation, keys: dict[str, UUID], url: str
) -> None:
    accounts.signed_in(client, MANAGER, owner)
    before = records()
    assert client.get(url.format(**keys)).status_code == 405
    assert records() == before


# What the lists hold


@pytest.mark.parametrize("role", FIELD)
def test_the_calendar_in_csv_holds_what_the_reader_may_see(
    client: Client, owner: Organisation, keys: dict[str, UUID], role: Role
) -> None:
    partner = accounts.signed_in(client, role).organisation
    assert partner is not None
    make.session(at=make.place(partner, name="Espace des autres"))

    def named() -> list[str]:
        lines = client.get("/permanences.csv").content.decode("utf-8-sig").splitlines()[1:]
        return sorted(line.split(";")[3] for line in lines)

    assert named() == ["Espace des autres"]
    shared = accounts.share(owner, partner, "desks", Sensitivity.PARTNERS)
    assert named() == ["Espace Moulins", "Espace des autres"]
    shared.until = TODAY - timedelta(days=1)
    shared.save()
    assert named() == ["Espace des autres"]


def test_an_auditor_reads_every_calendar_and_no_name(client: Client, keys: dict[str, UUID]) -> None:
    accounts.signed_in(client, AUDITOR)
    page = client.get(f"/permanences/{keys['session']}/").content.decode()
    project = Project.objects.unscoped(reason="test").get(key=keys["project"])
    assert project.pseudonym in page
    assert project.name not in page
    assert "Accueillir un nouveau porteur de projet" not in page
    assert "Espace Moulins" in client.get("/permanences.csv").content.decode()


def test_the_list_of_project_leaders_is_that_of_one_organisation(
    client: Client, owner: Organisation, keys: dict[str, UUID]
) -> None:
    partner = accounts.signed_in(client).organisation
    assert partner is not None
    accounts.share(owner, partner, "desks", Sensitivity.PARTNERS)
    project = Project.objects.unscoped(reason="test").get(key=keys["project"])
    for query in ("", "?q=faure", f"?q={project.pseudonym}"):
        page = client.get(f"/porteurs-de-projet/{query}").content.decode()
        assert project.name not in page
        assert str(project.key) not in page


def test_a_search_at_a_desk_finds_the_project_leaders_of_its_organisation(
    client: Client, owner: Organisation, keys: dict[str, UUID]
) -> None:
    mine = accounts.signed_in(client)
    held = make.session(mine)
    url = f"/permanences/{held.key}/?q=faure"
    assert "Inès Faure" not in client.get(url).content.decode()
    make.project(mine, name="Alma Faure")
    assert "Alma Faure" in client.get(url).content.decode()


def test_a_project_of_another_organisation_is_not_welcomed_by_its_address(
    client: Client, keys: dict[str, UUID]
) -> None:
    held = make.session(accounts.signed_in(client))
    url = f"/permanences/{held.key}/porteur-de-projet/{keys['project']}/"
    assert client.get(url).status_code == GONE
    assert client.post(url, {"purpose": "start_up"}).status_code == GONE


def test_an_awareness_session_read_by_a_share_offers_no_cancelling(
    client: Client, owner: Organisation, keys: dict[str, UUID]
) -> None:
    partner = accounts.signed_in(client).organisation
    assert partner is not None
    accounts.share(owner, partner, "desks", Sensitivity.PARTNERS)
    page = client.get("/permanences/jeunes/").content.decode()
    assert "24 jeunes" in page
    assert str(keys["young"]) not in page
