"""Find sequences of tokens with spaCy's Matcher, for what needs more than a regular expression."""

from __future__ import annotations

import json
import sys
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from ld_review.checks.base import Match
from ld_review.checks.phrases import Ground, Scoped, is_negated
from ld_review.errors import RuleError, near
from ld_review.late import late
from ld_review.page import Page, words_of
from ld_review.source import Span

Token = Mapping[str, object]

_TEXT_KEYS = (
    "TEXT ORTH LOWER NORM LENGTH SHAPE SPACY IS_ALPHA IS_ASCII IS_DIGIT IS_LOWER IS_UPPER IS_TITLE IS_PUNCT IS_SPACE "
    "IS_STOP IS_BRACKET IS_QUOTE IS_LEFT_PUNCT IS_RIGHT_PUNCT IS_CURRENCY LIKE_NUM LIKE_URL LIKE_EMAIL PREFIX SUFFIX OP"
)
_PIPELINE_KEYS = "TAG POS DEP LEMMA MORPH ENT_TYPE ENT_IOB ENT_ID ENT_KB_ID IS_SENT_START SENT_START"
_FROM_TEXT = frozenset(_TEXT_KEYS.split())
_FROM_PIPELINE = frozenset(_PIPELINE_KEYS.split())
_LITERAL = frozenset({"TEXT", "ORTH", "LOWER"})
_MAY_BE_NONE = ("!", "?", "*", "{0", "{,")
_BLACK = late(r"\S{1,100}")
"""A longer run is cut: spaCy's tokenizer takes the square of its length."""


@dataclass(frozen=True, kw_only=True)
class Sequence(Scoped):
    """Yield what any of the token patterns finds in one block. Word: ``{match}``.

    Of matches that overlap the first counts, then the longest. ``REGEX`` cannot be used: spaCy has no bound on time.
    """

    patterns: tuple[tuple[Token, ...], ...] = ()
    """Lists of token patterns in the syntax of spaCy's Matcher."""
    pipeline: str = ""
    """The installed trained pipeline to use; without one tokens have their text and no tags, lemmas or entities."""
    negated: bool = True
    """Whether a match shortly after "not", "never", "instead of" and the like counts too."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not self.patterns or not all(self.patterns):
            raise ValueError("option 'patterns': give lists of token patterns, none of them empty")
        for key in (key for tokens in self.patterns for token in tokens for key in token):
            self._check_key(str(key).upper())
        if any(_has_regex(token) for tokens in self.patterns for token in tokens):
            raise ValueError(
                "option 'patterns': REGEX has no bound on time in spaCy; list words with IN, or use `existence`"
            )

    def _check_key(self, key: str) -> None:
        if key in _FROM_PIPELINE and not self.pipeline:
            raise ValueError(
                f"option 'patterns': {key} needs a trained pipeline; name an installed one in option 'pipeline'"
            )
        if key not in _FROM_TEXT | _FROM_PIPELINE:
            raise ValueError(f"option 'patterns': spaCy has no token attribute {key!r}{near(key, sorted(_FROM_TEXT))}")

    @cached_property
    def _vocabulary(self) -> tuple[tuple[frozenset[str], ...], ...]:
        """Of each pattern, for each token that must stand there as one of some words, those words."""
        return tuple(tuple(words for token in tokens if (words := _required(token))) for tokens in self.patterns)

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        if not self._may_stand(page.words):
            return iter(())
        return self.enough(_apart([found for ground in self.grounds(page) for found in self._on(ground)]))

    def _may_stand(self, words: frozenset[str]) -> bool:
        return any(all(not needed.isdisjoint(words) for needed in tokens) for tokens in self._vocabulary)

    def _on(self, ground: Ground) -> Iterator[tuple[Span, str]]:
        for unit in ground.texts():
            text, starts = _collapsed(ground.view, unit)
            if not self._may_stand(frozenset(words_of(text.casefold()))):
                continue
            for start, end in self._tokens(text):
                span = Span(_back(starts, start), _back(starts, end - 1) + 1)
                if ground.holds(span) and (self.negated or not is_negated(text[:start])):
                    yield span, text[start:end]

    def _tokens(self, text: str) -> Iterator[Span]:
        nlp = _pipeline(self.pipeline)
        document = nlp(text[: nlp.max_length])
        for _, start, end in _matcher(self.pipeline, json.dumps(self.patterns, default=dict))(document):
            found = document[start:end]
            if found.text.strip():
                yield Span(found.start_char, found.end_char)


@cache
def _pipeline(name: str) -> Any:
    import spacy  # noqa: PLC0415 - it takes most of a second

    if not name:
        return spacy.blank("en")
    try:
        return spacy.load(name)
    except OSError as error:
        raise RuleError(f"the spaCy pipeline {name!r} cannot be loaded; install it first: {error}") from None


@cache
def _matcher(pipeline: str, patterns: str) -> Any:
    from spacy.errors import MatchPatternError  # noqa: PLC0415
    from spacy.matcher import Matcher  # noqa: PLC0415

    matcher = Matcher(_pipeline(pipeline).vocab, validate=True)
    try:
        matcher.add("sequence", json.loads(patterns))
    except (MatchPatternError, ValueError) as error:
        raise RuleError(f"option 'patterns': spaCy refuses a token pattern: {error}") from None
    return matcher


def _has_regex(value: object) -> bool:
    if isinstance(value, Mapping):
        return "REGEX" in value or any(map(_has_regex, value.values()))
    return False


def _required(token: Token) -> frozenset[str]:
    """The words one of which a token must be; empty where it may be another one, or none at all."""
    if str(token.get("OP", "1")).startswith(_MAY_BE_NONE):
        return frozenset()
    literals = (_literals(value) for key, value in token.items() if str(key).upper() in _LITERAL)
    return next((words for words in literals if words and all(map(str.isalnum, words))), frozenset())


def _literals(value: object) -> frozenset[str]:
    words = value.get("IN", ()) if isinstance(value, Mapping) else (value,)
    return frozenset(str(word).casefold() for word in words)


def _collapsed(view: str, unit: Span) -> tuple[str, list[tuple[int, int]]]:
    """The words of a unit, one space between them, and where each starts: there and in the source."""
    words, starts, length = [], [], 0
    for match in _BLACK.finditer(view, unit.start, unit.end):
        starts.append((length, match.start()))
        words.append(match[0])
        length += len(match[0]) + 1
    return " ".join(words), starts


def _back(starts: list[tuple[int, int]], offset: int) -> int:
    there, here = starts[bisect_right(starts, (offset, sys.maxsize)) - 1]
    return here + offset - there


def _apart(found: list[tuple[Span, str]]) -> Iterator[Match]:
    end = 0
    for span, text in sorted(found, key=lambda one: (one[0].start, -one[0].end)):
        if span.start >= end:
            end = span.end
            yield Match(span, {"match": text})
