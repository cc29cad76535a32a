"""Find links that look the same and lead to different places, or lead to the same video under different names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from ld_review.checks.base import Match
from ld_review.checks.nearby import stems
from ld_review.checks.phrases import Deadline, Phrase, optional
from ld_review.checks.structural import Structural
from ld_review.document import Document, Inline
from ld_review.hosts import Group, check_groups, recording
from ld_review.page import Page, folded
from ld_review.source import Span

_PUNCTUATION = " \t\r\n\xa0.,:;!?\u2026\"'\u201c\u201d\u2018\u2019()[]*_~`"


@dataclass(frozen=True, kw_only=True)
class RepeatedLink(Structural):
    """Yield each text that several links share, or each destination, once: at the first link, naming the others.

    Words: ``{text}``, ``{other}`` (the text of the second), ``{target}``, ``{count}``. Destinations that differ only in
    their fragment are one, and so are addresses of one video.
    """

    same: Literal["text", "target"] = "text"
    """What the links share; the other differs."""
    least: int = 2
    """From how many different ones on."""
    groups: tuple[Group, ...] = ()
    """Only links to hosts of these groups, to which a configuration may add."""
    pattern: str = ""
    """A regular expression that finds something in the text."""
    unless: str = ""
    """A regular expression; a text in which it finds something does not count."""
    listed: bool = False
    """Whether only links in items of one list or rows of one table are compared, whose texts have no word in common."""

    def __post_init__(self) -> None:
        super().__post_init__()
        check_groups("groups", self.groups)
        _ = self._pattern, self._unless

    @cached_property
    def _pattern(self) -> Phrase | None:
        return optional("pattern", self.pattern)

    @cached_property
    def _unless(self) -> Phrase | None:
        return optional("unless", self.unless)

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        alike: dict[str, dict[str, Inline]] = {}
        for text, target, link in self._links(page):
            one, other = (text, target) if self.same == "text" else (target, text)
            alike.setdefault(one, {}).setdefault(other, link)
        found = [list(links.values()) for links in alike.values() if len(links) >= self.least]
        matches = [_match(page.document, links) for links in found if not self.listed or _are_slips(page, links)]
        return iter(sorted(matches, key=lambda match: match.span))

    def _links(self, page: Page) -> Iterator[tuple[str, str, Inline]]:
        document = page.document
        deadline = Deadline(len(document.source.text))
        for link in document.of("link"):
            if link.text_span is None or link.info == "autolink" or link.target.startswith("#"):
                continue
            if self.groups and not page.hosts.groups_of(link.target).intersection(self.groups):
                continue
            text = folded(document.view("link-text")[link.text_span.start : link.text_span.end]).strip(_PUNCTUATION)
            if not text or (self._pattern and not deadline.search(self._pattern, text)):
                continue
            if not (self._unless and deadline.search(self._unless, text)):
                yield text, recording(link.target), link


def _are_slips(page: Page, links: list[Inline]) -> bool:
    """Whether links to one place are different items of one list, each about something else."""
    units = [page.once(_unit, link.block) for link in links]
    if len({list_ for list_, _ in units}) > 1 or None in units[0] or len({item for _, item in units}) < len(units):
        return False
    words = [stems(page.document.view("link-text")[slice(*(link.text_span or link.span))]) for link in links]
    return all(words) and len(frozenset[str]().union(*words)) == sum(map(len, words))


def _unit(document: Document, number: int) -> tuple[int | None, int | None]:
    """The list or table that a block stands in, and the item or row."""
    while number >= 0:
        block = document.blocks[number]
        if block.kind in {"item", "row"}:
            return block.parent, number
        number = block.parent
    return None, None


def _match(document: Document, links: list[Inline]) -> Match:
    texts = [" ".join(document.source[link.text_span or link.span].split()) for link in links]
    words = {"text": texts[0], "other": texts[1], "target": links[0].target, "count": str(len(links))}
    first, *rest = (_marked(link) for link in links)
    return Match(first, words, also=tuple(rest))


def _marked(link: Inline) -> Span:
    return link.text_span or link.span
