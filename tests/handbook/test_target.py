"""Destinations taken apart, made equal, and resolved as a browser does it."""

from __future__ import annotations

import time
from posixpath import normpath
from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ld_review.handbook.target import Target, is_own, parts, resolved, tidy

ELSEWHERE = Target("?", "", "", "")


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("", Target("", "", "", "")),
        ("/a/b/", Target("", "/a/b/", "", "")),
        ("a.md?x=1#y", Target("", "a.md", "x=1", "y")),
        ("#y?z", Target("", "", "", "y?z")),
        ("?x#y", Target("", "", "x", "y")),
        ("  /a  ", Target("", "/a", "", "")),
        ("//Host.example.com/x", Target("host.example.com", "/x", "", "")),
        ("https://host.example.com", Target("host.example.com", "/", "", "")),
        ("HTTPS://Host.Example.com/A?b=c#d", Target("host.example.com", "/A", "b=c", "d")),
        ("https://me:secret@host.example.com/x", Target("host.example.com", "/x", "", "")),
        ("https://host.example.com:443/x", Target("host.example.com", "/x", "", "")),
        ("https://host.example.com:8443/x", Target("host.example.com:8443", "/x", "", "")),
        ("/a:b", Target("", "/a:b", "", "")),
        ("./a:b", Target("", "./a:b", "", "")),
        ("/über/%C3%BC", Target("", "/über/%C3%BC", "", "")),
    ],
)
def test_parts(target, found):
    assert parts(target) == found


@pytest.mark.parametrize(
    "target",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "mailto:a@example.com",
        "tel:+49",
        "slack://channel",
        "https:///x",
        "https:x",
        "https://[::1/x",
        "https://host:port/x",
        "https://host:99999/x",
        "///x",
        "//",
        "/a\x00b",
        "/a\nb",
        "/a\x1b[31m",
        "/a\u202eb",
        "/{{ page }}/",
        "{{< ref x >}}",
        "<%= link %>",
        "{% url %}",
        "/" + "a" * 2000,
        "a/" * 50_000,
    ],
)
def test_what_is_no_address_of_a_handbook(target):
    assert parts(target) == ELSEWHERE


@pytest.mark.parametrize(
    ("target", "own"),
    [("/a", True), ("a", True), ("", True), ("#a", True), ("//h/a", False), ("https://h", False), ("x:y", False)],
)
def test_is_own(target, own):
    assert is_own(target) is own


@pytest.mark.parametrize(
    ("path", "same"),
    [
        ("", ""),
        ("/", ""),
        ("/index.html", ""),
        ("/a", "/a"),
        ("/a/", "/a"),
        ("/a/index.html", "/a"),
        ("/a/index.htm", "/a"),
        ("/a.html", "/a"),
        ("/a//b///c/", "/a/b/c"),
        ("//a/", "/a"),
        ("/a/./b/../c/", "/a/c"),
        ("/../a", "/a"),
        ("/a/..", ""),
        ("/%61/%2E%2e/b", "/b"),
        ("/%C3%BC/", "/ü"),
        ("/a%20b/", "/a b"),
        ("/100%/", "/100%"),
        ("/.hidden/", "/.hidden"),
        ("/a.index.html", "/a.index"),
        ("/myindex.html", "/myindex"),
        ("/A/", "/A"),
    ],
)
def test_tidy(path, same):
    assert tidy(path) == same


@pytest.mark.parametrize(
    ("base", "path", "there"),
    [
        ("/a/b/", "", "/a/b/"),
        ("/a/b/", "/c", "/c"),
        ("/a/b/", "c", "/a/b/c"),
        ("/a/b.html", "c.html", "/a/c.html"),
        ("/a/b", "c", "/a/c"),
        ("/a/b/", "../c/", "/a/c/"),
        ("/a/b/", "..", "/a/"),
        ("/a/b/", ".", "/a/b/"),
        ("/a/b.html", ".", "/a/"),
        ("/a/b/", "./", "/a/b/"),
        ("/a/b/", "../../../../c", "/c"),
        ("/", "../c/", "/c/"),
        ("/a/", "b./c", "/a/b./c"),
    ],
)
def test_resolved(base, path, there):
    assert resolved(base, path) == there


SEGMENT = st.sampled_from(["a", "b.html", "..", ".", "c-d", "%20", "ü", ".x"])
END = st.sampled_from(["", "/"])
LINK = st.builds(lambda some, end: "/".join(some) + end, st.lists(SEGMENT, min_size=1, max_size=5), END)
ADDRESS = LINK.map("/{}".format)


@given(ADDRESS, LINK)
def test_resolved_as_a_browser_does(base, link):
    base = normpath(base) + "/"
    expected = urlsplit(urljoin(f"https://example.com{base}", link)).path
    assert tidy(resolved(base, link)) == tidy(expected)


@given(ADDRESS)
def test_tidy_once_is_enough(address):
    once = tidy(address.replace("%20", "-"))
    assert tidy(once) == once.removesuffix(".html")


@given(st.text(max_size=60))
def test_no_destination_is_too_strange(target):
    found = parts(target)
    assert found.host in ("", "?") or not is_own(target.strip())
    tidy(found.path)
    resolved("/a/b/", found.path)


@pytest.mark.parametrize("unit", ["/", "../", "./", "%", "%25", "a/", "//", "#", "?", ":", "a:", "\\"])
def test_a_long_destination_costs_little(unit):
    began = time.process_time()
    for size in (1_000, 100_000):
        found = parts(unit * size)
        tidy(unit * size)
        resolved("/a/", found.path)
    assert time.process_time() - began < 1
