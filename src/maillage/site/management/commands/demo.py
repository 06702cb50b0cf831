"""`maillage demo [--size small|full] [--json]`."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.accounts.models import Organisation
from maillage.kernel.errors import Refusal
from maillage.site.demo import observatory, story

NOT_EMPTY = "this instance already holds organisations: the demonstration is played into an empty one (set MAILLAGE_HOME or DATABASE_URL to a new place)"


class Command(BaseCommand):
    """Plays the demonstration partnership into an empty instance."""

    help = "Play the demonstration (invented data) into an empty instance."

    def add_arguments(self, parser: CommandParser) -> None:
        """How much to play."""
        told = "small: 300 firms; full: 3 600"
        parser.add_argument("--size", choices=sorted(story.SIZES), default="full", help=told)
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Play, saying what is being played; refuse an instance that already holds something."""
        if Organisation.objects.exists():
            raise CommandError(NOT_EMPTY)
        size = story.SIZES[options["size"]]
        try:
            story.play(size, self._tell)
            observatory.play(observatory.SIZES[options["size"]], self._tell)
        except Refusal as refusal:
            raise CommandError(f"The demonstration was not played. {refusal}") from refusal
        if options["json"]:
            self.stdout.write(json.dumps({"size": options["size"], "now": story.NOW.isoformat()}))

    def _tell(self, told: str) -> None:
        self.stderr.write(f"  demonstration: {told}")
