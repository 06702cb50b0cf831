"""Erasing a firm: nothing tells who it was any more, everything still counts, nothing brings it back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext

from maillage import figures, ledger, register as register_door
from maillage.accounts import identity
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.identifiers import uuid7
from maillage.outreach.models import Visit
from maillage.outreach.vocabulary import NoteLevel
from maillage.register import erasing, tracing
from maillage.register.importers.sirene import import_stock
from maillage.register.models import Erasure, Establishment, LegalUnit, PendingChange, Spell
from tests import reading_all
from tests.factories import accounts as make, intake, outreach, places, post, register as firms

pytestmark = pytest.mark.django_db(transaction=True)

CANARY = "ZOÉ CANARI-QUINTIN"
DOOR = "LA CAGE DOREE"
MACHINE = System("a test")


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    """A folder of the test's own: the list of erasures is written beside the database."""
    with override_settings(HOME=tmp_path):
        yield tmp_path


@pytest.fixture
def chief(client: Client) -> Actor:
    """The administrator of the organisation in charge."""
    found = make.signed_in(client, Role.ADMINISTRATOR)
    identity.presume(identity.Face(organisation_id=found.organisation_id))
    return found


@pytest.fixture
def firm(home: Path) -> LegalUnit:
    """A bakery that left its name wherever a firm can leave it."""
    places.places_loaded()
    unit = firms.legal_unit(name=CANARY, trade_names=CANARY, acronym="ZCQ")
    place = firms.establishment(
        legal_unit=unit, trade_name=DOOR, usual_name=CANARY, complement="CHEZ CANARI", lon=3.0, lat=50.6
    )  # fmt: skip
    adviser = make.actor()
    outreach.visit(adviser, place, note=f"{CANARY} has debts", note_level=NoteLevel.CONFIDENTIAL)
    typed = outreach.firm_added_by_hand(adviser, name=f"{CANARY} & FILS")
    Establishment.objects.filter(pk=typed.establishment_id).update(reconciled_to=place)
    load = intake.load(
        state="active",
        found={"examples": {"new": [{"nom": CANARY.title()}, {"siret": place.siret}]}},
    )
    intake.reject(load, row={"nom": CANARY, "siret": place.siret})
    intake.reject(load, row={}, value=unit.siren)
    PendingChange.objects.create(load=load, target="u", target_id=unit.pk, fields={"name": CANARY})
    PendingChange.objects.create(load=load, target="e", target_id=place.pk, fields={"street": DOOR})
    made = post.message(adviser.organisation)
    post.everything().filter(pk=made.pk).update(text=f"Dear {CANARY}")
    return unit


@pytest.fixture
def other(firm: LegalUnit) -> LegalUnit:
    """A neighbour whom nobody erases."""
    place = firms.establishment(unit_name="BOULANGERIE DU COIN", trade_name="LE COIN")
    outreach.visit(make.actor(), place, note="All is well", note_level=NoteLevel.PUBLIC)
    intake.reject(Load.objects.get(source="qpv"), row={"nom": "BOULANGERIE DU COIN"})
    return place.legal_unit


def traces(unit: LegalUnit, siren: str, sirets: list[str]) -> list[str]:
    """Where something of the firm can still be read."""
    marks = [CANARY, CANARY.title(), "canari", "quintin", DOOR, "doree", "ZCQ", siren, *sirets]
    return reading_all.bearing(reading_all.database(), marks)


def numbers_of(unit: LegalUnit) -> tuple[str, list[str]]:
    sirets = Establishment.objects.of(unit).values_list("siret", flat=True)
    return str(unit.siren), [str(siret) for siret in sirets]


def values() -> dict[str, Any]:
    """Every figure there is, with what it counts."""
    asked = [d.reference for d in figures.REGISTRY.all() if not d.code.startswith("tests.")]
    questions = [figures.Question(reference) for reference in asked]
    answers = figures.answer(questions, clock.now(), cached=False)
    return {name: (one.value, one.n) for name, one in zip(asked, answers, strict=True)}


def erased(unit: LegalUnit) -> erasing.Erased:
    return erasing.erase(unit=unit, reason="Asked by its owner", by=MACHINE)


# What goes, what stays


def test_nothing_anywhere_tells_who_it_was(firm: LegalUnit) -> None:
    siren, sirets = numbers_of(firm)
    assert len(traces(firm, siren, sirets)) > 8  # the test sees what is to go

    erased(firm)

    assert traces(firm, siren, sirets) == []


def test_every_figure_and_every_chain_is_as_it_was(firm: LegalUnit, other: LegalUnit) -> None:
    before, heads = values(), ledger.heads()
    assert any(value for value, _n in before.values())
    erased(firm)
    assert values() == before
    assert ledger.heads() == heads
    assert ledger.verify().is_valid


def test_its_rows_and_its_keys_stand_for_what_they_count(firm: LegalUnit) -> None:
    spells = Spell.objects.count()
    erased(firm)
    firm.refresh_from_db()
    assert (firm.siren, firm.name, firm.is_erased) == (None, "", True)
    assert str(firm) == "Entreprise effacée"
    place = Establishment.objects.of(firm).get()
    assert (place.siret, place.street, place.lon) == (None, "", None)
    assert (place.commune, place.activity) == ("59350", "10.71C")
    assert place.display_name == "Entreprise effacée"
    assert Spell.objects.count() == spells
    assert Visit.objects.unscoped(reason="tests read all").filter(legal_unit=firm).count() == 1


def test_what_was_typed_at_its_door_before_it_was_matched_goes_too(firm: LegalUnit) -> None:
    erased(firm)
    typed = Establishment.objects.get(reconciled_to__legal_unit=firm)
    assert typed.legal_unit.name == ""


def test_its_neighbour_loses_nothing(other: LegalUnit, firm: LegalUnit) -> None:
    before = [line for line in reading_all.database() if "DU COIN" in line.upper()]
    erased(firm)
    after = [line for line in reading_all.database() if "DU COIN" in line.upper()]
    assert after == before
    hits = register_door.search("le coin", actor=make.actor())
    assert [hit.establishment.legal_unit for hit in hits] == [other]


def test_the_search_finds_it_no_more(firm: LegalUnit) -> None:
    assert register_door.search("canari quintin", actor=make.actor())
    erased(firm)
    assert not register_door.search("canari quintin", actor=make.actor())


def test_looking_first_tells_the_same_and_touches_nothing(firm: LegalUnit) -> None:
    before = reading_all.database()
    seen = tracing.look(firm)
    assert reading_all.database() == before
    assert erased(firm).rows == seen
    assert {"register.LegalUnit", "outreach.Visit", "intake.Reject", "post.Message"} <= set(seen)


# Nothing brings it back


def stock(folder: Path, unit: LegalUnit, siret: str, siren: str, day: str) -> Any:
    rows = [
        firms.establishment_row(1, siren=siren, siret=siret),
        firms.establishment_row(700),
    ]
    units, places_file = firms.sirene_files(folder, rows, day=day)
    return import_stock(
        units=units, establishments=places_file, territory="mel", by=MACHINE, dry_run=False
    )


def test_a_later_load_of_the_register_passes_over_it(firm: LegalUnit, tmp_path: Path) -> None:
    siren, (siret,) = numbers_of(firm)
    erased(firm)
    outcome = stock(tmp_path, firm, siret, siren, "2020-03-01")
    assert outcome.counts["new"] == 1
    assert outcome.counts["absent"] == 0  # the file is not said to have lost it
    assert not LegalUnit.objects.filter(siren=siren).exists()
    assert LegalUnit.objects.filter(siren=firms.siren(700)).exists()
    assert traces(firm, siren, [siret]) == []


def test_the_list_beside_the_database_names_nobody(firm: LegalUnit, home: Path) -> None:
    siren, sirets = numbers_of(firm)
    erased(firm)
    text = (home / erasing.FILE).read_text()
    assert str(firm.key) in text
    for mark in (siren, *sirets, CANARY):
        assert mark not in text
    assert (home / erasing.FILE).stat().st_mode & 0o077 == 0


def forgotten_by_the_database(unit: LegalUnit) -> None:
    """What restoring an older backup does: the firm is back, and its erasure never was."""
    Erasure.objects.all().delete()
    LegalUnit.objects.filter(pk=unit.pk).update(siren=firms.siren(1), diffusion="O", name=CANARY)


def test_an_older_database_forgets_it_again_and_only_once(firm: LegalUnit) -> None:
    erased(firm)
    forgotten_by_the_database(firm)
    assert erasing.replay() == 1
    firm.refresh_from_db()
    assert firm.is_erased
    assert erasing.replay() == 0
    assert Erasure.objects.get().reason == "Asked by its owner"


def test_a_register_loaded_anew_elsewhere_forgets_it_by_its_number(
    firm: LegalUnit, tmp_path: Path
) -> None:
    siren, _sirets = numbers_of(firm)
    erased(firm)
    Erasure.objects.all().delete()
    again = firms.legal_unit(siren=siren, name=CANARY)  # under another key
    assert erasing.replay() == 1
    again.refresh_from_db()
    assert again.is_erased


def test_a_firm_that_this_database_never_knew_is_kept_out(firm: LegalUnit, tmp_path: Path) -> None:
    siren, (siret,) = numbers_of(firm)
    erased(firm)
    Erasure.objects.all().delete()
    LegalUnit.objects.filter(pk=firm.pk).update(key="00000000-0000-7000-8000-000000000000")
    assert erasing.replay() == 0
    stock(tmp_path, firm, siret, siren, "2020-03-01")
    assert not LegalUnit.objects.filter(siren=siren).exists()


def test_a_copy_of_the_list_kept_elsewhere_is_learnt(firm: LegalUnit, home: Path) -> None:
    erased(firm)
    erasing.write_to(copy := home / "elsewhere.jsonl")
    (home / erasing.FILE).unlink()
    forgotten_by_the_database(firm)
    assert (erasing.learn(copy), erasing.learn(copy)) == (1, 0)
    assert erasing.replay() == 1


@pytest.mark.parametrize("text", ["not json", '{"unit": 1}', "[]\n"])
def test_a_file_that_is_no_such_list_is_refused(home: Path, text: str) -> None:
    (home / "list").write_text(text)
    with pytest.raises(Invalid, match="no list of erasures"):
        erasing.learn(home / "list")
    with pytest.raises(Invalid, match="not there"):
        erasing.learn(home / "nowhere")


# Who may, and what is refused


def test_only_the_machine_and_the_organisation_in_charge_erase(
    firm: LegalUnit, chief: Actor
) -> None:
    for other in (make.actor(Role.ADMINISTRATOR), make.actor(Role.OFFICER, chief.organisation)):
        with pytest.raises(NotAllowed):
            erasing.erase(unit=firm, reason="Why not", by=other)
    assert erasing.erase(unit=firm, reason="Asked", by=chief).unit == firm.key
    assert Erasure.objects.get().by == chief.person


def test_an_erasure_has_a_reason_and_is_done_once(firm: LegalUnit) -> None:
    with pytest.raises(Invalid):
        erasing.erase(unit=firm, reason="  ", by=MACHINE)
    erased(firm)
    with pytest.raises(Conflict):
        erased(firm)
    assert Erasure.objects.count() == 1


def test_an_erasure_that_fails_half_way_changes_nothing(
    firm: LegalUnit, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = reading_all.database()

    def broken(*_args: Any) -> None:
        raise RuntimeError("the disk is gone")

    monkeypatch.setattr("maillage.register.indexing.refresh", broken)
    with pytest.raises(RuntimeError):
        erased(firm)
    assert reading_all.database() == before
    assert not (Path(settings.HOME) / erasing.FILE).exists()


# On screen


def test_the_organisation_in_charge_erases_on_screen(
    client: Client, chief: Actor, firm: LegalUnit
) -> None:
    address = f"/entreprises/{firm.key}/effacer/"
    assert address in client.get(f"/entreprises/{firm.key}/").content.decode()
    page = client.get(address).content.decode()
    assert "Visites\xa0: 1" in page

    refused = client.post(address, {"reason": "Demande du 3 mars"})
    assert refused.status_code == 422
    assert "Demande du 3 mars" in refused.content.decode()
    assert not Erasure.objects.exists()

    client.post(address, {"reason": "Demande du 3 mars", "sure": "on"})
    assert Erasure.objects.get().by == chief.person
    again = client.post(address, {"reason": "Encore", "sure": "on"})
    assert again.status_code == 409
    assert "Cette entreprise est déjà effacée" in again.content.decode()


def test_while_a_file_is_read_the_form_says_to_wait_and_keeps_what_was_typed(
    client: Client, chief: Actor, firm: LegalUnit
) -> None:
    intake.load(state="received")
    address = f"/entreprises/{firm.key}/effacer/"
    sent = client.post(address, {"reason": "Demande du 3 mars", "sure": "on"})
    assert sent.status_code == 409
    page = sent.content.decode()
    assert "Un fichier est en train d’être lu ou appliqué" in page
    assert "Demande du 3 mars" in page
    assert not Erasure.objects.exists()


def test_others_are_neither_offered_it_nor_let_do_it(client: Client, firm: LegalUnit) -> None:
    identity.presume(identity.Face(organisation_id=make.organisation().pk))
    address = f"/entreprises/{firm.key}/effacer/"
    for role in (Role.ADMINISTRATOR, Role.OFFICER, Role.ADVISER):
        make.signed_in(client, role)
        assert "effacer" not in client.get(f"/entreprises/{firm.key}/").content.decode()
        sent = client.post(address, {"reason": "Pourquoi pas", "sure": "on"})
        assert sent.status_code == 403
    assert not Erasure.objects.exists()
    make.signed_in(client, Role.ADMINISTRATOR)
    page = client.get(address).content.decode()
    assert "Seule l’organisation responsable" in page
    assert "Effacer pour toujours" not in page


def test_the_journal_tells_who_had_it_erased_when_and_why_and_not_who_it_was(
    client: Client, chief: Actor, firm: LegalUnit
) -> None:
    assert (
        "Aucune entreprise n’a été effacée" in client.get("/entreprises/effacees/").content.decode()
    )
    erasing.erase(unit=firm, reason="Lettre du 3 mars", by=chief)
    Erasure.objects.create(unit_key=uuid7(), digest="", salt="", reason="Ailleurs")
    page = client.get("/entreprises/effacees/").content.decode()
    assert str(chief.person) in page
    assert "Lettre du 3 mars" in page
    assert f"/entreprises/{firm.key}/" in page
    assert "Par une commande" in page  # the other, which this instance never knew
    assert page.count("/entreprises/0") == 1
    assert "CANARI" not in page.upper()
    sheet = client.get(f"/entreprises/{firm.key}/").content.decode()
    assert "/entreprises/effacees/" in sheet
    assert "/entreprises/effacees/" in client.get("/conservation/").content.decode()


def test_a_firm_added_by_hand_is_erased_on_screen_too_by_who_is_in_charge_and_by_no_other(
    client: Client, chief: Actor, firm: LegalUnit
) -> None:
    typed = Establishment.objects.get(reconciled_to__legal_unit=firm).legal_unit
    address = f"/entreprises/{typed.key}/effacer/"
    client.post(address, {"reason": "Demande du 3 mars", "sure": "on"})
    typed.refresh_from_db()
    assert typed.name == ""
    firm.refresh_from_db()
    assert firm.name == CANARY  # what it was matched with was not asked for
    make.signed_in(client, Role.ADMINISTRATOR)
    assert client.get(f"/entreprises/{typed.key}/").status_code == 404
    assert f"/entreprises/{typed.key}/" not in client.get("/entreprises/effacees/").content.decode()


def test_the_journal_asks_no_more_queries_for_more_lines(
    client: Client, chief: Actor, django_assert_num_queries: Any
) -> None:
    def erased_elsewhere(number: int) -> None:
        lines = [Erasure(unit_key=uuid7(), by=chief.person, reason="x") for _ in range(number)]
        Erasure.objects.bulk_create(lines)

    erased_elsewhere(2)
    client.get("/entreprises/effacees/")
    with CaptureQueriesContext(connection) as few:
        client.get("/entreprises/effacees/")
    erased_elsewhere(90)
    with django_assert_num_queries(len(few)):
        client.get("/entreprises/effacees/")


def test_an_adviser_reads_no_journal_of_erasures(client: Client, firm: LegalUnit) -> None:
    erased(firm)
    make.signed_in(client, Role.ADVISER)
    assert client.get("/entreprises/effacees/").status_code == 403
    assert "/entreprises/effacees/" not in client.get(f"/entreprises/{firm.key}/").content.decode()


def test_an_adviser_still_reads_what_was_done_there(client: Client, firm: LegalUnit) -> None:
    erased(firm)
    make.signed_in(client, Role.ADVISER)
    page = client.get(f"/entreprises/{firm.key}/").content.decode()
    assert "Entreprise effacée" in page
    assert "CANARI" not in page.upper()
    assert "diffusion partielle" not in page


def test_every_model_that_points_to_a_firm_says_what_is_left_of_it() -> None:
    from maillage.accounts import retaining

    pointing = {
        model
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if field.related_model in {LegalUnit, Establishment}
    }
    kept = retaining.declared()
    texts = {m for m in pointing if kept[m].personal}
    assert not [m for m in texts if not (kept[m].firm or kept[m].holding)]
