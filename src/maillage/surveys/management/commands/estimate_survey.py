"""`maillage estimate_survey --sample F.csv --design FILE.toml`: what a survey tells, and how sure it is."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.kernel.errors import Invalid


class Command(BaseCommand):
    """Exit 0 with weights that reached their totals; 1 and the reason when they cannot."""

    help = "Weight a survey and estimate totals, means, proportions, ratios and quantiles, with their doubt."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The files, and how to answer."""
        parser.add_argument("--frame", type=Path, metavar="F.csv", help="the whole population")
        parser.add_argument("--sample", type=Path, required=True, metavar="F.csv")
        parser.add_argument("--answers", type=Path, metavar="F.csv", help="found by `id`")
        parser.add_argument("--design", type=Path, required=True, metavar="FILE.toml")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the weights, then the estimates in the order of the plan."""
        from maillage.surveys.estimation import files

        try:
            told = files.estimate(
                options["sample"], options["design"], options["answers"], options["frame"]
            )
        except Invalid as fault:
            raise CommandError(str(fault)) from fault
        as_json = json.dumps(told, ensure_ascii=False) if options["json"] else files.lines(told)
        self.stdout.write(as_json)
