"""`maillage remind [--json]`: remind partners of the requests that wait, send back those that waited too long."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.accounts.actors import System
from maillage.needs.actions.answering import expire_due
from maillage.needs.actions.reminding import remind_due


class Command(BaseCommand):
    """Does at once what the worker does by itself every six hours; run twice, it does nothing more."""

    help = "Remind partners of requests that nobody took up, and end those that waited too long."

    def add_arguments(self, parser: CommandParser) -> None:
        """How to answer."""
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Expire, remind, tell."""
        by = System("requests that nobody took up, asked at the terminal")
        done = {"expired": expire_due(by=by), "reminded": remind_due(by=by)}
        told = f"{done['reminded']} reminded, {done['expired']} expired"
        self.stdout.write(json.dumps(done) if options["json"] else told)
