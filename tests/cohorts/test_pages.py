"""Pages of a programme: what each reader is told, and how a structure hands a list in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.cohorts.models import MACHINE, Programme
from maillage.intake import loading
from maillage.intake.actions import undo_load
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from tests.factories import accounts, cohorts as make, places
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
MANY = [f"Nom{chr(97 + n)}" for n in range(12)]


@pytest.fixture
def partners() -> Iterator[tuple[Programme, Organisation, Organisation]]:
    """Twelve persons whom two structures both tell, in March; one more, whom the second tells alone, in June."""
    places.places_loaded()
    owner = accounts.organisation(kind="epci", name="Métropole (inventée)")
    first, second = make.structure(name="Fabrique"), make.structure(name="Couveuse")
    with clock.at(noon("2024-03-10")):
        programme = make.programme(owner, first, second)
        told = [(one, "Accueil", "2024-03-01", "", "59350", "oui") for one in MANY]
        make.handed(make.acting(first), *told, programme=str(programme.key))
        make.handed(
            make.acting(second), *[(one, "Création", "2024-03-02", "", "59350") for one in MANY]
        )
    with clock.at(noon("2024-06-20")):
        make.handed(make.acting(second), ("Seule", "Prêt", "2024-06-03", "1500", "59512"))
        yield programme, first, second


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    main = BeautifulSoup(answer.content, "html.parser").find("main")
    assert main is not None
    return " ".join(main.get_text(" ").replace("\u202f", " ").replace("\u00a0", " ").split())


def test_who_answers_for_a_programme_reads_persons_once_and_the_overlap(
    client: Client, partners: tuple[Programme, Organisation, Organisation]
) -> None:
    programme, *_ = partners
    accounts.signed_in(client, Role.OFFICER, programme.organisation)
    address = reverse("cohorts:programme", args=[programme.key])
    shown = text_of(client, f"{address}?par=structure")
    assert "13 personnes distinctes" in shown
    assert "Recouvrement entre structures : 12." in shown
    assert "Accueil 12 92 %" in shown
    assert "Prêt 1 7,7 %" in shown
    assert "Couveuse 13 100 %" in shown
    assert "1 500" in shown
    assert make.MARK in shown
    assert "Personne n’est entré" in text_of(client, f"{address}?periode=2019")
    assert "En quartier prioritaire 12" in text_of(client, f"{address}?par=qpv&periode=x")


def test_a_structure_reads_its_own_and_of_the_others_what_stood_last_month_masked(
    client: Client, partners: tuple[Programme, Organisation, Organisation]
) -> None:
    programme, first, _second = partners
    accounts.signed_in(client, Role.EXPERT, first)
    address = reverse("cohorts:programme", args=[programme.key])
    shown = text_of(client, f"{address}?par=structure")
    assert "10 personnes distinctes" in shown  # of 12, by whole fives
    assert "à la fin du mois dernier" in shown
    assert "Couveuse" not in shown
    assert "Prêt 1" not in shown
    assert "Personnes accueillies 12" in shown
    with clock.at(noon("2024-07-02")):
        later = text_of(client, address)
    assert "10 personnes distinctes" in later
    assert "59512" not in later
    assert "Prêt 1" not in later


def test_one_person_handed_in_tells_a_structure_nothing_of_the_others(
    client: Client, partners: tuple[Programme, Organisation, Organisation]
) -> None:
    """The same page, whether that person is known to the other structure or not."""
    programme, first, _second = partners
    accounts.signed_in(client, Role.EXPERT, first)
    pages = []
    for name in ("Seule", "Inconnue"):
        load = make.handed(make.acting(first), (name, "Accueil", "2024-06-05"))
        shown = text_of(client, reverse("cohorts:deposited", args=[load.key]))
        page = text_of(client, reverse("cohorts:programme", args=[programme.key]))
        pages.append((shown.replace(str(load.pk), "n"), page))
        undo_load(load=load, because="essai", by=make.acting(first))
        loading.undo(Load.objects.get(pk=load.pk))
    assert pages[0] == pages[1]


def handed(client: Client, programme: Programme, content: bytes, **given: str) -> str:
    """The address of the deposit, once the form is sent."""
    file = SimpleUploadedFile("liste.csv", content)
    told = {"file": file, "once": str(uuid7()), "corrects": "", **given}
    answer = client.post(reverse("cohorts:deposit", args=[programme.key]), told)
    assert answer.status_code == 302
    load = Load.objects.order_by("-pk")[0]
    loading.preview(load)
    return answer["Location"]


def test_a_list_is_shown_line_by_line_then_applied_then_taken_back(
    client: Client, partners: tuple[Programme, Organisation, Organisation]
) -> None:
    programme, first, _second = partners
    accounts.signed_in(client, Role.EXPERT, first)
    before = len(make.standing())
    rows = [("Zoé", "Accueil", "2024-06-05"), ("Zoé", "Acueil", "2024-06-06")]
    key, loads = str(uuid7()), Load.objects.count()
    page = handed(client, programme, make.file(*rows), once=key)
    assert handed(client, programme, make.file(*rows), once=key) == page, "sent twice, taken once"
    assert Load.objects.count() == loads + 1
    shown = text_of(client, page)
    assert "Lignes nouvelles 1" in shown
    assert "Ligne 3, Étape le programme n’a pas d’étape de ce nom" in shown
    assert len(make.standing()) == before
    load = Load.objects.order_by("-pk")[0]
    client.post(page, {"do": "apply"})
    load.refresh_from_db()
    loading.apply(load)
    assert len(make.standing()) == before + 1
    assert "Retirer ce dépôt" in text_of(client, page)
    client.post(page, {"do": "undo", "because": ""})
    assert Load.objects.get(pk=load.pk).state == Load.State.ACTIVE
    client.post(page, {"do": "undo", "because": "mauvais fichier"})
    loading.undo(Load.objects.get(pk=load.pk))
    assert len(make.standing()) == before
    table = client.get(reverse("cohorts:lines", args=[programme.key])).content.decode("utf-8-sig")
    assert len(table.strip().splitlines()) == 13
    assert make.token(MANY[0]) not in table


def test_a_file_with_names_is_refused_on_screen_with_its_line_and_column(
    client: Client, partners: tuple[Programme, Organisation, Organisation]
) -> None:
    programme, first, _second = partners
    accounts.signed_in(client, Role.EXPERT, first)
    page = handed(client, programme, b"jeton;etape;date;Nom\n;Accueil;2024-02-05;Petit\n")
    shown = text_of(client, page)
    assert "liste.csv:1 (Nom)" in shown
    assert "des noms de personnes" in shown
    assert "Petit" not in shown
    page = handed(client, programme, make.file(("Zoé", "Accueil", "2024-06-05")))
    client.post(page, {"do": "abandon"})
    assert "Rien n’en a été appliqué" in text_of(client, page)


def test_a_programme_is_opened_named_changed_and_closed_on_screen(client: Client) -> None:
    by = accounts.signed_in(client, Role.OFFICER)
    structure = make.structure(name="Fabrique")
    assert "Aucun programme encore" in text_of(client, reverse("cohorts:programmes"))
    told = {
        "name": "Parcours",
        "fingerprint": "x",
        "once": str(uuid7()),
        "structures": [structure.key],
    }
    assert client.post(reverse("cohorts:new"), told).status_code == 422
    told["fingerprint"] = make.MARK
    answer = client.post(reverse("cohorts:new"), told)
    made = Programme.objects.visible_to(MACHINE).get(organisation=by.organisation)
    assert answer["Location"] == reverse("cohorts:programme", args=[made.key])
    assert client.post(reverse("cohorts:new"), {**told, "once": str(uuid7())}).status_code == 422
    edit = reverse("cohorts:structures", args=[made.key])
    assert "Fabrique" in text_of(client, edit)
    client.post(edit, {"structures": []})
    assert not made.structures.filter(ended_at=None).exists()
    client.post(edit, {"close": "1"})
    made.refresh_from_db()
    assert made.closed_at is not None
    assert "Fermé le" in text_of(client, reverse("cohorts:programmes"))
    assert client.get(reverse("cohorts:deposit", args=[made.key])).status_code in {403, 404}
