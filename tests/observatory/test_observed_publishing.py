"""What was observed becomes public by a publication, masked cell by cell, sealed, and never twice."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from maillage.accounts.actors import System
from maillage.figures import witnessed
from maillage.figures.models import Observation, StockVintage
from maillage.figures.observations import loading
from maillage.figures.observations.observing import ALL
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid
from maillage.observatory import observed, observed_data, observed_publishing
from tests.factories import accounts, observed as make
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
NOW = noon("2020-07-15")


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Any:
    make.places_loaded()
    with clock.at(NOW):
        yield


def test_the_same_file_for_the_same_territories_is_loaded_once() -> None:
    first = make.loaded()
    before = Observation.objects.count()
    assert make.loaded() == first
    assert Observation.objects.count() == before
    assert make.loaded([make.MEL, make.CALL]) != first


def test_a_load_that_was_cut_short_is_begun_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut(*_args: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(loading, "_keep_spells", cut)
        with pytest.raises(OSError, match="space"):
            make.loaded()
    assert StockVintage.objects.get().loaded_at is None
    whole = make.loaded()
    assert StockVintage.objects.get() == whole
    assert whole.loaded_at == NOW
    assert Observation.objects.count() == sum(map(make.is_listed, make.observations()))


def test_only_the_closed_list_is_loaded() -> None:
    rows = make.observations()
    strangers = [
        {**rows[0], "indicator": "register.births", "activity": "47", "area_kind": "commune"},
        {**rows[0], "area": "75056"},
        {**rows[0], "indicator": "register.arrivals"},
        {**rows[0], "segment": "employer"},
        {**rows[0], "period": "2009"},
    ]
    make.loaded(rows=[*rows, *strangers])
    assert Observation.objects.count() == sum(map(make.is_listed, rows))


def test_a_small_cohort_and_the_jobs_of_a_small_commune_are_masked_with_as_much_as_it_takes() -> (
    None
):
    made = make.published()
    cells = observed.cells(made, ["register.jobs_estimate"], kinds=["commune"])
    told = {cell.area: cell for cell in cells}
    small = told["59051"]
    assert (small.value, small.n, small.status) == (None, None, "A")
    assert "moins de 3 unités" in small.why
    others = [cell for cell in cells if cell.status == "D"]
    assert len(others) == 1, "one neighbour, since the whole is said"
    assert others[0].value is None
    assert "voisine" in others[0].why


def test_counts_of_public_fields_are_read_whatever_their_size() -> None:
    made = make.published()
    (cell,) = observed.cells(
        made, ["register.stock"], areas=["59051"], periods=["2016"], kinds=["commune"]
    )
    assert (cell.value, cell.is_hidden, cell.why) == (3.0, False, "")


def test_no_number_of_a_hidden_cell_is_in_what_everybody_may_download() -> None:
    made = make.published()
    rows = [dict(zip(observed_data.COLUMNS, row, strict=True)) for row in observed_data.rows(made)]
    hidden = [row for row in rows if row["status"] in "ABDU"]
    assert hidden
    numbers = ("value", "numerator", "denominator", "n")
    assert all(row[name] is None for row in hidden for name in numbers)
    assert len(rows) == Observation.objects.count()


def test_a_publication_seals_its_cells_in_the_chain() -> None:
    made = make.published()
    assert not list(witnessed.altered())
    cell = made.observed().filter(status="V").first()
    assert cell is not None
    cell.value = (cell.value or 0) + 1
    cell.save()
    assert [found.what for found in witnessed.altered()] == ["unwitnessed"]


def test_the_seal_does_not_betray_what_is_hidden() -> None:
    made = make.published()
    cell = made.observed().filter(status="A").first()
    assert cell is not None
    cell.value = 999.0
    cell.save()
    assert not list(witnessed.altered()), "the digest is of what everybody reads"


def test_publishing_again_says_why_and_revises() -> None:
    first = make.published()
    with pytest.raises(Invalid, match="pourquoi"):
        make.published(first.vintage)
    second = make.published(first.vintage, reason="Une règle corrigée")
    assert (second.revises, observed.newest(make.MEL)) == (first, second)


def test_what_was_not_loaded_is_not_published() -> None:
    vintage = make.loaded([make.MEL])
    with pytest.raises(Invalid, match="Rien n’est chargé"):
        make.published(vintage, territory=make.CALL)


def test_the_same_form_publishes_once() -> None:
    vintage = make.loaded([make.MEL, make.CALL])
    by = System("a test", organisation=accounts.organisation())
    asked = {"territory": make.MEL, "vintage": vintage, "by": by, "once": "a-form"}
    assert observed_publishing.publish(**asked) == observed_publishing.publish(
        **asked, reason="again"
    )
    with pytest.raises(Conflict):
        observed_publishing.publish(**{**asked, "territory": make.CALL})


def test_acts_are_read_over_the_year_of_the_stock_and_the_one_before() -> None:
    made = make.published()
    assert (made.period_start, made.period_end) == (date(2019, 1, 1), make.AS_OF)
    (figure,) = made.figures.all()
    assert figure.reference.startswith("outreach.firms_visited@")
    assert figure.by == "commune"


def test_a_terminal_publishes_in_the_name_of_a_partner(capsys: pytest.CaptureFixture[str]) -> None:
    make.loaded([make.MEL])
    accounts.organisation("epci", name="Métropole", short_name="MEL")
    call_command("publish_observatory", "mel", "--by", "mel", "--json")
    told = json.loads(capsys.readouterr().out)
    assert told["subject"] == f"observatory:{make.MEL}"
    assert told["cells"] == Observation.objects.count()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["mel", "--by", "Personne"], "Personne"),
        (["mel", "--by", ""], "Aucun partenaire"),
        (["call", "--by", "MEL"], "Rien n’est chargé"),
        (["nulle-part", "--by", "MEL"], "nulle-part"),
    ],
)
def test_a_terminal_says_what_it_cannot_publish(options: list[str], said: str) -> None:
    make.loaded([make.MEL])
    accounts.organisation("epci", name="Métropole", short_name="MEL")
    with pytest.raises(CommandError, match=said):
        call_command("publish_observatory", *options)


def test_nothing_to_publish_says_what_to_run() -> None:
    accounts.organisation("epci", name="Métropole", short_name="MEL")
    with pytest.raises(CommandError, match="build_observatory"):
        call_command("publish_observatory", "mel", "--by", "MEL")


def test_ranks_are_told_among_enough_territories_with_what_chance_leaves() -> None:
    rows = make.observations(make.MEL)
    others = [
        make.share("register.survival_3y", "epci", f"2000000{rank:02d}", "2016", 40 + rank, 100)
        for rank in range(12)
    ]
    vintage = make.loaded(rows=[*rows, *others])
    (rank,) = [
        one
        for one in vintage.ranks
        if (one["indicator"], one["period"], one["segment"])
        == ("register.survival_3y", "2016", ALL)
    ]
    assert rank["of"] == 13
    assert 1 <= rank["low"] <= rank["rank"] <= rank["high"] <= 13
    assert rank["area"] == make.MEL


def test_few_territories_are_not_ranked() -> None:
    assert make.loaded().ranks == []
