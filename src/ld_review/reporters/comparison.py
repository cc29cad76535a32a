"""Two reviews told apart, as text, Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from ld_review.comparison import Comparison, PageComparison, VerdictChange
from ld_review.recorded import RecordedFinding, RecordedPage
from ld_review.reporters.display import encodable, flat, paint
from ld_review.reporters.markdown_text import code, inline

SCHEMA_VERSION = "1"
DIMENSIONS = {"handbook-first": "Handbook first", "adult-learning": "Adult learning", "async": "Bias for async"}
VERDICTS = {"ready": "ready", "needs-changes": "needs changes", "not-assessed": "not assessed"}
KINDS = ("resolved", "new", "unknown", "remaining")
_LONGEST = 300
_MOST = 50
"""Findings of a kind that Markdown shows of a page."""


def write_text(comparison: Comparison, stream: TextIO, *, color: bool = False) -> None:
    """What changed on each page, with the counts at the end; what remains is counted alone."""
    for page in comparison.pages:
        if page.changed:
            stream.write("\n".join((*_page_lines(page, color), "", "")))
    for gone in comparison.gone:
        stream.write(f"{paint(flat(gone.path), 'place', color)}: not in the new review, {_findings(gone)}\n")
    stream.write(f"{summary(comparison)}\n")


def summary(comparison: Comparison) -> str:
    """The counts in words."""
    pages = len(comparison.pages)
    words = ", ".join(f"{comparison.count(kind):,} {kind}" for kind in ("resolved", "new", "remaining"))
    parts = [f"{words} on {pages:,} page{'' if pages == 1 else 's'}"]
    unknown = comparison.count("unknown")
    parts += [f"of {unknown:,} it cannot be told, since their rules could not look"] if unknown else []
    parts += ["something could not be reviewed"] if comparison.failed else []
    return "; ".join(parts)


def write_markdown(comparison: Comparison, stream: TextIO) -> None:
    """The same as Markdown that does nothing but say it."""
    stream.write(f"## Reviews compared\n\n{summary(comparison)}.\n")
    for page in comparison.pages:
        if page.changed:
            stream.write("\n".join(("", *_page_markdown(page), "")))
    if comparison.gone:
        names = (f"- {code(page.path)}: {_findings(page)}" for page in comparison.gone)
        stream.write("\n".join(("", "### Not in the new review", "", *names, "")))


def verdict_words(change: VerdictChange) -> str:
    """A change of verdict as Markdown on one line."""
    reason = f": {inline(change.after.reason, _LONGEST)}" if change.after.reason else ""
    before, after = VERDICTS[change.before.verdict], VERDICTS[change.after.verdict]
    return f"{dimension_name(change.dimension)}: {before} → **{after}**{reason}"


def dimension_name(dimension: str) -> str:
    """What a dimension is called, as Markdown."""
    return DIMENSIONS.get(dimension) or inline(dimension)


def write_json(comparison: Comparison, stream: TextIO) -> None:
    """All of it, for programs."""
    json.dump(as_data(comparison), stream, ensure_ascii=False, indent=2)
    stream.write("\n")


def as_data(comparison: Comparison) -> dict[str, Any]:
    """The comparison as plain lists and dictionaries."""
    counts = {kind: comparison.count(kind) for kind in KINDS}
    return {
        "schema_version": SCHEMA_VERSION,
        "pages": [_page_data(page) for page in comparison.pages],
        "gone": [{"path": encodable(page.path), "findings": len(page.findings)} for page in comparison.gone],
        "summary": {"pages": len(comparison.pages), **counts, "failed": comparison.failed},
    }


def _page_lines(page: PageComparison, color: bool) -> Iterator[str]:
    was = f" (was {flat(page.old_path)})" if page.moved else ""
    yield f"{paint(flat(page.path), 'place', color)}{was}"
    for kind in ("resolved", "new", "unknown"):
        for found in getattr(page, kind):
            severity = paint(found.severity.value, found.severity.value, color) if kind == "new" else found.severity
            place = f"{found.start.line}:{found.start.column}"
            yield f"  {kind:<8} {place}: {severity}: {flat(found.message)} [{flat(found.rule)}]"
    for dimension, before, after in page.verdicts:
        reason = f": {flat(after.reason)}" if after.reason else ""
        yield f"  verdict  {flat(dimension)}: {before.verdict} -> {after.verdict}{reason}"
    if page.remaining:
        yield f"  {len(page.remaining):,} remaining"


def _page_markdown(page: PageComparison) -> Iterator[str]:
    yield f"### {code(page.path)}"
    yield ""
    if page.moved:
        yield f"- moved from {code(page.old_path)}"
    yield from (f"- {verdict_words(change)}" for change in page.verdicts)
    for kind in ("resolved", "new", "unknown"):
        yield from _of_kind(kind, getattr(page, kind))
    if page.remaining:
        yield f"- {len(page.remaining):,} remaining"


def _of_kind(kind: str, found: tuple[RecordedFinding, ...]) -> Iterator[str]:
    for one in found[:_MOST]:
        words = inline(one.message, _LONGEST)
        yield f"- **{kind}**, line {one.start.line}, {one.severity.value}: {words} ({code(one.rule)})"
    if len(found) > _MOST:
        yield f"- and {len(found) - _MOST:,} more that are {kind}"


def _findings(page: RecordedPage) -> str:
    number = len(page.findings)
    return f"{number:,} finding{'' if number == 1 else 's'} there"


def _page_data(page: PageComparison) -> dict[str, Any]:
    return {
        "path": encodable(page.path),
        "old_path": encodable(page.old_path) or None,
        **{kind: _findings_data(getattr(page, kind)) for kind in KINDS},
        "verdicts": {
            encodable(dimension): {"before": before.verdict, "after": after.verdict, "reason": encodable(after.reason)}
            for dimension, before, after in page.verdicts
        },
    }


def _findings_data(found: Iterable[RecordedFinding]) -> list[dict[str, Any]]:
    return [
        {
            "rule": encodable(one.rule),
            "dimension": encodable(one.dimension),
            "severity": one.severity.value,
            "message": encodable(one.message),
            "start": one.start._asdict(),
            "end": one.end._asdict(),
            "fingerprint": encodable(one.fingerprint),
        }
        for one in found
    ]
