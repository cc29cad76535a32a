"""Days, clock times, time zones and recurrence, where a text states them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from ld_review.late import late
from ld_review.source import Span

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_GAP = r"[^\S\r\n]{0,12}"
"""White space on one line: what is no prose is blanked."""
_MONTH = (
    r"(?P<month>Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?"
    r"|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)
"""With a capital letter: "may 5" and "march 3" are something else."""
_NTH = r"(?:st|nd|rd|th)?(?!\w|[:.]\d)"
_DAY = rf"(?P<day>[0-3]?\d){_NTH}"
_LAST = rf"(?:{_GAP}(?:-|\u2013|\u2014|to|through|and|&){_GAP}(?P<last>[0-3]?\d){_NTH}(?!{_GAP}[ap]\.?m\b))?"
_YEAR = r"(?P<year>(?:19|20)\d\d)(?![\w/-])"
_WEEKDAY = r"(?:Mon|Tue(?:s)?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\b"
_WEEKDAY_BEFORE = late(rf"(?<!\w)(?P<weekday>{_WEEKDAY})\.?,?{_GAP}(?:\(|the{_GAP}|on{_GAP})?\Z", re.IGNORECASE)
_WEEKDAY_AFTER = late(rf"{_GAP},?{_GAP}\(?(?P<weekday>{_WEEKDAY})(?!s)", re.IGNORECASE)
_DAYS = (
    late(r"(?<![\w/.-])(?P<year>(?:19|20)\d\d)[-/](?P<month>0?[1-9]|1[0-2])[-/](?P<day>[0-3]?\d)(?![\w/]|-\w)"),
    late(rf"(?<!\w){_MONTH}{_GAP}{_DAY}{_LAST}(?:(?:,{_GAP}|[^\S\r\n]{{1,12}}){_YEAR})?"),
    late(rf"(?<![\w/.:$-]){_DAY}{_LAST}{_GAP}(?:of{_GAP})?{_MONTH}(?:,?{_GAP}{_YEAR})?"),
    late(rf"(?<![\w/.:$-])(?P<year>(?:19|20)\d\d){_GAP}{_MONTH}{_GAP}{_DAY}{_LAST}"),
    late(r"(?<![\w/.:$-])(?P<month>\d{1,2})/(?P<day>\d{1,2})/(?P<year>20\d\d)(?![\w/])"),
)
_DAY_BEGINS = late(r"\d+|[JFMASOND][aepuco][nbrylgptvc]")
_CLOCK_BEGINS = late(r"\d+|noon|midnight")
_LOOKED_BACK = 40

_ZONE_NAMES = (
    r"UTC|GMT|[ECMP][SD]?T|AK[SD]?T|HST|CES?T|BST|IST|JST|KST|SGT|HKT|PHT|MSK|NZ[SD]?T|A[ECW][SD]?T|WES?T|EES?T|SAST"
)
_ZONE = (
    rf"(?:(?:UTC|GMT)[^\S\r\n]?[+\u2212-]\d{{1,2}}(?::?\d\d)?\b|(?:{_ZONE_NAMES})\b"
    r"|(?:[A-Z][a-z]+[^\S\r\n]){1,2}(?:Standard|Daylight|Summer)[^\S\r\n][Tt]ime\b"
    r"|(?:Eastern|Central|Mountain|Pacific|Atlantic|Greenwich|British|Irish|Indian|Amsterdam|London|Berlin|Paris|Tokyo|Sydney|"
    r"New[^\S\r\n]York|San[^\S\r\n]Francisco|Singapore)[^\S\r\n][Tt]ime\b|(?:Eastern|Central|Mountain|Pacific)\b)"
)
_ZONES = late(rf"(?<![\w-]){_ZONE}|\b(?i:(?:local|your(?: own)?) time(?:[ -]?zone)?)\b")
_HALF = r"(?:[ap]m\b|[ap]\.m\.?|(?<=\d)[ap](?=[^\S\r\n]|\Z))"
_CLOCK = late(
    rf"(?<![\w:.,$#+\[-])(?<!\d/)(?P<hour>[01]?\d|2[0-4])(?:[:.](?P<minute>[0-5]\d))?(?![\d:]){_GAP}(?P<half>(?i:{_HALF}))?"
    rf"(?:{_GAP}(?:-|\u2013|\u2014|to|until|till){_GAP}(?P<to_hour>[01]?\d|2[0-4])(?:[:.](?P<to_minute>[0-5]\d))?(?![\d:-])"
    rf"{_GAP}(?P<to_half>(?i:{_HALF}))?)?(?:{_GAP}\(?(?P<zone>{_ZONE}))?"
    r"|(?<![\w:.,/$#+-])(?P<packed>[012]\d[0-5]\d)[^\S\r\n]{0,2}(?P<packed_zone>UTC|GMT)\b"
    rf"|(?<![\w:.,/$#+-])(?P<run>[01]?\d[0-5]\d)[^\S\r\n]?(?P<run_half>(?i:{_HALF}))(?:{_GAP}\(?(?P<run_zone>{_ZONE}))?"
    rf"|\b(?P<word>noon|midnight)\b(?:{_GAP}\(?(?P<word_zone>{_ZONE}))?"
)
_AT = late(r"\b(?:at|from|until|till|between|and|to)\s{1,3}\Z|[-\u2013]\s{0,3}\Z")
"""What leads to a time of day that has one digit for its hour: "at 9:15"; "(4:33)" is how long a video runs."""
_NO_CLOCK_AFTER = late(r"[^\S\r\n]{0,2}(?:%|min|sec|hours?\b|hrs?\b|h\b|[xX×]\d)")

_ORDINAL = r"(?:first|second|third|fourth|last|1st|2nd|3rd|4th)"
_RECURRENCE = late(
    rf"(?:every|each)\s+(?:(?:other|single|two|three|four|\d)\s+|{_ORDINAL}\s+)?"
    rf"(?:weeks?|months?|quarters?|fortnight|{_WEEKDAY}s?)(?!\w)"
    rf"|{_ORDINAL}(?:\s+(?:and|&)\s+{_ORDINAL})?\s+(?:week\s+of|{_WEEKDAY}s?(?:\s+(?:of|in|every|each|per)\s+\w+)?)"
    r"|(?:once|twice|(?:two|three|four)\s+times)\s+(?:a|per|every|each)\s+(?:week|month|quarter|year)\b"
    r"|(?:bi-?weekly|weekly|fortnightly|bi-?monthly|monthly|quarterly)\b"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)days\b",
    re.IGNORECASE,
)
_RECURRENCE_BEGINS = late(
    r"\b(?:[Ee](?:very|ach)|[Ff]irst|[Ss]econd|[Tt]hird|[Ff]ourth|[Ll]ast|[1-4](?:st|nd|rd|th)|[Oo]nce|[Tt]w(?:ice|o)|[Tt]hree"
    r"|[Ff]our|[Bb]i-?(?:weekly|monthly)|[Ww]eekly|[Ff]ortnightly|[Mm]onthly|[Qq]uarterly|[MTWFS]\w{2,5}days)\b",
)


class Day(NamedTuple):
    """A day of the calendar as a text states it."""

    span: Span
    year: int | None
    month: int
    day: int
    weekday: int | None = None
    """The weekday that stands beside it, Monday is 0."""
    weekday_span: Span | None = None

    def date(self, year: int | None = None) -> date | None:
        """The date, with *year* where the text states none; None where there is no such day or no year is known."""
        known = self.year or year
        try:
            return date(known, self.month, self.day) if known else None
        except ValueError:
            return None


class Clock(NamedTuple):
    """A time of day as a text states it."""

    span: Span
    start: int
    """In minutes from midnight, as written: of no zone but ``zone``."""
    minutes: int | None
    """How long, where an end is stated."""
    zone: str
    """As written; empty where none stands beside it."""

    @property
    def said(self) -> tuple[str, ...]:
        """``16:05``, and the end where one is stated."""
        ends = (self.start,) if self.minutes is None else (self.start, (self.start + self.minutes) % 1440)
        return tuple(f"{minutes // 60:02}:{minutes % 60:02}" for minutes in ends)


def days(text: str, start: int, end: int) -> list[Day]:
    """The days that a part of *text* states, in order of place; of a range both ends."""
    found, at = list[Day](), start
    for beginning in _DAY_BEGINS.finditer(text, start, end):
        if beginning.start() >= at:
            match = next((match for one in _DAYS if (match := one.match(text, beginning.start(), end))), None)
            if match:
                found += _of_match(match, start, end)
                at = match.end()
    return found


def _of_match(match: re.Match[str], start: int, end: int) -> Iterator[Day]:
    groups = match.groupdict()
    year = int(groups["year"]) if groups.get("year") else None
    month, day = month_of(groups["month"]), int(groups["day"])
    if month > 12 >= day:
        month, day = day, month
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return
    weekday, weekday_span = _weekday_beside(match, start, end)
    last = groups.get("last")
    if not last:
        yield Day(Span(*match.span()), year, month, day, weekday, weekday_span)
        return
    middle = match.start("last")
    yield Day(Span(match.start(), middle), year, month, day, weekday, weekday_span)
    if 1 <= int(last) <= 31:
        yield Day(Span(middle, match.end()), year, month, int(last))


def _weekday_beside(match: re.Match[str], start: int, end: int) -> tuple[int | None, Span | None]:
    text = match.string
    back = max(start, match.start() - _LOOKED_BACK)
    before = _WEEKDAY_BEFORE.search(text[back : match.start()])
    if before:
        span = Span(back + before.start("weekday"), back + before.end("weekday"))
        return weekday_of(before["weekday"]), span
    after = _WEEKDAY_AFTER.match(text, match.end(), end)
    if after:
        return weekday_of(after["weekday"]), Span(*after.span("weekday"))
    return None, None


def month_of(text: str) -> int:
    """The number of a month, of its name or of the beginning of that."""
    return int(text) if text.isdigit() else _MONTHS.index(text[:3].lower()) + 1


def weekday_of(text: str) -> int:
    """The number of a weekday, of its name or of the beginning of that; Monday is 0."""
    return next(number for number, name in enumerate(WEEKDAYS) if name.startswith(text[:3].lower()))


def clocks(text: str, start: int, end: int) -> list[Clock]:
    """The times of day that a part of *text* states, in order of place.

    A number counts with "am" or "pm", a zone, or minutes ("16:00").
    """
    found, at = list[Clock](), start
    for beginning in _CLOCK_BEGINS.finditer(text, start, end):
        match = _CLOCK.match(text, beginning.start(), end) if beginning.start() >= at else None
        clock = _clock(match) if match else None
        if match and clock:
            found.append(clock)
            at = match.end()
    return found


def _clock(match: re.Match[str]) -> Clock | None:
    span = Span(match.start(), match.end())
    if match["word"]:
        return Clock(span, 720 if match["word"] == "noon" else 0, None, match["word_zone"] or "")
    if match["packed"]:
        start = int(match["packed"][:2]) * 60 + int(match["packed"][2:])
        return Clock(span, start, None, match["packed_zone"]) if start < 1440 else None
    if match["run"]:
        start = _minutes(match["run"][:-2], match["run"][-2:], match["run_half"])
        return Clock(span, start % 1440, None, _zone(match["run_zone"]))
    if _NO_CLOCK_AFTER.match(match.string, match.end()):
        return None
    with_colon = match["minute"] and match.string[match.start("minute") - 1] == ":"
    if with_colon and len(match["hour"]) == 1:
        with_colon = _AT.search(match.string, max(0, match.start() - _LOOKED_BACK), match.start()) is not None
    half = match["half"] or match["to_half"]
    if not (half or match["zone"] or with_colon):
        return None
    start = _minutes(match["hour"], match["minute"], half)
    to = _minutes(match["to_hour"], match["to_minute"], match["to_half"] or half) if match["to_hour"] else None
    if match["half"] is None and to is not None and start > to and half:
        start -= 720
    length = (to - start) % 1440 if to is not None else None
    trimmed = Span(match.start(), match.start() + len(match[0].rstrip()))
    return Clock(trimmed, start % 1440, length or None, _zone(match["zone"]))


def _zone(text: str | None) -> str:
    return " ".join((text or "").split())


def _minutes(hour: str, minute: str | None, half: str | None) -> int:
    hours = int(hour)
    if half:
        hours = hours % 12 + (12 if half[0] in "pP" else 0)
    return hours * 60 + int(minute or 0)


def zones(text: str, start: int, end: int) -> list[Span]:
    """Where a part of *text* names a time zone."""
    return [Span(*match.span()) for match in _ZONES.finditer(text, start, end)]


def recurrences(text: str, start: int, end: int) -> list[Span]:
    """Where a part of *text* says that something happens regularly: ``every Thursday``, ``monthly``."""
    found, at = list[Span](), start
    for beginning in _RECURRENCE_BEGINS.finditer(text, start, end):
        match = _RECURRENCE.match(text, beginning.start(), end) if beginning.start() >= at else None
        if match:
            found.append(Span(*match.span()))
            at = match.end()
    return found
