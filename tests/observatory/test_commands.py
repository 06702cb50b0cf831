"""`figures`, `figure`, `publish`, `compare`, `bilan`: a stable contract of keys, exits and streams."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.utils import translation
from pypdf import PdfReader

from maillage import figures
from maillage.figures.cache import CACHE
from maillage.figures.models import Publication
from maillage.kernel import clock
from tests.factories import observatory as make, outreach, register
from tests.factories.observatory import Situation
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

KEYS = {
    "code", "alias", "version", "value", "unit", "numerator", "denominator", "n", "as_of", "records"
}  # fmt: skip
CODE = "outreach.firms_prospected"


class Said(NamedTuple):
    """What a command answered: its exit, its two streams."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*words: object) -> Said:
    """A command as a shell runs it: 0 done, 1 refused, 2 misused."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(*(str(word) for word in words), stdout=out, stderr=err)
    except CommandError as refusal:
        # `call_command` raises what the shell is told by an exit: misuse carries its own code.
        misuse = str(refusal).startswith("Error: ")
        return Said(2 if misuse else refusal.returncode, out.getvalue(), str(refusal))
    return Said(0, out.getvalue(), err.getvalue())


@pytest.fixture
def place() -> Iterator[Situation]:
    """Three firms seen in June 2019, one of them twice, one in vain, and a little money."""
    CACHE.clear()
    held = make.situation()
    held.visits("2019-06-03 2019-06-04", commune="59350")
    twice = register.establishment(commune="59512")
    held.visit("2019-06-05", twice)
    held.visit("2019-07-01", twice)
    with clock.at(noon("2019-06-30")):
        outreach.visit(
            held.adviser, register.establishment(), outcome="absent", occurred_on=clock.today()
        )
    held.commit(1_000, "2019-06-01")
    held.pay(250, "2019-06-15")
    with clock.at(noon("2020-06-30")):
        yield held


# figures


def test_the_list_tells_every_version_of_every_indicator_in_both_languages() -> None:
    told = run("figures", "--json").json

    assert [(d["code"], d["version"]) for d in told] == [
        (d.code, d.version) for d in figures.REGISTRY.all()
    ]
    for definition in told:
        assert {"code", "alias", "version", "label", "definition", "unit", "dimensions"} <= set(
            definition
        )
        assert all(
            definition[part][lang] for part in ("label", "definition") for lang in ("fr", "en")
        )
        is_rate = {"numerator", "denominator"} <= set(definition)
        assert is_rate != ({"key", "date", "relation"} <= set(definition))


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_list_for_people_says_code_alias_and_words_in_their_language(language: str) -> None:
    definition = figures.get("I01")
    with translation.override(language):
        said = run("figures")

        assert f"{CODE}@1 I01  {definition.label}\n    {definition.words}" in said.out


@pytest.mark.parametrize("number", ["01", "02", "03", "04", "05", "11", "12", "13"])
def test_the_number_of_the_reference_list_is_a_permanent_alias(number: str) -> None:
    by_alias = figures.get(f"I{number}")

    assert by_alias.alias == f"I{number}"
    assert figures.get(by_alias.code) is by_alias


# figure

ANSWERED = """
    arguments                                     | value  | numerator | denominator | n
    I01                                           | 3      |           |             | 3
    outreach.firms_prospected                     | 3      |           |             | 3
    outreach.firms_prospected@1                   | 3      |           |             | 3
    I01 --period 2019-07                          | 1      |           |             | 1
    I01 --period 2019-06-03..2019-06-03           | 1      |           |             | 1
    I01 --period 2020                             | 0      |           |             | 0
    I01 --territory 59512                         | 1      |           |             | 1
    I01 --territory mel                           | 3      |           |             | 3
    I01 --territory 245900410                     | 3      |           |             | 3
    I01 --territory 200093201                     | 3      |           |             | 3
    I01 --as-of 2019-06-04                        | 2      |           |             | 2
    I01 --as-of 2019-06-04T11:59                  | 1      |           |             | 1
    I01 --as-of 2019-06-04T12:00:01+02:00         | 2      |           |             | 2
    I03                                           | 0.8    | 4         | 5           | 5
    I03 --records                                 | 0.8    | 4         | 5           | 5
    I03 --period 2018                             |        | 0         | 0           | 0
    I12                                           | 0.25   | 25000     | 100000      | 2
    I12 --records                                 | 0.25   | 25000     | 100000      | 2
    conventions.payments                          | 25000  |           |             | 1
"""
"""Without options: all acts known now, everywhere; nothing below a rate is n/a, never 0."""


def cells(drawing: str) -> list[tuple[str, ...]]:
    rows = [line for line in drawing.strip().splitlines()[1:] if line.strip()]
    return [tuple(cell.strip() for cell in row.split("|")) for row in rows]


def test_a_figure_answers_what_it_is_asked(place: Situation) -> None:
    found = []
    for arguments, *_expected in cells(ANSWERED):
        told = run("figure", *arguments.split(), "--json").json
        assert set(told) >= KEYS, arguments
        shown = (told["value"], told["numerator"], told["denominator"], told["n"])
        found.append((arguments, *("" if part is None else str(part) for part in shown)))

    assert found == cells(ANSWERED)


def test_a_convention_answers_by_the_rule_of_its_promise(place: Situation) -> None:
    stranger = outreach.visit()
    slug, key = place.convention.slug, place.convention.key

    assert stranger is not None
    assert run("figure", "I01", "--json").json["value"] == 4
    assert run("figure", "I01", "--convention", slug, "--json").json["value"] == 3
    assert run("figure", "I01", "--convention", key, "--json").json["value"] == 3
    asked = ("figure", "I01", "--convention", slug, "--territory", "59512", "--json")
    assert run(*asked).json["value"] == 1


def test_a_figure_without_records_says_null_under_that_key(place: Situation) -> None:
    assert run("figure", "I01", "--json").json["records"] is None


def test_records_are_the_counted_units_each_with_its_acts(place: Situation) -> None:
    told = run("figure", "I01", "--records", "--json").json

    assert len(told["records"]) == told["n"] == told["value"] == 3
    assert sorted(len(record["acts"]) for record in told["records"]) == [1, 1, 2]
    for record in told["records"]:
        assert set(record) == {"unit", "acts"}
        assert all(set(act) == {"id", "kind", "occurred_on", "source"} for act in record["acts"])


def test_records_of_all_pages_are_told(place: Situation) -> None:
    outreach.many_firms(2)
    with clock.at(noon("2020-01-10")):
        for _ in range(58):
            outreach.visit(place.adviser, occurred_on=clock.today())

    told = run("figure", "I01", "--records", "--json").json

    assert len({record["unit"] for record in told["records"]}) == told["n"] == 61


@pytest.mark.parametrize("by", ["commune", "month", "organisation", "first_month"])
def test_a_breakdown_tells_its_parts_and_their_overlap(place: Situation, by: str) -> None:
    told = run("figure", "I01", "--by", by, "--json").json

    assert sum(group["value"] for group in told["groups"]) == told["value"] + told["overlap"]
    assert told["overlap"] == (1 if by == "month" else 0)
    assert all({"key", "label", "value", "n", "masked"} <= set(group) for group in told["groups"])


def test_without_a_split_no_part_is_told(place: Situation) -> None:
    assert "groups" not in run("figure", "I01", "--json").json


def test_a_bare_day_reads_up_to_its_end_in_paris(place: Situation) -> None:
    told = run("figure", "I01", "--as-of", "2019-06-04", "--json").json

    assert told["as_of"].startswith("2019-06-04T23:59:59")
    assert told["as_of"].endswith("+02:00")


def test_the_same_figure_in_words_for_a_person(place: Situation) -> None:
    lines = run("figure", "I01").out.splitlines()

    assert "alias: I01" in lines
    assert "value: 3" in lines
    assert "numerator: -" in lines


REFUSED = [
    ("figure I99", 1, "Indicateur inconnu : I99.", "Unknown indicator: I99."),
    ("figure I01 --territory 000000000", 1, "« 000000000 »", "000000000"),
    (
        "figure I01 --by astrology",
        1,
        "Ses dimensions : commune, sector, month, first_month, organisation.",
        "astrology",
    ),
    (
        "figure I01 --convention nowhere",
        1,
        "Aucune convention ne s’appelle « nowhere ». Celles de l’instance : convention-obs-",
        "No convention is called “nowhere”. Those there are: convention-obs-",
    ),
    (
        "figure I01 --period 2020..2019",
        2,
        "une période s’écrit 2019-04-05..2020-06-30, 2019 ou 2019-06",
        "a period is written 2019-04-05..2020-06-30, 2019 or 2019-06",
    ),
    (
        "figure I01 --as-of demain",
        2,
        "un instant s’écrit 2020-06-30 (sa fin, à Paris) ou 2020-06-30T09:00",
        "an instant is written 2020-06-30 (its end, in Paris) or 2020-06-30T09:00",
    ),
    ("figure I01 --as-of 0001-01-01T00:00", 2, "un instant s’écrit", "an instant is written"),
    ("figure", 2, "CODE", "CODE"),
    ("publish nowhere --period 2019", 1, "Aucune convention", "No convention"),
    ("publish {slug}", 2, "--period", "--period"),
    (
        "publish {slug} --period 2019..2021",
        1,
        "Cette période n’est pas finie. Publiez au plus jusqu’à aujourd’hui.",
        "This period is not over. Publish up to today at most.",
    ),
    (
        "publish {slug} --period 2018",
        1,
        (
            "Aucun texte de cette convention n’était en vigueur à cette date. "
            "Choisissez une date plus tardive."
        ),
        "No text of this convention was in force on that date. Choose a later date.",
    ),
    (
        "compare {slug} --period 2019",
        1,
        (
            "Cette période n’a jamais été publiée. maillage publish {slug} "
            "--period 2019-01-01..2019-12-31"
        ),
        "This period was never published. maillage publish {slug} --period 2019-01-01..2019-12-31",
    ),
    ("compare {slug}", 2, "--period", "--period"),
    ("bilan nowhere", 1, "Aucune convention", "No convention"),
    ("bilan {slug} --as-of 2018-01-01", 1, "Choisissez une date plus tardive.", "later date."),
    (
        "bilan {slug} --html /nowhere/at/all.html",
        1,
        (
            "/nowhere/at/all.html n’a pas pu être écrit : No such file or directory. "
            "Donnez un fichier d’un dossier qui existe et où vous pouvez écrire."
        ),
        (
            "/nowhere/at/all.html could not be written: No such file or directory. "
            "Name a file in a folder that exists and where you may write."
        ),
    ),
]


@pytest.mark.parametrize("language", ["fr", "en"])
def test_what_is_refused_says_why_and_the_remedy(place: Situation, language: str) -> None:
    for line, exit_, fr, en in REFUSED:
        words = {"fr": fr, "en": en}[language].format(slug=place.convention.slug)
        with translation.override(language):
            said = run(*line.format(slug=place.convention.slug).split(), "--json")
        plain = said.err.replace("\u00a0", " ")
        assert (said.exit, said.out) == (exit_, ""), line
        assert words in plain, (line, plain)
    assert not Publication.objects.exists()


# publish, compare


def test_a_publication_tells_what_it_froze_and_the_heads_it_rests_on(place: Situation) -> None:
    told = run(
        "publish", place.convention.slug, "--period", "2019-04-05..2019-12-31", "--json"
    ).json

    assert set(told) == {
        "key", "subject", "period", "published_at", "digest", "heads", "figures"
    }  # fmt: skip
    assert told["period"] == "2019-04-05..2019-12-31"
    assert len(told["heads"]) == 2
    whole = next(f for f in told["figures"] if f["reference"] == f"{CODE}@1" and not f["by"])
    assert (whole["value"], whole["unit"], whole["public"]["masked"]) == (3, "firm", False)
    assert Publication.objects.get(key=told["key"]).organisation == place.epci


def test_comparing_tells_published_today_and_the_acts_in_between(place: Situation) -> None:
    slug, period = place.convention.slug, "2019-04-05..2019-12-31"
    run("publish", slug, "--period", period)
    with clock.at(noon("2020-07-02")):
        outreach.visit(place.adviser, occurred_on=noon("2019-09-01").date())
        told = run("compare", slug, "--period", period, "--json").json

    assert set(told) == {"convention", "period", "published_at", "figures"}
    moved = next(f for f in told["figures"] if f["code"] == CODE and not f["by"])
    assert (moved["published"], moved["today"], moved["delta"]) == (3, 4, 1)
    assert [act["kind"] for act in moved["acts"]] == ["outreach.visit_done"]
    money = next(f for f in told["figures"] if f["code"] == "conventions.payments")
    assert (money["published"], money["today"], money["acts"]) == (25_000, 25_000, [])


def test_publishing_twice_revises_and_comparing_reads_the_newest(place: Situation) -> None:
    slug = place.convention.slug
    keys = [run("publish", slug, "--period", "2019", "--json").json["key"] for _ in range(2)]

    second = Publication.objects.get(key=keys[1])
    assert second.revises is not None
    assert str(second.revises.key) == keys[0]
    told = run("compare", slug, "--period", "2019", "--json").json
    assert all(not figure["acts"] for figure in told["figures"])


# bilan


def test_the_report_tells_every_figure_with_its_promise(place: Situation) -> None:
    told = run("bilan", place.convention.slug, "--json").json

    assert {"convention", "period", "as_of", "elapsed", "figures", "digest"} <= set(told)
    floor = next(f for f in told["figures"] if f["code"] == CODE and "groups" not in f)
    assert floor["promise"] == {"code": "T1", "kind": "floor", "amount": 10}
    assert (floor["value"], floor["state"]) == (3, "late")


def test_the_files_of_a_report_lead_to_the_instance_from_wherever_they_are_read(
    place: Situation, tmp_path: Path, settings: Any
) -> None:
    settings.ADDRESS = "https://maillage.example/"
    page, paper = tmp_path / "bilan.html", tmp_path / "bilan.pdf"

    run("bilan", place.convention.slug, "--html", page, "--pdf", paper)

    written = BeautifulSoup(page.read_text("utf-8"), "html.parser").select("a[href]")
    annotations = [a.get_object() for p in PdfReader(paper).pages for a in p.get("/Annots", [])]
    for addresses in ([a["href"] for a in written], [a["/A"]["/URI"] for a in annotations]):
        assert addresses
        assert all(url.startswith("https://maillage.example/") for url in addresses)


def test_nothing_is_written_when_one_of_the_files_cannot_be_made(
    place: Situation, tmp_path: Path
) -> None:
    kept = tmp_path / "kept.html"

    said = run("bilan", place.convention.slug, "--html", kept, "--as-of", "2018-01-01")

    assert said.exit == 1
    assert not kept.exists()


def test_the_report_as_of_a_past_day_is_written_as_of_that_day(
    place: Situation, tmp_path: Path
) -> None:
    page = tmp_path / "b.html"

    told = run(
        "bilan", place.convention.slug, "--as-of", "2019-06-04", "--html", page, "--json"
    ).json

    whole = next(f for f in told["figures"] if f["code"] == CODE and "groups" not in f)
    assert whole["value"] == 2
    assert "4 juin 2019" in page.read_text(encoding="utf-8")
