"""`maillage erase --legal-unit ID [--because TEXT] [--dry-run] [--yes] [--json]`."""

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.kernel.errors import Refusal
from maillage.register import erasing


class Command(BaseCommand):
    """Exit 0 when the firm is erased, 1 when it is refused: then nothing is changed."""

    help = "Erase who a firm is, everywhere and for good; figures and acts stay."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which firm, why, and where the list of erasures is copied."""
        parser.add_argument("--legal-unit", required=True, metavar="ID", help="key, SIREN or SIRET")
        parser.add_argument("--because", default="asked for at the terminal", help="kept for good")
        parser.add_argument("--dry-run", action="store_true", help="tell what would be emptied")
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument("--list-to", type=Path, metavar="FILE", help="copy the list there too")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Look, ask whoever sits at a terminal, erase."""
        asks = input if sys.stdin.isatty() and not options["json"] else None
        try:
            told = erasing.asked(options, say=self.stderr.write, ask=asks)
        except Refusal as refusal:
            raise CommandError(f"Nothing was erased. {refusal}") from refusal
        said = ", ".join(f"{label} {count}" for label, count in told["rows"].items())
        self.stdout.write(json.dumps(told) if options["json"] else f"{told['legal_unit']}: {said}")
