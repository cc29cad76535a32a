"""The one note on a merge request, against a server that behaves like GitLab."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

import fake_gitlab
import handbooks
from fake_gitlab import BOT, SOMEBODY, Answer, Trouble
from ld_review.gitlab.client import Client
from ld_review.gitlab.note import body_of, post_note
from ld_review.gitlab.target import Target, Token
from merge_requests.conftest import reviewed, written

NOTES = "/merge_requests/7/notes"


@pytest.fixture(autouse=True)
def pages(server):
    written({"docs/bad.md": handbooks.BAD, "docs/weak.md": handbooks.WEAK})


def test_a_note_is_made_and_brought_up_to_date_until_all_is_resolved(server, comment):
    first = comment("docs")
    assert (first.exit_code, first.stdout) == (0, "note: made\n")
    assert "**1 error, 1 warning** on 2 pages" in server.bodies[0]
    written({"docs/bad.md": handbooks.CLEAN})
    assert comment("docs").stdout == "note: updated\n"
    written({"docs/weak.md": handbooks.CLEAN})
    assert comment("docs").stdout == "note: updated\n"
    assert len(server.bodies) == 1
    assert "✅ **All is resolved**" in server.bodies[0]


def test_a_clean_review_says_so_without_claiming_that_anything_was_resolved(server, comment):
    written({"docs/bad.md": handbooks.CLEAN, "docs/weak.md": handbooks.CLEAN})
    comment("docs")
    assert "✅ Nothing to change on 2 pages" in server.bodies[0]


def test_pages_that_could_not_be_reviewed_are_never_called_resolved(server, comment):
    comment("docs")
    written({"docs/bad.md": handbooks.CLEAN, "docs/weak.md": b"\xff\xfe"})
    comment("docs")
    assert "✅" not in server.bodies[0]
    assert "Nothing was found on 2 pages, but not all could be reviewed." in server.bodies[0]
    assert "- `docs/weak.md`: " in server.bodies[0]


def test_the_same_review_again_writes_nothing(server, comment):
    comment("docs")
    assert comment("docs").stdout == "note: left as it is: it says the same\n"
    assert [one.method for one in server.requests if one.method in {"POST", "PUT"}] == ["POST"]


def test_the_note_is_found_behind_many_pages_of_others(server, comment):
    comment("docs")
    own = server.notes.pop()
    for number in range(9):
        server.put_in(f"I think {number}")
    server.notes.append(own)
    written({"docs/bad.md": handbooks.CLEAN})
    assert comment("docs").stdout == "note: updated\n"
    assert len(server.bodies) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"author": SOMEBODY, "reason": "somebody copied it"},
        {"author": BOT, "system": True, "reason": "GitLab quotes it"},
    ],
    ids=lambda other: other["reason"],
)
def test_a_note_with_the_hidden_line_that_is_not_ours_is_left_alone(server, comment, other):
    body = "<!-- ld-review:note v1 review -->\nmine"
    server.put_in(body, other["author"], system=other.get("system", False))
    assert comment("docs").stdout == "note: made\n"
    assert server.notes[0]["body"] == body


def test_a_note_that_quotes_the_hidden_line_further_down_is_left_alone(server, comment):
    server.put_in("Look:\n<!-- ld-review:note v1 review -->", BOT)
    assert comment("docs").stdout == "note: made\n"


def test_notes_of_two_names_stand_side_by_side(server, comment):
    comment("docs")
    comment("docs", "--name", "courses")
    assert len(server.bodies) == 2
    assert comment("docs", "--name", "no good").exit_code == 2


def test_an_earlier_pipeline_does_not_overwrite_a_later_one(server, comment, monkeypatch):
    monkeypatch.setenv("CI_PIPELINE_ID", "20")
    comment("docs")
    monkeypatch.setenv("CI_PIPELINE_ID", "19")
    written({"docs/bad.md": handbooks.CLEAN})
    assert comment("docs").stdout == "note: left as it is: a later pipeline wrote it\n"
    assert "1 error" in server.bodies[0]


def test_two_runs_at_once_leave_one_note(server):
    """Both look before either has written, so both make one."""
    barrier = threading.Barrier(2, timeout=20)
    server.before_create = barrier.wait
    target = Target(server.url, "42", 7)
    outcomes = []

    def run(words):
        client = Client(target, Token(fake_gitlab.TOKEN), sleep=lambda _: None)
        outcomes.append(post_note(client, body_of(target, words, 1)))
        client.close()

    runs = [threading.Thread(target=run, args=(words,)) for words in ("one", "other")]
    for one in runs:
        one.start()
    for one in runs:
        one.join(30)
    assert len(outcomes) == 2
    assert sum(one.method == "POST" for one in server.requests) == 2, "both made a note"
    assert len(server.bodies) == 1


def test_a_note_deleted_while_it_is_updated_is_made_again(server, comment):
    comment("docs")
    written({"docs/bad.md": handbooks.CLEAN})
    update = server._put_notes

    def deleted_meanwhile(request, number):
        server.notes.clear()
        return update(request, number)

    server._put_notes = deleted_meanwhile
    assert comment("docs").exit_code == 0
    assert "**1 warning** on 2 pages" in server.bodies[0]


def test_a_limit_is_waited_for_as_long_as_the_server_asks(server, comment, waits):
    server.troubles = [
        Trouble("POST", NOTES, Answer(429, {"message": "too many"}, {"Retry-After": "7"})),
        Trouble("GET", "/user", Answer(429, {"message": "too many"}, {"Retry-After": "3"})),
    ]
    assert comment("docs").exit_code == 0
    assert waits == [3.0, 7.0]
    assert len(server.bodies) == 1


def test_a_limit_that_lasts_too_long_is_an_error(server, comment, waits):
    server.troubles = [Trouble("GET", "/user", Answer(429, b"Retry later", {"Retry-After": "3600"}))]
    result = comment("docs")
    assert result.exit_code == 2
    assert "429 the server asks to send less; it asks to wait 3600 seconds (Retry later)" in result.stderr
    assert waits == []


@pytest.mark.parametrize(
    "answer", [Answer(502, b"<html>bad gateway"), Answer(500, {}), None], ids=["502", "500", "gone"]
)
def test_short_trouble_is_sat_out(server, comment, waits, answer):
    server.troubles = [Trouble("GET", NOTES, answer), Trouble("GET", NOTES, answer)]
    assert comment("docs").exit_code == 0
    assert waits == [1.0, 2.0]
    assert len(server.bodies) == 1


def test_trouble_that_lasts_is_an_error(server, comment, waits):
    server.troubles = [Trouble("GET", NOTES, Answer(503, b"maintenance")) for _ in range(9)]
    result = comment("docs")
    assert result.exit_code == 2
    assert "503 the server is in trouble (maintenance)" in result.stderr
    assert len(waits) < 9


@pytest.mark.parametrize("answer", [Answer(502, b""), None], ids=["502", "gone"])
@pytest.mark.parametrize("after", [True, False], ids=["made", "not made"])
def test_a_note_is_not_made_twice_where_the_answer_got_lost(server, comment, answer, after):
    server.troubles = [Trouble("POST", NOTES, answer, after=after)]
    result = comment("docs")
    assert (result.exit_code, result.stdout) == (0, "note: made\n")
    assert len(server.bodies) == 1
    assert sum(one.method == "POST" for one in server.requests) == (1 if after else 2)


def test_a_note_that_is_too_long_for_the_server_is_an_error(server, comment):
    server.longest_note = 10
    result = comment("docs")
    assert result.exit_code == 2
    assert "writing the note: 413 this is more than the server takes" in result.stderr


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (fake_gitlab.EXPIRED, "401 the token is not accepted: it has expired"),
        (fake_gitlab.READ_ONLY, "403 the token may not do this: it needs the scope `api`"),
        (fake_gitlab.JOB, "holds the token of the job (CI_JOB_TOKEN), which GitLab lets read notes, not write them"),
        ("$GITLAB_TOKEN", "holds the name of a variable"),
        ("glpat two\nlines", "holds white space"),
        ("glpat-\udcff", "holds white space or characters"),
        ("", "no token: set LD_REVIEW_GITLAB_TOKEN or GITLAB_TOKEN"),
    ],
)
def test_a_token_that_will_not_do_is_explained(server, comment, monkeypatch, token, words):
    monkeypatch.setenv("LD_REVIEW_GITLAB_TOKEN", token)
    result = comment("docs")
    assert result.exit_code == 2
    assert words in result.stderr
    assert token == "" or token.startswith("$") or token not in result.output
    assert server.bodies == []


def test_without_a_token_the_job_token_is_named_as_no_way_out(server, comment, monkeypatch):
    monkeypatch.delenv("LD_REVIEW_GITLAB_TOKEN")
    assert "CI_JOB_TOKEN will not do" in comment("docs").stderr
    assert server.requests == []


def test_the_other_variable_for_the_token_counts_too(server, comment, monkeypatch):
    monkeypatch.delenv("LD_REVIEW_GITLAB_TOKEN")
    monkeypatch.setenv("GITLAB_TOKEN", fake_gitlab.TOKEN)
    assert comment("docs").exit_code == 0


def test_a_server_that_repeats_the_token_does_not_bring_it_into_the_log(server, comment):
    said = {"message": f"no: {fake_gitlab.TOKEN}\n::error"}
    server.troubles = [Trouble("GET", "/user", Answer(403, said))]
    result = comment("docs")
    assert "no: [token] ::error" in result.stderr


def test_a_merge_request_that_is_not_there_is_an_error(server, comment):
    result = comment("docs", "--merge-request", "8")
    assert result.exit_code == 2
    assert "404 there is no such project or merge request, or the user of the token may not see it" in result.stderr


def test_a_project_can_be_named_by_its_path(server, comment):
    server.project = "group/sub/project"
    assert comment("docs", "--project", "group/sub/project").exit_code == 0
    assert len(server.bodies) == 1


def test_the_token_does_not_follow_a_redirect(server, comment):
    with fake_gitlab.running(fake_gitlab.FakeGitLab()) as elsewhere:
        answer = Answer(302, {}, {"Location": f"{elsewhere.url}/api/v4/user"})
        server.troubles = [Trouble("GET", "/user", answer)]
        result = comment("docs")
        assert elsewhere.requests == []
    assert result.exit_code == 2
    assert "the server sends elsewhere" in result.stderr


def test_what_is_no_gitlab_is_an_error(server, comment):
    server.troubles = [Trouble("GET", "/user", Answer(200, b"<html>sign in"))]
    result = comment("docs")
    assert result.exit_code == 2
    assert "the answer is no JSON; is this the address of a GitLab server?" in result.stderr


@pytest.mark.parametrize(
    "url", ["ftp://x", "https://u:p@gitlab.example.com", "https://x/?q", "gitlab", "http://[", "//x"]
)
def test_an_address_that_is_none_is_refused(server, comment, url):
    result = comment("docs", "--url", url)
    assert result.exit_code == 2
    assert "--url" in result.stderr
    assert ":p@" not in result.stderr


def test_outside_of_a_pipeline_the_merge_request_must_be_named(server, comment, monkeypatch):
    monkeypatch.delenv("CI_MERGE_REQUEST_IID")
    assert "say --merge-request, or run in a merge request pipeline" in comment("docs").stderr


def test_a_dry_run_needs_no_token_and_asks_nothing(server, comment, monkeypatch):
    monkeypatch.delenv("LD_REVIEW_GITLAB_TOKEN")
    result = comment("docs", "--dry-run")
    assert result.exit_code == 0
    assert result.stdout.startswith("<!-- ld-review:note v1 review -->\n")
    assert "**1 error, 1 warning**" in result.stdout
    assert server.requests == []


def test_the_note_tells_what_is_new_against_the_target_branch(server, comment):
    baseline = reviewed("old.json", "docs")
    written({"docs/bad.md": handbooks.CLEAN, "docs/long.md": handbooks.LONG})
    assert comment(reviewed("new.json", "docs"), "--baseline", baseline).exit_code == 0
    assert "Against the target branch: **1 new**, 1 resolved, 1 known before." in server.bodies[0]
    assert "- **new** · suggestion · line 3: write use, not 'utilize' (`long-word`)" in server.bodies[0]


def test_the_note_links_to_lines_of_the_source_project(server, comment, monkeypatch):
    monkeypatch.setenv("CI_MERGE_REQUEST_SOURCE_PROJECT_URL", "https://gitlab.example.com/fork/handbook")
    monkeypatch.setenv("CI_COMMIT_SHA", "1a2b3c4d" * 5)
    written({"docs/a b#c.md": handbooks.BAD})
    comment("docs")
    url = f"https://gitlab.example.com/fork/handbook/-/blob/{'1a2b3c4d' * 5}/docs/a%20b%23c.md?plain=1#L3"
    assert f"- error · [line 3](<{url}>): 'forbidden' must not stand here (`forbidden-word`)" in server.bodies[0]


def test_paths_are_those_from_the_top_of_the_repository(server, comment, monkeypatch):
    baseline = str(Path(reviewed("old.json", "docs")).resolve())
    monkeypatch.chdir("docs")
    comment(".", "--baseline", baseline)
    assert "### `docs/bad.md`" in server.bodies[0]


def test_hostile_words_become_neither_command_nor_mention_nor_html(server, comment):
    hostile = "# @all\n\n/close\n\nThis is forbidden.\n\n<img src=x onerror=alert(1)>\n"
    written({"docs/@group&1~bug.md": hostile, "docs/`x`<b>.md": hostile, "docs/|.md": hostile})
    written({"rules/async/forbidden-word.yaml": handbooks.FORBIDDEN.replace("must not", "@all #1 <b>must not")})
    comment("docs")
    body = server.bodies[0]
    assert "- error · line 5: 'forbidden' `@all` `#1` \\<b\\>must not stand here" in body
    assert "### `docs/@group&1~bug.md`" in body
    assert "### ``docs/`x`<b>.md``" in body


def test_no_line_of_a_note_is_a_command():
    body = body_of(Target("https://x", "1", 1), "/close\n  /merge\nsee /docs\n\t/label ~x", 0)
    assert fake_gitlab.commands(body) == []
    assert "see /docs" in body


def test_a_report_stands_in_place_of_the_list(server, comment):
    written({"report.md": "## Content review: it\n\nAll of it.\n\n/close\n"})
    comment("docs", "--report", "report.md")
    assert (
        server.bodies[0]
        .split("\n", 2)[2]
        .startswith(
            "**1 error, 1 warning** on 2 pages.\n\n## Content review: it\n\nAll of it.\n\n\\/close\n\n<sub>Reviewed"
        )
    )


@pytest.mark.parametrize(
    ("content", "words"), [(None, "No such file"), (b"\xff", "not UTF-8"), (b"x" * 900_001, "longer than the 900,000")]
)
def test_a_report_that_cannot_be_used_is_refused(server, comment, content, words):
    if content is not None:
        written({"report.md": content})
    result = comment("docs", "--report", "report.md")
    assert result.exit_code == 2
    assert words in result.stderr
    assert server.requests == []


def test_long_reviews_stay_readable(server, comment):
    written({f"docs/{number:02}.md": handbooks.BAD * 5 for number in range(60)})
    comment("docs")
    assert len(server.bodies[0]) < 60_000
    assert "more that are not shown here" in server.bodies[0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "nothing to post"),
        (("-",), "stdin"),
        (("x.json", "docs"), "name one review, or pages, not both"),
        (("missing.json",), "missing.json: cannot be read: No such file or directory"),
        (("docs", "--threads"), "--threads needs --baseline"),
        (("docs", "--report-url", "javascript:x"), "--report-url is no web address"),
    ],
)
def test_what_cannot_be_posted_is_refused_before_anything_is_asked(server, comment, arguments, words):
    result = comment(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert server.requests == []
