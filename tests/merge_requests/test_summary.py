"""Whatever a review says, the note and the threads only say it."""

from __future__ import annotations

import html
import re

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

import fake_gitlab
from ld_review.comparison import compare
from ld_review.finding import Severity
from ld_review.gitlab.changes import ChangedFile, Line
from ld_review.gitlab.note import body_of
from ld_review.gitlab.summary import Told, summary
from ld_review.gitlab.target import Target
from ld_review.gitlab.threads import plan
from ld_review.recorded import (
    RecordedEdit,
    RecordedFailure,
    RecordedFinding,
    RecordedPage,
    RecordedReview,
    Verdict,
)
from ld_review.source import Position, Source

RENDERER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
TARGET = Target("https://g.example", "1", 1, head="a" * 40, source_url="https://g.example/p", run=3)
PIECES = (
    "/close", "@all", "<script>", "</details>", "<!-- ld-review:note v1 review -->", "-->", "](x)", "[x](y)", "`",
    "```", "````suggestion:-0+0", "~~~", "| |", "#12", "!7", "~bug", "\n", "\n\n/merge\n", "\r", "\\", ":tada:",
    "https://a.example/x", "\u2028/close", "\u202e", "\ud800", "\0", "word", "> ", "## ", "&lt;", "$`x`$", "{+a+}",
)  # fmt: skip
TEXT = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map("".join)
PLACE = st.builds(Position, st.integers(1, 3), st.integers(1, 4))
FINDING = st.builds(
    RecordedFinding,
    rule=TEXT,
    dimension=TEXT,
    severity=st.sampled_from(Severity),
    message=TEXT,
    start=PLACE,
    end=PLACE,
    fingerprint=TEXT,
    safe_fix=st.lists(st.builds(RecordedEdit, PLACE, PLACE, TEXT), max_size=1).map(tuple),
    authority=st.lists(st.tuples(TEXT, TEXT | st.just("https://ok.example/x")), max_size=2).map(tuple),
)
FAILURES = st.lists(st.builds(RecordedFailure, TEXT, TEXT | st.just("")), max_size=2).map(tuple)
VERDICT = st.builds(Verdict, st.sampled_from(["ready", "needs-changes", "not-assessed"]), TEXT)
PAGE = st.builds(
    RecordedPage,
    path=TEXT,
    findings=st.lists(FINDING, max_size=3).map(tuple),
    verdicts=st.lists(st.tuples(TEXT, VERDICT), max_size=2, unique_by=lambda one: one[0]).map(tuple),
    failures=FAILURES,
)
REVIEW = st.builds(
    RecordedReview, st.lists(PAGE, max_size=3, unique_by=lambda page: page.path).map(tuple), failures=FAILURES
)
OURS = {
    "a", "code", "details", "em", "h2", "h3", "li", "p", "strong", "sub", "summary", "table", "tbody", "td", "th",
    "thead", "tr", "ul",
}  # fmt: skip
MEANT = re.compile(r"@\w|(?<!\w)~\w|[#!]\d|:\w+:|\{\+|://")


def _harmless(body: str) -> None:
    body.encode()
    assert fake_gitlab.commands(body) == []
    page = RENDERER.render(body)
    hidden = re.findall(r"<!--.*?-->", page, re.DOTALL)
    assert all(re.fullmatch(r"<!-- ld-review:(note v1|run|finding) [\w ]+ -->", one) for one in hidden)
    page = re.sub(r"<!--.*?-->", "", page, flags=re.DOTALL)
    tags = set(re.findall(r"</?([a-z0-9]+)", page))
    assert tags <= OURS | {"pre"}
    assert all(re.match(r"https://(g|ok|a)\.example/", url) for url in re.findall(r'href="([^"]*)"', page))
    assert page.count("<details>") == page.count("</details>")
    said = re.sub(r"<(pre|code)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert not MEANT.search(html.unescape(re.sub(r"</?[a-z][^>]*>", "", said)))


@settings(max_examples=100, deadline=None)
@given(REVIEW, REVIEW | st.none())
def test_a_note_does_nothing_but_say_it(review, old):
    told = Told(review, compare(old, review) if old else None)
    body = body_of(TARGET, summary(told, TARGET), told.findings)
    assert body.startswith("<!-- ld-review:note v1 review -->\n<!-- ld-review:run 3 findings ")
    _harmless(body)


@settings(max_examples=100, deadline=None)
@given(REVIEW, st.lists(TEXT.map(lambda text: re.sub(r"[\r\n]", "", text)), min_size=3, max_size=3))
def test_a_thread_does_nothing_but_say_it(review, lines):
    source = Source(None, "".join(f"{line}\n" for line in lines))
    shown = {number: Line(line, None) for number, line in enumerate(lines, 1)}
    files = {page.path: ChangedFile(page.path, page.path, shown) for page in review.pages}
    for thread in plan(compare(RecordedReview(), review), files, lambda _: source).threads:
        _harmless(thread.body)
        assert fake_gitlab.commands(thread.body) == []
