"""The id that a site generator gives a heading, by the generator's own rule.

Each function takes the rendered text of a heading (no marks, entities decoded) and returns its id before duplicates
are numbered. ``Ids`` numbers them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

_NOT_KRAMDOWN_GFM = re.compile(r"[^\w\- \t]")
_NOT_GITLAB = re.compile(r"[^\w\- ]")
_DIGITS_ONLY = re.compile(r"\A\d+\Z")
_HYPHENS = re.compile(r"-{2,}")


def kramdown(text: str) -> str:
    """As kramdown-parser-gfm: lower case, all but word characters, hyphens and blanks deleted, blanks to hyphens.

    Runs of hyphens stay, and so does a leading one (an icon before the text leaves its space).
    """
    return _NOT_KRAMDOWN_GFM.sub("", text.lower()).replace(" ", "-").replace("\t", "-")


def hugo(text: str) -> str:
    """As Hugo with goldmark's default ``autoHeadingIDType: github``.

    The text is trimmed first; letters, digits, underscores and hyphens stay, spaces become hyphens.
    """
    kept = []
    for character in text.strip().lower():
        if character in "- ":
            kept.append("-")
        elif character == "_" or character.isalpha() or unicodedata.category(character) == "Nd":
            kept.append(character)
    return "".join(kept)


def gitlab(text: str) -> str:
    """As GitLab renders a Markdown file: like GitHub, but runs of hyphens become one and digits alone get a word."""
    slug = _HYPHENS.sub("-", _NOT_GITLAB.sub("", text.strip().lower()).replace(" ", "-"))
    return f"anchor-{slug}" if _DIGITS_ONLY.match(slug) else slug


STRATEGIES: dict[str, Callable[[str], str]] = {"kramdown": kramdown, "hugo": hugo, "gitlab": gitlab}


class Ids:
    """The ids given on one page so far."""

    def __init__(self, strategy: str) -> None:
        self._slug = STRATEGIES[strategy]
        self._fallback = "section" if strategy == "kramdown" else "heading" if strategy == "hugo" else ""
        self._no_twins = strategy == "hugo"
        self._given: dict[str, int] = {}

    def give(self, text: str, explicit: str = "") -> str:
        """The id of the next heading; one that the author wrote is kept as it is."""
        if explicit:
            self._given.setdefault(explicit, 0)
            return explicit
        slug = self._slug(text) or self._fallback
        if slug not in self._given:
            self._given[slug] = 0
            return slug
        self._given[slug] += 1
        while self._no_twins and f"{slug}-{self._given[slug]}" in self._given:
            self._given[slug] += 1
        numbered = f"{slug}-{self._given[slug]}"
        if self._no_twins:
            self._given[numbered] = 0
        return numbered
