"""From the file of a page to its address, by the published rules of each generator."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ld_review.handbook.layout import (
    DEFAULT_ROOTS,
    NAMES,
    Layout,
    Root,
    as_link,
    default_layout,
    first_folder,
    folders,
    url_as_link,
    without_escapes,
)

HUGO = [
    ("content/_index.md", {}, "/"),
    ("content/a/_index.md", {}, "/a/"),
    ("content/a/index.md", {}, "/a/"),
    ("content/a/b.md", {}, "/a/b/"),
    ("content/a/b.markdown", {}, "/a/b/"),
    ("content/a/b.html", {}, "/a/b/"),
    ("content/a/b.org", {}, "/a/b/"),
    # As Hugo's own tests have it: lower case, blanks to one hyphen, other marks dropped, hyphens kept.
    ("content/Foo Bar/Foo.Bar.md", {}, "/foo-bar/foo.bar/"),
    ("content/a/fOO,bar:foobAR.md", {}, "/a/foobarfoobar/"),
    ("content/a/FOO   bar .md", {}, "/a/foo-bar/"),
    ("content/a/b--c.md", {}, "/a/b--c/"),
    ("content/a/b - c.md", {}, "/a/b-c/"),
    ("content/a/Q&A (new)!.md", {}, "/a/qa-new/"),
    ("content/a/this+is+a+test.md", {}, "/a/this+is+a+test/"),
    ("content/a/a%C3%B1ame.md", {}, "/a/a%c3%b1ame/"),
    ("content/a/100%.md", {}, "/a/100/"),
    ("content/a/me@work~1#2.md", {}, "/a/me@work~1#2/"),
    ("content/трям/은행.md", {}, "/трям/은행/"),
    ("content/a/संस्कृत.md", {}, "/a/संस्कृत/"),
    ("content/a/e\u0301tude.md", {}, "/a/e\u0301tude/"),
    ("content/a/CO².md", {}, "/a/co/"),
    # The last part is the slug's, but not of sections.
    ("content/a/b.md", {"slug": "c"}, "/a/c/"),
    ("content/a/b.md", {"slug": "C d"}, "/a/c-d/"),
    ("content/a/b/index.md", {"slug": "c"}, "/a/c/"),
    ("content/b/index.md", {"slug": "c"}, "/c/"),
    ("content/a/_index.md", {"slug": "c"}, "/a/"),
    # The whole address is the url's, as it stands.
    ("content/a/b.md", {"url": "/X/Y"}, "/X/Y/"),
    ("content/a/b.md", {"url": "x/y/"}, "/x/y/"),
    ("content/a/b.md", {"url": "/x.html", "slug": "c"}, "/x.html"),
    ("content/a/b.md", {"url": "/x/feed.xml"}, "/x/feed.xml"),
    ("content/a/b.md", {"url": "/:sections/:slug"}, ""),
    ("content/a/b.md", {"id": "c"}, "/a/b/"),
    # Not below the root.
    ("layouts/a.md", {}, ""),
    ("contents/a.md", {}, ""),
    ("content", {}, ""),
]
MIDDLEMAN = [
    ("source/index.html.md", {}, "/"),
    ("source/a/index.html.md", {}, "/a/"),
    ("source/a/index.html.md.erb", {}, "/a/"),
    ("source/a/b.html.md", {}, "/a/b.html"),
    ("source/a/b.html.md.erb", {}, "/a/b.html"),
    ("source/a/b.md", {}, "/a/b.html"),
    ("source/a/b.md.erb", {}, "/a/b.html"),
    ("source/a/b.html.markdown", {}, "/a/b.html"),
    ("source/a/b.html.haml", {}, "/a/b.html"),
    ("source/a/b.html", {}, "/a/b.html"),
    ("source/a/c.index.html.md", {}, "/a/c.index.html"),
    ("source/a/A Page.html.md", {}, "/a/A Page.html"),
    ("source/OKRs/index.html.md", {}, "/OKRs/"),
    ("sites/handbook/source/a/index.html.md", {}, "/a/"),
    ("sites/uncategorized/source/b.html.md", {}, "/b.html"),
    ("sites/source/b.html.md", {}, ""),
    ("source/sites/x/source/b.html.md", {}, "/sites/x/source/b.html"),
    ("source/a/_list.html.md.erb", {}, ""),
    ("source/_parts/list.html.md", {}, ""),
    ("source/a/__init__.html.md", {}, "/a/__init__.html"),
    ("source/posts/2022-10-05-hello.html.md", {}, ""),
    ("source/a/2022-10.html.md", {}, "/a/2022-10.html"),
    ("source/a/b.html.md", {"url": "https://example.com", "slug": "x", "permalink": "/y"}, "/a/b.html"),
]
MKDOCS = [
    ("docs/index.md", {}, "/"),
    ("docs/README.md", {}, "/"),
    ("docs/a/README.md", {}, "/a/"),
    ("docs/a/readme.md", {}, "/a/readme/"),
    ("docs/a/Index.md", {}, "/a/Index/"),
    ("docs/a/b.md", {}, "/a/b/"),
    ("docs/a/b.mkd", {}, "/a/b/"),
    ("docs/a/My Page.md", {}, "/a/My Page/"),
    ("docs/a/b.md", {"slug": "x", "url": "/y"}, "/a/b/"),
    ("README.md", {}, ""),
]
DOCUSAURUS = [
    ("docs/index.md", {}, "/docs/"),
    ("docs/README.md", {}, "/docs/"),
    ("docs/a/index.mdx", {}, "/docs/a/"),
    ("docs/a/b.md", {}, "/docs/a/b"),
    ("docs/01-a/02-b.md", {}, "/docs/a/b"),
    ("docs/1. Intro/b.md", {}, "/docs/Intro/b"),
    ("docs/003 - Part/04 - b.md", {}, "/docs/Part/b"),
    ("docs/01--2nd.md", {}, "/docs/2nd"),
    ("docs/2021-11-18.md", {}, "/docs/2021-11-18"),
    ("docs/7.0-foo.md", {}, "/docs/7.0-foo"),
    ("docs/01-.md", {}, "/docs/01-"),
    ("docs/guide/guide.md", {}, "/docs/guide/"),
    ("docs/Guide/guide.md", {}, "/docs/Guide/"),
    ("docs/01-guide/01-guide.md", {}, "/docs/guide/"),
    ("docs/01-guide/guide.md", {}, "/docs/guide/guide"),
    ("docs/01-a/b.md", {"slug": "c"}, "/docs/a/c"),
    ("docs/a/b.md", {"slug": "/c/d"}, "/docs/c/d"),
    ("docs/a/b.md", {"slug": "/"}, "/docs/"),
    ("docs/a/b.md", {"slug": "../c"}, "/docs/c"),
    ("docs/a/b.md", {"slug": "./c/"}, "/docs/a/c/"),
    ("docs/a/index.md", {"slug": "index"}, "/docs/a/index"),
    ("docs/a/01-b.md", {"id": "c"}, "/docs/a/c"),
    ("docs/a/01-b.md", {"id": "c", "slug": "d"}, "/docs/a/d"),
    ("docs/a/index.md", {"id": "c"}, "/docs/a/"),
    ("docs/a/b.md", {"url": "/x"}, "/docs/a/b"),
    ("docs/a/_part.md", {}, ""),
    ("docs/_parts/a.md", {}, ""),
    ("blog/greetings.md", {}, "/blog/greetings"),
    ("blog/2021-02-13-hello.md", {}, ""),
    ("blog/2021-02-13-hello/index.md", {}, ""),
    ("blog/2021-02-13-hello.md", {"slug": "/hello"}, "/blog/hello"),
]
PLAIN = [("a/b.md", {}, "/a/b.md"), ("README.md", {"slug": "x", "url": "/y", "permalink": "/z"}, "/README.md")]


@pytest.mark.parametrize(
    ("name", "path", "named", "address"),
    [
        (name, *row)
        for name, table in zip(NAMES, (HUGO, MIDDLEMAN, MKDOCS, DOCUSAURUS, PLAIN), strict=True)
        for row in table
    ],
)
def test_address(name, path, named, address):
    assert default_layout(name).address(path, named) == address


@pytest.mark.parametrize(
    ("layout", "path", "address"),
    [
        (Layout("hugo", (Root("content"),), pretty=False), "content/a/b.md", "/a/b.html"),
        (Layout("hugo", (Root("content"),), pretty=False), "content/a/_index.md", "/a/"),
        (Layout("mkdocs", (Root("docs"),), pretty=False), "docs/a/b.md", "/a/b.html"),
        (Layout("mkdocs", (Root("docs"),), pretty=False), "docs/a/index.md", "/a/"),
        (Layout("middleman", (Root("source"),), pretty=True), "source/a/b.html.md", "/a/b/"),
        (Layout("hugo", (Root("content"), Root("content/de", "/d")), pretty=True), "content/de/a.md", "/d/a/"),
        (Layout("hugo", (Root(""),), base="/book"), "a/_index.md", "/book/a/"),
        (Layout("hugo", (Root(""),), base="/book"), "elsewhere.txt", "/book/elsewhere.txt/"),
        (Layout("mkdocs", (Root("docs"),), base="/book"), "README.md", ""),
    ],
)
def test_what_configuration_changes(layout, path, address):
    assert layout.address(path) == address


@pytest.mark.parametrize(
    ("in_path", "path", "named", "address"),
    [
        (False, "content/a.md", {}, "/a/"),
        (False, "content/a.en.md", {}, "/a/"),
        (False, "content/a.DE.md", {}, "/de/a/"),
        (False, "content/a/_index.de.md", {}, "/de/a/"),
        (False, "content/a.fr.md", {}, "/a.fr/"),
        (False, "content/a.v2.md", {}, "/a.v2/"),
        (False, "content/a.de.md", {"url": "x"}, "/de/x/"),
        (False, "content/a.de.md", {"url": "/x"}, "/x/"),
        (False, "content/a.de.md", {"slug": "y"}, "/de/y/"),
        (True, "content/a.md", {}, "/en/a/"),
        (True, "content/a.de.md", {}, "/de/a/"),
        (True, "content/_index.md", {}, "/en/"),
    ],
)
def test_languages_of_hugo(in_path, path, named, address):
    layout = replace(default_layout("hugo"), languages=("en", "de"), language_in_path=in_path)
    assert layout.address(path, named) == address


PATHS = st.lists(st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=12), min_size=1, max_size=5)


@given(st.sampled_from(NAMES), PATHS, st.dictionaries(st.sampled_from(["url", "slug", "id"]), st.text(max_size=12)))
def test_an_address_begins_at_the_root_or_there_is_none(name, parts, named):
    root = DEFAULT_ROOTS[name][0].folder
    address = default_layout(name).address("/".join([root, *parts] if root else parts) + ".md", named)
    assert address == "" or address.startswith("/")


@given(PATHS)
def test_every_folder_on_the_way_is_known(parts):
    address = "/" + "/".join(parts)
    found = folders([address])
    assert "/" in found
    assert all(one.endswith("/") and address.startswith(one) for one in found)


@pytest.mark.parametrize(
    ("folder", "clean"),
    [("a", "a"), ("./a/", "a"), ("/a", "a"), ("", ""), (".", ""), ("a/../b", "b"), (" a/./b ", "a/b"), ("/", "")],
)
def test_a_folder_in_configuration(folder, clean):
    assert without_escapes(folder) == clean


@pytest.mark.parametrize("folder", ["..", "../a", "a/../../b", "/../a", "./../.."])
def test_a_folder_in_configuration_may_not_lead_out(folder):
    with pytest.raises(ValueError, match=re.escape(repr(folder))):
        without_escapes(folder)


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("/a/b/", "/a/b/"),
        ("/A Page.html", "/A%20Page.html"),
        ("/a(b)[c]<d>/", "/a%28b%29%5Bc%5D%3Cd%3E/"),
        ("/100% sure/", "/100%25%20sure/"),
        ("/a%20b/", "/a%20b/"),
        ("/c#/x?/", "/c%23/x%3F/"),
        ('/"quoted"\n/', "/%22quoted%22%0A/"),
    ],
)
def test_an_address_as_a_link(address, link):
    assert as_link(address) == link


def test_a_url_as_a_link_keeps_what_stands_behind_its_path():
    assert url_as_link("https://example.com/a b/?c=d#(e)") == "https://example.com/a%20b/?c=d#%28e%29"


@pytest.mark.parametrize(("address", "folder"), [("/a/b/", "a"), ("/a", "a"), ("/", ""), ("", ""), ("//a/", "a")])
def test_first_folder(address, folder):
    assert first_folder(address) == folder
