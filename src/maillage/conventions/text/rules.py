"""What a convention's text must satisfy by itself, whoever wrote it: a file, a page or an amendment."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from django.utils.translation import gettext_lazy as _

from maillage.conventions.text.document import (
    ActionText,
    ConventionText,
    TargetKind,
    TargetText,
    VersionText,
)
from maillage.conventions.text.problems import Path, Problem
from maillage.conventions.text.writing import hundredths

WHOLE = 10_000
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
CODE = re.compile(r"[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)*")
SIREN = re.compile(r"[0-9]{9}")
FILTER_KEYS = {
    "organisations", "schemes", "themes", "territory", "communes", "segments", "action_keys",
    "counterparts",
}  # fmt: skip


def problems_of(convention: ConventionText) -> list[Problem]:
    """Every rule that the text breaks."""
    found = list(_heading(convention))
    for rank, version in enumerate(convention.versions):
        found += version_problems(version, slug=convention.slug, path=("versions", rank))
    found += _order(convention)
    found += _charged(convention)
    return found


def version_problems(version: VersionText, *, slug: str, path: Path = ()) -> list[Problem]:
    """Every rule that one version breaks; what a signature needs is asked of a signed one only."""
    found: list[Problem] = []
    found += _shares(version, path)
    found += _dates(version, path)
    found += _codes(version, slug, path)
    for at, target in targets_of(version, path):
        found += _target(target, version, at)
    if version.signed:
        found += signature_problems(version, path)
    return found


def signature_problems(version: VersionText, path: Path = ()) -> Iterator[Problem]:
    """What is missing for the text to be signed, or held as signed."""
    if version.effective_on is None:
        yield Problem(
            (*path, "effective_on"),
            _("A signed text says from which day it holds."),
            _("Give the day it holds from."),
        )
    if not version.parties:
        yield Problem((*path, "parties"), _("A signed text has parties."), _("Name who signed."))
    if version.signed_on is None and not version.doubt:
        yield Problem(
            (*path, "signed_on"),
            _("The day of signature is not given."),
            _("Give the day, or say in the doubt that the source does not tell it."),
        )


def _heading(convention: ConventionText) -> Iterator[Problem]:
    if not SLUG.fullmatch(convention.slug) or len(convention.slug) > 40:
        yield Problem(
            ("slug",),
            _("“%(slug)s” cannot be a permanent address.") % {"slug": convention.slug},
            _("Use small letters, digits and hyphens, 40 signs at most."),
        )
    if not convention.title.strip():
        yield Problem(("title",), _("The convention has no title."), _("Give it one."))
    yield from _organisations(convention)
    if not convention.versions:
        yield Problem(
            ("versions",), _("The convention has no text."), _("Add a [[versions]] table.")
        )


def _organisations(convention: ConventionText) -> Iterator[Problem]:
    given, path = convention.organisations, ("organisations",)
    yield from _duplicates((o.short_name for o in given), path, _("is described twice"))
    yield from _duplicates((o.siren for o in given if o.siren), path, _("is described twice"))
    for rank, organisation in enumerate(given):
        if organisation.siren and not SIREN.fullmatch(organisation.siren):
            yield Problem(
                (*path, rank, "siren"),
                _("“%(siren)s” is no SIREN.") % {"siren": organisation.siren},
                _("Write its 9 digits, without spaces."),
            )


def _order(convention: ConventionText) -> Iterator[Problem]:
    for rank, version in enumerate(convention.versions):
        path = ("versions", rank)
        if version.number != rank:
            yield Problem(
                (*path, "number"),
                _("Version %(number)s is out of order.") % {"number": version.number},
                _("The original is 0, amendments follow: 1, 2…"),
            )
        if rank == 0:
            continue
        before = convention.versions[rank - 1]
        if version.effective_on and before.effective_on:
            yield from _before(
                before.effective_on,
                version.effective_on,
                (*path, "effective_on"),
                _("An amendment cannot hold from an earlier day than the text it changes."),
            )
        if not before.signed:
            yield Problem(
                path,
                _("Version %(number)s amends a text that is not signed.")
                % {"number": version.number},
                _("Sign version %(before)s first, or edit it.") % {"before": before.number},
            )


def _charged(convention: ConventionText) -> Iterator[Problem]:
    """A promise on money charged to an action of this convention that no version describes."""
    own = f"{convention.slug}/"
    known = {a.key or own + a.code for version in convention.versions for a in version.actions()}
    for rank, version in enumerate(convention.versions):
        for at, target in targets_of(version, ("versions", rank)):
            for key in _texts(target.filter.get("action_keys")):
                if key.startswith(own) and key not in known:
                    yield Problem(
                        (*at, "filter", "action_keys"),
                        _("No version describes the action “%(key)s”.") % {"key": key},
                        _("Known: %(keys)s.") % {"keys": ", ".join(sorted(known)) or "-"},
                    )


def _texts(value: object) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _shares(version: VersionText, path: Path) -> Iterator[Problem]:
    yield from _duplicates(
        (p.organisation for p in version.parties), (*path, "parties"), _("is a party twice")
    )
    shares = [p.share_bp for p in version.parties]
    known = [s for s in shares if s is not None]
    if any(not 0 <= s <= WHOLE for s in known):
        yield Problem((*path, "parties"), _("A share lies between 0 and 100 %."), _("Correct it."))
    elif known and (len(known) < len(shares) or sum(known) != WHOLE):
        yield Problem(
            (*path, "parties"),
            _("The shares of the parties make %(sum)s %%, not 100 %%.")
            % {"sum": hundredths(sum(known))},
            _("Correct the shares, or leave them all blank when the source does not tell them."),
        )


def _dates(version: VersionText, path: Path) -> Iterator[Problem]:
    for deliberation in version.deliberations:
        yield from _before(
            deliberation.decided_on,
            version.signed_on,
            (*path, "signed_on"),
            _("The text was signed before the assembly of %(who)s voted.")
            % {"who": deliberation.organisation},
        )
    yield from _before(
        version.effective_on,
        version.effective_until,
        (*path, "effective_until"),
        _("The text ends before it starts."),
    )
    for axis_rank, axis in enumerate(version.axes):
        for rank, action in enumerate(axis.actions):
            yield from _before(
                action.starts_on,
                action.due_on,
                (*path, "axes", axis_rank, "actions", rank, "due_on"),
                _("Action %(code)s is due before it starts.") % {"code": action.code},
            )


def _before(first: object, then: object, path: Path, reason: object) -> Iterator[Problem]:
    if first is not None and then is not None and then < first:  # type: ignore[operator]
        yield Problem(
            path,
            reason,  # type: ignore[arg-type]
            _("Put the dates in order: %(first)s, then %(then)s.") % {"first": then, "then": first},
        )


def _codes(version: VersionText, slug: str, path: Path) -> Iterator[Problem]:
    twice = _("is used twice in the text")
    yield from _duplicates((a.code for a in version.axes), (*path, "axes"), twice)
    yield from _duplicates((a.code for a in version.actions()), (*path, "axes"), twice)
    yield from _duplicates(
        (a.key or f"{slug}/{a.code}" for a in version.actions()), (*path, "axes"), twice
    )
    yield from _duplicates((t.code for t in version.all_targets()), (*path, "targets"), twice)
    for axis_rank, axis in enumerate(version.axes):
        here = (*path, "axes", axis_rank)
        yield from _code(axis.code, (*here, "code"))
        for rank, action in enumerate(axis.actions):
            yield from _action(action, slug, (*here, "actions", rank))


def _action(action: ActionText, slug: str, path: Path) -> Iterator[Problem]:
    yield from _code(action.code, (*path, "code"))
    of, _sep, code = action.key.partition("/")
    if action.key and (of != slug or not CODE.fullmatch(code)):
        yield Problem(
            (*path, "key"),
            _("“%(key)s” cannot be the permanent key of an action here.") % {"key": action.key},
            _("It is “%(slug)s/” then a code.") % {"slug": slug},
        )
    if not action.title.strip():
        yield Problem((*path, "title"), _("The action has no title."), _("Give it one."))


def _code(code: str, path: Path) -> Iterator[Problem]:
    if not CODE.fullmatch(code) or len(code) > 19:
        yield Problem(
            path,
            _("“%(code)s” cannot be a code.") % {"code": code},
            _("Use letters, digits, full stops and hyphens, 19 signs at most."),
        )


def targets_of(version: VersionText, path: Path) -> Iterator[tuple[Path, TargetText]]:
    """Every promise of a version with its place in the text."""

    def of(targets: Iterable[TargetText], at: Path) -> Iterator[tuple[Path, TargetText]]:
        yield from (((*at, "targets", rank), target) for rank, target in enumerate(targets))

    yield from of(version.targets, path)
    for axis_rank, axis in enumerate(version.axes):
        here = (*path, "axes", axis_rank)
        yield from of(axis.targets, here)
        for rank, action in enumerate(axis.actions):
            yield from of(action.targets, (*here, "actions", rank))


def _target(target: TargetText, version: VersionText, path: Path) -> Iterator[Problem]:
    yield from _code(target.code, (*path, "code"))
    watched = target.kind is TargetKind.MONITOR
    if watched != (target.amount is None):
        yield Problem(
            (*path, "amount"),
            _("A figure that is only watched has no amount.")
            if watched
            else _("A floor or a target says how much."),
            _("Remove “amount”.") if watched else _("Give “amount” in the indicator's unit."),
        )
    if target.amount is not None and target.amount <= 0:
        yield Problem((*path, "amount"), _("The amount promised is above zero."), _("Correct it."))
    yield from _before(
        version.effective_on, target.by_on, (*path, "by_on"), _("Due before the text holds.")
    )
    yield from _filter(target, path)


def _filter(target: TargetText, path: Path) -> Iterator[Problem]:
    checks: dict[str, Callable[[object], bool]] = {
        "territory": _is_text,
        "segments": lambda v: type(v) is int and 0 <= v < 2**62,
    }
    for key, value in target.filter.items():
        if key not in FILTER_KEYS:
            reason = _("“%(key)s” is not a dimension that a target can filter by.")
        elif not checks.get(key, _is_texts)(value):
            reason = _("“%(key)s” does not have the right form.")
        else:
            continue
        yield Problem(
            (*path, "filter", key),
            reason % {"key": key},
            _("Known: %(keys)s.") % {"keys": ", ".join(sorted(FILTER_KEYS))},
        )


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(map(_is_text, value))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and "\x00" not in value


def _duplicates(words: Iterable[str], path: Path, what: object) -> Iterator[Problem]:
    for word, count in Counter(words).items():
        if count > 1:
            yield Problem(path, f"“{word}” {what}.", _("Give each its own."))
