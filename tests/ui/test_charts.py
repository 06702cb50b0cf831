from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from django.utils import translation

from maillage.kernel import clock
from maillage.kernel.periods import Period
from maillage.ui import charts
from maillage.ui.charts.frame import nice_steps
from maillage.ui.charts.maps import quintiles

TWO_YEARS = Period.parse("2019-04..2020-12")
HOSTILE = '"><script>alert(1)</script>&'


def soup(svg):
    assert svg == str(svg)
    return BeautifulSoup(svg, "html.parser")


def series(**changes):
    given = {
        "period": TWO_YEARS,
        "title": "Artisans prospectés",
        "description": "De 0 à 276.",
        "target": 4000,
        "name": "prospects",
    }
    points = changes.pop(
        "points",
        [
            charts.Point(date(2019, 4, 30), 90, "avril 2019 : 90 visites", "/figures/a/?m=2019-04"),
            charts.Point(date(2019, 5, 31), 276, "mai 2019 : 186 visites", "/figures/a/?m=2019-05"),
        ],
    )
    return soup(charts.cumulative(points, **{**given, **changes}))


def test_a_series_is_drawn_twice_with_ids_of_its_own():
    drawn = series()
    assert [svg["class"] for svg in drawn.find_all("svg")] == [
        ["chart", "wide"],
        ["chart", "narrow"],
    ]
    ids = [tag["id"] for tag in drawn.find_all(id=True)]
    assert len(ids) == len(set(ids)) == 4
    for svg in drawn.find_all("svg"):
        named = [drawn.find(id=i).get_text() for i in svg["aria-labelledby"].split()]
        assert named == ["Artisans prospectés", "De 0 à 276."]


def test_each_point_is_a_link_with_a_spoken_name():
    links = series().svg.find_all("a")
    assert [(a["href"], a["aria-label"]) for a in links] == [
        ("/figures/a/?m=2019-04", "avril 2019 : 90 visites"),
        ("/figures/a/?m=2019-05", "mai 2019 : 186 visites"),
    ]
    assert series().svg["role"] == "group"


def test_a_series_that_opens_nothing_is_one_image():
    assert series(points=[charts.Point(date(2019, 4, 30), 9, "avril : 9")]).svg["role"] == "img"


def test_the_pace_runs_from_nothing_to_the_target_at_the_end_of_the_period():
    svg = series().svg
    assert svg.select_one(".target")["d"] == "M56 276L554 18"
    assert series(target=None).select_one(".target") is None


def test_higher_totals_stand_higher_and_later_days_further_right():
    first, second = series().svg.select("circle")
    assert float(second["cx"]) > float(first["cx"])
    assert float(second["cy"]) < float(first["cy"])


def test_a_provisional_end_is_dashed():
    points = [
        charts.Point(date(2019, 4, 30), 90, "avril"),
        charts.Point(date(2019, 5, 12), 100, "mai", provisional=True),
    ]
    assert len(series(points=points).svg.select("path.curve.provisional")) == 1
    assert len(series().svg.select("path.curve.provisional")) == 0


def test_a_series_without_any_point_still_shows_its_target():
    svg = series(points=[]).svg
    assert svg.select_one(".target")
    assert not svg.find_all("circle")


def test_an_event_is_named_on_the_curve():
    drawn = series(marks=[charts.Mark(date(2020, 3, 16), "Confinement", "par téléphone")])
    assert "Confinement" in drawn.svg.get_text()
    assert "par téléphone" in drawn.svg.get_text()


def test_months_under_the_axis_say_their_year_when_it_changes():
    with translation.override("fr"):
        texts = [text.get_text() for text in series().svg.find_all("text")]
    assert "avr. 2019" in texts
    assert texts.count("oct.") == 1
    assert "déc." in texts


@pytest.mark.parametrize("drawn", ["title", "description", "target_label", "last_note"])
def test_hostile_words_stay_words(drawn):
    page = series(**{drawn: HOSTILE})
    assert page.find("script") is None
    assert HOSTILE in page.get_text()


def test_hostile_words_in_points_stay_words():
    page = series(points=[charts.Point(date(2019, 4, 30), 9, HOSTILE, HOSTILE)])
    assert page.find("script") is None
    assert page.a["aria-label"] == HOSTILE


def test_no_chart_carries_an_inline_style():
    page = series()
    assert not page.find_all(style=True)
    assert not page.find_all("style")


def test_running_adds_months_and_the_present_one_is_provisional():
    with clock.at(datetime(2020, 6, 12, 9, 0, tzinfo=UTC)):
        points = charts.running(
            [("2020-05", 3), ("2020-06", 4)],
            spoken=lambda month, added, total: f"{month} {added} {total}",
            url=lambda month: f"/{month}",
        )
    assert points == [
        charts.Point(date(2020, 5, 31), 3, "2020-05 3 3", "/2020-05", provisional=False),
        charts.Point(date(2020, 6, 12), 7, "2020-06 4 7", "/2020-06", provisional=True),
    ]


@pytest.mark.parametrize(
    ("highest", "steps"),
    [
        (4000, [0, 1000, 2000, 3000, 4000]),
        (0, [0, 1]),
        (3, [0, 1, 2, 3]),
        (2746, [0, 1000, 2000, 3000]),
        (100, [0, 25, 50, 75, 100]),
    ],
)
def test_graduations_are_round_and_reach_the_highest_value(highest, steps):
    assert nice_steps(highest) == steps


ROWS = [
    charts.Row("Lille", 40, "40", "/lille/"),
    charts.Row("Roubaix", 20, "20"),
    charts.Row("Fromelles", 2, "2", masked="moins de 3 entreprises"),
    charts.Row("Seclin", None),
    charts.Row("Emmerin", 0, "0"),
]


def test_bars_start_at_zero_and_are_in_proportion():
    svg = soup(charts.bar_chart(ROWS, title="Par commune")).svg
    assert [bar["width"] for bar in svg.select(".column")] == ["640", "320"]


def test_a_masked_bar_is_hatched_says_why_and_never_shows_its_value():
    with translation.override("en"):
        svg = soup(charts.bar_chart(ROWS, title="Par commune")).svg
    masked = svg.find("g", attrs={"aria-label": lambda text: "Fromelles" in (text or "")})
    assert "value masked, moins de 3 entreprises" in masked["aria-label"]
    assert masked.find("rect", fill=True)["fill"] == f"url(#{svg.pattern['id']})"
    assert masked.select_one(".column") is None


def test_missing_is_said_and_zero_is_zero():
    with translation.override("en"):
        svg = soup(charts.bar_chart(ROWS, title="Par commune")).svg
    assert "not provided" in svg.get_text()
    assert [text.get_text() for text in svg.find_all("text", x="640")][-1] == "0"


def test_bars_escape_their_labels():
    page = soup(charts.bar_chart([charts.Row(HOSTILE, 1, HOSTILE, HOSTILE)], title=HOSTILE))
    assert page.find("script") is None


def square(west, south):
    return [[(west, south), (west + 0.1, south), (west + 0.1, south + 0.1), (west, south + 0.1)]]


def shapes():
    return [
        charts.Shape("Lille", square(3.0, 50.6), 12, "12", "/lille/", labelled=True, selected=True),
        charts.Shape("Roubaix", square(3.1, 50.6), 30, "30", "/roubaix/"),
        charts.Shape("Fromelles", square(3.2, 50.6), 1, masked="moins de 3 entreprises"),
        charts.Shape("Seclin", square(3.3, 50.6), None),
    ]


def test_each_commune_is_a_link_with_its_name_and_value():
    links = soup(charts.commune_map(shapes(), title="Carte", bounds=[10, 20])).svg.find_all("a")
    assert [(a["href"], a["aria-label"]) for a in links] == [
        ("/lille/", "Lille\u00a0: 12"),
        ("/roubaix/", "Roubaix\u00a0: 30"),
    ]


def test_classes_follow_the_bounds_and_the_legend_counts_communes():
    with translation.override("en"):
        page = soup(charts.commune_map(shapes(), title="Carte", bounds=[10, 20]))
    assert [path["class"] for path in page.svg.select("a > path")] == [["q2", "sel"], ["q3"]]
    assert [li.get_text(" ", strip=True) for li in page.select(".legend li")] == [
        "less than 10 (0 communes)",
        "10 to less than 20 (1 commune)",
        "20 and more (1 commune)",
        "value masked, moins de 3 entreprises (1 commune)",
        "not provided (1 commune)",
    ]


def test_a_masked_commune_shows_no_value_and_a_hatching():
    svg = soup(charts.commune_map(shapes(), title="Carte")).svg
    masked = svg.find("g", attrs={"aria-label": lambda text: "Fromelles" in (text or "")})
    assert masked.path["fill"] == f"url(#{svg.pattern['id']})"
    assert "moins de 3" in masked["aria-label"]


def test_the_map_keeps_north_up_and_its_proportions():
    south, north = soup(
        charts.commune_map(
            [
                charts.Shape("Sud", square(3.0, 50.0), 1),
                charts.Shape("Nord", square(3.0, 50.1), 2),
            ],
            title="Carte",
        )
    ).svg.find_all("path", d=True)
    first = float(south["d"][1:].split()[1].split("L")[0])
    second = float(north["d"][1:].split()[1].split("L")[0])
    assert second < first


def test_an_empty_map_is_still_a_picture_with_its_title():
    page = soup(charts.commune_map([], title="Carte"))
    assert page.svg.title.get_text() == "Carte"


def test_quintiles_make_five_groups_at_most():
    assert quintiles(range(1, 11)) == [3, 5, 7, 9]
    assert quintiles([4, 4, 4, 4]) == []
    assert quintiles([]) == []
