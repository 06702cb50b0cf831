"""`maillage protect_table --table F.csv --hierarchies F.json --rules F.toml`: which cells to hide."""

from pathlib import Path
from typing import Any

from maillage.figures.protection import door
from maillage.observatory import terminal


class Command(terminal.ReadingCommand):
    """Hides what must be, and what else it takes; tells what an attacker then finds."""

    help = "Statistical secrecy of a table: primary and complementary suppression, with its audit."

    def add_arguments(self, parser: Any) -> None:
        """The table, how its codes add up, and the rules."""
        super().add_arguments(parser)
        for name, ending in (("table", "csv"), ("hierarchies", "json"), ("rules", "toml")):
            parser.add_argument(f"--{name}", required=True, type=Path, metavar=f"F.{ending}")

    def tell(self, **options: Any) -> dict[str, Any]:
        """The cells with their status, and the audit."""
        return door.told(options["table"], options["hierarchies"], options["rules"])
