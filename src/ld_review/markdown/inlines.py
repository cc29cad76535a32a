"""Inline Markdown with places: markdown-it's rules, tried only where they can begin, and what they made stamped.

The stock parser tries every rule at every special character. Here a table says which rules can begin with which
character; rules of plugins that are not in the table are tried everywhere, as before.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from markdown_it import MarkdownIt
from markdown_it.common.utils import normalizeReference
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline import link as stock_link
from markdown_it.token import Token
from markdown_it.utils import EnvType

from ld_review.late import late
from ld_review.markdown.tokens import SpanStateInline, SpanToken

Rule = Callable[[StateInline, bool], bool]

BEGINNINGS = {
    "newline": "\n",
    "escape": "\\",
    "backticks": "`",
    "strikethrough": "~",
    "emphasis": "*_",
    "link": "[",
    "image": "!",
    "autolink": "<",
    "html_inline": "<",
    "entity": "&",
    "footnote_ref": "[",
    "attribute": "{",
}
"""The characters on which each rule can begin."""

_SIMPLE_LINK = late(
    r"\[(?P<label>[^\[\]\\`<{]*)\]"
    r"(?:\((?P<target>[^\s()<>\\&\x00-\x20\x7f]*)\)|(?![\[(]))"
)
"""A link without anything nested or escaped, or a bracket pair that can only be a shortcut reference."""
_PARAGRAPH_SPECIAL = late(r"[\n\\`*_~\[<&{]|!(?=\[)")


class SpanParserInline(ParserInline):
    """The inline parser, dispatching on the first character."""

    def prepare(self) -> None:
        """Build the dispatch table from the rules that are on. Call it after all plugins are in."""
        active = self.ruler.get_active_rules()
        functions = dict(zip(active, self.ruler.getRules(""), strict=True))
        functions.pop("text", None)
        self._by_character: dict[str, tuple[Rule, ...]] = {}
        for character in sorted(set("".join(BEGINNINGS.values()))):
            names = [name for name in functions if character in BEGINNINGS.get(name, character)]
            self._by_character[character] = tuple(functions[name] for name in names)

    def skipToken(self, state: StateInline) -> None:  # noqa: N802
        """Step over one token without making it."""
        position = state.pos
        if position in state.cache:
            state.pos = state.cache[position]
            return
        found = _PARAGRAPH_SPECIAL.match(state.src, position, state.posMax)
        ok = False
        if state.level >= state.md.options["maxNesting"]:
            state.pos = state.posMax
        elif found is None:
            # As the stock ``text`` rule: plain text up to the next character that stops it is one token.
            stop = self.terminator_re.search(state.src, position, state.posMax)
            end = stop.start() if stop else state.posMax
            if end > position:
                state.pos, ok = end, True
        else:
            for rule in self._by_character[found[0]]:
                state.level += 1
                ok = rule(state, True)
                state.level -= 1
                if ok:
                    break
        if not ok:
            state.pos += 1
        state.cache[position] = state.pos

    def tokenize(self, state: StateInline) -> None:
        """Make the tokens of ``state.src[state.pos:state.posMax]`` and stamp each with its place."""
        source, end, search = state.src, state.posMax, _PARAGRAPH_SPECIAL.search
        nested = state.level >= state.md.options["maxNesting"]
        while state.pos < end:
            found = None if nested else search(source, state.pos, end)
            if found is None:
                state.append_pending(source[state.pos : end])
                state.pos = end
                break
            position = found.start()
            if position > state.pos:
                state.append_pending(source[state.pos : position])
                state.pos = position
            made = len(state.tokens)
            for rule in self._by_character[found[0]]:
                if rule(state, False):
                    if len(state.tokens) > made:
                        _stamp(state, made, position)
                    break
            else:
                state.append_pending(found[0])
                state.pos = position + 1
        if state.pending:
            state.pushPending()

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parse the content of one block."""
        if _PARAGRAPH_SPECIAL.search(src) is None:
            if src:
                token = SpanToken("text", "", 0, 0, len(src))
                token.content = src
                tokens.append(token)
            return tokens
        state = SpanStateInline(src, md, env, tokens)
        self.tokenize(state)
        if state.delimiters or any(meta and meta["delimiters"] for meta in state.tokens_meta if meta):
            for rule in self.ruler2.getRules(""):
                rule(state)
        return state.tokens


def _stamp(state: StateInline, made: int, position: int) -> None:
    """Say of each token that one rule just made where it stands."""
    tokens = cast(list[SpanToken], state.tokens)
    if len(tokens) - made == 1 or tokens[-1].type != "link_close":
        at = position
        for token in tokens[made:]:
            if token.end < 0:
                token.start = at
                at += len(token.content)
                token.end = at if token.type == "text" else state.pos
        return
    opening = next(token for token in tokens[made:] if token.type == "link_open" and token.end < 0)
    closing = tokens[-1]
    opening.start, opening.end = position, position + 1
    closing.end = state.pos
    if closing.info == "auto":
        text = tokens[-2]
        text.start, text.end = position + 1, state.pos - 1
        text.content = state.src[text.start : text.end]
        closing.start = state.pos - 1


def link(state: StateInline, silent: bool) -> bool:
    """The stock rule, with a short way for the links that hold nothing nested: most of them."""
    simple = _SIMPLE_LINK.match(state.src, state.pos, state.posMax)
    if simple is None:
        return stock_link(state, silent)
    target, label = simple["target"], ""
    title = ""
    if target is None:
        reference = state.env.get("references", {}).get(normalizeReference(simple["label"]))
        if reference is None:
            return False
        target, title, label = reference["href"], reference["title"], simple["label"]
    if not silent:
        maximum = state.posMax
        state.pos, state.posMax = simple.span("label")
        token = state.push("link_open", "a", 1)
        token.attrs = {"href": target, "title": title} if title else {"href": target}
        if label:
            token.meta["label"] = normalizeReference(label)
        state.linkLevel += 1
        state.md.inline.tokenize(state)
        state.linkLevel -= 1
        state.push("link_close", "a", -1)
        state.posMax = maximum
    state.pos = simple.end()
    return True
