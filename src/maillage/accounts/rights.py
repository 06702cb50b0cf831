"""The policy in words: what the rights page shows and what can be shared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from maillage.accounts import policy
from maillage.accounts.models import Share
from maillage.accounts.policy import EVERYONE, SIGNED_IN, Rule, Scope
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity

SCOPES: dict[Scope, str | Promise] = {
    Scope.NONE: "",
    Scope.OWN: gettext_lazy("of one's own organisation"),
    Scope.SHARED: gettext_lazy("of one's own organisation, or shared with it"),
    Scope.ANY: gettext_lazy("of every organisation"),
}


@dataclass(frozen=True)
class Line:
    """One sentence of the rights page."""

    verb: str
    who: str  # the roles, and whose records
    sensitivity: str
    why: str


@dataclass(frozen=True)
class Resource:
    """What one may do with one kind of record."""

    name: str
    lines: list[Line]


def words(key: str) -> str:
    """A verb or resource in the reader's language; its key when nobody gave it words."""
    return str(policy.words_of(key) or key.replace("_", " "))


def who(rule: Rule) -> str:
    """The roles of a rule, in words."""
    roles = frozenset(rule.roles)
    if roles == EVERYONE:
        return _("Everyone")
    if roles == SIGNED_IN:
        return _("Everyone who signed in")
    return ", ".join(str(role.label) for role in Role if role in roles)


def whose(rule: Rule) -> str:
    """Whose records a rule opens, and to which of its roles every organisation's."""
    beyond = frozenset(rule.everywhere)
    words = [str(SCOPES[rule.scope])]
    if beyond:
        named = ", ".join(str(role.label) for role in Role if role in beyond)
        words.append(_("%(roles)s: of every organisation") % {"roles": named})
    return "; ".join(filter(None, words))


def _class_of(rule: Rule) -> str:
    """The class of what the rule opens, said only when it is not public."""
    public = rule.sensitivity is Sensitivity.PUBLIC
    return "" if public else str(rule.sensitivity.label)


def by_resource() -> list[Resource]:
    """Every rule once, under the resource it speaks of, in the reader's alphabetical order."""
    found: dict[str, dict[Line, None]] = {}
    for entry in policy.table():
        for rule in entry.rules.values():
            line = Line(
                verb=words(rule.verb),
                who=", ".join(filter(None, (who(rule), whose(rule)))),
                sensitivity=_class_of(rule),
                why=str(rule.why or ""),
            )
            found.setdefault(words(rule.noun), {})[line] = None
    return [Resource(name, list(lines)) for name, lines in sorted(found.items())]


def shareable() -> list[tuple[str, str]]:
    """What an organisation can open to another: each class of each resource that follows shares."""
    pairs = {
        (rule.noun, rule.sensitivity)
        for entry in policy.table()
        for rule in entry.rules.values()
        if rule.scope is Scope.SHARED and rule.sensitivity is not Sensitivity.PUBLIC
    } | policy.shared_besides()
    return sorted(
        (
            (f"{noun}:{sensitivity}", f"{words(noun)} – {sensitivity.label}")
            for noun, sensitivity in pairs
        ),
        key=lambda choice: choice[1],
    )


@dataclass(frozen=True)
class NamedShare:
    """A share with its resource in words."""

    share: Share
    resource: str


def named(shares: Iterable[Share]) -> list[NamedShare]:
    """Shares as a page shows them."""
    return [NamedShare(share, words(share.resource)) for share in shares]
