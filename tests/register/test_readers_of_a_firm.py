"""A firm as the four people read it: open, hidden, hidden by its unit, added by hand; facts at a day."""

import json
from datetime import date

import pytest
from django.conf import settings

from maillage import register
from maillage.accounts.actors import ANONYMOUS, System
from maillage.accounts.roles import Role
from maillage.register import segments
from maillage.register.models import Establishment
from tests.factories import accounts, register as firms

pytestmark = pytest.mark.django_db

# The anonymous, the stranger, the colleague who does not visit, and the one whose work it is.
PEOPLE = {
    "anonymous": None,
    "stranger": Role.ELECTED,
    "colleague": Role.ADMINISTRATOR,
    "adviser": Role.ADVISER,
    "officer": Role.OFFICER,
}
VISITORS = {"adviser", "officer"}


def reading(who):
    return accounts.actor(PEOPLE[who]) if PEOPLE[who] else ANONYMOUS


def page(client, who, text, language="fr"):
    if PEOPLE[who]:
        client.force_login(accounts.person(role=PEOPLE[who]))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = client.get("/entreprises/", {"q": text})
    assert answer.status_code == 200
    return answer.content.decode()


def hit(text, who):
    found = register.search(text, actor=reading(who))
    return [one.as_json() for one in found]


@pytest.mark.parametrize("who", PEOPLE)
def test_an_open_firm_has_one_sheet_for_everybody(who):
    place = firms.establishment(trade_name="AU BON PAIN")

    assert hit("bon pain", who) == [
        {"siret": place.siret, "name": "AU BON PAIN", "address": "1 RUE DE LILLE, 59000 LILLE",
         "commune": "59350", "activity": "10.71C", "state": "A", "key": str(place.key)}
    ]  # fmt: skip


# Whose wish it is to be left unnamed: the place's own line, its legal unit's, or both.
HIDDEN = [("P", "P"), ("O", "P"), ("P", "O"), ("N", "N"), ("O", "N")]


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize(("of_place", "of_unit"), HIDDEN)
def test_a_firm_of_partial_diffusion_is_named_to_nobody_whatever_their_role(who, of_place, of_unit):
    place = firms.establishment(
        diffusion=of_place, unit_diffusion=of_unit, unit_name="DUPONT MARIE",
        street="", street_number="",
    )  # fmt: skip

    (sheet,) = hit(place.siret, who)

    assert sheet["name"] == "Entreprise non diffusible"
    assert sheet["address"] == "LILLE"
    assert (sheet["commune"], sheet["activity"]) == ("59350", "10.71C")
    assert hit("dupont", who) == []
    assert hit("dupond", who) == []
    assert "DUPONT" not in json.dumps(sheet)


@pytest.mark.parametrize(("language", "words"), [("fr", "Entreprise non diffusible"), ("en", "Undisclosed firm")])  # fmt: skip
@pytest.mark.parametrize("who", ["anonymous", "adviser"])
def test_the_page_names_it_neither_in_french_nor_in_english(client, who, language, words):
    place = firms.establishment(diffusion="O", unit_diffusion="P", trade_name="CHEZ MARIE")

    shown = page(client, who, place.siret, language)

    assert words in shown
    assert "CHEZ MARIE" not in shown
    assert "RUE DE LILLE" not in shown


def test_a_hidden_place_keeps_the_words_that_stand_for_it_everywhere_it_is_written():
    place = firms.establishment(diffusion="P", unit_diffusion="P")

    labels = {
        str(place), str(place.legal_unit), place.display_name,
        register.names_of_establishments([place.pk])[place.pk].label,
        register.names_of_legal_units([place.legal_unit_id])[place.legal_unit_id].label,
    }  # fmt: skip
    assert labels == {"Entreprise non diffusible"}


def test_names_asked_for_none_or_for_nobody_are_none():
    assert register.names_of_establishments([]) == {}
    assert register.names_of_legal_units([10**9]) == {}


@pytest.mark.parametrize("who", PEOPLE)
def test_a_firm_added_by_hand_shows_to_those_who_visit_firms_only(client, who):
    register.add_provisional(name="La Forge", commune="59350", by=System("test"))

    assert [sheet["name"] for sheet in hit("forge", who)] == (
        ["La Forge"] if who in VISITORS else []
    )
    assert ("La Forge" in page(client, who, "forge")) is (who in VISITORS)


@pytest.mark.parametrize(
    ("names", "label"),
    [
        ({"trade_name": "SIGN", "usual_name": "USUAL", "unit_name": "NAME"}, "SIGN"),
        ({"usual_name": "USUAL", "unit_name": "NAME"}, "USUAL"),
        ({"unit_name": "NAME", "unit_trade_names": "TRADE"}, "NAME"),
        ({"unit_name": "", "unit_trade_names": "TRADE"}, "TRADE"),
        ({"unit_name": ""}, "Entreprise sans nom"),
    ],
)
def test_a_firm_is_called_by_the_sign_over_its_door_first(names, label):
    assert firms.establishment(**names).display_name == label


@pytest.mark.parametrize(
    ("facts", "address"),
    [
        ({}, "1 RUE DE LILLE, 59000 LILLE"),
        ({"complement": "BAT A"}, "BAT A, 1 RUE DE LILLE, 59000 LILLE"),
        ({"street_number": ""}, "RUE DE LILLE, 59000 LILLE"),
        ({"street": "", "street_number": ""}, "59000 LILLE"),
        ({"postcode": ""}, "1 RUE DE LILLE, LILLE"),
        ({"postcode": "", "commune_label": ""}, "1 RUE DE LILLE, 59350"),
    ],
)
def test_an_address_has_no_hole_where_a_part_is_missing(facts, address):
    assert firms.establishment(**facts).address == address


# One place: three spells in the order in which they were written; the day → commune and activity.
SPELLS = [("2010-01-01", "59350", "10.71C"), ("2019-06-01", "59512", "10.71C"),
          ("2019-03-01", "59350", "43.21A")]  # fmt: skip


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2010-01-01", ("59350", "10.71C")),
        ("2019-02-28", ("59350", "10.71C")),
        ("2019-03-01", ("59350", "43.21A")),
        ("2019-06-01", ("59350", "43.21A")),  # what was written last holds from its start on
        ("2026-01-01", ("59350", "43.21A")),
        ("2009-12-31", ("59350", "43.21A")),  # before its first day: the last word known
    ],
)
def test_the_facts_of_a_firm_are_those_of_the_day_asked_for(day, expected):
    place = firms.establishment(spelled=False)
    for start, commune, activity in SPELLS:
        firms.spell(place, starts_on=date.fromisoformat(start), commune=commune, activity=activity)

    found = register.facts([place.pk], on=date.fromisoformat(day))[place.pk]

    assert (found.commune, found.naf) == expected
    assert (found.legal_unit_id, found.in_qpv) == (place.legal_unit_id, None)


def test_facts_carry_the_segments_of_the_day_with_their_rule_and_its_date():
    place = firms.establishment(unit_legal_category="9220", size_band="01")

    mask = register.facts([place.pk], on=date(2020, 1, 1))[place.pk].segments

    borne = segments.named(mask)
    assert [s.code for s in borne] == ["craft_rm", "craft_naf", "ess_legal", "employer"]
    assert all(s.rule_version == 1 and s.since == date(2019, 1, 1) for s in borne)


def test_a_firm_that_nobody_knows_has_no_facts_and_hides_none_of_the_others():
    place = firms.establishment()

    assert set(register.facts([place.pk, 10**9], on=date(2020, 1, 1))) == {place.pk}


def test_the_facts_of_a_hidden_firm_still_count():
    place = firms.establishment(diffusion="P", unit_diffusion="P")

    found = register.facts([place.pk], on=date(2020, 1, 1))[place.pk]

    assert (found.commune, found.naf) == ("59350", "10.71C")
    assert found.segments & segments.CRAFT_RM.mask


@pytest.mark.parametrize("asked", ["{0}{1}", "{0} {1}", " {0}\u00a0{1} ", "{0}.{1}", "{0}-{1}"])
def test_a_siret_is_found_however_it_is_spaced(asked):
    place = firms.establishment()

    found = register.search(asked.format(place.siret[:9], place.siret[9:]), actor=ANONYMOUS)

    assert [one.establishment for one in found] == [place]


@pytest.mark.parametrize("text", ["{}0", "{:.13}", "{:.8}", "0{}", "x{}"])
def test_a_number_that_is_too_long_or_too_short_finds_no_firm(text):
    place = firms.establishment()

    assert register.search(text.format(place.siret), actor=ANONYMOUS) == []


@pytest.mark.parametrize(("limit", "found"), [(1, 1), (2, 2), (3, 3), (4, 3)])
def test_no_more_firms_are_answered_than_asked_for_and_the_seat_comes_first(limit, found):
    seat = firms.establishment()
    for _ in range(2):
        firms.establishment(legal_unit=seat.legal_unit)

    hits = register.search(seat.siret[:9], actor=ANONYMOUS, limit=limit)

    assert len(hits) == found
    assert hits[0].establishment == seat
    assert Establishment.objects.of(seat.legal_unit).first() == seat
