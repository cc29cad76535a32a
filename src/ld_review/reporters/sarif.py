"""The review as SARIF 2.1.0, which code scanning, editors and other viewers of findings read."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Any, TextIO
from urllib.parse import quote

from ld_review import __version__
from ld_review.finding import Finding, Fix, Severity
from ld_review.late import late
from ld_review.reporters.display import encodable, flat, harmless
from ld_review.reporters.place import Placed, placed
from ld_review.review import Failure, PageReview, Review
from ld_review.rule import Rule
from ld_review.source import Source, Span
from ld_review.verdict import BUILT_IN

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "SRCROOT"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.SUGGESTION: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.SUGGESTION: "recommendation"}
_LONGEST_SNIPPET = 200
_LONGEST_DESCRIPTION = 1000
"""GitHub refuses a longer ``fullDescription``."""
_LINK, _PLACEHOLDER = re.compile(r"\](?=\()"), re.compile(r"\{(?=\d+\})")
_URL = ":/?#[]@!$&'()*+,;=%~"
"""What may stand in a URL as it is."""
_MARKDOWN = late(r"([\\`*_\[\]<>|~])")


def write(review: Review, stream: TextIO) -> None:
    """Write *review* to *stream*, a result on each line."""
    rules = sorted({finding.rule for finding in review.findings} | set(review.rules))
    numbers = {rule: number for number, rule in enumerate(rules)}
    run = _json(_run(review, rules)).removesuffix("}")
    stream.write(f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[\n{run},\n"results":[')
    separator = "\n"
    for page in review.pages:
        artifact = _artifact(page, review)
        for one in placed(page):
            stream.write(separator + _json(_result(one, numbers, page.source, artifact)))
            separator = ",\n"
    stream.write("\n]}]}\n")


def _json(data: dict[str, Any]) -> str:
    return json.dumps(data, separators=(",", ":"))


def _run(review: Review, rules: Iterable[str]) -> dict[str, Any]:
    """All of the run but its results."""
    return {
        "tool": {
            "driver": {
                "name": "ld-review",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [_rule(rule, review.rules.get(rule)) for rule in rules],
            }
        },
        "automationDetails": {"id": "ld-review/"},
        "invocations": [{"executionSuccessful": not review.failed, "toolExecutionNotifications": _broken(review)}],
        "originalUriBaseIds": {_ROOT: _root(review.top)},
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "defaultEncoding": "utf-8",
        "artifacts": [
            {"location": _artifact(page, review), "roles": ["analysisTarget"], "sourceLanguage": "markdown"}
            for page in review.pages
        ],
    }


def _root(top: PurePath) -> dict[str, Any]:
    root: dict[str, Any] = {"description": {"text": "The top of the repository"}}
    return root | ({"uri": f"{_file_uri(top).rstrip('/')}/"} if top.is_absolute() else {})


def _file_uri(path: PurePath) -> str:
    """``PurePath.as_uri``, which takes no file name that is no text."""
    return "file://" + _quoted("/" + path.as_posix().lstrip("/"), "/:" if path.drive else "/")


def _quoted(text: str, safe: str = "/") -> str:
    """*text* for a URI; the bytes of a file name that is no text stay what they are."""
    try:
        return quote(text, safe, errors="surrogateescape")
    except UnicodeEncodeError:
        return quote(encodable(text), safe)


def _artifact(page: PageReview, review: Review) -> dict[str, str]:
    """A page by its path from the top, or, where it lies outside, by where it is."""
    place = review.place(page)
    if place.startswith("../") or PurePath(place).is_absolute():
        return {"uri": _file_uri(PurePath(os.path.abspath(page.path)))}  # noqa: PTH100 - resolving links leads elsewhere
    return {"uri": _quoted(place), "uriBaseId": _ROOT}


def _rule(name: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        text = {"text": "A note of ld-review about how the page speaks to it: its comments, its front matter"}
        properties = {"tags": [BUILT_IN], "dimension": BUILT_IN}
        return {"id": name, "shortDescription": text, "fullDescription": text, "help": text, "properties": properties}
    summary, why = flat(rule.summary), flat(rule.why)
    descriptor: dict[str, Any] = {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": f"{summary}."},
        "fullDescription": {"text": (why or summary)[:_LONGEST_DESCRIPTION]},
        "help": {"text": _help(rule), "markdown": _help_in_markdown(rule)},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": [rule.dimension],
            "dimension": rule.dimension,
            "problem.severity": _PROBLEMS[rule.severity],
            "authority": [{"title": flat(title), "url": harmless(url)} for title, url in rule.authority],
        },
    }
    url = next((url for _, url in rule.authority if url.startswith(("https://", "http://"))), "")
    return descriptor | ({"helpUri": _quoted(url, _URL)} if url else {})


def _help(rule: Rule) -> str:
    authority = (f"{flat(title)}: {harmless(url)}" if url else flat(title) for title, url in rule.authority)
    return "\n".join((flat(rule.why) or flat(rule.summary), *authority))


def _help_in_markdown(rule: Rule) -> str:
    why = _MARKDOWN.sub(r"\\\1", flat(rule.why) or flat(rule.summary))
    return "\n".join((why, "", *(f"- {_linked(title, url)}" for title, url in rule.authority)))


def _linked(title: str, url: str) -> str:
    return _MARKDOWN.sub(r"\\\1", flat(title)) + (f" <{_quoted(url, _URL)}>" if url else "")


def _result(one: Placed, numbers: Mapping[str, int], source: Source, artifact: dict[str, str]) -> dict[str, Any]:
    finding = one.finding
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": numbers[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": _message(finding.message),
        "locations": [_location(finding.span, source, artifact)],
        "partialFingerprints": {
            "ldReview/v1": one.fingerprint,
            "primaryLocationLineHash": f"{one.fingerprint[:16]}:1",
        },
    }
    if finding.also:
        result["relatedLocations"] = [_location(span, source, artifact) for span in finding.also]
    if finding.fix and finding.fix.safe:
        result["fixes"] = [_fix(finding, finding.fix, source, artifact)]
    return result


def _message(text: str) -> dict[str, str]:
    """Plain words: what a page says becomes neither a link nor a place for an argument."""
    return {"text": _PLACEHOLDER.sub("{ ", _LINK.sub("] ", flat(text)))}


def _location(span: Span, source: Source, artifact: dict[str, str]) -> dict[str, Any]:
    region: dict[str, Any] = _region(span, source)
    if 0 < span.end - span.start <= _LONGEST_SNIPPET:
        region["snippet"] = {"text": encodable(source[span])}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _region(span: Span, source: Source) -> dict[str, int]:
    start, end = source.position(span.start), source.position(span.end)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _fix(finding: Finding, fix: Fix, source: Source, artifact: dict[str, str]) -> dict[str, Any]:
    """A safe fix; one that may change the meaning is not offered here, since viewers apply fixes at a click."""
    return {
        "description": {"text": f"Mend {finding.rule} as --fix does"},
        "artifactChanges": [
            {
                "artifactLocation": artifact,
                "replacements": [
                    {"deletedRegion": _region(span, source), "insertedContent": {"text": encodable(replacement)}}
                    for span, replacement in fix.edits
                ],
            }
        ],
    }


def _broken(review: Review) -> list[dict[str, Any]]:
    outside = [_notification(failure) for failure in review.failures]
    return [*outside, *(one for page in review.pages for one in _broken_on(page, review))]


def _broken_on(page: PageReview, review: Review) -> Iterator[dict[str, Any]]:
    for failure in page.failures:
        yield _notification(failure) | {
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(page, review)}}]
        }


def _notification(failure: Failure) -> dict[str, Any]:
    notification: dict[str, Any] = {"level": "error", "message": _message(failure.message)}
    if failure.rule:
        notification["associatedRule"] = {"id": encodable(failure.rule)}
    if failure.traceback:
        notification["exception"] = {"message": encodable(failure.traceback)}
    return notification
