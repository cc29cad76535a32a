"""The whole report as JSON: what a page holds, what is asked of a person, what is worth a look; nothing is cut.

Its form is that of ``ld_review.report.model``, key by key.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import Enum
from typing import Any, TextIO

from ld_review.report.model import Report
from ld_review.reporters.display import encodable

REPORT_VERSION = "1"


def write(report: Report, stream: TextIO, links: object = None) -> None:
    """Write *report* to *stream*."""
    json.dump({"report_version": REPORT_VERSION, **as_data(report)}, stream, ensure_ascii=False, indent=2)
    stream.write("\n")


def as_data(value: Any) -> Any:
    """Values of the model as plain lists and dictionaries."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: as_data(part) for name, part in value._asdict().items()}
    if isinstance(value, Mapping):
        return {encodable(str(key)): as_data(part) for key, part in value.items()}
    if isinstance(value, (tuple, list, frozenset)):
        return [as_data(part) for part in (sorted(value) if isinstance(value, frozenset) else value)]
    return value
