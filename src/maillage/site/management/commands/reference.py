"""`maillage reference`."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.site import reference


class Command(BaseCommand):
    """Writes the pages of `docs/reference` from the code, or tells which are out of date."""

    help = "Write the generated pages of docs/reference from the code."

    def add_arguments(self, parser: CommandParser) -> None:
        """Write or only check."""
        parser.add_argument(
            "--check", action="store_true", help="write nothing; refuse stale pages"
        )
        parser.add_argument("--json", action="store_true", help="name the pages as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write every stale page; with `--check`, refuse them instead."""
        stale = reference.stale()
        names = [str(path.relative_to(reference.FOLDER)) for path in stale]
        if options["json"]:
            self.stdout.write(json.dumps({"stale": names}))
        if options["check"]:
            if stale:
                raise CommandError(f"Out of date: {', '.join(names)}. Remedy: make docs")
            return
        reference.FOLDER.mkdir(parents=True, exist_ok=True)
        pages = reference.pages()
        for path in stale:
            path.write_text(pages[path], encoding="utf-8")
        if not options["json"]:
            self.stdout.write(f"Written: {', '.join(names)}" if names else "Nothing to write.")
