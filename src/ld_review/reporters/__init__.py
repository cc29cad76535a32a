"""Writers of a review, a module for each format: ``write(review, stream, ...)``."""

from __future__ import annotations

FORMATS = (
    *("text", "concise", "json", "jsonl", "sarif", "gitlab", "junit", "github"),
    *("markdown", "html", "report", "statistics"),
)
FOR_PEOPLE = frozenset({"text", "concise", "statistics"})
"""Those that follow the terminal; what programs read is UTF-8, wherever it goes."""
OF_A_REPORT = frozenset({"markdown", "html", "report"})
"""Those that are made of a report, with questions for a person, and not of the review alone."""
OF_A_FOLDER = frozenset({"html"})
"""Those that may be a folder of files."""
OTHER_NAMES = {
    "annotations": "github",
    "code-quality": "gitlab",
    "codeclimate": "gitlab",
    "codequality": "gitlab",
    "htm": "html",
    "json-lines": "jsonl",
    "md": "markdown",
    "ndjson": "jsonl",
    "xml": "junit",
}
"""What other tools call the formats, for the message about an unknown one."""
