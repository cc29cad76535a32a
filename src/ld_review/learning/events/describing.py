"""What a page says of an event: in its own words, in those around it, on the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from ld_review.late import late
from ld_review.learning import durations
from ld_review.learning.events.calendar import Clock, Day
from ld_review.learning.events.event import LiveEvent, Recording, Shape
from ld_review.learning.events.ground import Ground, year_of
from ld_review.learning.events.schedules import Line, Schedule
from ld_review.source import Span

_NEAR = ("agenda", "open", "self-paced", "pre-work", "presented", "pre-recorded", "breaks", "optional", "slots")
"""What must be said of the event itself or of the series that it is one of."""
_ANYWHERE = ("questions", "instead")
"""What serves wherever it stands on the page."""
_NOT_RECORDED = late(
    r"\bn ?/ ?a\b|\bnot (?:recorded|available|public)\b|\b(?:internal|private|confidential|no recording|none)\b"
)
_INTERNAL = late(r"\((?:internal|private|confidential|not recorded)\)")
_HELD = late(
    r"[ -]*(?:long )?(?:live |virtual |online )?(?:sessions?|webinars?|workshops?|calls?|events?|meetings?|class(?:es)?"
    r"|trainings?|ama|q ?& ?a|discussions?|chats?|each)\b"
)
"""What follows a duration that is the length of an event."""
_LENGTH = late(r"(?:\b(?:length|durations?|time|lasts?|takes?|runs?(?: for)?)|held for)\W*\Z")
_PART = late(r"[ -]*(?:before|breaks?|off|early|late|of|to read|to watch|presentation|talks?|ago|in advance|prior)\b")
"""What follows a duration that is that of something else."""
_NOTES = late(r"\b(?:notes|summary|write-?up|transcripts?|minutes)\b")
_CALENDAR = late(r"\b(?:days?|weeks?)\b|seconds?")
_BESIDE = 30
_EARLY, _LATE = 3, 9
"""Months."""
_MOST_CLOCKS = 12
_LONGEST_EVENT = 24 * 60
_AGENDA_ITEMS = 2


class Site(NamedTuple):
    """Where an event is told of, outside of a schedule."""

    span: Span
    body: Span
    shape: Shape
    section: int
    """In ``Document.sections``."""
    reason: str
    schedule: int = -1
    """The heading that several days stand under, in ``Document.blocks``."""


def describe(ground: Ground, site: Site, alone: bool = True) -> LiveEvent:
    """An event that a section, a paragraph or the page is about; what stands around several is about none of them."""
    own = site.body
    days = tuple(ground.days(own))
    clocks = tuple(ground.clocks(own))
    around = [own, *(ground.around(site.section) if alone else ())]
    return LiveEvent(
        site.span,
        own,
        site.shape,
        site.reason,
        days,
        _year(ground, site.section, own, days),
        clocks,
        _zones(ground, clocks, around),
        _recurring(ground, own),
        _length(ground, own, clocks),
        _is_mandatory(ground, own),
        _recording(ground, own, around),
        _traits(ground, around, _lists(ground, own)),
        site.schedule,
    )


class _Series(NamedTuple):
    """What holds for all lines of a schedule."""

    number: int
    """Of its section."""
    schedule: Schedule
    around: tuple[Span, ...]
    """The words around it, its section first."""
    headers: tuple[Span, ...]
    clocks: tuple[Clock, ...]
    """The times of its columns, else those of its section: of lines that state none."""
    year: int | None
    """The year that its columns or what stands right before it state."""
    turns: bool
    """Whether it begins late in a year and goes forward, so that what is early in one is in the next."""


def describe_lines(ground: Ground, number: int, schedule: Schedule) -> Iterator[LiveEvent]:
    """The events that are the lines of a schedule in a section."""
    around = tuple(_without(ground.around(number), schedule.span))
    headers = tuple(column.span for column in schedule.columns)
    series = _Series(
        number,
        schedule,
        around,
        headers,
        _clocks(ground, headers) or _clocks(ground, around[:2]),
        _year_in(ground, headers) or year_of(schedule.lead),
        _turns(ground, schedule.lines),
    )
    return (_line(ground, series, line) for line in schedule.lines)


def _line(ground: Ground, series: _Series, line: Line) -> LiveEvent:
    days, schedule = tuple(ground.days(line.body)), series.schedule
    around = [line.body, *series.around]
    clocks = _clocks(ground, [line.body]) or series.clocks
    traits = _traits(ground, around, bool(schedule.columns))
    if any(
        _NOTES.search(column.header) and ground.links(cell)
        for column, cell in zip(schedule.columns, line.cells, strict=False)
    ):
        traits |= {"self-paced"}
    return LiveEvent(
        line.span,
        line.body,
        schedule.shape,
        schedule.told_by,
        days,
        _year_of_line(ground, series, line),
        clocks,
        _zones(ground, clocks, [line.body, *series.headers, *around]),
        _recurring(ground, line.body),
        _length(ground, line.body, clocks),
        _is_mandatory(ground, line.body),
        _recording_of_line(ground, schedule, line, around),
        traits,
        schedule.block,
        schedule.recording >= 0,
    )


def _clocks(ground: Ground, spans: Iterable[Span]) -> tuple[Clock, ...]:
    """The times of day that some parts of the page state, as many as one event may have."""
    return tuple(clock for span in spans for clock in ground.clocks(span))[:_MOST_CLOCKS]


def _without(spans: Iterable[Span], hole: Span) -> Iterator[Span]:
    """What is left of *spans* where *hole* is cut out: one line of a schedule says nothing of the next."""
    for span in spans:
        if span.start <= hole.start and hole.end <= span.end:
            yield Span(span.start, hole.start)
            yield Span(hole.end, span.end)
        else:
            yield span


def _year(ground: Ground, number: int, own: Span, days: Sequence[Day]) -> int | None:
    """The year of days that state none: of another day in the same words, of the titles above, of the words around."""
    if all(day.year for day in days):
        return None
    stated = {day.year for day in days if day.year}
    if len(stated) == 1:
        return stated.pop()
    return ground.year(number) or _year_in(ground, [own])


def _year_of_line(ground: Ground, series: _Series, line: Line) -> int | None:
    """The year of a line's days; a schedule that runs over the end of a year goes on in the next."""
    days = ground.days(line.body)
    year = _year(ground, series.number, line.body, days) or series.year
    return year + 1 if year and days and series.turns and days[0].month <= _EARLY else year


def _turns(ground: Ground, lines: Sequence[Line]) -> bool:
    """Whether the first lines of a schedule are late in a year and go forward."""
    days = [found[0] for line in lines[:2] if (found := ground.days(line.body))]
    if len(days) < 2 or days[0].month < _LATE:
        return False
    return (days[0].month, days[0].day) < (days[1].month, days[1].day)


def _year_in(ground: Ground, spans: Iterable[Span]) -> int | None:
    return year_of(" ".join(map(ground.said, spans)))


def _zones(ground: Ground, clocks: Sequence[Clock], around: Sequence[Span]) -> tuple[str, ...]:
    """The zones of an event: those that stand at its times, else those named near, else one that holds for the page."""
    stated = dict.fromkeys(clock.zone for clock in clocks if clock.zone)
    if stated or not clocks:
        return tuple(stated)
    for span in around[:-1] or around:
        named = ground.zones_in(span)
        if named:
            return tuple(named)
    return tuple(ground.zones_of_all_times)


def _recurring(ground: Ground, own: Span) -> str:
    """The words that say most of how often: "every Thursday" rather than "Thursdays"."""
    return max(map(ground.said, ground.recurrences(own)), key=len, default="")


def _length(ground: Ground, own: Span, clocks: Sequence[Clock]) -> int | None:
    """The minutes from start to end, else a duration beside a word for an event or for time."""
    for clock in clocks:
        if clock.minutes:
            return clock.minutes
    timed = [block.text_span for _, block in ground.blocks(own) if block.text_spans and ground.clocks(block.text_span)]
    for duration in durations.find(ground.prose, *own):
        beside = any(span.start <= duration.span.start < span.end for span in timed)
        unit = ground.prose[duration.span.start : duration.span.end].lower()
        after = ground.prose[duration.span.end : duration.span.end + _BESIDE].lower()
        before = ground.prose[max(own.start, duration.span.start - _BESIDE) : duration.span.start].lower()
        if (
            duration.minutes <= _LONGEST_EVENT
            and not _CALENDAR.search(unit)
            and (_HELD.search(after) or _LENGTH.search(before) or (beside and not _PART.match(after)))
        ):
            return round(duration.minutes)
    return None


def _traits(ground: Ground, around: Sequence[Span], listed: bool) -> frozenset[str]:
    found = {name for name in _NEAR if any(ground.says(name, span) for span in around)}
    found |= {name for name in _ANYWHERE if ground.says(name, ground.whole)}
    if listed:
        found.add("agenda")
    if "instead" in found:
        found = (found - {"instead"}) | {"self-paced"}
    if any(ground.clocks(span) for span in around):
        found.add("time")
    return frozenset(found)


def _lists(ground: Ground, own: Span) -> bool:
    """Whether a part of the page holds a list of more than dates and links to come: what happens there."""
    items = (block.span for _, block in ground.blocks(own) if block.kind in {"item", "row"})
    told = (span for span in items if not _is_about_time(ground, span))
    return len(list(islice(told, _AGENDA_ITEMS))) == _AGENDA_ITEMS


def _is_about_time(ground: Ground, span: Span) -> bool:
    when = ground.clocks(span) or ground.days(span) or ground.recurrences(span)
    return bool(when or ground.calls(span)) or ground.meeting(span)


def _is_mandatory(ground: Ground, own: Span) -> bool:
    """Whether people must come, as the event says, or the page where it is named after the event."""
    return ground.says("mandatory", ground.whole if ground.is_about_one else own)


def _recording(ground: Ground, own: Span, around: Sequence[Span]) -> Recording:
    if ground.shows(own):
        return Recording.LINKED
    if _INTERNAL.search(ground.said(own)):
        return Recording.REFUSED
    return _around(ground, around)


def _recording_of_line(ground: Ground, schedule: Schedule, line: Line, around: Sequence[Span]) -> Recording:
    if schedule.recording < 0:
        return _recording(ground, line.body, around)
    cell = (
        line.cells[schedule.recording] if schedule.recording < len(line.cells) else Span(line.body.end, line.body.end)
    )
    if ground.links(cell) or ground.shows(line.body):
        return Recording.LINKED
    said = ground.said(cell)
    if _NOT_RECORDED.search(said):
        return Recording.REFUSED
    promised = any(map(str.isalpha, said)) or any(ground.says("recorded", span) for span in around[1:])
    return Recording.PROMISED if promised else Recording.NONE


def _around(ground: Ground, around: Sequence[Span]) -> Recording:
    """What is said of recordings in the words around an event; a link to all recordings may stand anywhere."""
    if any(ground.denies("recorded", span) for span in around):
        return Recording.REFUSED
    promised, kept = any(ground.says("recorded", span) for span in around), ground.keeps_recordings
    if not (promised or kept) and ground.is_about_one and ground.denies("recorded", ground.whole):
        return Recording.REFUSED
    if promised:
        return Recording.LINKED if kept else Recording.PROMISED
    return Recording.NONE
