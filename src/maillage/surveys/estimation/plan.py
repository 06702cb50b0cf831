"""What is asked of a sample, as a TOML file says it: design, non-response, calibration, estimates."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

from maillage.kernel.errors import Invalid
from maillage.surveys.estimation.calibration import METHODS
from maillage.surveys.estimation.refusing import refused
from maillage.surveys.estimation.sampling import Drawing
from maillage.surveys.estimation.variance import SINGLE
from maillage.surveys.estimation.weighting import FEWEST, WIDEST

T = TypeVar("T")
KINDS = ("total", "mean", "proportion", "ratio", "quantile")
INTERVALS = ("t", "logit", "beta")


@dataclass(frozen=True, slots=True)
class Drawn:
    """How the sample was drawn: names of columns."""

    strata: str = ""
    psu: str = ""
    weight: str = ""
    fpc: str = ""
    single_psu: str = "merge"


@dataclass(frozen=True, slots=True)
class Unanswered:
    """Who answered, and the groups in which those who did speak for those who did not."""

    responded: str = "answered"
    groups: tuple[str, ...] = ()
    fewest: int = FEWEST
    widest: float = WIDEST


@dataclass(frozen=True, slots=True)
class Margin:
    """How many units of the population hold each value of a column; counted in the frame when not given."""

    column: str
    totals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """The totals weights are brought to, and how; without a method, gently."""

    method: str = ""
    bounds: tuple[float, float] | None = None
    margins: tuple[Margin, ...] = ()
    totals: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """One estimate, for all or by the values of some columns."""

    kind: str
    y: str
    x: str = ""
    q: float = 0.5
    by: tuple[str, ...] = ()
    ci: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a file asks for."""

    drawn: Drawn
    unanswered: Unanswered | None
    known: Known | None
    questions: tuple[Question, ...]
    drawing: Drawing | None


def read(path: Path) -> Plan:
    """The plan of a file.

    Raises:
        Invalid: it is no TOML, or a key is unknown, missing or of another kind, with its place.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as fault:
        raise refused(f"{path.name} ne s’ouvre pas", f"{path.name} cannot be opened",
                      "Vérifiez son chemin et vos droits.", "Check its path and your rights.") from fault  # fmt: skip
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise refused(f"{path.name} n’est pas un fichier TOML lisible ({fault})", f"{path.name} is no readable TOML ({fault})",
                      "Voyez l’aide de la commande.", "See the help of the command.") from fault  # fmt: skip
    return understood(told)


def understood(told: Mapping[str, Any]) -> Plan:
    """The plan of what a file says.

    Raises:
        Invalid: as `read`.
    """
    _only(told, "", ("design", "nonresponse", "calibration", "estimate", "sample"))
    drawn = _made(Drawn, told.get("design", {}), "design")
    _one_of("design.single_psu", drawn.single_psu, SINGLE)
    unanswered = told.get("nonresponse")
    known = told.get("calibration")
    drawing = told.get("sample")
    return Plan(
        drawn,
        None if unanswered is None else _made(Unanswered, unanswered, "nonresponse"),
        None if known is None else _known(known),
        tuple(_question(one, f"estimate {n}") for n, one in enumerate(_list(told, "estimate"), 1)),
        None if drawing is None else _made(Drawing, drawing, "sample"),
    )


def _known(told: Mapping[str, Any]) -> Known:
    margins = tuple(
        _made(Margin, one, f"calibration.margins {n}")
        for n, one in enumerate(_list(told, "margins"), 1)
    )
    known = _made(Known, {**told, "margins": margins}, "calibration")
    if known.method:
        _one_of("calibration.method", known.method, METHODS)
    if known.bounds is not None and len(known.bounds) != 2:
        raise _wrong("calibration.bounds", known.bounds)
    return known


def _question(told: Mapping[str, Any], where: str) -> Question:
    question = _made(Question, told, where)
    _one_of(f"{where}.kind", question.kind, KINDS)
    if question.ci:
        _one_of(f"{where}.ci", question.ci, INTERVALS)
    if (question.kind == "ratio") != bool(question.x) or not 0 < question.q < 1:
        raise _wrong(f"{where}.x" if 0 < question.q < 1 else f"{where}.q", question.x or question.q)
    return question


def _made(kind: type[T], told: Mapping[str, Any], where: str) -> T:
    """A part of the plan, each key of the type of its default."""
    if not isinstance(told, Mapping):
        raise _wrong(where, told)
    _only(told, where, [one.name for one in _keys(kind)])
    values = {
        name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
    }
    for one in _keys(kind):
        if one.name in values and not _fits(str(one.type), values[one.name]):
            raise _wrong(f"{where}.{one.name}", told[one.name])
    try:
        return kind(**values)
    except TypeError as fault:
        lacks = ", ".join(
            n.name for n in _keys(kind) if n.name not in values and n.name in str(fault)
        )
        raise refused(f"[{where}] ne dit pas {lacks}", f"[{where}] does not say {lacks}",
                      "Ajoutez cette clé.", "Add this key.") from fault  # fmt: skip


def _keys(kind: type[Any]) -> tuple[Field[Any], ...]:
    return fields(kind)


def _fits(wanted: str, value: object) -> bool:
    """Whether a value is of the type a key is declared with."""
    if wanted == "str":
        return isinstance(value, str)
    if wanted in ("int", "float"):
        whole = isinstance(value, int) and not isinstance(value, bool)
        return whole or (wanted == "float" and isinstance(value, float))
    if wanted.startswith("Mapping"):
        return isinstance(value, Mapping) and all(_fits("float", one) for one in value.values())
    inner = "str" if "str" in wanted else "float" if "float" in wanted else ""
    return isinstance(value, tuple) and all(not inner or _fits(inner, one) for one in value)


def _list(told: Mapping[str, Any], name: str) -> list[Any]:
    value = told.get(name, [])
    if not isinstance(value, list):
        raise _wrong(name, value)
    return value


def _only(told: Mapping[str, Any], where: str, keys: Any) -> None:
    for name in told:
        if name not in keys:
            place = f"{where}.{name}".lstrip(".")
            raise refused(f"la clé {place} est inconnue", f"the key {place} is unknown",
                          f"Clés connues\u00a0: {', '.join(keys)}.", f"Known keys: {', '.join(keys)}.")  # fmt: skip


def _one_of(where: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise refused(f"{where} «\u00a0{value}\u00a0» est inconnu", f"{where} “{value}” is unknown",
                      f"Prenez l’un de\u00a0: {', '.join(allowed)}.", f"Take one of: {', '.join(allowed)}.")  # fmt: skip


def _wrong(where: str, value: object) -> Invalid:
    return refused(f"{where} ne peut pas être {value!r}", f"{where} cannot be {value!r}",
                   "Voyez docs/how-to/estimate-a-survey.md.", "See docs/how-to/estimate-a-survey.md.")  # fmt: skip
