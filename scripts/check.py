"""`make check`: everything about the code that can be judged without running the tests."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = ROOT / ".venv" / "bin"
MAILLAGE = (BIN / "python", "-m", "maillage")
# label, command, how to put it right
CHECKS: list[tuple[str, tuple[str | Path, ...], str]] = [
    ("formatting", (BIN / "ruff", "format", "--check", "--quiet", "."), "make fmt"),
    ("lint", (BIN / "ruff", "check", "--quiet", "."), "make fmt, then by hand"),
    ("settings and models", (*MAILLAGE, "check", "--fail-level", "WARNING"), "by hand"),
    ("migrations", (*MAILLAGE, "makemigrations", "--check", "--dry-run"), "maillage makemigrations"),
    ("layers", (BIN / "lint-imports", "--no-cache"), "see docs/architecture.md"),
    ("types", (BIN / "mypy",), "by hand"),
    ("templates", (BIN / "djlint", "--lint", "--quiet", "src"), "by hand"),
    ("dependencies", (BIN / "deptry", "."), "pyproject.toml and make lock"),
    ("reference pages", (*MAILLAGE, "reference", "--check"), "make docs"),
]  # fmt: skip


def holds(label: str, command: tuple[str | Path, ...], remedy: str) -> bool:
    """Run one check; show what it said only when it fails."""
    start = time.monotonic()
    done = subprocess.run(
        [str(word) for word in command],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
    )  # fmt: skip
    mark = "✗" if done.returncode else "✓"
    print(f"  {mark} {label} ({time.monotonic() - start:.1f} s)", flush=True)
    if done.returncode:
        print(f"{done.stdout.rstrip()}\n    Remedy: {remedy}\n", flush=True)
    return not done.returncode


def main() -> int:
    """Every check, even after one has failed: all that is wrong is seen at once."""
    print("Checking Maillage", flush=True)
    os.environ["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    broken = [check[0] for check in CHECKS if not holds(*check)]
    print(f"Not in order: {', '.join(broken)}" if broken else "All in order.", flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
