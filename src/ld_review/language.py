"""Which language a page is written in, as far as the page tells."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from ld_review.late import late

_SAMPLED_WORDS = 1_000
_SAMPLE = 10_000
"""How many characters of prose are looked at: enough to tell, and the same time for every page."""
_SCRIPT_SHARE = 0.25
"""From which share of its letters on a script names the language. Pages in Japanese are full of Latin product names."""
_FUNCTION_WORD_SHARE = 0.1
"""English prose holds about 40 % of the words below, lists of names and commands nearly none."""
_FEWEST_WORDS = 8
_FEWEST_FUNCTION_WORDS = 3

_WORD = late(r"[^\W\d_]+")
_SUBTAG = late(r"[-_.]")
_SCRIPTS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "ja": late(r"[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9f]"),
        "ko": late(r"[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]"),
        "zh": late(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"),
        "ru": late(r"[\u0400-\u052f]"),
        "el": late(r"[\u0370-\u03ff\u1f00-\u1fff]"),
        "he": late(r"[\u0590-\u05ff]"),
        "ar": late(r"[\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff]"),
        "hi": late(r"[\u0900-\u097f]"),
        "bn": late(r"[\u0980-\u09ff]"),
        "ta": late(r"[\u0b80-\u0bff]"),
        "th": late(r"[\u0e00-\u0e7f]"),
        "ka": late(r"[\u10a0-\u10ff]"),
        "hy": late(r"[\u0530-\u058f]"),
    }
)
"""The letters of a script, by the language most often written in it."""
_MOST_FREQUENT = {
    "en": "the of and to a in is that for it as with on are this be you your by or an we from have",
    "de": "der die und das den von zu mit sich des auf für ist im dem nicht ein eine als wir sie",
    "fr": "le la les de des et un une du en est que qui dans pour pas sur avec vous nous au ce",
    "es": "el la los las de que y en un una por con para es del se no su al lo más como",
    "pt": "o a os as de que e em um uma do da para com não no na por dos se é mais",
    "it": "il la le di che e un una per in non con del della sono è gli si da al i lo",
    "nl": "de het een van en in is dat op te voor met zijn niet aan er die wij je ook om",
    "pl": "i w na z do nie się to jest że o jak po dla od za przez są oraz lub",
}
_FUNCTION_WORDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {code: frozenset(words.split()) for code, words in _MOST_FREQUENT.items()}
)


class Language(NamedTuple):
    """A language and how it is known."""

    code: str = "en"
    """A primary language subtag of BCP 47 (``en``, ``ja``); empty where the text does not tell."""
    declared: bool = False
    """Whether the page says so itself; else it was inferred from its text."""

    def reads(self, rule_language: str) -> bool:
        """Whether a rule for *rule_language* can read the page.

        A rule without a language reads every page. A page whose language cannot be told is read by every rule: it is
        too short to do harm, and a stub in English must not pass unread.
        """
        return not (rule_language and self.code) or _primary(rule_language) == self.code


def infer(declared: str | None, prose: str) -> Language:
    """The language that a page declares, else the one its prose shows.

    *declared* is a BCP 47 tag (``en-GB``) or a locale (``pt_BR.UTF-8``). Of *prose*, which may be a view,
    the first 1,000 words are looked at.
    """
    code = _primary(declared or "")
    if code:
        return Language(code, declared=True)
    words = _sample(prose)
    return Language(_by_script(words) or _by_function_words(words))


def _primary(tag: str) -> str:
    return _SUBTAG.split(tag.strip(), maxsplit=1)[0].lower()


def _sample(prose: str) -> list[str]:
    """The first words of a text, in lower case. A view is mostly blanks where a page is mostly code: they go first."""
    words = prose.split(maxsplit=_SAMPLED_WORDS)[:_SAMPLED_WORDS]
    return _WORD.findall(" ".join(words)[:_SAMPLE].lower())


def _by_script(words: Iterable[str]) -> str:
    letters = "".join(words)
    if len(letters) - len(letters.encode("ascii", "ignore")) <= _SCRIPT_SHARE * len(letters):
        return ""
    counts = {code: len(script.findall(letters)) for code, script in _SCRIPTS.items()}
    # Japanese is written in Han and kana: a little kana among the Han tells it from Chinese.
    if counts["ja"] > 0.1 * counts["zh"]:
        counts["ja"] += counts.pop("zh")
    code = max(counts, key=lambda code: counts[code])
    return code if counts[code] > _SCRIPT_SHARE * len(letters) else ""


def _by_function_words(words: list[str]) -> str:
    counts = Counter(words)
    known = {code: sum(counts[word] for word in function) for code, function in _FUNCTION_WORDS.items()}
    code = max(known, key=lambda code: known[code])
    needed = max(_FEWEST_FUNCTION_WORDS, _FUNCTION_WORD_SHARE * len(words))
    second = max(count for other, count in known.items() if other != code)
    tells = len(words) >= _FEWEST_WORDS and known[code] >= needed and known[code] > second
    return code if tells else ""
