"""Writers of a review, a module for each format: ``write(review, stream, ...)``."""

from __future__ import annotations

FORMATS = ("text", "concise", "json", "jsonl", "sarif", "gitlab", "junit", "github", "markdown", "report", "statistics")
FOR_PEOPLE = frozenset({"text", "concise", "statistics"})
"""Those that follow the terminal; what programs read is UTF-8, wherever it goes."""
OF_A_REPORT = frozenset({"markdown", "report"})
"""Those that are made of a report, with questions for a person, and not of the review alone."""
OTHER_NAMES = {
    "annotations": "github",
    "code-quality": "gitlab",
    "codeclimate": "gitlab",
    "codequality": "gitlab",
    "json-lines": "jsonl",
    "md": "markdown",
    "ndjson": "jsonl",
    "xml": "junit",
}
"""What other tools call the formats, for the message about an unknown one."""
