"""What each released version means, as a digest: a silent edit fails the build.

Conventions and publications pin `code@version`, so a version once released keeps its meaning for good:
its words, its rule over the columns of its relation, what it counts, sums and dates by, its secrecy.
`released.toml` keeps the digest of each; `maillage figures --release` adds what is missing from it and
never rewrites a line. A changed meaning takes a new version. An edit that leaves the meaning as it was
(a typing slip, a faster form of the same relation) is admitted by removing its line, releasing again,
and letting the review see that line change.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Mapping
from pathlib import Path

from maillage.figures.definitions import REGISTRY, Definition, Indicator, Median
from maillage.figures.engine.plan import expression_of, expression_of_relation
from maillage.figures.relations import RELATIONS, Relation
from maillage.kernel.errors import Conflict
from maillage.kernel.text import Words

FILE = Path(__file__).with_name("released.toml")
TESTS = "tests"  # the owner of the definitions that only tests know

Digests = dict[str, str]


def digest(definition: Definition) -> str:
    """What makes a version of an indicator what it is, in 16 hexadecimal digits.

    That of a rate comes from both its sides and from the filter dimensions each of them receives.
    """
    said: dict[str, object] = {
        "reference": definition.reference,
        "unit": definition.unit,
        "disclosure": definition.disclosure,
        "words": [_words(w) for w in (definition.label, definition.words, definition.null_rule)],
    }
    return _hashed(said | dict(_counted(definition) if isinstance(definition, Indicator) else {
        "sides": [digest(definition.numerator), digest(definition.denominator)],
        "takes": [definition.numerator_takes, definition.denominator_takes],
    }))  # fmt: skip


def _counted(indicator: Indicator) -> Mapping[str, object]:
    relation = RELATIONS[indicator.relation]
    beside = indicator.censored if isinstance(indicator, Median) else None
    return {
        "expression": expression_of(indicator),
        "relation": _named(relation),
        "counts": [indicator.key, indicator.measure, indicator.date],
        **({"takes": "median"} if isinstance(indicator, Median) else {}),
        **({"censored": digest(beside)} if beside else {}),
    }


def digest_of_relation(relation: Relation) -> str:
    """What makes a version of a relation what it is: its words and what it reads."""
    expression = expression_of_relation(relation.name)
    return _hashed({"words": _words(relation.words), "expression": expression})


def _named(relation: Relation) -> str:
    return f"{relation.name}@{relation.version}"


def _words(words: Words) -> list[str]:
    return [words.fr, words.en]


def _hashed(said: object) -> str:
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def declared() -> dict[str, Digests]:
    """The digest of every version in the code, indicators and the relations they are read from."""
    definitions = [d for d in REGISTRY.all() if d.owner != TESTS]
    used = {d.relation for d in definitions if isinstance(d, Indicator)}
    return {
        "relations": {_named(RELATIONS[n]): digest_of_relation(RELATIONS[n]) for n in sorted(used)},
        "indicators": {d.reference: digest(d) for d in definitions},
    }


def released(file: Path = FILE) -> dict[str, Digests]:
    """The digest of every released version, as committed."""
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def edited(file: Path = FILE) -> list[str]:
    """The released versions that no longer mean what they meant, or left the code."""
    kept, now = released(file), declared()
    return [
        reference
        for part, digests in kept.items()
        for reference, known in digests.items()
        if now.get(part, {}).get(reference) != known
    ]


def missing(file: Path = FILE) -> list[str]:
    """The versions in the code that were never released."""
    kept = released(file)
    return [
        r for part, digests in declared().items() for r in digests if r not in kept.get(part, {})
    ]


def release(file: Path = FILE) -> list[str]:
    """Add what is missing to the file; what was added.

    Raises:
        Conflict: a released version was edited.
    """
    if changed := edited(file):
        raise Conflict(
            f"released versions were edited: {', '.join(changed)}",
            remedy="a changed meaning takes a new version; put the released one back",
        )
    added = missing(file)
    lines = ["# Written by `maillage figures --release`, which only adds: see released.py."]
    for part, digests in declared().items():
        lines += ["", f"[{part}]", *(f'"{name}" = "{known}"' for name, known in digests.items())]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return added
