"""Pages of what comes in by file: from the upload to the undoing, in both languages, for those who may."""

from __future__ import annotations

import pytest
import shapely
import shapely.geometry
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile

from maillage.accounts.roles import Role
from maillage.intake import jobs, storage
from maillage.intake.models import Load
from maillage.kernel.identifiers import uuid7
from maillage.places.models import PriorityDistrict
from tests.factories import accounts, intake as made
from tests.intake import files
from tests.intake.test_loading import bad

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(accounts.person(role=Role.ADMINISTRATOR))
    return client


def text_of(response) -> str:
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text(" ").split())


def give(client, content: bytes, name: str = "qpv.geojson", source: str = "qpv", **given):
    data = {"file": SimpleUploadedFile(name, content), "once": str(uuid7()), **given}
    return client.post(f"/chargements/nouveau/{source}/", data)


def test_a_file_goes_from_the_upload_to_the_figures_and_back(admin):
    answer = give(admin, bad("Moulins"))
    load = Load.objects.get()
    assert answer.url == f"/chargements/{load.key}/"
    assert "en cours de lecture" in text_of(admin.get(answer.url))

    jobs.carry_on.call(load.pk)
    page = text_of(admin.get(answer.url))
    assert "Ce qu’il ferait" in page
    assert "qpv.geojson:2" in page
    assert "le contour n’est pas un polygone" in page
    assert "Moulins" in page

    admin.post(f"{answer.url}appliquer/")
    assert "Le travailleur s’en occupe" in text_of(admin.get(answer.url))
    jobs.carry_on.call(load.pk)
    assert "Ce qu’il a apporté" in text_of(admin.get(answer.url))
    assert PriorityDistrict.objects.filter(edition__is_active=True).count() == 1

    assert admin.get(f"{answer.url}annuler/").status_code == 200
    assert admin.post(f"{answer.url}annuler/", {"because": ""}).status_code == 422
    done = admin.post(f"{answer.url}annuler/", {"because": "Mauvaise année"}, follow=True)
    assert "Le travailleur le retire" in text_of(done)
    assert "0 ligne faite" in text_of(done)
    jobs.carry_on.call(load.pk)
    assert ", Person" in text_of(admin.get(answer.url))
    assert ". Mauvaise année" in text_of(admin.get(answer.url))
    assert not PriorityDistrict.objects.filter(edition__is_active=True).exists()


def test_a_refused_row_is_corrected_on_screen(admin):
    give(admin, bad("Moulins"))
    load = Load.objects.get()
    jobs.carry_on.call(load.pk)
    address = f"/chargements/{load.key}/rejets/{load.rejects.get().pk}/"

    assert "Que doit dire cette ligne" in text_of(admin.get(address))
    row = load.rejects.get().row
    wrong = admin.post(address, row | {"code": "?"})
    assert wrong.status_code == 422
    shape = str(files.square(3.1, 50.6)).replace("'", '"')
    done = admin.post(address, row | {"geometry": shape}, follow=True)

    assert "La ligne est prise" in text_of(done)
    assert "Corrigée" in text_of(done)
    assert admin.post(address, row).status_code == 409


def long_outline(west: float) -> dict:
    """A square told with four thousand points, as real outlines are."""
    steps = [n / 100_000 for n in range(1_000)]
    ring = [[west + step, 50.62] for step in steps] + [[west + 0.01, 50.62 + s] for s in steps]
    ring += [[west + 0.01 - s, 50.63] for s in steps] + [[west, 50.63 - s] for s in steps]
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def test_a_wrong_code_is_set_right_without_touching_a_long_outline(admin):
    """The outline is kept whole, stays out of the form, and is what the neighbourhood gets."""
    shape = long_outline(3.0)
    give(admin, files.geojson([({"code_qp": "QP 59", "nom_qp": "Moulins"}, shape)]))
    load = Load.objects.get()
    jobs.carry_on.call(load.pk)
    reject = load.rejects.get()
    assert (reject.column, reject.code) == ("code", "qpv_code")
    assert len(reject.row["geometry"]) > 50_000
    address = f"/chargements/{load.key}/rejets/{reject.pk}/"

    page = BeautifulSoup(admin.get(address).content, "html.parser")
    names = {field["name"] for field in page.select("main form input[name], main form textarea")}
    assert names == {"csrfmiddlewaretoken", "code", "name"}
    assert "facultatif" not in page.select_one("main form").get_text()
    blank = admin.post(address, {"code": "QP059001", "name": ""})
    assert blank.status_code == 422
    done = admin.post(address, {"code": "QP059001", "name": "Moulins"}, follow=True)
    assert "La ligne est prise" in text_of(done)
    admin.post(f"/chargements/{load.key}/appliquer/")
    jobs.carry_on.call(load.pk)

    row = PriorityDistrict.objects.get(edition__is_active=True)
    assert row.code == "QP059001"
    assert shapely.from_wkb(bytes(row.shape)).equals(shapely.geometry.shape(shape))


def test_refused_rows_are_downloaded_with_their_reasons(admin):
    give(admin, bad("Moulins"))
    load = Load.objects.get()
    jobs.carry_on.call(load.pk)

    answer = admin.get(f"/chargements/{load.key}/rejets.csv")

    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("fichier;feuille;ligne;colonne;motif;Code du quartier")
    assert lines[1].startswith("qpv.geojson;;2;geometry;le contour n’est pas un polygone")


def test_an_abandoned_load_and_a_refused_file_say_why(admin):
    give(admin, bad("Moulins"))
    load = Load.objects.get()
    jobs.carry_on.call(load.pk)
    page = admin.post(f"/chargements/{load.key}/abandonner/", follow=True)
    assert "le chargement a été abandonné" in text_of(page)

    give(admin, b"a;b\n1;2\n", "qpv.csv")
    refused = Load.objects.first()
    jobs.carry_on.call(refused.pk)
    assert "des colonnes nécessaires manquent" in text_of(admin.get(f"/chargements/{refused.key}/"))


@pytest.mark.parametrize(
    "data",
    [{}, {"file": SimpleUploadedFile("a.csv", b"")}, {"starts_on": "hier"}],
)
def test_a_form_that_lacks_something_is_shown_again(admin, data):
    answer = admin.post("/chargements/nouveau/qpv/", {"once": str(uuid7()), **data})

    assert answer.status_code == 422
    assert not Load.objects.exists()


def test_a_form_sent_twice_makes_one_load(admin):
    key = str(uuid7())
    for _ in range(2):
        give(admin, bad("Moulins"), once=key)

    assert Load.objects.count() == 1
    assert len(list(storage.folder(Load.objects.get()).parent.glob("*"))) >= 1


def test_a_wrong_territory_or_mapping_is_said_on_its_field(admin):
    blank = SimpleUploadedFile("a.csv", b"x")
    given = {
        "units": blank,
        "establishments": SimpleUploadedFile("b.csv", b"x"),
        "once": str(uuid7()),
        "territory": "nulle part",
    }
    sirene = admin.post("/chargements/nouveau/sirene/", given)
    assert sirene.status_code == 422
    assert "ce territoire n’est pas connu" in text_of(sirene)

    data = {"file": SimpleUploadedFile("v.csv", b"x"), "once": str(uuid7()), "mapping": "["}
    acts = admin.post("/chargements/organisation/nouveau/past_acts/", data)
    assert acts.status_code == 422
    assert "n’est pas du TOML" in text_of(acts)


def test_past_acts_belong_to_their_organisation(client):
    manager = accounts.person(role=Role.SERVICE_MANAGER)
    client.force_login(manager)
    data = {
        "file": SimpleUploadedFile("v.csv", b"Date;SIRET\n"),
        "once": str(uuid7()),
        "mapping": made.MAPPING,
    }
    answer = client.post("/chargements/organisation/nouveau/past_acts/", data)
    load = Load.objects.get()

    assert answer.url == f"/chargements/organisation/{load.key}/"
    assert client.get(answer.url).status_code == 200
    assert client.get(f"/chargements/{load.key}/").status_code == 404
    client.force_login(accounts.person(role=Role.SERVICE_MANAGER))
    assert client.get(answer.url).status_code == 404
    assert "v.csv" not in text_of(client.get("/chargements/"))


def test_the_journal_is_filtered_paged_and_asks_as_much_for_one_as_for_many(
    admin, django_assert_max_num_queries
):
    assert "Aucun fichier" in text_of(admin.get("/chargements/"))
    made.load(state=Load.State.ACTIVE)
    with django_assert_max_num_queries(25) as one:
        admin.get("/chargements/")
    for _ in range(30):
        made.load(state=Load.State.UNDONE)
    with django_assert_max_num_queries(25) as many:
        admin.get("/chargements/")

    assert len(many) <= len(one)
    active = admin.get("/chargements/", {"state": "active"}).content.decode()
    assert active.count("qpv.geojson") == 1
    assert "qpv.geojson" not in admin.get("/chargements/", {"source": "sectors"}).content.decode()
    assert admin.get("/chargements/", {"state": "nothing", "page": "99"}).status_code == 200


def test_a_firm_added_in_the_field_is_no_load_of_a_file(admin):
    from tests.factories import register as firms

    field = firms.load_active(source="field")

    assert admin.get(f"/chargements/{field.key}/").status_code == 404


def test_a_stopped_load_is_taken_up_again(admin):
    left = made.load(state=Load.State.RECEIVED)
    assert "Reprendre le chargement" in text_of(admin.get(f"/chargements/{left.key}/"))

    done = admin.post(f"/chargements/{left.key}/reprendre/", follow=True)

    assert "Le travailleur a été relancé" in text_of(done)


def test_the_pages_are_said_in_english_too(admin, settings):
    admin.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert "What came in by file?" in text_of(admin.get("/chargements/"))
    assert "Priority neighbourhoods" in text_of(admin.get("/chargements/nouveau/qpv/"))


def test_a_manager_reads_what_is_common_and_changes_nothing(client):
    load = made.load(state=Load.State.PREVIEWED)
    client.force_login(accounts.person(role=Role.SERVICE_MANAGER))

    page = text_of(client.get(f"/chargements/{load.key}/"))
    assert "Appliquer" not in page
    assert client.post(f"/chargements/{load.key}/appliquer/").status_code == 403
