"""What is packed: a wheel carries its front-end files and its translations, and serves without a checkout."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deployed.running import A_MOMENT, PATIENCE, ROOT, Browser, free_port

pytestmark = pytest.mark.deployed

# An instance of its own; and bytecode is written, or each process would compile everything again.
LEFT = {"DATABASE_URL", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}
CARRIED = (
    "maillage/ui/frontend/htmx.min.js",
    "maillage/ui/static/ui/maillage.css",
    "maillage/places/geography/package-lock.json",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, as `make wheel` packs it."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    (packed,) = folder.glob("*.whl")
    return packed


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where its files lie once installed: far from the sources."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)
    return folder


@pytest.fixture(scope="module")
def environment(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An instance of its own, that finds Maillage there and nowhere else."""
    given = {k: v for k, v in os.environ.items() if k not in LEFT}
    home = tmp_path_factory.mktemp("home")
    return given | {
        "PYTHONPATH": str(installed), "MAILLAGE_HOME": str(home), "ALLOWED_HOSTS": "127.0.0.1",
        "DJANGO_SETTINGS_MODULE": "maillage.site.settings",
    }  # fmt: skip


def run(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """A command of the product that was installed."""
    return subprocess.run(
        [sys.executable, "-m", "maillage", *words], cwd=environment["MAILLAGE_HOME"],
        env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL,
    )  # fmt: skip


def test_it_carries_what_browsers_are_served_and_each_catalogue_compiled(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    assert set(CARRIED) <= names
    assert sum(name.endswith(".woff2") for name in names) == 2
    sources = {
        str(path.relative_to(ROOT / "src").with_suffix(".mo"))
        for path in (ROOT / "src").rglob("locale/*/LC_MESSAGES/*.po")
    }
    assert sources <= names
    assert not [name for name in names if name.startswith("tests") or "node_modules" in name]


def test_the_lock_of_the_geographies_is_the_one_of_the_sources(installed: Path) -> None:
    for name in ("package.json", "package-lock.json"):
        packed = (installed / "maillage" / "places" / "geography" / name).read_text()
        assert packed == (ROOT / name).read_text()


def test_without_the_geographies_it_says_how_to_get_them(environment: dict[str, str]) -> None:
    told = run(environment, "load_places")
    assert told.returncode == 1
    assert str(Path(environment["MAILLAGE_HOME"]) / "geography") in told.stderr


@pytest.fixture(scope="module")
def served(environment: dict[str, str]) -> Iterator[int]:
    """The pages of the product that was installed."""
    for words in (("migrate", "--verbosity", "0"), ("collectstatic", "--noinput", "--verbosity=0")):
        done = run(environment, *words)
        assert done.returncode == 0, done.stderr
    port = free_port()
    with subprocess.Popen(
        [sys.executable, "-m", "maillage", "serve", "--port", str(port), "--processes", "1", "--json"],
        cwd=environment["MAILLAGE_HOME"], env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    ) as running:  # fmt: skip
        try:
            for _ in range(PATIENCE * 20):
                assert running.poll() is None, "the server ended"
                try:
                    Browser(port).get("/health")
                except OSError:
                    A_MOMENT.wait(0.05)
                else:
                    break
            yield port
        finally:
            running.terminate()


def test_its_pages_and_each_file_they_name_are_served(served: int) -> None:
    browser = Browser(served)
    page = browser.get("/figures/")
    if page.status == 302:  # an empty instance leads to its first page
        page = browser.get(page.headers["location"])
    assert page.status in {200, 404}
    assert 'lang="fr"' in page.text
    files = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    assert any(name.endswith(".css") for name in files)
    for name in files:
        assert browser.get(name).status == 200, name


def test_it_runs_from_where_it_was_installed(environment: dict[str, str], installed: Path) -> None:
    code = "import json, maillage, pathlib; print(json.dumps(maillage.__file__))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert Path(json.loads(done.stdout)).is_relative_to(installed)
