"""How long something takes: minutes out of words such as ``1 h 30 min``, ``90m``, ``2-3 hours`` and ``PT45M``."""

from __future__ import annotations

import re
from typing import NamedTuple

from ld_review.source import Span

_MINUTES_OF = {"s": 1 / 60, "m": 1.0, "h": 60.0, "d": 8 * 60.0, "w": 5 * 8 * 60.0}
"""A day of learning is a working day of eight hours, a week five of them."""
_NUMBER_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "forty-five": 45, "sixty": 60,
    "ninety": 90, "half an": 0.5, "half a": 0.5,
}  # fmt: skip
_UNIT = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|[mh](?![\w/]))"
_COUNT = r"\d{1,4}(?:[.,]\d{1,2})?"
_DURATION = re.compile(
    rf"(?<![\w.$\u20ac\u00a3/:-])(?P<first>{_COUNT}|(?:half\s+an?|forty-five|[a-z]{{1,7}})(?=[\s-]+(?:minutes?|hours?|days?|weeks?)))"
    rf"\+?(?:\s*(?:-|\u2013|\u2014|to|or)\s*(?P<last>{_COUNT}))?\+?[\s-]*(?P<unit>{_UNIT})\.?"
    rf"(?:[\s,]*(?:and\s+)?(?P<more>\d{{1,2}})[\s-]*(?P<more_unit>minutes?|mins?|m)(?!\w))?",
    re.IGNORECASE,
)
_ISO = re.compile(r"PT(?:(?P<hours>\d{1,3})H)?(?:(?P<minutes>\d{1,4})M)?(?:(?P<seconds>\d{1,4})S)?\Z", re.IGNORECASE)
_CLOCK = re.compile(r"(?P<hours>\d{1,2}):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d))?\Z")
_COMPACT = re.compile(
    r"(?:(?P<hours>\d{1,3})\s*h(?:ours?|rs?)?)?\s*(?:(?P<minutes>\d{1,4})\s*m(?:in(?:ute)?s?)?)?\Z", re.IGNORECASE
)


class Duration(NamedTuple):
    """A length of time that is written out."""

    minutes: float
    """Of a range its middle."""
    span: Span
    """Where it stands in the text that was searched."""
    least: float
    most: float


def find(text: str, start: int = 0, end: int | None = None) -> list[Duration]:
    """The durations in a part of *text*, in order of place; ages, rates and clock times are none."""
    found = []
    for match in _DURATION.finditer(text, start, len(text) if end is None else end):
        duration = _of_match(match)
        if duration:
            found.append(duration)
    return found


def of_value(value: object, key: str = "") -> float | None:
    """The minutes that a value of front matter states; a bare number counts the unit that its *key* names, or minutes.

    None where it states no time.
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        return float(value) * (60.0 if re.search(r"hours?|hrs?", key, re.IGNORECASE) else 1.0)
    text = str(value).strip()
    if re.fullmatch(_COUNT, text):
        return of_value(float(text.replace(",", ".")), key)
    for pattern in (_ISO, _COMPACT):
        match = pattern.match(text)
        if match and text and any(match.groups()):
            parts = match.groupdict()
            seconds = float(parts.get("seconds") or 0) / 60
            return 60 * float(parts["hours"] or 0) + float(parts["minutes"] or 0) + seconds
    found = find(text)
    return found[0].minutes if found else None


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
    first = _number(match["first"])
    if first is None:
        return None
    last = _number(match["last"]) if match["last"] else first
    scale = _MINUTES_OF[match["unit"][0].lower()]
    more = float(match["more"] or 0)
    least, most = first * scale + more, (last or first) * scale + more
    return Duration((least + most) / 2, Span(*match.span()), least, most)


def _number(text: str) -> float | None:
    word = " ".join(text.lower().split())
    if word[:1].isdigit():
        return float(word.replace(",", "."))
    return _NUMBER_WORDS.get(word)
