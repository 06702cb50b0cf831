"""`maillage match_needs --needs F.csv --services F.csv`: which service may answer which need, and why."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.intake.tables import CannotTake
from maillage.needs import thesaurus
from maillage.needs.matching.files import match_files, refusal


class Command(BaseCommand):
    """Exit 0 when the files were read, whatever is proposed; 2 when one cannot be taken at all."""

    help = "Propose services for needs, each with reasons whose points sum to its score."

    def add_arguments(self, parser: CommandParser) -> None:
        """The files, and how to answer."""
        parser.add_argument("--needs", type=Path, required=True, metavar="F.csv")
        parser.add_argument("--services", type=Path, required=True, metavar="F.csv")
        parser.add_argument("--terms", type=Path, metavar="F.csv", help="the advisers’ thesaurus")
        parser.add_argument("--kept-by", metavar="NAME", default="", help="whose thesaurus")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the proposals, in the order of the needs, then the needs that nothing answers."""
        as_json = options["json"]
        try:
            files = (options["needs"], options["services"], options["terms"])
            answer = match_files(*files, thesaurus.named(options["kept_by"]))
        except CannotTake as fault:
            if as_json:
                refused = {"proposals": [], "rejects": [refusal(fault.remark)]}
                self.stdout.write(json.dumps(refused, ensure_ascii=False))
            raise CommandError(str(fault), returncode=2) from fault
        told = answer.as_json()
        self.stdout.write(json.dumps(told, ensure_ascii=False) if as_json else answer.lines())
