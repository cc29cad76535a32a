"""Find weekdays that contradict the dates and times beside them."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ld_review.checks.base import Match
from ld_review.checks.structural import Structural
from ld_review.late import late
from ld_review.learning.events import calendar
from ld_review.learning.events.calendar import WEEKDAYS, Day, weekday_of
from ld_review.learning.events.event import LiveEvent
from ld_review.page import Page
from ld_review.source import Span

_NAME = r"(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?"
_NAMES = late(rf"\b{_NAME}\b", re.IGNORECASE)
_HINT = late(r"Mon|Tue|Wed|Thu|Fri|Sat|Sun|monday|tuesday|wednesday|thursday|friday|saturday|sunday")
_AFTER_TIME = late(rf"[^\S\r\n]{{0,4}}(?:on[^\S\r\n])?\(?(?P<day>{_NAME})\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Weekday(Structural):
    """Yield each weekday on which the date beside it does not fall, and each day of a schedule most of whose times are
    on another weekday.

    Words: ``{weekday}`` (as written), ``{date}``, ``{actual}`` (the weekday of the date or of the times).
    """

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        found = [*self._of_dates(page), *_of_rows(page)]
        return self.kept(page, sorted(found, key=lambda match: match.span))

    def _of_dates(self, page: Page) -> Iterator[Match]:
        view = page.document.view("prose")
        if not _HINT.search(view):
            return
        for block in page.document.prose_blocks:
            if _NAMES.search(view, *block.text_span):
                yield from (match for day in calendar.days(view, *block.text_span) if (match := _of_date(page, day)))
        for event in page.course.events:
            yearless = (day for day in event.days if day.year is None)
            yield from (match for day in yearless if (match := _of_date(page, day, event.year)))


def _of_date(page: Page, day: Day, year: int | None = None) -> Match | None:
    known = day.date(year)
    if known is None or day.weekday is None or day.weekday_span is None or known.weekday() == day.weekday:
        return None
    written = page.document.source[day.weekday_span]
    return Match(day.weekday_span, _words(written, known.isoformat(), WEEKDAYS[known.weekday()]))


def _of_rows(page: Page) -> Iterator[Match]:
    """What the rows of schedules say of their weekdays."""
    view = page.document.view("prose")
    rows = [event for event in page.course.events if event.shape == "row"]
    cells = [block.text_span for block in page.document.prose_blocks if block.kind == "cell"] if rows else []
    alone = [cell for cell in cells if _NAMES.fullmatch(view, *cell)]
    for row in rows:
        yield from _of_times(row, view)
        yield from _of_cells(row, view, alone)


def _of_times(event: LiveEvent, view: str) -> Iterator[Match]:
    """The day of a row, where most of the times in that row name another one."""
    if not event.clocks or not event.recurring:
        return
    stated = _NAMES.search(view, event.body.start, event.clocks[0].span.start)
    beside = [match for clock in event.clocks if (match := _AFTER_TIME.match(view, clock.span.end, event.body.end))]
    if stated is None or not beside:
        return
    others = [match["day"] for match in beside if weekday_of(match["day"]) != weekday_of(stated[0])]
    if 2 * len(others) > len(event.clocks):
        yield Match(Span(*stated.span()), _words(stated[0], "its times", others[0].lower()))


def _of_cells(event: LiveEvent, view: str, alone: Sequence[Span]) -> Iterator[Match]:
    """A weekday that has a cell of its own, one of *alone*, where the row states one day."""
    known = event.days[0].date() if len(event.days) == 1 else None
    if known is None:
        return
    for cell in alone[bisect_left(alone, event.body.start, key=_start) :]:
        if cell.start >= event.body.end:
            return
        written = view[slice(*cell)]
        if weekday_of(written) != known.weekday():
            yield Match(cell, _words(written, known.isoformat(), WEEKDAYS[known.weekday()]))


def _start(span: Span) -> int:
    return span.start


def _words(written: str, date: str, actual: str) -> dict[str, str]:
    return {"weekday": written, "date": date, "actual": actual.capitalize()}
