"""markdown-it as this project uses it: the stock parser, and the exact one that makes the same tokens with places."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt

from ld_review.markdown import MOST_NESTED, blocks, inlines
from ld_review.markdown.dialect import handbook


def _configured(md: MarkdownIt) -> MarkdownIt:
    md.enable(["table", "strikethrough"])
    md.options["maxNesting"] = MOST_NESTED
    md.options["inline_definitions"] = True
    md.options["store_labels"] = True
    md.use(handbook)
    setattr(md, "normalizeLink", _as_written)  # noqa: B010 - a method, in markdown-it's way of overriding one
    setattr(md, "normalizeLinkText", _as_written)  # noqa: B010
    setattr(md, "validateLink", _anything)  # noqa: B010
    return md


def _as_written(url: str) -> str:
    return url


def _anything(_url: str) -> bool:
    return True


@cache
def stock() -> MarkdownIt:
    """markdown-it with the handbook dialect and its own rules: what the exact parser is held to."""
    return _configured(MarkdownIt("commonmark"))


@cache
def exact() -> MarkdownIt:
    """The parser in use: the same tokens, with places, in about half the time.

    It takes text with ``\\n`` alone and without NUL, and does not join adjacent text tokens.
    """
    md = MarkdownIt("commonmark")
    block, inline = blocks.SpanParserBlock(), inlines.SpanParserInline()
    block.ruler, inline.ruler, inline.ruler2 = md.block.ruler, md.inline.ruler, md.inline.ruler2
    md.block, md.inline = block, inline
    _configured(md)
    block.ruler.at("paragraph", blocks.paragraph)
    block.ruler.at("heading", blocks.heading, {"alt": ["paragraph", "reference", "blockquote"]})
    block.ruler.at("table", blocks.table, {"alt": ["paragraph", "reference"]})
    block.ruler.at("hr", blocks.hr, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    inline.ruler.at("link", inlines.link)
    md.disable(["normalize", "fragments_join", "text_join"])
    block.prepare()
    inline.prepare()
    return md
