"""The lines of a merge request's diff, with their numbers before and after."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ld_review.late import late

_HUNK = late(r"@@ -(\d{1,9})(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@")


class Line(NamedTuple):
    """A line as it is after the change."""

    text: str
    """Without its line break."""
    old: int | None
    """Its number before the change; None where it was put in or changed."""


class ChangedFile(NamedTuple):
    """A file of the diff."""

    old_path: str
    new_path: str
    lines: Mapping[int, Line]
    """Those that the diff shows, by their number after the change."""


def changed_files(diffs: Iterable[Mapping[str, Any]]) -> dict[str, ChangedFile]:
    """The files that are there after the change, by path, from the answers of GitLab's ``diffs``."""
    files = {}
    for diff in diffs:
        new, old, text = diff.get("new_path"), diff.get("old_path"), diff.get("diff")
        if isinstance(new, str) and not diff.get("deleted_file"):
            lines = dict(lines_of(text)) if isinstance(text, str) else {}
            files[new] = ChangedFile(old if isinstance(old, str) else new, new, lines)
    return files


def lines_of(diff: str) -> Iterator[tuple[int, Line]]:
    """The lines after the change that a unified diff of one file shows, with their numbers."""
    old = new = 0
    for row in diff.split("\n"):
        hunk = _HUNK.match(row)
        if hunk:
            old, new = int(hunk[1]), int(hunk[2])
        elif not new or row.startswith("\\"):
            continue
        elif row.startswith("-"):
            old += 1
        elif row.startswith("+"):
            yield new, Line(row[1:], None)
            new += 1
        elif row.startswith(" "):
            yield new, Line(row[1:], old)
            old, new = old + 1, new + 1
