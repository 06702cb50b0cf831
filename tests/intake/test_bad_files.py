"""Bad files: what is refused says where and why, what is good is taken, and the sums add up."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.utils import translation

from maillage.intake.reading import child
from maillage.intake.reading.limits import Limits, Refused
from maillage.intake.reasons import FILES, ROWS, reason
from maillage.intake.tables import CannotTake, Remark, Understanding
from tests.intake.bad_files import MOST, BadFile, all_bad_files
from tests.intake.specimen import IMPORTER

BAD = all_bad_files()
LIMITS = Limits(rows=MOST, field=11 << 20)


def events(path: Path, name: str, limits: Limits = LIMITS):
    """What the child tells, read in this process."""
    for event in child.answer(path, name, limits):
        if event[0] == "refused":
            raise Refused(event[1], line=event[2], column=event[3], value=event[4])
        if event[0] != "done":
            yield list(event)


def understood(path: Path, name: str) -> tuple[Understanding, list]:
    reading = Understanding(name, IMPORTER)
    return reading, list(reading.rows(events(path, name)))


def test_there_are_at_least_150_of_them_each_by_its_own_name() -> None:
    assert len(BAD) >= 150
    assert len({bad.label for bad in BAD}) == len(BAD)


@pytest.mark.parametrize("bad", [b for b in BAD if b.whole], ids=lambda b: b.label)
def test_a_file_refused_whole_says_why_in_french(bad: BadFile, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(bad.make())

    with pytest.raises(CannotTake) as refused:
        understood(path, bad.name)

    remark = refused.value.remark
    assert remark.code == bad.whole
    assert remark.file == bad.name
    assert FILES[bad.whole].fr in str(refused.value)


@pytest.mark.parametrize("bad", [b for b in BAD if not b.whole], ids=lambda b: b.label)
def test_a_refused_row_says_where_and_why_and_the_others_are_taken(
    bad: BadFile, tmp_path: Path
) -> None:
    path = tmp_path / "file"
    path.write_bytes(bad.make())

    reading, told = understood(path, bad.name)

    refused = [one for one in told if isinstance(one, Remark)]
    assert [(one.column, one.code) for one in refused] == list(bad.refused)
    assert len(told) - len(refused) == bad.accepted
    assert reading.read == len(told)
    assert all(one.file == bad.name and one.line > 0 and one.row for one in refused)
    assert all(one.as_json(IMPORTER)["reason"] == ROWS[one.code].fr for one in refused)


def test_every_reason_is_said_in_both_languages_with_a_remedy() -> None:
    for code, words in {**ROWS, **FILES}.items():
        assert words.fr != words.en, code
        assert "\u00a0: " in words.fr, code
        assert ": " in words.en, code
    with translation.override("en"):
        assert reason("blank") == ROWS["blank"].en
    assert reason("nobody knows it") == "nobody knows it"
