"""What the panels of an observatory say: a title tells what is shown, a year that lacks is seen to lack."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import reverse

from maillage.figures.observations.observing import ALL, FEW, OPENLY, PROVISIONAL
from maillage.kernel import clock
from maillage.places import perimeter, sectors
from maillage.ui.formats import MINUS
from tests.factories import observed as make
from tests.observatory import test_observatories as shared
from tests.observatory.test_observatories import titles
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
B, N = "\u00a0", "\u202f"


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    make.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield


def page(client: Client, *asked: Any, **told: Any) -> Any:
    """The page of an observatory."""
    return shared.page(client, *asked, **told)


def without(indicator: str, *kinds: str) -> list[make.Row]:
    """Everything observed but an indicator of some kinds of area."""
    return [
        row
        for row in make.observations()
        if not (row["indicator"] == indicator and row["area_kind"] in kinds)
    ]


def publish(rows: list[make.Row], **told: Any) -> None:
    make.published(make.loaded(rows=rows, **told))


def births(**years: int) -> list[make.Row]:
    """The births of craft in the territory, year by year (`y2017=10`)."""
    told = [
        make.row("register.births", "epci", make.MEL, year[1:], float(n), n, segment="craft_rm")
        for year, n in years.items()
    ]
    return [*without("register.births", "epci"), *told]


def survival(
    *years: tuple[int, int, int], area: str = make.MEL, kind: str = "epci"
) -> list[make.Row]:
    """Three-year survivals: (year, how many last, of how many)."""
    return [
        make.share("register.survival_3y", kind, area, str(year), part, whole)
        for year, part, whole in years
    ]


# Titles


@pytest.mark.parametrize(
    ("years", "french", "english"),
    [
        ({"y2017": 10, "y2018": 15}, f"15 en 2018, +{B}50{B}% en un an", "15 in 2018, +50% in a year"),
        ({"y2017": 20, "y2018": 5}, f"5 en 2018, {MINUS}{B}75{B}% en un an", f"5 in 2018, {MINUS}75% in a year"),
        ({"y2017": 9, "y2018": 9}, f"9 en 2018, 0{B}% en un an", "9 in 2018, 0% in a year"),
        ({"y2018": 7}, "7 en 2018", "7 in 2018"),
        ({"y2017": 0, "y2018": 7}, "7 en 2018", "7 in 2018"),
        ({"y2017": 7, "y2018": 0}, f"0 en 2018, {MINUS}{B}100{B}% en un an", f"0 in 2018, {MINUS}100% in a year"),
    ],
    ids=["a rise", "a fall", "no change", "a first year", "from none", "to none"],
)  # fmt: skip
def test_the_title_of_a_series_says_its_last_value_and_how_it_changed(
    client: Client, years: dict[str, int], french: str, english: str
) -> None:
    publish(births(**years))
    for language, label, said in (("fr", f"Naissances{B}: ", french), ("en", "Births: ", english)):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        assert label + said in titles(page(client))


def test_a_year_under_way_is_drawn_but_never_the_title(client: Client) -> None:
    rows = births(y2017=10, y2018=15, y2020=2)
    rows[-1]["status"] = PROVISIONAL
    publish(rows)
    soup = page(client)
    assert any(one.startswith(f"Naissances{B}: 15 en 2018") for one in titles(soup))
    assert "2020" in soup.select_one("svg.wide desc").get_text()
    assert "provisoire" in soup.select_one("svg.wide").get_text()


def test_the_change_of_a_share_is_said_in_points(client: Client) -> None:
    rows = without("register.survival_3y", "epci", "commune")
    publish([*rows, *survival((2015, 40, 100), (2016, 55, 100))])
    heads = [one.get_text() for one in page(client, "conjoncture").select("h3")]
    assert any(f"55{B}% en 2016, +{B}15{B}points en un an" in one for one in heads)


def test_a_masked_year_keeps_its_place_and_breaks_the_line(client: Client) -> None:
    rows = without("register.survival_3y", "epci", "commune")
    told = survival((2014, 40, 100), (2015, 1, 2), (2016, 55, 100), (2017, 60, 100))
    told[1]["status"] = FEW
    publish([*rows, *told])
    (drawn,) = [
        one
        for one in page(client, "conjoncture").select("svg.wide")
        if one.desc and "60" in one.desc.get_text() and one["aria-labelledby"].startswith("years")
    ]
    assert [
        text.get_text()
        for text in drawn.select("text")
        if text.get_text().isdigit() and len(text.get_text()) == 4
    ][::-1] == ["2014", "2015", "2016", "2017"]
    assert len(drawn.select("circle")) == 3
    assert len(drawn.select("path.curve")) == 2


def test_the_title_of_the_map_says_between_what_and_what_communes_lie(client: Client) -> None:
    publish(make.observations())
    query = "?indicateur=register.stock&segment=all&periode=2016"
    title = titles(page(client, query=query))[0]
    assert title.startswith(f"Établissements au 1er janvier, 2016{B}: de 3 à La Bassée")
    assert title.endswith("à 41 à Lille")


def test_a_map_of_which_every_value_is_masked_says_what_and_when_and_no_more(
    client: Client,
) -> None:
    rows = [
        {**row, "status": FEW} if row["indicator"].startswith("register.jobs") else row
        for row in make.observations()
    ]
    publish(rows)
    soup = page(client, "emplois")
    assert titles(soup)[0] == "Emplois salariés (estimation), 2020"
    assert len(soup.select("svg.map [fill^='url(#']")) == len(make.COMMUNES[make.MEL])


def test_the_largest_activity_is_the_title_of_its_bars(client: Client) -> None:
    publish(make.observations())
    (title,) = [one for one in titles(page(client)) if "vient en tête" in one]
    assert title.startswith("Coiffure")
    assert title.endswith("établissements au 1er janvier, 2020")


def test_of_which_nothing_is_published_the_page_says_so(client: Client) -> None:
    publish([row for row in make.observations() if row["indicator"] == "register.jobs_estimate"])
    soup = page(client, "conjoncture")
    assert not soup.select("main section.card:not(.external)")
    assert "Rien de cela n’est publié" in soup.get_text()
    assert page(client, "emplois").select("svg.map")


def test_two_kinds_of_bars_on_a_page_have_identifiers_of_their_own(client: Client) -> None:
    told = [
        make.row("register.jobs_estimate", "epci", make.MEL, "2020", 40.0, 9, activity=code, segment=segment)
        for segment, codes in ((ALL, make.DIVISIONS), ("craft_rm", make.TRADES))
        for code in codes
    ]  # fmt: skip
    craft = make.row(
        "register.jobs_estimate", "epci", make.MEL, "2020", 120.0, 27, segment="craft_rm"
    )
    publish([*make.observations(), craft, *told])
    soup = page(client, "emplois")
    assert len([one for one in titles(soup) if "vient en tête" in one]) == 2
    ids = [one["id"] for one in soup.select("[id]")]
    assert len(ids) == len(set(ids))
    for svg in soup.select("svg[aria-labelledby]"):
        assert all(soup.find(id=one) for one in svg["aria-labelledby"].split())


# Shares with their intervals


def sectored(*told: tuple[int, int]) -> tuple[list[make.Row], list[str]]:
    """A survival of the whole and of its sectors, one (part, whole) each; the sectors' names."""
    found = sectors(perimeter(make.MEL, make.AS_OF).key, make.AS_OF)[: len(told)]
    rows = without("register.survival_3y", "epci", "commune") + survival((2016, 60, 100))
    for one, (part, whole) in zip(found, told, strict=True):
        rows += survival((2016, part, whole), area=one.key, kind="sector")
    return rows, [str(one.name) for one in found]


def test_each_sector_stands_beside_the_whole_with_how_many_were_followed(client: Client) -> None:
    rows, names = sectored((30, 50), (28, 48))
    publish(rows)
    soup = page(client, "conjoncture")
    (section,) = [
        s for s in soup.select("section.card") if "unités nées en 2016" in s.h2.get_text()
    ]
    figures = section.select("figure")
    assert [one.h3.get_text() for one in figures] == ["Métropole Européenne de Lille", *names]
    assert [one.p.get_text() for one in figures] == [f"{n} unités suivies" for n in (100, 50, 48)]
    assert len(section.select("path.reference")) == 3
    assert "aucun secteur ne se détache" in section.get_text()


def test_no_more_is_concluded_once_an_interval_stands_apart(client: Client) -> None:
    rows, _names = sectored((5, 60), (28, 40))
    publish(rows)
    assert "aucun secteur ne se détache" not in page(client, "conjoncture").get_text()


# Territories side by side

OLD_MEL, DEULE = "245900410", "245901061"
BEFORE = date(2019, 6, 30)


def side_by_side(**years: list[int]) -> None:
    """The observatories of three territories of 2019, each with the years it has for sure."""
    names = {"call": make.CALL, "mel": OLD_MEL, "deule": DEULE}
    rows = [
        make.share("register.creation_rate_insee", "epci", names[name], str(year), 10 + rank, 100)
        for rank, (name, told) in enumerate(years.items())
        for year in told
    ]
    vintage = make.loaded(list(names.values()), rows, as_of=BEFORE)
    for siren in names.values():
        make.published(vintage, siren)


def beside(client: Client, *others: str) -> Any:
    query = "?" + "&".join(f"avec={siren}" for siren in others)
    address = reverse("observatory:observatory", args=[make.CALL, "conjoncture"])
    soup: Any = BeautifulSoup(client.get(address + query).content, "html.parser")
    (section,) = soup.select("section.card:has(.multiples)")
    return section


@pytest.mark.parametrize("asked", [(OLD_MEL, DEULE), (DEULE, OLD_MEL)])
def test_territories_stand_in_the_order_asked_after_the_one_read(
    client: Client, asked: tuple[str, ...]
) -> None:
    side_by_side(call=[2017, 2018], mel=[2017, 2018], deule=[2017, 2018])
    section = beside(client, *asked)
    links = [one["href"] for one in section.select(".multiples h3 a")]
    assert links == [
        reverse("observatory:observatory", args=[siren, "conjoncture"])
        for siren in (make.CALL, *asked)
    ]
    assert section.h2 is not None
    assert section.h2.get_text() == "À côté d’autres territoires"


def test_territories_are_compared_over_the_newest_year_that_all_have(client: Client) -> None:
    side_by_side(call=[2016, 2017, 2018], mel=[2016, 2017], deule=[2016])
    for others, year in (((), "2018"), ((OLD_MEL,), "2017"), ((OLD_MEL, DEULE), "2016")):
        section = beside(client, *others)
        assert section.h3 is not None
        assert section.h3.get_text().endswith(f", {year}")


def test_without_a_common_year_nothing_is_compared(client: Client) -> None:
    side_by_side(call=[2018], mel=[2017], deule=[2018])
    address = reverse("observatory:observatory", args=[make.CALL, "conjoncture"])
    soup: Any = BeautifulSoup(client.get(f"{address}?avec={OLD_MEL}").content, "html.parser")
    assert not soup.select(".multiples")
    assert beside(client, DEULE).select("figure")


def test_a_territory_is_not_offered_to_be_compared_with_itself(client: Client) -> None:
    side_by_side(call=[2018], mel=[2018], deule=[2018])
    address = reverse("observatory:observatory", args=[make.CALL, "conjoncture"])
    soup: Any = BeautifulSoup(client.get(f"{address}?avec={make.CALL}").content, "html.parser")
    offered = {one["value"] for one in soup.select("input[name=avec]")}
    assert offered == {OLD_MEL, DEULE}
    assert [one.get_text() for one in soup.select(".multiples ~ *, h2")].count(
        "Où se situe le territoire"
    )


@pytest.mark.parametrize("kept", [0, 3, 277, 9_995])
def test_a_density_stands_in_the_interval_of_its_own_unit(client: Client, kept: int) -> None:
    """Per 10 000 inhabitants, as it is written: never beside an interval of shares."""
    told = make.share("register.density_per_10k", "epci", make.MEL, "2019", kept, 10_000)
    publish([*without("register.density_per_10k", "epci"), {**told, "value": float(kept)}])
    (section,) = [
        one for one in page(client, "proximite").select("section.card")
        if one.h2.get_text() == "Où se situe le territoire"
    ]  # fmt: skip
    figure = section.select_one("figure")
    assert figure is not None
    spoken = str(figure.select_one("svg")["aria-label"])  # type: ignore[index]
    value, low, high = (
        float(one.replace(N, "").replace(",", "."))
        for one in re.findall(rf"[\d{N}]+(?:,\d)?", spoken)
    )
    assert value == kept
    assert low <= value <= high
    assert high - low >= 1, "a point alone would claim that chance has no part in it"
    right = float(figure.select("text")[-1].get_text().replace(N, "").replace(",", "."))
    assert right >= high, "the axis reaches the end of the interval"


def test_the_rank_of_the_last_year_is_told_with_what_chance_leaves(client: Client) -> None:
    others = [
        make.share("register.survival_3y", "epci", f"2000000{rank:02d}", year, 40 + rank, 100)
        for rank in range(12)
        for year in ("2016", "2017")
    ]
    vintage = make.loaded(rows=[*make.observations(), *others])
    make.published(vintage)
    (last,) = [
        one for one in vintage.ranks
        if (one["indicator"], one["period"], one["segment"]) == ("register.survival_3y", "2017", ALL)
    ]  # fmt: skip
    for language, said in (
        ("fr", f"2017{B}: {last['rank']} sur 13, entre {last['low']} et {last['high']} compte tenu du hasard"),
        ("en", f"2017: {last['rank']} of 13, between {last['low']} and {last['high']} given chance"),
    ):  # fmt: skip
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        told = [one.get_text(strip=True) for one in page(client).select("section.card h3 + ul li")]
        assert len([one for one in told if said in one]) == 1
        assert not [one for one in told if "2016" in one]


# What is asked of a page


def chosen(soup: Any) -> dict[str, str]:
    return {
        str(select["name"]): str(option["value"])
        for select in soup.select("form.filters select")
        if (option := select.select_one("[selected]"))
    }


def test_a_page_opens_on_the_last_year_that_is_sure(client: Client) -> None:
    publish(make.observations())
    asked = chosen(page(client, query="?indicateur=register.births"))
    assert asked["periode"] == "2019", "2020 may still change"
    assert asked["indicateur"] == "register.births"
    soup = page(client, query="?indicateur=register.births")
    years = [one.get_text() for one in soup.select("select[name=periode] option")]
    assert years == sorted(years, reverse=True)
    assert years[0] == "2020", "and yet it can be asked"


def test_a_list_with_nothing_to_choose_is_not_shown_and_a_trade_is_of_craft(client: Client) -> None:
    publish(make.observations())
    names = [one["name"] for one in page(client, "emplois").select("form.filters select")]
    assert names == []
    told = make.row(
        "register.stock", "commune", "59350", "2020", 3.0, 3, segment="craft_rm", activity="10.71C"
    )
    make.published(make.loaded(rows=[*make.observations(), told]), reason="a trade")
    soup = page(client, query="?metier=10.71C")
    assert chosen(soup)["metier"] == "10.71C"
    assert not soup.select("select[name=segment]")


def test_a_status_that_is_open_is_never_said_to_be_provisional(client: Client) -> None:
    rows = [{**row, "status": OPENLY} for row in make.observations()]
    publish(rows)
    for slug in ("proximite", "conjoncture", "tertiaire"):
        assert "provisoire" not in page(client, slug).get_text()
