"""The course as it was recognised: sections with elements and times, objectives against practice, what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ld_review.document import Document
from ld_review.learning.alignment import Coverage, coverage
from ld_review.learning.async_path import Way, async_path
from ld_review.learning.course import Course, ElementKind
from ld_review.learning.element import Element
from ld_review.learning.events.event import KIND as LIVE_EVENT
from ld_review.learning.profile import page_title
from ld_review.learning.times import Times, times
from ld_review.source import Span


class Part(NamedTuple):
    """A section of the page."""

    title: str
    """Empty for what stands before the first heading."""
    span: Span
    """Of its heading."""
    words: int
    """Of its prose, without its subsections."""
    minutes: float | None
    """The time that is stated for it in its heading or right under it."""
    elements: tuple[Element, ...]
    """What was recognised in it, without its subsections."""
    parts: tuple[Part, ...]


class Outline(NamedTuple):
    """What a page is made of."""

    title: str
    parts: tuple[Part, ...]
    coverage: tuple[Coverage, ...]
    """For each objective what practises or checks it."""
    times: Times
    missing: tuple[tuple[ElementKind, str], ...]
    """The kinds of element that were not found, and whether the profile ``required`` or ``expected`` them."""
    events: tuple[Element, ...] = ()
    """The live events."""
    ways: tuple[Way, ...] = ()
    """What lets people learn without being there."""


def outline(document: Document, course: Course) -> Outline:
    """The outline of a page."""
    inside: dict[int, list[Element]] = {}
    for element in course.elements:
        inside.setdefault(document.section_at(element.span.start), []).append(element)
    return Outline(
        page_title(document),
        _parts(document, inside),
        coverage(document, course),
        times(document, course),
        tuple(_missing(course)),
        tuple(course.of(LIVE_EVENT)),
        async_path(course.elements),
    )


def _parts(document: Document, inside: Mapping[int, Sequence[Element]]) -> tuple[Part, ...]:
    """The sections as a tree; the deepest are made first, since a section holds those that follow it."""
    children: dict[int, list[Part]] = {}
    part = Part("", Span(0, 0), 0, None, (), ())
    for number in range(len(document.sections) - 1, -1, -1):
        section, elements = document.sections[number], tuple(inside.get(number, ()))
        heading = document.blocks[section.heading].span if section.heading is not None else None
        part = Part(
            document.title(section),
            heading or Span(section.span.start, section.span.start),
            len(document.view("prose")[section.body.start : section.body.end].split()),
            _minutes(document, section.heading, elements),
            elements,
            tuple(reversed(children.get(number, []))),
        )
        around = -1 if section.parent is None else section.parent
        if number:
            children.setdefault(around, []).append(part)
    top = [part._replace(parts=())] if part.elements or part.words else []
    return (*top, *part.parts)


def _minutes(document: Document, heading: int | None, elements: Sequence[Element]) -> float | None:
    """The time stated for a section: in its heading, or by a label that is about all of it."""
    for element in elements:
        if element.kind == "duration" and heading is not None:
            span = document.blocks[heading].span
            if span.start <= element.span.start < span.end or element.cue.startswith("duration/titles/"):
                return element.minutes()
    return None


def _missing(course: Course) -> list[tuple[ElementKind, str]]:
    if course.lexicon is None:
        return []
    return [
        (course.lexicon.kinds[kind], demand)
        for demand, kinds in (("required", course.spec.required), ("expected", course.spec.expected))
        for kind in kinds
        if not course.has(kind) and not (kind == "prerequisite" and course.has("no-prerequisite"))
    ]
