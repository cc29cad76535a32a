"""Which language a page is written in, as far as the page tells."""

from __future__ import annotations

from typing import NamedTuple


class Language(NamedTuple):
    """A language and how it is known."""

    code: str = "en"
    """A primary language subtag of BCP 47 (``en``, ``ja``)."""
    declared: bool = False
    """Whether the page says so itself; else it was inferred from its text."""
