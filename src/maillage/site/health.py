"""Whether this instance can be trusted with work now: its database, its ledger's seals, its worker."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from maillage import __version__
from maillage.kernel import clock
from maillage.site import instance, jobs, watching
from maillage.site.keeping import files
from maillage.site.models import Backup, last_backup, last_seen
from maillage.site.watching import Finding
from maillage.ui.formats import moment

WORKER_LATE_AFTER = timedelta(minutes=2)
# One a day, and two hours for the one of today to be made.
BACKUP_LATE_AFTER = timedelta(hours=26)


def examine() -> list[Finding]:
    """Look at everything, in the order in which one thing makes the next meaningless."""
    if unfinished := files.unfinished():
        return [Finding("restore", well=False, detail=unfinished)]
    try:
        findings = [watching.engine(), _migrations()]
    except DatabaseError as fault:
        return [Finding("database", well=False, detail=type(fault).__name__)]
    if findings[-1].well:
        findings += [_seals(), watching.chains(), _worker(), _jobs(), watching.queue()]
        findings += [watching.disk(), *_backup()]
    return findings


def report() -> tuple[int, dict[str, Any]]:
    """The HTTP status and body of `/health`: 503 only for what makes the instance unusable."""
    findings = examine()
    grave = any(f.grave and not f.well for f in findings)
    well = all(f.well for f in findings)
    body: dict[str, Any] = {"status": "down" if grave else "ok" if well else "degraded"}
    body["version"] = __version__
    body |= {f.name: {"ok": f.well, "detail": f.detail} for f in findings}
    return (503 if grave else 200), body


@cache
def _written() -> frozenset[tuple[str, str]]:
    """The migrations this version carries; they cannot change while the process lives."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).disk_migrations)


def pending_migrations() -> list[str]:
    """The migrations of this version that its database has not received."""
    applied = set(MigrationRecorder(connection).applied_migrations())
    return sorted(f"{app}.{name}" for app, name in _written() - applied)


def unready() -> str:
    """Why nothing can be asked of this instance: half restored, its database away or not migrated."""
    if unfinished := files.unfinished():
        return unfinished
    try:
        pending = pending_migrations()
    except DatabaseError as fault:
        return f"The database does not answer: {fault}\nCheck DATABASE_URL."
    if not pending:
        return ""
    return (
        f"{len(pending)} migrations are not applied ({pending[0]}, …).\n"
        "Remedy: maillage migrate, or make run."
    )


def assert_sealed() -> None:
    """Raise when acts, signed texts, publications or journals lost the triggers that keep them."""
    from maillage.accounts import append_only
    from maillage.conventions import sealing as texts
    from maillage.ledger import sealing

    sealing.assert_sealed()
    texts.assert_sealed()
    append_only.assert_protected()


def _migrations() -> Finding:
    pending = pending_migrations()
    detail = f"{len(pending)} to apply: run maillage migrate" if pending else "all applied"
    said = _("%(n)s to apply: run maillage migrate") % {"n": len(pending)}
    return Finding(
        "migrations", well=not pending, detail=detail, said=said if pending else _("All applied.")
    )


def _seals() -> Finding:
    try:
        assert_sealed()
    except Exception as fault:  # noqa: BLE001 -- whatever the seals raise is what health reports
        return Finding("ledger", well=False, detail=str(fault))
    return Finding(
        "ledger",
        well=True,
        detail="append-only triggers in place",
        said=_("The database refuses that an act, a signed text or a journal be changed."),
    )


def _worker() -> Finding:
    seen = last_seen("worker")
    if seen is None:
        return Finding("worker", well=False, detail="never seen: run maillage worker", grave=False,
                       said=_("Never seen: run maillage worker."))  # fmt: skip
    late = clock.real_now() - seen > WORKER_LATE_AFTER
    said = _("Last seen: %(at)s.") % {"at": moment(seen)}
    return Finding(
        "worker", well=not late, detail=f"last seen {seen.isoformat()}", grave=False, said=said
    )


def _jobs() -> Finding:
    known = jobs.known()
    said = (f"{job.name}: {job.told}" for job in known)
    well = all(job.is_well for job in known)
    words = "; ".join(job.said for job in known)
    return Finding("jobs", well=well, detail="; ".join(said), grave=False, said=words)


def is_backup_late(last: Backup) -> bool:
    """Whether more than a day has gone by since that backup ended."""
    return last.ended_at is None or clock.real_now() - last.ended_at > BACKUP_LATE_AFTER


def _backup() -> list[Finding]:
    """When the last backup ended; a demonstration, which `maillage demo` plays again, needs none."""
    if instance.shift() is not None:
        return []
    last = last_backup()
    if last is None or last.ended_at is None:
        return [Finding("backup", well=False, detail="never made: run maillage backup", grave=False,
                        said=_("Never made: run maillage backup."))]  # fmt: skip
    well = not is_backup_late(last) and not last.detail
    detail = f"last made {last.ended_at.isoformat()}"
    said = _("%(at)s, in %(folder)s.") % {"at": moment(last.ended_at), "folder": last.folder}
    more = f"; {last.detail}" if last.detail else ""
    return [Finding("backup", well=well, grave=False, detail=detail + more, said=said + more)]
