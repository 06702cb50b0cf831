"""Steps of observations are compiled once a process: tests build the same figures of hundreds of small stocks.

What an expression says in SQL hangs on the expression alone, and compiling it takes longer than running it
on a stock of a hundred firms. The product, which builds once a month, compiles anew.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from ibis.backends.duckdb import Backend
from ibis.expr.operations import Node

MOST = 4096


def remember() -> None:
    """From now on, the same expression is given the SQL it was given before."""
    compile_ = Backend.compile

    @lru_cache(maxsize=MOST)
    def compiled(backend: Backend, node: Node) -> str:
        return compile_(backend, node.to_expr())  # type: ignore[no-any-return]

    def remembering(self: Backend, expr: Any, /, **told: Any) -> str:
        if any(value is not None for value in told.values()):
            return compile_(self, expr, **told)  # type: ignore[no-any-return]
        return compiled(self, expr.op())

    Backend.compile = remembering
