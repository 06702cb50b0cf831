"""`maillage name_auditor --organisation NAME --name NAME --email ADDRESS`."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.accounts import auditors
from maillage.kernel.errors import Refusal


class Command(BaseCommand):
    """Exit 0 when they are an auditor, 1 when it is refused: then nothing is changed."""

    help = "Name who reads across organisations, which no administrator can do on screen."

    def add_arguments(self, parser: CommandParser) -> None:
        """Who, and for which organisation."""
        parser.add_argument("--organisation", required=True, help="name, short name or SIREN")
        parser.add_argument("--name", required=True)
        parser.add_argument("--email", required=True, help="they sign in with it, by a code")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Name them now; the same command again changes nothing."""
        who = {word: options[word] for word in ("organisation", "name", "email")}
        try:
            held, new = auditors.name_auditor(**who)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        told = {"person": held.person.email, "organisation": str(held.organisation), "new": new}
        since = "from now on" if new else f"already, since {held.starts_on}"
        said = f"{held.person} reads across organisations for {held.organisation} {since}."
        self.stdout.write(json.dumps(told, ensure_ascii=False) if options["json"] else said)
