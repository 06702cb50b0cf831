"""From INSEE's files to what everybody reads: the command builds and loads, a partner publishes, pages and files agree."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from maillage.accounts.actors import System
from maillage.accounts.models import Organisation
from maillage.figures.models import Observation, StockVintage
from maillage.figures.observations import loading
from maillage.kernel import clock
from maillage.kernel.identifiers import uuid7
from maillage.observatory import observed, observed_publishing
from tests.factories import accounts, observed as make
from tests.factories.stocks import Life, Link, Stock, siret
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

LIVES = [
    # Lille: four bakeries of craft, of which one went to Roubaix and one closed for good.
    Life(siret(1), ("2016-02-01",), "59350", trade="1071CZ", band="02"),
    Life(siret(2), ("2016-03-01", "2018-09-01"), "59350", trade="1071CZ", band="01"),
    Life(siret(3), ("2016-04-01", "2017-05-01"), "59350", trade="1071CZ"),
    Life(siret(3, 2), ("2017-05-01",), "59512", trade="1071CZ", is_seat=False),
    Life(siret(4), ("2016-06-01",), "59350", trade="1071CZ", band="01"),
    # Roubaix: hairdressers, one of which stopped for a year.
    Life(siret(5), ("2015-01-15",), "59512", "96.02A", trade="9602AA", band="01"),
    Life(siret(6), ("2015-05-01", "2017-01-01", "2018-01-01"), "59512", "96.02A", trade="9602AA"),
    Life(siret(7), ("2016-05-01",), "59512", "96.02A", trade="9602AA", band="03"),
    *(Life(siret(10 + n), ("2016-05-02",), "59512", "96.02A", trade="9602AA") for n in range(3)),
    # Offices, which are no craft.
    *(Life(siret(20 + n), ("2016-01-10",), "59350", "70.22Z") for n in range(5)),
    # Lens, outside.
    Life(siret(40), ("2016-01-01",), "62498", trade="1071CZ"),
]
LINKS = [Link(siret(3), siret(3, 2), "2017-05-01")]


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    make.places_loaded()
    with clock.at(noon("2020-12-31")):
        yield


@pytest.fixture
def asked(tmp_path: Path) -> list[str]:
    """The command that builds of these lives."""
    made = Stock(LIVES, LINKS).write(tmp_path / "files")
    words = []
    for role in ("units", "establishments", "history", "links"):
        words += [f"--{role}", *map(str, getattr(made, role))]
    return [*words, "--out", str(tmp_path / "out"), "--as-of", "2020-12-31"]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where what was built once is kept for the other tests: building takes seconds, loading does not."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def published(asked: list[str], kept: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lives built, loaded and public; the words of the command."""
    if not (kept / "observations.parquet").exists():
        call_command("build_observatory", *asked, "--territory", make.MEL, "--json")
        assert json.loads(capsys.readouterr().out)["loaded"] == [make.MEL]
        for path in Path(asked[asked.index("--out") + 1]).iterdir():
            shutil.copy(path, kept)
    day = date(2020, 12, 31)
    loading.load(
        loading.Loading(
            path=kept / "observations.parquet", as_of=day, history_start=date(2003, 1, 1),
            source="Sirene (INSEE)", is_invented=False, territories=[make.MEL],
        )
    )  # fmt: skip
    accounts.organisation("epci", name="Métropole", short_name="MEL")
    call_command("publish_observatory", make.MEL, "--by", "MEL", "--json")
    capsys.readouterr()
    return asked


def read(indicator: str, area: str, period: str, **asked: Any) -> observed.Observed:
    """One published cell."""
    made = observed.newest(make.MEL)
    assert made is not None
    rows = observed.cells(
        made,
        [indicator],
        areas=[area],
        periods=[period],
        segments=[asked.get("segment", "all")],
        activities=[asked.get("activity", "all")],
    )
    (row,) = rows
    return row


def test_lives_are_told_as_they_were_lived(published: list[str]) -> None:
    stock = {year: read("register.stock", make.MEL, str(year)).value for year in range(2016, 2021)}
    # Two hairdressers on 1 January 2016; who stopped on 1 January 2017 was not there that day, who came back
    # on 1 January 2018 was not there before it; a move changes nothing.
    assert stock == {2016: 2, 2017: 14, 2018: 14, 2019: 14, 2020: 14}
    births = {
        year: read("register.births", make.MEL, str(year)).value for year in (2015, 2016, 2018)
    }
    assert births == {2015: 2, 2016: 13, 2018: 0}, (
        "who comes back within two years is not born again"
    )
    assert read("register.reactivations", make.MEL, "2018").value == 1
    assert read("register.closures", make.MEL, "2018").value == 1
    assert read("register.stock", "59512", "2018", segment="craft_rm").value == 6


def test_the_accounts_of_the_territory_balance_every_year(published: list[str]) -> None:
    for year in range(2015, 2020):
        now, then = str(year), str(year + 1)
        flows = {
            name: read(f"register.{name}", make.MEL, now).value or 0
            for name in ("births", "reactivations", "arrivals", "closures", "departures")
        }
        came = flows["births"] + flows["reactivations"] + flows["arrivals"]
        gone = flows["closures"] + flows["departures"]
        before = read("register.stock", make.MEL, now).value or 0
        assert read("register.stock", make.MEL, then).value == before + came - gone


def test_survival_follows_who_moved_and_who_stopped(published: list[str]) -> None:
    cohort = read("register.survival_3y", make.MEL, "2016", segment="all")
    assert (cohort.numerator, cohort.denominator) == (12, 13), (
        "one closed for good within three years"
    )
    young = read("register.survival_3y", make.MEL, "2015")
    assert young.is_hidden, "a cohort of two"


def test_every_link_of_a_page_opens_onto_as_many_establishments_as_it_says(
    client: Client, published: list[str]
) -> None:
    page = reverse("observatory:observatory", args=[make.MEL, "conjoncture"])
    soup = BeautifulSoup(client.get(page).content, "html.parser")
    links = [a for a in soup.select("main a[href*='/etablissements/']") if a.get("aria-label")]
    assert len(links) > 5
    for link in links[:40]:
        opened = BeautifulSoup(client.get(link["href"]).content, "html.parser")
        assert opened.h1 is not None
        count = int(re.sub(r"\D", "", opened.h1.get_text().split("établissement")[0]) or 0)
        said = link["aria-label"]
        if "%" not in said:
            number = re.search(r":\s*([\d\u202f]+)", said)
            assert number is not None, said
            assert count == int(number[1].replace("\u202f", "")), (said, link["href"])
        beside = opened.select(
            "section[aria-labelledby=h-beside] tbody tr"
        )  # of a rate, the other list
        assert len(opened.select("main tbody tr")) - len(beside) == min(count, 50)


def test_the_firm_that_moved_is_in_the_list_of_where_it_is_now(
    client: Client, published: list[str]
) -> None:
    page = reverse("observatory:observatory_firms", args=[make.MEL])
    asked = {"indicateur": "register.stock", "periode": "2018", "zone": "59512"}
    text = BeautifulSoup(client.get(page, asked).content, "html.parser").get_text("", strip=True)
    assert siret(3, 2) in text.replace("\u00a0", "").replace("\u202f", "").replace(" ", "")
    assert "Boulangerie et boulangerie-pâtisserie" in text


def test_jobs_of_few_employers_are_read_by_nobody(client: Client, published: list[str]) -> None:
    text = client.get(reverse("observatory:observatory_csv", args=[make.MEL])).content.decode(
        "utf-8-sig"
    )
    jobs = [
        row
        for row in csv.DictReader(io.StringIO(text), delimiter=";")
        if row["indicator"].startswith("register.jobs") and row["area_kind"] == "commune"
    ]
    assert {row["area"] for row in jobs} == {"59350", "59512"}
    assert {row["status"] for row in jobs} == {"A"}, "two employers in each"
    assert not any(row["value"] or row["n"] for row in jobs)


def test_the_whole_of_france_is_built_and_the_chosen_territory_loaded(
    asked: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("build_observatory", *asked, "--all", "--load", make.CALL, "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["loaded"] == [make.CALL]
    assert set(Observation.objects.values_list("territory", flat=True)) == {make.CALL}
    vintage = StockVintage.objects.get()
    assert loading.spells_of(vintage).is_file()
    assert not vintage.is_invented


def test_a_newer_stock_takes_the_place_of_the_older_once_published(
    client: Client, published: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = Stock([*LIVES, Life(siret(60), ("2020-02-01",), "59350", "70.22Z")], LINKS)
    made = later.write(tmp_path / "later")
    words = []
    for role in ("units", "establishments", "history", "links"):
        words += [f"--{role}", *map(str, getattr(made, role))]
    words += ["--out", str(tmp_path / "newer"), "--as-of", "2021-01-31", "--territory", make.MEL]
    with clock.at(noon("2021-02-01")):
        call_command("build_observatory", *words)
        assert read("register.births", make.MEL, "2020").value == 0, "nothing is public before"
        observed_publishing.publish(
            territory=make.MEL,
            vintage=StockVintage.objects.get(as_of=date(2021, 1, 31)),
            by=System("a test", organisation=Organisation.objects.get(short_name="MEL")),
            once=str(uuid7()),
            reason="Le stock de janvier",
        )
        capsys.readouterr()
        assert read("register.births", make.MEL, "2020").value == 1
        text = client.get(reverse("observatory:observatories")).content.decode()
    assert "31 janvier 2021" in text


@pytest.mark.parametrize("role", ["units", "establishments", "history"])
def test_a_file_given_for_another_leaves_what_was_loaded(published: list[str], role: str) -> None:
    before = Observation.objects.count()
    other = {"units": "--history", "establishments": "--units", "history": "--establishments"}[role]
    place, taken = published.index(f"--{role}") + 1, published[published.index(other) + 1]
    wrong = [*published[:place], taken, *published[place + 1 :]]
    with pytest.raises(CommandError):
        call_command("build_observatory", *wrong, "--territory", make.MEL)
    assert Observation.objects.count() == before
    assert StockVintage.objects.count() == 1
