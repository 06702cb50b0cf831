"""To whom a message goes: addresses as typed, made into the one form that is kept."""

from __future__ import annotations

import hashlib
import re

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from maillage.kernel.errors import Invalid
from maillage.kernel.identifiers import digits
from maillage.post.models import Kind

LONGEST = 320
LINES = range(2, 8)  # a name and a town at least; a window envelope shows no more than seven


def normalised(kind: str, typed: str) -> str:
    """The address in its one form: an e-mail address, `+33612345678`, or the lines of an envelope.

    Raises:
        Invalid: nothing can be sent there.
    """
    found = {Kind.EMAIL: _email, Kind.TEXT: _number, Kind.LETTER: _lines}[Kind(kind)](typed)
    if not found:
        message = _("Nothing can be sent to “%(address)s”.") % {"address": typed.strip()[:80]}
        raise Invalid(message, fields={"to": message})
    return found


def digest(kind: str, address: str) -> str:
    """What stands for an address where the address itself is not kept; the same on any machine."""
    return hashlib.sha256(f"{kind}:{address.casefold()}".encode()).hexdigest()


def _email(typed: str) -> str:
    name, _at, domain = typed.strip().rpartition("@")
    address = f"{name}@{domain.lower()}"
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= LONGEST else ""


def _number(typed: str) -> str:
    """French numbers as people write them, others with their country code."""
    number = digits(re.sub(r"[()/]", "", typed))
    number = re.sub(r"^00", "+", number)
    number = re.sub(r"^(\+33)?0(?=[1-9]\d{8}$)", "+33", number)
    return number if re.fullmatch(r"\+[1-9]\d{7,14}", number, re.ASCII) else ""


def _lines(typed: str) -> str:
    lines = [" ".join(line.split()) for line in typed.splitlines()]
    kept = [line for line in lines if line]
    fits = len(kept) in LINES and all(len(line) <= 60 for line in kept)
    return "\n".join(kept) if fits else ""
