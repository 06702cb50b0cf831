"""StockEtablissementHistorique over a stock: lives told in two times, once, by whoever may be named."""

from datetime import date

import pytest

from maillage import register
from maillage.accounts.actors import System
from maillage.kernel.errors import Conflict
from maillage.register import tracing
from maillage.register.importers import history
from maillage.register.importers.history import HistoryImport
from maillage.register.importers.sirene import import_stock
from maillage.register.importers.stock import StockFile
from maillage.register.models import Establishment, LegalUnit, Load, Period, Spell
from maillage.register.rejects import CannotTake
from maillage.register.segments import CRAFT_NAF, CRAFT_RM
from tests.factories import register as firms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]

BY = System("test")
GROCER = {"activitePrincipaleEtablissement": "47.11B"}
SINCE_2015 = {"dateDebut": "2015-01-01"}


def stock(tmp_path, *rows, day="2020-01-01", units=None):
    unit_file, place_file = firms.sirene_files(tmp_path, rows, units, day=day)
    return import_stock(units=unit_file, establishments=place_file, territory="mel", by=BY)


def lived(tmp_path, *rows, day="2020-01-01", dry_run=False, **how):
    file = StockFile(firms.history_file(tmp_path, rows, day=day), "history")
    return HistoryImport(file, "mel", BY, **how).run(dry_run=dry_run)


def place(number=1):
    return Establishment.objects.get(siret=firms.siret(firms.siren(number)))


def on(day, number=1, at=None):
    return Spell.objects.on(date.fromisoformat(day), at).get(establishment=place(number))


def rows():
    return Spell.objects.count(), Period.objects.count()


def test_the_past_of_a_place_is_known_by_its_history_and_its_present_by_the_stock(tmp_path):
    stock(tmp_path, firms.establishment_row(1, **SINCE_2015))
    before = on("2012-01-01")

    outcome = lived(tmp_path, firms.period_row(1, enseigne1Etablissement="EPICERIE", **GROCER))

    assert before.reconstructed
    assert (on("2012-01-01").activity, on("2012-01-01").reconstructed) == ("47.11B", False)
    assert on("2016-01-01").activity == "10.71C"
    assert on("2012-01-01").segments & CRAFT_RM.mask
    assert not on("2012-01-01").segments & CRAFT_NAF.mask
    assert (outcome.counts["told"], outcome.counts["spells"], outcome.counts["periods"]) == (
        1,
        2,
        1,
    )
    (sign,) = register.signs_of([place().pk])[place().pk]
    assert (sign.sign, sign.employer, sign.ends_on) == ("EPICERIE", "O", date(2014, 12, 31))


def test_what_was_known_before_is_still_read_as_it_was_known_then(tmp_path):
    stock(tmp_path, firms.establishment_row(1, **SINCE_2015))
    then = Load.objects.get().activated_at
    lived(tmp_path, firms.period_row(1, **GROCER))

    assert on("2012-01-01", at=then).activity == "10.71C"


def test_a_second_run_writes_no_row_and_says_that_it_was_applied(tmp_path):
    stock(tmp_path, firms.establishment_row(1, **SINCE_2015))
    told = firms.period_row(1, enseigne1Etablissement="EPICERIE", **GROCER)
    lived(tmp_path, told)
    known = rows()

    again = lived(tmp_path, told)

    assert again.status == "already_applied"
    assert rows() == known
    assert Load.objects.count() == 2


def test_the_same_past_in_a_later_file_or_over_a_later_stock_writes_no_row(tmp_path):
    row = firms.establishment_row(1, **SINCE_2015)
    told = firms.period_row(1, enseigne1Etablissement="EPICERIE", **GROCER)
    stock(tmp_path, row)
    lived(tmp_path, told)
    known = rows()

    later = lived(tmp_path, told, firms.period_row(2), day="2020-02-01")
    stock(tmp_path, row, firms.establishment_row(3), day="2020-03-01")
    over = lived(tmp_path, told, firms.period_row(2), day="2020-03-01")

    for outcome in (later, over):
        assert outcome.status == "applied"
        assert (outcome.counts["unchanged"], outcome.counts["spells"]) == (1, 0)
    assert rows() == (known[0] + 1, known[1])  # the place that is new in the later stock


def test_the_next_stock_finds_nothing_changed_in_a_place_whose_past_was_told(tmp_path):
    row = firms.establishment_row(1, etatAdministratifEtablissement="F", **SINCE_2015)
    stock(tmp_path, row)
    lived(
        tmp_path,
        firms.period_row(1, dateFin="2011-12-31", **GROCER),
        firms.period_row(1, dateDebut="2012-01-01", etatAdministratifEtablissement="F"),
    )

    outcome = stock(tmp_path, row, day="2020-02-01")

    assert outcome.counts["unchanged"] == 1
    assert (on("2011-06-01").state, on("2013-06-01").state, on("2016-06-01").state) == tuple("AFF")


def test_a_birth_corrected_later_keeps_the_closing_between_two_lives(tmp_path):
    stock(tmp_path, firms.establishment_row(1, **SINCE_2015))
    lived(
        tmp_path,
        firms.period_row(1, dateFin="2011-12-31"),
        firms.period_row(1, dateDebut="2012-01-01", etatAdministratifEtablissement="F"),
    )

    stock(
        tmp_path,
        firms.establishment_row(1, dateCreationEtablissement="2009-06-01", **SINCE_2015),
        day="2020-02-01",
    )

    states = [on(day).state for day in ("2009-07-01", "2011-06-01", "2013-06-01", "2016-06-01")]
    assert states == ["A", "A", "F", "A"]


def test_lines_of_other_territories_are_counted_outside_and_leave_nothing(tmp_path):
    stock(tmp_path, firms.establishment_row(1, **SINCE_2015))

    outcome = lived(
        tmp_path, firms.period_row(1, **GROCER), firms.period_row(2), firms.period_row(3)
    )

    assert (outcome.counts["read"], outcome.counts["outside"]) == (3, 2)
    assert set(Period.objects.values_list("establishment", flat=True)) == {place().pk}


def test_a_hidden_firm_has_a_past_and_no_sign(tmp_path):
    stock(tmp_path, firms.establishment_row(1, statutDiffusionEtablissement="P", **SINCE_2015))

    lived(tmp_path, firms.period_row(1, enseigne1Etablissement="CHEZ NORA", **GROCER))

    assert on("2012-01-01").activity == "47.11B"
    assert (Period.objects.get().trade_name, Period.objects.get().employer) == ("", "O")


@pytest.mark.parametrize("whose", ["unit", "place"])
def test_the_signs_of_the_past_go_when_the_firm_withdraws(tmp_path, whose):
    row = firms.establishment_row(1, **SINCE_2015)
    stock(tmp_path, row)
    lived(tmp_path, firms.period_row(1, enseigne1Etablissement="CHEZ NORA"))
    unit = firms.unit_row(1, siren=row["siren"])
    if whose == "unit":
        unit["statutDiffusionUniteLegale"] = "P"
    else:
        row["statutDiffusionEtablissement"] = "P"

    stock(tmp_path, row, units=[unit], day="2020-02-01")

    assert (Period.objects.get().trade_name, Period.objects.get().employer) == ("", "O")


def test_an_erasure_strikes_the_signs_of_the_past_too(tmp_path):
    stock(tmp_path, firms.establishment_row(1, **SINCE_2015))
    lived(tmp_path, firms.period_row(1, enseigne1Etablissement="CHEZ NORA DES HALLES"))

    assert "CHEZ NORA DES HALLES" in tracing.subject(LegalUnit.objects.get()).names


def test_a_dry_run_counts_and_writes_nothing(tmp_path):
    stock(tmp_path, firms.establishment_row(1, **SINCE_2015))
    known = rows()

    outcome = lived(tmp_path, firms.period_row(1, **GROCER), dry_run=True)

    assert (outcome.status, outcome.counts["told"], outcome.counts["spells"]) == ("dry_run", 1, 2)
    assert rows() == known
    assert Load.objects.count() == 1


def test_undoing_the_history_gives_back_what_the_stock_said(tmp_path):
    stock(tmp_path, firms.establishment_row(1, **SINCE_2015))
    outcome = lived(tmp_path, firms.period_row(1, enseigne1Etablissement="EPICERIE", **GROCER))

    firms.undo_load(load=outcome.load, by=BY)

    assert on("2012-01-01").activity == "10.71C"
    assert not register.signs_of([place().pk])


def test_undoing_the_stock_takes_the_history_told_over_it_along(tmp_path):
    under = stock(tmp_path, firms.establishment_row(1, **SINCE_2015)).load
    lived(tmp_path, firms.period_row(1, **GROCER))

    firms.undo_load(load=under, by=BY)

    assert not Spell.objects.known().exists()
    assert set(Load.objects.values_list("state", flat=True)) == {"undone"}


def test_a_later_stock_undone_leaves_the_history_that_was_told_before_it(tmp_path):
    row = firms.establishment_row(1, **SINCE_2015)
    stock(tmp_path, row)
    lived(tmp_path, firms.period_row(1, **GROCER))
    later = stock(tmp_path, row | {"trancheEffectifsEtablissement": "11"}, day="2020-02-01").load

    firms.undo_load(load=later, by=BY)

    assert on("2012-01-01").activity == "47.11B"
    assert on("2020-03-01").size_band == "01"


def test_a_history_older_than_the_one_that_is_active_is_refused(tmp_path):
    stock(tmp_path, firms.establishment_row(1, **SINCE_2015))
    lived(tmp_path, firms.period_row(1, **GROCER), day="2020-03-01")

    with pytest.raises(Conflict):
        lived(tmp_path, firms.period_row(1), day="2020-02-01")


def test_without_a_stock_of_the_territory_it_is_refused_with_the_remedy(tmp_path):
    with pytest.raises(CannotTake) as refused:
        lived(tmp_path, firms.period_row(1))

    assert refused.value.remark.code == "no_stock"
    assert "--units" in str(refused.value)
    assert not Load.objects.exists()


def test_an_abandoned_reading_leaves_nothing_and_another_file_starts_afresh(tmp_path, monkeypatch):
    stock(tmp_path, *(firms.establishment_row(n, **SINCE_2015) for n in (1, 2)))
    known = rows()
    cut_after_first_chunk(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        lived(tmp_path, *(firms.period_row(n, **GROCER) for n in (1, 2)))
    assert rows() > known
    monkeypatch.undo()

    outcome = lived(tmp_path, firms.period_row(2, **GROCER))

    assert outcome.counts["told"] == 1
    assert on("2012-01-01", 1).activity == "10.71C"
    assert sorted(Load.objects.values_list("state", flat=True)) == ["active", "active", "failed"]


def test_a_reading_that_was_cut_is_taken_up_where_it_was(tmp_path, monkeypatch):
    numbers = range(1, 6)
    told = [firms.period_row(n, enseigne1Etablissement=f"N {n}", **GROCER) for n in numbers]
    told[1]["dateFin"] = "2001-01-01"
    stock(tmp_path, *(firms.establishment_row(n, **SINCE_2015) for n in numbers))
    cut_after_first_chunk(monkeypatch)
    with pytest.raises(KeyboardInterrupt):
        lived(tmp_path, *told)
    assert not Period.objects.known().exists()
    monkeypatch.undo()
    monkeypatch.setattr(history, "CHUNK", 1)

    outcome = lived(tmp_path, *told)

    assert (outcome.counts["told"], outcome.counts["rejected"], outcome.counts["read"]) == (4, 1, 5)
    assert Period.objects.known().count() == 4
    assert Load.objects.count() == 2
    assert outcome.load.rejects.count() == 1


def cut_after_first_chunk(monkeypatch):
    """As if the machine went down once a chunk was committed."""
    monkeypatch.setattr(history, "CHUNK", 1)
    write, seen = history.HistoryStep.write, []

    def cut(self, chunk):
        if seen:
            raise KeyboardInterrupt
        seen.append(chunk)
        write(self, chunk)

    monkeypatch.setattr(history.HistoryStep, "write", cut)


def test_queries_do_not_grow_with_the_lines_of_a_chunk(tmp_path, django_assert_max_num_queries):
    stock(tmp_path, *(firms.establishment_row(n, **SINCE_2015) for n in range(1, 41)))

    with django_assert_max_num_queries(60) as few:
        lived(tmp_path, *(firms.period_row(n, **GROCER) for n in range(1, 3)), day="2020-01-15")
    with django_assert_max_num_queries(len(few)):
        lived(tmp_path, *(firms.period_row(n, **GROCER) for n in range(1, 41)), day="2020-02-01")
