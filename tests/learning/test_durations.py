"""How long something takes is told from when it happens, how often and how fast."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ld_review.learning.durations import find, of_clock, of_value, said

DAY, WEEK = 8 * 60, 5 * 8 * 60


@pytest.mark.parametrize(
    ("text", "words", "minutes"),
    [
        ("25 minutes", "25 minutes", 25),
        ("It takes 25 minutes.", "25 minutes", 25),
        ("about 45 min.", "45 min", 45),
        ("1 min", "1 min", 1),
        ("90m", "90m", 90),
        ("Time: 45M", "45M", 45),
        ("(1H 30M)", "1H 30M", 90),
        ("45-minute", "45-minute", 45),
        ("a 30-minute talk", "30-minute", 30),
        ("5 seconds", "5 seconds", 5 / 60),
        ("2 h", "2 h", 120),
        ("1.5 hrs", "1.5 hrs", 90),
        ("1,5 h", "1,5 h", 90),
        ("1,500 hours", "1,500 hours", 90_000),
        ("1½ hours", "1½ hours", 90),
        ("½ hour", "½ hour", 30),
        ("1 h 30 min", "1 h 30 min", 90),
        ("1h30m", "1h30m", 90),
        ("2 hours, 30 minutes", "2 hours, 30 minutes", 150),
        ("1 hour and 15 minutes", "1 hour and 15 minutes", 75),
        ("an hour and a half", "an hour and a half", 90),
        ("one and a half hours", "one and a half hours", 90),
        ("half an hour", "half an hour", 30),
        ("a half-hour", "half-hour", 30),
        ("a quarter of an hour", "quarter of an hour", 15),
        ("three quarters of an hour", "three quarters of an hour", 45),
        ("Forty-five minutes", "Forty-five minutes", 45),
        ("takes a day", "a day", DAY),
        ("two weeks", "two weeks", 2 * WEEK),
        ("two\r\nhours", "two\r\nhours", 120),
        ("3 hours a week", "3 hours", 180),
        ("3 hours per week", "3 hours", 180),
        ("30 minutes/day", "30 minutes", 30),
        ("~5 min", "5 min", 5),
        ("2+ hours", "2+ hours", 120),
        ("Lesson 1 - 45 minutes", "45 minutes", 45),
        ("Week 1 – 2 hours", "2 hours", 120),
        ("in 2021 - 2 hours", "2 hours", 120),
    ],
)
def test_a_duration_is_found_where_it_stands(text: str, words: str, minutes: float) -> None:
    (one,) = find(text)
    assert (text[slice(*one.span)], one.minutes) == (words, minutes)
    assert one.least == one.most == minutes


@pytest.mark.parametrize(
    ("text", "least", "most"),
    [
        ("2-3 hours", 120, 180),
        ("2 – 3 hours", 120, 180),
        ("10 to 15 minutes", 10, 15),
        ("10–15+ min", 10, 15),
        ("one to two hours", 60, 120),
        ("two or three weeks", 2 * WEEK, 3 * WEEK),
        ("30 minutes to 1 hour", 30, 60),
        ("10 min - 15 min", 10, 15),
    ],
)
def test_a_range_counts_as_its_middle(text: str, least: float, most: float) -> None:
    (one,) = find(text)
    assert text[slice(*one.span)] == text
    assert (one.least, one.most, one.minutes) == (least, most, (least + most) / 2)


@pytest.mark.parametrize(
    "text",
    [
        "24/7",
        "3/6/12 months",
        "two years",
        "$90 m",
        "€ 5",
        "v1.2 h",
        "release 1.2.3 m",
        "10 minutes ago",
        "1 hour 30 minutes ago",
        "2 days old",
        "2022-12-01",
        "2022-12-01 m",
        "5 m/s",
        "5 ms",
        "10M users",
        "2H 2023",
        "at 10:30 h",
        "at 0900 hours",
        "UTC+3 hours",
        "twice a week",
        "once a day",
        "20 km an hour",
        "$20 an hour",
        "a second lesson",
        "5 minimum",
        "2 weekly meetings",
        "many hours",
        "a few minutes",
        "1/2 hour",
        "PT45M",
        "h264",
        "",
    ],
)
def test_what_says_when_how_often_or_how_fast_is_no_duration(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("20 minutes, 10 minutes", [20, 10]),
        ("5 minutes (10 minutes)", [5, 10]),
        ("2 hours\n\n30 minutes", [120, 30]),
        ("1 day and 5 minutes", [DAY, 5]),
        ("10 minutes ago, for 5 minutes", [5]),
        ("a day, twice a day, 3 h", [DAY, 180]),
    ],
)
def test_all_durations_are_found_in_order(text: str, minutes: list[float]) -> None:
    assert [one.minutes for one in find(text)] == minutes


def test_a_part_of_a_text_can_be_searched() -> None:
    text = "5 minutes, 10 minutes, 15 minutes"
    (one,) = find(text, 9, 21)
    assert text[slice(*one.span)] == "10 minutes"
    assert [one.minutes for one in find(text, 12)] == [15]


PIECES = [
    "1", "a", "an", "half", "-", " ", "\n", "hour", "min", "m", "and", "\u00bd", ",", "0", "to", "ago", "lesson",
    "three quarters of",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES)).map("".join))
def test_every_duration_is_inside_the_text_and_positive(text: str) -> None:
    end = 0
    for one in find(text):
        assert end <= one.span.start < one.span.end <= len(text)
        assert 0 <= one.least <= one.minutes <= one.most
        end = one.span.end


@pytest.mark.parametrize(
    "piece", ["1 ", "1 - ", "a ", "half ", "and a half ", "1,000", "1" + " " * 500, "three quarters of ", "Lesson 1 - "]
)
def test_finding_takes_linear_time(piece: str) -> None:
    text = (piece * 400_000)[:400_000]
    began = time.process_time()
    find(text)
    assert time.process_time() - began < 3


@pytest.mark.parametrize(
    ("value", "key", "minutes"),
    [
        (25, "duration", 25),
        ("25", "duration", 25),
        (0, "duration", 0),
        (1.5, "hours", 90),
        ("1.5", "estimated_hours", 90),
        (300, "duration_seconds", 5),
        (2, "duration_days", 2 * DAY),
        (1, "weeks", WEEK),
        (45, "estimated_time_in_minutes", 45),
        ("25 min", "", 25),
        ("90m", "", 90),
        ("1h30", "", 90),
        ("1 h 30 min", "", 90),
        ("2 hours", "", 120),
        ("about 2-3 hours", "", 150),
        ("½ hour", "", 30),
        ("PT45M", "", 45),
        ("PT1H30M", "", 90),
        ("pt90s", "", 1.5),
        ("P1DT2H", "", DAY + 120),
        ("P2W", "", 2 * WEEK),
        ("1:30", "", 90),
        ("01:30:00", "", 90),
        (["5 minutes"], "", 5),
    ],
)
def test_a_value_of_front_matter_states_minutes(value: object, key: str, minutes: float) -> None:
    assert of_value(value, key) == pytest.approx(minutes)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        "",
        "flexible",
        "PT",
        "P",
        "2022-12-01",
        date(2022, 12, 1),
        -5,
        float("nan"),
        float("inf"),
        10**400,
        "9" * 5000,
        {},
        [],
    ],
)
def test_a_value_that_states_no_time_has_no_minutes(value: object) -> None:
    assert of_value(value, "duration") is None


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("12:34", 12 + 34 / 60), ("1:02:03", 62.05), (" 0:30 ", 0.5), ("12:60", None), ("123:45", None), ("12", None),
     ("10:30 am", None), ("", None)],
)  # fmt: skip
def test_a_running_time_is_read(text: str, minutes: float | None) -> None:
    assert of_clock(text) == (None if minutes is None else pytest.approx(minutes))


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0.2, "1 minute"),
        (1, "1 minute"),
        (45, "45 minutes"),
        (59.6, "1 hour"),
        (60, "1 hour"),
        (61, "1 hour 1 minute"),
        (150, "2 hours 30 minutes"),
        (1500, "25 hours"),
    ],
)
def test_minutes_are_said_in_words(minutes: float, words: str) -> None:
    assert said(minutes) == words


@given(st.integers(1, 5000))
def test_what_is_said_is_found_again(minutes: int) -> None:
    (one,) = find(said(minutes))
    assert one.minutes == minutes
