"""What an import answers: counts that add up, refused lines, doubts, and what became of the load."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from maillage.register.models import Load
from maillage.register.rejects import Remark

SHOWN = 10_000  # refused lines kept in memory and printed; every one is counted and journalled
KINDS = ("new", "changed", "closed", "moved", "unchanged", "absent", "rejected")

TURNS = ("reopened", "moved_within", "moved_in", "moved_out")
FIELD = "field_"

_LINES = ("read", "outside", "rejected", "told", "unchanged")
FOLLOWED = {"history": (*_LINES, "spells", "periods"), "links": _LINES}
"""The counts of further files: lines read, outside, refused; lives or links told anew or known; rows."""


@dataclass
class Outcome:
    """The answer of one import.

    Of establishments, `read` = outside + refused + new + changed + closed + moved + unchanged; refused
    lines of legal units are counted in `rejected` too. `followed` are those that the files do not tell of and
    whose legal unit changed segments: of changes alone, for a stock tells of every place.
    """

    status: str = "applied"
    counts: Counter[str] = field(default_factory=Counter)
    rejects: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    load: Load | None = None
    vintage: str | None = None
    territory: str = ""
    followed: dict[str, Outcome] = field(default_factory=dict)  # what further files brought

    def remark(self, remark: Remark) -> None:
        """Count a refused or doubtful line, and keep it to be shown."""
        self.counts["warned" if remark.is_warning else "rejected"] += 1
        kept = self.warnings if remark.is_warning else self.rejects
        if len(kept) < SHOWN:
            kept.append(remark)

    def recall(self, load: Load) -> None:
        """Take up what a killed process had counted and refused."""
        self.counts = Counter(load.counts)
        for kept in load.rejects.all()[:SHOWN]:
            remark = Remark(
                kept.file, kept.line, kept.column, kept.code, kept.value, kept.is_warning
            )
            (self.warnings if remark.is_warning else self.rejects).append(remark)

    def as_json(self) -> dict[str, object]:
        """The command's contract: keys are only ever added."""
        return {
            "status": self.status,
            **{kind: self.counts[kind] for kind in KINDS},
            "read": self.counts["read"],
            "outside": self.counts["outside"],
            "units": self.counts["units"],
            "followed": self.counts["followed"],
            **{kind: self.counts[kind] for kind in TURNS},
            "fields": self.fields(),
            "warned": self.counts["warned"],
            "rejects": [remark.as_json() for remark in self.rejects],
            "warnings": [remark.as_json() for remark in self.warnings],
            "notes": self.notes,
            "load": str(self.load.key) if self.load else None,
            "vintage": self.vintage,
            "territory": self.territory,
            **{role: one.briefly(FOLLOWED[role]) for role, one in self.followed.items()},
        }

    def fields(self) -> dict[str, int]:
        """How many establishments change, field by field."""
        found = sorted((name, n) for name, n in self.counts.items() if name.startswith(FIELD))
        return {name.removeprefix(FIELD): n for name, n in found if n}

    def briefly(self, kinds: Iterable[str]) -> dict[str, object]:
        """The same of a further file, by the kinds that its lines turn out to be."""
        return {
            "status": self.status,
            **{kind: self.counts[kind] for kind in kinds},
            "rejects": [remark.as_json() for remark in self.rejects],
            "warnings": [remark.as_json() for remark in self.warnings],
            "notes": self.notes,
            "load": str(self.load.key) if self.load else None,
            "vintage": self.vintage,
        }
