"""`maillage observe_france`: one month's stock into the trades of every commune and intercommunality."""

from datetime import date
from pathlib import Path
from typing import Any

from maillage.observatory import terminal, trading


class Command(terminal.ReadingCommand):
    """Counts who is there, who came and who left, by trade and year, from the two stock files alone."""

    help = (
        "The trades of France from a month's stock: spells, communes and territories, as Parquet."
    )

    def add_arguments(self, parser: Any) -> None:
        """The files, where to write, until when, on which engine."""
        super().add_arguments(parser)
        for role in ("units", "establishments"):
            parser.add_argument(f"--{role}", nargs="+", required=True, type=Path, metavar="FILE")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")
        parser.add_argument("--engine", default="duckdb", help="duckdb, spark or spark://host:port")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE")

    def tell(self, **options: Any) -> dict[str, Any]:
        """What was written."""
        told = (lambda _line: None) if options["json"] else self.stdout.write
        return trading.whole(options, told)
