"""`maillage load_places`."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.places.actions import load_geography
from maillage.places.sources import GeographyMissing


class Command(BaseCommand):
    """Loads communes, intercommunalities and outlines from the packages that set-up installed."""

    help = "Load the geography from the installed packages; running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where the packages are, and for which départements outlines are kept."""
        where = settings.NODE_MODULES
        parser.add_argument("--node-modules", type=Path, default=where, metavar="FOLDER")
        parser.add_argument(
            "--outlines", default="", metavar="59,62|all", help="départements drawn"
        )
        parser.add_argument("--force", action="store_true", help="load even what is there already")
        parser.add_argument("--json", action="store_true", help="say what was loaded as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Load with progress on stderr, or refuse with the remedy."""
        codes = [code.strip().upper() for code in options["outlines"].split(",") if code.strip()]
        codes = ["all"] if codes == ["ALL"] else codes
        try:
            loaded = load_geography(
                node_modules=options["node_modules"], departments=codes, force=options["force"],
                tell=lambda text: self.stderr.write(f"  {text}"))  # fmt: skip
        except GeographyMissing as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(asdict(loaded)) if options["json"] else str(loaded))
