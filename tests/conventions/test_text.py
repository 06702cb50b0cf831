"""The document and its TOML file: round trip, and messages that name line, key, reason and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings

from maillage.conventions.text.document import ConventionText, TargetKind
from maillage.conventions.text.lines import spot_of, spots_of
from maillage.conventions.text.problems import TextRefused
from maillage.conventions.text.reading import read
from maillage.conventions.text.writing import hundredths, write
from tests.factories.conventions import MINIMAL, convention_texts

LIBRARY = Path(__file__).parents[2] / "src/maillage/conventions/library"


def refused(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(TextRefused) as refusal:
        read(text, file="c.toml")
    assert all(p.remedy for p in refusal.value.problems)
    return [(p.line, p.where, str(p.reason)) for p in refusal.value.problems]


@given(convention_texts())
@settings(max_examples=150, deadline=None)
def test_a_convention_written_then_read_is_the_same(text: ConventionText) -> None:
    assert read(write(text)) == text


@given(convention_texts())
@settings(max_examples=50, deadline=None)
def test_writing_is_stable(text: ConventionText) -> None:
    assert write(read(write(text))) == write(text)


@pytest.mark.parametrize("file", sorted(LIBRARY.glob("*.toml")), ids=lambda f: f.stem)
def test_each_convention_of_the_library_reads_and_round_trips(file: Path) -> None:
    text = read(file.read_text(encoding="utf-8"), file=file.name)
    assert text.slug == file.stem
    assert text.source
    assert read(write(text)) == text


def test_the_minimal_convention_is_read() -> None:
    text = read(MINIMAL)
    (version,) = text.versions
    assert version.effective_on == date(2019, 4, 5)
    assert version.amount_cents == 15_000_000
    assert [p.share_bp for p in version.parties] == [3334, 6666]
    assert next(version.all_targets()).kind is TargetKind.FLOOR
    assert [a.code for a in version.actions()] == ["1.1"]


def test_a_file_that_is_not_toml_names_its_line() -> None:
    ((line, _, reason),) = refused(MINIMAL.replace('title = "Convention', "title = Convention"))
    assert line == 3
    assert "TOML" in reason


def test_an_unknown_format_is_refused() -> None:
    assert refused(MINIMAL.replace("format = 1", "format = 9"))[0][:2] == (1, "format")


def test_a_missing_key_and_an_unknown_key_are_both_told() -> None:
    found = refused(MINIMAL.replace('keeper = "MEL"', 'keper = "MEL"'))
    assert {where for _, where, _ in found} == {"keeper", "keper"}


def test_a_result_typed_in_is_refused_as_an_unknown_key() -> None:
    found = refused(MINIMAL.replace("amount = 4000", "amount = 4000\nactual = 2746"))
    assert found[0][1] == "versions[1].targets[1].actual"
    assert found[0][0] == MINIMAL.splitlines().index("amount = 4000") + 2


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("share = 33.34", "share = 30", "versions[1].parties"),
        ("share = 33.34", "", "versions[1].parties"),
        ("share = 33.34", "share = 133.34", "versions[1].parties"),
        ("share = 33.34", "share = 33.345", "versions[1].parties[1].share"),
        ("share = 33.34", 'share = "33"', "versions[1].parties[1].share"),
        ("share = 33.34", "share = nan", "versions[1].parties[1].share"),
        ("2020-12-31", "2018-12-31", "versions[1].effective_until"),
        ("due_on = 2020-06-30", "due_on = 2019-01-01", "versions[1].axes[1].actions[1].due_on"),
        ("signed_on = 2019-06-01", "signed_on = 2019-01-01", "versions[1].signed_on"),
        ("signed_on = 2019-06-01", "", "versions[1].signed_on"),
        ("effective_on = 2019-04-05", "", "versions[1].effective_on"),
        ("effective_on = 2019-04-05", "effective_on = 2019-04-05T10:00:00", "versions[1].effective_on"),
        ("amount = 4000", "", "versions[1].targets[1].amount"),
        ("amount = 4000", "amount = 0", "versions[1].targets[1].amount"),
        ("amount = 4000", "amount = true", "versions[1].targets[1].amount"),
        ('kind = "floor"', 'kind = "monitor"', "versions[1].targets[1].amount"),
        ('kind = "floor"', 'kind = "gauge"', "versions[1].targets[1].kind"),
        ("by_on = 2020-12-31 #", "by_on = 2019-01-01 #", "versions[1].targets[1].by_on"),
        ('{ organisations = ["MEL"] }', '{ territoire = "mel" }', "versions[1].targets[1].filter.territoire"),
        ('{ organisations = ["MEL"] }', '{ themes = "aid" }', "versions[1].targets[1].filter.themes"),
        ('code = "1.1"', 'code = "1 1"', "versions[1].axes[1].actions[1].code"),
        ('title = "Visiter"', 'title = "  "', "versions[1].axes[1].actions[1].title"),
        ('title = "Visiter"', 'title = "V"\nkey = "other/1.1"', "versions[1].axes[1].actions[1].key"),
        ('steps = ["Liste", "Visites"]', 'steps = "one"', "versions[1].axes[1].actions[1].steps"),
        ("number = 0", "number = 1", "versions[1].number"),
        ('slug = "test-2019"', 'slug = "Test 2019"', "slug"),
        ('title = "Convention', 'title = ""  # "Convention', "title"),
        ('organisation = "CMA"', 'organisation = "MEL"', "versions[1].parties"),
    ],
)  # fmt: skip
def test_each_broken_rule_names_its_place(old: str, new: str, where: str) -> None:
    assert old in MINIMAL
    found = refused(MINIMAL.replace(old, new, 1))
    assert where in {place for _, place, _ in found}
    assert all(line > 0 for line, _, _ in found)


def test_two_actions_with_one_code_are_refused() -> None:
    again = '\n[[versions.axes.actions]]\ncode = "1.1"\ntitle = "Encore"\n'
    assert any("1.1" in reason for _, _, reason in refused(MINIMAL + again))


def test_an_amendment_follows_a_signed_text_and_does_not_hold_before_it() -> None:
    amended = MINIMAL + "\n[[versions]]\nnumber = 1\neffective_on = 2019-01-01\n"
    assert refused(amended)[0][1] == "versions[2].effective_on"
    unsigned = amended.replace("signed = true", "signed = false").replace(
        "2019-01-01", "2020-01-01"
    )
    assert refused(unsigned)[0][1] == "versions[2]"


def test_a_day_of_signature_may_be_unknown_when_the_doubt_says_so() -> None:
    text = MINIMAL.replace("signed_on = 2019-06-01", 'doubt = "Jour de signature non publié."')
    assert read(text).versions[0].signed_on is None


def test_a_convention_without_text_is_refused() -> None:
    head = MINIMAL.split("[[versions]]")[0]
    assert refused(head)[0][1] == "versions"
    assert refused("versions = 3\n" + head)[0][1] == "versions"
    assert refused("versions = [3]\n" + head)[0][1] == "versions[1]"


def test_lines_are_found_behind_long_strings_and_comments() -> None:
    text = 'a = """\n[[b]]\nc = 1\n"""\n# d = 1\n[[b]]\nc = 2\n[b.e]\nf = 1\n[[b]]\nc = 3\n'
    places = spots_of(text)
    assert places["b", 0, "c"] == (7, 1)
    assert places["b", 0, "e", "f"] == (9, 1)
    assert places["b", 1, "c"] == (11, 1)
    assert spot_of(("b", 1, "missing", 4), places) == (10, 1)


def test_money_and_shares_are_written_without_binary_fractions() -> None:
    assert [hundredths(v) for v in (15_000_000, 3334, 5, 10)] == ["150000", "33.34", "0.05", "0.10"]
