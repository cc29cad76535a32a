"""What the note says of a review, as Markdown that does nothing but say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ld_review import __version__
from ld_review.comparison import Comparison
from ld_review.finding import Severity
from ld_review.gitlab.target import Target
from ld_review.recorded import RecordedFinding, RecordedPage, RecordedReview
from ld_review.reporters.comparison import VERDICTS, dimension_name, verdict_words
from ld_review.reporters.markdown_text import code, inline

_MOST_PAGES = 30
_MOST_FINDINGS = 60
"""Shown of all pages together, the most important first."""
_MOST_FAILURES = 10
_LONGEST = 300


class Told(NamedTuple):
    """What there is to say."""

    review: RecordedReview
    """With paths from the top of the repository."""
    comparison: Comparison | None = None
    """Against the review of the target branch."""
    before: int = 0
    """How many findings the note told of the last time."""
    report_url: str = ""
    report: str = ""
    """A whole report in Markdown, to stand in place of the list of findings; safe already."""

    @property
    def findings(self) -> int:
        """How many findings there are."""
        return sum(len(page.findings) for page in self.review.pages)


def summary(told: Told, target: Target) -> str:
    """The text of the note, below its hidden lines."""
    parts: list[Iterable[str]] = [[] if told.report else ["## Content review"], _head(told), _against(told)]
    parts += [[told.report.strip("\n")]] if told.report else [_broken(told.review), _verdicts(told.review)]
    parts += [] if told.report else _pages(told, target)
    parts += [_foot(told, target)]
    return "\n\n".join("\n".join(part).strip("\n") for part in map(list, parts) if part) + "\n"


def _head(told: Told) -> Iterator[str]:
    counts = Counter(finding.severity for _, finding in told.review.findings)
    where = f"on {_counted(len(told.review.pages), 'page')}"
    if counts:
        words = (_counted(counts[severity], severity.value) for severity in reversed(Severity) if counts[severity])
        fixable = sum(bool(finding.safe_fix) for _, finding in told.review.findings)
        mended = f"; `ld-review --fix` mends {fixable:,} of them" if fixable else ""
        yield f"**{', '.join(words)}** {where}{mended}."
    elif told.review.failed:
        yield f"Nothing was found {where}, but not all could be reviewed."
    elif told.before:
        yield f"✅ **All is resolved**: nothing is left to change {where}."
    else:
        yield f"✅ Nothing to change {where}."


def _against(told: Told) -> Iterator[str]:
    comparison = told.comparison
    if comparison is None:
        return
    resolved, new, remaining = (comparison.count(kind) for kind in ("resolved", "new", "remaining"))
    fresh = f"**{new:,} new**" if new else "nothing new"
    yield f"Against the target branch: {fresh}, {resolved:,} resolved, {remaining:,} known before."
    for page in comparison.pages:
        for change in page.verdicts:
            yield f"- {code(page.path)}, {verdict_words(change)}"


def _broken(review: RecordedReview) -> Iterator[str]:
    failures = [("", failure) for failure in review.failures]
    failures += [(page.path, failure) for page in review.pages for failure in page.failures]
    if failures:
        yield "**Could not be reviewed:**"
        yield ""
    for path, failure in failures[:_MOST_FAILURES]:
        where = ", ".join(code(part) for part in (path, failure.rule) if part)
        yield f"- {f'{where}: ' if where else ''}{inline(failure.message, _LONGEST)}"
    if len(failures) > _MOST_FAILURES:
        yield f"- and {len(failures) - _MOST_FAILURES:,} more"


def _verdicts(review: RecordedReview) -> Iterator[str]:
    judged = [page for page in review.pages if page.verdicts][:_MOST_PAGES]
    if judged:
        yield "| Page | Dimension | Verdict | Why |"
        yield "| --- | --- | --- | --- |"
    for page in judged:
        for dimension, (verdict, reason) in page.verdicts:
            why = inline(reason, _LONGEST)
            yield f"| {_cell(page.path)} | {dimension_name(dimension)} | {VERDICTS[verdict]} | {why} |"


def _cell(path: str) -> str:
    return code(path).replace("|", "\\|")


def _pages(told: Told, target: Target) -> Iterator[Iterable[str]]:
    """The pages with the gravest findings first; what is only a suggestion folded away."""
    left = _MOST_FINDINGS
    pages = sorted((page for page in told.review.pages if page.findings), key=_weight)
    new = {(page.path, finding) for page, finding in told.comparison.new} if told.comparison else frozenset()
    for page in pages[:_MOST_PAGES]:
        found = sorted(page.findings, key=lambda one: (-one.severity.rank, one.start))[:left]
        if not found:
            break
        left -= len(found)
        yield [f"### {code(page.path)}"]
        grave = [one for one in found if one.severity is not Severity.SUGGESTION]
        yield _items(page, grave, target, new)
        light = found[len(grave) :]
        if light:
            yield ["<details>", f"<summary>{_counted(len(light), 'suggestion')}</summary>", ""]
            yield _items(page, light, target, new)
            yield ["", "</details>"]
    hidden = told.findings - (_MOST_FINDINGS - left)
    if hidden:
        yield [f"… and {hidden:,} more that are not shown here."]


def _weight(page: RecordedPage) -> tuple[int, ...]:
    counts = Counter(finding.severity for finding in page.findings)
    return tuple(-counts[severity] for severity in reversed(Severity))


def _items(
    page: RecordedPage, found: Sequence[RecordedFinding], target: Target, new: Iterable[object]
) -> Iterator[str]:
    for one in found:
        url = target.blob_url(page.path, one.start.line)
        place = f"[line {one.start.line}](<{url}>)" if url else f"line {one.start.line}"
        fresh = "**new** · " if (page.path, one) in new else ""
        yield f"- {fresh}{one.severity.value} · {place}: {inline(one.message, _LONGEST)} ({code(one.rule)})"


def _foot(told: Told, target: Target) -> Iterator[str]:
    links = (("the whole report", told.report_url), ("pipeline", target.pipeline_url))
    parts = [f"[{words}](<{url}>)" for words, url in links if url]
    commit = f" at {target.head[:12]}" if target.head else ""
    yield f"<sub>Reviewed{commit} by ld-review {__version__}{''.join(f' · {part}' for part in parts)}</sub>"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
