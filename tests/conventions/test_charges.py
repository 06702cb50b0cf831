"""Money by charge on screen: as many parts as the invoice has, none lost by a correction, cost once."""

from __future__ import annotations

import re
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage import ledger
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.conventions.actions import money, texts
from maillage.conventions.actions.money import Money
from maillage.conventions.forms.money import FEWEST, MOST, CorrectionForm, MoneyForm
from maillage.conventions.models import Convention, Entry
from maillage.conventions.readings import signed_actions
from tests.factories import conventions as make
from tests.factories.accounts import organisation, signed_in

ACTIONS = 7
MORE = "".join(
    f'\n[[versions.axes.actions]]\ncode = "1.{n}"\ntitle = "Action {n}"\n'
    for n in range(2, ACTIONS + 1)
)


def key(n: int) -> str:
    return f"test-2019/1.{n}"


def url(name: str, *args: Any) -> str:
    return reverse(f"conventions:{name}", args=args)


@pytest.fixture
def convention(db: None) -> Convention:
    return make.loaded(make.MINIMAL + MORE)


@pytest.fixture
def officer(client: Client, convention: Convention) -> Actor:
    return signed_in(client, Role.OFFICER, convention.keeper)


def entered(convention: Convention, by: Actor, parts: int, **values: Any) -> Entry:
    """An entry of 10 € a part, over so many actions."""
    charges = {key(n): 1_000 for n in range(1, parts + 1)}
    given_ = {"amount_cents": parts * 1_000 or 1_000, "charges": charges, **values}
    return money.enter(money=make.money(convention=convention, **given_), by=by, once=uuid4())


def typed(html: str) -> dict[str, str]:
    """What a browser would send back of the page's form: inputs, chosen options, checked boxes."""
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = (re.search(rf'{what}="([^"]*)"', tag) for what in ("name", "value"))
        kind = re.search(r'type="(\w+)"', tag)
        if name and value and (kind is None or kind[1] != "radio" or "checked" in tag):
            sent[name[1]] = value[1]
    for name_, body in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.DOTALL
    ):
        chosen = re.search(r'<option value="([^"]*)"\s+selected', body)
        sent[name_] = chosen[1] if chosen else ""
    return sent


def charges_of(entry: Entry) -> dict[str, int]:
    return dict(entry.charges.values_list("action_key", "amount_cents"))


def standing(keeper: Any) -> Entry:
    every = Entry.objects.unscoped(reason="a test").filter(owner=keeper)
    return every.get(cancelled_at=None)


@pytest.mark.parametrize("parts", [1, 3, 4, 5, 7])
def test_a_correction_sent_back_as_shown_keeps_every_charge(
    client: Client, convention: Convention, officer: Actor, parts: int
) -> None:
    """Whoever mends a label loses no charge, however many there are, and writes no script."""
    held = entered(convention, officer, parts)
    shown = client.get(url("correct", held.key)).content.decode()
    sent = {**typed(shown), "label": "Facture 12 bis", "reason_code": "typing_error"}
    assert client.post(url("correct", held.key), sent).status_code == 302
    new = standing(convention.keeper)
    assert (new.label, new.replaces) == ("Facture 12 bis", held)
    assert charges_of(new) == charges_of(held)


def test_a_correction_offers_one_line_for_each_charge(
    convention: Convention, officer: Actor
) -> None:
    initial = CorrectionForm.initial_of(entered(convention, officer, 5))
    form = CorrectionForm(
        convention=convention, actions=signed_actions(convention), initial=initial
    )
    assert form.lines == 5
    assert [form.initial[f"action_{n}"] for n in range(1, 6)] == [key(n) for n in range(1, 6)]
    assert [form.initial[f"part_{n}"] for n in range(1, 6)] == [1_000] * 5


def test_a_part_is_added_without_losing_what_is_typed_nor_judging_it(
    client: Client, convention: Convention, officer: Actor
) -> None:
    address = url("enter") + "?convention=test-2019"
    shown = client.get(address).content.decode()
    assert f'name="part_{FEWEST}"' in shown
    assert f'name="part_{FEWEST + 1}"' not in shown
    assert f'formaction="?convention=test-2019&amp;lines={FEWEST + 1}"' in shown
    half = {**typed(shown), "label": "À moitié", "amount": "beaucoup", "part_1": "12", "add": "1"}
    longer = client.post(address, half)
    assert longer.status_code == 200
    html = longer.content.decode()
    assert typed(html)["label"] == "À moitié"
    assert typed(html)["amount"] == "beaucoup"
    assert typed(html)["once"] == half["once"]
    assert f'name="part_{FEWEST + 1}"' in html
    assert "n-error" not in html
    assert not Entry.objects.unscoped(reason="a test").exists()


def test_parts_added_one_by_one_all_become_charges(
    client: Client, convention: Convention, officer: Actor
) -> None:
    address = url("enter") + "?convention=test-2019"
    sent = typed(client.get(address).content.decode())
    sent |= {"kind": "payment", "label": "Facture", "on": "2019-07-01", "amount": "70"}
    sent["funder"] = str(convention.keeper_id)
    for n in range(1, ACTIONS + 1):
        if f"part_{n}" not in sent:
            html = client.post(address, {**sent, "add": "1"}).content.decode()
            sent = typed(html)
        sent |= {f"action_{n}": key(n), f"part_{n}": "10"}
    assert client.post(address, sent).status_code == 302
    assert charges_of(standing(convention.keeper)) == {key(n): 1_000 for n in range(1, ACTIONS + 1)}


@pytest.mark.parametrize(
    ("asked", "lines"), [("", 3), ("2", 3), ("5", 5), ("1000", 3), ("999", 99), ("x", 3), ("-4", 3)]
)
def test_the_address_asks_for_lines_within_reason(
    client: Client, officer: Actor, asked: str, lines: int
) -> None:
    shown = client.get(url("enter") + f"?convention=test-2019&lines={asked}").content.decode()
    assert shown.count('name="part_') == lines


def test_lines_kept_from_an_ended_session_come_back_with_the_address(
    client: Client, convention: Convention
) -> None:
    address = url("enter") + "?convention=test-2019&lines=5"
    client.post(address, {"label": "Longue facture", "action_5": key(5), "part_5": "50"})
    signed_in(client, Role.OFFICER, convention.keeper)
    shown = typed(client.get(address).content.decode())
    assert (shown["label"], shown["action_5"], shown["part_5"]) == ("Longue facture", key(5), "50")


def test_an_action_that_an_amendment_dropped_is_still_offered_and_kept(
    client: Client, convention: Convention, officer: Actor
) -> None:
    """Money of 2019 stays on what was agreed in 2019."""
    held = entered(convention, officer, 7)
    draft = texts.amend(convention=convention, by=officer)
    draft.actions.filter(code__in=["1.6", "1.7"]).delete()
    draft.actions.filter(code="1.2").update(title="Action deux, redite")
    draft.effective_on = draft.signed_on = make.instant("2020-01-01").date()
    draft.save()
    texts.sign(version=draft, signed_on=draft.signed_on, by=officer)
    offered = signed_actions(convention)
    assert [a.code for a in offered] == ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6", "1.7"]
    assert offered[1].title == "Action deux, redite"
    shown = client.get(url("correct", held.key)).content.decode()
    sent = {**typed(shown), "reason_code": "typing_error"}
    assert client.post(url("correct", held.key), sent).status_code == 302
    assert charges_of(standing(convention.keeper)) == charges_of(held)


def test_money_of_no_convention_is_charged_by_correcting_it_into_one(
    client: Client, convention: Convention, officer: Actor
) -> None:
    held = money.enter(money=make.money(), by=officer, once=uuid4())
    bare = client.get(url("correct", held.key)).content.decode()
    assert 'name="part_1"' not in bare
    assert 'href="?convention=test-2019"' in bare
    address = url("correct", held.key) + "?convention=test-2019"
    sent = typed(client.get(address).content.decode())
    sent |= {"action_1": key(1), "reason_code": "wrong_action"}
    assert client.post(address, sent).status_code == 302
    new = standing(convention.keeper)
    assert (new.convention, charges_of(new)) == (convention, {key(1): 10_000})
    assert not Entry.objects.visible_to(officer).standing().charged_to_nothing().exists()


def test_money_is_not_corrected_into_a_convention_of_others(
    client: Client, convention: Convention, officer: Actor
) -> None:
    held = money.enter(money=make.money(), by=officer, once=uuid4())
    foreign = make.convention_of(organisation("epci"))
    response = client.get(url("correct", held.key) + f"?convention={foreign.slug}")
    assert response.status_code == 404


# The form alone

SPLITS = """
amount | parts                          | charges                          | nothing
100    | 1:                             | 1.1=10000                        | 0
100    | 1:60                           | 1.1=6000                         | 4000
100    | 1:60 2:40                      | 1.1=6000 1.2=4000                | 0
100    | 1:60 1:40                      | 1.1=10000                        | 0
100    | 1:10 2:10 3:10 4:10 5:10       | 1.1=1000 1.2=1000 1.3=1000 1.4=1000 1.5=1000 | 5000
0,03   | 1:0,01 2:0,01 3:0,01           | 1.1=1 1.2=1 1.3=1                | 0
"""


@pytest.mark.parametrize(
    "row", [[c.strip() for c in line.split("|")] for line in SPLITS.strip().splitlines()[1:]]
)
def test_parts_are_charges_and_the_rest_is_charged_to_nothing(
    convention: Convention, row: list[str]
) -> None:
    amount, parts, charges, nothing = row
    sent = {"kind": "payment", "label": "F", "on": "2019-07-01", "once": str(uuid4())}
    sent |= {"funder": str(convention.keeper_id), "amount": amount}
    for rank, part in enumerate(parts.split(), start=1):
        action, _, euros = part.partition(":")
        sent |= {f"action_{rank}": key(int(action)), f"part_{rank}": euros}
    form = MoneyForm(sent, convention=convention, actions=signed_actions(convention))
    assert form.is_valid(), form.errors
    split = form.money().split()
    said = " ".join(f"{k.partition('/')[2]}={cents}" for k, cents in split.items() if k)
    assert (said, split.get("", 0)) == (charges, int(nothing))


def test_a_form_never_grows_past_what_a_page_can_hold(convention: Convention) -> None:
    actions = signed_actions(convention)
    form = MoneyForm(convention=convention, actions=actions, lines=10_000)
    assert form.lines == MOST
    assert form.longer().lines == MOST
    sent = QueryDict("part_100=1&part_0=2&part_x=3&part_12=1")
    assert MoneyForm(sent, convention=convention, actions=actions).lines == 12


@given(
    st.integers(1, 10**9),
    st.dictionaries(
        st.sampled_from([f"a/{n}" for n in range(9)]), st.integers(0, 10**8), max_size=9
    ),
)
def test_the_parts_of_money_always_sum_to_it(amount: int, charges: dict[str, int]) -> None:
    whole = sum(charges.values()) + amount
    paid = Money("payment", "F", date(2019, 6, 1), whole, None, charges=charges)  # type: ignore[arg-type]
    split = paid.split()
    assert sum(split.values()) == whole
    assert split[""] == amount
    assert all(split.values())


@pytest.mark.django_db
@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 10_000), min_size=1, max_size=ACTIONS), st.integers(0, 5_000))
def test_a_split_payment_costs_once_however_it_is_split_then_corrected(
    db_rollback: Any, parts: list[int], rest: int
) -> None:
    with db_rollback():
        convention = make.loaded(make.MINIMAL + MORE)
        by = System("a test", organisation=convention.keeper)
        charges = {key(n): cents for n, cents in enumerate(parts, start=1)}
        whole = sum(parts) + rest
        held = entered(convention, by, 0, amount_cents=whole, charges=charges)
        moved = money.charged_again(held, {key(1): whole})
        money.correct(entry=held, money=moved, reason_code="wrong_action", by=by, once=uuid4())
        acts = ledger.Act.objects.unscoped(reason="a test").filter(source_model="conventions.entry")
        counted = acts.effective()
        assert sum(act.amount_cents or 0 for act in counted) == whole
        assert {act.action_key for act in counted} == {key(1)}
        # What was there first: one act a part and one for the rest, each reversed once.
        assert acts.count() == 2 * (len(parts) + bool(rest)) + 1
