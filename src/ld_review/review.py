"""What a review says: of each page its findings and failures, of all pages the counts and the exit status."""

from __future__ import annotations

import hashlib
import os
import traceback
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from ld_review.finding import Finding, Severity
from ld_review.learning.element import Element
from ld_review.learning.profile import Assigned
from ld_review.rule import Rule
from ld_review.source import Source
from ld_review.verdict import Verdict

if TYPE_CHECKING:
    from ld_review.handbook.handbook import Handbook


class Failure(NamedTuple):
    """Something that broke, so that the rest still counts."""

    message: str
    """One line: what could not be done and why."""
    rule: str = ""
    """The rule that broke; empty where it was the page."""
    traceback: str = ""
    """For a bug in a check: where it came from."""


def bug(error: Exception) -> Failure:
    """What an error that nobody expected is to the user."""
    message = f"internal error, please report: {type(error).__name__}: {error}"
    return Failure(message, traceback="".join(traceback.format_exception(error)))


@dataclass(frozen=True)
class PageReview:
    """The review of one page."""

    source: Source
    """With an empty text where the page could not be read."""
    findings: tuple[Finding, ...] = ()
    """In order of place, then of rule."""
    failures: tuple[Failure, ...] = ()
    language: str = ""
    """A BCP 47 tag, such as ``en``; empty where it could not be told."""
    not_assessed: str = ""
    """Why the rules of the page's text did not run; empty where they did."""
    profile: Assigned = field(default_factory=Assigned)
    """What kind of page it is, and how that is known."""
    elements: tuple[Element, ...] = ()
    """The learning elements that were recognised, in order of place."""
    fingerprints: tuple[str, ...] = ()
    """One for each finding, in the same order; see ``ld_review.fingerprint``."""
    judged: frozenset[str] = field(default=frozenset(), compare=False)
    """The rules of which all findings on the page are known: one that is not among them is not gone."""
    verdicts: tuple[Verdict, ...] = ()
    """One for each dimension; none where nothing judged the page."""

    @property
    def path(self) -> PurePath:
        """Where the page was read from, as it was named or found."""
        return self.source.path


class Known(NamedTuple):
    """What a baseline took from a review."""

    file: PurePath
    """The baseline."""
    subtracted: int = 0
    """How many findings it knows, which the review leaves out."""
    gone: int = 0
    """How many findings it knows that are no longer there."""


class Site(NamedTuple):
    """What is known of the handbook that the pages under review belong to."""

    layout: str
    """hugo, middleman, mkdocs, docusaurus or plain."""
    pages: int
    """How many there are, under review or not."""
    hosts: tuple[str, ...] = ()
    """Those that serve it, declared or told by the links of the pages."""
    incomplete: Mapping[str, tuple[int, int]] = {}
    """The top folders in which no link was called dead, since too many lead nowhere: how many addresses of how many."""

    @classmethod
    def of(cls, handbook: Handbook) -> Site | None:
        """What a handbook tells of itself; None where not all of it is known."""
        if not handbook.whole:
            return None
        hosts, incomplete = tuple(sorted(handbook.hosts)), MappingProxyType(dict(handbook.incomplete))
        return cls(handbook.layout.name, len(handbook.entries), hosts, incomplete)


@dataclass(frozen=True)
class Review:
    """The review of all pages of a run, in the order of their paths."""

    pages: tuple[PageReview, ...]
    rules: Mapping[str, Rule] = field(default_factory=lambda: MappingProxyType({}))
    """The rules that any finding names, by id."""
    failures: tuple[Failure, ...] = ()
    """What broke outside any page: a rule file, a rule pack."""
    fail_on: Severity | None = Severity.WARNING
    """The least severity that makes the exit status 1; None for never."""
    site: Site | None = None
    """None where no rule looked across pages, or the handbook around them is not known."""
    known: Known | None = None
    """None where no baseline counts."""
    top: PurePath = field(default_factory=PurePath)
    """The top of the repository, or the working directory where there is none."""

    def place(self, page: PageReview) -> str:
        """The path of a page from the top of the repository, with forward slashes."""
        path = page.path.as_posix()
        try:
            return PurePath(os.path.relpath(path, self.top)).as_posix()
        except ValueError:  # on different drives
            return path

    @property
    def findings(self) -> Iterator[Finding]:
        """The findings of all pages."""
        return (finding for page in self.pages for finding in page.findings)

    @cached_property
    def counts(self) -> Mapping[Severity, int]:
        """How many findings there are of each severity."""
        counts = Counter(finding.severity for finding in self.findings)
        return {severity: counts[severity] for severity in reversed(Severity)}

    @property
    def failed(self) -> bool:
        """Whether anything could not be reviewed."""
        return bool(self.failures) or any(page.failures for page in self.pages)

    @property
    def exit_status(self) -> int:
        """0 clean, 1 findings at or above ``fail_on``, 2 where something could not be reviewed."""
        if self.failed:
            return 2
        if self.fail_on is None:
            return 0
        least = self.fail_on.rank
        return int(any(count and severity.rank >= least for severity, count in self.counts.items()))


def digest(*parts: str) -> str:
    """A stable hash of the parts, 32 hexadecimal digits."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
