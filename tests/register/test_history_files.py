"""Files given as the history: what cannot be taken says which file, line, column, why, and the remedy."""

import io
import json

import pytest
from django.core.management import call_command

from maillage.accounts.actors import System
from maillage.intake import actions, jobs
from maillage.intake.actions import Sent
from maillage.register.importers.cells import BadCell
from maillage.register.importers.periods import COLUMNS, read_period
from maillage.register.models import Establishment, Load, Period
from tests.factories import register as firms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]


@pytest.fixture
def stock(tmp_path):
    return firms.sirene_files(
        tmp_path, [firms.establishment_row(n, dateDebut="2015-01-01") for n in (1, 2)]
    )


def imported(*words):
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        call_command(
            "import_sirene",
            *map(str, words),
            "--territory",
            "mel",
            "--json",
            stdout=out,
            stderr=err,
        )
    except SystemExit as stop:
        code = stop.code
    return code, json.loads(out.getvalue()), err.getvalue()


def whole(stock, history, *more):
    return imported("--units", stock[0], "--establishments", stock[1], "--history", history, *more)


def test_one_command_reads_the_stock_then_its_history(stock, tmp_path):
    code, answer, _err = whole(stock, firms.history_file(tmp_path, [firms.period_row(1)]))

    assert (code, answer["status"], answer["new"]) == (0, "applied", 2)
    assert (answer["history"]["status"], answer["history"]["told"]) == ("applied", 1)
    assert Period.objects.count() == 1


def test_once_the_stock_is_loaded_the_history_comes_alone(stock, tmp_path):
    imported("--units", stock[0], "--establishments", stock[1])

    code, answer, _err = imported("--history", firms.history_file(tmp_path, [firms.period_row(1)]))

    assert (code, answer["status"], answer["territory"]) == (0, "applied", "mel")
    assert answer["history"]["periods"] == 1


def test_a_second_run_of_the_whole_command_writes_nothing(stock, tmp_path):
    history = firms.history_file(tmp_path, [firms.period_row(1)])
    whole(stock, history)

    code, answer, _err = whole(stock, history)

    assert (code, answer["status"], answer["history"]["status"]) == (
        0, "already_applied", "already_applied",
    )  # fmt: skip
    assert (answer["history"]["spells"], answer["history"]["periods"]) == (0, 0)


def test_a_dry_run_of_a_first_stock_with_its_history_writes_nothing(stock, tmp_path):
    history = firms.history_file(tmp_path, [firms.period_row(1)])

    code, answer, _err = whole(stock, history, "--dry-run")

    assert (code, answer["history"]["status"]) == (0, "dry_run")
    assert not Load.objects.exists()


def test_history_without_any_stock_says_what_to_give(tmp_path):
    code, answer, err = imported("--history", firms.history_file(tmp_path, [firms.period_row(1)]))

    assert (code, answer["status"], answer["rejects"][0]["code"]) == (2, "refused", "no_stock")
    assert "--units" in err


@pytest.mark.parametrize("given", ["--units", "--establishments", "--dry-run"])
def test_half_a_stock_or_no_file_at_all_is_told(stock, given):
    words = (given, stock[0]) if given != "--dry-run" else (given,)
    code, _answer, err = imported(*words)

    assert code == 2
    assert "StockUniteLegale" in err
    assert "--history" in err


@pytest.mark.parametrize("role", [0, 1])
def test_a_stock_given_as_the_history_is_refused_before_anything_is_applied(stock, role):
    code, answer, _err = whole(stock, stock[role])

    (reject,) = answer["rejects"]
    assert code == 2
    assert (reject["file"], reject["line"], reject["code"]) == (stock[role].name, 1, "swapped")
    assert "StockEtablissementHistorique" in reject["reason"]
    assert not Establishment.objects.exists()


def test_a_history_given_as_the_establishments_is_told_so(stock, tmp_path):
    history = firms.history_file(tmp_path, [firms.period_row(1)])

    code, answer, _err = imported("--units", stock[0], "--establishments", history)

    assert (code, answer["rejects"][0]["code"]) == (2, "swapped")


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        (lambda text: text.split("\n", 1)[1], "missing_columns", "siret, dateFin, dateDebut"),
        (lambda text: text.replace("dateFin", "fin", 1), "missing_columns", "dateFin"),
        (lambda text: text.replace("dateFin", "dateDebut", 1), "missing_columns", "dateFin"),
        (lambda text: text.replace("nic", "dateFin", 1), "duplicate_column", "dateFin"),
        (lambda text: text.split("\n", 1)[0] + "\n", "empty", ""),
        (lambda _text: "", "empty", ""),
    ],
)
def test_a_header_that_is_not_the_one_of_the_history_is_told(stock, tmp_path, change, code, column):
    history = firms.history_file(tmp_path, [firms.period_row(1)])
    history.write_text(change(history.read_text("utf-8")), "utf-8")

    exit_, answer, _err = whole(stock, history)

    (reject,) = answer["rejects"]
    assert (exit_, reject["file"], reject["code"]) == (2, history.name, code)
    assert reject["column"].startswith(column)
    assert not Establishment.objects.exists()


def test_lines_of_a_place_that_do_not_follow_one_another_refuse_the_file(stock, tmp_path):
    rows = [firms.period_row(n) for n in (1, 2)]
    history = firms.history_file(tmp_path, [*rows, firms.period_row(1, dateDebut="2012-01-01")])

    code, answer, _err = whole(stock, history)

    (reject,) = answer["rejects"]
    assert (code, reject["code"], reject["line"], reject["column"]) == (2, "scattered", 4, "siret")
    assert not Period.objects.exists()
    assert not Load.objects.applying().exists()


def test_places_in_any_order_are_taken_when_the_lines_of_each_follow_one_another(stock, tmp_path):
    history = firms.history_file(tmp_path, [firms.period_row(2), firms.period_row(1)])

    _code, answer, _err = whole(stock, history)

    assert answer["history"]["told"] == 2


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"dateFin": "2009-12-31"}, "dateFin", "period_in_disorder"),
        ({"dateDebut": "01/01/2010"}, "dateDebut", "date"),
        ({"etatAdministratifEtablissement": "X"}, "etatAdministratifEtablissement", "state"),
        ({"siret": "8,0E+13"}, "siret", "spreadsheet_number"),
        ({"activitePrincipaleEtablissement": "10.71C9"}, "activitePrincipaleEtablissement", "code"),
    ],
)
def test_a_line_that_cannot_be_taken_says_where_and_why(stock, tmp_path, cells, column, code):
    history = firms.history_file(tmp_path, [firms.period_row(1), firms.period_row(2, **cells)])

    exit_, answer, _err = whole(stock, history)

    (reject,) = answer["history"]["rejects"]
    assert exit_ == 0
    assert (reject["file"], reject["line"]) == (history.name, 3)
    assert (reject["column"], reject["code"]) == (column, code)
    assert answer["history"]["rejected"] == 1
    assert Load.objects.get(source="sirene_history").rejects.get().row == {}


def test_words_on_a_terminal_tell_the_history_below_the_stock(stock, tmp_path):
    out = io.StringIO()
    call_command(
        "import_sirene", units=stock[0], establishments=stock[1], territory="mel",
        history=firms.history_file(tmp_path, [firms.period_row(1)]),
        stdout=out, stderr=io.StringIO(),
    )  # fmt: skip

    assert "history: applied (2020-01-01)\n  read: 1\n" in out.getvalue()


def row(**cells):
    line = firms.period_row(1, **cells)
    return [line.get(name, "") for name in COLUMNS]


def test_a_day_before_firms_were_counted_is_held_unknown_with_a_doubt():
    _siret, facts, doubts = read_period(row(dateDebut="0001-01-01"))

    assert facts.starts_on is None
    assert doubts == [("dateDebut", "implausible_date", "0001-01-01")]


def test_signs_are_put_together_and_withheld_words_are_none():
    _siret, facts, _doubts = read_period(
        row(
            enseigne1Etablissement="AU",
            enseigne2Etablissement="FOUR",
            denominationUsuelleEtablissement="[ND]",
            caractereEmployeurEtablissement="?",
        )
    )

    assert (facts.trade_name, facts.usual_name, facts.employer) == ("AU FOUR", "", "")


def test_a_line_of_too_few_digits_is_no_establishment():
    with pytest.raises(BadCell) as fault:
        read_period(row(siret="123456789"))

    assert fault.value.code == "siren_for_siret"


def on_screen(path):
    load = actions.receive(
        source="sirene_history",
        files=[Sent("file", path.name, [path.read_bytes()])],
        given={"territory": "mel"},
        by=System("test"),
    )
    jobs.carry_on.call(load.pk)
    load.refresh_from_db()
    return load


def test_on_screen_it_is_previewed_confirmed_and_active(stock, tmp_path):
    imported("--units", stock[0], "--establishments", stock[1])
    load = on_screen(firms.history_file(tmp_path, [firms.period_row(1), firms.period_row(9)]))
    assert (load.state, load.count("told"), load.count("outside")) == ("previewed", 1, 1)
    assert not Period.objects.exists()

    actions.confirm(load=load, by=System("test"))
    jobs.carry_on.call(load.pk)

    load.refresh_from_db()
    assert (load.state, load.territory) == ("active", "mel")
    assert Period.objects.get().load == load


def test_on_screen_without_a_stock_it_fails_with_the_reason(tmp_path):
    load = on_screen(firms.history_file(tmp_path, [firms.period_row(1)]))

    assert load.state == Load.State.FAILED
    assert "aucun stock" in actions.refusal_of(load)
