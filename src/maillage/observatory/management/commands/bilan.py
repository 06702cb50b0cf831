"""`maillage bilan CONVENTION [--html F] [--pdf F] [--period A..B] [--as-of INSTANT] [--json]`."""

from pathlib import Path
from typing import Any

from django.conf import settings

from maillage.accounts.actors import System
from maillage.observatory import bilan, reading, sheet, terminal
from maillage.ui import reports


class Command(terminal.ReadingCommand):
    """Writes the report of a convention: every number with its rule, its day and its records."""

    help = "Write the report (bilan) of a convention as HTML and PDF."

    def add_arguments(self, parser: Any) -> None:
        """Which convention, where to write, over which days, as known when."""
        super().add_arguments(parser)
        parser.add_argument("convention", metavar="CONVENTION")
        parser.add_argument("--html", type=Path, metavar="FILE")
        parser.add_argument("--pdf", type=Path, metavar="FILE")
        parser.add_argument("--period", type=terminal.period, metavar="A..B")
        parser.add_argument("--as-of", type=terminal.instant, metavar="INSTANT")

    def tell(self, **options: Any) -> dict[str, Any]:
        """The figures of the report, once the files asked for are written."""
        asked = reading.Asked(options["period"], options["as_of"])
        found = terminal.convention(options["convention"])
        page = bilan.lay_out(reading.live(found, System("a report at the terminal"), asked))
        report = bilan.report(page, base_url=settings.ADDRESS)
        files: dict[Path, bytes] = {}
        if options["html"]:
            files[options["html"]] = reports.document(report).encode()
        if options["pdf"]:
            files[options["pdf"]] = reports.pdf(report)
        terminal.write(files)
        return sheet.told(page) | {"digest": bilan.digest(page)}
