"""The review as JSON Lines: a page on each line, as in ``pages`` of ``json``, and on the last line all the rest."""

from __future__ import annotations

import json
from typing import Any, TextIO

from ld_review.reporters.json import SCHEMA_VERSION, page_data, run_data
from ld_review.review import Review

_LINE_ENDS = str.maketrans({end: f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"})
"""What JSON lets stand in a string, and some readers of lines take for the end of one."""


def write(review: Review, stream: TextIO) -> None:
    """Write *review* to *stream*, a page at a time."""
    for page in review.pages:
        stream.write(_line(page_data(page, review)))
    stream.write(_line({"schema_version": SCHEMA_VERSION, **run_data(review)}))


def _line(data: dict[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(_LINE_ENDS) + "\n"
