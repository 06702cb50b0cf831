"""Editions: what a load brought about places, unseen until it is active, gone when it is undone."""

from __future__ import annotations

from maillage.kernel import clock
from maillage.kernel.rows import Run
from maillage.places.memory import forget
from maillage.places.models import Edition


def edition_of(run: Run) -> Edition:
    """The edition that a load fills, made when it writes its first row."""
    return Edition.objects.get_or_create(load=run.load)[0]


def activate(run: Run) -> None:
    """What the load brought counts from now on."""
    edition = edition_of(run)
    edition.is_active = True
    edition.activated_at = edition.activated_at or clock.now()
    edition.save(update_fields=["is_active", "activated_at"])
    forget()


def undo(run: Run) -> int:
    """It counts no more; what an earlier load told of the same places comes back."""
    Edition.objects.filter(load=run.load).update(is_active=False)
    forget()
    return 0


def discard(run: Run) -> None:
    """Remove what an abandoned load had written; nobody had seen any of it."""
    Edition.objects.filter(load=run.load, is_active=False).delete()
