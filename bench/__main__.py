"""`python -m bench [NAME…]`: run the measures, each in a process of its own; exit 1 at a lost ratio."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

from bench import measure

OURS = {"__init__", "__main__", "measure"}


def one(name: str) -> int:
    """Run the measures of one module here."""
    print(f"{name}  ({measure.machine()})", flush=True)
    with measure.fresh_database():
        report = measure.Report(name)
        importlib.import_module(f"bench.{name}").measures(report)
    return 1 if report.failed else 0


def main() -> int:
    """One process a module: what one loads or caches must not help or hurt the next."""
    names = sys.argv[1:]
    if len(names) == 1:
        return one(names[0])
    files = Path(__file__).parent.glob("*.py")
    found = sorted({path.stem for path in files if "def measures(" in path.read_text()} - OURS)
    codes = [
        subprocess.run([sys.executable, "-m", "bench", name], check=False).returncode  # noqa: S603
        for name in names or found
    ]
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main())
