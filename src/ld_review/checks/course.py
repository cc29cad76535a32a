"""What the checks of learning content share: which elements can be judged, where to mark a page, how to group."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from ld_review.document import Document
from ld_review.errors import near
from ld_review.language import infer
from ld_review.learning.alignment import distinct_objectives
from ld_review.learning.element import KINDS, Element
from ld_review.learning.objectives import Objective
from ld_review.page import Page
from ld_review.source import Span

_FEWEST_WORDS = 30
"""Sections with fewer words do not show a language."""


def known_kinds(option: str, kinds: Sequence[str]) -> None:
    """Raise ValueError where one of *kinds* is no kind of learning element."""
    for kind in kinds:
        if kind not in KINDS:
            raise ValueError(f"option {option!r}: no kind of learning element {kind!r}{near(kind, KINDS)}")


def title_place(document: Document) -> Span:
    """Where a finding about the whole page is marked: its title, else its first line."""
    for key in ("title", "Title"):
        if key in document.front_matter.spans:
            return document.front_matter.spans[key]
    for block in document.blocks:
        if block.kind == "heading" and block.text_spans:
            return block.text_span
    return document.source.line(1)


def elements(page: Page, *kinds: str) -> list[Element]:
    """The elements of these kinds that stand in sections whose language is read."""
    foreign = page.once(foreign_sections)
    return [
        element
        for element in page.course.of(*kinds)
        if not any(span.start <= element.span.start < span.end for span in foreign)
    ]


def objectives(page: Page) -> list[tuple[Element, Objective]]:
    """The objectives of a page, each once, taken apart."""
    lexicon = page.course.lexicon
    if lexicon is None:
        return []
    view = page.document.view("prose")
    text = page.document.source.text
    found = []
    distinct = {element.span for element in distinct_objectives(page.document, page.course)}
    for element in elements(page, "objective"):
        if element.span not in distinct:
            continue
        words = view[element.span.start : element.span.end]
        if not words.strip():
            words = text[element.span.start : element.span.end]
        found.append((element, lexicon.verbs.take_apart(words)))
    return found


def innermost(found: Sequence[Element]) -> list[Element]:
    """The elements, in order of place, that hold no other of them: of "Exercises" those below it."""
    following = [*(one.span.start for one in found), sys.maxsize][1:]
    return [one for one, start in zip(found, following, strict=True) if start >= one.body.end]


def foreign_sections(document: Document) -> tuple[Span, ...]:
    """The sections of a page, without their subsections, whose text is in another language than English."""
    view = document.view("prose")
    found = []
    for section in document.sections:
        text = view[section.body.start : section.body.end]
        if text.isspace() or not text:
            continue
        if (text.isascii() or len(text.split()) < _FEWEST_WORDS) and not _is_foreign_script(text):
            continue
        if not infer(None, text).reads("en"):
            found.append(section.body)
    return tuple(found)


def _is_foreign_script(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return sum(letter > "\u024f" for letter in letters) > 0.25 * max(len(letters), 1)
