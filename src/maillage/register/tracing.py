"""What of a firm stands where, and emptying it: each package says beside its models what it holds.

Nothing here knows the packages (`<package>/retention.py`, ADR 0019).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils.text import capfirst

from maillage.accounts import retaining
from maillage.accounts.naming import Marks
from maillage.kernel.retention import Kept, Subject
from maillage.register import indexing
from maillage.register.models import Establishment, LegalUnit, Period


def look(unit: LegalUnit) -> dict[str, int]:
    """What erasing would meet, nothing being touched."""
    firm = subject(unit)
    marks = Marks(firm)
    counts = {one.label: len(one.keys | one.typed) for one in _traces(firm, marks)}
    return _met(counts | {folder: len(found) for folder, found in _files(marks)})


def _met(counts: dict[str, int]) -> dict[str, int]:
    return {label: number for label, number in counts.items() if number}


def told(unit: LegalUnit) -> list[tuple[str, int]]:
    """The same for a page: the name of each record in the reader's language, and how many."""
    folders = {one.folder: str(one.name_of) for one in retaining.folders()}
    return [
        (capfirst(folders.get(label) or _plural(label)), number)
        for label, number in look(unit).items()
    ]


def _plural(label: str) -> str:
    return str(apps.get_model(label)._meta.verbose_name_plural)  # noqa: SLF001


def subject(unit: LegalUnit) -> Subject:
    """The firm with its places, and those that an adviser typed at its door before it was matched."""
    places = list(Establishment.objects.filter(legal_unit=unit))
    typed = list(
        Establishment.objects.filter(reconciled_to__in=places).select_related("legal_unit")
    )
    units = [unit, *(place.legal_unit for place in typed)]
    names = [getattr(one, name) for one in units for name in ("name", "trade_names")]
    names += [getattr(p, name) for p in (*places, *typed) for name in ("trade_name", "usual_name")]
    known = Period.objects.filter(establishment__in=[place.pk for place in places])
    for signs in known.values_list("trade_name", "usual_name").distinct():
        names += signs
    return Subject(
        units=tuple({one.pk for one in units}),
        places=tuple(place.pk for place in (*places, *typed)),
        keys=tuple(
            str(key) for key in (*(u.key for u in units), *(p.key for p in (*places, *typed)))
        ),
        siren=unit.siren or "",
        names=tuple(_telling(dict.fromkeys(filter(None, names)), {one.pk for one in units})),
    )


def _telling(names: Iterable[str], units: set[int]) -> Iterator[str]:
    """Those that tell the firm apart: one word that others bear too («Tabac») is a word, not a name."""
    for name in names:
        if len(name.split()) > 1 or not _borne_elsewhere(name, units):
            yield name


def _borne_elsewhere(word: str, units: set[int]) -> bool:
    of_unit = Q(name__icontains=word) | Q(trade_names__icontains=word)
    of_place = Q(trade_name__icontains=word) | Q(usual_name__icontains=word)
    return (
        LegalUnit.objects.exclude(pk__in=units).filter(of_unit).exists()
        or Establishment.objects.exclude(legal_unit__in=units).filter(of_place).exists()
    )


@dataclass(frozen=True, slots=True)
class _Trace:
    """The rows of a model that hold a firm: those that are emptied or go, those whose texts name it."""

    model: type[models.Model]
    kept: Kept
    keys: frozenset[Any]
    typed: frozenset[Any]

    @property
    def label(self) -> str:
        return self.model._meta.label  # noqa: SLF001


def _traces(firm: Subject, marks: Marks) -> Iterator[_Trace]:
    """Every model that holds something of a firm, each looked at when its turn comes."""
    for model, kept in retaining.declared().items():
        if not kept.is_erased:
            continue
        every = model._base_manager.all()  # noqa: SLF001 -- every row, whoever asks
        keys: set[Any] = set()
        if kept.firm:
            keys |= set(
                every.filter(**{f"{kept.firm}__in": firm.units}).values_list("pk", flat=True)
            )
        if kept.holding:
            keys |= set(kept.holding(every, firm).values_list("pk", flat=True))
        if kept.bearing:
            keys |= set(marks.bearing(every, kept.bearing.split()))
        typed = marks.bearing(every, kept.typed.split()) if kept.typed else ()
        yield _Trace(model, kept, frozenset(keys), frozenset(typed))


def _files(marks: Marks) -> Iterator[tuple[str, list[Path]]]:
    """The files that name the firm, by folder."""
    for one in retaining.folders():
        yield one.folder, [path for path in retaining.files_of(one) if marks.are_in(one.text(path))]


def forget(firm: Subject) -> dict[str, int]:
    """Empty, strike and remove; how many rows and files, by model and folder."""
    retaining.overwrite()
    marks, rows = Marks(firm), dict[str, int]()
    for trace in _traces(firm, marks):
        rows[trace.label] = len(trace.keys | trace.typed)
        _empty(trace)
        _strike(trace, marks)
    for folder, found in _files(marks):
        rows[folder] = len(found)
        transaction.on_commit(partial(_remove, found))
    indexing.refresh(firm.places)
    indexing.compact()
    return _met(rows)


def _empty(trace: _Trace) -> None:
    if not trace.keys:
        return
    found = trace.model._base_manager.filter(pk__in=trace.keys)  # noqa: SLF001
    if trace.kept.also:
        trace.kept.also(found.all())
    if trace.kept.erased is None:
        found.delete()
    else:
        found.update(**trace.kept.erased)


def _strike(trace: _Trace, marks: Marks) -> None:
    """Strike the firm out of what people typed; a row that went meanwhile has nothing to strike."""
    fields, every = trace.kept.typed.split(), trace.model._base_manager  # noqa: SLF001
    if not fields or not trace.keys | trace.typed:
        return
    for row in every.filter(pk__in=trace.keys | trace.typed).values("pk", *fields):
        key = row.pop("pk")
        every.filter(pk=key).update(**{name: marks.struck(text) for name, text in row.items()})


def _remove(files: list[Path]) -> None:
    for path in files:
        path.unlink(missing_ok=True)
