"""What handbooks write beyond CommonMark: attribute lines, containers, quote fences, contents, abbreviations.

Plugins for markdown-it, each a rule that makes one token and touches nothing else, so that they work with the stock
parser and with ours alike.
"""

from __future__ import annotations

import re

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.footnote import footnote_plugin

from ld_review.late import late

ATTRIBUTE_LIST = r"\{:[^{}\n]*\}|\{::[^{}\n]*/?\}|\{:/[^{}\n]*\}"
_ATTRIBUTE_LINE = late(rf"(?:{ATTRIBUTE_LIST})(?:[ \t]*(?:{ATTRIBUTE_LIST}))*[ \t]*\Z")
_SPAN_ATTRIBUTE = late(rf"{ATTRIBUTE_LIST}|\{{[#.][\w-]+(?:[ \t]+[#.]?[^{{}}\n]*)?\}}")
_KRAMDOWN_COMMENT = late(r"\{::(?:comment|nomarkdown)\}")
_TOC = late(r"\[\[_TOC_\]\][ \t]*\Z|\[TOC\][ \t]*\Z", re.IGNORECASE)
_CONTAINER = late(r"(?P<colons>:{3,})[ \t]*(?P<info>[^`\n]*?)[ \t]*:*[ \t]*\Z")
_QUOTE_FENCE = late(r">>>[ \t]*(?:\[!\w+\][^\n]*)?\Z")
_ABBREVIATION = late(r"\*\[[^\[\]\n]+\]:.*\Z")
_INTERRUPTS: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}


def handbook(md: MarkdownIt) -> None:
    """All of it, for ``MarkdownIt.use``."""
    md.use(footnote_plugin, inline=False, move_to_end=False, always_match_refs=True)
    before = md.block.ruler.before
    before("fence", "attribute", _attribute, _INTERRUPTS)
    before("fence", "container", _container, _INTERRUPTS)
    before("blockquote", "quote_fence", _quote_fence, _INTERRUPTS)
    before("reference", "toc", _toc, {"alt": []})
    before("list", "abbreviation", _abbreviation, {"alt": []})
    md.inline.ruler.push("attribute", _span_attribute)


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]]


def _leaf(state: StateBlock, kind: str, start: int, end: int, info: str = "") -> bool:
    token = state.push(kind, "", 0)
    token.map = [start, end]
    token.info = info
    token.meta["start"] = state.bMarks[start] + state.tShift[start]
    state.line = end
    return True


def _attribute(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803
    """``{: .class #id}``, ``{::options .../}``, and whole ``{::comment}`` blocks."""
    line = _line(state, startLine)
    if not line.startswith("{:") or state.is_code_block(startLine):
        return False
    comment = _KRAMDOWN_COMMENT.match(line)
    if comment is not None:
        return _comment(state, startLine, endLine, silent)
    if _ATTRIBUTE_LINE.match(line) is None:
        return False
    return silent or _leaf(state, "attribute_block", startLine, startLine + 1, line)


def _comment(state: StateBlock, start: int, end_line: int, silent: bool) -> bool:
    if "last_comment_end" not in state.env:
        state.env["last_comment_end"] = state.src.rfind("{:/")
    if state.env["last_comment_end"] < state.bMarks[start]:
        return False
    for number in range(start, end_line):
        if "{:/" in _line(state, number):
            return silent or _leaf(state, "comment_block", start, number + 1)
    return False


def _toc(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803
    """GitLab's ``[[_TOC_]]`` on a line of its own."""
    if _TOC.match(_line(state, startLine)) is None or state.is_code_block(startLine):
        return False
    return silent or _leaf(state, "toc", startLine, startLine + 1)


def _container(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803
    """A ``::: name`` line, opening or closing; what stands between two of them is read as usual."""
    if state.is_code_block(startLine):
        return False
    match = _CONTAINER.match(_line(state, startLine))
    if match is None:
        return False
    return silent or _leaf(state, "container_mark", startLine, startLine + 1, match["info"])


def _quote_fence(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803
    """GitLab's ``>>>`` line, where another closes it."""
    if state.is_code_block(startLine) or _QUOTE_FENCE.match(_line(state, startLine)) is None:
        return False
    open_until: int = state.env.get("quote_fence", -1)
    if startLine == open_until:
        return silent or _leaf(state, "quote_fence_close", startLine, startLine + 1)
    closing = (number for number in range(startLine + 1, endLine) if _line(state, number).rstrip() == ">>>")
    close = next(closing, -1)
    if close < 0 or open_until > startLine:
        return False
    if not silent:
        state.env["quote_fence"] = close
    return silent or _leaf(state, "quote_fence_open", startLine, startLine + 1)


def _abbreviation(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803
    """kramdown's ``*[HTML]: expansion``."""
    if state.is_code_block(startLine) or _ABBREVIATION.match(_line(state, startLine)) is None:
        return False
    return silent or _leaf(state, "abbreviation", startLine, startLine + 1)


def _span_attribute(state: StateInline, silent: bool) -> bool:
    """``{: .class}`` behind a span, ``{#id}`` behind a heading's text."""
    match = _SPAN_ATTRIBUTE.match(state.src, state.pos, state.posMax)
    if match is None:
        return False
    if not silent:
        token = state.push("attribute", "", 0)
        token.content = match[0]
    state.pos = match.end()
    return True
