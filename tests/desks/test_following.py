"""What became of projects: steps, the firm that one became, the link taken back; young people counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest

from maillage import ledger
from maillage.accounts.actors import Actor
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.desks import actions, journeys, lines, linking
from maillage.desks.models import Awareness, Project, Step
from maillage.desks.vocabulary import Following, Reason
from maillage.kernel import clock
from maillage.kernel.errors import Conflict, Invalid, NotAllowed
from maillage.kernel.periods import Period
from maillage.ledger.models import Act
from tests.factories import accounts, desks as make, places as geography, register

pytestmark = pytest.mark.django_db
TODAY = date(2020, 6, 30)
MET = TODAY - timedelta(days=90)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-30T18:00")):
        yield


@pytest.fixture
def adviser() -> Actor:
    return accounts.actor()


@pytest.fixture
def project(adviser: Actor) -> Project:
    """Somebody met three months ago."""
    met = make.leader(
        make.session(adviser, day=MET), activity="Boulangerie", commune=make.LILLE
    ).project
    assert met is not None
    return met


def acts(*, standing: bool = True) -> list[Act]:
    every = Act.objects.unscoped(reason="test").filter(source_model="desks.project")
    return list((every.effective() if standing else every).order_by("occurred_on", "seq"))


def kinds(*, standing: bool = True) -> list[str]:
    return [act.kind.partition(".")[2] for act in acts(standing=standing)]


def fresh(project: Project) -> Project:
    return Project.objects.unscoped(reason="test").get(pk=project.pk)


# Steps


def test_each_step_is_an_act_of_its_day_under_the_pseudonym(project: Project) -> None:
    make.step(project, "support", MET + timedelta(days=10))
    make.step(project, "loan", MET + timedelta(days=60), amount_cents=500_000)
    assert kinds() == ["project_welcomed", "project_supported", "loan_granted"]
    assert {act.source_key for act in acts()} == {project.pseudonym}
    assert [act.amount_cents for act in acts()] == [None, None, 500_000]
    assert acts()[2].occurred_on == MET + timedelta(days=60)


@pytest.mark.parametrize(
    "told",
    [
        {"stage": "nothing"},
        {"on": TODAY + timedelta(days=1)},
        {"on": date(1920, 1, 1)},
        {"stage": "support", "amount_cents": 100},
        {"stage": "loan", "amount_cents": 0},
        {"stage": "loan", "amount_cents": 10**12},
    ],
)
def test_what_is_no_step_is_refused(project: Project, told: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        make.step(project, **told)  # type: ignore[arg-type]
    assert kinds() == ["project_welcomed"]


def test_a_step_sent_twice_is_written_once(project: Project) -> None:
    first = make.step(project, once="k")
    assert make.step(project, once="k") == first
    assert kinds().count("project_supported") == 1
    with pytest.raises(Conflict):
        make.step(project, "loan", once="k")


def test_a_step_taken_back_counts_no_more(project: Project, adviser: Actor) -> None:
    step = make.step(project)
    actions.take_back_step(step=step, by=adviser)
    assert kinds() == ["project_welcomed"]
    (reversal,) = [act for act in acts(standing=False) if act.reverses_id]
    assert reversal.reason_code == Following.MISTAKEN
    with pytest.raises(Conflict):
        actions.take_back_step(step=step, by=adviser)


def test_another_organisation_follows_nothing(project: Project) -> None:
    stranger = accounts.actor()
    with pytest.raises(NotAllowed):
        actions.note_step(project=project, stage="support", on=TODAY, by=stranger)
    with pytest.raises(NotAllowed):
        actions.link_project(project=project, establishment=make.firm_of(project), by=stranger)
    with pytest.raises(NotAllowed):
        actions.unlink_project(project=project, by=stranger)
    assert not Step.objects.unscoped(reason="test").exists()


# The firm that it became


def test_a_link_says_the_creation_once_with_the_facts_of_the_register(
    project: Project, adviser: Actor
) -> None:
    make.step(project, "creation", MET + timedelta(days=40))
    firm = make.firm_of(project)
    now = actions.link_project(project=project, establishment=firm, by=adviser)
    assert kinds() == ["project_welcomed", "firm_created"]
    born = acts()[1]
    assert born.occurred_on == firm.created_on
    assert (born.establishment_id, born.commune) == (firm.pk, firm.commune)
    assert now.linked_by == adviser.person
    with pytest.raises(Conflict):
        actions.link_project(project=project, establishment=firm, by=adviser)


def test_who_comes_back_after_the_register_tells_another_day_of_creation_is_welcomed(
    project: Project, adviser: Actor
) -> None:
    firm = make.firm_of(project)
    actions.link_project(project=project, establishment=firm, by=adviser)
    firm.created_on = MET + timedelta(days=40)
    firm.save(update_fields=["created_on"])
    make.leader(make.session(adviser), fresh(project))
    born = [act for act in acts() if act.kind == "desks.firm_created"]
    assert [act.occurred_on for act in born] == [MET + timedelta(days=40)]
    (taken_back,) = Act.objects.unscoped(reason="test").filter(reverses__isnull=False)
    assert taken_back.reason_code == Reason.LEARNED


def test_a_link_taken_back_gives_the_creation_told_again(project: Project, adviser: Actor) -> None:
    make.step(project, "creation", MET + timedelta(days=40))
    actions.link_project(project=project, establishment=make.firm_of(project), by=adviser)
    now = actions.unlink_project(project=project, by=adviser)
    assert kinds() == ["project_welcomed", "creation_told"]
    assert now.establishment is None
    with pytest.raises(Conflict):
        actions.unlink_project(project=project, by=adviser)


def test_a_firm_that_existed_before_was_not_born_of_the_project(
    project: Project, adviser: Actor
) -> None:
    old = make.firm_of(project, created_on=MET - timedelta(days=1))
    with pytest.raises(Invalid):
        actions.link_project(project=project, establishment=old, by=adviser)
    same_day = make.firm_of(project, created_on=MET)
    linked = actions.link_project(project=project, establishment=same_day, by=adviser)
    assert linked.establishment == same_day


def test_a_firm_added_by_hand_is_no_proof_of_a_creation(project: Project, adviser: Actor) -> None:
    by_hand = register.establishment(provisional=True)
    with pytest.raises(Invalid):
        actions.link_project(project=project, establishment=by_hand, by=adviser)


def test_the_sheet_of_the_firm_tells_that_it_was_met_before_it_existed(
    project: Project, adviser: Actor
) -> None:
    firm = make.firm_of(project)
    actions.link_project(project=project, establishment=firm, by=adviser)
    (entry,) = ledger.timeline(firm.legal_unit, adviser).entries
    assert entry.line is not None
    assert entry.line.detail == "Rencontré pour la première fois le 1er avril 2020"
    assert entry.line.title == "Inès Faure"
    (other,) = ledger.timeline(firm.legal_unit, accounts.actor()).entries
    assert other.line is None  # masked, and counts


def test_a_welcome_cancelled_after_the_link_leaves_the_creation(
    project: Project, adviser: Actor
) -> None:
    actions.link_project(project=project, establishment=make.firm_of(project), by=adviser)
    met = project.welcomes.get()
    actions.cancel_welcome(welcome=met, reason=Reason.TWICE, by=adviser)
    assert kinds() == ["firm_created"]


# What the register proposes


def test_firms_that_agree_on_two_points_are_proposed_best_first(
    project: Project, adviser: Actor
) -> None:
    best = make.firm_of(project)
    baker = make.firm_of(project, trade_name="AU BON PAIN")
    far = make.firm_of(project, trade_name="INES FAURE", commune="59512", activity="43.21A")
    make.firm_of(project, created_on=MET - timedelta(days=1))
    make.firm_of(project, trade_name="AUTRE", commune="59512")
    found = linking.candidates(fresh(project), adviser)
    assert [one.establishment for one in found] == [best, baker, far]
    assert [one.points for one in found] == [4, 3, 2]
    assert [str(reason) for reason in found[0].reasons] == [
        "le nom",
        "la commune",
        "l’activité",
        "créée dans l’année",
    ]


def test_a_firm_that_answers_to_the_name_is_looked_at_before_a_whole_town(
    project: Project, adviser: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linking, "LOOKED_AT", 2)
    for born in range(1, 4):
        make.firm_of(project, trade_name="AUTRE", created_on=MET + timedelta(days=born))
    named = make.firm_of(project)
    assert linking.candidates(fresh(project), adviser)[0].establishment == named


def test_nothing_is_proposed_once_linked_or_forgotten(project: Project, adviser: Actor) -> None:
    firm = make.firm_of(project)
    actions.link_project(project=project, establishment=firm, by=adviser)
    assert linking.candidates(fresh(project), adviser) == []
    actions.unlink_project(project=project, by=adviser)
    assert linking.candidates(fresh(project), adviser)
    actions.forget_leader(project=project, reason="asked", by=adviser)
    assert linking.candidates(fresh(project), adviser) == []


def test_a_project_without_name_nor_commune_finds_nothing(adviser: Actor) -> None:
    nameless = make.project(adviser, name="")
    make.firm_of(nameless, trade_name="AU BON PAIN")
    assert linking.candidates(nameless, adviser) == []


# Young people


def test_young_people_are_a_number_at_a_place(adviser: Actor) -> None:
    geography.district()
    where = make.place(adviser.organisation, lon=3.05, lat=50.65)
    make.young(adviser, where, young=31, school="Collège Moulins")
    (act,) = Act.objects.unscoped(reason="test").effective()
    assert (act.kind, act.quantity, act.unit) == ("desks.youth_met", 31, "person")
    assert (act.scheme, act.in_qpv) == (where.scheme, True)
    assert "Collège" not in repr(vars(act))


@pytest.mark.parametrize(
    "told", [{"young": 0}, {"young": 2001}, {"audience": "all"}, {"day": TODAY + timedelta(1)}]
)
def test_what_is_no_group_is_refused(adviser: Actor, told: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        make.young(adviser, **told)
    assert not Awareness.objects.unscoped(reason="test").exists()


def test_an_awareness_session_sent_twice_is_recorded_once_and_cancelled_once(
    adviser: Actor,
) -> None:
    where = make.place(adviser.organisation)
    first = make.young(adviser, where, once="k")
    assert make.young(adviser, where, once="k") == first
    with pytest.raises(Conflict):
        make.young(adviser, where, once="k", young=3)
    with pytest.raises(NotAllowed):
        make.young(accounts.actor(), where)
    with pytest.raises(Invalid):
        actions.cancel_awareness(told=first, reason="", by=adviser)
    with pytest.raises(NotAllowed):
        actions.cancel_awareness(told=first, reason=Reason.TWICE, by=accounts.actor())
    actions.cancel_awareness(told=first, reason=Reason.TWICE, by=adviser)
    assert not Act.objects.unscoped(reason="test").effective().exists()
    with pytest.raises(Conflict):
        actions.cancel_awareness(told=first, reason=Reason.TWICE, by=adviser)


def test_a_partner_with_a_share_is_told_of_an_awareness_session(adviser: Actor) -> None:
    told = make.young(adviser)
    keys = [str(told.key)]
    assert list(lines.awareness(keys, adviser)) == keys
    partner = accounts.actor()
    assert lines.awareness(keys, partner) == {}
    assert adviser.organisation is not None
    assert partner.organisation is not None
    accounts.share(adviser.organisation, partner.organisation, "desks", Sensitivity.PARTNERS)
    assert list(lines.awareness(keys, accounts.actor(Role.ADVISER, partner.organisation))) == keys


# What the manager reads


@pytest.mark.parametrize(
    ("seen", "start", "end"),
    [
        (date(2020, 6, 30), date(2018, 7, 1), date(2019, 6, 30)),
        (date(2020, 6, 29), date(2018, 6, 1), date(2019, 5, 31)),
        (date(2020, 2, 29), date(2018, 3, 1), date(2019, 2, 28)),
        (date(2021, 1, 5), date(2019, 1, 1), date(2019, 12, 31)),
    ],
)
def test_the_last_cohort_is_the_last_twelve_months_followed_for_a_year(
    seen: date, start: date, end: date
) -> None:
    assert journeys.last_observed(seen) == Period(start, end)


def test_the_manager_reads_the_funnel_by_stage(project: Project, adviser: Actor) -> None:
    make.step(project)
    make.young(adviser)
    told = journeys.journey(adviser, Period(date(2020, 1, 1), TODAY))
    assert told.funnel.value == 1
    assert [group.value for group in told.funnel.groups] == [1, 1]
    assert (told.created.value, told.young.value) == (0.0, 24)
    assert told.hired.value is None
