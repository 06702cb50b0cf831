"""The marks say what the tracer of `coverage` says, of every way through a module."""

from __future__ import annotations

import importlib.util
import inspect
from pathlib import Path
from typing import Any

import coverage
import pytest
from coverage.parser import PythonParser

from tests.counting import MARKS, Counted, Loader

MODULE = '''"""What a module has: its text comes first."""

from __future__ import annotations

from functools import cache

SEEN = []


@cache
def grade(value):
    """Its words."""
    if value < 0:
        return "below"
    elif value == 0:
        word = "none"
    else:
        word = "some"
    for rank in range(value):
        if rank == 2:
            break
        SEEN.append(rank)
    while value > 3:
        value -= 1
    return word


def tried(what):
    try:
        return 1 // what
    except ZeroDivisionError:
        return None
    finally:
        SEEN.append("over")


class Kept:
    """Its words."""

    limit = 3

    def held(self, rows):
        with open(__file__) as stream:
            first = stream.readline()
        if first: rows.append(first)
        return [
            row
            for row in rows
            if row
        ]
'''
CALLS: dict[str, list[tuple[str, Any]]] = {
    "nothing": [],
    "below": [("grade", -1)],
    "the way around": [("grade", 0)],
    "a loop to its end": [("grade", 1)],
    "a loop broken off": [("grade", 5)],
    "two ways": [("grade", -1), ("grade", 5)],
    "no fault": [("tried", 1)],
    "a fault": [("tried", 0)],
    "a class": [("held", [])],
}


def called(module: Any, calls: list[tuple[str, Any]]) -> None:
    for name, given in calls:
        (module.Kept().held if name == "held" else getattr(module, name))(given)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / "drawn.py"
    written.write_text(MODULE, encoding="utf-8")
    return written


def marked(path: Path) -> tuple[Any, Counted]:
    counted = Counted()
    loader = Loader("drawn", str(path), counted)
    spec = importlib.util.spec_from_loader("drawn", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module, counted


def branches(path: Path, arcs: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """The arcs that leave a line from which there are several."""
    parser = PythonParser(text=path.read_text(encoding="utf-8"))
    parser.parse_source()
    forks = {line for line, ways in parser.exit_counts().items() if ways > 1}
    return {arc for arc in arcs if arc[0] in forks}


@pytest.mark.parametrize("calls", CALLS.values(), ids=CALLS)
def test_marks_say_what_a_tracer_says(path: Path, calls: list[tuple[str, Any]]) -> None:
    module, counted = marked(path)
    called(module, calls)
    told = set(counted.run(str(path)))

    tracer = coverage.Coverage(data_file=None, branch=True, include=[str(path)], config_file=False)
    spec = importlib.util.spec_from_file_location("drawn", path)
    assert spec is not None
    assert spec.loader is not None
    with tracer.collect():
        traced = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(traced)
        called(traced, calls)
    seen = set(tracer.get_data().arcs(str(path)) or ())

    parser = PythonParser(text=path.read_text(encoding="utf-8"))
    parser.parse_source()
    lines = {line for arc in seen for line in arc if line in parser.statements}
    assert {line for arc in told for line in arc if line in parser.statements} == lines
    assert branches(path, told) == branches(path, seen)


def test_marks_change_neither_words_nor_lines(path: Path) -> None:
    module, _ = marked(path)
    assert module.__doc__ == "What a module has: its text comes first."
    assert module.Kept.__doc__ == "Its words."
    assert inspect.getsource(module.Kept.held).lstrip().startswith("def held")
    assert MARKS not in vars(module.Kept)


def test_only_the_product_is_marked_its_migrations_apart() -> None:
    finder = Counted()
    assert finder.find_spec("json", None) is None
    assert finder.find_spec("maillage.places.migrations", None) is None
