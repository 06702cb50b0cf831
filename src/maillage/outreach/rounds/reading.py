"""A problem as a file tells it, read whole or refused with the place of what is wrong: `stops[3].windows[0]`."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Never, TypeVar

from maillage.figures.methods.access import CAR, WALK, Pace, seconds
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.outreach.rounds.problem import HORIZON, Break, Problem, Stop, Vehicle, Window

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST = 2_000  # places: a matrix of four million numbers
PACES = {"walking": WALK, "car": CAR}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _At:
    """A value of the file and where it stands."""

    value: Any
    path: str

    def refuse(self, fr: str, en: str) -> Never:
        where = self.path or "{}"
        raise Invalid(
            Words(f"{where}\u00a0: {fr}.", f"{where}: {en}."),
            remedy=Words(
                "Voyez docs/how-to/plan-rounds.md, avec un exemple.",
                "See docs/how-to/plan-rounds.md, with an example.",
            ),
        )

    def get(self, key: str) -> _At:
        if not isinstance(self.value, dict):
            self.refuse("un objet est attendu", "an object is expected")
        return _At(self.value.get(key), f"{self.path}.{key}".lstrip("."))

    def needed(self, key: str) -> _At:
        found = self.get(key)
        if found.value is None:
            found.refuse("cela manque", "this is missing")
        return found

    def items(self) -> list[_At]:
        """The items of a list, none when it is absent."""
        if self.value is None:
            return []
        if not isinstance(self.value, list):
            self.refuse("une liste est attendue", "a list is expected")
        return [_At(one, f"{self.path}[{rank}]") for rank, one in enumerate(self.value)]

    def whole(self, least: int = 0, most: int = HORIZON) -> int:
        number = self.value
        if isinstance(number, float) and number.is_integer():
            number = int(number)
        if isinstance(number, bool) or not isinstance(number, int) or not least <= number <= most:
            self.refuse(
                f"un nombre entier entre {least} et {most} est attendu",
                f"a whole number between {least} and {most} is expected",
            )
        return int(number)

    def real(self, least: float, most: float) -> float:
        number = self.value
        if (
            isinstance(number, bool)
            or not isinstance(number, int | float)
            or not least <= number <= most
        ):
            self.refuse(
                f"un nombre entre {least:g} et {most:g} est attendu",
                f"a number between {least:g} and {most:g} is expected",
            )
        return float(number)

    def name(self) -> Any:
        if isinstance(self.value, bool) or not isinstance(self.value, str | int):
            self.refuse(
                "un texte ou un nombre entier est attendu", "a text or a whole number is expected"
            )
        return self.value


def problem_of(path: Path) -> Problem:
    """The problem that a JSON file describes.

    Raises:
        Invalid: it cannot be read, or something in it cannot be taken; the reason says where.
    """
    try:
        told = json.loads(_bytes_of(path), parse_constant=_no_number)
    except (ValueError, RecursionError) as fault:
        raise Invalid(
            Words(
                f"{path.name}\u00a0: JSON illisible ({fault}).",
                f"{path.name}: unreadable JSON ({fault}).",
            ),
            remedy=Words("Donnez un fichier JSON en UTF-8.", "Give a JSON file in UTF-8."),
        ) from fault
    return problem_from(told)


_FAULTS: dict[type[OSError], Words] = {
    FileNotFoundError: Words("ce fichier n’existe pas", "there is no such file"),
    IsADirectoryError: Words("c’est un dossier, non un fichier", "this is a folder, not a file"),
    PermissionError: Words("vous n’avez pas le droit de le lire", "you may not read it"),
}
_UNREAD = Words("ce fichier ne se laisse pas lire", "this file cannot be read")


def _bytes_of(path: Path) -> bytes:
    """What the file holds; what the system says of a fault is put in words."""
    try:
        return path.read_bytes()
    except OSError as fault:
        why = next((words for kind, words in _FAULTS.items() if isinstance(fault, kind)), _UNREAD)
        raise Invalid(
            Words(f"{path.name}\u00a0: {why.fr}.", f"{path.name}: {why.en}."),
            remedy=Words("Vérifiez son chemin.", "Check its path."),
        ) from fault


def _no_number(word: str) -> Never:
    raise ValueError(word)


def problem_from(told: object) -> Problem:
    """The problem that the content of a file describes.

    Raises:
        Invalid: something in it cannot be taken; the reason says where.
    """
    whole = _At(told, "")
    places = whole.needed("places").items()
    if len(places) > MOST:
        whole.get("places").refuse(f"pas plus de {MOST} lieux", f"no more than {MOST} places")
    ranks = _once(places, lambda one: one.needed("id").name())
    between = _seconds(whole, places)
    stops = [_stop(one, ranks) for one in whole.needed("stops").items()]
    vehicles = [_vehicle(one, ranks) for one in whole.needed("vehicles").items()]
    for name, found in (("stops", stops), ("vehicles", vehicles)):
        _once(whole.get(name).items(), lambda one: one.get("id").name())
        if len(found) > MOST:
            whole.get(name).refuse(f"pas plus de {MOST}", f"no more than {MOST}")
    return Problem(between, stops, vehicles)


def _once(listed: Sequence[_At], name: Callable[[_At], Any]) -> dict[Any, int]:
    ranks: dict[Any, int] = {}
    for rank, one in enumerate(listed):
        found = name(one)
        if found in ranks:
            one.get("id").refuse(
                f"«\u00a0{found}\u00a0» est déjà pris", f"“{found}” is already taken"
            )
        ranks[found] = rank
    return ranks


def _seconds(whole: _At, places: Sequence[_At]) -> NDArray[Any]:
    import numpy as np

    given = whole.get("matrix")
    if given.value is None:
        points = [
            (one.needed("lon").real(-180, 180), one.needed("lat").real(-90, 90)) for one in places
        ]
        return seconds(points, _pace(whole))
    rows = given.items()
    if len(rows) != len(places) or any(len(row.items()) != len(places) for row in rows):
        count = len(places)
        given.refuse(
            f"{count} lignes de {count} nombres sont attendues, dans l’ordre des lieux",
            f"{count} rows of {count} numbers are expected, in the order of the places",
        )
    return np.array(
        [[cell.whole() for cell in row.items()] for row in rows], dtype=np.int64
    ).reshape(len(places), len(places))


def _pace(whole: _At) -> Pace:
    mode = whole.get("mode")
    if mode.value not in (None, *PACES):
        said = ", ".join(PACES)
        mode.refuse(f"un de {said} est attendu", f"one of {said} is expected")
    usual = PACES[mode.value or "walking"]
    detour, speed = whole.get("detour"), whole.get("speed_kmh")
    return Pace(
        usual.detour if detour.value is None else detour.real(1, 10),
        usual.kmh if speed.value is None else speed.real(0.1, 300),
    )


def _place(at: _At, ranks: Mapping[Any, int]) -> int:
    found = at.name()
    if found not in ranks:
        at.refuse(f"aucun lieu «\u00a0{found}\u00a0»", f"no place “{found}”")
    return ranks[found]


def _window(at: _At) -> Window:
    ends = at.items()
    if len(ends) != 2:
        at.refuse("[début, fin] est attendu", "[from, to] is expected")
    first, last = (end.whole() for end in ends)
    if first > last:
        at.refuse("la fin est avant le début", "it ends before it begins")
    return first, last


def _windows(at: _At) -> tuple[Window, ...]:
    """In their order, those that touch made one."""
    told: list[Window] = []
    for first, last in sorted(_window(one) for one in at.items()):
        if told and first <= told[-1][1]:
            told[-1] = told[-1][0], max(last, told[-1][1])
        else:
            told.append((first, last))
    return tuple(told)


def _skills(at: _At) -> frozenset[str]:
    return frozenset(str(one.name()) for one in at.items())


def _amounts(at: _At) -> tuple[int, ...]:
    """One number, or one of each kind."""
    if at.value is None:
        return ()
    return tuple(one.whole() for one in (at.items() if isinstance(at.value, list) else [at]))


def _or(at: _At, read: Callable[[_At], T], otherwise: T) -> T:
    return otherwise if at.value is None else read(at)


def _stop(at: _At, ranks: Mapping[Any, int]) -> Stop:
    return Stop(
        id=at.needed("id").name(),
        place=_place(at.needed("place"), ranks),
        service=_or(at.get("service_s"), _At.whole, 0),
        windows=_windows(at.get("windows")),
        skills=_skills(at.get("skills")),
        priority=_or(at.get("priority"), lambda one: one.whole(0, 100), 0),
        amount=_amounts(at.get("amount")),
    )


def _vehicle(at: _At, ranks: Mapping[Any, int]) -> Vehicle:
    return Vehicle(
        id=at.needed("id").name(),
        start=_place(at.needed("start"), ranks),
        end=_or(at.get("end"), lambda one: _place(one, ranks), None),
        window=_or(at.get("window"), _window, (0, HORIZON)),
        skills=_skills(at.get("skills")),
        capacity=_or(at.get("capacity"), _amounts, None),
        breaks=tuple(
            Break(one.needed("duration_s").whole(), _windows(one.get("windows")))
            for one in at.get("breaks").items()
        ),
    )
