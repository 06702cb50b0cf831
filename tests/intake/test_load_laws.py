"""Laws of a load: whatever a file holds and whoever corrects what, the sums add up and nothing is half seen."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import places
from maillage.intake import actions, loading
from maillage.intake.models import Load
from maillage.kernel.errors import Conflict, Invalid
from maillage.places.models import PriorityDistrict
from tests.factories import intake as made
from tests.intake import files

pytestmark = pytest.mark.django_db

BY = made.BY
FAULTS = ("", "code", "name", "point", "metres", "nothing")

# A feature of a file: its number (a code told twice is refused), and what is wrong with it.
FEATURES = st.lists(st.tuples(st.integers(0, 6), st.sampled_from(FAULTS)), min_size=1, max_size=8)
# What somebody does with refused rows: which one, and whether they set it right.
CORRECTIONS = st.lists(st.tuples(st.integers(0, 7), st.booleans()), max_size=4)


def feature(number: int, fault: str) -> tuple[dict[str, object], object]:
    properties: dict[str, object] = {"code_qp": f"QP05900{number}", "nom_qp": f"Q{number}"}
    shape: object = files.square(3.0 + number / 50, 50.62)
    if fault == "code":
        properties["code_qp"] = f"59-{number}"
    elif fault == "name":
        properties["nom_qp"] = " "
    elif fault == "point":
        shape = {"type": "Point", "coordinates": [3, 50]}
    elif fault == "metres":
        shape = files.square(700_000.0 + number, 7_000_000.0)
    elif fault == "nothing":
        shape = None
    return properties, shape


def wanted(features) -> tuple[set[str], int]:
    """The codes that a file brings, and how many of its rows are refused, told in plain Python."""
    taken: set[str] = set()
    refused = 0
    for number, fault in features:
        code = f"QP05900{number}"
        if fault or code in taken:
            refused += 1
        else:
            taken.add(code)
    return taken, refused


def correct(load: Load, corrections) -> int:
    """Set some refused rows right, others not; how many were taken."""
    done = 0
    for rank, is_right in corrections:
        rejects = list(load.rejects.refused())
        if not rejects:
            break
        reject = rejects[rank % len(rejects)]
        shape = json.dumps(files.square(3.5 + reject.pk % 50 / 50, 50.62))
        row = {"code": f"QP06{reject.pk % 10_000:04}", "name": "corrigé", "geometry": shape}
        if not is_right:
            row["geometry"] = "?"
        try:
            actions.correct(reject=reject, row=row, by=BY)
            done += 1
        except Invalid:
            assert not is_right
    load.refresh_from_db()
    return done


def check(load: Load, read: int) -> None:
    assert load.count("read") == read
    assert load.accepted + load.count("rejected") == read
    assert load.rejects.refused().count() == load.count("rejected")


@settings(
    max_examples=20,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(features=FEATURES, before=CORRECTIONS, after=CORRECTIONS)
def test_the_sums_add_up_from_the_preview_to_the_undoing(features, before, after, db_rollback):
    codes, refused = wanted(features)
    content = files.geojson(feature(*one) for one in features)
    with db_rollback():
        places.forget()
        load = made.previewed(content)
        check(load, len(features))
        assert load.count("rejected") == refused

        first = correct(load, before)
        check(load, len(features))
        assert not PriorityDistrict.objects.exists()

        actions.confirm(load=load, by=BY)
        load.refresh_from_db()
        loading.apply(load)
        load.refresh_from_db()
        check(load, len(features))
        assert load.count("rejected") == refused - first

        second = correct(load, after)
        check(load, len(features))
        active = PriorityDistrict.objects.filter(edition__is_active=True)
        assert set(active.exclude(name="corrigé").values_list("code", flat=True)) == codes
        assert active.count() == len(codes) + first + second

        loading.undo(actions.undo_load(load=load, because="essai", by=BY))
        assert not active.exists()
        with pytest.raises(Conflict):
            actions.undo_load(load=load, because="essai", by=BY)
    places.forget()


@settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(features=FEATURES)
def test_the_same_file_again_changes_nothing_whatever_it_holds(features, db_rollback):
    codes, refused = wanted(features)
    content = files.geojson(feature(*one) for one in features)
    with db_rollback():
        places.forget()
        made.applied(content)
        rows = PriorityDistrict.objects.count()

        again = made.applied(content)

        assert PriorityDistrict.objects.count() == rows == len(codes)
        assert again.count("unchanged") == len(codes)
        assert (again.count("new"), again.count("changed")) == (0, 0)
        assert again.count("rejected") == refused
    places.forget()


@pytest.mark.parametrize(
    "state", [s for s in Load.State if s not in {Load.State.PREVIEWED, Load.State.ACTIVE}]
)
def test_rows_are_corrected_only_while_their_load_takes_any(state):
    refused = made.reject(made.load(state=state))

    with pytest.raises(Conflict):
        actions.correct(reject=refused, row=refused.row, by=BY)

    refused.refresh_from_db()
    assert refused.corrected_at is None


def test_a_row_that_was_not_kept_is_not_corrected():
    refused = made.reject(made.load(state=Load.State.ACTIVE), row={})

    with pytest.raises(Conflict):
        actions.correct(reject=refused, row={}, by=BY)
