"""What every kind of check offers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from ld_review.finding import Edit
from ld_review.handbook.facts import Detail, Entry
from ld_review.handbook.handbook import Handbook
from ld_review.page import Page
from ld_review.source import Span

NO_WORDS: Mapping[str, str] = MappingProxyType({})


class Match(NamedTuple):
    """A place that a check found, with the words for its rule's message. It knows no rule."""

    span: Span
    words: Mapping[str, str] = NO_WORDS
    edits: tuple[Edit, ...] = ()
    """What would mend it; empty where the check cannot tell."""
    also: tuple[Span, ...] = ()
    """Other places that are the same fault: one finding, several places."""
    paste: str = ""
    """Markdown that the author can paste and fill in."""
    safe: bool = True
    """Whether the edits keep the meaning; a rule may still call all its fixes unsafe."""


class Check(Protocol):
    """A kind of check with its options. Kinds are frozen dataclasses; their fields are the options of a rule file."""

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        ...


class AcrossPages:
    """A kind of check that looks at a page among all pages of the handbook."""

    def find(self, page: Page) -> Iterator[Match]:
        """Yield nothing: one page alone does not tell."""
        return iter(())

    def can_tell(self, handbook: Handbook) -> bool:
        """Whether this handbook is enough to find all there is."""
        return handbook.whole

    def find_across(self, entry: Entry, detail: Detail, handbook: Handbook) -> Iterator[Match]:
        """Yield what is found on a page of the handbook, in order of place."""
        raise NotImplementedError
