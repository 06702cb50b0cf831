"""An answer as data: the same keys on the terminal, in JSON and in exports."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from maillage import figures
from maillage.accounts.actors import Actor
from maillage.figures import Answer, Behind, Definition, Difference, Rate, Record
from maillage.figures.models import Publication
from maillage.kernel.clock import PARIS


def instant(at: datetime) -> str:
    """An instant as people of the territory read it, with its zone."""
    return at.astimezone(PARIS).isoformat()


def told(answer: Answer) -> dict[str, Any]:
    """A figure under its permanent keys; money is whole cents, a rate a fraction of 1, null is n/a."""
    tells: dict[str, Any] = {
        "code": answer.definition.code,
        "alias": answer.definition.alias,
        "version": answer.definition.version,
        "value": answer.value,
        "unit": answer.definition.unit,
        "numerator": answer.numerator,
        "denominator": answer.denominator,
        "n": _units(answer),
        "as_of": instant(answer.as_of),
        "data_as_of": answer.data_as_of.isoformat() if answer.data_as_of else None,
        "note": str(answer.note) if answer.note else None,
        "records": None,
    }
    if answer.censored is not None:
        tells["censored"] = answer.censored
    if answer.question.by:
        tells["groups"] = [
            {"key": g.key, "label": g.label, "value": g.value, "n": g.n, "masked": g.masked}
            for g in answer.groups
        ]
        tells["overlap"] = answer.overlap
    return tells


def _units(answer: Answer) -> int | None:
    """How many units stand behind a figure: for a rate, those of both lists taken once.

    A numerator taken from its denominator adds none; two lists apart are counted when they are opened.
    """
    rate = answer.definition
    if not isinstance(rate, Rate):
        return answer.n
    taken_from = rate.numerator.subset_of == rate.denominator.code and not rate.denominator.measure
    same_filter = rate.numerator_takes == rate.denominator_takes
    return answer.denominator if taken_from and same_filter else None


def told_record(record: Record) -> dict[str, Any]:
    """A counted unit with the acts that made it count; of a masked act, kind, keeper and month."""
    return {"unit": record.unit, "acts": [_told_act(act) for act in record.acts]}


def _told_act(act: Behind) -> dict[str, Any]:
    if act.is_masked:
        return {"kind": act.kind, "keeper": act.entry.keeper, "month": act.entry.month}
    day = act.occurred_on.isoformat() if act.occurred_on else None
    return {"id": act.key, "kind": act.kind, "occurred_on": day, "source": act.source}


def with_records(answer: Answer, actor: Actor) -> dict[str, Any]:
    """A figure with every unit it counts; for a rate the union of both lists, whose length is `n`."""
    found = [told_record(r) for r in figures.every_record(answer.question, actor, at=answer.as_of)]
    tells = told(answer) | {"records": found}
    if isinstance(answer.definition, Rate):
        tells["n"] = len(found)
    return tells


def with_count(answer: Answer, actor: Actor) -> dict[str, Any]:
    """A figure with the number of its units, which for a rate of two lists apart takes opening both."""
    tells = told(answer)
    if tells["n"] is None and answer.denominator is not None:
        opened = figures.every_record(answer.question, actor, at=answer.as_of)
        tells["n"] = sum(1 for _ in opened)
    return tells


def told_definition(definition: Definition) -> dict[str, Any]:
    """What an indicator means: words in both languages, unit, key, date, secrecy, dimensions."""
    tells: dict[str, Any] = {
        "code": definition.code,
        "alias": definition.alias,
        "version": definition.version,
        "owner": definition.owner,
        "label": {"fr": definition.label.fr, "en": definition.label.en},
        "definition": {"fr": definition.words.fr, "en": definition.words.en},
        "unit": definition.unit,
        "dimensions": list(definition.dimensions),
        "disclosure": definition.disclosure,
    }
    if isinstance(definition, Rate):
        tells |= {
            "numerator": definition.numerator.reference,
            "denominator": definition.denominator.reference,
        }
    else:
        tells |= {"key": definition.key, "date": definition.date, "relation": definition.relation}
    return tells


def told_differences(differences: Iterable[Difference]) -> list[dict[str, Any]]:
    """«Published 483, today 481»: each figure with the acts recorded since that it is touched by."""
    return [
        {
            "code": difference.today.definition.code,
            "version": difference.today.definition.version,
            "by": difference.published.by,
            "published": difference.published.value,
            "today": difference.today.value,
            "delta": difference.delta,
            "acts": [
                {"id": str(c.entry.key or ""), "kind": c.kind, "reversal": c.is_reversal}
                for c in difference.acts
            ],
        }
        for difference in differences
    ]


def told_publication(publication: Publication) -> dict[str, Any]:
    """A publication with every figure it froze, whole, and the heads of the chains."""
    return {
        "key": str(publication.key),
        "subject": publication.subject,
        "period": f"{publication.period_start}..{publication.period_end}",
        "published_at": instant(publication.published_at),
        "digest": publication.digest,
        "heads": publication.heads,
        "figures": [
            {
                "reference": figure.reference,
                "by": figure.by,
                "value": figure.value,
                "unit": figure.unit,
                "public": figure.public,
            }
            for figure in publication.figures.order_by("rank")
        ],
    }
