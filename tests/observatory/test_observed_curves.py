"""Curves of survival on a page: said while each cohort that makes them is, beside the last cohort that had the time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from maillage.figures.models import Observation
from maillage.figures.observations import demography
from maillage.figures.observations.observing import FEW, PROVISIONAL, UNOBSERVED
from maillage.kernel import clock
from tests.factories import observed as make
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

ONE, THREE, FIVE = (one.code for one in demography.CURVES)


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    make.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield


def curve(code: str, period: str, share: float | None, status: str = PROVISIONAL) -> list[make.Row]:
    """A share with its interval."""
    told = {"": share, "_lower": share and share - 0.02, "_upper": share and share + 0.03}
    return [
        make.row(f"{code}{end}", "epci", make.MEL, period, value, 400, status=status)
        for end, value in told.items()
    ]


def rows(*more: make.Row) -> list[make.Row]:
    """Everything observed, and curves of three windows: one born in part before the history, which begins in 2010."""
    told = [*make.observations(), *more]
    for period in ("2011", "2019", "2020"):
        told += [*curve(ONE, period, 0.91), *curve(THREE, period, 0.64)]
    return [*told, *curve(FIVE, "2020", None, UNOBSERVED)]


def panel(client: Client, title: str) -> Any:
    """The panel of that title on the page of the conjuncture."""
    page = client.get(reverse("observatory:observatory", args=[make.MEL, "conjoncture"]))
    heading = BeautifulSoup(page.content, "html.parser").find("h2", string=re.compile(title))
    assert heading is not None
    return heading.parent


def statuses(code: str) -> dict[str, str]:
    """What the public reads of a curve and of both ends of its interval, by window."""
    found = Observation.objects.filter(indicator__startswith=code).order_by("period")
    told: dict[str, set[str]] = {}
    for period, status in found.values_list("period", "status"):
        told.setdefault(period, set()).add(status)
    assert all(len(one) == 1 for one in told.values()), "bounds are hidden with their curve"
    return {period: "".join(one) for period, one in told.items()}


def test_a_curve_is_hidden_while_one_of_its_cohorts_is_or_began_before_the_history() -> None:
    few = make.share(
        "register.survival_5y", "epci", make.MEL, "2017", 1, 2, status=FEW
    )  # two born in 2017
    make.published(make.loaded(rows=rows(few)))
    assert statuses(ONE) == {"2011": "D", "2019": "D", "2020": "P"}
    assert statuses(FIVE) == {"2020": "U"}
    hidden = Observation.objects.filter(indicator=ONE, period="2019").published().get()
    assert hidden["said"] is None


def test_an_unobserved_cohort_of_two_hides_it_too_and_the_page_says_why(client: Client) -> None:
    young = make.row("register.survival_5y", "epci", make.MEL, "2018", None, 2, status=UNOBSERVED)
    make.published(make.loaded(rows=rows(young)))
    assert statuses(THREE) == {"2011": "D", "2019": "D", "2020": "D"}
    lines = panel(client, "Combien de temps durent ceux nés dernièrement").select("tbody tr")
    assert "valeur masquée" in lines[0].get_text()
    assert "91" not in lines[0].get_text()


def test_the_page_tells_the_curve_beside_the_last_whole_cohort(client: Client) -> None:
    make.published(make.loaded(rows=rows()))
    whole = panel(client, "Combien de temps durent ceux nés dernièrement")
    lines = whole.select("tbody tr")
    told = [[cell.get_text(" ", strip=True) for cell in row.select("th, td")] for row in lines]
    assert [line[0] for line in told] == ["1 an", "3 ans", "5 ans"]
    assert told[0][1:] == [
        "91\u00a0% de 89\u00a0% à 94\u00a0%, nés de 2018 à 2020, provisoire",
        "pas encore connu",
    ]
    assert told[1][1].startswith("64\u00a0%")
    assert re.search(r"née en \d{4}", told[1][2]), told[1]
    assert told[2][1:] == ["pas encore connu", "pas encore connu"]
    assert "déclarées en retard" in whole.get_text()
