"""`maillage territory SIREN [--on DATE] [--json]`."""

import json
from argparse import ArgumentTypeError
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.kernel import clock
from maillage.places.perimeters import UnknownTerritory, perimeter


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is no day: write it 2020-03-14") from error


class Command(BaseCommand):
    """Tells which communes a territory is made of on a day."""

    help = "Tell a territory's SIREN, name, communes and population on a day (default: today)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which one, on which day."""
        parser.add_argument("siren", metavar="SIREN", help="SIREN, key (mel…) or INSEE code")
        parser.add_argument("--on", type=_day, metavar="DATE", help="as 2020-03-14")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Answer, or refuse with the remedy."""
        try:
            found = perimeter(options["siren"], options["on"] or clock.today())
        except UnknownTerritory as error:
            raise CommandError(str(error)) from error
        lines = (f"{name}: {value}" for name, value in found.told().items())
        self.stdout.write(json.dumps(found.told()) if options["json"] else "\n".join(lines))
