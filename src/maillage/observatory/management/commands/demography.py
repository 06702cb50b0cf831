"""`maillage demography --register F.csv | --loaded TERRITORY --as-of D`: the demography of a register, year by year."""

from datetime import date
from pathlib import Path
from typing import Any

from maillage import places
from maillage.figures.observations import building, live, small
from maillage.observatory import terminal


class Command(terminal.ReadingCommand):
    """Says who was there, began, ceased, came back and lasted, by the rules of the observatories."""

    help = (
        "Births, closures, rates and survival of a register told in one CSV, with the units counted; or the counts and "
        "rates of a territory by the register that is loaded here."
    )

    def add_arguments(self, parser: Any) -> None:
        """The register, and the last day known."""
        super().add_arguments(parser)
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("--register", type=Path, metavar="F.csv")
        which.add_argument("--loaded", metavar="TERRITORY", help="its SIREN, its key or a commune")
        parser.add_argument("--as-of", required=True, type=date.fromisoformat, metavar="D")
        parser.add_argument("--since", type=int, default=building.HISTORY_START.year, metavar="YEAR",
                            help="of the loaded register, the first year told")  # fmt: skip

    def tell(self, **options: Any) -> dict[str, Any]:
        """Year by year."""
        if options["register"]:
            return small.told(small.read(options["register"]), options["as_of"])
        perimeter = places.perimeter(options["loaded"], options["as_of"])
        return live.told(perimeter, options["as_of"], options["since"])
