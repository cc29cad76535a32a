"""Findings and failures as diagnostics."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lsprotocol.types import (
    CodeDescription,
    Diagnostic,
    DiagnosticRelatedInformation,
    DiagnosticSeverity,
    DiagnosticTag,
    Location,
    Position,
    Range,
)

from ld_review.finding import Finding, Severity
from ld_review.lsp.places import Places
from ld_review.reporters.display import flat
from ld_review.review import Failure, PageReview
from ld_review.rule import Rule
from ld_review.suppression import UNUSED

SOURCE = "ld-review"
FAILURE = "failure"
_SEVERITIES = {
    Severity.ERROR: DiagnosticSeverity.Error,
    Severity.WARNING: DiagnosticSeverity.Warning,
    Severity.SUGGESTION: DiagnosticSeverity.Information,
}
_TOP = Range(Position(0, 0), Position(0, 0))


def diagnostics(uri: str, review: PageReview, rules: Mapping[str, Rule], places: Places) -> list[Diagnostic]:
    """What a review says of a page; *rules* are those that looked at it, by their ids."""
    found = (_diagnostic(uri, finding, rules.get(finding.rule), places) for finding in review.findings)
    return [*failures(review.failures), *found]


def failures(broken: Iterable[Failure]) -> list[Diagnostic]:
    """What could not be reviewed, at the top of the page."""
    return [
        Diagnostic(
            _TOP,
            flat(f"{one.rule}: {one.message}" if one.rule else one.message),
            severity=DiagnosticSeverity.Error,
            source=SOURCE,
            code=FAILURE,
        )
        for one in broken
    ]


def _diagnostic(uri: str, finding: Finding, rule: Rule | None, places: Places) -> Diagnostic:
    authority = rule.authority[0].url if rule and rule.authority else ""
    return Diagnostic(
        places.range(finding.span),
        flat(finding.message),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=CodeDescription(authority) if authority else None,
        source=SOURCE,
        tags=[DiagnosticTag.Unnecessary] if finding.rule == UNUSED else None,
        related_information=[
            DiagnosticRelatedInformation(Location(uri, places.range(span)), "the same here") for span in finding.also
        ]
        or None,
    )
