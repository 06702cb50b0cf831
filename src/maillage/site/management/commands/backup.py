"""`maillage backup --out DIR [--passphrase-file FILE] [--json]`."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.kernel.errors import Refusal
from maillage.site.keeping import backup, cipher, telling


class Command(BaseCommand):
    """Keeps everything the instance owns, whatever its database, while it is served."""

    help = "Back up the whole instance into a new folder, with the sums that vouch for it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to, and closed by what."""
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
        parser.add_argument("--passphrase-file", type=Path, metavar="FILE",
                            help="close the backup by the passphrase in this file")  # fmt: skip
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write, then say what was written."""
        start, out = time.monotonic(), options["out"]
        try:
            words = cipher.passphrase(options["passphrase_file"], settings.BACKUP_PASSPHRASE)
            made = backup.make(out, passphrase=words, tell=self.stderr.write)
        except Refusal as refusal:
            raise CommandError(f"No backup was made. {refusal}") from refusal
        answer = telling.told("backed up", out, made.content, bytes=made.bytes, closed=bool(words),
                              seconds=round(time.monotonic() - start, 2))  # fmt: skip
        self.stdout.write(telling.said(answer, as_json=options["json"]))
