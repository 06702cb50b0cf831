"""The page of acts that drift, the decision on them, and the journal of everything set right."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from maillage import ledger
from maillage.accounts import actions as accounts_actions
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.ledger.drift.models import Drift, Requalification
from maillage.outreach.actions.visits import cancel_visit
from maillage.outreach.vocabulary import Reason
from tests.factories import accounts, drifting, ledger as factory, outreach, register

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client: Client) -> Actor:
    return accounts.signed_in(client, Role.OFFICER)


def page(client: Client, address: str, status: int = 200, **typed: Any) -> str:
    answer = client.post(address, typed) if typed else client.get(address)
    assert answer.status_code == status, answer.content.decode()[-400:]
    return answer.content.decode()


def decided() -> list[Requalification]:
    return list(Requalification.objects.unscoped(reason="tests read all").order_by("id"))


def test_the_page_groups_acts_by_change_with_how_many_acts_and_firms(
    client: Client, officer: Actor
) -> None:
    page_before = page(client, "/derives/")
    assert "Les actes n’ont pas encore été comparés" in page_before
    drifting.acts(officer.acting_for(), 3)
    told = page(client, "/derives/")
    assert "Activité\u00a0: 10.71C → 47.25Z" in told
    assert "3 actes comparés au registre" in told


def test_another_organisation_finds_nothing_there(client: Client, officer: Actor) -> None:
    sign = drifting.one(accounts.organisation()).sign
    assert "47.25Z" not in page(client, "/derives/")
    page(client, f"/derives/{sign}/", 404)


def test_an_auditor_reads_whose_acts_drift_and_decides_nothing(client: Client) -> None:
    drift = drifting.one(accounts.organisation(name="Chambre de l’Est"))
    accounts.signed_in(client, Role.AUDITOR)
    told = page(client, "/derives/")
    assert "Chambre de l’Est" in told
    assert f"/derives/{drift.sign}/" not in told
    page(client, f"/derives/{drift.sign}/", 403)


def test_an_officer_corrects_all_the_acts_at_once(client: Client, officer: Actor) -> None:
    drifting.acts(officer.acting_for(), 3)
    sign = next(iter(drifting.open_drifts().values())).sign
    shown = page(client, f"/derives/{sign}/")
    assert shown.count('name="acts"') == 3
    typed = {"once": str(uuid4()), "which": "all", "reason": "Code corrigé", "correct": "1"}
    answer = client.post(f"/derives/{sign}/", typed)
    (decision,) = decided()
    assert answer.status_code == 302
    assert answer["Location"] == f"/requalifications/{decision.key}/"
    told = page(client, answer["Location"])
    assert "Code corrigé" in told
    assert "3" in told
    again = client.post(f"/derives/{sign}/", typed)
    assert again["Location"] == answer["Location"], "sent twice, decided once"
    assert len(decided()) == 1
    assert not drifting.open_drifts()


def test_only_those_ticked_are_left_as_recorded(client: Client, officer: Actor) -> None:
    first, _second = drifting.acts(officer.acting_for(), 2)
    sign = drifting.open_drifts()[first.key].sign
    typed = {
        "once": str(uuid4()), "which": "ticked", "acts": [str(first.key)], "reason": "Faux", "leave": "1",
    }  # fmt: skip
    assert client.post(f"/derives/{sign}/", typed).status_code == 302
    (decision,) = decided()
    assert (decision.acts, decision.corrects) == (1, False)
    assert len(drifting.open_drifts()) == 1


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"which": "all", "reason": ""}, "Ce champ est obligatoire."),
        ({"which": "ticked", "reason": "x"}, "Cochez au moins un acte"),
        (
            {"which": "ticked", "reason": "x", "acts": [str(uuid4())]},
            "Sélectionnez un choix valide",
        ),
        ({"which": "some", "reason": "x"}, "Sélectionnez un choix valide"),
        ({"which": "all", "reason": "x" * 301}, "300"),
    ],
)
def test_a_form_that_does_not_hold_says_why_and_keeps_what_was_typed(
    client: Client, officer: Actor, typed: dict[str, Any], told: str
) -> None:
    sign = drifting.one(officer.acting_for()).sign
    shown = page(client, f"/derives/{sign}/", 422, once=str(uuid4()), correct="1", **typed)
    assert told in shown
    assert not decided()


def test_who_comes_second_is_told(client: Client, officer: Actor) -> None:
    sign = drifting.one(officer.acting_for()).sign
    url = f"/derives/{sign}/"
    typed = {"which": "all", "reason": "x", "leave": "1"}
    assert client.post(url, typed | {"once": str(uuid4())}).status_code == 302
    told = page(client, url, 409, **typed, once=str(uuid4()))
    assert "n’attendent plus de décision" in told
    page(client, url, 409, **typed, once="nothing of ours")


def test_many_acts_leave_the_rest_to_a_worker(
    client: Client, officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("maillage.ledger.drift.settling.STEP", 2)
    drifting.acts(officer.acting_for(), 5)
    sign = next(iter(drifting.open_drifts().values())).sign
    typed = {"which": "all", "reason": "x", "correct": "1", "once": str(uuid4())}
    answer = client.post(f"/derives/{sign}/", typed)
    waiting = Drift.objects.unscoped(reason="tests read all").filter(settled_at=None)
    assert waiting.count() == 3
    assert "La machine continue" in page(client, answer["Location"])


def test_the_pages_cost_as_many_queries_for_fifty_acts_as_for_two(
    client: Client, officer: Actor
) -> None:
    costs = []
    for number in (2, 48):
        drifting.acts(officer.acting_for(), number)
        sign = next(iter(drifting.open_drifts().values())).sign
        for address in ("/derives/", f"/derives/{sign}/", "/corrections/"):
            page(client, address)
            with CaptureQueriesContext(connection) as asked:
                page(client, address)
            costs.append(len(asked))
    assert costs[:3] == costs[3:]


def test_the_journal_tells_each_kind_of_correction_with_who_when_and_why(
    client: Client, officer: Actor
) -> None:
    owner = officer.acting_for()
    drifting.decided(owner)
    visit = outreach.visit(by=officer)
    cancel_visit(visit=visit, by=officer, reason=Reason.TWICE)
    chief = accounts.actor(Role.ADMINISTRATOR, owner)
    share = accounts.share(owner, accounts.organisation(name="La Métropole"), "visits")
    accounts_actions.end_share(share=share, because="Fin du projet", by=chief)
    load = register.load_active()
    register.undo_load(load=load, by=System("tests"))
    told = page(client, "/corrections/")
    for words in ("Dérive de qualification", "Code corrigé par l’INSEE", "Acte annulé ou corrigé",
                  "Saisie deux fois", "Partage arrêté", "La Métropole", "Fin du projet"):  # fmt: skip
        assert words in told, words
    only = page(client, "/corrections/?genre=shares")
    assert "Fin du projet" in only
    assert "Saisie deux fois" not in only
    page(client, "/corrections/?genre=nothing", 422)
    accounts.signed_in(client, Role.ADMINISTRATOR, owner)
    assert "essai" in page(client, "/corrections/?genre=loads"), "why the load was undone"


def test_the_journal_tells_nothing_of_others(client: Client, officer: Actor) -> None:
    other = accounts.organisation(name="Une autre")
    drifting.decided(other)
    factory.reversal(factory.act(by=other))
    told = page(client, "/corrections/")
    assert "Rien n’a encore été rectifié" in told


def test_the_journal_is_read_page_by_page_the_latest_first(client: Client, officer: Actor) -> None:
    act_of = [factory.act(by=officer.acting_for()) for _ in range(55)]
    for act in act_of:
        factory.reversal(act)
    first, second = page(client, "/corrections/"), page(client, "/corrections/?page=2")
    assert first.count("<time") == 50
    assert second.count("<time") == 5
    newest, oldest = (
        ledger.Act.objects.unscoped(reason="tests")
        .order_by("-seq")
        .values_list("source_key", flat=True)[0],
        act_of[0].source_key,
    )
    assert newest in first
    assert oldest in second


def test_of_an_act_it_may_not_open_the_journal_tells_kind_keeper_and_month(client: Client) -> None:
    act = factory.act(factory.DISTRESS, person=accounts.person(name="Camille Martin"))
    factory.reversal(act)
    partner = accounts.signed_in(client, Role.OFFICER).acting_for()
    accounts.share(act.keeper, partner, "acts", Sensitivity.PARTNERS)
    told = page(client, "/corrections/")
    assert str(act.keeper) in told
    assert "Camille Martin" not in told
    assert "<time" not in told, "neither the day nor the hour"
