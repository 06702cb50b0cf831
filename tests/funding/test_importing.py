"""Lists of grants come in by file: the headers people use, what is refused and why, told again, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from maillage.accounts.roles import Role
from maillage.funding.importers.scdl import SOURCE, columns
from maillage.funding.models import PublishedGrant
from maillage.intake import loading
from maillage.intake.declared import importer_of
from maillage.intake.models import Load
from maillage.intake.tables import Header
from tests.factories import accounts, funding as make, intake, register

pytestmark = pytest.mark.django_db


def refused(load: Load) -> list[tuple[int, str, str]]:
    return list(load.rejects.order_by("line").values_list("line", "column", "code"))


def applied(content: bytes, **given: Any) -> Load:
    return intake.applied(content, source=SOURCE, name="subventions.csv", **given)


def test_every_word_of_a_line_is_kept() -> None:
    make.loaded({"pourcentageSubvention": "0,6", "datesPeriodeVersement": "2019/04/01_2020/03/31"})
    (one,) = make.standing()
    assert (one.funder_name, one.funder_siret) == ("Ville inventée", make.FUNDER)
    assert (one.beneficiary_name, one.beneficiary_siret) == ("Fournil Delattre", make.FIRM)
    assert (str(one.agreed_on), one.reference) == ("2019-03-04", "2019-12")
    assert (one.amount_cents, one.share) == (1_200_050, 600_000)
    assert (one.nature, one.conditions) == ("aide en numéraire", "unique")
    assert (one.period, one.is_notified, one.number) == ("2019-04-01/2020-03-31", False, 2)
    assert str(one) == "Fournil Delattre, 2019-03-04"


@pytest.mark.parametrize(
    ("seen", "official"),
    [
        ("Identification de l’attributaire (SIRET)", "idAttribuant"),
        ("coll_nom", "nomAttribuant"),
        ("DATE CONVENTION", "dateConvention"),
        ("datedecision", "dateConvention"),
        ("N° SIRET", "idBeneficiaire"),
        ("ID_BENEFICIAIRE", "idBeneficiaire"),
        ("libelle_beneficiaire", "nomBeneficiaire"),
        ("Objet de la subvention", "objet"),
        ("Montant total de la subvention", "montant"),
        ("Date(s) ou période(s) de versement", "datesPeriodeVersement"),
        ("Aide d'Etat (ou pas) notifiée à l'UE", "notificationUE"),
        ("% du mt de la subvention attribuée au bénéficiaire", "pourcentageSubvention"),
    ],
)
def test_headers_that_communities_use_are_known(seen: str, official: str) -> None:
    header = Header.of([seen], columns({}))
    assert list(header.places) == [official]


def test_no_header_can_mean_two_fields() -> None:
    met: dict[str, str] = {}
    for one in columns({}):
        for spelling in one.spellings:
            assert met.setdefault(spelling, one.name) == one.name, spelling


def test_an_old_file_without_the_newer_columns_is_taken() -> None:
    content = make.file({}, without="rnaBeneficiaire dispositifAide notificationUE idRAE")
    load = applied(content)
    assert (load.accepted, refused(load)) == (1, [])
    (one,) = make.standing()
    assert (one.is_notified, one.rae, one.scheme) == (None, "", "")


def test_a_table_under_a_title_written_in_windows_1252_is_taken() -> None:
    content = "Subventions versées\n\n".encode("cp1252") + make.file({}).decode().encode("cp1252")
    assert applied(content).accepted == 1
    assert make.standing()[0].nature == "aide en numéraire"


def test_bad_lines_are_told_and_the_others_are_taken() -> None:
    lines: list[dict[str, str]] = [
        {"referenceDecision": "1"},
        {"montant": "12 000 environ"},
        {"idBeneficiaire": "12345678900011"},
        {"idBeneficiaire": ""},
        {"idBeneficiaire": "", "rnaBeneficiaire": "W123456789"},
        {"pourcentageSubvention": "80"},
        {"dateConvention": "2019"},
        {"referenceDecision": "1"},
        {"nomBeneficiaire": ""},
    ]
    load = make.loaded(*lines)
    assert refused(load) == [
        (3, "montant", "number"),
        (4, "idBeneficiaire", "wrong_check_digit"),
        (5, "idBeneficiaire", "no_beneficiary"),
        (7, "pourcentageSubvention", "share"),
        (8, "dateConvention", "date"),
        (9, "", "duplicate"),
        (10, "nomBeneficiaire", "blank"),
    ]
    assert load.count("read") == load.accepted + load.count("rejected") == 9
    assert [one.number for one in make.standing()] == [2, 6]


def test_every_reason_has_its_words_and_its_remedy() -> None:
    for words in importer_of(SOURCE).reasons.values():
        assert words.fr != words.en
        assert ":" in words.en


def test_who_gave_may_be_told_apart_when_the_file_does_not_say() -> None:
    content = make.file({}, without="nomAttribuant idAttribuant")
    alone = intake.previewed(content, source=SOURCE, name="a.csv")
    assert alone.refusal["code"] == "missing_columns"
    applied(content, funder=make.FUNDER, funder_name="Ville inventée")
    (one,) = make.standing()
    assert (one.funder_name, one.funder_siret) == ("Ville inventée", make.FUNDER)


def test_a_file_told_again_says_nothing_new_and_each_grant_is_there_once() -> None:
    first = make.loaded({}, {"referenceDecision": "2019-13"})
    again = make.loaded({"nomBeneficiaire": "FOURNIL DELATTRE"}, {"referenceDecision": "2019-14"})
    assert (again.count("unchanged"), again.count("new")) == (1, 1)
    assert [one.reference for one in make.standing()] == ["2019-12", "2019-13", "2019-14"]
    register.undo_load(load=first, by=accounts.actor(Role.ADMINISTRATOR))
    assert [one.reference for one in make.standing()] == ["2019-12", "2019-14"]


def test_nothing_is_seen_before_the_load_is_active_and_an_abandoned_one_leaves_nothing() -> None:
    load = intake.previewed(make.file({}), source=SOURCE, name="a.csv")
    importer, run = importer_of(SOURCE), loading.run_of(load)
    reading = loading.Reading.of(load)
    understanding = reading.understanding()
    ((_until, chunk),) = reading.chunks(understanding)
    importer.apply([row for row, _kind in reading.sorted_out(understanding, chunk)[0]], run)
    assert PublishedGrant.objects.count() == 1
    assert make.standing() == []
    importer.discard(run)
    assert not PublishedGrant.objects.exists()


def test_many_lines_are_compared_with_what_is_known_in_one_query(
    django_assert_num_queries: Any,
) -> None:
    many = [{"referenceDecision": str(n)} for n in range(300)]
    load = intake.previewed(make.file(*many), source=SOURCE, name="a.csv")
    reading = loading.Reading.of(load)
    understanding = reading.understanding()
    ((_until, chunk),) = reading.chunks(understanding)
    rows = [row for row, _kind in reading.sorted_out(understanding, chunk)[0]]
    with django_assert_num_queries(1):
        assert reading.importer.diff(rows, reading.run) == ["new"] * 300
