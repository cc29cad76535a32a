"""A schedule for a calendar: iCalendar (RFC 5545), an all-day event for each step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ld_review.errors import UsageError
from ld_review.process.schedule import Due, Schedule
from ld_review.process.schedule_formats import outcome_text
from ld_review.process.study import StudiedPage
from ld_review.reporters.display import flat
from ld_review.review import digest

if TYPE_CHECKING:
    from icalendar import Event

_LIBRARIES = ("icalendar", "dateutil", "tzdata")


def as_calendar(schedule: Schedule, pages: Sequence[StudiedPage] = ()) -> bytes:
    """A calendar of what is due for these pages.

    A step has the same identity whenever the launch is, so that a calendar that is imported again moves what it has.
    Raises UsageError where the library that writes it is not installed.
    """
    try:
        from icalendar import Calendar  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in _LIBRARIES:
            raise
        hint = "pip install 'ld-review[calendar]'"
        raise UsageError(f"no calendar can be written: {library} is not installed; {hint}") from error
    calendar = Calendar()
    calendar.add("prodid", "-//ld-review//schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for number, due in enumerate(schedule.steps):
        calendar.add_component(_event(schedule, due, number, pages))
    written: bytes = calendar.to_ical()
    return written


def _event(schedule: Schedule, due: Due, number: int, pages: Sequence[StudiedPage]) -> Event:
    from icalendar import Event  # noqa: PLC0415

    event = Event()
    about = ", ".join(flat(page.title or page.path) for page in pages)
    identity = digest(schedule.model.name, str(number), due.step.action, *(page.path for page in pages))
    event.add("uid", f"{identity}@ld-review")
    event.add("dtstamp", datetime.combine(schedule.today, datetime.min.time(), UTC))
    event.add("dtstart", due.day)
    event.add("dtend", due.day + timedelta(days=1))
    event.add("summary", f"{flat(due.step.action)}: {about}" if about else flat(due.step.action))
    event.add("description", "\n".join(_description(due)))
    event.add("transp", "TRANSPARENT")
    return event


def _description(due: Due) -> list[str]:
    notes = [flat(due.step.note)] if due.step.note else []
    checks = [outcome_text(condition, outcome) for condition, outcome in due.checked]
    return [f"Who: {flat(due.step.who)}", *notes, f"State: {due.progress}", *checks]
