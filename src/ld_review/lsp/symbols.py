"""The outline of a page as document symbols: its sections, and in them the learning elements."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol.types import DocumentSymbol, SymbolKind

from ld_review.learning.element import Element
from ld_review.learning.events.event import KIND as LIVE_EVENT
from ld_review.learning.outline import Part, outline
from ld_review.lsp.places import Places
from ld_review.page import Page
from ld_review.reporters.markdown_text import shortened
from ld_review.source import Source, Span

_MOST_SHOWN = 80


def symbols(page: Page, places: Places) -> list[DocumentSymbol]:
    """The sections of a page as a tree."""
    source = page.document.source
    return _sections(outline(page.document, page.course).parts, len(source.text), source, places)


def _sections(parts: Sequence[Part], end: int, source: Source, places: Places) -> list[DocumentSymbol]:
    """Sections that follow each other, the last of which ends at *end*."""
    stops = (*(part.span.start for part in parts[1:]), end)
    return [_section(part, stop, source, places) for part, stop in zip(parts, stops, strict=False)]


def _section(part: Part, end: int, source: Source, places: Places) -> DocumentSymbol:
    whole = Span(part.span.start, max(end, part.span.end))
    return DocumentSymbol(
        shortened(part.title, _MOST_SHOWN) or "(no heading)",
        SymbolKind.String,
        places.range(whole),
        places.range(part.span),
        detail=_detail(part),
        children=[
            *(_element(element, source, places) for element in part.elements),
            *_sections(part.parts, whole.end, source, places),
        ],
    )


def _detail(part: Part) -> str:
    minutes = f"{part.minutes:g} min" if part.minutes is not None else ""
    return ", ".join(filter(None, (f"{part.words} words" if part.words else "", minutes)))


def _element(element: Element, source: Source, places: Places) -> DocumentSymbol:
    text = shortened(source[element.span], _MOST_SHOWN)
    kind = element.kind.replace("-", " ")
    return DocumentSymbol(
        f"{kind}: {text}" if text else kind,
        SymbolKind.Event if element.kind == LIVE_EVENT else SymbolKind.Field,
        places.range(element.span),
        places.range(element.span),
    )
