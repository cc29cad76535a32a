"""Dates of a timeline: weeks back from the launch, weekends, and launches that are too near."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ld_review.errors import UsageError
from ld_review.process.book import read_process
from ld_review.process.schedule import Progress, Schedule, Wish, schedule

BOOK = read_process()
PATHWAY = BOOK.model("learning-pathway")
WITH_TIMELINE = [model for model in BOOK.models.values() if model.timeline]
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
MONDAY = date(2027, 2, 1)


def made(
    launch: date | None = None, opening: date | None = None, today: date = date(2026, 11, 25), **more: bool
) -> Schedule:
    return schedule(PATHWAY, Wish(launch, opening, today, **more))


def days(found: Schedule) -> list[int]:
    return [(found.launch - due.day).days for due in found.steps]


def test_the_rows_are_due_as_many_weeks_before_the_launch_as_the_table_says() -> None:
    assert days(made(MONDAY)) == [35, 35, 28, 21, 21, 14, 7, 7, 0]


def test_the_launch_is_five_weeks_after_the_issue_is_opened() -> None:
    found = made(opening=date(2026, 12, 28))
    assert found.launch == MONDAY
    assert found.steps == made(MONDAY).steps


@pytest.mark.parametrize("launch", [date(2028, 3, 1), date(2027, 1, 4), date(2027, 3, 31)])
def test_leap_years_and_ends_of_months_and_years_are_days_like_others(launch: date) -> None:
    assert days(made(launch)) == [35, 35, 28, 21, 21, 14, 7, 7, 0]


def test_what_falls_on_a_weekend_is_due_on_the_friday_before_and_the_launch_stays() -> None:
    saturday = date(2027, 1, 16)
    found = made(saturday)
    assert found.launch == saturday
    assert {due.day.weekday() for due in found.steps[:-1]} == {4}
    assert all(due.by_table - due.day == timedelta(days=1) for due in found.steps[:-1])


def test_weekends_can_be_kept() -> None:
    found = made(date(2027, 1, 17), keep_weekends=True)
    assert days(found) == [35, 35, 28, 21, 21, 14, 7, 7, 0]
    assert not any(due.moved for due in found.steps)


def test_what_follows_the_launch_moves_forward() -> None:
    found = schedule(BOOK.model("live-learning"), Wish(date(2027, 1, 16), None, date(2026, 11, 25)))
    assert found.steps[-1].by_table == date(2027, 1, 23)
    assert found.steps[-1].day == date(2027, 1, 25)


def test_a_launch_that_can_just_be_reached_is_not_too_early() -> None:
    today = MONDAY - timedelta(weeks=5)
    assert made(MONDAY, today=today).earliest is None
    assert made(MONDAY, today=today).exit_status == 0


def test_a_launch_that_is_a_day_too_early_names_the_earliest() -> None:
    found = made(MONDAY, today=MONDAY - timedelta(days=34))
    assert found.earliest == MONDAY + timedelta(days=1)
    assert found.exit_status == 1


def test_the_earliest_launch_lies_on_no_weekend_unless_weekends_are_kept() -> None:
    saturday = date(2026, 11, 28)
    assert made(date(2026, 12, 1), today=saturday).earliest == date(2027, 1, 4)
    assert made(date(2026, 12, 1), today=saturday, keep_weekends=True).earliest == date(2027, 1, 2)


def test_an_issue_that_was_opened_in_time_is_not_too_late() -> None:
    today, opened = date(2027, 1, 20), MONDAY - timedelta(weeks=5)
    assert made(MONDAY, today=today).earliest
    found = made(MONDAY, opened, today)
    assert found.earliest is None
    assert found.steps[1].progress is Progress.DONE
    assert made(MONDAY, opened + timedelta(days=1), today).earliest == MONDAY + timedelta(days=1)


def test_nothing_that_can_be_done_today_moves_into_the_past() -> None:
    saturday = date(2026, 11, 28)
    found = made(saturday + timedelta(weeks=5), today=saturday)
    assert found.earliest is None
    assert found.steps[1].day == saturday


@given(DAYS, DAYS, st.sampled_from(WITH_TIMELINE), st.booleans())
def test_steps_are_in_order_and_never_later_than_the_timeline_says(launch, today, model, keep) -> None:
    found = schedule(model, Wish(launch, None, today, keep))
    due = [one.day for one in found.steps]
    assert due == sorted(due)
    assert all(one.day <= one.by_table for one in found.steps if one.step.days >= 0)
    assert all(one.day.weekday() < 5 for one in found.steps if one.step.days and not keep and one.day != today)
    assert (found.earliest is None) == (today + timedelta(days=model.opening.days) <= launch)


@given(DAYS, st.sampled_from(WITH_TIMELINE), st.booleans())
def test_the_earliest_launch_is_not_too_early(today, model, keep) -> None:
    earliest = schedule(model, Wish(today, None, today, keep)).earliest
    assert earliest is not None
    again = schedule(model, Wish(earliest, None, today, keep))
    assert again.earliest is None
    assert not any(map(again.overdue, again.steps))


@pytest.mark.parametrize("wish", [Wish(date.min, None, date.min), Wish(None, date.max, date.min)])
def test_dates_outside_the_calendar_are_an_error(wish: Wish) -> None:
    with pytest.raises(UsageError, match="outside the calendar"):
        schedule(PATHWAY, wish)


def test_a_model_without_a_timeline_says_so() -> None:
    with pytest.raises(UsageError, match="no timeline is agreed for 'content-review'"):
        schedule(BOOK.model("content-review"), Wish(MONDAY, None, MONDAY))
