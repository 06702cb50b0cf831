"""`maillage link_list --left F.csv --right F.csv`: which line of one list is which line of another, and why."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.intake.tables import CannotTake
from maillage.kernel.errors import Invalid
from maillage.register.linking.lists import lines, link_files, refusal


class Command(BaseCommand):
    """Exit 0 when both lists were read, whatever they share; 2 when one cannot be taken at all."""

    help = "Link two lists of firms without a common identifier: each link with its probability and why."

    def add_arguments(self, parser: CommandParser) -> None:
        """The two lists, and how to answer."""
        parser.add_argument("--left", type=Path, required=True, metavar="F.csv")
        parser.add_argument("--right", type=Path, required=True, metavar="F.csv")
        parser.add_argument("--least", type=float, default=0.5, metavar="P", help="probability")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the links, in the order of the left list."""
        as_json = options["json"]
        try:
            answer = link_files(options["left"], options["right"], least=options["least"])
        except CannotTake as fault:
            if as_json:
                refused = {"links": [], "rejects": [refusal(fault.remark)]}
                self.stdout.write(json.dumps(refused, ensure_ascii=False))
            raise CommandError(str(fault), returncode=2) from fault
        except Invalid as fault:
            raise CommandError(str(fault), returncode=2) from fault
        told = json.dumps(answer.as_json(), ensure_ascii=False) if as_json else lines(answer)
        self.stdout.write(told)
