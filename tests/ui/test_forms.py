import uuid
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from django import forms
from django.http import QueryDict
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from maillage.kernel.errors import Invalid
from maillage.ui.conflict import differences, stale_edit
from maillage.ui.forms import DateField, Form, OnceForm, VersionedForm

MET = [("owner", "Le dirigeant"), ("nobody", "Personne")]


class Visit(Form):
    name = forms.CharField(label="Nom", help_text="Comme sur la devanture")
    seen_on = DateField(label="Jour")
    met = forms.ChoiceField(label="Rencontre", choices=MET, widget=forms.RadioSelect)
    needs = forms.MultipleChoiceField(
        label="Besoins",
        choices=[("a", "Local"), ("b", "Apprenti")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    agrees = forms.BooleanField(label="Accord", required=False)


class Edit(VersionedForm):
    name = forms.CharField(label="Nom")
    met = forms.ChoiceField(label="Rencontre", choices=MET)
    needs = forms.MultipleChoiceField(
        label="Besoins", choices=[("a", "Local"), ("b", "Apprenti")], required=False
    )
    seen_on = DateField(label="Jour", required=False)
    agrees = forms.BooleanField(label="Accord", required=False)


class Create(OnceForm):
    name = forms.CharField()


def draw(source, **context):
    with translation.override("fr"):
        html = Template("{% load ui %}" + source).render(Context(context))
    return BeautifulSoup(html, "html.parser")


def test_a_field_ties_label_help_and_error_to_its_control():
    page = draw("{% field form.name %}", form=Visit({}))
    control = page.input
    assert page.label["for"] == control["id"]
    assert control["aria-invalid"] == "true"
    described = [page.find(id=i).get_text(strip=True) for i in control["aria-describedby"].split()]
    assert described == ["Comme sur la devanture", "Ce champ est obligatoire."]


def test_a_day_is_picked_with_the_devices_calendar_in_iso():
    page = draw("{% field form.seen_on %}", form=Visit(initial={"seen_on": date(2020, 6, 30)}))
    assert page.input["type"] == "date"
    assert page.input["value"] == "2020-06-30"


@pytest.mark.parametrize("typed", ["2020-06-30", "30/06/2020"])
def test_a_day_typed_by_hand_is_understood_too(typed):
    assert DateField().clean(typed) == date(2020, 6, 30)


def test_choices_are_tiles_with_a_legend_and_whole_labels():
    page = draw("{% choices form.met columns=2 %}", form=Visit(initial={"met": "owner"}))
    assert page.fieldset["class"] == ["field", "choices", "two"]
    assert page.legend.get_text(strip=True) == "Rencontre"
    # Each holds its own: an id for every choice would weigh on a form filled in the street.
    assert all(label.input and label.span.get_text() for label in page.find_all("label"))
    assert not page.select("input[id], label[for]")
    assert [i.get("checked") is not None for i in page.find_all("input")] == [True, False]


def test_field_draws_groups_as_tiles_and_one_box_as_a_tile_never_ticked_beforehand():
    page = draw("{% field form.needs %}{% field form.agrees %}", form=Visit())
    assert page.fieldset.legend.get_text(strip=True).startswith("Besoins")
    box = page.find("input", attrs={"name": "agrees"})
    assert box.find_parent("label")
    assert box.get("checked") is None


def test_the_summary_of_errors_is_focused_and_links_to_each_field():
    form = Visit({"met": "owner"})
    page = draw("{% form_errors form %}{{ form }}", form=form)
    summary = page.select_one(".errors")
    assert summary["role"] == "alert"
    assert summary.has_attr("autofocus")
    assert [a["href"] for a in summary.find_all("a")] == ["#id_name", "#id_seen_on"]
    assert all(page.select_one(a["href"]) for a in summary.find_all("a"))


def test_an_error_of_a_group_of_choices_links_to_the_group():
    page = draw("{% form_errors form %}{% choices form.met %}", form=Visit({"name": "x"}))
    (target,) = (a["href"] for a in page.select(".errors a") if "met" in a["href"])
    assert page.select_one(target).name == "fieldset"


def test_a_form_without_error_has_no_summary():
    form = Visit({"name": "x", "seen_on": "2020-06-30", "met": "owner"})
    assert draw("{% form_errors form %}", form=form).div is None
    assert draw("{{ form }}", form=form).find("input", attrs={"name": "name"})["value"] == "x"


def test_what_was_typed_is_kept_and_escaped_in_a_refused_form():
    page = draw("{{ form }}", form=Visit({"name": '"><script>', "met": "owner"}))
    assert page.find("input", attrs={"name": "name"})["value"] == '"><script>'
    assert page.script is None


def test_a_refusal_is_shown_on_the_fields_it_speaks_of():
    form = Visit({"name": "x", "seen_on": "2020-06-30", "met": "owner"})
    assert form.is_valid()
    form.refuse(Invalid("Non", fields={"seen_on": "Ce jour est à venir.", "other": "Autre."}))
    assert form.errors["seen_on"] == ["Ce jour est à venir."]
    assert form.non_field_errors() == ["Autre."]


def test_a_refusal_without_field_is_shown_on_top_with_its_remedy():
    form = Visit({"name": "x", "seen_on": "2020-06-30", "met": "owner"})
    assert form.is_valid()
    form.refuse(Invalid("La campagne est close.", remedy="Rouvrez-la."))
    page = draw("{% form_errors form %}", form=form)
    assert page.li.get_text(strip=True) == "La campagne est close. Rouvrez-la."
    assert page.a is None


def test_a_creating_form_carries_a_key_that_survives_a_refusal():
    blank = draw("{{ form }}", form=Create()).find("input", attrs={"name": "once"})
    assert uuid.UUID(blank["value"]).version == 7
    again = draw("{{ form }}", form=Create({"once": blank["value"]}))
    assert again.find("input", attrs={"name": "once"})["value"] == blank["value"]


@pytest.mark.parametrize("key", ["", "abc"])
def test_a_form_the_server_did_not_issue_is_refused(key):
    form = Create({"name": "x", "once": key})
    assert not form.is_valid()
    assert list(form.errors) == ["once"]


TYPED = "name=Ma+version&met=owner&needs=a&needs=b&version=3"


def edit():
    form = Edit(QueryDict(TYPED))
    assert form.is_valid(), form.errors
    return form


def test_a_stale_edit_is_seen():
    assert edit().is_stale(4)
    assert not edit().is_stale(3)


CURRENT = {
    "name": "Leur <b>version</b>",
    "met": "nobody",
    "needs": ["a"],
    "seen_on": date(2020, 7, 1),
    "agrees": True,
}


def test_both_texts_are_written_in_words():
    with translation.override("en"):
        rows = [(row.label, row.mine, row.theirs) for row in differences(edit(), CURRENT)]
    assert rows == [
        ("Nom", "Ma version", "Leur <b>version</b>"),
        ("Rencontre", "Le dirigeant", "Personne"),
        ("Besoins", "Local, Apprenti", "Local"),
        ("Jour", "nothing", "1 July 2020"),
        ("Accord", "no", "yes"),
    ]


def test_what_is_the_same_or_unknown_is_not_shown():
    assert differences(edit(), {"name": "Ma version", "elsewhere": 1}) == []


def answer(current):
    return stale_edit(
        RequestFactory().post(
            "/visites/1/", TYPED, content_type="application/x-www-form-urlencoded"
        ),
        edit(),
        current=current,
        version=4,
        back="/visites/1/",
        who="K. Haddad",
        at=datetime(2020, 6, 30, 16, 12, tzinfo=UTC),
    )


def test_the_conflict_page_offers_to_keep_theirs_or_save_mine():
    with translation.override("en"):
        response = answer(CURRENT)
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 409
    assert "Saved by K. Haddad on 30 June 2020 at 18:12" in page.get_text()
    assert page.select_one(".actions a")["href"] == "/visites/1/"
    sent = [
        (i["name"], i["value"])
        for i in page.select(".actions input")
        if i["name"] != "csrfmiddlewaretoken"
    ]
    assert sent == [
        ("name", "Ma version"),
        ("met", "owner"),
        ("needs", "a"),
        ("needs", "b"),
        ("version", "4"),
    ]
    assert "Leur <b>version</b>" in page.table.get_text()
    assert page.select_one(".actions button")


def test_a_conflict_where_both_say_the_same_offers_nothing_to_overwrite():
    page = BeautifulSoup(answer({"name": "Ma version"}).content, "html.parser")
    assert page.table is None
    assert page.select_one(".actions button") is None
