"""Firms met in the field before INSEE tells of them, and segments."""

from datetime import date

import pytest

from maillage import register
from maillage.accounts.actors import ANONYMOUS, System
from maillage.accounts.roles import Role
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.register import segments
from maillage.register.models import Load, Source, Spell
from maillage.register.segments import Place, Unit
from tests.factories import accounts, register as firms

BY = System("test")


def forge():
    return register.add_provisional(
        name=" La Forge ", commune="59350", street="RUE DE LILLE", activity="25.11Z", by=BY
    )


@pytest.mark.django_db
def test_a_firm_met_at_its_door_is_found_and_has_facts_at_once():
    place = forge()

    (hit,) = register.search("forge", actor=BY)
    facts = register.facts([place.pk], on=date(2019, 1, 1))[place.pk]
    assert hit.establishment == place
    assert (place.provisional, place.siret) == (True, None)
    assert (facts.commune, facts.naf) == ("59350", "25.11Z")
    assert facts.segments & segments.CRAFT_NAF.mask


@pytest.mark.django_db
def test_a_firm_added_by_hand_is_found_by_those_who_go_and_see_firms_only():
    forge()

    def found(actor):
        return len(register.search("forge", actor=actor))

    roles = {role: found(accounts.actor(role)) for role in (Role.ADVISER, Role.ELECTED)}
    assert roles == {Role.ADVISER: 1, Role.ELECTED: 0}
    assert found(ANONYMOUS) == 0


@pytest.mark.django_db
def test_the_name_read_at_the_door_goes_when_the_firm_turns_out_to_be_undisclosed():
    provisional = forge()
    hidden = firms.establishment(diffusion="P", unit_diffusion="P")

    register.reconcile(provisional=provisional, establishment=hidden, by=BY)

    provisional.refresh_from_db()
    kept = (provisional.trade_name, provisional.street, provisional.legal_unit.name)
    assert kept == ("", "", "")
    assert register.search("forge", actor=BY) == []


@pytest.mark.django_db
@pytest.mark.parametrize("missing", [{"name": " "}, {"commune": ""}])
def test_a_firm_without_name_or_commune_is_refused(missing):
    with pytest.raises(Invalid):
        register.add_provisional(**({"name": "X", "commune": "59350"} | missing), by=BY)


@pytest.mark.django_db
def test_a_reconciled_firm_is_counted_once_from_then_on():
    provisional, known = forge(), firms.establishment()

    register.reconcile(provisional=provisional, establishment=known, by=BY)
    register.reconcile(provisional=provisional, establishment=known, by=BY)

    assert provisional.reconciled_to == known
    assert list(Spell.objects.current().values_list("establishment", flat=True)) == [known.pk]
    assert Load.objects.get(source=Source.FIELD).state == Load.State.UNDONE


@pytest.mark.django_db
def test_only_a_provisional_firm_is_reconciled_and_with_one_firm_only():
    provisional, known, other = forge(), firms.establishment(), firms.establishment()

    with pytest.raises(Invalid):
        register.reconcile(provisional=known, establishment=other, by=BY)
    register.reconcile(provisional=provisional, establishment=known, by=BY)
    with pytest.raises(Conflict):
        register.reconcile(provisional=provisional, establishment=other, by=BY)


@pytest.mark.django_db
def test_a_load_is_undone_once_and_by_an_administrator():
    load = firms.load_active()

    with pytest.raises(NotAllowed):
        firms.undo_load(load=load, by=accounts.actor())
    firms.undo_load(load=load, by=BY)
    with pytest.raises(Conflict):
        firms.undo_load(load=load, by=BY)


def place(trade="", activity="", nomenclature="NAFRev2", employer="", size=""):
    return Place(trade, activity, nomenclature, employer, size)


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        (place(trade="1071CZ", activity="10.71C"), {"craft_rm", "craft_naf"}),
        (place(activity="43.21A"), {"craft_naf"}),
        (place(activity="70.22Z"), set()),
        (place(activity="43.21A", nomenclature="NAP"), set()),
        (place(employer="O", size="NN"), {"employer"}),
        (place(employer="N", size="11"), set()),
        (place(size="01"), {"employer"}),
        (place(size="00"), set()),
    ],
)
def test_segments_of_a_place(facts, codes):
    assert {s.code for s in segments.named(segments.place_bits(facts))} == codes


@pytest.mark.parametrize(
    ("unit", "codes"),
    [
        (Unit("O", "5710"), {"ess_sirene"}),
        (Unit("N", "9220"), {"ess_legal"}),
        (Unit("O", "5458"), {"ess_sirene", "ess_legal"}),
        (Unit("", "5499"), set()),
    ],
)
def test_segments_of_a_unit(unit, codes):
    assert {s.code for s in segments.named(segments.unit_bits(unit))} == codes


def test_bits_are_permanent():
    told = [(s.bit, s.code, s.rule_version) for s in segments.SEGMENTS]

    assert told == [
        (0, "craft_rm", 1), (1, "craft_naf", 1), (2, "ess_sirene", 1), (3, "ess_legal", 1),
        (4, "employer", 1),
    ]  # fmt: skip
    assert segments.by_code("ess_legal").mask == 8
