"""`maillage load_employment_zones FILE`: which employment zone each commune is in (XLSX, CSV…)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.accounts.actors import System
from maillage.intake.telling import load_file, tell


class Command(BaseCommand):
    """Exit 0 when applied, 1 when refused, 2 when the request or the file cannot be taken at all."""

    help = "Load INSEE's employment zones of 2020, commune by commune; undone by `undo_load`."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and how to answer."""
        parser.add_argument("file", type=Path, metavar="FILE", help="as INSEE publishes it, zipped or not")  # fmt: skip
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, preview, apply; say what was read, accepted and rejected."""
        by, dry = System("load_employment_zones"), options["dry_run"]
        answer, code = load_file("employment_zones", options["file"], {}, by=by, dry_run=dry)
        tell(answer, code, as_json=options["json"], out=self.stdout, err=self.stderr)
        if code:
            raise SystemExit(code)
