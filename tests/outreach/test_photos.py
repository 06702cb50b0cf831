"""Photographs of visits: who adds, sees and removes them; once a key, six a visit; nothing of the place is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.outreach import actions
from maillage.outreach.actions.photos import MOST
from maillage.outreach.models import Visit, VisitPhoto
from tests.factories import accounts, outreach as make, pictures

pytestmark = pytest.mark.django_db


@pytest.fixture
def adviser(client: Client) -> Actor:
    return accounts.signed_in(client, Role.ADVISER)


def kept() -> Any:
    return VisitPhoto.objects.unscoped(reason="a test")


def sent(name: str = "p.jpg", data: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data or pictures.jpeg(), "image/jpeg")


def text(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


# The actions


def test_it_is_kept_once_a_key_and_once_removed_it_does_not_come_back(adviser: Actor) -> None:
    visit, once = make.visit(adviser), str(uuid4())
    given = {"visit": visit, "once": once, "by": adviser}
    photo = actions.add_photo(data=pictures.jpeg(), **given)
    assert pictures.WHERE not in bytes(kept().get().data)
    assert (photo.kind, photo.width, photo.height) == ("jpeg", 16, 8)
    assert actions.add_photo(data=pictures.jpeg(), **given) == photo
    with pytest.raises(Conflict):
        actions.add_photo(data=pictures.png(), **given)
    with pytest.raises(Conflict):
        actions.add_photo(data=pictures.jpeg(), **given | {"visit": make.visit(adviser)})
    actions.remove_photo(photo=photo, by=adviser)
    assert actions.add_photo(data=pictures.jpeg(), **given) == photo
    row = kept().get()
    assert (bytes(row.data), row.digest) == (b"", "")


def test_a_key_used_by_another_organisation_is_refused_and_tells_nothing_of_it(
    adviser: Actor,
) -> None:
    stranger, visit = accounts.actor(Role.ADVISER), make.visit(adviser)
    theirs = make.photo(stranger)
    for data in (pictures.jpeg(), bytes(kept().get().data)):
        with pytest.raises(Conflict, match="sous cette clé"):
            actions.add_photo(visit=visit, data=data, once=theirs.once, by=adviser)
    assert kept().get() == theirs


def cancelled(visit: Visit, adviser: Actor) -> None:
    actions.cancel_visit(visit=visit, reason="twice", by=adviser)


def full(visit: Visit, adviser: Actor) -> None:
    for _turn in range(MOST - kept().filter(visit=visit).kept().count()):
        make.photo(adviser, visit)


def nothing(visit: Visit, adviser: Actor) -> None:
    pass


# who, of one's own organisation or not | what came before | adds | removes
ACTS: list[tuple[str, Role, bool, Callable[[Visit, Actor], None], Any, Any]] = [
    ("its author", Role.ADVISER, True, nothing, None, None),
    ("a seventh", Role.ADVISER, True, full, Invalid, None),
    ("of a cancelled visit", Role.ADVISER, True, cancelled, Conflict, None),
    ("a colleague", Role.ADVISER, False, nothing, NotAllowed, NotAllowed),
    ("the manager", Role.SERVICE_MANAGER, False, nothing, None, None),
    ("an auditor", Role.AUDITOR, False, nothing, NotAllowed, NotAllowed),
]


@pytest.mark.parametrize(("role", "is_author", "before", "adds", "removes"), [a[1:] for a in ACTS], ids=[a[0] for a in ACTS])  # fmt: skip
def test_who_adds_and_removes(
    adviser: Actor,
    role: Role,
    is_author: bool,
    before: Callable[[Visit, Actor], None],
    adds: Any,
    removes: Any,
) -> None:
    visit = make.visit(adviser)
    photo = make.photo(adviser, visit)
    before(visit, adviser)
    visit.refresh_from_db()
    actor = adviser if is_author else accounts.actor(role, adviser.organisation)

    def refusal(act: Callable[[], object]) -> Any:
        try:
            act()
        except (Conflict, Invalid, NotAllowed) as refused:
            return type(refused)
        return None

    assert refusal(lambda: make.photo(actor, visit)) is adds
    assert refusal(lambda: actions.remove_photo(photo=photo, by=actor)) is removes
    assert bool(bytes(kept().get(pk=photo.pk).data)) == (removes is not None)


# The pages


def test_only_its_organisation_and_auditors_see_it_whatever_is_shared(
    client: Client, adviser: Actor
) -> None:
    photo = make.photo(adviser)
    page, image = (
        reverse("outreach:visit", args=[photo.visit.key]),
        reverse("outreach:photo", args=[photo.key]),
    )
    partner = accounts.actor(Role.ADVISER)
    accounts.share(adviser.organisation, partner.organisation, "visits", Sensitivity.PARTNERS)
    colleague = accounts.actor(Role.OFFICER, adviser.organisation)
    auditor = accounts.actor(Role.AUDITOR)
    for reader, sees in ((adviser, True), (colleague, True), (auditor, True), (partner, False)):
        client.force_login(reader.person)  # type: ignore[arg-type]
        told = client.get(page)
        assert told.status_code == 200
        assert (image in told.content.decode()) is sees
        answer = client.get(image)
        assert answer.status_code == (200 if sees else 404)
    client.force_login(adviser.person)  # type: ignore[arg-type]
    answer = client.get(image)
    assert answer.content == bytes(kept().get().data)
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"] == 'inline; filename="photo.png"'
    assert "private" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_it_is_added_without_script_told_why_not_and_removed_when_it_is_sure(
    client: Client, adviser: Actor
) -> None:
    visit = make.visit(adviser)
    page, add = (reverse(f"outreach:{name}", args=[visit.key]) for name in ("visit", "add_photo"))
    assert "Aucune pour le moment" in text(client.get(page))
    refused = client.post(add, {"once": uuid4(), "photo": sent("p.heic", pictures.FILM)})
    assert refused.status_code == 422
    assert "HEIC" in text(refused)
    assert client.post(add, {"once": uuid4()}).status_code == 422
    answer = client.post(add, {"once": uuid4(), "photo": sent("../../<b>.svg")})
    assert answer["Location"] == f"{page}#photos"
    photo = kept().get()
    remove = reverse("outreach:remove_photo", args=[photo.key])
    assert remove in client.get(page).content.decode()
    assert "pour de bon" in text(client.get(remove))
    assert "pour de bon" in text(client.post(remove))
    assert kept().kept().count() == 1, "asking is not removing"
    assert "La photographie est retirée" in text(client.post(remove, {"sure": "yes"}, follow=True))
    assert client.get(reverse("outreach:photo", args=[photo.key])).status_code == 404
    assert client.get(remove).status_code == 404
    full(visit, adviser)
    assert "Ajouter cette photographie" not in text(client.get(page))


def test_the_page_asks_the_same_for_one_photograph_and_for_six(
    client: Client, adviser: Actor
) -> None:
    visit, counts = make.visit(adviser), []
    page = reverse("outreach:visit", args=[visit.key])
    client.get(page)
    for more in (1, MOST - 1):
        for _turn in range(more):
            make.photo(adviser, visit)
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        counts.append(len(asked))
        read = [one["sql"].split("FROM")[0] for one in asked]
        assert not [sql for sql in read if '"outreach_visitphoto"."data"' in sql], (
            "no image is read"
        )
    assert counts[0] == counts[1]


# The phone


def test_a_photograph_follows_its_visit_and_is_confirmed_by_its_own_key(
    client: Client, adviser: Actor
) -> None:
    contact, send = reverse("outreach:phone"), reverse("outreach:send_photo")
    assert adviser.person is not None
    of_visit, once = str(uuid4()), str(uuid4())

    def answer(**given: Any) -> Any:
        told = {"person": adviser.person.key, "visit": of_visit, "once": once, "photo": sent()}  # type: ignore[union-attr]
        return client.post(send, told | given, HTTP_ACCEPT="application/json")

    assert answer().status_code == 409, "its visit is not there yet"
    assert client.get(contact, {"visit": of_visit}).json()["recorded"] == []
    visit = make.visit(adviser, once=of_visit)
    theirs = make.visit(accounts.actor(Role.ADVISER, adviser.organisation), once=str(uuid4()))
    asked = client.get(contact, {"visit": [of_visit, theirs.once, "x"]})
    assert asked.json()["recorded"] == [of_visit], "one's own only"
    assert answer(visit=theirs.once).status_code == 409
    assert answer(person=uuid4()).json()["fields"].keys() == {"person"}
    assert answer(photo=sent(data=b"torn")).json()["fields"].keys() == {"photo"}
    assert answer(photo="").status_code == 422
    assert not kept().exists()
    assert [answer().json() for _twice in range(2)] == [{"once": once}] * 2
    assert kept().get().visit == visit
    assert pictures.WHERE not in bytes(kept().get().data)
