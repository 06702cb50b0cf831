"""`maillage undo_load ID`: take back what a load brought."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.intake.undoing import undone


class Command(BaseCommand):
    """Exit 0 when it is undone, 1 when it was refused, 2 when there is no such load."""

    help = "Undo a load by its id: from now on what it told does not count."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which load, why, and how to answer."""
        parser.add_argument("id", metavar="ID", help="the number or the key that `loads` prints")
        parser.add_argument("--because", default="undo_load", help="why, kept in the journal")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Undo it now, without a worker."""
        answer, code = undone(options["id"], because=options["because"])
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
        else:
            (self.stderr if code else self.stdout).write(f"{answer['status']} {answer['note']}")
        if code:
            raise SystemExit(code)
