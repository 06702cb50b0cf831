"""Streets of the register: which stand in a commune, how the register spells each, how a campaign refers to one.

A street is referred to by its commune and its name, `59350 rue de gand`, whatever its spelling. A firm of partial
diffusion has no street: the register does not keep it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches

from django.db.models import Q

from maillage import places
from maillage.outreach import streets
from maillage.register.models import Establishment

NEAR = 5


def reference(commune: str, street: str) -> str:
    """A street of a commune, in one word of a list."""
    return f"{commune} {streets.key_of(street)}"


def split(one: str) -> tuple[str, str]:
    """The commune and the name of a reference."""
    commune, _, name = one.partition(" ")
    return commune, name


def called(one: str) -> str:
    """The name of a reference, as an envelope says it."""
    return split(one)[1].upper()


def told(wanted: Iterable[str]) -> list[str]:
    """Streets as one says them, each with its commune: RUE DE GAND, Lille."""
    asked = list(wanted)
    names = places.commune_names(split(one)[0] for one in asked)
    return [f"{called(one)}, {names[split(one)[0]]}" for one in asked]


def spellings(communes: Iterable[str]) -> dict[str, list[str]]:
    """Every street of some communes, by its reference, as the register spells it."""
    found: dict[str, list[str]] = defaultdict(list)
    named = Establishment.objects.filter(commune__in=set(communes)).exclude(street="")
    for commune, street in named.order_by().values_list("commune", "street").distinct():
        found[reference(commune, street)].append(street)
    return found


def within(wanted: Iterable[str], path: str = "") -> Q:
    """Places of these streets, whatever the spelling; `path` leads to the establishment."""
    asked = list(wanted)
    known = spellings(split(one)[0] for one in asked)
    condition = Q(pk__in=())
    for one in asked:
        condition |= Q(**{f"{path}commune": split(one)[0], f"{path}street__in": known.get(one, [])})
    return condition


def holds(one: str, name: str) -> bool:
    """Whether the name of a street holds every word of another: «gand» is in «rue de gand»."""
    words = streets.key_of(name).split()
    return bool(words) and set(words) <= set(split(one)[1].split())


def answering(name: str, commune: str) -> list[str]:
    """The streets that somebody may mean: that very one, else those that hold its words, else the nearest."""
    known = spellings([commune])
    if (exact := reference(commune, name)) in known:
        return [exact]
    holding = sorted(one for one in known if holds(one, name))
    return holding or get_close_matches(exact, known, n=NEAR, cutoff=0.75)
