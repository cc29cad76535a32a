"""The page as the search for live events sees it: blocks by section, titles, links, what is said where."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from ld_review.document import Block, Document, Inline
from ld_review.learning.events import calendar
from ld_review.learning.events.calendar import Clock, Day
from ld_review.learning.events.words import EventWords, folded
from ld_review.learning.profile import page_title
from ld_review.source import Span, Spans

_YEAR = re.compile(r"(?<![\w/.-])(?:19|20)\d\d(?![\w/]|-\w)")
_WATCH = re.compile(r"\b(?:watch|video|playback)\b")
_BEFORE = re.compile(r"\b(?:before ?hand|in advance|watch first|prior to|ahead of)\b")
_ALL_TIMES = re.compile(r"\b[Tt]imes?\b[^.\n]{0,60}")
_URL = re.compile(r"https?://[^\s|<>)\]]+")
_VIDEO_TEMPLATE = re.compile(r"\b(?:youtube|vimeo|video|wistia|loom)\b", re.IGNORECASE)


def year_of(text: str) -> int | None:
    """The one year that a text states; None where there is none, or more than one."""
    years = set(_YEAR.findall(text))
    return int(years.pop()) if len(years) == 1 else None


_Timed = TypeVar("_Timed", Day, Clock)


def _inside(stated: Sequence[_Timed], span: Span) -> Sequence[_Timed]:
    at = bisect_left(stated, span.start, key=_begin)
    return stated[at : bisect_left(stated, span.end, lo=at, key=_begin)]


def _begin(stated: Day | Clock) -> int:
    return stated.span.start


def _start(span: Span) -> int:
    return span.start


@dataclass(frozen=True)
class Ground:
    """What is asked of a page."""

    document: Document
    words: EventWords
    is_media: Callable[[str], bool]
    """Whether a link or frame of this target shows a video or a recording."""
    _said: dict[Span, str] = field(default_factory=dict, repr=False)
    _answers: dict[tuple[str, str, Span], bool] = field(default_factory=dict, repr=False)

    @cached_property
    def prose(self) -> str:
        """All text that a reader sees and that is not struck out; an index into it is an index into the source."""
        struck = [inline.span for inline in self.document.of("strike")]
        return self.document.without("prose", struck) if struck else self.document.view("prose")

    @cached_property
    def _text(self) -> str:
        """The prose and what is written as code in it, such as the name of a channel."""
        text, parts, end = self.document.source.text, list[str](), 0
        for code in self.document.of("code"):
            if code.text_span and code.text_span.start >= end:
                parts += (self.prose[end : code.text_span.start], text[slice(*code.text_span)])
                end = code.text_span.end
        return "".join((*parts, self.prose[end:])) if parts else self.prose

    @cached_property
    def title(self) -> str:
        """The title of the page, folded."""
        return folded(page_title(self.document))

    @cached_property
    def whole(self) -> Span:
        """All of the page."""
        return Span(0, len(self.prose))

    @cached_property
    def is_about_one(self) -> bool:
        """Whether the page is named after an event, so that what it says anywhere is about that."""
        return self.words.names.search(self.title) is not None

    def said(self, span: Span) -> str:
        """The text of a part of the page, folded."""
        if span not in self._said:
            self._said[span] = folded(self._text[span.start : span.end])
        return self._said[span]

    def days(self, span: Span) -> Sequence[Day]:
        """The days that a part of the page states."""
        return _inside(self._days, span)

    def clocks(self, span: Span) -> Sequence[Clock]:
        """The times of day that a part of the page states."""
        return _inside(self._clocks, span)

    def recurrences(self, span: Span) -> Sequence[Span]:
        """Where a part of the page says that something is regular."""
        at = bisect_left(self._recurrences, span.start, key=_start)
        end = bisect_left(self._recurrences, span.end, lo=at, key=_start)
        return self._recurrences[at:end]

    @cached_property
    def _days(self) -> Sequence[Day]:
        return calendar.days(self.prose, 0, len(self.prose))

    @cached_property
    def _clocks(self) -> Sequence[Clock]:
        return calendar.clocks(self.prose, 0, len(self.prose))

    @cached_property
    def _recurrences(self) -> Sequence[Span]:
        return calendar.recurrences(self.prose, 0, len(self.prose))

    @cached_property
    def titles(self) -> Sequence[tuple[str, ...]]:
        """For each section the titles above it and its own, folded, the page's first."""
        found: list[tuple[str, ...]] = []
        for section in self.document.sections:
            above = (self.title,) if section.parent is None else found[section.parent]
            own = folded(self.document.title(section))
            found.append((*above, own) if own and own != self.title else above)
        return found

    def around(self, number: int) -> Iterator[Span]:
        """The bodies of a section and of those around it, the page's beginning last."""
        at: int | None = number
        while at is not None:
            yield self.document.sections[at].body
            at = self.document.sections[at].parent
        if number:
            yield self.document.sections[0].body

    def year(self, number: int) -> int | None:
        """The one year that the titles of a section state; None where there is none, or more than one."""
        for title in reversed(self.titles[number]):
            if _YEAR.search(title):
                return year_of(title)
        return None

    def blocks(self, span: Span) -> Iterator[tuple[int, Block]]:
        """The blocks that begin in a part of the page, with their indices."""
        blocks = self.document.blocks
        at = bisect_left(self._starts, span.start)
        while at < len(blocks) and blocks[at].span.start < span.end:
            yield at, blocks[at]
            at += 1

    @cached_property
    def _starts(self) -> list[int]:
        return [block.span.start for block in self.document.blocks]

    def says(self, attribute: str, span: Span) -> bool:
        """Whether a part of the page says it; asked once of each part, since many events share it."""
        return self._once("says", attribute, span)

    def denies(self, attribute: str, span: Span) -> bool:
        """Whether a part of the page says that it is not so."""
        return self._once("denies", attribute, span)

    def _once(self, ask: str, attribute: str, span: Span) -> bool:
        key = (ask, attribute, span)
        if key not in self._answers:
            self._answers[key] = getattr(self.words, ask)(attribute, self.said(span))
        return self._answers[key]

    @cached_property
    def zones(self) -> Sequence[Span]:
        """Where the page names a time zone."""
        return calendar.zones(self.prose, 0, len(self.prose))

    @cached_property
    def zones_of_all_times(self) -> Sequence[str]:
        """The zones in sentences about times: "All times are in UTC"."""
        spans = (Span(*match.span()) for match in _ALL_TIMES.finditer(self.prose))
        return [zone for span in spans for zone in self.zones_in(span)]

    def zones_in(self, span: Span) -> Sequence[str]:
        """The zones that a part of the page names, as written."""
        at = bisect_left(self.zones, span.start, key=_start)
        end = bisect_left(self.zones, span.end, lo=at, key=_start)
        return list(dict.fromkeys(self.prose[slice(*zone)] for zone in self.zones[at:end]))

    @cached_property
    def bold(self) -> Spans:
        """What is in bold."""
        return Spans(inline.span for inline in self.document.of("strong"))

    @cached_property
    def keeps_recordings(self) -> bool:
        """Whether the page links to a recording anywhere."""
        return next(self.recordings(self.whole), None) is not None

    def meeting(self, span: Span) -> bool:
        """Whether a part of the page links to a meeting."""
        return any(self.words.hosts.match(link.target) for link in self._within(self._links, span))

    def recordings(self, span: Span) -> Iterator[Span]:
        """Where links, frames, players and bare URLs in a part of the page show a recording."""
        yield from (inline.span for inline in self._within(self._links, span) if self._shows(inline))
        for url in _URL.finditer(self.prose, *span):
            if self.is_media(url[0]):
                yield Span(*url.span())

    def links(self, span: Span) -> Iterator[Inline]:
        """The links and frames in a part of the page."""
        return self._within(self._links, span)

    @cached_property
    def _links(self) -> Sequence[Inline]:
        return tuple(self.document.of("link", "iframe", "html", "template"))

    @staticmethod
    def _within(inlines: Sequence[Inline], span: Span) -> Iterator[Inline]:
        at = bisect_left(inlines, span.start, key=lambda inline: inline.span.start)
        while at < len(inlines) and inlines[at].span.start < span.end:
            yield inlines[at]
            at += 1

    def _shows(self, inline: Inline) -> bool:
        if inline.kind == "html":
            return inline.info in {"video", "audio"}
        if inline.kind == "template":
            return _VIDEO_TEMPLATE.search(self.document.source[inline.span][:200]) is not None
        if self._is_before(inline):
            return False
        if self.is_media(inline.target):
            return True
        text = self.said(inline.text_span) if inline.text_span and inline.target else ""
        return self.words.says("recorded", text) or _WATCH.search(text) is not None

    def _is_before(self, inline: Inline) -> bool:
        """Whether it is to be watched before an event, so that it is none of its recordings."""
        around = self.document.blocks[inline.block].span if inline.block >= 0 else inline.span
        return inline.kind == "link" and _BEFORE.search(self.said(around)) is not None
