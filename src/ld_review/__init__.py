"""Reviews learning content written as handbook Markdown.

What stands in ``__all__`` is the public interface; everything else may move. Names are imported when they are first
used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ld_review.config import Config
    from ld_review.config_file import load_config
    from ld_review.finding import Edit, Finding, Fix, Severity
    from ld_review.review import Failure, PageReview, Review
    from ld_review.rule import Rule
    from ld_review.runner import fix_paths, review_paths, review_text
    from ld_review.source import Source, Span

__version__ = "0.1.0"

__all__ = [
    "Config",
    "Edit",
    "Failure",
    "Finding",
    "Fix",
    "PageReview",
    "Review",
    "Rule",
    "Severity",
    "Source",
    "Span",
    "__version__",
    "fix_paths",
    "load_config",
    "review_paths",
    "review_text",
]

_HOMES = {
    "Config": "config",
    "Edit": "finding",
    "Failure": "review",
    "Finding": "finding",
    "Fix": "finding",
    "PageReview": "review",
    "Review": "review",
    "Rule": "rule",
    "Severity": "finding",
    "Source": "source",
    "Span": "source",
    "fix_paths": "runner",
    "load_config": "config_file",
    "review_paths": "runner",
    "review_text": "runner",
}

if not TYPE_CHECKING:  # so that type checkers still report names that do not exist

    def __getattr__(name: str) -> object:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return __all__
