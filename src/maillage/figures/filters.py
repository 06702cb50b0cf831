"""What a question keeps of the territory's acts: the dimensions a convention's target may name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode

from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words


def _codes(values: object) -> tuple[str, ...]:
    if isinstance(values, str):
        values = [v for v in values.split(",") if v]
    if not isinstance(values, Iterable):
        raise Invalid(
            Words(
                f"une liste de codes était attendue, et non {values!r}",
                f"a list of codes was expected, not {values!r}",
            )
        )
    return tuple(sorted({str(v).strip() for v in values}))


@dataclass(frozen=True, slots=True)
class Filter:
    """A conjunction: an act counts when it satisfies every dimension that is filled in.

    `organisations` and `counterparts` are public keys of organisations, `schemes` are permanent keys of
    campaigns or funding schemes, `territory` is any reference `places.perimeter` understands and is read
    at the end of the period, `segments` is a mask of which every bit is required.
    """

    organisations: tuple[str, ...] = ()
    schemes: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    action_keys: tuple[str, ...] = ()
    counterparts: tuple[str, ...] = ()
    communes: tuple[str, ...] = ()
    territory: str = ""
    segments: int = 0

    def __post_init__(self) -> None:
        for name in LISTS:
            object.__setattr__(self, name, _codes(getattr(self, name)))

    @classmethod
    def from_dict(cls, given: Mapping[str, Any]) -> Filter:
        """Read a filter written in a convention's file or kept with a publication.

        Raises:
            Invalid: a dimension that does not exist.
        """
        known = {field.name for field in fields(cls)}
        if unknown := sorted(set(given) - known):
            raise Invalid(
                Words(
                    f"dimension de filtre inconnue\u00a0: {', '.join(unknown)}",
                    f"unknown filter dimension: {', '.join(unknown)}",
                ),
                remedy=Words(
                    f"dimensions connues\u00a0: {', '.join(sorted(known))}",
                    f"known dimensions: {', '.join(sorted(known))}",
                ),
            )
        values = dict(given)
        if "segments" in values:
            values["segments"] = int(values["segments"])
        return cls(**values)

    def to_dict(self) -> dict[str, Any]:
        """Only what is filled in, lists as lists: the form kept in files and publications."""
        filled = {name: getattr(self, name) for name in self.dimensions()}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in filled.items()}

    def to_query(self) -> str:
        """The filter as a shareable piece of address."""
        filled = {k: ",".join(v) if isinstance(v, list) else v for k, v in self.to_dict().items()}
        return urlencode(filled)

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Filter:
        """Read back what `to_query` wrote; other keys of the address are left to others.

        Raises:
            Invalid: `segments` is no number.
        """
        known = {field.name for field in fields(cls)}
        given: dict[str, Any] = {k: query[k] for k in known if query.get(k)}
        try:
            return cls.from_dict(given)
        except ValueError as error:
            raise Invalid(
                Words("segments est un nombre entier", "segments is a whole number")
            ) from error

    def dimensions(self) -> tuple[str, ...]:
        """The names of the dimensions that are filled in, in a fixed order."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name))

    def taking(self, names: Iterable[str] | None) -> Filter:
        """The same filter reduced to some dimensions (a rate's two lists may take different ones)."""
        if names is None:
            return self
        kept = set(names)
        return Filter(**{n: getattr(self, n) for n in self.dimensions() if n in kept})

    def narrowed(self, **more: Any) -> Filter:
        """The same filter with some dimensions replaced."""
        return replace(self, **more)


LISTS = ("organisations", "schemes", "themes", "action_keys", "counterparts", "communes")
