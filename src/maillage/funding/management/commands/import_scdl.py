"""`maillage import_scdl FILE`: a list of grants that a community publishes, read, previewed, applied."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.accounts.actors import System
from maillage.funding.importers.scdl import SOURCE
from maillage.funding.scdl.headers import told_of
from maillage.intake.telling import load_file, tell


class Command(BaseCommand):
    """Exit 0 when applied, 1 when refused, 2 when the request or the file cannot be taken at all."""

    help = "Load published grants (SCDL «subventions»), whatever the version and the headers."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, whose it is when it does not say, and how to answer."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--funder", default="", metavar="SIRET", help="who gave, when the file does not say"
        )
        parser.add_argument("--funder-name", default="", metavar="NAME", help="their name")
        parser.add_argument("--dry-run", action="store_true", help="preview, change nothing")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, preview, apply; say what was read, accepted and rejected."""
        given = {name: options[name] for name in ("funder", "funder_name") if options[name]}
        path = options["file"]
        by = System("import_scdl")
        answer, code = load_file(SOURCE, path, given, by=by, dry_run=options["dry_run"])
        answer |= told_of(path)
        tell(answer, code, as_json=options["json"], out=self.stdout, err=self.stderr)
        if code:
            raise SystemExit(code)
