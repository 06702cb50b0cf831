"""`maillage plan_rounds --problem FILE.json`: rounds of visits from a file, without a database."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.kernel.errors import Invalid
from maillage.outreach import rounds


class Command(BaseCommand):
    """Exit 0 when a plan is told, whatever is left out of it; 2 when the problem cannot be read."""

    help = (
        "Plan rounds of visits: who sees whom, in which order, when; and why a stop found no room."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, and how to answer."""
        parser.add_argument("--problem", type=Path, required=True, metavar="FILE.json")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the rounds, then what is in none."""
        try:
            plan = rounds.plan(rounds.problem_of(options["problem"]))
        except Invalid as fault:
            raise CommandError(str(fault), returncode=2) from fault
        told = json.dumps(plan.as_json(), ensure_ascii=False) if options["json"] else plan.lines()
        self.stdout.write(told)
