"""`make run`: a database that fits, something to look at, then the pages and the worker together."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MAILLAGE = [str(ROOT / ".venv" / "bin" / "python"), "-m", "maillage"]
PATIENCE_SECONDS = 15


def prepare(label: str, *command: str) -> None:
    """One step before serving; it speaks for itself, and stops everything when it fails."""
    print(f"— {label}", flush=True)
    start = time.monotonic()
    done = subprocess.run([*MAILLAGE, *command], cwd=ROOT, check=False)
    if done.returncode:
        sys.exit(f"«maillage {' '.join(command)}» did not succeed; nothing is served.")
    print(f"  {time.monotonic() - start:.1f} s", flush=True)


def is_empty() -> bool:
    """Whether nobody works on this instance yet: no organisation."""
    question = (
        "import django; django.setup(); from maillage.accounts.models import Organisation; "
        "raise SystemExit(Organisation.objects.exists())"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "maillage.site.settings"}
    asked = subprocess.run([MAILLAGE[0], "-c", question], cwd=ROOT, env=environment, check=False)
    return asked.returncode == 0


def refuse_taken(port: int) -> None:
    """Say at once that the port is taken, before minutes of preparation."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            sys.exit(
                f"Something already listens on port {port}: Maillage, perhaps?\n"
                f"Remedy: open http://127.0.0.1:{port}/, stop it, or make run PORT={port + 1}"
            )


def together(*commands: list[str]) -> int:
    """Run the processes until one ends or we are interrupted; then stop the others gently."""
    # Each has its own session: an interruption at the terminal reaches us alone, and we pass it on.
    running = [
        subprocess.Popen([*MAILLAGE, *c], cwd=ROOT, start_new_session=True) for c in commands
    ]
    asked = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: asked.append(True))
    while not asked and all(process.poll() is None for process in running):
        time.sleep(0.5)
    for process in running:
        if process.poll() is None:
            process.terminate()
    for process in running:
        try:
            process.wait(PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
    print(
        "\nStopped." if asked else "\nOne of the processes ended; the other was stopped.",
        flush=True,
    )
    return 0 if asked else 1


def main() -> int:
    """Prepare, then serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    if not 0 < port < 65536:
        parser.error(f"{port} is no port: write a number from 1 to 65535")
    refuse_taken(port)
    # Links sent or shown lead to where this very instance is served.
    os.environ.setdefault("MAILLAGE_ADDRESS", f"http://127.0.0.1:{port}")
    prepare("database", "migrate", "--verbosity", "0")
    prepare("geography", "load_places")
    if is_empty():
        prepare("demonstration (invented data, since the instance is empty)", "demo")
    print(f"— pages on http://127.0.0.1:{port}/ and worker; Ctrl+C stops both", flush=True)
    return together(["serve", "--port", str(port)], ["worker"])


if __name__ == "__main__":
    sys.exit(main())
