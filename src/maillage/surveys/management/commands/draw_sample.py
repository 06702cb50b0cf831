"""`maillage draw_sample --frame F.csv --design FILE.toml --seed S --out F`: whom to ask, drawn so that it can be drawn again."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from maillage.kernel.errors import Invalid


class Command(BaseCommand):
    """Exit 0 when the sample is written; 1 and the reason when it cannot be drawn."""

    help = "Draw a sample from a frame, by strata, with a seed; each line gets its weight and the size of its stratum."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """The frame, the plan, the seed and where to write."""
        parser.add_argument("--frame", type=Path, required=True, metavar="F.csv")
        parser.add_argument("--design", type=Path, required=True, metavar="FILE.toml")
        parser.add_argument("--seed", required=True, metavar="S")
        parser.add_argument("--out", type=Path, required=True, metavar="F")
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Write the sample and tell how it was shared out."""
        from maillage.surveys.estimation import files

        try:
            told = files.draw(options["frame"], options["design"], options["seed"], options["out"])
        except Invalid as fault:
            raise CommandError(str(fault)) from fault
        lines = "\n".join(
            f"{one['stratum'] or 'frame'}: {one['drawn']} / {one['units']}" for one in told
        )
        self.stdout.write(
            json.dumps({"strata": told}, ensure_ascii=False) if options["json"] else lines
        )
