"""Comments on a page that silence rules: ``<!-- ld-review-disable vague-link-text -- a quotation -->``."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from ld_review.checks.base import Match
from ld_review.document import Document
from ld_review.errors import near
from ld_review.finding import Edit, Finding
from ld_review.late import late
from ld_review.source import Source, Span

UNUSED = "unused-suppression"
UNKNOWN = "unknown-rule-in-suppression"
UNREASONED = "suppression-without-reason"

_MARK = "ld-review-"
_COMMENT = late(
    r"<!--\s*ld-review-(?P<verb>disable-next-line|disable-line|disable-file|disable|enable)(?=[\s,]|-->)(?P<rest>.*?)-->",
    re.DOTALL,
)
_REASON = late(r"(?:\A|\s)--(?=\s|\Z)")
_NOT_BLANK = late(r"[^\r\n]")
_ALL = ""


class Suppression(NamedTuple):
    """One comment."""

    verb: str
    """``disable``, ``disable-line``, ``disable-next-line``, ``disable-file`` or ``enable``."""
    span: Span
    rules: tuple[str, ...]
    """Empty for all rules."""
    reason: str
    line: int = 0
    """The number of the single line that it is about; 0 where it is about more."""

    def names(self, rule: str) -> bool:
        """Whether the comment is about *rule*."""
        return not self.rules or rule in self.rules


class Outcome(NamedTuple):
    """What is left of the findings, and what there is to say about the comments."""

    kept: list[Finding]
    notes: list[tuple[str, Match]]
    """The id of a built-in rule and a match for it."""


def apply(
    source: Source,
    suppressions: Sequence[Suppression],
    findings: Sequence[Finding],
    ran: Collection[str],
    known: Collection[str],
) -> Outcome:
    """Drop the findings that a comment silences; note comments that silence nothing, unknown rules, missing reasons.

    *ran* holds the ids of the rules that looked at this page: a comment about another rule is never called unused.
    *known* holds all ids that a comment may name.
    """
    if not suppressions:
        return Outcome(list(findings), [])
    silencer = _Silencer(source, suppressions)
    kept = [finding for finding in findings if not silencer.silences(finding)]
    notes = [note for suppression in suppressions for note in _notes(suppression, known)]
    notes += _unused(source, suppressions, silencer.used, ran)
    return Outcome(kept, notes)


def read(document: Document) -> tuple[Suppression, ...]:
    """The suppressions of a page, in order. What only looks like a comment, in code, is none."""
    text = document.source.text
    if _MARK not in text:
        return ()
    found = (_COMMENT.match(text, *inline.span) for inline in document.of("comment"))
    suppressions = {_suppression(match) for match in found if match}
    return tuple(sorted(_with_lines(document, suppressions), key=lambda one: one.span))


def _suppression(match: re.Match[str]) -> Suppression:
    rules, *reason = _REASON.split(match["rest"], maxsplit=1)
    return Suppression(
        match["verb"], Span(*match.span()), tuple(rules.replace(",", " ").split()), " ".join(reason).strip()
    )


class _Silencer:
    """Knows which comment silences a finding, and remembers which ones did."""

    def __init__(self, source: Source, suppressions: Sequence[Suppression]) -> None:
        self._source = source
        self._file = [one for one in suppressions if one.verb == "disable-file"]
        self._ranges = [one for one in suppressions if one.verb in ("disable", "enable")]
        self._ranges_of: dict[str, list[Suppression]] = {}
        self._lines = _by_line(suppressions)
        self.used: set[tuple[Suppression, str]] = set()

    def silences(self, finding: Finding) -> bool:
        """Whether a comment silences the finding: the one nearest to it is remembered as used."""
        line = self._source.position(finding.span.start).line if self._lines else 0
        for one in (*self._lines.get(line, ()), *self._range(finding), *self._file):
            if one.names(finding.rule):
                self.used.add((one, finding.rule))
                return True
        return False

    def _range(self, finding: Finding) -> list[Suppression]:
        """The last comment above the finding that turns its rule off or on, where it turns it off."""
        rule = finding.rule
        if rule not in self._ranges_of:
            self._ranges_of[rule] = [one for one in self._ranges if one.names(rule)]
        ranges = self._ranges_of[rule]
        last = bisect_right(ranges, finding.span.start, key=lambda one: one.span.start) - 1
        return ranges[last : last + 1] if last >= 0 and ranges[last].verb == "disable" else []


def _by_line(suppressions: Iterable[Suppression]) -> dict[int, list[Suppression]]:
    """The comments about a single line, by its number."""
    lines: dict[int, list[Suppression]] = {}
    for one in suppressions:
        if one.line:
            lines.setdefault(one.line, []).append(one)
    return lines


def _with_lines(document: Document, suppressions: Collection[Suppression]) -> Iterator[Suppression]:
    """The comments, each with the line it is about."""
    source = document.source
    following = _following(document) if any(one.verb == "disable-next-line" for one in suppressions) else []
    for one in suppressions:
        if one.verb == "disable-line":
            yield one._replace(line=source.position(one.span.start).line)
        elif one.verb == "disable-next-line":
            yield one._replace(line=following[source.position(one.span.end).line])
        else:
            yield one


def _following(document: Document) -> list[int]:
    """For each line, the number of the next one that holds more than comments."""
    text, end = document.source.text, 0
    parts: list[str] = []
    for inline in document.of("comment"):
        parts += (text[end : inline.span.start], _NOT_BLANK.sub(" ", document.source[inline.span]))
        end = max(end, inline.span.end)
    bare = Source(document.source.path, "".join((*parts, text[end:])))
    following = [len(bare.line_starts) + 1] * (len(bare.line_starts) + 1)
    for number in range(len(bare.line_starts), 0, -1):
        filled = bool(bare[bare.line(number)].strip())
        following[number - 1] = number if filled else following[number]
    return following


def _notes(one: Suppression, known: Collection[str]) -> Iterator[tuple[str, Match]]:
    for rule in one.rules:
        if rule not in known:
            yield UNKNOWN, Match(one.span, {"rule": rule, "near": near(rule, known)})
    if not one.reason and one.verb != "enable":
        yield UNREASONED, Match(one.span, {"comment": f"{_MARK}{one.verb}"})


def _unused(
    source: Source, suppressions: Sequence[Suppression], used: Collection[tuple[Suppression, str]], ran: Collection[str]
) -> Iterator[tuple[str, Match]]:
    used_at_all = {one for one, _ in used}
    disabled: set[str] = set()
    for one in suppressions:
        if one.verb == "enable":
            idle = [] if disabled and (not one.rules or _ALL in disabled or disabled & {*one.rules}) else ["nothing"]
        elif one.rules:
            idle = [rule for rule in one.rules if rule in ran and (one, rule) not in used]
        else:
            idle = [] if one in used_at_all else ["all rules"]
        if one.verb == "disable":
            disabled.update(one.rules or (_ALL,))
        if idle:
            yield UNUSED, _idle(source, one, idle)


def _idle(source: Source, one: Suppression, idle: Sequence[str]) -> Match:
    whole = not one.rules or one.verb == "enable" or len(idle) == len(one.rules)
    edits = (Edit(_whole_lines(source, one.span), ""),) if whole else ()
    return Match(one.span, {"rules": ", ".join(idle), "comment": f"{_MARK}{one.verb}"}, edits)


def _whole_lines(source: Source, span: Span) -> Span:
    """*span*, with its line ending where nothing else stands on its lines."""
    text = source.text
    first = source.line(source.position(span.start).line)
    last = source.line(source.position(span.end).line)
    if text[first.start : span.start].strip() or text[span.end : last.end].strip():
        return span
    end = last.end + 1 + text.startswith("\r\n", last.end)
    return Span(first.start, min(end, len(text)))
