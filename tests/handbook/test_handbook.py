"""Where the links of a handbook lead, and what nobody can tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from books import book, entry_of, findings
from ld_review.handbook.handbook import Handbook
from ld_review.handbook.layout import Layout, Root, default_layout
from ld_review.handbook.redirects import Redirects

HUGO = {
    "content/handbook/_index.md": "# Handbook",
    "content/handbook/people/_index.md": "# People",
    "content/handbook/people/leave.md": "# Leave",
    "content/handbook/OKRs/_index.md": "# OKRs",
    "content/handbook/über uns.md": "# Us",
    "content/handbook/part.md": "---\nurl: https://:pattern\n---\n",
}
HERE = "content/handbook/people/_index.md"


def leads(target, pages=HUGO, path=HERE, layout="hugo", **more):
    led = book(pages, layout, **more).follow(path, target)
    return led.leads, led.page.path.partition("/")[2] if led.page else led.address


@pytest.mark.parametrize(
    ("target", "there"),
    [
        ("/handbook/people/leave/", "people/leave.md"),
        ("/handbook/people/leave", "people/leave.md"),
        ("/handbook/people/leave.html", "people/leave.md"),
        ("/handbook/people/leave/index.html", "people/leave.md"),
        ("/handbook/people/leave/?a=b#c", "people/leave.md"),
        ("/handbook//people///leave/", "people/leave.md"),
        ("/handbook/./people/x/../leave/", "people/leave.md"),
        ("/handbook/people/%6Ceave/", "people/leave.md"),
        ("/handbook/%70eople/", "people/_index.md"),
        ("/handbook/Okrs/", "OKRs/_index.md"),
        ("/handbook/%C3%BCber-uns/", "über uns.md"),
        ("/handbook/über-uns", "über uns.md"),
        ("leave/", "people/leave.md"),
        ("./leave/", "people/leave.md"),
        ("../people/leave", "people/leave.md"),
        ("..", "_index.md"),
        (".", "people/_index.md"),
        ("#x", "people/_index.md"),
        ("?x", "people/_index.md"),
        ("", "people/_index.md"),
        ("https://own.example.com/handbook/people/leave/", "people/leave.md"),
        ("//own.example.com/handbook/", "_index.md"),
        ("http://me@OWN.example.com:80/handbook/", "_index.md"),
    ],
)
def test_to_a_page(target, there):
    assert leads(target, hosts=["Own.example.com"]) == ("page", f"handbook/{there}")


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ("/handbook/gone/", "dead"),
        ("gone", "dead"),
        ("/handbook/gone.html", "dead"),
        ("/handbook/gone.md", "dead"),
        ("https://own.example.com/handbook/gone/", "dead"),
        ("/handbook/über uns/", "dead"),
        ("leave.md", "source"),
        ("/handbook/people/leave.md#x", "source"),
        ("../OKRs/_index.md", "source"),
        ("/content/handbook/people/leave.md", "source"),
        # What is no page of this handbook, or need not be one.
        ("/handbook/form.pdf", "unknown"),
        ("picture.PNG", "unknown"),
        ("/pricing/", "unknown"),
        ("/", "unknown"),
        ("/../..", "unknown"),
        ("https://own.example.com/jobs/", "unknown"),
        ("https://own.example.com:8443/handbook/people/", "elsewhere"),
        ("https://example.com/handbook/people/", "elsewhere"),
        ("//example.com/handbook/people/", "elsewhere"),
        ("https://own.example.com.evil.test/handbook/", "elsewhere"),
        ("https://example.com@evil.test/handbook/", "elsewhere"),
        ("javascript:alert(1)", "elsewhere"),
        ("data:text/html,/handbook/", "elsewhere"),
        ("mailto:a@example.com", "elsewhere"),
        ("/handbook/{{ x }}/", "elsewhere"),
        ("/handbook/a\x07b/", "elsewhere"),
        ("/handbook/" + "x" * 100_000, "elsewhere"),
    ],
)
def test_not_to_a_page(target, where):
    assert leads(target, hosts=["own.example.com"])[0] == where


MIDDLEMAN = {
    "source/handbook/a.html.md": "",
    "source/handbook/b/index.html.md.erb": "",
    "source/handbook/_part.html.md": "",
}
MKDOCS = {"docs/index.md": "", "docs/guide/README.md": "", "docs/guide/a b.md": ""}
DOCUSAURUS = {"docs/index.md": "", "docs/01-guide/index.md": "", "docs/01-guide/02-a.md": ""}
PLAIN = {"README.md": "", "guide/README.md": "", "guide/a b.md": ""}


@pytest.mark.parametrize(
    ("layout", "pages", "path", "links"),
    [
        (
            "middleman",
            MIDDLEMAN,
            "source/handbook/a.html.md",
            {"b/": "page", "b": "page", "a.html": "page", "a/": "page", "b.html": "page", "b/index.html": "page"}
            | {"../b/": "unknown", "../handbook/c/": "dead", "a.html.md": "source", "_part.html": "dead"},
        ),
        ("middleman", MIDDLEMAN, "source/handbook/b/index.html.md.erb", {"../a.html": "page", "a.html": "dead"}),
        (
            "middleman",
            MIDDLEMAN,
            "source/handbook/_part.html.md",
            {"/handbook/a": "page", "a": "unknown", "#x": "unknown"},
        ),
        (
            "mkdocs",
            MKDOCS,
            "docs/guide/README.md",
            {"a b.md": "page", "a%20b.md": "page", "../index.md": "page", "../README.md": "dead", "c.md": "dead"}
            | {"/guide/a b.md": "page", "../guide/a%20b/": "page", "..": "page", "/guide/x/": "dead"},
        ),
        (
            "docusaurus",
            DOCUSAURUS,
            "docs/01-guide/02-a.md",
            {"index.md": "page", "./02-a.md": "page", "../index.md": "page", "a": "page", "/docs/guide/": "page"}
            | {"02-a": "dead", "/docs/01-guide/a": "dead", "./b.mdx": "dead"},
        ),
        (
            "plain",
            PLAIN,
            "guide/README.md",
            {"a b.md": "page", "a%20b.md": "page", "../README.md": "page", "/guide/a b.md": "page", "c.md": "dead"}
            | {
                "/gone.md": "unknown",
                "/guide/gone.md": "dead",
                "./": "unknown",
                "../guide": "unknown",
                "x.txt": "unknown",
            },
        ),
    ],
)
def test_relative_to_a_page_of_each_layout(layout, pages, path, links):
    handbook = book(pages, layout)
    assert {link: handbook.follow(path, link).leads for link in links} == links


def test_below_a_path_of_the_host():
    layout = Layout("hugo", (Root("content"),), base="/book")
    pages = {"content/a/_index.md": "---\naliases: [/old/, older]\n---\n", "content/b.md": ""}
    handbook = book(pages, layout)
    links = {"/book/a/": "page", "/book/gone/": "dead", "/a/": "unknown", "/book/old/": "redirect", "../a/": "page"}
    assert {link: handbook.follow("content/b.md", link).leads for link in links} == links


def test_the_index_wins_over_a_readme_beside_it_whoever_comes_first():
    pages = {"docs/a/README.md": "", "docs/a/index.md": ""}
    for some in (pages, dict(reversed(pages.items()))):
        assert book(some, "mkdocs").follow("docs/a/index.md", "/a/").page.path == "docs/a/index.md"


@given(
    st.permutations(
        ["content/a/b.md", "content/a/B.md", "content/a/b/_index.md", "content/a/b/index.md", "content/c.md"]
    )
)
def test_the_order_of_pages_tells_nothing(paths):
    pages = {path: f"---\naliases: [/a/old/]\n---\n## {path}\n" for path in paths}
    handbook = book(pages)
    led = [handbook.follow("content/c.md", link).address for link in ("/a/b/", "/a/B/", "/a/old/")]
    assert led == ["/a/b/", "/a/b/", "/c/"]
    assert handbook.follow("content/c.md", "/a/b/").page.path == "content/a/B.md"


def test_what_stands_first_tells_nothing_about_links_that_name_the_host():
    for links in (("https://own.example.com/a/b.md", "/a/b.md"), ("/a/b.md", "https://own.example.com/a/b.md")):
        handbook = book({"docs/a/b.md": ""}, "mkdocs", hosts=["own.example.com"])
        assert {link: handbook.follow("docs/a/b.md", link).leads for link in links} == {
            "/a/b.md": "page",
            "https://own.example.com/a/b.md": "source",
        }


def test_a_page_that_is_alone_tells_nothing_of_others():
    assert leads("/handbook/gone/", whole=False)[0] == "unknown"
    assert leads("#x", whole=False)[0] == "page"


# Redirects

REDIRECTED = {
    "content/a/_index.md": "---\naliases: [/old/, ../x, '#nothing', 'https://example.com/y', {a: b}, 7, /b/]\n---\n",
    "content/a/b.md": "---\naliases: earlier\nredirect_from: [/from/, /a/other]\n---\n",
    "content/b.md": "## Part",
}
EXACT = {
    "/one/": "/two",
    "/two/": "/three.html#part",
    "/three": "/b/",
    "/round/": "/about/",
    "/about": "/round/",
    "/self": "/self/",
    "/out/": "https://example.com/there?a=b",
    "/home/": "https://own.example.com/b/",
    "/void/": "/nowhere/",
    "/b/": "/a/",
    **{f"/long{number}": f"/long{number + 1}/" for number in range(30)},
}


@pytest.mark.parametrize(
    ("target", "where", "there"),
    [
        ("/old", "redirect", "a/_index.md"),
        ("/old/?x#y", "redirect", "a/_index.md"),
        ("/x/", "redirect", "a/_index.md"),
        ("/a/earlier/", "redirect", "a/b.md"),
        ("/from/", "redirect", "a/b.md"),
        ("/a/other/", "redirect", "a/b.md"),
        ("/b/", "page", "b.md"),
        ("/one/", "redirect", "b.md"),
        ("/two#other", "redirect", "b.md"),
        ("/home/", "redirect", "b.md"),
        ("/out/", "redirect", "https://example.com/there?a=b"),
        ("/void/", "redirect", "/nowhere/"),
        ("/round/", "unknown", ""),
        ("/self", "unknown", ""),
        ("/a/new/x/", "unknown", ""),
        ("/a/news/", "dead", ""),
    ],
)
def test_redirects(target, where, there):
    entries = [entry_of(path, text) for path, text in REDIRECTED.items()]
    redirects = Redirects(families=("/a/new/",)).with_exact(EXACT.items())
    handbook = Handbook(default_layout("hugo"), entries, redirects, ["own.example.com"], complete=True)
    led = handbook.follow("content/b.md", target)
    assert (led.leads, led.page.path.partition("/")[2] if led.page else led.address) == (where, there)


def test_a_long_chain_ends_somewhere():
    assert book({"content/b.md": ""}, redirects=EXACT).follow("content/b.md", "/long0").address.startswith("/long")


# Hosts that nobody declared


@pytest.mark.parametrize(("number", "known"), [(4, False), (5, True)])
def test_a_host_is_told_by_links_that_arrive(number, known):
    pages = {f"content/a/{page}.md": f"[x](https://own.example.com/a/{page}/)" for page in range(number)}
    assert ("own.example.com" in book(pages).hosts) is known


def test_a_host_to_which_most_links_lead_elsewhere_is_another():
    others = "".join(f"[x](https://other.example.com/jobs/{number}/)" for number in range(30))
    pages = {f"content/a/{page}.md": f"[x](https://other.example.com/a/{page}/) {others}" for page in range(5)}
    assert not book(pages).hosts
    assert not book({path.replace("content", "docs"): text for path, text in pages.items()}, "plain").hosts


# Folders of which too much is missing


@given(st.integers(0, 60), st.integers(0, 12), st.booleans())
def test_a_folder_of_which_much_is_missing_is_no_proof(there, gone, complete):
    links = [f"[x](/a/p{number}/)" for number in range(there)] + [f"[x](/a/gone{number}/)" for number in range(gone)]
    pages = {f"content/a/p{number}.md": "" for number in range(there)} | {"content/a/_index.md": "\n".join(links)}
    handbook = book(pages, complete=complete)
    dead = findings("content/a/_index.md", pages, complete=complete)
    missing = gone > 0.1 * max(there + gone, 20) and not complete
    assert bool(handbook.incomplete) is missing
    assert dead == ([] if missing else [("dead-page-link", f"/a/gone{number}/") for number in range(gone)])


@given(st.integers(0, 10))
def test_small_folders_are_judged_together(gone):
    pages = {f"content/{folder}/_index.md": "" for folder in "abcdefghij"}
    links = [f"[x](/{folder}/)" for folder in "abcdefghij" for _ in range(2)]
    links += [f"[x](/{'abcdefghij'[number]}/gone/)" for number in range(gone)]
    pages["content/a/_index.md"] = "\n".join(links)
    assert bool(book(pages, complete=False).incomplete) is (gone > 2)


def test_only_the_folder_that_is_incomplete_is_left_alone():
    links = {"a": [f"/a/{number}/" for number in range(30)], "b": [f"/b/{number}/" for number in range(30)]}
    pages = {f"content/{link.strip('/')}.md": "" for link in links["a"] + links["b"][:20]}
    pages["content/a/_index.md"] = "".join(f"[x]({link})" for link in links["a"] + links["b"] + ["/a/gone/"])
    assert book(pages, complete=False).incomplete == {"b": (10, 30)}
    assert findings("content/a/_index.md", pages, complete=False) == [("dead-page-link", "/a/gone/")]


def test_each_address_counts_once_and_files_do_not():
    links = "[x](/a/b/)" * 30 + "".join(f"[x](/a/b.html?{number}#x)" for number in range(30)) + "[x](/a/form.pdf)" * 90
    pages = {"content/a/b.md": "", "content/a/_index.md": links + "[x](/a/1/)[x](/a/2/)[x](/a/3/)"}
    assert book(pages, complete=False).incomplete == {"a": (3, 4)}
