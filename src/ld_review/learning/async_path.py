"""What on a page lets people learn without being there: the other side of its live events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ld_review.learning.element import Element
from ld_review.source import Spans

_WAYS = {
    "media": "recording",
    "media-alternative": "written version",
    "help-venue": "questions",
    "self-paced": "self-paced",
    "deadline": "deadline",
}
"""Which way each kind of element is."""
_SAID_OF_EVENTS = ("questions", "self-paced")
"""Ways that the words about a live event may tell of, where no element of its own does."""
WAYS = tuple(_WAYS.values())
"""The ways, in the order in which they are told."""


class Way(NamedTuple):
    """A way to learn alone, and what on the page shows it."""

    name: str
    """One of ``WAYS``."""
    element: Element


def async_path(elements: Iterable[Element]) -> tuple[Way, ...]:
    """The ways that the elements of a page offer, in the order of ``WAYS``, each in order of place."""
    return tuple(sorted(_ways(elements), key=lambda way: (WAYS.index(way.name), way.element.span)))


def _ways(elements: Iterable[Element]) -> Iterator[Way]:
    elements = list(elements)
    shown = Spans(element.span for element in elements if element.kind == "media")
    found = {_WAYS[element.kind] for element in elements if element.kind in _WAYS}
    for element in elements:
        if element.kind in _WAYS:
            yield Way(_WAYS[element.kind], element)
        elif element.attributes.get("recording") == "linked" and not shown.touch(element.body):
            yield Way("recording", element)
        for name in _SAID_OF_EVENTS:
            if element.attributes.get(name) is True and name not in found:
                found.add(name)
                yield Way(name, element)
