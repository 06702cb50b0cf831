"""What is said of an entry, checked once whoever says it: a person on a form, or a line of a file."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _

from maillage.catalogue.codes import is_area
from maillage.catalogue.conditions import Conditions
from maillage.catalogue.vocabulary import Moment
from maillage.kernel.errors import Invalid
from maillage.ledger import themes
from maillage.places import fold

if TYPE_CHECKING:
    from maillage.catalogue.models import EntryVersion


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """An entry as one version says it; `asks` are its conditions."""

    title: str
    told_on: date
    summary: str = ""
    description: str = ""
    nature: str = ""
    provider_name: str = ""
    provider_siren: str = ""
    how: str = ""
    fees: str = ""
    fees_told: str = ""
    contact_name: str = ""
    phone: str = ""
    email: str = ""
    address: str = ""
    link: str = ""
    themes: tuple[str, ...] = ()
    topics: str = ""
    told_by: str = ""
    asks: Conditions = dataclasses.field(default_factory=Conditions)

    def fields(self) -> dict[str, Any]:
        """The fields of a version."""
        own = {
            one.name: getattr(self, one.name)
            for one in dataclasses.fields(self)
            if one.name != "asks"
        }
        asked = {
            one.name: getattr(self.asks, one.name) for one in dataclasses.fields(self.asks)
        }  # fmt: skip
        return {**own, **asked, "digest": self.digest, "haystack": self.haystack}

    @property
    def digest(self) -> str:
        """The same for the same words, whenever they are told again."""
        told = dataclasses.asdict(self)
        told.pop("told_on")
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def haystack(self) -> str:
        """Its words, without case or accents, as a search reads them."""
        words = [str(found.words) for code in self.themes if (found := themes.find(code))]
        parts = (
            self.title, self.summary, self.provider_name, self.nature, self.topics, *words,
            self.description[:2000],
        )  # fmt: skip
        return fold(" ".join(filter(None, parts)))

    def check(self) -> None:
        """Refuse what no firm could meet, or nobody could read.

        Raises:
            Invalid: no name, a code that is none, limits out of order.
        """
        problems = {name: why for name, why in _problems(self) if why}
        if problems:
            raise Invalid(next(iter(problems.values())), fields=problems)


def content_of(version: EntryVersion, **changed: Any) -> Content:
    """What a version says, but for what changes."""
    told = {
        one.name: getattr(version, one.name)
        for one in dataclasses.fields(Content)
        if one.name != "asks"
    }
    return Content(**(told | {"asks": version.conditions} | changed))


def _problems(told: Content) -> list[tuple[str, Any]]:
    asks = told.asks
    return [
        ("title", "" if told.title.strip() else _("Give it a name.")),
        ("themes", _unknown([one for one in told.themes if themes.find(one) is None])),
        ("moments", _unknown([one for one in asks.moments if one not in Moment.values])),
        ("areas", _unknown([one for one in asks.areas if not is_area(one)])),
        ("areas_out", _unknown([one for one in asks.areas_out if not is_area(one)])),
        ("headcount_max", _crossed(asks.headcount_min, asks.headcount_max)),
        ("age_max", _crossed(asks.age_min, asks.age_max)),
        ("valid_until", _crossed(asks.valid_from, asks.valid_until)),
    ]


def _unknown(codes: list[str]) -> Any:
    return _("%(codes)s: not a known code.") % {"codes": ", ".join(codes)} if codes else ""


def _crossed(least: Any, most: Any) -> Any:
    crossed = least is not None and most is not None and least > most
    return _("The second limit comes before the first.") if crossed else ""
