"""Criteria read on the day: families of craft, size, stage of life, lists of chambers; one rule, three readings."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime

import pytest

from maillage import figures, register
from maillage.accounts.actors import System
from maillage.figures import Filter, Question
from maillage.figures.cache import CACHE
from maillage.figures.indicators import ACTIVE_CRAFT_FIRMS
from maillage.kernel import clock
from maillage.kernel.errors import Invalid
from maillage.kernel.periods import Period
from maillage.register import activities, criteria
from maillage.register.models import Belonging, Spell
from maillage.register.models.crafts import FIRST_BIT, LAST_BIT
from maillage.register.rules import Age, Seen, years_before
from maillage.register.segments import CRAFT_NAF, CRAFT_RM, SEGMENTS
from tests.factories import accounts, ledger as acts, register as make
from tests.figures.kinds import VISITS

TODAY = date(2020, 6, 30)
CODES = {one.code: one for one in criteria.DECLARED}


def seen(
    mask: int = 3, activity: str = "10.71C", band: str = "01", opened: date | None = TODAY
) -> Seen:
    return Seen(mask, activity, band, opened, TODAY)


def test_bits_of_criteria_are_permanent() -> None:
    assert [(one.bit, one.code, one.rule_version) for one in criteria.DECLARED] == [
        (0, "craft_rm", 1), (1, "craft_naf", 1), (2, "ess_sirene", 1), (3, "ess_legal", 1),
        (4, "employer", 1), (5, "ess_listed", 1), (6, "micro_listed", 1), (8, "family_food", 1),
        (9, "family_building", 1), (10, "family_making", 1), (11, "family_services", 1),
        (12, "size_0", 1), (13, "size_1_9", 1), (14, "size_10_49", 1), (15, "size_50_249", 1),
        (16, "size_250", 1), (17, "stage_young", 1), (18, "stage_settled", 1), (19, "stage_old", 1),
    ]  # fmt: skip
    assert (FIRST_BIT, LAST_BIT) == (32, 61)
    assert not criteria.READ & sum(one.mask for one in SEGMENTS)
    assert criteria.READ < 1 << 62


def test_every_activity_is_of_one_family_of_craft_and_one_only() -> None:
    for code in activities.subclasses():
        families = criteria.of_day(seen(activity=code), criteria.FAMILIES)
        assert len(families) == 1, code


@pytest.mark.parametrize(
    ("activity", "family"),
    [
        ("10.71C", "family_food"), ("11.05Z", "family_food"), ("47.22Z", "family_food"),
        ("56.10C", "family_food"), ("43.22A", "family_building"), ("41.20A", "family_building"),
        ("16.23Z", "family_making"), ("08.11Z", "family_making"), ("32.12Z", "family_making"),
        ("33.12Z", "family_services"), ("96.02A", "family_services"), ("49.32Z", "family_services"),
        ("56.10A", "family_services"), ("47.71Z", "family_services"),
    ],
)  # fmt: skip
def test_a_family_is_told_by_the_activity(activity: str, family: str) -> None:
    assert criteria.of_day(seen(activity=activity), criteria.FAMILIES) == [CODES[family]]


@pytest.mark.parametrize("activity", ["15.8C", "151A", "", "10.71"])
def test_a_code_of_an_older_nomenclature_is_of_no_family(activity: str) -> None:
    assert criteria.of_day(seen(activity=activity), criteria.FAMILIES) == []


def test_what_is_no_craft_by_either_criterion_is_of_no_family() -> None:
    assert criteria.of_day(seen(mask=0), criteria.FAMILIES) == []
    assert criteria.of_day(seen(mask=CRAFT_RM.mask), criteria.FAMILIES) == [CODES["family_food"]]
    assert criteria.of_day(seen(mask=CRAFT_NAF.mask), criteria.FAMILIES) == [CODES["family_food"]]


@pytest.mark.parametrize(
    ("opened", "stage"),
    [
        (date(2020, 6, 30), "stage_young"), (date(2017, 7, 1), "stage_young"),
        (date(2017, 6, 30), "stage_settled"), (date(2010, 7, 1), "stage_settled"),
        (date(2010, 6, 30), "stage_old"), (date(1900, 1, 1), "stage_old"),
    ],
)  # fmt: skip
def test_a_stage_of_life_is_read_as_of_the_day(opened: date, stage: str) -> None:
    assert criteria.of_day(seen(opened=opened), criteria.STAGES) == [CODES[stage]]


def test_an_unknown_start_has_no_stage_and_a_29_february_is_a_28_in_common_years() -> None:
    assert criteria.of_day(seen(opened=None), criteria.STAGES) == []
    assert years_before(date(2020, 2, 29), 3) == date(2017, 2, 28)
    assert Age(under=3).limits(date(2020, 2, 29)) == (date(2017, 2, 28), date(2020, 2, 29))


def test_each_band_of_insee_is_of_one_size() -> None:
    bands = [
        "NN",
        "00",
        "01",
        "02",
        "03",
        "11",
        "12",
        "21",
        "22",
        "31",
        "32",
        "41",
        "42",
        "51",
        "52",
        "53",
    ]

    sizes = [criteria.of_day(seen(band=band), criteria.SIZES) for band in bands]

    assert all(len(found) == 1 for found in sizes)
    assert [found[0].code for found in sizes] == sorted((f[0].code for f in sizes), key=[
        one.code for one in criteria.SIZES].index)  # fmt: skip
    assert criteria.of_day(seen(band=""), criteria.SIZES) == []


def test_each_criterion_says_its_rule_in_both_languages() -> None:
    for one in criteria.DECLARED:
        assert one.words.fr.endswith(".")
        assert one.words.en.endswith(".")
        assert one.words.fr != one.words.en
        assert one.label.fr != one.label.en
    told = [one for _title, segments in criteria.grouped() for one in segments]
    assert sorted(one.bit for one in told) == [one.bit for one in criteria.DECLARED]


@pytest.mark.django_db
def test_a_bit_that_nothing_declares_names_nothing_and_keeps_nobody() -> None:
    make.establishment()

    assert criteria.named(1 << 31 | 1 << 40) == []
    assert not criteria.kept(Spell.objects.on(TODAY), 1 << 40, TODAY).exists()
    assert not criteria.kept(Spell.objects.on(TODAY), 1 << 31, TODAY).exists()


ACTIVITIES = ("10.71C", "43.22A", "16.23Z", "96.02A", "62.01Z", "47.22Z", "15.8C", "")
BANDS = ("", "NN", "01", "12", "31", "53")
STARTS = (
    date(2017, 6, 30), date(2017, 7, 1), date(2010, 6, 30), date(2010, 7, 1), date(2020, 6, 1),
)  # fmt: skip
LISTED = (0, 0, criteria.ESS_LISTED.bit, criteria.MICRO_LISTED.bit)


def a_town(seed: int, firms: int = 40) -> dict[int, Seen]:
    """Firms drawn from a seed, each with what is seen of it on the day."""
    draw, town = random.Random(seed), dict[int, Seen]()  # noqa: S311 -- a sample
    for _number in range(firms):
        opened, listed = draw.choice(STARTS), draw.choice(LISTED)
        place = make.establishment(
            activity=draw.choice(ACTIVITIES), size_band=draw.choice(BANDS),
            trade_register_code=draw.choice(("", "1071CZ")),
            spell_starts_on=opened, spell_opened_on=opened,
        )  # fmt: skip
        if listed:
            make.belonging(place.legal_unit, listed)
        mask = make.segments_of(place) | (1 << listed if listed else 0)
        town[place.pk] = Seen(mask, place.activity, place.size_band, opened, TODAY)
    return town


def stock(mask: int) -> int:
    """Active craft firms of a segment, as a figure counts them."""
    CACHE.clear()
    asked = Question(ACTIVE_CRAFT_FIRMS.code, Filter(segments=mask), Period(TODAY, TODAY))
    return int(figures.answer([asked], at=clock.now())[0].value or 0)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", [1, 2])
def test_a_rule_says_the_same_of_one_firm_in_the_register_and_in_a_figure(seed: int) -> None:
    town = a_town(seed)
    published = make.craft_list(accounts.organisation(), ["10.71C", "96.02A"])

    for one in (*criteria.DECLARED, criteria.of_list(published)):
        held = {pk for pk, seen_ in town.items() if criteria.of_day(seen_, [one])}
        kept = criteria.kept(Spell.objects.on(TODAY), one.mask, TODAY)
        assert set(kept.values_list("establishment", flat=True)) == held, one.code
        craft = {pk for pk in held if town[pk].mask & CRAFT_RM.mask}
        assert stock(one.mask) == len(craft), one.code


@pytest.mark.django_db
def test_several_criteria_are_all_required() -> None:
    town = a_town(3)
    mask = CODES["family_food"].mask | CODES["size_1_9"].mask | CODES["stage_young"].mask

    held = {
        pk
        for pk, seen_ in town.items()
        if len(criteria.of_day(seen_, criteria.named(mask))) == len(criteria.named(mask))
    }

    kept = criteria.kept(Spell.objects.on(TODAY), mask, TODAY)
    assert set(kept.values_list("establishment", flat=True)) == held
    assert [str(one.code) for one in criteria.named(mask)] == [
        "family_food", "size_1_9", "stage_young",
    ]  # fmt: skip


@pytest.mark.django_db
def test_a_stage_of_life_moves_on_with_the_day_that_is_read() -> None:
    make.establishment(spell_starts_on=date(2017, 7, 1), spell_opened_on=date(2017, 7, 1))
    young, settled = CODES["stage_young"].mask, CODES["stage_settled"].mask

    def on(day: date, mask: int) -> int:
        CACHE.clear()
        asked = Question(ACTIVE_CRAFT_FIRMS.code, Filter(segments=mask), Period(day, day))
        return int(figures.answer([asked], at=clock.now())[0].value or 0)

    assert [on(date(2020, 6, 30), mask) for mask in (young, settled)] == [1, 0]
    assert [on(date(2020, 7, 1), mask) for mask in (young, settled)] == [0, 1]


@pytest.mark.django_db
def test_acts_are_kept_by_the_activity_and_the_band_that_they_keep() -> None:
    make.establishment()
    baker, mason = make.establishment(), make.establishment(activity="43.22A", size_band="21")
    acts.act(establishment=baker)
    acts.acts(2, establishment=mason)

    def visits(mask: int) -> int:
        CACHE.clear()
        asked = Question(VISITS.code, Filter(segments=mask))
        return int(figures.answer([asked], at=clock.now())[0].value or 0)

    published = make.craft_list(accounts.organisation(), ["43.22A"])
    assert visits(CODES["family_food"].mask) == 1
    assert visits(CODES["family_building"].mask) == 2
    assert visits(CODES["size_50_249"].mask) == 2
    assert visits(1 << published.bit) == 2
    assert visits(1 << published.bit | CODES["family_food"].mask) == 0


@pytest.mark.django_db
def test_acts_do_not_tell_the_age_of_a_firm_and_the_refusal_names_what_was_asked() -> None:
    acts.act(establishment=make.establishment())

    with pytest.raises(Invalid, match=r"Young establishment|Jeune établissement"):
        figures.answer([Question(VISITS.code, Filter(segments=CODES["stage_young"].mask))])


@pytest.mark.django_db
def test_an_act_keeps_that_a_list_told_of_its_firm_from_the_day_of_the_list() -> None:
    place = make.establishment()
    make.belonging(place.legal_unit, criteria.ESS_LISTED.bit, since=date(2019, 3, 1))

    def mask(day: date) -> int:
        return register.facts([place.pk], day)[place.pk].segments

    assert not mask(date(2019, 2, 28)) & criteria.ESS_LISTED.mask
    assert mask(date(2019, 3, 1)) == make.segments_of(place) | criteria.ESS_LISTED.mask


@pytest.mark.django_db
def test_what_a_list_tells_is_known_from_the_instant_it_was_told_until_it_is_taken_back() -> None:
    place = make.establishment()
    told, ended = (datetime(2019, month, 1, 9, tzinfo=UTC) for month in (4, 6))
    one = make.belonging(place.legal_unit, 5, since=date(2019, 1, 1), made_at=told, ended_at=ended)
    stamp = register.loads_stamp()

    def at(month: int) -> int:
        CACHE.clear()
        instant = datetime(2019, month, 15, 9, tzinfo=UTC)
        asked = Question(ACTIVE_CRAFT_FIRMS.code, Filter(segments=criteria.ESS_LISTED.mask))
        return int(figures.answer([asked], at=instant)[0].value or 0)

    assert [at(month) for month in (3, 4, 5, 6)] == [0, 1, 1, 0]
    assert not register.facts([place.pk], TODAY)[place.pk].segments & criteria.ESS_LISTED.mask
    Belonging.objects.filter(pk=one.pk).update(ended_at=None)
    assert register.loads_stamp() != stamp


@pytest.mark.django_db
def test_a_search_keeps_the_firms_of_a_segment() -> None:
    young = make.establishment(
        unit_name="BOULANGERIE NEUVE",
        spell_starts_on=date(2019, 1, 1),
        spell_opened_on=date(2019, 1, 1),
    )
    make.establishment(unit_name="BOULANGERIE VIEILLE")
    by = System("a test")

    with clock.at(datetime(2020, 6, 30, 9, tzinfo=UTC)):
        found = register.search("boulangerie", segments=CODES["stage_young"].mask, actor=by)

    assert [hit.establishment.pk for hit in found] == [young.pk]
    assert len(register.search("boulangerie", actor=by)) == 2
