"""`maillage load_catalogue FILE`: entries of the catalogue, whichever of its formats the file is in."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.accounts.actors import System
from maillage.catalogue.files import load
from maillage.intake.telling import tell


class Command(BaseCommand):
    """Exit 0 when applied, 1 when refused, 2 when the request or the file cannot be taken at all."""

    help = "Load services (data·inclusion v1) or schemes (dispositif-aide-professionnels) into the catalogue."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and how to answer."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="preview, change nothing")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, preview, apply; say what was read, accepted and rejected."""
        answer, code = load(
            options["file"], by=System("load_catalogue"), dry_run=options["dry_run"]
        )
        tell(answer, code, as_json=options["json"], out=self.stdout, err=self.stderr)
        if code:
            raise SystemExit(code)
