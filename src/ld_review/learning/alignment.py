"""Constructive alignment: which objective the page teaches, and which practice or check covers it.

Told by the words that an objective shares with the rest of the page, without its verb and without words that say
nothing: a hint, as measured in docs/accuracy.md, never a proof.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from ld_review.document import Document
from ld_review.late import late
from ld_review.learning.course import Course
from ld_review.learning.element import Element
from ld_review.source import Span

COVERING = ("practice", "knowledge-check", "reflection")
"""The kinds of element that can cover an objective."""

_WORD = late(r"[^\W\d_][\w+#-]*")
_ANY_WORD = late(r"\w+")
_FEWEST_LETTERS = 3
_MOST_COVERING = 200
_LONGEST_COVERING = 20_000
_ENDINGS = (
    *("ations", "ation", "ments", "ment", "ings", "ions", "ing", "ion"),
    *("ies", "ers", "er", "ed", "es", "ly", "al", "s", "y", "e"),
)
"""Longest first."""
_SHORTEST_STEM = 3
_SHORTEST_BEFORE_MENT = 5
"""So that "document" keeps its end and "management" loses it."""
_FILLERS = """
the and for with from that this these those their your you how what when why which where who into onto over under
about between within without using use used uses via than then them they its our are can could should would will may
might must not all any each every some more most other others different various several many such own new common basic
basics key main important appropriate effective effectively correctly properly simple concept concepts difference
differences understand understanding learn learning know knowledge know explain describe identify define list apply
create write compare discuss demonstrate able ability have has had been being was were does doing did work working
works make makes making get gets getting way ways example examples course lesson module unit training page part parts
thing things well based need needs order also etc within both familiar importance important essential essentials one
two three first second best practice practices
"""
_SAYS_NOTHING = frozenset(_FILLERS.split())


class Coverage(NamedTuple):
    """One objective and what on the page is about the same."""

    objective: Element
    words: frozenset[str]
    """Its words that say something, as stems; where there are none nothing can be told."""
    taught: float
    """The share of them that stands elsewhere on the page."""
    covered_by: tuple[Element, ...]
    """The practice, checks and reflection that share words with it, those that share most first."""


def coverage(document: Document, course: Course) -> tuple[Coverage, ...]:
    """For each objective of a page what covers it."""
    objectives = distinct_objectives(document, course)
    if not objectives:
        return ()
    covering = [
        (element, stems(f"{document.source[element.span]} {_text(document, element.body)}"))
        for element in islice(course.of(*COVERING), _MOST_COVERING)
    ]
    rest = stems(_without(document, [element.span for element in objectives]))
    found = []
    for objective in objectives:
        words = stems(_text(document, objective.span)) - _SAYS_NOTHING
        shared = [(len(words & there), element) for element, there in covering if words & there]
        shared.sort(key=lambda one: (-one[0], one[1].span))
        taught = len(words & rest) / len(words) if words else 1.0
        found.append(Coverage(objective, words, taught, _outermost([element for _, element in shared])))
    return tuple(found)


def distinct_objectives(document: Document, course: Course) -> list[Element]:
    """The objectives of a page, each once: many pages say them in an overview and again further down."""
    seen: set[str] = set()
    found = []
    for element in course.of("objective"):
        said = " ".join(_ANY_WORD.findall(document.source[element.span].casefold()))
        if said not in seen:
            seen.add(said)
            found.append(element)
    return found


def stems(text: str) -> frozenset[str]:
    """The words of a text that say something, without their endings."""
    return frozenset(
        stem
        for word in _WORD.findall(text.casefold())
        if len(word) >= _FEWEST_LETTERS and word not in _SAYS_NOTHING and (stem := _stem(word)) not in _SAYS_NOTHING
    )


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        shortest = _SHORTEST_BEFORE_MENT if ending.startswith("ment") else _SHORTEST_STEM
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            return word[: len(word) - len(ending)]
    return word


def _text(document: Document, span: Span) -> str:
    """All that stands in a span, code too: what an exercise has the learner type says what it is about."""
    return document.source.text[span.start : min(span.end, span.start + _LONGEST_COVERING)]


def _without(document: Document, spans: Iterable[Span]) -> str:
    text, parts, end = document.source.text, [], 0
    for span in sorted(spans):
        parts.append(text[end : span.start])
        end = max(end, span.end)
    return "".join((*parts, text[end:]))


def _outermost(elements: Sequence[Element]) -> tuple[Element, ...]:
    """Elements without those that lie in another of them."""
    kept: list[Element] = []
    for element in elements:
        if not any(one.body.start <= element.span.start and element.body.end <= one.body.end for one in kept):
            kept.append(element)
    return tuple(kept)
