"""A backup made by an earlier version is restored by this one, and its figures are what they were.

`earlier/` holds such backups, each made once and never again: `python -m tests.site.keeping.earlier_made`
made the first. A version that changes the tables keeps restoring them, or this test fails.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from maillage import ledger
from maillage.site import health
from maillage.site.keeping import restore
from tests.site.keeping.conftest import EARLIER, filled
from tests.site.keeping.instances import Empty, at, told

FOUND = sorted(path.parent for path in EARLIER.rglob("manifest.json"))

pytestmark = pytest.mark.usefixtures("anywhere")


def test_there_is_one_from_before_this_schema() -> None:
    content = restore.Backup(FOUND[0], tell=len).content

    assert "conventions.0003_promised_amount" not in content.migrations
    assert "outreach.0002_campaign_version" not in content.migrations


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOUND, ids=lambda folder: folder.parent.name)
def test_it_is_restored_migrated_sealed_and_its_figures_are_the_same(
    folder: Path, empty: Empty
) -> None:
    expected = json.loads(folder.with_name("figures.json").read_text(encoding="utf-8"))

    with at(filled(folder, empty(migrated=False))):
        assert health.pending_migrations() == []
        health.assert_sealed()
        assert ledger.verify().is_valid
        assert [head._asdict() for head in ledger.heads()] == expected.pop("heads")
        found = json.loads(json.dumps(told()))
        assert {name: found[name] for name in expected} == expected
