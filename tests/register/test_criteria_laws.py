"""Laws of criteria read on the day: stages share a life out, families share crafts out, versions never move."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given, strategies as st

from maillage import register
from maillage.accounts.actors import System
from maillage.accounts.roles import Role
from maillage.kernel import clock
from maillage.register import activities, criteria
from maillage.register.actions import end_belonging, tell_belonging
from maillage.register.actions.belongings import Telling
from maillage.register.forms import DirectoryForm, SearchForm
from maillage.register.hiring import hiring_of
from maillage.register.models import Belonging, CraftList, Establishment, Period, Spell
from maillage.register.rules import Age, Bands, Seen, Trades, years_before
from tests.factories import accounts, register as make

DAYS = st.dates(date(1950, 1, 1), date(2060, 12, 31))
ACTIVITIES = st.sampled_from(activities.subclasses())
BY = System("a test")


def codes(found: list[criteria.Segment]) -> list[str]:
    return [one.code for one in found]


# Stages of life


@given(DAYS, DAYS)
def test_whoever_began_by_a_day_is_of_one_stage_that_day_and_one_only(
    opened: date, day: date
) -> None:
    found = criteria.of_day(Seen(0, "", "", opened, day), criteria.STAGES)

    assert len(found) == (1 if opened <= day else 0)


@given(DAYS, st.integers(0, 60))
def test_nobody_grows_younger(opened: date, months: int) -> None:
    order = [one.code for one in criteria.STAGES]
    days = [opened + timedelta(days=30 * month) for month in range(0, 12 * months, 6)]

    lived = [
        codes(criteria.of_day(Seen(0, "", "", opened, day), criteria.STAGES))[0] for day in days
    ]

    assert [order.index(code) for code in lived] == sorted(order.index(code) for code in lived)


@given(DAYS, st.integers(0, 30), st.integers(0, 30))
def test_years_before_a_day_go_back_and_add_up(day: date, first: int, second: int) -> None:
    before = years_before(day, first)

    assert before.year == day.year - first
    assert (before.month, before.day) in {(day.month, day.day), (2, 28)}
    together = years_before(before, second)
    assert abs((together - years_before(day, first + second)).days) <= 1


@given(DAYS, st.integers(1, 20))
def test_the_limits_of_an_age_are_those_it_holds_for(day: date, years: int) -> None:
    age = Age(years, years + 5)
    after, until = age.limits(day)

    assert age.holds(Seen(0, "", "", until, day))
    assert not age.holds(Seen(0, "", "", until + timedelta(days=1), day))
    assert age.holds(Seen(0, "", "", after + timedelta(days=1), day))
    assert not age.holds(Seen(0, "", "", after, day))


# Families and lists


@given(ACTIVITIES, st.integers(0, 31), DAYS)
def test_a_craft_firm_is_of_one_family_and_another_of_none(
    activity: str, mask: int, day: date
) -> None:
    found = criteria.of_day(Seen(mask, activity, "", None, day), criteria.FAMILIES)

    assert len(found) == (1 if mask & 3 else 0)


@given(st.text(max_size=6), st.integers(0, 31))
def test_a_family_never_fails_on_a_code_that_is_none(activity: str, mask: int) -> None:
    found = criteria.of_day(Seen(mask, activity, "", None, date(2020, 1, 1)), criteria.FAMILIES)

    assert len(found) <= 1


@given(st.lists(ACTIVITIES, max_size=10, unique=True), ACTIVITIES)
def test_a_list_holds_what_it_names_whatever_else_the_firm_is(told: list[str], code: str) -> None:
    rule = Trades(codes=tuple(told))

    assert rule.holds(Seen(0, code, "", None, date(2020, 1, 1))) == (code in told)


@given(st.integers(0, 2**62 - 1))
def test_the_bits_of_a_mask_add_up_to_it(mask: int) -> None:
    assert sum(1 << bit for bit in criteria.bits_of(mask)) == mask


@given(st.sampled_from(["", "NN", "00", "01", "53", "99"]))
def test_a_band_is_of_one_size_at_most(band: str) -> None:
    sizes = [one for one in criteria.SIZES if isinstance(one.read, Bands)]

    assert len(sizes) == len(criteria.SIZES)
    assert len(criteria.of_day(Seen(0, "", band, None, date(2020, 1, 1)), sizes)) <= 1


@pytest.mark.django_db
def test_a_criterion_is_found_by_its_code_whatever_version_came_since() -> None:
    chamber = accounts.organisation()
    first, second = make.craft_list(chamber), make.craft_list(chamber)

    told = criteria.coded(["craft_rm", f"craft_list_{first.bit}", "nobody"])

    assert codes(told) == ["craft_rm", f"craft_list_{first.bit}"]
    assert codes(criteria.published()) == [f"craft_list_{one.bit}" for one in (first, second)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"bit": 31}, {"bit": 62}, {"because": ""}, {"bit": 32}, {"number": 1, "bit": 40}]
)
def test_the_database_refuses_a_version_that_breaks_the_rule(wrong: dict[str, object]) -> None:
    chamber = accounts.organisation()
    make.craft_list(chamber)

    with pytest.raises(IntegrityError), transaction.atomic():
        make.craft_list(chamber, **wrong)
    assert CraftList.objects.count() == 1


# What lists tell


@pytest.mark.django_db
def test_what_is_told_twice_counts_once_and_what_is_ended_twice_keeps_its_first_day() -> None:
    place = make.establishment()
    one = make.belonging(place.legal_unit, 5)
    again = [Telling(place.pk, one.because, date(2020, 1, 1))]

    assert tell_belonging(bit=5, origin=one.origin, told=again) == 0
    assert [end_belonging(because=[one.because]) for _time in range(2)] == [1, 0]
    assert tell_belonging(bit=5, origin=one.origin, told=again) == 1
    days = Belonging.objects.order_by("pk").values_list("since", "ended_at")
    assert [(since, ended is None) for since, ended in days] == [
        (date(2019, 1, 1), False), (date(2020, 1, 1), True),
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_database_refuses_two_standing_tellings_of_one_recognition_and_an_end_before_the_start() -> (
    None
):
    unit = make.establishment().legal_unit
    one = make.belonging(unit, 5)

    with pytest.raises(IntegrityError), transaction.atomic():
        make.belonging(unit, 6, because=one.because)
    with pytest.raises(IntegrityError), transaction.atomic():
        make.belonging(unit, 5, ended_at=datetime(2000, 1, 1, tzinfo=UTC))


@pytest.mark.django_db
def test_what_a_list_tells_is_known_between_two_instants() -> None:
    unit = make.establishment().legal_unit
    told, ended = (datetime(2020, month, 1, tzinfo=UTC) for month in (2, 4))
    make.belonging(unit, 5, made_at=told, ended_at=ended)

    def known(month: int) -> bool:
        return Belonging.objects.known(datetime(2020, month, 15, tzinfo=UTC)).exists()

    assert [known(month) for month in (1, 2, 3, 4)] == [False, True, True, False]
    assert not Belonging.objects.known().exists()


@pytest.mark.django_db
def test_facts_of_many_firms_tell_of_each_its_own_lists() -> None:
    firms = [make.establishment() for _number in range(4)]
    make.belonging(firms[1].legal_unit, criteria.ESS_LISTED.bit)
    make.belonging(firms[2].legal_unit, criteria.MICRO_LISTED.bit)
    make.belonging(firms[2].legal_unit, criteria.ESS_LISTED.bit, ended_at=clock.now())
    make.belonging(firms[3].legal_unit, criteria.ESS_LISTED.bit, since=date(2999, 1, 1))

    found = register.facts([firm.pk for firm in firms], date(2020, 1, 1))

    more = [found[firm.pk].segments & ~make.segments_of(firm) for firm in firms]
    assert more == [0, criteria.ESS_LISTED.mask, criteria.MICRO_LISTED.mask, 0]


# Finding


@pytest.mark.django_db
def test_the_public_is_offered_no_list_of_a_partner_and_may_not_ask_for_it_by_hand(
    client: Client,
) -> None:
    place = make.establishment(unit_name="BOULANGERIE DUPONT")
    make.belonging(place.legal_unit, criteria.ESS_LISTED.bit)
    address = reverse("register:search") + "?q=dupont&segment=ess_listed"

    refused = client.get(address)
    assert "DUPONT" not in refused.content.decode().replace('value="dupont"', "")
    assert refused.context["form"].errors.keys() == {"segment"}

    accounts.signed_in(client, Role.ADVISER)
    assert "BOULANGERIE DUPONT" in client.get(address).content.decode()


@pytest.mark.django_db
def test_a_segment_that_does_not_exist_is_refused_and_none_keeps_every_firm() -> None:
    assert "segment" in SearchForm({"q": "a", "segment": "giants"}).errors
    form = SearchForm({"q": "a", "segment": ""})
    assert form.is_valid()
    assert form.mask == 0
    chosen = SearchForm({"q": "a", "segment": "stage_old"})
    assert chosen.is_valid()
    assert chosen.mask == 1 << 19
    assert "segment" not in DirectoryForm().fields


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("segment", "found"),
    [("family_food", "AC"), ("family_building", "B"), ("craft_rm", "ABC"), ("stage_young", "C")],
)
def test_a_search_by_words_a_slip_or_a_number_keeps_the_segment(segment: str, found: str) -> None:
    young = {"spell_opened_on": clock.today(), "spell_starts_on": clock.today()}
    made = {
        "A": make.establishment(unit_name="ATELIER VANDAMME"),
        "B": make.establishment(unit_name="ATELIER VANDAMME", activity="43.22A"),
        "C": make.establishment(unit_name="VANDAMME ET FILS", **young),
    }
    names = {place.pk: name for name, place in made.items()}
    mask = sum(one.mask for one in criteria.coded([segment]))

    def names_of(text: str) -> str:
        hits = register.search(text, segments=mask, actor=BY)
        return "".join(sorted(names[hit.establishment.pk] for hit in hits))

    assert names_of("vandamme") == names_of("vandame") == names_of("vandam") == found
    number = made["B"].siret
    assert names_of(str(number)) == ("B" if "B" in found else "")


# Hiring


FLAGS = st.lists(st.tuples(st.integers(2001, 2019), st.sampled_from("ON")), max_size=8, unique_by=lambda f: f[0])  # fmt: skip


@given(FLAGS, st.sampled_from(["O", "N", ""]))
def test_a_first_hire_follows_a_flag_that_said_no_and_nothing_before_it_said_yes(
    flags: list[tuple[int, str]], now: str
) -> None:
    place = Establishment(
        state="A", employer=now, created_on=date(2000, 1, 1), period_on=date(2020, 1, 1)
    )
    past = [Period(starts_on=date(year, 1, 1), employer=flag) for year, flag in flags]

    hiring = hiring_of(place, past)

    told = [*sorted(flags), *([(2020, now)] if now else [])]
    yes = [year for year, flag in told if flag == "O"]
    if hiring is None:
        assert not yes
        return
    assert hiring.employs == (now == "O")
    assert hiring.at_birth is False
    if hiring.on is not None:
        assert hiring.on.year == yes[0]
        assert told[0][1] == "N"
    else:
        assert told[0][1] == "O"


@pytest.mark.django_db
def test_a_rule_read_on_the_day_writes_nothing() -> None:
    place = make.establishment()
    before = Spell.objects.count(), Spell.objects.get(establishment=place).segments
    make.craft_list(accounts.organisation(), ["10.71C"])
    make.belonging(place.legal_unit, criteria.ESS_LISTED.bit)

    criteria.kept(Spell.objects.on(clock.today()), criteria.READ, clock.today()).exists()

    assert (Spell.objects.count(), Spell.objects.get(establishment=place).segments) == before


@pytest.mark.django_db
def test_a_list_is_not_named_by_a_code_that_no_model_allows() -> None:
    one = CraftList(organisation=accounts.organisation(), number=1, bit=99, codes=[], because="")

    with pytest.raises(ValidationError):
        one.full_clean()
