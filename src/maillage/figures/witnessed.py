"""What was published stands in the chain: its digest is sealed by the act that published it.

A publication edited around the product, removed, or slipped in without its act is found when the
ledger is verified, like an act that was touched.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from maillage import ledger
from maillage.figures.acts import PERIOD_PUBLISHED, SOURCE_PUBLICATION
from maillage.kernel import clock
from maillage.ledger import canonical

PLACE = ("indicator", "area_kind", "area", "segment", "activity", "period")

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor
    from maillage.figures.models import Publication, PublishedFigure


def digest(publication: Publication, figures: Sequence[PublishedFigure]) -> str:
    """SHA-256 of what everybody may read of a publication, and of nothing else: it is printed.

    Over whole values it would betray them: a masked cell holds one of few small numbers, and whoever
    tries them all would see which one gives the digest.
    """
    content: list[Any] = [
        publication.subject,
        str(publication.period_start),
        str(publication.period_end),
        canonical.instant(publication.published_at),
        publication.heads,
        str(publication.revises.key) if publication.revises else None,
        [[f.reference, f.filter, f.by, f.unit, f.public] for f in figures],
    ]
    if publication.vintage:
        content.append(_observed(publication))
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _observed(publication: Publication) -> str:
    """SHA-256 of what everybody may read of the observations that a publication makes public."""
    whole = hashlib.sha256()
    for row in publication.observed().published().order_by(*PLACE).iterator():
        whole.update(json.dumps(list(row.values()), ensure_ascii=False).encode())
    vintage, territory = publication.vintage, publication.subject.partition(":")[2]
    ranks = [one for one in vintage.ranks if one["area"] == territory]  # type: ignore[union-attr]
    findings = [ranks, vintage.lacking.get(territory)]  # type: ignore[union-attr]
    whole.update(json.dumps(findings, sort_keys=True, ensure_ascii=False).encode())
    return whole.hexdigest()


def witness(publication: Publication, by: Actor) -> None:
    """Record that a period was published: the key and the digest enter the chain of its publisher."""
    ledger.record(
        PERIOD_PUBLISHED,
        by=by,
        keeper=publication.organisation,
        occurred_on=clock.today(),
        source=(SOURCE_PUBLICATION, publication.key),
        once=_sealed(publication),
    )


def _sealed(publication: Publication) -> str:
    """What the act keeps of a publication: its digest, and enough of its key to be its own."""
    return f"{publication.digest}:{publication.key.hex[-12:]}"


def altered() -> Iterator[ledger.Break]:
    """The publications that are no longer what their act sealed."""
    from maillage.figures.models import Publication

    acts = ledger.Act.objects.unscoped(reason="verifying reads every publication's act")
    sealed = {
        act.source_key: act
        for act in acts.filter(kind=PERIOD_PUBLISHED.name).select_related("keeper").order_by("id")
    }
    every = Publication.objects.select_related("revises", "organisation", "vintage").order_by("id")
    for publication in every.prefetch_related("figures"):
        act = sealed.pop(str(publication.key), None)
        figures = sorted(publication.figures.all(), key=lambda figure: figure.rank)
        if act is None:
            yield _broken(str(publication.organisation.key), 0, str(publication.key))
        elif act.once != _sealed(publication) or digest(publication, figures) != publication.digest:
            yield _broken(str(act.keeper.key), act.seq, str(act.key))
    for act in sealed.values():
        yield _broken(str(act.keeper.key), act.seq, str(act.key))


def _broken(keeper: str, seq: int, key: str) -> ledger.Break:
    return ledger.Break(keeper, seq, key, "unwitnessed")


def lines(keys: Sequence[str], _actor: Actor) -> Mapping[str, ledger.Line]:
    """A publication is public: everybody reads of what, and over which days."""
    from maillage.figures.models import Publication

    return {
        str(made.key): ledger.Line(
            title=f"{made.subject} {made.period_start}..{made.period_end}", detail=made.digest
        )
        for made in Publication.objects.filter(key__in=keys)
    }
