"""What the instance knows of its own processes."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models

from maillage.kernel import clock


class Pulse(models.Model):
    """A long-running process said “I am here” at this instant of the machine's own clock."""

    process = models.CharField(max_length=40, unique=True)
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = "process pulse"

    def __str__(self) -> str:
        return f"{self.process}, seen {self.seen_at:%Y-%m-%d %H:%M:%S}"


class Instance(models.Model):
    """The one row that says this database is a demonstration, with a time of its own.

    At the real instant `seeded_at` the demonstration's clock read `starts_at`; both go on together.
    """

    seeded_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    size = models.CharField(max_length=10)
    seed = models.PositiveIntegerField()

    class Meta:
        verbose_name = "demonstration"
        constraints: ClassVar = [
            models.CheckConstraint(name="site_only_one_instance", condition=models.Q(id=1))
        ]

    def __str__(self) -> str:
        return f"demonstration seeded {self.seeded_at:%Y-%m-%d}"


class Backup(models.Model):
    """A backup that was begun on this machine: how it ended, by the machine's own clock."""

    class Outcome(models.TextChoices):
        """How it ended, if it did."""

        RUNNING = "running", "running"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    began_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=Outcome, default=Outcome.RUNNING)
    folder = models.CharField(max_length=400)
    closed = models.BooleanField(default=False)
    rows = models.BigIntegerField(default=0)
    bytes = models.BigIntegerField(default=0)
    detail = models.CharField(max_length=400, blank=True)

    class Meta:
        verbose_name = "backup"
        ordering = ("-began_at", "-id")

    def __str__(self) -> str:
        return f"{self.outcome} {self.began_at:%Y-%m-%d %H:%M:%S}"


def last_backup() -> Backup | None:
    """The last backup that was written to its end, if any."""
    return Backup.objects.filter(outcome=Backup.Outcome.DONE).first()


def beat(process: str) -> None:
    """Note that this process is alive now."""
    Pulse.objects.update_or_create(process=process, defaults={"seen_at": clock.real_now()})


def last_seen(process: str) -> datetime | None:
    """When the process last said it was alive, if ever."""
    return Pulse.objects.filter(process=process).values_list("seen_at", flat=True).first()
