"""Which lines and branches the suite runs (`pytest -p tests.counting`): marks written into the product as it is imported.

Tracing slows every line of every library; a mark is one assignment, and only the product has some. What was run is told to
`coverage`, which knows what could have been and draws the report.
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from itertools import takewhile
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

import coverage
import pytest
from coverage.parser import PythonParser

PACKAGE = "maillage"
SOURCE = Path(__file__).resolve().parents[1] / "src" / PACKAGE
MARKS = "__marks__"
# The first block of a branch is looked at last: it puts a mark at the head of the other.
BLOCKS = ("handlers", "cases", "finalbody", "orelse", "body")
START, AROUND = -1, 0

Arc = tuple[int, int]
"""From a line to another; from `START`, the second was run; to `AROUND`, the block under the first was not."""


class Marking(ast.NodeTransformer):
    """Each statement after its mark, and one at each end of a branch."""

    def __init__(self) -> None:
        self.told: list[tuple[Arc, ...]] = []
        """What each mark says once it is set."""

    def mark(self, near: ast.AST, *told: Arc) -> ast.stmt:
        """Sets one item of the list of the module."""
        self.told.append(told)
        statement = ast.parse(f"{MARKS}[{len(self.told) - 1}] = 1").body[0]
        for node in ast.walk(statement):
            ast.copy_location(node, near)
        return statement

    def generic_visit(self, node: ast.AST) -> ast.AST:
        """Go into the blocks of a statement; an expression is run whole."""
        for name in BLOCKS:
            found = getattr(node, name, None)
            if isinstance(found, list) and found and isinstance(found[0], ast.stmt):
                setattr(node, name, self.marked(found))
            elif isinstance(found, list):
                setattr(node, name, [self.visit(one) for one in found])
        if isinstance(node, ast.If | ast.For | ast.While):
            node.orelse.insert(0, self.mark(node, (node.lineno, AROUND)))
            node.body.insert(0, self.mark(node, (node.lineno, _lines(node.body[1])[0])))
        if isinstance(node, ast.ExceptHandler):
            node.body.insert(0, self.mark(node, (START, node.lineno)))
        return node

    def marked(self, block: list[ast.stmt]) -> list[ast.stmt]:
        """The statements of a block, each after its mark; what must come first comes before."""
        firsts = list(takewhile(_comes_first, block))
        made: list[ast.stmt] = [*firsts, *map(self.start, firsts)]
        for statement in block[len(firsts) :]:
            made += [self.start(statement), self.visit(statement)]
        return made

    def start(self, statement: ast.stmt) -> ast.stmt:
        """The mark of a statement that is about to be run."""
        return self.mark(statement, *((START, line) for line in _lines(statement)))


def _comes_first(statement: ast.stmt) -> bool:
    """Whether nothing may stand before: a docstring, a `from __future__`."""
    text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return text or (isinstance(statement, ast.ImportFrom) and statement.module == "__future__")


def _lines(statement: ast.stmt) -> list[int]:
    """Where a statement begins, each of its decorators included."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return [*(one.lineno for one in decorators), statement.lineno]


class Loader(SourceFileLoader):
    """Compiles a module with its marks, never from bytecode."""

    def __init__(self, name: str, path: str, counted: Counted) -> None:
        super().__init__(name, path)
        self.counted = counted

    def path_stats(self, path: str) -> Any:  # type: ignore[override]
        """Nothing to find bytecode by."""
        raise OSError(path)

    def source_to_code(self, data: Any, path: Any, **_options: Any) -> CodeType:  # type: ignore[override]
        """The module, marked."""
        marking = Marking()
        tree = marking.visit(ast.parse(data))
        self.counted.told[str(path)] = marking.told
        return compile(tree, path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        """Run it with its list of marks, all unset: the code comes first, since it says how many."""
        code = self.get_code(module.__name__)
        assert code is not None
        marks = [0] * len(self.counted.told[self.path])
        self.counted.set[self.path] = marks
        vars(module)[MARKS] = marks
        exec(code, vars(module))  # noqa: S102 -- what importing is


class Counted(MetaPathFinder):
    """Finds the modules of the product, migrations apart, and keeps the marks of each file."""

    def __init__(self) -> None:
        self.told: dict[str, list[tuple[Arc, ...]]] = {}
        self.set: dict[str, list[int]] = {}

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The usual place, another loader."""
        if name.partition(".")[0] != PACKAGE or ".migrations" in name:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or not isinstance(spec.loader, SourceFileLoader):
            return spec
        spec.loader = Loader(name, spec.loader.path, self)
        return spec

    def run(self, path: str) -> Iterator[Arc]:
        """What was run of a file, in the words of `coverage`."""
        possible: dict[int, set[int]] = {}
        parser = PythonParser(text=Path(path).read_text(encoding="utf-8"))
        parser.parse_source()
        for origin, target in parser.arcs():
            possible.setdefault(origin, set()).add(target)
        into = {arc for told in self.told[path] for arc in told if arc[0] > START and arc[1]}
        for was_set, told in zip(self.set[path], self.told[path], strict=True):
            for origin, target in told if was_set else ():
                if target != AROUND:
                    yield origin, target
                else:
                    ways = possible.get(origin, set()) - {t for o, t in into if o == origin}
                    yield from ((origin, way) for way in ways)


counted = Counted()
if PACKAGE not in sys.modules:
    sys.meta_path.insert(0, counted)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Each process tells what it ran, and that the rest is there; `coverage combine` puts them together."""
    told = coverage.CoverageData(
        os.environ.get("COVERAGE_FILE"), os.environ.get("PYTEST_XDIST_WORKER", "alone")
    )
    told.add_arcs({path: set(counted.run(path)) for path, marks in counted.set.items() if marks})
    told.touch_files(map(str, SOURCE.rglob("*.py")))
    told.write()
