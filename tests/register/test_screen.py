"""INSEE's stock files given on screen: previewed, applied by the worker into that very load, undone."""

from __future__ import annotations

from pathlib import Path

import pytest

from maillage.accounts.actors import System
from maillage.intake import actions, jobs, loading
from maillage.intake.actions import Sent
from maillage.intake.models import Load
from maillage.kernel.errors import Invalid
from maillage.register.importers.sirene import import_stock
from maillage.register.models import Establishment, Spell
from tests.factories import places, register as firms

pytestmark = pytest.mark.django_db

BY = System("test")


@pytest.fixture
def stock(tmp_path: Path) -> tuple[Path, Path]:
    """Three bakeries of Lille, one of them with a SIREN in place of its SIRET."""
    places.places_loaded()
    rows = [firms.establishment_row(n) for n in (1, 2, 3)]
    rows[2]["siret"] = rows[2]["siret"][:9]
    return firms.sirene_files(tmp_path, rows)


def given(stock: tuple[Path, Path], **asked: str) -> Load:
    """Both files as a browser sends them."""
    slots = zip(("units", "establishments"), stock, strict=True)
    files = [Sent(slot, path.name, [path.read_bytes()]) for slot, path in slots]
    asked = {"territory": "mel"} | asked
    return actions.receive(source="sirene", files=files, given=asked, by=BY)


def carried(load: Load) -> Load:
    jobs.carry_on.call(load.pk)
    load.refresh_from_db()
    return load


def applied(stock: tuple[Path, Path]) -> Load:
    load = carried(given(stock))
    actions.confirm(load=load, by=BY)
    return carried(load)


def test_a_preview_counts_and_writes_nothing(stock):
    load = carried(given(stock))

    assert load.state == Load.State.PREVIEWED
    assert (load.count("new"), load.count("rejected"), load.count("read")) == (2, 1, 3)
    assert load.rejects.refused().get().code == "siren_for_siret"
    assert not Establishment.objects.exists()


def test_the_load_that_was_confirmed_is_the_one_that_is_active(stock):
    load = applied(stock)

    assert load.state == Load.State.ACTIVE
    assert str(load.vintage) == "2020-01-01"
    assert load.territory == "mel"
    assert [file["role"] for file in load.files] == ["units", "establishments"]
    assert load.rejects.refused().count() == 1
    assert load.rejects.refused().get().row == {}
    assert Load.objects.count() == 1
    assert set(Spell.objects.current().values_list("load", flat=True)) == {load.pk}


def test_the_same_files_again_change_nothing_and_say_so(stock):
    applied(stock)

    again = applied(stock)

    assert again.state == Load.State.FAILED
    assert {"code": "already_applied", "names": []} in again.found["notes"]
    assert Establishment.objects.count() == 2


def test_an_older_stock_than_the_active_one_is_refused_for_good(stock, tmp_path):
    applied(stock)
    (tmp_path / "older").mkdir()
    older = firms.sirene_files(tmp_path / "older", [firms.establishment_row(9)], day="2019-01-01")

    load = applied(older)

    assert load.state == Load.State.FAILED
    assert "plus récent" in actions.refusal_of(load)


def test_files_that_are_no_stocks_fail_with_the_reason_of_the_register(stock):
    load = carried(given((stock[1], stock[0])))

    assert load.state == Load.State.FAILED
    assert "c’est un autre fichier de l’INSEE" in actions.refusal_of(load)


def test_undoing_it_forgets_what_it_told(stock):
    load = applied(stock)

    actions.undo_load(load=load, because="Mauvais territoire", by=BY)
    load = carried(load)

    assert load.state == Load.State.UNDONE
    assert not Spell.objects.known().exists()


def test_a_load_that_another_process_began_does_not_take_its_place(stock, tmp_path):
    """A stock read from a terminal while this one waits to be confirmed stays apart."""
    waiting = carried(given(stock))
    outcome = import_stock(units=stock[0], establishments=stock[1], territory="mel", by=BY)

    waiting.refresh_from_db()
    assert outcome.load != waiting
    assert waiting.state == Load.State.PREVIEWED


def test_abandoning_one_that_never_began_discards_nothing_of_others(stock):
    firms.establishment(siret=None, provisional=True, spelled=False, unit_siren=None)
    load = carried(given(stock))

    actions.abandon(load=load, by=BY)

    assert Establishment.objects.count() == 1


def test_one_that_is_cut_while_staging_is_taken_up(stock, monkeypatch):
    load = carried(given(stock))
    actions.confirm(load=load, by=BY)

    class Killed(BaseException):
        """The process dies here."""

    def die(**_named):
        raise Killed

    with monkeypatch.context() as cut:
        cut.setattr("maillage.register.importers.sirene.actions.activate", die)
        with pytest.raises(Killed):
            loading.apply(Load.objects.get(pk=load.pk))
    load = carried(load)

    assert load.state == Load.State.ACTIVE
    assert Establishment.objects.count() == 2
    assert load.rejects.refused().count() == 1


@pytest.mark.parametrize(
    "asked", [{"territory": "nulle part"}, {"territory": ""}, {"vintage": "hier"}]
)
def test_what_is_asked_is_checked_before_the_files_are_read(stock, asked):
    with pytest.raises(Invalid) as refused:
        given(stock, **asked)

    assert list(refused.value.fields) == list(asked)


def test_the_same_stock_in_parquet_brings_the_same_as_in_csv(stock):
    """INSEE publishes both: the load is read from Parquet, then the CSV finds nothing to change."""
    tables = [firms.as_parquet(path) for path in stock]

    load = applied(tables)
    again = carried(given(stock))

    assert (load.state, load.count("new"), load.count("rejected")) == ("active", 2, 1)
    assert (again.count("unchanged"), again.count("new"), again.count("changed")) == (2, 0, 0)
