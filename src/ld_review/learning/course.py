"""What is known of a page as learning content, and the lexicon by which it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from ld_review.learning.element import Element
from ld_review.learning.events.event import KIND as LIVE_EVENT
from ld_review.learning.events.event import LiveEvent
from ld_review.learning.events.words import NO_ATTRIBUTES, Attributes, EventWords
from ld_review.learning.objectives import Verbs
from ld_review.learning.profile import Assigned, Profile, Profiles
from ld_review.learning.vocabulary import Vocabulary, Words


@dataclass(frozen=True)
class ElementKind:
    """A kind of learning element: a file in ``rules/elements``."""

    id: str
    summary: str
    name: str
    """How a message calls it: ``learning objectives``, ``practice``."""
    accepts: str
    """What would have been recognised, in words for the author."""
    skeleton: str = ""
    """Markdown to paste and fill in."""
    words: Words = field(default_factory=Words)
    attributes: Attributes = NO_ATTRIBUTES
    """Of a live event: the words that say each of its attributes."""


@dataclass(frozen=True)
class Lexicon:
    """All that recognition knows: kinds of element with their words, verbs, profiles."""

    kinds: Mapping[str, ElementKind]
    verbs: Verbs
    profiles: Profiles

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words of all kinds, ready to be asked."""
        return Vocabulary({id_: kind.words for id_, kind in self.kinds.items() if id_ != LIVE_EVENT})

    @cached_property
    def events(self) -> EventWords:
        """The words of live events, which are told by more than one word at a time."""
        kind = self.kinds[LIVE_EVENT]
        return EventWords(kind.words, kind.attributes)

    @cached_property
    def neutral(self) -> Vocabulary:
        """What holds in every language: containers and keys of front matter."""
        return Vocabulary({id_: kind.words.neutral for id_, kind in self.kinds.items()})


class Declared(NamedTuple):
    """The profile that somebody declares for a page."""

    name: str
    where: str
    """``--profile``, ``the front matter``, or the configuration."""


@dataclass(frozen=True)
class Course:
    """What is known of a page as learning content."""

    profile: Assigned = field(default_factory=Assigned)
    spec: Profile = field(default_factory=lambda: Profile("reference"))
    """What the profile asks for."""
    elements: tuple[Element, ...] = ()
    """In order of place."""
    events: tuple[LiveEvent, ...] = ()
    """The live events among them."""
    lexicon: Lexicon | None = field(default=None, repr=False, compare=False)

    def of(self, *kinds: str) -> Iterator[Element]:
        """The elements of these kinds, in order."""
        return (element for element in self.elements if element.kind in kinds)

    def has(self, *kinds: str) -> bool:
        """Whether there is an element of any of these kinds."""
        return any(element.kind in kinds for element in self.elements)
