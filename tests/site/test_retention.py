"""Every model says how long it is kept; applied every night, nothing outlives its rule (T76)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.test import Client, override_settings

from maillage.accounts import actions, append_only, inviting, jobs, journal, retaining
from maillage.accounts.actors import Actor, System
from maillage.accounts.invitations import Invitation
from maillage.accounts.models import Access, Bucket, Membership, Person
from maillage.accounts.roles import Role
from maillage.accounts.runs import RetentionRun
from maillage.intake.models import Load, Reject
from maillage.kernel import clock
from maillage.kernel.errors import NotAllowed
from maillage.kernel.identifiers import uuid7
from maillage.needs.actions import send_referral
from maillage.outreach.models import (
    AdviserProfile,
    Appointment,
    Campaign,
    KeptRound,
    OpeningHours,
    Signal,
    Visit,
)
from maillage.outreach.vocabulary import NoteLevel
from maillage.post.models import Link, State
from maillage.register.actions import own
from maillage.register.models import FirmAccess
from tests.factories import (
    accounts as make,
    cohorts,
    desks,
    diagnoses,
    events,
    firmside,
    intake,
    lists,
    needs,
    outreach,
    places,
    post,
    register,
)

# What tells of nobody by itself. A form that is not here (a text, a number with decimals, a file) is classed.
BARE = (
    models.AutoField, models.ForeignKey, models.IntegerField, models.BooleanField, models.DateField,
    models.UUIDField,
)  # fmt: skip
EVERY = [m for m in apps.get_models(include_auto_created=True) if not m._meta.proxy]
OURS = [m for m in EVERY if not m.__module__.startswith("tests.")]
MACHINE = System("a test")


def fields_of(model: type[models.Model]) -> list[Any]:
    return list(model._meta.local_concrete_fields)


# What is declared


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_model_says_what_it_keeps(model: type[models.Model]) -> None:
    if model._meta.auto_created:  # a table of pairs holds keys only
        assert not [f.name for f in fields_of(model) if not isinstance(f, BARE)]
        return
    package = model.__module__.split(".")[1]
    assert model in retaining.declared(), (
        f"name {model.__name__} in KEPT of {package}/retention.py: why it is kept (or PUBLIC, PROOF, PASSING),"
        " and until when (rules)"
    )


@pytest.mark.parametrize("model", retaining.declared(), ids=lambda model: model._meta.label)
def test_every_field_is_classed_as_telling_of_somebody_or_of_nobody(
    model: type[models.Model],
) -> None:
    kept = retaining.declared()[model]
    held = {f.name for f in fields_of(model) if not isinstance(f, BARE)}
    assert not held - set(kept.classed), (
        "class them: personal (it may tell of somebody), typed (people write there, and may name a firm),"
        " plain (it tells of nobody)"
    )
    assert not set(kept.classed) - {f.name for f in fields_of(model)}, "no such field"
    assert len(kept.classed) == len(set(kept.classed)), "one class each"
    assert bool(kept.personal) == bool(kept.whose), "say of whom (whose=)"


@pytest.mark.parametrize("model", retaining.declared(), ids=lambda model: model._meta.label)
def test_what_an_erasure_or_a_rule_changes_the_database_lets_it_change(
    model: type[models.Model],
) -> None:
    kept, table = retaining.declared()[model], model._meta.db_table
    if kept.is_erased:
        assert table not in append_only.tables()
    for rule in kept.rules:
        assert table not in append_only.tables() or (rule.empties is None and kept.rules == (rule,))
    for name in (*kept.bearing.split(), *(kept.erased or {})):
        model._meta.get_field(name)


@pytest.mark.parametrize("model", retaining.declared(), ids=lambda model: model._meta.label)
def test_what_tells_of_somebody_goes_one_day(model: type[models.Model]) -> None:
    kept = retaining.declared()[model]
    if not kept.personal:
        return
    wiped: set[str] = set()
    for rule in kept.rules:
        wiped |= set(rule.empties) if rule.empties is not None else set(kept.personal.split())
    if kept.firm or kept.holding or kept.bearing:
        wiped |= set(kept.erased) if kept.erased is not None else set(kept.personal.split())
    assert not set(kept.personal.split()) - wiped


def test_each_rule_has_a_name_of_its_own_and_both_languages() -> None:
    names = [rule.name for _model, rule in retaining.rules()]
    assert len(names) == len(set(names)) > 10
    for kept in retaining.declared().values():
        for words in (kept.why, *(rule.words for rule in kept.rules)):
            assert words.fr
            assert words.en
            assert words.fr != words.en


def test_no_rule_touches_the_ledger_nor_what_is_published() -> None:
    for model, _rule in retaining.rules():
        assert model._meta.app_label not in {"ledger", "figures"}


# Ten years


def noon(year: int, month: int = 6, day: int = 15) -> datetime:
    return datetime(year, month, day, 12, tzinfo=UTC)


@pytest.fixture
def ten_years(db: None, tmp_path: Path) -> Iterator[None]:
    """A little of everything in June of each year from 2015 to 2024, then the last evening of 2024."""
    from tests.factories import conventions

    adviser = make.actor()
    chief = make.actor(Role.ADMINISTRATOR, adviser.organisation)
    convention = conventions.loaded()
    places.places_loaded()
    with clock.at(noon(2014)):
        bakery = register.establishment()
        Load.objects.update(staged_at=noon(2014), activated_at=noon(2014), settled_at=noon(2014))
    (tmp_path / "mail").mkdir()
    (tmp_path / "answers" / "firms").mkdir(parents=True)
    for year in range(2015, 2025):
        with clock.at(noon(year)):
            one_year(year, adviser, chief, convention, bakery)
        for name, text in (
            (f"mail/{year}.eml", "To: a@a.example"),
            (f"answers/firms/{year}.json", "{}"),
        ):
            (tmp_path / name).write_text(text)
            os.utime(tmp_path / name, (noon(year).timestamp(),) * 2)
    (tmp_path / "mail" / "lately.eml").write_text("To: a@a.example")
    os.utime(tmp_path / "mail" / "lately.eml", (noon(2024, 12, 1).timestamp(),) * 2)
    with clock.at(noon(2024, 12, 31)), override_settings(HOME=tmp_path):
        yield


def one_year(year: int, adviser: Actor, chief: Actor, convention: Any, bakery: Any) -> None:
    seen = outreach.visit(
        adviser, bakery, note=f"Notes of {year}", note_level=NoteLevel.CONFIDENTIAL,
        heard=outreach.heard(adviser),
    )  # fmt: skip
    outreach.photo(adviser, seen)
    journal.read(adviser, "note", "1", "1", "Preparing a visit")
    walk = Campaign.objects.create(
        organisation=adviser.acting_for(), title="Walk", territory="mel", created_by=adviser.person,
        starts_on=noon(year).date(), ends_on=noon(year).date(),
    )  # fmt: skip
    KeptRound.objects.create(
        campaign=walk, organisation=adviser.acting_for(), adviser=adviser.person,
        day=noon(year).date(), planned_at=noon(year),
    )  # fmt: skip
    Appointment.objects.create(
        organisation=adviser.acting_for(), establishment=bakery, day=noon(year).date(), at=36_000,
        agreed_by=adviser.person,
    )  # fmt: skip
    OpeningHours.objects.create(
        organisation=make.organisation(), establishment=bakery, noted_on=noon(year).date()
    )
    diagnoses.diagnosis(adviser, bakery, note=f"Said in {year}")
    desks.project(adviser, name=f"Met in {year}")
    events.kept_line(adviser.acting_for(), bakery, registered_at=noon(year))
    asked = needs.need(adviser, bakery, words=f"Words of {year}")
    send_referral(need=asked, partner=adviser.acting_for(), by=adviser, message="Call them")
    offered = inviting.invite(email=f"i{year}@a.example", name="I", role=Role.ADVISER, by=chief)
    Invitation.objects.unscoped(reason="dated by the test").filter(pk=offered.pk).update(
        invited_at=noon(year), expires_at=noon(year, 7)
    )
    held = actions.open_membership(
        email=f"p{year}@a.example", name="P", role=Role.ADVISER, by=chief
    )
    AdviserProfile.objects.create(
        organisation=adviser.acting_for(), person=held.person, said_at=noon(year)
    )
    outreach.walk(adviser)
    actions.end_membership(membership=held, by=chief)
    for state in (State.SENT, State.FAILED, State.UNCERTAIN, State.CANCELLED):
        made = post.standing(state, chief.organisation)
        post.everything().filter(pk=made.pk).update(created_at=noon(year))
    token = post.token(subject=str(year))
    assert token
    Link.objects.filter(subject=str(year)).update(expires_at=noon(year, 7))
    intake.reject(
        intake.load(state="active", staged_at=noon(year), found={"examples": {"new": []}})
    )
    intake.load(state="previewed", staged_at=noon(year))
    Session.objects.create(session_key=f"s{year}", session_data="x", expire_date=noon(year))
    Bucket.objects.create(name="login", digest=str(year), expires_at=noon(year))
    money(year, convention)
    asked_by_the_firm(year, bakery, adviser)
    cohorts.kept_line(chief.organisation, bakery)
    for place in (bakery, None):
        lists.kept_line(chief.organisation, place, staged_at=noon(year))


def asked_by_the_firm(year: int, bakery: Any, adviser: Actor) -> None:
    access = firmside.access(adviser.organisation, bakery.legal_unit)
    every = FirmAccess.objects.unscoped(reason="dated by the test")
    every.filter(pk=access.pk).update(sent_to=f"f{year}@a.example", until=noon(year, 7))
    asked = firmside.request(access=access)
    own.answer(request=asked, is_accepted=True, words="C’est fait", by=adviser)


def money(year: int, convention: Any) -> None:
    from maillage.conventions.models import Entry

    owner = convention.keeper
    Entry.objects.create(
        kind=Entry.Kind.PAYMENT, convention=convention, owner=owner, label=f"M. {year}",
        reference="F1", on=noon(year - 5).date(), funder=owner, payee=owner, amount_cents=100,
        recorded_at=noon(year), once=uuid7(),
    )  # fmt: skip


@pytest.mark.usefixtures("ten_years")
def test_ten_years_later_nothing_outlives_its_rule_and_the_rest_stands() -> None:
    before = {line.rule.name: line.rows for line in retaining.look()}
    assert all(before[name] > 0 for name in before if name != "addresses_of_those_who_left"), before

    run = retaining.apply(by=MACHINE)

    assert run.detail == {name: rows for name, rows in before.items() if rows}
    assert not [line for line in retaining.look() if line.rows]
    notes = Visit.objects.unscoped(reason="tests read all").exclude(note_confidential="")
    assert sorted(v.occurred_on.year for v in notes) == [2022, 2023, 2024]
    assert Visit.objects.unscoped(reason="tests read all").count() == 10
    signals = Signal.objects.unscoped(reason="tests read all")
    assert [s.occurred_on.year for s in signals] == [2024]
    assert [a.at.year for a in Access.objects.unscoped(reason="tests read all")] == [2024]
    assert [r.load.staged_at.year for r in Reject.objects.all()] == [2024]
    left = post.everything().exclude(template__startswith="needs/")  # these wait to be sent
    assert {m.created_at.year for m in left.exclude(recipient="")} == {2024}
    named = Person.objects.filter(name="P").values_list("email", flat=True)
    assert {str(email)[1:5] for email in named} == {"2022", "2023", "2024"}
    assert not Invitation.objects.unscoped(reason="tests read all").exists()
    assert [p.name for p in (Path(settings.HOME) / "mail").iterdir()] == ["lately.eml"]
    assert not list((Path(settings.HOME) / "answers" / "firms").iterdir())


@pytest.mark.usefixtures("ten_years")
def test_the_dry_run_tells_since_when_the_oldest_is_there() -> None:
    told = {line["rule"]: line for line in (due.told for due in retaining.look())}
    oldest = {
        "notes_of_visits": "2015-06-15",
        "old_rejects": "2015-06-15T12",
        "messages_in_files": "2015-06-15T12",
        "labels_of_money": "2010-06-15",
    }
    for rule, since in oldest.items():
        assert told[rule]["oldest"].startswith(since), told[rule]
    assert told["people_who_left"]["oldest"] is None  # counted from no instant of its own
    retaining.apply(by=MACHINE)
    assert not [due for due in retaining.look() if due.oldest]


@pytest.mark.usefixtures("ten_years")
def test_a_second_run_finds_nothing_and_a_killed_one_is_gone_on_with() -> None:
    stopped = retaining.rules()
    model, rule = next(one for one in stopped if one[1].name == "notes_of_visits")
    retaining._apply(model, rule, clock.now())  # what a process did before it was killed
    first, second = retaining.apply(by=MACHINE), retaining.apply(by=MACHINE)
    assert "notes_of_visits" not in first.detail
    assert first.total > 0
    assert second.total == 0
    assert RetentionRun.objects.count() == 2


@pytest.mark.usefixtures("ten_years")
def test_who_left_keeps_what_they_did_and_loses_who_they_are() -> None:
    gone = Person.objects.get(email="p2016@a.example")
    retaining.apply(by=MACHINE)
    gone.refresh_from_db()
    assert (gone.name, gone.is_active) == ("", False)
    assert "2016" not in gone.email
    assert not gone.has_usable_password()
    assert Membership.objects.unscoped(reason="tests read all").filter(person=gone).exists()


@pytest.mark.django_db
def test_whoever_still_works_somewhere_is_named_however_long_ago_they_came() -> None:
    with clock.at(noon(2010)):
        chief = make.actor(Role.ADMINISTRATOR)
        held = actions.open_membership(email="a@a.example", name="A", role=Role.ADVISER, by=chief)
        actions.end_membership(membership=held, by=chief)
        actions.open_membership(email="a@a.example", name="A", role=Role.OFFICER, by=chief)
    with clock.at(noon(2020)):
        retaining.apply(by=MACHINE)
    assert Person.objects.get(email="a@a.example").name == "A"


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_refuses_to_forget_a_reading_of_this_year() -> None:
    reader = make.actor()
    journal.read(reader, "note", "1", "1", "Preparing a visit")
    with clock.at(noon(2015)):
        journal.read(reader, "note", "2", "2", "Preparing a visit")
    every = Access.objects.unscoped(reason="tests read all")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        every.filter(object_key="1").delete()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        every.filter(object_key="2").update(why="Another")
    every.filter(object_key="2").delete()
    assert list(every.values_list("object_key", flat=True)) == ["1"]


# Who does it


@pytest.mark.django_db
def test_nobody_but_the_machine_and_the_organisation_in_charge_applies_the_rules() -> None:
    with pytest.raises(NotAllowed):
        retaining.apply(by=make.actor(Role.ADMINISTRATOR))
    assert not RetentionRun.objects.exists()
    assert jobs.apply_retention.call() == 0
    assert RetentionRun.objects.get().by is None


@pytest.mark.django_db
def test_the_job_comes_back_every_day() -> None:
    from maillage.site import jobs as known

    named = {task.module_path: every for task, every in known.coming_back()}
    assert named["maillage.accounts.jobs.apply_retention"] == timedelta(days=1)


# The command


def said(*words: str) -> str:
    out = StringIO()
    call_command("retention", *words, stdout=out)
    return out.getvalue()


@pytest.mark.usefixtures("ten_years")
def test_the_command_only_tells_unless_it_is_asked_to_apply() -> None:
    told = json.loads(said("--json"))
    assert told["applied"] is False
    assert told["rows"] > 10
    assert "nothing was touched" in said()
    assert "the oldest of 2015-06-15" in said()
    assert not RetentionRun.objects.exists()

    done = json.loads(said("--apply", "--json"))
    assert (done["applied"], done["rows"]) == (True, told["rows"])
    assert {line["rule"]: line["rows"] for line in done["rules"]} == {
        line["rule"]: line["rows"] for line in told["rules"]
    }
    assert json.loads(said("--json"))["rows"] == 0


# The page


@pytest.mark.usefixtures("ten_years")
def test_the_page_tells_the_rules_in_force_what_is_due_and_what_was_done(client: Client) -> None:
    make.signed_in(client, Role.ADMINISTRATOR)
    page = client.get("/conservation/").content.decode()
    assert "Durées de conservation" in page
    assert "3 ans" in page
    assert "7 lignes" in page  # notes of 2015 to 2021
    assert "La plus ancienne est du 15 juin 2015" in page
    assert "Peut parler de l’entreprise" in page
    assert "Peut parler d’un correspondant" in page
    assert "destinataire, objet, texte" in page  # the words of the screen, never those of the code
    assert "Messages posés en fichiers" in page
    assert "10 fichiers sont concernés" in page
    assert "Aussitôt\u00a0: Adresse supprimée" in page
    assert "Pas encore" in page
    retaining.apply(by=MACHINE)
    page = client.get("/conservation/").content.decode()
    assert "La machine" in page
    assert "Notes vidées\u00a0: 7." in page
    assert "Fichier supprimé\u00a0: 10." in page
    assert "7 lignes" not in page


@pytest.mark.django_db
def test_an_adviser_does_not_read_it(client: Client) -> None:
    make.signed_in(client, Role.ADVISER)
    assert client.get("/conservation/").status_code == 403


@pytest.mark.django_db
def test_the_page_asks_no_more_queries_for_more_runs(
    client: Client, django_assert_num_queries: Any
) -> None:
    from django.test.utils import CaptureQueriesContext

    make.signed_in(client, Role.ADMINISTRATOR)
    retaining.apply(by=MACHINE)
    client.get("/conservation/")  # what a process reads once is read
    with CaptureQueriesContext(connection) as one:
        client.get("/conservation/")
    for _ in range(10):
        retaining.apply(by=MACHINE)
    with django_assert_num_queries(len(one)):
        client.get("/conservation/")


def test_every_field_of_the_page_has_its_words() -> None:
    """A field that its model names in no language would show as the code calls it."""
    for model, kept in retaining.declared().items():
        if model.__module__.startswith("maillage."):
            for name in (*kept.personal.split(), *kept.typed.split()):
                field: Any = model._meta.get_field(name)
                assert field._verbose_name, f"give {model.__name__}.{name} its words"
