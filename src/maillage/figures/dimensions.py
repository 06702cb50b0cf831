"""Breakdowns: by a column of the relation, or by named classes of its values (sectors, axes)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from maillage import ledger, places
from maillage.accounts.models import Organisation
from maillage.figures.asking import Slot, moment_of, values_of
from maillage.figures.definitions import Definition
from maillage.figures.engine import cells, plan
from maillage.figures.engine.parameters import Value
from maillage.figures.relations import RELATIONS
from maillage.figures.units import MASKED
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words

Cells = dict[str, cells.Cell]
Labels = Callable[[Iterable[str], datetime], dict[str, str]]


@dataclass(frozen=True, slots=True)
class Part:
    """A named class of a column's values: a sector and its communes, an axis and its actions."""

    key: str
    label: Words
    values: tuple[str, ...]


Classes = Callable[[Slot, datetime], Sequence[Part]]

FUNDERS = Words("Financeurs", "Funders")
UNKNOWN = Words(fr="Non renseigné", en="Not given")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """A way to split a figure; `classes` names groups of the column's values when it has some.

    An empty class is a line of zero, unless the breakdown shows `present_only`. `several` is what a filter
    by this column is called, where figures call the same column by different names.
    """

    code: str
    words: Words
    column: str
    labels: Labels | None = None
    classes: Classes | None = None
    first_only: bool = False
    present_only: bool = False
    several: Words | None = None


DIMENSIONS: dict[str, Dimension] = {}


def dimension(new: Dimension) -> Dimension:
    """Declare a dimension (a package above may add its own, as conventions do with axes)."""
    DIMENSIONS[new.code] = new
    return new


def split(slot: Slot, by: str, as_of: datetime) -> tuple[Cells, plan.Seen | None]:
    """The value and units of each part of a figure, and what a split by first month saw on its way.

    Raises:
        Invalid: no such dimension.
    """
    chosen = _dimension(by)
    relation = RELATIONS[slot.definition.relation]
    moment = moment_of(slot.period, as_of)
    if not relation.standing(moment).known:
        return {}, None
    values = relation.bind(moment)
    if chosen.classes is not None:
        return _classes(chosen, chosen.classes(slot, as_of), slot, values, as_of), None
    values |= values_of([slot], as_of)
    if chosen.first_only:
        rows, seen = plan.first_months(relation.name, slot.shape, values)
        return {key: (value, n) for key, value, n in rows}, seen
    return cells.breakdown(relation.name, slot.shape, chosen.column, values), None


def _classes(
    chosen: Dimension, named: Sequence[Part], slot: Slot, values: dict[str, Value], as_of: datetime
) -> Cells:
    slots = [replace(slot, column=chosen.column, among=part.values) for part in named]
    if not slots:
        return {}
    shapes = [part.shape for part in slots]
    pairs = cells.totals(slot.definition.relation, shapes, values | values_of(slots, as_of))
    found = {part.key: pair for part, pair in zip(named, pairs, strict=True)}
    return {key: pair for key, pair in found.items() if any(pair) or not chosen.present_only}


def parts(slot: Slot, by: str, keys: Iterable[str], as_of: datetime) -> dict[str, Slot]:
    """The list behind each part of a breakdown, so that a part opens like the whole.

    Raises:
        Invalid: no such part.
    """
    chosen = _dimension(by)
    if chosen.classes is None:
        born = chosen.first_only and slot.definition.measure is None
        return {key: replace(slot, column=chosen.column, among=(key,), born=born) for key in keys}
    values = {part.key: part.values for part in chosen.classes(slot, as_of)}
    try:
        return {key: replace(slot, column=chosen.column, among=values[key]) for key in keys}
    except KeyError as error:
        raise Invalid(
            Words(
                f"«\u00a0{by}\u00a0» n’a pas de part «\u00a0{error.args[0]}\u00a0»",
                f"“{by}” has no part “{error.args[0]}”",
            ),
            remedy=", ".join(sorted(values)) or "-",
        ) from error


def labels(slot: Slot, by: str, keys: Iterable[str], as_of: datetime) -> dict[str, str]:
    """The parts' names in reading order."""
    chosen, wanted = _dimension(by), set(keys)
    if chosen.classes is not None:
        named = chosen.classes(slot, as_of)
        return {part.key: str(part.label) for part in named if part.key in wanted}
    return (chosen.labels or _plain)(wanted, as_of)


def _dimension(by: str) -> Dimension:
    if by not in DIMENSIONS:
        raise Invalid(
            Words(f"dimension inconnue\u00a0: {by}", f"unknown dimension: {by}"),
            remedy=", ".join(sorted(DIMENSIONS)),
        )
    return DIMENSIONS[by]


def other_parties(definition: Definition) -> Words:
    """What a figure calls those on the other side of its acts: partners of a referral, funders of money."""
    told = (DIMENSIONS[code].several for code in definition.dimensions)
    return next(filter(None, told), FUNDERS)


def _plain(keys: Iterable[str], _as_of: datetime) -> dict[str, str]:
    return {key: key or str(UNKNOWN) for key in sorted(keys)}


def _communes(keys: Iterable[str], _as_of: datetime) -> dict[str, str]:
    wanted = set(keys)
    known = places.communes(filter(None, wanted))
    named = {key: known[key].name if key in known else key or str(UNKNOWN) for key in wanted}
    return dict(sorted(named.items(), key=lambda item: item[1]))


def _themes(slot: Slot, as_of: datetime) -> list[Part]:
    """Each theme by its name; those that reveal a difficulty as one masked line, which counts.

    In the words of the as-of. A theme that nobody knows any more, or that was ever told in confidence, is held to be one
    of these: its acts of then stay masked, and a part of its own would count them.
    """
    moment = moment_of(slot.period, as_of)
    values = {**RELATIONS[slot.definition.relation].bind(moment), **values_of([slot], as_of)}
    rows = plan.breakdown(slot.definition.relation, slot.shape, "theme", values)
    known = ledger.themes.themes(as_of)
    hidden = {
        code for code in {*known, *(key for key, _, _ in rows)} if ledger.themes.is_sensitive(code)
    }
    named = [Part(code, t.words, (code,)) for code, t in known.items() if code not in hidden]
    return [Part("", UNKNOWN, ("",)), *named, Part(HIDDEN, MASKED, tuple(sorted(hidden)))]


HIDDEN = "-"  # no theme has this code


def _kinds(keys: Iterable[str], _as_of: datetime) -> dict[str, str]:
    known = {name: kind.words for name, kind in ledger.kinds().items()}
    return {key: str(known.get(key, key)) for key in sorted(keys)}


def _organisations(keys: Iterable[str], _as_of: datetime) -> dict[str, str]:
    names = dict(
        Organisation.objects.filter(id__in=[k for k in keys if k]).values_list("id", "name")
    )
    named = {key: names.get(int(key), key) if key else str(UNKNOWN) for key in keys}
    return dict(sorted(named.items(), key=lambda item: item[1]))


def _sectors(slot: Slot, as_of: datetime) -> list[Part]:
    if not slot.filter.territory:
        raise Invalid(
            Words("Les secteurs sont ceux d’un territoire.", "Sectors are those of a territory."),
            remedy=Words("Nommez le territoire.", "Name the territory."),
        )
    day = moment_of(slot.period, as_of).end
    drawn = places.sectors(slot.filter.territory, day)
    return [Part(s.key, s.name, s.all_codes) for s in drawn]


dimension(Dimension(code="month", words=Words("Mois", "Month"), column="month", labels=_plain))
dimension(
    Dimension(
        code="first_month",
        words=Words("Mois de la première fois", "Month of the first time"),
        column="month",
        labels=_plain,
        first_only=True,
    )
)
dimension(
    Dimension(code="commune", words=Words("Commune", "Commune"), column="commune", labels=_communes)
)
dimension(
    Dimension(
        code="sector",
        words=Words("Secteur", "Sector"),
        column="commune",
        classes=_sectors,
    )
)
dimension(
    Dimension(
        code="theme",
        words=Words("Thème", "Theme"),
        column="theme",
        classes=_themes,
        present_only=True,
    )
)
dimension(
    Dimension(
        code="kind", words=Words("Nature d'acte", "Kind of act"), column="kind", labels=_kinds
    )
)
dimension(
    Dimension(
        code="organisation",
        words=Words("Organisation", "Organisation"),
        column="organisation_id",
        labels=_organisations,
    )
)
dimension(
    Dimension(
        code="counterpart",
        words=Words("Financeur", "Funder"),
        column="counterpart_id",
        labels=_organisations,
        several=FUNDERS,
    )
)
dimension(
    Dimension(
        code="partner",
        words=Words("Partenaire", "Partner"),
        column="counterpart_id",
        labels=_organisations,
        several=Words("Partenaires", "Partners"),
    )
)
