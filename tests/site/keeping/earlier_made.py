"""How the backups of `earlier/` are made: `python -m tests.site.keeping.earlier_made FOLDER`.

The smallest demonstration, from its fixed seed, in tables as they were before four migrations of the
first version: a table that is rebuilt under its seal, one that gains a column, and indexes.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

BEFORE = (
    ("site", "0002_instance"),
    ("conventions", "0002_line_once"),
    ("outreach", "0001_outreach"),
    ("register", "0003_fewer_indexes"),
)


def main(out: Path) -> None:
    """Play, read every figure, go back to the earlier tables, back up."""
    os.environ["MAILLAGE_HOME"] = tempfile.mkdtemp()
    os.environ["DJANGO_SETTINGS_MODULE"] = "maillage.site.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from maillage import ledger
    from maillage.site.demo import story
    from maillage.site.keeping import backup
    from tests.browser.demonstration import settle_geography
    from tests.site.keeping.instances import told

    call_command("migrate", verbosity=0)
    settle_geography()
    story.play(story.Size("tiny", mel=60, call=10, pace_mel=-1, pace_call=-1, wrong=1), print)
    expected = {**told(), "heads": [head._asdict() for head in ledger.heads()]}
    for app, name in BEFORE:
        call_command("migrate", app, name, verbosity=0)
    out.mkdir(parents=True)
    text = json.dumps(expected, indent=1, ensure_ascii=False)
    (out / "figures.json").write_text(text + "\n", encoding="utf-8")
    backup.make(out / "backup", passphrase="", tell=print)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
