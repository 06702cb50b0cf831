"""`maillage import_cohort FILE --structure SIREN`: a list under pseudonyms, read, previewed, applied."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.cohorts.telling import imported
from maillage.intake.telling import tell


class Command(BaseCommand):
    """Exit 0 when applied, 1 when refused, 2 when the request or the file cannot be taken at all."""

    help = "Load the list of a support structure, made pseudonymous before."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, whose it is, for which programme, which deposit it corrects, and how to answer."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--structure", required=True, metavar="SIREN", help="who hands it in")
        parser.add_argument("--programme", default="", metavar="NAME", help="its name or its key")
        parser.add_argument(
            "--corrects", default="", metavar="LOAD", help="the number of the deposit it replaces"
        )
        parser.add_argument("--dry-run", action="store_true", help="preview, change nothing")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, preview, apply; say what was read, accepted and rejected."""
        given = {name: options[name] for name in ("programme", "corrects") if options[name]}
        answer, code = imported(
            options["file"], options["structure"], given, dry_run=options["dry_run"]
        )
        tell(answer, code, as_json=options["json"], out=self.stdout, err=self.stderr)
        if code:
            raise SystemExit(code)
