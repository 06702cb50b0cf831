"""`maillage retention [--apply] [--json]`."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.accounts import retaining
from maillage.accounts.actors import System


class Command(BaseCommand):
    """Tells what the retention rules meet today; applies them when asked to."""

    help = "Tell which rows are kept long enough; with --apply, empty or remove them."

    def add_arguments(self, parser: CommandParser) -> None:
        """Look, or do."""
        parser.add_argument("--apply", action="store_true", help="do it; otherwise only tell")
        parser.add_argument("--json", action="store_true")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Count, then apply and count what went."""
        due = [line.told for line in retaining.look()]
        if options["apply"]:
            run = retaining.apply(by=System("the retention rules"))
            due = [line | {"rows": run.detail.get(line["rule"], 0)} for line in due]
        answer = {"applied": options["apply"], "rows": sum(d["rows"] for d in due), "rules": due}
        if options["json"]:
            self.stdout.write(json.dumps(answer, ensure_ascii=False))
            return
        for line in due:
            since = f", the oldest of {line['oldest'][:10]}" if line["oldest"] else ""
            self.stdout.write(f"{line['rows']:>8}  {line['rule']} ({line['days']} days{since})")
        done = "applied" if options["apply"] else "nothing was touched: add --apply"
        self.stdout.write(f"{answer['rows']:>8}  in all; {done}")
