"""The review as GitLab's Code Quality report: one JSON array, an object for each finding.

GitLab stops reading at the first object that it cannot use, keeps only the last of those with one fingerprint, and
calls a finding new where the report of the target branch lacks its fingerprint.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TextIO

from ld_review.finding import Severity
from ld_review.reporters.display import encodable, flat
from ld_review.reporters.place import placed
from ld_review.review import Failure, PageReview, Review, digest

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.SUGGESTION: "info"}
_BROKEN = "critical"


def write(review: Review, stream: TextIO) -> None:
    """Write *review* to *stream*, ``[]`` where nothing was found: GitLab needs that to compare with.

    What broke outside any page has no place, so it is not in this report; the exit status and the other formats tell.
    """
    separator = "[\n"
    for issue in _issues(review):
        stream.write(separator + json.dumps(issue, separators=(",", ":")))
        separator = ",\n"
    stream.write("[]\n" if separator == "[\n" else "\n]\n")


def _issues(review: Review) -> Iterator[dict[str, Any]]:
    for page in review.pages:
        path = encodable(review.place(page))
        yield from _of_failures(page, path)
        for finding, fingerprint, start, _, last_line in placed(page):
            yield _issue(
                finding.rule,
                finding.message,
                _SEVERITIES[finding.severity],
                fingerprint=digest(path, fingerprint),
                location={"path": path, "lines": {"begin": start.line, "end": last_line}},
            )


def _of_failures(page: PageReview, path: str) -> Iterator[dict[str, Any]]:
    for number, failure in enumerate(page.failures):
        yield _issue(
            failure.rule or "failure",
            _wording(failure),
            _BROKEN,
            fingerprint=digest(path, "failure", failure.rule, str(number)),
            location={"path": path, "lines": {"begin": 1, "end": 1}},
        )


def _wording(failure: Failure) -> str:
    return f"could not be reviewed by this rule: {failure.message}" if failure.rule else failure.message


def _issue(rule: str, message: str, severity: str, *, fingerprint: str, location: dict[str, Any]) -> dict[str, Any]:
    """The rule stands in the description too, since GitLab shows nothing else."""
    return {
        "check_name": flat(rule),
        "description": f"{flat(rule)}: {flat(message)}",
        "fingerprint": fingerprint,
        "severity": severity,
        "location": location,
    }
