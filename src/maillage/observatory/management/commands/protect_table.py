"""`maillage protect_table --table F.csv --hierarchies F.json --rules F.toml`: which cells to hide."""

from pathlib import Path
from typing import Any

from maillage.figures.protection import door
from maillage.observatory import terminal

MANY = 100  # cells to protect, below which nobody has the time to wonder


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
        files = (options["table"], options["hierarchies"], options["rules"])
        return door.told(*files, self._progress)

    def _progress(self, what: str, done: int, of: int) -> None:
        """A line a tenth, beside the answer: a large table takes half a minute."""
        if of >= MANY and done * 10 // of > (done - 1) * 10 // of:
            self.stderr.write(f"{what}: {done}/{of}")
