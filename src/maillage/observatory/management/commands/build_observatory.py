"""`maillage build_observatory`: INSEE's national files into the figures of the observatories."""

from datetime import date
from pathlib import Path
from typing import Any

from maillage.figures.observations.building import AREA_KINDS
from maillage.observatory import building, terminal


class Command(terminal.ReadingCommand):
    """Computes births, closures, survival and jobs of every area, for some territories or for France."""

    help = "Compute the observations of a stock: observations.parquet, internal and unmasked."

    def add_arguments(self, parser: Any) -> None:
        """The files, where to write, for whom, on which engine."""
        super().add_arguments(parser)
        for role in ("units", "establishments", "history"):
            parser.add_argument(f"--{role}", nargs="+", required=True, type=Path, metavar="FILE")
        parser.add_argument("--links", nargs="+", type=Path, default=[], metavar="FILE")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")
        whom = parser.add_mutually_exclusive_group(required=True)
        whom.add_argument("--territory", nargs="+", default=[], metavar="SIREN")
        whom.add_argument("--all", action="store_true", help="the whole of France")
        parser.add_argument("--load", nargs="+", default=[], metavar="SIREN",
                            help="territories whose pages read this; those of --territory by default")  # fmt: skip
        parser.add_argument("--areas", nargs="+", default=AREA_KINDS, choices=AREA_KINDS, metavar="KIND",
                            help=f"kinds of area, all by default: {', '.join(AREA_KINDS)}")  # fmt: skip
        parser.add_argument("--source", default="Sirene (INSEE)", help="said under each figure")
        parser.add_argument("--invented", action="store_true", help="say that it is invented")
        parser.add_argument("--engine", default="duckdb", help="duckdb, spark or spark://host:port")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--history-start", type=date.fromisoformat, metavar="DATE")

    def tell(self, **options: Any) -> dict[str, Any]:
        """What was written."""
        told = (lambda _line: None) if options["json"] else self.stdout.write
        return building.build(options, told)
