"""Communes that a basket does not serve: each reason shown, what is not known said, what thresholds decide told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage.figures.methods.underserved import REASONS, Thresholds
from maillage.figures.observations import lacking
from maillage.kernel import clock
from maillage.places import commune_name
from tests.factories import observed as make
from tests.observatory import test_observatories as shared
from tests.observatory.test_observatories import titles
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db
B = "\u00a0"


@pytest.fixture(autouse=True)
def _somewhere(db: None) -> Iterator[None]:
    make.places_loaded()
    with clock.at(noon("2020-07-15")):
        yield


def page(client: Client, *asked: Any, **told: Any) -> Any:
    """The page of an observatory."""
    return shared.page(client, *asked, **told)


def why(code: str, *, held: bool | None = True, value: float | None = None) -> dict[str, Any]:
    return {"code": code, "held": held, "value": value, "limit": 10.0}


def trade(code: str, *reasons: dict[str, Any], verdict: str = "underserved") -> dict[str, Any]:
    return {"trade": code, "verdict": verdict, "reasons": list(reasons)}


def commune(code: str, share: float, *trades: dict[str, Any]) -> dict[str, Any]:
    return {"code": code, "share": share, "trades": list(trades)}


def found(*communes: dict[str, Any], **told: Any) -> dict[str, Any]:
    """What a vintage says of a territory."""
    return {
        "basket": ["10.71C", "96.02A"], "minutes": 10, "quarter": 0.25, "communes": list(communes),
        "untold": [], "always": [], "at_times": [], "moves": [], **told,
    }  # fmt: skip


def shown(client: Client, lacking: dict[str, Any], language: str = "fr") -> Any:
    """The panel of a published vintage that found this."""
    vintage = make.loaded()
    vintage.lacking = {make.MEL: lacking}
    vintage.save()
    make.published(vintage)
    return read(client, language)


def read(client: Client, language: str = "fr") -> Any:
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    word = "panier" if language == "fr" else "basket"
    sections = page(client).select("section.card")
    return next((one for one in sections if one.h2 and word in one.h2.get_text()), None)


def words(soup: Any) -> str:
    assert soup is not None
    return " ".join(soup.get_text(" ").split())


def test_without_any_finding_there_is_no_panel(client: Client) -> None:
    assert shown(client, {}) is None
    assert titles(page(client)), "the other panels are there"


def test_a_finding_of_another_territory_is_not_told_here(client: Client) -> None:
    vintage = make.loaded()
    vintage.lacking = {make.CALL: found(commune("62498", 0.2))}
    vintage.save()
    make.published(vintage)
    assert read(client) is None


def test_when_no_commune_is_listed_it_is_said_in_both_languages(client: Client) -> None:
    french = words(shown(client, found()))
    assert "Aucune commune n’a moins du panier que les autres." in french
    assert "No commune has less of the basket than the others." in words(read(client, "en"))


@pytest.mark.parametrize(
    ("number", "french", "english"),
    [
        (1, "1 commune a moins du panier", "1 commune has less of the basket"),
        (2, "2 communes ont moins du panier", "2 communes have less of the basket"),
    ],
)
def test_the_title_counts_the_communes(
    client: Client, number: int, french: str, english: str
) -> None:
    told = [commune(code, 0.4) for code in ("59051", "59005")[:number]]
    assert french in words(shown(client, found(*told)))
    assert english in words(read(client, "en"))


def test_each_commune_says_its_share_its_trades_and_the_reasons_that_hold(client: Client) -> None:
    lacks = trade("10.71C", why("missing"), why("too_far", value=14.2), why("little_access", held=False))  # fmt: skip
    french = words(shown(client, found(commune("59051", 0.4286, lacks))))
    assert f"La Bassée , 43{B}% du panier".replace(B, " ") in french.replace(B, " ")
    assert "Boulangerie" in french
    assert f"{REASONS['missing'].fr}, {REASONS['too_far'].fr} (14 min, pour 10)" in french
    assert REASONS["little_access"].fr not in french, "what does not hold is no reason"
    english = words(read(client, "en"))
    assert f"{REASONS['missing'].en}, {REASONS['too_far'].en} (14 min, for 10)" in english


def test_a_trade_too_far_by_an_unknown_time_says_so_without_minutes(client: Client) -> None:
    panel = shown(client, found(commune("59051", 0.5, trade("96.02A", why("too_far")))))
    (told,) = [one.get_text() for one in panel.select("li") if "Coiffure" in one.get_text()]
    assert told.endswith(REASONS["too_far"].fr)
    assert "min" not in told


def test_the_name_of_a_trade_does_not_touch_its_reasons(client: Client) -> None:
    panel = shown(client, found(commune("59051", 0.5, trade("96.02A", why("missing")))))
    assert panel is not None
    assert f" {REASONS['missing'].fr}" in panel.select_one("details li").get_text()


def test_a_trade_of_which_too_little_is_known_is_not_said_to_lack(client: Client) -> None:
    unsure = trade("96.02A", why("below_chance", held=None), verdict="not_enough_data")
    sure = trade("10.71C", why("missing"))
    panel = shown(client, found(commune("59051", 0.5, unsure, sure)))
    assert panel is not None
    told = {one.get_text().split()[0]: one.get_text() for one in panel.select("details li")}
    assert "(pas assez de données)" in told["Coiffure"]
    assert REASONS["below_chance"].fr not in told["Coiffure"]
    assert all("pas assez" not in text for name, text in told.items() if name != "Coiffure")


def test_a_commune_of_which_nothing_can_be_concluded_is_named_apart(client: Client) -> None:
    panel = shown(client, found(commune("59051", 0.5), untold=["59560", "00000"]))
    assert "Pas assez de données pour conclure : Seclin, 00000." in words(panel).replace(B, " ")
    assert "Not enough data to conclude: Seclin, 00000." in words(read(client, "en"))
    assert panel is not None
    assert not [one for one in panel.select("summary strong") if "Seclin" in one.get_text()]


def test_where_everything_is_known_nothing_is_said_to_be_unknown(client: Client) -> None:
    assert "Pas assez de données" not in words(shown(client, found(commune("59051", 0.5))))


def test_a_commune_listed_whatever_the_threshold_is_told_from_one_listed_at_times(
    client: Client,
) -> None:
    told = found(commune("59051", 0.4), commune("59560", 0.5), always=["59051"], at_times=["59560"])
    panel = shown(client, told)
    assert panel is not None
    summaries = {
        one.strong.get_text(): one.get_text() for one in panel.select("summary:has(strong)")
    }
    assert "quel que soit le seuil" in summaries["La Bassée"]
    assert "quel que soit le seuil" not in summaries["Seclin"]
    assert "Ce que les seuils décident : 1 commune" in words(panel).replace(B, " ")


@pytest.mark.parametrize(
    ("what", "to", "french", "english"),
    [
        ("minutes", 5, "le plus proche à moins de 5 min : 3 communes", "nearest within 5 min: 3 communes"),
        ("minutes", 7.5, "à moins de 7,5 min", "within 7.5 min"),
        ("level", 0.9, "hasard retenu à 90 %", "chance kept at 90%"),
        ("lowest", 0.05, "derniers 5 %", "last 5%"),
        ("reasons", 3, "3 raisons pour manquer", "3 reasons to lack"),
        ("quarter", 0.3, "paniers les plus vides : derniers 30 %", "emptiest baskets: last 30%"),
    ],
)  # fmt: skip
def test_a_threshold_moved_is_told_in_words_with_how_many_are_then_listed(
    client: Client, what: str, to: float, french: str, english: str
) -> None:
    moves = [{"what": what, "to": to, "listed": 3}]
    assert french in words(shown(client, found(moves=moves))).replace(B, " ")
    assert english in words(read(client, "en"))


def test_a_basket_without_one_of_its_trades_is_a_threshold_too(client: Client) -> None:
    moves = [{"what": "without", "to": "96.02A", "listed": 0}]
    assert "sans coiffure : 0 commune" in words(shown(client, found(moves=moves))).replace(B, " ")


def test_the_basket_and_its_limits_are_said_to_be_parameters(client: Client) -> None:
    french = words(shown(client, found())).replace(B, " ")
    assert "Coiffure" in french
    assert "10 minutes" in french
    assert "25 %" in french
    assert "parameters, not truths" in words(read(client, "en"))


def test_what_a_basket_finds_of_a_real_stock_is_what_the_panel_lists(client: Client) -> None:
    trades = [
        make.row("register.stock", "commune", code, "2020", n, int(n), segment="craft_rm", activity=one)
        for code, n in (("59350", 40.0), ("59512", 12.0), ("59599", 3.0))
        for one in ("10.71C", "96.02A", "43.22A")
    ]  # fmt: skip
    vintage = make.loaded(rows=[*make.observations(), *trades])
    make.published(vintage)
    told = vintage.lacking[make.MEL]
    if not told:
        pytest.skip("no centre is known of these communes")
    panel = read(client)
    assert panel is not None
    assert len(panel.select("summary strong")) == len(told["communes"])


# Another basket, other thresholds

PEOPLE = dict.fromkeys(("59350", "59512", "59599", "59009"), 9000.0)
STOCKS = [("59350", "10.71C", 4), ("59512", "10.71C", 1), ("59350", "96.02A", 3), ("59350", "43.32A", 2)]  # fmt: skip


def judged(client: Client, query: str = "", *, status: int = 200) -> Any:
    """The page of a vintage that kept what it was concluded from, for an address."""
    vintage = make.loaded()
    vintage.lacking = {make.MEL: lacking.kept(PEOPLE, STOCKS)}
    vintage.save()
    make.published(vintage)
    address = reverse("observatory:observatory", args=[make.MEL, "proximite"]) + query
    response = client.get(address)
    assert response.status_code == status
    return BeautifulSoup(response.content, "html.parser")


def asked(soup: Any) -> dict[str, str]:
    """What the form shows as asked."""
    form = soup.select_one("form:has([name=panier])")
    return {one["name"]: one["value"] for one in form.select("input[type=number]")}


def test_the_form_shows_the_usual_basket_and_thresholds(client: Client) -> None:
    soup = judged(client)
    ticked = [one["value"] for one in soup.select("[name=panier][checked]")]
    assert sorted(ticked) == ["10.71C", "96.02A"]
    assert asked(soup) == {
        "minutes": "10", "raisons": "2", "hasard": "95", "mal_desservies": "10", "derniers": "25",
    }  # fmt: skip
    assert len(soup.select("[name=panier]")) == 3, "only what somebody practises"


def test_another_basket_is_judged_and_stays_asked(client: Client) -> None:
    soup = judged(client, "?panier=10.71C&panier=43.32A&minutes=5")
    ticked = sorted(one["value"] for one in soup.select("[name=panier][checked]"))
    assert ticked == ["10.71C", "43.32A"]
    assert asked(soup)["minutes"] == "5"
    (section,) = [s for s in soup.select("section.card") if s.select("[name=panier]")]
    assert "menuiserie" in section.p.get_text().lower()
    assert "coiffure" not in section.p.get_text().lower()
    assert section.select_one("a.btn"), "the way back to the usual one"


def test_it_is_concluded_as_the_method_says(client: Client) -> None:
    basket, limits = ("10.71C",), Thresholds(minutes=1, quarter=0.5)
    told = lacking.again(lacking.kept(PEOPLE, STOCKS), basket, limits)
    soup = judged(client, "?panier=10.71C&minutes=1&derniers=50")
    (section,) = [s for s in soup.select("section.card") if s.select("[name=panier]")]
    listed = [one.get_text() for one in section.select("details summary strong")]
    assert listed == [commune_name(one["code"]) for one in told["communes"]]


def test_a_basket_that_nobody_practises_concludes_nothing(client: Client) -> None:
    soup = judged(client, "?panier=81.22Z")
    (section,) = [s for s in soup.select("section.card") if s.select("[name=panier]")]
    assert "Aucune commune n’a moins du panier" in section.get_text()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("minutes=0", "de 1 à 60"),
        ("minutes=61", "de 1 à 60"),
        ("minutes=dix", "de 1 à 60"),
        ("minutes=nan", "de 1 à 60"),
        ("raisons=5", "de 1 à 4"),
        ("hasard=100", "de 50 à 99"),
        ("derniers=-1", "de 1 à 50"),
        ("panier=62.01Z", "62.01Z"),
        ("panier=" + "1" * 300, "aucun métier"),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_usual_one_is_shown(
    client: Client, query: str, said: str
) -> None:
    soup = judged(client, f"?{query}", status=422)
    assert said in " ".join(soup.select_one("main").get_text(" ").split())
    assert asked(soup)["minutes"] == "10"


def test_what_is_judged_again_asks_for_the_centres_of_communes_and_nothing_more(
    client: Client, django_assert_num_queries: Any
) -> None:
    judged(client)
    address = reverse("observatory:observatory", args=[make.MEL, "proximite"])
    with CaptureQueriesContext(connection) as usual:
        client.get(address)
    with django_assert_num_queries(len(usual) + 1):
        client.get(f"{address}?panier=10.71C&minutes=3")


def test_an_older_vintage_that_kept_nothing_offers_no_form(client: Client) -> None:
    assert not shown(client, found(commune("59051", 0.4))).select("form")
