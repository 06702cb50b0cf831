"""Editing a draft on screen: sent twice, sent late, ordered, and by whoever should not."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from maillage.accounts.roles import Role
from maillage.conventions.models import Axis, Convention, Entry
from tests.factories import conventions as make
from tests.factories.accounts import organisation, signed_in

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"conventions:{name}", args=args)


@pytest.fixture
def draft() -> Convention:
    return make.convention_of(organisation("epci"), slug="d", signed=False)


@pytest.fixture
def keeper(client: Client, draft: Convention) -> Client:
    signed_in(client, Role.OFFICER, draft.keeper)
    return client


def codes(draft: Convention) -> list[str]:
    return list(draft.versions.get().axes.values_list("code", flat=True))


def test_a_line_sent_twice_is_added_once(keeper: Client, draft: Convention) -> None:
    given = {"once": uuid4(), "code": "2", "title": "Deux"}
    for _ in range(2):
        assert keeper.post(url("add_line", "d", "axes"), given).status_code == 302
    assert codes(draft) == ["1", "2"]


def test_a_line_without_the_key_of_its_form_is_refused_and_keeps_what_was_typed(
    keeper: Client, draft: Convention
) -> None:
    response = keeper.post(url("add_line", "d", "axes"), {"code": "2", "title": "Mon axe"})
    assert response.status_code == 422
    assert "Mon axe" in response.content.decode()
    assert codes(draft) == ["1"]


def test_lines_are_raised_and_lowered(keeper: Client, draft: Convention) -> None:
    for code in ("2", "3"):
        given = {"once": uuid4(), "code": code, "title": code}
        keeper.post(url("add_line", "d", "axes"), given)
    last = Axis.objects.get(code="3")
    response = keeper.post(url("raise_line", "d", "axes", last.pk))
    assert response["Location"] == url("edit", "d") + f"#axes-{last.pk}"
    assert codes(draft) == ["1", "3", "2"]
    keeper.post(url("lower_line", "d", "axes", last.pk))
    assert codes(draft) == ["1", "2", "3"]


def test_the_first_line_offers_no_way_up_and_the_last_none_down(
    keeper: Client, draft: Convention
) -> None:
    keeper.post(url("add_line", "d", "axes"), {"once": uuid4(), "code": "2", "title": "Deux"})
    first, last = draft.versions.get().axes.all()
    shown = keeper.get(url("edit", "d")).content.decode()
    assert url("raise_line", "d", "axes", first.pk) not in shown
    assert url("lower_line", "d", "axes", first.pk) in shown
    assert url("raise_line", "d", "axes", last.pk) in shown
    assert url("lower_line", "d", "axes", last.pk) not in shown


PEOPLE = """
who        | role            | of      | answer
stranger   | officer         | other   | 404
partner    | officer         | partner | 404
colleague  | adviser         | keeper  | 403
keeper     | officer         | keeper  | 200
manager    | service_manager | keeper  | 200
"""


@pytest.mark.parametrize(
    ("role", "of", "answer"),
    [tuple(c.strip() for c in line.split("|"))[1:] for line in PEOPLE.strip().splitlines()[1:]],
)
def test_the_draft_is_edited_by_those_who_write_for_its_keeper(
    client: Client, draft: Convention, role: str, of: str, answer: str
) -> None:
    parties = draft.versions.get().parties
    whose = {
        "other": lambda: organisation("support"),
        "partner": lambda: parties.exclude(organisation=draft.keeper).get().organisation,
        "keeper": lambda: draft.keeper,
    }[of]()
    signed_in(client, Role(role), whose)
    for name, args in (("edit", ()), ("edit_head", ()), ("add_line", ("axes",)), ("sign", ())):
        assert client.get(url(name, "d", *args)).status_code == int(answer), name


def test_what_was_typed_when_the_session_ended_is_given_back(
    client: Client, draft: Convention
) -> None:
    address = url("add_line", "d", "axes")
    given = {"once": uuid4(), "title": "Un axe longuement pensé"}
    sent = client.post(address, given)
    assert sent.status_code == 302
    assert "/connexion/" in sent["Location"]
    signed_in(client, Role.OFFICER, draft.keeper)
    assert "Un axe longuement pensé" in client.get(address).content.decode()
    assert codes(draft) == ["1"]


@pytest.mark.parametrize(
    ("section", "wrong"),
    [
        ("axes", {"code": "", "title": "T"}),
        ("axes", {"code": "1", "title": "Répété"}),
        ("axes", {"code": "x" * 20, "title": "Long"}),
        ("actions", {"code": "9", "title": "Sans axe"}),
        ("targets", {"code": "T9", "kind": "floor", "indicator": "nothing@1", "amount": "1"}),
        ("targets", {"code": "T9", "kind": "floor", "indicator": "conventions.payments@1"}),
        (
            "targets",
            {"code": "T9", "kind": "monitor", "indicator": "conventions.payments@1", "amount": "1"},
        ),
        (
            "targets",
            {"code": "T9", "kind": "floor", "indicator": "conventions.payments@1", "amount": "-1"},
        ),
        ("budget", {"amount_cents": "beaucoup"}),
        ("parties", {"share_bp": "50"}),
        ("deliberations", {"outcome": "approved", "decided_on": "32/01/2020"}),
    ],
)
def test_a_line_that_cannot_be_is_refused_with_a_summary(
    keeper: Client, draft: Convention, section: str, wrong: dict[str, str]
) -> None:
    before = getattr(draft.versions.get(), section).count()
    response = keeper.post(url("add_line", "d", section), {"once": uuid4(), **wrong})
    assert response.status_code == 422
    shown = response.content.decode()
    assert "Rien de ce que vous avez saisi" in shown.replace("\xa0", " ")
    assert getattr(draft.versions.get(), section).count() == before


def test_the_public_reads_an_action_without_its_money(client: Client) -> None:
    held = make.loaded()
    from maillage.accounts.actors import System
    from maillage.conventions.actions import money

    by = System("a test", organisation=held.keeper)
    charged = make.money(convention=held, charges={"test-2019/1.1": 10_000}, label="Facture 12")
    entry = money.enter(money=charged, by=by, once=uuid4())
    assert Entry.objects.unscoped(reason="a test").get() == entry
    shown = client.get(url("action", "test-2019", "1.1")).content.decode()
    assert "Visiter" in shown
    assert "Facture 12" not in shown


def test_a_party_reads_the_money_charged_to_its_convention_and_does_not_correct_it(
    client: Client,
) -> None:
    from maillage.accounts.actors import System
    from maillage.conventions.actions import money

    held = make.loaded()
    by = System("a test", organisation=held.keeper)
    entry = money.enter(money=make.money(convention=held, label="Facture 12"), by=by, once=uuid4())
    parties = held.versions.get().parties
    signed_in(client, Role.OFFICER, parties.exclude(organisation=held.keeper).get().organisation)
    shown = client.get(url("entry", entry.key)).content.decode()
    assert "Facture 12" in shown
    assert url("correct", entry.key) not in shown
    for name in ("correct", "cancel"):
        assert client.get(url(name, entry.key)).status_code == 404
