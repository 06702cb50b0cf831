"""`maillage make_stock --units N --out DIR`: an invented stock in INSEE's columns."""

from datetime import date
from pathlib import Path
from typing import Any

from maillage.kernel import clock
from maillage.observatory.terminal import ReadingCommand
from maillage.site.stock.making import make
from maillage.site.stock.views import Plan


class Command(ReadingCommand):
    """Writes the files of INSEE's stock with invented firms, from a thousand to 44 million."""

    help = "Make a stock of invented establishments, in INSEE's exact columns."

    def add_arguments(self, parser: Any) -> None:
        """How many, where, drawn from which seed, until which day."""
        super().add_arguments(parser)
        parser.add_argument("--units", required=True, type=int, metavar="N", help="establishments")
        parser.add_argument("--out", required=True, type=Path, metavar="DIR")
        parser.add_argument("--seed", type=int, default=1, metavar="S")
        parser.add_argument("--department", nargs="+", default=[], metavar="CODE",
                            help="where they stand; the whole country by default")  # fmt: skip
        parser.add_argument("--csv", action="store_true", help="zipped CSV in place of Parquet")
        parser.add_argument("--as-of", type=date.fromisoformat, metavar="DATE")

    def tell(self, **options: Any) -> dict[str, Any]:
        """The files."""
        told = (lambda _line: None) if options["json"] else self.stdout.write
        until = options["as_of"] or clock.local_day(clock.now())
        plan = Plan(options["units"], options["seed"], until, tuple(options["department"]))
        made = make(plan, options["out"], as_csv=options["csv"], tell=told)
        return {"files": [str(path) for path in made]}
