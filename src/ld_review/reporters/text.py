"""The review as a person reads it in a terminal: place, message, the line with a marker, the way to mend it."""

from __future__ import annotations

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TextIO

from ld_review.finding import Finding, Severity
from ld_review.reporters.display import excerpt, flat, harmless, paint
from ld_review.review import Failure, Known, PageReview, Review
from ld_review.source import Source
from ld_review.verdict import LEARNING, Outcome

MANY = 3
"""From how many findings of one rule on a page only the first is shown, and fixable ones become a line."""
_LINES_NAMED = 12
_SKELETONS = "--skeletons"
_IN_WORDS = {Outcome.READY: "ready", Outcome.NEEDS_CHANGES: "needs changes", Outcome.NOT_ASSESSED: "not assessed"}
_STYLES = {Outcome.READY: "bold", Outcome.NEEDS_CHANGES: "warning", Outcome.NOT_ASSESSED: "faint"}


@dataclass(frozen=True)
class Look:
    """How a review is to look."""

    color: bool = False
    verbose: bool = False
    """Show every finding in full, and why its rule exists."""
    summary: bool = True
    """End with the counts."""
    width: int = 100
    """Columns of the terminal."""
    told: set[str] = field(default_factory=set, compare=False)
    """Rules whose authority was shown already."""


class _Group(NamedTuple):
    """A finding to show, and those of the same rule further down that it stands for."""

    finding: Finding
    others: tuple[Finding, ...] = ()


def write(review: Review, stream: TextIO, look: Look | None = None) -> None:
    """Write *review* to *stream*."""
    look = look or Look()
    for failure in review.failures:
        stream.writelines(_failure(failure, "", look))
    for page in review.pages:
        stream.writelines(_page(page, review, look))
    if look.summary:
        stream.writelines(f"{line}\n" for line in summary(review, look))


def summary(review: Review, look: Look) -> Iterator[str]:
    """The last lines: what was reviewed, what was found, what can be mended at once."""
    unread = sum(bool(page.failures) for page in review.pages)
    not_assessed = sum(bool(page.not_assessed) for page in review.pages)
    counts = [counted(number, severity) for severity, number in review.counts.items() if number]
    parts = [counted(len(review.pages), "page"), *(counts or ["no findings"] * bool(review.pages))]
    yield paint(", ".join(parts), "bold", look.color) + _fixable(review)
    if review.known:
        yield from _known(review.known)
    if review.failures:
        yield f"{counted(len(review.failures), 'failure')} outside the pages, shown at the top"
    if unread:
        yield f"{counted(unread, 'page')} could not be reviewed, or not by every rule"
    if review.site and review.site.incomplete:
        yield from _incomplete(review.site.incomplete, look)
    if not_assessed:
        yield f"{counted(not_assessed, 'page')} read for structure alone" + ("" if look.verbose else "; -v says why")


def _known(known: Known) -> Iterator[str]:
    """What a baseline left out."""
    if known.subtracted:
        yield f"{counted(known.subtracted, 'known finding')} left out ({flat(str(known.file))})"
    if known.gone:
        which, verb = ("it", "is") if known.gone == 1 else ("them", "are")
        yield f"{counted(known.gone, 'known finding')} {verb} gone: `ld-review baseline --update` drops {which}"


def _incomplete(folders: Mapping[str, tuple[int, int]], look: Look) -> Iterator[str]:
    """Where links to missing pages were not judged."""
    missing, linked = (sum(numbers) for numbers in zip(*folders.values(), strict=True))
    names = ", ".join(f"/{flat(name)}/" for name in folders)
    yield (
        f"links to missing pages were not judged in {names if look.verbose else counted(len(folders), 'folder')}: "
        f"{missing:,} of {linked:,} addresses lead nowhere, so part of the handbook seems to be elsewhere"
        + ("" if look.verbose else "; -v names them")
    )


def statistics(review: Review, stream: TextIO, *, color: bool = False) -> None:
    """Write how often each rule found something, the most frequent first."""
    counts = Counter((finding.rule, finding.severity) for finding in review.findings)
    fixable = Counter(finding.rule for finding in review.findings if _is_safe(finding))
    width = len(str(max(counts.values(), default=0)))
    for (rule, severity), number in sorted(counts.items(), key=lambda item: (-item[1], item[0])):
        summary_of = flat(review.rules[rule].summary) if rule in review.rules else ""
        mark = f"  [{fixable[rule]} fixable]" if fixable[rule] else ""
        stream.write(f"{number:>{width}}  {paint(f'{severity:<10}', severity, color)}  {rule}{mark}  {summary_of}\n")


def counted(number: int, noun: str) -> str:
    """``1 page``, ``2 pages``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _fixable(review: Review) -> str:
    safe = sum(_is_safe(finding) for finding in review.findings)
    unsafe = sum(finding.fix is not None for finding in review.findings) - safe
    if not safe and not unsafe:
        return ""
    if not safe:
        return f"; {unsafe:,} fixable with --fix --unsafe-fixes"
    return f"; {safe:,} fixable with --fix" + (f", {unsafe:,} more with --unsafe-fixes" if unsafe else "")


def _is_safe(finding: Finding) -> bool:
    return finding.fix is not None and finding.fix.safe


def _page(page: PageReview, review: Review, look: Look) -> Iterator[str]:
    path = harmless(str(page.path))
    for failure in page.failures:
        yield from _failure(failure, path, look)
    if page.not_assessed and look.verbose:
        yield f"{paint('note', 'bold', look.color)}: {path}: {flat(page.not_assessed)}\n\n"
    shown, folded = _folded(page.findings, look)
    for group in _grouped(shown, look):
        yield from _finding(group, page.source, path, review, look)
    if folded:
        yield from _fold(folded, page, review, look)
    if _is_about_learning(page, review):
        yield from _inferred(page, path, look)
    yield from _verdicts(page, path, look)


def _is_about_learning(page: PageReview, review: Review) -> bool:
    rules = (review.rules.get(finding.rule) for finding in page.findings)
    return any(rule is not None and rule.dimension == LEARNING for rule in rules)


def _inferred(page: PageReview, path: str, look: Look) -> Iterator[str]:
    """As what kind of page it was read, where nobody said so."""
    if page.profile.reason and not page.profile.declared:
        yield f"{paint('note', 'bold', look.color)}: {path} is read as a {page.profile.name} page, since "
        yield f"{flat(page.profile.reason)}; front matter can declare ld_review: {{profile: ...}}\n\n"


def _verdicts(page: PageReview, path: str, look: Look) -> Iterator[str]:
    """A line for a page that was judged as learning content."""
    judged = {one.dimension: one.outcome for one in page.verdicts}
    if judged.get(LEARNING, Outcome.NOT_ASSESSED) is Outcome.NOT_ASSESSED:
        return
    said = (
        f"{dimension} {paint(_IN_WORDS[outcome], _STYLES[outcome], look.color)}"
        for dimension, outcome in judged.items()
    )
    yield f"{paint('verdict', 'bold', look.color)}: {path}: {', '.join(said)}\n\n"


def _failure(failure: Failure, path: str, look: Look) -> Iterator[str]:
    where = f" {path}:" if path else ""
    rule = f" [{failure.rule}]" if failure.rule else ""
    yield f"{paint('failure', 'error', look.color)}{rule}:{where} {flat(failure.message)}\n"
    if failure.traceback and look.verbose:
        yield from (f"  {harmless(line)}\n" for line in failure.traceback.split("\n"))
    yield "\n"


def _folded(findings: Sequence[Finding], look: Look) -> tuple[Sequence[Finding], Sequence[Finding]]:
    """What to show one by one, and what to fold into a line because it can be fixed at once."""
    foldable = [finding for finding in findings if _is_safe(finding) and finding.severity is not Severity.ERROR]
    if look.verbose or len(foldable) < MANY:
        return findings, ()
    kept = [finding for finding in findings if not _is_safe(finding) or finding.severity is Severity.ERROR]
    return kept, foldable


def _grouped(findings: Sequence[Finding], look: Look) -> Iterator[_Group]:
    """Findings in order of place; many of one rule stand at the first of them."""
    by_rule = defaultdict(list)
    for finding in findings:
        by_rule[finding.rule].append(finding)
    for finding in findings:
        alike = by_rule[finding.rule]
        if look.verbose or len(alike) < MANY:
            yield _Group(finding)
        elif alike[0] is finding:
            yield _Group(finding, tuple(alike[1:]))


def _finding(group: _Group, source: Source, path: str, review: Review, look: Look) -> Iterator[str]:
    finding = group.finding
    line, column = source.position(finding.span.start)
    gutter = " " * len(str(line))
    bar = paint("|", "place", look.color)
    shown = excerpt(source, finding.span, look.width - len(gutter) - 3)
    yield f"{paint(f'{finding.severity}[{finding.rule}]', finding.severity, look.color)}: "
    yield f"{paint(flat(finding.message), 'bold', look.color)}\n"
    yield f"{gutter}{paint('-->', 'place', look.color)} {path}:{line}:{column}\n"
    yield f"{gutter} {bar}\n"
    yield f"{paint(str(line), 'place', look.color)} {bar} {shown.text}\n"
    marker = paint(shown.marker.lstrip(), finding.severity, look.color)
    yield f"{gutter} {bar} {' ' * (len(shown.marker) - len(shown.marker.lstrip()))}{marker}"
    yield f"{_to_line(source, finding, line)}\n"
    for note in _notes(group, source, review, look):
        yield f"{gutter} {paint('=', 'place', look.color)} {note}\n"
    yield "\n"


def _to_line(source: Source, finding: Finding, line: int) -> str:
    last = source.position(max(finding.span.start, finding.span.end - 1)).line
    return f" ... to line {last}" if last > line else ""


def _notes(group: _Group, source: Source, review: Review, look: Look) -> Iterator[str]:
    finding, others = group
    if others:
        yield f"and {len(others):,} more on {_lines_of((other.span.start for other in others), source)}"
    if finding.also:
        yield f"see also {_lines_of((span.start for span in finding.also), source)}"
    if finding.fix:
        yield _way_to_fix(finding, source)
    if finding.paste:
        yield from _skeleton(finding, look)
    rule = review.rules.get(finding.rule)
    if rule is None or finding.rule in look.told:
        return
    look.told.add(finding.rule)
    if look.verbose:
        yield f"why: {flat(rule.why)}"
    yield from (flat(title) + (f" <{flat(url)}>" if look.verbose else "") for title, url in rule.authority)


def _skeleton(finding: Finding, look: Look) -> Iterator[str]:
    """Markdown to paste, where every finding is shown in full; else, once, how to see it."""
    if look.verbose:
        yield "to paste:"
        yield from (f"  {flat(line)}".rstrip() for line in finding.paste.rstrip("\n").split("\n"))
    elif _SKELETONS not in look.told:
        look.told.add(_SKELETONS)
        yield "Markdown to paste: -v, or ld-review outline --skeletons"


def _way_to_fix(finding: Finding, source: Source) -> str:
    """One short replacement is said as it is; anything longer only by the option that makes it."""
    fix = finding.fix
    option = "--fix" if fix is None or fix.safe else "--fix --unsafe-fixes"
    if fix is None or len(fix.edits) != 1 or len(fix.edits[0].replacement) > 60 or "\n" in fix.edits[0].replacement:
        return f"fix: {option}"
    (span, replacement) = fix.edits[0]
    before, after = (flat(text) for text in (source[span], replacement))
    if not after:
        return f"fix: remove {before!r} ({option})" if before else f"fix: {option}"
    if not before:
        return f"fix: put {after!r} here ({option})"
    return f"fix: {after!r} ({option})" if span == finding.span else f"fix: {after!r} for {before!r} ({option})"


def _lines_of(offsets: Iterable[int], source: Source) -> str:
    """``line 4``, ``lines 4, 7 and 9``; equal lines once, a long list cut."""
    lines = sorted({source.position(offset).line for offset in offsets})
    if len(lines) == 1:
        return f"line {lines[0]}"
    if len(lines) > _LINES_NAMED:
        return f"lines {', '.join(map(str, lines[:_LINES_NAMED]))} ..."
    return f"lines {', '.join(map(str, lines[:-1]))} and {lines[-1]}"


def _fold(findings: Sequence[Finding], page: PageReview, review: Review, look: Look) -> Iterator[str]:
    by_rule, path = defaultdict(list), harmless(str(page.path))
    for finding in findings:
        by_rule[finding.rule].append(finding)
    yield f"{paint('fixable', 'suggestion', look.color)}: {path}: {len(findings):,} findings that --fix can mend\n"
    for rule, alike in sorted(by_rule.items(), key=lambda item: (-len(item[1]), item[0])):
        where = _lines_of((finding.span.start for finding in alike), page.source)
        about = f" ({flat(review.rules[rule].summary)})" if rule in review.rules else ""
        yield f"  {paint('=', 'place', look.color)} {len(alike):,} {rule}: {where}{about}\n"
    yield f"  {paint('=', 'place', look.color)} ld-review --fix {shlex.quote(path)}\n\n"
