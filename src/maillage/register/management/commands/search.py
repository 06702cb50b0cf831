"""`maillage search`: find a firm of the register by its name, trade name, SIRET or SIREN."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.accounts.actors import System
from maillage.register.finding import search


class Command(BaseCommand):
    """Exit 0, whether something was found or not."""

    help = "Find a firm by its name, trade name, SIRET or SIREN; one slip is forgiven."

    def add_arguments(self, parser: CommandParser) -> None:
        """What is looked for, and where."""
        parser.add_argument("text")
        parser.add_argument("--commune", metavar="CODE")
        parser.add_argument("--limit", type=int, default=20)
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the hits, nearest first."""
        hits = search(
            options["text"],
            commune=options["commune"],
            actor=System("search"),
            limit=options["limit"],
        )
        if options["json"]:
            self.stdout.write(json.dumps([hit.as_json() for hit in hits], ensure_ascii=False))
            return
        for hit in hits:
            place = hit.establishment
            self.stdout.write(
                f"{place.spaced_siret}  {hit.name}  {place.address}  {place.activity}"
            )
