"""From the rows of a text to the document they spell: what is exported, compared, signed and copied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, QuerySet, prefetch_related_objects

from maillage.accounts.models import Organisation
from maillage.conventions.models import (
    Action,
    Axis,
    BudgetLine,
    Convention,
    Deliberation,
    Party,
    Target,
    Version,
)
from maillage.conventions.states import in_force
from maillage.conventions.text.document import (
    ActionText,
    AxisText,
    Basis,
    BudgetText,
    ConventionText,
    DeliberationText,
    OrganisationText,
    Outcome,
    PartyText,
    TargetKind,
    TargetText,
    VersionText,
)
from maillage.conventions.text.naming import OF_ORGANISATIONS


def with_text(versions: QuerySet[Version]) -> QuerySet[Version]:
    """Versions with all their lines, in a number of queries that does not grow with the text."""
    funded = BudgetLine.objects.select_related("funder")
    return versions.prefetch_related(*_agreed(), Prefetch("budget", funded), "actions__partners")


def fetch_agreed(version: Version) -> None:
    """Fetch what a version agreed on, money apart: its parties, votes, axes, actions and promises."""
    prefetch_related_objects([version], *_agreed())


def _agreed() -> list[Prefetch[Any]]:
    """One query for each kind of line, those it names on the same row."""
    return [
        Prefetch("parties", Party.objects.select_related("organisation")),
        Prefetch("deliberations", Deliberation.objects.select_related("organisation")),
        Prefetch("targets", Target.objects.all()),
        Prefetch("axes", Axis.objects.all()),
        Prefetch("actions", Action.objects.select_related("pilot")),
    ]


def text_of(convention: Convention) -> ConventionText:
    """The whole convention as its file holds it."""
    versions = list(with_text(convention.versions.all()).order_by("number"))
    names = names_by_key(versions)
    texts = tuple(version_text(version, names) for version in versions)
    bare = ConventionText(
        slug=convention.slug,
        title=convention.title,
        keeper=str(convention.keeper),
        territory=convention.territory,
        predecessor=convention.predecessor.slug if convention.predecessor else "",
        source=convention.source,
        doubt=convention.doubt,
        versions=texts,
    )
    named = sorted(set(bare.organisations_named()))
    known = {str(organisation): organisation for organisation in Organisation.objects.all()}
    return ConventionText(
        **{f: getattr(bare, f) for f in bare.__slots__ if f != "organisations"},
        organisations=tuple(_organisation(name, known[name]) for name in named),
    )


def _organisation(name: str, organisation: Organisation) -> OrganisationText:
    return OrganisationText(
        short_name=name,
        name=organisation.name,
        kind=organisation.kind,
        siren=organisation.siren,
    )


def names_by_key(versions: Iterable[Version]) -> dict[str, str]:
    """How the organisations named by key in the filters of these texts are called."""
    keys = {
        key
        for version in versions
        for target in version.targets.all()
        for dimension in OF_ORGANISATIONS
        for key in target.filter.get(dimension, ())
    }
    if not keys:
        return {}
    return {str(o.key): str(o) for o in Organisation.objects.filter(key__in=keys)}


def version_text(version: Version, names: Mapping[str, str]) -> VersionText:
    """One version, with the lines it was fetched with."""
    targets = list(version.targets.all())
    actions = list(version.actions.all())
    return VersionText(
        number=version.number,
        signed=version.is_signed,
        signed_on=version.signed_on,
        effective_on=version.effective_on,
        effective_until=version.effective_until,
        amount_cents=version.amount_cents,
        announced_actions=version.announced_actions,
        basis=Basis(version.basis),
        words=version.words,
        source=version.source,
        doubt=version.doubt,
        parties=tuple(PartyText(str(p.organisation), p.share_bp) for p in version.parties.all()),
        deliberations=tuple(_deliberation(d) for d in version.deliberations.all()),
        axes=tuple(_axis(axis, actions, targets, names) for axis in version.axes.all()),
        targets=tuple(
            target_text(t, names) for t in targets if t.axis_id is None and t.action_id is None
        ),
        budget=tuple(
            BudgetText(
                amount_cents=line.amount_cents,
                funder=str(line.funder) if line.funder else "",
                year=line.year,
                source=line.source,
                doubt=line.doubt,
            )
            for line in version.budget.all()
        ),
    )


def _deliberation(vote: Deliberation) -> DeliberationText:
    return DeliberationText(
        organisation=str(vote.organisation),
        decided_on=vote.decided_on,
        number=vote.number,
        reference=vote.reference,
        outcome=Outcome(vote.outcome),
        source=vote.source,
        doubt=vote.doubt,
    )


def _axis(
    axis: Axis, actions: Sequence[Action], targets: Sequence[Target], names: Mapping[str, str]
) -> AxisText:
    return AxisText(
        code=axis.code,
        title=axis.title,
        words=axis.words,
        source=axis.source,
        doubt=axis.doubt,
        actions=tuple(_action(a, targets, names) for a in actions if a.axis_id == axis.pk),
        targets=tuple(target_text(t, names) for t in targets if t.axis_id == axis.pk),
    )


def _action(action: Action, targets: Sequence[Target], names: Mapping[str, str]) -> ActionText:
    return ActionText(
        code=action.code,
        title=action.title,
        key="" if action.key.endswith(f"/{action.code}") else action.key,
        words=action.words,
        pilot=str(action.pilot) if action.pilot else "",
        partners=tuple(sorted(str(p) for p in action.partners.all())),
        starts_on=action.starts_on,
        due_on=action.due_on,
        steps=tuple(action.steps),
        source=action.source,
        doubt=action.doubt,
        targets=tuple(target_text(t, names) for t in targets if t.action_id == action.pk),
    )


def target_text(target: Target, names: Mapping[str, str]) -> TargetText:
    """One promise, organisations of its filter called by their name."""
    filter_: dict[str, Any] = {
        key: [names.get(k, k) for k in value] if key in OF_ORGANISATIONS else value
        for key, value in target.filter.items()
    }
    return TargetText(
        code=target.code,
        kind=TargetKind(target.kind),
        indicator=target.indicator,
        version=target.indicator_version,
        filter=filter_,
        amount=target.amount,
        by_on=target.by_on,
        words=target.words,
        source=target.source,
        doubt=target.doubt,
    )


def version_in_force(convention: Convention, on: date, known: datetime) -> Version | None:
    """The text of a convention in force on a day, as known at an instant."""
    return in_force(convention.versions.signed(), on, known)


def signed_actions(convention: Convention) -> list[Action]:
    """Every action that a signed text knows, in its last wording; those of the last text first.

    Money is charged to what was agreed on its day: an action that an amendment dropped is still offered.
    """
    rows = Action.objects.filter(
        version__convention=convention, version__recorded_at__isnull=False
    ).select_related("version")
    last = {row.key: row for row in sorted(rows, key=lambda row: row.version.number)}
    return sorted(last.values(), key=lambda row: (-row.version.number, row.rank))


def axes_in_force(
    convention: Convention, on: date, known: datetime
) -> list[tuple[Axis, list[str]]]:
    """The axes of the text in force with the permanent keys of their actions."""
    version = version_in_force(convention, on, known)
    if version is None:
        return []
    axes = version.axes.prefetch_related("actions")
    return [(axis, [action.key for action in axis.actions.all()]) for axis in axes]
