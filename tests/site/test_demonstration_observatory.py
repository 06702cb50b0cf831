"""The observatories of the demonstration: a stock invented and observed like a real one, three of them public."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.test import Client
from django.urls import reverse

from maillage import ledger, places
from maillage.figures.models import Observation, StockVintage
from maillage.figures.observations import loading
from maillage.kernel import clock
from maillage.kernel.identifiers import is_siret
from maillage.observatory import observed
from maillage.observatory.observatories import every
from maillage.places.actions import write_geography
from maillage.places.assembly import assemble
from maillage.places.sources import ACTIVE, RawCommune, RawEpci, read_rules
from maillage.site.demo import observatory
from tests.factories import accounts as make
from tests.factories.places import small_vintages
from tests.spec.drawn import noon

pytestmark = pytest.mark.django_db

NOW = noon("2020-06-30")
SIZE = 1_000  # the smallest stock there is
MEL, CALL, PORT = observatory.PUBLISHED


def settle_geography() -> None:
    """The communes of the factories, and Dunkerque."""
    town = RawCommune("59183", "Dunkerque", ACTIVE, department="59", population=86_000)
    port = RawEpci(PORT, "CU de Dunkerque", ("59183",), 86_000)
    vintages = [
        dataclasses.replace(known, communes=(*known.communes, town), epcis=(*known.epcis, port))
        for known in small_vintages()
    ]
    rules = read_rules()
    write_geography(assemble(vintages, rules), rules, digest="with a port")


@pytest.fixture(scope="module")
def told(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[str]]:
    """Play it once for the module, and leave nothing behind."""
    said: list[str] = []
    with django_db_blocker.unblock(), transaction.atomic(), clock.at(NOW):
        places.forget()
        settle_geography()
        for partner in sorted(set(observatory.PUBLISHED.values())):
            make.organisation(name=partner, short_name=partner)
        observatory.play(SIZE, said.append)
        yield said
        transaction.set_rollback(True)
    places.forget()


@pytest.fixture
def _played(told: list[str], db: None) -> Iterator[None]:
    """The demonstration's observatories at its own time."""
    with clock.at(NOW):
        yield


def shown(client: Client, name: str, *arguments: str, query: str = "") -> BeautifulSoup:
    answer = client.get(reverse(f"observatory:{name}", args=arguments) + query)
    assert answer.status_code == 200, answer.content.decode()[:400]
    return BeautifulSoup(answer.content, "html.parser")


@pytest.mark.usefixtures("_played")
class TestPlayed:
    def test_three_territories_are_published_each_by_its_partner(self) -> None:
        found = {one.subject.partition(":")[2]: one for one in observed.published_territories()}
        assert set(found) == set(observatory.PUBLISHED)
        for siren, partner in observatory.PUBLISHED.items():
            owner = found[siren].organisation
            assert owner.short_name == partner
            assert found[siren].published_at == NOW

    def test_what_is_played_is_said_on_the_way(self, told: list[str]) -> None:
        assert told[0] == f"an invented stock of {SIZE} establishments"
        assert told[1] == "observing it"
        assert sum(line.startswith("loading ") for line in told) == 3

    def test_one_stock_said_to_be_invented_serves_the_three(self) -> None:
        vintage = StockVintage.objects.get()
        assert vintage.is_invented
        assert (vintage.as_of, vintage.source) == (observatory.AS_OF, "Stock inventé")
        assert sorted(vintage.territories) == sorted(observatory.PUBLISHED)
        assert vintage.loaded_at is not None
        assert loading.spells_of(vintage).is_file()

    def test_only_communes_of_the_three_are_told(self) -> None:
        known = {code for one in observatory.PUBLISHED
                 for code in places.perimeter(one, observatory.AS_OF).communes}  # fmt: skip
        communes = Observation.objects.filter(area_kind="commune")
        told = set(communes.values_list("area", flat=True))
        assert {"59350", "62498", "59183"} <= told <= known

    def test_communes_add_up_to_their_territory(self) -> None:
        for one in observed.published_territories():
            asked = {"indicators": ["register.stock"], "periods": ["2020"]}
            parts = observed.cells(one, kinds=["commune"], **asked)
            (whole,) = observed.cells(one, kinds=["epci"], **asked)
            assert sum(cell.value or 0 for cell in parts) == whole.value
            assert whole.value

    def test_the_list_names_the_three(self, client: Client) -> None:
        soup = shown(client, "observatories")
        names = [heading.get_text(strip=True) for heading in soup.select("main section h2")]
        assert len(names) == 3
        assert any("Dunkerque" in name for name in names)

    @pytest.mark.parametrize("territory", observatory.PUBLISHED)
    @pytest.mark.parametrize("slug", [one.slug for one in every()])
    def test_every_page_says_that_the_stock_is_invented(
        self, client: Client, territory: str, slug: str
    ) -> None:
        soup = shown(client, "observatory", territory, slug)
        assert "stock inventé" in soup.get_text()
        assert soup.select("main section.card")
        for section in soup.select("main section.card:not(.external)"):
            assert "Stock inventé" in section.get_text(), "and again under each figure"
        for section in soup.select("main section.card.external:has(svg)"):
            assert "Ces valeurs sont inventées" in section.get_text(), "of what others publish too"

    def test_pages_say_it_in_english_too(self, client: Client) -> None:
        client.cookies["django_language"] = "en"
        where = reverse("observatory:observatory", args=[MEL, "proximite"])
        page = client.get(where, headers={"Accept-Language": "en"}).content.decode()
        assert "invented stock" in page

    @pytest.mark.parametrize(
        ("territory", "commune"), [(MEL, "59350"), (CALL, "62498"), (PORT, "59183")]
    )
    def test_a_commune_opens_onto_as_many_invented_establishments_as_it_counts(
        self, client: Client, territory: str, commune: str
    ) -> None:
        publication = observed.newest(territory)
        assert publication is not None
        (cell,) = observed.cells(publication, ["register.stock"], areas=[commune], periods=["2020"])
        query = f"?indicateur=register.stock&zone={commune}&periode=2020"
        soup = shown(client, "observatory_firms", territory, query=query)
        assert soup.h1 is not None
        assert soup.h1.get_text(strip=True).split()[0] == f"{cell.value:.0f}"
        sirets = [row.get_text(strip=True) for row in soup.select("tbody th")]
        assert sirets
        assert all(is_siret(one.replace(" ", "").replace("\u00a0", "").replace("\u202f", ""))
                   for one in sirets)  # fmt: skip

    def test_the_ledger_still_verifies(self) -> None:
        assert ledger.verify().is_valid

    def test_files_say_what_was_published_and_nothing_else(self, client: Client) -> None:
        answer = client.get(reverse("observatory:observatory_csv", args=[PORT]))
        assert answer.status_code == 200
        publication = observed.newest(PORT)
        assert publication is not None
        lines = answer.content.decode("utf-8-sig").strip().splitlines()
        assert len(lines) - 1 == publication.observed().count()
