"""How often something may be tried, counted in the database so that every worker sees the same count.

`spend(bucket, key, rate)` says whether one more attempt is allowed within the sliding window. Accounts
and addresses are kept as keyed digests. The clock is the real one, even in a demonstration.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from maillage.accounts.models import Bucket
from maillage.kernel import clock


@dataclass(frozen=True)
class Rate:
    """So many attempts in so many seconds, in any window of that length."""

    amount: int
    seconds: int = 3600


# Whatever the number of addresses, at most 20 guesses per account and hour reach the hash.
GUESSES_PER_ACCOUNT = Rate(20)
GUESSES_PER_ADDRESS = Rate(200)
CODES_PER_ACCOUNT = Rate(10)
RESETS_PER_ACCOUNT = Rate(5)
KEPT_TEXTS_PER_ADDRESS = Rate(100)


def address_of(request: HttpRequest) -> str:
    """The reader's address: what the proxy says of it where there is one, else whoever connects."""
    return str(get_adapter().get_client_ip(request))


def spend(bucket: str, key: str, rate: Rate) -> bool:
    """Whether one more attempt is allowed; it is counted when it is."""
    instant = clock.real_now()
    digest = salted_hmac(f"limits.{bucket}", key.strip().lower(), algorithm="sha256").hexdigest()
    with transaction.atomic():
        _, is_new = Bucket.objects.get_or_create(
            name=bucket, digest=digest, defaults={"expires_at": instant}
        )
        row = Bucket.objects.select_for_update().get(name=bucket, digest=digest)
        spent = [moment for moment in row.spent if moment > instant.timestamp() - rate.seconds]
        allowed = len(spent) < rate.amount
        if allowed:
            row.spent = [*spent, instant.timestamp()]
            row.expires_at = instant + timedelta(seconds=rate.seconds)
            row.save(update_fields=["spent", "expires_at"])
        if is_new:
            Bucket.objects.filter(expires_at__lt=instant).delete()
    return allowed
