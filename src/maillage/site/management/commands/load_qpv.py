"""`maillage load_qpv FILE`: polygons of priority neighbourhoods (GeoJSON)."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.accounts.actors import System
from maillage.intake.telling import load_file, tell


class Command(BaseCommand):
    """Exit 0 when applied, 1 when refused, 2 when the request or the file cannot be taken at all."""

    help = "Load polygons of priority neighbourhoods (GeoJSON); undone by `undo_load`."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and how to answer."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--starts-on", default="", metavar="DATE", help="else after the code")
        parser.add_argument("--ends-on", default="", metavar="DATE", help="else after the code")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, preview, apply; say what was read, accepted and rejected."""
        given = {name: options[name] for name in ("starts_on", "ends_on")}
        by, dry = System("load_qpv"), options["dry_run"]
        answer, code = load_file("qpv", options["file"], given, by=by, dry_run=dry)
        tell(answer, code, as_json=options["json"], out=self.stdout, err=self.stderr)
        if code:
            raise SystemExit(code)
