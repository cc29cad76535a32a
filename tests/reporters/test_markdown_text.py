"""Hostile text becomes Markdown that reads as the text and does nothing."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ld_review.reporters.display import flat
from ld_review.reporters.markdown_text import code, inline, is_web, lines, link, plain, shortened

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
MEANT = re.compile(r"@[\w\"-]|://|www\.|(?<!\w)[~%]\w|[#!&$]\d|\[\[|:[\w+-]+:")
"""What GitLab looks for in rendered text, outside code."""
PIECES = (
    "/close", "/assign @all", "@jane", "<script>", "</p>", "<!--", "-->", "&lt;", "&#64;jane", "[x](y)", "![x](y)",
    "[x]:", "`", "``", "```", "~~~", "~~", "**", "__", "#", "## ", "#12", "!7", "~bug", "%soon", "&9", "$3",
    "$`x`$", ":tada:", "- ", "+ ", "1. ", "2) ", "---", "===", "|", "||", "> ", "    ", "\t", "\n", "\r\n",
    "\n\n/close\n", "\\", "\\@", "https://a.example/x", "www.a.example", "a@b.example", "::include{file=a}", ":::",
    "{: .x}", "[[_TOC_]]", "[TOC]", "{+a+}", "[-b-]", "\u2028/close", "\u0000", "\u001b[1m", "\u202e", "word",
    "R&D", "5 %", "(", ")", "\"", "'", ".", ",", "\u00e9", "\u4e00", "\ud800", "<https://a.example>", "deadbeef1",
)  # fmt: skip
HOSTILE = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=6)), max_size=12).map("".join)


def rendered(markdown: str) -> str:
    return RENDERER.render(markdown).strip()


def reads(page: str) -> str:
    """What a person reads of a page."""
    return html.unescape(re.sub(r"</?(?:p|code|li|ul|a\b[^>]*)>", "", page))


@settings(max_examples=600, deadline=None)
@given(HOSTILE)
@example("@jane/close")
@example("`@jane`")
@example("(@jane)")
@example('@"two words"')
@example("x|@jane|`")
@example("1) one")
def test_what_is_rendered_is_the_text_and_nothing_else(text: str) -> None:
    page = rendered(inline(text))
    if not flat(text):
        assert page == ""
        return
    inner = page.removeprefix("<p>").removesuffix("</p>")
    assert set(re.findall(r"</?(\w+)", inner)) <= {"code"}
    assert reads(page) == flat(text)


@settings(max_examples=600, deadline=None)
@given(HOSTILE)
def test_nothing_is_left_for_gitlab_outside_code(text: str) -> None:
    outside = re.sub(r"<code>.*?</code>", "\x00", rendered(inline(text)), flags=re.DOTALL)
    assert not MEANT.search(html.unescape(re.sub(r"</?p>", "", outside)))


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_no_line_begins_with_a_command(text: str) -> None:
    assert not any(re.match(r"\s*/", line) for line in (inline(text) + "\n" + lines(text)).split("\n"))


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_it_stays_in_a_list_and_in_a_cell(text: str) -> None:
    item = rendered(f"- {inline(text)}")
    assert set(re.findall(r"</?(\w+)", item)) <= {"ul", "li", "code"}
    table = rendered(f"| a | b |\n| --- | --- |\n| {inline(text)} | end |")
    assert table.count("<td>") == 2
    assert "<td>end</td>" in table


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_code_holds_exactly_the_text(text: str) -> None:
    if flat(text):
        assert (
            rendered(code(text))
            == f"<p><code>{html.escape(flat(text), quote=False).replace(chr(34), '&quot;')}</code></p>"
        )


@settings(max_examples=300, deadline=None)
@given(HOSTILE, HOSTILE)
def test_a_link_is_one_link_or_none(text: str, tail: str) -> None:
    page = rendered(link("a " + text, "https://docs.example/" + tail))
    assert page.count("<a ") == is_web("https://docs.example/" + tail)
    assert reads(page) == flat("a " + text)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "https://a.example/> [x](y", "https://a b", "data:text/html,x", ""]
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    assert link("text", url) == "text"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ask @jane (or @joe).", "Ask `@jane` (or `@joe`)."),
        ("/close", "\\/close"),
        ("R&D pays 5 % of 1/2", "R&D pays 5 % of 1/2"),
        ("See https://a.example/x.", "See `https://a.example/x`."),
        ("Write feedback by the SBI model", "Write feedback by the SBI model"),
        ("# Title", "\\# Title"),
        ("1. one", "1\\. one"),
        ("the new_pathway template, _not_ &lt;", "the new_pathway template, \\_not\\_ \\&lt;"),
    ],
)
def test_it_reads_well(text: str, expected: str) -> None:
    assert inline(text) == expected


def test_lines_stay_lines() -> None:
    assert rendered(lines("one\n\n/close\n- two")) == "<p>one<br />\n/close<br />\n- two</p>"


def test_a_long_text_is_cut() -> None:
    assert shortened("one two three", 8) == "one two…"
    assert inline("one two three", 8) == "one two…"


@settings(max_examples=300, deadline=None)
@given(HOSTILE)
def test_a_title_reads_the_same_and_holds_no_reference(text: str) -> None:
    assert plain(text).replace("\u2060", "") == flat(text)
    assert not MEANT.search(plain(text))


def test_time_is_linear_in_the_text() -> None:
    import time

    def needed(text: str) -> float:
        begin = time.process_time()
        inline(text)
        return time.process_time() - begin

    for unit in ("@", "!a", ":a", "[", "`", "\\", "#a ", "~a|"):
        assert needed(unit * 40_000) < 2
