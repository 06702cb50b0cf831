"""Communes as API Géo tells of them (https://geo.api.gouv.fr/decoupage-administratif)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from maillage.kernel.errors import Invalid
from maillage.kernel.remote import Answer, Client
from maillage.kernel.remote.said import text

_FIELDS = "nom,code,codesPostaux,codeEpci,codeDepartement,population"
_CODE = re.compile(r"(\d{2}|2[AB])\d{3}", re.ASCII)
# They change once a year.
FRESH = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldCommune:
    """A commune as the service tells of it today."""

    code: str
    name: str
    postcodes: tuple[str, ...] = ()
    epci: str = ""
    department: str = ""
    population: int | None = None

    def as_json(self) -> dict[str, Any]:
        """What a command prints of it."""
        return asdict(self)


def communes(words: str) -> Answer[tuple[ToldCommune, ...]]:
    """The communes that answer a name, an INSEE code or a postcode; five digits are looked for as both.

    Raises:
        Invalid: nothing is asked, or too much.
        Unavailable: the service is off, or does not answer.
    """
    put = " ".join(words.split())
    if not 2 <= len(put) <= 100:
        raise Invalid(
            _("A commune is looked for with 2 to 100 characters."),
            remedy=_("Type its name, its INSEE code or its postcode."),
        )
    if not _CODE.fullmatch(put.upper()):
        return _ask("/communes", nom=put, boost="population", limit="10")
    of_code = _ask(f"/communes/{put.upper()}")
    if not put.isdigit():
        return of_code
    of_postcode = _ask("/communes", codePostal=put)
    both = {one.code: one for one in (*of_code.data, *of_postcode.data)}
    return Answer(
        tuple(both.values()),
        min(of_code.at, of_postcode.at),
        of_code.refusal or of_postcode.refusal,
    )


def _ask(path: str, **asked: str) -> Answer[tuple[ToldCommune, ...]]:
    client: Client = settings.OUTSIDE["communes"]
    return client.ask(path, {"fields": _FIELDS, **asked}, read=_read, fresh=FRESH)


def _read(data: Any) -> tuple[ToldCommune, ...]:
    if data is None:
        return ()
    return tuple(_commune(one) for one in (data if isinstance(data, list) else [data]))


def _commune(one: Mapping[str, Any]) -> ToldCommune:
    people = one.get("population")
    code = text(one["code"])
    if not _CODE.fullmatch(code):
        raise ValueError(code)
    return ToldCommune(
        code=code,
        name=text(one["nom"]),
        postcodes=tuple(text(postcode) for postcode in one.get("codesPostaux") or ()),
        epci=text(one.get("codeEpci")),
        department=text(one.get("codeDepartement")),
        population=None if people is None else int(people),
    )
