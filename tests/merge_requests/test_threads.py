"""Threads at the lines of a diff, against a server that takes only places that are in it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import fake_gitlab
import handbooks
from fake_gitlab import BOT, HEAD, Answer, Trouble
from ld_review.cli import main
from ld_review.comparison import compare
from ld_review.finding import Severity
from ld_review.gitlab.changes import changed_files, lines_of
from ld_review.gitlab.threads import plan
from ld_review.recorded import RecordedEdit, RecordedFinding, RecordedPage, RecordedReview
from ld_review.source import Position, Source
from merge_requests.conftest import reviewed, written

DISCUSSIONS = "/merge_requests/7/discussions"
OLD = "# Words\n\nOne.\n\nTwo.\n\nThree.\n\nFour.\n\nFive.\n\nSix.\n\nSeven.\n"


@pytest.fixture
def change(server, comment):
    """Put a change into the merge request, review both sides, and comment with threads."""

    def made(pages, *arguments, renamed=None):
        """*pages*: by path, the text before (None for a new page) and after."""
        renamed = renamed or {}
        written({renamed.get(path, path): old for path, (old, _) in pages.items() if old is not None})
        paths = [renamed.get(path, path) for path, (old, _) in pages.items() if old is not None]
        baseline = reviewed("old.json", *(paths or ["."]))
        for path in renamed.values():
            Path(path).unlink()
        written({path: new for path, (_, new) in pages.items()})
        server.files = {path: (old or "", new) for path, (old, new) in pages.items()}
        server.renamed = renamed
        new = reviewed("new.json", *pages)
        return comment(new, "--baseline", baseline, "--threads", *arguments)

    return made


def _threads(server):
    return [one["notes"][0] for one in server.discussions]


def _fixed(text):
    """What ``--fix`` makes of a page."""
    arguments = ["--fix", "-q", "--stdin-filename", "docs/page.md", "-"]
    return CliRunner().invoke(main, arguments, input=text.encode()).stdout_bytes.decode()


def test_a_new_finding_becomes_a_thread_with_a_suggestion_that_is_the_fix(server, change):
    new = OLD.replace("Two.", "We utilize two.")
    result = change({"docs/page.md": (OLD, new)})
    assert result.stdout == "note: made\nthreads: 1 opened; 0 there already; 0 resolved\n"
    [thread] = _threads(server)
    assert thread["position"]["new_line"] == 5
    assert "old_line" not in thread["position"]
    assert re.match(
        r"<!-- ld-review:finding [0-9a-f]{32} -->\n"
        r"\*\*suggestion\*\*: write use, not 'utilize' \(`long-word`\)\n\n"
        r"<sub>\[Handbook, words\]\(<https://example.org/words>\)</sub>\n\n"
        r"```suggestion:-0\+0\nWe use two.\n```\n",
        thread["body"],
    )
    assert server.suggested(server.discussions[0]) == _fixed(new)


def test_what_was_there_before_is_not_said_at_lines(server, change):
    old = OLD.replace("Six.", "We utilize six.")
    assert change({"docs/page.md": (old, old.replace("Two.", "Two!"))}).exit_code == 0
    assert _threads(server) == []


def test_a_finding_that_the_change_brings_onto_an_unchanged_line_has_both_numbers(server, change):
    """A suppression is taken away two lines above: the line itself did not change, and stands elsewhere now."""
    old = OLD.replace("Three.", "<!-- ld-review-disable-next-line long-word -- quoted -->\nWe utilize three.")
    new = OLD.replace("Three.", "We utilize three.").replace("One.", "One.\n\nAnd a half.")
    change({"docs/page.md": (old, new)})
    [thread] = _threads(server)
    assert (thread["position"]["old_line"], thread["position"]["new_line"]) == (8, 9)
    assert server.suggested(server.discussions[0]) == _fixed(new)


def test_new_findings_on_lines_that_the_diff_does_not_show_are_counted_only(server, change):
    old = OLD + "\n" * 30 + "<!-- ld-review-disable-file long-word -- a reason -->\n"
    new = (OLD + "\n" * 30 + "Nothing.\n").replace("One.", "One.")
    old, new = old.replace("Three.", "We utilize."), new.replace("Three.", "We utilize.")
    result = change({"docs/page.md": (old, new)})
    assert "1 new findings at lines that the diff does not show" in result.stdout
    assert _threads(server) == []


def test_a_new_page_and_a_renamed_one_have_threads(server, change):
    renamed_new = OLD.replace("Two.", "We utilize two.")
    pages = {"docs/new.md": (None, "# New\n\nWe utilize it.\n"), "docs/after.md": (OLD, renamed_new)}
    change(pages, renamed={"docs/after.md": "docs/before.md"})
    places = {(one["position"]["old_path"], one["position"]["new_path"]) for one in _threads(server)}
    assert places == {("docs/new.md", "docs/new.md"), ("docs/before.md", "docs/after.md")}


def test_threads_are_opened_once_and_resolved_when_their_finding_is_gone(server, change, comment):
    new = OLD.replace("Two.", "We utilize two.").replace("Six.", "This is forbidden.")
    change({"docs/page.md": (OLD, new)})
    again = comment("new.json", "--baseline", "old.json", "--threads")
    assert "threads: 0 opened; 2 there already; 0 resolved" in again.stdout
    mended = new.replace("utilize", "use")
    written({"docs/page.md": mended})
    server.files = {"docs/page.md": (OLD, mended)}
    last = comment(reviewed("new.json", "docs/page.md"), "--baseline", "old.json", "--threads")
    assert "threads: 0 opened; 1 there already; 1 resolved" in last.stdout
    assert sorted((one["resolved"], "utilize" in one["body"]) for one in _threads(server)) == [
        (False, False),
        (True, True),
    ]


def test_a_thread_is_not_resolved_where_the_page_could_not_be_reviewed(server, change, comment):
    change({"docs/page.md": (OLD, OLD.replace("Two.", "We utilize two."))})
    data = json.loads(Path("new.json").read_text("utf-8"))
    data["pages"][0] |= {"findings": [], "failures": [{"message": "broke", "rule": "", "traceback": ""}]}
    Path("new.json").write_text(json.dumps(data), encoding="utf-8")
    assert "0 resolved" in comment("new.json", "--baseline", "old.json", "--threads").stdout
    assert not _threads(server)[0]["resolved"]


def test_a_thread_on_a_page_that_no_longer_changes_is_resolved(server, change, comment):
    change({"docs/page.md": (OLD, OLD.replace("Two.", "We utilize two."))})
    written({"docs/page.md": OLD, "docs/other.md": OLD})
    server.files = {"docs/other.md": ("", OLD)}
    other = reviewed("new.json", "docs/other.md")
    assert "1 resolved" in comment(other, "--baseline", "old.json", "--threads").stdout


def test_threads_of_others_are_left_alone(server, change):
    key = "0" * 32
    server.discussions.append(
        {
            "id": "f" * 40,
            "notes": [
                {"id": 1, "author": {"id": BOT + 1}, "body": f"<!-- ld-review:finding {key} -->", "resolved": False}
            ],
        }
    )
    change({"docs/page.md": (OLD, OLD.replace("Two.", "We utilize two."))})
    assert len(server.discussions) == 2
    assert server.discussions[0]["notes"][0]["resolved"] is False


def test_there_are_at_most_so_many_and_the_gravest_come_first(server, change):
    new = OLD.replace("One.", "We utilize one.").replace("Six.", "This is forbidden.").replace("Two.", "We utilize 2.")
    result = change({"docs/page.md": (OLD, new)}, "--max-threads", "2")
    assert "2 opened; 0 there already; 0 resolved; 1 not opened, above --max-threads" in result.stdout
    assert _threads(server)[0]["body"].split("\n")[1].startswith("**error**")


def test_threads_already_there_do_not_use_up_the_limit(server, change, comment):
    new = "".join(f"We utilize {number}.\n\n" for number in range(5))
    change({"docs/page.md": (None, new)}, "--max-threads", "3")
    assert "2 opened; 3 there already" in comment("new.json", "--baseline", "old.json", "--threads").stdout


def test_a_place_that_gitlab_does_not_accept_stops_nothing(server, change):
    server.troubles = [Trouble("POST", DISCUSSIONS, Answer(400, {"message": "line_code"}))]
    new = OLD.replace("Two.", "We utilize two.").replace("Six.", "We utilize six.")
    result = change({"docs/page.md": (OLD, new)})
    assert result.exit_code == 0
    assert "1 opened" in result.stdout
    assert "1 at places that GitLab does not accept" in result.stdout


@pytest.mark.parametrize("after", [True, False], ids=["made", "not made"])
def test_a_thread_is_not_opened_twice_where_the_answer_got_lost(server, change, after):
    server.troubles = [Trouble("POST", DISCUSSIONS, Answer(502, {}), after=after)]
    assert "1 opened" in change({"docs/page.md": (OLD, OLD.replace("Two.", "We utilize two."))}).stdout
    assert len(server.discussions) == 1


def test_a_token_without_the_right_to_threads_is_an_error(server, change):
    server.troubles = [Trouble("POST", DISCUSSIONS, Answer(403, {"message": "403 Forbidden"}))]
    result = change({"docs/page.md": (OLD, OLD.replace("Two.", "We utilize two."))})
    assert result.exit_code == 2
    assert "opening a thread: 403" in result.stderr


def test_a_token_that_may_not_resolve_threads_still_does_the_rest(server, change, comment):
    change({"docs/page.md": (OLD, OLD.replace("Two.", "We utilize two."))})
    mended = OLD.replace("Two.", "We use two.")
    written({"docs/page.md": mended})
    server.files = {"docs/page.md": (OLD, mended)}
    server.troubles = [Trouble("PUT", server.discussions[0]["id"], Answer(403, {"message": "403 Forbidden"}))]
    result = comment(reviewed("new.json", "docs/page.md"), "--baseline", "old.json", "--threads")
    assert result.exit_code == 0
    assert "0 resolved; 1 not resolved, for which the token needs the role Developer" in result.stdout


def test_a_run_for_an_earlier_commit_leaves_threads_alone(server, change, monkeypatch):
    monkeypatch.setenv("CI_COMMIT_SHA", "a" * 40)
    result = change({"docs/page.md": (OLD, OLD.replace("Two.", "We utilize two."))})
    assert "threads: left to the pipeline of a later commit" in result.stdout
    assert _threads(server) == []
    monkeypatch.setenv("CI_COMMIT_SHA", HEAD)
    assert "1 opened" in change({"docs/page.md": (OLD, OLD.replace("Two.", "We utilize two."))}).stdout


def test_a_line_that_differs_from_what_was_reviewed_has_no_thread(server, change, comment):
    new = OLD.replace("Two.", "We utilize two.")
    change({"docs/page.md": (OLD, new)}, "--dry-run")
    server.files = {"docs/page.md": (OLD, new.replace("We utilize two.", "We utilize both."))}
    comment("new.json", "--baseline", "old.json", "--threads")
    assert _threads(server) == []


def test_a_dry_run_prints_threads_and_posts_nothing(server, change):
    result = change({"docs/page.md": (OLD, OLD.replace("Two.", "We utilize two."))}, "--dry-run")
    assert "\ndocs/page.md:5\n<!-- ld-review:finding" in result.stdout
    assert "```suggestion:-0+0\nWe use two.\n```\n" in result.stdout
    assert {one.method for one in server.requests} == {"GET"}


def test_a_dry_run_without_a_token_says_why_there_are_no_threads(server, change, monkeypatch):
    monkeypatch.delenv("LD_REVIEW_GITLAB_TOKEN")
    result = change({"docs/page.md": (OLD, OLD.replace("Two.", "We utilize two."))}, "--dry-run")
    assert result.exit_code == 0
    assert "threads are not shown, since only the server knows the diff" in result.stderr


@pytest.mark.parametrize(
    "line",
    ["/close utilize", "We utilize\x0bit.", "We utilize it.\r", "We utilize \u2028."],
    ids=["command", "vertical tab", "carriage return", "line separator"],
)
def test_lines_that_a_suggestion_could_not_carry_have_words_only(server, change, line):
    change({"docs/page.md": (OLD, OLD.replace("Two.", line))})
    [thread] = _threads(server)
    assert "suggestion:" not in thread["body"]


def test_a_suggestion_with_backticks_has_a_longer_fence(server, change):
    change({"docs/page.md": (OLD, OLD.replace("Two.", "We utilize ```` `` ```` marks."))})
    assert "`````suggestion:-0+0\nWe use ```` `` ```` marks.\n`````\n" in _threads(server)[0]["body"]


def test_hostile_words_do_nothing_in_a_thread(server, change):
    rule = handbooks.SWAPPED.replace("write {better}", "/close @all <b> write {better}").replace(
        "Handbook, words", "@all](x) <i>"
    )
    written({"rules/handbook-first/long-word.yaml": rule})
    change({"docs/page.md": (OLD, OLD.replace("Two.", "We utilize two."))})
    words = _threads(server)[0]["body"]
    assert "**suggestion**: \\/close `@all` \\<b\\> write use" in words
    assert "<i>" not in words


def _finding(edits, line, fingerprint="f"):
    place = Position(line, 1)
    return RecordedFinding("rule", "async", Severity.WARNING, "words", place, place, fingerprint, tuple(edits))


def _planned(old, new, finding):
    page = RecordedPage("p.md", (finding,))
    told = compare(RecordedReview(), RecordedReview((page,)))
    files = changed_files([{"old_path": "p.md", "new_path": "p.md", "diff": fake_gitlab.diff(old, new)}])
    return plan(told, files, lambda path: Source(Path(path), new))


def _edit(start, end, replacement):
    return RecordedEdit(Position(*start), Position(*end), replacement)


@pytest.mark.parametrize(
    ("edits", "line", "block"),
    [
        ([_edit((1, 2), (3, 2), "-")], 1, "```suggestion:-0+2\na-c\n```"),
        ([_edit((1, 2), (3, 2), "-")], 2, "```suggestion:-1+1\na-c\n```"),
        ([_edit((1, 2), (3, 2), "-")], 3, "```suggestion:-2+0\na-c\n```"),
        ([_edit((1, 2), (3, 2), "-")], 5, "```suggestion:-2+0\na-c\n```"),
        ([_edit((2, 1), (2, 1), "x\ny\n")], 2, "```suggestion:-0+0\nx\ny\nbb\n```"),
        ([_edit((1, 1), (1, 2), "x"), _edit((3, 1), (3, 3), "z")], 1, "```suggestion:-0+2\nxa\nbb\nz\n```"),
        ([_edit((1, 3), (2, 1), "\n\n")], 1, "```suggestion:-0+0\naa\n\n```"),
    ],
)
def test_a_fix_over_several_lines_is_a_range(edits, line, block):
    [thread] = _planned("", "aa\nbb\ncc\ndd\nee\n", _finding(edits, line)).threads
    assert thread.body.endswith(f"{block}\n")


@pytest.mark.parametrize(
    "edits",
    [
        [_edit((2, 1), (3, 1), "")],
        [_edit((1, 3), (2, 1), "")],
        [_edit((2, 9), (2, 12), "x")],
        [_edit((4, 1), (9, 1), "x")],
        [_edit((2, 2), (2, 1), "x")],
        [_edit((2, 1), (2, 3), "bb")],
    ],
    ids=["a line away", "lines joined with one outside", "behind the end", "behind the page", "backwards", "nothing"],
)
def test_a_fix_that_is_no_change_of_whole_lines_is_no_suggestion(edits):
    made = _planned("", "aa\nbb\ncc\n", _finding(edits, 2))
    assert all("suggestion" not in thread.body for thread in made.threads)


def test_a_fix_that_reaches_out_of_the_diff_is_no_suggestion():
    old = "".join(f"{number}\n" for number in range(40))
    new = old.replace("20\n", "20!\n")
    [thread] = _planned(old, new, _finding([_edit((21, 1), (30, 1), "x")], 21)).threads
    assert "suggestion" not in thread.body


def test_a_fix_of_more_lines_than_gitlab_takes_is_no_suggestion():
    new = "".join(f"{number}\n" for number in range(250))
    [far] = _planned("", new, _finding([_edit((1, 1), (120, 1), "x\n")], 1)).threads
    [near] = _planned("", new, _finding([_edit((1, 1), (120, 1), "x\n")], 60)).threads
    assert "suggestion" not in far.body
    assert "```suggestion:-59+59\nx\n```" in near.body


def test_a_byte_order_mark_does_not_hide_the_first_line():
    files = changed_files([{"new_path": "p.md", "old_path": "p.md", "diff": "@@ -0,0 +1 @@\n+\ufeffaa\n"}])
    told = compare(
        RecordedReview(), RecordedReview((RecordedPage("p.md", (_finding([_edit((1, 1), (1, 2), "x")], 1),)),))
    )
    [thread] = plan(told, files, lambda path: Source(Path(path), "aa\n")).threads
    assert "suggestion" not in thread.body


def test_files_without_a_diff_and_deleted_ones_have_no_lines():
    diffs = [
        {"new_path": "big.md", "old_path": "big.md", "diff": "", "too_large": True},
        {"new_path": "gone.md", "old_path": "gone.md", "diff": "@@ -1 +0,0 @@\n-x\n", "deleted_file": True},
    ]
    files = changed_files(diffs)
    assert set(files) == {"big.md"}
    assert files["big.md"].lines == {}


_texts = st.lists(
    st.sampled_from(["a", "b", "", "@@ -1 +1 @@", "-- x", "++ y", "\\ No newline", "+", "-"]), max_size=30
)


@given(_texts, _texts)
@settings(max_examples=200, deadline=None)
def test_the_lines_of_a_diff_are_those_at_which_threads_can_be(old, new):
    before, after = ("".join(f"{line}\n" for line in lines) for lines in (old, new))
    lines = dict(lines_of(fake_gitlab.diff(before, after)))
    assert all(line.text == new[number - 1] for number, line in lines.items())
    assert all(line.old is None or old[line.old - 1] == line.text for line in lines.values())
    places = {(old_line, new_line) for old_line, new_line in fake_gitlab._places(before, after) if new_line}
    assert {(line.old, number) for number, line in lines.items()} == places
