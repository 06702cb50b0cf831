"""A territory of a million acts, made by the database itself from a fixed formula: no chance, no chain.

The acts are what figures read; their hashes are not, so they are left blank and the seal is taken off
while the rows are made. Three organisations act on firms of 90 communes over two years, under four campaigns and
twelve actions; one act in a hundred is reversed thirty days later. Firms grow with the acts, one for
twenty-five, so that a firm has as many whatever the size: what grows is the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection

EACH = 25  # acts a firm
COMMUNES = tuple(f"59{rank:03d}" for rank in range(90))
# Of twenty acts in a row: what prospecting gives, and one payment.
KINDS = (
    *(["outreach.visit_done"] * 8),
    *(["outreach.call_done"] * 3),
    *(["outreach.visit_absent"] * 3),
    "outreach.visit_refused",
    "outreach.visit_unreachable",
    "outreach.call_unreachable",
    "outreach.visit_closed_down",
    "conventions.payment_made",
    "outreach.need_expressed",
)
BEYOND = 100_000_000  # the reversals are numbered beyond every act

_DAY = "i * 7919 % 730"
# The acts of one growth go round the firms that came with it.
_FIRM = "({known} + (i * 31 + i / {firms} * 7) % {firms})"
_DIALECTS: Mapping[str, Mapping[str, str]] = {
    "sqlite": {
        "rows": "WITH RECURSIVE n(i) AS (SELECT {first} UNION ALL SELECT i + 1 FROM n WHERE i < {last})",
        "from": "n",
        "key": "printf('%032x', {})",
        "day": f"date('2019-01-01', '+' || ({_DAY}) || ' days')",
        "month": f"substr(date('2019-01-01', '+' || ({_DAY}) || ' days'), 1, 7)",
        "recorded": f"datetime('2019-01-01', '+' || ({_DAY}) || ' days', '+17 hours')",
        "later": "datetime(recorded_at, '+30 days')",
        "commune": f"'59' || printf('%03d', {_FIRM} % 90)",
        "source": "printf('00000000-0000-7000-8000-%012x', i)",
    },
    "postgresql": {
        "rows": "",
        "from": "generate_series({first}::bigint, {last}::bigint) AS n(i)",
        "key": "lpad(to_hex({}), 32, '0')::uuid",
        "day": f"DATE '2019-01-01' + ({_DAY})::int",
        "month": f"to_char(DATE '2019-01-01' + ({_DAY})::int, 'YYYY-MM')",
        "recorded": f"(DATE '2019-01-01' + ({_DAY})::int)::timestamp AT TIME ZONE 'UTC'"
        " + interval '17 hours'",
        "later": "recorded_at + interval '30 days'",
        "commune": f"'59' || lpad(({_FIRM} % 90)::text, 3, '0')",
        "source": "'00000000-0000-7000-8000-' || lpad(to_hex(i), 12, '0')",
    },
}


class Million:
    """The partners and firms of the bench, about which as many acts are made as wanted."""

    def __init__(self) -> None:
        from maillage.accounts.models import Organisation

        self.partners = [
            Organisation.objects.create(kind="chamber", name=name) for name in ("A", "B", "C")
        ]
        self.first_unit = self.first_place = 0
        self.firms = self.acts = 0

    def grow(self, acts: int) -> None:
        """Make the acts that are missing up to `acts`, and the reversals of one in a hundred."""
        words, first = _DIALECTS[connection.vendor], self.acts
        known, self.firms = self.firms, acts // EACH
        self._settle(self.firms - known)
        asked = {"known": known, "firms": self.firms - known}
        made = {name: sql.format(**asked) for name, sql in self._made(words).items()}
        names = ", ".join(made)
        reversal = {name: name for name in made} | {
            "id": f"id + {BEYOND}",
            "key": words["key"].format(f"id + {BEYOND}"),
            "seq": f"seq + {BEYOND}",
            "recorded_at": words["later"],
            "reverses_id": "id",
            "reason_code": "'bench'",
        }
        bounds = {"first": first, "last": acts - 1}
        with connection.cursor() as cursor, _unsealed(cursor):
            cursor.execute(
                f"{words['rows'].format(**bounds)} INSERT INTO ledger_act ({names})"  # noqa: S608
                f" SELECT {', '.join(made.values())} FROM {words['from'].format(**bounds)}"
            )
            cursor.execute(
                f"INSERT INTO ledger_act ({names}) SELECT {', '.join(reversal.values())}"  # noqa: S608
                f" FROM ledger_act WHERE id > {first} AND id <= {acts} AND id % 100 = 0"
            )
            cursor.execute("ANALYZE")
        self.acts = acts

    def _settle(self, firms: int) -> None:
        """New firms, numbered after those already there."""
        from maillage.register.models import Establishment, LegalUnit

        units = LegalUnit.objects.bulk_create(
            [LegalUnit(name=f"F{n}") for n in range(self.acts // EACH, self.acts // EACH + firms)],
            batch_size=2000,
        )
        places = Establishment.objects.bulk_create(
            [Establishment(legal_unit=unit, commune="59350") for unit in units], batch_size=2000
        )
        self.first_unit = self.first_unit or units[0].pk
        self.first_place = self.first_place or places[0].pk

    def _made(self, words: Mapping[str, str]) -> dict[str, str]:
        """Each column of an act, as SQL over its number `i`."""
        organisation = _choice("i / 7 % 3", [partner.pk for partner in self.partners])
        return {
            "id": "i + 1",
            "key": words["key"].format("i + 1"),
            "keeper_id": str(self.partners[0].pk),
            "seq": "i + 1",
            "organisation_id": organisation,
            "kind": _choice("i % 20", [f"'{kind}'" for kind in KINDS]),
            "payload_version": "1",
            "occurred_on": words["day"],
            "month": words["month"],
            "recorded_at": words["recorded"],
            "establishment_id": f"{self.first_place} + {_FIRM}",
            "legal_unit_id": f"{self.first_unit} + {_FIRM}",
            "commune": words["commune"],
            "naf": "'10.71C'",
            "size_band": "'01'",
            "segments": f"1 + {_FIRM} % 3",
            "theme": "''",
            "scheme": "'campaign:' || (i / 11 % 4)",
            "action_key": "'c/' || (i / 13 % 12)",
            "unit": "''",
            "source_model": "'bench.act'",
            "source_key": words["source"],
            "reverses_id": "NULL",
            "reason_code": "''",
            "prev_hash": "''",
            "hash": "''",
            "amount_cents": "i % 1000",
        }


def _choice(rank: str, values: Sequence[object]) -> str:
    cases = " ".join(f"WHEN {n} THEN {value}" for n, value in enumerate(values))
    return f"CASE {rank} {cases} END"


@contextmanager
def _unsealed(cursor: Any) -> Any:
    """The rows are no real acts: they have no chain, and the guards would look at each."""
    from maillage.ledger import sealing

    for name in sealing.triggers(connection.vendor):
        on = "" if connection.vendor == "sqlite" else f" ON {sealing.TABLE}"
        cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
    yield
    sealing.seal()
