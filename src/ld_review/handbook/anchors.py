"""The fragment that an author may have meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from functools import cached_property
from itertools import chain, islice
from typing import NamedTuple
from urllib.parse import unquote

from ld_review.late import late

_NUMBER_AT_END = late(r"-\d{1,3}\Z")
_NOT_LETTERS = late(r"[\W_]+")
_LONGEST = 200
_ALIKE = 0.8
_ALMOST_EQUAL = 0.9
_RIVAL = 0.05
_CLUE = 4
_MOST_COMPARED = 200
"""Of the anchors of a page, with each fragment that is missing; few pages have more."""


class Nearest(NamedTuple):
    """The anchor that is most like one that is missing."""

    anchor: str = ""
    sure: bool = False
    """Whether it differs only in what generators change, or hardly at all, and no other comes near."""


class Anchors:
    """The anchors of a page, ready to be asked."""

    def __init__(self, anchors: Sequence[str]) -> None:
        self.in_order = anchors
        self.names = frozenset(anchors)

    @cached_property
    def _by_core(self) -> Mapping[str, Sequence[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for anchor in dict.fromkeys(self.in_order):
            found[_core(anchor)].append(anchor)
        return found

    @cached_property
    def _by_clue(self) -> Mapping[str, Sequence[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for anchor in dict.fromkeys(self.in_order):
            for clue in _clues(anchor):
                if len(found[clue]) < _MOST_COMPARED:
                    found[clue].append(anchor)
        return found

    def nearest(self, fragment: str) -> Nearest:
        """The one that is most like *fragment*; empty where none is."""
        name = unquote(fragment)[:_LONGEST]
        same = self._by_core.get(_core(name), ())
        if same:
            return Nearest(same[0], len(same) == 1)
        likeness = _Likeness(name)
        scored = sorted(((likeness.of(anchor), anchor) for anchor in self._candidates(name)), reverse=True)
        if not scored or scored[0][0] < _ALIKE:
            return Nearest()
        alone = len(scored) == 1 or scored[1][0] < scored[0][0] - _RIVAL
        return Nearest(scored[0][1], alone and scored[0][0] >= _ALMOST_EQUAL)

    def _candidates(self, name: str) -> Iterable[str]:
        """Those that may be like a name: all, or, where they are too many, some that have something in common."""
        if len(self.names) <= _MOST_COMPARED:
            return self.names
        groups = sorted((self._by_clue.get(clue, ()) for clue in _clues(name)), key=len)
        return islice(dict.fromkeys(chain.from_iterable(groups)), _MOST_COMPARED)


def nearest(fragment: str, anchors: Iterable[str]) -> Nearest:
    """The one of *anchors* that is most like *fragment*; empty where none is."""
    return Anchors(tuple(anchors)).nearest(fragment)


def _clues(anchor: str) -> set[str]:
    """What an anchor has in common with those that are like it: a word, its beginning or its end."""
    core = _core(anchor)
    return {*_words(anchor[:_LONGEST]), f"{core[:_CLUE]}-", f"-{core[-_CLUE:]}"}


def _core(anchor: str) -> str:
    """What is left of an anchor when all that generators differ in is taken away."""
    return _NOT_LETTERS.sub("", _NUMBER_AT_END.sub("", anchor.lower()))


def _words(anchor: str) -> list[str]:
    return [word for word in _NOT_LETTERS.split(anchor.lower()) if word]


class _Likeness:
    """How alike anchors are to a name: from 0 to 1, letter by letter, or as sets of words."""

    def __init__(self, name: str) -> None:
        self._length = len(name)
        self._words = frozenset(_words(name))
        self._matcher = SequenceMatcher(None, "", name.lower(), autojunk=False)

    def of(self, anchor: str) -> float:
        """How alike this one is."""
        others = set(_words(anchor)) if len(anchor) <= _LONGEST else set()
        if not (self._words and others):
            return 0.0
        shared = len(self._words & others) / max(len(self._words), len(others))
        longest = max(self._length, len(anchor))
        if min(self._length, len(anchor)) < longest / 2:
            return shared
        matcher = self._matcher
        matcher.set_seq1(anchor.lower())
        if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
            return shared
        return max(shared, matcher.ratio())
