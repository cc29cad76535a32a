"""The handbook around the pages of a run: the same findings, whatever else is under review and whatever was kept."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import books
import handbooks
from ld_review import load_config
from ld_review.cache_folder import VARIABLE, cache_folder
from ld_review.runner import review_bytes, review_paths
from ld_review.survey import place_of, survey

PAGES: dict[str, str | bytes] = {
    "hugo.toml": "",
    "content/a/_index.md": "## One\n\n[x](/a/b/#two) [y](/a/gone/) [z](c/) [w](/old/)\n",
    "content/a/b.md": "---\naliases: [/old/]\n---\n## Two\n\n[x](/a/#one) [y](/a/#none)\n",
    "content/a/c.md": "[x](/a/b/#three)\n",
}


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """An empty cache of its own."""
    folder = tmp_path / "cache"
    monkeypatch.setenv(VARIABLE, str(folder))
    return folder


def found(folder, *paths):
    config = load_config(start=folder)
    return books.by_page(review_paths([folder / path for path in paths], config), folder)


def messages(folder, path):
    return [message for _, _, message in found(folder, path)[path]]


# A handbook that is made by chance

NAMES = ["a", "b", "c d", "E"]
FOLDERS = ["x", "x/y", "z"]
PLACES = [f"{folder}/{name}" for folder in FOLDERS for name in [*NAMES, "_index"]]
LINKS = [
    *[
        f"/{folder}/{name.lower().replace(' ', '-')}/#{anchor}"
        for folder in FOLDERS
        for name in NAMES
        for anchor in "pq"
    ],
    "../",
    "a",
    "b.md",
    "#p",
    "/x/y/",
    "/x/Y/",
    "/x//a/",
    "/old-p/",
    "/x/gone/",
    "x/a/",
    "https://own.example.com/x/a/",
]
PAGE = st.builds(
    lambda headings, links, alias: (
        (f"---\naliases: [/old-{alias}/]\n---\n" if alias else "")
        + "".join(f"## {heading}\n\n" for heading in headings)
        + "".join(f"[text]({link})\n" for link in links)
    ),
    st.lists(st.sampled_from("pqr"), max_size=3),
    st.lists(st.sampled_from(LINKS), max_size=6),
    st.sampled_from(["", "", "p", "q"]),
)
BOOK = st.dictionaries(st.sampled_from(PLACES), PAGE, min_size=2, max_size=8)


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(BOOK, st.booleans())
def test_one_page_has_the_findings_that_it_has_in_the_whole_run(pages, complete):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        files = {f"content/{place}.md": text for place, text in pages.items()}
        text = books.CONFIG.replace("complete: true", f"complete: {str(complete).lower()}")
        books.repository(folder, {"hugo.toml": 'baseURL = "https://own.example.com/"', **files}, text)
        whole = found(folder, "content")
        assert set(whole) == set(files)
        for path in files:
            assert found(folder, path) == {path: whole[path]}
        some = sorted(files)[::2]
        assert found(folder, *some) == {path: whole[path] for path in some}


@pytest.mark.corpus
@pytest.mark.parametrize("name", ["gitlab-handbook", "handbook-hugo"])
def test_pages_of_real_handbooks_too(corpora, name, kept, monkeypatch):
    [top] = {Path(*page.parts[: page.parts.index(name) + 1]) for page in corpora if name in page.parts}
    monkeypatch.chdir(top)
    config = load_config(start=top).with_command_line(books.LINK_RULES, ["all"])
    roots = [path.name for path in top.iterdir() if path.name in {"content", "sites", "source"}]
    whole = {page.path: page for page in review_paths(roots, config).pages}
    drawn = random.Random(name).sample(sorted(whole), 15)
    for path in drawn:
        [page] = review_paths([path], config).pages
        assert page == whole[path], path
    assert any(whole[path].findings for path in drawn)


# What was kept


def test_cold_and_warm_are_equal(tmp_path, kept):
    books.repository(tmp_path / "r", PAGES)
    runs = [found(tmp_path / "r", "content/a/_index.md") for _ in range(3)]
    assert runs[0] == runs[1] == runs[2]
    assert [rule for rule, _, _ in runs[0]["content/a/_index.md"]] == [
        "dead-page-link",
        "document-relative-link",
        "redirected-link",
    ]
    assert list(kept.iterdir())


def test_a_warm_run_reads_no_page_again(tmp_path, kept, monkeypatch):
    config = books.repository(tmp_path / "r", PAGES)
    before = survey(config, [])
    monkeypatch.setattr("ld_review.survey.read_page", lambda *_: pytest.fail("read again"))
    assert survey(config, []).entries == before.entries
    with pytest.raises(pytest.fail.Exception):
        survey(replace(config, use_cache=False), [])


def test_what_changes_is_seen_at_once(tmp_path, kept):
    folder, path = tmp_path / "r", "content/a/c.md"
    books.repository(folder, PAGES)
    first = messages(folder, path)
    assert len(first) == 1, first
    handbooks.write(folder, {"content/a/b.md": "## Three\n"})
    assert messages(folder, path) == []
    handbooks.write(folder, {"content/a/b.md": PAGES["content/a/b.md"]})
    assert messages(folder, path) == first
    (folder / "content/a/b.md").rename(folder / "content/a/d.md")
    assert "there is no page '/a/b/#three'" in messages(folder, path)[0]
    handbooks.write(folder, {"content/a/d.md": "---\naliases: [/a/b/]\n---\n## Three\n"})
    assert "leads on to '/a/d/" in messages(folder, path)[0]


def test_a_setting_that_changes_is_seen_at_once(tmp_path, kept):
    folder = tmp_path / "r"
    pages = {**PAGES, "content/a/d.md": "[x](/a/e/#a--b)\n", "content/a/e.md": "## A & B\n"}
    books.repository(folder, pages)
    assert messages(folder, "content/a/d.md") == []
    handbooks.write(folder, {".ld-review.yaml": books.CONFIG + "heading-ids: gitlab\n"})
    assert len(messages(folder, "content/a/d.md")) == 1
    handbooks.write(folder, {".ld-review.yaml": books.CONFIG + "paths: [{match: content/a/e.md, language: de}]\n"})
    assert messages(folder, "content/a/d.md") == []


@pytest.mark.parametrize("damage", ["broken", "deleted", "no folder"])
def test_a_cache_in_trouble_changes_nothing(tmp_path, kept, damage, monkeypatch):
    folder, path = tmp_path / "r", "content/a/c.md"
    books.repository(folder, PAGES)
    first = found(folder, path)
    files = list(kept.iterdir())
    assert files
    for file in files:
        if damage == "broken":
            file.write_bytes(b"x" * 10_000)
        elif damage == "deleted":
            file.unlink()
    if damage == "no folder":
        monkeypatch.setenv(VARIABLE, str(files[0] / "below"))
        assert cache_folder() is None
    assert found(folder, path) == first == found(folder, path)


def test_two_processes_share_a_cache(tmp_path, kept):
    folder = tmp_path / "r"
    books.repository(folder, {**PAGES, **{f"content/a/n{number}.md": "## A\n" for number in range(40)}})
    command = [sys.executable, "-m", "ld_review", "check", "--format", "concise", "content/a/_index.md"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), VARIABLE: str(kept)}
    running = [
        subprocess.Popen(
            command, cwd=folder, env={**environment, "PYTHONHASHSEED": str(seed)}, stdout=subprocess.PIPE, text=True
        )
        for seed in (1, 2, 3)
    ]
    said = [process.communicate(timeout=60)[0] for process in running]
    assert said[0] == said[1] == said[2]
    assert "dead-page-link" in said[0]


def test_a_page_that_changes_while_it_is_read_is_not_kept_as_what_it_was(tmp_path, kept, monkeypatch):
    folder, path = tmp_path / "r", "content/a/c.md"
    config = books.repository(folder, PAGES)
    from ld_review import survey as module

    read, page = module.read_bytes, folder / "content/a/b.md"

    def changing(file):
        data = read(file)
        if file == page:
            page.write_text("## Three\n")
        return data

    monkeypatch.setattr(module, "read_bytes", changing)
    survey(config, [])
    monkeypatch.undo()
    monkeypatch.setenv(VARIABLE, str(kept))
    page.write_text(str(PAGES["content/a/b.md"]))
    assert len(messages(folder, path)) == 1


# What counts as a page


@pytest.mark.parametrize(
    ("layout", "pages", "link"),
    [
        ("hugo", {"content/a/x.html": "<p>"}, "/a/x/"),
        ("hugo", {"content/a/x.org": ""}, "/a/x/"),
        ("middleman", {"source/a/x.html.haml": "%p"}, "/a/x.html"),
        ("middleman", {"source/a/x/index.html.erb": "<p>"}, "/a/x/"),
        ("mkdocs", {"docs/a/x.mdown": ""}, "/a/x/"),
        ("docusaurus", {"docs/a/x.mdx": "<X/>"}, "/docs/a/x"),
        ("hugo", {"content/a/x.md": b"caf\xe9"}, "/a/x/"),
        ("hugo", {"content/a/x.md": b"\0"}, "/a/x/"),
        ("hugo", {"content/a/x.md": b"x" * 5_000_001}, "/a/x/"),
        ("hugo", {"content/a/x.md": "## Any\n", ".ld-review-ignore": "x.md\n"}, "/a/x/"),
    ],
)
def test_what_cannot_be_reviewed_is_there_all_the_same(tmp_path, kept, layout, pages, link):
    root = {"middleman": "source", "hugo": "content"}.get(layout, "docs")
    ending = ".html.md" if layout == "middleman" else ".md"
    here = f"{root}/a/here{ending}"
    config = books.CONFIG.replace("{complete: true}", f"{{complete: true, layout: {layout}}}")
    books.repository(tmp_path / "r", {here: f"[x]({link}#any) [y]({link}gone/)\n", **pages}, config)
    for paths in ([here], [root]):
        reviewed = review_paths([tmp_path / "r" / path for path in paths], load_config(start=tmp_path / "r"))
        [page] = [page for page in reviewed.pages if page.path.name.startswith("here")]
        assert [page.source[finding.span] for finding in page.findings] == [f"{link}gone/"]


def test_excluded_pages_count_as_targets(tmp_path, kept):
    folder = tmp_path / "r"
    books.repository(folder, PAGES, books.CONFIG + "exclude: [content/a/b.md]\n")
    whole = found(folder, "content")
    assert "content/a/b.md" not in whole
    assert whole["content/a/c.md"] == found(folder, "content/a/c.md")["content/a/c.md"]
    assert [text for _, text, _ in whole["content/a/_index.md"]] == ["/a/gone/", "c/", "/old/"]


def test_pages_that_git_ignores_do_not(tmp_path, kept):
    books.repository(tmp_path / "r", {**PAGES, ".gitignore": "b.md\n"})
    assert "there is no page '/a/b/#three'" in messages(tmp_path / "r", "content/a/c.md")[0]


def test_nothing_outside_the_repository_is_read(tmp_path, kept):
    folder = tmp_path / "r"
    handbooks.write(tmp_path / "secret", {"a/page.md": "## Secret\n", "docs/a/page.md": "## Secret\n"})
    books.repository(
        folder, {"docs/b.md": "", "sites/own/source/a.html.md": ""}, "handbook: {roots: ['*', sites/*/source]}\n"
    )
    (folder / "link").symlink_to(tmp_path / "secret")
    (folder / "sites/other").symlink_to(tmp_path / "secret")
    (folder / "docs/page.md").symlink_to(tmp_path / "secret/a/page.md")
    known = survey(load_config(start=folder), [])
    assert set(known.entries) == {"docs/b.md", "sites/own/source/a.html.md"}


@pytest.mark.parametrize("root", ["**", "*/**", "a[b", "?"])
def test_a_root_is_no_pattern_but_for_a_whole_part(tmp_path, kept, root):
    books.repository(
        tmp_path / "r", {f"{root.replace('*/', 'x/')}/a.md": "", "x/y/b.md": ""}, f"handbook: {{roots: ['{root}']}}\n"
    )
    known = survey(load_config(start=tmp_path / "r"), [])
    assert set(known.entries) == {f"{root.replace('*/', 'x/')}/a.md"}


def test_plain_pages_are_known_only_in_a_repository_or_where_whole_folders_are_named(tmp_path, kept):
    pages = {"a/b.md": "[x](c.md)\n", ".ld-review.yaml": books.CONFIG}
    handbooks.write(tmp_path / "r", pages)
    config = load_config(start=tmp_path / "r")
    assert messages(tmp_path / "r", "a/b.md"), "the configuration stands at the top"
    (tmp_path / "r" / ".ld-review.yaml").unlink()
    loose = load_config(start=tmp_path / "r").with_command_line(books.LINK_RULES, ["all"])
    assert not review_paths([tmp_path / "r/a/b.md"], loose).pages[0].findings
    assert review_paths([tmp_path / "r"], loose).pages[0].findings
    assert config.site.known


def test_where_a_page_lies(tmp_path, monkeypatch, kept):
    site = books.repository(tmp_path / "r", PAGES).site
    monkeypatch.chdir(tmp_path / "r" / "content")
    assert place_of("a/b.md", site) == "content/a/b.md"
    assert place_of(tmp_path / "r/content/a/b.md", site) == "content/a/b.md"
    assert place_of("../../elsewhere.md", site) == "../../elsewhere.md"
    assert place_of("a/b.md", None) == "a/b.md"
    (tmp_path / "link").symlink_to(tmp_path / "r")
    assert place_of(tmp_path / "link/content/a/b.md", site) == "content/a/b.md"


@settings(max_examples=10, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(BOOK)
def test_text_from_stdin_is_checked_as_the_page_would_be(pages):
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        config = books.repository(
            folder, {"hugo.toml": "", **{f"content/{path}.md": text for path, text in pages.items()}}
        )
        for path, text in pages.items():
            file = folder / f"content/{path}.md"
            [page] = review_paths([file], config).pages
            [same] = review_bytes(text.encode(), file, config).pages
            assert same.findings == page.findings


def test_no_test_writes_into_the_cache_of_whoever_runs_it(cache_of_tests):
    assert cache_folder() == cache_of_tests
