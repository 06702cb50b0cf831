"""`maillage import_sirene`: INSEE's stock files into the register, for one territory."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.register.importers.telling import tell_import

_FILES = {
    "units": "StockUniteLegale",
    "establishments": "StockEtablissement",
    "history": "StockEtablissementHistorique (may be blank)",
    "links": "StockEtablissementLiensSuccession (may be blank)",
}


class Command(BaseCommand):
    """Read INSEE's stock files; shows what they change, applies it unless `--dry-run`."""

    help = "Import INSEE's Sirene stock files (CSV, zip or Parquet) for a territory."

    def add_arguments(self, parser: CommandParser) -> None:
        """The files, the territory, and how to answer."""
        for name, holds in _FILES.items():
            parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=holds)
        parser.add_argument("--territory", required=True, metavar="SIREN")
        parser.add_argument("--vintage", type=date.fromisoformat, metavar="DATE")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--lists", type=Path, metavar="F.csv", help="of --dry-run, by kind")
        parser.add_argument(
            "--changes", action="store_true", help="the stock’s lines that changed, alone"
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Exit 0 when done, 1 when refused, 2 when the request or a file cannot be taken at all."""
        names = (*_FILES, "territory", "vintage", "dry_run", "lists", "changes")
        request = {name: options[name] for name in names}
        code = tell_import(request, as_json=options["json"], out=self.stdout, err=self.stderr)
        if code:
            raise SystemExit(code)
