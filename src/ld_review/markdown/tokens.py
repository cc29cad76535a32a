"""markdown-it's tokens and states, with the place of every inline token recorded.

The tokens are those of the stock parser, in the same order and with the same fields; they only know more: ``start`` and
``end``, indices into the content of the block (for blocks: into the text that is parsed). Making them is made cheap,
because a page has thousands.
"""

from __future__ import annotations

from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType


class SpanToken(Token):
    """A token that knows where it was found; -1 where it does not."""

    __slots__ = ("end", "start")

    def __init__(
        self,
        type: str,  # noqa: A002 - the dataclass's own name
        tag: str,
        nesting: Literal[-1, 0, 1],
        start: int = -1,
        end: int = -1,
    ) -> None:
        # The dataclass's own would cost three times as much.
        self.type = type
        self.tag = tag
        self.nesting = nesting
        self.attrs = {}
        self.map = None
        self.level = 0
        self.children = None
        self.content = ""
        self.markup = ""
        self.info = ""
        self.meta = {}
        self.block = False
        self.hidden = False
        self.start = start
        self.end = end


class SpanStateInline(StateInline):
    """An inline state that knows where its pending text began."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> None:  # noqa: N803
        super().__init__(src, md, env, outTokens)
        self.pending_start = 0
        self.delimiters_seen = False

    def append_pending(self, text: str) -> None:
        """Remember where pending text begins; rules append before they move on."""
        if not self._pending_buffer and not self._pending:
            self.pending_start = self.pos
        self._pending_buffer.append(text)

    def pushPending(self) -> Token:  # noqa: N802
        """Make the pending text a token. It is contiguous in the source; only its tail may have been cut."""
        content = self.pending
        token = SpanToken("text", "", 0, self.pending_start, self.pending_start + len(content))
        token.content = content
        token.level = self.pendingLevel
        self.tokens.append(token)
        self._pending = ""
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        """As the stock state, with lean tokens."""
        if self._pending_buffer or self._pending:
            self.pushPending()
        token = SpanToken(ttype, tag, nesting, self.pos)
        meta: dict[str, Any] | None = None
        if nesting < 0:
            self.level -= 1
            self.delimiters = self._prev_delimiters.pop()
        token.level = self.level
        if nesting > 0:
            self.level += 1
            self._prev_delimiters.append(self.delimiters)
            self.delimiters = []
            meta = {"delimiters": self.delimiters}
        self.pendingLevel = self.level
        self.tokens.append(token)
        self.tokens_meta.append(meta)
        return token


class SpanStateBlock(StateBlock):
    """A block state whose opening tokens know where their line's content begins."""

    def __init__(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> None:
        super().__init__("", md, env, tokens)
        self.src = src
        begins, ends, shifts, indents = [], [], [], []
        at, length = 0, len(src)
        lines = src.split("\n")
        if not lines[-1].strip(" \t"):
            lines.pop()  # as in the stock state, what is blank behind the last line ending is no line
        for line in lines:
            shift = len(line) - len(line.lstrip(" \t"))
            begins.append(at)
            shifts.append(shift)
            indents.append(shift if "\t" not in line else _columns(line[:shift]))
            at += len(line)
            ends.append(at)
            at += 1
        self.bMarks, self.eMarks = [*begins, length], [*ends, length]
        self.tShift, self.sCount = [*shifts, 0], [*indents, 0]
        self.bsCount = [0] * len(self.bMarks)
        self.lineMax = len(begins)

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        """As the stock state; ``start`` is where the container's mark stands when a container opens."""
        start = self.bMarks[self.line] + self.tShift[self.line] if nesting > 0 and self.line < self.lineMax else -1
        token = SpanToken(ttype, tag, nesting, start)
        token.block = True
        if nesting < 0:
            self.level -= 1
        token.level = self.level
        if nesting > 0:
            self.level += 1
        self.tokens.append(token)
        return token


def _columns(blanks: str) -> int:
    """How many columns leading blanks take, a tab to the next multiple of four."""
    columns = 0
    for blank in blanks:
        columns += 4 - columns % 4 if blank == "\t" else 1
    return columns
