"""`maillage observe_territory`: the trades of one intercommunality, from the compact file of a month."""

from pathlib import Path
from typing import Any

from maillage.observatory import terminal, trading


class Command(terminal.ReadingCommand):
    """Reads a slice of what `observe_france` kept: no stock is read again."""

    help = "The trades of one territory, from the spells.parquet that observe_france writes."

    def add_arguments(self, parser: Any) -> None:
        """Which territory, from which file, and where to write its tables if at all."""
        super().add_arguments(parser)
        parser.add_argument("territory", metavar="TERRITORY", help="its SIREN or its key")
        parser.add_argument("--spells", required=True, type=Path, metavar="FILE")
        parser.add_argument("--out", type=Path, metavar="DIR", help="write its two tables there")

    def tell(self, **options: Any) -> dict[str, Any]:
        """Its commonest trades."""
        return trading.one(options)
