"""A question and what it counts, in the words of its reader."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from maillage import figures, ledger, places
from maillage.accounts.models import Organisation
from maillage.conventions.models import Action
from maillage.events.models import Event
from maillage.events.models.events import MACHINE
from maillage.figures import Definition, Indicator, Median, Question
from maillage.figures.definitions import Rate
from maillage.figures.secrecy import CLASSES
from maillage.outreach.models import Campaign
from maillage.register.criteria import named
from maillage.ui import formats


def counted(n: int, unit: str) -> str:
    """How many of what a figure counts: `2 746 entreprises`."""
    words = {
        "firm": ngettext("%(n)s firm", "%(n)s firms", n),
        "act": ngettext("%(n)s act", "%(n)s acts", n),
        "need": ngettext("%(n)s need", "%(n)s needs", n),
        "action": ngettext("%(n)s action", "%(n)s actions", n),
        "target": ngettext("%(n)s promise", "%(n)s promises", n),
        "pair": ngettext("%(n)s pair", "%(n)s pairs", n),
        "project": ngettext("%(n)s project", "%(n)s projects", n),
        "cents": ngettext("%(n)s entry", "%(n)s entries", n),
    }.get(unit, ngettext("%(n)s record", "%(n)s records", n))
    return words % {"n": formats.number(n)}


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a description."""

    label: str | Promise
    words: str
    url: str = ""


_LABELS: dict[str, str | Promise] = {
    "organisations": gettext_lazy("Organisations that acted"),
    "schemes": gettext_lazy("Campaigns and schemes"),
    "themes": gettext_lazy("Themes"),
    "action_keys": gettext_lazy("Charged to the actions"),
    "communes": gettext_lazy("Communes"),
    "territory": gettext_lazy("Territory"),
    "segments": gettext_lazy("Segments"),
}


def filtered(question: Question) -> list[Said]:
    """What a question keeps, one line for each dimension that is filled in, in the words of its figure."""
    given = question.filter
    labels = {**_LABELS, "counterparts": str(figures.other_parties(question.definition))}
    return [Said(labels[name], _READ[name](getattr(given, name))) for name in given.dimensions()]


def _organisations(keys: Sequence[str]) -> str:
    return ", ".join(map(str, Organisation.objects.filter(key__in=keys).order_by("name")))


def _schemes(keys: Sequence[str]) -> str:
    every = Campaign.objects.unscoped(reason="the title of a campaign that an address names")
    campaigns = every.filter(key__in=_own("campaign:", keys))
    events = Event.objects.visible_to(MACHINE).filter(key__in=_own("event:", keys))
    titles = {f"campaign:{one.key}": one.title for one in campaigns}
    titles |= {one.scheme: one.title for one in events}
    return ", ".join(titles.get(key, key) for key in keys)


def _own(prefix: str, keys: Iterable[str]) -> list[UUID]:
    """The public keys in schemes of one sort; an address may hold anything else, which names nothing."""
    found = []
    for key in keys:
        with suppress(ValueError):
            found += [UUID(key.split(":")[1])] if key.startswith(prefix) else []
    return found


def _themes(codes: Iterable[str]) -> str:
    known = ledger.themes.themes()
    return ", ".join(str(known[code].words) if code in known else code for code in codes)


def _actions(keys: Sequence[str]) -> str:
    titles = dict(Action.objects.filter(key__in=keys).values_list("key", "title"))
    return _few([titles.get(key, key) for key in keys])


def _communes(codes: Iterable[str]) -> str:
    return _few([places.commune_name(code) for code in codes])


def _few(words: Sequence[str], most: int = 4) -> str:
    """The first words, and how many more there are."""
    if len(words) <= most + 1:
        return ", ".join(words)
    more = len(words) - most
    return ngettext("%(words)s and %(n)s more", "%(words)s and %(n)s more", more) % {
        "words": ", ".join(words[:most]),
        "n": formats.number(more),
    }


def _territory(reference: str) -> str:
    from maillage.kernel.clock import today

    try:
        return places.perimeter(reference, today()).name
    except places.UnknownTerritory:
        return reference


def _segments(mask: int) -> str:
    return ", ".join(str(segment.label) for segment in named(mask))


_READ: dict[str, Callable[..., str]] = {
    "organisations": _organisations,
    "schemes": _schemes,
    "themes": _themes,
    "action_keys": _actions,
    "counterparts": _organisations,
    "communes": _communes,
    "territory": _territory,
    "segments": _segments,
}

_DATES: dict[str | None, Promise] = {
    "occurred_on": gettext_lazy("The day the act happened"),
    "starts_on": gettext_lazy("The day the state began"),
    "entered_on": gettext_lazy("The day on which any structure first told of the person"),
    None: gettext_lazy("A stock, read on the last day of the period"),
}
_KEYS: dict[str, Promise] = {
    "legal_unit_id": gettext_lazy("The firm (SIREN): two acts about it count once"),
    "establishment_id": gettext_lazy("The establishment (SIRET)"),
    "id": gettext_lazy("The act itself"),
    "cohort_person": gettext_lazy("The person, by the pseudonym that lists give it"),
    "action_row": gettext_lazy("The action of the text in force"),
    "target_row": gettext_lazy("The promise of the text in force"),
    "budget_row": gettext_lazy("The budget line of the text in force"),
}


_MEASURES: dict[str, Promise] = {
    "amount_cents": gettext_lazy("The amount, in cents"),
    "days": gettext_lazy("The days it waited"),
}


def defined(definition: Definition) -> list[Said]:
    """The identity card of an indicator: unit, key, date, rule of nulls, secrecy, validity."""
    secrecy = CLASSES[definition.disclosure]
    card = _sides(definition) if isinstance(definition, Rate) else _counting(definition)
    return [
        *card,
        Said(_("When nothing counts"), str(definition.null_rule)),
        Said(_("Masked in public"), str(secrecy.words)),
        Said(_("Declared by"), f"maillage.{definition.owner}"),
        Said(_("Valid since"), formats.day(date.fromisoformat(definition.valid_from))),
    ]


def _counting(definition: Indicator) -> list[Said]:
    key = str(_KEYS.get(definition.key, definition.key))
    date = str(_DATES.get(definition.date, definition.date or ""))
    if definition.measure:
        is_median = isinstance(definition, Median)
        takes = _("Takes the middle of") if is_median else _("Adds up")
        return [
            Said(takes, str(_MEASURES.get(definition.measure, definition.measure))),
            Said(_("What is measured") if is_median else _("Line of the sum"), key),
            Said(_("Date"), date),
        ]
    return [Said(_("What is counted"), key), Said(_("Date"), date)]


def _sides(definition: Rate) -> list[Said]:
    return [
        Said(_("Numerator"), str(definition.numerator.label), definition.numerator.reference),
        Said(_("Denominator"), str(definition.denominator.label), definition.denominator.reference),
    ]


def expressions(definition: Definition) -> list[tuple[str, str]]:
    """The rule as SQL, for each list of the figure."""
    if isinstance(definition, Rate):
        return [
            (str(side.label), figures.expression_of(side))
            for side in (definition.numerator, definition.denominator)
        ]
    return [(str(definition.label), figures.expression_of(definition))]
