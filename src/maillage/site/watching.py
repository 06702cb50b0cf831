"""What an operator watches: the same facts for `/health`, for the page and for `maillage status`.

Each finding is told twice: to a machine, in English with ISO instants (`detail`), and to a person in
their language (`said`). Nothing here names anybody.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.formats import number_format
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django_tasks_db.models import DBTaskResult

from maillage.intake.models import Load
from maillage.kernel import clock
from maillage.ledger.models import Verification
from maillage.post import outbox
from maillage.ui.formats import moment

VERIFIED_AT_LEAST = timedelta(hours=26)
# Under either, a disk is filling up: an import of a whole territory needs about half a gigabyte.
LEAST_SHARE, LEAST_BYTES = 0.05, 500 * 2**20
MEGABYTE = 2**20


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; a grave one in trouble means the instance must not be used."""

    name: str
    well: bool
    detail: str
    grave: bool = True
    said: str = ""

    @property
    def title(self) -> str:
        """What was looked at, in the reader's language."""
        return str(TITLES.get(self.name, self.name))

    @property
    def told(self) -> str:
        """What was found, in the reader's language."""
        return self.said or self.detail


TITLES = {
    "restore": gettext_lazy("Restoring"),
    "database": gettext_lazy("Database"),
    "migrations": gettext_lazy("Migrations"),
    "ledger": gettext_lazy("Seals of the ledger"),
    "chains": gettext_lazy("Chains of acts"),
    "worker": gettext_lazy("Worker"),
    "jobs": gettext_lazy("Jobs that come back"),
    "queue": gettext_lazy("What waits"),
    "disk": gettext_lazy("Disks"),
    "backup": gettext_lazy("Last backup"),
}


def since(at: datetime | None) -> str:
    """An instant in words, or that it never was."""
    return moment(at) if at else _("never")


def chains() -> Finding:
    """When the chains of acts were last read again, and what was found."""
    last = Verification.objects.first()
    if last is None:
        return Finding("chains", well=False, grave=False, said=_("Never read again yet."),
                       detail="never verified: the worker does it once a day")  # fmt: skip
    late = clock.real_now() - last.at > VERIFIED_AT_LEAST
    outcome = "valid" if last.valid else "BROKEN"
    words = _("All hold.") if last.valid else _("Some are broken: run maillage verify_ledger.")
    said = ngettext("%(n)s act read again, %(at)s.", "%(n)s acts read again, %(at)s.", last.acts)
    told = {"n": number_format(last.acts, force_grouping=True), "at": moment(last.at)}
    return Finding("chains", well=last.valid and not late, grave=False,
                   detail=f"{outcome}, {last.acts} acts, verified {last.at.isoformat()}",
                   said=f"{words} {said % told}")  # fmt: skip


def queue() -> Finding:
    """Jobs, messages and loads that wait for the worker or for somebody."""
    waiting, doubtful = outbox.waiting(), outbox.doubtful()
    tasks = DBTaskResult.objects.ready().count()
    loads = Load.objects.unfinished().count()
    told = {"jobs": tasks, "messages": waiting, "doubtful": doubtful, "loads": loads}
    return Finding(
        "queue",
        well=not doubtful,
        grave=False,
        detail=", ".join(f"{count} {name}" for name, count in told.items()),
        said=_(
            "Jobs: %(jobs)s. Messages: %(messages)s, of which uncertain or failed, for somebody to"
            " decide: %(doubtful)s. Loads under way: %(loads)s."
        )
        % told,
    )


def folders() -> dict[str, Path]:
    """The folders that must not fill up, by what they hold."""
    found = {"files": Path(settings.HOME), "temporary": Path(tempfile.gettempdir())}
    if connection.vendor == "sqlite":
        found["database"] = Path(str(connection.settings_dict["NAME"])).parent
    return {name: folder for name, folder in found.items() if folder.exists()}


def disk() -> Finding:
    """How much room is left where the instance writes; a disk is told once, whatever it holds."""
    names = {
        "files": _("files"), "temporary": _("temporary files"), "database": _("database"),
    }  # fmt: skip
    well, details, words, seen = True, list[str](), list[str](), set[int]()
    for name, folder in folders().items():
        if (device := folder.stat().st_dev) in seen:
            continue
        seen.add(device)
        usage = shutil.disk_usage(folder)
        well = well and usage.free >= LEAST_BYTES and usage.free >= LEAST_SHARE * usage.total
        details.append(f"{name}: {usage.free // MEGABYTE} of {usage.total // MEGABYTE} MB free")
        words.append(
            _("%(what)s: %(free)s MB free of %(total)s")
            % {"what": names[name], "free": _grouped(usage.free), "total": _grouped(usage.total)}
        )
    return Finding("disk", well=well, grave=False, detail="; ".join(details), said="; ".join(words))


def _grouped(size: int) -> str:
    return str(number_format(size // MEGABYTE, force_grouping=True))


def engine() -> Finding:
    """Which database, which version, how much it holds."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT sqlite_version()")
            version = str(cursor.fetchone()[0])
            path = Path(str(connection.settings_dict["NAME"]))
            size = path.stat().st_size if path.is_file() else 0
        else:
            cursor.execute(
                "SELECT current_setting('server_version'), pg_database_size(current_database())"
            )
            version, size = cursor.fetchone()
    told = f"{connection.display_name} {version}, {size // MEGABYTE} MB"
    said = _("%(name)s %(version)s, %(size)s MB") % {
        "name": connection.display_name, "version": version, "size": _grouped(size),
    }  # fmt: skip
    return Finding("database", well=True, detail=told, said=said)
