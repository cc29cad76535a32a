"""Readability scores from textstat, with no network, no nltk and a bundled table of syllables.

textstat asks nltk for the CMU Pronouncing Dictionary, which nltk would download. Here it is given a stand-in for nltk
that answers the calls textstat makes (``data.find``, ``download`` and ``corpus.cmudict.dict``) from the bundled table.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.resources import files
from types import ModuleType, SimpleNamespace
from typing import Any

from ld_review.errors import LdReviewError, near

METRICS: Mapping[str, str] = {
    "automated-readability-index": "automated_readability_index",
    "coleman-liau": "coleman_liau_index",
    "dale-chall": "dale_chall_readability_score",
    "flesch-kincaid": "flesch_kincaid_grade",
    "flesch-reading-ease": "flesch_reading_ease",
    "gunning-fog": "gunning_fog",
    "lix": "lix",
    "mcalpine-eflaw": "mcalpine_eflaw",
    "reading-time": "reading_time",
    "rix": "rix",
    "sentences": "sentence_count",
    "smog": "smog_index",
    "syllables": "syllable_count",
    "words": "lexicon_count",
    "words-per-sentence": "words_per_sentence",
}
"""The scores there are, by the name a rule gives them, and textstat's name for each. Reading time is in seconds."""

_CONSUMER = "textstat.backend.utils._get_cmudict"


class ReadabilityError(LdReviewError):
    """The installed textstat is not one that can be used offline."""


def score(metric: str, text: str) -> float:
    """The score of an English *text*; of an empty one 0.

    Raises KeyError where *metric* is none of ``METRICS``, and ReadabilityError where textstat cannot be used.
    """
    function: Callable[[str], float] = getattr(_textstat(), METRICS[metric])
    return float(function(text))


def known_metric(metric: str) -> str:
    """*metric* itself. Raises ValueError with the likely right name where there is no such score."""
    if metric not in METRICS:
        raise ValueError(f"option 'metric': no score is called {metric!r}{near(metric, METRICS)}")
    return metric


@cache
def _textstat() -> Any:
    with _standing_in_for_nltk():
        module = import_module("textstat")
    consumer = vars(sys.modules.get(_CONSUMER, ModuleType(_CONSUMER)))
    stand_ins = {"nltk": _NLTK, "cmudict": _CORPUS.cmudict}
    if "get_cmudict" not in consumer or stand_ins.keys().isdisjoint(consumer):
        version = ".".join(map(str, getattr(module, "__version__", "?")))
        raise ReadabilityError(
            f"textstat {version} no longer asks nltk in {_CONSUMER}; install textstat 0.7.9 to 0.7.13"
        )
    # Where somebody imported textstat before us, it holds the real nltk, and perhaps what that found.
    consumer.update({name: stand_in for name, stand_in in stand_ins.items() if name in consumer})
    consumer["get_cmudict"].cache_clear()
    return module.textstat


@contextmanager
def _standing_in_for_nltk() -> Iterator[None]:
    """Save the second that importing nltk takes; whoever needs the real one can still import it afterwards."""
    if "nltk" in sys.modules:
        yield
        return
    sys.modules.update({"nltk": _NLTK, "nltk.corpus": _CORPUS})
    try:
        yield
    finally:
        del sys.modules["nltk"], sys.modules["nltk.corpus"]


@cache
def _pronunciations() -> dict[str, list[list[str]]]:
    """Each word with one pronunciation of as many vowels as it has syllables: all that textstat counts."""
    words: dict[str, list[list[str]]] = {}
    table = gzip.decompress((files("ld_review") / "data" / "syllables.txt.gz").read_bytes()).decode()
    for line in table.splitlines():
        count, group = line.split("\t")
        pronunciations = [["0"] * int(count)]
        words.update((word, pronunciations) for word in group.split(" "))
    return words


def _module(name: str, **content: object) -> ModuleType:
    module = ModuleType(name)
    vars(module).update(content)
    return module


_CORPUS = _module("nltk.corpus", cmudict=SimpleNamespace(dict=_pronunciations))
_NLTK = _module(
    "nltk", __path__=[], corpus=_CORPUS, data=SimpleNamespace(find=str), download=lambda resource, quiet=True: True
)
