"""What each package says it keeps, and applying it: a dry run counts, a run empties and removes.

Rules are found in the `retention.py` of each package (`KEPT`, ADR 0019). Applying is idempotent and goes
by small transactions: a run that was killed is simply run again. The ledger has no rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Count, Min, Q
from django.utils.module_loading import module_has_submodule
from django.utils.text import capfirst
from django.utils.translation import gettext as _, ngettext

from maillage.accounts import permissions
from maillage.accounts.actors import Actor
from maillage.accounts.runs import RetentionRun
from maillage.kernel import clock
from maillage.kernel.errors import NotAllowed
from maillage.kernel.retention import Files, Kept, Rule, Whose
from maillage.kernel.text import Words
from maillage.places import fold

BATCH = 500


def declared() -> dict[type[models.Model], Kept]:
    """What every package keeps, by model."""
    found: dict[type[models.Model], Kept] = {}
    for module in _declaring():
        found |= module.KEPT
    return found


def folders() -> list[Files]:
    """The folders whose files tell of somebody, of every package."""
    return [one for module in _declaring() for one in getattr(module, "FILES", ())]


def files_of(one: Files) -> list[Path]:
    """The files of such a folder, those of a process that is writing included."""
    return sorted(p for p in (Path(settings.HOME) / one.folder).rglob("*") if p.is_file())


def _declaring() -> Iterator[ModuleType]:
    for config in apps.get_app_configs():
        if config.name.startswith("maillage.") and module_has_submodule(config.module, "retention"):
            yield import_module(f"{config.name}.retention")


@dataclass(frozen=True, slots=True)
class Due:
    """One rule, how many rows (or files) it meets now, and since when the oldest is there."""

    record: str
    rule: Rule | Files
    rows: int
    oldest: Any = None

    @property
    def is_of_files(self) -> bool:
        """Whether files are counted, not rows."""
        return isinstance(self.rule, Files)

    @property
    def lasting(self) -> str:
        """How long, in words: years when it is some, else days."""
        days = self.rule.after.days
        if not days:
            return _("At once")
        years, rest = divmod(days, 365)
        if years and not rest:
            return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}

    @property
    def told(self) -> dict[str, Any]:
        """The same for a program."""
        return {
            "rule": self.rule.name, "model": self.record, "days": self.rule.after.days,
            "rows": self.rows, "oldest": self.oldest.isoformat() if self.oldest else None,
        }  # fmt: skip


def look(at: datetime | None = None) -> list[Due]:
    """The dry run: what each rule would meet now, nothing being touched."""
    moment = at or clock.now()
    due = [_due(model, rule, moment) for model, rule in rules()]
    return due + [_due_files(one, moment) for one in folders()]


def _due(model: type[models.Model], rule: Rule, now: datetime) -> Due:
    """How many rows, and the oldest where the rule counts from an instant of the row; in one query."""
    asked = {"rows": Count("pk")} | ({"oldest": Min(rule.since)} if rule.since else {})
    return Due(model._meta.label, rule, **_rows(model, rule, now).aggregate(**asked))  # noqa: SLF001


def _due_files(one: Files, now: datetime) -> Due:
    old = _old_files(one, now)
    return Due(one.folder, one, len(old), min(map(_written, old), default=None))


def _old_files(one: Files, now: datetime) -> list[Path]:
    return [path for path in files_of(one) if _written(path) < now - one.after]


def _written(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """What is kept of a model, as a page tells it: its name, why, what tells of somebody, its rules."""

    name: str
    why: Words
    whose: Whose | None
    personal: list[str]
    typed: list[str]
    due: list[Due]
    is_erased: bool


def told() -> list[Told]:
    """Every model or folder that may tell of somebody or has a rule, by its name in the reader's language."""
    now = clock.now()
    found = [
        Told(
            name=capfirst(str(model._meta.verbose_name)),  # noqa: SLF001
            why=kept.why,
            whose=kept.whose,
            personal=[_field(model, name) for name in kept.personal.split()],
            typed=[_field(model, name) for name in kept.typed.split()],
            due=[_due(model, rule, now) for rule in kept.rules],
            is_erased=kept.is_emptied,
        )
        for model, kept in declared().items()
        if kept.personal or kept.typed or kept.rules
    ]
    found += [
        Told(
            capfirst(str(one.name_of)),
            one.why,
            one.whose,
            [],
            [],
            [_due_files(one, now)],
            is_erased=True,
        )
        for one in folders()
    ]
    return sorted(found, key=lambda one: fold(one.name))


def _field(model: type[models.Model], name: str) -> str:
    field: Any = model._meta.get_field(name)  # noqa: SLF001
    return str(field.verbose_name)


def met(run: RetentionRun) -> list[tuple[Words, int]]:
    """What a run met, each rule in words; one that exists no more is told by its name."""
    words = {rule.name: rule.words for _model, rule in rules()}
    words |= {one.name: one.words for one in folders()}
    return [(words.get(name, Words(name, name)), count) for name, count in run.detail.items()]


def rules() -> Iterator[tuple[type[models.Model], Rule]]:
    """Every rule with its model."""
    for model, kept in declared().items():
        for rule in kept.rules:
            yield model, rule


def apply(*, by: Actor) -> RetentionRun:
    """Apply every rule and keep what it met.

    Raises:
        NotAllowed: a person asks who does not administer the organisation in charge.
    """
    if not permissions.can_apply_retention(by):
        raise NotAllowed(_("Only the organisation in charge of the instance applies the rules."))
    run = RetentionRun.objects.create(by=by.person)
    overwrite()
    for model, rule in rules():
        _count(run, rule.name, _apply(model, rule, run.began_at))
    for one in folders():
        _count(run, one.name, _remove(_old_files(one, run.began_at)))
    run.ended_at = clock.now()
    run.save(update_fields=["ended_at"])
    overwrite()
    return run


def overwrite() -> None:
    """From now on, SQLite writes over what is removed or emptied, and leaves none of it in its log.

    PostgreSQL does it by its own VACUUM.
    """
    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA secure_delete = ON")
        transaction.on_commit(_without_log)


def _without_log() -> None:
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _count(run: RetentionRun, name: str, met: int) -> None:
    if met:
        run.detail[name] = met
        run.save(update_fields=["detail"])


def _remove(files: list[Path]) -> int:
    for path in files:
        path.unlink(missing_ok=True)
    return len(files)


def _rows(model: type[models.Model], rule: Rule, now: datetime) -> models.QuerySet[Any]:
    """The rows that a rule meets now; those that it emptied before are met no more."""
    limit = now - rule.after
    rows = model._base_manager.filter(**rule.only)  # noqa: SLF001 -- every row, whoever asks
    if rule.since:
        rows = rows.filter(**{f"{rule.since}__lt": _limit(model, rule.since, limit)})
    if rule.rows:
        rows = rule.rows(rows, limit)
    if rule.empties is not None:
        plain = {k: v for k, v in rule.empties.items() if not hasattr(v, "resolve_expression")}
        rows = rows.exclude(**plain)
    return rows


def _limit(model: type[models.Model], since: str, limit: datetime) -> Any:
    field: Any = None
    for name in since.split("__"):
        field = (field.related_model if field else model)._meta.get_field(name)  # noqa: SLF001
    is_day = isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField)
    return clock.local_day(limit) if is_day else limit


def _apply(model: type[models.Model], rule: Rule, now: datetime) -> int:
    met = 0
    while batch := list(
        _rows(model, rule, now).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        rows = model._base_manager.filter(Q(pk__in=batch))  # noqa: SLF001
        with transaction.atomic():
            if rule.also:
                rule.also(rows)
            if rule.empties is None:
                rows.delete()
            else:
                rows.update(**rule.empties)
        met += len(batch)
    return met
