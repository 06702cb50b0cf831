"""The panel of priority neighbourhoods against rows written by hand: zeros that no row tells, names, secrecy, both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.test import Client

from maillage.figures.observations.neighbourhoods import QPV
from maillage.kernel import clock
from tests.factories import observed as make
from tests.factories.places import district
from tests.observatory.test_observatories import page
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
MILL, PIT, FAR = "QP059ZZ1", "QP059ZZ2", "QP062ZZ1"
CRAFT = "craft_rm"
WHERE = {MILL: (3.05, 50.55), PIT: (3.06, 50.56), FAR: (3.65, 50.55)}


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    make.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield


def counted(area: str, **figures: int) -> list[make.Row]:
    """What is observed of a neighbourhood in 2019, the last whole year."""
    return [
        make.row(f"register.{name}", QPV, area, "2019", float(value), value, segment=CRAFT)
        for name, value in figures.items()
    ]


def panel(client: Client, title: str) -> tuple[list[str], list[list[str]]] | None:
    """The heads and the rows of the panel of that title on the page of proximity."""
    heading = page(client).find("h2", string=re.compile(title))
    if heading is None or heading.parent is None:
        return None
    rows = heading.parent.select("tr")
    told = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in rows]
    return told[0], told[1:]


def test_with_no_neighbourhood_observed_there_is_no_panel(client: Client) -> None:
    make.published(make.loaded(rows=make.observations()))
    assert panel(client, "Quartiers prioritaires") is None


def test_no_row_is_none_of_what_is_counted_and_no_rate_at_all(client: Client) -> None:
    district(MILL, "Les Tisserands", WHERE[MILL])
    district(PIT, "L’Épeule", WHERE[PIT])
    rows = [*counted(MILL, stock=12, births=4), *counted(PIT, stock=9, closures=3)]
    make.published(make.loaded(rows=[*make.observations(), *rows]))
    found = panel(client, "Quartiers prioritaires en 2019")
    assert found is not None
    heads, told = found
    assert len(heads) == 5
    assert told[0] == ["L’Épeule", "9", "0", "3", "s.o."], "by name, accents set aside"
    assert told[1] == ["Les Tisserands", "12", "4", "0", "s.o."]
    assert told[2][0] == "Métropole Européenne de Lille"
    assert len(told) == 3


def test_a_neighbourhood_of_elsewhere_or_without_an_outline_is_not_of_the_territory(
    client: Client,
) -> None:
    district(MILL, "Les Tisserands", WHERE[MILL])
    district(FAR, "La Fosse", WHERE[FAR])  # in Avion
    rows = [line for code in (MILL, PIT, FAR) for line in counted(code, stock=12)]
    make.published(make.loaded(rows=[*make.observations(), *rows]))
    found = panel(client, "Quartiers prioritaires en 2019")
    assert found is not None
    assert [line[0] for line in found[1]] == ["Les Tisserands", "Métropole Européenne de Lille"]


def test_the_panel_speaks_english(client: Client) -> None:
    district(MILL, "Les Tisserands", WHERE[MILL])
    make.published(make.loaded(rows=[*make.observations(), *counted(MILL, stock=1_200)]))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    found = panel(client, "Priority neighbourhoods in 2019")
    assert found is not None
    assert found[0][0] == "Priority neighbourhood"
    assert found[1][0] == ["Les Tisserands", "1,200", "0", "0", "n/a"]
