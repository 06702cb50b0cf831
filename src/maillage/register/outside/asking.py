"""Asking the directories of firms: by words, by SIREN, by SIRET."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from maillage.kernel import cells
from maillage.kernel.errors import Invalid
from maillage.kernel.identifiers import digits, is_siren, is_siret
from maillage.kernel.remote import Answer, Client
from maillage.kernel.rows import BadCell
from maillage.register.erasing import Forgotten
from maillage.register.outside import directory, sirene, told
from maillage.register.outside.told import Found

SHORTEST, LONGEST = 3, 100
# A firm created this morning is found this afternoon.
FRESH = timedelta(hours=1)


def is_on(*services: str) -> bool:
    """Whether one of these services (`firms`, `sirene`) has an address."""
    return any(_client(service).service.is_on for service in services or ("firms", "sirene"))


def find(words: str, *, commune: str = "") -> Answer[Found]:
    """The firms of the whole country that answer a name, a SIREN or a SIRET, in one commune if given.

    Raises:
        Invalid: the words are too short or too long, or a number has a slip.
        Unavailable: the service is off, or does not answer.
    """
    asked = {"q": _put(words), **directory.MINIMAL}
    if commune:
        asked["code_commune"] = commune
    return _ask("firms", "/search", asked, directory.sift)


def of_siren(siren: str) -> Answer[Found]:
    """A legal unit and its establishments, as Sirene has them now.

    Raises:
        Invalid: it is no SIREN.
        Unavailable: the service is off, or does not answer.
    """
    number = _checked(cells.siren, siren)
    asked = {"q": f"siren:{number}", "nombre": str(sirene.MOST)}
    return _ask("sirene", "/siret", asked, sirene.sift_unit)


def of_siret(siret: str) -> Answer[Found]:
    """One establishment and its legal unit, as Sirene has them now.

    Raises:
        Invalid: it is no SIRET.
        Unavailable: the service is off, or does not answer.
    """
    return _ask("sirene", f"/siret/{_checked(cells.siret, siret)}", {}, sirene.sift_one)


def address_of(siret: str) -> Answer[Found]:
    """What either directory tells of a SIRET: the one of firms when it is on, else Sirene.

    Raises:
        Invalid: it is no SIRET.
        Unavailable: both are off, or the one asked does not answer.
    """
    number = _checked(cells.siret, siret)
    return of_siret(number) if is_on("sirene") and not is_on("firms") else find(number)


def _ask(
    service: str, path: str, asked: dict[str, str], sift: Callable[[Any, Forgotten], dict[str, Any]]
) -> Answer[Found]:
    forgotten = Forgotten()
    return _client(service).ask(
        path, asked, sift=lambda data: sift(data, forgotten), read=told.read, fresh=FRESH
    )


def _client(service: str) -> Client:
    client: Client = settings.OUTSIDE[service]
    return client


def _put(words: str) -> str:
    """The words as they are asked: a number without its blanks, after its check digit."""
    number = digits(words)
    if number.isascii() and number.isdigit() and len(number) in {9, 14}:
        if not (is_siren(number) or is_siret(number)):
            raise Invalid(
                _("This number is no SIREN and no SIRET: its check digit is wrong."),
                remedy=_("Read it again on the document, or look for the name."),
            )
        return number
    put = " ".join(words.split())
    if not SHORTEST <= len(put) <= LONGEST:
        raise Invalid(
            _("The national directory is asked with 3 to 100 characters."),
            remedy=_("Type the name, or the SIRET."),
        )
    return put


def _checked(read: Callable[[str], str], number: str) -> str:
    try:
        return read(number)
    except BadCell as fault:
        raise Invalid(
            _("“%(number)s” is not the number that is expected: SIREN 9 digits, SIRET 14.")
            % {"number": number[:40]},
            remedy=_("Read it again on the document, or look for the name."),
        ) from fault
