"""`maillage search`: find a firm of the register by its name, trade name, SIRET or SIREN."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.accounts.actors import System
from maillage.kernel.errors import Refusal
from maillage.register.finding import search, town


class Command(BaseCommand):
    """Exit 0, whether something was found or not; 1 when there is no such commune."""

    help = "Find a firm by its name, trade name, SIRET or SIREN; one slip is forgiven."

    def add_arguments(self, parser: CommandParser) -> None:
        """What is looked for, and where."""
        parser.add_argument("text")
        parser.add_argument("--commune", metavar="CODE", help="INSEE code, or name")
        parser.add_argument("--limit", type=int, default=20)
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Print the hits, nearest first."""
        if options["limit"] < 1:
            raise CommandError("--limit takes a number from 1", returncode=2)
        try:
            commune = town(options["commune"])
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        actor, limit = System("search"), options["limit"]
        hits = search(options["text"], commune=commune, actor=actor, limit=limit)
        if options["json"]:
            self.stdout.write(json.dumps([hit.as_json() for hit in hits], ensure_ascii=False))
            return
        for hit in hits:
            told = hit.establishment
            self.stdout.write(f"{told.spaced_siret}  {hit.name}  {told.address}  {told.activity}")
