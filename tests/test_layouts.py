"""Which site a folder belongs to, told from what generators leave there, by whoever wrote it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

import books
import handbooks
from ld_review import load_config
from ld_review.handbook.layout import Root
from ld_review.layouts import Site, find_site
from ld_review.redirect_files import read_redirects
from ld_review.runner import located

MARKS = [
    ("hugo.toml", "", "hugo"),
    ("hugo.yaml", "", "hugo"),
    ("hugo.yml", "", "hugo"),
    ("hugo.json", "{}", "hugo"),
    ("config/_default/hugo.toml", "", "hugo"),
    ("config/_default/hugo.yaml", "", "hugo"),
    ("config/_default/menus.toml", "", "hugo"),
    ("content/_index.md", "", "hugo"),
    ("content/handbook/_index.md", "", "hugo"),
    ("mkdocs.yml", "", "mkdocs"),
    ("mkdocs.yaml", "", "mkdocs"),
    ("docusaurus.config.js", "", "docusaurus"),
    ("docusaurus.config.ts", "", "docusaurus"),
    ("docusaurus.config.mjs", "", "docusaurus"),
    ("docusaurus.config.cjs", "", "docusaurus"),
    ("source/index.html.md", "", "middleman"),
    ("source/a/b/c.html.md", "", "middleman"),
    ("sites/handbook/source/a/index.html.md", "", "middleman"),
    ("config.toml", "", "plain"),
    ("content/a.md", "", "plain"),
    ("source/a.md", "", "plain"),
    ("docs/index.md", "", "plain"),
]


def site(folder: Path, files: dict[str, str | bytes], start: str = "") -> Site:
    handbooks.write(folder, {".git/HEAD": "", **files})
    (folder / start).mkdir(parents=True, exist_ok=True)
    return find_site(folder / start)


@pytest.mark.parametrize(("mark", "text", "layout"), MARKS)
@pytest.mark.parametrize("start", ["", "deep/down"])
def test_every_mark_tells_a_layout(tmp_path, mark, text, layout, start):
    found = site(tmp_path, {mark: text}, start)
    assert (found.layout.name, found.top, found.known) == (layout, tmp_path, True)
    assert found.layout.reason


@pytest.mark.parametrize("files", [{"config.toml": "", "content/a.md": ""}, {"config.rb": "", "source/a.md": ""}])
def test_some_marks_need_their_folder(tmp_path, files):
    assert site(tmp_path, files).layout.name == ("hugo" if "config.toml" in files else "middleman")


def test_the_outermost_folder_wins_inside_a_repository(tmp_path):
    handbooks.write(tmp_path, {"mkdocs.yml": ""})
    found = site(tmp_path / "repository", {"hugo.toml": "", "a/mkdocs.yml": "", "a/docs/a.md": ""}, "a/docs")
    assert (found.layout.name, found.top) == ("hugo", tmp_path / "repository")


def test_a_worktree_is_a_repository_too(tmp_path):
    handbooks.write(tmp_path, {"mkdocs.yml": "", "tree/.git": "gitdir: elsewhere", "tree/a/b.md": ""})
    assert find_site(tmp_path / "tree" / "a").layout.name == "plain"


def test_nothing_is_looked_for_outside_the_outermost_folder(tmp_path):
    handbooks.write(tmp_path, {"mkdocs.yml": "", "a/b/c.md": ""})
    found = find_site(tmp_path / "a" / "b", tmp_path / "a")
    assert (found.layout.name, found.top, found.known) == ("plain", tmp_path / "a", True)


def test_the_folder_of_the_configuration_bounds_the_search(tmp_path):
    handbooks.write(tmp_path, {"mkdocs.yml": "", "own/.ld-review.yaml": "", "own/a/b.md": "", "other/hugo.toml": ""})
    config = load_config(start=tmp_path / "own")
    assert located(config, [tmp_path / "own" / "a"]).site.layout.name == "plain"
    outside = located(config, [tmp_path / "own" / ".." / "other"])
    assert outside.site.top == tmp_path, "the mark beside it lies further out"


def test_what_another_site_told_is_forgotten(tmp_path):
    hugo = {"hugo.toml": 'baseURL = "https://a.example.com/"', "content/a.md": ""}
    handbooks.write(tmp_path / "a", {".git/HEAD": "", **hugo})
    handbooks.write(tmp_path / "b", {".git/HEAD": "", "mkdocs.yml": "site_url: https://b.example.com/"})
    handbooks.write(tmp_path / "c", {".git/HEAD": "", "page.md": ""})
    config = load_config(start=tmp_path / "a")
    for name, ids, hosts in (
        ("a", "hugo", {"a"}),
        ("b", "mkdocs", {"b"}),
        ("c", "kramdown", set()),
        ("a", "hugo", "a"),
    ):
        config = located(config, [tmp_path / name])
        settings = config.settings_for(tmp_path / name / "page.md")
        assert settings.heading_ids == ids
        own = [host for host in settings.hosts.in_group("handbook") if host.endswith(".example.com")]
        assert own == [f"{one}.example.com" for one in hosts]


HUGO_CONFIGURATIONS = [
    ("", (Root("content"),), (), "", ()),
    ('contentDir = "pages"', (Root("pages"),), (), "", ()),
    ('baseURL = "https://book.example.com/"', (Root("content"),), (), "", ("book.example.com",)),
    # Below a path the host serves other things as well.
    ('baseURL = "https://group.example.com/book/"', (Root("content"),), (), "/book", ()),
    ('baseURL = "//[broken"', (Root("content"),), (), "", ()),
    ("baseURL = 5\ncontentDir = []", (Root("content"),), (), "", ()),
    ("[languages.de]\n[languages.en]", (Root("content"),), ("en", "de"), "", ()),
    (
        'defaultContentLanguage = "DE"\n[languages.en]\ncontentDir = "content/en"\n[languages.De]\ncontentDir = "c/de"',
        (Root("c/de"), Root("content/en", "/en")),
        ("de", "en"),
        "",
        (),
    ),
    ("languages = 3", (Root("content"),), (), "", ()),
    ("languages = {en = 3}", (Root("content"),), ("en",), "", ()),
]


@pytest.mark.parametrize(("text", "told"), [(text, told) for text, *told in HUGO_CONFIGURATIONS])
def test_the_configuration_of_hugo(tmp_path, text, told):
    found = site(tmp_path, {"hugo.toml": text})
    assert [found.layout.roots, found.layout.languages, found.layout.base, found.hosts] == told


def test_other_settings_of_hugo(tmp_path):
    found = site(tmp_path, {"hugo.yaml": "uglyURLs: true\ndefaultContentLanguageInSubdir: true\nlanguages: {en: {}}"})
    assert found.layout.address("content/a.md") == "/en/a.html"
    assert not found.layout.follows_source_links
    handbooks.write(tmp_path, {"layouts/_markup/render-link.html": ""})
    assert find_site(tmp_path).layout.follows_source_links


def test_the_configuration_of_mkdocs(tmp_path):
    text = """
        site_url: https://group.example.com/book/
        docs_dir: pages
        use_directory_urls: false
        theme: {features: !!python/name:material.extensions.emoji.twemoji }
        plugins:
          - search
          - redirects:
              redirect_maps:
                old.md: new.md
                old/b.md: "new.md#part"
                c.md: https://example.com/c
                d.md: [a, list]
    """
    found = site(tmp_path, {"mkdocs.yml": text})
    assert found.layout.roots == (Root("pages"),)
    assert found.layout.address("pages/a.md") == "/book/a.html"
    assert found.redirects == (
        ("/book/old.html", "/book/new.html"),
        ("/book/old/b.html", "/book/new.html#part"),
        ("/book/c.html", "https://example.com/c"),
    )


def test_redirects_of_mkdocs_where_plugins_are_a_mapping(tmp_path):
    found = site(tmp_path, {"mkdocs.yml": "plugins: {redirects: {redirect_maps: {a.md: b.md}}}"})
    assert found.redirects == (("/a/", "/b/"),)


@pytest.mark.parametrize(
    ("text", "address"),
    [("", "/a.html"), ("activate :directory_indexes\n", "/a/"), ("# activate :directory_indexes\n", "/a.html")],
)
def test_the_configuration_of_middleman(tmp_path, text, address):
    found = site(tmp_path, {"config.rb": text, "source/a.html.md": ""})
    assert found.layout.address("source/a.html.md") == address


BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "\n".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGES = "a: &a {x: 1, y: 2}\n" + "\n".join(
    f"{name}: &{name} {{<<: [{', '.join([f'*{before}'] * 9)}]}}"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = [
    pytest.param(f"{BOMB}\nlanguages: *i\ndefaultContentLanguage: *i\nplugins: [{{redirects: *i}}]", id="aliases"),
    pytest.param(f"{BOMB}\nplugins: [{{redirects: {{redirect_maps: {{a.md: *i}}}}}}]", id="aliases as an address"),
    pytest.param(MERGES, id="merges"),
    pytest.param("a: &a [*a]\nlanguages: *a", id="a circle"),
    pytest.param("[" * 100_000, id="deep"),
    pytest.param("{a: " * 90, id="less deep"),
    pytest.param("x" * 2_000_000, id="huge"),
    pytest.param("a: !!python/object/apply:os.system [exit]\n", id="a program"),
    pytest.param("a: !!timestamp soon\n", id="no timestamp"),
    pytest.param("a: !!int ''\n", id="no number"),
    pytest.param("a: !!bool perhaps\n", id="no truth"),
    pytest.param("? [a]\n: b\n", id="a list as a key"),
    pytest.param("a: 1\n b: 2\n", id="no YAML"),
    pytest.param("a: b\0", id="a null"),
    pytest.param("\ud800".encode("utf-8", "surrogatepass"), id="no UTF-8"),
    pytest.param("- a\n", id="a list"),
    pytest.param("", id="nothing"),
    pytest.param("a = " + "9" * 5000, id="a long number"),
    pytest.param("contentDir = \ndocs_dir: [", id="half a line"),
]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("name", ["mkdocs.yml", "hugo.yaml", "hugo.toml", "data/redirects.yml", "_redirects"])
def test_what_cannot_be_read_says_nothing(tmp_path, name, text):
    began = time.process_time()
    found = site(tmp_path, {name: text, "config.rb": "", "source/a.md": ""})
    assert read_redirects(tmp_path, (name,)).exact == {}
    assert time.process_time() - began < 3
    if name.startswith(("hugo", "mkdocs")):
        assert found.layout.name == name.partition(".")[0]
        assert found.layout.roots in ((Root("content"),), (Root("docs"),))
        assert not found.redirects


@pytest.mark.parametrize("folder", ["../outside", "a/../../outside", "..", "/../outside", "a/../../../etc"])
@pytest.mark.parametrize(("name", "key"), [("hugo.yaml", "contentDir"), ("mkdocs.yml", "docs_dir")])
def test_a_root_that_leads_outside_is_not_taken(tmp_path, name, key, folder):
    found = site(tmp_path / "repository", {name: f"{key}: {folder}\n"})
    assert found.layout.roots in ((Root("content"),), (Root("docs"),))


def test_configuration_that_is_a_link_out_of_the_site_is_not_read(tmp_path):
    handbooks.write(tmp_path, {"secret.yml": "docs_dir: secret\n", "r/docs/a.md": "", "r/.git/HEAD": ""})
    (tmp_path / "r" / "mkdocs.yml").symlink_to(tmp_path / "secret.yml")
    assert find_site(tmp_path / "r").layout.roots == (Root("docs"),)
    (tmp_path / "r" / "_redirects").symlink_to(tmp_path / "secret.yml")
    assert read_redirects(tmp_path / "r", ("_redirects", "docs", "x" * 5000)).exact == {}


REDIRECTS = """
- {sources: [/a, /b/], target: /c/, comp_op: "="}
- {sources: /d, target: /e}
- {sources: "^/f/(g|h)", target: /i/, comp_op: "~"}
- {sources: ["^/companies?/x", "^/j.*"], target: /k/, comp_op: "~"}
- {sources: "/l/m|/n/o", target: /p/, comp_op: "~"}
- {sources: "(.*)/q", target: /r/, comp_op: "~"}
- {sources: /a, target: /too-late/}
- {sources: [5, {a: b}], target: /x/}
- {target: /y/}
- {sources: /z}
- text
"""
LINES = """
# a comment
/a /c/ 301
/b/   /c/#part  # why
/d https://example.com/e 302!
/f/* /g/:splat 301
/h/:year/x /i/:year
/j /k 200
/l /404.html 404
/m id=:id /n/:id 301
/o
/*  /p
/a /too-late/
"""


def test_redirects_in_yaml(tmp_path):
    handbooks.write(tmp_path, {"r.yml": REDIRECTS})
    found = read_redirects(tmp_path, ("r.yml", "missing.yml"))
    assert found.exact == {"/a": "/c/", "/b": "/c/", "/d": "/e"}
    assert found.families == ("/f/", "/companie", "/j", "/l/m", "/n/o")


def test_redirects_by_line(tmp_path):
    handbooks.write(tmp_path, {"_redirects": LINES})
    found = read_redirects(tmp_path, ("_redirects",))
    assert found.exact == {"/a": "/c/", "/b": "/c/#part", "/d": "https://example.com/e"}
    assert found.families == ("/f/", "/h", "/j", "/l", "/m")


def test_a_handbook_in_configuration(tmp_path):
    pages = {"pages/a.md": "", "more/a.md": "", "hugo.toml": ""}
    config = books.repository(tmp_path, pages, "handbook: {layout: mkdocs, roots: {pages: /x/, more: /}}\n")
    assert config.site.layout.address("pages/a.md") == "/x/a/"
    assert config.site.layout.address("more/a.md") == "/a/"
    assert config.settings.heading_ids == "mkdocs"
    config = books.repository(tmp_path / "b", pages, "heading-ids: github\nhandbook: {roots: [pages]}\n")
    assert (config.site.layout.name, config.settings.heading_ids) == ("hugo", "github")


@pytest.mark.parametrize(
    "text",
    ["roots: [../x]", "redirects: [../x]", "layout: jekyll", "roots: 5", "complete: perhaps", "unknown: 1", "[]"],
)
def test_a_handbook_that_cannot_be(tmp_path, text):
    with pytest.raises(Exception, match="handbook"):
        books.repository(tmp_path, {}, f"handbook: {text if text == '[]' else '{' + text + '}'}\n")
