"""What a report says, as values: whoever writes one adds no fact of its own."""

from __future__ import annotations

from typing import Literal, NamedTuple

from ld_review.finding import Severity
from ld_review.learning.profile import Assigned
from ld_review.rule import Authority
from ld_review.verdict import Outcome, Verdict


class Place(NamedTuple):
    """Where something stands."""

    path: str
    """From the top of the repository, with forward slashes."""
    line: int
    """From 1."""
    last_line: int


class Quote(NamedTuple):
    """Words of a page at their place; they are the page's, not the report's."""

    place: Place
    text: str


class Found(NamedTuple):
    """The elements of one kind on a page."""

    kind: str
    name: str
    quotes: tuple[Quote, ...]
    note: str = ""
    """What is known of them together, such as how many objectives can be observed."""


class Lacking(NamedTuple):
    """A kind of element that was looked for and not found."""

    name: str
    demand: str
    """``required`` or ``expected`` by the profile."""
    accepts: str
    """What would have been recognised."""


class Way(NamedTuple):
    """One thing that somebody needs who cannot be there, and what the page offers of it."""

    name: str
    state: Literal["yes", "no", "partly"]
    words: str
    quotes: tuple[Quote, ...] = ()


class Aligned(NamedTuple):
    """An objective and what practises or checks it."""

    objective: Quote
    level: str
    """Of Bloom's taxonomy; empty where it cannot be told."""
    observable: bool
    covered_by: tuple[Quote, ...]
    tellable: bool
    """Whether the objective has words by which it can be told at all."""


class Time(NamedTuple):
    """How long a page takes, in minutes."""

    stated: float | None
    parts: float
    """Stated for its parts, added."""
    reading: float
    watching: float
    words: int


class Item(NamedTuple):
    """A finding as it is reported."""

    quote: Quote
    message: str
    fix: str
    """What to put there; empty where there is no fix, or one of several edits."""
    fixable: bool
    """Whether ``--fix`` mends it."""
    fingerprint: str


class Group(NamedTuple):
    """The findings of one rule on one page."""

    rule: str
    dimension: str
    severity: Severity
    decides: bool
    """Whether it keeps the page from being ready."""
    summary: str
    why: str
    authority: tuple[Authority, ...]
    items: tuple[Item, ...]

    @property
    def fixable(self) -> bool:
        """Whether ``--fix`` mends all of them."""
        return all(item.fixable for item in self.items)


class Question(NamedTuple):
    """What only a person can answer."""

    ask: str
    """With the word ``{quote}`` in braces where *about* is to stand."""
    why: str
    dimension: str
    about: Quote | None


class Content(NamedTuple):
    """What a page holds to learn from."""

    found: tuple[Found, ...]
    lacking: tuple[Lacking, ...]
    ways: tuple[Way, ...]
    """The way of those who are not there; empty where nothing happens at a time of its own."""
    aligned: tuple[Aligned, ...]
    time: Time


class PageReport(NamedTuple):
    """The report on one page."""

    path: str
    command_path: str
    """As it was named, for a command that a person copies."""
    title: str
    profile: Assigned
    language: str
    verdicts: tuple[Verdict, ...]
    content: Content | None
    """None where the page is no learning content, could not be read, or is one of too many."""
    groups: tuple[Group, ...]
    """The most important first."""
    advice: tuple[Group, ...]
    """What is worth a look and no more."""
    questions: tuple[Question, ...]
    not_assessed: tuple[str, ...]
    """What was not looked at, and why."""

    def outcome(self, dimension: str) -> Outcome:
        """The verdict on a dimension, without its reason."""
        return next((one.outcome for one in self.verdicts if one.dimension == dimension), Outcome.NOT_ASSESSED)

    @property
    def learning(self) -> bool:
        """Whether it is learning content, or may be for all that is known."""
        return self.content is not None


class Made(NamedTuple):
    """How a report came to be."""

    version: str
    presets: tuple[str, ...]
    rules: int
    """How many were on."""
    configuration: str
    """The file; empty where there was none."""
    commit: str
    """Empty where there is none."""
    changed: bool
    """Whether what was reviewed differs from the commit."""


class Report(NamedTuple):
    """The report on all pages of a run."""

    scope: Literal["page", "course", "handbook"]
    pages: tuple[PageReport, ...]
    verdicts: tuple[Verdict, ...]
    """On all pages together."""
    failures: tuple[str, ...]
    """What broke outside any page."""
    not_assessed: tuple[str, ...]
    """What was not looked at on any page."""
    made: Made
