"""`maillage export_convention ID [--json]`."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.conventions.models import Convention
from maillage.conventions.readings import text_of
from maillage.conventions.text.writing import write


class Command(BaseCommand):
    """Writes a convention's file, the one `load_convention` reads back."""

    help = "Write a convention, all its versions, as its TOML file."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which one."""
        parser.add_argument("id", metavar="ID", help="permanent address, such as mel-cma-2019")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write to the standard output, or refuse."""
        every = Convention.objects.unscoped(reason="export_convention reads for the operator")
        convention = (
            every.select_related("keeper", "predecessor").filter(slug=options["id"]).first()
        )
        if convention is None:
            known = ", ".join(every.values_list("slug", flat=True)) or "-"
            raise CommandError(f"no convention “{options['id']}”; known: {known}")
        text = write(text_of(convention))
        self.stdout.write(json.dumps({"toml": text}) if options["json"] else text, ending="")
