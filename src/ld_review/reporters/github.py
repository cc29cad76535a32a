"""The review as workflow commands, which GitHub Actions turns into annotations: ``::warning file=...::message``.

GitHub shows at most ten annotations of each level for one step; the log keeps all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TextIO

from ld_review.finding import Severity
from ld_review.reporters.display import flat, harmless
from ld_review.reporters.place import Placed, placed
from ld_review.reporters.text import counted
from ld_review.review import Failure, Review

SHOWN = 10
"""How many annotations of one level GitHub shows for a step."""
_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.SUGGESTION: "notice"}
_IN_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = _IN_DATA | str.maketrans({":": "%3A", ",": "%2C"})


def write(review: Review, stream: TextIO) -> None:
    """Write *review* to *stream*, a command on each line, and a line for the log where GitHub will not show all."""
    for failure in review.failures:
        stream.write(_of_failure(failure, {}))
    for page in review.pages:
        path = harmless(review.place(page))
        stream.writelines(_of_failure(failure, {"file": path, "line": 1}) for failure in page.failures)
        stream.writelines(_of_finding(one, path) for one in placed(page))
    stream.writelines(_left_out(review))


def _of_failure(failure: Failure, where: Mapping[str, str | int]) -> str:
    title = f"failure: {failure.rule}" if failure.rule else "failure"
    return _command("error", {**where, "title": title}, failure.message)


def _of_finding(one: Placed, path: str) -> str:
    where: dict[str, str | int] = {"file": path, "line": one.start.line}
    if one.last_line > one.start.line:
        where["endLine"] = one.last_line
    else:
        where |= {
            "col": one.start.column,
            "endColumn": one.start.column + one.finding.span.end - one.finding.span.start,
        }
    return _command(_COMMANDS[one.finding.severity], {**where, "title": one.finding.rule}, one.finding.message)


def _command(name: str, properties: Mapping[str, str | int], message: str) -> str:
    """One command; whatever a page says stays inside of it."""
    shown = ",".join(f"{key}={harmless(str(value)).translate(_IN_PROPERTY)}" for key, value in properties.items())
    return f"::{name} {shown}::{flat(message).translate(_IN_DATA)}\n"


def _left_out(review: Review) -> Iterator[str]:
    counts = dict(review.counts)
    counts[Severity.ERROR] += len(review.failures) + sum(len(page.failures) for page in review.pages)
    if any(count > SHOWN for count in counts.values()):
        found = ", ".join(counted(count, _COMMANDS[severity]) for severity, count in counts.items() if count)
        yield f"{found}; GitHub shows at most {SHOWN} of each for one step\n"
