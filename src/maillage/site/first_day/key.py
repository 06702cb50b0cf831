"""The key of the first page: whoever holds the machine holds it, a stranger on the network does not.

It lies in `MAILLAGE_HOME`, readable by its owner only, is printed on the terminal while the instance is
empty, and goes when the instance begins.
"""

from __future__ import annotations

import hmac
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.urls import reverse

from maillage.site import secret

BYTES = 24  # 192 bits


def _file() -> Path:
    return Path(settings.HOME) / "first_key"


def current() -> str:
    """The key, made when there is none."""
    return secret.kept(_file(), size=BYTES)


def matches(given: str) -> bool:
    """Whether this is the key; when nobody was ever told one, nothing is."""
    try:
        kept = _file().read_text().strip()
    except FileNotFoundError:
        return False
    return bool(kept) and hmac.compare_digest(kept.encode(), given.strip().encode())


def spend() -> None:
    """It opens nothing any more."""
    _file().unlink(missing_ok=True)


def address(base: str) -> str:
    """The first page with its key, as printed on the terminal."""
    return f"{base.rstrip('/')}{reverse('first_page')}?cle={quote(current())}"
