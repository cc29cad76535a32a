"""Find words and phrases that have a better one, and offer it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ld_review.checks.base import Match
from ld_review.checks.phrases import (
    Hit,
    Hunt,
    Phrase,
    Phrases,
    expanded,
    groups_in,
    is_trusted,
    keep_case,
    pattern,
    term,
)
from ld_review.document import Document
from ld_review.finding import Edit
from ld_review.page import Page
from ld_review.source import Span, Spans


@dataclass(frozen=True, kw_only=True)
class Substitution(Phrases):
    """Yield each phrase that has a better one. Words: ``{match}``, ``{better}``."""

    swap: Mapping[str, str] = field(default_factory=dict)
    """The better phrase by the plain one. ``a|b`` offers a choice, which a person has to make."""
    patterns: Mapping[str, str] = field(default_factory=dict)
    """The same by regular expression; ``\\1`` in the better phrase is what the first group found."""
    anchors: tuple[str, ...] = ()
    """Literals one of which stands in whatever ``patterns`` find; pages without any are not searched."""
    words: bool = True
    """Whether what ``patterns`` find starts and ends at ends of words."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.swap and not self.patterns:
            raise ValueError("option 'swap': give some phrases with their better ones")
        for found, better in (*self.swap.items(), *self.patterns.items()):
            if not found.strip() or not all(choice.strip() for choice in better.split("|")):
                raise ValueError(f"option 'swap': {found!r} or what is better, {better!r}, is empty")
        for phrase in self._hunt.phrases:
            self._check_groups(phrase)

    def _check_groups(self, phrase: Phrase) -> None:
        better = "" if phrase.plain else self.patterns[phrase.name]
        asked = groups_in(better)
        if asked and not is_trusted() and max(asked) > phrase.regex.groups:
            raise ValueError(f"option 'patterns': {phrase.name!r} has no such group as {better!r} asks for")

    @cached_property
    def _hunt(self) -> Hunt:
        terms = (term(text, self.ignorecase) for text in self.swap)
        patterns = (pattern("patterns", text, self.ignorecase, self.words, self.anchors) for text in self.patterns)
        return Hunt([*terms, *patterns])

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        matches = (self._match(page, hit) for hit in self.hits(page, self._hunt))
        return self.enough(match for match in matches if match)

    def _match(self, page: Page, hit: Hit) -> Match | None:
        choices = [keep_case(hit.text, choice.strip()) for choice in self._better(hit).split("|")]
        if hit.text in choices:
            return None
        words = {"match": hit.text, "better": " or ".join(choices)}
        edits = replacing(page, hit, choices[0]) if len(choices) == 1 else ()
        return Match(hit.span, words, edits, safe=not in_generated_id(page, hit.span))

    def _better(self, hit: Hit) -> str:
        if hit.phrase.plain:
            return self.swap[hit.phrase.name]
        return expanded(self.patterns[hit.phrase.name], hit.match)


def replacing(page: Page, hit: Hit, better: str) -> tuple[Edit, ...]:
    """The edit that puts *better* where *hit* is; none where that would take away markup."""
    intact = page.document.source[hit.span] == hit.match[0]
    return (Edit(hit.span, better),) if intact else ()


def in_generated_id(page: Page, span: Span) -> bool:
    """Whether the id of a heading, and so the links to it, would change with the text at *span*."""
    return page.once(_headings_without_id).touch(span)


def _headings_without_id(document: Document) -> Spans:
    return Spans(block.span for block in document.blocks if block.kind == "heading" and not block.id)
