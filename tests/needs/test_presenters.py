"""What is shown of needs: the lines of a firm's timeline, the words of kinds and reasons, the facts that acts carry."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from maillage import ledger
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Organisation
from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity
from maillage.kernel import clock
from maillage.ledger import reasons, themes
from maillage.ledger.kind import find, presenter
from maillage.ledger.models import Act
from maillage.needs import actions, acts, lines
from maillage.needs.actions import Birth
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import (
    Ending,
    How,
    NeedState,
    Origin,
    ReferralState,
    Refusal,
    Theme,
    Urgency,
    Withdrawal,
)
from tests.factories import accounts, needs as make, register
from tests.factories.themes import SENSITIVE_THEMES, THEME_WORDS

pytestmark = pytest.mark.django_db
MACHINE = System("tests")
TODAY, EARLIER = date(2020, 6, 2), date(2020, 5, 28)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.at(clock.parse_instant("2020-06-02T10:00")):
        yield


def again(referral: Referral) -> Referral:
    rows = Referral.objects.visible_to(MACHINE).select_related("need__organisation", "partner")
    return rows.get(pk=referral.pk)


# The facts of acts: who kept it, who acted, towards whom


@dataclass(frozen=True)
class Scene:
    """A need of a campaign, heard by Ana of a chamber and sent to Bao of a support structure."""

    ana: Actor
    bao: Actor
    need: Need
    referral: Referral

    def name(self, who: object) -> str:
        """An organisation or a person of the scene, by a short name."""
        known = {
            self.ana.organisation: "chamber", self.bao.organisation: "support",
            self.ana.person: "ana", self.bao.person: "bao",
        }  # fmt: skip
        return "-" if who is None else known[who]  # type: ignore[index]

    def told(self, act: Act) -> str:
        """An act on one line: its kind, its keeper, who acted, for whom, towards whom."""
        who = (act.keeper, act.organisation, act.person, act.counterpart)
        return " ".join([act.kind.partition(".")[2], *map(self.name, who)])


@pytest.fixture
def scene() -> Scene:
    ana = accounts.actor()
    partner, bao = make.partner()
    birth = Birth(Origin.EVENT, "tests.record", "1", scheme="camp", action_key="act-7")
    need = make.need(ana, birth=birth, expressed_on=EARLIER, theme=Theme.PREMISES)
    return Scene(ana, bao, need, make.referral(ana, partner, of=need))


def recorded() -> list[Act]:
    every = Act.objects.unscoped(reason="tests").order_by("id")
    return list(every.select_related("keeper", "organisation", "person", "counterpart"))


def expire(_scene: Scene) -> None:
    with clock.at(clock.now() + timedelta(days=61)):
        actions.expire_due(by=MACHINE)


Step = Callable[[Scene], object]
STEPS: dict[str, tuple[Step, list[str]]] = {
    # what is done: the acts it records, as kind, keeper, organisation, person, counterpart
    "nothing more": (lambda _s: None, []),
    "agreed to": (
        lambda s: actions.agree(need=s.need, partner=None, how=How.TOLD, by=s.ana),
        [],
    ),
    "seen": (lambda s: actions.note_seen(referral=again(s.referral), by=s.bao), []),
    "given a word": (lambda s: actions.add_words(need=s.need, text="More", by=s.ana), []),
    "taken up": (
        lambda s: actions.take_up(referral=again(s.referral), by=s.bao),
        [
            "referral_taken support support bao chamber",
            "need_taken_up chamber support bao -",
        ],
    ),
    "closed at once": (
        lambda s: actions.close_referral(
            referral=again(s.referral), ending=Ending.HELPED, by=s.bao
        ),
        [
            "referral_taken support support bao chamber",
            "need_taken_up chamber support bao -",
            "referral_closed_helped support support bao chamber",
            "need_closed_helped chamber support bao -",
        ],
    ),
    "refused": (
        lambda s: actions.refuse(referral=again(s.referral), refusal=Refusal.NO_ROOM, by=s.bao),
        ["referral_refused support support bao chamber"],
    ),
    "expired": (expire, ["referral_expired chamber chamber - support"]),
    "taken back": (
        lambda s: actions.take_back(referral=again(s.referral), by=s.ana),
        ["referral_withdrawn chamber chamber ana support"],
    ),
    "disagreed": (
        lambda s: actions.end_agreement(need=s.need, partner=None, by=s.ana),
        ["referral_withdrawn chamber chamber ana support"],
    ),
    "given up": (
        lambda s: actions.give_up(need=s.need, by=System("firm", organisation=s.need.organisation)),
        [
            "referral_withdrawn chamber chamber - support",
            "need_closed_abandoned chamber chamber - -",
        ],
    ),
}
BEGUN = ["event_need_expressed chamber chamber ana -", "referral_sent chamber chamber ana support"]


@pytest.mark.parametrize("what", STEPS)
def test_each_step_records_these_acts_of_these_parties_and_no_other(
    scene: Scene, what: str
) -> None:
    step, expected = STEPS[what]
    step(scene)
    told = [scene.told(act) for act in recorded()]
    assert told[:2] == BEGUN
    assert sorted(told[2:]) == sorted(expected)


@pytest.mark.parametrize("what", STEPS)
def test_every_act_carries_the_firm_the_theme_and_what_the_need_is_charged_to(
    scene: Scene, what: str
) -> None:
    STEPS[what][0](scene)
    keys = {"needs.need": str(scene.need.key), "needs.referral": str(scene.referral.key)}
    for act in recorded():
        assert (act.theme, act.scheme, act.action_key) == ("premises", "camp", "act-7")
        assert act.establishment_id == scene.need.establishment_id
        assert act.legal_unit_id == scene.need.legal_unit_id
        assert act.commune == scene.need.establishment.commune
        assert act.source_key == keys[act.source_model]
        assert ("referral" in act.kind) is (act.source_model == "needs.referral")


@pytest.mark.parametrize("what", ["taken up", "closed at once"])
def test_only_taking_up_measures_something(scene: Scene, what: str) -> None:
    STEPS[what][0](scene)
    measured = {a.kind: (a.quantity, a.unit) for a in recorded() if a.quantity is not None}
    assert measured == {
        "needs.referral_taken": (0, "working_day"),
        "needs.need_taken_up": (5, "day"),
    }
    assert {a.unit for a in recorded() if a.quantity is None} == {""}


def test_a_need_is_of_the_day_it_was_expressed_and_the_rest_of_the_day_it_happened(
    scene: Scene,
) -> None:
    STEPS["closed at once"][0](scene)
    first, *others = recorded()
    assert (first.occurred_on, first.month) == (EARLIER, "2020-05")
    assert {act.occurred_on for act in others} == {TODAY}


def test_sent_within_an_organisation_the_other_party_is_itself() -> None:
    ana = accounts.actor()
    colleague = accounts.actor(Role.EXPERT, ana.organisation)
    inside = make.referral(ana, ana.acting_for())
    actions.take_up(referral=again(inside), by=colleague)
    parties = {a.kind: (a.keeper, a.counterpart) for a in recorded() if "referral" in a.kind}
    both = (ana.organisation, ana.organisation)
    assert parties == {"needs.referral_sent": both, "needs.referral_taken": both}


# The words of kinds, in both languages

KINDS = {
    "outreach.need_expressed": ("Besoin exprimé", "Need expressed"),
    "needs.desk_need_expressed": ("Besoin exprimé à une permanence", "Need expressed at a desk"),
    "needs.event_need_expressed": ("Besoin exprimé à un événement", "Need expressed at an event"),
    "needs.survey_need_expressed": (
        "Besoin exprimé dans une enquête",
        "Need expressed in a survey",
    ),
    "needs.file_need_expressed": (
        "Besoin exprimé dans un dossier",
        "Need expressed in an application",
    ),
    "needs.form_need_expressed": ("Besoin exprimé en ligne", "Need expressed online"),
    "needs.partner_need_expressed": (
        "Besoin transmis par un partenaire",
        "Need told by a partner",
    ),
    "needs.need_taken_up": ("Besoin pris en charge", "Need taken up"),
    "needs.need_closed_helped": ("Besoin clos : aide apportée", "Need closed: helped"),
    "needs.need_closed_no_follow_up": ("Besoin clos : sans suite", "Need closed: no follow-up"),
    "needs.need_closed_unreachable": (
        "Besoin clos : injoignable",
        "Need closed: firm not reached",
    ),
    "needs.need_closed_out_of_scope": ("Besoin clos : hors champ", "Need closed: out of scope"),
    "needs.need_closed_abandoned": (
        "Besoin clos : abandonné",
        "Need closed: given up by the firm",
    ),
    "needs.referral_sent": ("Mise en relation", "Referral sent"),
    "needs.referral_taken": ("Mise en relation prise en charge", "Referral taken up"),
    "needs.referral_refused": ("Mise en relation refusée", "Referral refused"),
    "needs.referral_expired": ("Mise en relation expirée", "Referral expired"),
    "needs.referral_withdrawn": ("Mise en relation reprise", "Referral taken back"),
    "needs.referral_closed_helped": (
        "Mise en relation close : aide apportée",
        "Referral closed: helped",
    ),
    "needs.referral_closed_no_follow_up": (
        "Mise en relation close : sans suite",
        "Referral closed: no follow-up",
    ),
    "needs.referral_closed_unreachable": (
        "Mise en relation close : injoignable",
        "Referral closed: firm not reached",
    ),
    "needs.referral_closed_out_of_scope": (
        "Mise en relation close : hors champ",
        "Referral closed: out of scope",
    ),
    "needs.referral_closed_abandoned": (
        "Mise en relation close : abandonnée",
        "Referral closed: given up by the firm",
    ),
    "needs.called_back_settled": ("Rappel : c’est réglé", "Called back: it is settled"),
    "needs.called_back_waiting": (
        "Rappel : il faut encore quelqu’un",
        "Called back: it still needs somebody",
    ),
    "needs.called_back_unreached": (
        "Rappel : personne n’a répondu",
        "Called back: nobody answered",
    ),
    "needs.opinion_asked": ("Avis demandé à l’entreprise", "Opinion asked of the firm"),
    "needs.was_contacted": ("L’entreprise a été contactée", "The firm was contacted"),
    "needs.was_not_contacted": (
        "L’entreprise n’a pas été contactée",
        "The firm was not contacted",
    ),
    "needs.found_useful": ("L’entreprise l’a trouvé utile", "The firm found it useful"),
    "needs.found_useless": (
        "L’entreprise ne l’a pas trouvé utile",
        "The firm did not find it useful",
    ),
}


def test_the_names_of_kinds_are_these_for_good() -> None:
    declared = {name for name in ledger.kinds() if name.startswith("needs.")}
    assert declared | {"outreach.need_expressed"} == set(KINDS)


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_said_in_both_languages(name: str) -> None:
    kind = find(name)
    assert kind is not None
    french, english = KINDS[name]
    assert (kind.words.fr.replace("\u00a0", " "), kind.words.en) == (french, english)
    assert (" :" in french) is ("\u00a0:" in kind.words.fr)


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_names_what_shows_it_and_whether_a_file_of_the_past_may_tell_it(name: str) -> None:
    kind = find(name)
    assert kind is not None
    shows = lines.referrals if name.startswith("needs.referral_") else lines.needs
    assert presenter(kind.present) is shows
    assert kind.from_past is name.endswith("need_expressed")
    assert not kind.sensitive


def test_each_origin_and_each_ending_has_its_own_kind() -> None:
    told = {origin: acts.expressed_kind(origin) for origin in Origin}
    assert len(set(told.values())) == len(Origin)
    assert {kind.name for kind in acts.EXPRESSED.values()} == set(told.values())
    for family in (acts.NEED_CLOSED, acts.CLOSED):
        assert set(family) == set(Ending)
        assert len({kind.name for kind in family.values()}) == len(Ending)


REASONS = {
    "consent": ("L’entreprise n’accepte plus", "The firm agrees no longer"),
    "mistake": ("C’était une erreur", "It was a mistake"),
    "firm": ("L’entreprise a repris sa demande", "The firm took its request back"),
    "elsewhere": ("Adressée à un autre partenaire", "Sent to another partner"),
    "reopened": ("Besoin rouvert", "Need opened again"),
    "reconciled": ("Rapproché du répertoire", "Matched with the register"),
    "wrong_day": ("C’était un autre jour", "It was another day"),
}


@pytest.mark.parametrize("code", REASONS)
def test_why_an_act_of_a_need_was_cancelled_is_said_in_both_languages(code: str) -> None:
    french, english = REASONS[code]
    assert reasons.words("needs.need", code) == french
    with translation.override("en"):
        assert reasons.words("needs.need", code) == english


def test_every_reason_for_which_something_is_taken_back_has_words() -> None:
    for one in (*Withdrawal.values, acts.REOPENED):
        assert reasons.words("needs.referral", one) != one


@pytest.mark.parametrize(
    "choices", [Origin, Urgency, Ending, Refusal, Withdrawal, NeedState, ReferralState, How]
)
def test_every_choice_is_said_in_two_languages_and_apart_from_the_others(choices: type) -> None:
    french = [str(one.label) for one in choices]  # type: ignore[attr-defined]
    with translation.override("en"):
        english = [str(one.label) for one in choices]  # type: ignore[attr-defined]
    assert len(set(french)) == len(set(english)) == len(french)
    assert not [one for one in english if one in french and one != "Visit"]


def test_themes_are_said_in_two_languages_and_one_is_told_in_confidence() -> None:
    assert set(THEME_WORDS) == set(Theme)
    for theme, words in THEME_WORDS.items():
        declared = themes.find(theme)
        assert declared is not None
        assert declared.words == words
        assert words.fr != words.en
        assert declared.sensitive is (theme in SENSITIVE_THEMES)
    assert set(SENSITIVE_THEMES) == {Theme.CASH}


def test_a_theme_that_no_package_knows_any_more_is_called_by_its_code() -> None:
    need = make.need()
    need.theme = "gone_since"
    assert need.title == str(need) == "gone_since"


# The lines of a timeline


def test_the_line_of_a_need_says_what_where_and_who() -> None:
    ana = accounts.actor(name="Ana", organisation=accounts.organisation(name="Chambre"))
    need = make.need(ana, origin=Origin.SURVEY, theme=Theme.ENERGY)
    line = lines.needs([str(need.key)], ana)[str(need.key)]
    assert line.title == "Réduire l’énergie ou les déchets"
    assert (line.detail, line.who) == ("Enquête", "Ana, Chambre")
    assert str(need.key) in line.url
    with translation.override("en"):
        line = lines.needs([str(need.key)], ana)[str(need.key)]
    assert (line.title, line.detail) == ("Cut energy or waste", "Survey")


def test_a_need_that_nobody_in_person_heard_names_its_organisation() -> None:
    chamber = accounts.organisation(name="Chambre")
    by = System("the public form", organisation=chamber)
    need = make.need(by, origin=Origin.FORM)
    assert lines.needs([str(need.key)], MACHINE)[str(need.key)].who == "Chambre"


STAGES: dict[str, tuple[Step, str]] = {
    "sent": (lambda _s: None, "À voir"),
    "seen": (lambda s: actions.note_seen(referral=again(s.referral), by=s.bao), "Vue"),
    "taken": (STEPS["taken up"][0], "Prise en charge"),
    "closed": (STEPS["closed at once"][0], "Close"),
    "refused": (STEPS["refused"][0], "Refusée"),
    "expired": (expire, "Expirée"),
    "withdrawn": (STEPS["taken back"][0], "Reprise"),
}


@pytest.mark.parametrize("stage", STAGES)
def test_the_line_of_a_referral_says_to_whom_and_where_it_stands(scene: Scene, stage: str) -> None:
    happened, state = STAGES[stage]
    happened(scene)
    key = str(scene.referral.key)
    for reader in (scene.ana, scene.bao):
        line = lines.referrals([key], reader)[key]
        assert line.title == "Trouver un local ou s’agrandir"
        assert line.detail == f"à {scene.bao.organisation}\u00a0: {state}"
        assert line.who == str(scene.ana.organisation)
        assert key in line.url
    assert again(scene.referral).state.value == stage


def test_a_difficulty_is_named_to_whom_may_know_and_told_in_confidence_to_others() -> None:
    ana, officer, helper = accounts.actor(), accounts.actor(Role.OFFICER), accounts.actor()
    need = make.need(ana, theme=Theme.CASH)
    referral = make.referral(ana, of=need)
    for to in (officer, helper):
        accounts.share(ana.acting_for(), to.acting_for(), "needs", Sensitivity.PARTNERS)
    accounts.share(ana.acting_for(), helper.acting_for(), "needs", Sensitivity.DIFFICULTY)
    titles = {}
    for name, who in {"ana": ana, "officer": officer, "helper": helper}.items():
        of_need = lines.needs([str(need.key)], who)[str(need.key)]
        of_referral = lines.referrals([str(referral.key)], who)[str(referral.key)]
        assert of_need.title == of_referral.title
        titles[name] = of_need.title
    named, hidden = "Trésorerie, loyer, charges", "Un besoin dit en confidence"
    assert titles == {"ana": named, "officer": hidden, "helper": named}


def test_who_may_not_see_a_record_is_given_no_line_of_it(scene: Scene) -> None:
    keys = [str(scene.need.key)], [str(scene.referral.key)]
    mayor = accounts.actor(Role.ELECTED, scene.ana.organisation)
    for reader, needs, referrals in (
        (scene.ana, 1, 1), (scene.bao, 0, 1), (accounts.actor(), 0, 0), (mayor, 0, 0),
        (accounts.actor(Role.AUDITOR), 1, 1),
    ):  # fmt: skip
        assert len(lines.needs(keys[0], reader)) == needs
        assert len(lines.referrals(keys[1], reader)) == referrals


def test_keys_of_nothing_give_no_line(scene: Scene) -> None:
    unknown = [str(uuid4())]
    for shown in (lines.needs, lines.referrals):
        assert shown(unknown, scene.ana) == shown([], scene.ana) == {}


def cost(keys: list[str], shown: Callable[[list[str], Actor], object], by: Actor) -> int:
    with CaptureQueriesContext(connection) as seen:
        shown(keys, by)
    return len(seen)


def test_a_page_of_lines_costs_no_more_than_one_line() -> None:
    ana, firm = accounts.actor(), register.establishment()
    to: Organisation = make.partner()[0]
    sent = [make.referral(ana, to, establishment=firm, theme=Theme.CASH) for _n in range(4)]
    for keys, shown in (
        ([str(one.need.key) for one in sent], lines.needs),
        ([str(one.key) for one in sent], lines.referrals),
    ):
        cost(keys, shown, ana)
        assert cost(keys, shown, ana) == cost(keys[:1], shown, ana)
