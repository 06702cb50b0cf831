"""`maillage import_cohort`: what structures hand in is counted once a person, and tells nothing of anybody."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from maillage.accounts.models import Organisation
from maillage.cohorts import pepper
from maillage.cohorts.models import Pseudonym
from maillage.intake.actions import undo_load
from maillage.intake.loading import undo
from maillage.intake.models import Load, Reject
from maillage.kernel import clock
from maillage.ledger.models import Act
from tests.factories import accounts, cohorts as make, places
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
SIREN = "552100554"
ROWS: list[Sequence[str]] = [
    ("Anne", "Accueil", "2024-02-05", "", "59350", "oui"),
    ("Anne", "Prêt", "03/06/2024", "1500,50", "59350"),
    ("Luc", "Accueil", "2024-02-06", "", "Tourcoing", "non"),
    ("", "Accueil", "2024-02-07", "", "59599"),
    ("", "Accueil", "2024-02-07", "", "59599"),
]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.at(noon("2024-12-01")):
        yield


@pytest.fixture
def structure() -> Organisation:
    places.places_loaded()
    found = make.structure(siren=SIREN)
    make.programme(None, found)
    return found


def run(path: Path, *words: str, structure: str = SIREN) -> tuple[int, dict[str, Any]]:
    out, err = StringIO(), StringIO()
    told = (str(path), "--structure", structure, "--json", *words)
    try:
        call_command("import_cohort", *told, stdout=out, stderr=err)
    except SystemExit as leaving:
        return int(str(leaving.code)), json.loads(out.getvalue())
    return 0, json.loads(out.getvalue())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "liste.csv"


def acts() -> list[tuple[str, str, int | None, bool | None]]:
    every = Act.objects.unscoped(reason="a test reads the ledger").effective()
    rows = every.order_by("seq").values_list("kind", "commune", "amount_cents", "in_qpv")
    return [(kind.partition(".")[2], *said) for kind, *said in rows]


def test_a_list_says_what_it_read_and_becomes_acts(path: Path, structure: Organisation) -> None:
    path.write_bytes(
        make.file(*ROWS, ("Eve", "Acueil", "2024-02-05"), ("Eve", "Prêt", "2024-02-05"))
    )
    code, answer = run(path)
    assert (code, answer["status"], answer["version"], answer["encoding"]) == (
        0,
        "applied",
        "1",
        "utf-8-sig",
    )
    assert (answer["read"], answer["accepted"], answer["rejected"]) == (7, 5, 2)
    assert [(one["file"], one["line"], one["column"]) for one in answer["rejects"]] == [
        ("liste.csv", 7, "etape"),
        ("liste.csv", 8, "montant"),
    ]
    assert (answer["overlaps"], answer["matched"]) == (0, 0)
    assert acts() == [
        ("person_welcomed", "59350", None, True),
        ("loan_granted", "59350", 150_050, None),
        ("person_welcomed", "59599", None, False),
        ("person_welcomed", "59599", None, None),
        ("person_welcomed", "59599", None, None),
    ]
    assert Pseudonym.objects.count() == 2


def test_the_same_list_again_writes_nothing(path: Path, structure: Organisation) -> None:
    path.write_bytes(make.file(*ROWS))
    run(path)
    before = Act.objects.unscoped(reason="a test").count()
    code, answer = run(path)
    assert (code, answer["kinds"], answer["matched"]) == (0, {"unchanged": 5}, 5)
    assert Act.objects.unscoped(reason="a test").count() == before


def test_a_line_told_again_with_another_amount_replaces_itself_and_comes_back_when_that_is_undone(
    structure: Organisation,
) -> None:
    by = make.acting(structure)
    make.handed(by, *ROWS)
    second = make.handed(by, ("Anne", "Prêt", "2024-06-03", "2000", "59350"))
    assert second.counts == {"read": 1, "rejected": 0, "changed": 1}
    assert [one.amount_cents for one in make.standing(stage="loan")] == [200_000]
    undo_load(load=second, because="essai", by=by)
    undo(Load.objects.get(pk=second.pk))
    assert [one.amount_cents for one in make.standing(stage="loan")] == [150_050]
    assert sorted(str(amount) for _, _, amount, _ in acts()) == ["150050", *["None"] * 4]


def test_a_deposit_that_corrects_another_takes_back_what_it_does_not_tell(
    structure: Organisation,
) -> None:
    by = make.acting(structure)
    first = make.handed(by, *ROWS)
    second = make.handed(by, ROWS[0], ("Luc", "Accueil", "2024-02-09"), corrects=str(first.pk))
    told = {(one.stage, one.on, one.load_id) for one in make.standing()}
    assert told == {
        ("welcome", date(2024, 2, 5), first.pk),
        ("welcome", date(2024, 2, 9), second.pk),
    }
    undo_load(load=second, because="essai", by=by)
    undo(Load.objects.get(pk=second.pk))
    assert len(make.standing()) == len(acts()) == 5


def test_a_person_told_by_two_structures_is_one_and_counts_in_the_overlap(
    path: Path, structure: Organisation
) -> None:
    other = make.structure(siren="443061841")
    from maillage.cohorts.actions import name_structures
    from maillage.cohorts.models import MACHINE, Programme

    programme = Programme.objects.visible_to(MACHINE).get()
    owner = make.acting(programme.organisation)
    name_structures(programme=programme, structures=[structure, other], by=owner)
    make.handed(make.acting(structure), *ROWS)
    path.write_bytes(
        make.file(("Anne", "Création", "2024-09-02"), ("Zoé", "Accueil", "2024-09-02"))
    )
    _code, answer = run(path, structure="443061841")
    assert (answer["overlaps"], answer["matched"]) == (1, 0)
    assert Pseudonym.objects.count() == 3


@pytest.mark.parametrize(
    ("content", "line", "column"),
    [
        ("jeton;etape;date;Nom\n;Accueil;2024-02-05;Petit\n", 1, "Nom"),
        (
            "Nom;Prénom;Date de naissance;Étape;Date\nPetit;Luc;01/02/1985;Accueil;2024-02-05\n",
            1,
            "Nom",
        ),
        (
            "jeton;etape;date;suivi\n;Accueil;2024-02-05;\n;Accueil;2024-02-05;luc@exemple.fr\n",
            3,
            "suivi",
        ),
        ("jeton;etape;date;commune\n;Accueil;2024-02-05;06 12 34 56 78\n", 2, "commune"),
        ("jeton;etape;date;divers\n;Accueil;2024-02-05;12/03/2001\n", 2, "divers"),
        ("jeton;etape;date;divers\n;Accueil;2024-02-05;Luc Petit\n", 2, "divers"),
        ("jeton;etape;date\n;Accueil;1985-02-05\n", 2, "date"),
        ("jeton;etape;date;n\n;Accueil;2024-02-05;1 85 02 59 350 123 45\n", 2, "n"),
    ],
)
def test_a_file_that_tells_who_somebody_is_is_refused_whole_and_nothing_of_it_is_kept(
    path: Path, structure: Organisation, content: str, line: int, column: str
) -> None:
    path.write_text(content)
    code, answer = run(path)
    (one,) = answer["rejects"]
    assert (code, answer["status"], answer["accepted"]) == (2, "refused", 0)
    assert (one["line"], one["column"], one["code"][:6]) == (line, column, "holds_")
    load = Load.objects.get()
    kept = json.dumps([load.found, load.refusal, load.counts], ensure_ascii=False)
    assert not [word for word in ("Petit", "exemple", "06 12", "1985-", "2001") if word in kept]
    assert not acts()


def test_neither_tokens_nor_refused_rows_are_kept_in_the_database(
    path: Path, structure: Organisation
) -> None:
    path.write_bytes(make.file(*ROWS, ("Eve", "Acueil", "2024-02-05")))
    run(path)
    tables = [
        one for one in connection.introspection.table_names() if not one.startswith("places_")
    ]
    whole = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- the tables of the product
            whole.append(str(cursor.fetchall()))
    for person in ("Anne", "Luc", "Eve"):
        assert make.token(person) not in "".join(whole)
    assert Reject.objects.get().row == {}
    kept = set(Pseudonym.objects.values_list("digest", flat=True))
    programme = Pseudonym.objects.select_related("programme").first()
    assert programme is not None
    assert kept == {
        pepper.digest(make.token(one), programme.programme.key) for one in ("Anne", "Luc")
    }


def test_a_token_of_another_key_or_recipe_is_refused(structure: Organisation, path: Path) -> None:
    content = make.file(*ROWS[:2]).replace(make.MARK.encode(), b"0" * 16, 1)
    path.write_bytes(content.replace(b";1;", b";2;").replace(b";2;0000", b";1;0000", 1))
    _code, answer = run(path)
    assert [(one["line"], one["column"]) for one in answer["rejects"]] == [
        (2, "cle"),
        (3, "recette"),
    ]


@pytest.mark.parametrize(
    ("rows", "column"),
    [
        ([("Anne", "Accueil", "2025-02-05")], "date"),
        ([("Anne", "Prêt", "2024-02-05", "-3")], "montant"),
        ([("Anne", "Accueil", "2024-02-05", "", "Nulle-Part")], "commune"),
        ([("Anne", "Accueil", "2024-02-05", "", "", "peut-être")], "qpv"),
        ([ROWS[0], ROWS[0]], ""),
    ],
)
def test_a_line_that_cannot_be_counted_is_refused_with_its_column(
    path: Path, structure: Organisation, rows: list[Sequence[str]], column: str
) -> None:
    path.write_bytes(make.file(*rows))
    _code, answer = run(path)
    assert [(one["line"], one["column"]) for one in answer["rejects"]] == [(len(rows) + 1, column)]


def test_a_postcode_is_a_commune_where_it_serves_one_alone(structure: Organisation) -> None:
    by, header = make.acting(structure), ("jeton", "etape", "date", "code_postal", "recette", "cle")
    from tests.factories import intake

    rows = [("Anne", "Accueil", "2024-02-05", "59200"), ("Luc", "Accueil", "2024-02-05", "1400.0")]
    intake.applied(make.file(*rows, header=header), source="cohort", name="liste.csv", by=by)
    assert [one.commune for one in make.standing()] == ["59599", ""]


def test_a_structure_that_takes_no_part_or_nobody_knows_is_refused_at_line_1(
    path: Path, structure: Organisation
) -> None:
    path.write_bytes(make.file(*ROWS))
    accounts.organisation(siren="443061841")
    for siren, given in (("443061841", ()), ("000000000", ()), (SIREN, ("--programme", "Autre"))):
        code, answer = run(path, *given, structure=siren)
        (one,) = answer["rejects"]
        assert (code, one["line"], bool(one["reason"])) == (2, 1, True)
        assert (answer["read"], answer["accepted"]) == (0, 0)
    code, answer = run(path, "--corrects", "999")
    assert (code, answer["status"], make.standing()) == (2, "refused", [])
    code, answer = run(path, "--dry-run", "--programme", "Fabrique (inventé)")
    assert (code, answer["status"], make.standing()) == (0, "dry_run", [])
