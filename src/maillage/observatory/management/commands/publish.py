"""`maillage publish CONVENTION --period A..B [--reason WHY] [--json]`."""

from typing import Any

from maillage.accounts.actors import System
from maillage.kernel.identifiers import uuid7
from maillage.observatory import publishing, terminal
from maillage.observatory.telling import told_publication


class Command(terminal.ReadingCommand):
    """Freezes the figures of a convention over a period, with the heads they were computed from."""

    help = "Publish the figures of a convention over a period."

    def add_arguments(self, parser: Any) -> None:
        """Which convention, which days."""
        super().add_arguments(parser)
        parser.add_argument("convention", metavar="CONVENTION")
        parser.add_argument("--period", type=terminal.period, metavar="A..B", required=True)

        parser.add_argument(
            "--reason", default="", help="Why days that were published already are published again."
        )

    def tell(self, **options: Any) -> dict[str, Any]:
        """The publication, figure by figure."""
        convention = terminal.convention(options["convention"])
        publication = publishing.publish(
            convention=convention,
            period=options["period"],
            by=System("published at the terminal", organisation=convention.keeper),
            once=str(uuid7()),
            reason=options["reason"],
        )
        return told_publication(publication)
