"""Verifying: any edit, deletion, insertion or reordering of acts is found, and where.

The chain itself shows what was touched inside it. Its end shows nothing of the kind: whoever can
write the database can cut the last acts with the head, or compute a whole chain anew. So the vector of
heads (keeper, number of acts, hash of the last) is written outside the database, and handed in here:
an older vector must still be found in the chains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from django.db import OperationalError, connection

from maillage.accounts import append_only
from maillage.accounts.models import Organisation
from maillage.kernel import clock
from maillage.ledger import canonical, reading, sealing
from maillage.ledger.models import Head, Verification
from maillage.ledger.witness import Witness

KEPT = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a chain is not what was recorded.

    `what` is one of: `missing` (an act is gone before this one), `unlinked` (this act does not follow
    the one before: inserted or moved), `edited` (its content is not what was sealed), `unreadable`,
    `disordered` (known before the act it follows), `cut` (the end of the chain is gone), `unheaded`
    (acts after the head), `recomputed` (the chain is not the one that the witness saw), `unwitnessed` (a record whose content the
    act sealed, such as a publication, is no longer the one that was recorded, or is gone).
    """

    keeper: str
    seq: int
    key: str
    what: str


@dataclass(slots=True)
class Verdict:
    """What verifying found: how much was read, whether the table is sealed, each broken chain."""

    acts: int = 0
    chains: int = 0
    sealed: bool = True
    broken: list[Break] = field(default_factory=list)

    @property
    def is_valid(self) -> bool:
        """Nothing was touched, and the database still refuses that anything be."""
        return self.sealed and not self.broken


Check = Callable[[], Iterable[Break]]
_also: list[Check] = []


def also_verify(check: Check) -> None:
    """Add a check of records whose content their act sealed: a package above knows how to read them."""
    if check not in _also:
        _also.append(check)


def verify(heads: Iterable[Witness] | None = None) -> Verdict:
    """Read every chain again from its first act, and the seal; `heads` is an earlier vector of heads.

    Writers are not held up: a chain may grow meanwhile, what is read of it must hold.
    """
    verdict = Verdict()
    try:
        sealing.assert_sealed()
        append_only.assert_protected()
    except (sealing.SealBroken, append_only.Unprotected):
        verdict.sealed = False
    seen: dict[str, dict[int, str]] = {}
    for witness in heads or ():
        seen.setdefault(UUID(witness.keeper).hex, {})[witness.seq] = witness.hash
    for keeper, key in _keepers():
        _Chain(keeper, key, seen.pop(key.hex, {}), verdict).walk()
        verdict.chains += 1
    for gone, marks in seen.items():
        verdict.broken.append(Break(str(UUID(gone)), max(marks), "", "cut"))
    for also in _also:
        verdict.broken.extend(also())
    return verdict


def note(verdict: Verdict) -> Verification:
    """Keep what was found, for whoever watches; a month of them is enough."""
    Verification.objects.filter(at__lt=clock.real_now() - KEPT).delete()
    return Verification.objects.create(
        acts=verdict.acts, chains=verdict.chains, valid=verdict.is_valid
    )


def _keepers() -> list[tuple[int, UUID]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT keeper_id FROM ledger_head UNION SELECT keeper_id FROM ledger_act")
        ids = [row[0] for row in cursor.fetchall()]
    found = Organisation.objects.filter(pk__in=ids).order_by("key")
    return list(found.values_list("pk", "key"))


class _Chain:
    """One walk along a chain, up to its first break."""

    def __init__(self, keeper: int, key: UUID, marks: Mapping[int, str], verdict: Verdict) -> None:
        self.keeper, self.key, self.marks, self.verdict = keeper, key, marks, verdict
        self.seq, self.hash, self.recorded_at, self.act = 0, canonical.GENESIS, "", ""

    def walk(self) -> None:
        """Stretch by stretch until nothing follows; then the head must be the last act read.

        The head is read before the stretch it must agree with: what it names was committed with it,
        so it is there to be read, unless it was cut.
        """
        while True:
            head = Head.objects.filter(pk=self.keeper).first() or Head(hash=canonical.GENESIS)
            before = self.seq
            if not self._read():
                return
            if self.seq == before:
                break
        self._end(head)

    def _read(self) -> bool:
        """Follow the chain for a stretch; False at a break."""
        try:
            for stored in reading.stretch(self.keeper, self.seq):
                if what := self._fault(stored):
                    self._break(stored.seq, stored.key, what)
                    return False
                self._advance(stored)
        except OperationalError as error:
            if "decode" not in str(error):  # bytes that are no text, written around the product
                raise
            self._break(self.seq + 1, "", "unreadable")
            return False
        return True

    def _fault(self, stored: reading.Stored) -> str:
        if stored.seq != self.seq + 1:
            return "missing"
        if stored.prev_hash != self.hash:
            return "unlinked"
        try:
            hash_ = canonical.digest(stored.values)
        except (TypeError, ValueError):
            return "unreadable"
        if hash_ != stored.hash:
            return "edited"
        if stored.recorded_at < self.recorded_at:
            return "disordered"
        return "" if self.marks.get(stored.seq, hash_) == hash_ else "recomputed"

    def _advance(self, stored: reading.Stored) -> None:
        self.seq, self.hash = stored.seq, stored.hash
        self.recorded_at, self.act = stored.recorded_at, stored.key
        self.verdict.acts += 1

    def _end(self, head: Head) -> None:
        if max(head.seq, *self.marks, 0) > self.seq:
            self._break(self.seq, self.act, "cut")
        elif head.seq < self.seq:
            self._break(head.seq + 1, "", "unheaded")
        elif head.hash != self.hash:
            self._break(self.seq, self.act, "recomputed")

    def _break(self, seq: int, act: str, what: str) -> None:
        key = str(UUID(act)) if len(act) == 32 else act
        self.verdict.broken.append(Break(str(self.key), seq, key, what))


def close() -> None:
    """Seal again whatever stood open."""
    sealing.seal()
    append_only.protect(connection)


def tell(verdict: Verdict) -> str:
    """The verdict in words, for a terminal."""
    lines = [f"{verdict.acts} acts read in {verdict.chains} chains."]
    if not verdict.sealed:
        lines.append("What is written once was not sealed; it is now. Find out what opened it.")
    lines += [f"BROKEN {b.what}: keeper {b.keeper}, act {b.seq} {b.key}" for b in verdict.broken]
    if verdict.is_valid:
        lines.append("Nothing was edited, removed, inserted or moved.")
    return "\n".join(lines)
