"""Find links whose words, destination or form is wrong, and mend the destination where a rule knows how."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal, NamedTuple

from ld_review.checks.base import Match
from ld_review.checks.nearby import text_near
from ld_review.checks.phrases import Deadline, Ground, Phrase, expanded, optional, pattern
from ld_review.checks.structural import Structural
from ld_review.document import Document, Inline
from ld_review.finding import Edit
from ld_review.hosts import Group, Hosts, address, check_groups
from ld_review.late import late
from ld_review.page import Page, folded
from ld_review.source import Span, Spans

Form = Literal["inline", "reference", "html", "autolink", "definition", "bare"]
"""How a link is written: ``[text](target)``, ``[text][id]``, ``<a href="target">``, ``<target>``, ``[id]: target``, or
``bare``, a URL that stands in the text."""

_WITH_TEXT = frozenset({"inline", "reference", "html"})
_WITH_TARGET = frozenset({"inline", "html", "definition", "autolink"})
_FORMS: Mapping[str, str] = MappingProxyType({"full": "reference", "collapsed": "reference", "shortcut": "reference"})
_URL = late(r"https?://[^\s<>\"`|\\\u201c\u201d\u2018\u2019]+")
_CONTINUED = late(r"(?:\][ \t]?\(|[\w/=])\Z")
"""What stands before a URL that is part of something else: of a link that is broken, or of another URL."""
_TRAILING = ".,;:!?'*_~\u2026"
_CLOSERS: Mapping[str, str] = MappingProxyType({")": "(", "]": "["})
_AROUND_TEXT = " \t\r\n\xa0.,:;!?\u2026\"'\u201c\u201d\u2018\u2019()[]*_~`\u00bb\u00ab\u2192>-\u2013\u2014"


class _Place(NamedTuple):
    """A link as it stands somewhere."""

    form: str
    span: Span
    text: str
    text_span: Span | None
    target: str
    target_span: Span | None
    block: int = -1
    """The number of the block that it stands in."""


@dataclass(frozen=True, kw_only=True)
class Link(Structural):
    """Yield each link for which all options hold.

    Words: ``{text}``, ``{target}``, ``{path}``, ``{better}``, ``{host}``, ``{moved}`` (where it moved), ``{count}``.
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
    groups: tuple[Group, ...] = ()
    """The destination is on a host of one of these groups, to which a configuration may add."""
    not_groups: tuple[Group, ...] = ()
    """The destination is on no host of any of these groups."""
    unless: str = ""
    """A regular expression; a destination in which it finds something does not count."""
    unless_text: str = ""
    """A regular expression; a link in whose text it finds something does not count."""
    near: str = ""
    """A regular expression that finds something in the sentence that the link stands in, or in its row of a table."""
    unless_near: str = ""
    """A regular expression; a link does not count where it finds something there."""
    better: str = ""
    """The better destination, made of ``{target}`` and ``{path}`` (what stands behind the host)."""
    rewrite: str = ""
    """What to write in place of the whole link, made of ``{text}``, ``{target}`` and ``{path}``."""
    fix_text: str = ""
    """A regular expression; where given, only a link in whose text it finds something is mended."""
    forms: tuple[Form, ...] = ()
    """The forms looked at; if none are given, all in which the text or the destination, as asked for, can stand."""
    anchors: tuple[str, ...] = ()
    """Literals one of which stands on a page where anything is found."""

    def __post_init__(self) -> None:
        super().__post_init__()
        if not any((self.text, self.text_pattern, self.targets, self.hosts, self.paths, self.groups, self.forms)):
            raise ValueError("option 'text': say which links; give some texts, targets, hosts, paths, groups or forms")
        check_groups("groups", self.groups)
        check_groups("not-groups", self.not_groups)
        for option in ("better", "rewrite"):
            try:
                getattr(self, option).format(text="", target="", path="")
            except (KeyError, IndexError, ValueError) as error:
                raise ValueError(f"option {option!r}: there is no {error}; use text, target, path") from None
        _ = self._targets, self._text_pattern, self._refusing, self._wanted_near, self._fix_text

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
        return optional("text-pattern", self.text_pattern)

    @cached_property
    def _refusing(self) -> tuple[Phrase | None, Phrase | None, Phrase | None]:
        """What refuses a link by its destination, by its text, and by what stands near it."""
        return (
            optional("unless", self.unless),
            optional("unless-text", self.unless_text),
            optional("unless-near", self.unless_near),
        )

    @cached_property
    def _wanted_near(self) -> Phrase | None:
        return optional("near", self.near)

    @cached_property
    def _fix_text(self) -> Phrase | None:
        return optional("fix-text", self.fix_text)

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
        return self.together(list(self.kept(page, self._all(page))))

    def _all(self, page: Page) -> Iterator[Match]:
        deadline = Deadline(len(page.document.source.text))
        for place in self._places(page):
            if not self._may_match(place, page.hosts) or self._refused(place, deadline):
                continue
            found = self._retargeted(place, deadline) if self.targets else (self._made(self.better, place),)
            if found and self._fits(page, place, deadline):
                mends = not self._fix_text or bool(deadline.search(self._fix_text, place.text))
                yield self._match(place, found[0] if mends else "", page.hosts)

    def _places(self, page: Page) -> Iterable[_Place]:
        written = [place for place in page.once(_written) if place.form in self._forms]
        if "bare" not in self._forms:
            return written
        return sorted([*written, *_bare(page)], key=lambda place: place.span)

    def _may_match(self, place: _Place, hosts: Hosts) -> bool:
        if self.text and _bare_text(place.text) not in self._texts:
            return False
        if self.groups or self.not_groups:
            groups = hosts.groups_of(place.target)
            if groups.intersection(self.not_groups) or not (not self.groups or groups.intersection(self.groups)):
                return False
        return not (self.hosts or self.paths) or self._leads_there(place.target)

    def _leads_there(self, target: str) -> bool:
        host, path = address(target)
        if host not in self.hosts if self.hosts else host:
            return False
        return not self.paths or path.startswith(self.paths)

    def _refused(self, place: _Place, deadline: Deadline) -> bool:
        if self._text_pattern and not deadline.search(self._text_pattern, place.text):
            return True
        by_target, by_text, _ = self._refusing
        if by_target and deadline.search(by_target, place.target):
            return True
        return bool(by_text and deadline.search(by_text, place.text))

    def _fits(self, page: Page, place: _Place, deadline: Deadline) -> bool:
        """Whether what stands near the link is as wanted."""
        refusing = self._refusing[2]
        if not (self._wanted_near or refusing):
            return True
        text = text_near(page, place.block, place.span)
        if self._wanted_near and not deadline.search(self._wanted_near, text):
            return False
        return not (refusing and deadline.search(refusing, text))

    def _retargeted(self, place: _Place, deadline: Deadline) -> tuple[str] | None:
        """The better destination, empty where nobody can tell it; None where no pattern finds anything."""
        for phrase, better in self._targets:
            if found := deadline.search(phrase, place.target):
                replaced = place.target[: found.start()] + expanded(better, found) + place.target[found.end() :]
                return (replaced if better else self._made(self.better, place),)
        return None

    @staticmethod
    def _made(template: str, place: _Place) -> str:
        path = address(place.target)[1]
        return template.format(text=place.text, target=place.target, path=path) if template else ""

    def _match(self, place: _Place, better: str, hosts: Hosts) -> Match:
        rewritten = self._made(self.rewrite, place)
        words = {
            "text": " ".join(place.text.split()),
            "target": place.target,
            "path": address(place.target)[1],
            "better": better or rewritten,
            "host": address(place.target)[0].removeprefix("www."),
            "moved": hosts.known(place.target).moved or "the page that took its place",
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


def _bare_text(text: str) -> str:
    return folded(text).strip(_AROUND_TEXT)


def _written(document: Document) -> tuple[_Place, ...]:
    """The links that have marks, in order of place."""
    places = [_place(document, inline) for inline in document.of("link", "definition")]
    return tuple(sorted(places, key=lambda place: place.span))


def _place(document: Document, inline: Inline) -> _Place:
    info = "definition" if inline.kind == "definition" else inline.info
    text = document.source[inline.text_span] if inline.text_span else ""
    form = _FORMS.get(info, info)
    return _Place(form, inline.span, text, inline.text_span, inline.target, inline.target_span, inline.block)


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
