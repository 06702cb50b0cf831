"""From a document to the rows of a draft: the one way by which a text enters, from a file or a copy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

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
from maillage.conventions.text.document import ActionText, AxisText, TargetText, VersionText
from maillage.conventions.text.naming import OF_ORGANISATIONS

Organisations = Mapping[str, Organisation]


def write_draft(convention: Convention, text: VersionText, organisations: Organisations) -> Version:
    """A new draft with these lines."""
    version = Version.objects.create(convention=convention, number=text.number, **_head(text))
    write_lines(version, text, organisations, convention.slug)
    return version


def rewrite_draft(version: Version, text: VersionText, organisations: Organisations) -> None:
    """The same draft, its head and all its lines replaced."""
    for name, value in _head(text).items():
        setattr(version, name, value)
    version.edition += 1
    version.save()
    for lines in (Target, Action, Axis, BudgetLine, Deliberation, Party):
        lines.objects.filter(version=version).delete()
    write_lines(version, text, organisations, version.convention.slug)


def _head(text: VersionText) -> dict[str, Any]:
    return {
        "signed_on": text.signed_on,
        "effective_on": text.effective_on,
        "effective_until": text.effective_until,
        "amount_cents": text.amount_cents,
        "announced_actions": text.announced_actions,
        "basis": text.basis,
        "words": text.words,
        "source": text.source,
        "doubt": text.doubt,
    }


def write_lines(
    version: Version, text: VersionText, organisations: Organisations, slug: str
) -> None:
    """The lines of a text under a draft."""
    _write_agreement(version, text, organisations)
    _write_targets(version, text.targets, organisations)
    rank = 0
    for axis_rank, axis_text in enumerate(text.axes):
        axis = _write_axis(version, axis_text, axis_rank)
        _write_targets(version, axis_text.targets, organisations, axis=axis)
        for action_text in axis_text.actions:
            _write_action(axis, action_text, rank, organisations, slug)
            rank += 1


def _write_agreement(version: Version, text: VersionText, organisations: Organisations) -> None:
    Party.objects.bulk_create(
        Party(
            version=version,
            rank=rank,
            organisation=organisations[party.organisation],
            share_bp=party.share_bp,
        )
        for rank, party in enumerate(text.parties)
    )
    Deliberation.objects.bulk_create(
        Deliberation(
            version=version,
            rank=rank,
            organisation=organisations[vote.organisation],
            decided_on=vote.decided_on,
            number=vote.number,
            reference=vote.reference,
            outcome=vote.outcome,
            source=vote.source,
            doubt=vote.doubt,
        )
        for rank, vote in enumerate(text.deliberations)
    )
    BudgetLine.objects.bulk_create(
        BudgetLine(
            version=version,
            rank=rank,
            funder=organisations[line.funder] if line.funder else None,
            year=line.year,
            amount_cents=line.amount_cents,
            source=line.source,
            doubt=line.doubt,
        )
        for rank, line in enumerate(text.budget)
    )


def _write_action(
    axis: Axis, text: ActionText, rank: int, organisations: Organisations, slug: str
) -> None:
    action = Action.objects.create(
        version=axis.version,
        axis=axis,
        rank=rank,
        key=text.key or f"{slug}/{text.code}",
        code=text.code,
        title=text.title,
        words=text.words,
        pilot=organisations[text.pilot] if text.pilot else None,
        starts_on=text.starts_on,
        due_on=text.due_on,
        steps=list(text.steps),
        source=text.source,
        doubt=text.doubt,
    )
    if text.partners:
        action.partners.set(organisations[partner] for partner in text.partners)
    _write_targets(axis.version, text.targets, organisations, action=action)


def _write_axis(version: Version, text: AxisText, rank: int) -> Axis:
    return Axis.objects.create(
        version=version,
        rank=rank,
        code=text.code,
        title=text.title,
        words=text.words,
        source=text.source,
        doubt=text.doubt,
    )


def _write_targets(
    version: Version,
    targets: Iterable[TargetText],
    organisations: Organisations,
    **place: Any,
) -> None:
    Target.objects.bulk_create(
        Target(
            version=version,
            rank=rank,
            code=target.code,
            kind=target.kind,
            indicator=target.indicator,
            indicator_version=target.version,
            filter=_by_key(target.filter, organisations),
            amount=target.amount,
            by_on=target.by_on,
            words=target.words,
            source=target.source,
            doubt=target.doubt,
            **place,
        )
        for rank, target in enumerate(targets)
    )


def _by_key(filter_: Mapping[str, Any], organisations: Organisations) -> dict[str, Any]:
    return {
        key: [str(organisations[name].key) for name in value] if key in OF_ORGANISATIONS else value
        for key, value in filter_.items()
    }
