"""The list of activities that a chamber counts as craft: read as typed, and what it would change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from maillage.accounts.models import Organisation
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.register import activities
from maillage.register.models import CraftList, Spell
from maillage.register.segments import CRAFT_PREFIXES

LINES_SHOWN = 20
_CODE = re.compile(r"(\d{2}(?:\.?\d{1,2}[A-Z]?)?)(?=[\s;,:–-]|$)")


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that cannot be taken: its number, what stands there, why, and what to do."""

    line: int
    text: str
    reason: str

    def __str__(self) -> str:
        return _("line %(line)s, “%(text)s”: %(reason)s") % {
            "line": self.line, "text": self.text[:40], "reason": self.reason,
        }  # fmt: skip


def read(text: str) -> tuple[tuple[str, ...], list[Bad]]:
    """The subclasses of NAF rev. 2 that the lines name, in order, and the lines that cannot be taken.

    A line begins with a division (43), a class (10.71) or a subclass (10.71C); what follows the code, such as
    its label, is passed over. Blank lines too.
    """
    every, taken, bad = activities.subclasses(), dict[str, int](), list[Bad]()
    for number, line in enumerate(text.splitlines(), 1):
        if not (told := line.strip()):
            continue
        found = _CODE.match(told.upper())
        codes = _under(found[1], every) if found else []
        if not codes:
            bad.append(Bad(number, told, _wrong(found[1] if found else "")))
        elif again := next((taken[code] for code in codes if code in taken), 0):
            reason = _("already given by line %(line)s: remove one of the two.") % {"line": again}
            bad.append(Bad(number, told, reason))
        else:
            taken.update(dict.fromkeys(codes, number))
    return tuple(sorted(taken)), bad


def _under(code: str, every: Sequence[str]) -> list[str]:
    bare = code.replace(".", "")
    return [one for one in every if one.replace(".", "").startswith(bare)]


def _wrong(code: str) -> str:
    if not code:
        return _("no activity code. Begin the line with one, such as 43 or 10.71C.")
    return _(
        "no code of NAF rev. 2. Write a division (43), a class (10.71) or a subclass (10.71C); codes of the NAF 2025 "
        "are not read yet."
    )


def digest(codes: Sequence[str]) -> str:
    """The same for the same codes: what was previewed is what is published."""
    return sha256(" ".join(codes).encode()).hexdigest()[:16]


def text_of(codes: Iterable[str]) -> str:
    """One line a code, with its label."""
    return "\n".join(f"{code} {activities.label(code)}" for code in codes)


def labelled(codes: Iterable[str]) -> list[tuple[str, str]]:
    """Each code with its label."""
    return [(code, activities.label(code)) for code in codes]


def decree() -> tuple[str, ...]:
    """The list that comes with the product, from which a chamber may start."""
    bare = ((code, code.replace(".", "")) for code in activities.subclasses())
    return tuple(code for code, digits in bare if digits.startswith(CRAFT_PREFIXES))


@dataclass(frozen=True, slots=True)
class Effect:
    """What a list would change, against the one before: codes, and active firms that enter and leave today."""

    before: CraftList | None
    codes: tuple[str, ...]
    added: list[tuple[str, str]]
    removed: list[tuple[str, str]]
    firms: int
    entering: int
    leaving: int

    @property
    def changes(self) -> bool:
        """Whether the codes differ from the version before."""
        return self.before is None or bool(self.added or self.removed)


def last_of(organisation: Organisation) -> CraftList | None:
    """The version in force of a chamber's list."""
    return CraftList.objects.filter(organisation=organisation).order_by("-number").first()


def effect(codes: tuple[str, ...], organisation: Organisation) -> Effect:
    """Compare with the chamber's last version, else with the list that comes with the product."""
    if not activities.subclasses():
        raise Invalid(
            _("The labels of activities are not installed."),
            remedy=_("Ask whoever runs the instance to set it up again."),
        )
    before = last_of(organisation)
    old = set(before.codes if before else decree())
    new = set(codes)
    firms_old, firms_new = _firms(old, new)
    return Effect(
        before, codes, labelled(sorted(new - old)), labelled(sorted(old - new)),
        len(firms_new), len(firms_new - firms_old), len(firms_old - firms_new),
    )  # fmt: skip


def _firms(old: set[str], new: set[str]) -> tuple[set[int], set[int]]:
    """The firms active today in the activities of each list, in one query."""
    today = clock.today()
    rows = Spell.objects.on(today).filter(state="A", establishment__reconciled_to=None)
    firms_old, firms_new = set[int](), set[int]()
    told = rows.filter(activity__in=sorted(old | new)).values_list("legal_unit", "activity")
    for unit, activity in told.distinct().iterator():
        if activity in old:
            firms_old.add(unit)
        if activity in new:
            firms_new.add(unit)
    return firms_old, firms_new
