"""Routes of the follow-up, call-backs, thesaurus, sharing out and exchange: who takes each, what is empty, what is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.needs import actions
from maillage.needs.models import CallBack, Opinion, Referral, RoutingRule, Synonym, Term
from maillage.needs.vocabulary import Theme
from tests.factories import accounts, needs as make
from tests.makers import needs as makers

pytestmark = pytest.mark.django_db
MACHINE = System("tests")


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


def signed(client: Client, actor: Actor, language: str = "fr") -> Client:
    assert actor.person is not None
    client.force_login(actor.person)
    client.cookies["django_language"] = language
    return client


def soup(answer: Any, status: int = 200) -> BeautifulSoup:
    assert answer.status_code == status, answer.status_code
    return BeautifulSoup(answer.content, "html.parser")


def text_of(page: BeautifulSoup) -> str:
    main = page.select_one("main")
    assert main is not None
    return " ".join(main.get_text(" ", strip=True).split()).replace("\u00a0", " ")


# Who takes which

ROLES = ("adviser", "officer", "service_manager", "expert", "auditor", "elected", "administrator", "landlord", "committee")  # fmt: skip
LISTS = {
    "/besoins.csv":                       "x x x x x - - - -",
    "/besoins/suivi/":                    "x x x x x - - - -",
    "/besoins/suivi.csv":                 "x x x x x - - - -",
    "/besoins/partage/":                  "- x x - - - - - -",
    "/besoins/termes/":                   "x x x x x - - - -",
    "/besoins/termes.csv":                "x x x x x - - - -",
    "/besoins/rappels/":                  "x x x - - - - - -",
    "/besoins/rappels.csv":               "x x x - - - - - -",
    "/mises-en-relation/echange.csv":     "x x x x x - - - -",
}  # fmt: skip
POSTS = {
    "/besoins/partage/":                  "- x x - - - - - -",
    "/besoins/termes/":                   "x x x - - - - - -",
}  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_the_lists_that_the_table_says(client: Client, role: str) -> None:
    signed(client, accounts.actor(Role(role)))
    column = ROLES.index(role)
    for address, row in LISTS.items():
        expected = 200 if row.split()[column] == "x" else 403
        assert client.get(address).status_code == expected, address
    for address, row in POSTS.items():
        expected = 422 if row.split()[column] == "x" else 403  # what is sent is empty
        assert client.post(address, {}).status_code == expected, address


def test_who_did_not_sign_in_is_led_to_the_door(client: Client) -> None:
    for address in LISTS:
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert "next=" in answer["Location"], address


@pytest.mark.parametrize("address", [*LISTS])
def test_a_list_is_not_posted_to_nor_a_form_put_or_deleted(client: Client, address: str) -> None:
    signed(client, accounts.actor(Role.SERVICE_MANAGER))
    assert client.put(address).status_code == 405
    assert client.delete(address).status_code == 405
    if address not in POSTS:
        assert client.post(address).status_code == 405


def objects_of(owner: Actor) -> dict[str, str]:
    """The address of each action on an object of an organisation."""
    of = owner.acting_for()
    return {
        "end term": f"/besoins/termes/{makers.term(of)['key']}/retirer/",
        "decide": f"/besoins/synonymes/{makers.synonym(of)['key']}/",
        "call": f"/besoins/rappels/{makers.call(of)['key']}/",
        "end rule": f"/besoins/regles/{makers.rule(of)['key']}/finir/",
    }


def untouched() -> bool:
    """Whether nothing was ended, decided, called or said."""
    terms, rules = Term.objects.visible_to(MACHINE), RoutingRule.objects.visible_to(MACHINE)
    calls, synonyms = CallBack.objects.visible_to(MACHINE), Synonym.objects.visible_to(MACHINE)
    return (
        not terms.exclude(ended_at=None).exists()
        and not rules.exclude(ended_at=None).exists()
        and not calls.exclude(done_at=None).exists()
        and not synonyms.exclude(decided_at=None).exists()
        and not Opinion.objects.visible_to(MACHINE).exists()
    )


OBJECTS = {
    "adviser": {"end term": 302, "decide": 302, "call": 302, "end rule": 403},
    "officer": {"end term": 302, "decide": 302, "call": 302, "end rule": 302},
    "service_manager": {"end term": 302, "decide": 302, "call": 302, "end rule": 302},
    "expert": {"end term": 403, "decide": 403, "call": 403, "end rule": 403},
    "auditor": {"end term": 403, "decide": 403, "call": 403, "end rule": 403},
    "elected": {"end term": 403, "decide": 403, "call": 403, "end rule": 403},
    "administrator": {"end term": 403, "decide": 403, "call": 403, "end rule": 403},
}
SAID: dict[str, dict[str, str]] = {"call": {"outcome": "settled"}, "decide": {"term": "vitrine"}}


@pytest.mark.parametrize("role", OBJECTS)
def test_an_object_is_acted_on_by_the_roles_of_its_organisation(client: Client, role: str) -> None:
    owner = accounts.actor()
    addresses = objects_of(owner)
    signed(client, accounts.actor(Role(role), owner.organisation))
    for name, address in addresses.items():
        assert client.post(address, SAID.get(name, {})).status_code == OBJECTS[role][name], name
    assert untouched() is all(status == 403 for status in OBJECTS[role].values())


def test_another_organisation_finds_none_of_them_even_where_needs_are_shared(
    client: Client,
) -> None:
    owner, stranger = accounts.actor(), accounts.actor(Role.SERVICE_MANAGER)
    addresses = objects_of(owner)
    for shared in (False, True):
        if shared:
            accounts.share(owner.acting_for(), stranger.acting_for(), "needs", Sensitivity.PARTNERS)
        signed(client, stranger)
        for name, address in addresses.items():
            assert client.post(address, SAID.get(name, {})).status_code == 404, (name, shared)
        assert client.get(addresses["call"]).status_code == 404
        assert client.get("/besoins/termes.csv").content.decode().strip().count("\n") == 0
    assert untouched()


def test_an_address_of_nothing_is_not_found(client: Client) -> None:
    signed(client, accounts.actor(Role.SERVICE_MANAGER))
    for path in ("termes/{}/retirer", "synonymes/{}", "rappels/{}", "regles/{}/finir"):
        assert client.post(f"/besoins/{path.format(uuid4())}/").status_code == 404, path


def test_what_changes_something_is_never_done_by_looking(client: Client) -> None:
    owner = accounts.actor(Role.OFFICER)
    signed(client, owner)
    for name, address in objects_of(owner).items():
        assert client.get(address).status_code == (200 if name == "call" else 405), name
    assert untouched()


def test_another_site_makes_nobody_act(client: Client) -> None:
    owner = accounts.actor(Role.OFFICER)
    addresses = objects_of(owner)
    strict = signed(Client(enforce_csrf_checks=True), owner)
    for name, address in addresses.items():
        assert strict.post(address, SAID.get(name, {})).status_code == 403, name
    assert untouched()


# What stands there when there is nothing

EMPTY = {
    "/besoins/termes/": (
        "Aucun terme",
        "No term yet: they come from what you choose, from a file, or from here.",
    ),
    "/besoins/termes/?theme=energy": ("Aucun terme", "No term yet"),
    "/besoins/rappels/": (
        "Personne n’est à rappeler aujourd’hui.",
        "Nobody is to be called back today.",
    ),
    "/besoins/rappels/?etat=faits&qui=tous": (
        "Personne n’a encore été rappelé.",
        "Nobody was called back yet.",
    ),
    "/besoins/partage/": (
        "Rien ne peut être réparti maintenant.",
        "Nothing can be shared out now.",
    ),
}


@pytest.mark.parametrize("address", EMPTY)
def test_an_empty_page_says_so_in_either_language_and_where_things_come_from(
    client: Client, address: str
) -> None:
    french, english = EMPTY[address]
    manager = accounts.actor(Role.SERVICE_MANAGER)
    told = {
        lang: text_of(soup(signed(client, manager, lang).get(address))) for lang in ("fr", "en")
    }
    assert english in told["en"]
    assert french in told["fr"]
    assert english not in told["fr"]
    page = soup(client.get(address))
    assert not page.select("main ol.records a, main table")


FRENCH = re.compile(
    r"\b(besoin|demande|partenaire|entreprise|terme|rappel|mot|partage|thème)s?\b", re.IGNORECASE
)


def full(by: Actor) -> list[str]:
    """Every page, each with something on it."""
    make.rule(by, make.partner(name="Relay")[0])
    make.need(by, words="A window on the web")
    make.need(by, theme=Theme.ENERGY)
    call = make.call_back(by, contact_phone="03")
    makers.term(by.acting_for())
    makers.synonym(by.acting_for())
    pages = ["termes/", "rappels/?qui=tous", "partage/", "suivi/", f"rappels/{call.key}/"]
    return [f"/besoins/{page}" for page in pages]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_full_page_has_one_title_labels_and_words_of_one_language(
    client: Client, language: str
) -> None:
    manager = accounts.actor(Role.SERVICE_MANAGER)
    pages = full(manager)
    signed(client, manager, language)
    for address in pages:
        page = soup(client.get(address))
        assert len(page.select("h1")) == 1, address
        assert not page.select("[style], [onclick], style"), address
        ids = [one["id"] for one in page.select("[id]")]
        assert len(ids) == len(set(ids)), address
        for field in page.select("main input:not([type=hidden]), main select, main textarea"):
            inside = field.find_parent("label")
            assert inside or page.select(f'label[for="{field.get("id")}"]'), (address, field)
        for button in page.select("main button"):
            assert button.get_text(strip=True), address
        if language == "en":
            for quoted in page.select("blockquote, main input"):
                quoted.extract()
            found = FRENCH.search(text_of(page).replace("Je veux un site", ""))
            assert found is None, (address, found)


# What is refused, and what stays


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"term": "", "theme": "online"}, "term"),
        ({"term": "?!", "theme": "online"}, "term"),
        ({"term": "x" * 201, "theme": "online"}, "term"),
        ({"term": "vitrine", "theme": ""}, "theme"),
        ({"term": "vitrine", "theme": "moon"}, "theme"),
    ],
)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_term_refused_says_so_on_its_field_and_stays_typed(
    client: Client, given: dict[str, str], field: str, language: str
) -> None:
    signed(client, accounts.actor(), language)
    answer = client.post("/besoins/termes/", given)
    page = soup(answer, 422)
    assert list(answer.context["form"].errors) == [field]
    box = page.select_one("#id_term")
    assert box is not None
    assert (box.get("value") or "") == given["term"]
    wrong = page.select_one(f"[name={field}][aria-invalid=true]")
    assert wrong is not None
    assert not Term.objects.visible_to(MACHINE).exists()


def test_deciding_without_words_says_what_to_do_and_refusing_needs_none(client: Client) -> None:
    owner = accounts.actor()
    address = f"/besoins/synonymes/{makers.synonym(owner.acting_for())['key']}/"
    signed(client, owner, "en")
    page = soup(client.post(address, {"term": "  "}, follow=True))
    assert "Write the words to keep, or refuse." in page.get_text(" ")
    assert untouched()
    assert len(page.select("form[action*=synonymes]")) == 1
    soup(client.post(address, {"term": "kept no more", "refuse": "yes"}, follow=True))
    assert not soup(client.get("/besoins/termes/")).select("form[action*=synonymes]")
    assert not Term.objects.visible_to(MACHINE).exists()


def test_decided_by_a_colleague_meanwhile_it_is_a_conflict_and_the_first_stands(
    client: Client,
) -> None:
    owner = accounts.actor()
    address = f"/besoins/synonymes/{makers.synonym(owner.acting_for())['key']}/"
    signed(client, owner)
    assert client.post(address, {"term": "site"}).status_code == 302
    assert client.post(address, {"term": "veux"}).status_code == 409
    assert [one.term for one in Term.objects.visible_to(MACHINE)] == ["site"]


@pytest.mark.parametrize("given", [{}, {"outcome": ""}, {"outcome": "perhaps"}])
def test_a_call_without_an_answer_is_refused_and_still_to_be_made(
    client: Client, given: dict[str, str]
) -> None:
    owner = accounts.actor()
    address = objects_of(owner)["call"]
    page = soup(signed(client, owner).post(address, given), 422)
    assert page.select("main [role=alert], main .errors, main .error, main .errorlist")
    assert len(page.select("button[name=outcome]")) == 3
    assert untouched()


def test_a_call_made_is_read_and_asks_nothing_more(client: Client) -> None:
    owner = accounts.actor()
    address = objects_of(owner)["call"]
    signed(client, owner, "en")
    client.post(address, {"outcome": "settled"})
    page = soup(client.get(address))
    assert not page.select("button[name=outcome], form#call")
    assert str(owner.person) in text_of(page)


@pytest.mark.parametrize(
    "query", ["?theme=moon", "?theme=", "?page=99&qui=tous", "?etat=x&qui=y&du=z&au="]
)
def test_an_address_made_up_still_shows_a_page(client: Client, query: str) -> None:
    signed(client, accounts.actor(Role.SERVICE_MANAGER))
    for address in LISTS:
        assert client.get(address + query).status_code == 200, address


def test_the_loading_of_a_file_is_offered_to_who_may_load_it(client: Client) -> None:
    for role, offered in (
        (Role.ADVISER, 0),
        (Role.OFFICER, 0),
        (Role.SERVICE_MANAGER, 1),
        (Role.EXPERT, 0),
    ):
        page = soup(signed(client, accounts.actor(role)).get("/besoins/termes/"))
        links = page.select('a[href*="chargements"][href*="thesaurus"]')
        assert len(links) == offered, role
        for link in links:
            assert client.get(str(link["href"])).status_code == 200


# What they cost


def grows(client: Client, address: str, make_some: Any) -> tuple[int, int]:
    """How many questions a page asks for a few rows, and for many."""
    counts = []
    for number in (2, 9):
        for rank in range(number):
            make_some(f"{number}-{rank}")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    return counts[0], counts[1]


@pytest.mark.parametrize("address", ["/besoins/termes/", "/besoins/termes.csv"])
def test_the_thesaurus_costs_the_same_for_few_terms_and_for_many(
    client: Client, address: str
) -> None:
    owner = accounts.actor()
    signed(client, owner)

    def one(name: str) -> None:
        colleague = accounts.actor(Role.ADVISER, owner.organisation)
        actions.keep_term(term=f"word {name}", theme="online", by=colleague)
        make.referral(owner, theme=Theme.ENERGY, words=f"Four {name}")

    few, many = grows(client, address, one)
    assert many <= few


@pytest.mark.parametrize(
    "address",
    ["/besoins/rappels.csv?qui=tous", "/besoins.csv", "/besoins/suivi.csv", "/besoins/suivi/"],
)
def test_what_leaves_costs_the_same_for_few_rows_and_for_many(client: Client, address: str) -> None:
    owner = accounts.actor(Role.SERVICE_MANAGER)
    partner, _ = make.partner()
    signed(client, owner)

    def one(_name: str) -> None:
        call = make.call_back(accounts.actor(Role.ADVISER, owner.organisation))
        make.referral(owner, partner, of=call.need)

    client.get(address)
    few, many = grows(client, address, one)
    assert many <= few
    assert Referral.objects.visible_to(MACHINE).count() == 11
