"""`maillage import_acts FILE --mapping FILE.toml`: acts older than the instance."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.accounts.actors import System
from maillage.intake.telling import load_file, tell
from maillage.ledger.past import keeper_named


class Command(BaseCommand):
    """Exit 0 when applied, 1 when refused, 2 when the request or the file cannot be taken at all."""

    help = "Take over visits, needs or grants from a table kept before the instance."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, its mapping, who keeps the acts, and how to answer."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--mapping", type=Path, required=True, metavar="FILE.toml")
        parser.add_argument("--organisation", default="", metavar="NAME", help="who keeps the acts")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, preview, apply; say what was read, accepted and rejected."""
        by = System("import_acts", organisation=keeper_named(options["organisation"]))
        path = options["mapping"]
        given = {"mapping": path.read_text("utf-8", "replace") if path.is_file() else ""}
        answer, code = load_file(
            "past_acts", options["file"], given, by=by, dry_run=options["dry_run"]
        )
        tell(answer, code, as_json=options["json"], out=self.stdout, err=self.stderr)
        if code:
            raise SystemExit(code)
