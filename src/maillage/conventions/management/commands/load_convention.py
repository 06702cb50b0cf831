"""`maillage load_convention FILE [--create-organisations] [--json]`."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.accounts.actors import System
from maillage.conventions.importers.toml_file import Loaded, incoming, load
from maillage.conventions.text.problems import told
from maillage.kernel.errors import Refusal


class Command(BaseCommand):
    """Takes a convention's file in, whole or not at all."""

    help = "Load a convention from its TOML file (or the name of one that ships with the product)."

    def add_arguments(self, parser: CommandParser) -> None:
        """Which file, and whether its organisations may be created."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--create-organisations", action="store_true")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, file: Path, **options: Any) -> None:
        """Load, or refuse with every problem, its line and its remedy."""
        create, by = options["create_organisations"], System("load_convention")
        try:
            text = incoming(file)
            done: Loaded = load(text, by=by, file=file.name, create_organisations=create)
        except Refusal as refusal:
            if options["json"]:
                self.stdout.write(json.dumps({"problems": told(refusal, file.name)}))
            raise CommandError(str(refusal)) from refusal
        answer = {"convention": done.convention.slug, "outcome": str(done.outcome)}
        self.stdout.write(json.dumps(answer) if options["json"] else " ".join(answer.values()))
