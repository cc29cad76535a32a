"""Writers of a review, a module for each format: ``write(review, stream, ...)``."""

from __future__ import annotations

FORMATS = ("text", "concise", "json")
