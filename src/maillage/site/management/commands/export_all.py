"""`maillage export_all --out DIR [--json]`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.kernel.errors import Refusal
from maillage.site.keeping import leaving, telling


class Command(BaseCommand):
    """Leaves with everything the instance owns, in files that any program reads."""

    help = "Write everything the instance owns as CSV and Parquet, with its schema."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to."""
        parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="a new folder")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write, then say what was written."""
        try:
            made = leaving.leave(options["out"], tell=self.stderr.write)
        except Refusal as refusal:
            raise CommandError(f"Nothing was exported. {refusal}") from refusal
        answer = telling.told("exported", options["out"], made.content, bytes=made.bytes)
        self.stdout.write(telling.said(answer, as_json=options["json"]))
