"""`maillage validate_scdl FILE`: whether a list of grants follows the schema «subventions» to the letter."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.funding.scdl.fields import LATEST, VERSIONS
from maillage.funding.scdl.validating import validate


class Command(BaseCommand):
    """Exit 0 when valid, 1 when not."""

    help = "Hold a file against the schema SCDL «subventions»."

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, which version of the schema, and how to answer."""
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--version-of-schema", dest="schema", default=LATEST, choices=VERSIONS)
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Say each fault: line, column, code, reason."""
        verdict = validate(options["file"], options["schema"])
        if options["json"]:
            self.stdout.write(json.dumps(verdict.as_json(), ensure_ascii=False))
        else:
            for one in verdict.errors:
                self.stderr.write(f"{options['file'].name}:{one.line} {one.column}: {one.reason}")
            self.stdout.write(f"{'valid' if verdict.valid else 'not valid'}: {verdict.read} read")
        if not verdict.valid:
            raise SystemExit(1)
