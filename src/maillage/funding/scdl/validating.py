"""Whether a file follows the schema «subventions» to the letter, fault by fault, with the codes that validators use.

The faults are named as frictionless and Validata name them: `type-error`, `constraint-error`, `missing-label`…; the two
checks that the schema adds of its own are `french-siret-value` and `one-of-required`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from maillage.funding.scdl.fields import LATEST, Field, fields_of
from maillage.intake.reading.limits import Refused
from maillage.intake.reading.parent import events
from maillage.intake.reasons import reason
from maillage.kernel.identifiers import is_siret

SHOWN = 1_000  # faults told one by one; every one is counted
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LEAST_SHARE = {"1.1.0": Decimal(0)}
_BOTH = ("idBeneficiaire", "rnaBeneficiaire")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that the schema does not allow: where, and why in words."""

    line: int
    column: str
    code: str
    reason: str


@dataclass(slots=True)
class Verdict:
    """What a validation tells of a file."""

    version: str = LATEST
    read: int = 0
    errors: list[Fault] = field(default_factory=list)
    counted: Counter[str] = field(default_factory=Counter)
    encoding: str = ""

    @property
    def valid(self) -> bool:
        """Whether nothing is to be said."""
        return not self.counted

    def as_json(self) -> dict[str, Any]:
        """What the command prints."""
        return {
            "valid": self.valid,
            "errors": [asdict(one) for one in self.errors],
            "counted": dict(sorted(self.counted.items())),
            "read": self.read,
            "version": self.version,
            "encoding": self.encoding,
        }

    def note(self, fault: Fault) -> None:
        """Count a fault, and keep it while there is room."""
        self.counted[fault.code] += 1
        if len(self.errors) < SHOWN:
            self.errors.append(fault)


def validate(path: Path, version: str = LATEST) -> Verdict:
    """Hold a file against the schema, line by line."""
    verdict = Verdict(version)
    labels: dict[str, int] | None = None
    try:
        for line, cells in _lines(path, verdict):
            if labels is None:
                labels = _labels(cells, verdict)
                continue
            verdict.read += 1
            for fault in _faults(line, cells, labels, version):
                verdict.note(fault)
    except Refused as refused:
        verdict.note(Fault(refused.line or 1, refused.column, "source-error", reason(refused.code)))
        return verdict
    if labels is None or not verdict.read:
        verdict.note(Fault(1, "", "source-error", reason("empty")))
    return verdict


def _lines(path: Path, verdict: Verdict) -> Iterator[tuple[int, Sequence[str]]]:
    for event in events(path, path.name):
        if event[0] == "said":
            verdict.encoding = str(event[1].get("encoding", verdict.encoding))
        elif event[0] == "table" and event[2] is not None:
            yield 1, event[2]
        elif event[0] == "rows":
            yield from event[1]


def _labels(cells: Sequence[str], verdict: Verdict) -> dict[str, int]:
    """Where each field stands, in whatever order; the schema wants all of its columns, and no other."""
    fields = {one.name: one for one in fields_of(verdict.version)}
    found: dict[str, int] = {}
    for rank, cell in enumerate(cells):
        name = cell.strip()
        if name in found:
            verdict.note(
                Fault(1, name, "duplicate-label", _("This column is there twice: keep one."))
            )
        elif name in fields:
            found[name] = rank
        elif name:
            verdict.note(
                Fault(1, name, "extra-label", _("The schema has no such column: take it out."))
            )
    for name, one in fields.items():
        if name not in found:
            verdict.note(Fault(1, name, "missing-label", _why_missing(one, verdict.version)))
    return found


def _why_missing(one: Field, version: str) -> str:
    if one.is_needed(version):
        return _("This column is wanted: add it to the first line.")
    return _("The schema wants this column, be it left blank: add it to the first line.")


def _faults(
    line: int, cells: Sequence[str], labels: Mapping[str, int], version: str
) -> Iterator[Fault]:
    texts = {name: cells[rank] if rank < len(cells) else "" for name, rank in labels.items()}
    for one in fields_of(version):
        if one.name in labels:
            for code, why in _faults_of(one, texts[one.name], version):
                yield Fault(line, one.name, code, why)
    if all(name in labels for name in _BOTH) and not any(texts[name].strip() for name in _BOTH):
        why = _("One of these two is wanted: the SIRET or the RNA number of the beneficiary.")
        yield Fault(line, _BOTH[0], "one-of-required", why)


def _faults_of(one: Field, text: str, version: str) -> Iterator[tuple[str, str]]:
    if not text:
        if one.is_needed(version):
            yield "constraint-error", _("Blank: this field is wanted.")
        return
    if why := _wrong_sort(one, text):
        yield "type-error", why
        return
    yield from _broken(one, text, version)
    if one.is_siret and not is_siret(text):
        yield "french-siret-value", _("“%(text)s” is no SIRET: fourteen digits, the last one a check.") % {
            "text": text[:60]
        }  # fmt: skip


def _broken(one: Field, text: str, version: str) -> Iterator[tuple[str, str]]:
    """The constraints that a text of the right sort does not hold to."""
    said = {"text": text[:60]}
    # Where a SIRET may be blank, the schema leaves its form to the check of its own.
    pattern = "" if one.is_siret and not one.is_needed(version) else one.pattern
    if pattern and not re.fullmatch(pattern, text, re.ASCII):
        yield "constraint-error", _("“%(text)s” is not written as the schema wants it.") % said
    if one.among and text not in one.among:
        yield (
            "constraint-error",
            _("“%(text)s” is none of the words that the schema allows.") % said,
        )
    if one.longest and len(text) > one.longest and _has_length(one, version):
        yield "constraint-error", _("Longer than %(most)s characters.") % {"most": one.longest}
    if one.sort == "share":
        least = _LEAST_SHARE.get(version, Decimal("0.01"))
        if not least <= Decimal(text) <= 1:
            yield "constraint-error", _("“%(text)s” is not between %(least)s and 1: half is written 0.5.") % (
                said | {"least": least}
            )  # fmt: skip


def _has_length(one: Field, version: str) -> bool:
    return not (one.name == "idRAE" and version == "1.1.0")


def _wrong_sort(one: Field, text: str) -> str:
    check, why = _SORTS[one.sort]
    return "" if check(text) else str(why % {"text": text[:60]})


def _is_day(text: str) -> bool:
    if not _DAY.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text))


def _is_yes_or_no(text: str) -> bool:
    return text in {"oui", "non"}


_SORTS: Mapping[str, tuple[Callable[[str], bool], Any]] = {
    "string": (bool, ""),
    "date": (_is_day, gettext_lazy("“%(text)s” is no day: 30 June 2020 is written 2020-06-30.")),
    "number": (
        _is_number,
        gettext_lazy("“%(text)s” is no number: a point before the cents, no blank."),
    ),
    "share": (_is_number, gettext_lazy("“%(text)s” is no number: half is written 0.5.")),
    "boolean": (_is_yes_or_no, gettext_lazy("“%(text)s” is neither oui nor non.")),
}
