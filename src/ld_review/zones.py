"""Stretches of a page that rules may want to leave out: quotations, templates, parentheses, pages of advice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Annotated

from ld_review.document import Document
from ld_review.hints import OneOf
from ld_review.late import late
from ld_review.source import Span, Spans

_TEMPLATE_TITLE = late(r"\b(?:templates?|messages?|e-?mails?|snippets?|example posts?)\b", re.IGNORECASE)
_PARENTHESIS = late(r"\([^()]*\)")
_QUOTATION = late(r"\u201c[^\u201c\u201d]*\u201d|\"[^\"\r\n]*\"")
_ABOUT_MEETING = late(
    r"(?<![^\W_])(?:communicat(?:ions?|ing|e)|async|asynchronous|meetings|all[- ]remote|remote[- ]work(?:ing)?)"
    r"(?![^\W_])",
    re.IGNORECASE,
)
_ADVISED_AGAINST = late(
    r"(?:\b(?:avoid(?:s|ed|ing)?|instead of|rather than|not|never|no|without|unnecessary)|n['\u2019]t)\b"
    r"(?:[ \n]{1,3}[\w'\u2019-]{1,30}){0,4}[ \n]{1,3}"
    r"(?:(?:direct|private)[ -]messag(?:e|es|ing)|DMs?|calls?|meetings?|synchronous(?:ly)?|slack|chat|ASAP)\b",
    re.IGNORECASE,
)
_OFTEN = 3
_WORDS_FOR_ONE = 1_000
"""A page is about what it advises against so often, and once in so many words."""


def zones(document: Document, name: str) -> Iterable[Span]:
    """The zones of this name on a page. Raises KeyError where there is no such kind."""
    return ZONES[name](document)


def _of_blocks(kind: str) -> Callable[[Document], Iterable[Span]]:
    return lambda document: (block.span for block in document.blocks if block.kind == kind)


def _of_inlines(kind: str) -> Callable[[Document], Iterable[Span]]:
    return lambda document: (inline.span for inline in document.of(kind))


def _code(document: Document) -> Iterator[Span]:
    yield from _of_blocks("code")(document)
    yield from _of_inlines("code")(document)


def _template_sections(document: Document) -> Iterator[Span]:
    return (section.span for section in document.sections if _TEMPLATE_TITLE.search(document.title(section)))


def _advice_page(document: Document) -> Iterator[Span]:
    """The whole page, where it is about how people communicate and meet."""
    path = document.source.path
    names = " ".join((*path.parts[-3:-1], path.name.partition(".")[0]))
    about = any(map(_ABOUT_MEETING.search, (names, _title(document))))
    if about or _advises(document.view("prose")):
        yield Span(0, len(document.source.text))


def _title(document: Document) -> str:
    title = document.front_matter.data.get("title")
    headings = (document.text(block) for block in document.blocks if block.kind == "heading")
    return title if isinstance(title, str) else next(headings, "")


def _advises(view: str) -> bool:
    """Whether a page advises against calls, meetings and private messages so often that it is about them."""
    often = sum(1 for _ in _ADVISED_AGAINST.finditer(view))
    return often >= _OFTEN and often * _WORDS_FOR_ONE >= len(view.split())


def _within_blocks(expression: re.Pattern[str]) -> Callable[[Document], Iterator[Span]]:
    def spans(document: Document) -> Iterator[Span]:
        view = document.view("prose")
        for start, end in Spans(block.text_span for block in document.prose_blocks):
            for match in expression.finditer(view, start, end):
                yield Span(*match.span())

    return spans


ZONES: Mapping[str, Callable[[Document], Iterable[Span]]] = MappingProxyType(
    {
        "quote": _of_blocks("quote"),
        "heading": _of_blocks("heading"),
        "cell": _of_blocks("cell"),
        "item": _of_blocks("item"),
        "html": _of_blocks("html"),
        "container": _of_blocks("container"),
        "code": _code,
        "link-text": lambda document: (link.text_span for link in document.of("link") if link.text_span),
        "emphasis": _of_inlines("emphasis"),
        "strong": _of_inlines("strong"),
        "strike": _of_inlines("strike"),
        "parenthesis": _within_blocks(_PARENTHESIS),
        "quotation": _within_blocks(_QUOTATION),
        "template-section": _template_sections,
        "advice-page": _advice_page,
    }
)
"""The zones that a rule can skip. A template section is one whose heading calls it a template, message, email, snippet
or example post; a quotation is text in double quotes; an advice page is about communication and meetings, as
its title or path says or since it advises against calls, meetings or private messages again and again."""
Zone = Annotated[str, OneOf(ZONES)]
