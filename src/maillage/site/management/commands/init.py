"""`maillage init`."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.site.first_day import preparing


class Command(BaseCommand):
    """Begins an instance: its organisation, its first administrator, its territory, its look."""

    help = "Begin an empty instance; asks on the terminal for what is not given. Safe to run twice."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """One flag a question."""
        preparing.arguments(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Begin, with progress on stderr, or say that it has begun."""
        told = preparing.run(options, lambda text: self.stderr.write(f"  {text}"))
        self.stdout.write(preparing.answer(told, as_json=options["json"]))
