"""How long something takes: minutes out of words such as ``1 h 30 min``, ``90m``, ``2-3 hours`` and ``PT45M``."""

from __future__ import annotations

import re
from typing import NamedTuple

from ld_review.late import late
from ld_review.source import Span

_MINUTES_OF = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 8 * 60.0, "w": 5 * 8 * 60.0}
"""A day of learning is a working day of eight hours, a week five of them."""
_NUMBER_WORDS = {
    "three quarters of an": 0.75, "three-quarters of an": 0.75, "quarter of an": 0.25, "half an": 0.5, "half a": 0.5,
    "half": 0.5, "forty-five": 45, "an": 1, "a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40,
    "sixty": 60, "ninety": 90,
}  # fmt: skip
_FRACTIONS = {"\u00bd": 0.5, "\u00bc": 0.25, "\u00be": 0.75}
_MOST_MINUTES = 1_000_000
"""More than any course takes: what states more states no time."""
_LONGEST_VALUE = 200

_GAP = r"[^\S\r\n]{0,12}(?:\r?\n[^\S\r\n]{0,12})?"
"""White space, at most one end of a line; bounded, since what is no prose is blanked."""
_COUNT = r"(?:\d{1,3}(?:,\d{3})+|\d{1,4}(?:[.,]\d{1,2})?)[\u00bd\u00bc\u00be]?|[\u00bd\u00bc\u00be]"
_WORD = "|".join(word.replace(" ", r"\s{1,4}") for word in _NUMBER_WORDS)
_NUMBER = rf"(?:(?:{_COUNT})|(?:{_WORD})(?=[\s\u2013\u2014-]))(?:{_GAP}and{_GAP}a{_GAP}half(?!\w))?"
_UNIT = (
    r"(?:(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?)(?!\w)"
    r"|(?-i:[mh])(?![\w/])|h(?=[ ]?\d{1,2}[ ]?m(?!\w))"
    r"|(?-i:[MH])(?=[^\S\r\n]*(?:\Z|[\r\n.,;:()\[\]|\u2013\u2014-])))"
)
"""A capital letter counts where nothing follows that it counts: "45M", not "10M users" or "2H 2023"."""
_DURATION = late(
    rf"(?<![\w.$\u20ac\u00a3/:+-])(?<!\d,)(?P<first>{_NUMBER})"
    rf"\+?(?:{_GAP}(?:-|\u2013|\u2014|to|or){_GAP}(?P<last>{_NUMBER}))?\+?{_GAP}-?(?P<unit>{_UNIT})"
    rf"(?:{_GAP}and{_GAP}a{_GAP}(?P<half>half)(?!\w)"
    rf"|[.,]?{_GAP}(?:and\s{_GAP})?(?P<more>\d{{1,2}}){_GAP}-?(?:minutes?|mins?|m)(?!\w)"
    rf"|{_GAP}(?:-|\u2013|\u2014|to){_GAP}(?P<upper>{_COUNT}){_GAP}-?(?P<upper_unit>{_UNIT}))?",
    re.IGNORECASE,
)
_LONG_UNITS = late(r"(?:minute|hour|day|week)s?\Z", re.IGNORECASE)
"""What a number in words counts: "one second" is one, "a second lesson" is none."""
_ARTICLE = late(r"an?\s", re.IGNORECASE)
_PAST = late(r"\s+(?:ago|old)\b", re.IGNORECASE)
_RATE = late(
    r"(?:\b(?:once|twice|thrice|times?|per|seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|miles|km|dollars"
    r"|euros|pounds)|[\d$\u20ac\u00a3%])\s+\Z",
    re.IGNORECASE,
)
"""What stands before "a week" where that says how often: "twice a week", "3 hours a week"."""
_NUMBERED = late(
    r"\b(?:lesson|module|unit|part|session|chapter|section|step|stage|phase|level|week|day|lab|exercise|activity|task"
    r"|challenge|episode|video|quiz|question|course|track|topic)\s+\Z",
    re.IGNORECASE,
)
"""What has a number of its own: "Lesson 1 - 45 minutes"."""
_LOOKED_BACK = 24
_ISO = late(
    r"P(?:(?P<weeks>\d{1,2})W)?(?:(?P<days>\d{1,3})D)?"
    r"(?:T(?:(?P<hours>\d{1,3})H)?(?:(?P<minutes>\d{1,4})M)?(?:(?P<seconds>\d{1,5})S)?)?\Z",
    re.IGNORECASE,
)
_CLOCK = late(r"(?P<hours>\d{1,2}):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d))?\Z")
_COMPACT = late(
    r"(?:(?P<hours>\d{1,3})\s*h(?:ours?|rs?)?(?:\s*(?P<rest>\d{1,2})\Z)?)?"
    r"\s*(?:(?P<minutes>\d{1,4})\s*m(?:in(?:ute)?s?)?)?\Z",
    re.IGNORECASE,
)
_KEY_UNITS = (("hour|hr", 60.0), ("sec", 1 / 60), ("day", _MINUTES_OF["d"]), ("week", _MINUTES_OF["w"]))


class Duration(NamedTuple):
    """A length of time that is written out."""

    minutes: float
    """Of a range its middle."""
    span: Span
    """Where it stands in the text that was searched."""
    least: float
    most: float


def find(text: str, start: int = 0, end: int | None = None) -> list[Duration]:
    """The durations in a part of *text*, in order of place.

    What says when ("10 minutes ago", "at 10:30"), how often ("twice a week") or how fast ("5 m/s") is none, nor is
    what is counted in months or years. "3 hours a week" is one, of three hours.
    """
    found, end = [], len(text) if end is None else end
    match = _DURATION.search(text, start, end)
    while match:
        duration = _of_match(match)
        if duration and not _PAST.match(text, duration.span.end, end):
            found.append(duration)
        match = _DURATION.search(text, max(duration.span.end if duration else match.end(), match.start() + 1), end)
    return found


def of_value(value: object, key: str = "") -> float | None:
    """The minutes that a value of front matter states; a bare number counts the unit that its *key* names, or minutes.

    None where it states no time.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        unit = next((minutes for words, minutes in _KEY_UNITS if re.search(words, key, re.IGNORECASE)), 1.0)
        return value * unit if 0 <= value <= _MOST_MINUTES else None
    text = str(value)[:_LONGEST_VALUE].strip()
    if re.fullmatch(_COUNT, text):
        return of_value(_number(text), key)
    for pattern in (_ISO, _COMPACT, _CLOCK):
        match = pattern.match(text)
        if match and any(match.groups()):
            return _of_parts(match.groupdict())
    found = find(text)
    return found[0].minutes if found else None


def _of_parts(parts: dict[str, str | None]) -> float:
    return sum(float(number or 0) * _MINUTES_OF["m" if name == "rest" else name[0]] for name, number in parts.items())


def of_clock(text: str) -> float | None:
    """The minutes of a running time such as ``12:34`` or ``1:02:03``; None where it is none."""
    match = _CLOCK.match(text.strip())
    if match is None:
        return None
    hours, minutes = float(match["hours"]), float(match["minutes"])
    if match["seconds"] is None:
        return hours + minutes / 60
    return 60 * hours + minutes + float(match["seconds"]) / 60


def said(minutes: float) -> str:
    """``45 minutes``, ``1 hour 30 minutes``."""
    whole = max(1, round(minutes))
    hours, rest = divmod(whole, 60)
    parts = [_counted(hours, "hour")] if hours else []
    parts += [_counted(rest, "minute")] if rest or not hours else []
    return " ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _of_match(match: re.Match[str]) -> Duration | None:
    first, last = _number(match["first"]), _number(match["last"]) if match["last"] else None
    start, end = match.span()
    before = match.string[max(0, start - _LOOKED_BACK) : start]
    if last is not None and (last < first or _NUMBERED.search(before)):
        # "Lesson 1 - 45 minutes": the first number is no time.
        first, start = last, match.start("last")
    unit = match["unit"]
    if not match.string[start].isdigit() and match.string[start] not in _FRACTIONS:
        if not _LONG_UNITS.match(unit) or (_ARTICLE.match(match.string, start) and _RATE.search(before)):
            return None
    elif re.match(r"0\d\d", match.string[start:end]):
        return None
    scale = _MINUTES_OF[unit[0].lower()]
    least, most = first * scale, (last or first) * scale
    if match["more"] and scale == _MINUTES_OF["h"]:
        least, most = least + float(match["more"]), most + float(match["more"])
    elif match["half"]:
        least, most = least + scale / 2, most + scale / 2
    elif match["upper"]:
        upper = _number(match["upper"]) * _MINUTES_OF[match["upper_unit"][0].lower()]
        most, end = (upper, end) if upper > most else (most, match.end("unit"))
    else:
        end = match.end("unit")
    return Duration((least + most) / 2, Span(start, end), least, most)


def _number(text: str) -> float:
    word = " ".join(text.lower().split())
    whole = word.removesuffix(" and a half")
    half = 0.5 if whole != word else 0.0
    if whole in _NUMBER_WORDS:
        return _NUMBER_WORDS[whole] + half
    digits = whole.rstrip("".join(_FRACTIONS))
    fraction = _FRACTIONS.get(whole[-1], 0.0)
    thousands = re.fullmatch(r"\d{1,3}(?:,\d{3})+", digits)
    return float(digits.replace(",", "" if thousands else ".") or 0) + fraction + half
