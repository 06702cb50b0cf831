"""Said twice, recorded once; the same key for something else is a conflict."""

from __future__ import annotations

from typing import Any

import pytest

from maillage import ledger
from maillage.accounts.models import Organisation
from maillage.kernel.errors import Conflict
from maillage.ledger import chain, recording
from maillage.register.models import Establishment
from tests.factories import accounts, ledger as factory, register
from tests.ledger.tampering import kept, postgresql

pytestmark = pytest.mark.django_db


@pytest.fixture
def said() -> dict[str, Any]:
    return {
        "establishment": register.establishment(),
        "keeper": accounts.organisation(),
        "source": ("tests.visit", "1"),
        "once": "form-1",
        "amount_cents": 100,
    }


def test_the_same_thing_said_twice_is_recorded_once(said: dict[str, Any]) -> None:
    first = factory.act(**said)
    again = factory.act(**said)
    assert again.key == first.key
    assert len(kept()) == 1


def test_the_same_key_for_another_content_is_a_conflict(said: dict[str, Any]) -> None:
    factory.act(**said)
    with pytest.raises(Conflict, match=r"[Aa]nother content|autre contenu"):
        factory.act(**said | {"amount_cents": 101})
    assert len(kept()) == 1


def test_another_keeper_with_the_same_key_is_a_conflict(said: dict[str, Any]) -> None:
    factory.act(**said)
    with pytest.raises(Conflict):
        factory.act(**said | {"keeper": accounts.organisation()})


def test_twice_within_one_action_is_recorded_once(said: dict[str, Any]) -> None:
    @ledger.action
    def report() -> tuple[ledger.Act, ledger.Act]:
        return factory.act(**said), factory.act(**said)

    first, again = report()
    assert first is again
    assert len(kept()) == 1


def test_two_contents_under_one_key_within_one_action_are_a_conflict(said: dict[str, Any]) -> None:
    @ledger.action
    def report() -> None:
        factory.act(**said)
        factory.act(**said | {"source": ("tests.visit", "2")})

    with pytest.raises(Conflict):
        report()
    assert not kept()


def test_acts_without_a_key_are_never_the_same(said: dict[str, Any]) -> None:
    for _ in range(2):
        factory.act(**said | {"once": None})
    assert len(kept()) == 2


def test_what_the_register_learnt_meanwhile_is_not_another_content(
    said: dict[str, Any],
) -> None:
    factory.act(**said)
    firm: Establishment = said["establishment"]
    register.spell(firm, commune="59512")
    assert factory.act(**said).commune == "59350"


def test_a_commune_given_for_no_establishment_is_part_of_the_content() -> None:
    said = {"keeper": accounts.organisation(), "once": "form-1", "source": ("tests.payment", "1")}
    factory.act(factory.PAYMENT, commune="59350", **said)
    with pytest.raises(Conflict):
        factory.act(factory.PAYMENT, commune="59512", **said)


def test_a_caller_can_ask_what_was_recorded_under_a_key(said: dict[str, Any]) -> None:
    assert ledger.recorded("form-1") is None
    act = factory.act(**said)
    found = ledger.recorded("form-1")
    assert found is not None
    assert found.key == act.key


def late(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a race: the key is not seen when the act is said, only once the chain is locked."""
    monkeypatch.setattr(recording, "recorded", lambda _once: None)


def test_a_twin_that_came_first_in_a_race_is_found_under_the_lock(
    said: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = factory.act(**said)
    late(monkeypatch)
    assert factory.act(**said).key == first.key
    assert len(kept()) == 1
    with pytest.raises(Conflict):
        factory.act(**said | {"amount_cents": 101})


@postgresql  # SQLite has one writer at a time: there is no such race
def test_a_twin_of_another_keeper_in_a_race_is_a_conflict(
    said: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    factory.act(**said)
    late(monkeypatch)
    monkeypatch.setattr(chain, "_not_yet_recorded", lambda acts: acts)
    other: Organisation = accounts.organisation()
    with pytest.raises(Conflict):
        factory.act(**said | {"keeper": other})


@postgresql  # SQLite has one writer: nobody comes between
@pytest.mark.parametrize("many", [1, chain.MANY])
def test_a_key_that_another_keeper_used_first_is_a_conflict_however_many_acts_are_written(
    said: dict[str, Any], many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other writer committed between the last look and the insertion: the unique index refuses."""
    factory.act(**said)
    monkeypatch.setattr(chain, "_not_yet_recorded", lambda acts: acts)
    monkeypatch.setattr(recording, "recorded", lambda _once: None)

    @ledger.action
    def batch() -> None:
        for number in range(many):
            factory.act(**(said | {"once": "form-1" if number == 0 else None}))

    with pytest.raises(Conflict):
        batch()
    assert len(kept()) == 1


@pytest.mark.parametrize("many", [chain.MANY - 1, chain.MANY, chain.MANY + 1])
def test_however_acts_are_written_they_read_back_the_same(said: dict[str, Any], many: int) -> None:
    @ledger.action
    def batch() -> None:
        for number in range(many):
            factory.act(**(said | {"once": None, "amount_cents": number or None}))

    batch()

    assert [act.amount_cents for act in kept()] == [number or None for number in range(many)]
    assert ledger.verify().is_valid
