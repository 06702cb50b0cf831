"""What is written once: who read something confidential, whose rights changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import translation

from maillage.accounts import append_only, journal
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Access, Change
from maillage.accounts.roles import Role
from maillage.kernel.errors import Invalid
from tests.factories import accounts as make

pytestmark = pytest.mark.django_db

FIRM = "0197-firm"


def read(actor: Actor, why: str = "Prepare a visit") -> Access:
    return journal.read(actor, "visits", "0197-visit", FIRM, why)


def test_a_reading_says_who_what_about_whom_and_why(administrator: Actor) -> None:
    access = read(administrator)
    assert access.person == administrator.person
    assert access.organisation == administrator.organisation
    assert (access.resource, access.object_key, access.subject_key, access.why) == (
        "visits",
        "0197-visit",
        FIRM,
        "Prepare a visit",
    )


def test_a_reading_needs_a_reason(administrator: Actor) -> None:
    with pytest.raises(Invalid):
        read(administrator, " ")


def test_a_reason_of_our_own_is_told_in_the_language_of_who_reads_the_journal(
    administrator: Actor,
) -> None:
    row = read(administrator, "Confidential note of a visit")
    assert row.reason == "Note confidentielle d’une visite"
    with translation.override("en"):
        assert row.reason == "Confidential note of a visit"
    assert read(administrator, "Le maire l’a demandé").reason == "Le maire l’a demandé"


def test_the_log_of_a_firm_holds_every_reading_about_it(administrator: Actor) -> None:
    read(administrator)
    read(make.actor())
    journal.read(administrator, "visits", "x", "another firm", "Prepare a visit")
    assert Access.objects.visible_to(System("the firm asks")).about(FIRM).count() == 2


def test_who_sees_the_readings() -> None:
    ours = make.organisation()
    reader = make.actor(Role.ADVISER, ours)
    read(reader)
    seen = {
        "the reader": reader,
        "a colleague": make.actor(Role.ADVISER, ours),
        "the administrator": make.actor(Role.ADMINISTRATOR, ours),
        "another administrator": make.actor(Role.ADMINISTRATOR),
        "an auditor": make.actor(Role.AUDITOR),
    }
    counts = {who: Access.objects.visible_to(actor).count() for who, actor in seen.items()}
    assert [who for who, count in counts.items() if count] == [
        "the reader",
        "the administrator",
        "an auditor",
    ]


def test_who_sees_the_changes(administrator: Actor) -> None:
    ours = administrator.acting_for()
    journal.changed(Change.What.SHARE_ENDED, by=administrator, organisation=ours, key="x")
    actors = (administrator, make.actor(Role.ADMINISTRATOR), make.actor(Role.AUDITOR))
    assert [Change.objects.visible_to(actor).count() for actor in actors] == [1, 0, 1]
    assert Change.objects.visible_to(System("test")).count() == 1


TAMPERINGS: dict[str, Callable[[Access], Any]] = {
    "edit": lambda _: Access.objects.unscoped(reason="tamper").update(why="nothing"),
    "edit one": lambda row: row.save(),
    "delete": lambda _: Access.objects.unscoped(reason="tamper").delete(),
    "delete one": lambda row: row.delete(),
}


@pytest.mark.parametrize("tampering", TAMPERINGS)
def test_the_database_refuses_any_change_of_the_journal(
    tampering: str, administrator: Actor
) -> None:
    row = read(administrator)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        TAMPERINGS[tampering](row)
    assert Access.objects.unscoped(reason="test").get().why == "Prepare a visit"


def test_the_database_refuses_to_write_over_a_line(administrator: Actor) -> None:
    row = read(administrator)
    if connection.vendor == "sqlite":
        over = "INSERT OR REPLACE INTO accounts_access SELECT * FROM accounts_access WHERE id = %s"
    else:
        over = (
            "INSERT INTO accounts_access SELECT * FROM accounts_access WHERE id = %s "
            "ON CONFLICT (id) DO UPDATE SET why = 'nothing'"
        )
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(over, [row.pk])


@pytest.mark.parametrize("table", append_only.tables())
def test_a_migrated_database_has_all_its_triggers(table: str) -> None:
    assert append_only.protected(connection, table)


def test_triggers_lost_by_a_rebuilt_table_come_back_with_the_next_migrate() -> None:
    append_only.release(connection)
    assert not append_only.protected(connection, "accounts_access")
    append_only.protect_after_migrate()
    assert append_only.protected(connection, "accounts_access")


def test_the_tests_have_one_door_and_it_closes(administrator: Actor) -> None:
    read(administrator)
    with append_only.lifted(connection):
        Access.objects.unscoped(reason="reset").delete()
    assert append_only.protected(connection, "accounts_access")


def test_an_erased_person_leaves_the_journal_standing(administrator: Actor) -> None:
    reader = make.actor()
    read(reader)
    assert reader.person is not None
    reader.person.memberships.all().delete()
    reader.person.delete()
    assert Access.objects.unscoped(reason="test").count() == 1
