"""Stretches of a page that rules may want to leave out: quotations, templates, what stands in parentheses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from ld_review.document import Document
from ld_review.source import Span, Spans

_TEMPLATE_TITLE = re.compile(r"\b(?:templates?|messages?|e-?mails?|snippets?|example posts?)\b", re.IGNORECASE)
_PARENTHESIS = re.compile(r"\([^()]*\)")
_QUOTATION = re.compile(r"\u201c[^\u201c\u201d]*\u201d|\"[^\"\r\n]*\"")


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
    }
)
"""The zones that a rule can skip. A template section is one whose heading calls it a template, message, email, snippet
or example post; a quotation is text in double quotes."""
