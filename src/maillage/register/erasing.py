"""Erasing a firm: everything that tells who it is goes, everywhere; what it counts for stays (ADR 0019).

Its rows, its acts and their opaque keys stay, so that no figure changes. A fingerprint of the SIREN is
kept: a later load does not bring the firm back, and a restored backup forgets it again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from maillage.accounts import permissions
from maillage.accounts.actors import Actor, System
from maillage.accounts.naming import Marks
from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.identifiers import digits
from maillage.register import tracing
from maillage.register.models import Erasure, LegalUnit

FILE = "erasures.jsonl"
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure met: rows emptied or removed, by model."""

    unit: UUID
    rows: dict[str, int]


def find(text: str) -> LegalUnit:
    """The firm of this key, SIREN or SIRET.

    Raises:
        Invalid: there is none.
        Conflict: its number is one that was erased.
    """
    number = digits(text)
    if len(number) in {9, 14} and number[:9] in Forgotten():
        raise Conflict(_("This firm is erased already."))
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


@transaction.atomic
def erase(*, unit: LegalUnit, reason: str, by: Actor, at: datetime | None = None) -> Erased:
    """Forget who a firm is, for good.

    Raises:
        NotAllowed: a person asks who does not administer the organisation in charge.
        Invalid: no reason is given.
        Conflict: it was erased already, or a file is being read or applied, which might name it.
    """
    if not permissions.can_erase(by):
        raise NotAllowed(_("Only the organisation in charge of the instance erases a firm."))
    if not reason.strip():
        raise Invalid(_("Say why."), fields={"reason": _("Say why.")})
    held = LegalUnit.objects.select_for_update().get(pk=unit.pk)
    if held.is_erased:
        raise Conflict(_("This firm is erased already."))
    if Load.objects.unfinished().exists():
        raise Conflict(
            _("A file is being read or applied, and may name this firm."),
            remedy=_("Wait until it has ended, or abandon it on the page of loads."),
        )
    firm = tracing.subject(held)
    _note(held, Marks(firm).struck(" ".join(reason.split())), by, at)
    rows = tracing.forget(firm)
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
        reason=reason[:300],
    )


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


def elsewhere() -> Path | None:
    """Its copy on another disk, when the instance was told to keep one."""
    return Path(settings.ERASURES_COPY) if settings.ERASURES_COPY else None


def listed() -> list[dict[str, str]]:
    """Who was erased, by the list beside the database and by its copy.

    Raises:
        Invalid: one of them is no such list.
    """
    copy = elsewhere()
    found = [*lines(path()), *(lines(copy) if copy else ())]
    return list({line["unit"]: line for line in found}.values())


def write() -> None:
    """Write the whole list beside the database and to its copy.

    A copy that cannot be written (its disk is away) is said in the log, and written at the next start.
    """
    write_to(path())
    if copy := elsewhere():
        try:
            write_to(copy)
        except (OSError, Invalid) as fault:
            logger.warning("The copy of the list of erasures was not written: %s", fault)


def write_to(target: Path) -> None:
    """Write the whole list there; what the file knew already stays in it."""
    known = {line["unit"]: line for line in lines(target)}
    for row in Erasure.objects.all():
        known[str(row.unit_key)] = {
            "unit": str(row.unit_key), "digest": row.digest, "salt": row.salt,
            "at": row.at.isoformat(), "reason": row.reason,
        }  # fmt: skip
    _save(target, list(known.values()))


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
        Invalid: the file beside the database, or its copy, is no such list.
    """
    told = listed()
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
        tracing.forget(tracing.subject(unit))
    facts = {name: line[name] for name in ("digest", "salt", "reason")}
    Erasure.objects.create(unit_key=line["unit"], at=datetime.fromisoformat(line["at"]), **facts)
    return len(standing)


def _bearers(salts: set[str]) -> dict[str, int]:
    """Every legal unit by the fingerprints of its SIREN: it may be back under another key."""
    rows = LegalUnit.objects.exclude(siren=None).values_list("pk", "siren").iterator()
    return {_digest(salt, str(siren)): pk for pk, siren in rows for salt in salts}


def asked(
    options: dict[str, Any], *, say: Callable[[str], Any], ask: Callable[[str], str] | None
) -> dict[str, Any]:
    """What the command does: show what would go, have it confirmed, erase.

    Without `--yes` it is confirmed by whoever sits at a terminal (`ask`), who types its number; where nobody
    does, nothing is erased.

    Raises:
        Invalid, Conflict: as when it is erased, or it was not confirmed.
    """
    unit = find(options["legal_unit"])
    rows = tracing.look(unit)
    if not options["dry_run"]:
        for label, count in rows.items() if ask else ():
            say(f"{label}: {count}")
        _confirm(unit, options["yes"], ask)
        rows = erase(unit=unit, reason=options["because"], by=System("erase")).rows
    if options["list_to"]:
        write_to(options["list_to"])
    return {"legal_unit": str(unit.key), "erased": not options["dry_run"], "rows": rows}


def _confirm(unit: LegalUnit, is_sure: bool, ask: Callable[[str], str] | None) -> None:
    if is_sure:
        return
    if ask is None:
        raise Conflict("Nobody confirmed it.", remedy="Give --yes, or --dry-run to look only.")
    word = unit.siren or str(unit)
    if ask(f"Erase {unit} for good? Type {word}: ").strip() != word:
        raise Conflict(f"{word} was not typed.")
