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

from ld_review.late import late

_NOT_ASCII_WORD = late(r"[^\w\- \t]", re.ASCII)
_WORD_CATEGORIES = frozenset({"Mn", "Mc", "Me", "Nd", "Nl", "Pc"})
_TYPOGRAPHIC = late(r"(?<=\s)---?(?=\s)|<< ?| ?>>")
"""What kramdown makes a dash or a guillemet of, which leave nothing in an id."""
_DIGITS_ONLY = late(r"\A\d+\Z")
_HYPHENS = late(r"-{2,}")
_NOT_MKDOCS = late(r"[^\w\s-]")
_NUMBER_AT_END = late(r"(.*)_([0-9]{1,9})")
_BLANKS_AND_HYPHENS = late(r"[-\s]+")


def kramdown(text: str) -> str:
    """As kramdown-parser-gfm: lower case, all but word characters, hyphens and blanks deleted, blanks to hyphens.

    Runs of hyphens stay, and so does a leading one (an icon before the text leaves its space).
    """
    return _words(_TYPOGRAPHIC.sub("", text.lower())).replace(" ", "-").replace("\t", "-")


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
    slug = _HYPHENS.sub("-", _words(text.strip().lower()).replace("\t", "").replace(" ", "-"))
    return f"anchor-{slug}" if _DIGITS_ONLY.match(slug) else slug


def github(text: str) -> str:
    """As github-slugger, which Docusaurus goes by: as kramdown, but tabs are deleted."""
    return _words(text.lower()).replace("\t", "").replace(" ", "-")


def mkdocs(text: str) -> str:
    """As the ``toc`` extension of Python-Markdown: ASCII alone, runs of blanks and hyphens to one hyphen."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return _BLANKS_AND_HYPHENS.sub("-", _NOT_MKDOCS.sub("", plain).strip().lower())


def _words(text: str) -> str:
    """The word characters of a text as Unicode and Ruby have them (letters, marks, digits, what connects words), its
    hyphens, blanks and tabs."""
    if text.isascii():
        return _NOT_ASCII_WORD.sub("", text)
    return "".join(mark for mark in text if mark in "- \t" or _is_word(mark))


def _is_word(mark: str) -> bool:
    return mark.isalpha() or unicodedata.category(mark) in _WORD_CATEGORIES or "Ⓐ" <= mark <= "ⓩ"


class Strategy(NamedTuple):
    """How a generator makes ids."""

    slug: Callable[[str], str]
    fallback: str = ""
    """The id of a heading that leaves nothing."""
    twins: bool = False
    """Whether a numbered id may be equal to one that another heading has."""
    separator: str = "-"
    """What stands before the number of a repeated id."""
    counts_on: bool = False
    """Whether the number at the end of a repeated id, the author's own too, is what is counted up."""


STRATEGIES: Mapping[str, Strategy] = MappingProxyType(
    {
        "kramdown": Strategy(kramdown, "section", twins=True),
        "hugo": Strategy(hugo, "heading"),
        "gitlab": Strategy(gitlab, twins=True),
        "github": Strategy(github),
        "mkdocs": Strategy(mkdocs, "_1", separator="_", counts_on=True),
    }
)


class Ids:
    """The ids given on one page so far."""

    def __init__(self, strategy: str) -> None:
        self._strategy = STRATEGIES[strategy]
        self._given: dict[str, int] = {}
        self._counted: dict[str, int] = {}

    def give(self, text: str, explicit: str = "") -> str:
        """The id of the next heading; one that the author wrote is kept as it is."""
        if explicit:
            self._given.setdefault(explicit, 0)
            return explicit
        slug = self._strategy.slug(text) or self._strategy.fallback
        if slug not in self._given:
            self._given[slug] = 0
            return slug
        if self._strategy.counts_on:
            return self._counted_on(slug)
        numbered = self._numbered(slug)
        while not self._strategy.twins and numbered in self._given:
            numbered = self._numbered(slug)
        if not self._strategy.twins:
            self._given[numbered] = 0
        return numbered

    def _counted_on(self, slug: str) -> str:
        found = _NUMBER_AT_END.fullmatch(slug)
        base, number = (found[1], int(found[2])) if found else (slug, 0)
        number = self._counted.get(slug, number)
        while (numbered := f"{base}_{number + 1}") in self._given:
            number += 1
        self._counted[slug] = number + 1
        self._given[numbered] = 0
        return numbered

    def _numbered(self, slug: str) -> str:
        self._given[slug] += 1
        return f"{slug}{self._strategy.separator}{self._given[slug]}"
