"""Pages of conventions, as anybody, a stranger, a partner and the keeper's officer see them."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from maillage import ledger
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.conventions.actions import money, texts, turns
from maillage.conventions.importers import toml_file
from maillage.conventions.models import Charge, Convention, Entry, Party, Turn, Version
from maillage.kernel import clock
from maillage.ui.formats import euros
from tests.factories import conventions as make
from tests.factories.accounts import organisation, signed_in
from tests.factories.places import places_loaded

pytestmark = pytest.mark.django_db


def url(name: str, *args: Any) -> str:
    return reverse(f"conventions:{name}", args=args)


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    response = client.get(url(name, *args), query)
    assert response.status_code == 200, response.status_code
    return response.content.decode()


def post(client: Client, address: str, status: int = 302, **given: Any) -> Any:
    response = client.post(address, given)
    assert response.status_code == status, response.content.decode()[-3000:]
    return response


@pytest.fixture
def convention() -> Convention:
    return make.loaded()


@pytest.fixture
def officer(client: Client, convention: Convention) -> Actor:
    return signed_in(client, Role.OFFICER, convention.keeper)


def entry(by: Actor, **values: Any) -> Entry:
    return money.enter(money=make.money(**values), by=by, once=uuid4())


def test_everybody_reads_the_signed_text_and_nobody_else_the_draft(client: Client) -> None:
    signed = make.convention_of(organisation("epci"))
    draft = make.convention_of(organisation("epci"), signed=False)
    listed = page(client, "conventions")
    assert url("text", signed.slug) in listed
    assert url("text", draft.slug) not in listed
    assert client.get(url("text", draft.slug)).status_code == 404
    partner = draft.versions.get().parties.exclude(organisation=draft.keeper).get().organisation
    signed_in(client, Role.ADVISER, partner)
    assert "Projet, non signé." in page(client, "text", draft.slug)


def test_the_text_says_how_many_actions_are_described_and_announced(
    client: Client, convention: Convention
) -> None:
    with clock.at(make.instant("2020-06-30")):
        shown = page(client, "text", convention.slug)
    assert "1 action décrite sur 18 annoncées" in shown
    assert "En vigueur" in shown
    assert "33" in shown
    assert "Saisi après coup" in shown


def test_a_late_action_shows_its_days_of_lateness(client: Client, convention: Convention) -> None:
    with clock.at(make.instant("2020-07-10")):
        assert "En retard de 10 jours" in page(client, "text", convention.slug)
        assert "En retard de 10 jours" in page(client, "action", convention.slug, "1.1")
    with clock.at(make.instant("2020-06-30")):
        assert "En retard" not in page(client, "text", convention.slug)


def test_the_text_of_a_day_is_the_one_in_force_then(client: Client) -> None:
    with clock.at(make.instant("2019-06-02")):
        held = make.loaded()
    with clock.at(make.instant("2020-03-01")):
        by = System("a test")
        draft = texts.amend(convention=held, by=by)
        values = {"effective_on": date(2020, 1, 1), "words": "Texte amendé"}
        texts.edit_head(version=draft, values=values, edition=0, by=by)
        texts.sign(version=draft, signed_on=date(2020, 2, 1), by=by)
    with clock.at(make.instant("2020-06-30")):
        assert "Texte amendé" in page(client, "text", held.slug)
        assert "Texte amendé" not in page(client, "text", held.slug, on="2019-12-31")
        assert "Texte amendé" not in page(client, "text", held.slug, known="2020-02-28")
        assert "Texte amendé" not in page(client, "text", held.slug, number="0")
        assert client.get(url("text", held.slug), {"number": "7"}).status_code == 404


def test_doubts_and_sources_are_shown_as_such(client: Client) -> None:
    places_loaded()
    text = toml_file.library()["mel-cma-2019.toml"]
    toml_file.load(text, by=System("a test"), create_organisations=True)
    shown = page(client, "text", "mel-cma-2019")
    assert "Doute\u00a0:" in shown
    assert "8 actions décrites sur 18 annoncées" in shown
    assert "Signé un jour non connu." in shown


def test_the_file_of_a_convention_is_given_to_everybody(client: Client) -> None:
    convention = make.loaded()
    response = client.get(url("export", convention.slug))
    assert response["Content-Disposition"] == 'attachment; filename="test-2019.toml"'
    again = toml_file.load(response.content.decode(), by=System("a test"))
    assert again.outcome is toml_file.Outcome.UNCHANGED


def test_a_convention_is_prepared_edited_and_signed_on_screen(client: Client) -> None:
    epci, chamber = make.organisations()
    signed_in(client, Role.OFFICER, epci)
    assert "2020-2022" not in page(client, "create")
    given = {"title": "Convention 2020", "slug": "c-2020", "territory": "", "once": uuid4()}
    post(client, url("create"), **given)
    post(client, url("create"), **given)  # sent twice, opened once
    assert Convention.objects.unscoped(reason="a test").count() == 1
    head = {
        "version": 0,
        "title": "Convention 2020",
        "effective_on": "2020-01-01",
        "basis": "signed_text",
    }
    post(client, url("edit_head", "c-2020"), **head, amount_cents="1 234,50")
    assert Version.objects.get().amount_cents == 123_450
    mine = Party.objects.get()
    post(
        client,
        url("edit_line", "c-2020", "parties", mine.pk),
        version=mine.edition,
        organisation=epci.pk,
        share_bp="60",
    )
    post(
        client,
        url("add_line", "c-2020", "parties"),
        once=uuid4(),
        organisation=chamber.pk,
        share_bp="30",
    )
    post(client, url("add_line", "c-2020", "axes"), once=uuid4(), code="1", title="Axe")
    axis = Version.objects.get().axes.get()
    action = {"axis": axis.pk, "code": "1.1", "title": "Agir", "steps": "Un\n\nDeux\n"}
    post(
        client, url("add_line", "c-2020", "actions"), once=uuid4(), **action, partners=[chamber.pk]
    )
    assert Version.objects.get().actions.get().steps == ["Un", "Deux"]
    target = {"code": "T1", "kind": "floor", "indicator": "conventions.payments@1", "amount": "5"}
    post(client, url("add_line", "c-2020", "targets"), once=uuid4(), **target, charged="convention")
    assert Version.objects.get().targets.get().filter == {"schemes": ["convention:c-2020"]}
    post(client, url("add_line", "c-2020", "budget"), once=uuid4(), year="2020", amount_cents="10")
    post(
        client,
        url("add_line", "c-2020", "deliberations"),
        once=uuid4(),
        organisation=epci.pk,
        outcome="approved",
    )
    assert "Agir" in page(client, "edit", "c-2020")
    refused = post(client, url("sign", "c-2020"), 422, signed_on="2020-01-02")
    assert "90" in refused.content.decode()
    Party.objects.filter(organisation=chamber).update(share_bp=4000)
    post(client, url("sign", "c-2020"), signed_on="2020-01-02")
    assert Version.objects.get().is_signed
    assert client.get(url("edit", "c-2020")).status_code == 404


def test_each_line_opens_in_its_form_with_what_it_says(client: Client) -> None:
    epci = organisation("epci")
    convention = make.convention_of(epci, signed=False)
    signed_in(client, Role.OFFICER, epci)
    version = convention.versions.get()
    for name in ("parties", "deliberations", "axes", "actions", "targets", "budget"):
        line = getattr(version, name).first()
        shown = page(client, "edit_line", convention.slug, name, line.pk)
        assert 'name="version"' in shown
        assert url("remove_line", convention.slug, name, line.pk) in shown
        assert page(client, "add_line", convention.slug, name)
    assert client.get(url("add_line", convention.slug, "results")).status_code == 404
    post(client, url("remove_line", convention.slug, "targets", version.targets.get().pk))
    assert version.targets.count() == 0


def test_a_stale_edit_shows_both_texts_and_saves_when_sent_again(client: Client) -> None:
    epci = organisation("epci")
    convention = make.convention_of(epci, signed=False)
    by = signed_in(client, Role.OFFICER, epci)
    version = convention.versions.get()
    axis = version.axes.get()
    texts.edit_line(
        version=version,
        model=type(axis),
        pk=axis.pk,
        values={"title": "Titre du collègue"},
        edition=axis.edition,
        by=by,
    )
    address = url("edit_line", convention.slug, "axes", axis.pk)
    mine = {"code": "1", "title": "Mon titre"}
    stale = post(client, address, 409, version=axis.edition, **mine).content.decode()
    assert "Titre du collègue" in stale
    assert "Mon titre" in stale
    assert f'name="version" value="{axis.edition + 1}"' in stale
    post(client, address, version=axis.edition + 1, **mine)
    axis.refresh_from_db()
    assert axis.title == "Mon titre"


def test_a_repeated_code_is_refused_beside_the_form(client: Client) -> None:
    epci = organisation("epci")
    convention = make.convention_of(epci, signed=False)
    signed_in(client, Role.OFFICER, epci)
    given = {"once": uuid4(), "code": "1", "title": "Encore"}
    refused = post(client, url("add_line", convention.slug, "axes"), 422, **given)
    assert "Encore" in refused.content.decode()


def test_an_amendment_starts_from_the_text(client: Client, officer: Actor) -> None:
    post(client, url("amend", "test-2019"))
    assert "Visiter" in page(client, "edit", "test-2019")
    shown = page(client, "text", "test-2019")
    assert url("edit", "test-2019") in shown
    assert url("amend", "test-2019") not in shown


def test_what_happened_to_an_action_is_said_then_withdrawn(client: Client, officer: Actor) -> None:
    address = url("turn_action", "test-2019", "1.1")
    assert page(client, "turn_action", "test-2019", "1.1")
    blocked = {"kind": "conventions.action_blocked", "on": "2020-03-16", "once": uuid4()}
    post(client, address, 422, **blocked)
    post(client, address, **blocked, reason_code="health_crisis", note="Lieux fermés")
    shown = page(client, "action", "test-2019", "1.1")
    assert "Crise sanitaire" in shown
    assert "Bloquée" in shown
    said = Turn.objects.unscoped(reason="a test").get()
    assert page(client, "withdraw_turn", said.key)
    post(client, url("withdraw_turn", said.key), reason_code="typing_error")
    assert "retiré le" in page(client, "action", "test-2019", "1.1")
    assert client.get(url("action", "test-2019", "9.9")).status_code == 404


def test_what_happened_to_the_convention_is_said(client: Client, officer: Actor) -> None:
    archived = {"kind": "conventions.convention_archived", "on": "2021-02-01", "once": uuid4()}
    post(client, url("turn_convention", "test-2019"), **archived)
    assert "Archivée" in page(client, "text", "test-2019")
    future = {**archived, "on": "2999-01-01", "once": uuid4()}
    post(client, url("turn_convention", "test-2019"), 422, **future)


def test_money_is_entered_split_corrected_and_cancelled_on_screen(
    client: Client, officer: Actor
) -> None:
    funder = organisation("funder", name="Région")
    given = {
        "kind": "payment",
        "label": "Facture 12",
        "on": "2019-07-01",
        "funder": funder.pk,
        "amount": "100",
        "action_1": "test-2019/1.1",
        "part_1": "60",
        "once": uuid4(),
    }
    address = url("enter") + "?convention=test-2019"
    post(client, address, **given)
    post(client, address, **given)
    (held,) = Entry.objects.unscoped(reason="a test")
    assert dict(held.charges.values_list("action_key", "amount_cents")) == {
        "test-2019/1.1": 6_000,
        "": 4_000,
    }
    nothing = page(client, "entries_nothing")
    assert "Facture 12" in nothing
    assert f">{euros(4_000)}</strong>" in nothing  # what is still to charge, not what was paid
    assert f"Le reste, sur {euros(10_000)}, est imputé." in nothing
    assert "Facture 12" in page(client, "entries", convention="test-2019")
    assert "Facture 12" in page(client, "action", "test-2019", "1.1")
    correction = {**given, "part_1": "", "reason_code": "wrong_action", "once": uuid4()}
    assert "Facture 12" in page(client, "correct", held.key)
    post(client, url("correct", held.key), **correction)
    assert "Facture 12" not in page(client, "entries_nothing")
    new = Entry.objects.unscoped(reason="a test").get(replaces=held)
    assert url("entry", new.key) in page(client, "entry", held.key)
    assert page(client, "cancel", new.key)
    post(client, url("cancel", new.key), reason_code="double_entry")
    assert "Facture 12" not in page(client, "entries")
    assert ledger.Act.objects.unscoped(reason="a test").count() == 1 + 2 + 2 + 1 + 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"action_2": "test-2019/1.1"},
        {"amount": "cent"},
        {"part_1": "101"},
        {"on": "2999-01-01"},
        {"amount": ""},
        {"once": "x"},
    ],
)
def test_money_that_cannot_be_keeps_what_was_typed(
    client: Client, officer: Actor, wrong: dict[str, str]
) -> None:
    given = {
        "kind": "payment",
        "label": "Facture 12",
        "on": "2019-07-01",
        "funder": organisation("funder").pk,
        "amount": "100",
        "action_1": "test-2019/1.1",
        "part_1": "60",
        "once": uuid4(),
        **wrong,
    }
    refused = post(client, url("enter") + "?convention=test-2019", 422, **given)
    assert "Facture 12" in refused.content.decode()
    assert not Entry.objects.unscoped(reason="a test").exists()


def test_a_stranger_sees_no_money_and_no_turns(client: Client, convention: Convention) -> None:
    owner = System("a test", organisation=convention.keeper)
    held = entry(owner, convention=convention, charges={"test-2019/1.1": 10_000})
    turns.turn_action(
        convention=convention,
        action_key="test-2019/1.1",
        kind="conventions.action_started",
        on=date(2019, 6, 3),
        by=owner,
        once=uuid4(),
        note="Note interne",
    )
    signed_in(client, Role.OFFICER)
    shown = page(client, "action", "test-2019", "1.1")
    assert "Note interne" not in shown
    assert "Facture" not in shown
    assert "En cours" in shown  # the state is the same for every reader
    assert client.get(url("entry", held.key)).status_code == 404
    assert client.get(url("enter") + "?convention=test-2019").status_code == 404


@pytest.mark.parametrize("name", ["conventions", "entries", "entries_nothing"])
def test_a_list_asks_as_many_questions_for_ten_rows_as_for_a_thousand(
    client: Client, name: str
) -> None:
    by = signed_in(client, Role.OFFICER, organisation("epci"))
    grown = _many_conventions if name == "conventions" else _many_entries
    counts = []
    for rows in (10, 990):
        grown(by, rows)
        with CaptureQueriesContext(connection) as asked:
            page(client, name)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 25


def _many_conventions(by: Actor, rows: int) -> None:
    first = Convention.objects.unscoped(reason="a test").count()
    made = Convention.objects.bulk_create(
        Convention(slug=f"c-{n}", title=f"C {n}", keeper=by.acting_for())
        for n in range(first, first + rows)
    )
    versions = Version.objects.bulk_create(Version(convention=c) for c in made)
    Party.objects.bulk_create(Party(version=v, organisation=by.acting_for()) for v in versions)


def _many_entries(by: Actor, rows: int) -> None:
    funder = organisation("funder")
    made = Entry.objects.bulk_create(
        Entry(
            kind="payment",
            owner=by.acting_for(),
            label=f"F {n}",
            on=date(2020, 1, 1),
            funder=funder,
            amount_cents=100,
            once=uuid4(),
            recorded_at=clock.now(),
        )
        for n in range(rows)
    )
    Charge.objects.bulk_create(Charge(entry=e, amount_cents=100, act_key=uuid4()) for e in made)


def test_the_text_asks_as_many_questions_however_long_it_is(client: Client) -> None:
    counts = []
    for rows in (1, 60):
        more = "".join(
            f'\n[[versions.axes.actions]]\ncode = "1.{n}"\ntitle = "A"\npilot = "CMA"\n'
            'partners = ["MEL"]\n'
            for n in range(2, 2 + rows)
        )
        convention = make.loaded((make.MINIMAL + more).replace("test-2019", f"t-{rows}"))
        with CaptureQueriesContext(connection) as asked:
            page(client, "text", convention.slug)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 25
