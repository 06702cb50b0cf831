"""Laws of the past, over drawn stocks and histories: what the register says of a day is what the files say.

The oracle reads the files day by day and knows nothing of spells.
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.accounts.actors import System
from maillage.register.importers import history
from maillage.register.importers.history import HistoryImport
from maillage.register.importers.sirene import import_stock
from maillage.register.importers.stock import StockFile
from maillage.register.models import Establishment, Load, Period, Spell
from tests.factories import register as firms

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("geography")]
few = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])

BY = System("test")
BORN, PRESENT = date(2010, 1, 1), date(2019, 1, 1)
ACTIVITIES = ("10.71C", "47.11B", "96.02A")
DAYS = st.dates(BORN + timedelta(1), PRESENT - timedelta(1))
GOES_ON = {"dateDebut": PRESENT.isoformat(), "dateFin": "", "etatAdministratifEtablissement": "A"}


@st.composite
def lives(draw):
    """Contiguous periods from the birth on, as INSEE writes them; the last one goes on."""
    starts = [BORN, *sorted(draw(st.lists(DAYS, max_size=4, unique=True))), PRESENT]
    past = [
        {
            "dateDebut": start.isoformat(),
            "dateFin": (end - timedelta(1)).isoformat(),
            "etatAdministratifEtablissement": draw(st.sampled_from("AAF")),
            "activitePrincipaleEtablissement": draw(st.sampled_from(ACTIVITIES)),
            "caractereEmployeurEtablissement": draw(st.sampled_from(["", "O", "N"])),
            "enseigne1Etablissement": draw(st.sampled_from(["", "AU FOUR", "CHEZ NORA"])),
        }
        for start, end in pairwise(starts)
    ]
    return [*past, GOES_ON]


SEVERAL = st.lists(lives(), min_size=2, max_size=2)


@contextmanager
def instance():
    """A folder for the files, and a register that is as before once the example is over."""
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        yield Path(folder)
        transaction.set_rollback(True)


def loaded(folder, drawn, day="2020-01-01"):
    rows = [
        firms.establishment_row(number, dateDebut=life[-1]["dateDebut"])
        for number, life in enumerate(drawn, 1)
    ]
    units, establishments = firms.sirene_files(folder, rows, day=day)
    return import_stock(units=units, establishments=establishments, territory="mel", by=BY)


def told(folder, drawn, day="2020-01-01"):
    rows = [
        firms.period_row(number, **period)
        for number, life in enumerate(drawn, 1)
        for period in reversed(life)
    ]
    file = StockFile(firms.history_file(folder, rows, day=day), "history")
    return HistoryImport(file, "mel", BY).run()


def said(number, day, at=None):
    place = Establishment.objects.get(siret=firms.siret(firms.siren(number)))
    spell = Spell.objects.on(day, at).get(establishment=place)
    return spell.state, spell.activity


def expected(life, day):
    """The period that holds on a day, read from the file alone."""
    period = next(p for p in reversed(life) if p["dateDebut"] <= day.isoformat())
    activity = period.get("activitePrincipaleEtablissement", "10.71C")
    return period["etatAdministratifEtablissement"], activity


def days_of(life):
    """The first day of each period, and the last day of the one before."""
    starts = [date.fromisoformat(period["dateDebut"]) for period in life]
    return [*starts, *(start - timedelta(1) for start in starts[1:])]


def rows():
    return Spell.objects.count(), Period.objects.count()


@few
@given(SEVERAL, st.lists(DAYS, min_size=1, max_size=6), st.integers(1, 6))
def test_every_day_is_as_its_period_tells_it_whatever_the_chunks(drawn, days, size):
    with instance() as folder, pytest.MonkeyPatch.context() as patched:
        patched.setattr(history, "CHUNK", size)
        loaded(folder, drawn)
        told(folder, drawn)

        for number, life in enumerate(drawn, 1):
            for day in [*days, *days_of(life)]:
                assert said(number, day) == expected(life, day)


@few
@given(SEVERAL)
def test_told_again_in_a_later_file_it_writes_no_row(drawn):
    with instance() as folder:
        loaded(folder, drawn)
        told(folder, drawn)
        known = rows()

        again = told(folder, drawn, day="2020-02-01")

        assert rows() == known
        assert again.counts["told"] == 0


@few
@given(SEVERAL)
def test_the_next_stock_changes_nothing_of_a_life_that_goes_on(drawn):
    with instance() as folder:
        loaded(folder, drawn)
        told(folder, drawn)
        known = rows()

        outcome = loaded(folder, drawn, day="2020-02-01")

        assert outcome.counts["unchanged"] == len(drawn)
        assert rows() == known


@few
@given(SEVERAL, SEVERAL, DAYS)
def test_a_past_corrected_by_a_later_file_is_as_that_file_tells_it_and_is_still_read_as_before(
    first, second, day
):
    with instance() as folder:
        loaded(folder, first)
        told(folder, first)
        then = Load.objects.order_by("-id")[0].activated_at

        told(folder, second, day="2020-02-01")

        for number, (old, new) in enumerate(zip(first, second, strict=True), 1):
            assert said(number, day) == expected(new, day)
            assert said(number, day, then) == expected(old, day)


@few
@given(SEVERAL, DAYS)
def test_undone_the_past_is_what_the_stock_said(drawn, day):
    with instance() as folder:
        loaded(folder, drawn)
        before = [said(number, day) for number in (1, 2)]
        outcome = told(folder, drawn)

        firms.undo_load(load=outcome.load, by=BY)

        assert [said(number, day) for number in (1, 2)] == before
        assert not Period.objects.known().exists()


@few
@given(SEVERAL)
def test_signs_and_flags_are_those_of_the_file_each_with_its_days(drawn):
    with instance() as folder:
        loaded(folder, drawn)
        told(folder, drawn)

        for number, life in enumerate(drawn, 1):
            known = Period.objects.known().filter(
                establishment__siret=firms.siret(firms.siren(number))
            )
            wanted = [
                (p["dateDebut"], p["dateFin"], p["caractereEmployeurEtablissement"], p["enseigne1Etablissement"])
                for p in life[:-1]
                if p["caractereEmployeurEtablissement"] or p["enseigne1Etablissement"]
            ]  # fmt: skip
            assert [
                (str(p.starts_on), str(p.ends_on), p.employer, p.trade_name) for p in known
            ] == wanted
