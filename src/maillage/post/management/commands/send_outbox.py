"""`maillage send_outbox`."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.post import outbox
from maillage.post.models import State


class Command(BaseCommand):
    """Sends what is due now, as the worker does, and says what became of it."""

    help = "Send the e-mails that are due; ends with 1 when one of them needs a look."

    def add_arguments(self, parser: CommandParser) -> None:
        """How to answer."""
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Exit 0 when all went well; 1 when something failed, is uncertain, or the server is away."""
        done = outbox.run()
        counts = {str(state): done.ended[state] for state in outbox.SETTLED}
        told = {**counts, "put_off": counts[State.WAITING], "waiting": outbox.waiting()}
        if options["json"]:
            self.stdout.write(json.dumps({**told, "away": done.away}, ensure_ascii=False))
        else:
            self.stdout.write(", ".join(f"{many} {name}" for name, many in told.items()))
        if done.away:
            raise CommandError(f"The mail server cannot be reached: {done.away}")
        if done.needs_a_look:
            raise CommandError(
                "Some messages failed or are uncertain: look at them on the page of what goes out."
            )
