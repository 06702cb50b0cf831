"""`maillage import_all --from DIR [--json]`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.kernel.errors import Refusal
from maillage.site.keeping import leaving, restore, telling


class Command(BaseCommand):
    """Reads what `export_all` wrote into an empty instance, whose figures are then the same."""

    help = "Fill an empty instance with what export_all wrote."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where from."""
        telling.from_folder(parser, "the folder of an export")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Check, then fill, then say what was found."""
        try:
            kept = leaving.Export(options["source"], tell=self.stderr.write)
            again = restore.put_back(kept, tell=self.stderr.write, erasures=options["erasures"])
        except Refusal as refusal:
            raise CommandError(f"Nothing was imported. {refusal}") from refusal
        answer = telling.told("imported", options["source"], kept.content, erasures=again)
        self.stdout.write(telling.said(answer, as_json=options["json"]))
