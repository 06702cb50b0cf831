"""A preview says what a stock would change by kind and by field, each count opening onto its establishments."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage.accounts.actors import System
from maillage.accounts.roles import Role
from maillage.intake import actions, jobs, listing, storage
from maillage.intake.actions import Sent
from maillage.intake.listing import Entry, Listed, Lists
from maillage.intake.models import Load
from maillage.kernel.errors import Invalid
from maillage.register.importers.files import Given, MissingFiles
from maillage.register.importers.sirene import import_stock
from maillage.register.models import Establishment
from tests.factories import accounts, places, register as firms

pytestmark = pytest.mark.django_db
BY = System("test")


def closed(row: dict[str, str], day: str) -> dict[str, str]:
    return row | {"etatAdministratifEtablissement": "F", "dateDebut": day}


@pytest.fixture
def months(tmp_path: Path) -> tuple[tuple[Path, Path], tuple[Path, Path]]:
    """A stock, and the one of a later month where one thing of each sort happened."""
    places.places_loaded()
    first = [firms.establishment_row(n) for n in range(1, 9)]
    first[1] = closed(first[1], "2019-01-01")
    later = [dict(row) for row in first]
    later[0] = closed(later[0], "2020-01-15")
    later[1] |= {"etatAdministratifEtablissement": "A", "dateDebut": "2020-01-20"}
    later[2] |= {"codeCommuneEtablissement": "59512", "libelleCommuneEtablissement": "ROUBAIX"}
    later[3] |= {"codeCommuneEtablissement": "62427", "libelleCommuneEtablissement": "HENIN"}
    later[4] |= {"activitePrincipaleEtablissement": "47.24Z", "libelleVoieEtablissement": "D’ARRAS"}
    later[5] |= {"statutDiffusionEtablissement": "P"}
    del later[6]
    later.append(firms.establishment_row(20, enseigne1Etablissement=""))
    (tmp_path / "later").mkdir()
    return (
        firms.sirene_files(tmp_path, first),
        firms.sirene_files(tmp_path / "later", later, day="2020-02-01"),
    )


@pytest.fixture
def previewed(months) -> Load:
    """The later month, waiting to be confirmed."""
    before, after = months
    import_stock(units=before[0], establishments=before[1], territory="mel", by=BY)
    slots = zip(("units", "establishments"), after, strict=True)
    files = [Sent(slot, path.name, [path.read_bytes()]) for slot, path in slots]
    load = actions.receive(source="sirene", files=files, given={"territory": "mel"}, by=BY)
    jobs.carry_on.call(load.pk)
    load.refresh_from_db()
    assert load.state == Load.State.PREVIEWED
    return load


def listed(load: Load, kind: str) -> list[Entry]:
    found = Listed(storage.folder(load) / listing.NAME, kind)
    return found[0 : len(found)]


def numbers(load: Load, kind: str) -> list[int]:
    """Which firms a list holds, by the number that made them."""
    known = {firms.siret(firms.siren(n), 1): n for n in range(1, 21)}
    return [known[one.key] for one in listed(load, kind)]


@pytest.mark.parametrize(
    ("kind", "who"),
    [
        ("new", [20]),
        ("closed", [1]),
        ("reopened", [2]),
        ("moved_within", [3]),
        ("moved_out", [4]),
        ("absent", [7]),
        ("field_activity", [5]),
        ("field_address", [3, 4, 5, 6]),
        ("field_diffusion", [6]),
        ("field_commune", [3, 4]),
        ("field_state", [1, 2]),
        ("moved_in", []),
    ],
)
def test_each_count_opens_onto_those_it_counts(previewed: Load, kind: str, who: list[int]) -> None:
    assert numbers(previewed, kind) == who
    assert previewed.count(kind) == len(who)


def test_every_count_of_a_preview_is_the_length_of_its_list(previewed: Load) -> None:
    told = {
        k: n
        for k, n in previewed.counts.items()
        if k.startswith("field_") or k in {"new", "changed", "moved", "closed"}
    }

    assert told
    assert {kind: len(listed(previewed, kind)) for kind in told} == told


def test_a_list_tells_the_name_the_commune_and_the_field_before_and_after(previewed: Load) -> None:
    (moved,) = listed(previewed, "moved_within")
    (baker,) = listed(previewed, "field_activity")

    assert (moved.name, moved.before, moved.after) == ("AU BON PAIN 3", "59350", "59512")
    assert ["activity", "10.71C", "47.24Z"] in [list(one) for one in baker.fields]


def test_a_new_firm_without_a_sign_has_the_name_of_its_legal_unit(previewed: Load) -> None:
    (new,) = listed(previewed, "new")

    assert new.name
    assert not Establishment.objects.filter(siret=new.key).exists()


def test_a_firm_that_withdraws_shows_neither_name_nor_address(previewed: Load) -> None:
    (hidden,) = listed(previewed, "field_diffusion")
    told = {name: (old, new) for name, old, new in hidden.fields}

    assert hidden.name == ""
    assert told["address"] == ("", "")
    assert told["trade_name"] == ("", "")


def test_applying_counts_the_same_and_keeps_no_list(previewed: Load) -> None:
    counts = dict(previewed.counts)

    actions.confirm(load=previewed, by=BY)
    jobs.carry_on.call(previewed.pk)
    previewed.refresh_from_db()

    assert previewed.state == Load.State.ACTIVE
    assert {k: n for k, n in previewed.counts.items() if n} == {
        k: n for k, n in counts.items() if n
    }
    assert not storage.folder(previewed).exists()


def test_a_firm_that_comes_back_into_the_territory_moves_in(
    months, previewed: Load, tmp_path: Path
) -> None:
    actions.confirm(load=previewed, by=BY)
    jobs.carry_on.call(previewed.pk)
    (tmp_path / "back").mkdir()
    files = firms.sirene_files(tmp_path / "back", [firms.establishment_row(4)], day="2020-03-01")

    outcome = import_stock(
        units=files[0], establishments=files[1], territory="mel", by=BY, dry_run=True
    )

    assert outcome.as_json()["moved_in"] == 1


def test_a_dry_run_writes_its_lists_in_a_table(months, tmp_path: Path) -> None:
    before, after = months
    import_stock(units=before[0], establishments=before[1], territory="mel", by=BY)
    to = tmp_path / "lists.csv"
    given = Given(
        territory="mel", by=BY, units=after[0], establishments=after[1], dry_run=True, lists=to,
        progress=lambda *_: None,
    )  # fmt: skip

    told = given.read().as_json()

    with to.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert (told["reopened"], told["moved_out"], told["fields"]["activity"]) == (1, 1, 1)
    assert {row["siret"] for row in rows if row["kind"] == "new"} == {
        firms.siret(firms.siren(20), 1)
    }
    assert [(r["before"], r["after"]) for r in rows if r["kind"] == r["field"] == ""] == []
    assert ("10.71C", "47.24Z") in [
        (r["before"], r["after"]) for r in rows if r["field"] == "activity"
    ]


def test_lists_without_a_dry_run_are_refused(months, tmp_path: Path) -> None:
    given = Given(
        territory="mel", by=BY, units=months[0][0], establishments=months[0][1],
        lists=tmp_path / "l.csv", progress=lambda *_: None,
    )  # fmt: skip

    with pytest.raises(MissingFiles):
        given.read()


def page_of(load: Load, kind: str, role: Role = Role.ADMINISTRATOR):
    client = Client()
    client.force_login(accounts.person(role))
    return client.get(f"/chargements/{load.key}/liste/{kind}/")


def test_the_page_of_a_list_shows_its_establishments_and_the_load_leads_there(
    previewed: Load, client: Client
) -> None:
    client.force_login(accounts.person(Role.ADMINISTRATOR))
    address = f"/chargements/{previewed.key}/liste/moved_within/"

    load = client.get(f"/chargements/{previewed.key}/").content.decode()
    page = client.get(address).content.decode()

    assert address in load
    assert "AU BON PAIN 3" in page
    assert "59512" in page


def test_an_adviser_reads_no_list_and_an_unknown_kind_has_no_page(previewed: Load) -> None:
    assert page_of(previewed, "new", Role.ADVISER).status_code in {403, 404}
    assert page_of(previewed, "unchanged").status_code == 404
    assert page_of(previewed, "nothing").status_code == 404


def test_a_list_that_left_with_its_files_says_so(previewed: Load) -> None:
    storage.drop(previewed)

    answer = page_of(previewed, "new")

    assert answer.status_code == 200
    assert "Rien à lister" in answer.content.decode()


def test_a_page_of_a_long_list_costs_no_more_queries_than_one_of_a_short_list(
    previewed: Load,
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as made:
            assert page_of(previewed, "new").status_code == 200
        return len(made)

    few = queries()
    lists = Lists(storage.folder(previewed) / listing.NAME)
    lists.add(("new", Entry(f"{n:014d}", "x", "", "59350")) for n in range(5_000))
    lists.close()

    assert queries() <= few


def test_lists_that_find_no_room_are_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        Lists(tmp_path / "none" / "lists.sqlite3")
