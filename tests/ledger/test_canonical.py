"""The canonical form: golden vectors that never change, pure and through both databases."""

from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.db import connection

from maillage import ledger
from maillage.accounts.actors import System
from maillage.kernel import clock
from maillage.ledger import canonical, reading, recording
from tests.factories import accounts, ledger as factory, register
from tests.ledger.tampering import kept, run

# Never edit these: they are what makes a chain written today verifiable in twenty years.
FIRST = (
    '["maillage.act/1","0000000000000000000000000000000000000000000000000000000000000000",'
    '"0190a000000070008000000000000001",1,"0190a0000000700080000000000000a1",'
    '"0190a000000070008000000000000001","0190a000000070008000000000000002",'
    '"0190a000000070008000000000000003","tests.visit_done",1,"2020-02-29","2020-02",'
    '"2020-03-01T06:05:04.000000Z","0190a000000070008000000000000004",'
    '"0190a000000070008000000000000005","59350",null,"10.71C","01",3,"tests_plain",'
    '"campaign:été","mel-cma-2019/4.1",-150,1500,3,"h","tests.visit","clé \\"1\\"\\n",'
    'null,"","form-1"]'
)
FIRST_HASH = "8ec83700c7976df28fa3806de1ea3bfd5371faa985e1f77211224a9422164ba9"
SECOND = (
    '["maillage.act/1","' + FIRST_HASH + '",'
    '"0190a000000070008000000000000001",2,"0190a0000000700080000000000000a2",'
    '"0190a000000070008000000000000001",null,'
    '"0190a000000070008000000000000003","tests.visit_done",1,"2020-02-29","2020-02",'
    '"2020-03-01T06:05:04.123456Z","0190a000000070008000000000000004",'
    '"0190a000000070008000000000000005","59350",null,"10.71C","01",3,"tests_plain",'
    '"campaign:été","mel-cma-2019/4.1",-150,1500,3,"h","tests.visit","clé \\"1\\"\\n",'
    '"0190a0000000700080000000000000a1","wrong_day",null]'
)
SECOND_HASH = "be43f286ded9283798692d7c795cf0a8552aac6c26f2e8bbc170bf4a19d99fa4"


def key(end: str) -> UUID:
    return UUID(f"0190a0000000700080000000000000{end}")


@pytest.fixture
def golden(db: None, monkeypatch: pytest.MonkeyPatch) -> list[ledger.Act]:
    """A visit with every field set, and its reversal, under fixed keys and instants."""
    keys = iter([key("a1"), key("a2")])
    monkeypatch.setattr(recording, "uuid7", lambda: next(keys))
    chamber = accounts.organisation(key=key("01"))
    adviser = accounts.actor(organisation=chamber, key=key("02"))
    funder = accounts.organisation(key=key("03"))
    firm = register.establishment(
        key=key("04"), unit_key=key("05"), spell_segments=3, size_band="01"
    )
    with clock.at(datetime(2020, 3, 1, 6, 5, 4, tzinfo=UTC)):
        visit = factory.act(
            by=adviser,
            counterpart=funder,
            occurred_on=date(2020, 2, 29),
            establishment=firm,
            theme="tests_plain",
            scheme="campaign:e\u0301te\u0301",  # in pieces: stored and sealed whole
            action_key="mel-cma-2019/4.1",
            amount_cents=-150,
            jobs_milli_fte=1500,
            quantity=3,
            unit="h",
            source=("tests.visit", 'clé "1"\n'),
            once="form-1",
        )
    with clock.at(datetime(2020, 3, 1, 7, 5, 4, 123456, tzinfo=timezone(timedelta(hours=1)))):
        back = factory.reversal(visit, by=System("golden"), reason_code="wrong_day")
    return [visit, back]


def test_the_stored_acts_have_the_golden_bytes_on_this_database(golden: list[ledger.Act]) -> None:
    stored = list(reading.stretch(golden[0].keeper_id, 0))
    assert [canonical.encode(act.values).decode() for act in stored] == [FIRST, SECOND]


def test_the_stored_acts_have_the_golden_hashes_on_this_database(golden: list[ledger.Act]) -> None:
    assert [act.hash for act in kept()] == [FIRST_HASH, SECOND_HASH]
    assert [act.prev_hash for act in kept()] == [canonical.GENESIS, FIRST_HASH]


def test_text_is_stored_in_the_form_in_which_it_is_sealed(golden: list[ledger.Act]) -> None:
    assert unicodedata.is_normalized("NFC", kept()[0].scheme)
    decomposed = unicodedata.normalize("NFD", kept()[0].scheme)
    assert decomposed != kept()[0].scheme


@pytest.mark.parametrize(
    ("bytes_", "hash_"), [(FIRST, FIRST_HASH), (SECOND, SECOND_HASH)], ids=["first", "second"]
)
def test_anyone_can_compute_the_hash_from_the_bytes(bytes_: str, hash_: str) -> None:
    """With nothing of ours: `printf '%s' … | sha256sum`."""
    from hashlib import sha256

    assert sha256(bytes_.encode()).hexdigest() == hash_


def test_the_form_has_one_element_for_each_name() -> None:
    import json

    assert len(json.loads(FIRST)) == len(canonical.FIELDS) == 32


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, b"[null]"),
        (0, b"[0]"),
        (-(2**63), b"[-9223372036854775808]"),
        ("é\u2028😀", '["é\u2028😀"]'.encode()),
        ('"\\/', b'["\\"\\\\/"]'),
        ("\x01\x1f\x7f\t", b'["\\u0001\\u001f\x7f\\t"]'),
    ],
)
def test_a_value_is_written_in_one_way(value: canonical.Value, written: bytes) -> None:
    assert canonical.encode([value]) == written


def test_an_instant_is_in_utc_with_six_decimals_whatever_its_zone() -> None:
    moment = datetime(2020, 6, 30, 9, tzinfo=clock.PARIS)
    assert canonical.instant(moment) == "2020-06-30T07:00:00.000000Z"
    assert canonical.instant(datetime(999, 1, 1, tzinfo=UTC)) == "0999-01-01T00:00:00.000000Z"


@pytest.mark.parametrize("bad", ["a\0b", "\ud800"])
def test_a_text_that_no_database_can_keep_is_refused(bad: str) -> None:
    with pytest.raises(ValueError, match=r"NUL|surrogates"):
        canonical.text(bad)


def test_both_engines_store_an_instant_without_loss(golden: list[ledger.Act]) -> None:
    """SQLite leaves out the decimals of a whole second, as the framework does everywhere."""
    if connection.vendor == "sqlite":
        stored = [row[0] for row in run("SELECT +recorded_at FROM ledger_act ORDER BY seq")]
        assert stored == ["2020-03-01 06:05:04", "2020-03-01 06:05:04.123456"]
    assert [act.recorded_at.microsecond for act in kept()] == [0, 123456]
