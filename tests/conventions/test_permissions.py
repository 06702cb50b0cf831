"""Who may do what with a convention and its money: roles × verbs, drawn as a table."""

from __future__ import annotations

from uuid import uuid4

import pytest

from maillage.accounts.actors import ANONYMOUS, Actor, System
from maillage.accounts.roles import Role
from maillage.conventions import permissions as can
from maillage.conventions.actions import money, texts
from maillage.conventions.models import Convention, Entry, Turn
from tests.factories import conventions as make
from tests.factories.accounts import actor, organisation

pytestmark = pytest.mark.django_db

# keeper, partner, stranger: K, P, S where the verb is allowed.
TABLE = """
role            | create | edit | turn | enter | correct
officer         | KPS    | K    | KP   | KP    | K
service_manager | KPS    | K    | KP   | KP    | K
adviser         |        |      |      |       |
elected         |        |      |      |       |
expert          |        |      |      |       |
landlord        |        |      |      |       |
committee       |        |      |      |       |
auditor         |        |      |      |       |
administrator   |        |      |      |       |
"""


def rows() -> list[tuple[Role, dict[str, str]]]:
    head, *lines = [[c.strip() for c in line.split("|")] for line in TABLE.strip().splitlines()]
    return [(Role(line[0]), dict(zip(head[1:], line[1:], strict=True))) for line in lines]


@pytest.fixture
def convention() -> Convention:
    return make.convention_of(organisation("epci"), slug="held")


@pytest.fixture
def entry(convention: Convention) -> Entry:
    by = System("a test", organisation=convention.keeper)
    return money.enter(money=make.money(convention=convention), by=by, once=uuid4())


def partner_of(convention: Convention):
    parties = convention.versions.get(number=0).parties.exclude(organisation=convention.keeper)
    return parties.get().organisation


def verbs(who: Actor, convention: Convention, entry: Entry) -> dict[str, bool]:
    return {
        "create": can.can_create_convention(who),
        "edit": can.can_edit_convention(who, convention),
        "turn": can.can_turn_convention(who, convention),
        "enter": can.can_enter_money(who, convention),
        "correct": can.can_correct_entry(who, entry),
    }


@pytest.mark.parametrize(
    ("role", "allowed"), rows(), ids=lambda v: str(v) if isinstance(v, Role) else ""
)
def test_each_role_may_what_the_table_says(
    convention: Convention, entry: Entry, role: Role, allowed: dict[str, str]
) -> None:
    of = {"K": convention.keeper, "P": partner_of(convention), "S": organisation("support")}
    for letter, where in of.items():
        expected = {verb: letter in letters for verb, letters in allowed.items()}
        assert verbs(actor(role, where), convention, entry) == expected, letter


def test_the_table_names_every_role() -> None:
    assert {role for role, _ in rows()} == set(Role)


def test_nobody_signed_in_may_nothing(convention: Convention, entry: Entry) -> None:
    assert not any(verbs(ANONYMOUS, convention, entry).values())


def test_the_system_may_everything(convention: Convention, entry: Entry) -> None:
    assert all(verbs(System("a test"), convention, entry).values())


def test_money_on_no_convention_is_entered_by_whoever_writes_for_their_organisation() -> None:
    assert can.can_enter_money(actor(Role.OFFICER), None)
    assert not can.can_enter_money(actor(Role.ADVISER), None)


def seen(who: Actor) -> set[str]:
    return set(Entry.objects.visible_to(who).values_list("label", flat=True))


def test_money_charged_to_a_convention_is_seen_by_each_of_its_parties(
    convention: Convention, entry: Entry
) -> None:
    assert entry.funder_id not in {convention.keeper_id, partner_of(convention).pk}
    for whose in (convention.keeper, partner_of(convention), entry.funder):
        assert seen(actor(Role.OFFICER, whose)) == {"Facture"}, whose
    assert seen(actor(Role.OFFICER, organisation("support"))) == set()
    assert seen(actor(Role.AUDITOR, organisation("state"))) == {"Facture"}


def test_money_charged_to_no_convention_stays_with_those_it_concerns() -> None:
    owner, payee = organisation("epci"), organisation("support", name="Boutique")
    by = System("a test", organisation=owner)
    held = money.enter(money=make.money(payee=payee), by=by, once=uuid4())
    for whose in (owner, payee, held.funder):
        assert seen(actor(Role.OFFICER, whose)) == {"Facture"}, whose
    assert seen(actor(Role.OFFICER)) == set()


def test_an_entry_without_payee_is_not_shown_to_the_public(entry: Entry) -> None:
    """No organisation is not the organisation of an entry that has none."""
    assert entry.payee_id is None
    assert seen(ANONYMOUS) == set()
    assert not Turn.objects.visible_to(ANONYMOUS).exists()


def test_a_party_named_only_in_a_draft_amendment_does_not_read_the_money(
    convention: Convention, entry: Entry
) -> None:
    newcomer = organisation("support", name="Nouvelle venue")
    draft = texts.amend(convention=convention, by=System("a test"))
    draft.parties.create(organisation=newcomer, rank=9)
    assert seen(actor(Role.OFFICER, newcomer)) == set()


def test_one_s_own_entries_are_those_one_s_organisation_entered(
    convention: Convention, entry: Entry
) -> None:
    keeper, partner = convention.keeper, partner_of(convention)
    assert list(Entry.objects.entered_by(actor(Role.OFFICER, keeper))) == [entry]
    assert list(Entry.objects.entered_by(actor(Role.OFFICER, partner))) == []


def test_every_rule_is_written_in_words() -> None:
    rules = [getattr(can, name) for name in dir(can) if name.startswith("can_")]
    assert len(rules) == 7
    assert all(rule.__doc__ and rule.__doc__.rstrip().endswith(".") for rule in rules)
