"""What all checks of phrases share: compiling, cheap refusal, the search with its bound on time, and where to look."""

from __future__ import annotations

import re
import time
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import accumulate, islice, pairwise
from typing import Annotated, Any, NamedTuple, cast

from ld_review.checks.base import Match
from ld_review.document import SCOPES, Document
from ld_review.errors import PatternTimeout, near
from ld_review.hints import OneOf
from ld_review.late import late
from ld_review.page import Page, folded, words_of
from ld_review.source import Span, Spans
from ld_review.zones import ZONES, Zone

BASE_SECONDS = 0.25
SECONDS_PER_MILLION = 1.0
"""A check may search a page for ``BASE_SECONDS`` of processor time, and so much more per million characters."""
_LONGEST_PATTERN = 10_000
_LARGEST_REPEAT = 100_000
"""The regex module writes ``a{n}`` out; nested, that would take all memory before any bound on time could help."""
_NEGATION_REACH = 5
"""In words: a negation further before a hit is about something else."""

_BORDER = r"(?<!\w)", r"(?!\w)"
_APOSTROPHE = late("['\u2019]")
_SENTENCE_END = late(
    r"(?<!\be\.g)(?<!\bi\.e)(?<!\bvs)(?<!\betc)(?<!\bMr)(?<!\bMs)(?<!\bDr)[.!?\u2026][\"'\u201d\u2019)\]]*(?=\s)"
    r"|[\u3002\uff01\uff1f]"
)
_NEGATION = late(r"\b(?:not|never|cannot|avoid(?:s|ed|ing)?|without|instead of|rather than|\w+n't)\b", re.IGNORECASE)
_PUNCTUATION = " \t\r\n\xa0.,:;!?\u2026\"'\u201c\u201d\u2018\u2019()[]*_»«"
_GROUP = late(r"\\(\d+)")
_IGNORES_CASE = late(r"\(\?[a-zA-Z]*i")
_SCOPES = ("raw", *SCOPES)
Scope = Annotated[str, OneOf(_SCOPES)]
_MANY = 48
"""From so many phrases on it pays to know every word of the page, and every two in a row."""
_REPEAT_TOKEN = late(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|.", re.DOTALL)


class Hit(NamedTuple):
    """A phrase that was found, with its regex match for its groups."""

    span: Span
    text: str
    """White space collapsed."""
    match: Any
    phrase: Phrase


@dataclass(frozen=True)
class Phrase:
    """Something to look for, not yet compiled."""

    name: str
    """The term or pattern, as the rule has it."""
    expression: str
    ignorecase: bool
    plain: bool
    """Whether it is a term: it can be looked for on the whole view, since it holds nothing greedy."""
    clues: tuple[str, ...] = ()
    """Folded literals one of which stands wherever the phrase does, maybe inside a word; none where not known."""
    exact: tuple[str, ...] = ()
    """The same literals as they are written, where the phrase is found in no other case."""
    screen: re.Pattern[str] | None = None
    """A cheap pattern that finds something in the folded form of every text that holds the phrase."""

    @cached_property
    def regex(self) -> Any:
        """The compiled pattern."""
        return _compiled(self.expression, self.ignorecase)

    @cached_property
    def run(self) -> str | tuple[str, str] | None:
        """Of a term a word or two words in a row that it must hold, the longest; None where that is not known."""
        words = words_of(folded(self.name)) if self.plain else []
        if len(words) < 2:
            return words[0] if words else None
        return max(pairwise(words), key=lambda pair: len(pair[0]) + len(pair[1]))

    def may_stand(self, page: Page, scope: str) -> bool:
        """Whether the phrase can stand in a scope of the page, found out without a regex."""
        return self.may_stand_in(page.folded(scope))

    def may_stand_in(self, folded_text: str) -> bool:
        """Whether the phrase can stand in a text, given folded."""
        for clue in self.clues:
            if clue in folded_text:
                break
        else:
            if self.clues:
                return False
        return self.screen is None or self.screen.search(folded_text) is not None


def term(text: str, ignorecase: bool = True) -> Phrase:
    """A plain phrase: a space in it is any white space, an apostrophe straight or curly, its ends ends of words."""
    parts = [_APOSTROPHE.sub("['\u2019]", re.escape(part)) for part in text.split()]
    before = _BORDER[0] if text.strip()[:1].isalnum() else ""
    after = _BORDER[1] if text.strip()[-1:].isalnum() else ""
    return Phrase(text, before + r"\s+".join(parts) + after, ignorecase, True, (folded(text),))


def pattern(option: str, text: str, ignorecase: bool = True, words: bool = True, anchors: Iterable[str] = ()) -> Phrase:
    """A regular expression of the regex module, which with *words* starts and ends at ends of words.

    *anchors* are literals one of which every hit holds. Raises ValueError, naming *option*, where it cannot be used.
    """
    expression = f"{_BORDER[0]}(?:{text}){_BORDER[1]}" if words else text
    if not is_trusted():
        _check(option, text, expression, ignorecase)
    anchors = tuple(anchors)
    exact = () if ignorecase or _IGNORES_CASE.search(text) else anchors
    return Phrase(text, expression, ignorecase, False, tuple(folded(anchor) for anchor in anchors), exact)


_TRUSTED: ContextVar[bool] = ContextVar("trusted", default=False)


@contextmanager
def trusted() -> Iterator[None]:
    """Within it patterns are taken as they are, and compiled when they are first looked for.

    It is for rules whose examples were tested before; compiling all patterns is a sixth of the start of a process.
    """
    token = _TRUSTED.set(True)
    try:
        yield
    finally:
        _TRUSTED.reset(token)


def is_trusted() -> bool:
    """Whether patterns are taken as they are."""
    return _TRUSTED.get()


def _check(option: str, text: str, expression: str, ignorecase: bool) -> None:
    """Raises ValueError, naming *option*, where a pattern cannot be used."""
    if len(text) > _LONGEST_PATTERN or _written_out(text) > _LARGEST_REPEAT:
        raise ValueError(f"option {option!r}: {text[:60]!r} is too large: its counted repeats multiply")
    import regex  # noqa: PLC0415

    try:
        _compiled(expression, ignorecase)
    except (regex.error, RecursionError, OverflowError, MemoryError) as error:
        raise ValueError(f"option {option!r}: {text[:200]!r} is not a regular expression: {error}") from None


def optional(option: str, text: str) -> Phrase | None:
    """A regular expression that need not end at ends of words; None where *text* is empty."""
    return pattern(option, text, words=False) if text else None


@cache
def _compiled(expression: str, ignorecase: bool) -> Any:
    import regex  # noqa: PLC0415 - of no use where all is known of all pages

    return regex.compile(expression, regex.IGNORECASE if ignorecase else 0)


def _written_out(text: str) -> int:
    """How many single characters the pattern has once its counted repeats are written out."""
    totals, last = [0], 0
    for token in _REPEAT_TOKEN.finditer(text):
        if token[0] == "(":
            totals.append(0)
        elif token[0] == ")" and len(totals) > 1:
            last = totals.pop()
            totals[-1] += last
        elif token[1]:
            times = max(int(token[1][:9]), int((token[2] or "0")[:9]), 1)
            totals[-1] += last * (times - 1)
            last *= times
        else:
            last = 1
            totals[-1] += 1
    return sum(totals)


class Deadline:
    """How much processor time the searches of a check on a page may still take."""

    def __init__(self, length: int) -> None:
        self.bound = BASE_SECONDS + SECONDS_PER_MILLION * length / 1_000_000
        self._left = self.bound

    def search(self, phrase: Phrase, text: str, start: int = 0) -> Any:
        """The first match from *start* on, or None. Raises PatternTimeout."""
        return self._spend(phrase, phrase.regex.search, text, start)

    def matches(self, phrase: Phrase, text: str) -> list[Any]:
        """All matches. Raises PatternTimeout."""
        # A list, since the clock of an iterator would count what is done between its matches.
        return cast(list[Any], self._spend(phrase, _all_matches, phrase, text))

    def count(self, phrase: Phrase, text: str) -> int:
        """How many matches there are. Raises PatternTimeout."""
        return len(self._spend(phrase, phrase.regex.findall, text))

    def _spend(self, phrase: Phrase, look: Callable[..., Any], *what: Any) -> Any:
        began = time.process_time()
        try:
            return look(*what, timeout=self._left)
        except TimeoutError:
            raise self._timeout(phrase) from None
        finally:
            self._left = max(self._left - (time.process_time() - began), 0.0)

    def _timeout(self, phrase: Phrase) -> PatternTimeout:
        return PatternTimeout(
            f"the pattern {phrase.name[:200]!r} was stopped after {self.bound:.2f} s of processor time on this page; "
            "write it so that it cannot match the same text in many ways"
        )


def _all_matches(phrase: Phrase, text: str, timeout: float) -> list[Any]:
    return list(phrase.regex.finditer(text, timeout=timeout))


@dataclass(frozen=True)
class Ground:
    """Where to look on a page: a scope without the zones to skip."""

    page: Page
    scope: str
    skip: tuple[Zone, ...] = ()

    @cached_property
    def view(self) -> str:
        """The view of the scope; what lies in a zone is still in it."""
        return self.page.document.view(self.scope)

    @cached_property
    def units(self) -> Spans:
        """The runs of text that a phrase must not cross: blocks, or links, images and code."""
        return self.page.once(_units, self.scope)

    def holds(self, span: Span) -> bool:
        """Whether *span* lies in one unit, with no code, image or template in it, and touches no zone to skip."""
        if self.units.around(span) is None:
            return False
        return not (self._gaps.touch(span) or any(zone.touch(span) for zone in self._zones))

    def follows_gap(self, offset: int) -> bool:
        """Whether code, an image or a template stands before *offset* on its line."""
        source = self.page.document.source
        start = source.line(source.position(offset).line).start
        return start < offset and self._gaps.touch(Span(start, offset))

    def texts(self) -> Iterator[Span]:
        """Each unit that holds text, from its first character to its last that is not white space."""
        for start, end in self.units:
            text = self.view[start:end]
            if not text.isspace() and text:
                span = Span(start + len(text) - len(text.lstrip()), start + len(text.rstrip()))
                if not any(zone.touch(span) for zone in self._zones):
                    yield span

    @cached_property
    def _gaps(self) -> Spans:
        return self.page.once(_gaps, self.scope)

    @cached_property
    def _zones(self) -> tuple[Spans, ...]:
        return tuple(self.page.once(_zone, name) for name in self.skip)


def _units(document: Document, scope: str) -> Spans:
    if scope == "raw":
        return Spans([Span(0, len(document.source.text))])
    if scope in {"link-text", "alt"}:
        kind = "link" if scope == "link-text" else "image"
        return Spans(inline.text_span for inline in document.of(kind) if inline.text_span)
    if scope == "code":
        return Spans(SCOPES["code"](document))
    exact = {scope} & {"paragraph", "heading", "cell", "html"}
    blocks = (block for block in document.prose_blocks if not exact or block.kind in exact)
    return Spans(block.text_span for block in blocks)


class _Units(NamedTuple):
    """The units of a scope that are not blank."""

    texts: list[tuple[int, str, str]]
    """Where each begins, its text, and that folded."""
    joined: str
    """All folded texts, with what no clue holds between them."""
    starts: list[int]
    """Where each begins in ``joined``."""

    def holding(self, clues: Sequence[str]) -> Iterable[int]:
        """The numbers of the units that hold one of the clues; of all where there is no clue."""
        if not clues:
            return range(len(self.texts))
        found: set[int] = set()
        for clue in clues:
            at = self.joined.find(clue)
            while at >= 0:
                number = bisect_right(self.starts, at)
                found.add(number - 1)
                at = self.joined.find(clue, self.starts[number]) if number < len(self.starts) else -1
        return sorted(found)


def _unit_texts(document: Document, scope: str) -> _Units:
    view = document.view(scope)
    texts = ((start, view[start:end]) for start, end in _units(document, scope))
    kept = [(start, text, folded(text)) for start, text in texts if text and not text.isspace()]
    starts = [0, *accumulate(len(folded_text) + 1 for _, _, folded_text in kept)][: len(kept)]
    return _Units(kept, "\n".join(folded_text for _, _, folded_text in kept), starts)


def _gaps(document: Document, scope: str) -> Spans:
    if scope in {"raw", "code", "alt"}:
        return Spans(())
    return Spans(inline.span for inline in document.of("code", "image", "template", "iframe", "footnote"))


def _zone(document: Document, name: str) -> Spans:
    return Spans(ZONES[name](document))


def sentences(text: str) -> Iterator[Span]:
    """Where the sentences of one block's text stand in it, without white space around them."""
    start = 0
    for end in (*(match.end() for match in _SENTENCE_END.finditer(text)), len(text)):
        sentence = text[start:end]
        if sentence.strip():
            yield Span(start + len(sentence) - len(sentence.lstrip()), start + len(sentence.rstrip()))
        start = end


@dataclass(frozen=True, kw_only=True)
class Scoped:
    """The options of every check that reads text."""

    scope: Scope | tuple[Scope, ...] = "prose"
    """Where to look: a scope such as ``prose`` or ``heading``, or several."""
    skip: tuple[Zone, ...] = ()
    """Zones to leave out, such as ``quote`` or ``template-section``."""
    limit: int = 0
    """How many matches on a page are enough; 0 for all."""

    def __post_init__(self) -> None:
        for option, names, known in (("scope", self.scopes, _SCOPES), ("skip", self.skip, ZONES)):
            for name in names:
                if name not in known:
                    raise ValueError(f"option {option!r}: there is no {name!r}{near(name, sorted(known))}")

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes, however they were written."""
        return (self.scope,) if isinstance(self.scope, str) else self.scope

    def grounds(self, page: Page) -> Iterator[Ground]:
        """Where to look on *page*, a ground for each scope."""
        return (Ground(page, scope, self.skip) for scope in self.scopes)

    def enough(self, matches: Iterable[Match]) -> Iterator[Match]:
        """As many matches as are enough."""
        return islice(matches, self.limit or None)


@dataclass(frozen=True, kw_only=True)
class Phrases(Scoped):
    """The options of every check that looks for phrases."""

    ignorecase: bool = True
    """Whether case is ignored."""
    negated: bool = True
    """Whether a hit shortly after "not", "never", "instead of" and the like counts too."""
    whole: bool = False
    """Whether a hit must be all the text of its block (or link), but for punctuation."""
    exceptions: tuple[str, ...] = ()
    """Phrases in which a hit does not count."""

    @cached_property
    def _exceptions(self) -> tuple[Phrase, ...]:
        return tuple(term(text, self.ignorecase) for text in self.exceptions)

    def hits(self, page: Page, phrases: Hunt) -> list[Hit]:
        """The hits of *phrases* that count, in order of place; of hits that overlap the first, then the longest."""
        deadline = Deadline(len(page.document.source.text))
        found = [
            hit
            for ground in self.grounds(page)
            for hit in self._on(ground, phrases.candidates(page, ground.scope), deadline)
        ]
        return _apart(found)

    def hits_in(self, ground: Ground, place: Span, phrase: Phrase, deadline: Deadline) -> list[Hit]:
        """The hits of one pattern that count in a part of a block, which the pattern sees alone."""
        text = ground.view[place.start : place.end]
        excepted = self._excepted(ground, deadline)
        return [
            hit
            for hit in _in_text(phrase, ground, place.start, text, deadline)
            if self._counts(hit, ground) and not excepted.around(hit.span)
        ]

    def _excepted(self, ground: Ground, deadline: Deadline) -> Spans:
        return Spans(hit.span for phrase in self._exceptions for hit in search(phrase, ground, deadline))

    def _on(self, ground: Ground, phrases: list[Phrase], deadline: Deadline) -> Iterator[Hit]:
        found = [hit for phrase in phrases for hit in search(phrase, ground, deadline)]
        if not found:
            return iter(())
        excepted = self._excepted(ground, deadline)
        return (hit for hit in found if self._counts(hit, ground) and not excepted.around(hit.span))

    def _counts(self, hit: Hit, ground: Ground) -> bool:
        if self.negated and not self.whole:
            return True
        unit = ground.units.around(hit.span) or hit.span
        if self.whole and _core(ground.view, unit) != _core(ground.view, hit.span):
            return False
        return self.negated or not is_negated(ground.view[max(unit.start, hit.span.start - 500) : hit.span.start])


class Hunt:
    """Phrases to look for together, by a run of words that tells whether they can stand on a page."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        self.phrases = tuple(phrases)
        self._always: list[int] = []
        self._by_run: dict[str | tuple[str, str], list[int]] = {}
        for number, phrase in enumerate(self.phrases):
            (self._by_run.setdefault(phrase.run, []) if phrase.run else self._always).append(number)
        self._runs = frozenset(self._by_run)

    def candidates(self, page: Page, scope: str) -> list[Phrase]:
        """The phrases that can stand in a scope of the page, as far as runs of words tell."""
        if not self._runs or len(self.phrases) < _MANY:
            return list(self.phrases)
        numbers = {number for run in self._runs & page.runs(scope) for number in self._by_run[run]}
        return [self.phrases[number] for number in sorted((*self._always, *numbers))]


def search(phrase: Phrase, ground: Ground, deadline: Deadline) -> Iterator[Hit]:
    """Where a phrase stands on a ground, in order of place. Raises PatternTimeout."""
    if not phrase.may_stand(ground.page, ground.scope):
        return iter(())
    return _plain(phrase, ground, deadline) if phrase.plain else _by_unit(phrase, ground, deadline)


def _plain(phrase: Phrase, ground: Ground, deadline: Deadline) -> Iterator[Hit]:
    view, start = ground.view, 0
    while match := deadline.search(phrase, view, start):
        span = Span(*match.span())
        counts = ground.holds(span)
        # What crosses a border hides no hit that begins inside it.
        start = span.end if counts else span.start + 1
        if counts:
            yield Hit(span, " ".join(match[0].split()), match, phrase)


def _by_unit(phrase: Phrase, ground: Ground, deadline: Deadline) -> Iterator[Hit]:
    units = ground.page.once(_unit_texts, ground.scope)
    for number in units.holding(phrase.clues):
        begin, text, folded_text = units.texts[number]
        if phrase.exact and not any(anchor in text for anchor in phrase.exact):
            continue
        if phrase.screen is None or phrase.screen.search(folded_text):
            yield from _in_text(phrase, ground, begin, text, deadline)


def _in_text(phrase: Phrase, ground: Ground, begin: int, text: str, deadline: Deadline) -> Iterator[Hit]:
    for match in deadline.matches(phrase, text):
        span = Span(begin + match.start(), begin + match.end())
        if match[0].strip() and ground.holds(span):
            yield Hit(span, " ".join(match[0].split()), match, phrase)


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    apart: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.span.start, -hit.span.end)):
        if not apart or hit.span.start >= apart[-1].span.end:
            apart.append(hit)
    return apart


def _core(view: str, span: Span) -> Span:
    """*span* without the punctuation and white space around it."""
    text = view[span.start : span.end]
    stripped = text.lstrip(_PUNCTUATION)
    return Span(span.end - len(stripped), span.start + len(text.rstrip(_PUNCTUATION)))


def is_negated(before: str) -> bool:
    """Whether the last few words of the sentence that *before* ends in hold a negation."""
    start = max((match.end() for match in _SENTENCE_END.finditer(before)), default=0)
    near_words = _APOSTROPHE.sub("'", " ".join(before[start:].split()[-_NEGATION_REACH:]))
    return _NEGATION.search(near_words) is not None


def groups_in(better: str) -> list[int]:
    """The groups that *better* asks for, as ``\\1`` does."""
    return [int(group) for group in _GROUP.findall(better)]


def expanded(better: str, match: Any) -> str:
    """*better* with what the groups of a regex match found in the place of ``\\1`` and the like."""
    return _GROUP.sub(lambda group: match[int(group[1])] or "", better)


def keep_case(found: str, better: str) -> str:
    """*better* with the capitals of *found*, unless it has capitals of its own."""
    if better != better.lower():
        return better
    if found.isupper() and sum(map(str.isalpha, found)) > 1:
        return better.upper()
    return better[:1].upper() + better[1:] if found[:1].isupper() else better
