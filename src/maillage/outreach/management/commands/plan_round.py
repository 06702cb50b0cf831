"""`maillage plan_round --campaign ID --adviser E-MAIL --date D [--json]`: one adviser's day in a campaign."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.kernel.errors import Refusal
from maillage.outreach.touring import asked


class Command(BaseCommand):
    """Exit 0 when a round is told, even an empty one; 1 when the campaign, the person or the day is refused."""

    help = "Plan the round of an adviser: the firms given to them and not yet seen, in the order of a walk."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which campaign, who, when."""
        parser.add_argument(
            "--campaign", required=True, metavar="ID", help="its key, as in its address"
        )
        parser.add_argument("--adviser", required=True, metavar="E-MAIL")
        parser.add_argument("--date", type=date.fromisoformat, required=True, metavar="D")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the round."""
        try:
            tour = asked(options["campaign"], options["adviser"], options["date"])
        except Refusal as refused:
            raise CommandError(str(refused)) from refused
        told = json.dumps(tour.as_json(), ensure_ascii=False) if options["json"] else tour.lines()
        self.stdout.write(told)
