"""`maillage publish_observatory TERRITORY --by ORGANISATION [--reason WHY] [--json]`."""

from typing import Any

from maillage.observatory import observed_publishing, terminal


class Command(terminal.ReadingCommand):
    """Makes public what the newest stock says of a territory, masked cell by cell."""

    help = "Publish the observatory of a territory."

    def add_arguments(self, parser: Any) -> None:
        """Which territory, in whose name, and why again."""
        super().add_arguments(parser)
        parser.add_argument("territory", metavar="TERRITORY", help="its SIREN or its key")
        parser.add_argument("--by", required=True, metavar="ORGANISATION",
                            help="the SIREN or the name of the partner that publishes")  # fmt: skip
        parser.add_argument("--reason", default="", help="why it is published again")

    def tell(self, **options: Any) -> dict[str, Any]:
        """What was published."""
        return observed_publishing.publish_named(
            options["territory"], options["by"], options["reason"]
        )
