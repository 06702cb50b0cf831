"""Acts of tests: recorded through the product's own door, in kinds that only tests know."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from maillage import ledger
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.kernel import clock
from maillage.kernel.text import Words
from tests.factories import accounts, register

_numbers = itertools.count(1)


def present(source_keys: Sequence[str], actor: Actor) -> Mapping[str, ledger.Line]:
    """Lines of test sources: everybody sees them, unless the key says it is hidden."""
    return {
        key: ledger.Line(title=f"Visit {key}", url=f"/visits/{key}/", who=str(actor.person or ""))
        for key in source_keys
        if not key.startswith("hidden")
    }


VISIT = ledger.declare(
    ledger.Kind(
        "tests.visit_done",
        Words(fr="Visite d’essai", en="Test visit"),
        present="tests.factories.ledger.present",
    )
)
PAYMENT = ledger.declare(
    ledger.Kind(
        "tests.payment_made",
        Words(fr="Paiement d’essai", en="Test payment"),
        subject="none",
        present="tests.factories.ledger.present",
    )
)
DISTRESS = ledger.declare(
    ledger.Kind(
        "tests.distress_heard",
        Words(fr="Difficulté entendue", en="Difficulty heard"),
        sensitive=True,
        present="tests.factories.ledger.present",
    )
)
PLAIN = ledger.themes.declare(
    ledger.Theme("tests_plain", Words(fr="Thème d’essai", en="Test theme"))
)
HARDSHIP = ledger.themes.declare(
    ledger.Theme(
        "tests_hardship", Words(fr="Difficulté d’essai", en="Test hardship"), sensitive=True
    )
)


@ledger.action
def act(kind: ledger.Kind = VISIT, **said: Any) -> ledger.Act:
    """One act of a test kind; today, about a new firm, by a new organisation unless said otherwise.

    `by=` takes an actor or an organisation.
    """
    said.setdefault("occurred_on", clock.today())
    said.setdefault("source", (kind.name.partition("_")[0], f"source-{next(_numbers)}"))
    if kind.subject == "establishment" and "establishment" not in said:
        said["establishment"] = register.establishment()
    by = said.pop("by", None) or said.pop("keeper", None) or accounts.organisation()
    if isinstance(by, Organisation):
        by = System("tests", organisation=by)
    return ledger.record(kind, by=by, **said)


@ledger.action
def acts(number: int, kind: ledger.Kind = VISIT, **said: Any) -> list[ledger.Act]:
    """Many acts of one organisation about one firm, over two years, in one action."""
    by = said.pop("by", None) or System("tests", organisation=accounts.organisation())
    if kind.subject == "establishment" and "establishment" not in said:
        said["establishment"] = register.establishment()
    first = clock.today() - timedelta(days=729)
    return [
        ledger.record(
            kind,
            by=by,
            **{
                "occurred_on": first + timedelta(days=rank % 730),
                "source": ("tests.visit", f"source-{next(_numbers)}"),
                **said,
            },
        )
        for rank in range(number)
    ]


@ledger.action
def reversal(
    act: ledger.Act, *, by: Actor | None = None, reason_code: str = "mistake"
) -> ledger.Act:
    """The act is cancelled by its keeper."""
    return ledger.reverse(act, by=by or System("tests"), reason_code=reason_code)


def day(text: str) -> date:
    """A day written `2020-06-30`."""
    return date.fromisoformat(text)
