"""Twenty figures of one page, in one query of ours, against the best ones written by hand.

They are read as of 1 October 2020 over acts of two years, one in a hundred reversed thirty
days later: territories (lists of communes), organisations, campaigns, actions, months and half-years,
counts of firms, counts of acts, sums.

By hand, the same values come from one query in each form its author would think of (the least of
them is the peer) and from twenty queries, one a figure. All must give the same numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from django.db import connection

from bench import measure
from bench.million import COMMUNES, Million

POSTGRESQL = True  # these measures are also taken there
ROUNDS = 3
AS_OF = datetime(2020, 10, 1, 22, tzinfo=UTC)

DONE = ("outreach.visit_done", "outreach.call_done")
FIRMS, ATTEMPTS, CLOSED, PAID = (
    "outreach.firms_prospected@1",
    "outreach.attempts_done@1",
    "outreach.attempts_closed@1",
    "conventions.payments@1",
)
MEL, EAST, WEST = COMMUNES[:60], COMMUNES[:20], COMMUNES[20:45]
# Indicator, period, and what the filter holds: organisation by rank, communes, campaign, action keys.
TWENTY: Sequence[tuple[str, str, dict[str, Any]]] = (
    (FIRMS, "2019..2020", {}),
    (FIRMS, "2019", {}),
    (FIRMS, "2020", {"communes": MEL}),
    (FIRMS, "2020", {"communes": EAST}),
    (FIRMS, "2020", {"communes": WEST}),
    (FIRMS, "2020-01..2020-06", {"communes": MEL, "organisations": 0}),
    (FIRMS, "2020-01..2020-06", {"organisations": 1}),
    (FIRMS, "2019-04-05..2020-06-30", {"schemes": ("campaign:1",), "communes": MEL}),
    (FIRMS, "2019-04-05..2020-06-30", {"action_keys": ("c/1", "c/2", "c/3")}),
    (FIRMS, "2020-03", {}),
    (ATTEMPTS, "2019..2020", {}),
    (ATTEMPTS, "2020", {"communes": MEL}),
    (ATTEMPTS, "2020-03", {"organisations": 0}),
    (ATTEMPTS, "2019-04-05..2020-06-30", {"schemes": ("campaign:1",)}),
    (CLOSED, "2019..2020", {}),
    (CLOSED, "2020", {"communes": MEL}),
    (CLOSED, "2020-03", {"organisations": 0}),
    (PAID, "2019..2020", {}),
    (PAID, "2020", {"action_keys": ("c/1", "c/2", "c/3")}),
    (PAID, "2019-04-05..2020-06-30", {"action_keys": ("c/4",)}),
)


def _period(text: str) -> Any:
    from maillage.kernel.periods import Period

    first, _, last = text.partition("..")
    start, end = Period.parse(first), Period.parse(last or first)
    return Period(start.start, end.end)


@dataclass(frozen=True, slots=True)
class Figure:
    """One of the twenty, as our question and as the SQL somebody would write."""

    question: Any
    counts: str  # firm, act or sum
    condition: str


def twenty(partners: Sequence[Any]) -> list[Figure]:
    """The figures of the page about these partners."""
    from maillage import figures
    from maillage.outreach.indicators import CLOSED_KINDS

    kinds = {FIRMS: DONE, ATTEMPTS: DONE, CLOSED: CLOSED_KINDS, PAID: ("conventions.payment_made",)}
    made = []
    for reference, days, held in TWENTY:
        period, asked, terms = _period(days), {}, []
        for name, value in held.items():
            if name == "organisations":
                asked[name] = (str(partners[value].key),)
                terms.append(f"organisation_id = {partners[value].pk}")
            else:
                asked[name] = value
                column = {"communes": "commune", "schemes": "scheme", "action_keys": "action_key"}
                terms.append(f"{column[name]} IN {_texts(value)}")
        condition = " AND ".join([
            f"kind IN {_texts(kinds[reference])}",
            f"occurred_on >= '{period.start}' AND occurred_on <= '{period.end}'",
            *(["(segments & 1) <> 0"] if reference == FIRMS else []),
            *terms,
        ])  # fmt: skip
        counts = {FIRMS: "firm", PAID: "sum"}.get(reference, "act")
        question = figures.Question(reference, figures.Filter(**asked), period)
        made.append(Figure(question, counts, condition))
    return made


def _texts(values: Sequence[str]) -> str:
    return "(" + ", ".join(f"'{value}'" for value in values) + ")"


_KNOWN = "recorded_at <= '2020-10-01 22:00:00{zone}'"
STANDING = {
    "not in": "id NOT IN (SELECT reverses_id FROM ledger_act"
    " WHERE {known} AND reverses_id IS NOT NULL)",
    "not exists": "NOT EXISTS (SELECT 1 FROM ledger_act r WHERE r.reverses_id = a.id AND r.{known})",
}
_VALUE = {
    "firm": "count(DISTINCT legal_unit_id)",
    "act": "count(*)",
    "sum": "sum(amount_cents)",
}


def _rows(form: str) -> str:
    known = _KNOWN.format(zone="+00" if connection.vendor == "postgresql" else "")
    return f"ledger_act a WHERE {known} AND reverses_id IS NULL AND {STANDING[form].format(known=known)}"


def _shared() -> str:
    from maillage.outreach.indicators import CLOSED_KINDS

    kinds = _texts((*CLOSED_KINDS, "conventions.payment_made"))
    return f"kind IN {kinds} AND occurred_on >= '2019-01-01' AND occurred_on <= '2020-12-31'"


def filtered(figures: Sequence[Figure], form: str) -> str:
    """One query by hand: a conditional aggregate for each figure."""
    cells = ", ".join(f"{_VALUE[f.counts]} FILTER (WHERE {f.condition})" for f in figures)
    return f"SELECT {cells} FROM {_rows(form)} AND {_shared()}"  # noqa: S608


def by_firm(figures: Sequence[Figure], form: str) -> str:
    """One query by hand: a group for each firm, then a count of the groups that hold."""
    inner, outer = [], []
    for rank, figure in enumerate(figures):
        held = f"FILTER (WHERE {figure.condition})"
        if figure.counts == "firm":
            inner.append(f"count(*) {held} > 0 AS c{rank}")
            outer.append(f"count(*) FILTER (WHERE c{rank})")
        else:
            inner.append(f"{_VALUE[figure.counts]} {held} AS c{rank}")
            outer.append(f"sum(c{rank})")
    return (
        f"SELECT {', '.join(outer)} FROM (SELECT {', '.join(inner)} FROM {_rows(form)}"  # noqa: S608
        f" AND {_shared()} GROUP BY legal_unit_id) AS firms"
    )


def scanned(figures: Sequence[Figure], form: str) -> str:
    """The first form, when its author also tells SQLite to read the table from end to end."""
    return filtered(figures, form).replace("ledger_act a WHERE", "ledger_act a NOT INDEXED WHERE")


def separate(figures: Sequence[Figure], form: str) -> list[str]:
    """Twenty queries by hand, one a figure."""
    return [
        f"SELECT {_VALUE[f.counts]} FROM {_rows(form)} AND {f.condition}"  # noqa: S608
        for f in figures
    ]


def numbers(*queries: str) -> list[int]:
    """The values of some queries, in order."""
    found: list[int] = []
    with connection.cursor() as cursor:
        for query in queries:
            cursor.execute(query)
            found += [int(value or 0) for value in cursor.fetchone()]
    return found


def ours(questions: Sequence[Any]) -> list[int]:
    """The same values, asked for as a page does, computed and not remembered."""
    from maillage import figures

    return [int(a.value or 0) for a in figures.answer(questions, AS_OF, cached=False)]


def measures(report: measure.Report) -> None:
    """The twenty figures, then the opening of a page of records at a tenth of the acts and at all."""
    million, acts = Million(), measure.acts()
    with measure.one_thread():
        million.grow(acts // 10)
        small = opened()
        million.grow(acts)
        _opening(report, small, opened())
        _page_of_twenty(report, twenty(million.partners))


def _page_of_twenty(report: measure.Report, figures: Sequence[Figure]) -> None:
    sqlite = connection.vendor == "sqlite"
    shapes = (filtered, by_firm, scanned) if sqlite else (filtered, by_firm)
    singles: dict[str, Callable[[], object]] = {
        f"{shape.__name__} {form}": partial(numbers, shape(figures, form))
        for shape in shapes
        for form in STANDING
    }
    apart: dict[str, Callable[[], object]] = {
        f"separate {form}": partial(numbers, *separate(figures, form)) for form in STANDING
    }
    asked = partial(ours, [figure.question for figure in figures])
    expected = asked()
    for name, run in (singles | apart).items():
        if run() != expected:
            raise AssertionError(f"{name}: {run()} instead of {expected}")
    times = measure.rounds({"ours": asked, **singles, **apart}, ROUNDS, clock=measure.everywhere)
    best = min(singles, key=lambda name: min(times[name]))
    least = min(apart, key=lambda name: min(times[name]))
    for name, spent in times.items():
        report.say(f"{name}: {min(spent):.3f} s of CPU (to {max(spent):.3f})")
    sqlite = connection.vendor == "sqlite"
    report.gate(f"twenty figures, over {best}", times, "ours", best, at_most=1.1 if sqlite else 1.3)
    wanted = 3.0 if sqlite else 1.0
    report.gate("twenty separate, over twenty figures", times, least, "ours", at_least=wanted)


def opened() -> measure.Times:
    """Three pages of records as of the day read: the first, one further on, one of a narrow filter."""
    from maillage import figures
    from maillage.accounts.actors import System

    by = System("bench")
    whole = figures.Question(FIRMS, figures.Filter(), _period("2019..2020"))
    narrow = figures.Question(FIRMS, figures.Filter(communes=EAST), _period("2020"))
    acts = figures.Question(ATTEMPTS, figures.Filter(communes=MEL), _period("2020"))
    following = figures.records(whole, by, at=AS_OF).following

    def many(question: Any, **options: Any) -> Callable[[], object]:
        def run() -> None:
            for _ in range(10):
                figures.records(question, by, at=AS_OF, **options)

        run()
        return run

    return measure.rounds({
        "the first page": many(whole),
        "the page after": many(whole, after=following),
        "a page of few communes": many(narrow),
        "a page of acts": many(acts),
    }, 5, clock=measure.everywhere)  # fmt: skip


def _opening(report: measure.Report, small: measure.Times, large: measure.Times) -> None:
    acts = measure.acts()
    for page, spent in large.items():
        report.say(f"{page}: {min(spent) * 100:.1f} ms of CPU over {acts:,} acts")
        times = {"large": spent, "small": small[page]}
        what = f"{page}, over {acts:,} acts and over {acts // 10:,}"
        report.gate(what, times, "large", "small", at_most=1.5)
