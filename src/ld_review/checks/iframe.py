"""Find frames without a title, description or heading of their own, or whose source is not what should be embedded."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ld_review.checks.base import Match
from ld_review.checks.nearby import count_words
from ld_review.checks.phrases import Deadline, Phrase, pattern
from ld_review.checks.structural import Structural
from ld_review.document import Document, Inline, Section
from ld_review.finding import Edit
from ld_review.hosts import Group, address, check_groups, recording
from ld_review.late import late
from ld_review.page import Page
from ld_review.source import Span

_TAG_NAME = len("<iframe")
_GROUP = late(r"\\(\d+)")


@dataclass(frozen=True, kw_only=True)
class Iframe(Structural):
    """Yield each frame for which any option holds, or each of some groups where only groups are given.

    Words: ``{source}``, ``{better}`` (the title or the source), ``{host}``, ``{title}`` (of its section), ``{words}``
    (between that and the frame), ``{count}``.
    """

    groups: tuple[Group, ...] = ()
    """Only frames whose source is on a host of one of these groups, to which a configuration may add."""
    untitled: bool = False
    """Whether it has no title; the fix takes the text of the nearest heading above, numbered where a section has
    several frames."""
    sources: Mapping[str, str] = field(default_factory=dict)
    """Regular expressions for sources, each with what to put in place of what it found; nothing where only a person can
    tell."""
    far: int = 0
    """How many words may stand between a heading and the frame; with it, only the first frame of a section is near."""
    undescribed: int = 0
    """How many words should stand between a heading and the first frame below it, where the section has so many."""
    unlinked: bool = False
    """Whether no link in its section leads to what it shows."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self._conditional or self.groups):
            raise ValueError("option 'untitled': ask for untitled, far, undescribed, unlinked, some sources or groups")
        check_groups("groups", self.groups)
        _ = self._sources

    @property
    def _conditional(self) -> bool:
        return bool(self.untitled or self.sources or self.far or self.undescribed or self.unlinked)

    @cached_property
    def _sources(self) -> tuple[tuple[Phrase, str], ...]:
        return tuple((pattern("sources", text, words=False), better) for text, better in self.sources.items())

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.together(list(self.kept(page, self._all(page))))

    def _all(self, page: Page) -> Iterator[Match]:
        document = page.document
        deadline = Deadline(len(document.source.text))
        numbers: dict[int, int] = {}
        for frame in document.of("iframe"):
            if self.groups and not page.hosts.groups_of(frame.target).intersection(self.groups):
                continue
            section = document.section_at(frame.span.start)
            numbers[section] = numbers.get(section, 0) + 1
            if self.untitled and not frame.title.strip():
                yield _untitled(document, frame, _title(document, document.sections[section], numbers[section]))
            if self._misplaced(page, frame, section, numbers[section]) or not self._conditional:
                yield _placed(page, frame, document.sections[section])
            yield from self._not_loading(frame, deadline)

    def _misplaced(self, page: Page, frame: Inline, number: int, nth: int) -> bool:
        section = page.document.sections[number]
        above = count_words(page, Span(section.body.start, frame.span.start))
        if self.far and (nth > 1 or above > self.far or section.heading is None):
            return True
        if self.undescribed and nth == 1 and above < self.undescribed <= count_words(page, section.body):
            return True
        return self.unlinked and (number, recording(frame.target)) not in page.once(_linked)

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


def _placed(page: Page, frame: Inline, section: Section) -> Match:
    words = {
        "source": frame.target,
        "better": "",
        "host": address(frame.target)[0].removeprefix("www."),
        "title": page.document.title(section) or "the top of the page",
        "words": str(count_words(page, Span(section.body.start, frame.span.start))),
    }
    return Match(frame.span, words)


def _linked(document: Document) -> frozenset[tuple[int, str]]:
    """What links lead to, with the number of the section in which they stand."""
    return frozenset((document.section_at(link.span.start), recording(link.target)) for link in document.of("link"))


def _untitled(document: Document, frame: Inline, title: str) -> Match:
    words = {"source": frame.target, "better": title}
    if not title:
        return Match(frame.span, words)
    attribute = f'title="{html.escape(title)}"'
    if frame.title_span is not None:
        return Match(frame.span, words)
    behind_name = frame.span.start + _TAG_NAME
    return Match(frame.span, words, (Edit(Span(behind_name, behind_name), f" {attribute}"),))


def _title(document: Document, section: Section, number: int) -> str:
    title = document.title(section).rstrip(" :")
    if section.heading is None:
        named = document.front_matter.data.get("title")
        title = " ".join(named.split()) if isinstance(named, str) else ""
    return f"{title} ({number})" if title and number > 1 else title
