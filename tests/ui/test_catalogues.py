"""The French of all packages together: the framework keeps one translation for one sentence."""

from collections import defaultdict
from pathlib import Path

import polib
from django.conf import settings

CATALOGUES = sorted(
    Path(settings.BASE_DIR, "src").glob("maillage/*/locale/fr/LC_MESSAGES/django.po")
)


def test_one_english_sentence_has_one_french_in_all_the_packages():
    """Catalogues are merged: of two translations, readers would see one on the other's page."""
    found = defaultdict(lambda: defaultdict(set))
    for path in CATALOGUES:
        for entry in polib.pofile(str(path)):
            if not entry.obsolete:
                said = entry.msgstr or tuple(sorted(entry.msgstr_plural.items()))
                found[entry.msgctxt, entry.msgid][said].add(path.parents[3].name)
    torn = {said: dict(ways) for (_, said), ways in found.items() if len(ways) > 1}
    assert len(CATALOGUES) > 6
    assert torn == {}
