"""`maillage compare CONVENTION --period A..B [--json]`: published versus today."""

from typing import Any

from maillage import figures
from maillage.accounts.actors import System
from maillage.kernel.errors import Invalid
from maillage.kernel.text import Words
from maillage.observatory import publishing, terminal
from maillage.observatory.telling import instant, told_differences


class Command(terminal.ReadingCommand):
    """Tells what changed in a published period since, with the acts that changed it."""

    help = "Compare the latest publication of a period with today's figures."

    def add_arguments(self, parser: Any) -> None:
        """Which convention, which days."""
        super().add_arguments(parser)
        parser.add_argument("convention", metavar="CONVENTION")
        parser.add_argument("--period", type=terminal.period, metavar="A..B", required=True)

    def tell(self, **options: Any) -> dict[str, Any]:
        """Each published figure beside today's."""
        convention = terminal.convention(options["convention"])
        publication = publishing.latest(convention, options["period"])
        if publication is None:
            asked = f"{convention.slug} --period {options['period']}"
            raise Invalid(
                Words("Cette période n’a jamais été publiée.", "This period was never published."),
                remedy=f"maillage publish {asked}",
            )
        found = figures.compare(publication, System("compared at the terminal"))
        return {
            "convention": convention.slug,
            "period": str(options["period"]),
            "published_at": instant(publication.published_at),
            "figures": told_differences(found),
        }
