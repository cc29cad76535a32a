from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from html.parser import HTMLParser
from io import StringIO
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from ld_review.config_file import default_config
from ld_review.finding import Severity
from ld_review.report.making import make_report
from ld_review.reporters import html
from ld_review.reporters.display import harmless
from ld_review.reporters.html_folder import documents, file_name
from ld_review.reporters.html_index import make_index
from ld_review.reporters.html_page import MOST_ITEMS
from ld_review.reporters.html_source import MOST_CHARACTERS, MOST_LINES
from ld_review.reporters.markdown import Links
from ld_review.review import Review
from ld_review.runner import review_text
from ld_review.source import Span
from reporters.reviews import HOSTILE, finding, hostile_reviews, page, review

GOLDEN = Path(__file__).parent / "golden"
COURSE = (GOLDEN / "feedback.md").read_text(encoding="utf-8")
WORKSHOP = (GOLDEN / "workshop.md").read_text(encoding="utf-8")
VOID = {"meta", "br", "input", "link", "img", "hr"}
LISTENING = re.compile(r"on\w+|style")
_MORE = (
    *(
        "<script>alert(1)</script>",
        "</script>",
        "</style>",
        "</code></mark></details></main>",
        '"><img src=x onerror=alert(1)>',
    ),
    *("' onclick='alert(1)", "javascript:alert(1)", "{{ 7 * 7 }}", "{% raw %}", "&lt;b&gt;", "<!--", "-->", "]]>"),
)
evil = st.lists(st.sampled_from((*HOSTILE, *_MORE)) | st.text(max_size=4), max_size=8).map("".join)


class Read(HTMLParser):
    """A file as a browser takes it apart, which fails where tags are not closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.headings: list[tuple[int, str]] = []
        self.marked: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text = ""
        self.heads: list[dict[str, str | None]] = []
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert not self._open

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]
        values = dict(attrs)
        self.ids += [values["id"]] if values.get("id") else []
        self.links += [values["href"]] if tag == "a" else []
        if tag == "th":
            self.heads.append(values)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        if tag == "mark":
            self.marked.append("")
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open and self._open[-1] in {"script", "style"}:
            return
        self.text += data
        if any(re.fullmatch("h[1-6]", tag) for tag in self._open):
            level, words = self.headings[-1]
            self.headings[-1] = (level, words + data)
        if "mark" in self._open:
            self.marked[-1] += data


def _reviewed(*texts: str, path: str = "page.md", profile: str = "") -> tuple[Review, object]:
    config = default_config()
    config = config.with_profile(profile) if profile else config
    pages = tuple(review_text(text, f"{number or ''}{path}", config) for number, text in enumerate(texts))
    return Review(pages, {one: config.rules[one] for one in config.rules}), config


def _file(of: Review, config: object = None, base: str = "") -> str:
    stream = StringIO(newline="")
    html.write(make_report(of, config or default_config(), courses=True), of, stream, Links(base))
    return stream.getvalue().encode("utf-8").decode("utf-8")


def _folder(of: Review, config: object = None) -> dict[str, str]:
    files = {}
    for name, write in documents(make_report(of, config or default_config(), courses=True), of):
        stream = StringIO(newline="")
        write(stream)
        files[name] = stream.getvalue().encode("utf-8").decode("utf-8")
    return files


def _is_sound(text: str) -> Read:
    """What holds for every file, whatever a page says."""
    read = Read(text)
    assert read.tags["h1"] == read.tags["main"] == read.tags["script"] == read.tags["style"] == 1
    assert not read.tags.keys() & {"img", "iframe", "object", "embed", "base", "link", "b"}
    assert not [name for _, name, _ in read.attributes if LISTENING.fullmatch(name)]
    assert len(read.ids) == len(set(read.ids))
    for link in read.links:
        assert link.startswith(("https://", "http://", "#", "../index.html", "pages/")), link
        assert not link.startswith("#") or link[1:] in read.ids, link
    levels = [level for level, _ in read.headings]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(head.get("scope") in {"col", "row"} for head in read.heads)
    shown = text.replace("\n", "").replace("\t", "")
    assert shown == harmless(shown)
    return read


def test_a_file_has_language_landmarks_a_skip_link_and_a_caption_on_each_table():
    read = _is_sound(_file(*_reviewed(COURSE, path="feedback.md")))
    assert ("html", "lang", "en") in read.attributes
    assert {"header", "main", "footer"} <= read.tags.keys()
    assert read.links[0] == "#main"
    assert read.tags["caption"] == read.tags["table"]


def test_the_parts_of_a_page_stand_in_the_order_in_which_they_are_read():
    read = _is_sound(_file(*_reviewed(COURSE, path="feedback.md")))
    assert [" ".join(words.split()) for level, words in read.headings if level <= 2] == [
        "Giving feedback in writing",
        "What was found",
        "What was not found",
        "To change",
        "For a person to judge",
        "The page with its findings",
        "How this was made",
    ]


def test_a_finding_stands_with_place_reason_authority_and_fix_and_leads_to_its_mark_and_back():
    text = "# A page\n\nRead it [here](/x/).\n"
    of = review(page(text, finding(text, "here", fix="the guide")))
    out = _file(of)
    read = _is_sound(out)
    for words in ("line 3", "here is wrong", "Because of this.", "Standard of vague-objective", "put the guide"):
        assert words in read.text, words
    assert "https://example.org/vague-objective" in read.links
    assert read.marked == ["here"]
    assert {"#p1-f1", "#p1-m1"} <= set(read.links)
    assert {"p1-f1", "p1-m1", "p1-L3"} <= set(read.ids)


def test_marks_that_overlap_and_go_over_lines_are_cut_where_they_begin_and_end():
    text = "one two three\nfour five\n"
    found = [
        finding(text, "two three\nfour", "a", severity=Severity.SUGGESTION),
        finding(text, "three", "b", severity=Severity.ERROR),
    ]
    read = _is_sound(_file(review(page(text, *found))))
    assert read.marked == ["two ", "three", "four"]
    assert [value for tag, name, value in read.attributes if (tag, name) == ("mark", "class")] == [
        *("suggestion", "error", "suggestion")
    ]


def test_the_source_of_a_page_is_shown_whole():
    out = _file(*_reviewed(COURSE, path="feedback.md"))
    shown = "\n".join(re.sub(r"<[^>]*>", "", line) for line in re.findall(r"<code>(.*)</code></div>", out))
    assert shown.replace("&lt;", "<").replace("&gt;", ">").replace("&#34;", '"').replace("&amp;", "&") == COURSE


def test_a_course_has_a_table_of_its_pages_and_asks_once_what_it_asks_of_all():
    out = _file(*_reviewed(COURSE, COURSE, path="feedback.md", profile="course"))
    read = _is_sound(out)
    assert read.tags["article"] == 2
    assert {"#p1", "#p2"} <= set(read.links)
    assert out.count("Who is this for, and what do they know already?") == 1


def test_a_live_event_shows_what_there_is_for_who_cannot_be_there():
    read = _is_sound(_file(*_reviewed(WORKSHOP, path="workshop.md")))
    assert "What there is for those who cannot be there" in read.text


def test_a_page_is_linked_where_its_repository_is_known():
    links = _is_sound(_file(*_reviewed(COURSE, path="feedback.md"), base="https://gitlab.example/a/-/blob/1a")).links
    assert [one for one in links if one.startswith("https://gitlab.example/")] == [
        "https://gitlab.example/a/-/blob/1a/feedback.md?plain=1#L1"
    ]


def test_the_policy_allows_the_script_and_the_style_that_are_there_and_nothing_else():
    out = _file(*_reviewed(COURSE))
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', out)[1].replace("&#39;", "'")
    for tag in ("script", "style"):
        inside = re.search(f"<{tag}>(.*?)</{tag}>", out, re.DOTALL)[1]
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


def test_a_word_that_a_template_does_not_know_is_an_error():
    with pytest.raises(UndefinedError):
        html._environment().from_string("{{ nothing }}").render()


@given(hostile_reviews())
@settings(max_examples=60, deadline=None)
def test_what_is_hostile_stays_text(of):
    _is_sound(_file(of))
    for text in _folder(of).values():
        _is_sound(text)


@given(evil)
@example("<script>alert(1)</script>")
@settings(max_examples=60, deadline=None)
def test_hostile_pages_stay_text(words):
    text = COURSE.replace("three parts", words).replace("Quiz", f"Quiz {words}").replace("feedback", f"a {words} b", 1)
    read = _is_sound(_file(*_reviewed(text, path="a.md", profile="course")))
    assert read.tags["article"] == 0


def test_tags_of_a_page_are_seen_as_they_are_written():
    text = "<script>alert('x')</script> \u202etxet\0 &amp; </code>\n"
    out = _file(review(page(text, finding(text, "alert"))))
    assert "&lt;script&gt;" in out
    assert "<U+202E>txet\u2400 &amp; </code>" in _is_sound(out).text


def test_an_authority_that_is_no_web_address_is_no_link():
    of = review(page("x", finding("x", "x")))
    rule = of.rules["vague-objective"]
    wrong = replace(rule, authority=(rule.authority[0]._replace(url="javascript:alert(1)"),))
    out = _file(Review(of.pages, {wrong.id: wrong}))
    assert "javascript:" not in out
    assert "Standard of vague-objective" in _is_sound(out).text


def test_of_a_huge_page_what_is_near_to_findings_is_shown_and_the_rest_counted():
    text = "line\n" * (2 * MOST_LINES) + "here\n" + "x" * (3 * MOST_CHARACTERS)
    out = _file(review(page(text, finding(text, "here"))))
    read = _is_sound(out)
    assert read.marked == ["here"]
    assert f"{2 * MOST_LINES - 2:,} lines left out" in read.text
    assert f"{2 * MOST_CHARACTERS:,} more characters" in read.text
    assert len(out) < 100_000


def test_of_very_many_findings_of_a_rule_some_are_shown_and_the_rest_counted():
    text = "here " * (3 * MOST_ITEMS)
    found = [finding(text, "here")._replace(span=Span(5 * nth, 5 * nth + 4)) for nth in range(3 * MOST_ITEMS)]
    read = _is_sound(_file(review(page(text, *found))))
    assert len(read.marked) == MOST_ITEMS
    assert f"{2 * MOST_ITEMS:,} more are left out here" in " ".join(read.text.split())


def _handbook(pages: int = 30) -> tuple[Review, object]:
    plain = ["# A page\n\nSee [here](https://example.com/a).\n"] * (pages - 1)
    config = default_config()
    made = [review_text(COURSE, "team/course/feedback.md", config)]
    made += [review_text(text, f"team/part{number % 4}/page{number}.md", config) for number, text in enumerate(plain)]
    made.append(review_text("# Nothing\n\nA page that says one thing.\n", "team/quiet.md", config))
    return Review(tuple(made), {one: config.rules[one] for one in config.rules}), config


def test_a_handbook_is_an_index_and_a_file_for_each_page_that_has_something_to_say():
    of, config = _handbook()
    files = _folder(of, config)
    assert list(files)[-1] == "index.html"
    reads = {name: _is_sound(text) for name, text in files.items()}
    index = reads["index.html"]
    assert {link for link in index.links if link.startswith("pages/")} == set(files) - {"index.html"}
    assert all("../index.html" in read.links for name, read in reads.items() if name != "index.html")
    quiet = next(one for one in of.pages if one.path.name == "quiet.md")
    assert bool(quiet.findings) is (f"pages/{file_name('team/quiet.md')}" in files)


def test_an_index_counts_what_the_report_says():
    of, config = _handbook()
    report = make_report(of, config, courses=True)
    index = make_index(report, {})
    assert [row.title for row in index.courses] == ["Giving feedback in writing"]
    assert index.total == 31 == sum(row.pages for row in index.folders)
    assert len(index.others) + index.silent == 30
    by_rule = Counter(one.rule for one in of.findings)
    assert {row.rule: row.findings for row in index.rules} == by_rule
    assert sum(row.findings for row in index.folders) == by_rule.total()
    for tally in index.tallies:
        assert tally.needs + tally.ready + tally.unknown == 1
    assert index.matrix.rows[0].label == "Giving feedback in writing"
    columns = {one.name: (one.found, one.expected) for one in index.matrix.columns}
    assert columns["learning objectives"] == (1, 0)
    assert columns["the audience"] == (0, 1)
    row = index.matrix.rows[0]
    assert "learning objectives: 3" in row.found
    assert "the audience" in row.expected
    assert [cell.state for cell in row.cells].count("found") == len(row.found)


def test_a_handbook_in_one_file_is_its_index_without_links_to_files_that_are_not_there():
    of, config = _handbook()
    read = _is_sound(_file(of, config))
    assert not [link for link in read.links if link.startswith("pages/")]
    assert "Giving feedback in writing" in read.text


def test_the_courses_of_a_handbook_are_only_told_in_full_where_that_is_wanted():
    of, config = _handbook()
    told = [page.path for page in make_report(of, config, courses=True).pages if page.content]
    assert told == ["team/course/feedback.md"]
    assert not [page.path for page in make_report(of, config).pages if page.content]


@given(
    st.lists(st.text(min_size=1) | st.sampled_from(("a/b.md", "a-b.md", "A/B.md", "../x", "con", "..")), unique=True)
)
def test_names_of_files_are_safe_and_nobody_elses(paths):
    names = [file_name(path) for path in paths]
    assert len({name.casefold() for name in names}) == len(paths)
    assert all(re.fullmatch(r"[a-z0-9][a-z0-9-]{0,80}\.html", name) for name in names)


def test_names_of_files_stay_the_same():
    assert file_name("content/handbook/team.md") == "content-handbook-team-4b593b7fd5276a05.html"


def test_a_long_name_in_the_picture_keeps_its_end():
    of, config = _handbook(25)
    report = make_report(of, config, courses=True)
    told = tuple(one._replace(title="A long course about one thing and another: lab 7") for one in report.pages)
    label = make_index(report._replace(pages=told), {}).matrix.rows[0].label
    assert len(label) <= 48
    assert label.endswith("lab 7")
