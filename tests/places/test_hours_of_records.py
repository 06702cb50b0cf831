"""An hour of the day in a record: kept as it sorts, read as an hour, asked for as one, whatever the database."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date, time

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Min
from hypothesis import HealthCheck, given, settings, strategies as st

from maillage.events.models import Event
from maillage.places.hours import HourField
from tests.factories import accounts, events as make

HOURS = st.times(min_value=time(0), max_value=time(23, 58)).map(
    lambda one: one.replace(second=0, microsecond=0)
)
DAY_LONG = [time(0), time(0, 1), time(7, 5), time(9), time(10), time(12, 30), time(19, 59), time(23, 58)]  # fmt: skip


def events() -> list[tuple[time, time]]:
    """The hours of every event, by when it begins."""
    every = Event.objects.unscoped(reason="a test").order_by("starts_at", "pk")
    return [(one.starts_at, one.ends_at) for one in every]


def begun_at(hour: time, ends: time = time(23, 59)) -> Event:
    """An event whose record says these hours."""
    found = make.draft(accounts.actor())
    Event.objects.unscoped(reason="a test").filter(pk=found.pk).update(starts_at=hour, ends_at=ends)
    return again(found)


def again(found: Event) -> Event:
    """The same event, read anew."""
    read: Event = Event.objects.unscoped(reason="a test").get(pk=found.pk)
    return read


@given(hour=HOURS)
@settings(max_examples=100)
def test_an_hour_and_its_five_characters_are_the_same(hour: time) -> None:
    field = HourField()
    kept = field.get_prep_value(hour)
    assert len(kept) == field.max_length == 5
    assert field.from_db_value(kept) == field.to_python(kept) == field.to_python(hour) == hour


@given(one=HOURS, other=HOURS)
@settings(max_examples=100)
def test_texts_sort_as_hours_do(one: time, other: time) -> None:
    field = HourField()
    kept = field.get_prep_value(one), field.get_prep_value(other)
    assert (kept[0] < kept[1]) is (one < other)
    assert (kept[0] == kept[1]) is (one == other)


@pytest.mark.parametrize("given_", [5, 8, 300])
def test_a_model_cannot_ask_for_another_length(given_: int) -> None:
    assert HourField(max_length=given_).max_length == 5
    assert HourField().max_length == 5


def test_a_migration_writes_the_field_and_its_words() -> None:
    _name, path, arguments, options = HourField("from").deconstruct()
    assert path == "maillage.places.hours.HourField"
    assert (arguments, options) == ([], {"verbose_name": "from", "max_length": 5})
    made = HourField(*arguments, **options)
    assert (made.max_length, made.verbose_name) == (5, "from")


@pytest.mark.parametrize("typed", ["25:00", "12:60", "noon", "", 9])
def test_what_is_no_hour_is_told_to_the_form(typed: object) -> None:
    with pytest.raises(ValidationError) as refused:
        HourField().to_python(typed)  # type: ignore[arg-type]
    assert refused.value.messages == ["Ce n’est pas une heure du jour."]


def test_no_hour_at_all_is_left_to_the_other_checks() -> None:
    assert HourField().to_python(None) is None
    with pytest.raises(ValidationError) as refused:
        HourField().clean(None, None)
    assert refused.value.code == "null"


@pytest.mark.parametrize("kept", [None, "09:00"])
def test_what_is_kept_as_text_goes_back_as_it_is(kept: str | None) -> None:
    assert HourField().get_prep_value(kept) == kept


def test_seconds_are_not_kept() -> None:
    assert HourField().get_prep_value(time(9, 30, 59, 999)) == "09:30"


@pytest.mark.django_db
class TestThroughAModel:
    """The hours of events, which are kept in such a field."""

    def test_they_come_back_as_hours_and_stand_as_text_in_the_table(self) -> None:
        found = make.draft(starts_at=time(8, 5), ends_at=time(17, 45))
        assert (again(found).starts_at, again(found).ends_at) == (time(8, 5), time(17, 45))
        with connection.cursor() as cursor:
            table = Event._meta.db_table
            cursor.execute(f"SELECT starts_at, ends_at FROM {table} WHERE id = %s", [found.pk])  # noqa: S608
            assert cursor.fetchone() == ("08:05", "17:45")

    def test_they_are_listed_in_the_order_of_the_day(self) -> None:
        for hour in reversed(DAY_LONG):
            begun_at(hour)
        assert [begins for begins, _ends in events()] == DAY_LONG

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"starts_at": time(9)}, {time(9)}),
            ({"starts_at": "09:00"}, {time(9)}),
            ({"starts_at__lt": time(9)}, {time(0), time(0, 1), time(7, 5)}),
            ({"starts_at__gte": time(12, 30)}, {time(12, 30), time(19, 59), time(23, 58)}),
            ({"starts_at__in": [time(0), time(10)]}, {time(0), time(10)}),
            ({"starts_at__range": (time(9), time(10))}, {time(9), time(10)}),
            ({"starts_at": time(9, 1)}, set()),
        ],
    )
    def test_they_are_asked_for_as_hours(self, asked: dict[str, object], found: set[time]) -> None:
        for hour in DAY_LONG:
            begun_at(hour)
        rows = Event.objects.unscoped(reason="a test").filter(**asked)
        assert {one.starts_at for one in rows} == found

    def test_the_first_and_the_last_of_the_day_are_hours(self) -> None:
        for hour in DAY_LONG:
            begun_at(hour)
        every = Event.objects.unscoped(reason="a test")
        assert every.aggregate(first=Min("starts_at"), last=Max("starts_at")) == {
            "first": time(0),
            "last": time(23, 58),
        }

    @pytest.mark.parametrize(
        ("begins", "ends", "taken"),
        [
            (time(9, 59), time(10), True),
            (time(0), time(23, 59), True),
            (time(9), time(9), False),
            (time(10), time(9, 59), False),
        ],
    )
    def test_the_database_compares_two_of_them_as_hours(
        self, begins: time, ends: time, taken: bool
    ) -> None:
        with nullcontext() if taken else pytest.raises(IntegrityError), transaction.atomic():
            assert begun_at(begins, ends).starts_at == begins

    def test_values_read_alone_are_hours_too(self) -> None:
        begun_at(time(14, 15))
        every = Event.objects.unscoped(reason="a test")
        assert list(every.values_list("starts_at", flat=True)) == [time(14, 15)]
        assert every.values("ends_at").get() == {"ends_at": time(23, 59)}

    def test_a_copy_of_an_instance_carries_them(self) -> None:
        found = begun_at(time(6, 45), time(23, 0))
        written = serializers.serialize("json", [found])
        (read,) = serializers.deserialize("json", written)
        read.save()
        assert (again(found).starts_at, again(found).ends_at) == (time(6, 45), time(23))

    @settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(hours=st.lists(HOURS, min_size=2, max_size=5))
    def test_any_hours_come_back_in_their_order(self, hours: list[time]) -> None:
        Event.objects.unscoped(reason="a test").delete()
        by = accounts.actor()
        for hour in hours:
            found = make.draft(by, day=date(2020, 3, 12))
            Event.objects.unscoped(reason="a test").filter(pk=found.pk).update(
                starts_at=hour, ends_at=time(23, 59)
            )
        assert [begins for begins, _ends in events()] == sorted(hours)
