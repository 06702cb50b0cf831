"""`maillage demography --register F.csv --as-of D`: the demography of a small register, unit by unit."""

from datetime import date
from pathlib import Path
from typing import Any

from maillage.figures.observations import small
from maillage.observatory import terminal


class Command(terminal.ReadingCommand):
    """Says who was there, began, ceased, came back and lasted, by the rules of the observatories."""

    help = "Births, closures, rates and survival of a register told in one CSV, with the units counted."

    def add_arguments(self, parser: Any) -> None:
        """The register, and the last day known."""
        super().add_arguments(parser)
        parser.add_argument("--register", required=True, type=Path, metavar="F.csv")
        parser.add_argument("--as-of", required=True, type=date.fromisoformat, metavar="D")

    def tell(self, **options: Any) -> dict[str, Any]:
        """Year by year."""
        return small.told(small.read(options["register"]), options["as_of"])
