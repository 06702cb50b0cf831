"""`maillage pseudonymise F --key-file K`: a structure's spreadsheet made into a list under pseudonyms, where it is."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.cohorts.handing import key_made, list_made


class Command(BaseCommand):
    """Exit 0 when written, 1 when the key is refused, 2 when the file cannot be taken at all."""

    help = "Make a spreadsheet pseudonymous; nothing is sent anywhere. --make-key draws a key."

    def add_arguments(self, parser: CommandParser) -> None:
        """The spreadsheet, the key, where to write; or the key to make."""
        parser.add_argument("file", nargs="?", type=Path, metavar="F")
        parser.add_argument("--key-file", type=Path, metavar="K", help="the key of the programme")
        parser.add_argument("--out", type=Path, metavar="CSV", help="beside F unless said")
        parser.add_argument("--make-key", type=Path, metavar="K", help="draw a key into a new file")
        parser.add_argument("--json", action="store_true", help="as always: the answer is JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Do it and print the answer."""
        if options["make_key"]:
            answer, code = key_made(options["make_key"])
        else:
            answer, code = list_made(options["file"], options["key_file"], options["out"])
        self.stdout.write(json.dumps(answer, ensure_ascii=False))
        if code:
            raise SystemExit(code)
