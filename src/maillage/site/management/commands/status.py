"""`maillage status [--json]`."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.site import health


class Command(BaseCommand):
    """Exit 0 while the instance can be used, 1 when it must not be."""

    help = "Tell whether the instance works: database, seals, chains, worker, jobs, disks, backup."

    def add_arguments(self, parser: CommandParser) -> None:
        """How to answer."""
        parser.add_argument("--json", action="store_true", help="the body of /health")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Look at everything that /health and the page look at."""
        status, body = health.report()
        if options["json"]:
            self.stdout.write(json.dumps(body))
        else:
            for finding in health.examine():
                mark = "ok " if finding.well else "LOOK" if not finding.grave else "DOWN"
                self.stdout.write(f"{mark:<5}{finding.name}: {finding.detail}")
        if status != 200:
            raise SystemExit(1)
