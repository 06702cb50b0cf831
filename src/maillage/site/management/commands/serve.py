"""`maillage serve`."""

from __future__ import annotations

import json
import os
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from maillage.site import server


class Command(BaseCommand):
    """Serves the pages of this instance until interrupted."""

    help = "Serve the pages of this instance."

    def add_arguments(self, parser: CommandParser) -> None:
        """Where to listen."""
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=server.port, default=8000, help="port to listen on")
        parser.add_argument(
            "--processes", type=server.some, help="server processes (two at most by default)"
        )
        parser.add_argument("--json", action="store_true", help="say where as one JSON line")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Refuse what is not ready, gather what browsers need, say where, serve."""
        host, port = options["host"], options["port"]
        server.refuse_taken(host, port)
        server.refuse_unready()
        server.gather_static()
        url = f"http://{host}:{port}/"
        told = {"url": url, "pid": os.getpid(), **server.first_page(url)}
        words = f"Serving {url}{server.BEGIN.format(**told) if 'first_page' in told else ''}"
        self.stdout.write(json.dumps(told) if options["json"] else words)
        self.stdout.flush()
        server.serve(host, port, processes=options["processes"])
