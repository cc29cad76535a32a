"""Find links whose words, destination or form is wrong, and mend the destination where a rule knows how."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from ld_review.checks.base import Match
from ld_review.checks.phrases import Deadline, Ground, Phrase, pattern
from ld_review.checks.structural import Structural
from ld_review.document import Document, Inline
from ld_review.finding import Edit
from ld_review.page import Page, folded
from ld_review.source import Span, Spans

Form = Literal["inline", "reference", "html", "autolink", "definition", "bare"]
"""How a link is written: ``[text](target)``, ``[text][id]``, ``<a href="target">``, ``<target>``, ``[id]: target``, or
``bare``, a URL that stands in the text."""

_WITH_TEXT = frozenset({"inline", "reference", "html"})
_WITH_TARGET = frozenset({"inline", "html", "definition", "autolink"})
_FORMS: Mapping[str, str] = MappingProxyType({"full": "reference", "collapsed": "reference", "shortcut": "reference"})
_URL = re.compile(r"https?://[^\s<>\"`|\\\u201c\u201d\u2018\u2019]+")
_HAS_SCHEME = re.compile(r"(?i)(?:[a-z][a-z0-9+.-]*:|//)")
_CONTINUED = re.compile(r"(?:\][ \t]?\(|[\w/=])\Z")
"""What stands before a URL that is part of something else: of a link that is broken, or of another URL."""
_TRAILING = ".,;:!?'*_~\u2026"
_CLOSERS: Mapping[str, str] = MappingProxyType({")": "(", "]": "["})
_AROUND_TEXT = " \t\r\n\xa0.,:;!?\u2026\"'\u201c\u201d\u2018\u2019()[]*_~`\u00bb\u00ab\u2192>-\u2013\u2014"
_GROUP = re.compile(r"\\(\d+)")


class _Place(NamedTuple):
    """A link as it stands somewhere."""

    form: str
    span: Span
    text: str
    text_span: Span | None
    target: str
    target_span: Span | None


@dataclass(frozen=True, kw_only=True)
class Link(Structural):
    """Yield each link for which all options hold. Words: ``{text}``, ``{target}``, ``{path}``, ``{better}``.

    A destination is looked at where it stands: of ``[text][id]`` in the line that defines ``id``.
    """

    text: tuple[str, ...] = ()
    """Link texts, case and punctuation around them ignored; where given, the text is marked, else the destination."""
    text_pattern: str = ""
    """A regular expression that finds something in the link text."""
    targets: Mapping[str, str] = field(default_factory=dict)
    """Regular expressions for destinations, each with what to put in place of what it found; nothing where only a
    person can tell."""
    hosts: tuple[str, ...] = ()
    """The destination is a URL on one of these hosts."""
    paths: tuple[str, ...] = ()
    """The path of the destination, on one of ``hosts`` where given, begins with one of these."""
    unless: str = ""
    """A regular expression; a destination in which it finds something does not count."""
    better: str = ""
    """The better destination, made of ``{target}`` and ``{path}`` (what stands behind the host)."""
    rewrite: str = ""
    """What to write in place of the whole link, made of ``{text}``, ``{target}`` and ``{path}``."""
    forms: tuple[Form, ...] = ()
    """The forms looked at; if none are given, all in which the text or the destination, as asked for, can stand."""
    anchors: tuple[str, ...] = ()
    """Literals one of which stands on a page where anything is found."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (self.text or self.text_pattern or self.targets or self.hosts or self.paths or self.forms):
            raise ValueError("option 'text': say which links; give some texts, targets, hosts, paths or forms")
        for option in ("better", "rewrite"):
            try:
                getattr(self, option).format(text="", target="", path="")
            except (KeyError, IndexError, ValueError) as error:
                raise ValueError(f"option {option!r}: there is no {error}; use text, target, path") from None
        _ = self._targets, self._text_pattern, self._unless

    @property
    def _of_text(self) -> bool:
        return bool(self.text or self.text_pattern)

    @cached_property
    def _texts(self) -> frozenset[str]:
        return frozenset(_bare_text(text) for text in self.text)

    @cached_property
    def _targets(self) -> tuple[tuple[Phrase, str], ...]:
        return tuple((pattern("targets", text, words=False), better) for text, better in self.targets.items())

    @cached_property
    def _text_pattern(self) -> Phrase | None:
        return pattern("text-pattern", self.text_pattern, words=False) if self.text_pattern else None

    @cached_property
    def _unless(self) -> Phrase | None:
        return pattern("unless", self.unless, words=False) if self.unless else None

    @cached_property
    def _forms(self) -> frozenset[str]:
        return frozenset(self.forms) or (_WITH_TEXT if self._of_text else _WITH_TARGET)

    @cached_property
    def _folded_anchors(self) -> tuple[str, ...]:
        return tuple(map(folded, self.anchors))

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        if self.anchors and not any(anchor in page.folded("raw") for anchor in self._folded_anchors):
            return iter(())
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        deadline = Deadline(len(page.document.source.text))
        for place in self._places(page):
            if not self._may_match(place) or self._refused(place, deadline):
                continue
            if not self.targets:
                yield self._match(place, self._made(self.better, place))
            elif found := self._retargeted(place, deadline):
                yield self._match(place, found[0])

    def _places(self, page: Page) -> Iterable[_Place]:
        written = [place for place in page.once(_written) if place.form in self._forms]
        if "bare" not in self._forms:
            return written
        return sorted([*written, *_bare(page)], key=lambda place: place.span)

    def _may_match(self, place: _Place) -> bool:
        if self.text and _bare_text(place.text) not in self._texts:
            return False
        return not (self.hosts or self.paths) or self._leads_there(place.target)

    def _leads_there(self, target: str) -> bool:
        host, path = _parts(target)
        if host not in self.hosts if self.hosts else host:
            return False
        return not self.paths or path.startswith(self.paths)

    def _refused(self, place: _Place, deadline: Deadline) -> bool:
        if self._text_pattern and not deadline.search(self._text_pattern, place.text):
            return True
        return bool(self._unless and deadline.search(self._unless, place.target))

    def _retargeted(self, place: _Place, deadline: Deadline) -> tuple[str] | None:
        """The better destination, empty where nobody can tell it; None where no pattern finds anything."""
        for phrase, better in self._targets:
            if found := deadline.search(phrase, place.target):
                replaced = place.target[: found.start()] + _expand(better, found) + place.target[found.end() :]
                return (replaced if better else self._made(self.better, place),)
        return None

    @staticmethod
    def _made(template: str, place: _Place) -> str:
        path = _parts(place.target)[1]
        return template.format(text=place.text, target=place.target, path=path) if template else ""

    def _match(self, place: _Place, better: str) -> Match:
        rewritten = self._made(self.rewrite, place)
        words = {
            "text": " ".join(place.text.split()),
            "target": place.target,
            "path": _parts(place.target)[1],
            "better": better or rewritten,
        }
        return Match(self._marked(place), words, _edits(place, better, rewritten))

    def _marked(self, place: _Place) -> Span:
        part = place.text_span if self._of_text else place.target_span
        return part if part and part.end > part.start else place.span


def _edits(place: _Place, better: str, rewritten: str) -> tuple[Edit, ...]:
    if rewritten:
        return (Edit(place.span, rewritten),)
    if better and better != place.target and place.target_span:
        return (Edit(place.target_span, better),)
    return ()


def _expand(better: str, found: Any) -> str:
    return _GROUP.sub(lambda group: found[int(group[1])] or "", better)


def _bare_text(text: str) -> str:
    return folded(text).strip(_AROUND_TEXT)


@lru_cache(maxsize=4096)
def _parts(target: str) -> tuple[str, str]:
    """The host of a destination, without its port and in lower case, and all behind the host.

    A destination without a host is all path; one with another scheme than HTTP has a host that nothing is equal to.
    """
    if not _HAS_SCHEME.match(target):
        return "", target
    try:
        parts = urlsplit(target)
        host = parts.hostname if parts.scheme.lower() in {"http", "https", ""} else None
    except ValueError:
        return "?", ""
    if not host:
        return "?", ""
    path = target[target.index("//") + 2 + len(parts.netloc) :]
    return host.lower(), path if path.startswith("/") else f"/{path}"


def _written(document: Document) -> tuple[_Place, ...]:
    """The links that have marks, in order of place."""
    places = [_place(document, inline) for inline in document.of("link", "definition")]
    return tuple(sorted(places, key=lambda place: place.span))


def _place(document: Document, inline: Inline) -> _Place:
    info = "definition" if inline.kind == "definition" else inline.info
    text = document.source[inline.text_span] if inline.text_span else ""
    form = _FORMS.get(info, info)
    return _Place(form, inline.span, text, inline.text_span, inline.target, inline.target_span)


def _bare(page: Page) -> Iterator[_Place]:
    """URLs that stand in the text of a page with no marks around them."""
    document = page.document
    text, view = document.source.text, document.view("prose")
    if "://" not in view:
        return
    ground = Ground(page, "prose")
    taken = page.once(_taken)
    for found in _URL.finditer(text):
        start = found.start()
        span = Span(start, start + _length(found[0]))
        if not view.startswith("http", start) or taken.touch(span) or not found[0].isascii():
            continue
        if text.startswith("<", found.end()):
            continue  # a pattern such as https://host/<name>, which is no address
        if ground.holds(span) and not _CONTINUED.search(text[max(0, start - 4) : start]):
            yield _Place("bare", span, text[span.start : span.end], span, text[span.start : span.end], span)


def _taken(document: Document) -> Spans:
    """Where a URL has marks around it already, or where Markdown would not read them."""
    links = [inline.span for inline in document.of("link", "image", "definition", "html", "attribute", "code")]
    blocks = [block.span for block in document.blocks if block.kind in {"html", "definition", "code"}]
    return Spans([*links, *blocks])


def _length(url: str) -> int:
    """How much of *url* belongs to it: no punctuation at its end, no bracket that it did not open."""
    opened: list[str] = []
    for index, character in enumerate(url):
        if character in "([":
            opened.append(character)
        elif character in _CLOSERS and (not opened or opened.pop() != _CLOSERS[character]):
            url = url[:index]
            break
    return len(url.rstrip(_TRAILING))
