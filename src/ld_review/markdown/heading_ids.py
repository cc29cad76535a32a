"""The id that a site generator gives a heading, by the generator's own rule.

Each function takes the rendered text of a heading (no marks, entities decoded) and returns its id before duplicates
are numbered. ``Ids`` numbers them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

_NOT_WORD = re.compile(r"[^\w\- ]")
_TYPOGRAPHIC = re.compile(r"(?<=\s)---?(?=\s)|<< ?| ?>>")
"""What kramdown makes a dash or a guillemet of, which leave nothing in an id."""
_MARKS = frozenset({"Mn", "Mc", "Me", "Pc"})
_DIGITS_ONLY = re.compile(r"\A\d+\Z")
_HYPHENS = re.compile(r"-{2,}")
_NOT_MKDOCS = re.compile(r"[^\w\s-]")
_BLANKS_AND_HYPHENS = re.compile(r"[-\s]+")


def kramdown(text: str) -> str:
    """As kramdown-parser-gfm: lower case, all but word characters, hyphens and blanks deleted, blanks to hyphens.

    Runs of hyphens stay, and so does a leading one (an icon before the text leaves its space).
    """
    return _words(_TYPOGRAPHIC.sub("", text.lower()).replace("\t", " "))


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
    slug = _HYPHENS.sub("-", _words(text.strip().lower()))
    return f"anchor-{slug}" if _DIGITS_ONLY.match(slug) else slug


def github(text: str) -> str:
    """As github-slugger, which GitHub's own pages and Docusaurus go by."""
    return _words(text.strip().lower())


def _words(text: str) -> str:
    """What Ruby calls a word character, and GitHub with it, and hyphens; blanks to hyphens.

    Unlike for Python, marks are words, so that the selector behind an emoji stays, and fractions are none.
    """
    if text.isascii():
        return _NOT_WORD.sub("", text).replace(" ", "-")
    return "".join("-" if character == " " else character for character in text if _counts(character))


def _counts(character: str) -> bool:
    kind = unicodedata.category(character)
    return character in "- " or kind in _MARKS or (kind != "No" and character.isalnum())


def mkdocs(text: str) -> str:
    """As the ``toc`` extension of Python-Markdown: ASCII alone, runs of blanks and hyphens to one hyphen."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return _BLANKS_AND_HYPHENS.sub("-", _NOT_MKDOCS.sub("", plain).strip().lower())


class Strategy(NamedTuple):
    """How a generator makes ids."""

    slug: Callable[[str], str]
    fallback: str = ""
    """The id of a heading that leaves nothing."""
    twins: bool = False
    """Whether a numbered id may be equal to one that another heading has."""
    separator: str = "-"
    """What stands before the number of a repeated id."""


STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "kramdown": Strategy(kramdown, "section", twins=True),
        "hugo": Strategy(hugo, "heading"),
        "gitlab": Strategy(gitlab, twins=True),
        "github": Strategy(github),
        "mkdocs": Strategy(mkdocs, "_1", separator="_"),
    }
)


class Ids:
    """The ids given on one page so far."""

    def __init__(self, strategy: str) -> None:
        self._strategy = STRATEGIES[strategy]
        self._given: dict[str, int] = {}

    def give(self, text: str, explicit: str = "") -> str:
        """The id of the next heading; one that the author wrote is kept as it is."""
        if explicit:
            self._given.setdefault(explicit, 0)
            return explicit
        slug = self._strategy.slug(text) or self._strategy.fallback
        if slug not in self._given:
            self._given[slug] = 0
            return slug
        numbered = self._numbered(slug)
        while not self._strategy.twins and numbered in self._given:
            numbered = self._numbered(slug)
        if not self._strategy.twins:
            self._given[numbered] = 0
        return numbered

    def _numbered(self, slug: str) -> str:
        self._given[slug] += 1
        return f"{slug}{self._strategy.separator}{self._given[slug]}"
