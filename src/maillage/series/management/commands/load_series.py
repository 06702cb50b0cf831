"""`maillage load_series NAME FILE`: a file of a series that another body publishes."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.accounts.actors import System
from maillage.intake.telling import load_file, tell
from maillage.series.declared import every

OPTIONS = ("vintage", "provisional_from", "url", "licence")


class Command(BaseCommand):
    """Exit 0 when applied, 1 when refused, 2 when the request or the file cannot be taken at all."""

    help = "Load a file of an external series, as its publisher gives it; undone by `undo_load`."

    def add_arguments(self, parser: CommandParser) -> None:
        """The series, the file, what is asked with it, and how to answer."""
        parser.add_argument("series", choices=[one.code for one in every()], metavar="NAME")
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--vintage", default="", metavar="DATE", help="day of the file")
        parser.add_argument("--provisional-from", default="", metavar="PERIOD")
        parser.add_argument("--url", default="", help="else the publisher’s usual page")
        parser.add_argument("--licence", default="", help="else the publisher’s usual one")
        parser.add_argument("--invented", action="store_true", help="an example: pages say so")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, preview, apply; say what was read, accepted and rejected."""
        given = {name: options[name] for name in OPTIONS if options[name]}
        given |= {"invented": "yes"} if options["invented"] else {}
        by, dry = System("load_series"), options["dry_run"]
        answer, code = load_file(options["series"], options["file"], given, by=by, dry_run=dry)
        tell(answer, code, as_json=options["json"], out=self.stdout, err=self.stderr)
        if code:
            raise SystemExit(code)
