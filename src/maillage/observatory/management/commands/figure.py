"""`maillage figure CODE [--convention ID] [--territory SIREN] [--period A..B] [--as-of INSTANT] …`."""

from typing import Any

from maillage import figures
from maillage.accounts.actors import System
from maillage.observatory import outturn, terminal
from maillage.observatory.telling import with_count, with_records


class Command(terminal.ReadingCommand):
    """Computes one figure from the recorded acts, and opens it."""

    help = "Compute a figure; without options: all acts known now, everywhere."

    def add_arguments(self, parser: Any) -> None:
        """Which figure, about what, over which days, as known when."""
        super().add_arguments(parser)
        parser.add_argument("code", metavar="CODE", help="code, code@version or alias (I01)")
        parser.add_argument("--convention", metavar="ID", help="what its target says counts")
        parser.add_argument("--territory", metavar="SIREN", default="", help="or key, or commune")
        parser.add_argument("--period", type=terminal.period, metavar="A..B")
        parser.add_argument("--as-of", type=terminal.instant, metavar="INSTANT")
        parser.add_argument("--by", default="", metavar="DIMENSION", help="split by")
        parser.add_argument("--records", action="store_true")

    def tell(self, **options: Any) -> dict[str, Any]:
        """The figure, with its records when asked."""
        question = outturn.question(
            options["code"],
            convention=options["convention"] and terminal.convention(options["convention"]),
            territory=options["territory"],
            period=options["period"],
            by=options["by"],
            at=options["as_of"],
        )
        answer = figures.answer([question], options["as_of"], cached=False)[0]
        tells = with_records if options["records"] else with_count
        return tells(answer, System("terminal"))
