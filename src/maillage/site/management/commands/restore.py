"""`maillage restore --from DIR [--verify] [--passphrase-file FILE] [--json]`."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.kernel.errors import Refusal
from maillage.site.keeping import cipher, restore, telling


class Command(BaseCommand):
    """Puts a backup back into an empty instance, every byte of it checked before anything is touched."""

    help = "Put a backup back into an empty instance, or only check it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where from."""
        telling.from_folder(parser, "the folder of a backup")
        parser.add_argument("--verify", action="store_true", help="check it, write nothing")
        parser.add_argument("--passphrase-file", type=Path, metavar="FILE",
                            help="open the backup by the passphrase in this file")  # fmt: skip
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, then fill, then say what was found."""
        tell = self.stderr.write
        try:
            words = cipher.passphrase(options["passphrase_file"], settings.BACKUP_PASSPHRASE)
            kept = restore.Backup(options["source"], passphrase=words, tell=tell)
            more = {}
            if not options["verify"]:
                more["erasures"] = restore.put_back(kept, tell=tell, erasures=options["erasures"])
        except Refusal as refusal:
            raise CommandError(f"Nothing was restored. {refusal}") from refusal
        outcome = "verified" if options["verify"] else "restored"
        answer = telling.told(outcome, options["source"], kept.content, **more)
        self.stdout.write(telling.said(answer, as_json=options["json"]))
