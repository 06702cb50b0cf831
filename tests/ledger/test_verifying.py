"""Verifying finds any edit, deletion, insertion or reordering; with heads, a cut tail or a new chain."""

from __future__ import annotations

import pytest
from django.db import connection

from maillage import ledger
from maillage.accounts.actors import System
from maillage.ledger import canonical, chain, reading, verifying
from maillage.ledger.models import Head
from maillage.ledger.witness import Witness
from tests.doors import unseal
from tests.factories import accounts, ledger as factory
from tests.ledger.tampering import kept, run, sqlite, tamper

pytestmark = pytest.mark.django_db


@pytest.fixture
def six() -> list[ledger.Act]:
    return factory.acts(6)


def broken(heads: list[Witness] | None = None) -> list[tuple[int, str]]:
    return [(b.seq, b.what) for b in ledger.verify(heads).broken]


def test_chains_as_recorded_are_valid(six: list[ledger.Act]) -> None:
    factory.act(factory.PAYMENT, amount_cents=1_50, quantity=3, unit="h", theme="tests_plain")
    factory.reversal(six[2])
    verdict = ledger.verify(ledger.heads())
    assert verdict.is_valid
    assert (verdict.acts, verdict.chains, verdict.broken) == (8, 2, [])


def test_an_empty_ledger_is_valid() -> None:
    assert ledger.verify([]).is_valid
    assert ledger.heads() == []


# One edit of each column, whatever the engine lets through.
EDITS = {
    "key": "'0190a0000000700080000000000000aa'",
    "organisation_id": "(SELECT max(id) FROM accounts_organisation)",
    "person_id": "(SELECT max(id) FROM accounts_person)",
    "counterpart_id": "(SELECT max(id) FROM accounts_organisation)",
    "kind": "'tests.payment_made'",
    "payload_version": "2",
    "occurred_on": "'2001-01-01'",
    "month": "'2001-01'",
    "recorded_at": "'2001-01-01 00:00:00'",
    "establishment_id": "NULL",
    "legal_unit_id": "(SELECT max(id) FROM register_legalunit)",
    "commune": "'99999'",
    "in_qpv": "CASE WHEN in_qpv IS NULL THEN {true} END",
    "naf": "'00.00Z'",
    "size_band": "'53'",
    "segments": "1023",
    "theme": "'tests_hardship'",
    "scheme": "'another'",
    "action_key": "'another/1.1'",
    "amount_cents": "COALESCE(amount_cents, 0) + 1",
    "jobs_milli_fte": "1",
    "quantity": "NULL",
    "unit": "'km'",
    "source_model": "'tests.other'",
    "source_key": "'another'",
    "once": "'another'",
    "prev_hash": "hash",
    "hash": "prev_hash",
}


@pytest.mark.parametrize("column", sorted(EDITS))
def test_an_edit_of_any_column_is_found(column: str) -> None:
    by = System("tests", organisation=accounts.organisation())
    for number in range(3):
        factory.act(by=by, amount_cents=100, quantity=2, unit="h", once=f"form-{number}")
    accounts.person()
    factory.act()
    true = "TRUE" if connection.vendor == "postgresql" else "1"
    value = EDITS[column].replace("{true}", true)
    tamper(f"UPDATE ledger_act SET {column} = {value} WHERE id = %s", kept()[1].pk)  # noqa: S608
    assert broken() == [(2, "unlinked" if column == "prev_hash" else "edited")]


def test_every_column_is_edited_above_or_argued() -> None:
    columns = {field.column for field in ledger.Act._meta.concrete_fields}
    argued = {
        "id",  # a surrogate: public keys are sealed, so pointing elsewhere is seen
        "keeper_id",  # leaves its chain: found as a deletion
        "seq",  # found as a deletion or an insertion
        "reverses_id",  # edited in the test below
        "reason_code",
    }
    assert columns == EDITS.keys() | argued


def test_a_reversal_turned_to_another_act_is_found(six: list[ledger.Act]) -> None:
    reversal = factory.reversal(six[0])
    other = kept()[1]
    tamper("UPDATE ledger_act SET reverses_id = %s WHERE seq = %s", other.pk, reversal.seq)
    assert broken() == [(7, "edited")]


def test_another_reason_of_a_reversal_is_found(six: list[ledger.Act]) -> None:
    factory.reversal(six[0])
    tamper("UPDATE ledger_act SET reason_code = 'other' WHERE seq = 7")
    assert broken() == [(7, "edited")]


def test_a_deletion_is_found(six: list[ledger.Act]) -> None:
    tamper("DELETE FROM ledger_act WHERE seq = 3")
    assert broken() == [(4, "missing")]


def test_a_deletion_whose_gap_was_closed_is_found(six: list[ledger.Act]) -> None:
    with_gap = [act.pk for act in kept()]
    tamper("DELETE FROM ledger_act WHERE seq = 3")
    for seq, pk in ((3, with_gap[3]), (4, with_gap[4]), (5, with_gap[5])):
        tamper("UPDATE ledger_act SET seq = %s WHERE id = %s", seq, pk)
    assert broken() == [(3, "unlinked")]


def test_two_acts_exchanged_are_found(six: list[ledger.Act]) -> None:
    tamper("UPDATE ledger_act SET seq = 100 WHERE seq = 2")
    tamper("UPDATE ledger_act SET seq = 2 WHERE seq = 5")
    tamper("UPDATE ledger_act SET seq = 5 WHERE seq = 100")
    assert broken() == [(2, "unlinked")]


def copy_of(pk: int, **changed: str) -> str:
    columns = [f.column for f in ledger.Act._meta.concrete_fields if not f.primary_key]
    values = [changed.get(column, column) for column in columns]
    into, out = ", ".join(columns), ", ".join(values)
    return f"INSERT INTO ledger_act ({into}) SELECT {out} FROM ledger_act WHERE id = {pk}"  # noqa: S608


def test_an_insertion_at_the_end_is_found(six: list[ledger.Act]) -> None:
    last = kept()[-1]
    tamper(copy_of(last.pk, seq="7", key="'0190a0000000700080000000000000aa'", prev_hash="hash"))
    assert broken() == [(7, "edited")]


def test_a_well_sealed_insertion_behind_the_head_is_found(six: list[ledger.Act]) -> None:
    """Somebody who knows the canonical form still has to move the head."""
    last = kept()[-1]
    tamper(copy_of(last.pk, seq="7", key="'0190a0000000700080000000000000aa'", prev_hash="hash"))
    (stored,) = reading.stretch(last.keeper_id, 6)
    tamper("UPDATE ledger_act SET hash = %s WHERE seq = 7", canonical.digest(stored.values))
    assert broken() == [(7, "unheaded")]


def test_a_cut_tail_is_found_by_the_head(six: list[ledger.Act]) -> None:
    tamper("DELETE FROM ledger_act WHERE seq >= 5")
    assert broken() == [(4, "cut")]


def test_a_tail_cut_with_its_head_is_found_by_the_witness(six: list[ledger.Act]) -> None:
    witness = ledger.heads()
    fourth = kept()[3]
    tamper("DELETE FROM ledger_act WHERE seq >= 5")
    Head.objects.update(seq=4, hash=fourth.hash)
    assert ledger.verify().is_valid
    assert broken(witness) == [(4, "cut")]


def test_a_chain_wholly_removed_is_found_by_the_witness(six: list[ledger.Act]) -> None:
    witness = ledger.heads()
    tamper("DELETE FROM ledger_act")
    Head.objects.all().delete()
    assert ledger.verify().is_valid
    assert ledger.verify(witness).broken == [
        verifying.Break(witness[0].keeper, witness[0].seq, "", "cut")
    ]


def recompute(keeper: int) -> None:
    """Seal a whole tampered chain anew, as somebody with the code and the database could."""
    prev_hash, seq = canonical.GENESIS, 0
    for seq, act in enumerate((a for a in kept() if a.keeper_id == keeper), start=1):
        tamper("UPDATE ledger_act SET prev_hash = %s WHERE id = %s", prev_hash, act.pk)
        stored = next(iter(reading.stretch(keeper, seq - 1)))
        prev_hash = canonical.digest(stored.values)
        tamper("UPDATE ledger_act SET hash = %s WHERE id = %s", prev_hash, act.pk)
    Head.objects.filter(pk=keeper).update(seq=seq, hash=prev_hash)


def test_a_chain_recomputed_whole_is_found_by_the_witness(six: list[ledger.Act]) -> None:
    witness = ledger.heads()
    tamper("UPDATE ledger_act SET amount_cents = 1 WHERE seq = 2")
    recompute(six[0].keeper_id)
    assert ledger.verify().is_valid
    assert broken(witness) == [(6, "recomputed")]


def test_a_head_moved_alone_is_found(six: list[ledger.Act]) -> None:
    Head.objects.update(hash="0" * 64)
    assert broken() == [(6, "recomputed")]


def test_an_older_witness_agrees_with_a_chain_that_grew(six: list[ledger.Act]) -> None:
    witness = ledger.heads()
    factory.reversal(six[0])
    assert ledger.verify(witness).is_valid


def test_an_act_known_before_the_one_it_follows_is_found(six: list[ledger.Act]) -> None:
    tamper("UPDATE ledger_act SET recorded_at = '2001-01-01 00:00:00' WHERE seq = 4")
    recompute(six[0].keeper_id)
    assert broken() == [(4, "disordered")]


def test_only_the_touched_chain_is_broken(six: list[ledger.Act]) -> None:
    other = factory.act()
    tamper("DELETE FROM ledger_act WHERE seq = 3")
    (found,) = ledger.verify().broken
    assert found.keeper == str(six[0].keeper.key) != str(other.keeper.key)
    assert found.key == str(six[3].key)


@pytest.mark.parametrize("size", [1, 2, 5])
def test_a_chain_longer_than_one_stretch_is_read_to_its_end(
    size: int, six: list[ledger.Act], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "STRETCH", size)
    assert ledger.verify(ledger.heads()).acts == 6
    tamper("DELETE FROM ledger_act WHERE seq = 5")
    assert broken() == [(6, "missing")]


@sqlite
def test_a_value_written_in_another_way_is_an_edit(six: list[ledger.Act]) -> None:
    """`T` for a blank reads back as the same instant, yet compares otherwise in a figure as-of."""
    tamper("UPDATE ledger_act SET recorded_at = replace(recorded_at, ' ', 'T') WHERE seq = 2")
    assert broken() == [(2, "edited")]


@sqlite
@pytest.mark.parametrize("blob", ["CAST(x'ff' AS TEXT)", "x'00'"])
def test_bytes_that_are_no_text_are_found(blob: str, six: list[ledger.Act]) -> None:
    tamper(f"UPDATE ledger_act SET scheme = {blob} WHERE seq = 2")  # noqa: S608
    assert [what for _, what in broken()] == ["unreadable"]


def test_an_open_table_is_not_valid(six: list[ledger.Act]) -> None:
    unseal()
    verdict = ledger.verify()
    assert not verdict.sealed
    assert not verdict.is_valid
    assert "not sealed" in verifying.tell(verdict)


def test_the_verdict_in_words_names_the_broken_act(six: list[ledger.Act]) -> None:
    assert "Nothing was edited" in verifying.tell(ledger.verify())
    tamper("UPDATE ledger_act SET amount_cents = 7 WHERE seq = 2")
    assert f"BROKEN edited: keeper {six[0].keeper.key}, act 2 {six[1].key}" in verifying.tell(
        ledger.verify()
    )


def test_nothing_enters_while_the_ledger_stands_still(six: list[ledger.Act]) -> None:
    """On both engines the block is a transaction; on PostgreSQL it holds the table of heads."""
    with chain.standstill():
        assert connection.in_atomic_block
        if connection.vendor == "postgresql":
            modes = run(
                "SELECT mode FROM pg_locks WHERE relation = 'ledger_head'::regclass AND granted"
            )
            assert ("ExclusiveLock",) in modes
