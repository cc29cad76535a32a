"""Fixes put into a text: all of a fix or nothing of it, and only what a second review bears out."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from difflib import unified_diff
from pathlib import PurePath
from typing import NamedTuple

from ld_review.finding import Edit, Fix, Severity
from ld_review.late import late
from ld_review.review import PageReview
from ld_review.source import Source

MOST_ROUNDS = 10
_LONE_NEWLINE = late(r"(?<!\r)\n")
_LINE = late(r"[^\n]*\n|[^\n]+")

ReviewFunction = Callable[[Source], PageReview]


class FixedPage(NamedTuple):
    """A page after its fixes."""

    review: PageReview
    """Of the page as it is now; of the page as it was, where nothing was fixed."""
    applied: int
    """How many findings were mended."""
    notes: tuple[str, ...] = ()
    """Which fixes were left out, and why."""


class _Attempt(NamedTuple):
    """Where the rounds of fixing led; with *trouble*, by rule, they led nowhere good."""

    review: PageReview
    applied: int = 0
    trouble: dict[str, str] = {}  # noqa: RUF012 - never written to


class _Round(NamedTuple):
    """One application of all fixes that go together."""

    text: str
    rules: frozenset[str]
    applied: int


def apply(text: str, fixes: Iterable[Fix]) -> tuple[str, int]:
    """The text with the fixes in it, and how many they were.

    Of fixes that overlap the first wins; the others are left out whole. An edit that two fixes share is made once.
    """
    edits, chosen = _choose(fixes)
    return _edited(text, edits), len(chosen)


def fix_page(source: Source, review: ReviewFunction, unsafe: bool = False) -> FixedPage:
    """Review a page, apply its fixes, and again, until there is nothing more to apply.

    The fixes of a rule that bring new errors or failures, undo those of another or never end are left out. The result
    is stable: fixing it again changes nothing.
    """
    before = review(source)
    fixed = _settled(before, review, unsafe)
    if not (fixed.notes and fixed.applied):
        return fixed
    again = _settled(fixed.review, review, unsafe)
    if again.review.source.text == fixed.review.source.text:
        return fixed
    return FixedPage(before, 0, (*fixed.notes, "nothing was fixed: the fixes of this page do not settle"))


def diff(path: PurePath, old: str, new: str) -> str:
    """What changes from *old* to *new*, as a unified diff; empty where nothing does."""
    name = path.as_posix()
    lines = unified_diff(_LINE.findall(old), _LINE.findall(new), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _choose(fixes: Iterable[Fix]) -> tuple[list[Edit], list[int]]:
    """The edits that go together, in order of place, and the numbers of the fixes they belong to."""
    edits: list[Edit] = []
    chosen = []
    for number, fix in enumerate(fixes):
        new = [edit for edit in dict.fromkeys(fix.edits) if not _holds(edits, edit)]
        added: list[Edit] = []
        for edit in new:
            if _overlaps(edits, edit):
                break
            insort(edits, edit)
            added.append(edit)
        if len(added) == len(new):
            chosen.append(number)
            continue
        for edit in added:
            del edits[bisect_left(edits, edit)]
    return edits, chosen


def _holds(edits: Sequence[Edit], edit: Edit) -> bool:
    at = bisect_left(edits, edit)
    return at < len(edits) and edits[at] == edit


def _overlaps(edits: Sequence[Edit], edit: Edit) -> bool:
    """Whether *edit* touches what one of the *edits*, none of which overlap, replaces, or inserts at the same place."""
    at = bisect_left(edits, edit)
    neighbours = edits[max(at - 1, 0) : at + 1]
    return any(
        other.span == edit.span or (other.span.start < edit.span.end and edit.span.start < other.span.end)
        for other in neighbours
    )


def fitted(text: str, edits: Iterable[Edit]) -> list[Edit]:
    """*edits* with the line endings of *text*."""
    newline = "\r\n" if text.find("\r\n") == text.find("\n") - 1 >= 0 else "\n"
    return [Edit(span, _LONE_NEWLINE.sub(newline, replacement)) for span, replacement in edits]


def _edited(text: str, edits: Sequence[Edit]) -> str:
    parts: list[str] = []
    end = 0
    for (start, stop), replacement in fitted(text, edits):
        parts += (text[end:start], replacement)
        end = stop
    return "".join((*parts, text[end:]))


def _settled(before: PageReview, review: ReviewFunction, unsafe: bool) -> FixedPage:
    barred: dict[str, str] = {}
    while True:
        attempt = _attempt(before, review, unsafe, barred.keys())
        if not attempt.trouble:
            notes = (f"the fixes of {rule!r} were left out: {reason}" for rule, reason in sorted(barred.items()))
            return FixedPage(attempt.review, attempt.applied, tuple(notes))
        barred |= attempt.trouble


def _attempt(before: PageReview, review: ReviewFunction, unsafe: bool, barred: Collection[str]) -> _Attempt:
    page, applied = before, 0
    history: list[_Round] = []
    for _ in range(MOST_ROUNDS):
        now = _round(page, unsafe, barred)
        if now.text == page.source.text:
            return _Attempt(page, applied)
        history.append(_Round(page.source.text, now.rules, now.applied))
        undone = _cycle(history, now.text)
        if undone:
            return _Attempt(before, trouble=dict.fromkeys(undone, "they undo each other"))
        after = review(Source(page.path, now.text))
        if _worse(page, after):
            return _Attempt(before, trouble=_culprits(page, review, unsafe, barred, now.rules))
        page, applied = after, applied + now.applied
    return _Attempt(before, trouble=dict.fromkeys(history[-1].rules, "they never end"))


def _round(page: PageReview, unsafe: bool, barred: Collection[str]) -> _Round:
    offers = [
        (finding.rule, finding.fix)
        for finding in page.findings
        if finding.fix and (unsafe or finding.fix.safe) and finding.rule not in barred
    ]
    edits, chosen = _choose(fix for _, fix in offers)
    rules = frozenset(offers[number][0] for number in chosen)
    return _Round(_edited(page.source.text, edits), rules, len(chosen))


def _cycle(history: Sequence[_Round], text: str) -> frozenset[str]:
    """The rules that led from *text* back to it; empty where it was not there before."""
    for number, earlier in enumerate(history):
        if earlier.text == text:
            return frozenset().union(*(one.rules for one in history[number:]))
    return frozenset()


def _worse(before: PageReview, after: PageReview) -> bool:
    return len(after.failures) > len(before.failures) or bool(_errors(after) - _errors(before))


def _errors(page: PageReview) -> Counter[str]:
    return Counter(finding.rule for finding in page.findings if finding.severity is Severity.ERROR)


def _culprits(
    page: PageReview, review: ReviewFunction, unsafe: bool, barred: Collection[str], rules: frozenset[str]
) -> dict[str, str]:
    """Those of *rules* whose fixes alone make the page worse; all of them where only together they do."""
    guilty = []
    for rule in sorted(rules):
        alone = _round(page, unsafe, {*barred, *(rules - {rule})})
        if _worse(page, review(Source(page.path, alone.text))):
            guilty.append(rule)
    return dict.fromkeys(guilty or sorted(rules), "the page would have new errors")
