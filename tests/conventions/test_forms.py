"""What people type: numbers as they write them, days that have come, parts that say how much."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django import forms as django_forms

from maillage.accounts.models import Organisation
from maillage.conventions.actions import texts
from maillage.conventions.fields import HundredthsField
from maillage.conventions.forms.money import CorrectionForm, MoneyForm, TurnForm, WithdrawForm
from maillage.conventions.forms.sections import SECTIONS
from maillage.conventions.forms.targets import TargetForm
from maillage.conventions.forms.texts import ActionForm, AxisForm, ConventionForm, HeadForm
from maillage.conventions.models import Target, Version
from maillage.kernel import clock
from tests.factories import conventions as make
from tests.factories.accounts import organisation

TYPED = """
typed        | kept
1234         | 123400
1234,5       | 123450
1234.50      | 123450
1 234,50 €   | 123450
1'234,50     | 123450
33,34 %      | 3334
0            | 0
0,05         | 5
9999999999999 | 999999999999900
"""
REFUSED = ["cent", "-5", "1,234", "1e3", "12,", ",5", "1.234,50", "NaN", "٣", "12345678901234"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [[c.strip() for c in line.split("|")] for line in TYPED.strip().splitlines()[1:]],
)
def test_a_number_is_taken_as_people_write_it(typed: str, kept: str) -> None:
    assert HundredthsField().clean(typed) == int(kept)
    assert HundredthsField().clean(typed.replace(" ", "\u202f")) == int(kept)


@pytest.mark.parametrize("typed", [t for t in REFUSED if t != "٣"])
def test_what_is_no_number_with_two_decimals_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(django_forms.ValidationError, match="1234,50"):
        HundredthsField().clean(typed)


def test_a_blank_number_is_unknown_and_not_zero() -> None:
    assert HundredthsField(required=False).clean("  ") is None
    with pytest.raises(django_forms.ValidationError):
        HundredthsField().clean("")


@pytest.mark.parametrize(
    ("value", "shown"), [(123450, "1234,50"), (123400, "1234"), (5, "0,05"), ("cent", "cent")]
)
def test_a_number_shows_as_it_is_typed(value: Any, shown: str) -> None:
    assert HundredthsField().prepare_value(value) == shown


@pytest.fixture
def draft(db: None) -> Version:
    return make.convention_of(organisation("epci"), slug="d", signed=False).versions.get()


def test_a_form_that_adds_carries_its_key_and_one_that_edits_its_version(draft: Version) -> None:
    adds = AxisForm(version=draft, adds=True)
    edits = AxisForm(version=draft)
    assert ("once" in adds.fields, "version" in adds.fields) == (True, False)
    assert ("once" in edits.fields, "version" in edits.fields) == (False, True)


def test_a_form_says_what_tells_its_sending_from_another(draft: Version) -> None:
    once = uuid4()
    given = {"code": "2", "title": "Deux"}
    adds = AxisForm({**given, "once": once}, version=draft, adds=True)
    edits = AxisForm({**given, "version": 3}, version=draft)
    assert adds.is_valid()
    assert edits.is_valid()
    assert (adds.sending(), edits.sending()) == ({"once": once}, {"edition": 3})
    assert (
        set(adds.values()) == set(edits.values()) == {"code", "title", "words", "source", "doubt"}
    )


@pytest.mark.parametrize("name", SECTIONS)
def test_what_a_form_shows_of_a_line_it_saves_unchanged(draft: Version, name: str) -> None:
    section = SECTIONS[name]
    row = getattr(draft, name).first()
    shown = section.form.initial_of(row)
    bare = section.form(initial=shown, version=draft)
    sent: dict[str, Any] = {}
    for bound in bare:
        value = bound.value()
        many = isinstance(value, list)
        plain = [getattr(v, "pk", v) for v in value] if many else getattr(value, "pk", value)
        if plain is not None and plain is not False:
            sent[bound.name] = bound.field.prepare_value(plain)
    form = section.form(sent, version=draft)
    assert form.is_valid(), form.errors
    for field, value in form.values().items():
        held = getattr(row, field)
        if field in section.form.many:
            assert set(value) == set(held.all())
        elif field == "filter":
            assert value == {k: v for k, v in held.items() if v}
        else:
            assert value == held, field


def test_steps_are_typed_one_a_line_and_blank_lines_dropped(draft: Version) -> None:
    given = {"axis": draft.axes.get().pk, "code": "1.2", "title": "A", "once": uuid4()}
    form = ActionForm({**given, "steps": "Un\n\n  Deux \n"}, version=draft, adds=True)
    assert form.is_valid(), form.errors
    assert form.values()["steps"] == ["Un", "Deux"]


def test_an_action_is_offered_the_axes_of_its_own_text_only(draft: Version) -> None:
    other = make.convention_of(draft.convention.keeper, signed=False).versions.get().axes.get()
    given = {"axis": other.pk, "code": "1.2", "title": "A", "once": uuid4()}
    form = ActionForm(given, version=draft, adds=True)
    assert set(form.errors) == {"axis"}


def target(draft: Version, **given: Any) -> TargetForm:
    base = {"code": "T9", "kind": "floor", "indicator": "conventions.payments@1", "once": uuid4()}
    return TargetForm({**base, **given}, version=draft, adds=True)


def test_a_target_s_filter_is_put_together_and_taken_apart(draft: Version) -> None:
    keeper = draft.convention.keeper
    form = target(draft, amount=5, organisations=[keeper.pk], charged="convention")
    assert form.is_valid(), form.errors
    values = form.values()
    assert values["filter"] == {
        "organisations": [str(keeper.key)],
        "schemes": ["convention:d"],
    }
    assert (values["indicator"], values["indicator_version"]) == ("conventions.payments", 1)
    shown = TargetForm.initial_of(Target(version=draft, **values))
    assert shown["organisations"] == [keeper]
    assert (shown["territory"], shown["charged"]) == ("", "convention")
    assert shown["indicator"] == "conventions.payments@1"


def test_an_indicator_nobody_declared_is_not_offered(draft: Version) -> None:
    assert set(target(draft, amount=5, indicator="conventions.payment@1").errors) == {"indicator"}


def test_no_form_of_a_text_has_a_place_for_a_result() -> None:
    typed = {name for section in SECTIONS.values() for name in section.form.base_fields}
    typed |= set(HeadForm.base_fields) | set(ConventionForm.base_fields)
    assert not typed & {"value", "result", "actual", "achieved", "progress", "state", "late"}


def money(**given: Any) -> MoneyForm:
    held = make.loaded()
    base = {
        "kind": "payment",
        "label": "Facture",
        "on": "2019-07-01",
        "funder": Organisation.objects.get(short_name="MEL").pk,
        "amount": "100",
        "once": uuid4(),
    }
    actions = held.versions.get().actions.all()
    return MoneyForm({**base, **given}, convention=held, actions=actions)


SPLITS = """
action_1      | part_1 | action_2      | part_2 | charges
              |        |               |        | {}
test-2019/1.1 |        |               |        | {'test-2019/1.1': 10000}
test-2019/1.1 | 60     |               |        | {'test-2019/1.1': 6000}
test-2019/1.1 | 60     | test-2019/1.1 | 40     | {'test-2019/1.1': 10000}
              | 60     |               |        | {}
"""


@pytest.mark.django_db
@pytest.mark.parametrize(
    "row", [[c.strip() for c in line.split("|")] for line in SPLITS.strip().splitlines()[1:]]
)
def test_parts_become_charges(row: list[str]) -> None:
    given = dict(zip(("action_1", "part_1", "action_2", "part_2"), row[:4], strict=True))
    form = money(**given)
    assert form.is_valid(), form.errors
    assert str(dict(form.money().charges)) == row[4]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"action_2": "test-2019/1.1"}, "part_2"),
        ({"action_1": "other/1.1"}, "action_1"),
        ({"amount": "cent"}, "amount"),
        ({"amount": ""}, "amount"),
        ({"label": ""}, "label"),
        ({"label": "x" * 201}, "label"),
        ({"label": "a\x00b"}, "label"),
        ({"on": "2020-02-30"}, "on"),
        ({"on": "2999-01-01"}, "on"),
        ({"funder": "0"}, "funder"),
        ({"kind": "gift"}, "kind"),
        ({"once": "x"}, "once"),
    ],
)
def test_each_wrong_part_of_money_is_told_on_its_field(wrong: dict[str, str], where: str) -> None:
    with clock.at(make.instant("2020-06-30")):
        assert set(money(**wrong).errors) == {where}


@pytest.mark.django_db
def test_money_of_no_convention_offers_no_action() -> None:
    form = MoneyForm(convention=None, actions=[])
    assert not [name for name in form.fields if name.startswith(("action_", "part_"))]


@pytest.mark.django_db
@pytest.mark.parametrize("form", [CorrectionForm, WithdrawForm])
def test_nothing_is_withdrawn_without_a_reason(form: Any) -> None:
    more = {"convention": None, "actions": []} if form is CorrectionForm else {}
    assert "reason_code" in form({}, **more).errors
    assert "reason_code" in form({"reason_code": "because"}, **more).errors


def test_what_happened_is_one_of_the_known_words() -> None:
    form = TurnForm({"kind": "conventions.action_late", "on": "2020-01-01", "once": uuid4()})
    assert set(form.errors) == {"kind"}


def test_the_head_ends_after_it_starts_or_signing_tells(draft: Version) -> None:
    from maillage.accounts.actors import System
    from maillage.conventions.text.problems import TextRefused

    values = {"effective_on": date(2020, 1, 2), "effective_until": date(2020, 1, 2)}
    by = System("a test")
    held = texts.edit_head(version=draft, values=values, edition=draft.edition, by=by)
    Target.objects.filter(version=held).update(by_on=date(2020, 1, 1))
    with pytest.raises(TextRefused) as refusal:
        texts.sign(version=held, signed_on=date(2020, 1, 2), by=by)
    assert [p.where for p in refusal.value.problems] == ["targets[1].by_on"]
