"""The review as a JUnit report: a suite for each page, in it a failed test case for each finding.

GitLab shows the text inside of a failure and drops its ``message`` where there is text, so the text says all. It knows
a test case by suite, class and name, and compares by them: the name of a case holds no line number and is unique.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TextIO
from xml.sax.saxutils import escape, quoteattr

from ld_review.late import late
from ld_review.reporters.display import flat, harmless
from ld_review.reporters.place import Placed, placed
from ld_review.review import Failure, PageReview, Review
from ld_review.source import Source, Span

_NAME = "ld-review"
_LONGEST_NAME = 200
_ILLEGAL = late("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, however it is written."""


class _Case(NamedTuple):
    """A test case: passed, or what became of it."""

    name: str
    outcome: str = ""
    """``failure``, ``error`` or ``skipped``; empty for passed."""
    kind: str = ""
    text: str = ""


class _Suite(NamedTuple):
    name: str
    file: str
    cases: tuple[_Case, ...]


def write(review: Review, stream: TextIO) -> None:
    """Write *review* to *stream*, a suite at a time."""
    stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
    stream.write(f"<testsuites {_attributes(name=_NAME, **_totals(review))}>\n")
    for suite in _suites(review):
        stream.writelines(_shown(suite))
    stream.write("</testsuites>\n")


def _suites(review: Review) -> Iterator[_Suite]:
    if review.failures:
        yield _Suite(_NAME, "", _unique(_of_failure(failure, "run") for failure in review.failures))
    for page in review.pages:
        path = harmless(review.place(page))
        yield _Suite(path, path, _unique(_cases(page, path)))


def _cases(page: PageReview, path: str) -> Iterator[_Case]:
    yield from (_of_failure(failure, path) for failure in page.failures)
    if page.not_assessed:
        yield _Case("rules about the text", "skipped", text=flat(page.not_assessed) or "not assessed")
    yield from (_of_finding(one, page, path) for one in placed(page))
    if not (page.findings or page.failures or page.not_assessed):
        yield _Case("no findings")


def _of_failure(failure: Failure, where: str) -> _Case:
    text = f"{where}: {flat(failure.message)}"
    if failure.traceback:
        text += "\n" + "\n".join(harmless(line) for line in failure.traceback.split("\n"))
    return _Case(f"{flat(failure.rule) or _NAME} could not run", "error", "failure", text)


def _of_finding(one: Placed, page: PageReview, path: str) -> _Case:
    finding, start = one.finding, one.start
    message = flat(finding.message)
    text = f"{path}:{start.line}:{start.column}: {finding.severity}: {message} [{finding.rule}]"
    text += f"\n{_around(finding.span, page.source)}"
    return _Case(_cut(f"{finding.rule}: {message}"), "failure", finding.severity, text)


def _around(span: Span, source: Source) -> str:
    """What stands on the line of a finding; of a long line no more than it takes, since there may be many on it."""
    line = source.line(source.position(span.start).line)
    start = max(line.start, span.start - _LONGEST_NAME // 2)
    return harmless(source[Span(start, min(line.end, start + _LONGEST_NAME))].strip())


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"


def _unique(cases: Iterable[_Case]) -> tuple[_Case, ...]:
    """The cases, where those of one name have a number from the second on."""
    taken: set[str] = set()
    nth: Counter[str] = Counter()
    kept = []
    for case in cases:
        name = case.name
        while name in taken:
            nth[case.name] += 1
            name = f"{case.name} #{nth[case.name] + 1}"
        taken.add(name)
        kept.append(case._replace(name=name))
    return tuple(kept)


def _totals(review: Review) -> dict[str, int]:
    errors = len(review.failures) + sum(len(page.failures) for page in review.pages)
    failures = sum(review.counts.values())
    skipped = sum(bool(page.not_assessed) for page in review.pages)
    clean = sum(not (page.findings or page.failures or page.not_assessed) for page in review.pages)
    return {"tests": errors + failures + skipped + clean, "failures": failures, "errors": errors, "skipped": skipped}


def _shown(suite: _Suite) -> Iterator[str]:
    outcomes = Counter(case.outcome for case in suite.cases)
    counts = {"failures": outcomes["failure"], "errors": outcomes["error"], "skipped": outcomes["skipped"]}
    yield f"  <testsuite {_attributes(name=suite.name, tests=len(suite.cases), **counts, time='0')}>\n"
    for case in suite.cases:
        file = {"file": suite.file} if suite.file else {}
        start = f"    <testcase {_attributes(classname=suite.name, name=case.name, **file, time='0')}"
        yield f"{start}>{_outcome(case)}</testcase>\n" if case.outcome else f"{start}/>\n"
    yield "  </testsuite>\n"


def _outcome(case: _Case) -> str:
    kind = f" {_attributes(type=case.kind)}" if case.kind else ""
    return f"<{case.outcome}{kind}>{escape(_legal(case.text))}</{case.outcome}>"


def _attributes(**values: str | int) -> str:
    return " ".join(f"{name}={quoteattr(_legal(str(value)))}" for name, value in values.items())


def _legal(text: str) -> str:
    return _ILLEGAL.sub("\ufffd", text)
