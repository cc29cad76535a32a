"""Runs with rules that look across pages: side by side, with fixes, comments and stdin, and in bounded time."""

from __future__ import annotations

import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from click.testing import CliRunner

import books
import handbooks
from ld_review import load_config
from ld_review.cli import main
from ld_review.runner import fix_bytes, fix_paths, review_bytes, review_paths, review_text

TARGETS: dict[str, str | bytes] = {
    "hugo.toml": 'baseURL = "https://own.example.com/"',
    "content/a/_index.md": "---\naliases: [/old/]\n---\n## Part one\n",
    "content/a/b c.md": "## Two\n",
}
PAGE = "content/a/page.md"
WITH_RULES = "rules: [rules]\n" + books.CONFIG.replace("select: [", "select: [long-word, ")
BEFORE = """\
# Page

[Old](/old/#part-one "A title"), [again][o] 😀 and [case](/A/?x=y), [slashes](//own.example.com//a//b-c/).
![picture](../x.png) [file](<b c.md>) <a class="x" href='../'>up</a> [own](https://own.example.com/a/b-c/ 'T').
[relative]( ../b-c/ ) [self](../page/#page) [same][]

| [cell](/old/) | `[code](/old/)` |
|---|---|

> [quoted](/old/) [wrong](/A/)

[o]: </old/> "Old"
[same]: ../
  'Same'
"""
AFTER = """\
# Page

[Old](/a/#part-one "A title"), [again][o] 😀 and [case](/a/?x=y), [slashes](/a/b-c/).
![picture](../x.png) [file](<b c.md>) <a class="x" href='/a/'>up</a> [own](/a/b-c/ 'T').
[relative]( /a/b-c/ ) [self](#page) [same][]

| [cell](/a/) | `[code](/old/)` |
|---|---|

> [quoted](/old/) [wrong](/A/)

[o]: </a/> "Old"
[same]: /a/
  'Same'
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    books.repository(tmp_path, {**TARGETS, PAGE: BEFORE})
    return tmp_path


def fix(folder: Path, *paths: str, **more):
    return fix_paths(paths or ["content"], load_config(start=folder), **more)


def test_links_are_mended_and_all_else_stays(folder):
    result = fix(folder)
    assert (folder / PAGE).read_text() == AFTER
    [fixed] = result.fixed
    assert fixed.fixes == 11
    assert {finding.rule for page in result.review.pages for finding in page.findings} == {"wrong-case-in-link"}


def test_mending_twice_is_mending_once(folder):
    fix(folder)
    assert not fix(folder).fixed
    assert not fix(folder, unsafe=True).fixed
    assert (folder / PAGE).read_text() == AFTER


def test_one_page_is_mended_as_in_the_whole_run(folder):
    assert [page.after for page in fix(folder, PAGE).fixed] == [AFTER]


def test_what_would_be_mended_is_not_written(folder):
    assert fix(folder, write=False).fixed[0].after == AFTER
    assert (folder / PAGE).read_text() == BEFORE


def test_line_ends_and_the_mark_at_the_top_stay(folder):
    (folder / PAGE).write_bytes(b"\xef\xbb\xbf" + BEFORE.replace("\n", "\r\n").encode())
    fix(folder)
    assert (folder / PAGE).read_bytes() == b"\xef\xbb\xbf" + AFTER.replace("\n", "\r\n").encode()


@pytest.mark.parametrize("title", ["Message to send", "Email template"])
def test_what_is_sent_elsewhere_stays(folder, title):
    text = f"# Page\n\n## {title}\n\nRead [this](/old/) and [that](https://own.example.com/a/).\n"
    handbooks.write(folder, {PAGE: text})
    assert not fix(folder, unsafe=True).fixed
    assert not review_paths([PAGE], load_config(start=folder)).pages[0].findings


def test_an_unsure_anchor_needs_to_be_asked_for(folder):
    handbooks.write(folder, {PAGE: "[x](/a/#Part-One)\n"})
    assert not fix(folder).fixed
    assert [page.after for page in fix(folder, unsafe=True).fixed] == ["[x](/a/#part-one)\n"]


def test_fixes_of_one_page_and_across_pages_come_together(folder):
    rules = {f"rules/{name}.yaml": text for name, text in handbooks.RULES.items()}
    handbooks.write(folder, {**rules, ".ld-review.yaml": WITH_RULES})
    handbooks.write(folder, {PAGE: "We utilize [it](/old/).\n"})
    [fixed] = fix(folder).fixed
    assert (fixed.before, fixed.after, fixed.fixes) == ("We utilize [it](/old/).\n", "We use [it](/a/).\n", 2)
    assert (folder / PAGE).read_text() == fixed.after


def test_a_heading_that_is_reworded_by_a_fix_is_known_to_links(folder):
    rules = {f"rules/{name}.yaml": text for name, text in handbooks.RULES.items()}
    handbooks.write(folder, {**rules, ".ld-review.yaml": WITH_RULES})
    handbooks.write(folder, {PAGE: "## How we utilize it\n", "content/a/other.md": "[x](/a/page/#how-we-utilize-it)\n"})
    result = fix(folder, unsafe=True)
    found = {page.path.name: [finding.rule for finding in page.findings] for page in result.review.pages}
    assert found["other.md"] == ["dead-anchor-link"]


def test_a_link_from_elsewhere_is_still_told_after_a_fix(folder):
    config = books.CONFIG.replace("select: [", "select: [dead-incoming-link, ")
    pages = {PAGE: "## Here\n\n[x](/old/)\n", "content/a/other.md": "[x](/a/page/#gone)\n"}
    handbooks.write(folder, {".ld-review.yaml": config, **pages})
    result = fix(folder, PAGE)
    assert len(result.fixed) == 1
    assert [finding.rule for finding in result.review.pages[0].findings] == ["dead-incoming-link"]


def test_a_target_from_outside_cannot_break_the_page(folder):
    redirect = '- {sources: /odd/, target: "/a b/)[x](javascript:alert(1))\\n\\n# Owned"}\n'
    handbooks.write(folder, {"data/redirects.yml": redirect, PAGE: "[x](/odd/) [y][z]\n\n[z]: /odd/\n"})
    [fixed] = fix(folder).fixed
    assert fixed.after.count("\n") == 3
    assert "alert(1)" not in fixed.after
    assert "/a%20b/%29%5Bx%5D" in fixed.after


def test_a_redirect_keeps_the_query_unless_it_has_its_own(folder):
    redirects = "/p/ https://example.com/q?r=s\n/t/ /a/#part-one\n"
    handbooks.write(folder, {"_redirects": redirects, PAGE: "[x](/p/?u=v#w) [y](/t/?u=v#w)\n"})
    assert fix(folder, unsafe=True).fixed[0].after == "[x](https://example.com/q?r=s#w) [y](/a/#part-one)\n"


# Side by side


def test_processes_find_the_same_in_the_same_order(folder):
    pages = {f"content/a/p{number:03}.md": BEFORE + f"\n[x](/a/gone{number}/#y)\n" for number in range(70)}
    unread = {f"content/b/p{number:03}.md": f"[x](/a/p{number:03}/#gone)\n" for number in range(70)}
    handbooks.write(folder, {**pages, **unread})
    config = load_config(start=folder)
    for paths in (["content"], ["content/a"]):
        serial = review_paths(paths, config)
        with ProcessPoolExecutor(2) as executor:
            assert review_paths(paths, config, executor) == serial
    serial = fix(folder, write=False)
    with ProcessPoolExecutor(2) as executor:
        assert fix(folder, write=False, executor=executor) == serial
    assert len(serial.fixed) == 71


# Comments


UNUSED = books.CONFIG.replace("select: [", "select: [unused-suppression, ")
SILENT = "<!-- ld-review-disable-next-line {} -- moves soon -->\n"


@pytest.mark.parametrize("rule", ["dead-page-link", "dead-same-page-link", "redirected-link"])
def test_a_comment_silences_a_rule_about_links(folder, rule):
    link = {"dead-page-link": "/a/gone/", "dead-same-page-link": "#gone", "redirected-link": "/old/"}[rule]
    handbooks.write(folder, {".ld-review.yaml": UNUSED, PAGE: SILENT.format(rule) + f"[x]({link})\n"})
    assert not review_paths([PAGE], load_config(start=folder)).pages[0].findings
    assert not fix(folder, unsafe=True).fixed


@pytest.mark.parametrize(("rule", "told_alone"), [("dead-page-link", False), ("dead-same-page-link", True)])
def test_a_comment_is_unused_only_where_the_whole_handbook_is_known(tmp_path, rule, told_alone):
    text = SILENT.format(rule) + "[x](https://example.com)\n"
    handbooks.write(tmp_path, {".ld-review.yaml": UNUSED, "a/page.md": text})
    loose = tmp_path / "loose"
    handbooks.write(loose, {"a/page.md": text})
    known = load_config(start=tmp_path)
    [page] = review_paths([tmp_path / "a/page.md"], known).pages
    assert [one.rule for one in page.findings] == ["unused-suppression"]
    config = load_config(tmp_path / ".ld-review.yaml")
    alone = [one.rule for one in review_text(text, "a/page.md", config).findings]
    assert alone == (["unused-suppression"] if told_alone else [])


# Text from stdin


def test_text_from_stdin_is_checked_against_the_handbook(folder):
    config = load_config(start=folder)
    text = "[x](/old/) [y](/a/gone/) [z](#gone)\n"
    [page] = review_bytes(text.encode(), PAGE, config).pages
    assert [finding.rule for finding in page.findings] == ["redirected-link", "dead-page-link", "dead-same-page-link"]
    assert fix_bytes(text.encode(), PAGE, config).fixed[0].after == text.replace("/old/", "/a/")
    assert (folder / PAGE).read_text() == BEFORE
    new = review_bytes(b"[x](/a/new/) [y](/a/newer/)\n", "content/a/new.md", config).pages[0]
    assert [new.source[finding.span] for finding in new.findings] == ["/a/newer/"]


def test_the_handbook_around_stdin_is_found_where_its_name_lies(tmp_path, monkeypatch):
    handbooks.write(tmp_path, {".git/HEAD": "", **{f"book/{path}": text for path, text in TARGETS.items()}})
    monkeypatch.chdir(tmp_path)
    arguments = ["check", "-", "--stdin-filename", f"book/{PAGE}", "--format", "concise", "--ignore", "all"]
    arguments += [word for rule in books.LINK_RULES for word in ("--select", rule)]
    result = CliRunner().invoke(main, arguments, input="[x](/old/)\n")
    assert "redirected-link" in result.output, result.output


@pytest.mark.parametrize("name", ["x" * 5000 + ".md", "a/" * 3000 + "b.md", "../" * 50 + "b.md"])
def test_a_strange_name_for_stdin_is_no_trouble(folder, name):
    config = load_config(start=folder)
    assert not review_bytes(b"[x](/old/)\n", name, config).failures
    result = CliRunner().invoke(main, ["check", "-", "--stdin-filename", name], input="[x](/old/)\n")
    assert result.exit_code in (0, 1, 2), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)


# Time


def cost(path: str, text: str, pages: dict[str, str]) -> float:
    handbook = books.book({**pages, path: text})
    began = time.process_time()
    books.review(path, text, handbook, [*books.LINK_RULES, "dead-incoming-link", "dead-incoming-address"])
    return time.process_time() - began


MANY = {
    "links to one page": lambda number: "[x](/a/b/#two)\n" * number,
    "links to many pages": lambda number: "".join(f"[x](/a/p{at % 500}/#y{at})\n" for at in range(number)),
    "dead pages": lambda number: "".join(f"[x](/a/dead-page-{at}/)\n" for at in range(number)),
    "dead anchors": lambda number: "".join(f"[x](#some-heading-{at}-that-is-gone)\n" for at in range(number)),
    "anchors and dead links": lambda number: "".join(
        f"## Some heading {at} of the page\n\n[x](#some-headin-{at}-of-the-pag)\n\n" for at in range(number // 2)
    ),
    "equal anchors": lambda number: "## Same\n\n[x](#Sam)\n\n" * (number // 2),
    "named anchors": lambda number: "".join(f'<a id="a{at}"></a>\n\n[x](#b{at}-c)\n\n' for at in range(number // 2)),
    "relative links": lambda number: "".join(f"[x](../a/p{at % 500}/../p{at % 499}/)\n" for at in range(number)),
}


@pytest.mark.parametrize("shape", MANY)
def test_time_grows_with_the_links_of_a_page(shape):
    pages = {f"content/a/p{at}.md": "" for at in range(500)} | {"content/a/b.md": "## Two"}
    few, many = (cost(PAGE, MANY[shape](number), pages) for number in (5_000, 20_000))
    assert many < 8 * few + 0.5
    assert many < 20


def test_time_grows_with_the_links_from_elsewhere():
    times = []
    for number in (500, 2_000):
        pages = {f"content/a/p{at}.md": f"[x](/a/page/#some-headin-{at})\n" for at in range(number)}
        text = "".join(f"## Some heading {at}\n\n" for at in range(number))
        times.append(cost(PAGE, text, pages))
    assert times[1] < 8 * times[0] + 0.5
