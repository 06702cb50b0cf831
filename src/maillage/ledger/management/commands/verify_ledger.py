"""`maillage verify_ledger`: read every chain of acts again and say where it was touched."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from maillage.ledger import verifying, witness


class Command(BaseCommand):
    """Exit 0: nothing was touched; 1: the first broken act of each chain is told; 2: no such file."""

    help = "Verify that no act was edited, removed, inserted or moved since it was recorded."

    def add_arguments(self, parser: ArgumentParser) -> None:  # noqa: D102 -- the help says it
        parser.add_argument("--heads", type=Path, help="a file written by `maillage heads`")
        keys = "JSON: valid, acts, chains, sealed, broken (keeper, seq, key, what)"
        parser.add_argument("--json", action="store_true", help=keys)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Verify, tell, and close the table again if it stood open."""
        path = options["heads"]
        try:
            vector = witness.parse(path.read_text(encoding="utf-8")) if path else None
        except (OSError, ValueError) as error:
            raise CommandError(f"{path} is no file of heads: {error}", returncode=2) from error
        verifying.note(verdict := verifying.verify(vector))
        if not verdict.sealed:
            verifying.close()
        told = {"valid": verdict.is_valid, **asdict(verdict)}
        self.stdout.write(json.dumps(told) if options["json"] else verifying.tell(verdict))
        if not verdict.is_valid:
            sys.exit(1)
