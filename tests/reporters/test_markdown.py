from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import StringIO
from pathlib import Path, PurePath

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from ld_review.cli import main
from ld_review.config_file import default_config
from ld_review.report.making import make_report
from ld_review.report.model import Report
from ld_review.reporters import markdown
from ld_review.review import Review
from ld_review.runner import review_text
from reporters.reviews import HOSTILE, hostile_reviews

GOLDEN = Path(__file__).parent / "golden"
COURSE = (GOLDEN / "feedback.md").read_text(encoding="utf-8")
QUICK_ACTION = re.compile(r"^\s*/\w", re.MULTILINE)
OUR_TAGS = {"details", "summary", "code", "sub"}
_MORE = ("@all", "@[everybody]", "#1", "!2", "~bug", "&amp;", "<script>alert(1)</script>", "</details>", "\n# Title\n")
evil = st.lists(st.sampled_from((*HOSTILE, *_MORE)) | st.text(max_size=4), max_size=6).map("".join)


def _report(*texts: str, path: str = "page.md", profile: str = "") -> Report:
    config = default_config().with_today(date(2026, 12, 1))
    config = config.with_profile(profile) if profile else config
    pages = tuple(review_text(text, f"{number or ''}{path}", config) for number, text in enumerate(texts))
    return _as_made_anywhere(make_report(Review(pages, {one: config.rules[one] for one in config.rules}), config))


def _as_made_anywhere(report: Report) -> Report:
    made = report.made._replace(version="1.0", rules=100, commit="1a2b3c4d5e", changed=False)
    return report._replace(made=made)


def _written(report: Report, base: str = "") -> str:
    stream = StringIO()
    markdown.write(report, stream, markdown.Links(base))
    return stream.getvalue()


def _rendered(text: str) -> str:
    return MarkdownIt("commonmark", {"html": True}).enable("table").render(text)


def _is_harmless(text: str) -> None:
    """What a page may not do by way of a report."""
    assert not QUICK_ACTION.search(text)
    rendered = _rendered(text)
    tags = set(re.findall(r"</?([a-z0-9]+)", rendered))
    assert tags <= OUR_TAGS | {*("h2", "h3", "p", "table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li")} | {
        *("strong", "em", "a", "br")
    }
    for tag in ("details", "summary", "sub"):
        assert rendered.count(f"<{tag}>") == rendered.count(f"</{tag}>")
    shown = re.sub(r"<code>.*?</code>", "", rendered, flags=re.DOTALL)
    assert not re.search(r"(?<![\w&])(?:[@~]\w|[#!]\w*\d)", re.sub(r"<[^>]*>|&\w+;|&#\d+;", " ", shown))


@pytest.mark.parametrize(("name", "base"), [("feedback", "https://gitlab.example/a/b/-/blob/1a2b"), ("workshop", "")])
def test_a_report_reads_as_it_was_read_by_a_person(name, base):
    text = (GOLDEN / f"{name}.md").read_text(encoding="utf-8")
    assert _written(_report(text, path=f"{name}.md"), base) == (GOLDEN / f"{name}.report.md").read_text("utf-8")


def test_what_was_found_stands_before_what_is_missing_and_before_what_is_wrong():
    text = _written(_report(COURSE))
    marks = [
        "| Dimension |",
        "### What was found",
        "**Not found**",
        "### To change",
        "### For a person to judge",
        "<sub>Reviewed",
    ]
    places = [text.index(mark) for mark in marks]
    assert places == sorted(places)


def test_no_verdict_is_a_number():
    verdicts = re.findall(
        r"^\| (?:Handbook first|Adult learning|Bias for async) \| ([^|]*) \|", _written(_report(COURSE)), re.M
    )
    assert len(verdicts) == 3
    assert {one.split(" ", 1)[1] for one in verdicts} <= {"ready", "needs changes", "not assessed"}


def test_places_are_links_to_lines_where_the_repository_is_known():
    report = _report("# Page\n\nRead [here](https://example.org/a).\n", path="a b/pa(ge).md")
    assert "[line 3](<https://x.y/-/blob/main/a%20b/pa%28ge%29.md?plain=1#L3>)" in _written(
        report, "https://x.y/-/blob/main/"
    )
    assert "line 3 ·" in _written(report)
    assert "](<https://x.y" not in _written(report)


def test_no_dimension_fills_the_report():
    text = "# Page\n\n" + "\n\n".join(
        f"## Part {n}\n\nClick [here](https://example.org/{n}), [more](/x{n})." for n in range(60)
    )
    report = _report(text)
    crowded = tuple(group._replace(rule=f"rule-{n}") for n in range(30) for group in report.pages[0].groups[:1])
    written = _written(report._replace(pages=(report.pages[0]._replace(groups=crowded),)))
    assert "more about handbook first left out here; the JSON has all of them." in written
    assert written.count("`rule-") < 12


def test_a_report_fits_into_a_note_however_many_pages_there_are():
    many = _written(_report(*[COURSE] * 20))
    assert len(many) <= markdown.MOST_CHARACTERS
    assert re.search(r"\*\d+ more sections left out here", many)
    assert many.rstrip().endswith("</sub>")
    assert "<details>" in many and many.count("<details>") == many.count("</details>")


def test_a_handbook_is_told_by_its_courses_and_rules():
    written = _written(_report(COURSE, *["# Page\n\nClick [here](/a).\n"] * 25))
    assert written.startswith("## Content review: 26 pages")
    assert "25 other pages are no learning content" in written
    assert "### What was found most" in written
    assert "<details>" not in written


def test_what_is_asked_of_every_page_of_a_course_is_asked_once():
    written = _written(_report(*["# Page\n\nText.\n"] * 2, profile="course"))
    assert written.count("Is this still how the work is done") == 1
    assert "### For a person to judge, on all pages" in written


def test_fixes_are_one_line_with_the_command():
    report = _report("# Page:\n\nSee.\n\n## One:\n\nText.\n\n## Two:\n\nText.\n", path="it's.md")
    lines = [line for line in _written(report).splitlines() if "ready**" in line]
    assert len(lines) == 1
    assert "`ld-review --fix 'it'\"'\"'s.md'`" in lines[0]


def test_an_error_is_told_even_where_it_can_be_fixed():
    report = _report("# Page\n\nText.\n")
    page = report.pages[0]
    other = _report("# Page\n\nClick [here](www.example.org).\n").pages[0]
    errors = tuple(group for group in other.groups if group.severity.value == "error")
    assert errors and errors[0].fixable
    assert "1. **error** ·" in _written(report._replace(pages=(page._replace(groups=errors),)))


@settings(max_examples=60, deadline=None)
@given(hostile_reviews())
def test_findings_with_hostile_words_do_nothing(review):
    config = default_config()
    _is_harmless(_written(_as_made_anywhere(make_report(replace(review, pages=review.pages), config))))


@settings(max_examples=60, deadline=None)
@given(evil, evil, evil)
def test_pages_with_hostile_words_do_nothing(title, objective, path):
    text = (
        f"---\nld_review: {{profile: course}}\n---\n\n# {title}\n\n## Learning objectives\n\n- Explain {objective}\n\n"
    )
    text += f"## Exercise: {title}\n\n{objective}\n\n## Workshop {title}\n\nJoin us on 2026-03-05 at 15:00 UTC, "
    text += f"{objective}\n"
    name = re.sub(r"[/\0]", "", path) or "x"
    config = default_config()
    pages = (review_text(text, PurePath(f"{name}.md"), config), review_text(text, PurePath(f"b{name}.md"), config))
    rules = {one: config.rules[one] for one in config.rules}
    _is_harmless(_written(make_report(Review(pages[:1], rules), config), "https://x.y/z"))
    _is_harmless(_written(make_report(Review(pages, rules), config)))


@pytest.mark.parametrize("base", ["javascript:alert(1)", "https://x.y/a b", "https://x.y/>", "x.y", ""])
def test_no_other_base_is_linked(base):
    assert not markdown.is_link_base(base)


def _run(*arguments: str, **environment: str):
    clean = dict.fromkeys(
        ("CI_PROJECT_URL", "CI_COMMIT_SHA", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_MERGE_REQUEST_SOURCE_PROJECT_URL")
    )
    return CliRunner().invoke(main, arguments, env=clean | environment)


@pytest.fixture
def page(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("page.md").write_text("# Page\n\nClick [here](https://example.org/a).\n", encoding="utf-8")
    return "page.md"


def test_the_command_links_as_told(page):
    result = _run("--format", "markdown", "--link-base", "https://x.y/blob", page)
    assert "(<https://x.y/blob/page.md?plain=1#L3>)" in result.stdout
    assert result.exit_code == 1


def test_the_command_links_as_the_pipeline_tells(page):
    told = {"CI_PROJECT_URL": "https://gitlab.example/a/b", "CI_COMMIT_SHA": "1a2b"}
    assert "(<https://gitlab.example/a/b/-/blob/1a2b/page.md" in _run("--format", "markdown", page, **told).stdout
    fork = told | {
        "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "3c4d",
        "CI_MERGE_REQUEST_SOURCE_PROJECT_URL": "https://gitlab.example/me/b",
    }
    assert "(<https://gitlab.example/me/b/-/blob/3c4d/page.md" in _run("--format", "markdown", page, **fork).stdout


def test_the_command_refuses_what_is_no_address(page):
    result = _run("--format", "markdown", "--link-base", "main", page)
    assert result.exit_code == 2
    assert "expected a web address" in result.stderr


def test_the_report_goes_to_a_file_beside_another_format(page):
    result = _run("--output", "markdown=out/report.md", "--format", "concise", page)
    assert "page.md:3" in result.stdout
    assert Path("out/report.md").read_text("utf-8").startswith("## Content review: Page\n")


@pytest.mark.parametrize(
    "text", ["/close", "a\n/assign me", "<b>a</b>", "- @all", "<sub>a", "# Title", "![a](b)", "see #1"]
)
def test_the_guard_of_these_tests_can_fail(text):
    with pytest.raises(AssertionError):
        _is_harmless(text)
