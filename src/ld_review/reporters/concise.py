"""One line for each finding, as editors and other programs read it: ``path:line:column: severity: message [rule]``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TextIO

from ld_review.reporters.display import flat, harmless, paint
from ld_review.review import PageReview, Review


def write(review: Review, stream: TextIO, *, color: bool = False) -> None:
    """Write *review* to *stream*, a line for each finding and failure."""
    for failure in review.failures:
        stream.write(f"{paint('failure', 'error', color)}: {flat(failure.message)}\n")
    for page in review.pages:
        stream.writelines(_lines(page, color))


def _lines(page: PageReview, color: bool) -> Iterator[str]:
    path = harmless(str(page.path))
    for failure in page.failures:
        rule = f" [{failure.rule}]" if failure.rule else ""
        yield f"{path}:1:1: {paint('failure', 'error', color)}: {flat(failure.message)}{rule}\n"
    for finding in page.findings:
        line, column = page.source.position(finding.span.start)
        severity = paint(finding.severity, finding.severity, color)
        yield f"{path}:{line}:{column}: {severity}: {flat(finding.message)} [{finding.rule}]\n"
