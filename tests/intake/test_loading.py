"""A load's life: received, previewed, applied by chunks, active at once, set right, undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from maillage import places
from maillage.accounts.actors import ANONYMOUS
from maillage.intake import actions, declared, jobs, loading, storage
from maillage.intake.exclusive import exclusive
from maillage.intake.models import Load, Reject
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.rows import BadCell
from maillage.places.models import Edition, PriorityDistrict
from tests.factories import accounts, intake as made
from tests.intake import files

pytestmark = pytest.mark.django_db

BY = made.BY
IN_2020 = date(2020, 1, 1)


def is_in(number: int) -> bool | None:
    """Whether the middle of the neighbourhood of this number lies in one."""
    return places.in_qpv(3.005 + number / 50, 50.625, "59350", IN_2020)


def bad(*names: str) -> bytes:
    """Neighbourhoods, the last of which is a point."""
    good = made.features(*names).decode()
    point = '{"type": "Feature", "properties": {"code_qp": "QP059099", "nom_qp": "Point"}, "geometry": {"type": "Point", "coordinates": [3, 50]}}'
    return good.replace("}]}", "}, " + point + "]}").encode()


def test_a_preview_counts_shows_and_writes_nothing():
    load = made.previewed(bad("Moulins", "Wazemmes"))

    assert load.state == Load.State.PREVIEWED
    assert load.counts == {"read": 3, "rejected": 1, "new": 2}
    assert load.accepted == 2
    assert [row["name"] for row in load.found["examples"]["new"]] == ["Moulins", "Wazemmes"]
    assert load.found["said"] == {"kind": "geojson", "encoding": "utf-8-sig"}
    refused = load.rejects.get()
    assert (refused.column, refused.code, refused.row["name"]) == ("geometry", "shape", "Point")
    assert not PriorityDistrict.objects.exists()
    assert is_in(1) is None


def test_a_preview_begun_again_ends_the_same():
    load = made.previewed(bad("Moulins"))
    load.state = Load.State.RECEIVED

    loading.preview(load)

    assert load.rejects.count() == 1
    assert load.counts == {"read": 2, "rejected": 1, "new": 1}


def test_what_is_applied_is_known_at_once_and_its_files_are_gone():
    load = made.applied(made.features("Moulins", "Wazemmes"))

    assert load.state == Load.State.ACTIVE
    assert load.activated_at is not None
    assert is_in(1) is True
    assert is_in(3) is False
    assert not storage.folder(load).exists()


def test_the_same_file_again_changes_nothing():
    made.applied(made.features("Moulins"))
    again = made.applied(made.features("Moulins"))

    assert again.counts == {"read": 1, "rejected": 0, "unchanged": 1}
    assert PriorityDistrict.objects.count() == 1


def test_a_later_load_tells_what_changed_and_undoing_it_brings_the_earlier_back():
    made.applied(made.features("Moulins"))
    later = made.applied(made.features("Moulins-Belfort", "Wazemmes"))
    assert later.counts == {"read": 2, "rejected": 0, "changed": 1, "new": 1}
    assert is_in(2) is True

    loading.undo(actions.undo_load(load=later, because="Mauvais fichier", by=BY))

    later.refresh_from_db()
    assert later.state == Load.State.UNDONE
    assert later.undone_because == "Mauvais fichier"
    assert (is_in(1), is_in(2)) == (True, False)


def test_nothing_shows_before_the_activation(monkeypatch):
    load = made.previewed(made.features("Moulins"))
    actions.confirm(load=load, by=BY)
    load.refresh_from_db()
    monkeypatch.setattr(loading, "_activate", lambda _reading: None)

    loading.apply(load)

    assert PriorityDistrict.objects.count() == 1
    assert is_in(1) is None


class Killed(BaseException):
    """The process dies here."""


@pytest.mark.parametrize("at", range(1, 6))
def test_a_load_killed_at_any_chunk_ends_as_an_uninterrupted_one(at, monkeypatch):
    names = [f"Q{n}" for n in range(1, 6)]
    importer = replace(declared.importer_of("qpv"), chunk=1)
    monkeypatch.setattr(loading, "importer_of", lambda _source: importer)
    load = made.previewed(bad(*names))
    actions.confirm(load=load, by=BY)
    load.refresh_from_db()
    calls = iter(range(1, 100))

    def dying(rows, run):
        if next(calls) == at:
            raise Killed
        importer.apply(rows, run)

    monkeypatch.setattr(loading, "importer_of", lambda _source: replace(importer, apply=dying))
    with pytest.raises(Killed):
        loading.apply(load)
    monkeypatch.setattr(loading, "importer_of", lambda _source: importer)
    taken_up = Load.objects.get(pk=load.pk)
    assert taken_up.progress.get("applied", 0) == at - 1
    loading.apply(taken_up)

    assert taken_up.state == Load.State.ACTIVE
    assert taken_up.counts == {"read": 6, "rejected": 1, "new": 5}
    assert sorted(PriorityDistrict.objects.values_list("name", flat=True)) == names
    assert taken_up.rejects.count() == 1


def test_a_file_changed_since_its_preview_is_refused():
    load = made.previewed(made.features("Moulins"))
    storage.path_of(load, "file").write_bytes(made.features("Autre"))
    actions.confirm(load=load, by=BY)
    load.refresh_from_db()

    loading.apply(load)

    load.refresh_from_db()
    assert load.state == Load.State.FAILED
    assert "a changé depuis l’aperçu" in actions.refusal_of(load)
    assert not Edition.objects.exists()


def test_a_file_that_cannot_be_taken_fails_with_its_reason():
    load = made.previewed(b"a;b\n1;2\n", name="qpv.csv")

    assert load.state == Load.State.FAILED
    assert "qpv.csv:1 (code, name, geometry)" in actions.refusal_of(load)
    assert "des colonnes nécessaires manquent" in actions.refusal_of(load)
    assert not storage.folder(load).exists()


def test_a_row_set_right_before_applying_is_taken_with_the_others():
    load = made.previewed(bad("Moulins"))
    refused = load.rejects.get()
    shape = str(files.square(3.1, 50.6)).replace("'", '"')

    actions.correct(reject=refused, row=refused.row | {"geometry": shape}, by=BY)
    load.refresh_from_db()
    assert load.counts == {"read": 2, "rejected": 0, "new": 2, "corrected": 1}
    actions.confirm(load=load, by=BY)
    load.refresh_from_db()
    loading.apply(load)

    assert load.counts == {"read": 2, "rejected": 0, "new": 2}
    assert set(PriorityDistrict.objects.values_list("name", flat=True)) == {"Moulins", "Point"}


def test_a_row_set_right_after_counts_at_once():
    load = made.applied(bad("Moulins"))
    refused = load.rejects.get()
    shape = str(files.square(3.1, 50.6)).replace("'", '"')

    done = actions.correct(reject=refused, row=refused.row | {"geometry": shape}, by=BY)

    assert done.corrected_at is not None
    assert places.in_qpv(3.105, 50.605, "59350", IN_2020) is True
    load.refresh_from_db()
    assert load.accepted == 2
    with pytest.raises(Conflict):
        actions.correct(reject=refused, row=refused.row, by=BY)


@pytest.mark.parametrize(
    ("column", "text"), [("geometry", "nothing"), ("code", "59"), ("name", " ")]
)
def test_a_row_that_is_still_wrong_is_refused_on_its_column(column, text):
    load = made.previewed(bad("Moulins"))
    refused = load.rejects.get()
    shape = str(files.square(3.1, 50.6)).replace("'", '"')

    with pytest.raises(Invalid) as why:
        actions.correct(reject=refused, row=refused.row | {"geometry": shape, column: text}, by=BY)

    assert list(why.value.fields) == [column]
    assert Reject.objects.get().corrected_at is None


def test_a_corrected_row_that_became_wrong_meanwhile_is_refused_again(monkeypatch):
    load = made.previewed(bad("Moulins"))
    refused = load.rejects.get()
    shape = str(files.square(3.1, 50.6)).replace("'", '"')
    actions.correct(reject=refused, row=refused.row | {"geometry": shape}, by=BY)
    actions.confirm(load=load, by=BY)
    load.refresh_from_db()
    importer = declared.importer_of("qpv")

    def diff(rows, run):
        return [
            BadCell("code", "qpv_code", r["code"]) if r["name"] == "Point" else "new" for r in rows
        ]

    monkeypatch.setattr(loading, "importer_of", lambda _source: replace(importer, diff=diff))
    loading.apply(load)

    refused.refresh_from_db()
    assert (refused.corrected_at, refused.code) == (None, "qpv_code")
    assert load.counts == {"read": 2, "rejected": 1, "new": 1}


def test_rows_refused_by_what_is_known_are_kept_as_they_were_written(monkeypatch):
    importer = declared.importer_of("qpv")
    monkeypatch.setattr(
        loading,
        "importer_of",
        lambda _s: replace(
            importer, diff=lambda rows, _run: [BadCell("code", "qpv_code")] * len(rows)
        ),
    )
    load = made.previewed(made.features("Moulins"))

    assert load.counts == {"read": 1, "rejected": 1}
    assert load.rejects.get().row["code"] == "QP059001"


def test_the_same_form_sent_twice_makes_one_load():
    first = actions.receive(source="qpv", files=[made.sent(b"x")], given={}, by=BY, once="k")
    again = actions.receive(source="qpv", files=[made.sent(b"x")], given={}, by=BY, once="k")

    assert first == again


@pytest.mark.parametrize("given", [{"starts_on": "hier"}, {"ends_on": "2020-13-01"}])
def test_what_is_asked_beside_the_file_is_checked(given):
    with pytest.raises(Invalid) as refused:
        actions.receive(source="qpv", files=[made.sent(b"x")], given=given, by=BY)

    assert list(refused.value.fields) == list(given)
    assert not Load.objects.exists()


def test_a_missing_file_and_a_giant_one_are_refused(monkeypatch):
    with pytest.raises(Invalid):
        actions.receive(source="qpv", files=[], given={}, by=BY)
    monkeypatch.setattr(storage, "Limits", lambda: type("L", (), {"file_bytes": 3}))
    with pytest.raises(Invalid):
        actions.receive(source="qpv", files=[made.sent(b"four")], given={}, by=BY)

    assert not Load.objects.exists()


def test_strangers_neither_load_nor_confirm_nor_undo_nor_correct():
    load = made.previewed(bad("Moulins"))
    adviser = accounts.actor()
    for who in (ANONYMOUS, adviser):
        with pytest.raises(NotAllowed):
            actions.receive(source="qpv", files=[made.sent(b"x")], given={}, by=who)
        with pytest.raises(NotAllowed):
            actions.confirm(load=load, by=who)
        with pytest.raises(NotAllowed):
            actions.abandon(load=load, by=who)
        with pytest.raises(NotAllowed):
            actions.correct(reject=load.rejects.get(), row={}, by=who)
        with pytest.raises(NotAllowed):
            actions.resume(load=load, by=who)


def test_what_is_not_waiting_is_not_confirmed_abandoned_or_undone():
    active = made.load(state=Load.State.ACTIVE)
    waiting = made.load(state=Load.State.PREVIEWED)

    assert actions.confirm(load=active, by=BY) == active
    with pytest.raises(Conflict):
        actions.abandon(load=active, by=BY)
    with pytest.raises(Conflict):
        actions.undo_load(load=waiting, because="x", by=BY)
    with pytest.raises(Invalid):
        actions.undo_load(load=active, because=" ", by=BY)
    with pytest.raises(Conflict):
        actions.confirm(load=made.load(state=Load.State.FAILED), by=BY)
    with pytest.raises(Conflict):
        actions.resume(load=active, by=BY)


def test_two_loads_of_one_source_are_not_applied_at_once():
    made.load(state=Load.State.APPLYING)

    with pytest.raises(Conflict, match="autre chargement"):
        actions.confirm(load=made.load(state=Load.State.PREVIEWED), by=BY)


def test_an_abandoned_load_says_so():
    load = made.previewed(made.features("Moulins"))

    gone = actions.abandon(load=load, by=BY)

    assert gone.state == Load.State.FAILED
    assert "abandonné" in actions.refusal_of(gone)
    assert actions.refusal_of(made.load(state=Load.State.ACTIVE)) == ""


def test_the_job_does_the_next_step_and_nothing_when_there_is_none():
    load = made.received(made.features("Moulins"))

    assert jobs.carry_on.call(load.pk) == Load.State.PREVIEWED
    actions.confirm(load=load, by=BY)
    assert jobs.carry_on.call(load.pk) == Load.State.ACTIVE
    actions.undo_load(load=load, because="x", by=BY)
    assert jobs.carry_on.call(load.pk) == Load.State.UNDONE
    assert jobs.carry_on.call(load.pk) == "nothing to do"
    assert jobs.carry_on.call(0) == "nothing to do"


def test_a_job_comes_back_when_another_import_is_under_way():
    load = made.previewed(made.features("Moulins"))
    actions.confirm(load=load, by=BY)

    with exclusive():
        assert jobs.carry_on.call(load.pk) == Load.State.APPLYING

    assert jobs.carry_on.call(load.pk) == Load.State.ACTIVE


def test_what_a_killed_worker_left_is_taken_up_when_one_starts():
    left = made.load(state=Load.State.RECEIVED)
    made.load(state=Load.State.ACTIVE)
    fresh = made.received(made.features("Moulins"))
    loading.beat(fresh, 3)

    assert jobs.is_silent(left)
    assert not jobs.is_silent(fresh)
    assert jobs.resume_left() == 1
    actions.resume(load=left, by=BY)
    with pytest.raises(Conflict):
        actions.resume(load=fresh, by=BY)


def test_only_the_first_ten_thousand_refused_rows_are_kept(monkeypatch):
    monkeypatch.setattr(loading, "KEPT", 1)
    point = [
        ({"code_qp": f"QP05900{n}", "nom_qp": "P"}, {"type": "Point", "coordinates": [3, 50]})
        for n in range(3)
    ]
    load = made.previewed(files.geojson(point))

    assert load.counts == {"read": 3, "rejected": 3}
    assert load.rejects.count() == 1


def test_every_importer_is_found_by_being_there():
    assert {"qpv", "sectors", "sirene"} <= set(declared.importers())
    with pytest.raises(declared.UnknownSource):
        declared.importer_of("nobody")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("a.csv", "a.csv"),
        ("C:\\Users\\x\\a.csv", "a.csv"),
        ("../../etc/passwd", "passwd"),
        ("..", ".."),
        ("", "?"),
        ("a\0b\n.csv", "ab.csv"),
        ("é" * 300, "é" * 200),
    ],
)
def test_the_name_a_person_gave_is_told_and_never_a_path(name, kept):
    load = Load(source="qpv", staged_at=None)

    entry = storage.keep(load, "file", name, [b"x"])

    assert entry["name"] == kept
    assert storage.path_of(load, "file").parent == storage.folder(load)
    storage.drop(load)
