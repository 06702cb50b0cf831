"""`maillage lookup WHAT TEXT`: ask a public directory, when it is turned on."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.kernel.errors import Refusal
from maillage.register.finding import town
from maillage.register.outside.looking import LOOKS


class Command(BaseCommand):
    """Exit 0, whether something was found or not; 1 when the service is off, silent, or asked badly."""

    help = (
        "Ask a public directory about a firm, a SIREN, a SIRET, a commune or an address; stores nothing "
        "(how to turn them on: docs/how-to/turn-on-connectors.md)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """What is looked for, and where."""
        parser.add_argument("what", choices=list(LOOKS))
        parser.add_argument("text", help="name, number or address")
        parser.add_argument(
            "--commune", metavar="CODE", help="for a firm or an address: INSEE code or name"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print what is found with its date, or the reason."""
        try:
            look = LOOKS[options["what"]](options["text"], town(options["commune"]) or "")
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(look.told, ensure_ascii=False))
        else:
            self.stdout.write("\n".join(look.lines))
