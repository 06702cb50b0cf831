"""What people type about visits, firms and campaigns: taken, or refused in words on the field."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given, strategies as st

from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.needs.vocabulary import Theme
from maillage.outreach.forms.campaigns import AssignForm, CampaignForm, ChangeForm, initial_of
from maillage.outreach.forms.fields import ActivitiesField, CommunesField
from maillage.outreach.forms.firms import FirmForm, MatchForm
from maillage.outreach.forms.visits import CancelForm, CorrectForm, VisitForm
from maillage.outreach.models import Campaign, Visit
from maillage.outreach.vocabulary import Met, Mode, NoteLevel, Outcome, Reason
from maillage.places.forms import PlaceField
from maillage.register import segments
from tests.factories import accounts, outreach as factory, places, register


def visit_answers(**given: Any) -> dict[str, Any]:
    return {
        "once": str(uuid4()),
        "mode": "visit",
        "outcome": "done",
        "occurred_on": "2020-06-01",
    } | given


def errors(form: Any, language: str = "fr") -> dict[str, list[str]]:
    with translation.override(language):
        return {name: [str(e) for e in found] for name, found in form.errors.items()}


def test_five_taps_are_enough_for_a_visit() -> None:
    form = VisitForm(visit_answers())
    assert form.is_valid(), form.errors
    facts = form.facts()
    assert (facts.mode, facts.outcome) == (Mode.VISIT, Outcome.DONE)
    assert (facts.met, facts.themes, facts.minutes, facts.may_transmit) == ("", (), None, False)


def test_everything_that_can_be_ticked_is_taken() -> None:
    form = VisitForm(
        visit_answers(
            mode="call",
            met="spouse",
            themes=[theme.value for theme in Theme],
            minutes="600",
            may_transmit="on",
            note="Au fond de la cour",
            note_level="confidential",
            occurred_on="01/06/2020",
        )
    )
    assert form.is_valid(), form.errors
    facts = form.facts()
    assert (facts.mode, facts.met, facts.minutes) == (Mode.CALL, Met.SPOUSE, 600)
    assert set(facts.themes) == set(Theme)
    assert facts.may_transmit
    assert facts.occurred_on.isoformat() == "2020-06-01"


# field | what was typed
WRONG = [
    ("mode", "email"),
    ("mode", ""),
    ("outcome", "maybe"),
    ("outcome", ""),
    ("met", "the dog"),
    ("themes", ["gardening"]),
    ("occurred_on", ""),
    ("occurred_on", "yesterday"),
    ("occurred_on", "2020-02-30"),
    ("occurred_on", "30/02/2020"),
    ("occurred_on", "0000-00-00"),
    ("minutes", "0"),
    ("minutes", "-5"),
    ("minutes", "601"),
    ("minutes", "a while"),
    ("minutes", "1e3"),
    ("minutes", "12,5"),
    ("note", "x" * 4001),
    ("note_level", "everybody"),
    ("once", ""),
    ("once", "not-a-key"),
]


@pytest.mark.parametrize(("field", "typed"), WRONG, ids=lambda value: str(value)[:20])
def test_what_cannot_be_taken_is_refused_on_its_field_and_on_no_other(
    field: str, typed: Any
) -> None:
    assert list(VisitForm(visit_answers(**{field: typed})).errors) == [field]


@pytest.mark.parametrize("typed", ["", "0197"])
def test_a_form_that_the_server_did_not_issue_says_so_in_both_languages(typed: str) -> None:
    for form_class in (VisitForm, FirmForm, CampaignForm):
        form = form_class({"once": typed})
        assert errors(form)["once"] == [
            "Ce formulaire n’a pas été fourni par le serveur. Ouvrez-le à nouveau."
        ]
        assert errors(form_class({"once": typed}), "en")["once"] == [
            "This form was not issued by the server. Open it again."
        ]


def test_a_fresh_form_proposes_a_visit_done_today_with_a_key_of_its_own() -> None:
    with clock.at(clock.parse_instant("2020-06-30T23:30")):
        first, second = VisitForm(), VisitForm()
        assert first["occurred_on"].value().isoformat() == "2020-06-30"
    assert (first["mode"].value(), first["outcome"].value()) == (Mode.VISIT, Outcome.DONE)
    assert first["once"].value() != second["once"].value()
    assert "campaign" not in first.fields


def test_a_refusal_of_the_action_lands_on_its_field_or_above_the_form() -> None:
    form = VisitForm(visit_answers())
    form.is_valid()
    form.refuse(Invalid("Reason", fields={"minutes": "Too long", "unknown": "Elsewhere"}))
    assert errors(form) == {"minutes": ["Too long"], "__all__": ["Elsewhere"]}
    bare = VisitForm(visit_answers())
    bare.is_valid()
    bare.refuse(Invalid("What", remedy="Then do this."))
    assert errors(bare) == {"__all__": ["What Then do this."]}


@pytest.mark.parametrize("reason", [*Reason.values, "reconciled", "because", ""])
def test_a_correction_and_a_cancelling_say_why(reason: str) -> None:
    told = visit_answers(version="1", reason=reason)
    corrected = CorrectForm(told)
    cancelled = CancelForm(told)
    known = reason in Reason.values
    assert cancelled.is_valid() is known
    assert corrected.is_valid() is (known and reason != Reason.DID_NOT_HAPPEN)


def test_a_correction_starts_from_what_was_recorded() -> None:
    visit = Visit(
        mode=Mode.CALL,
        outcome=Outcome.REFUSED,
        occurred_on=date(2020, 6, 1),
        minutes=5,
        met=Met.OWNER,
        themes=[],
        note_partners="Busy",
        version=4,
    )
    from maillage.outreach.forms.visits import initial_of as facts_of

    told = facts_of(visit)
    form = CorrectForm(initial=told)
    assert form["version"].value() == 4
    assert form["note_partners"].value() == "Busy"
    assert set(told) == set(form.fields) - {"reason"}


def test_a_correction_gives_one_note_to_each_level() -> None:
    form = CorrectForm(
        visit_answers(
            version="1",
            reason="typing",
            note_public="a",
            note_partners="b",
            note_confidential="c",
        )
    )
    assert form.is_valid(), form.errors
    assert form.notes() == {"public": "a", "partners": "b", "confidential": "c"}
    assert set(form.notes()) == set(NoteLevel.values)


@pytest.mark.parametrize("version", ["", "-1", "one", "1.5"])
def test_an_edit_says_from_which_version_it_started(version: str) -> None:
    form = CorrectForm(visit_answers(version=version, reason="typing"))
    assert list(form.errors) == ["version"]


@pytest.mark.parametrize("typed", ["", "x", "00000000-0000-0000-0000"])
def test_a_match_names_an_establishment(typed: str) -> None:
    assert list(MatchForm({"establishment": typed}).errors) == ["establishment"]


# Activity codes.


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("", ()),
        ("10.71", ("1071",)),
        ("10.71C", ("1071C",)),
        ("1071c", ("1071C",)),
        ("43, 10.71; 62", ("43", "1071", "62")),
        ("43\n43 43", ("43",)),
        ("  1 ", ("1",)),
    ],
)
def test_activities_are_beginnings_of_codes_with_or_without_dot(
    typed: str, codes: tuple[str, ...]
) -> None:
    assert ActivitiesField(required=False).clean(typed) == codes


@pytest.mark.parametrize("typed", ["boulangerie", "10.71C, pain", "107111", "C", "10-71", "٣"])
def test_what_is_no_beginning_of_a_code_is_refused_with_the_way_to_write_one(typed: str) -> None:
    from django import forms

    with translation.override("en"), pytest.raises(forms.ValidationError) as refused:
        ActivitiesField(required=False).clean(typed)
    assert "Write 10.71 or 1071C." in refused.value.messages[0]


@given(st.lists(st.from_regex(r"[0-9]{1,4}[A-Z]?", fullmatch=True), max_size=8))
def test_codes_written_back_are_read_the_same(codes: list[str]) -> None:
    field = ActivitiesField(required=False)
    read = field.clean(", ".join(codes))
    assert read == tuple(dict.fromkeys(codes))
    assert field.clean(", ".join(read)) == read


# Places, as people name them.


@pytest.fixture
def geography(db: None) -> None:
    places.places_loaded()


@pytest.mark.usefixtures("geography")
class TestPlaces:
    """Communes and territories by name, code, key or SIREN."""

    @pytest.mark.parametrize(
        ("typed", "key"),
        [
            ("Lille", "59350"),
            ("lille", "59350"),
            (" 59350 ", "59350"),
            ("Villeneuve-d'Ascq", "59009"),
            ("villeneuve d ascq", "59009"),
            ("Annoeullin", "59011"),
        ],
    )
    def test_a_commune_is_named_as_one_likes(self, typed: str, key: str) -> None:
        assert PlaceField(commune=True).clean(typed) == key

    @pytest.mark.parametrize(
        "typed", ["mel", "245900410", "200093201", "Métropole Européenne de Lille"]
    )
    def test_a_territory_is_found_by_its_name_its_key_and_any_siren_it_had(
        self, typed: str
    ) -> None:
        assert PlaceField(commune=False).clean(typed) == "mel"

    @pytest.mark.parametrize(
        ("typed", "commune"), [("Seclin", False), ("mel", True), ("Atlantis", True)]
    )
    def test_a_commune_is_no_territory_and_what_nobody_knows_is_neither(
        self, typed: str, commune: bool
    ) -> None:
        from django import forms

        with translation.override("en"), pytest.raises(forms.ValidationError) as refused:
            PlaceField(commune=commune).clean(typed)
        (said,) = refused.value.messages
        assert typed in said
        assert said.endswith("Check the spelling, or give its INSEE code.") or "Several" in said

    def test_several_communes_are_separated_by_commas_or_lines(self) -> None:
        field = CommunesField(required=False)
        assert field.clean("Lille, 59512;Lille\nSeclin") == ("59350", "59512", "59560")
        assert field.clean("") == ()
        assert field.clean(" ,\n; ") == ()

    def test_one_wrong_name_refuses_the_list_and_is_the_one_named(self) -> None:
        from django import forms

        with pytest.raises(forms.ValidationError, match="Atlantis"):
            CommunesField(required=False).clean("Lille, Atlantis")

    def test_a_plan_goes_through_its_form_and_comes_back_the_same(self) -> None:
        plan = factory.plan(
            title="Centre",
            communes=("59350", "59512"),
            segments=segments.CRAFT_RM.mask | segments.EMPLOYER.mask,
            activities=("1071", "43"),
            sizes=("00", "01"),
        )
        campaign = Campaign(version=3)
        plan.write_on(campaign)
        told = initial_of(campaign)
        form = ChangeForm({**told, "action_key": ""})
        assert form.is_valid(), form.errors
        assert form.plan() == plan
        assert form.cleaned_data["version"] == 3

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"title": ""}, "title"),
            ({"title": "x" * 121}, "title"),
            ({"territory": "atlantis"}, "territory"),
            ({"communes": "atlantis"}, "communes"),
            ({"segments": ["giants"]}, "segments"),
            ({"activities": "bread"}, "activities"),
            ({"sizes": ["99"]}, "sizes"),
            ({"starts_on": "soon"}, "starts_on"),
            ({"ends_on": ""}, "ends_on"),
            ({"action_key": "somebody/1.1"}, "action_key"),
        ],
        ids=str,
    )
    def test_a_plan_is_refused_on_its_field(self, typed: dict[str, Any], field: str) -> None:
        plan = factory.plan()
        told = {
            "once": str(uuid4()),
            "title": plan.title,
            "territory": "mel",
            "starts_on": plan.starts_on.isoformat(),
            "ends_on": plan.ends_on.isoformat(),
        }
        assert CampaignForm(told).is_valid()
        assert list(CampaignForm({**told, **typed}).errors) == [field]

    def test_a_firm_is_added_by_its_sign_and_its_commune(self) -> None:
        form = FirmForm({"once": str(uuid4()), "name": "Atelier", "commune": "Lille"})
        assert form.is_valid(), form.errors
        sign = form.sign()
        assert (sign.name, sign.commune, sign.street, sign.street_number) == (
            "Atelier",
            "59350",
            "",
            "",
        )
        wrong = FirmForm({"once": str(uuid4()), "name": " ", "commune": ""})
        assert list(wrong.errors) == ["name", "commune"]


def test_nobody_is_offered_until_somebody_says_who_the_advisers_are() -> None:
    form = AssignForm()
    assert list(form.fields["communes"].choices) == []  # type: ignore[attr-defined]


# The campaign of a visit.


@pytest.mark.django_db
def test_a_firm_off_the_list_may_join_the_campaign_and_is_told_what_it_counts_for(
    client: Client,
) -> None:
    listed = register.establishment()
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    campaign = factory.campaign(manager, title="Centre")
    new = register.establishment()
    for firm, label, chosen in (
        (listed, "Centre", campaign.key),
        (new, "Centre (hors de sa liste)", None),
    ):
        form = client.get(reverse("outreach:new_visit", args=[firm.key])).context["form"]
        labels = [str(words) for _value, words in form.fields["campaign"].choices]
        assert labels == ["Hors campagne", label]
        assert form.fields["campaign"].initial == chosen
    answer = client.post(
        reverse("outreach:new_visit", args=[new.key]),
        visit_answers(campaign=str(campaign.key), occurred_on=clock.today().isoformat()),
    )
    assert answer.status_code == 302
    visit = Visit.objects.visible_to(manager).get()
    assert visit.campaign == campaign
    page = client.get(reverse("outreach:visit", args=[visit.key])).content.decode()
    assert "Cette entreprise n’est pas sur sa liste" in page
    told = client.get(reverse("outreach:campaign", args=[campaign.key])).content.decode()
    assert "Une entreprise visitée hors de la liste compte comme prospectée" in told


@pytest.mark.django_db
def test_campaigns_that_are_not_ones_own_or_not_open_are_not_offered(client: Client) -> None:
    firm = register.establishment()
    manager = accounts.signed_in(client, Role.SERVICE_MANAGER)
    today = clock.today()
    factory.draft(manager)
    factory.campaign()
    factory.campaign(manager, starts_on=today.replace(year=2001), ends_on=today.replace(year=2002))
    form = client.get(reverse("outreach:new_visit", args=[firm.key])).context["form"]
    assert "campaign" not in form.fields
