"""Find frames without a title, or whose source does not load in a frame."""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ld_review.checks.base import Match
from ld_review.checks.phrases import Deadline, Phrase, pattern
from ld_review.checks.structural import Structural
from ld_review.document import Document, Inline, Section
from ld_review.finding import Edit
from ld_review.page import Page
from ld_review.source import Span

_TAG_NAME = len("<iframe")
_GROUP = re.compile(r"\\(\d+)")


@dataclass(frozen=True, kw_only=True)
class Iframe(Structural):
    """Yield each frame for which any option holds. Words: ``{source}``, ``{better}`` (the title or the source)."""

    untitled: bool = False
    """Whether it has no title; the fix takes the text of the nearest heading above, numbered where a section has
    several frames."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Regular expressions for sources, each with what to put in place of what it found; nothing where only a person can
    tell."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.untitled or self.sources):
            raise ValueError("option 'untitled': ask for untitled or some sources")
        _ = self._sources

    @cached_property
    def _sources(self) -> tuple[tuple[Phrase, str], ...]:
        return tuple((pattern("sources", text, words=False), better) for text, better in self.sources.items())

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page.document))

    def _all(self, document: Document) -> Iterator[Match]:
        deadline = Deadline(len(document.source.text))
        starts = [section.span.start for section in document.sections]
        numbers: dict[Section, int] = {}
        for frame in document.of("iframe"):
            section = _section(document, starts, frame.span.start)
            numbers[section] = numbers.get(section, 0) + 1
            if self.untitled and not frame.title.strip():
                yield _untitled(document, frame, _title(document, section, numbers[section]))
            yield from self._not_loading(frame, deadline)

    def _not_loading(self, frame: Inline, deadline: Deadline) -> Iterator[Match]:
        for phrase, better in self._sources:
            found = deadline.search(phrase, frame.target)
            if not found:
                continue
            replaced = _GROUP.sub(lambda group, found=found: found[int(group[1])] or "", better)  # type: ignore[misc]
            source = frame.target[: found.start()] + replaced + frame.target[found.end() :] if better else ""
            place = frame.target_span or frame.span
            edits = (Edit(place, source),) if source and frame.target_span else ()
            yield Match(place, {"source": frame.target, "better": source}, edits)
            return


def _untitled(document: Document, frame: Inline, title: str) -> Match:
    words = {"source": frame.target, "better": title}
    if not title:
        return Match(frame.span, words)
    attribute = f'title="{html.escape(title)}"'
    if frame.title_span is not None:
        return Match(frame.span, words)
    behind_name = frame.span.start + _TAG_NAME
    return Match(frame.span, words, (Edit(Span(behind_name, behind_name), f" {attribute}"),))


def _section(document: Document, starts: list[int], offset: int) -> Section:
    """The innermost section that holds *offset*."""
    return document.sections[bisect_right(starts, offset) - 1]


def _title(document: Document, section: Section, number: int) -> str:
    title = document.title(section)
    if section.heading is None:
        named = document.front_matter.data.get("title")
        title = " ".join(named.split()) if isinstance(named, str) else ""
    return f"{title} ({number})" if title and number > 1 else title
