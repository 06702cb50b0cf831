"""A file of a series goes from the screen to the observatory and back: given, looked at, set right, applied, undone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.intake import actions, loading
from maillage.intake.models import Load
from maillage.kernel.identifiers import uuid7
from maillage.series.reading import files_of
from maillage.series.sums import sums_of
from tests.factories import accounts, places, register, series as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    places.places_loaded()
    return


def summed() -> dict[str, float | None]:
    files = files_of(["office_surface"]).get("office_surface", [])
    return (
        {one.period: one.value for one in sums_of(files, ["59350"]).by_period("")} if files else {}
    )


def give(client: Client, content: bytes, **asked: str) -> Load:
    """What an administrator sends, as the browser does."""
    sent = {"file": SimpleUploadedFile("locaux.csv", content), "once": str(uuid7()), **asked}
    answer = client.post(reverse("intake:new", args=["office_surface"]), sent)
    assert answer.status_code == 302
    return Load.objects.get(source="office_surface")


def test_a_file_is_given_looked_at_set_right_applied_and_undone_on_screen(client: Client) -> None:
    accounts.signed_in(client, "administrator")
    form = client.get(reverse("intake:new", args=["office_surface"])).content.decode()
    for asked in ("Date du fichier", "Provisoire depuis", "Licence", "Valeurs inventées"):
        assert asked in form
    content = make.by_commune(
        "office_surface", {}, {"NUM_DAU": "N2", "COMM": "5935"}, {"NUM_DAU": "N3", "ETAT_DAU": "4"}
    )
    load = give(client, content, vintage="26/06/2020", provisional_from="2020")
    loading.preview(load)
    address = reverse("intake:load", args=[load.key])
    looked = client.get(address).content.decode()
    for said in (
        "Ce qui n’était pas connu",
        "Hors de la série, laissé de côté",
        "un zéro initial s’est perdu",
    ):
        assert said in looked
    assert summed() == {}
    client.post(reverse("intake:confirm", args=[load.key]))
    load.refresh_from_db()
    loading.apply(load)
    assert summed() == {"2019": 1_200.0}
    load.refresh_from_db()
    assert (
        f'href="{reverse("series:index")}#office_surface"' in client.get(address).content.decode()
    )
    reject = load.rejects.get()
    actions.correct(
        reject=reject, row={**reject.row, "area": "59350"}, by=accounts.actor(Role.ADMINISTRATOR)
    )
    assert summed() == {"2019": 2_400.0}, (
        "a row set right counts at once, whatever was kept of sums"
    )
    assert client.get(address).status_code == 200
    load.refresh_from_db()
    register.undo_load(load=load, by=accounts.actor(Role.ADMINISTRATOR))
    assert summed() == {}  # fmt: skip


@pytest.mark.parametrize("role", ["adviser", "officer", "service_manager", "elected"])
def test_only_administrators_give_files_and_everybody_reads_what_they_say(
    client: Client, role: str
) -> None:
    make.loaded_by_commune("office_surface", {})
    accounts.signed_in(client, role)
    assert client.get(reverse("intake:new", args=["office_surface"])).status_code == 403
    page = client.get(reverse("series:index"))
    assert page.status_code == 200
    assert reverse("intake:new", args=["office_surface"]) not in page.content.decode()


def test_what_is_asked_with_a_file_is_said_where_it_is_wrong(client: Client) -> None:
    accounts.signed_in(client, "administrator")
    sent = {
        "file": SimpleUploadedFile("locaux.csv", make.by_commune("office_surface", {})), "once": str(uuid7()),
        "vintage": "26/06/2020", "provisional_from": "bientôt", "url": "data.gouv.fr",
    }  # fmt: skip
    answer = client.post(reverse("intake:new", args=["office_surface"]), sent)
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "ce n’est pas une période" in said
    assert "ce n’est pas une adresse" in said
    assert not Load.objects.filter(source="office_surface").exists()
