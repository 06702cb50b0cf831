"""One firm whose name stands in every field that may hold it: erased, it is nowhere, and nothing brings it back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models

from maillage import ledger
from maillage.accounts import retaining
from maillage.accounts.actors import System
from maillage.accounts.models import Organisation, Person
from maillage.figures.models import PublicationOrder, PublishedFigure, StockVintage
from maillage.intake import storage
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.kernel.remote import Folder
from maillage.kernel.retention import Kept, Whose
from maillage.ledger.drift.models import Requalification
from maillage.ledger.models import Act
from maillage.needs.models import Need, Referral, RoutingRule, Synonym, Term, ThemeTree
from maillage.needs.tree import document
from maillage.outreach.models import (
    OpeningHours,
    ProvisionalFirm,
    Signal,
    StreetWalk,
    Visit,
    VisitPhoto,
)
from maillage.post.models import Link, Message, State
from maillage.register import erasing, indexing
from maillage.register.criteria import ESS_LISTED
from maillage.register.models import (
    Establishment,
    FirmAccess,
    FirmRequest,
    LegalUnit,
    PendingChange,
    Period,
    SuccessionLink,
)
from maillage.site.keeping import backup, leaving, restore
from tests import reading_all
from tests.factories import (
    catalogue,
    cohorts,
    desks,
    diagnoses,
    events,
    funding,
    intake,
    lists,
    post,
    register,
)
from tests.site.keeping.conftest import Kept as Instance, filled
from tests.site.keeping.instances import Empty, Place, at, copied, home, told

pytestmark = pytest.mark.usefixtures("anywhere")

CANARY = "ZYXCANARI"
MACHINE = System("a test")


def declared() -> dict[type[models.Model], Kept]:
    return {model: kept for model, kept in retaining.declared().items() if kept.is_erased}


def test_what_no_erasure_looks_into_tells_of_the_people_of_organisations_only() -> None:
    for model, kept in retaining.declared().items():
        if kept.personal and not kept.is_erased:
            assert kept.whose is Whose.MEMBER, model


# A firm that left its name everywhere


def canary_in(field: Any) -> Any:
    """The name, in the form that such a field takes."""
    if isinstance(field, models.JSONField):
        return [{"sheet": {"cell": f"chez {CANARY.title()}"}, "role": "file"}]
    if isinstance(field, models.BinaryField):
        return CANARY.encode()
    if isinstance(field, models.URLField):
        return f"https://a.example/{CANARY}"
    return CANARY


def texts(model: type[models.Model], kept: Kept) -> dict[str, Any]:
    named = (*kept.personal.split(), *kept.typed.split())
    fields: list[Any] = [model._meta.get_field(name) for name in named]
    words = [f for f in fields if not isinstance(f, models.FloatField) and not f.unique]
    return {f.name: canary_in(f) for f in words if (f.max_length or 200) >= len(CANARY)}


def row_of(model: type[models.Model], kept: Kept, unit: LegalUnit) -> Any:
    """A row of the model that may name the firm: its own where rows point to a firm."""
    rows = model._base_manager.order_by("pk")
    if kept.firm:
        rows = rows.filter(**{kept.firm: unit.pk})
    if model is Message:
        rows = rows.filter(state=State.FAILED)
    if model is Link:
        rows = rows.filter(subject=str(unit.key))
    if model is PendingChange:
        rows = rows.filter(target_id=unit.pk)
    found = rows.first()
    assert found is not None, f"make one in made_beside() that may name a firm: {model.__name__}"
    return found


def made_beside(unit: LegalUnit) -> None:
    """Rows that a demonstration has not."""
    load = intake.load(state="active")
    intake.reject(load)
    Period.objects.create(load=load, establishment=unit.establishments.get())
    SuccessionLink.objects.create(
        load=load, predecessor=unit.establishments.get(), outside_siret=unit.siren + "00099",
        linked_on=date(2018, 3, 1), seat_transfer=False, continuity=True,
    )  # fmt: skip
    PendingChange.objects.create(load=load, target="u", target_id=unit.pk, fields={})
    keeper = Organisation.objects.order_by("pk")[0]
    post.standing(State.FAILED, keeper)
    Requalification.objects.create(
        keeper=keeper, corrects=False, reason="x", change={}, acts=1, once=uuid7()
    )
    of_firm = {"legal_unit": unit, "organisation": keeper}
    FirmAccess.objects.create(until=clock.real_now(), **of_firm)
    FirmRequest.objects.create(
        due_on=clock.today(), what="correct", said="x", once=uuid7(), **of_firm
    )
    ProvisionalFirm.objects.create(
        establishment=unit.establishments.order_by("pk")[0],
        organisation=keeper,
        commune="59350",
        added_at=clock.real_now(),
        added_by=Person.objects.order_by("pk")[0],
    )
    seen = Visit.objects.unscoped(reason="a test").filter(legal_unit=unit)[0]
    Signal.objects.create(visit=seen, answers={}, occurred_on=seen.occurred_on)
    VisitPhoto.objects.create(
        visit=seen, data=b"x", kind="png", width=1, height=1, added_by=seen.adviser, once=uuid7()
    )
    OpeningHours.objects.create(
        establishment=unit.establishments.order_by("pk")[0], organisation=keeper,
        noted_on=clock.today(),
    )  # fmt: skip
    lists.kept_line(keeper, unit.establishments.get())
    asked = Need.objects.create(
        establishment=unit.establishments.get(), theme="online", origin="form", heard_at=clock.real_now(),
        expressed_on=clock.today(), **of_firm,
    )  # fmt: skip
    Referral.objects.create(
        need=asked, partner=keeper, sent_at=clock.real_now(), expires_on=clock.today()
    )
    diagnoses.kept_step(keeper, unit.establishments.get())
    desks.kept_welcome(keeper, unit.establishments.get())
    events.kept_line(keeper, unit.establishments.get())
    funding.kept_grant(unit.establishments.get())
    cohorts.kept_line(keeper, unit.establishments.get())
    RoutingRule.objects.create(
        organisation=keeper, partner=keeper, title="x", themes=["online"], made_at=clock.real_now()
    )
    Term.objects.create(
        organisation=keeper, theme="online", term="x", plain="x", made_at=clock.real_now()
    )
    ThemeTree.objects.create(number=2, families=document.written(document.shipped()))
    vintage = StockVintage.objects.create(
        as_of=date(2020, 1, 1),
        history_start=date(2018, 1, 1),
        source="x",
        territories=[],
        digest="x",
    )
    PublicationOrder.objects.create(
        subject="x", vintage=vintage, organisation=keeper, state=PublicationOrder.State.REFUSED,
        asked_at=clock.real_now(), once=str(uuid7()),
    )  # fmt: skip
    Synonym.objects.create(need=asked, theme="online", made_at=clock.real_now())
    catalogue.entry(catalogue.keeper(keeper))
    catalogue.link()
    somebody = Person.objects.order_by("pk")[0]
    StreetWalk.objects.create(
        organisation=keeper, commune="59350", day=clock.today(), adviser=somebody
    )
    register.craft_list(keeper)
    register.belonging(unit, ESS_LISTED.bit)
    assert post.token(subject=str(unit.key))
    erasing.erase(unit=LegalUnit.objects.create(name="Gone", siren=None), reason="x", by=MACHINE)


def files_beside() -> None:
    """A file that waits to be confirmed, in another encoding; messages laid in the folder, encoded."""
    waiting = intake.load(state="previewed", files=[])
    storage.keep(waiting, "file", "a.csv", [f"nom\n{CANARY}\n".encode("utf-16")])
    mail = EmailMessage()
    mail["To"] = f"{CANARY} <a@a.example>"
    mail.set_content(f"Bonjour {CANARY}", cte="base64")
    folder = home() / "mail"
    folder.mkdir(exist_ok=True)
    (folder / "one.eml").write_bytes(mail.as_bytes())
    codes = f"Subject: Code\n\nBonjour\n{'-' * 79}\nSubject: =?utf-8?q?Z=59XCANARI?=\n\nBonjour\n{'-' * 79}\n"
    (folder / "two.log").write_text(codes)
    (folder / "three.eml").write_text("To: b@b.example\nSubject: Autre\n\nBonjour")
    said = Folder(home() / "answers" / "firms")
    said.write("https://a.example/?q=canari", {"nom_complet": f"CHEZ {CANARY}"}, clock.real_now())
    said.write("https://a.example/?q=autre", {"nom_complet": "AUTRE"}, clock.real_now())


@dataclass
class Left:
    """The instance before the erasure: whom it names where, its figures, what was kept of it."""

    place: Place
    key: str
    marks: list[str]
    figures: dict[str, Any]
    published: list[Any]
    heads: list[Any]
    backup: Path
    export: Path


def published() -> list[Any]:
    return list(PublishedFigure.objects.order_by("pk").values())


@pytest.fixture(scope="module")
def left(
    kept: Instance, empty: Empty, tmp_path_factory: pytest.TempPathFactory, django_db_blocker: Any
) -> Left:
    with django_db_blocker.unblock():
        place = filled(kept.backup, empty())
        with at(place):
            return spread(place, tmp_path_factory.mktemp("left"))


def spread(place: Place, folder: Path) -> Left:
    acted = (
        Act.objects.unscoped(reason="tests read all")
        .exclude(legal_unit=None)
        .values_list("legal_unit", flat=True)
    )
    unit = LegalUnit.objects.filter(pk__in=acted, diffusion="O").exclude(siren=None).first()
    assert unit is not None
    sirets = Establishment.objects.of(unit).values_list("siret", flat=True)
    marks = [CANARY, str(unit.siren), *map(str, sirets)]
    made_beside(unit)
    for model, kept in declared().items():
        row = row_of(model, kept, unit)
        model._base_manager.filter(pk=row.pk).update(**texts(model, kept))
    files_beside()
    indexing.rebuild()
    backup.make(folder / "backup", passphrase="", tell=len)
    leaving.leave(folder / "export", tell=len)
    return Left(
        place, str(unit.key), marks, told(), published(), ledger.heads(),
        folder / "backup", folder / "export",
    )  # fmt: skip


@pytest.fixture(scope="module")
def met(left: Left, django_db_blocker: Any) -> dict[str, int]:
    """The firm is erased; what that met."""
    with django_db_blocker.unblock(), at(left.place):
        return forgotten(left)


@pytest.fixture
def erased(left: Left, met: dict[str, int]) -> Iterator[dict[str, int]]:
    """The instance after the erasure."""
    with at(left.place):
        yield met


def forgotten(left: Left) -> dict[str, int]:
    before = {line.split()[0] for line in reading_all.bearing(reading_all.database(), [CANARY])}
    expected = {m._meta.db_table for m, kept in declared().items() if texts(m, kept)}
    assert expected <= before, expected - before  # the walk wrote everywhere it says
    if not left.place.url:
        assert left.place.database in reading_all.files_bearing(left.place.home, [CANARY])
    unit = LegalUnit.objects.get(key=left.key)
    return erasing.erase(unit=unit, reason=f"Asked by {CANARY.title()}", by=MACHINE).rows


def traces(left: Left) -> list[str]:
    return reading_all.bearing(reading_all.database(), left.marks)


def test_no_table_names_it(left: Left, erased: dict[str, int]) -> None:
    assert traces(left) == []
    assert set(erased) >= {m._meta.label for m, kept in declared().items() if texts(m, kept)} | {
        "post.Link",
        "mail",
    }


def test_no_file_of_the_instance_names_it(left: Left, erased: dict[str, int]) -> None:
    assert reading_all.files_bearing(left.place.home, left.marks) == []
    assert sorted(p.name for p in (left.place.home / "mail").iterdir()) == ["three.eml"]
    (answer,) = (left.place.home / "answers" / "firms").iterdir()
    assert "AUTRE" in answer.read_text("utf-8")
    assert not [p for p in (left.place.home / "intake").rglob("*") if p.is_file()]
    assert Load.objects.filter(state="failed", refusal__code="abandoned").exists()


def test_figures_publications_and_chains_are_as_they_were(
    left: Left, erased: dict[str, int]
) -> None:
    assert told() == left.figures
    assert published() == left.published
    assert left.published
    assert ledger.heads() == left.heads
    assert ledger.verify(left.heads).is_valid


def test_what_was_typed_keeps_its_other_words(left: Left, erased: dict[str, int]) -> None:
    assert Load.objects.filter(files=[{"sheet": {"cell": "chez …"}, "role": "file"}]).exists()
    assert erasing.Erasure.objects.get(unit_key=left.key).reason == "Asked by …"


def test_an_export_of_afterwards_names_it_nowhere(
    left: Left, erased: dict[str, int], tmp_path: Path
) -> None:
    import pyarrow.parquet as parquet

    leaving.leave(tmp_path / "export", tell=len)
    assert reading_all.files_bearing(tmp_path / "export", left.marks) == []
    for path in (tmp_path / "export" / "parquet").iterdir():
        assert reading_all.bearing([str(parquet.read_table(path).to_pydict())], left.marks) == []


@pytest.mark.parametrize("source", ["backup", "export"])
def test_what_was_kept_before_forgets_it_again(
    left: Left, erased: dict[str, int], empty: Empty, tmp_path: Path, source: str
) -> None:
    """By the list that was carried away, on a machine that never heard of the erasure."""
    erasing.write_to(tmp_path / "list.jsonl")
    place, said = empty(), list[str]()
    with at(place):
        told_of = put_back(left, source, said, erasures=tmp_path / "list.jsonl")
        assert told_of == {"listed": True, "learnt": 2, "forgotten_again": 1}
        assert traces(left) == []
        assert reading_all.files_bearing(place.home, left.marks) == []
        assert told() == left.figures
        assert published() == left.published
        assert ledger.heads() == left.heads
    empty.take_back(place)


def put_back(left: Left, source: str, said: list[str], erasures: Path | None = None) -> Any:
    folder = getattr(left, source)
    kept = (leaving.Export if source == "export" else restore.Backup)(folder, tell=len)
    return restore.put_back(kept, tell=said.append, erasures=erasures)


def test_without_any_list_a_restore_says_what_to_do(left: Left, empty: Empty) -> None:
    place, said = empty(), list[str]()
    with at(place):
        told_of = put_back(left, "backup", said)
        assert told_of["listed"] is False
        assert "NO LIST OF ERASURES" in said[-1]
        assert "--erasures FILE" in said[-1]
        assert traces(left) != []  # the firm is back, as it says
    empty.take_back(place)


def test_the_commands_tell_a_program_who_was_forgotten_again(
    left: Left, erased: dict[str, int], empty: Empty, tmp_path: Path, capsys: Any
) -> None:
    erasing.write_to(tmp_path / "list.jsonl")
    place = empty()
    with at(place):
        call_command("restore", "--from", str(left.backup), "--erasures", str(tmp_path / "list.jsonl"), "--json")  # fmt: skip
    answer = json.loads(capsys.readouterr().out)
    assert answer["erasures"] == {"listed": True, "learnt": 2, "forgotten_again": 1}
    empty.take_back(place)


@pytest.mark.parametrize("mode", ["DELETE", "WAL"])
@pytest.mark.parametrize("way", ["erased", "kept long enough"])
def test_on_sqlite_no_byte_is_left_in_the_file_nor_in_its_log(
    kept: Instance, tmp_path: Path, mode: str, way: str
) -> None:
    with at(place := copied(kept.place, tmp_path / "home")):
        connection.cursor().execute(f"PRAGMA journal_mode = {mode}")
        visit = Visit.objects.unscoped(reason="a test").exclude(note_partners="").first()
        assert visit is not None
        day = date(2001, 1, 1) if way == "kept long enough" else visit.occurred_on
        rows = Visit.objects.unscoped(reason="a test").filter(pk=visit.pk)
        rows.update(note_partners=f"{CANARY} " * 3_000, occurred_on=day)  # longer than one page
        assert reading_all.files_bearing(place.home, [CANARY])
        if way == "erased":
            erasing.erase(unit=visit.legal_unit, reason="Asked", by=MACHINE)
        else:
            assert retaining.apply(by=MACHINE).detail["notes_of_visits"] == 1
        assert reading_all.files_bearing(place.home, [CANARY]) == []
