"""How the instance looks: its colour and logo as files, in pages, in reports and in messages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core import mail
from django.test import Client, RequestFactory

from maillage.accounts import actors, identity
from maillage.accounts.actors import Actor
from maillage.accounts.founding import Administrator, Look, found, set_identity
from maillage.accounts.partners import Named
from maillage.accounts.roles import Role
from maillage.accounts.sign_in import Adapter
from maillage.observatory import bilan
from maillage.ui import reports
from maillage.ui.reports import Report
from tests.factories import accounts as make, places as geography

pytestmark = pytest.mark.django_db

SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/></svg>'
)
LOOK = Look(language="en", accent="#7a1f6b", sender="bonjour@cma.example", logo=SVG)


@pytest.fixture
def camille(empty_instance: None) -> Actor:
    """Who administers the organisation in charge of an instance of its own look."""
    geography.places_loaded()
    return actors.of(
        found(
            organisation=Named(name="Chambre de métiers", kind="chamber"),
            administrator=Administrator(name="Camille Martin", email="camille@cma.example"),
            territory="mel",
            look=LOOK,
            by=actors.System("tests hold the machine"),
        )
    )


def test_every_page_wears_the_colour_and_the_logo(client: Client, camille: Actor) -> None:
    page = client.get("/droits/").content.decode()
    assert '<link rel="stylesheet" href="/instance/couleurs.css?v=7a1f6b">' in page
    assert f'<img src="{identity.current().logo_url}" alt="Chambre de métiers">' in page


def test_the_product_keeps_its_own_look_where_none_was_chosen(client: Client) -> None:
    page = client.get("/droits/").content.decode()
    assert "couleurs.css" not in page
    assert "<img" not in page
    assert client.get("/instance/couleurs.css").content == b""
    assert client.get("/instance/logo").headers["Location"].endswith("ui/mark.svg")


def test_the_logo_is_a_file_that_runs_nothing_and_is_kept_for_good(
    client: Client, camille: Actor
) -> None:
    answer = client.get(identity.current().logo_url)
    assert answer.content == SVG
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert client.get("/instance/logo?v=older").headers["Cache-Control"] == "public, max-age=300"


def test_the_style_sheet_holds_the_colour_and_is_kept_for_good(
    client: Client, camille: Actor
) -> None:
    answer = client.get(identity.current().style_url)
    assert answer.headers["Content-Type"] == "text/css"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "--blue:#7a1f6b" in answer.content.decode()


def test_another_logo_has_another_address(client: Client, camille: Actor) -> None:
    before = identity.current().logo_url
    set_identity(territory="mel", look=Look(logo=SVG.replace(b"9 9", b"8 8")), by=camille)
    assert identity.current().logo_url != before
    assert "immutable" not in client.get(before).headers["Cache-Control"]


def test_pages_speak_the_language_of_the_instance_until_the_reader_chooses(
    client: Client, camille: Actor
) -> None:
    assert client.get("/droits/").headers["Content-Language"] == "en"
    client.cookies["django_language"] = "fr"
    assert client.get("/droits/").headers["Content-Language"] == "fr"


def test_messages_leave_from_the_address_of_the_instance(client: Client, camille: Actor) -> None:
    client.post("/connexion/code/", {"email": "camille@cma.example"})
    assert [message.from_email for message in mail.outbox] == ["bonjour@cma.example"]


def test_without_one_they_leave_from_that_of_its_settings(settings: object) -> None:
    settings.DEFAULT_FROM_EMAIL = "usual@cma.example"  # type: ignore[attr-defined]
    assert Adapter(RequestFactory().get("/")).get_from_email() == "usual@cma.example"


def a_report() -> Report:
    return Report(
        title="Où en est-on ?", subtitle="2026", language="fr",
        computed_at=datetime(2026, 1, 1, tzinfo=UTC), blocks=(), emblem=bilan._emblem(),
    )  # fmt: skip


def test_reports_carry_the_logo_on_screen_and_on_paper(camille: Actor) -> None:
    drawn = a_report()
    document = reports.document(drawn)
    assert 'src="data:image/svg+xml;base64,' in document
    assert 'alt="Chambre de métiers"' in document
    paper = reports.pdf(drawn)
    assert paper.startswith(b"%PDF")
    set_identity(territory="mel", look=Look(logo=b""), by=camille)
    bare = a_report()
    assert bare.emblem is None
    assert "<img" not in reports.document(bare)
    assert len(reports.pdf(bare)) != len(paper)


# The page that changes it


def typed(**changed: str) -> dict[str, object]:
    return {"territory": "mel", "language": "fr", "accent": "#22654f", "sender": ""} | changed


def test_the_organisation_in_charge_changes_it_on_screen(client: Client, camille: Actor) -> None:
    assert camille.person is not None
    client.force_login(camille.person)
    page = client.get("/instance/").content.decode()
    assert "13 communes" in page
    assert 'value="#7a1f6b"' in page

    answer = client.post("/instance/", typed())
    assert answer.headers["Location"] == "/instance/"
    face = identity.current()
    assert (face.accent, face.language, face.sender) == ("#22654f", "fr", "")
    assert face.logo_url  # no file was sent: the logo stays
    client.post("/instance/", typed(no_logo="on"))
    assert identity.current().logo_url == ""


def test_what_cannot_be_taken_is_said_beside_its_field(client: Client, camille: Actor) -> None:
    assert camille.person is not None
    client.force_login(camille.person)
    for field, wrong in (("accent", "#ffcc00"), ("territory", "atlantis"), ("sender", "nobody")):
        answer = client.post("/instance/", typed(**{field: wrong}))
        assert answer.status_code == 422
        assert f'href="#id_{field}"' in answer.content.decode()
    assert identity.current().accent == "#7a1f6b"


def test_another_administrator_reads_that_it_is_not_theirs(client: Client, camille: Actor) -> None:
    make.signed_in(client, Role.ADMINISTRATOR)
    page = client.get("/instance/").content.decode()
    assert "Only the organisation in charge" in page
    assert "<form class=" not in page.split('id="content"', 1)[1].split("</main>", 1)[0]
    assert client.post("/instance/", typed()).status_code == 403
