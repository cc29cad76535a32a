"""The words by which live events are known and described: ``rules/elements/live-event.yaml``, ready to be asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property

from ld_review.late import late
from ld_review.learning.vocabulary import Words


@dataclass(frozen=True)
class Attributes:
    """What can be said of a live event, each with the words that say it: the key ``attributes`` of its file."""

    recorded: tuple[str, ...] = ()
    agenda: tuple[str, ...] = ()
    pre_work: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    """A written place for them."""
    self_paced: tuple[str, ...] = ()
    """A way to learn the same without being there, where it is said of the event."""
    instead: tuple[str, ...] = ()
    """The same, wherever it is said."""
    mandatory: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    presented: tuple[str, ...] = ()
    pre_recorded: tuple[str, ...] = ()
    breaks: tuple[str, ...] = ()
    open: tuple[str, ...] = ()
    """Those who come bring what it is about: office hours, questions and answers."""
    slots: tuple[str, ...] = ()
    """More than one time to come at."""


NO_ATTRIBUTES = Attributes()
_NEGATED = late(
    r"(?:(?<!can)(?<!could)\bnot|\b(?:never|no|nor|nobody|none|without)|(?<!ca)(?<!could)n't)(?: [\w/-]+){0,4} \Z"
)
_LOOKED_BACK = 50


@dataclass(frozen=True)
class EventWords:
    """Asks texts that are folded: lower case, straight apostrophes, one space between words."""

    words: Words
    attributes: Attributes

    @cached_property
    def names(self) -> re.Pattern[str]:
        """What a live event is called."""
        return _any(self.words.titles)

    @cached_property
    def weak_names(self) -> re.Pattern[str]:
        """What it is called where a schedule or the page shows that learning is meant."""
        return _any((*self.words.titles, *self.words.weak_titles))

    @cached_property
    def calls(self) -> re.Pattern[str]:
        """What asks readers to come."""
        return _any(self.words.sentences)

    @cached_property
    def not_titles(self) -> re.Pattern[str]:
        """What the title of a section about something else holds: about holding events, above all."""
        return _any(self.words.not_titles)

    @cached_property
    def hosts(self) -> re.Pattern[str]:
        """Where links to meetings lead."""
        hosts = "|".join(map(re.escape, self.words.hosts)) or "(?!)"
        return re.compile(rf"(?:https?:)?//(?:[\w-]+\.)*(?:{hosts})", re.IGNORECASE)

    @cached_property
    def _attributes(self) -> Mapping[str, re.Pattern[str]]:
        return {one.name.replace("_", "-"): _any(getattr(self.attributes, one.name)) for one in fields(Attributes)}

    def says(self, attribute: str, text: str) -> bool:
        """Whether a folded text says it, and does not deny it."""
        return self._said(attribute, text, denied=False)

    def denies(self, attribute: str, text: str) -> bool:
        """Whether a folded text says that it is not so."""
        return self._said(attribute, text, denied=True)

    def _said(self, attribute: str, text: str, denied: bool) -> bool:
        return any(
            bool(_NEGATED.search(text[max(0, match.start() - _LOOKED_BACK) : match.start()])) is denied
            for match in self._attributes[attribute].finditer(text)
        )


def folded(text: str) -> str:
    """*text* as these words are compared with it."""
    return " ".join(text.split()).casefold().replace("\u2019", "'")


def _any(entries: Iterable[str]) -> re.Pattern[str]:
    union = "|".join(entries)
    return re.compile(rf"(?<!\w)(?:{union})(?!\w)" if union else r"(?!)")
