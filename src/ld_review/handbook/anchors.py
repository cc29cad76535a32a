"""The fragment that an author may have meant."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import NamedTuple
from urllib.parse import unquote

_NUMBER_AT_END = re.compile(r"-\d{1,3}\Z")
_NOT_LETTERS = re.compile(r"[\W_]+")
_LONGEST = 200
_ALIKE = 0.8
_ALMOST_EQUAL = 0.9
_RIVAL = 0.05


class Nearest(NamedTuple):
    """The anchor that is most like one that is missing."""

    anchor: str = ""
    sure: bool = False
    """Whether it differs only in what generators change, or hardly at all, and no other comes near."""


def nearest(fragment: str, anchors: Iterable[str]) -> Nearest:
    """The one of *anchors* that is most like *fragment*; empty where none is."""
    name = unquote(fragment)[:_LONGEST]
    same = [anchor for anchor in anchors if _core(anchor) == _core(name)]
    if same:
        return Nearest(same[0], len(same) == 1)
    words = set(_words(name))
    scored = sorted(((_likeness(name, words, anchor), anchor) for anchor in anchors), reverse=True)
    if not scored or scored[0][0] < _ALIKE:
        return Nearest()
    alone = len(scored) == 1 or scored[1][0] < scored[0][0] - _RIVAL
    return Nearest(scored[0][1], alone and scored[0][0] >= _ALMOST_EQUAL)


def _core(anchor: str) -> str:
    """What is left of an anchor when all that generators differ in is taken away."""
    return _NOT_LETTERS.sub("", _NUMBER_AT_END.sub("", anchor.lower()))


def _words(anchor: str) -> list[str]:
    return [word for word in _NOT_LETTERS.split(anchor.lower()) if word]


def _likeness(name: str, words: set[str], anchor: str) -> float:
    """From 0 to 1: how alike two anchors are letter by letter, or as sets of words."""
    others = set(_words(anchor))
    if not (words and others):
        return 0.0
    shared = len(words & others) / max(len(words), len(others))
    longest = max(len(name), len(anchor))
    if longest > _LONGEST or min(len(name), len(anchor)) < longest / 2:
        return shared
    matcher = SequenceMatcher(None, anchor.lower(), name.lower(), autojunk=False)
    if matcher.real_quick_ratio() < _ALIKE or matcher.quick_ratio() < _ALIKE:
        return shared
    return max(shared, matcher.ratio())
