"""`maillage heads`: print the vector of heads and write it outside the database."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from maillage.kernel import clock
from maillage.ledger import witness


class Command(BaseCommand):
    """The witness that `verify_ledger --heads FILE` compares the chains with."""

    help = "Print the head of each chain of acts and write them to a file outside the database."

    def add_arguments(self, parser: ArgumentParser) -> None:  # noqa: D102 -- the help says it
        parser.add_argument("--to", type=Path, help="file to write (default: a new one in heads/)")
        parser.add_argument("--json", action="store_true", help="print JSON: at, file, heads")

    def handle(self, *_args: Any, **options: Any) -> None:  # noqa: D102 -- writes first, then prints
        at, vector = clock.now(), witness.heads()
        default = Path(settings.HOME) / "heads" / f"{at:%Y%m%dT%H%M%S.%fZ}.txt"
        try:
            kept = witness.keep(vector, at, options["to"] or default)
        except OSError as error:
            raise CommandError(f"The heads were not written: {error}", returncode=1) from error
        if options["json"]:
            listed = [head._asdict() for head in vector]
            self.stdout.write(
                json.dumps({"at": at.isoformat(), "file": str(kept), "heads": listed})
            )
        else:
            self.stdout.write(witness.render(vector, at), ending="")
            self.stderr.write(str(kept))
