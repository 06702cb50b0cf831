"""A load's life: staged where nobody sees, active at once, settled by steps, undone to what was before."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from maillage import register
from maillage.accounts.actors import ANONYMOUS, System
from maillage.intake.declared import UnknownSource
from maillage.kernel import clock
from maillage.kernel.errors import Conflict
from maillage.register import actions, bulk
from maillage.register.actions import loads
from maillage.register.importers.parsing import UnitFacts
from maillage.register.importers.staging import insert_units
from maillage.register.models import Establishment, LegalUnit, Load, PendingChange, Reject, Spell
from tests.factories import register as firms

pytestmark = pytest.mark.django_db

BY = System("test")


def begun(**facts):
    """A load being staged."""
    given = {"digest": "d", "files": [], "territory": "mel", "vintage": date(2020, 1, 1), "by": BY}
    return actions.begin_load(**(given | facts))


def staged(load, **facts):
    """A place that the load brings, unseen until it is active."""
    place = firms.establishment(spelled=False, **facts)
    firms.spell(place, load=load)
    return place


def lone(count):
    """Legal units without a place."""
    blank = dict.fromkeys(UnitFacts._fields, "") | {
        "diffusion": "O", "is_natural_person": False, "created_on": None, "state": "A", "segments": 0,
    }  # fmt: skip
    insert_units([UnitFacts(**(blank | {"siren": f"9{n:08d}"})) for n in range(count)])


def test_what_is_staged_shows_nowhere_until_the_load_is_active():
    load = begun()
    place = staged(load, trade_name="FORGE")
    assert register.search("forge", actor=ANONYMOUS) == []
    assert register.facts([place.pk], on=date(2020, 1, 1)) == {}
    assert not Spell.objects.on(date(2020, 1, 1)).exists()

    actions.activate(load=load)

    assert [hit.establishment for hit in register.search("forge", actor=ANONYMOUS)] == [place]
    assert Spell.objects.on(date(2020, 1, 1)).count() == 1


def test_only_one_load_is_staged_at_a_time():
    begun()

    with pytest.raises(IntegrityError), transaction.atomic():
        begun(digest="other")


@pytest.mark.parametrize(
    ("active", "asked", "territory", "refused"),
    [
        (date(2020, 2, 1), date(2020, 1, 1), "mel", True),
        (date(2020, 1, 1), date(2020, 1, 1), "mel", False),
        (date(2019, 12, 1), date(2020, 1, 1), "mel", False),
        (date(2020, 2, 1), date(2020, 1, 1), "call", False),
        (date(2020, 2, 1), None, "mel", False),
        (None, date(2020, 1, 1), "mel", False),
    ],
)
def test_an_older_stock_does_not_follow_a_newer_one_of_the_same_territory(
    active, asked, territory, refused
):
    firms.load_active(vintage=active, territory="mel")

    if refused:
        with pytest.raises(Conflict) as conflict:
            begun(vintage=asked, territory=territory)
        assert "Annulez d’abord" in str(conflict.value.remedy)
    else:
        assert begun(vintage=asked, territory=territory).state == Load.State.APPLYING


def test_an_undone_stock_stands_in_nobody_s_way():
    newer = firms.load_active(vintage=date(2020, 2, 1))
    firms.undo_load(load=newer, by=BY)

    assert begun().state == Load.State.APPLYING


def pend(load, place, **fields):
    return PendingChange.objects.create(load=load, target="e", target_id=place.pk, fields=fields)


def test_names_are_written_after_the_activation_by_steps_that_may_be_cut(monkeypatch):
    monkeypatch.setattr(loads, "STEP", 2)
    places = [firms.establishment(trade_name=f"ANCIEN {n}") for n in range(5)]
    load = begun()
    for number, place in enumerate(places):
        pend(load, place, trade_name=f"NOUVEAU {number}")
    actions.activate(load=load)
    assert not Establishment.objects.filter(trade_name__startswith="NOUVEAU").exists()

    actions.settle_all()

    assert Establishment.objects.filter(trade_name__startswith="NOUVEAU").count() == 5
    assert not PendingChange.objects.exists()
    assert len(register.search("nouveau", actor=ANONYMOUS)) == 5
    assert register.search("ancien", actor=ANONYMOUS) == []
    load.refresh_from_db()
    assert load.settled_at is not None


def test_a_withdrawn_name_is_wiped_inside_the_activation_and_does_not_wait_for_the_rest():
    place = firms.establishment(trade_name="CHEZ ZOE")
    load = begun()
    change = pend(load, place, diffusion="P", trade_name="", street="", street_number="")
    PendingChange.objects.filter(pk=change.pk).update(withdraws=True)

    actions.activate(load=load)

    place.refresh_from_db()
    assert (place.trade_name, place.street) == ("", "")
    assert bulk.fetch("SELECT word FROM register_wordform WHERE word = 'chez'") == []


def test_an_abandoned_load_leaves_nothing_but_its_line_in_the_journal(monkeypatch):
    monkeypatch.setattr(loads, "STEP", 3)
    kept = firms.establishment(trade_name="GARDEE")
    load = begun()
    for _ in range(7):
        staged(load, trade_name="PASSAGERE")
    lone(4)
    pend(load, kept, trade_name="AUTRE")
    Reject.objects.create(load=load, file="f", line=2, code="cells")

    actions.discard(load=load)

    assert list(Establishment.objects.all()) == [kept]
    assert list(LegalUnit.objects.all()) == [kept.legal_unit]
    assert Spell.objects.count() == 1
    assert not PendingChange.objects.exists()
    assert not Reject.objects.exists()
    assert load.state == Load.State.FAILED
    assert bulk.fetch("SELECT 1 FROM register_wordform WHERE word = 'passagere'") == []


def test_lone_units_are_removed_soon_however_many_and_those_with_a_place_stay():
    place = firms.establishment()
    lone(1500)

    actions.discard_lone_units(after=0)

    assert list(LegalUnit.objects.all()) == [place.legal_unit]


def test_lone_units_from_before_the_load_stay():
    before = firms.legal_unit()
    lone(2)

    actions.discard_lone_units(after=before.pk)

    assert list(LegalUnit.objects.all()) == [before]


def picture():
    """What every reading shows of the register."""
    spells = Spell.objects.current().order_by("establishment")
    rows = Establishment.objects.known().order_by("pk")
    return (
        list(spells.values_list("establishment", "starts_on", "state", "commune", "segments")),
        list(rows.values_list("pk", "state", "commune", "activity", "size_band", "created_on")),
    )


@pytest.mark.parametrize(
    "told",
    [
        {"state": "F", "starts_on": date(2019, 9, 1)},
        {"commune": "59512"},
        {"size_band": "11", "segments": 31},
        {"activity": "43.21A", "opened_on": date(2011, 1, 1)},
    ],
)
def test_undoing_a_load_gives_back_every_reading_as_it_was(told):
    place = firms.establishment()
    firms.establishment()
    before = picture()
    load = begun()
    spell = firms.spell(place, load=load, **told)
    pend(load, place, state=spell.state, commune=spell.commune, size_band=spell.size_band,
         activity=spell.activity, created_on=spell.opened_on.isoformat())  # fmt: skip
    staged(load)
    actions.activate(load=load)
    actions.settle(load=load)
    assert picture() != before

    firms.undo_load(load=load, by=BY)

    assert picture() == before


def test_an_undone_load_is_still_read_as_of_the_time_when_it_was_active():
    with clock.at(datetime(2020, 1, 1, tzinfo=UTC)):
        load = begun()
        place = staged(load)
        actions.activate(load=load)
    with clock.at(datetime(2020, 3, 1, tzinfo=UTC)):
        firms.undo_load(load=load, by=BY)

    day = date(2019, 1, 1)
    assert Spell.objects.on(day, datetime(2020, 2, 1, tzinfo=UTC)).get().establishment == place
    assert not Spell.objects.on(day, datetime(2020, 3, 1, tzinfo=UTC)).exists()


def test_a_load_is_undone_once_and_one_that_was_never_active_not_at_all():
    load = firms.load_active()
    firms.undo_load(load=load, by=BY)

    for never in (load, begun()):
        with pytest.raises(Conflict, match="pas actif"):
            firms.undo_load(load=never, by=BY)


def test_a_load_of_the_field_is_not_undone_but_reconciled():
    load = firms.load_active(source="field")

    with pytest.raises(UnknownSource):
        firms.undo_load(load=load, by=BY)
