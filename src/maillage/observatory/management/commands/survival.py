"""`maillage survival --data F.csv`, with `--time C --event C` or `--begun C --ceased C --extracted DAY`: a curve."""

from datetime import date
from pathlib import Path
from typing import Any

from maillage.figures.methods import exposure, lives
from maillage.observatory import terminal


class Command(terminal.ReadingCommand):
    """Tells how long the units of a file last, with the doubt."""

    help = (
        "The Kaplan–Meier curve of a CSV of durations, or of the days of a register, with left truncation "
        "when entries or a first day are given."
    )

    def add_arguments(self, parser: Any) -> None:
        """The file, and which column says what."""
        super().add_arguments(parser)
        parser.add_argument("--data", required=True, type=Path, metavar="F.csv")
        for name, said in lives.COLUMNS.items():
            parser.add_argument(f"--{name}", metavar="COLUMN", help=said)
        parser.add_argument(
            "--extracted", type=date.fromisoformat, metavar="DAY", help="of the register"
        )
        parser.add_argument(
            "--since", type=date.fromisoformat, metavar="DAY", help="when its history begins"
        )
        parser.add_argument("--lag", type=int, default=exposure.FILING_LAG, metavar="MONTHS",
                            help="before the extraction, in which nothing is looked at")  # fmt: skip

    def tell(self, **options: Any) -> dict[str, Any]:
        """The steps of the curve."""
        return lives.asked(options)
