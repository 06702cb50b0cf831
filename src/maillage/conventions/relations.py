"""What figures read from conventions: the actions, promises and budget of the texts in force.

A text is in force at the end of the period when it was signed, known at the as-of, and has taken effect;
of several, the last (ADR 0010). Amendments take effect in their order, so the last one is the greatest.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ibis.expr.types as ir
from django.db.models import F
from django.urls import reverse

from maillage.accounts.actors import Actor
from maillage.conventions.acts import ACTION_COMPLETED, ACTION_TURNS
from maillage.conventions.models import Action, BudgetLine, Convention, Target, Version
from maillage.figures import Name, Parameters, Relation, name_units, relate, standing_acts, table
from maillage.kernel.text import Words


def _texts_in_force(p: Parameters) -> ir.Table:
    versions, conventions = table(Version), table(Convention)
    known = versions.filter(
        versions.recorded_at.notnull(),
        versions.recorded_at <= p.text("as_of"),
        versions.effective_on <= p.text("end"),
    )
    last = known.group_by("convention_id").aggregate(last=known.number.max())
    held = known.join(
        last, [known.convention_id == last.convention_id, known.number == last["last"]]
    )
    named = held.join(conventions, held.convention_id == conventions.id)
    return named.select(
        text=held.id,
        effective_on=held.effective_on,
        scheme="convention:" + conventions.slug,
        organisation_id=conventions.keeper_id,
    )


def _actions(p: Parameters) -> ir.Table:
    texts, actions = _texts_in_force(p), table(Action)
    acts = standing_acts(p)
    turns = acts.filter(
        acts.kind.isin([kind.name for kind in ACTION_TURNS]), acts.occurred_on <= p.text("end")
    ).select("id", "action_key", "occurred_on", "kind")
    later = turns.view()
    overtaken = (later.occurred_on > turns.occurred_on) | (
        (later.occurred_on == turns.occurred_on) & (later.id > turns.id)
    )
    last = turns.anti_join(later, [turns.action_key == later.action_key, overtaken])
    completed = last.filter(last.kind == ACTION_COMPLETED.name).select("action_key")
    rows = actions.join(texts, actions.version_id == texts.text).select(
        action_row=actions.id,
        action_key=actions.key,
        day=actions.due_on.coalesce(texts.effective_on),
        overdue=actions.due_on.notnull() & (actions.due_on < p.text("end")),
        scheme=texts.scheme,
        organisation_id=texts.organisation_id,
    )
    return rows.mutate(completed=rows.action_key.isin(completed.action_key))


def _targets(p: Parameters) -> ir.Table:
    texts, targets = _texts_in_force(p), table(Target)
    return targets.join(texts, targets.version_id == texts.text).select(
        target_row=targets.id,
        kind=targets.kind,
        day=targets.by_on.coalesce(texts.effective_on),
        scheme=texts.scheme,
        organisation_id=texts.organisation_id,
    )


def _budget(p: Parameters) -> ir.Table:
    texts, lines = _texts_in_force(p), table(BudgetLine)
    return lines.join(texts, lines.version_id == texts.text).select(
        budget_row=lines.id,
        counterpart_id=lines.funder_id,
        amount_cents=lines.amount_cents,
        day=texts.effective_on,
        scheme=texts.scheme,
        organisation_id=texts.organisation_id,
    )


ACTIONS = relate(
    Relation(
        name="actions",
        version=1,
        words=Words(
            fr="Les actions des textes en vigueur le dernier jour lu, avec ce que leurs actes en disent.",
            en="The actions of the texts in force on the last day read, with what their acts say.",
        ),
        build=_actions,
        stock=True,
        order="day",
        identity="action_row",
    )
)
TARGETS = relate(
    Relation(
        name="targets",
        version=1,
        words=Words(
            fr="Les engagements chiffrés des textes en vigueur le dernier jour lu.",
            en="The promises of the texts in force on the last day read.",
        ),
        build=_targets,
        stock=True,
        order="day",
        identity="target_row",
    )
)
BUDGET = relate(
    Relation(
        name="budget",
        version=1,
        words=Words(
            fr="Les lignes de budget des textes en vigueur le dernier jour lu.",
            en="The budget lines of the texts in force on the last day read.",
        ),
        build=_budget,
        stock=True,
        order="day",
        identity="budget_row",
    )
)


def _name_actions(ids: Iterable[Any], _actor: Actor) -> dict[Any, Name]:
    rows = Action.objects.filter(pk__in=list(ids)).annotate(slug=F("version__convention__slug"))
    return {
        action.pk: Name(
            action.key,
            str(action),
            reverse("conventions:action", args=[action.slug, action.key.partition("/")[2]]),
        )
        for action in rows
    }


def _name_targets(ids: Iterable[Any], _actor: Actor) -> dict[Any, Name]:
    rows = Target.objects.filter(pk__in=list(ids)).annotate(slug=F("version__convention__slug"))
    return {
        target.pk: Name(
            f"{target.slug}#{target.code}",
            target.words or target.indicator,
            reverse("conventions:text", args=[target.slug]) + f"#{target.code}",
        )
        for target in rows
    }


def _name_budget(ids: Iterable[Any], _actor: Actor) -> dict[Any, Name]:
    lines = BudgetLine.objects.filter(pk__in=list(ids)).select_related("funder")
    rows = lines.annotate(slug=F("version__convention__slug"))
    return {
        line.pk: Name(
            f"{line.slug}#{line.rank}",
            " ".join(filter(None, [str(line.funder or ""), str(line.year or "")])),
            reverse("conventions:text", args=[line.slug]) + "#budget",
        )
        for line in rows
    }


name_units("action_row", _name_actions)
name_units("target_row", _name_targets)
name_units("budget_row", _name_budget)
