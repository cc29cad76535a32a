"""Every place that the parser gives is where it says, on any text."""

from __future__ import annotations

from pathlib import PurePath

import pytest
from hypothesis import example as known
from hypothesis import given, settings
from hypothesis import strategies as st

from laws import broken
from ld_review.markdown import parse
from ld_review.markdown.parser import exact, stock
from ld_review.source import Source

PIECES = [
    "# ", "## ", "> ", "- ", "* ", "1. ", "`", "``", "*", "**", "_", "~~", "[", "](", "](x)", "](<a b> 'c')", ")", "]",
    "[a]", "[a]: /u 'x'\n", "[^1]", "[^1]: ", "![", "<b>", "</b>", "<!-- ", "-->", "<https://e.org>", "<me@e.org>",
    "<a href='x'>", "</a>", "<img src=x alt='y'>", "<iframe\n src=x>", "<code>", "</code>", "<details>\n", "<pre>",
    "word", "é", "🎓", "文字", " ", "  ", "    ", "\t", "\n", "\n", "\n\n", "\r\n", "\r", "\u2028", "\u00a0",
    "\\", "&amp;",
    "&nbsp;", "```\n", "~~~ mermaid\n", "| a | b |\n|--|--|\n| c \\| d | `e` |\n",
    "|", "---\n", "===\n", "***\n", "+++\n",
    "{: .x}", "{#id}", "{:toc}", "{::comment}\n", "{:/comment}\n", "{{< x >}}", "{{% y %}}", "<%= z %>", "{% w %}",
    "::: note\n", ":::\n", ">>>\n", "[!note]", "- [ ] ", "*[X]: y\n", "[[_TOC_]]\n", "\0",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)

WRAPPINGS = {
    "as it is": lambda text: text,
    "with CRLF": lambda text: text.replace("\r\n", "\n").replace("\n", "\r\n"),
    "in a quote": lambda text: "".join("> " + line for line in text.splitlines(keepends=True)),
    "in a list": lambda text: "- " + text.replace("\n", "\n  "),
    "behind a byte-order mark": lambda text: "\ufeff" + text,
}


def _document(text: str):
    return parse(Source.from_bytes(PurePath("page.md"), text.encode()))


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
@known("[^1]: > [a]: /u 'x'\n")
@known("[^1]: > [^1]: ")
@known("[^1]: [a]: /u 'x'\n")
def test_laws_hold_on_any_text(text):
    assert not list(broken(_document(text)))


@settings(max_examples=700, deadline=None)
@given(TEXTS)
def test_the_exact_parser_makes_the_tokens_of_the_stock_one(text):
    normal = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\ufffd")
    assert _comparable(exact().parse(normal, {})) == _comparable(stock().parse(normal, {}))


@pytest.mark.parametrize("wrapping", WRAPPINGS)
def test_laws_hold_on_the_examples_of_the_specification(wrapping, commonmark_examples):
    for example in commonmark_examples:
        assert not list(broken(_document(WRAPPINGS[wrapping](example)))), example


def test_the_parsers_agree_on_the_examples_of_the_specification(commonmark_examples):
    for example in commonmark_examples:
        for wrap in (WRAPPINGS["as it is"], WRAPPINGS["in a quote"], WRAPPINGS["in a list"]):
            text = wrap(example).replace("\0", "\ufffd")
            assert _comparable(exact().parse(text, {})) == _comparable(stock().parse(text, {})), text


@pytest.mark.corpus
@pytest.mark.parametrize("part", range(4))
def test_laws_hold_on_real_handbooks(part, corpora):
    for path in corpora[part::4]:
        document = parse(Source.from_bytes(path, path.read_bytes()))
        assert not list(broken(document)), path


@pytest.mark.corpus
@pytest.mark.parametrize("part", range(4))
def test_the_parsers_agree_on_real_handbooks(part, corpora):
    for path in corpora[part::4]:
        text = path.read_text(encoding="utf-8")
        assert _comparable(exact().parse(text, {})) == _comparable(stock().parse(text, {})), path


def _comparable(tokens):
    """What both parsers must agree on: all but the places, and how text is cut into tokens."""
    seen = []
    for token in tokens:
        seen.append(
            (token.type, token.tag, token.nesting, token.map, token.level, token.markup, token.info, token.hidden)
        )
        seen.append(token.content)
        if token.type == "inline":
            seen.append(_inlines(token.children))
    return seen


def _inlines(tokens):
    seen = []
    for token in tokens or ():
        if token.type in ("text", "text_special"):
            if seen and isinstance(seen[-1], str):
                seen[-1] += token.content
            elif token.content:
                seen.append(token.content)
            continue
        seen.append((token.type, token.tag, token.nesting, token.markup, sorted(token.attrs.items()), token.meta))
        if token.type != "image":
            seen.append((token.content,))
    return seen
