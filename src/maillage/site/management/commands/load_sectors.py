"""`maillage load_sectors FILE`: sectors of a territory (CSV, XLSX, TOML…), or those that come with Maillage."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.accounts.actors import System
from maillage.intake.telling import load_file, refused, tell
from maillage.kernel.errors import Refusal
from maillage.places.divisions import shipped
from maillage.places.importers.sectors import file_named


class Command(BaseCommand):
    """Exit 0 when applied, 1 when refused, 2 when the request or the file cannot be taken at all."""

    help = "Load sectors of a territory (CSV, XLSX, TOML…); undone by `undo_load`."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and how to answer."""
        names = ", ".join(shipped())
        told = f"a path, or a territory whose sectors come with Maillage ({names}), by key, SIREN or name"
        parser.add_argument("file", metavar="FILE", help=told)
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, preview, apply; say what was read, accepted and rejected."""
        by, dry = System("load_sectors"), options["dry_run"]
        try:
            path = file_named(options["file"])
        except Refusal as refusal:
            answer, code = refused(refusal)
        else:
            answer, code = load_file("sectors", path, {}, by=by, dry_run=dry)
        tell(answer, code, as_json=options["json"], out=self.stdout, err=self.stderr)
        if code:
            raise SystemExit(code)
