"""Who may do what, declared beside each route and per method (ADR 0004).

    urlpatterns = [
        route("visits/<uuid:key>/", views.visit, name="visit", maker="visit",
              get=Rule("read", VISITS, roles=SIGNED_IN, scope=Scope.SHARED, sensitivity=...)),
    ]

The same entries make the middleware refuse, draw the rights page and generate the tests that walk
every route, method and role. A route that declares nothing is a defect and is never served.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, get_resolver, path

from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel.text import Words

SIGNED_IN: Final[frozenset[Role | None]] = frozenset(Role)
EVERYONE: Final[frozenset[Role | None]] = SIGNED_IN | {None}

_terms: dict[str, Words] = {}
_shared: set[tuple[str, Sensitivity]] = set()


def term(key: str, *, fr: str, en: str) -> str:
    """Words for a verb or a resource of the policy; hands the key back, so it can be named once."""
    _terms[key] = Words(fr=fr, en=en)
    return key


for _key, _fr, _en in (
    ("read", "Consulter", "Read"),
    ("list", "Parcourir", "List"),
    ("create", "Créer", "Create"),
    ("edit", "Modifier", "Edit"),
    ("correct", "Corriger", "Correct"),
    ("cancel", "Annuler", "Cancel"),
    ("end", "Mettre fin", "End"),
    ("export", "Exporter", "Export"),
    ("publish", "Publier", "Publish"),
    ("use", "Utiliser", "Use"),
):
    term(_key, fr=_fr, en=_en)


def words_of(key: str) -> Words | None:
    """The words given to a verb or a resource, None when nobody gave any."""
    return _terms.get(key)


def shared(key: str, sensitivity: Sensitivity) -> None:
    """A class of a resource that a share can open besides those its routes declare (a field, an act)."""
    _shared.add((key, sensitivity))


def shared_besides() -> frozenset[tuple[str, Sensitivity]]:
    """Those classes."""
    return frozenset(_shared)


class Scope(StrEnum):
    """Whose records a rule opens."""

    NONE = "none"  # the route has no record, or its record belongs to nobody
    OWN = "own"  # those of the actor's organisation; any other does not exist
    SHARED = "shared"  # also those that their owner shares, class by class
    ANY = "any"  # whoever owns them


@dataclass(frozen=True)
class Rule:
    """On this route by this method, these roles do this to that resource."""

    verb: str
    noun: str
    roles: Iterable[Role | None] = EVERYONE
    scope: Scope = Scope.NONE
    sensitivity: Sensitivity = Sensitivity.PUBLIC
    why: Words | None = None
    everywhere: Iterable[Role] = ()  # among the roles, those who reach every organisation's records

    def __post_init__(self) -> None:
        object.__setattr__(self, "roles", frozenset(self.roles))
        object.__setattr__(self, "everywhere", frozenset(self.everywhere))

    def admits(self, actor: Actor) -> bool:
        """Whether the actor's role is among those of the rule."""
        return actor.role in frozenset(self.roles)

    @property
    def is_public(self) -> bool:
        """Whether it is open without signing in."""
        return None in frozenset(self.roles)


@dataclass(frozen=True)
class Entry:
    """One route of the product with its rules by method; `maker` builds its object in tests."""

    name: str
    pattern: str
    rules: Mapping[str, Rule]
    maker: str = ""
    parameters: tuple[str, ...] = field(default=())


class UndeclaredRoute(RuntimeError):  # noqa: N818 -- the name says what happened
    """A route was asked for that declares no policy: a defect, never served."""


def route(
    pattern: str,
    view: Callable[..., HttpResponseBase],
    *,
    name: str,
    maker: str = "",
    kwargs: dict[str, Any] | None = None,
    **methods: Rule,
) -> URLPattern:
    """A route and who may take it: `path()` with one `Rule` per method (`get=`, `post=`)."""
    unknown = set(methods) - {"get", "post", "put", "patch", "delete"}
    if unknown or not methods:
        raise UndeclaredRoute(f"{name}: a route declares a rule per method, not {sorted(unknown)}")

    @functools.wraps(view)
    def declared(request: HttpRequest, *args: Any, **named: Any) -> HttpResponseBase:
        return view(request, *args, **named)

    rules = {method.upper(): rule for method, rule in methods.items()}
    declared.policy = Entry(name, pattern, rules, maker)  # type: ignore[attr-defined]
    return path(pattern, declared, kwargs, name=name)


def entry_of(view: object) -> Entry | None:
    """The policy that a mounted view declares."""
    entry = getattr(view, "policy", None)
    return entry if isinstance(entry, Entry) else None


def table(urlconf: str | None = None) -> list[Entry]:
    """Every route of the instance with its full name and pattern, in the order of the routes.

    Raises:
        UndeclaredRoute: a route was mounted with `path()` or `include()` and declares nothing.
    """
    return list(_walk(get_resolver(urlconf), prefix="", namespaces=()))


def _walk(resolver: URLResolver, prefix: str, namespaces: tuple[str, ...]) -> Iterator[Entry]:
    for part in resolver.url_patterns:
        pattern = prefix + str(part.pattern)
        if isinstance(part, URLResolver):
            inside = (*namespaces, part.namespace) if part.namespace else namespaces
            yield from _walk(part, pattern, inside)
            continue
        entry = entry_of(part.callback)
        if entry is None:
            raise UndeclaredRoute(f"/{pattern} ({part.name}) declares no policy")
        yield Entry(
            name=":".join((*namespaces, entry.name)),
            pattern=pattern,
            rules=entry.rules,
            maker=entry.maker,
            parameters=tuple(part.pattern.converters),
        )
