"""Priority neighbourhoods on a page: what opens and closes in each, open onto whom it counts, and nothing under secrecy."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from maillage import places
from maillage.figures.observations.closed_list import STATISTICAL
from maillage.kernel import clock
from maillage.places.zones import zones
from maillage.site.demo.sirene_rows import lambert_93
from tests.factories import accounts, intake as made, observed as make
from tests.factories.places import district
from tests.factories.stocks import Life, Stock, siret
from tests.intake import files
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

AS_OF = "2021-03-31"


def at(lon: float, lat: float) -> tuple[str, str]:
    """A point as INSEE's files tell it."""
    x, y = lambert_93(lon, lat)
    return f"{x:.2f}", f"{y:.2f}"


def middle(commune: str) -> tuple[float, float]:
    """The middle of a commune of the small geography."""
    (lon, lat) = places.centres([commune])[commune]
    return lon, lat


@pytest.fixture
def published(db: None, tmp_path: Path) -> Iterator[None]:
    """A stock with a neighbourhood in Lille, one in Lens, and a zone; the MEL's observatory public."""
    make.places_loaded()
    lille, lens = middle("59350"), middle("62498")
    district("QP059ZZ1", "Les Tisserands", lille)
    district("QP062ZZ1", "La Fosse", lens)
    rows = [["CODGEO", "ZE2020"], ["59350", "3213"], ["62498", "3213"]]
    made.applied(files.as_csv(rows), source="employment_zones", name="ze.csv")
    craft = {"commune": "59350", "trade": "1071CZ", "band": "01"}
    lives = [
        *(Life(siret(n), (f"201{n}-02-01",), **craft, at=at(*lille)) for n in range(6)),
        Life(siret(7), ("2019-03-01",), **craft, at=at(*lille)),
        Life(siret(8), ("2012-03-01", "2019-05-01"), **craft, at=at(*lille)),
        *(Life(siret(10 + n), ("2014-01-10",), **craft) for n in range(4)),
        Life(siret(20), ("2014-01-10",), **(craft | {"commune": "62498"}), at=at(*lens)),
    ]
    stock = Stock(lives).write(tmp_path / "files")
    words = []
    for role in ("units", "establishments", "history"):
        words += [f"--{role}", *map(str, getattr(stock, role))]
    with clock.at(noon(AS_OF)):
        words += ["--out", str(tmp_path / "out"), "--as-of", AS_OF, "--territory", make.MEL]
        call_command("build_observatory", *words, "--json")
        accounts.organisation("epci", name="Métropole", short_name="MEL")
        call_command("publish_observatory", make.MEL, "--by", "MEL", "--json")
        yield


def test_a_neighbourhood_is_told_beside_its_territory_and_opens(
    client: Client, published: None
) -> None:
    page = client.get(reverse("observatory:observatory", args=[make.MEL, "proximite"]))
    soup = BeautifulSoup(page.content, "html.parser")
    heading = soup.find("h2", string=re.compile("Quartiers prioritaires en 2020"))
    assert heading is not None
    rows = heading.parent.select("tbody tr")
    told = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in rows]
    assert told == [
        ["Les Tisserands", "7", "0", "0", "0\u00a0%"],
        ["Métropole Européenne de Lille", "11", "0", "0", "0\u00a0%"],
    ], "La Fosse lies in another territory"
    link = rows[0].find("a")["href"]
    opened = BeautifulSoup(client.get(link).content, "html.parser")
    assert len(opened.select("main tbody tr")) == 7
    assert "Les Tisserands" in opened.get_text()

    text = client.get(reverse("observatory:observatory_csv", args=[make.MEL])).content
    cells = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))
    mine = [cell for cell in cells if cell["area_kind"] == "qpv"]
    assert {cell["area"] for cell in mine} == {"QP059ZZ1"}
    assert not STATISTICAL & {cell["indicator"] for cell in mine}
    assert {cell["value"] for cell in mine if cell["indicator"] == "register.closures" and cell["period"] == "2019"} == {"1,0"}  # fmt: skip
    zone = zones(clock.local_day(clock.now()))["3213"]
    assert zone.communes == ("59350", "62498")
    assert not [cell for cell in cells if cell["area_kind"] == "employment_zone"]
