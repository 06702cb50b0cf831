"""What a theme is used by: needs, acts, rules, entries, terms, promises; counted before a change of it is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import ngettext

from maillage.catalogue.models import EntryVersion
from maillage.conventions.models import Target
from maillage.ledger.models import Act
from maillage.needs.models import Need, RoutingRule, Term
from maillage.needs.models.needs import MACHINE
from maillage.ui import formats


@dataclass(frozen=True, slots=True)
class Use:
    """How much hangs from one theme, whoever keeps it."""

    needs: int = 0
    acts: int = 0
    rules: int = 0
    entries: int = 0
    terms: int = 0
    promises: int = 0

    @property
    def said(self) -> list[str]:
        """What there is, in words; nothing of what there is not."""
        told = (
            (self.needs, ngettext("%(n)s need", "%(n)s needs", self.needs)),
            (self.acts, ngettext("%(n)s act", "%(n)s acts", self.acts)),
            (self.rules, ngettext("%(n)s routing rule", "%(n)s routing rules", self.rules)),
            (
                self.entries,
                ngettext("%(n)s catalogue entry", "%(n)s catalogue entries", self.entries),
            ),
            (self.terms, ngettext("%(n)s term", "%(n)s terms", self.terms)),
            (self.promises, ngettext("%(n)s promise", "%(n)s promises", self.promises)),
        )
        return [words % {"n": formats.number(number)} for number, words in told if number]


def uses() -> dict[str, Use]:
    """How much hangs from each theme that something hangs from, in six queries."""
    rules = RoutingRule.objects.visible_to(MACHINE).in_force()
    entries = EntryVersion.objects.offered()
    terms = Term.objects.visible_to(MACHINE).standing()
    counted = {
        "needs": _grouped(Need.objects.visible_to(MACHINE).standing()),
        "acts": _grouped(Act.objects.visible_to(MACHINE)),
        "rules": _listed(rules.values_list("themes", flat=True)),
        "entries": _listed(entries.values_list("themes", flat=True)),
        "terms": _grouped(terms),
        "promises": _listed(
            (given or {}).get("themes", ()) for given in Target.objects.values_list("filter", flat=True)
        ),
    }  # fmt: skip
    codes = {code for found in counted.values() for code in found if code}
    return {
        code: Use(**{name: found.get(code, 0) for name, found in counted.items()}) for code in codes
    }


def _grouped(rows: object) -> dict[str, int]:
    counted = rows.order_by().values_list("theme").annotate(n=Count("pk"))  # type: ignore[attr-defined]
    return dict(counted)


def _listed(rows: Iterable[Iterable[str]]) -> dict[str, int]:
    return Counter(code for codes in rows for code in codes)
