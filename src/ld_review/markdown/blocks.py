"""Block Markdown with places: markdown-it's rules, tried only where they can begin, paragraphs scanned once.

The stock parser tries every rule on every line, and reads a paragraph twice (as a heading underlined on its next line,
then as a paragraph). The rules here make the same tokens; a parity test holds them to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from markdown_it import MarkdownIt
from markdown_it.common.utils import MD_TRIM_CHARS
from markdown_it.parser_block import ParserBlock
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.table import table as stock_table
from markdown_it.token import Token
from markdown_it.utils import EnvType

from ld_review.late import late
from ld_review.markdown.tokens import SpanStateBlock, SpanToken

Rule = Callable[[StateBlock, int, int, bool], bool]

BEGINNINGS = {
    "fence": "`~",
    "blockquote": ">",
    "hr": "*-_",
    "list": "*+-0123456789",
    "reference": "[",
    "html_block": "<",
    "heading": "#",
    "footnote_def": "[",
    "attribute": "{",
    "toc": "[",
    "container": ":",
    "quote_fence": ">",
    "abbreviation": "*",
}
"""The first characters of a line on which each rule can begin; a rule that is not here is tried on every line."""

EVERYWHERE = frozenset({"code", "table"})
_UNDERLINE = late(r"(?:-+|=+)[ \t]*\Z")


class SpanParserBlock(ParserBlock):
    """The block parser, dispatching on the first character of a line."""

    def prepare(self) -> None:
        """Build the dispatch tables from the rules that are on. Call it after all plugins are in."""
        active = self.ruler.get_active_rules()
        characters = sorted(set("".join(BEGINNINGS.values())))
        functions = dict(zip(active, self.ruler.getRules(""), strict=True))
        terminators = self.ruler.getRules("paragraph")
        names = {function: name for name, function in functions.items()}
        functions.pop("lheading", None)

        def can_begin(name: str, character: str) -> bool:
            return character in BEGINNINGS.get(name, character)

        self._rules = {
            character: tuple(rule for name, rule in functions.items() if can_begin(name, character))
            for character in characters
        }
        self._other = tuple(rule for name, rule in functions.items() if name not in BEGINNINGS)
        self.terminators = {
            character: tuple(rule for rule in terminators if can_begin(names[rule], character))
            for character in characters
        }
        self.table_terminates = stock_table in terminators or table in terminators

    def parse(self, src: str, md: MarkdownIt, env: EnvType, outTokens: list[Token]) -> list[Token] | None:  # noqa: N803
        """Parse the text of a page."""
        if not src:
            return None
        state = SpanStateBlock(src, md, env, outTokens)
        self.tokenize(state, state.line, state.lineMax)
        return state.tokens

    def tokenize(self, state: StateBlock, startLine: int, endLine: int) -> None:  # noqa: N803
        """Make the tokens of a range of lines, as the stock method does; a nesting too deep is noted in ``env``."""
        line, empty_lines = startLine, False
        source, begins, shifts = state.src, state.bMarks, state.tShift
        while line < endLine:
            state.line = line = state.skipEmptyLines(line)
            if line >= endLine or state.sCount[line] < state.blkIndent:
                break
            if state.level >= state.md.options.maxNesting:
                state.env.setdefault("too_deep", begins[line] + shifts[line])
                state.line = endLine
                break
            character = source[begins[line] + shifts[line]]
            for rule in self._rules.get(character, self._other):
                if rule(state, line, endLine, False):
                    break
            state.tight = not empty_lines
            line = state.line
            if line - 1 < endLine and state.isEmpty(line - 1):
                empty_lines = True
            if line < endLine and state.isEmpty(line):
                empty_lines = True
                line += 1
                state.line = line


def paragraph(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803
    """A paragraph or a heading underlined on its last line, in one scan."""
    parser = state.md.block
    assert isinstance(parser, SpanParserBlock)
    old_type, state.parentType = state.parentType, "paragraph"
    next_line, underline = _scan(state, parser, startLine, endLine)
    state.parentType = old_type
    untrimmed = state.getLines(startLine, next_line, state.blkIndent, False)
    content = untrimmed.strip(MD_TRIM_CHARS)
    state.line = next_line + 1 if underline else next_line
    name, tag = ("heading", "h1" if underline == "=" else "h2") if underline else ("paragraph", "p")
    opening = state.push(f"{name}_open", tag, 1)
    opening.map = [startLine, state.line]
    inline = state.push("inline", "", 0)
    inline.content = content
    inline.map = [startLine, next_line]
    inline.children = []
    if untrimmed[:1] != content[:1]:
        # A first line of no-break spaces alone is trimmed away whole, and with it a line of the map.
        inline.meta["skipped"] = untrimmed[: len(untrimmed) - len(untrimmed.lstrip(MD_TRIM_CHARS))].count("\n")
    closing = state.push(f"{name}_close", tag, -1)
    opening.markup = closing.markup = underline
    return True


def _scan(state: StateBlock, parser: SpanParserBlock, start: int, end_line: int) -> tuple[int, str]:
    """The line after a paragraph that begins on *start*, and the mark that makes it a heading."""
    begins, shifts, indents, ends, source = state.bMarks, state.tShift, state.sCount, state.eMarks, state.src
    terminators, indent, last = parser.terminators, state.blkIndent, state.lineMax
    line = start + 1
    while line < last:
        begin = begins[line] + shifts[line]
        if begin >= ends[line]:
            break
        depth = indents[line] - indent
        if depth > 3:
            line += 1
            continue
        character = source[begin]
        if depth >= 0 and character in "-=" and line < end_line and _UNDERLINE.match(source, begin, ends[line]):
            return line, character
        if indents[line] < 0:
            line += 1
            continue
        if any(rule(state, line, last, True) for rule in terminators.get(character, ())):
            break
        if character not in terminators and parser.table_terminates and table(state, line, last, True):
            break
        line += 1
    return line, ""


def hr(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803
    """A thematic break."""
    match = _BREAK.match(state.src, state.bMarks[startLine] + state.tShift[startLine], state.eMarks[startLine])
    if match is None or state.is_code_block(startLine):
        return False
    if not silent:
        state.line = startLine + 1
        token = state.push("hr", "hr", 0)
        token.map = [startLine, state.line]
        token.markup = match[1] * (match[0].count(match[1]) + 1)
    return True


def heading(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803
    """A heading marked with ``#``."""
    if state.is_code_block(startLine):
        return False
    begin = state.bMarks[startLine] + state.tShift[startLine]
    match = _ATX.match(state.src, begin, state.eMarks[startLine])
    if match is None:
        return False
    if silent:
        return True
    state.line = startLine + 1
    tag = f"h{len(match['marks'])}"
    opening = state.push("heading_open", tag, 1)
    inline = state.push("inline", "", 0)
    opening.map, inline.map = [startLine, state.line], [startLine, state.line]
    untrimmed = match["content"] or ""
    inline.content = untrimmed.strip(MD_TRIM_CHARS)
    assert isinstance(inline, SpanToken)
    begin = match.start("content") if untrimmed else match.end("marks")
    inline.start = begin + len(untrimmed) - len(untrimmed.lstrip(MD_TRIM_CHARS))
    inline.children = []
    closing = state.push("heading_close", tag, -1)
    opening.markup = closing.markup = match["marks"]
    return True


_BREAK = late(r"([*_-])(?:[ \t]*\1){2,}[ \t]*\Z")
_ATX = late(r"(?P<marks>#{1,6})(?:[ \t]+(?P<content>.*?))??(?:[ \t]+#*)?[ \t]*\Z", re.DOTALL)
_DELIMITER_ROW = late(r"[|:-][|: \t-]*\Z")
_DELIMITER = late(r":?-+:?\Z")
_CELL_END = late(r"\|")
_MOST_EMPTY_CELLS = 0x10000
"""As the stock rule: how many cells a table may leave out before it is cut off."""


def table(state: StateBlock, startLine: int, endLine: int, silent: bool) -> bool:  # noqa: N803
    """A table, with the place of every cell."""
    aligns = _delimiters(state, startLine, endLine)
    if aligns is None:
        return False
    header = _cells(state, startLine)
    if not header or len(header) != len(aligns):
        return False
    if silent:
        return True
    old_type, state.parentType = state.parentType, "table"
    opening = state.push("table_open", "table", 1)
    opening.map = lines = [startLine, 0]
    state.push("thead_open", "thead", 1).map = [startLine, startLine + 1]
    _row(state, startLine, "th", header, aligns)
    state.push("thead_close", "thead", -1)
    state.line = lines[1] = _body(state, startLine + 2, endLine, aligns)
    state.push("table_close", "table", -1)
    state.parentType = old_type
    return True


def _delimiters(state: StateBlock, start: int, end_line: int) -> list[str] | None:
    """The alignments of the columns, if *start* is the header of a table."""
    line = start + 1
    if start + 2 > end_line or not state.src.startswith(("|", ":", "-"), state.bMarks[line] + state.tShift[line]):
        return None
    if state.sCount[line] < state.blkIndent or state.is_code_block(line):
        return None
    row = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
    if len(row) < 2 or _DELIMITER_ROW.match(row) is None or (row[0] == "-" and row[1] in " \t"):
        return None
    header = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    if "|" not in header or state.is_code_block(start):
        return None
    columns = [column.strip(MD_TRIM_CHARS) for column in row.split("|")]
    columns = [column for number, column in enumerate(columns) if column or 0 < number < len(columns) - 1]
    if not all(_DELIMITER.match(column) for column in columns):
        return None
    return [_alignment(column) for column in columns]


def _alignment(column: str) -> str:
    if column.endswith(":"):
        return "center" if column.startswith(":") else "right"
    return "left" if column.startswith(":") else ""


def _cells(state: StateBlock, line: int) -> list[tuple[str, int, int]]:
    """The cells of a row: content with ``\\|`` unescaped, and where it stands."""
    begin = state.bMarks[line] + state.tShift[line]
    row = state.src[begin : state.eMarks[line]]
    begin += len(row) - len(row.lstrip(MD_TRIM_CHARS))
    row = row.strip(MD_TRIM_CHARS)
    cells, start = [], 0
    for pipe in _CELL_END.finditer(row):
        if pipe.start() == 0 or row[pipe.start() - 1] != "\\":
            cells.append((start, pipe.start()))
            start = pipe.end()
    cells.append((start, len(row)))
    if cells and cells[0] == (0, 0):
        cells.pop(0)
    if cells and cells[-1][0] == cells[-1][1]:
        cells.pop()
    return [_trimmed(row, begin, *cell) for cell in cells]


def _trimmed(row: str, begin: int, start: int, end: int) -> tuple[str, int, int]:
    raw = row[start:end]
    start += len(raw) - len(raw.lstrip(MD_TRIM_CHARS))
    raw = raw.strip(MD_TRIM_CHARS)
    return raw.replace("\\|", "|"), begin + start, begin + start + len(raw)


def _body(state: StateBlock, line: int, end_line: int, aligns: list[str]) -> int:
    """Make the rows below the header; return the line after the table."""
    terminators = state.md.block.ruler.getRules("blockquote")
    first, left_out, body = line, 0, None
    while line < end_line and state.sCount[line] >= state.blkIndent:
        if any(rule(state, line, end_line, True) for rule in terminators):
            break
        if _blank(state, line) or state.is_code_block(line):
            break
        cells = _cells(state, line)
        left_out += len(aligns) - len(cells)
        if left_out > _MOST_EMPTY_CELLS:
            break
        if body is None:
            body = state.push("tbody_open", "tbody", 1)
            body.map = [first, 0]
        _row(state, line, "td", cells, aligns)
        line += 1
    if body is not None and body.map is not None:
        state.push("tbody_close", "tbody", -1)
        body.map[1] = line
    return line


def _blank(state: StateBlock, line: int) -> bool:
    return not state.src[state.bMarks[line] : state.eMarks[line]].strip(MD_TRIM_CHARS)


def _row(state: StateBlock, line: int, tag: str, cells: list[tuple[str, int, int]], aligns: list[str]) -> None:
    state.push("tr_open", "tr", 1).map = [line, line + 1]
    for number, align in enumerate(aligns):
        content, start, end = cells[number] if number < len(cells) else ("", -1, -1)
        opening = state.push(f"{tag}_open", tag, 1)
        if align:
            opening.attrs = {"style": f"text-align:{align}"}
        inline = state.push("inline", "", 0)
        inline.map = [line, line + 1]
        inline.content = content
        inline.children = []
        assert isinstance(inline, SpanToken)
        inline.start, inline.end = start, end
        state.push(f"{tag}_close", tag, -1)
    state.push("tr_close", "tr", -1)
