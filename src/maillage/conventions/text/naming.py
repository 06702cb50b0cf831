"""A text with its organisations called otherwise: as another instance, or another day, names them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from maillage.conventions.text.document import (
    ActionText,
    AxisText,
    ConventionText,
    TargetText,
    VersionText,
)

Names = Mapping[str, str]
OF_ORGANISATIONS = ("organisations", "counterparts")
"""The dimensions of a filter whose values are organisations."""


def renamed(convention: ConventionText, names: Names) -> ConventionText:
    """The same convention; every organisation of its versions goes by its name in `names`."""
    return replace(convention, versions=tuple(_version(v, names) for v in convention.versions))


def _version(text: VersionText, names: Names) -> VersionText:
    return replace(
        text,
        parties=tuple(replace(p, organisation=names[p.organisation]) for p in text.parties),
        deliberations=tuple(
            replace(vote, organisation=names[vote.organisation]) for vote in text.deliberations
        ),
        budget=tuple(replace(line, funder=names.get(line.funder, "")) for line in text.budget),
        targets=_targets(text.targets, names),
        axes=tuple(_axis(axis, names) for axis in text.axes),
    )


def _axis(axis: AxisText, names: Names) -> AxisText:
    return replace(
        axis,
        targets=_targets(axis.targets, names),
        actions=tuple(_action(action, names) for action in axis.actions),
    )


def _action(action: ActionText, names: Names) -> ActionText:
    return replace(
        action,
        key="" if action.key.endswith(f"/{action.code}") else action.key,
        pilot=names.get(action.pilot, ""),
        partners=tuple(sorted(names[partner] for partner in action.partners)),
        targets=_targets(action.targets, names),
    )


def _targets(targets: tuple[TargetText, ...], names: Names) -> tuple[TargetText, ...]:
    return tuple(
        replace(
            target,
            filter={
                key: [names[n] for n in value] if key in OF_ORGANISATIONS else value
                for key, value in target.filter.items()
            },
        )
        for target in targets
    )
