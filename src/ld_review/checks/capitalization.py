"""Find headings and other short texts that are not written in one style of capitals."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal, NamedTuple

from ld_review.checks.base import Match
from ld_review.checks.phrases import Deadline, Ground, Hunt, Scope, Scoped, pattern, search, term
from ld_review.finding import Edit
from ld_review.late import late
from ld_review.page import Page
from ld_review.source import Span

_STYLES = ("$title", "$sentence", "$lower", "$upper")
_WORD = late(r"[^\W_][\w'\u2019]*")
_LETTER = late(r"[^\W\d_]")
_RESTART = late(r"[.!?:\u2014][\"'\u201d\u2019)\]]*\s+[\"'\u201c\u2018(\[]*\Z")

_SHORT = "a an the and but or nor for so yet as at by if in of off on per to up via vs"
_LONG = (
    "about above across after against along among around before behind below beneath beside between beyond down during "
    "from inside into like near onto over past since than through toward towards under until upon with within without"
)
_SMALL = {"AP": frozenset(_SHORT.split()), "Chicago": frozenset((*_SHORT.split(), *_LONG.split()))}
"""The words that a title in each style writes small, unless they stand first or last."""


class _Word(NamedTuple):
    span: Span
    text: str
    opens: bool
    """Whether it is the first of the text, or follows a colon or the end of a sentence."""
    closes: bool


@dataclass(frozen=True, kw_only=True)
class Capitalization(Scoped):
    """Yield each text whose words are not capitalised as ``match`` says. Words: ``{match}``, ``{better}``.

    Words with capitals inside or digits (``GitLab``, ``API``, ``v2``) stay as they are, in every style but ``$lower``
    and ``$upper``. ``{better}`` is empty where ``match`` is a regular expression.
    """

    match: str = "$sentence"
    """``$title``, ``$sentence``, ``$lower``, ``$upper``, or a regular expression for the whole text."""
    style: Literal["AP", "Chicago"] = "AP"
    """Which small words ``$title`` leaves small: AP those of up to three letters, Chicago all prepositions."""
    exceptions: tuple[str, ...] = ()
    """Words and phrases that are right in any case, such as names."""
    threshold: float = 0.8
    """Which share of the words must be right: a name that nobody listed should not count."""
    scope: Scope | tuple[Scope, ...] = "heading"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.match.startswith("$") and self.match not in _STYLES:
            raise ValueError(f"option 'match': {self.match!r} is none of {', '.join(_STYLES)}")
        if not 0 < self.threshold <= 1:
            raise ValueError(f"option 'threshold': {self.threshold} is not above 0 and up to 1")
        _ = self._pattern

    @cached_property
    def _pattern(self) -> Hunt:
        return Hunt([] if self.match in _STYLES else [pattern("match", rf"\A(?:{self.match})\Z", False, words=False)])

    @cached_property
    def _names(self) -> Hunt:
        return Hunt(term(name) for name in self.exceptions)

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        deadline = Deadline(len(page.document.source.text))
        found = (self._on(ground, deadline) for ground in self.grounds(page))
        return self.enough(sorted(chain.from_iterable(found), key=lambda match: match.span))

    def _on(self, ground: Ground, deadline: Deadline) -> Iterator[Match]:
        names = [hit.span for phrase in self._names.phrases for hit in search(phrase, ground, deadline)]
        for unit in ground.texts():
            match = (
                self._styled(ground, unit, names) if self.match in _STYLES else self._matched(ground, unit, deadline)
            )
            if match:
                yield match

    def _matched(self, ground: Ground, unit: Span, deadline: Deadline) -> Match | None:
        text = ground.view[unit.start : unit.end]
        if deadline.search(self._pattern.phrases[0], text):
            return None
        return Match(unit, {"match": " ".join(text.split()), "better": ""})

    def _styled(self, ground: Ground, unit: Span, names: list[Span]) -> Match | None:
        words = [word for word in _words(ground.view, unit) if not _inside(word.span, names)]
        if words and words[0].span.start == unit.start and ground.follows_gap(unit.start):
            words = words[1:]
        edits = tuple(Edit(word.span, better) for word in words if (better := self._better(word)) != word.text)
        if not edits or len(words) - len(edits) >= self.threshold * len(words):
            return None
        text, better = _applied(ground.view, unit, edits)
        return Match(unit, {"match": text, "better": better}, edits, safe=False)

    def _better(self, word: _Word) -> str:
        text = word.text
        if self.match in {"$lower", "$upper"}:
            return text.lower() if self.match == "$lower" else text.upper()
        if text[1:] != text[1:].lower() or not text.replace("'", "").replace("\u2019", "").isalpha() or text == "I":
            return text
        if self.match == "$sentence":
            small = not word.opens
        else:
            small = text.lower() in _SMALL[self.style] and not (word.opens or word.closes)
        return text.lower() if small else text[0].upper() + text[1:]


def _words(view: str, unit: Span) -> list[_Word]:
    found = [match for match in _WORD.finditer(view, unit.start, unit.end) if _LETTER.search(match[0])]
    last = len(found) - 1
    return [
        _Word(
            Span(*match.span()),
            match[0],
            number == 0 or bool(_RESTART.search(view[found[number - 1].end() : match.start()])),
            number == last,
        )
        for number, match in enumerate(found)
    ]


def _inside(span: Span, names: list[Span]) -> bool:
    return any(name.start <= span.start and span.end <= name.end for name in names)


def _applied(view: str, unit: Span, edits: tuple[Edit, ...]) -> tuple[str, str]:
    parts, end = [], unit.start
    for span, replacement in edits:
        parts += [view[end : span.start], replacement]
        end = span.end
    parts.append(view[end : unit.end])
    return " ".join(view[unit.start : unit.end].split()), " ".join("".join(parts).split())
