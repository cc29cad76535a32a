"""The page as the search for live events sees it: blocks by section, titles, links, what is said where."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from ld_review.document import Block, Document, Inline
from ld_review.late import late
from ld_review.learning.events import calendar
from ld_review.learning.events.calendar import Clock, Day
from ld_review.learning.events.words import EventWords, folded
from ld_review.learning.profile import page_title
from ld_review.source import Span, Spans

_YEAR = late(r"(?<![\w/.-])(?:19|20)\d\d(?![\w/]|-\w)")
_WATCH = late(r"\b(?:watch|video|playback)\b")
_BEFORE = late(r"\b(?:before ?hand|in advance|watch first|prior to|ahead of)\b")
_ALL_TIMES = late(r"\b[Tt]imes?\b[^.\n]{0,60}")
_URL = late(r"https?://[^\s|<>)\]]+")
_VIDEO_TEMPLATE = late(r"\b(?:youtube|vimeo|video|wistia|loom)\b", re.IGNORECASE)


def year_of(text: str) -> int | None:
    """The one year that a text states; None where there is none, or more than one."""
    years = set(_YEAR.findall(text))
    return int(years.pop()) if len(years) == 1 else None


_Placed = TypeVar("_Placed", Day, Clock, Inline, Span)


def _inside(placed: Sequence[_Placed], span: Span) -> Sequence[_Placed]:
    """Those that begin in a part of the page; they are in order of place."""
    at = bisect_left(placed, span.start, key=_start)
    return placed[at : bisect_left(placed, span.end, lo=at, key=_start)]


def _start(placed: Day | Clock | Inline | Span) -> int:
    return placed.start if isinstance(placed, Span) else placed.span.start


@dataclass(frozen=True)
class Ground:
    """What is asked of a page."""

    document: Document
    words: EventWords
    is_media: Callable[[str], bool]
    """Whether a link or frame of this target shows a video or a recording."""
    _said: dict[Span, str] = field(default_factory=dict, repr=False)
    _saying: dict[tuple[str, bool], Sequence[Span]] = field(default_factory=dict, repr=False)

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
        return _inside(self._recurrences, span)

    def calls(self, span: Span) -> Sequence[Span]:
        """The texts of the blocks in a part of the page that ask readers to come."""
        return _inside(self._calls, span)

    @cached_property
    def _calls(self) -> Sequence[Span]:
        return [text for text in self._texts if self.words.calls.search(self.said(text))]

    @cached_property
    def _texts(self) -> Sequence[Span]:
        return [block.text_span for block in self.document.prose_blocks]

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

    def before(self, number: int) -> Block | None:
        """The block at the top of the page that stands before the one with this index; None where it is the first."""
        blocks, at = self.document.blocks, number - 1
        while at >= 0 and blocks[at].parent >= 0:
            at = blocks[at].parent
        return blocks[at] if at >= 0 else None

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
        """Whether a block in a part of the page says it."""
        return bool(_inside(self._that(attribute, denied=False), span))

    def denies(self, attribute: str, span: Span) -> bool:
        """Whether a block in a part of the page says that it is not so."""
        return bool(_inside(self._that(attribute, denied=True), span))

    def _that(self, attribute: str, *, denied: bool) -> Sequence[Span]:
        """The texts of the blocks that say or deny it; each is asked once, since many events share it."""
        if (attribute, denied) not in self._saying:
            ask = self.words.denies if denied else self.words.says
            self._saying[attribute, denied] = [text for text in self._texts if ask(attribute, self.said(text))]
        return self._saying[attribute, denied]

    @cached_property
    def _zones(self) -> Sequence[Span]:
        return calendar.zones(self.prose, 0, len(self.prose))

    @cached_property
    def zones_of_all_times(self) -> Sequence[str]:
        """The zones in sentences about times, each once: "All times are in UTC"."""
        spans = (Span(*match.span()) for match in _ALL_TIMES.finditer(self.prose))
        return list(dict.fromkeys(zone for span in spans for zone in self.zones_in(span)))

    def zones_in(self, span: Span) -> Sequence[str]:
        """The zones that a part of the page names, as written."""
        return list(dict.fromkeys(self.prose[slice(*zone)] for zone in _inside(self._zones, span)))

    @cached_property
    def bold(self) -> Spans:
        """What is in bold."""
        return Spans(inline.span for inline in self.document.of("strong"))

    @cached_property
    def keeps_recordings(self) -> bool:
        """Whether the page links to a recording anywhere."""
        return self.shows(self.whole)

    def meeting(self, span: Span) -> bool:
        """Whether a part of the page links to a meeting."""
        return any(self.words.hosts.match(link.target) for link in self.links(span))

    def shows(self, span: Span) -> bool:
        """Whether a link, frame, player or bare URL in a part of the page shows a recording."""
        return any(map(self._is_recording, self.links(span))) or any(
            self.is_media(url[0]) for url in _URL.finditer(self.prose, *span)
        )

    def links(self, span: Span) -> Sequence[Inline]:
        """The links, frames, tags and templates that begin in a part of the page."""
        return _inside(self._links, span)

    @cached_property
    def _links(self) -> Sequence[Inline]:
        return tuple(self.document.of("link", "iframe", "html", "template"))

    def _is_recording(self, inline: Inline) -> bool:
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
