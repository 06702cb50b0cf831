"""What the instance keeps of a token: its digest under a secret of the instance, never the token (ADR 0039)."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def digest(token: str, programme: object) -> str:
    """The digest of a token, or of a line without one, within one programme: two programmes of one key are not joined."""
    pepper = hmac.new(settings.SECRET_KEY.encode(), b"maillage cohorts, pepper 1", hashlib.sha256)
    return hmac.new(pepper.digest(), f"{programme}\n{token}".encode(), hashlib.sha256).hexdigest()
