"""`maillage worker`."""

from __future__ import annotations

import json
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.crypto import get_random_string
from django_tasks_db.management.commands.db_worker import Worker

from maillage.site import jobs, pulse, server


class Command(BaseCommand):
    """Runs the jobs that wait in the database until interrupted."""

    help = "Run the jobs that wait in the database."

    def add_arguments(self, parser: CommandParser) -> None:
        """How long to go on."""
        parser.add_argument("--once", action="store_true", help="stop when no job waits")
        parser.add_argument("--interval", type=server.some, default=2, help="seconds between looks")
        parser.add_argument("--json", action="store_true", help="say so as one JSON line")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refuse what is not ready, take up what was left, then work, letting health know."""
        server.begin_work()
        name = get_random_string(12)
        said = json.dumps({"worker": name, "pid": os.getpid()})
        self.stdout.write(said if options["json"] else f"Worker {name} looks for jobs")
        self.stdout.flush()
        worker = Worker(queue_names=["*"], excluded_queue_names=[], backend_name="default",
                        interval=options["interval"], batch=options["once"], startup_delay=False,
                        max_tasks=None, worker_id=name)  # fmt: skip
        worker.configure_signals()
        with pulse.beating("worker", also=jobs.ask_for_due):
            jobs.outlive(worker)
