"""Late news of the register changes no act: it is listed, then corrected or left by whoever keeps the acts."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from maillage import ledger
from maillage.accounts.actors import Actor, System
from maillage.accounts.roles import Role
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.ledger import jobs, reasons
from maillage.ledger.drift import looking, settling, wording
from maillage.ledger.drift.models import Drift, Look, Requalification
from maillage.register.segments import CRAFT_NAF, CRAFT_RM, EMPLOYER
from tests.factories import accounts, drifting, intake, ledger as factory, register
from tests.intake import files
from tests.ledger.tampering import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer() -> Actor:
    return accounts.actor(Role.OFFICER)


def own(officer: Actor, **said: object) -> ledger.Act:
    return factory.act(by=officer.acting_for(), **said)


def settle(officer: Actor, drift: Drift, **said: object) -> Requalification:
    given = {"corrects": True, "reason": "Code corrigé", "once": uuid4(), "by": officer} | said
    return settling.settle(sign=drift.sign, **given)  # type: ignore[arg-type]


def standing() -> list[ledger.Act]:
    return list(ledger.Act.objects.unscoped(reason="tests read all").effective().order_by("seq"))


def test_news_older_than_the_act_lists_it_with_what_it_keeps_and_what_is_known(
    officer: Actor,
) -> None:
    act = own(officer)
    before = kept()
    drifting.news(act, activity="47.25Z", segments=EMPLOYER.mask, commune="59512", size_band="03")
    look = looking.look()
    assert (look.acts, look.found) == (1, 1)
    drift = drifting.open_drifts()[act.key]
    assert drift.keeper_id == officer.organisation_id
    assert drift.change == {
        "commune": ["59350", "59512"],
        "naf": ["10.71C", "47.25Z"],
        "size_band": ["01", "03"],
        "segments": [act.segments, EMPLOYER.mask],
    }
    assert kept() == before, "the news changed no act"


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"activity": "47.25Z"}, 1),
        ({"activity": "47.25Z", "starts_on": date(2020, 3, 1)}, 1),
        ({"activity": "47.25Z", "starts_on": date(2020, 3, 2)}, 0),
        ({"activity": "10.71C"}, 0),
    ],
)
def test_only_news_of_the_day_of_the_act_is_a_drift(
    officer: Actor, told: dict[str, object], found: int
) -> None:
    act = own(officer, occurred_on=date(2020, 3, 1))
    drifting.news(act, **told)
    assert looking.look().found == found


def test_a_neighbourhood_loaded_after_the_visit_is_late_news_too(officer: Actor) -> None:
    firm = register.establishment(lon=3.005, lat=50.625)
    act = own(officer, establishment=firm, occurred_on=date(2019, 5, 2))
    looking.look()
    assert act.in_qpv is None
    intake.applied(
        files.geojson([({"code_qp": "QP059001", "lib_qp": "M"}, files.square(3.0, 50.62))])
    )
    looking.look_when_news()
    assert drifting.open_drifts()[act.key].change == {"in_qpv": [None, True]}


def test_what_the_register_takes_back_no_longer_waits(officer: Actor) -> None:
    act = own(officer)
    load = drifting.news(act)
    looking.look()
    register.undo_load(load=load, by=System("tests"))
    assert looking.look().found == 0
    assert not drifting.open_drifts()


def test_a_cancelled_act_waits_for_nobody(officer: Actor) -> None:
    (act,) = drifting.acts(officer.acting_for())
    factory.reversal(act)
    looking.look()
    assert not drifting.open_drifts()


def test_it_is_looked_at_again_only_when_a_load_was_applied_or_undone(officer: Actor) -> None:
    act = own(officer)
    assert looking.look_when_news() is not None
    assert looking.look_when_news() is None
    load = drifting.news(act)
    assert looking.look_when_news() is not None
    register.undo_load(load=load, by=System("tests"))
    assert looking.look_when_news() is not None
    assert Look.objects.count() == 3


def test_many_acts_are_compared_with_as_many_queries_as_a_few(officer: Actor) -> None:
    drifting.acts(officer.acting_for(), 2)
    with CaptureQueriesContext(
        connection,
    ) as few:
        looking.look()
    drifting.acts(officer.acting_for(), 40)
    with CaptureQueriesContext(connection) as many:
        looking.look()
    assert len(many) == len(few)


def test_correcting_cancels_the_acts_and_records_them_anew_with_what_is_known(
    officer: Actor,
) -> None:
    adviser = accounts.actor(organisation=officer.organisation)
    act = factory.act(
        by=adviser, theme="tests_plain", scheme="s", action_key="a", amount_cents=5_00, once="k"
    )
    drifting.news(act)
    looking.look()
    decision = settle(officer, drifting.open_drifts()[act.key])
    assert settling.carry_out(decision) is False
    original, back, renewed = kept()
    assert (back.reverses_id, back.reason_code) == (original.pk, reasons.LATE_NEWS)
    assert back.person == officer.person
    assert (renewed.naf, renewed.segments) == (drifting.WINE, 0)
    same = ("kind", "occurred_on", "organisation_id", "person_id", "establishment_id", "theme",
            "scheme", "action_key", "amount_cents", "source_model", "source_key", "keeper_id")  # fmt: skip
    assert [getattr(renewed, name) for name in same] == [getattr(original, name) for name in same]
    assert renewed.once is None
    assert ledger.verify().is_valid
    assert looking.look().found == 0


def test_acts_left_as_recorded_stay_until_other_news_comes(officer: Actor) -> None:
    (act,) = drifting.acts(officer.acting_for())
    settle(officer, drifting.open_drifts()[act.key], corrects=False, reason="Erreur de l’INSEE")
    assert [one.key for one in standing()] == [act.key]
    assert looking.look().found == 1
    assert not drifting.open_drifts(), "it was decided"
    drifting.news(act, activity="56.10C", segments=0)
    looking.look()
    assert drifting.open_drifts()[act.key].change["naf"] == ["10.71C", "56.10C"]


def test_only_the_acts_chosen_are_decided(officer: Actor) -> None:
    first, second = drifting.acts(officer.acting_for(), 2)
    decision = settle(officer, drifting.open_drifts()[first.key], acts=[first.key])
    settling.carry_out(decision)
    assert decision.acts == 1
    assert set(drifting.open_drifts()) == {second.key}


def test_a_decision_said_twice_is_taken_once(officer: Actor) -> None:
    (act,) = drifting.acts(officer.acting_for())
    once = uuid4()
    drift = drifting.open_drifts()[act.key]
    first = settle(officer, drift, once=once)
    assert settle(officer, drift, once=once) == first
    settling.carry_out(first)
    settling.carry_out(first)
    assert len(kept()) == 3


def test_a_decision_has_a_reason_and_is_that_of_the_keeper(officer: Actor) -> None:
    (act,) = drifting.acts(officer.acting_for())
    drift = drifting.open_drifts()[act.key]
    with pytest.raises(Invalid):
        settle(officer, drift, reason="  ")
    with pytest.raises(NotAllowed):
        settle(accounts.actor(Role.ADVISER, officer.organisation), drift)
    with pytest.raises(Conflict):
        settle(accounts.actor(Role.OFFICER), drift)
    assert drifting.open_drifts()
    assert not Requalification.objects.unscoped(reason="tests read all").exists()


def test_a_second_decision_on_the_same_acts_is_refused(officer: Actor) -> None:
    drift = drifting.one(officer.acting_for())
    settle(officer, drift)
    with pytest.raises(Conflict):
        settle(officer, drift, corrects=False)


def test_an_act_cancelled_between_the_decision_and_the_work_is_left(officer: Actor) -> None:
    first, second = drifting.acts(officer.acting_for(), 2)
    decision = settle(officer, drifting.open_drifts()[first.key])
    factory.reversal(first, reason_code="wrong_firm")
    settling.carry_out(decision)
    assert [act.establishment_id for act in standing()] == [second.establishment_id]
    assert not list(settling.unfinished())


def test_an_act_that_the_register_tells_as_before_again_is_left(officer: Actor) -> None:
    act = own(officer)
    load = drifting.news(act)
    looking.look()
    decision = settle(officer, drifting.open_drifts()[act.key])
    register.undo_load(load=load, by=System("tests"))
    settling.carry_out(decision)
    assert [one.key for one in kept()] == [act.key]


def test_a_worker_goes_on_step_by_step_from_where_a_killed_one_left(
    officer: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "STEP", 2)
    acts = drifting.acts(officer.acting_for(), 5)
    decision = settle(officer, drifting.open_drifts()[acts[0].key])
    assert settling.carry_out(decision) is True
    assert [act.naf for act in standing()].count(drifting.WINE) == 2
    assert list(settling.unfinished()) == [decision]
    jobs.carry_on.func(decision.pk)
    assert [act.naf for act in standing()] == [drifting.WINE] * 5
    assert not list(settling.unfinished())
    assert ledger.verify().is_valid


def test_acts_taken_together_cost_as_many_queries_as_one_apart_from_their_rows(
    officer: Actor,
) -> None:
    (one,) = drifting.acts(officer.acting_for())
    few = settle(officer, drifting.open_drifts()[one.key])
    with CaptureQueriesContext(connection) as alone:
        settling.carry_out(few)
    acts = drifting.acts(officer.acting_for(), 30)
    many = settle(officer, drifting.open_drifts()[acts[0].key])
    with CaptureQueriesContext(connection) as together:
        settling.carry_out(many)
    assert len(together) == len(alone)


def test_officers_and_managers_see_the_drifts_of_their_own_and_auditors_all() -> None:
    drift = drifting.one(accounts.organisation())
    reads = {
        role: Drift.objects.visible_to(accounts.actor(role, drift.keeper)).count() for role in Role
    }
    assert {role for role, seen in reads.items() if seen} == {
        Role.OFFICER, Role.SERVICE_MANAGER, Role.AUDITOR
    }  # fmt: skip
    elsewhere = Drift.objects.visible_to(accounts.actor(Role.OFFICER))
    assert not elsewhere.exists()


@pytest.mark.parametrize(
    ("change", "french", "english"),
    [
        (
            {"naf": ["10.71C", "47.25Z"]},
            ["Activité\u00a0: 10.71C → 47.25Z"],
            ["Activity: 10.71C → 47.25Z"],
        ),
        (
            {"naf": ["", "47.25Z"]},
            ["Activité\u00a0: inconnu → 47.25Z"],
            ["Activity: unknown → 47.25Z"],
        ),
        (
            {"in_qpv": [None, True]},
            ["Quartier prioritaire\u00a0: inconnu → oui"],
            ["Priority neighbourhood: unknown → yes"],
        ),
        (
            {"in_qpv": [False, True]},
            ["Quartier prioritaire\u00a0: non → oui"],
            ["Priority neighbourhood: no → yes"],
        ),
        (
            {"size_band": ["01", "53"]},
            ["Effectif\u00a0: 1 à 2 → 10000 ou plus"],
            ["Headcount: 1 to 2 → 10000 or more"],
        ),
        (
            {"size_band": ["00", "NN"]},
            ["Effectif\u00a0: 0 → non précisé"],
            ["Headcount: 0 → not stated"],
        ),
        (
            {"commune": ["59350", "59999"]},
            ["Commune\u00a0: Lille → 59999"],
            ["Commune: Lille → 59999"],
        ),
        (
            {"segments": [CRAFT_RM.mask | EMPLOYER.mask, CRAFT_NAF.mask | EMPLOYER.mask]},
            [
                "Artisanat (code du registre des métiers)\u00a0: oui → non",
                "Artisanat (liste d’activités NAF)\u00a0: non → oui",
            ],
            ["Craft (trade-register code): yes → no", "Craft (list of NAF activities): no → yes"],
        ),
        (
            {"legal_unit_id": [1, 2]},
            ["L’établissement relevait d’une autre entreprise"],
            ["The establishment belonged to another firm"],
        ),
    ],
)
def test_a_change_is_told_in_words(
    change: looking.Change, french: list[str], english: list[str]
) -> None:
    for language, words in (("fr", french), ("en", english)):
        with translation.override(language):
            assert wording.lines(change, {"59350": "Lille"}) == words


def test_changes_alike_have_one_sign_whichever_firm_holds_the_place() -> None:
    assert looking.sign({"legal_unit_id": [1, 2]}) == looking.sign({"legal_unit_id": [3, 4]})
    assert looking.sign({"naf": ["a", "b"]}) != looking.sign({"naf": ["b", "a"]})
