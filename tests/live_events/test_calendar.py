"""Days, times of day, zones and recurrence, as people write them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ld_review.learning.events import calendar


def days(text: str, year: int | None = None) -> list[str]:
    return [day.isoformat() for one in calendar.days(text, 0, len(text)) if (day := one.date(year))]


def clocks(text: str) -> list[tuple[str, ...]]:
    return [(*clock.said, clock.zone) for clock in calendar.clocks(text, 0, len(text))]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("on 2026-03-05, not 2026-13-05", ["2026-03-05"]),
        ("March 5, 2026 and Mar. 6th 2026", ["2026-03-05", "2026-03-06"]),
        ("5 March 2026; the 6th of March, 2026", ["2026-03-05", "2026-03-06"]),
        ("March 15-17, 2026", ["2026-03-15", "2026-03-17"]),
        ("2026 March 5", ["2026-03-05"]),
        ("3/13/2026", ["2026-03-13"]),
        ("13/3/2026", ["2026-03-13"]),
        ("February 30, 2026", []),
        ("may 5 people march 3 miles", []),
        ("May 2026, version 1.2.3, 10.5 %, page 12", []),
    ],
)
def test_days_with_a_year(text: str, found: list[str]) -> None:
    assert days(text) == found


def test_a_day_without_a_year_takes_the_one_it_is_given() -> None:
    assert days("March 15-17 and Dec 1", 2026) == ["2026-03-15", "2026-03-17", "2026-12-01"]
    assert days("March 15") == []


@pytest.mark.parametrize(
    ("text", "weekday", "words"),
    [
        ("Thursday, March 5, 2026", 3, "Thursday"),
        ("2026-03-05 (Thu)", 3, "Thu"),
        ("Monday is early; 2026-03-05", None, None),
    ],
)
def test_the_weekday_beside_a_day(text: str, weekday: int | None, words: str | None) -> None:
    [day] = calendar.days(text, 0, len(text))
    assert day.weekday == weekday
    assert (text[day.weekday_span.start : day.weekday_span.end] if day.weekday_span else None) == words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("8:00 am PT / 16:00 UTC", [("08:00", "PT"), ("16:00", "UTC")]),
        ("10:00-10:50 UTC", [("10:00", "10:50", "UTC")]),
        ("9-10 am ET", [("09:00", "10:00", "ET")]),
        ("11-12 pm ET", [("11:00", "12:00", "ET")]),
        ("2pm\u20134:30 p.m. Pacific Time", [("14:00", "16:30", "Pacific Time")]),
        ("1500 UTC, 730 pm ET", [("15:00", "UTC"), ("19:30", "ET")]),
        ("noon GMT+2, midnight", [("12:00", "GMT+2"), ("00:00", "")]),
        ("every Wednesday at 9:15", [("09:15", "")]),
        ("a video (4:33), a ratio of 16:9, 1:1, 10:30:05, 10:00%", []),
        ("10 minutes, 5 am", [("05:00", "")]),
        ("version 10.30, $9.99, #12:00", []),
    ],
)
def test_times_of_day(text: str, found: list[tuple[str, ...]]) -> None:
    assert clocks(text) == found


@pytest.mark.parametrize(
    "text",
    [
        *("every Thursday", "each month", "every other week", "every second Friday", "first Monday of each month"),
        *("twice a quarter", "bi-weekly", "Monthly", "Tuesdays", "the third Wednesday"),
    ],
)
def test_what_is_regular(text: str) -> None:
    assert calendar.recurrences(text, 0, len(text))


@pytest.mark.parametrize("text", ["every day", "each of us", "second thoughts", "Friday", "on Monday at ten"])
def test_what_is_not_regular(text: str) -> None:
    assert not calendar.recurrences(text, 0, len(text))


@given(st.text(alphabet="0123456789:/-. apmUTC,JanMayDec()\n", max_size=80))
def test_whatever_is_written_is_in_order_and_in_place(text: str) -> None:
    for found in (calendar.days(text, 0, len(text)), calendar.clocks(text, 0, len(text))):
        spans = [one.span for one in found]
        assert spans == sorted(spans)
        assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(0 <= clock.start < 1440 for clock in calendar.clocks(text, 0, len(text)))


@pytest.mark.parametrize("part", ["1:1:1:1:", "10-10-10-", "Jan 1 ", "every ", "12:00 ", "first and first ", "- 9 "])
def test_time_grows_with_length_alone(part: str) -> None:
    def cost(times: int) -> float:
        text = part * times
        began = time.process_time()
        calendar.days(text, 0, len(text))
        calendar.clocks(text, 0, len(text))
        calendar.recurrences(text, 0, len(text))
        return time.process_time() - began

    assert cost(40_000) < 60 * max(cost(2_000), 0.001)
