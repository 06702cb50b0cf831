"""`maillage load_list FILE`: a list of firms without SIRET, loaded then compared with the register."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.accounts.actors import System
from maillage.intake.telling import load_file, tell
from maillage.ledger.past import keeper_named
from maillage.lists import comparing, reading


class Command(BaseCommand):
    """Exit 0 when applied, 1 when refused, 2 when the request or the file cannot be taken at all."""

    help = "Load a list of firms without SIRET and look for each line in the register."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, what the list is, who holds it here, and how to answer."""
        parser.add_argument("file", type=Path, metavar="FILE")
        for name in ("holder", "list", "day", "purpose"):
            parser.add_argument(f"--{name}", default="")
        parser.add_argument("--organisation", default="", metavar="NAME", help="who loads it")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Read, preview, apply, compare; say what was read and what was recognised."""
        by = System("load_list", organisation=keeper_named(options["organisation"]))
        given = {name: options[name] for name in ("holder", "list", "day", "purpose")}
        path, dry = options["file"], options["dry_run"]
        answer, code = load_file("partner_list", path, given, by=by, dry_run=dry)
        if answer["status"] == "applied":
            comparing.compare(answer["load"], lambda stage, n: self.stderr.write(f"{stage}: {n}"))
            answer["lines"] = reading.counts_of_load(answer["load"])
            answer["notes"].append(reading.in_words(answer["lines"]))
        tell(answer, code, as_json=options["json"], out=self.stdout, err=self.stderr)
        if code:
            raise SystemExit(code)
