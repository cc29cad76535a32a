"""A review as its JSON tells it, for whoever has no page at hand: the comparison, the note on a merge request."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import Any, NamedTuple, NoReturn

from ld_review.errors import UsageError
from ld_review.finding import Severity
from ld_review.source import Position

VERSIONS = ("1",)
"""The ``schema_version`` of the reviews that can be read."""


class RecordedEdit(NamedTuple):
    """Put *replacement* where the page had what lies from *start* up to *end*."""

    start: Position
    end: Position
    replacement: str


class RecordedFinding(NamedTuple):
    """A finding, with its place as it was."""

    rule: str
    dimension: str
    severity: Severity
    message: str
    start: Position
    end: Position
    fingerprint: str
    """Unique on its page, and not empty."""
    safe_fix: tuple[RecordedEdit, ...] = ()
    authority: tuple[tuple[str, str], ...] = ()
    """Titles and web addresses."""


class Verdict(NamedTuple):
    """What was said of a page on one dimension."""

    verdict: str
    """ready, needs-changes or not-assessed."""
    reason: str = ""


class RecordedFailure(NamedTuple):
    """What could not be reviewed."""

    message: str
    rule: str = ""
    """Empty where it was not about one rule."""


class RecordedPage(NamedTuple):
    """The review of a page."""

    path: str
    findings: tuple[RecordedFinding, ...] = ()
    verdicts: tuple[tuple[str, Verdict], ...] = ()
    """By dimension, in the order of the review."""
    failures: tuple[RecordedFailure, ...] = ()
    not_assessed: str = ""
    """Why the rules of the page's text did not run; empty where they did."""


@dataclass(frozen=True)
class RecordedReview:
    """The review of all pages of a run."""

    pages: tuple[RecordedPage, ...] = ()
    failures: tuple[RecordedFailure, ...] = ()
    """What broke outside any page."""

    @property
    def findings(self) -> Iterator[tuple[RecordedPage, RecordedFinding]]:
        """Those of all pages, each with its page."""
        return ((page, finding) for page in self.pages for finding in page.findings)

    @property
    def failed(self) -> bool:
        """Whether anything could not be reviewed."""
        return bool(self.failures) or any(page.failures for page in self.pages)


class _Node(NamedTuple):
    """A value of a JSON text, with the way to it for messages."""

    file: str
    where: str
    value: Any

    def key(self, name: str) -> _Node:
        """What an object has under *name*."""
        if not isinstance(self.value, dict):
            self.wrong("expected an object")
        if name not in self.value:
            self.wrong(f"has no {name!r}")
        return _Node(self.file, f"{self.where}.{name}" if self.where else name, self.value[name])

    def optional(self, name: str, default: Any) -> _Node:
        """What an object has under *name*, or else *default*."""
        if isinstance(self.value, dict) and name not in self.value:
            return _Node(self.file, name, default)
        return self.key(name)

    def items(self) -> Iterator[_Node]:
        """The elements of an array."""
        if not isinstance(self.value, list):
            self.wrong("expected an array")
        return (_Node(self.file, f"{self.where}[{number}]", item) for number, item in enumerate(self.value))

    def entries(self) -> Iterator[tuple[str, _Node]]:
        """The names and values of an object."""
        if not isinstance(self.value, dict):
            self.wrong("expected an object")
        return ((name, self.key(name)) for name in self.value)

    def text(self, *, least: int = 0) -> str:
        """A string of at least so many characters."""
        if not isinstance(self.value, str):
            self.wrong("expected a string")
        if len(self.value) < least:
            self.wrong("must not be empty")
        return self.value

    def word(self, *known: str) -> str:
        """One of the *known* words."""
        if self.value not in known:
            self.wrong(f"expected one of {', '.join(known)}")
        return str(self.value)

    def whole(self) -> int:
        """A whole number from 1."""
        if not isinstance(self.value, int) or isinstance(self.value, bool) or self.value < 1:
            self.wrong("expected a whole number from 1")
        return self.value

    def wrong(self, message: str) -> NoReturn:
        raise UsageError(f"{self.file}: {self.where or 'the top'}: {message}: no review that can be read")


def read_review(path: Path) -> RecordedReview:
    """The review in a file that ``--output json=PATH`` wrote.

    Raises UsageError, with the file and the place in it, where it is none.
    """
    try:
        data = json.loads(path.read_bytes().decode("utf-8"))
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8, so no review in JSON") from error
    except json.JSONDecodeError as error:
        raise UsageError(
            f"{path}:{error.lineno}: not JSON ({error.msg}); a review is written with --output json=PATH"
        ) from error
    except (RecursionError, ValueError) as error:
        raise UsageError(f"{path}: no review: nested too deep, or numbers too long") from error
    return review_of(data, str(path))


def review_of(data: Any, file: str = "review") -> RecordedReview:
    """The review in what ``reporters.json.as_data`` makes; *file* is for messages.

    Keys that are not needed are not looked at, so that later versions may add some.
    """
    top = _Node(file, "", data)
    if not isinstance(data, dict) or "schema_version" not in data:
        raise UsageError(f"{file}: no review of ld-review: it has no schema_version; write one with --output json=PATH")
    version = data["schema_version"]
    if version not in VERSIONS:
        known = ", ".join(VERSIONS)
        raise UsageError(
            f"{file}: schema_version {json.dumps(version)[:20]}, but this ld-review reads {known}: review again"
        )
    pages = tuple(_page(page) for page in top.key("pages").items())
    seen: set[str] = set()
    for page in pages:
        if page.path in seen:
            raise UsageError(f"{file}: the page {page.path!r} is there twice")
        seen.add(page.path)
    return RecordedReview(pages, _failures(top))


def from_top(review: RecordedReview, here: Path, top: Path) -> RecordedReview:
    """The same review with the paths of its pages, which are relative to *here*, from the top of the repository."""
    return replace(review, pages=tuple(page._replace(path=_relative(page.path, here, top)) for page in review.pages))


def _relative(path: str, here: Path, top: Path) -> str:
    try:
        return PurePath(os.path.relpath(here / path, top)).as_posix()
    except ValueError:  # on different drives
        return path


def _page(node: _Node) -> RecordedPage:
    return RecordedPage(
        node.key("path").text(least=1),
        tuple(_finding(finding) for finding in node.key("findings").items()),
        tuple((dimension, _verdict(verdict)) for dimension, verdict in node.optional("verdicts", {}).entries()),
        _failures(node),
        node.optional("not_assessed", "").text(),
    )


def _failures(node: _Node) -> tuple[RecordedFailure, ...]:
    return tuple(
        RecordedFailure(failure.key("message").text(), failure.key("rule").text())
        for failure in node.key("failures").items()
    )


def _verdict(node: _Node) -> Verdict:
    verdict = node.key("verdict").word("ready", "needs-changes", "not-assessed")
    return Verdict(verdict, node.optional("reason", "").text())


def _finding(node: _Node) -> RecordedFinding:
    return RecordedFinding(
        node.key("rule").text(least=1),
        node.key("dimension").text(least=1),
        Severity(node.key("severity").word(*(severity.value for severity in Severity))),
        node.key("message").text(),
        _position(node.key("start")),
        _position(node.key("end")),
        node.key("fingerprint").text(least=1),
        _safe_fix(node.key("fix")),
        tuple((one.key("title").text(), one.key("url").text()) for one in node.optional("authority", []).items()),
    )


def _safe_fix(node: _Node) -> tuple[RecordedEdit, ...]:
    if node.value is None or node.key("applicability").word("safe", "unsafe") == "unsafe":
        return ()
    return tuple(
        RecordedEdit(_position(edit.key("start")), _position(edit.key("end")), edit.key("replacement").text())
        for edit in node.key("edits").items()
    )


def _position(node: _Node) -> Position:
    return Position(node.key("line").whole(), node.key("column").whole())
