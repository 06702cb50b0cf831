"""`maillage loads`: everything that came in by file, the latest first."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.intake.telling import journal


class Command(BaseCommand):
    """Exit 0, whether anything was loaded or not."""

    help = "List what came in by file: source, state, files, rows read, accepted and rejected."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many, and how to answer."""
        parser.add_argument("--limit", type=int, default=50)
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the journal."""
        lines = journal(max(options["limit"], 0))
        if options["json"]:
            self.stdout.write(json.dumps(lines, ensure_ascii=False))
            return
        for one in lines:
            self.stdout.write(
                f"{one['id']:>6}  {one['source']:<12} {one['state']:<10} {', '.join(one['files'])}"
                f"  {one['accepted']}/{one['read']}"
            )
