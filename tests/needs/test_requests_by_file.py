"""Requests of a partner by file: each bad cell with its line, its column, why and what to do; once; undone; and written out."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from maillage import figures
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.figures import Filter, Question
from maillage.intake.telling import load_file
from maillage.kernel import clock
from maillage.ledger.models import Act
from maillage.needs import actions, exchange, reading
from maillage.needs.actions.opinions import AFTER, opinions_due
from maillage.needs.importers.solicitations import IMPORTER
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import Ending, How, Refusal, Theme
from maillage.register.models import Establishment
from tests.factories import accounts, needs as make, register
from tests.factories.themes import THEME_WORDS

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
TODAY = "2020-06-02"
HEAD = ("need", "created_at", "siret", "subject", "description", "full_name", "email", "phone")
GOOD = {"need": "1", "created_at": "2020-05-04", "siret": "", "subject": "online"}


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant(f"{TODAY}T10:00")):
        yield


@pytest.fixture
def owner() -> System:
    return System("tests", organisation=accounts.organisation())


@pytest.fixture
def firm() -> Establishment:
    return register.establishment()


def table(firm: Establishment, *rows: dict[str, str], head: tuple[str, ...] = HEAD) -> str:
    """A file of requests about a firm, each as good as can be but for what is said of it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, head, delimiter=";", restval="")
    writer.writeheader()
    for row in rows:
        writer.writerow(GOOD | {"siret": firm.siret} | row)
    return out.getvalue()


def load(
    folder: Path, text: str, by: Actor, name: str = "file.csv", *, dry_run: bool = False
) -> dict[str, Any]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_file("solicitations", path, {}, by=by, dry_run=dry_run)[0]


def heard(by: Actor) -> list[Need]:
    rows = Need.objects.visible_to(MACHINE).standing().filter(organisation=by.organisation)
    return list(rows.select_related("establishment").order_by("source_key"))


# What is refused, where and why

BAD: list[tuple[dict[str, str], str, str, str]] = [
    ({"need": ""}, "request", "blank", "fill it in"),
    ({"created_at": ""}, "created_at", "blank", "fill it in"),
    ({"siret": " "}, "siret", "blank", "fill it in"),
    ({"subject": ""}, "subject", "blank", "fill it in"),
    ({"created_at": "soon"}, "created_at", "date", "YYYY-MM-DD"),
    ({"created_at": "2020-02-30"}, "created_at", "date", "YYYY-MM-DD"),
    ({"created_at": "43955"}, "created_at", "serial_day", "date format"),
    ({"created_at": "2020-06-03"}, "created_at", "day_to_come", "give that of the request"),
    ({"created_at": "1820-06-03"}, "created_at", "implausible_day", "check the date"),
    ({"siret": "800000010"}, "siret", "siren_for_siret", "write the establishment’s SIRET"),
    ({"siret": "80000001000011"}, "siret", "wrong_check_digit", "copied"),
    ({"siret": "4,9E+13"}, "siret", "spreadsheet_number", "text format"),
    ({"siret": register.siret(register.siren(4242))}, "siret", "unknown_firm", "find the firm"),
    ({"subject": "The moon"}, "subject", "unknown_subject", "keep it in the thesaurus"),
    ({"email": "nobody"}, "email", "email", "name@domain.fr"),
    ({"email": "ana@"}, "email", "email", "name@domain.fr"),
    ({"email": "a b@example.org"}, "email", "email", "name@domain.fr"),
    ({"need": "9" * 41}, "request", "too_long", "shorten it"),
    ({"subject": "x" * 201}, "subject", "too_long", "shorten it"),
    ({"description": "x" * 4001}, "description", "too_long", "shorten it"),
    ({"full_name": "x" * 121}, "full_name", "too_long", "shorten it"),
    ({"phone": "0" * 31}, "phone_number", "too_long", "shorten it"),
    ({"description": "a\x01b"}, "description", "control", "type it again"),
]  # fmt: skip


def test_each_bad_cell_is_told_by_line_and_column_with_what_to_do_and_the_good_ones_are_taken(
    tmp_path: Path, owner: System, firm: Establishment
) -> None:
    rows = [{"need": f"r{rank}"} | bad for rank, (bad, *_) in enumerate(BAD)]
    with translation.override("en"):
        told = load(tmp_path, table(firm, {"need": "first"}, *rows, {"need": "last"}), owner)
    found = {one["line"]: one for one in told["rejects"]}
    assert sorted(found) == list(range(3, 3 + len(BAD)))
    for line, (bad, column, code, remedy) in enumerate(BAD, start=3):
        one = found[line]
        assert (one["column"], one["code"]) == (column, code), bad
        assert remedy in str(one["reason"]), bad
        assert one["file"] == "file.csv"
    assert [need.source_key for need in heard(owner)] == ["first", "last"]
    assert (told["status"], told["read"], told["accepted"], told["rejected"]) == (
        "applied",
        len(BAD) + 2,
        2,
        len(BAD),
    )


def test_in_french_every_reason_of_its_own_names_the_remedy_after_a_colon() -> None:
    assert IMPORTER.reasons.keys() == {
        "unknown_firm",
        "unknown_subject",
        "theme_ended",
        "day_to_come",
        "email",
    }
    for code, words in IMPORTER.reasons.items():
        for text, colon in ((words.fr, "\u00a0: "), (words.en, ": ")):
            why, _, remedy = text.partition(colon)
            assert why, code
            assert remedy, code


def test_a_number_said_twice_in_a_file_is_taken_once_and_the_second_line_told(
    tmp_path: Path, owner: System, firm: Establishment
) -> None:
    told = load(tmp_path, table(firm, {"description": "Un"}, {"description": "Deux"}), owner)
    assert [(one["line"], one["code"]) for one in told["rejects"]] == [(3, "duplicate")]
    assert [need.words for need in heard(owner)] == ["Un"]


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("", "empty", ""),
        (";".join(HEAD), "empty", ""),
        ("a;b\n1;2\n", "missing_columns", "request, siret, subject, created_at"),
        ("need;created_at;subject\n1;2020-05-04;online\n", "missing_columns", "siret"),
    ],
)
def test_what_is_no_such_table_is_refused_whole(
    tmp_path: Path, owner: System, text: str, code: str, column: str
) -> None:
    told = load(tmp_path, text, owner)
    (one,) = told["rejects"]
    assert (told["status"], one["code"], one["column"]) == ("refused", code, column)
    assert heard(owner) == []


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.ADVISER, "refused"), (Role.OFFICER, "refused"), (Role.EXPERT, "refused"), (Role.AUDITOR, "refused"),
        (Role.ELECTED, "refused"), (Role.SERVICE_MANAGER, "applied"),
    ],
)  # fmt: skip
def test_a_file_is_loaded_by_who_answers_for_the_service(
    tmp_path: Path, firm: Establishment, role: Role, status: str
) -> None:
    by = accounts.actor(role)
    assert load(tmp_path, table(firm, {}), by)["status"] == status
    assert len(heard(by)) == (status == "applied")


# How it is read


def test_a_subject_is_a_theme_s_code_or_words_in_either_language_whatever_the_case(
    tmp_path: Path, owner: System, firm: Establishment
) -> None:
    rows = [
        {"need": f"{theme.value}-{rank}", "subject": text}
        for theme, words in THEME_WORDS.items()
        for rank, text in enumerate((theme.value, words.fr, words.en, words.fr.upper()))
    ]
    assert load(tmp_path, table(firm, *rows), owner)["rejected"] == 0
    assert {(need.source_key.split("-")[0], need.theme) for need in heard(owner)} == {
        (theme.value, theme.value) for theme in Theme
    }


def test_a_theme_s_own_words_are_not_stolen_by_a_term(tmp_path: Path, firm: Establishment) -> None:
    adviser = accounts.actor()
    owner = System("tests", organisation=adviser.organisation)
    actions.keep_term(term="online", theme="cash", by=adviser)
    load(tmp_path, table(firm, {}), owner)
    assert [need.theme for need in heard(owner)] == ["online"]


def test_a_term_of_another_organisation_is_not_understood_here(
    tmp_path: Path, owner: System, firm: Establishment
) -> None:
    actions.keep_term(term="vitrine", theme="online", by=accounts.actor())
    told = load(tmp_path, table(firm, {"subject": "vitrine"}), owner)
    assert [one["code"] for one in told["rejects"]] == ["unknown_subject"]


def test_a_day_is_read_as_people_and_machines_write_it(
    tmp_path: Path, owner: System, firm: Establishment
) -> None:
    written = ["2020-05-04", "2020-05-04 23:59", "2020-05-04T08:00:00Z", "04/05/2020", "4/5/2020"]
    rows = [{"need": str(rank), "created_at": day} for rank, day in enumerate(written)]
    load(tmp_path, table(firm, *rows), owner)
    assert [need.expressed_on for need in heard(owner)] == [date(2020, 5, 4)] * len(written)


def test_a_request_of_today_is_not_of_a_day_to_come(
    tmp_path: Path, owner: System, firm: Establishment
) -> None:
    assert load(tmp_path, table(firm, {"created_at": TODAY}), owner)["rejected"] == 0


@pytest.mark.parametrize(
    "head",
    [
        ("solicitation_id", "solicitation_created_at", "facility_siret", "landing_subject_title"),
        ("need_id", "date de création", "SIRET", "sujet"),
        ("Numéro de la demande", "Date", "siret", "Sujet"),
    ],
)
def test_columns_are_found_under_each_name_that_they_are_given(
    tmp_path: Path, owner: System, firm: Establishment, head: tuple[str, ...]
) -> None:
    text = f"{';'.join(head)}\n7;2020-05-04;{firm.siret};online\n"
    assert load(tmp_path, text, owner)["rejects"] == []
    (need,) = heard(owner)
    assert (need.source_key, need.words, need.contact_email) == ("7", "", "")


# Once, and undone


def test_looking_first_writes_nothing(tmp_path: Path, owner: System, firm: Establishment) -> None:
    told = load(tmp_path, table(firm, {}, {"need": "2"}), owner, dry_run=True)
    assert (told["status"], told["kinds"]) == ("dry_run", {"new": 2})
    assert heard(owner) == []


def test_the_same_requests_again_are_unchanged_and_write_no_act(
    tmp_path: Path, owner: System, firm: Establishment
) -> None:
    rows = [{"need": str(n)} for n in range(4)]
    load(tmp_path, table(firm, *rows), owner)
    before = Act.objects.visible_to(MACHINE).count(), [need.pk for need in heard(owner)]
    told = load(tmp_path, table(firm, *reversed(rows)), owner, "other.csv")
    assert told["kinds"] == {"unchanged": 4}
    after = Act.objects.visible_to(MACHINE).count(), [need.pk for need in heard(owner)]
    assert after == before


def asked_of(owner: System) -> figures.Answer:
    assert owner.organisation is not None
    mine = Filter(organisations=(str(owner.organisation.key),))
    (answer,) = figures.answer([Question("needs.needs_expressed", mine)], cached=False)
    return answer


def test_a_load_undone_takes_back_its_own_requests_and_leaves_those_of_another(
    tmp_path: Path, owner: System, firm: Establishment
) -> None:
    load(tmp_path, table(firm, {"need": "kept"}), owner)
    second = load(
        tmp_path, table(firm, {"need": "kept"}, {"need": "a"}, {"need": "b"}), owner, "2.csv"
    )
    assert asked_of(owner).value == 3
    call_command("undo_load", str(second["load"]), because="wrong file")
    assert [need.source_key for need in heard(owner)] == ["kept"]
    assert asked_of(owner).value == 1
    third = load(tmp_path, table(firm, {"need": "a"}), owner, "3.csv")
    assert third["kinds"] == {"new": 1}
    assert asked_of(owner).value == 2


def test_undone_it_takes_back_what_was_sent_meanwhile_to_a_partner(
    tmp_path: Path, firm: Establishment
) -> None:
    adviser = accounts.actor()
    owner = System("tests", organisation=adviser.organisation)
    first = load(tmp_path, table(firm, {}), owner)
    (need,) = heard(owner)
    actions.agree(need=need, partner=None, how=How.TOLD, by=adviser)
    partner, expert = make.partner()
    make.referral(adviser, partner, of=need)
    call_command("undo_load", str(first["load"]), because="wrong file")
    (referral,) = Referral.objects.visible_to(MACHINE).select_related("need")
    assert not referral.is_live
    assert reading.row_of(referral, expert, clock.today()).firm == ""


def test_a_firm_brought_by_a_file_is_asked_what_it_thinks_as_any_other(
    tmp_path: Path, firm: Establishment
) -> None:
    adviser = accounts.actor()
    owner = System("tests", organisation=adviser.organisation)
    rows = [{"need": "1", "email": "ana@example.org"}, {"need": "2", "email": "nobody"}]
    load(tmp_path, table(firm, *rows), owner)
    (need,) = heard(owner)  # an address that nothing can be sent to would stop every other letter
    actions.agree(need=need, partner=None, how=How.TOLD, by=adviser)
    partner, expert = make.partner()
    referral = make.referral(adviser, partner, of=need)
    actions.close_referral(referral=referral, ending=Ending.HELPED, by=expert)
    with clock.at(clock.now() + AFTER + timedelta(hours=1)):
        assert opinions_due(by=MACHINE) == 1


def test_a_chunk_asks_as_many_questions_to_look_at_one_request_as_at_many(
    tmp_path: Path, owner: System, firm: Establishment
) -> None:
    counts = []
    for number in (1, 12):
        rows = [{"need": f"{number}-{n}"} for n in range(number)]
        with CaptureQueriesContext(connection) as seen:
            load(tmp_path, table(firm, *rows), owner, f"{number}.csv", dry_run=True)
        counts.append(len(seen))
    assert counts[1] <= counts[0]


# Out


def sent_file(client: Client, by: Actor, query: str = "?sens=envoyees") -> list[dict[str, str]]:
    assert by.person is not None
    client.force_login(by.person)
    answer = client.get(f"/mises-en-relation/echange.csv{query}")
    assert answer.status_code == 200
    assert "conseillers-entreprises.csv" in answer["Content-Disposition"]
    text = answer.content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))


def test_the_columns_stand_in_their_order_and_none_is_said_twice(client: Client) -> None:
    adviser = accounts.actor()
    partner, _ = make.partner(name="Relais")
    referral = make.referral(adviser, partner, words="Un four", contact_name="Ana")
    (row,) = sent_file(client, adviser)
    assert list(row) == exchange.HEADER
    assert len(set(exchange.HEADER)) == len(exchange.HEADER) == 20
    need = referral.need
    assert (row["id"], row["need"]) == (str(referral.key), str(need.key))
    assert (row["siret"], row["commune"]) == (need.establishment.siret, need.establishment.commune)
    assert (row["content"], row["full_name"]) == ("Un four", "Ana")
    assert row["advisor_institution"] == adviser.acting_for().name
    assert (row["expert_institution"], row["expert"], row["status"]) == ("Relais", "", "quo")
    assert (row["taken_care_of_at"], row["closed_at"]) == ("", "")
    assert row["page_analyse"].endswith(f"/mises-en-relation/{referral.key}/")


def test_times_are_written_as_a_referral_goes_on(client: Client) -> None:
    adviser = accounts.actor()
    partner, expert = make.partner()
    referral = make.referral(adviser, partner)
    actions.take_up(referral=referral, by=expert)
    (taken,) = sent_file(client, adviser)
    assert (bool(taken["taken_care_of_at"]), taken["closed_at"]) == (True, "")
    assert taken["expert"] == str(expert.person)
    actions.close_referral(referral=referral, ending=Ending.HELPED, by=expert)
    (closed,) = sent_file(client, adviser)
    assert (bool(closed["closed_at"]), closed["status"]) == (True, "done")


def test_the_same_filters_as_the_list_choose_what_leaves(client: Client) -> None:
    adviser = accounts.actor()
    partner, expert = make.partner()
    for theme in (Theme.ONLINE, Theme.ENERGY, Theme.PREMISES):
        make.referral(adviser, partner, theme=theme)
    refused = make.referral(adviser, partner, theme=Theme.ENERGY)
    actions.refuse(referral=refused, refusal=Refusal.NO_ROOM, by=expert)
    assert len(sent_file(client, adviser)) == 4
    assert len(sent_file(client, adviser, "?sens=envoyees&theme=energy")) == 2
    assert len(sent_file(client, adviser, "?sens=envoyees&etat=refused")) == 1
    assert sent_file(client, adviser, "") == []  # nobody sent them anything
    assert len(sent_file(client, expert, "")) == 4
    assert sent_file(client, accounts.actor(), "?sens=envoyees") == []


def test_what_looks_like_a_formula_leaves_as_words(client: Client) -> None:
    adviser = accounts.actor()
    make.referral(adviser, words="=1+1", contact_name="@SUM(A1)")
    (row,) = sent_file(client, adviser)
    assert not row["content"].startswith("=")
    assert not row["full_name"].startswith("@")


def test_the_file_costs_the_same_for_one_referral_and_for_ten(client: Client) -> None:
    adviser = accounts.actor()
    partner, _ = make.partner()
    counts = []
    for number in (1, 9):
        for _ in range(number):
            make.referral(adviser, partner)
        with CaptureQueriesContext(connection) as seen:
            sent_file(client, adviser)
        counts.append(len(seen))
    assert counts[1] <= counts[0]
