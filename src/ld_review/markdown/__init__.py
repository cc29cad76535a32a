"""Markdown as handbooks write it: from a source to a document with exact places."""

from __future__ import annotations

from ld_review.document import Document
from ld_review.source import Source

__all__ = ["MOST_NESTED", "parse"]

MOST_NESTED = 100
"""How deep quotes and lists may be nested; what lies deeper is reported, not read."""


def parse(source: Source, heading_ids: str = "kramdown") -> Document:
    """Parse a page.

    *heading_ids* names the generator whose ids the headings get: ``kramdown``, ``hugo`` or ``gitlab``. What is nested
    deeper than ``MOST_NESTED`` is not read; ``Document.unread`` says from where.
    """
    from ld_review.markdown.parsing import document_of  # noqa: PLC0415 - markdown-it, of no use where all is known

    return document_of(source, heading_ids)
