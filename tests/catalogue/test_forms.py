"""The form of an entry: what it shows is what was said, what comes back says the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.catalogue.content import Content
from maillage.catalogue.fields import CodesField
from maillage.catalogue.forms import EditEntryForm, NewEntryForm, initial
from maillage.catalogue.models import EntryVersion, holding
from maillage.catalogue.vocabulary import Moment
from maillage.kernel import clock
from tests.factories import catalogue as make

pytestmark = pytest.mark.django_db

said = st.fixed_dictionaries(
    {
        "title": st.sampled_from(["Atelier", "Visite n° 2"]),
        "summary": st.sampled_from(["", "En une ligne"]),
        "how": st.sampled_from(["", "Appeler."]),
        "fees": st.sampled_from(["", "free", "paid"]),
        "email": st.sampled_from(["", "a@b.example"]),
        "link": st.sampled_from(["", "https://a.example/x"]),
        "themes": st.sampled_from([(), ("cash",), ("cash", "energy")]),
        "moments": st.sampled_from([(), (Moment.CREATION.value,)]),
        "everywhere": st.booleans(),
        "areas": st.sampled_from([(), ("59350", "R32")]),
        "areas_out": st.sampled_from([(), ("62",)]),
        "activities": st.sampled_from([(), ("10.71C", "43")]),
        "is_priority": st.booleans(),
        "headcount_min": st.sampled_from([None, 0, 3]),
        "headcount_max": st.sampled_from([None, 9]),
        "legal_forms": st.sampled_from([(), ("54",)]),
        "segments": st.sampled_from([(), ("craft_rm",)]),
        "age_min": st.sampled_from([None, 2]),
        "qpv_only": st.booleans(),
        "other": st.sampled_from(["", "Être à jour."]),
        "valid_from": st.sampled_from([None, date(2020, 1, 1)]),
        "valid_until": st.sampled_from([None, date(2020, 12, 31)]),
    }
)


def sent(told: dict[str, Any]) -> QueryDict:
    """What a browser sends of a form as it is filled in."""
    data = QueryDict(mutable=True)
    for name, value in told.items():
        if isinstance(value, list):
            data.setlist(name, value)
        elif isinstance(value, bool):
            data.update({name: "on"} if value else {})
        elif value is not None:
            data[name] = value.isoformat() if isinstance(value, date) else str(value)
    return data


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(said)
def test_a_form_sent_back_as_it_came_says_the_same(told: dict[str, Any]) -> None:
    content = make.content(**told)
    version = EntryVersion(entry=make.entry(), number=1, made_at=clock.now(), **content.fields())
    form = EditEntryForm(sent(initial(version)))
    assert form.is_valid(), form.errors
    again: Content = form.content(version)
    assert replace(again, told_on=content.told_on) == content
    assert again.digest == content.digest


def test_a_new_entry_needs_a_name_and_a_form_of_ours() -> None:
    form = NewEntryForm(QueryDict("sort=service"))
    assert set(form.errors) == {"title", "once"}


@pytest.mark.parametrize("text", ["javascript:alert(1)", "pas une page", "ftp://a.example"])
def test_a_page_is_an_address_of_the_web(text: str) -> None:
    form = NewEntryForm(QueryDict(f"sort=service&title=A&link={text}"))
    assert "link" in form.errors


def test_sorts_of_firm_leave_sizes_and_ages_to_the_fields_that_say_them_better() -> None:
    codes = {code for code, _label in NewEntryForm().fields["segments"].choices}  # type: ignore[attr-defined]
    assert {"craft_rm", "ess_listed", "family_food"} <= codes
    assert not {code for code in codes if code.startswith(("size_", "stage_"))}


def test_an_entry_says_the_same_words_under_one_fingerprint_whatever_the_day() -> None:
    one = make.content(title="A", told_on=date(2020, 1, 1))
    assert replace(one, told_on=date(2021, 1, 1)).digest == one.digest
    assert replace(one, how="Appeler.").digest != one.digest
    assert replace(one, asks=replace(one.asks, age_min=2)).digest != one.digest


# Fields of codes


@pytest.mark.parametrize("codes", [(), ("59350",), ("59350", "59")])
def test_codes_come_back_as_they_were_kept(codes: tuple[str, ...]) -> None:
    made = make.entry(areas=codes, everywhere=not codes)
    assert make.last(made).areas == codes


def test_a_code_is_found_whole_and_never_as_part_of_another() -> None:
    make.entry(title="Département", areas=("59",), everywhere=False)
    make.entry(title="Commune", areas=("59350", "62"), everywhere=False)
    rows = EntryVersion.objects.offered()
    assert list(rows.filter(holding("areas", "59")).values_list("title", flat=True)) == [
        "Département"
    ]
    assert list(rows.filter(holding("areas", "62")).values_list("title", flat=True)) == ["Commune"]
    assert rows.filter(holding("areas", "59", "59350")).count() == 2
    assert rows.filter(holding("areas")).count() == 0


def test_a_field_of_codes_is_written_between_bars() -> None:
    field = CodesField()
    assert field.get_prep_value(("a", "b")) == "|a|b|"
    assert field.get_prep_value(()) == ""
    assert field.get_prep_value("|a|") == "|a|"
    assert field.to_python("|a|b|") == field.to_python(["a", "b"]) == ("a", "b")
    assert field.to_python(None) == ()
    kept = EntryVersion._meta.get_field("areas")
    assert kept.value_to_string(EntryVersion(areas=("59",))) == "|59|"
