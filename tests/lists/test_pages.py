"""Pages of lists, through the browser's door: what is shown, decided with a keyboard, at a constant cost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from maillage.accounts.actors import Actor
from maillage.accounts.models import Access
from maillage.accounts.roles import Role
from maillage.lists import actions, comparing
from maillage.lists.models import Comparison
from maillage.register.models import Establishment, LegalUnit
from maillage.ui.formats import number
from tests.factories import accounts, lists as make, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(client: Client) -> Actor:
    return accounts.signed_in(client, Role.SERVICE_MANAGER)


def soup(response: HttpResponse) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def text(response: HttpResponse) -> str:
    return " ".join(soup(response).main.get_text(" ").split())


def at(name: str, key: object = None) -> str:
    return reverse(f"lists:{name}", args=[key] if key else [])


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


# The lists


def test_without_any_list_the_page_says_what_to_do(client: Client, by: Actor) -> None:
    page = client.get(at("lists"))
    assert "Aucune liste pour l’instant" in text(page)
    assert soup(page).find("a", string="Charger une liste")["href"] == reverse(
        "intake:own_new", args=["partner_list"]
    )


def test_an_adviser_reads_lists_and_loads_none(client: Client) -> None:
    accounts.signed_in(client, Role.ADVISER)
    assert "Charger une liste" not in text(client.get(at("lists")))


def test_each_list_tells_what_became_of_its_lines(client: Client, by: Actor) -> None:
    make.doubtful(by, register.establishment())
    page = soup(client.get(at("lists")))
    cells = [cell.get_text(strip=True) for cell in page.select("tbody tr td")]
    assert cells == ["2", "0", "1", "1", by.organisation.name]
    assert page.select_one("tbody th").get_text(strip=True) == "Union des commerçants, Adhérents"


def test_a_list_whose_loads_were_all_undone_is_not_listed(client: Client, by: Actor) -> None:
    load = make.loaded(by)
    register.undo_load(load=load, by=by)
    assert "Aucune liste" in text(client.get(at("lists")))
    assert "annulé" in text(client.get(at("list", make.the_list().key)))


def test_the_page_of_lists_costs_the_same_for_ten_as_for_one(client: Client, by: Actor) -> None:
    make.doubtful(by, register.establishment())
    few = queries(client, at("lists"))
    for rank in range(9):
        make.loaded(by, list=f"Liste {rank}")
    assert queries(client, at("lists")) == few


# One list


def test_a_list_says_whose_of_which_day_by_whom_and_what_for(client: Client, by: Actor) -> None:
    make.compared(by)
    page = text(client.get(at("list", make.the_list().key)))
    for told in (
        "Union des commerçants",
        "1er mars 2019",
        by.person.name,
        "Inviter les adhérents aux ateliers",
    ):
        assert told in page
    assert "adherents.csv" in page


def test_lines_are_shown_with_what_they_are_and_what_was_not_found_is_said(
    client: Client, by: Actor
) -> None:
    place = make.bakery()
    make.compared(by)
    page = text(client.get(at("list", make.the_list().key)))
    assert "Fournil Delattre 12 rue de la Gare, 59000 Lille reconnue d’elle-même" in page
    assert place.display_name in page
    assert "Inconnu au bataillon Introuvable dans le répertoire." in page


@pytest.mark.parametrize(
    ("view", "shown"),
    [
        ("linked", {"Fournil Delattre"}),
        ("unlinked", {"Inconnu au bataillon"}),
        ("to_review", set()),
        ("", {"Fournil Delattre", "Inconnu au bataillon"}),
        ("compared", {"Fournil Delattre", "Inconnu au bataillon"}),
    ],
)
def test_lines_are_narrowed_to_those_asked_for(
    client: Client, by: Actor, view: str, shown: set[str]
) -> None:
    make.bakery()
    make.compared(by)
    page = soup(client.get(at("list", make.the_list().key), {"lignes": view}))
    assert {one.get_text(strip=True) for one in page.select("ol.records strong")} == shown


def test_how_far_the_comparison_is_stands_on_the_page(client: Client, by: Actor) -> None:
    load = make.loaded(by)
    url = at("list", make.the_list().key)
    assert "attend le travailleur" in text(client.get(url))
    Comparison.objects.update(stage="reading", done=40_000)
    page = text(client.get(url))
    assert "lecture du répertoire" in page
    assert " ".join(number(40_000).split()) in page
    Comparison.objects.update(stage="waiting", heard_at=None)
    comparing.compare(load.pk)
    assert "Comparée à 0 établissement" in text(client.get(url))


def test_the_page_of_a_list_costs_the_same_for_thirty_lines_as_for_two(
    client: Client, by: Actor
) -> None:
    make.doubtful(by, register.establishment(), register.establishment())
    url = at("list", make.the_list().key)
    few = queries(client, url)
    rows = "".join(f"Firme {n};;;;;;\n" for n in range(28))
    make.loaded(by, rows, day="2019-09-01")
    place = register.establishment()
    machine = actions.machine(make.the_list())
    found = {
        line.pk: [actions.Found(place.pk, 0.7, make.WHY)] for line in make.lines(compared_at=None)
    }
    actions.note_found(found=found, certain=0.99, by=machine)
    assert queries(client, url) == few


def test_what_was_not_found_is_looked_for_again_at_one_press(client: Client, by: Actor) -> None:
    make.compared(by)
    of = make.the_list()
    assert "Chercher à nouveau" in text(client.get(at("list", of.key)))
    page = client.post(at("compare", of.key), follow=True)
    assert "Le travailleur les cherche à nouveau." in soup(page).get_text()
    assert make.lines().filter(compared_at=None).count() == 2


# The review


def test_a_pair_stands_side_by_side_with_why_in_words(client: Client, by: Actor) -> None:
    place = make.bakery(unit_name="FOURNIL DELATRE")
    make.doubtful(by, place)
    page = text(client.get(at("review", make.the_list().key)))
    assert "1 ligne attend une décision." in page
    for told in (
        "Fournil Delattre",
        "FOURNIL DELATRE",
        "03 20 11 22 33",
        "contact@delattre.fr",
        "70",
    ):
        assert told in page
    assert "nom ou enseigne : à une faute près pour" in page
    assert "numéro : diffère contre" in page
    assert "téléphone : non comparable ne dit rien" in page
    assert "avant toute comparaison" not in page


def test_why_is_told_in_the_reader_s_language(client: Client, by: Actor) -> None:
    make.doubtful(by, register.establishment())
    with translation.override("en"):
        client.cookies["django_language"] = "en"
        page = text(
            client.get(at("review", make.the_list().key), headers={"accept-language": "en"})
        )
    assert "name or sign: but for a slip for" in page


def test_a_decision_leads_to_the_next_pair_and_the_last_one_to_the_end(
    client: Client, by: Actor
) -> None:
    one, two = register.establishment(), register.establishment()
    make.doubtful(by, one, two)
    of = make.the_list()
    (_first, second) = make.matches().order_by("-p")
    page = client.post(at("decide", second.key), {"decision": "accept", "queue": "1"}, follow=True)
    assert "Reconnue\u00a0: c’est cette entreprise." in soup(page).get_text()
    assert "Plus aucune paire n’attend." in text(page)
    assert make.matches().get(pk=second.pk).state == "accepted"
    assert at("review", of.key) in page.redirect_chain[0][0]


@pytest.mark.parametrize(
    ("decision", "state"), [("accept", "accepted"), ("refuse", "refused"), ("none", "refused")]
)
def test_each_button_decides(client: Client, by: Actor, decision: str, state: str) -> None:
    (match,) = make.doubtful(by, register.establishment())
    client.post(at("decide", match.key), {"decision": decision})
    assert make.matches().get().state == state
    client.post(at("decide", match.key), {"decision": "undo"})
    assert make.matches().get().state == "waiting"


def test_what_is_no_decision_decides_nothing(client: Client, by: Actor) -> None:
    (match,) = make.doubtful(by, register.establishment())
    for decision in ("", "perhaps"):
        client.post(at("decide", match.key), {"decision": decision})
    assert make.matches().get().state == "waiting"


def test_a_second_press_is_harmless_and_a_second_firm_is_a_conflict_in_words(
    client: Client, by: Actor
) -> None:
    one, two = make.doubtful(by, register.establishment(), register.establishment())
    for _press in range(2):
        assert client.post(at("decide", one.key), {"decision": "accept"}).status_code == 302
    page = client.post(at("decide", two.key), {"decision": "accept"})
    assert page.status_code == 409
    assert "reconnue entre-temps" in soup(page).get_text()


def test_every_choice_is_a_button_or_a_link_with_words(client: Client, by: Actor) -> None:
    make.doubtful(by, register.establishment(), register.establishment())
    page = soup(client.get(at("review", make.the_list().key))).main
    pressed = [one.get_text(" ", strip=True) for one in page.select("form button")]
    assert pressed[:3] == [
        "Oui, c’est cette entreprise",
        "Non, ce n’est pas cette entreprise",
        "Aucune de ces entreprises",
    ]
    assert pressed[3].startswith("C’est plutôt celle-ci")
    assert not page.select("[tabindex]:not([tabindex='0'])")
    assert page.find("a", string="Plus tard, la suivante")


def test_a_pair_put_off_comes_back_after_the_others(client: Client, by: Actor) -> None:
    rows = "Fournil Delattre;;;;;;\nGarage Petit;;;;;;\n"
    load = make.loaded(by, rows)
    place = register.establishment()
    found = {one.pk: [actions.Found(place.pk, 0.6, make.WHY)] for one in make.lines(load=load)}
    actions.note_found(found=found, certain=0.99, by=actions.machine(make.the_list()))
    url = at("review", make.the_list().key)
    assert "Fournil Delattre" in text(client.get(url))
    assert "Garage Petit" in text(client.get(url, {"apres": "2"}))
    assert "Fournil Delattre" in text(client.get(url, {"apres": "3"}))
    assert "Fournil Delattre" in text(client.get(url, {"apres": "-1 or 1"}))


def test_the_review_costs_the_same_for_many_candidates_and_lines(client: Client, by: Actor) -> None:
    make.doubtful(by, register.establishment(), register.establishment())
    url = at("review", make.the_list().key)
    few = queries(client, url)
    places = [register.establishment() for _n in range(5)]
    make.doubtful(by, *places, rows="Garage Petit;;;;;;\nGarage Grand;;;;;;\n", day="2019-09-01")
    first = make.lines().order_by("number").first()
    make.matches().exclude(line=first).exists()
    assert queries(client, url) == few


def test_a_decided_pair_says_by_whom_and_when_and_offers_to_undo(client: Client, by: Actor) -> None:
    (match,) = make.doubtful(by, register.establishment())
    actions.accept(match=match, by=by)
    page = client.get(at("match", match.key))
    assert by.person.name in text(page)
    assert soup(page).find("button", string="Annuler cette décision")


def test_a_partner_reads_a_pair_and_is_offered_nothing(client: Client, by: Actor) -> None:
    owner = make.manager()
    (match,) = make.doubtful(owner, register.establishment())
    assert client.get(at("match", match.key)).status_code == 404
    accounts.share(owner.organisation, by.organisation, "partner_lists", "partners")
    page = client.get(at("match", match.key))
    assert page.status_code == 200
    assert not soup(page).main.select("form")
    assert client.post(at("decide", match.key), {"decision": "accept"}).status_code == 404
    assert client.get(at("review", match.line.of.key)).status_code == 404


def test_an_auditor_s_reading_is_written_down(client: Client) -> None:
    (match,) = make.doubtful(make.manager(), register.establishment())
    accounts.signed_in(client, Role.AUDITOR)
    client.get(at("match", match.key))
    client.get(at("list", match.line.of.key))
    read = Access.objects.unscoped(reason="a test").filter(resource="partner_lists")
    assert set(read.values_list("object_key", flat=True)) == {
        str(match.key), str(match.line.of.key),
    }  # fmt: skip


# The firm's sheet


def sheet(client: Client, place: Establishment) -> str:
    return text(client.get(reverse("observatory:enterprise", args=[place.legal_unit.key])))


def test_the_sheet_of_a_firm_says_on_which_list_it_is_as_what_since_when_and_why(
    client: Client, by: Actor
) -> None:
    place = make.bakery()
    make.compared(by)
    page = sheet(client, place)
    for told in (
        "Sur des listes de partenaires", "Union des commerçants, Adhérents", "1er mars 2019",
        "Sous le nom « Fournil Delattre »", "reconnue d’elle-même", "Inviter les adhérents aux ateliers",
        by.person.name, "nom ou enseigne : identique",
    ):  # fmt: skip
        assert told in page, told
    assert "Entreprise reconnue sur une liste" in page  # in the timeline


def test_what_waits_or_was_refused_or_undone_is_not_on_the_sheet(client: Client, by: Actor) -> None:
    place = register.establishment()
    (match,) = make.doubtful(by, place)
    assert "Sur des listes" not in sheet(client, place)
    actions.accept(match=match, by=by)
    assert "Sur des listes" in sheet(client, place)
    register.undo_load(load=match.line.load, by=by)
    assert "Sur des listes" not in sheet(client, place)


@pytest.mark.parametrize("role", [Role.ELECTED, Role.LANDLORD, Role.ADMINISTRATOR])
def test_other_roles_read_no_list_on_the_sheet(client: Client, role: Role) -> None:
    owner = make.manager()
    place = make.bakery()
    make.compared(owner)
    accounts.signed_in(client, role, owner.organisation)
    assert "Fournil Delattre" not in sheet(client, place)


def test_another_organisation_reads_a_masked_line_and_no_list(client: Client, by: Actor) -> None:
    place = make.bakery()
    make.compared(make.manager())
    page = sheet(client, place)
    assert "Sur des listes" not in page
    assert "Ligne masquée" in page


def test_a_firm_that_asked_for_partial_diffusion_since_is_not_named_on_its_sheet(
    client: Client, by: Actor
) -> None:
    place = make.bakery()
    make.compared(by)
    hide(place)
    page = sheet(client, place)
    assert "Union des commerçants, Adhérents" in page
    assert "Fournil" not in page
    (match,) = make.matches()
    assert place.siret not in text(client.get(at("match", match.key))).replace(" ", "")


def hide(place: Establishment) -> None:
    LegalUnit.objects.filter(pk=place.legal_unit_id).update(diffusion="P", name="")
    Establishment.objects.filter(pk=place.pk).update(
        diffusion="P", street="", street_number="", trade_name="", usual_name="", lon=None, lat=None
    )


def test_the_sheet_costs_the_same_for_many_lists_as_for_one(client: Client, by: Actor) -> None:
    place = register.establishment()
    url = reverse("observatory:enterprise", args=[place.legal_unit.key])

    def listed(count: int, start: Callable[[int], str]) -> Any:
        for rank in range(count):
            (match,) = make.doubtful(by, place, list=start(rank))
            actions.accept(match=match, by=by)

    listed(1, lambda n: f"a{n}")
    few = queries(client, url)
    listed(4, lambda n: f"b{n}")
    assert queries(client, url) == few
