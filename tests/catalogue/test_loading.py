"""A load of the catalogue: unseen before it is active, told again, beside what people write, taken back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.catalogue import actions
from maillage.catalogue.models import Entry, EntryVersion
from maillage.intake import actions as loads, loading
from maillage.intake.models import Load
from tests.factories import accounts, catalogue as make, intake, register

pytestmark = pytest.mark.django_db
HOW = {"source": "di_services", "name": "services.json"}


@pytest.fixture
def administrator() -> Actor:
    return accounts.actor(Role.ADMINISTRATOR)


def applied(*rows: dict[str, object]) -> Load:
    return intake.applied(make.as_json(*rows), **HOW)


def kinds(load: Load) -> dict[str, int]:
    return {name: n for name, n in load.counts.items() if name not in {"read", "rejected"}}


def entry() -> Entry:
    return Entry.objects.get(source="di_services")


def test_a_preview_tells_what_it_would_do_and_writes_nothing() -> None:
    load = intake.previewed(make.as_json(make.service(1), make.service(2, nom="X")), **HOW)
    assert load.state == Load.State.PREVIEWED
    assert (load.count("read"), load.count("new"), load.count("rejected")) == (2, 1, 1)
    assert not EntryVersion.objects.exists()


def test_nobody_sees_what_a_load_wrote_before_it_is_active() -> None:
    load = intake.previewed(make.as_json(make.service()), **HOW)
    importer, run = loading.importer_of(load.source), loading.run_of(load)
    reading = loading.Reading.of(load)
    for _until, chunk in reading.chunks(reading.understanding()):
        accepted, _refused = reading.sorted_out(reading.understanding(), chunk)
        importer.apply([row for row, _kind in accepted], run)
    assert EntryVersion.objects.count() == 1
    assert make.titles() == []
    importer.discard(run)
    assert not EntryVersion.objects.exists()


def test_a_second_file_tells_new_changed_confirmed_and_unchanged_apart() -> None:
    assert kinds(applied(make.service(1), make.service(2), make.service(3))) == {"new": 3}
    second = applied(
        make.service(1),
        make.service(2, nom="Atelier renommé"),
        make.service(3, date_maj="2020-06-01"),
        make.service(4),
    )
    assert kinds(second) == {"unchanged": 1, "changed": 1, "confirmed": 1, "new": 1}
    assert "Atelier renommé" in make.titles()
    assert EntryVersion.objects.count() == 6


def test_a_service_moved_to_another_structure_is_changed() -> None:
    applied(make.service())
    assert kinds(applied(make.service(structure_id="dora--s2"))) == {"changed": 1}


def test_what_a_person_wrote_stays_until_the_file_says_something_new(administrator: Actor) -> None:
    applied(make.service(nom="Dit par le fichier"))
    actions.edit_entry(
        entry=entry(),
        content=make.content(title="Dit par une personne"),
        version=1,
        by=administrator,
    )
    assert make.titles() == ["Dit par une personne"]
    assert kinds(applied(make.service(nom="Dit par le fichier"), make.service(2))) == {
        "unchanged": 1,
        "new": 1,
    }
    assert "Dit par une personne" in make.titles()
    applied(make.service(nom="Dit autrement"))
    assert "Dit autrement" in make.titles()


def test_a_load_taken_back_leaves_the_catalogue_as_it_was(administrator: Actor) -> None:
    applied(make.service(1))
    second = applied(make.service(1, nom="Atelier renommé"), make.service(2))
    register.undo_load(load=second, by=administrator)
    assert make.titles() == ["Atelier numérique 1"]


def test_the_same_file_is_loaded_again_after_it_was_taken_back(administrator: Actor) -> None:
    register.undo_load(load=applied(make.service()), by=administrator)
    assert make.titles() == []
    assert kinds(applied(make.service())) == {"new": 1}
    assert make.titles() == ["Atelier numérique 1"]


def test_a_person_who_wrote_over_a_load_taken_back_keeps_the_last_word(
    administrator: Actor,
) -> None:
    load = applied(make.service())
    content = make.content(title="Dit par une personne")
    actions.edit_entry(entry=entry(), content=content, version=1, by=administrator)
    register.undo_load(load=load, by=administrator)
    assert make.titles() == ["Dit par une personne"]


def test_a_refused_line_set_right_on_screen_is_taken() -> None:
    load = intake.previewed(make.as_json(make.service(1, nom="X")), **HOW)
    (reject,) = load.rejects.all()
    loads.correct(reject=reject, row={**reject.row, "nom": "Atelier réparé"}, by=intake.BY)
    loads.confirm(load=load, by=intake.BY)
    load.refresh_from_db()
    loading.apply(load)
    assert make.titles() == ["Atelier réparé"]


def test_a_chunk_asks_as_many_questions_for_ten_rows_as_for_two_hundred() -> None:
    def asked(first: int, number: int) -> int:
        rows = [make.service(n) for n in range(first, first + number)]
        with CaptureQueriesContext(connection) as captured:
            applied(*rows)
        return len(captured)

    asked(0, 1)
    assert asked(1_000, 200) <= asked(2_000, 10) + 12  # rows are inserted some twenty at a time
