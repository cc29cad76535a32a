"""What a check is given: the parsed page and what was recognised on it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Any, TypeVar

from ld_review.clock import SYSTEM_CLOCK, Clock
from ld_review.document import Document
from ld_review.hosts import Hosts
from ld_review.language import Language
from ld_review.late import late
from ld_review.learning import Course

_Fact = TypeVar("_Fact")

_WORD = late(r"[^\W_]+")


def folded(text: str) -> str:
    """*text* as phrases are compared: case-folded, apostrophes straight, each run of white space a space.

    Where a phrase stands in a text, its folded form stands in the folded text.
    """
    plain = text.casefold().replace("\u2019", "'").replace("i\u0307", "i")
    return " ".join(plain.split())


def words_of(folded_text: str) -> list[str]:
    """The words of a text that was folded, in order, without punctuation."""
    return _WORD.findall(folded_text)


@dataclass(frozen=True)
class Page:
    """A document with what the review knows about it."""

    document: Document
    language: Language = field(default_factory=Language)
    course: Course = field(default_factory=Course)
    hosts: Hosts = field(default_factory=Hosts)
    clock: Clock = SYSTEM_CLOCK
    _facts: dict[Hashable, Any] = field(default_factory=dict, repr=False, compare=False)

    @cached_property
    def today(self) -> date:
        """The day that counts as today for this page."""
        return self.clock.today(self.document.source.path)

    @property
    def asked_for_today(self) -> date | None:
        """The day that counts as today, where anybody asked for it."""
        day: date | None = self.__dict__.get("today")
        return day

    @cached_property
    def words(self) -> frozenset[str]:
        """Every word of the source, folded: a cheap way to know that a phrase cannot stand here."""
        return frozenset(words_of(self.folded("raw")))

    def folded(self, scope: str) -> str:
        """The view of *scope*, folded: a cheap way to know whether a phrase can stand there. It has no places."""
        return self.once(_folded_view, scope)

    def runs(self, scope: str) -> frozenset[str | tuple[str, str]]:
        """Every word of the view of *scope*, and every two words in a row: what a phrase is made of."""
        return self.once(_runs, scope)

    def once(self, fact: Callable[..., _Fact], *arguments: Hashable) -> _Fact:
        """``fact(document, *arguments)``, worked out once for all checks that ask for it."""
        key = (fact, arguments)
        if key not in self._facts:
            self._facts[key] = fact(self.document, *arguments)
        found: _Fact = self._facts[key]
        return found


def _folded_view(document: Document, scope: str) -> str:
    return folded(document.view(scope))


def _runs(document: Document, scope: str) -> frozenset[str | tuple[str, str]]:
    words = words_of(_folded_view(document, scope))
    return frozenset((*words, *pairwise(words)))
