"""Find pages whose places to ask are all of one kind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ld_review.checks.base import Match
from ld_review.checks.course import elements
from ld_review.checks.structural import Structural
from ld_review.page import Page
from ld_review.source import Span, Spans

_MAIL = "mail"
_CHAT = "chat"
_SIGNS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        _MAIL: re.compile(r"(?<![\w@/.+-])[\w.+-]{1,60}@(?:[\w-]{1,60}\.){1,4}[a-z]{2,12}\b", re.IGNORECASE),
        _CHAT: re.compile(
            r"(?<![\w&/#(.-])#[a-z][\w-]{2,60}|\b(?:slack|discord|mattermost|microsoft teams)\b", re.IGNORECASE
        ),
        "other": re.compile(
            r"\b(?:issues?|epics?|merge requests?|pull requests?|MRs?|forums?|tracker|discussions?|tickets?|form|survey"
            r"|agenda|office hours|comments?|service desk)\b",
            re.IGNORECASE,
        ),
    }
)


@dataclass(frozen=True, kw_only=True)
class Venue(Structural):
    """Yield the first place to ask of a page on which all are of one kind. Word: ``{match}``."""

    only: Literal["mail", "chat"]
    """``mail``: an address to write to; ``chat``: a channel, or a link to a host of the group ``chat``."""

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        places: dict[str, Span] = {}
        for element in elements(page, "help-venue"):
            for kind, span in _signs(page, _region(element.span, element.body)):
                places.setdefault(kind, span)
        if places.keys() == {self.only}:
            span = places[self.only]
            yield Match(span, {"match": " ".join(page.document.source[span].split())})


def _region(span: Span, body: Span) -> Span:
    return Span(min(span.start, body.start), max(span.end, body.end))


def _signs(page: Page, region: Span) -> Iterator[tuple[str, Span]]:
    """What kinds of place a stretch of the page names, and where."""
    text = page.document.source.text
    links = [link for link in page.document.of("link") if region.start <= link.span.start < region.end]
    targets = Spans(link.target_span for link in links if link.target_span)
    for kind, expression in _SIGNS.items():
        for found in expression.finditer(text, region.start, region.end):
            span = Span(*found.span())
            if kind != _CHAT or not targets.touch(span):
                yield kind, span
    for link in links:
        if _CHAT in page.hosts.groups_of(link.target):
            yield _CHAT, link.text_span or link.span
