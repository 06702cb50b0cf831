"""What the forms of conventions answer to bad input, word for word, in French and in English."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django import forms
from django.test import Client
from django.urls import reverse
from django.utils import translation

from maillage.accounts.roles import Role
from maillage.conventions.forms.money import ConventionTurnForm, MoneyForm, TurnForm, WithdrawForm
from maillage.conventions.forms.sections import SECTIONS
from maillage.conventions.forms.texts import AtForm, ConventionForm, HeadForm, SignForm
from maillage.conventions.models import Convention, Version
from maillage.conventions.readings import signed_actions
from maillage.kernel import clock
from tests.factories import conventions as make
from tests.factories.accounts import organisation, signed_in
from tests.factories.places import places_loaded

pytestmark = pytest.mark.django_db


def plain(words: object) -> str:
    return str(words).replace("\u202f", " ").replace("\u00a0", " ").replace("’", "'")


@pytest.fixture
def draft() -> Version:
    return make.convention_of(organisation("epci"), slug="d", signed=False).versions.get()


def section(name: str) -> Callable[[Version, dict[str, Any]], forms.Form]:
    def made(draft: Version, typed: dict[str, Any]) -> forms.Form:
        return SECTIONS[name].form({"once": uuid4(), **typed}, version=draft, adds=True)

    return made


def head(draft: Version, typed: dict[str, Any]) -> forms.Form:
    base = {"version": 0, "title": "T", "basis": "signed_text"}
    return HeadForm({**base, **typed}, version=draft)


def money(draft: Version, typed: dict[str, Any]) -> forms.Form:
    convention = draft.convention
    base = {"kind": "payment", "label": "F", "on": "2019-07-01", "amount": "100", "once": uuid4()}
    base["funder"] = convention.keeper_id
    return MoneyForm({**base, **typed}, convention=convention, actions=list(draft.actions.all()))


def plainly(form: Any, **base: Any) -> Callable[[Version, dict[str, Any]], forms.Form]:
    def made(_draft: Version, typed: dict[str, Any]) -> forms.Form:
        return form({**base, **typed})  # type: ignore[no-any-return]

    return made


created = plainly(ConventionForm, title="T", slug="t", once="0197b2a0-0000-7000-8000-000000000001")
turned = plainly(
    TurnForm, kind="conventions.action_started", on="2019-07-01",
    once="0197b2a0-0000-7000-8000-000000000001",
)  # fmt: skip

REQUIRED = ("Ce champ est obligatoire.", "This field is required.")
YEAR = ("Écrivez une année de 1900 à 2100.", "Write a year from 1900 to 2100.")
CODE = (
    "Utilisez des lettres, des chiffres, des points et des traits d'union, 19 signes au plus.",
    "Use letters, digits, full stops and hyphens, 19 signs at most.",
)
NUMBER = ("Écrivez un nombre tel que 1234,50.", "Write a number such as 1234,50.")
ISSUED = (
    "Ce formulaire n'a pas été fourni par le serveur. Ouvrez-le à nouveau.",
    "This form was not issued by the server. Open it again.",
)

MESSAGES: list[tuple[Any, dict[str, Any], str, tuple[str, str]]] = [
    (created, {"title": ""}, "title", REQUIRED),
    (created, {"once": "x"}, "once", ISSUED),
    (created, {"once": ""}, "once", ISSUED),
    (head, {"title": ""}, "title", REQUIRED),
    (head, {"effective_on": "2020-01-02", "effective_until": "2020-01-01"}, "effective_until",
        ("Le texte finit avant de prendre effet.", "The text ends before it starts.")),
    (head, {"effective_on": "0020-01-02"}, "effective_on", YEAR),
    (head, {"effective_until": "20200-01-02"}, "effective_until",
        ("Saisissez une date valide.", "Enter a valid date.")),
    (head, {"effective_until": "9999-12-31"}, "effective_until", YEAR),
    (head, {"amount_cents": "beaucoup"}, "amount_cents", NUMBER),
    (head, {"announced_actions": "-1"}, "announced_actions",
        ("Assurez-vous que cette valeur est supérieure ou égale à 0.",
         "Ensure this value is greater than or equal to 0.")),
    (section("parties"), {"share_bp": "50"}, "organisation", REQUIRED),
    (section("parties"), {"organisation": 0}, "organisation",
        ("Sélectionnez un choix valide. Ce choix ne fait pas partie de ceux disponibles.",
         "Select a valid choice. That choice is not one of the available choices.")),
    (section("axes"), {"code": "1 1", "title": "T"}, "code", CODE),
    (section("axes"), {"code": "1/1", "title": "T"}, "code", CODE),
    (section("axes"), {"code": ".1", "title": "T"}, "code", CODE),
    (section("axes"), {"code": "1", "title": ""}, "title", REQUIRED),
    (section("actions"), {"code": "1.2", "title": "T"}, "axis", REQUIRED),
    (section("deliberations"), {"outcome": "approved"}, "organisation", REQUIRED),
    (section("budget"), {}, "amount_cents", REQUIRED),
    (section("budget"), {"amount_cents": "10", "year": "1989"}, "year",
        ("Assurez-vous que cette valeur est supérieure ou égale à 1990.",
         "Ensure this value is greater than or equal to 1990.")),
    (section("budget"), {"amount_cents": "1,234"}, "amount_cents", NUMBER),
    (money, {"on": "2999-01-01"}, "on",
        ("Ce jour n'est pas encore venu.", "This day is still to come.")),
    (money, {"amount": "-5"}, "amount", NUMBER),
    (money, {"action_2": "d/1.1"}, "part_2", ("Dites combien.", "Say how much.")),
    (money, {"label": "a\x00b"}, "label",
        ("Le caractère nul n'est pas autorisé.", "Null characters are not allowed.")),
    (money, {"once": "x"}, "once", ISSUED),
    (turned, {"kind": ""}, "kind", REQUIRED),
    (turned, {"on": "2020-02-30"}, "on", ("Saisissez une date valide.", "Enter a valid date.")),
    (plainly(ConventionTurnForm, once="x"), {"kind": "conventions.convention_suspended", "on": "2020-01-01"},
        "once", ISSUED),
    (plainly(WithdrawForm), {}, "reason_code", REQUIRED),
    (plainly(SignForm), {"signed_on": "hier"}, "signed_on",
        ("Saisissez une date valide.", "Enter a valid date.")),
    (plainly(AtForm), {"on": "x"}, "on", ("Saisissez une date valide.", "Enter a valid date.")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("form", "typed", "field", "words"),
    MESSAGES,
    ids=[
        f"{getattr(f, '__name__', '')}-{field}-{n}" for n, (f, _, field, _w) in enumerate(MESSAGES)
    ],
)
def test_each_form_says_what_is_wrong_on_its_field(
    draft: Version, form: Any, typed: dict[str, Any], field: str, words: tuple[str, str]
) -> None:
    for language, expected in zip(("fr", "en"), words, strict=True):
        with translation.override(language):
            errors = form(draft, typed).errors
            assert set(errors) == {field}
            assert plain(errors[field][0]) == expected


def test_a_share_is_a_part_of_the_whole(draft: Version) -> None:
    newcomer = organisation()
    for typed, ok in (
        ("0", True),
        ("33,34", True),
        ("100", True),
        ("100,01", False),
        ("999", False),
    ):
        form = section("parties")(draft, {"organisation": newcomer.pk, "share_bp": typed})
        assert form.is_valid() == ok, typed
        if not ok:
            assert plain(form.errors["share_bp"][0]) == "Une part est comprise entre 0 et 100 %."


def test_an_action_is_due_after_it_starts(draft: Version) -> None:
    base = {"axis": draft.axes.get().pk, "code": "1.2", "title": "T"}
    for due, ok in (("2020-01-01", True), ("2020-01-02", True), ("2019-12-31", False)):
        typed = {**base, "starts_on": "2020-01-01", "due_on": due}
        form = section("actions")(draft, typed)
        assert form.is_valid() == ok, due
    assert plain(form.errors["due_on"][0]) == "L'échéance de l'action précède son début."


def test_a_territory_that_nothing_answers_to_is_told_when_it_is_typed(draft: Version) -> None:
    places_loaded()
    for made in (created, head):
        assert made(draft, {"territory": "mel"}).is_valid()
        form = made(draft, {"territory": "atlantide"})
        assert set(form.errors) == {"territory"}
        assert "atlantide" in plain(form.errors["territory"][0])


# The heading on screen


def test_a_convention_is_opened_after_the_one_it_succeeds(client: Client) -> None:
    first = make.loaded()
    by = signed_in(client, Role.OFFICER, first.keeper)
    given = {"title": "Suite", "slug": "suite", "predecessor": first.pk, "once": uuid4()}
    assert client.post(reverse("conventions:create"), given).status_code == 302
    opened = Convention.objects.visible_to(by).get(slug="suite")
    assert opened.predecessor == first


def test_a_project_is_nobody_s_predecessor(draft: Version) -> None:
    form = created(draft, {"predecessor": draft.convention_id})
    assert set(form.errors) == {"predecessor"}


def test_the_heading_is_mended_until_the_first_signature(client: Client, draft: Version) -> None:
    convention = draft.convention
    signed_in(client, Role.OFFICER, convention.keeper)
    first = make.convention_of(organisation("epci"), slug="first")
    typed = {"version": 0, "title": "Autre", "basis": "signed_text", "predecessor": first.pk}
    address = reverse("conventions:edit_head", args=["d"])
    assert client.post(address, typed).status_code == 302
    convention.refresh_from_db()
    assert (convention.title, convention.predecessor) == ("Autre", first)


def test_an_amendment_renames_nothing(client: Client) -> None:
    held = make.loaded()
    signed_in(client, Role.OFFICER, held.keeper)
    client.post(reverse("conventions:amend", args=[held.slug]))
    address = reverse("conventions:edit_head", args=[held.slug])
    shown = client.get(address).content.decode()
    assert 'name="title"' not in shown
    assert 'name="predecessor"' not in shown
    typed = {"version": 0, "title": "Autre", "basis": "signed_text", "words": "Avenant"}
    assert client.post(address, typed).status_code == 302
    held.refresh_from_db()
    assert held.title == "Convention MEL et CMA"
    assert held.versions.get(number=1).words == "Avenant"


def test_a_head_is_not_made_of_another_line(draft: Version) -> None:
    with pytest.raises(TypeError):
        HeadForm.initial_of(draft.axes.get())


def test_what_is_typed_on_a_page_refused_stays_on_the_page(client: Client, draft: Version) -> None:
    signed_in(client, Role.OFFICER, draft.convention.keeper)
    typed = {"version": 0, "title": "", "basis": "signed_text", "words": "Un long texte"}
    response = client.post(reverse("conventions:edit_head", args=["d"]), typed)
    assert response.status_code == 422
    assert "Un long texte" in response.content.decode()


def test_only_actions_of_signed_texts_are_offered_to_money(draft: Version) -> None:
    assert signed_actions(draft.convention) == []
    with clock.at(make.instant("2020-01-01")):
        held = make.convention_of(draft.convention.keeper, slug="held")
    assert [a.key for a in signed_actions(held)] == ["held/1.1"]
