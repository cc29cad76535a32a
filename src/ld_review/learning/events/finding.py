"""Find the live events of a page, from structure: a name, a time, something that asks to come.

Words alone do not tell: a page may speak of meetings and hold none. So evidence is counted, and what stands in
sections about holding events, in quotations and in templates is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ld_review.document import Block, Document
from ld_review.late import late
from ld_review.learning.events import calendar
from ld_review.learning.events.describing import Site, describe, describe_lines
from ld_review.learning.events.event import LiveEvent
from ld_review.learning.events.ground import Ground
from ld_review.learning.events.schedules import SCHEDULE, schedules
from ld_review.learning.events.words import EventWords, folded
from ld_review.source import Span, Spans

_ENOUGH = 4
"""Points of name, day, time of day, call and recording."""
_LONGEST_SCOPE = 8_000
"""In characters: what is longer is not about one event."""
_RIGHT_AFTER = 40
_DATED = late(r"\d{4}-\d\d-\d\d")
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MAY_SAY_WHEN = late(
    r"\d(?::\d\d)?[ \xa0]?(?:[AaPp]\.?[Mm]\b|UTC|GMT)|\d:\d\d|20\d\d-\d\d-\d"
    rf"|{_MONTH}[a-z]{{0,6}}\.? {{1,4}}\d|\d(?:st|nd|rd|th)? (?:of )?{_MONTH}"
)
_WHEN = late(r"\b(?:when|dates?|schedule|time and place|how to (?:join|register|attend))\b")
_TAKES_PLACE = late(r"\b(?:took|takes?|taking) place\b|\b(?:was|is|be) (?:held|hosted)\b")


class _Name(NamedTuple):
    """How surely something is called a live event."""

    words: str
    points: int
    """2 where the words mean nothing else, 1 where they may."""


class _Evidence(NamedTuple):
    """What beside a name shows that people come to something at a time; a point each."""

    day: bool
    """On a day, or regularly."""
    clock: bool
    call: bool
    recording: bool


def live_events(
    document: Document, words: EventWords, is_media: Callable[[str], bool], declared: bool = False
) -> tuple[LiveEvent, ...]:
    """The live events of a page, in order of place; *declared* says that the page itself is about one."""
    ground = Ground(document, words, is_media)
    if words.not_titles.search(ground.title):
        return ()
    found = list(_found(ground)) if _may_hold(ground) else []
    if declared and not found:
        found = [_whole_page(ground)]
    return tuple(sorted(found, key=lambda event: event.span))


def _may_hold(ground: Ground) -> bool:
    """Whether the page names a live event or a time of day; one with a day in its name is news, not a place to come."""
    name = "/".join(ground.document.source.path.parts[-2:])
    if any(calendar.days(part, 0, len(part)) for part in _DATED.findall(name)):
        return False
    return _MAY_SAY_WHEN.search(ground.prose) is not None or ground.words.names.search(folded(ground.prose)) is not None


def _found(ground: Ground) -> Iterator[LiveEvent]:
    looked_at = [
        number
        for number in range(len(ground.document.sections))
        if not any(map(ground.words.not_titles.search, ground.titles[number]))
    ]
    planned = list(schedules(ground, looked_at))
    for number, schedule in planned:
        yield from describe_lines(ground, number, schedule)
    taken, end = Spans(sorted(schedule.span for _, schedule in planned)), 0
    for number in looked_at:
        sites = _sites(ground, number, taken) if ground.document.sections[number].body.end > end else []
        end = max([end, *(one.body.end for one in sites)])
        yield from (describe(ground, one, alone=len(sites) == 1) for one in sites)


def _sites(ground: Ground, number: int, taken: Spans) -> list[Site]:
    """Where a section tells of events outside of schedules."""
    site = _section(ground, number, taken)
    return [site] if site else _paragraphs(ground, number, taken)


def _whole_page(ground: Ground) -> LiveEvent:
    """A page that is declared to be about a live event, and says nowhere when it is."""
    document = ground.document
    heading = next((block for block in document.blocks if block.kind == "heading" and block.text_spans), None)
    span = heading.text_span if heading else document.source.line(1)
    body = Span(span.start, len(document.source.text))
    return describe(ground, Site(span, body, "page", document.section_at(span.start), "the declared profile"))


# --- evidence ---------------------------------------------------------------------------------------------------------


def _is_enough(name: _Name, evidence: _Evidence) -> bool:
    return (evidence.day or evidence.clock) and name.points + sum(evidence) >= _ENOUGH


def _evidence(ground: Ground, body: Span) -> _Evidence:
    clock = bool(ground.clocks(body))
    day = _recurs(ground, body) or _names_day(ground, body, clock)
    return _Evidence(day, clock, _asks(ground, body), ground.shows(body))


def _names_day(ground: Ground, body: Span, clock: bool) -> bool:
    """Whether a day is named: with a time of day, in a heading, or where readers are asked to come."""
    if clock:
        return bool(ground.days(body))
    return any(
        ground.days(block.text_span) and (block.kind == "heading" or _asks(ground, block.text_span))
        for _, block in ground.blocks(body)
        if block.text_spans
    )


def _asks(ground: Ground, body: Span) -> bool:
    return bool(ground.calls(body)) or ground.meeting(body)


def _recurs(ground: Ground, span: Span) -> bool:
    """Whether something is said to be regular: "every Thursday", or "monthly" right before what is held."""
    for found in ground.recurrences(span):
        said = ground.said(found)
        after = ground.said(Span(found.end, min(span.end, found.end + _RIGHT_AFTER)))
        if " " in said or said.endswith("days") or ground.words.weak_names.search(after):
            return True
    return False


# --- sections ---------------------------------------------------------------------------------------------------------


def _section(ground: Ground, number: int, taken: Spans) -> Site | None:
    """The event that a whole section is about: its heading names it, or is a day among events."""
    document = ground.document
    section = document.sections[number]
    if section.heading is None or not document.blocks[section.heading].text_spans:
        return None
    if taken.touch(section.span) or _holds_days(ground, number):
        return None
    span = document.blocks[section.heading].text_span
    if _is_day_among_events(ground, number):
        above = document.sections[section.parent].heading if section.parent is not None else None
        reason = f"a day in the heading {ground.titles[number][-1][:60]!r}"
        return Site(span, section.span, "section", number, reason, -1 if above is None else above)
    for end in dict.fromkeys((section.body.end, section.span.end)):
        body = Span(section.span.start, end)
        name = _named_by_heading(ground, number, body)
        if name and name.points < 2 and end != section.body.end:
            break
        if name and end - body.start <= _LONGEST_SCOPE and _is_enough(name, _evidence(ground, body)):
            return Site(span, body, "section", number, f"{name.words!r} in the heading, a time, and a call to come")
    return None


def _holds_days(ground: Ground, number: int) -> bool:
    """Whether a section has subsections that are each a day: then those are the events."""
    document = ground.document
    around = document.sections[number].span
    for inner in range(number + 1, len(document.sections)):
        section = document.sections[inner]
        if section.span.start >= around.end:
            return False
        if section.heading is not None and _is_day(ground, section.heading):
            return True
    return False


def _is_day(ground: Ground, heading: int) -> bool:
    block = ground.document.blocks[heading]
    return bool(block.text_spans and ground.days(block.text_span))


def _named_by_heading(ground: Ground, number: int, body: Span) -> _Name | None:
    """The name that a heading gives: its own words, or a day, or "When", for what the page is named after."""
    titles, words = ground.titles[number], ground.words
    strong = words.names.search(titles[-1])
    if strong:
        return _Name(strong[0], 2)
    if _is_day(ground, ground.document.sections[number].heading or 0):
        named = words.weak_names.search(" ".join((*titles, ground.said(body))))
        return _Name(named[0], 2) if named else _Name(titles[-1], 1)
    weak = words.weak_names.search(titles[-1])
    if weak:
        return _Name(weak[0], 1)
    of_page = words.weak_names.search(titles[0]) if _WHEN.search(titles[-1]) else None
    return _Name(of_page[0], 2) if of_page else None


def _is_day_among_events(ground: Ground, number: int) -> bool:
    """Whether a heading is a day below one that names events, or below "Past" or "Upcoming" on a page about them."""
    titles = ground.titles[number]
    if not _is_day(ground, ground.document.sections[number].heading or 0):
        return False
    if any(map(ground.words.names.search, titles)):
        return True
    above = titles[-2] if len(titles) > 1 else ""
    bodies = list(ground.around(number))[1:]
    return SCHEDULE.search(above) is not None and any(ground.words.names.search(ground.said(body)) for body in bodies)


# --- paragraphs -------------------------------------------------------------------------------------------------------


def _paragraphs(ground: Ground, number: int, taken: Spans) -> list[Site]:
    """The paragraphs and items of a section that each announce an event.

    Where it is the first paragraph of a section and the only one, the section is about it.
    """
    document, section = ground.document, ground.document.sections[number]
    paragraphs = [
        block
        for _, block in ground.blocks(section.body)
        if block.kind == "paragraph" and block.text_spans and not _is_quoted(ground, block)
    ]
    found = [
        (block, name)
        for block in paragraphs
        if not taken.touch(block.span)
        and (ground.days(block.text_span) or ground.clocks(block.text_span) or ground.recurrences(block.text_span))
        and (name := _named_in(ground, block))
        and (evidence := _evidence(ground, block.text_span)).day
        and _is_enough(name, evidence)
    ]
    if len(found) == 1 and section.heading is not None and found[0][0] is paragraphs[0]:
        heading = document.blocks[section.heading]
        if heading.text_spans and not _in_item(document, paragraphs[0]):
            span = heading.text_span
            return [Site(span, Span(section.span.start, section.body.end), "section", number, _reason(found[0][1]))]
    return [_of_paragraph(document, block, number, name) for block, name in found]


def _reason(name: _Name) -> str:
    return f"{name.words!r}, a time, and a call to come in one paragraph"


def _of_paragraph(document: Document, block: Block, number: int, name: _Name) -> Site:
    item = _in_item(document, block)
    body = item.span if item else block.span
    return Site(block.text_span, body, "item" if item else "paragraph", number, _reason(name))


def _in_item(document: Document, block: Block) -> Block | None:
    parent = document.blocks[block.parent] if block.parent >= 0 else None
    return parent if parent is not None and parent.kind == "item" else None


def _is_quoted(ground: Ground, block: Block) -> bool:
    """Whether a paragraph quotes somebody; a quotation that begins in bold is a note of the page's own."""
    document, around = ground.document, block
    while around.kind != "quote":
        if around.parent < 0:
            return False
        around = document.blocks[around.parent]
    first = Span(block.text_span.start, block.text_span.start + 1)
    return not around.info and not ground.bold.touch(first)


def _named_in(ground: Ground, block: Block) -> _Name | None:
    """The name in a paragraph, or that of the page where the paragraph says that it takes place."""
    words, said = ground.words, ground.said(block.text_span)
    strong = words.names.search(said)
    if strong:
        return _Name(strong[0], 2)
    of_page = words.weak_names.search(ground.title) if _TAKES_PLACE.search(said) else None
    if of_page:
        return _Name(of_page[0], 2)
    weak = words.weak_names.search(said)
    return _Name(weak[0], 1) if weak else None
