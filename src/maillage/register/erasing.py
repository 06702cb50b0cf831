"""Erasing a firm: everything that tells who it is goes, everywhere; what it counts for stays (ADR 0019).

Its rows, its acts and their opaque keys stay, so that no figure changes. Each package says beside its
models what of a firm they hold (`retention.py`); nothing here knows them. A fingerprint of the SIREN is
kept: a later load does not bring the firm back, and a restored backup forgets it again.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from maillage.accounts import permissions, retaining
from maillage.accounts.actors import Actor, System
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.identifiers import digits
from maillage.kernel.retention import Kept, Subject
from maillage.register import indexing
from maillage.register.models import Erasure, Establishment, LegalUnit

FILE = "erasures.jsonl"


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure met: rows emptied or removed, by model."""

    unit: UUID
    rows: dict[str, int]


def find(text: str) -> LegalUnit:
    """The firm of this key, SIREN or SIRET.

    Raises:
        Invalid: there is none.
    """
    number = digits(text)
    if len(number) in {9, 14} and number == text.replace(" ", ""):
        found = LegalUnit.objects.filter(siren=number[:9]).first()
    else:
        key = _key(text)
        found = LegalUnit.objects.filter(key=key).first() if key else None
    if found is None:
        raise Invalid(
            _("No firm of the register is “%(text)s”.") % {"text": text},
            remedy=_("Give its SIREN, a SIRET, or the key that its page's address holds."),
        )
    return found


def _key(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def look(unit: LegalUnit) -> dict[str, int]:
    """What erasing would meet, nothing being touched."""
    counts: dict[str, int] = {}
    for label, rows, _kept in _traces(_subject(unit)):
        counts[label] = counts.get(label, 0) + rows.count()
    return counts


def told(unit: LegalUnit) -> list[tuple[str, int]]:
    """The same for a page: the name of each record in the reader's language, and how many."""
    counts: dict[str, int] = {}
    for label, number in look(unit).items():
        name = capfirst(str(apps.get_model(label)._meta.verbose_name_plural))  # noqa: SLF001
        counts[name] = counts.get(name, 0) + number
    return [(name, number) for name, number in counts.items() if number]


@transaction.atomic
def erase(*, unit: LegalUnit, reason: str, by: Actor, at: datetime | None = None) -> Erased:
    """Forget who a firm is, for good.

    Raises:
        NotAllowed: a person asks who does not administer the organisation in charge.
        Invalid: no reason is given.
        Conflict: it was erased already.
    """
    if not permissions.can_erase(by):
        raise NotAllowed(_("Only the organisation in charge of the instance erases a firm."))
    if not reason.strip():
        raise Invalid(_("Say why."), fields={"reason": _("Say why.")})
    held = LegalUnit.objects.select_for_update().get(pk=unit.pk)
    if held.is_erased:
        raise Conflict(_("This firm is erased already."))
    _note(held, reason, by, at)
    rows = _forget(_subject(held))
    transaction.on_commit(write)
    return Erased(held.key, rows)


def _note(unit: LegalUnit, reason: str, by: Actor, at: datetime | None) -> None:
    first = Erasure.objects.exclude(salt="").first()
    salt = first.salt if first else secrets.token_hex(16)
    Erasure.objects.create(
        digest=_digest(salt, unit.siren) if unit.siren else "",
        salt=salt,
        unit_key=unit.key,
        at=at or clock.now(),
        by=by.person,
        reason=reason.strip()[:300],
    )


def _subject(unit: LegalUnit) -> Subject:
    """The firm with its places, and those that an adviser typed at its door before it was matched."""
    places = list(Establishment.objects.filter(legal_unit=unit))
    typed = list(
        Establishment.objects.filter(reconciled_to__in=places).select_related("legal_unit")
    )
    units = [unit, *(place.legal_unit for place in typed)]
    names = [getattr(one, name) for one in units for name in ("name", "trade_names")]
    names += [getattr(p, name) for p in (*places, *typed) for name in ("trade_name", "usual_name")]
    return Subject(
        units=tuple({one.pk for one in units}),
        places=tuple(place.pk for place in (*places, *typed)),
        siren=unit.siren or "",
        names=tuple(dict.fromkeys(filter(None, names))),
    )


def _traces(firm: Subject) -> Iterator[tuple[str, models.QuerySet[Any], Kept]]:
    """Every model that holds something of a firm, with the rows concerned."""
    for model, kept in retaining.declared().items():
        every = model._base_manager.all()  # noqa: SLF001 -- every row, whoever asks
        label = model._meta.label  # noqa: SLF001
        if kept.firm:
            yield label, every.filter(**{f"{kept.firm}__in": firm.units}), kept
        if kept.holding:
            yield label, kept.holding(every, firm), kept


def _forget(firm: Subject) -> dict[str, int]:
    rows: dict[str, int] = {}
    if connection.vendor == "sqlite":  # what is deleted is overwritten, not only left to be reused
        connection.cursor().execute("PRAGMA secure_delete = ON")
    for label, found, kept in _traces(firm):
        done = found.delete()[0] if kept.erased is None else found.update(**kept.erased)
        rows[label] = rows.get(label, 0) + done
    indexing.refresh(firm.places)
    indexing.compact()
    return rows


# What a later load and a restored backup know them by


def _digest(salt: str, siren: str) -> str:
    return hashlib.sha256(f"{salt}{siren}".encode()).hexdigest()


class Forgotten:
    """The SIRENs that were erased, as a set that answers without holding any."""

    def __init__(self) -> None:
        self._digests: dict[str, set[str]] = {}
        for salt, digest in Erasure.objects.exclude(digest="").values_list("salt", "digest"):
            self._digests.setdefault(salt, set()).add(digest)
        self._knows = lru_cache(maxsize=1024)(self._look)

    def __bool__(self) -> bool:
        return bool(self._digests)

    def __contains__(self, siren: str) -> bool:
        return self._knows(siren)

    def _look(self, siren: str) -> bool:
        return any(_digest(salt, siren) in known for salt, known in self._digests.items())


def path() -> Path:
    """The file that outlives the database: who was erased, by fingerprint."""
    return Path(settings.HOME) / FILE


def write(to: Path | None = None) -> Path:
    """Write the whole list beside the database, or elsewhere; what the file knew already stays in it."""
    target = to or path()
    known = {line["unit"]: line for line in lines(target)}
    for row in Erasure.objects.all():
        known[str(row.unit_key)] = {
            "unit": str(row.unit_key), "digest": row.digest, "salt": row.salt,
            "at": row.at.isoformat(), "reason": row.reason,
        }  # fmt: skip
    _save(target, list(known.values()))
    return target


def _save(target: Path, told: list[dict[str, str]]) -> None:
    """The whole file or none of it; no file when nobody was erased."""
    if not told:
        return
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    part.touch(mode=0o600)
    part.write_text("".join(f"{json.dumps(line)}\n" for line in told), encoding="utf-8")
    part.replace(target)


def lines(source: Path) -> list[dict[str, str]]:
    """The lines of such a file; none when there is no file.

    Raises:
        Invalid: it is not such a file.
    """
    if not source.exists():
        return []
    try:
        found = [json.loads(line) for line in source.read_text(encoding="utf-8").splitlines()]
        return [
            {name: str(line[name]) for name in ("unit", "digest", "salt", "at", "reason")}
            for line in found
        ]
    except (ValueError, KeyError, TypeError, OSError) as fault:
        raise Invalid(
            f"{source} is no list of erasures.", remedy="Give the file that `maillage erase` wrote."
        ) from fault


def learn(source: Path) -> int:
    """Add the lines of a copy of the list to the one beside the database; how many were new there.

    Raises:
        Invalid: there is no such file, or it is not such a list.
    """
    if not source.exists():
        raise Invalid(
            f"{source} is not there.", remedy="Give the list that `maillage erase` wrote."
        )
    known = {line["unit"]: line for line in lines(path())}
    fresh = {line["unit"]: line for line in lines(source) if line["unit"] not in known}
    _save(path(), [*known.values(), *fresh.values()])
    return len(fresh)


def replay() -> int:
    """Erase again whoever the list names and this database still knows; how many were.

    Raises:
        Invalid: the file beside the database is no such list.
    """
    told = lines(path())
    known = {str(key) for key in Erasure.objects.values_list("unit_key", flat=True)}
    missing = [line for line in told if line["unit"] not in known]
    bearers = _bearers({line["salt"] for line in missing if line["digest"]}) if missing else {}
    return sum(_replayed(line, bearers.get(line["digest"])) for line in missing)


@transaction.atomic
def _replayed(line: dict[str, str], bearer: int | None) -> int:
    """One line; a firm that this database never knew is remembered, so that no load brings it."""
    units = LegalUnit.objects.filter(Q(key=line["unit"]) | Q(pk=bearer or 0))
    standing = [unit for unit in units if not unit.is_erased]
    for unit in standing:
        _forget(_subject(unit))
    facts = {name: line[name] for name in ("digest", "salt", "reason")}
    Erasure.objects.create(unit_key=line["unit"], at=datetime.fromisoformat(line["at"]), **facts)
    return len(standing)


def _bearers(salts: set[str]) -> dict[str, int]:
    """Every legal unit by the fingerprints of its SIREN: it may be back under another key."""
    rows = LegalUnit.objects.exclude(siren=None).values_list("pk", "siren").iterator()
    return {_digest(salt, str(siren)): pk for pk, siren in rows for salt in salts}


def asked(options: dict[str, Any]) -> dict[str, Any]:
    """What the command does: erase, unless it is a dry run or whoever sits there does not confirm.

    Raises:
        Invalid, Conflict: as when it is erased, or its name was not typed.
    """
    unit, dry = find(options["legal_unit"]), options["dry_run"]
    asks = sys.stdin.isatty() and not (dry or options["yes"] or options["json"])
    if asks and input(f"Erase {unit} for good? Type its name: ").strip() != str(unit):
        raise Conflict("Its name was not typed.")
    rows = look(unit)
    if not dry:
        rows = erase(unit=unit, reason=options["because"], by=System("erase")).rows
    if options["list_to"]:
        write(options["list_to"])
    return {"legal_unit": str(unit.key), "erased": not dry, "rows": rows}
