"""How the specifications of events read a figure and its records."""

from __future__ import annotations

from tests.spec.outreach.reading import ask, opened

__all__ = ["BREAKFAST", "FAIR", "STORY", "ask", "keys", "opened"]

BREAKFAST = f"event:{'b' * 8}-0000-7000-8000-{'b' * 12}:breakfast"
FAIR = f"event:{'f' * 8}-0000-7000-8000-{'f' * 12}:fair"
LATER = f"event:{'c' * 8}-0000-7000-8000-{'c' * 12}:lunch"

#: A breakfast of 2020 for which A, B and somebody registered in 2019: A and somebody came, so did C, who had no seat.
#: A fair where D was met at a stand and a class of 27 came. A lunch, for which A registered, was not held yet.
STORY = f"""
    kind                     | day        | firm | of | quantity | scheme
    events.firm_registered   | 2019-12-20 | A    | 1  | 1        | {BREAKFAST}
    events.firm_registered   | 2020-01-08 | B    | 2  | 1        | {BREAKFAST}
    events.person_registered | 2020-01-09 |      | 3  | 1        | {BREAKFAST}
    events.event_held        | 2020-01-16 |      | 4  |          | {BREAKFAST}
    events.firm_came         | 2020-01-16 | A    | 1  | 1        | {BREAKFAST}
    events.people_came       | 2020-01-16 |      | 3  | 1        | {BREAKFAST}
    events.firm_came         | 2020-01-16 | C    | 7  | 2        | {BREAKFAST}
    events.event_held        | 2020-06-10 |      | 8  |          | {FAIR}
    events.firm_met          | 2020-06-10 | D    | 9  | 1        | {FAIR}
    events.people_came       | 2020-06-10 |      | 10 | 27       | {FAIR}
    events.firm_registered   | 2020-12-31 | A    | 11 | 1        | {LATER}
    events.event_held        | 2019-12-31 |      | 12 |          | event:{"d" * 8}-0000-7000-8000-{"d" * 12}:fair
"""


def keys(world, *rows: int) -> set[str]:
    """The public keys of the acts of these rows."""
    return {str(world.acts[row - 1].key) for row in rows}
