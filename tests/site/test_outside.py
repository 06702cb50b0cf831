"""Services outside: off unless given an address, which is checked before anything travels."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as in_use

from maillage.accounts import retaining
from maillage.kernel.remote import Client
from maillage.site import environment, outside, settings
from maillage.site.environment import Misset

NAMES = {
    "firms": "MAILLAGE_API_FIRMS",
    "sirene": "MAILLAGE_API_SIRENE",
    "communes": "MAILLAGE_API_COMMUNES",
    "addresses": "MAILLAGE_API_ADDRESSES",
    "osrm_walking": "MAILLAGE_API_OSRM_WALKING",
    "osrm_car": "MAILLAGE_API_OSRM_CAR",
    "valhalla": "MAILLAGE_API_VALHALLA",
}
Read = Callable[..., dict[str, Client]]


@pytest.fixture
def clients(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Read:
    for name in list(environment.VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MAILLAGE_HOME", str(tmp_path))

    def read(**variables: str) -> dict[str, Client]:
        with monkeypatch.context() as started:
            for variable, given in variables.items():
                started.setenv(variable, given)
            found: Any = runpy.run_path(settings.__file__)["OUTSIDE"]
            return found  # type: ignore[no-any-return]

    return read


def test_an_instance_asks_nobody_unless_told_whom(clients: Read) -> None:
    assert {key for key, client in clients().items() if client.service.is_on} == set()


@pytest.mark.parametrize("key", NAMES)
def test_each_service_is_turned_on_by_its_own_address(clients: Read, key: str) -> None:
    found = clients(**{NAMES[key]: "https://api.example/v3.11/"})

    assert {k for k, client in found.items() if client.service.is_on} == {key}
    assert found[key].service.address == "https://api.example/v3.11"
    assert found[key].service.variable == NAMES[key]


@pytest.mark.parametrize(
    "address",
    [
        "https://api.insee.fr/api-sirene/3.11",
        "https://proxy.example:8443",
        "http://127.0.0.1:9000/here",
        "http://[::1]:9000",
        "http://localhost",
    ],
)
def test_addresses_that_are_taken(clients: Read, address: str) -> None:
    assert clients(MAILLAGE_API_FIRMS=address)["firms"].service.address == address


@pytest.mark.parametrize(
    "address",
    [
        "api.example",
        "http://api.example",
        "http://127.0.0.1.evil.example",
        "http://localhost@evil.example",
        "https://user:password@api.example",
        "https://api.example/?q=",
        "https://api.example/#x",
        "https://api.example/ x",
        "file:///etc/passwd",
        "ftp://api.example",
        "https://",
    ],
)
def test_addresses_that_are_refused_with_the_variable_named(clients: Read, address: str) -> None:
    with pytest.raises(Misset, match=r"MAILLAGE_API_FIRMS is “.*”: write https://"):
        clients(MAILLAGE_API_FIRMS=address)


def test_the_key_of_insee_travels_in_its_header_and_in_no_trace(clients: Read) -> None:
    service = clients(MAILLAGE_API_SIRENE_KEY="abc-123")["sirene"].service

    assert service.headers == {outside.KEY_HEADER: "abc-123"}
    assert "abc-123" not in repr(service)
    assert environment.VARIABLES["MAILLAGE_API_SIRENE_KEY"].secret


def test_a_key_with_what_no_key_holds_is_refused_and_not_quoted(clients: Read) -> None:
    with pytest.raises(Misset, match="MAILLAGE_API_SIRENE_KEY holds") as refused:
        clients(MAILLAGE_API_SIRENE_KEY="abc\ndéf")

    assert "abc" not in str(refused.value)


def test_the_time_given_to_a_service_has_bounds(clients: Read) -> None:
    assert clients(MAILLAGE_API_TIMEOUT="9")["firms"].service.timeout == 9
    for seconds in ("0", "-1", "11"):
        with pytest.raises(Misset, match=r"MAILLAGE_API_TIMEOUT is “.*”: from 1 to 10"):
            clients(MAILLAGE_API_TIMEOUT=seconds)


def test_what_they_say_is_kept_where_retention_and_erasure_look() -> None:
    folders = {one.name: one.folder for one in retaining.folders()}

    assert folders["answers_of_services"] == Path(in_use.OUTSIDE_ANSWERS).name
    one = next(one for one in retaining.folders() if one.name == "answers_of_services")
    assert one.after.days == 30


def test_an_erased_firm_is_looked_for_in_its_words(tmp_path: Path) -> None:
    from maillage.kernel.remote import Folder
    from tests.services import NOON

    Folder(tmp_path).write("https://a.example/?q=d%C3%A9", {"name": "DÉLICES D'ÉLÉONORE"}, NOON)
    one = next(one for one in retaining.folders() if one.name == "answers_of_services")
    (path,) = tmp_path.glob("*.json")

    assert "DÉLICES D'ÉLÉONORE" in one.text(path)
