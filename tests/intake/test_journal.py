"""The journal of loads: who reads which, what stands in which state, how it is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor

from maillage.accounts.actors import ANONYMOUS, System
from maillage.accounts.roles import Role
from maillage.intake import storage
from maillage.intake.declared import importers
from maillage.intake.models import Load, Reject
from maillage.intake.permissions import can_load, can_read_loads, can_undo_load, require
from maillage.intake.showing import KINDS, Shown, address_of, names_of, reject_rows, shown
from maillage.intake.telling import journal, note_of
from maillage.kernel import clock
from maillage.kernel.errors import NotAllowed
from tests.factories import accounts, intake as made

pytestmark = pytest.mark.django_db

STATES = list(Load.State)
QPV, ACTS = "qpv", "past_acts"


@pytest.mark.parametrize("role", list(Role))
def test_administrators_load_what_is_common_and_managers_what_is_theirs(role: Role) -> None:
    who = accounts.actor(role)
    common, own = importers()[QPV], importers()[ACTS]
    mine = made.past_load(who.organisation, state=Load.State.ACTIVE)
    theirs = made.past_load(accounts.organisation(), state=Load.State.ACTIVE)
    for_all = made.load(state=Load.State.ACTIVE)
    leads = role in {Role.ADMINISTRATOR, Role.SERVICE_MANAGER}

    assert can_read_loads(who) is leads
    assert can_load(who, common) is (role is Role.ADMINISTRATOR)
    assert can_load(who, own) is leads
    assert can_undo_load(who, for_all, common) is (role is Role.ADMINISTRATOR)
    assert can_undo_load(who, mine, own) is leads
    assert not can_undo_load(who, theirs, own)
    assert set(Load.objects.readable_by(who)) == ({mine, for_all} if leads else set())


def test_the_machine_loads_what_is_common_and_for_an_organisation_what_is_its_own() -> None:
    machine, common, own = System("test"), importers()[QPV], importers()[ACTS]
    owner = accounts.organisation()
    theirs = made.past_load(owner, state=Load.State.ACTIVE)

    assert can_read_loads(machine)
    assert can_load(machine, common)
    assert not can_load(machine, own)
    assert can_load(System("test", organisation=owner), own)
    assert can_undo_load(System("test", organisation=owner), theirs, own)
    assert theirs in Load.objects.readable_by(machine)


def test_strangers_may_nothing() -> None:
    for importer in importers().values():
        assert not can_load(ANONYMOUS, importer)
    assert not can_read_loads(ANONYMOUS)
    assert not Load.objects.readable_by(ANONYMOUS).exists()
    with pytest.raises(NotAllowed):
        require(can_read_loads(ANONYMOUS))


@pytest.mark.parametrize("state", STATES)
def test_a_load_is_known_only_while_it_is_active(state: Load.State) -> None:
    load = made.load(state=state)

    assert (load in Load.objects.visible()) is (state is Load.State.ACTIVE)
    busy = {Load.State.RECEIVED, Load.State.APPLYING, Load.State.UNDOING}
    assert load.is_busy is (state in busy)
    assert (load in Load.objects.unfinished()) is (state in busy)


@pytest.mark.parametrize("state", STATES)
def test_a_state_without_its_instants_is_refused_by_the_database(state: Load.State) -> None:
    now = clock.now()
    active = state in {Load.State.ACTIVE, Load.State.UNDOING, Load.State.UNDONE}
    wrong = {"activated_at": None} if active else {"activated_at": now}

    with pytest.raises(IntegrityError), transaction.atomic():
        Load.objects.create(source=QPV, staged_at=now, state=state, **wrong)


def test_a_load_is_not_undone_before_it_was_active() -> None:
    now = clock.now()

    with pytest.raises(IntegrityError), transaction.atomic():
        made.load(state=Load.State.UNDONE, activated_at=now, undone_at=now - timedelta(seconds=1))


def test_one_load_of_a_common_source_is_applied_at_a_time_and_one_of_each_organisation() -> None:
    made.load(state=Load.State.APPLYING)
    for _ in range(2):
        made.past_load(accounts.organisation(), state=Load.State.APPLYING)

    with pytest.raises(IntegrityError), transaction.atomic():
        made.load(state=Load.State.APPLYING)


def test_a_load_still_counts_as_of_the_days_when_it_was_active() -> None:
    load = made.load(state=Load.State.UNDONE, undone_at=clock.now())
    during = load.undone_at - timedelta(hours=1)

    assert load in Load.objects.visible(during)
    assert load not in Load.objects.visible(load.undone_at)
    assert load not in Load.objects.visible(load.activated_at - timedelta(seconds=1))


def test_rows_are_refused_doubtful_or_corrected() -> None:
    load = made.load(state=Load.State.ACTIVE)
    refused = made.reject(load)
    doubtful = made.reject(load, is_warning=True)
    corrected = made.reject(load, corrected_at=clock.now())

    assert list(load.rejects.refused()) == [refused]
    assert list(load.rejects.doubtful()) == [doubtful]
    assert list(load.rejects.corrected()) == [corrected]
    assert str(refused) == "qpv.geojson:7 geometry shape"


def test_a_load_tells_its_counts_its_files_and_its_name() -> None:
    load = made.load(state=Load.State.ACTIVE, vintage="2020-01-01", territory="mel")

    assert (load.accepted, load.count("new"), load.count("moved")) == (2, 2, 0)
    assert load.file_names == ["qpv.geojson"]
    assert str(load) == "qpv 2020-01-01 mel"


@pytest.mark.parametrize("name", sorted(importers()))
def test_each_importer_is_said_in_both_languages_and_has_its_address(name: str, client) -> None:
    importer = importers()[name]
    told = [importer.words, importer.about]
    told += [option.help for option in importer.options]
    told += [one for code, one in importer.reasons.items() if code != "said"]

    assert all(one.fr and one.en for one in told)
    assert all(one.fr != one.en for one in told)
    assert set(importer.kinds) | set(KINDS) >= {"new", "unchanged"}
    client.force_login(accounts.person(role=Role.ADMINISTRATOR))
    assert client.get(address_of(importer)).status_code == 200


def test_a_load_is_shown_in_words() -> None:
    someone = accounts.person(name="Anne")
    load = made.load(
        state=Load.State.ACTIVE,
        loaded_by=someone.pk,
        given={"starts_on": "2016-01-01"},
        found={"notes": [{"code": "ignored_columns", "table": "", "names": ["x", "y"]}]},
    )
    (one,) = shown([load])

    told = [(count.words, count.n) for count in one.counts]
    assert told == [("Lignes lues", 3), ("Refusées", 1), ("Nouvelles", 2)]
    assert not any(count.url for count in one.counts), "what is applied keeps no list"
    assert one.notes == ["colonnes qui ne servent pas\u00a0: x, y"]
    assert one.given == [("En vigueur depuis le", "2016-01-01")]
    assert one.headers == ["Code du quartier", "Nom du quartier", "Contour"]
    assert names_of([load]) == {someone.pk: "Anne"}
    assert not one.is_silent
    assert one.refusal == ""


def test_addresses_are_those_of_its_sort() -> None:
    common = Shown(made.load(state=Load.State.ACTIVE), importers()[QPV])
    own = Shown(made.past_load(accounts.organisation(), state=Load.State.ACTIVE), importers()[ACTS])

    assert common.url == f"/chargements/{common.load.key}/"
    assert own.urls["undo"] == f"/chargements/organisation/{own.load.key}/annuler/"


def test_a_refused_row_is_shown_with_its_column_and_reason_and_whether_it_may_be_corrected() -> (
    None
):
    load = made.load(state=Load.State.ACTIVE)
    kept, nameless = made.reject(load), made.reject(load, row={})

    first, second = reject_rows([kept, nameless], Shown(load, importers()[QPV]))

    assert first.column == "Contour"
    assert "n’est pas un polygone" in first.reason
    assert (first.may_be_corrected, second.may_be_corrected) == (True, False)


def test_the_columns_of_a_mapped_file_are_named_too() -> None:
    """Which columns a file of past acts has is known from its mapping only."""
    load = made.past_load(accounts.organisation(), state=Load.State.ACTIVE)
    refused = made.reject(load, column="occurred_on", code="date", row={"occurred_on": "hier"})
    of = Shown(load, importers()[ACTS])

    (line,) = reject_rows([refused], of)

    assert line.column in of.headers
    assert line.column != "occurred_on"


def test_refused_rows_make_a_table_with_what_was_read() -> None:
    load = made.load(state=Load.State.ACTIVE)
    made.reject(load, table="Feuil1")

    header, rows = shown([load])[0].rejects_table()

    assert header[:5] == ["fichier", "feuille", "ligne", "colonne", "motif"]
    assert next(iter(rows))[:4] == ["qpv.geojson", "Feuil1", 7, "geometry"]


def test_the_terminal_lists_what_came_in_by_file_only() -> None:
    made.load(state=Load.State.ACTIVE)
    Load.objects.create(
        source="field", staged_at=clock.now(), state="active", activated_at=clock.now()
    )

    (line,) = journal(10)

    assert (line["source"], line["accepted"], line["undone_at"]) == ("qpv", 2, None)
    assert note_of({"code": "ignored_table", "table": "Notice", "names": []}).startswith("Notice ")


def test_files_of_a_load_are_known_by_their_fingerprints_and_removed() -> None:
    load = made.load(state=Load.State.PREVIEWED)
    load.files = [storage.keep(load, "file", "a.csv", [b"one", b"two"])]
    assert storage.is_unchanged(load)

    storage.path_of(load, "file").write_bytes(b"other")
    assert not storage.is_unchanged(load)
    storage.drop(load)
    assert not storage.is_unchanged(load)
    storage.drop(load)


@pytest.mark.django_db(transaction=True)
def test_loads_of_the_register_move_with_their_rows_and_back() -> None:
    before = [("register", "0006_loads_leave")]
    now = clock.now()
    kept = Load.objects.create(source="sirene", staged_at=now, state="applying", digest="d")
    Reject.objects.create(load=kept, file="f", line=1, code="nul")
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()

    executor.migrate([("register", "0005_forget_withdrawn_forms")])
    old = executor.loader.project_state(before).apps.get_model("register", "Load")
    with connection.cursor() as cursor:
        cursor.execute("SELECT state, digest FROM register_load")
        assert cursor.fetchall() == [("staging", "d")]
    assert old._meta.db_table == "register_load"
    executor = MigrationExecutor(connection)
    executor.migrate(latest)

    again = Load.objects.get()
    assert (again.state, again.digest, again.key) == ("applying", "d", kept.key)
    assert again.rejects.get().code == "nul"
