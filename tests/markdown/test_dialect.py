"""Markdown as handbooks write it: what is prose, what is not, and where it stands."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from ld_review.markdown import parse
from ld_review.source import Source


def _document(text):
    return parse(Source(PurePath("page.md"), text))


def _prose(text):
    return _document(text).view("prose").split()


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        pytest.param("---\ntitle: Hidden\n---\nSeen\n", ["Seen"], id="YAML front matter"),
        pytest.param("+++\ntitle = 'Hidden'\n+++\nSeen\n", ["Seen"], id="TOML front matter"),
        pytest.param("---\nnever closed\n", ["never", "closed"], id="a rule is no front matter"),
        pytest.param("Seen\n{: .hidden #id}\n", ["Seen"], id="attribute line"),
        pytest.param("{::options parse_block_html='true' /}\n\nSeen\n", ["Seen"], id="kramdown options"),
        pytest.param("{::comment}\nhidden\n\nhidden\n{:/comment}\nSeen\n", ["Seen"], id="kramdown comment"),
        pytest.param(
            "## On this page\n{:.no_toc}\n\n- TOC\n{:toc .hidden}\n", ["On", "this", "page"], id="contents idiom"
        ),
        pytest.param("1. TOC\n{:toc}\n\nSeen\n", ["Seen"], id="numbered contents idiom"),
        pytest.param("[[_TOC_]]\n\nSeen\n", ["Seen"], id="GitLab's contents"),
        pytest.param("Seen <%= partial 'hidden' %> seen\n", ["Seen", "seen"], id="ERB"),
        pytest.param("<%\n  hidden\n\n  hidden\n%>\nSeen\n", ["Seen"], id="ERB over blank lines"),
        pytest.param("{{< youtube hidden >}}\n\n{{% note %}}\nSeen\n{{% /note %}}\n", ["Seen"], id="Hugo shortcodes"),
        pytest.param("{% include hidden.md %} Seen {{ hidden }}\n", ["Seen"], id="Liquid"),
        pytest.param(
            "A {{ brace\n\nthat } is text\n", ["A", "{{", "brace", "that", "}", "is", "text"], id="unclosed braces"
        ),
        pytest.param("<details>\n<summary>Seen</summary>\n\nseen\n\n</details>\n", ["Seen", "seen"], id="details"),
        pytest.param('<div class="hidden">Seen</div>\n', ["Seen"], id="text of an HTML block"),
        pytest.param("<script>\nhidden()\n</script>\n\nSeen\n", ["Seen"], id="script"),
        pytest.param(
            "Press <kbd>Seen</kbd>, not <code>hidden</code>\n", ["Press", "Seen", ",", "not"], id="tags in a line"
        ),
        pytest.param('<iframe\n  title="hidden"\n  src="x"></iframe>\n\nSeen\n', ["Seen"], id="frame over lines"),
        pytest.param("<!-- hidden -->\nSeen <!-- hidden\nhidden --> seen\n", ["Seen", "seen"], id="comments"),
        pytest.param(
            "| Seen | `hidden` |\n|---|---|\n| seen <br> [seen](hidden) | |\n", ["Seen", "seen", "seen"], id="table"
        ),
        pytest.param("- [x] Seen\n- [ ] seen\n", ["Seen", "seen"], id="tasks"),
        pytest.param("Seen[^1]\n\n[^1]: seen\n", ["Seen", "seen"], id="footnotes"),
        pytest.param("> [!note]\n> Seen\n", ["Seen"], id="GitLab alert"),
        pytest.param("```mermaid\nhidden\n```\n\nSeen\n", ["Seen"], id="diagram"),
        pytest.param("::: exercise\nSeen\n:::\n", ["Seen"], id="container"),
        pytest.param("Seen\n```\nhidden\n", ["Seen"], id="fence never closed"),
        pytest.param("> ```\n> hidden\nSeen\n", ["Seen"], id="a quote's end ends its fence"),
        pytest.param("> Seen\nseen\n", ["Seen", "seen"], id="lazy continuation"),
        pytest.param("1. Seen\n\n    seen\n", ["Seen", "seen"], id="list continuation by four spaces"),
        pytest.param("- Seen\n    - seen\n\n        seen\n", ["Seen", "seen", "seen"], id="nested by four spaces"),
        pytest.param("See [seen][id]\n\n[id]: hidden 'hidden'\n", ["See", "seen"], id="reference link"),
        pytest.param("*[HTML]: hidden\n\nHTML\n", ["HTML"], id="abbreviation"),
        pytest.param("![hidden](x.png){: .hidden} Seen\n", ["Seen"], id="image with attributes"),
        pytest.param(
            "<https://hidden.example> Seen\n", ["https://hidden.example", "Seen"], id="autolink shows its address"
        ),
    ],
)
def test_prose_is_what_a_reader_sees(text, prose):
    assert _prose(text) == prose


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_endings_change_no_place(ending):
    text = "---\na: b\n---\n> # A *b*\n>\n> [c](d)\n".replace("\n", ending)
    document = _document(text)
    assert [document.source[inline.span] for inline in document.inlines] == ["*b*", "[c](d)"]
    assert document.source[document.blocks[1].span] == "# A *b*"


def test_a_phrase_broken_over_two_quoted_lines_stands_in_one_paragraph():
    document = _document("> click\n> here\n")
    assert document.view("prose") == "  click\n  here\n"
    assert len(document.blocks[1].text_spans) == 2


def test_a_link_says_where_its_parts_stand():
    document = _document('See [the *plan*](<a b.md> "Why").\n')
    link = next(document.of("link"))
    parts = (link.span, link.text_span, link.target_span, link.title_span)
    assert [document.source[part] for part in parts] == ['[the *plan*](<a b.md> "Why")', "the *plan*", "a b.md", "Why"]


def test_a_reference_link_knows_its_definition_wherever_it_stands():
    document = _document("See [the plan][p], [p][] and [p].\n\n[p]: /plan/ 'Why'\n")
    links = list(document.of("link"))
    assert [link.info for link in links] == ["full", "collapsed", "shortcut"]
    assert {document.source[link.target_span] for link in links} == {"/plan/"}
    definition = next(document.of("definition"))
    assert (document.source[definition.text_span], definition.target, definition.title) == ("p", "/plan/", "Why")


def test_html_links_and_images_are_links_and_images():
    document = _document(
        '<p><a href="/x">Go <b>on</b></a> <img src="y.png" alt="Chart"></p>\n\nor <a href=\'/z\'>there</a>\n'
    )
    assert [(link.target, document.source[link.text_span]) for link in document.of("link")] == [
        ("/x", "Go <b>on</b>"),
        ("/z", "there"),
    ]
    image = next(document.of("image"))
    assert (image.target, document.source[image.text_span]) == ("y.png", "Chart")


def test_a_destination_may_be_a_template():
    document = _document("[x]({{< ref page >}})\n")
    assert next(document.of("link")).target == "{{< ref page >}}"


def test_an_image_in_a_link_is_both():
    document = _document("[![Chart](c.png)](/full)\n")
    assert [(inline.kind, inline.target) for inline in document.inlines] == [("link", "/full"), ("image", "c.png")]


def test_escaped_pipes_in_a_cell_keep_the_places_behind_them():
    document = _document("| a \\| `b` | c |\n|---|---|\n")
    assert [document.source[inline.span] for inline in document.of("code")] == ["`b`"]


@pytest.mark.parametrize(
    ("text", "kind", "info"),
    [
        ("> [!warning]\n> x\n", "quote", "warning"),
        ("```python\nx\n```\n", "code", "python"),
        ("- [x] x\n", "item", "x"),
        ("1. x\n", "list", "ordered"),
        ("::: challenge\nx\n:::\n", "container", "challenge"),
        (">>> [!note]\nx\n>>>\n", "quote", ""),
    ],
)
def test_blocks_tell_more_than_their_kind(text, kind, info):
    assert [block.info for block in _document(text).blocks if block.kind == kind] == [info]


def test_what_stands_between_marks_lies_in_their_container():
    document = _document("::: one\n::: two\nx\n:::\ny\n:::\nz\n")
    paragraphs = [block for block in document.blocks if block.kind == "paragraph"]
    depths = [sum(document.inside(block, "container") for _ in (0,)) for block in paragraphs]
    assert depths == [1, 1, 0]
    assert document.blocks[paragraphs[0].parent].info == "two"
    assert document.blocks[paragraphs[1].parent].info == "one"


def test_sections_nest_by_level_and_quoted_headings_make_none():
    document = _document("x\n\n# A\n\n## B\n\n> ## Quoted\n\n# C\n")
    assert [(document.title(section), section.parent) for section in document.sections] == [
        ("", None),
        ("A", 0),
        ("B", 1),
        ("C", 0),
    ]
    text = document.source.text
    assert text[document.sections[1].span.start : document.sections[1].span.end].startswith("# A\n\n## B")


def test_what_is_nested_too_deep_is_said_to_be_unread():
    document = _document("x\n\n" + "> " * 10_000 + "y\n")
    assert document.unread is not None
    assert document.unread < len(document.source.text)
    assert _document("x\n\n" + "> " * 10 + "y\n").unread is None


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("We *do* this with\nthe **team** here.", "We do this with the team here."),
        ("See [the\npage](/x/)\nand *then*\nagain", "See the page and then again"),
        ("one<br>two<BR />three", "one two three"),
        ("Ver*y* un<b>like</b>ly", "Very unlikely"),
        ("one\r\n**two**", "one two"),
    ],
)
def test_the_end_of_a_line_parts_words_and_marks_do_not(page, text):
    document = parse(Source(PurePath("page.md"), page))
    assert document.text(document.prose_blocks[0]) == text
