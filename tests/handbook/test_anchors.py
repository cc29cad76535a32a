"""Which fragments lead somewhere on a page, and which one may have been meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books import book, entry_of, findings
from ld_review.handbook.anchors import Anchors, nearest

PAGE = "content/a/_index.md"


def anchors(text, path=PAGE, layout="hugo"):
    return set(entry_of(path, text, layout).anchors)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("# A\n\n## B c\n\n## B c\n", {"a", "b-c", "b-c-1"}),
        ("## A {#given}\n", {"given"}),
        ("## A {#given .red}\n", {"given"}),
        ("Setext\n======\n", {"setext"}),
        ("> ## In a quote\n\n## Outside\n", {"in-a-quote", "outside"}),
        ("- ## In an item\n", {"in-an-item"}),
        ('<a name="old"></a>\n', {"old"}),
        ("<a name=bare></a> text\n", {"bare"}),
        ('text <span id="in-line">x</span>\n', {"in-line"}),
        ("<div\n  class='x'\n  ID='over-lines'>\n</div>\n", {"over-lines"}),
        ('<h2 id="html">HTML</h2>\n', {"html"}),
        ('<p data-id="no" aria-name="no">x</p>\n', set()),
        ('<!-- <a id="no"></a> -->\n', set()),
        ('```html\n<a id="no"></a>\n```\n', set()),
        ('`<a id="no">`\n', set()),
        ("```md\n## No\n```\n", set()),
        ('---\ntitle: "## No"\n---\n', set()),
        ('<a id=""></a>\n', set()),
        ("## Ü ñ 目\n", {"ü-ñ-目"}),
    ],
)
def test_anchors_of_a_page(text, found):
    assert anchors(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("## A\n{: #below}\n", {"below"}),
        ("## A\n{:.no_toc #below}\n", {"below"}),
        ("A paragraph.\n{: #of-text}\n", {"of-text"}),
        ("- {: #of-item} text\n", {"of-item"}),
        ('[](){: name="named"}\n', {"named"}),
        ('[](){: id="quoted" .x}\n', {"quoted"}),
        ("text\n{: .only-a-class}\n", set()),
    ],
)
def test_attribute_lists_of_kramdown(text, found):
    assert anchors(text, "source/a.html.md", "middleman") == found


@pytest.mark.parametrize(
    ("path", "text", "generated"),
    [
        (PAGE, "## A\n", False),
        (PAGE, "{{< youtube x >}} {{% alert %}}x{{% /alert %}} {{</* include */>}}\n", False),
        (PAGE, "{{% include file.md %}}\n", True),
        (PAGE, "{{< team-members >}}\n", True),
        (PAGE, "{% include x.md %}\n", True),
        (PAGE, "`{{< team-members >}}`\n", True),  # Hugo reads shortcodes before Markdown
        ("source/a.html.md.erb", "## A\n", False),
        ("source/a.html.md.erb", "<%= partial 'x' %>\n", True),
        ("source/a.html.md.erb", "<% data.team.each do |one| %>\n## One\n<% end %>\n", True),
        ("source/a.html.md.erb", "<% title = 1 %>\n", False),
        ("source/a.html.md", "<%= partial 'x' %>\n", False),
    ],
)
def test_pages_that_a_template_makes(path, text, generated):
    assert entry_of(path, text).generated is generated


@pytest.mark.parametrize(
    ("fragment", "there"),
    [
        ("ü-ñ-目", True),
        ("%C3%BC-%C3%B1-%E7%9B%AE", True),
        ("%c3%bc-ñ-%e7%9b%ae", True),
        ("a%20b", True),
        ("a b", True),
        ("50%", True),
        ("B", False),
        ("b-1", True),
        ("b-2", False),
        ("", True),
        ("top", True),
        ("Top", True),
        ("topic", False),
        (":~:text=some%20words", True),
        ("sts=words", True),
        ("L12", True),
        ("L12-L20", True),
        ("!route", True),
        ("/route", True),
        ("a=b", True),
        ("_ftn1", True),
        ("%", False),
        ("%ff", False),
    ],
)
def test_what_leads_somewhere(fragment, there):
    page = "## Ü ñ 目\n\n## B\n\n## B\n\n<i id='a b'></i><i id='50%'></i>\n"
    handbook = book({PAGE: page, "content/b.md": "{{< other >}}"})
    assert handbook.has_anchor(handbook.entries[PAGE], fragment) is there
    assert handbook.has_anchor(handbook.entries["content/b.md"], fragment) is not False


def test_links_to_anchors_here_and_there():
    pages = {
        PAGE: """## Ärger\n\n[a](#Ärger) [b](#%C3%A4rger) [c](#arger) [d](/a/#gone)
[e](b/#there) [f](b/#gone) [g](c/#gone)
> [h](#gone) [i](/a/b#gone2 "title")
""",
        "content/a/b.md": "## There",
        "content/a/c.md": "{{< team >}}",
    }
    rules = ["dead-same-page-link", "dead-anchor-link"]
    found = [(rule, text) for rule, text in findings(PAGE, pages) if rule in rules]
    assert found == [
        ("dead-same-page-link", "#Ärger"),
        ("dead-same-page-link", "#arger"),
        ("dead-same-page-link", "/a/#gone"),
        ("dead-anchor-link", "b/#gone"),
        ("dead-same-page-link", "#gone"),
        ("dead-anchor-link", "/a/b#gone2"),
    ]


@pytest.mark.parametrize(
    ("fragment", "known", "found", "sure"),
    [
        ("Practice-", ["practice"], "practice", True),
        ("practice-1", ["practice"], "practice", True),
        ("-the-practice", ["the-practice"], "the-practice", True),
        ("the_practice", ["the-practice", "thepractice"], "the-practice", False),
        ("practise", ["practice", "theory"], "practice", False),
        ("introduction-to-coachng", ["introduction-to-coaching"], "introduction-to-coaching", True),
        ("introduction-to-coachng", ["introduction-to-coaching", "introductions-to-coaching"], None, False),
        ("coaching-introduction-to", ["introduction-to-coaching"], "introduction-to-coaching", True),
        ("theory", ["practice"], "", False),
        ("x", [], "", False),
        ("", ["a"], "", False),
        ("%C3%BCbung", ["übung"], "übung", True),
        ("a" * 5_000, ["a" * 5_000], "", False),
    ],
)
def test_the_one_that_may_have_been_meant(fragment, known, found, sure):
    near = nearest(fragment, known)
    assert near.sure is sure
    assert near.anchor == found if found is not None else near.anchor in known


WORDS = st.lists(
    st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"]), min_size=2, max_size=4
)


@given(WORDS, st.integers(0, 400))
def test_among_many_the_same_one_is_found(words, others):
    wanted = "-".join(words)
    known = [wanted, *(f"unlike{number}" for number in range(others))]
    assert Anchors(known).nearest(f"{wanted}-7").anchor == wanted
    assert Anchors(known).nearest(f"{wanted}x").anchor == wanted
