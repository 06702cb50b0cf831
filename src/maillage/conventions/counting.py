"""What a promise counts, in the words of its reader: its filter, dimension by dimension."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from maillage import figures, ledger, places
from maillage.accounts.models import Organisation
from maillage.conventions.models import Action, Convention
from maillage.kernel import clock
from maillage.register.criteria import named

LABELS: dict[str, str | Promise] = {
    "organisations": gettext_lazy("Organisations that acted"),
    "counterparts": gettext_lazy("Funders"),
    "schemes": gettext_lazy("Charged to"),
    "action_keys": gettext_lazy("Charged to the actions"),
    "themes": gettext_lazy("Themes"),
    "communes": gettext_lazy("Communes"),
    "territory": gettext_lazy("Territory"),
    "segments": gettext_lazy("Segments"),
}

Filters = Sequence[Mapping[str, Any]]


def in_words(filters: Filters, of: Sequence[str] = ()) -> list[str]:
    """Each filter as one line, as the figure it keeps says it; names are fetched once, however many filters."""
    words = {name: read(_all(filters, name)) for name, read in _NAMES.items()}
    pairs = zip_longest(filters, of)
    return [" · ".join(_parts(given, _labels(figure), words)) for given, figure in pairs]


def _labels(figure: str | None) -> Mapping[str, str | Promise]:
    """How a figure calls what it is kept by: a referral has partners where money has funders."""
    versions = figures.REGISTRY.versions.get((figure or "").partition("@")[0])
    if not versions:
        return LABELS
    return {**LABELS, "counterparts": str(figures.other_parties(versions[max(versions)]))}


def _parts(
    given: Mapping[str, Any],
    labels: Mapping[str, str | Promise],
    words: Mapping[str, Mapping[str, str]],
) -> Iterable[str]:
    for name, label in labels.items():
        if value := given.get(name):
            yield _("%(label)s: %(words)s") % {"label": label, "words": _said(name, value, words)}


def _said(name: str, value: Any, words: Mapping[str, Mapping[str, str]]) -> str:
    if name == "segments":
        return ", ".join(str(segment.label) for segment in named(value))
    keys = value if isinstance(value, list) else [value]
    return ", ".join(words[name].get(key, key) for key in keys)


def _all(filters: Filters, name: str) -> list[str]:
    found: set[str] = set()
    for given in filters:
        value = given.get(name, ())
        found.update([value] if isinstance(value, str) else value)
    return sorted(found)


def _organisations(keys: Sequence[str]) -> dict[str, str]:
    return {str(o.key): str(o) for o in Organisation.objects.filter(key__in=keys)} if keys else {}


def _schemes(keys: Sequence[str]) -> dict[str, str]:
    slugs = [key.partition(":")[2] for key in keys if key.startswith("convention:")]
    every = Convention.objects.unscoped(reason="the title of a convention that a text names")
    return {c.scheme: c.title for c in every.filter(slug__in=slugs)} if slugs else {}


def _actions(keys: Sequence[str]) -> dict[str, str]:
    if not keys:
        return {}
    rows = Action.objects.filter(key__in=keys).order_by("version__number")
    return {action.key: str(action) for action in rows}


def _themes(codes: Sequence[str]) -> dict[str, str]:
    known = ledger.themes.themes()
    return {code: str(known[code].words) for code in codes if code in known}


def _communes(codes: Sequence[str]) -> dict[str, str]:
    return {code: commune.name for code, commune in places.communes(codes).items()} if codes else {}


def _territories(references: Sequence[str]) -> dict[str, str]:
    found = {}
    for reference in references:
        try:
            found[reference] = places.perimeter(reference, clock.today()).name
        except places.UnknownTerritory:
            found[reference] = reference
    return found


_NAMES: dict[str, Callable[[Sequence[str]], Mapping[str, str]]] = {
    "organisations": _organisations,
    "counterparts": _organisations,
    "schemes": _schemes,
    "action_keys": _actions,
    "themes": _themes,
    "communes": _communes,
    "territory": _territories,
}
