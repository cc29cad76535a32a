"""The review as JSON, for programs; its form is kept by ``schema_version`` and ``review.schema.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, TextIO

from ld_review.finding import Finding, Fix, Severity
from ld_review.learning.async_path import async_path
from ld_review.learning.element import Element
from ld_review.learning.profile import Assigned
from ld_review.reporters.display import encodable
from ld_review.review import Failure, PageReview, Review, Site
from ld_review.rule import Rule
from ld_review.source import Source
from ld_review.verdict import dimension_of

SCHEMA_VERSION = "1"


def write(review: Review, stream: TextIO) -> None:
    """Write *review* to *stream*: all of it, nothing grouped or cut, each page on a line of its own."""
    rest = [f"{_written(key)}: {_written(value)}" for key, value in run_data(review).items()]
    stream.write(f'{{"schema_version": {_written(SCHEMA_VERSION)},\n"pages": [')
    stream.writelines(_lines(_written(page_data(page, review)) for page in review.pages))
    stream.write("],\n")
    stream.write(",\n".join(rest))
    stream.write("}\n")


def _lines(texts: Iterable[str]) -> Iterator[str]:
    """The elements of an array, each on its own line."""
    before = "\n"
    for text in texts:
        yield before + text
        before = ",\n"


def _written(data: Any) -> str:
    # Without indentation, which would take ten times as long: the encoder in C knows none.
    return json.dumps(data, ensure_ascii=False)


def as_data(review: Review) -> dict[str, Any]:
    """The review as plain lists and dictionaries."""
    return {
        "schema_version": SCHEMA_VERSION,
        "pages": [page_data(page, review) for page in review.pages],
        **run_data(review),
    }


def run_data(review: Review) -> dict[str, Any]:
    """What is not about one page."""
    return {
        "site": _site(review.site) if review.site else None,
        "failures": [_failure(failure) for failure in review.failures],
        "summary": _summary(review),
    }


def _site(site: Site) -> dict[str, Any]:
    return {
        "layout": site.layout,
        "pages": site.pages,
        "hosts": [encodable(host) for host in site.hosts],
        "incomplete": {
            encodable(folder): {"missing": missing, "linked": linked}
            for folder, (missing, linked) in site.incomplete.items()
        },
    }


def page_data(page: PageReview, review: Review) -> dict[str, Any]:
    """One page, as it stands in ``pages``."""
    fingerprints: Iterable[str] = page.fingerprints or ("",) * len(page.findings)
    return {
        "path": encodable(page.path.as_posix()),
        "profile": _profile(page.profile),
        "language": page.language,
        "not_assessed": encodable(page.not_assessed),
        "elements": [_element(element, page.source) for element in page.elements],
        "async_path": [
            {"way": way.name, "start": _place(page.source, way.element.span.start)} for way in async_path(page.elements)
        ],
        "findings": [
            _finding(finding, fingerprint, page.source, review.rules.get(finding.rule))
            for finding, fingerprint in zip(page.findings, fingerprints, strict=True)
        ],
        "verdicts": {
            one.dimension: {"verdict": one.outcome.value, "reason": encodable(one.reason)} for one in page.verdicts
        },
        "failures": [_failure(failure) for failure in page.failures],
    }


def _profile(profile: Assigned) -> dict[str, Any]:
    return {
        "name": profile.name,
        "declared": profile.declared,
        "reason": encodable(profile.reason),
        "points": profile.points,
    }


def _element(element: Element, source: Source) -> dict[str, Any]:
    return {
        "kind": element.kind,
        "start": _place(source, element.span.start),
        "end": _place(source, element.span.end),
        "text": encodable(source[element.span]),
        "reason": encodable(element.reason),
        "attributes": {
            name: encodable(value) if isinstance(value, str) else value for name, value in element.attributes.items()
        },
    }


def _finding(finding: Finding, fingerprint: str, source: Source, rule: Rule | None) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "dimension": dimension_of(rule),
        "severity": finding.severity.value,
        "message": encodable(finding.message),
        "start": _place(source, finding.span.start),
        "end": _place(source, finding.span.end),
        "also": [{"start": _place(source, start), "end": _place(source, end)} for start, end in finding.also],
        "fix": _fix(finding.fix, source) if finding.fix else None,
        "paste": encodable(finding.paste),
        "fingerprint": fingerprint,
        "authority": [{"title": title, "url": url} for title, url in (rule.authority if rule else ())],
    }


def _place(source: Source, offset: int) -> dict[str, int]:
    line, column = source.position(offset)
    return {"line": line, "column": column, "offset": offset}


def _fix(fix: Fix, source: Source) -> dict[str, Any]:
    return {
        "applicability": "safe" if fix.safe else "unsafe",
        "edits": [
            {
                "start": _place(source, span.start),
                "end": _place(source, span.end),
                "replacement": encodable(replacement),
            }
            for span, replacement in fix.edits
        ],
    }


def _failure(failure: Failure) -> dict[str, str]:
    return {name: encodable(value) for name, value in failure._asdict().items()}


def _summary(review: Review) -> dict[str, int]:
    failures = len(review.failures) + sum(len(page.failures) for page in review.pages)
    return {
        "pages": len(review.pages),
        **{f"{severity}s": review.counts[severity] for severity in reversed(Severity)},
        "fixable": sum(finding.fix is not None and finding.fix.safe for finding in review.findings),
        "known": review.known.subtracted if review.known else 0,
        "gone": review.known.gone if review.known else 0,
        "failures": failures,
        "exit_status": review.exit_status,
    }
