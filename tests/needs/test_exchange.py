"""Requests come in and go out in the columns of conseillers-entreprises: once under their number, refused line by line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from maillage.accounts.actors import Actor, System
from maillage.intake.models import Load, Reject
from maillage.intake.telling import load_file
from maillage.kernel import clock
from maillage.ledger.models import Act
from maillage.needs import actions, exchange
from maillage.needs.importers import solicitations
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import Ending, Origin, Refusal, Theme
from tests.factories import accounts, needs as make, register

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
HEAD = "solicitation_id;solicitation_created_at;siret;landing_subject_title;solicitation_description;solicitation_full_name;solicitation_email;solicitation_phone_number"


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


def load(folder: Path, text: str, by: Actor, name: str = "file.csv") -> Load:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    owner = System("tests", organisation=by.organisation)
    load_file("solicitations", path, {}, by=owner, dry_run=False)
    return Load.objects.filter(source="solicitations").latest("id")


def heard() -> list[Need]:
    every = Need.objects.visible_to(MACHINE).standing().select_related("establishment")
    return list(every.order_by("source_key"))


def expressed() -> int:
    acts = Act.objects.visible_to(MACHINE).effective()
    return acts.filter(kind="needs.partner_need_expressed").count()


def refused(load: Load) -> list[tuple[int, str]]:
    return list(Reject.objects.filter(load=load).order_by("line").values_list("line", "code"))


# In


def test_a_request_becomes_a_need_told_by_a_partner(tmp_path: Path, adviser: Actor) -> None:
    firm = register.establishment()
    load(
        tmp_path,
        f"{HEAD}\n41;2020-05-04 10:12;{firm.siret};Être visible en ligne;Un site;Ana Roy;ana@example.org;03 20\n",
        adviser,
    )
    (need,) = heard()
    assert (need.establishment, need.theme, need.origin) == (firm, Theme.ONLINE, Origin.PARTNER)
    assert (need.expressed_on, need.words) == (date(2020, 5, 4), "Un site")
    assert (need.contact_name, need.contact_email, need.contact_phone) == (
        "Ana Roy",
        "ana@example.org",
        "03 20",
    )
    assert need.organisation == adviser.organisation
    assert not need.agreements.filter().exists()  # what was said elsewhere was not said to us
    assert expressed() == 1


def test_its_number_makes_it_count_once_whatever_file_brings_it_again(
    tmp_path: Path, adviser: Actor
) -> None:
    firm = register.establishment()
    rows = [f"{n};2020-05-04;{firm.siret};online;Mot {n};;;" for n in range(3)]
    load(tmp_path, "\n".join([HEAD, *rows[:2]]), adviser)
    load(tmp_path, "\n".join([HEAD, *rows]), adviser, "again.csv")
    assert [need.source_key for need in heard()] == ["0", "1", "2"]
    assert expressed() == 3
    load(tmp_path, "\n".join([HEAD, *rows]), accounts.actor(), "other.csv")
    assert expressed() == 6  # another organisation has its own


def test_each_line_that_cannot_be_taken_says_why(tmp_path: Path, adviser: Actor) -> None:
    firm = register.establishment()
    lines = [
        f"1;2020-05-04;{firm.siret};online;;;;",
        f"2;2020-05-04;{firm.siret};La lune;;;;",
        f"3;2020-05-04;{register.siret(register.siren(4242))};online;;;;",
        f"4;2020-07-04;{firm.siret};online;;;;",
        f"1;2020-05-04;{firm.siret};online;;;;",
        f";2020-05-04;{firm.siret};online;;;;",
        "5;2020-05-04;123;online;;;;",
    ]
    found = refused(load(tmp_path, "\n".join([HEAD, *lines]), adviser))
    assert [line for line, _ in found] == [3, 4, 5, 6, 7, 8]
    assert [code for _, code in found][:3] == ["unknown_subject", "unknown_firm", "day_to_come"]
    assert [need.source_key for need in heard()] == ["1"]


def test_a_subject_is_understood_once_an_adviser_keeps_it(tmp_path: Path, adviser: Actor) -> None:
    firm = register.establishment()
    actions.keep_term(term="Développer ma présence web", theme="online", by=adviser)
    load(tmp_path, f"{HEAD}\n7;2020-05-04;{firm.siret};developper ma presence web;;;;\n", adviser)
    assert [need.theme for need in heard()] == [Theme.ONLINE]


def test_undone_it_withdraws_what_it_brought_and_may_be_loaded_again(
    tmp_path: Path, adviser: Actor
) -> None:
    firm = register.establishment()
    text = "\n".join([HEAD, *(f"{n};2020-05-04;{firm.siret};online;;;;" for n in range(3))])
    first = load(tmp_path, text, adviser)
    run: Any = type(
        "Run", (), {"load": first.pk, "by": System("tests", organisation=adviser.organisation)}
    )
    assert solicitations.undo(run) == 3
    assert solicitations.undo(run) == 0
    assert (heard(), expressed()) == ([], 0)
    load(tmp_path, text, adviser, "again.csv")
    assert len(heard()) == expressed() == 3


# Out


def row_of(referral: Referral, actor: Actor) -> dict[str, Any]:
    rows = Referral.objects.visible_to(actor).filter(pk=referral.pk)
    header, table = exchange.as_exchanged(
        rows.select_related("need__establishment", "need__organisation", "partner", "person"), actor
    )
    return dict(zip(header, table[0], strict=True))


ENDS = {
    Ending.HELPED: "done",
    Ending.NO_FOLLOW_UP: "done_no_help",
    Ending.ABANDONED: "done_no_help",
    Ending.UNREACHABLE: "done_not_reachable",
    Ending.OUT_OF_SCOPE: "not_for_me",
}


@pytest.mark.parametrize("ending", list(Ending))
def test_where_a_referral_stands_is_said_by_their_codes(adviser: Actor, ending: Ending) -> None:
    partner, expert = make.partner()
    referral = make.referral(adviser, partner)
    assert row_of(referral, adviser)["status"] == "quo"
    actions.take_up(referral=referral, by=expert)
    assert row_of(referral, adviser)["status"] == "taking_care"
    actions.close_referral(referral=referral, ending=ending, by=expert)
    assert row_of(referral, adviser)["status"] == ENDS[ending]


def test_a_partner_that_refused_reads_neither_words_nor_contact(adviser: Actor) -> None:
    partner, expert = make.partner()
    given = {"words": "Mon four", "contact_email": "a@example.org", "contact_name": "Ana"}
    referral = make.referral(adviser, partner, theme=Theme.CASH, **given)
    before = row_of(referral, expert)
    assert (before["content"], before["visitee"], before["full_name"]) == (
        "Mon four",
        "a@example.org",
        "Ana",
    )
    actions.refuse(referral=referral, refusal=Refusal.NO_ROOM, by=expert)
    after = row_of(referral, expert)
    secret = ("content", "visitee", "full_name", "phone_number", "company", "siret", "theme")
    assert [after[name] for name in secret] == [""] * 7
    assert after["subject"] == "Un besoin dit en confidence"
    assert (after["status"], bool(after["closed_at"])) == ("not_for_me", True)


def test_what_goes_out_comes_in_elsewhere_as_it_is(
    client: Client, tmp_path: Path, adviser: Actor
) -> None:
    firm = register.establishment()
    need = make.need(
        adviser, firm, words="Un site", contact_email="a@example.org", contact_phone="03 20"
    )
    make.referral(adviser, of=need)
    client.force_login(adviser.person)  # type: ignore[arg-type]
    sent = client.get("/mises-en-relation/echange.csv?sens=envoyees").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(sent), delimiter=";"))
    assert [row["siret"] for row in rows] == [firm.siret]
    other = accounts.actor()
    load(tmp_path, sent, other)
    found = [one for one in heard() if one.organisation_id == other.organisation_id]
    assert [(one.establishment, one.theme, one.words, one.contact_email) for one in found] == [
        (firm, need.theme, "Un site", "a@example.org")
    ]
    assert found[0].source_key == str(need.key)
