"""`maillage figures [--release] [--json]`: every indicator with its definition."""

from typing import Any

from maillage import figures
from maillage.figures import released
from maillage.observatory.telling import told_definition
from maillage.observatory.terminal import ReadingCommand
from maillage.ui import formats


class Command(ReadingCommand):
    """Lists the figures that can be asked for, every version."""

    help = "List every indicator: code, alias, version, definition, unit, dimensions."

    def add_arguments(self, parser: Any) -> None:
        """List only, or write down what the new versions mean."""
        super().add_arguments(parser)
        parser.add_argument(
            "--release", action="store_true", help="write the digests of new versions (developers)"
        )

    def tell(self, **options: Any) -> list[dict[str, Any]]:
        """All definitions, by code then version."""
        if options["release"]:
            self.stderr.write(f"released: {', '.join(released.release()) or 'nothing new'}")
        return [told_definition(definition) for definition in figures.REGISTRY.all()]

    def words(self, told: list[dict[str, Any]]) -> str:
        """One line a definition, its words under it."""
        spoken = formats.spoken()
        return "\n".join(
            f"{d['code']}@{d['version']} {d['alias']}  {d['label'][spoken]}\n"
            f"    {d['definition'][spoken]}"
            for d in told
        )
