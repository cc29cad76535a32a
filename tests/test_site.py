"""The documentation site: it is built as `make docs` builds it, and every link in it leads somewhere."""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

import pytest
from markdown_it import MarkdownIt

from ld_review.config_file import config_of
from ld_review.rule import Authority
from ld_review.testing import marked

pytest.importorskip("material", reason="the dependency group docs is not installed")

import rule_pages

ROOT = Path(__file__).parents[1]
PAGES = {
    "README.md": "index.html",
    "CONTRIBUTING.md": "contributing/index.html",
    "CHANGELOG.md": "changelog/index.html",
    **{f"docs/{page.name}": f"{page.stem}/index.html" for page in sorted((ROOT / "docs").glob("*.md"))},
}
_SHAPES = ("h1", "h2", "h3", "li", "ul", "ol", "pre", "table", "tr", "code", "strong", "blockquote")
_LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href"}


class _Reader(HTMLParser):
    """What a page of the site holds: links, ids, what it loads, and how its text is laid out."""

    def __init__(self, text: str, within: str = "article") -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.shapes: Counter[str] = Counter()
        self._within, self._inside = within, not within
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        self.ids |= {told[name] for name in ("id", "name") if name in told}
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        if told.get(_LOADED.get(tag, "")) and told.get("rel") not in ("prev", "next", "canonical"):
            self.loaded.append(told[_LOADED[tag]])
        self._inside = self._inside or tag == self._within
        if self._inside and tag in _SHAPES:
            self.shapes[tag] += 1

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != self._within


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = (sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder))
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def read(site: Path) -> dict[str, _Reader]:
    files = sorted(site.rglob("*.html"))
    return {file.relative_to(site).as_posix(): _Reader(file.read_text("utf-8")) for file in files}


def test_every_link_leads_to_a_page_and_its_anchor(site: Path, read: dict[str, _Reader]) -> None:
    dead = [
        (name, link)
        for name, page in read.items()
        if name != "404.html"  # its addresses begin at the top of the host
        for link in (*page.links, *page.loaded)
        if not urlsplit(link).scheme and not _leads(site, read, name, link)
    ]
    assert dead == []


def _leads(site: Path, read: dict[str, _Reader], name: str, link: str) -> bool:
    parts = urlsplit(link)
    path = os.path.normpath(PurePosixPath(name).parent / unquote(parts.path)) if parts.path else name
    file = f"{path}/index.html" if (site / path).is_dir() else path
    file = file.removeprefix("./")
    if file not in read:
        return (site / file).is_file()
    return not parts.fragment or parts.fragment == "__skip" or unquote(parts.fragment) in read[file].ids


def test_nothing_is_loaded_from_elsewhere(site: Path, read: dict[str, _Reader]) -> None:
    elsewhere = [link for page in read.values() for link in page.loaded if urlsplit(link).netloc]
    styles = [file.read_text("utf-8") for file in site.rglob("*.css")]
    assert elsewhere == []
    assert styles
    assert [
        found for style in styles for found in re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)]*", style)
    ] == []


@pytest.mark.parametrize(("source", "name"), PAGES.items(), ids=PAGES)
def test_a_page_looks_on_the_site_as_in_the_repository(read: dict[str, _Reader], source: str, name: str) -> None:
    text = MarkdownIt("commonmark").enable("table").render((ROOT / source).read_text("utf-8"))
    assert read[name].shapes == _Reader(text, within="").shapes


def test_there_is_a_page_for_each_rule_and_an_index(site: Path, read: dict[str, _Reader]) -> None:
    index = (site / "rule/index.html").read_text("utf-8")
    for rule in rule_pages.rules():
        assert f'href="{rule.id}/"' in index
        page = (site / f"rule/{rule.id}/index.html").read_text("utf-8")
        blocks = re.findall(r"<pre><code>(.*?)</code></pre>", re.sub(r'<mark class="also">(.*?)</mark>', r"\1", page))
        shown = [html.unescape(block) for block in blocks]
        for example in rule.examples:
            texts = [marked(example.text, example.flagged), *([example.fixed] if example.fixed is not None else [])]
            for text in texts:
                assert text.replace("\r\n", "\n").removesuffix("\n") in shown, rule.id
        assert all(one.url in read[f"rule/{rule.id}/index.html"].links for one in rule.authority)
    assert len(rule_pages.rules()) > 100


def test_ids_of_rules_lead_to_their_pages(read: dict[str, _Reader]) -> None:
    assert "../rule/link-broken-by-change/" in read["engineers/index.html"].links


def test_the_options_that_a_page_suggests_can_be_used(tmp_path: Path) -> None:
    shown = [
        body
        for _, text in rule_pages.pages()
        for body in re.findall(r'^```yaml title="\.ld-review\.yaml"\n(.*?)^```$', text, re.MULTILINE | re.DOTALL)
    ]
    assert len(shown) > 100
    options = "options:\n" + "".join(body.removeprefix("options:\n") for body in shown)
    assert len(config_of(options, tmp_path / ".ld-review.yaml").options[0].options) == len(shown)


def test_what_stands_in_a_rule_file_is_neither_markdown_nor_html() -> None:
    from markdown import Markdown

    evil = "<script>alert(1)</script> **bold** [x](javascript:y) _index_ | `a<b>` &amp; <img src=x onerror=y>\n\n# x\n"
    rule = next(one for one in rule_pages.rules() if one.id == "urgency")
    example = rule.examples[1]._replace(
        text="```html\n</code></pre><script>alert(1)</script>\n```\n\n    code\n\n# x\n\t[TOC]\n"
    )
    hostile = replace(
        rule,
        summary=evil,
        why=evil,
        off=evil,
        since=evil,
        authority=(Authority(evil, 'https://example.com/"><script>alert(1)</script>'),),
        examples=(example,),
    )
    standing = rule_pages.Standing({}, advice=False)
    text = "\n".join(rule_pages.page(hostile, standing)).split("---\n", 2)[2]
    made = Markdown(extensions=["tables", "toc", "pymdownx.highlight", "pymdownx.superfences"]).convert(text)
    tags = set(re.findall(r"<(\w+)", made))
    assert not tags & {"script", "img", "strong", "em"}
    assert "javascript" not in "".join(re.findall(r'href="([^"]*)"', made))
    assert made.count("<h1") == 1
    block = re.search(r"<pre><code>(.*?)</code></pre>", made, re.DOTALL)
    assert block is not None
    assert html.unescape(block[1]) == example.text.removesuffix("\n")
