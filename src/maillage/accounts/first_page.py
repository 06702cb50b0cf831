"""Where people go on to from their first page: each package declares the doors of its own, by role.

    ENTRANCES = (Entrance(_("Desks"), _("Hours, who came"), "desks:sessions", {Role.ADVISER: 80}),)

in `<package>/entrances.py`, which is found by being there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module

from django.apps import apps
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import module_has_submodule

from maillage.accounts.roles import Role


@dataclass(frozen=True, slots=True)
class Entrance:
    """A page to go on to, what it is called and what it is for.

    `ranks` says for whom (None: whoever is not signed in) and where among the doors of all packages: tens, so that
    another fits between two.
    """

    label: str | Promise
    words: str | Promise
    page: str
    ranks: Mapping[Role | None, int]

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.page)


@cache
def declared() -> tuple[Entrance, ...]:
    """Those of every package."""
    found: list[Entrance] = []
    for config in apps.get_app_configs():
        if config.module and module_has_submodule(config.module, "entrances"):
            found += import_module(f"{config.name}.entrances").ENTRANCES
    return tuple(found)


def entrances(role: Role | None) -> list[Entrance]:
    """Those of a role, in order."""
    own = [entrance for entrance in declared() if role in entrance.ranks]
    return sorted(own, key=lambda entrance: (entrance.ranks[role], entrance.page))
