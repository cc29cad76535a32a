"""The kinds of condition: each looks at the pages of a request and says whether it is met, and where it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, NamedTuple, Protocol

from ld_review.errors import near
from ld_review.finding import Severity
from ld_review.handbook.target import is_own, parts
from ld_review.learning.element import KINDS
from ld_review.process.study import Place, StudiedPage, Study
from ld_review.rule import DIMENSIONS
from ld_review.source import Span

_SHOWN = 3
"""How many places are named."""


class State(StrEnum):
    """What became of a condition."""

    MET = "met"
    NOT_MET = "not met"
    NOT_ASSESSED = "not assessed"


class Outcome(NamedTuple):
    """What a condition found."""

    state: State
    why: str = ""
    places: tuple[Place, ...] = ()


class Check(Protocol):
    """A kind of condition."""

    def look(self, study: Study, unanswered: tuple[str, ...]) -> Outcome:
        """Look at the pages, and at the questions that nobody has answered."""


@dataclass(frozen=True)
class PagesCheck:
    """Pages were named, and all of them could be read."""

    def look(self, study: Study, unanswered: tuple[str, ...]) -> Outcome:
        """Look at what was read."""
        failures = tuple(study.failures)
        if failures:
            return Outcome(State.NOT_MET, "; ".join(failures[:_SHOWN]))
        if not study.pages:
            return Outcome(State.NOT_MET, "no page is named")
        return Outcome(State.MET, "", tuple(Place(page.path, 1, page.title) for page in study.pages[:_SHOWN]))


@dataclass(frozen=True)
class TitleCheck:
    """Every page has a title."""

    def look(self, study: Study, unanswered: tuple[str, ...]) -> Outcome:
        """Look at the titles."""
        return _on_every(study, lambda page: bool(page.title), "no title")


@dataclass(frozen=True)
class FrontMatterCheck:
    """Every page has these keys in its front matter, with something in them."""

    keys: tuple[str, ...]

    def look(self, study: Study, unanswered: tuple[str, ...]) -> Outcome:
        """Look at the front matter."""
        return _on_every(study, self._complete, f"no {' or no '.join(self.keys)}")

    def _complete(self, page: StudiedPage) -> bool:
        data = page.page.document.front_matter.data
        return all(str(data.get(key) or "").strip() for key in self.keys)


@dataclass(frozen=True)
class ElementCheck:
    """There is a learning element of one of these kinds, on any page or on every one."""

    kinds: tuple[str, ...]
    pages: Literal["any", "every"] = "any"

    def __post_init__(self) -> None:
        for kind in self.kinds:
            if kind not in KINDS:
                raise ValueError(f"no kind of learning element {kind!r}{near(kind, KINDS)}")

    def look(self, study: Study, unanswered: tuple[str, ...]) -> Outcome:
        """Look at what was recognised."""
        holding = {page.path: page.elements(*self.kinds) for page in study.pages}
        found = [page.place(one.span) for page in study.pages for one in holding[page.path]]
        without = [page for page in study.pages if not holding[page.path]]
        if not study.pages:
            return _NO_PAGE
        if found and (self.pages == "any" or not without):
            return Outcome(State.MET, "", tuple(found[:_SHOWN]))
        unread = next((page.review.not_assessed for page in without if page.review.not_assessed), "")
        if unread:
            return Outcome(State.NOT_ASSESSED, unread)
        return Outcome(State.NOT_MET, f"found none on {_named(without)}")


@dataclass(frozen=True)
class FindingsCheck:
    """The review has no finding of this severity or above, in a dimension or of some rules."""

    severity: Severity = Severity.ERROR
    dimension: str = ""
    rules: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.dimension and self.dimension not in DIMENSIONS:
            raise ValueError(f"no dimension {self.dimension!r}{near(self.dimension, DIMENSIONS)}")

    def look(self, study: Study, unanswered: tuple[str, ...]) -> Outcome:
        """Look at the findings."""
        if not study.pages:
            return _NO_PAGE
        found = [
            page.place(finding.span)._replace(text=f"{finding.message} [{finding.rule}]")
            for page, finding in study.findings()
            if self._counts(study, finding.rule, finding.severity)
        ]
        if found:
            what = "finding" if len(found) == 1 else "findings"
            return Outcome(State.NOT_MET, f"{len(found)} {what}", tuple(found[:_SHOWN]))
        return Outcome(State.NOT_ASSESSED, self._silent(study)) if self._silent(study) else Outcome(State.MET)

    def _counts(self, study: Study, rule: str, severity: Severity) -> bool:
        in_dimension = not self.dimension or study.dimensions.get(rule) == self.dimension
        return in_dimension and severity.rank >= self.severity.rank and (not self.rules or rule in self.rules)

    def _silent(self, study: Study) -> str:
        """Why it means nothing that nothing was found: rules that did not run."""
        unread = next((page.review.not_assessed for page in study.pages if page.review.not_assessed), "")
        if unread:
            return unread
        wanted = self.rules or tuple(
            rule for rule, dimension in study.dimensions.items() if not self.dimension or dimension == self.dimension
        )
        on = frozenset[str]().union(*(page.rules for page in study.pages))
        if not on.intersection(wanted):
            return f"no rule is on: {', '.join(self.rules)}" if self.rules else "no rule is on"
        return ""


@dataclass(frozen=True)
class ProfileCheck:
    """Every page has one of these profiles."""

    names: tuple[str, ...]

    def look(self, study: Study, unanswered: tuple[str, ...]) -> Outcome:
        """Look at the profiles."""
        if not study.pages:
            return _NO_PAGE
        others = [page for page in study.pages if page.review.profile.name not in self.names]
        if not others:
            return Outcome(State.MET, ", ".join(sorted({page.review.profile.name for page in study.pages})))
        said = ", ".join(f"{page.path} is {page.review.profile.name}" for page in others[:_SHOWN])
        return Outcome(State.NOT_MET, f"{said}; expected {' or '.join(self.names)}")


@dataclass(frozen=True)
class LinkCheck:
    """Some page links to the handbook, or to another host."""

    to: Literal["handbook", "elsewhere"]

    def look(self, study: Study, unanswered: tuple[str, ...]) -> Outcome:
        """Look at the links."""
        if not study.pages:
            return _NO_PAGE
        found = [page.place(span) for page in study.pages for span in self._links(page)]
        if found:
            return Outcome(State.MET, "", tuple(found[:_SHOWN]))
        return Outcome(State.NOT_MET, f"found no such link on {_named(study.pages)}")

    def _links(self, page: StudiedPage) -> Iterator[Span]:
        for link in page.page.document.of("link"):
            if self._leads(link.target, page):
                yield link.span

    def _leads(self, target: str, page: StudiedPage) -> bool:
        own = is_own(target)
        handbook = bool(parts(target).path.strip("/")) if own else "handbook" in page.page.hosts.groups_of(target)
        return handbook if self.to == "handbook" else not own and not handbook and parts(target).host not in {"", "?"}


@dataclass(frozen=True)
class AnswersCheck:
    """All questions of the request are answered."""

    def look(self, study: Study, unanswered: tuple[str, ...]) -> Outcome:
        """Look at the questions."""
        return Outcome(State.NOT_MET, f"open: {', '.join(unanswered)}") if unanswered else Outcome(State.MET)


CHECKS: Mapping[str, type] = {
    "pages": PagesCheck,
    "title": TitleCheck,
    "front-matter": FrontMatterCheck,
    "element": ElementCheck,
    "findings": FindingsCheck,
    "profile": ProfileCheck,
    "link": LinkCheck,
    "answers": AnswersCheck,
}
"""The kinds of condition, by the names they have in ``conditions.yaml``."""

_NO_PAGE = Outcome(State.NOT_MET, "no page is named")


def _on_every(study: Study, holds: Callable[[StudiedPage], bool], lacking: str) -> Outcome:
    if not study.pages:
        return _NO_PAGE
    without = [page for page in study.pages if not holds(page)]
    return Outcome(State.NOT_MET, f"{lacking} on {_named(without)}") if without else Outcome(State.MET)


def _named(pages: Iterable[StudiedPage]) -> str:
    paths = [page.path for page in pages]
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more
