"""`maillage erase`: it shows what would go, has it confirmed, and says plainly what it will not do."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from maillage.accounts.actors import System
from maillage.accounts.models import Share
from maillage.intake import storage
from maillage.intake.models import Load
from maillage.kernel.errors import Conflict
from maillage.post.models import Link, State
from maillage.register import erasing, tracing
from maillage.register.models import Erasure, Establishment, LegalUnit
from tests.factories import accounts as make, intake, places, post, register as firms

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "ZOÉ CANARI-QUINTIN"
MACHINE = System("a test")


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Iterator[Path]:
    with override_settings(HOME=tmp_path):
        yield tmp_path


@pytest.fixture
def firm() -> LegalUnit:
    places.places_loaded()
    unit = firms.legal_unit(name=NAME)
    firms.establishment(legal_unit=unit, trade_name="TABAC")
    return unit


def said(*words: str) -> str:
    out = StringIO()
    call_command("erase", *words, stdout=out, stderr=StringIO())
    return out.getvalue()


def erased(unit: LegalUnit, reason: str = "Asked") -> erasing.Erased:
    return erasing.erase(unit=unit, reason=reason, by=MACHINE)


# Which firm


def test_a_firm_is_found_by_each_of_its_numbers(firm: LegalUnit) -> None:
    siren, siret = str(firm.siren), str(Establishment.objects.of(firm).get().siret)
    for number in (siren, siret, f"{siren[:3]} {siren[3:6]} {siren[6:]}", str(firm.key)):
        told = json.loads(said("--legal-unit", number, "--dry-run", "--json"))
        assert (told["legal_unit"], told["erased"]) == (str(firm.key), False)
    assert not Erasure.objects.exists()


@pytest.mark.parametrize("number", ["123456789", "nobody", "0" * 36, "", "12345678"])
def test_an_unknown_firm_is_refused_with_the_remedy(firm: LegalUnit, number: str) -> None:
    with pytest.raises(CommandError, match=r"Nothing was erased.*(?s:.)*SIREN"):
        said("--legal-unit", number, "--yes")


def test_a_firm_that_was_erased_is_said_to_be_so_by_its_number_and_by_its_key(
    firm: LegalUnit,
) -> None:
    siren = str(firm.siren)
    erased(firm)
    for number in (siren, f"{siren}00012", str(firm.key)):
        with pytest.raises(CommandError, match="déjà effacée"):
            said("--legal-unit", number, "--yes")


# Confirmed


def test_it_erases_and_copies_the_list(firm: LegalUnit, home: Path) -> None:
    copy = str(home / "copy.jsonl")
    told = json.loads(
        said("--legal-unit", str(firm.siren), "--yes", "--json", "--because", "Letter of 3 March",
             "--list-to", copy)
    )  # fmt: skip
    assert told["erased"] is True
    assert told["rows"]["register.LegalUnit"] == 1
    assert Erasure.objects.get().reason == "Letter of 3 March"
    assert str(firm.key) in Path(copy).read_text()


@pytest.mark.parametrize("more", [(), ("--json",)])
def test_where_nobody_can_answer_nothing_is_erased_unless_one_said_yes(
    firm: LegalUnit, monkeypatch: pytest.MonkeyPatch, more: tuple[str, ...]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(f"{firm.siren}\n"))
    with pytest.raises(CommandError, match="--yes"):
        said("--legal-unit", str(firm.siren), *more)
    assert not Erasure.objects.exists()


def at_a_terminal(firm: LegalUnit, answer: str) -> list[str]:
    """What somebody reads who answers so."""
    seen = list[str]()

    def ask(question: str) -> str:
        seen.append(question)
        return answer

    options = {
        "legal_unit": str(firm.siren), "dry_run": False, "yes": False, "because": "Asked", "list_to": None,
    }  # fmt: skip
    erasing.asked(options, say=seen.append, ask=ask)
    return seen


def test_at_a_terminal_one_sees_what_goes_then_types_the_number(firm: LegalUnit) -> None:
    seen = at_a_terminal(firm, f" {firm.siren}\n")
    assert "register.LegalUnit: 1" in seen
    assert str(firm.siren) in seen[-1]
    assert Erasure.objects.count() == 1


@pytest.mark.parametrize("answer", ["", "yes", "123456789"])
def test_any_other_answer_keeps_it(firm: LegalUnit, answer: str) -> None:
    with pytest.raises(Conflict, match="was not typed"):
        at_a_terminal(firm, answer)
    assert not Erasure.objects.exists()


# What stands in the way, what is spared


@pytest.mark.parametrize("state", ["received", "applying", "undoing"])
def test_while_a_file_is_read_or_applied_nothing_is_erased(firm: LegalUnit, state: str) -> None:
    intake.load(state=state)
    with pytest.raises(Conflict, match="lu ou appliqué") as refused:
        erased(firm)
    assert refused.value.remedy
    assert not Erasure.objects.exists()
    firm.refresh_from_db()
    assert firm.name == NAME


def test_a_file_that_waits_is_abandoned_whatever_it_holds_and_its_giver_is_told(
    firm: LegalUnit,
) -> None:
    waiting = intake.load(state="previewed", files=[])
    storage.keep(waiting, "file", "a.csv", [b"anything"])
    assert tracing.look(firm)["intake.Load"] == 1
    erased(firm)
    waiting.refresh_from_db()
    assert waiting.state == Load.State.FAILED
    assert waiting.refusal["code"] == "abandoned"
    assert not storage.folder(waiting).exists()


def test_a_word_that_others_bear_too_is_no_name(firm: LegalUnit) -> None:
    """«TABAC» is over the door of two: a refused row about tobacco is about neither."""
    firms.establishment(trade_name="TABAC DE LA GARE")
    load = intake.load(state="active")
    row = intake.reject(load, row={"activity": "Tabac"})
    mine = intake.reject(load, row={"activity": "Tabac", "who": NAME.title()})
    erased(firm)
    assert list(load.rejects.values_list("pk", flat=True)) == [row.pk]
    assert mine.pk != row.pk


def test_a_word_that_only_this_firm_bears_is_its_name(firm: LegalUnit) -> None:
    load = intake.load(state="active")
    intake.reject(load, row={"activity": "Tabac"})
    erased(firm)
    assert not load.rejects.exists()


def test_a_message_that_left_stays_sent_and_one_that_waits_is_withdrawn(firm: LegalUnit) -> None:
    owner = make.organisation()
    left, waits = (post.standing(state, owner) for state in (State.SENT, State.FAILED))
    post.everything().filter(pk__in=(left.pk, waits.pk)).update(subject=f"For {NAME}")
    erased(firm)
    found = {m.pk: (m.state, m.reason, m.subject, m.recipient) for m in post.everything()}
    assert found[left.pk] == (State.SENT, "", "", "")
    assert found[waits.pk] == (State.CANCELLED, "withdrawn", "", "")


def test_its_links_open_nothing_any_more_and_those_of_others_do(firm: LegalUnit) -> None:
    place = Establishment.objects.of(firm).get()
    for subject in (firm.key, place.key, make.organisation().key):
        assert post.token(subject=str(subject))
    erased(firm)
    assert Link.objects.count() == 1


def test_the_reason_of_a_share_loses_the_name_and_keeps_the_rest(firm: LegalUnit) -> None:
    share = make.share(make.organisation(), make.organisation(), "visit")
    Share.objects.unscoped(reason="a test").filter(pk=share.pk).update(
        purpose=f"Help for {NAME.title()} in June"
    )
    erased(firm, reason=f"Letter of {NAME.title()}")
    found = Share.objects.unscoped(reason="a test").get(pk=share.pk)
    assert found.purpose == "Help for … in June"
    assert Erasure.objects.get().reason == "Letter of …"


# The list, elsewhere


def test_the_list_is_copied_at_each_erasure_where_the_instance_was_told_to(
    firm: LegalUnit, tmp_path: Path
) -> None:
    copy = tmp_path / "elsewhere.jsonl"
    with override_settings(ERASURES_COPY=str(copy)):
        erased(firm)
        assert str(firm.key) in copy.read_text()
        erasing.path().unlink()
        Erasure.objects.all().delete()
        LegalUnit.objects.filter(pk=firm.pk).update(siren=firms.siren(1), diffusion="O", name=NAME)
        assert erasing.replay() == 1
    firm.refresh_from_db()
    assert firm.is_erased


def test_a_copy_that_cannot_be_written_loses_nothing_and_is_said(
    firm: LegalUnit, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with override_settings(ERASURES_COPY=str(tmp_path / "away" / "list.jsonl")):
        erased(firm)
    assert str(firm.key) in erasing.path().read_text()
    assert "copy of the list of erasures was not written" in caplog.text
    assert NAME not in caplog.text
