"""Dates and times as entered, at clock changes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from blog.writing.moments import moment


@pytest.mark.parametrize(
    ("zone", "day", "hour"),
    [
        ("Europe/Berlin", "2026-03-29", "02:00"),
        ("Europe/Berlin", "2026-03-29", "02:59"),
        ("America/New_York", "2026-03-08", "02:30"),
        ("Australia/Lord_Howe", "2026-10-04", "02:29"),  # by half an hour
        ("Africa/Cairo", "2026-04-24", "00:30"),
        ("Pacific/Apia", "2011-12-30", "12:00"),  # a whole day
    ],
)
def test_a_time_that_a_clock_change_leaves_out_is_refused(zone: str, day: str, hour: str) -> None:
    wrong: dict[str, str] = {}
    assert moment(day, hour, ZoneInfo(zone), wrong) is None
    assert wrong.keys() == {"time"}
    assert wrong["time"].endswith(f"does not exist on this day in {zone}: clocks are put forward then.")


def test_a_day_without_a_midnight_is_refused_beside_the_date() -> None:
    wrong: dict[str, str] = {}
    assert moment("2026-04-24", "", ZoneInfo("Africa/Cairo"), wrong) is None
    assert wrong.keys() == {"date"}


@pytest.mark.parametrize(
    ("zone", "day", "hour", "at"),
    [
        ("Europe/Berlin", "2026-03-29", "01:59", datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        ("Europe/Berlin", "2026-03-29", "03:00", datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (
            "Europe/Berlin",
            "2026-10-25",
            "02:30",
            datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ),  # the first of two
        ("Pacific/Apia", "2011-12-31", "00:00", datetime(2011, 12, 30, 10, 0, tzinfo=UTC)),
        ("UTC", "2200-12-31", "23:59", datetime(2200, 12, 31, 23, 59, tzinfo=UTC)),
    ],
)
def test_a_time_beside_a_clock_change_is_the_moment_that_it_names(
    zone: str, day: str, hour: str, at: datetime
) -> None:
    wrong: dict[str, str] = {}
    assert moment(day, hour, ZoneInfo(zone), wrong) == at
    assert not wrong
