"""The field's time: the real one, the one handed in, the one stopped for a while."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from maillage.kernel import clock

NOON = datetime(2020, 6, 30, 12, 0, tzinfo=UTC)


def test_the_field_lives_in_the_present_unless_told_otherwise() -> None:
    assert abs(clock.now() - clock.real_now()) < timedelta(seconds=5)


def test_a_stopped_clock_stops_inside_its_block_only() -> None:
    with clock.at(NOON):
        assert clock.now() == NOON
    assert clock.now() > NOON


def test_stopped_clocks_nest() -> None:
    earlier = NOON - timedelta(days=30)
    with clock.at(NOON):
        with clock.at(earlier):
            assert clock.now() == earlier
        assert clock.now() == NOON


def test_a_stopped_clock_runs_for_everybody_else() -> None:
    seen: list[datetime] = []
    with clock.at(NOON):
        other = threading.Thread(target=lambda: seen.append(clock.now()))
        other.start()
        other.join()

    assert seen[0] > NOON


def test_a_clock_handed_in_is_that_of_the_whole_process() -> None:
    seen: list[datetime] = []
    clock.install(lambda: NOON)
    other = threading.Thread(target=lambda: seen.append(clock.now()))
    other.start()
    other.join()

    assert seen == [NOON]


def test_sessions_and_mail_keep_the_real_clock() -> None:
    clock.install(lambda: NOON)

    with clock.at(NOON):
        assert clock.real_now() > NOON


def test_taking_the_clock_away_gives_the_real_one_back() -> None:
    clock.install(lambda: NOON)
    clock.install(None)

    assert clock.now() > NOON


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.at(datetime(2020, 6, 30, 12)):  # noqa: DTZ001
        pass


def test_an_instant_is_kept_in_universal_time() -> None:
    with clock.at(datetime(2020, 6, 30, 9, tzinfo=clock.PARIS)):
        assert clock.now() == datetime(2020, 6, 30, 7, tzinfo=UTC)
        assert clock.now().tzinfo is UTC


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2020, 6, 30, 21, 59, tzinfo=UTC), date(2020, 6, 30)),
        (datetime(2020, 6, 30, 22, 0, tzinfo=UTC), date(2020, 7, 1)),
        (datetime(2020, 12, 31, 22, 59, tzinfo=UTC), date(2020, 12, 31)),
        (datetime(2020, 12, 31, 23, 0, tzinfo=UTC), date(2021, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_paris(instant: datetime, day: date) -> None:
    assert clock.local_day(instant) == day
    with clock.at(instant):
        assert clock.today() == day


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2020, 6, 30), datetime(2020, 6, 30, 21, 59, 59, 999999, tzinfo=UTC)),
        (date(2020, 1, 31), datetime(2020, 1, 31, 22, 59, 59, 999999, tzinfo=UTC)),
        (date(2020, 3, 29), datetime(2020, 3, 29, 21, 59, 59, 999999, tzinfo=UTC)),
        (date(2020, 10, 25), datetime(2020, 10, 25, 22, 59, 59, 999999, tzinfo=UTC)),
    ],
    ids=["summer", "winter", "the day of 23 hours", "the day of 25 hours"],
)
def test_a_day_ends_a_microsecond_before_the_next(day: date, end: datetime) -> None:
    assert clock.end_of_day(day) == end
    assert clock.local_day(end + timedelta(microseconds=1)) == day + timedelta(days=1)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2020-06-30", datetime(2020, 6, 30, 21, 59, 59, 999999, tzinfo=UTC)),
        (" 2020-06-30 ", datetime(2020, 6, 30, 21, 59, 59, 999999, tzinfo=UTC)),
        ("2020-06-30T09:00", datetime(2020, 6, 30, 7, tzinfo=UTC)),
        ("2020-06-30T09:00:00Z", datetime(2020, 6, 30, 9, tzinfo=UTC)),
        ("2020-06-30T09:00:00+05:00", datetime(2020, 6, 30, 4, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_as_it_is_written(text: str, instant: datetime) -> None:
    assert clock.parse_instant(text) == instant


@pytest.mark.parametrize("text", ["", "yesterday", "2020-02-30", "30/06/2020", "2020-06-30T25:00"])
def test_what_is_no_instant_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        clock.parse_instant(text)
