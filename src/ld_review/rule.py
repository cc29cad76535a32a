"""A rule: what may be wrong, why, on whose authority, how to look, what to say, and how it looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, NamedTuple

from ld_review.checks.base import AcrossPages, Check
from ld_review.finding import Severity
from ld_review.handbook.handbook import Reply
from ld_review.source import Span

DIMENSIONS = ("handbook-first", "adult-learning", "async")
Decides = Literal["never", "declared", "always"]
DAY_OF_EXAMPLES = date(2026, 1, 1)
"""What an example calls today, unless it names a day of its own."""


class Authority(NamedTuple):
    """Where the standard behind a rule can be read."""

    title: str
    """What it is called, in words a reader can search for."""
    url: str
    """Its address, beginning with https://."""


class Example(NamedTuple):
    """A text that the rule flags at exactly these spans, or, where there are none, leaves alone."""

    text: str
    flagged: tuple[Span, ...]
    fixed: str | None = None
    """The text after all fixes, safe and unsafe."""
    path: str = "page.md"
    """The path the example pretends to have."""
    profile: str = ""
    """The profile the example is declared to have; empty where it is to be inferred."""
    layout: str = "hugo"
    """The layout of the handbook it pretends to be part of."""
    handbook: tuple[tuple[str, str], ...] = ()
    """The other pages of that handbook: paths and texts."""
    replies: tuple[tuple[str, Reply], ...] = ()
    """What other hosts say of URLs; where there are none, nobody asked."""
    before: tuple[tuple[str, str], ...] = ()
    """Pages as they were before a change: paths and texts; where there are none, nothing is compared."""
    today: date = DAY_OF_EXAMPLES
    """The day on which it is looked at."""


@dataclass(frozen=True)
class Rule:
    """One rule file, read and checked."""

    id: str
    dimension: str
    summary: str
    why: str
    authority: tuple[Authority, ...]
    severity: Severity
    since: str
    message: str
    """With named words in braces, which the check fills in."""
    kind: str
    """The name of the check, as in the rule file."""
    check: Check
    examples: tuple[Example, ...]
    declared_severity: Severity | None = None
    """How severe its findings are on a page whose profile is declared; None where that makes no difference."""
    profiles: frozenset[str] = frozenset()
    """The profiles of the pages it reads. Where it names none, an adult-learning rule reads learning content, any other
    rule every page."""
    language: str = ""
    """The language whose pages the rule can read (``en``); empty where it reads structure alone."""
    safe: bool = True
    """Whether fixes that the check calls safe may be applied without asking."""
    fixes: bool = True
    """Whether the edits of its check are offered as a fix at all."""
    off: str = ""
    """Why the rule is off unless it is selected by its id; empty where it is not off."""
    advice: bool = False
    """Whether what it finds is worth a look although it is off: for a report that asks for it, never for a verdict."""
    decides: Decides = "never"
    """Whether a finding is enough for its page to need changes though it is a suggestion; ``declared``: where somebody
    said what kind of page it is. An error or a warning always is."""
    origin: str = ""
    """The rule file, as it was found."""

    @property
    def looks_across(self) -> bool:
        """Whether it looks at a page among all pages of the handbook."""
        return isinstance(self.check, AcrossPages)

    def reads(self, profile: str, learning: bool) -> bool:
        """Whether it reads a page of this profile."""
        if self.profiles:
            return profile in self.profiles
        return learning or self.dimension != "adult-learning"
