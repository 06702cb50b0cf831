"""What each package says it keeps, and applying it: a dry run counts, a run empties and removes.

Rules are found in the `retention.py` of each package (`KEPT`, ADR 0019). Applying is idempotent and goes
by small transactions: a run that was killed is simply run again. The ledger has no rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import Q
from django.utils.module_loading import module_has_submodule
from django.utils.text import capfirst
from django.utils.translation import gettext as _, ngettext

from maillage.accounts import permissions
from maillage.accounts.actors import Actor
from maillage.accounts.runs import RetentionRun
from maillage.kernel import clock
from maillage.kernel.errors import NotAllowed
from maillage.kernel.retention import Kept, Rule
from maillage.kernel.text import Words
from maillage.places import fold

BATCH = 500


def declared() -> dict[type[models.Model], Kept]:
    """What every package keeps, by model."""
    found: dict[type[models.Model], Kept] = {}
    for config in apps.get_app_configs():
        if config.name.startswith("maillage.") and module_has_submodule(config.module, "retention"):
            found |= import_module(f"{config.name}.retention").KEPT
    return found


@dataclass(frozen=True, slots=True)
class Due:
    """One rule, and how many rows it meets now."""

    model: type[models.Model]
    rule: Rule
    rows: int

    @property
    def lasting(self) -> str:
        """How long, in words: years when it is some, else days."""
        days = self.rule.after.days
        years, rest = divmod(days, 365)
        if years and not rest:
            return ngettext("%(n)s year", "%(n)s years", years) % {"n": years}
        return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}

    @property
    def told(self) -> dict[str, Any]:
        """The same for a program."""
        days = self.rule.after.days
        return {"rule": self.rule.name, "model": self.model._meta.label, "days": days, "rows": self.rows}  # noqa: SLF001  # fmt: skip


def look(at: datetime | None = None) -> list[Due]:
    """The dry run: what each rule would meet now, nothing being touched."""
    moment = at or clock.now()
    return [Due(model, rule, _rows(model, rule, moment).count()) for model, rule in rules()]


@dataclass(frozen=True, slots=True)
class Told:
    """What is kept of a model, as a page tells it: its name, why, what tells of somebody, its rules."""

    name: str
    why: Words
    personal: list[str]
    due: list[Due]
    is_erased: bool


def told() -> list[Told]:
    """Every model that may tell of somebody or that has a rule, by its name in the reader's language."""
    now = clock.now()
    found = [
        Told(
            name=capfirst(str(model._meta.verbose_name)),  # noqa: SLF001
            why=kept.why,
            personal=[_field(model, name) for name in kept.personal.split()],
            due=[Due(model, rule, _rows(model, rule, now).count()) for rule in kept.rules],
            is_erased=bool(kept.firm or kept.holding),
        )
        for model, kept in declared().items()
        if kept.personal or kept.rules
    ]
    return sorted(found, key=lambda one: fold(one.name))


def _field(model: type[models.Model], name: str) -> str:
    field: Any = model._meta.get_field(name)  # noqa: SLF001
    return str(field.verbose_name)


def met(run: RetentionRun) -> list[tuple[Words, int]]:
    """What a run met, each rule in words; one that exists no more is told by its name."""
    words = {rule.name: rule.words for _model, rule in rules()}
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
    for model, rule in rules():
        if met := _apply(model, rule, run.began_at):
            run.detail[rule.name] = met
            run.save(update_fields=["detail"])
    run.ended_at = clock.now()
    run.save(update_fields=["ended_at"])
    return run


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
        if rule.also:
            rule.also(rows)
        with transaction.atomic():
            if rule.empties is None:
                rows.delete()
            else:
                rows.update(**rule.empties)
        met += len(batch)
    return met
