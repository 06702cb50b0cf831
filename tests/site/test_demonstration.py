"""The demonstration, played once: a partnership whose every figure is computed, under a time of its own."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from pypdf import PdfReader

from maillage import figures, ledger, places
from maillage.accounts.actors import Actor, System
from maillage.accounts.models import Membership, Organisation, Person, Share
from maillage.accounts.roles import Role
from maillage.conventions.models import Charge, Convention, Entry, Turn
from maillage.conventions.readings import version_in_force
from maillage.desks.models import Project
from maillage.diagnoses.models import Pass, Questionnaire
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.identifiers import is_siren
from maillage.kernel.periods import Period
from maillage.needs import reading
from maillage.needs.models import Need, Referral
from maillage.needs.vocabulary import Origin
from maillage.observatory import publishing
from maillage.outreach import waiting
from maillage.outreach.actions.visits import VisitFacts, report_visit
from maillage.outreach.models import Appointment, Campaign, KeptRound, ListedFirm, RoundStop, Visit
from maillage.outreach.models.kept_rounds import NOWHERE
from maillage.outreach.opening import is_open
from maillage.outreach.vocabulary import Mode, Outcome
from maillage.register.models import Establishment, LegalUnit, Load
from maillage.site import instance
from maillage.site.demo import agreement, people, sirene_rows, story, touring
from maillage.site.demo.field import colleagues
from maillage.site.models import Instance, beat, last_seen
from tests.factories import observed
from tests.site.conftest import TINY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]

READER = System("a test reads the demonstration")
MORNING = datetime(2020, 6, 30, 7, tzinfo=UTC)  # nine o'clock in Paris
BAND = "Démonstration : personnes, entreprises et actes inventés"
PROSPECTED = "outreach.firms_prospected"


def acts() -> Any:
    return ledger.Act.objects.visible_to(READER)


def prospecting() -> Campaign:
    """The campaign that is charged to the convention; another one walks up streets."""
    return Campaign.objects.visible_to(READER).get(action_key="mel-cma-2019/1.2")


def visits() -> Any:
    return Visit.objects.visible_to(READER)


def convention() -> Convention:
    return Convention.objects.visible_to(READER).get(slug="mel-cma-2019")


def value(code: str, at: datetime | None = None) -> float | int | None:
    [answer] = figures.answer([figures.Question(code)], at or clock.now())
    return answer.value


def adviser() -> Actor:
    return colleagues(Organisation.objects.get(short_name="CMA"), Role.ADVISER)[1]


def signed_in(login: str) -> Client:
    visitor = Client()
    visitor.force_login(Person.objects.get(email=f"{login}@demo.maillage.example"))
    return visitor


def shown(client: Client, path: str) -> str:
    return re.sub(r"\s+", " ", client.get(path, follow=True).content.decode())


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Let real time pass since the demonstration was seeded."""
    seeded = Instance.objects.get().seeded_at

    def pass_by(**much: int) -> None:
        monkeypatch.setattr(clock, "real_now", lambda: seeded + timedelta(**much))

    pass_by()
    return pass_by


class TestEverythingIsPlayed:
    """Nothing of the demonstration is written beside the actions of the product."""

    def test_the_ledger_that_the_story_left_verifies(self) -> None:
        verdict = ledger.verify()

        assert verdict.is_valid
        assert verdict.acts == acts().count() > 100
        assert verdict.chains >= 2

    def test_every_act_names_the_record_that_caused_it(self) -> None:
        assert not acts().filter(source_key="").exists()
        assert set(acts().values_list("kind", flat=True)) <= set(ledger.kinds())

    def test_every_attempt_of_the_advisers_is_an_act_of_its_day(self) -> None:
        told = {str(key): day for key, day in visits().values_list("key", "occurred_on")}
        recorded = acts().filter(source_model="outreach.visit", reverses=None)

        assert len(told) > 40
        assert set(told) == set(recorded.values_list("source_key", flat=True))
        assert not [act for act in recorded if act.occurred_on != told[act.source_key]]

    def test_no_act_is_known_before_the_day_it_happened(self) -> None:
        early = [act.kind for act in acts() if clock.local_day(act.recorded_at) < act.occurred_on]
        assert not early

    def test_nothing_is_known_after_the_demonstration_begins(self) -> None:
        newest = acts().order_by("recorded_at").last()

        assert newest.recorded_at < MORNING
        assert not acts().filter(occurred_on__gte=date(2020, 6, 30)).exists()

    def test_a_chain_never_goes_back_in_time(self) -> None:
        for keeper in set(acts().values_list("keeper", flat=True)):
            instants = list(
                acts().filter(keeper=keeper).order_by("seq").values_list("recorded_at", flat=True)
            )
            assert instants == sorted(instants)

    def test_what_was_told_on_the_way_counts_what_was_recorded(self, demonstration: Any) -> None:
        assert demonstration.lines[0] == "organisations and people"
        assert demonstration.lines[-1] == f"{visits().count()} visits and calls in all"

    def test_the_register_came_through_the_importer_at_two_dates_for_two_territories(self) -> None:
        loads = Load.objects.visible().exclude(territory="").values_list("territory", "vintage")

        assert sorted(loads) == [
            (territory, date(year, 1, 1)) for territory in ("call", "mel") for year in (2018, 2020)
        ]
        assert Establishment.objects.count() == TINY.mel + TINY.call

    def test_the_register_is_not_known_before_its_first_load(self) -> None:
        [before] = figures.answer([figures.Question("I02")], datetime(2018, 1, 1, tzinfo=UTC))
        assert before.value is None


class TestThePartnership:
    """What the issue promises to whoever opens the demonstration."""

    def test_four_organisations_and_a_dozen_people_in_seven_roles(self) -> None:
        members = Membership.objects.visible_to(READER)

        assert (
            Organisation.objects.filter(
                short_name__in=[one.short_name for one in people.PARTNERS]
            ).count()
            == 4
        )
        assert members.count() == len(people.PLAYERS) == 13
        assert len(set(members.values_list("role", flat=True))) == 7

    def test_advisers_saw_firms_in_both_years(self) -> None:
        years = Counter(day.year for day in visits().values_list("occurred_on", flat=True))

        assert set(years) == {2018, 2019, 2020}

    def test_nobody_works_on_sundays_nor_in_august(self) -> None:
        days = set(visits().values_list("occurred_on", flat=True))

        assert not [day for day in days if day.weekday() > 4 or day.month == 8]

    def test_during_the_lockdown_firms_were_called_not_visited(self) -> None:
        locked = visits().filter(occurred_on__range=(date(2020, 3, 17), date(2020, 5, 10)))

        assert set(locked.values_list("mode", flat=True)) <= {Mode.CALL}

    def test_each_campaign_froze_its_list_and_shared_it_out(self) -> None:
        for campaign in Campaign.objects.visible_to(READER):
            listed = ListedFirm.objects.visible_to(READER).filter(campaign=campaign)
            assert listed.exists()
            assert not listed.filter(adviser=None).exists()
            assert acts().filter(kind__contains="listed", occurred_on=campaign.starts_on).exists()

    def test_money_of_the_convention_is_charged_and_what_is_not_is_found(self) -> None:
        entries = Entry.objects.visible_to(READER)
        paid = sum(e.amount_cents for e in entries if e.kind == Entry.Kind.PAYMENT)
        nothing = Charge.objects.filter(action_key="")

        assert entries.commitments().get().amount_cents == 150_000_00
        assert paid == sum(euros for _on, euros, _charges in agreement.PAYMENTS) * 100
        assert [charge.amount_cents for charge in nothing] == [5_000_00]

    def test_what_is_charged_to_nothing_is_in_no_figure_of_the_convention(self) -> None:
        charged = sum(sum(parts.values()) for _on, _euros, parts in agreement.PAYMENTS) * 100
        out = StringIO()
        call_command("bilan", "mel-cma-2019", "--json", stdout=out)
        told = json.loads(out.getvalue())["figures"]

        paid = {f["value"] for f in told if f["code"] == "conventions.payments"}
        assert paid == {charged}
        out = StringIO()
        call_command(
            "figure", "conventions.payments", convention="mel-cma-2019", stdout=out, json=True
        )
        assert json.loads(out.getvalue())["value"] == charged

    def test_each_turn_of_an_action_was_told_on_its_day(self) -> None:
        told = sorted(Turn.objects.visible_to(READER).values_list("on", flat=True))

        assert told == sorted(on for on, *_rest in agreement.TURNS)

    def test_one_amendment_changes_the_text_from_its_day_on_and_not_before(self) -> None:
        eve = version_in_force(convention(), agreement.AMENDED - timedelta(days=1), clock.now())
        day = version_in_force(convention(), agreement.AMENDED, clock.now())

        assert eve is not None
        assert day is not None
        assert (eve.number, day.number) == (0, 1)
        assert day.actions.get(code="4.1").due_on == date(2020, 3, 31)

    def test_the_amendment_is_not_known_before_it_was_signed(self) -> None:
        known = version_in_force(
            convention(), date(2020, 6, 1), clock.end_of_day(date(2020, 5, 14))
        )
        assert known is not None
        assert known.number == 0

    def test_a_period_was_published_then_corrected(self) -> None:
        published = publishing.latest(convention(), story.PUBLISHED)
        assert published is not None
        cancelled = visits().exclude(cancelled_at=None)
        reversals = acts().exclude(reverses=None).filter(source_model="outreach.visit")

        assert cancelled.count() == 2
        assert reversals.exists()
        assert all(act.recorded_at > published.published_at for act in reversals)
        assert all(visit.occurred_on <= story.PUBLISHED.end for visit in cancelled)

    def test_the_public_reads_what_was_published(self) -> None:
        page = shown(Client(), f"/conventions/{convention().slug}/publications/")

        assert "31 décembre 2019" in page

    def test_firms_were_diagnosed_and_some_again_half_a_year_later(self) -> None:
        kinds = Counter(acts().values_list("kind", flat=True))
        pairs = figures.answer([figures.Question("I33")], clock.now())[0].denominator
        waiting = Pass.objects.visible_to(READER).due_again(clock.today())

        assert kinds["diagnoses.pass_done"] == Pass.objects.visible_to(READER).count() > 20
        assert pairs == kinds["diagnoses.progress_measured"] > 3
        assert kinds["diagnoses.step_done"] > 0
        assert waiting.exists()

    def test_desks_were_held_and_some_projects_became_firms(self) -> None:
        kinds = Counter(acts().values_list("kind", flat=True))
        entered = Period.parse("2018-01-01..2020-06-30")
        funnel, hired = figures.answer(
            [
                figures.Question("I23", period=entered),
                figures.Question("desks.first_hire_rate", period=Period.parse("2018")),
            ],
            clock.now(),
        )

        assert kinds["desks.session_held"] > 40
        assert kinds["desks.firm_created"] > 0
        assert kinds["desks.youth_met"] > 3
        assert funnel.value == Project.objects.visible_to(READER).count() > 20
        assert hired.denominator is not None
        assert hired.denominator > 5

    def test_both_questionnaires_that_ship_are_in_use(self) -> None:
        in_use = Questionnaire.objects.visible_to(READER).in_use()

        assert {one.code for one in in_use} == {"digital", "energy"}

    def test_an_adviser_reads_which_firms_to_see_again(self) -> None:
        page = shown(signed_in("sofia"), "/diagnostics/")

        assert "À refaire à partir du" in page

    def test_partners_see_each_other_s_acts_until_the_end_of_2021(self) -> None:
        shares = Share.objects.visible_to(READER)

        assert {share.resource for share in shares} == set(story.SHARED)
        assert {share.until for share in shares} == {date(2021, 12, 31)}
        assert {str(share.to) for share in shares} == {"MEL", "CALL"}

    def test_the_officer_of_the_other_agglomeration_follows_its_own_convention_only(self) -> None:
        mine = shown(signed_in("luc"), "/conventions/")

        assert "Lens" in mine


class TestNobodyRealIsInIt:
    def test_addresses_of_people_can_receive_nothing(self) -> None:
        emails = Person.objects.values_list("email", flat=True)

        assert not [e for e in emails if not e.endswith("@demo.maillage.example")]

    def test_numbers_of_firms_are_right_and_of_a_range_that_nobody_has(self) -> None:
        sirens = list(LegalUnit.objects.values_list("siren", flat=True))

        assert len(set(sirens)) == len(sirens) == TINY.mel + TINY.call
        assert all(siren.startswith("9999") and is_siren(siren) for siren in sirens)

    def test_names_are_put_together_from_common_words(self) -> None:
        words = set(f"{sirene_rows.SURNAMES} {sirene_rows.FIRST_NAMES}".split())
        trades = {t[0] for t in (*sirene_rows.TRADES, *sirene_rows.OTHERS, *sirene_rows.SOCIAL)}
        for name in LegalUnit.objects.exclude(name="").values_list("name", flat=True):
            left = next((name.removeprefix(t) for t in trades if name.startswith(t)), name)
            assert set(left.split()) <= words

    def test_a_firm_that_hides_has_neither_name_nor_street(self) -> None:
        for hidden in LegalUnit.objects.exclude(diffusion="O"):
            assert hidden.name == ""


class TestItsOwnTime:
    @pytest.mark.usefixtures("later")
    def test_it_begins_on_30_june_2020_at_nine(self) -> None:
        assert clock.now() == MORNING
        assert clock.today() == date(2020, 6, 30)

    @pytest.mark.parametrize(
        ("passed", "today", "hour"),
        [
            ({"minutes": 59}, date(2020, 6, 30), 9),
            ({"hours": 14, "minutes": 59, "seconds": 59}, date(2020, 6, 30), 23),
            ({"hours": 15}, date(2020, 7, 1), 0),  # midnight in Paris
            ({"days": 365}, date(2021, 6, 30), 9),
        ],
    )
    def test_it_goes_on_with_real_time(
        self, later: Any, passed: dict[str, int], today: date, hour: int
    ) -> None:
        later(**passed)

        assert clock.today() == today
        assert clock.now().astimezone(clock.PARIS).hour == hour

    def test_what_is_recorded_bears_its_time(self, later: Any) -> None:
        later(minutes=30)
        by, campaign = adviser(), prospecting()
        firm = ListedFirm.objects.visible_to(READER).filter(campaign=campaign).last()
        assert firm is not None
        facts = VisitFacts(mode=Mode.VISIT, outcome=Outcome.DONE, occurred_on=clock.today())

        visit = report_visit(establishment=firm.establishment, facts=facts, by=by)

        act = acts().get(source_model="outreach.visit", source_key=str(visit.key))
        assert act.recorded_at == MORNING + timedelta(minutes=30)
        assert act.occurred_on == date(2020, 6, 30)

    @pytest.mark.usefixtures("later")
    def test_a_visit_moves_the_figure_by_one_and_yesterday_s_not_at_all(self) -> None:
        yesterday = clock.end_of_day(clock.today() - timedelta(days=1))
        before, past = value(PROSPECTED), value(PROSPECTED, yesterday)
        waiting = ListedFirm.objects.visible_to(READER).filter(campaign=prospecting())
        seen = visits().filter(outcome=Outcome.DONE).values("legal_unit")  # in a street, maybe
        firm = waiting.exclude(legal_unit__in=seen).order_by("rank")[0].establishment
        facts = VisitFacts(mode=Mode.VISIT, outcome=Outcome.DONE, occurred_on=clock.today())

        report_visit(establishment=firm, facts=facts, by=adviser())
        report_visit(establishment=firm, facts=facts, by=adviser())

        assert isinstance(before, int)
        assert value(PROSPECTED) == before + 1  # twice the same firm is one firm
        assert value(PROSPECTED, yesterday) == past

    def test_tomorrow_is_refused_by_its_own_calendar(self, later: Any) -> None:
        facts = VisitFacts(mode=Mode.CALL, outcome=Outcome.DONE, occurred_on=date(2020, 7, 1))
        with pytest.raises(Invalid):
            facts.checked()
        later(hours=15)
        assert facts.checked().occurred_on == clock.today()

    @pytest.mark.usefixtures("later")
    def test_commands_read_it_too(self) -> None:
        out = StringIO()
        call_command("territory", "245900410", "--json", stdout=out)

        assert json.loads(out.getvalue())["siren"] == "200093201"  # the one of June 2020

        out = StringIO()
        call_command("figure", PROSPECTED, "--json", stdout=out)
        assert json.loads(out.getvalue())["as_of"].startswith("2020-06-30T")

    def test_processes_pulse_with_the_machine_s_own_clock(self) -> None:
        beat("worker")

        seen = last_seen("worker")
        assert seen is not None
        assert abs(seen - clock.real_now()) < timedelta(minutes=1)

    def test_sessions_end_by_the_machine_s_own_clock(self) -> None:
        signed_in("claire")

        left = Session.objects.get().expire_date - clock.real_now()
        assert timedelta(0) < left <= timedelta(hours=12)

    def test_signing_in_is_dated_by_the_machine_s_own_clock(self) -> None:
        signed_in("claire")

        last = Person.objects.get(email="claire@demo.maillage.example").last_login
        assert last is not None
        assert last.year > 2020

    def test_there_is_one_demonstration_in_an_instance(self) -> None:
        assert str(Instance.objects.get()).startswith("demonstration seeded ")
        with pytest.raises(IntegrityError), transaction.atomic():
            Instance.objects.create(id=2, seeded_at=MORNING, starts_at=MORNING, size="tiny", seed=1)


class TestItsPages:
    PAGES = {
        "": ("/", "/conventions/", "/chiffres/", "/droits/", "/connexion/", "/nulle-part/"),
        "sofia": ("/", "/ma-journee/", "/campagnes/", "/entreprises/", "/composants/"),
        "claire": ("/versements/", "/conventions/mel-cma-2019/", "/versements/sans-action/"),
        "elue": ("/", "/conventions/mel-cma-2019/bilan/"),
        "admin": ("/organisation/", "/organisation/journaux/", "/chargements/"),
    }

    @pytest.mark.parametrize(
        ("login", "path"), [(login, path) for login, paths in PAGES.items() for path in paths]
    )
    def test_every_page_says_that_all_is_invented_and_what_time_it_is(
        self, login: str, path: str
    ) -> None:
        page = shown(signed_in(login) if login else Client(), path)

        assert BAND in page.replace("\u00a0", " ").replace("\u202f", " ")
        assert "30 juin 2020" in page

    def test_a_report_written_from_a_terminal_says_so(self, tmp_path: Path) -> None:
        page, paper = tmp_path / "bilan.html", tmp_path / "bilan.pdf"
        call_command(
            "bilan", "mel-cma-2019", "--html", str(page), "--pdf", str(paper), stdout=StringIO()
        )

        for text in (page.read_text("utf-8"), PdfReader(paper).pages[0].extract_text()):
            assert BAND in re.sub(r"\s+", " ", text)

    def test_the_band_speaks_english_too(self) -> None:
        visitor = Client()
        visitor.cookies["django_language"] = "en"

        assert "Demonstration: people, firms and acts are invented" in shown(visitor, "/")

    def test_even_a_page_that_broke_says_so(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("maillage.accounts.middleware.ActorMiddleware._actor", lambda *_: 1 / 0)
        broken = Client(raise_request_exception=False).get("/")

        assert broken.status_code == 500
        assert str(instance.BAND) in broken.content.decode()

    def test_the_sign_in_page_lends_each_account_with_its_password(self) -> None:
        page = shown(Client(), "/connexion/")

        assert all(account.email in page for account in people.ACCOUNTS)
        assert people.PASSWORD in page

    @pytest.mark.parametrize("player", people.PLAYERS, ids=lambda player: player.login)
    def test_anybody_may_sign_in_as_anyone_of_them(self, player: people.Player) -> None:
        visitor = Client()

        answer = visitor.post("/connexion/", {"login": player.email, "password": people.PASSWORD})

        assert answer.status_code == 302
        assert player.name in shown(visitor, "/compte/")

    def test_a_real_instance_lends_nothing_and_wears_no_band(self) -> None:
        Instance.objects.all().delete()
        instance.forget()

        page = shown(Client(), "/connexion/")

        assert people.PASSWORD not in page
        assert "demo.maillage.example" not in page
        assert "inventés" not in page

    def test_an_elected_member_sees_her_own_commune(self) -> None:
        seat = Membership.objects.visible_to(READER).get(person__email__startswith="elue")

        assert places.commune_name(seat.perimeter) == "Roubaix"


class TestPlayedOnce:
    def test_an_instance_that_holds_something_is_refused_and_left_as_it_was(self) -> None:
        before = acts().count()

        with pytest.raises(CommandError, match="MAILLAGE_HOME or DATABASE_URL") as refused:
            call_command("demo", "--size", "small", stderr=StringIO())

        assert refused.value.returncode == 1
        assert acts().count() == before


class TestNeedsAreAnswered:
    """What visits heard and what firms asked by themselves goes to partners, who answer, refuse or keep them waiting."""

    def test_every_theme_ticked_at_a_visit_is_a_need_of_it(self) -> None:
        heard = Counter(
            (need.source_key, need.theme)
            for need in Need.objects.visible_to(READER).standing().filter(origin=Origin.VISIT)
        )
        ticked = Counter(
            (str(visit.key), theme) for visit in visits().standing() for theme in visit.themes
        )

        assert heard == ticked
        assert heard

    def test_partners_have_taken_up_closed_and_left_waiting(self) -> None:
        stages = Counter(
            Referral.objects.visible_to(READER).with_stage().values_list("stage", flat=True)
        )

        assert stages["closed"] > 0
        assert sum(stages.values()) > stages["closed"]

    def test_nothing_went_to_a_partner_without_the_firm_s_agreement(self) -> None:
        rows = Referral.objects.visible_to(READER).select_related("need", "partner")
        abroad = [one for one in rows if one.partner_id != one.need.organisation_id]

        assert abroad
        assert all(one.need.agreements.exists() for one in abroad)

    def test_the_manager_s_counts_are_those_of_the_inboxes(self) -> None:
        [manager] = colleagues(Organisation.objects.get(short_name="CMA"), Role.SERVICE_MANAGER)
        counted = {one.partner.pk: one.total for one in reading.inboxes(manager)}
        received = Counter(Referral.objects.visible_to(READER).values_list("partner", flat=True))

        assert counted == dict(received)

    def test_figures_of_needs_count_the_objects(self) -> None:
        year = figures.Question("needs.needs_expressed", figures.Filter(), Period.parse("2019"))
        [answer] = figures.answer([year], clock.now())
        of_2019 = Need.objects.visible_to(READER).standing().filter(expressed_on__year=2019)

        assert answer.value == of_2019.count()

    def test_what_no_rule_answers_is_told_on_the_page_of_rules(self) -> None:
        page = shown(signed_in("helene"), "/besoins/regles/")

        assert "Ce qu’aucune règle n’adresse à personne" in page
        assert "Réduire l’énergie ou les déchets" in page
        assert "Relais numérique" in page

    @pytest.mark.parametrize("login", ["helene", "sofia", "claire", "nadia"])
    def test_each_of_them_finds_needs_or_requests_in_their_menu(self, login: str) -> None:
        client = signed_in(login)
        home = shown(client, "/")

        assert "/mises-en-relation/" in home
        assert client.get("/mises-en-relation/").status_code == 200


def test_the_last_morning_has_an_hour_agreed_and_rounds_that_keep_it() -> None:
    cma = prospecting().organisation
    reader = System("a test reads the demonstration", organisation=cma)

    def stops() -> list[RoundStop]:
        kept = list(KeptRound.objects.visible_to(reader).prefetch_related("stops"))
        assert 1 <= len(kept) <= 3
        assert all(one.accepted_by and one.accepted_by != one.adviser for one in kept)
        return [stop for one in kept for stop in one.stops.all()]

    with clock.at(MORNING):
        # The communes of the tests have no outline: no firm of theirs stands anywhere, each says so and is in no round.
        assert {(stop.rank, stop.why) for stop in stops()} == {(None, NOWHERE)}
        (hour,) = Appointment.objects.visible_to(reader)
        # With outlines, as a real demonstration has them, the same morning is walked.
        observed.outlined()
        KeptRound.objects.visible_to(reader).delete()
        touring._plan(SimpleNamespace(partners={"cma": cma}))  # type: ignore[arg-type]
        told = stops()
    seen = [stop for stop in told if stop.rank is not None]
    begun = {stop.establishment_id: (stop.arrival or 0) + stop.wait for stop in seen}
    assert len(seen) == len(begun) > 1
    assert begun[hour.establishment_id] == hour.at
    open_on = waiting.open_for(reader, [stop.establishment for stop in told], MORNING.date())
    assert set(open_on) - {hour.establishment_id}
    assert all(is_open(open_on.get(place), at) for place, at in begun.items() if at != hour.at)
