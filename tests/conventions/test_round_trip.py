"""A text said once is the same everywhere: on screen, in its file, in another instance, in an amendment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings

from maillage import ledger
from maillage.accounts.actors import System
from maillage.accounts.roles import Role
from maillage.conventions.actions import texts
from maillage.conventions.forms.sections import SECTIONS
from maillage.conventions.forms.texts import HeadForm
from maillage.conventions.importers import toml_file
from maillage.conventions.importers.toml_file import Outcome, library
from maillage.conventions.models import Convention, Version
from maillage.conventions.models.rows import Row
from maillage.conventions.readings import names_by_key, text_of, version_text, with_text
from maillage.conventions.text import document as doc
from maillage.conventions.text.reading import read
from maillage.conventions.text.writing import write
from tests.factories import conventions as make
from tests.factories.accounts import signed_in
from tests.factories.places import places_loaded

BY = System("a test")
DRAWN = settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def without_geography(text: doc.ConventionText) -> doc.ConventionText:
    return replace(text, territory="")


def text_now(version: Version) -> doc.VersionText:
    whole = with_text(Version.objects.filter(pk=version.pk)).get()
    return version_text(whole, names_by_key([whole]))


def loaded(text: doc.ConventionText) -> Convention:
    return toml_file.load(write(text), by=BY, create_organisations=True).convention


@pytest.mark.django_db
@DRAWN
@given(make.convention_texts())
def test_a_file_loaded_twice_changes_nothing_and_records_nothing(
    db_rollback: Any, text: doc.ConventionText
) -> None:
    with db_rollback():
        first = loaded(without_geography(text))
        acts = ledger.Act.objects.unscoped(reason="a test").count()
        for written in (write(without_geography(text)), write(text_of(first))):
            assert toml_file.load(written, by=BY).outcome is Outcome.UNCHANGED
        assert ledger.Act.objects.unscoped(reason="a test").count() == acts
        assert acts == sum(version.signed for version in text.versions)


@pytest.mark.django_db
@DRAWN
@given(make.convention_texts())
def test_an_amendment_begins_by_saying_what_it_amends(
    db_rollback: Any, text: doc.ConventionText
) -> None:
    """Votes and days are its own; every key, promise, share and line of money is the same."""
    signed = replace(text.versions[0], signed=True, signed_on=text.versions[0].effective_on)
    text = replace(without_geography(text), versions=(signed,))
    with db_rollback():
        held = loaded(text)
        draft = texts.amend(convention=held, by=BY)
        before, after = (text_now(v) for v in held.versions.order_by("number"))
        assert after.number == draft.number == before.number + 1
        blank = {"signed_on": None, "effective_on": None, "deliberations": (), "doubt": ""}
        assert after == replace(before, number=1, signed=False, **blank)


@pytest.mark.django_db
@DRAWN
@given(make.convention_texts())
def test_an_amendment_signed_unchanged_leaves_the_same_text_in_force(
    db_rollback: Any, text: doc.ConventionText
) -> None:
    signed = replace(text.versions[0], signed=True, signed_on=text.versions[0].effective_on)
    text = replace(without_geography(text), versions=(signed,))
    with db_rollback():
        held = loaded(text)
        draft = texts.amend(convention=held, by=BY)
        day = signed.effective_on
        assert day is not None
        if signed.effective_until is not None:
            day = min(day + timedelta(days=1), signed.effective_until)
        texts.edit_head(version=draft, values={"effective_on": day}, edition=0, by=BY)
        texts.sign(version=draft, signed_on=day, by=BY)
        first, second = (text_now(v) for v in held.versions.order_by("number"))
        assert [a.key for a in first.actions()] == [a.key for a in second.actions()]
        assert list(first.all_targets()) == list(second.all_targets())
        assert read(write(text_of(held))).versions[1].signed


@pytest.fixture
def shipped(db: None) -> Iterator[None]:
    places_loaded()
    with transaction.atomic():
        yield


@pytest.mark.parametrize("name", sorted(library()))
def test_a_shipped_convention_travels_to_another_instance_and_back(
    shipped: None, name: str
) -> None:
    """Exported here, loaded where nobody knows its parties, exported there: the same file."""
    text = library()[name].replace('"capso"', '"call"')  # the small geography does not hold it
    with transaction.atomic():
        here = write(
            text_of(toml_file.load(text, by=BY, file=name, create_organisations=True).convention)
        )
        transaction.set_rollback(True)
    there = toml_file.load(here, by=BY, create_organisations=True)
    assert there.outcome is Outcome.CREATED
    assert write(text_of(there.convention)) == here
    assert read(here) == read(text)


@pytest.mark.parametrize("name", ["mel-cma-2019.toml", "pmdess-2015.toml"])
def test_a_shipped_convention_is_read_on_its_page_with_what_its_source_does_not_say(
    shipped: None, client: Client, name: str
) -> None:
    text = library()[name].replace('"capso"', '"call"')
    held = toml_file.load(text, by=BY, file=name, create_organisations=True).convention
    said = read(text).versions[-1]
    for language in ("fr", "en"):
        client.cookies["django_language"] = language
        shown = client.get(reverse("conventions:text", args=[held.slug])).content.decode()
        assert shown.count("Doute" if language == "fr" else "Doubt:") >= bool(said.doubt)
        for axis in said.axes:
            assert f'<span class="axis-n">{axis.code}</span>' in shown
        for action in said.actions():
            assert reverse("conventions:action", args=[held.slug, action.code]) in shown


# On screen


def typed(form: Any) -> dict[str, Any]:
    """What a browser sends back of a form that nobody touched."""
    sent: dict[str, Any] = {}
    for bound in form:
        value = bound.value()
        many = isinstance(value, list)
        plain = [getattr(v, "pk", v) for v in value] if many else getattr(value, "pk", value)
        if plain is not None and plain is not False:
            sent[bound.name] = bound.field.prepare_value(plain)
    return sent


@pytest.mark.django_db
@settings(DRAWN, max_examples=3)
@given(make.convention_texts())
def test_saving_every_form_of_a_draft_untouched_changes_nothing_of_its_text(
    db_rollback: Any, text: doc.ConventionText
) -> None:
    """Whatever a file says, opening each line on screen and saving it keeps every word of it."""
    draft_text = replace(plain_text(text.versions[0]), signed=False, signed_on=None)
    whole = replace(without_geography(text), versions=(draft_text,))
    with db_rollback():
        held = loaded(whole)
        draft = held.versions.get()
        before = text_now(draft)
        for name, section in SECTIONS.items():
            rows: list[Row] = list(getattr(draft, name).all())
            for row in rows:
                initial = section.form.initial_of(row)
                shown = section.form(initial=initial, version=draft)
                form = section.form(typed(shown), initial=initial, version=draft)
                assert form.is_valid(), (name, form.errors)
                texts.edit_line(
                    version=draft, model=section.model, pk=row.pk,
                    values=form.values(), by=BY, **form.sending(),
                )  # fmt: skip
        shown = HeadForm(initial=HeadForm.initial_of(draft), version=draft)
        head = HeadForm(typed(shown), initial=HeadForm.initial_of(draft), version=draft)
        assert head.is_valid(), head.errors
        texts.edit_head(version=draft, values=head.values(), edition=draft.edition, by=BY)
        assert text_now(Version.objects.get(pk=draft.pk)) == before


def plain_text(version: doc.VersionText) -> doc.VersionText:
    """Words as a browser sends them: without controls nor blanks around, a line's end being one."""

    def clean(thing: Any) -> Any:
        if isinstance(thing, str) and type(thing) is str:
            kept = "".join(c for c in thing if c.isprintable())
            return kept.strip()
        if isinstance(thing, tuple):
            return tuple(filter(None, (clean(item) for item in thing)))
        if hasattr(thing, "__dataclass_fields__"):
            names = thing.__dataclass_fields__
            return replace(thing, **{name: clean(getattr(thing, name)) for name in names})
        return thing

    def titled(axis: doc.AxisText) -> doc.AxisText:
        actions = tuple(replace(a, title=a.title or "Titre") for a in axis.actions)
        return replace(axis, title=axis.title or "Titre", actions=actions)

    cleaned: doc.VersionText = clean(version)
    return replace(cleaned, axes=tuple(titled(axis) for axis in cleaned.axes))


@pytest.mark.django_db
def test_a_convention_made_on_screen_is_the_one_of_its_file(client: Client) -> None:
    """The programme officer types the minimal convention; its export loads as the same text."""
    epci, chamber = make.organisations()
    signed_in(client, Role.OFFICER, epci)

    def post(name: str, *args: Any, **sent: Any) -> None:
        response = client.post(reverse(f"conventions:{name}", args=args), sent)
        assert response.status_code == 302, response.content.decode()[-2000:]

    def add(name: str, **sent: Any) -> None:
        section = SECTIONS[name]
        once = typed(section.form(version=draft, adds=True))["once"]
        post("add_line", "test-2019", name, once=once, **sent)

    opened = {"title": "Convention MEL et CMA", "slug": "test-2019"}
    post("create", once="0197b2a0-0000-7000-8000-000000000001", **opened)
    draft = Version.objects.get()
    post(
        "edit_head", "test-2019", version=0, title="Convention MEL et CMA", basis="signed_text",
        effective_on="2019-04-05", effective_until="31/12/2020", amount_cents="150 000",
        announced_actions="18",
    )  # fmt: skip
    mine = draft.parties.get()
    post(
        "edit_line",
        "test-2019",
        "parties",
        mine.pk,
        version=0,
        organisation=epci.pk,
        share_bp="33,34",
    )
    add("parties", organisation=chamber.pk, share_bp="66.66 %")
    add("deliberations", organisation=epci.pk, decided_on="2019-04-05", outcome="approved")
    add("axes", code="1", title="Prospecter")
    axis = draft.axes.get()
    add(
        "actions", axis=axis.pk, code="1.1", title="Visiter", pilot=chamber.pk, partners=[epci.pk],
        starts_on="2019-05-01", due_on="2020-06-30", steps="Liste\nVisites",
    )  # fmt: skip
    add(
        "targets", code="T1", kind="floor", indicator="conventions.late_actions@1",
        organisations=[epci.pk], amount="4 000", by_on="2020-12-31",
    )  # fmt: skip
    add("budget", funder=epci.pk, year="2019", amount_cents="75 000,50")
    post("sign", "test-2019", signed_on="2019-06-01")
    exported = client.get(reverse("conventions:export", args=["test-2019"])).content.decode()
    minimal = make.MINIMAL.replace('territory = "mel"\nkeeper', "keeper")
    assert read(exported).versions == read(minimal).versions
    assert toml_file.load(minimal, by=BY).outcome is Outcome.UNCHANGED
    (act,) = ledger.Act.objects.unscoped(reason="a test")
    assert (act.kind, act.occurred_on) == ("conventions.version_signed", date(2019, 6, 1))
