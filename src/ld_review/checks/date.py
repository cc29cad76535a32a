"""Find dates that are not written as ISO 8601 has them, and write them so where there is only one way to read them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from ld_review.checks.base import Match
from ld_review.checks.phrases import Ground, Scoped
from ld_review.checks.substitution import in_generated_id
from ld_review.finding import Edit
from ld_review.late import late
from ld_review.learning.events.calendar import month_of
from ld_review.page import Page
from ld_review.source import Span

_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|"
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_SPACE = r"[ \t\xa0]{1,3}"
_YEAR = late(r"(?:19|20)\d\d(?![\w-])")
_TO_DAY = r"(?:[ \t\xa0]{0,2}[-\u2013][ \t\xa0]{0,2}(?P<to_day>[0-3]?\d)(?:st|nd|rd|th)?)?"
_BEFORE_YEAR = late(
    rf"(?<![\w.])(?:{_MONTH}{_SPACE}{_DAY}{_TO_DAY}(?:,[ \t\xa0]{{0,3}}|{_SPACE})"
    rf"|{_DAY.replace('day', 'first_day')}{_SPACE}(?:of{_SPACE})?{_MONTH.replace('month', 'last_month')},?{_SPACE})\Z",
    re.IGNORECASE,
)
_LONGEST_BEFORE_YEAR = len("September   30th  -  30th,   ") + len(" of  .")
_SLASHES = late(r"/\d{1,2}/")
_NUMERIC = late(
    r"(?<![\w/.:$#-])(?P<first>\d{1,2})/(?P<second>\d{1,2})/(?P<year>(?:19|20)\d\d|[1-3]\d)"
    r"(?![\w/%]|[ -](?:day|week|month)|[.,]\d)"
)
_LEADS_TO_RANGE = late(
    r"(?:\d(?:st|nd|rd|th)?|\w{3,9}\.?[ \t\xa0]+\d{1,2}(?:st|nd|rd|th)?|\d)[ \t\xa0]*"
    r"(?:-|\u2013|\u2014|/|,|&|\bto\b|\band\b|\bthrough\b|\buntil\b|\bor\b)+[ \t\xa0]*\Z",
    re.IGNORECASE,
)
_GOES_ON = late(
    r"[ \t\xa0]*(?:-|\u2013|\u2014|/|&|to\b|and\b|through\b|until\b|or\b)[ \t\xa0]*(?:\d|[a-z]{3,9}\.?[ \t\xa0]+\d)",
    re.IGNORECASE,
)
_REACH = 30
_TO = " to "
"""What joins the ends of a range; whether the words around it still read well is for a person to say."""


@dataclass(frozen=True, kw_only=True)
class Date(Scoped):
    """Yield each date in a form. Words: ``{match}``, ``{better}`` (of an ambiguous date both readings)."""

    form: Literal["written", "numeric"] = "written"
    """``written``: with the name of a month, day and year (Mar 18, 2022); ``numeric``: with slashes (3/4/2022)."""

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        found = [match for ground in self.grounds(page) for match in self._on(ground)]
        return self.enough(sorted(found, key=lambda match: match.span))

    def _on(self, ground: Ground) -> Iterator[Match]:
        found = _written(ground.view) if self.form == "written" else _numeric(ground.view)
        for span, readings in found:
            if readings and ground.holds(span):
                yield _match(ground, span, readings)


def _match(ground: Ground, span: Span, readings: list[str]) -> Match:
    better = " or ".join(readings)
    edits = (Edit(span, better),) if len(readings) == 1 and _stands_alone(ground, span) else ()
    words = {"match": " ".join(ground.view[span.start : span.end].split()), "better": better}
    return Match(span, words, edits, safe=_TO not in better and not in_generated_id(ground.page, span))


def _written(view: str) -> Iterator[tuple[Span, list[str]]]:
    """Dates with the name of a month: a year is rare, so it is looked for first."""
    for year in _YEAR.finditer(view):
        start = max(0, year.start() - _LONGEST_BEFORE_YEAR)
        found = _BEFORE_YEAR.search(view[start : year.start()])
        if found:
            month = month_of(found["month"] or found["last_month"])
            day = int(found["day"] or found["first_day"])
            readings = _valid(year[0], month, day)
            if found["to_day"]:
                lasts = _valid(year[0], month, int(found["to_day"]))
                readings = [f"{first}{_TO}{last}" for first, last in zip(readings, lasts, strict=False)]
            yield Span(start + found.start(), year.end()), readings


def _numeric(view: str) -> Iterator[tuple[Span, list[str]]]:
    """Dates with slashes, and how their numbers can be read: month first and day first."""
    if not _SLASHES.search(view):
        return
    for found in _NUMERIC.finditer(view):
        first, second, year = int(found["first"]), int(found["second"]), found["year"]
        full = year if len(year) == 4 else f"20{year}"
        readings = [*_valid(full, first, second), *_valid(full, second, first)]
        yield Span(*found.span()), list(dict.fromkeys(readings))


def _valid(year: str, month: int, day: int) -> list[str]:
    try:
        return [date(int(year), month, day).isoformat()]
    except ValueError:
        return []


def _stands_alone(ground: Ground, span: Span) -> bool:
    """Whether a date is no end of a range or list, of which the other dates would keep the old form."""
    unit = ground.units.around(span) or span
    before = ground.view[max(unit.start, span.start - _REACH) : span.start]
    after = ground.view[span.end : min(unit.end, span.end + _REACH)]
    intact = ground.page.document.source[span] == ground.view[span.start : span.end]
    return intact and not _LEADS_TO_RANGE.search(before) and not _GOES_ON.match(after)
