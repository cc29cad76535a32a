"""What holds for every document, whatever the text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from ld_review.document import SCOPES, Block, Document, Inline

_CLOSED_BY = {
    "code": r"`.*`",
    "strong": r"(\*\*|__).*\1",
    "emphasis": r"([*_]).*\1",
    "strike": r"~~.*~~",
    "attribute": r"\{.*\}",
    "template": r"<%.*%>|\{\{.*\}\}|\{%.*%\}",
    "footnote": r"\[\^.*\]",
    "definition": r"\[.*",
    "comment": r"<[!?].*",
    "html": r"<.*>",
    "iframe": r"<iframe.*>",
}
_LINK = {"html": r"<a.*>", "autolink": r"<.*>"}
_IMAGE = {"html": r"<img.*>"}
_BLOCK_BEGINS = {
    "heading": r"[\s\S]",
    "quote": r">",
    "item": r"[-*+\d]",
    "list": r"[-*+\d]",
    "container": r":::",
    "attribute": r"\{:",
    "definition": r"[\[*]",
    "footnote": r"\[\^",
    "rule": r"[-*_]",
    "html": r"<",
    "comment": r"<[!?]|\{::",
}


def _shape(inline: Inline) -> str:
    if inline.kind == "link":
        return _LINK.get(inline.info, r"\[.*[\])]")
    if inline.kind == "image":
        return _IMAGE.get(inline.info, r"!\[.*[\])]")
    return _CLOSED_BY[inline.kind]


def broken(document: Document) -> Iterator[str]:
    """A sentence for each law that *document* breaks."""
    for law in LAWS:
        yield from law(document)


def _views_blank_and_keep(document: Document) -> Iterator[str]:
    text = document.source.text
    for scope in ("raw", *SCOPES):
        view = document.view(scope)
        if len(view) != len(text):
            yield f"view {scope} is {len(view)} long, the text {len(text)}"
        changed = [at for at, (seen, here) in enumerate(zip(view, text, strict=False)) if seen not in (here, " ")]
        if changed:
            at = changed[0]
            yield f"view {scope} shows {view[at]!r} at {at}, where {text[at]!r} stands"


def _runs_are_in_order_and_inside(document: Document) -> Iterator[str]:
    end = 0
    for block in document.blocks:
        if not 0 <= block.span.start <= block.span.end <= len(document.source.text):
            yield f"{block} is outside the text"
        for run in block.text_spans:
            if not block.span.start <= run.start < run.end <= block.span.end:
                yield f"run {run} is outside {block}"
            if run.start < end:
                yield f"run {run} begins before {end}, where the last one ended"
            end = run.end


def _blocks_begin_as_written(document: Document) -> Iterator[str]:
    for block in document.blocks:
        pattern = _BLOCK_BEGINS.get(block.kind)
        if pattern and not re.match(pattern, document.source[block.span]):
            yield f"{block} begins with {document.source[block.span][:20]!r}"
        if block.kind == "code" and block.info and document.source[block.span][:3] not in ("```", "~~~"):
            yield f"{block} begins with {document.source[block.span][:20]!r}"


def _parents_hold_their_children(document: Document) -> Iterator[str]:
    for number, block in enumerate(document.blocks):
        if block.parent >= number:
            yield f"block {number} has the later parent {block.parent}"
        elif block.parent >= 0 and not _inside(block, document.blocks[block.parent]):
            yield f"{block} is outside its parent {document.blocks[block.parent]}"


def _inside(block: Block, parent: Block) -> bool:
    return parent.span.start <= block.span.start and block.span.end <= parent.span.end


def _inlines_stand_where_they_say(document: Document) -> Iterator[str]:
    for inline in document.inlines:
        written = document.source[inline.span]
        if not re.fullmatch(_shape(inline), written, re.DOTALL):
            yield f"{inline} is {written!r}"
        block = document.blocks[inline.block].span
        if inline.kind != "template" and not block.start <= inline.span.start <= inline.span.end <= block.end:
            yield f"{inline} is outside its block"
        if inline.text_span is not None and not inline.span.start <= inline.text_span.start <= inline.span.end:
            yield f"{inline} has its text outside"


def _targets_are_as_written(document: Document) -> Iterator[str]:
    for inline in document.inlines:
        if inline.target_span is None or inline.info == "html":
            continue
        written = document.source[inline.target_span]
        if inline.target not in (written, f"mailto:{written}"):
            yield f"{inline} has the target {written!r}"


def _sections_cover_the_page(document: Document) -> Iterator[str]:
    for section in document.sections:
        if section.parent is not None:
            outer = document.sections[section.parent]
            if not (outer.span.start <= section.span.start and section.span.end <= outer.span.end):
                yield f"{section} is outside {outer}"
    bodies = [section.body for section in document.sections]
    for above, below in pairwise(bodies):
        if above.end > below.start:
            yield f"bodies {above} and {below} overlap"


LAWS: tuple[Callable[[Document], Iterator[str]], ...] = (
    _views_blank_and_keep,
    _runs_are_in_order_and_inside,
    _blocks_begin_as_written,
    _parents_hold_their_children,
    _inlines_stand_where_they_say,
    _targets_are_as_written,
    _sections_cover_the_page,
)
