"""``ld-review request``: every support model, its questions, its gate, and nothing that a page could do there."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from markdown_it import MarkdownIt

from conftest import BESIDE
from ld_review.cli import main
from ld_review.cli import request as command
from ld_review.process.book import read_process

COURSE = """\
---
title: Giving feedback
description: A course of 45 minutes
ld_review: {profile: course}
---

**Audience:** everyone who works with others.

**Time:** 45 minutes.

The [handbook page about communication](/handbook/communication/) says more.

## Learning objectives

- Write a feedback message with all three parts
- Describe the three parts

## Practice

Write a feedback message to a colleague with all three parts, and ask how it was read. Describe the three parts.

## Knowledge check

Which part of the message says what came of it?

## Completion

You have completed it when you have passed the quiz with 80%.
"""
SESSION = """
## Live session

Join us on 2027-02-01 at 07:00 UTC or at 16:00 UTC, for 25 minutes. Both are recorded, and linked here. Ask in
[the issue](https://gitlab.com/example/feedback/-/issues/1) before and after.
"""
EXTERNAL = """\
---
title: Negotiation by Example University
ld_review: {profile: external}
---

**Audience:** account executives. **Time:** 2 hours.

[Negotiation](https://courses.example.org/negotiation) builds on [our values](/handbook/values/).

You have completed it when you have passed its quiz with 80%.
"""
HOSTILE = """\
---
title: "/close @all <script>alert(1)</script> #1 ![x](https://evil.example/x)"
ld_review: {profile: course}
---

**Audience:** /assign @root <img src=x onerror=alert(1)>

## Learning objectives

- Write `code` @all /close [x](https://evil.example) <!-- x
- # /label ~bug
- Write a page /merge

<https://evil.example>
"""
ANSWERS = {
    "business-impact": "fewer tickets",
    "okrs": "KR 2.1",
    "impacted-users": "1,200",
    "audience": "managers",
    "duration": "45 minutes",
    "success": "a survey",
    "dri": "Jane",
    "delivery-date": "2027-03-01",
    "existing-content": "none found",
    "format": "a page",
    "effort": "a week",
    "confidentiality": "internal",
    "event-date": "2027-02-01",
    "event-time": "15:00 UTC",
    "host": "Jane",
    "recording-plan": "linked from the page",
    "questions-document": "https://docs.example.org/questions",
    "level": "beginner",
    "owner": "the coaching team",
    "provider": "Example University",
    "content-address": "https://courses.example.org/negotiation",
    "licence": "20 seats",
    "reason": "they know it better",
    "accessibility": "captions",
    "privacy": "names alone",
    "review-focus": "the practice",
}
ROWS = [
    ("Hosting a Live Learning event", "live-learning", "session.md"),
    ("Creating a new learning pathway", "learning-pathway", "course.md"),
    ("Uploading to GitLab Learn", "upload", "course.md"),
    ("Integrating external content to GitLab Learn", "external-content", "external.md"),
    ("Requesting content review", "content-review", "course.md"),
    ("Requesting new content creation", "new-content", ""),
]
"""The rows of the table of support, with the model and a page that is ready for it."""
MODELS = [model for _, model, _ in ROWS]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    session = COURSE.replace("profile: course", "profile: live-learning") + SESSION
    pages = (
        ("course", COURSE),
        ("session", session),
        ("external", EXTERNAL),
        ("hostile", HOSTILE),
        ("empty", "# Plan\n\nTBD\n"),
    )
    for name, text in pages:
        (tmp_path / f"{name}.md").write_text(text, encoding="utf-8")
    return tmp_path


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["request", *arguments], input=text)


def asked(model: str) -> list[str]:
    return [question.id for question in read_process().model(model).asks]


def answers(model: str) -> list[str]:
    return [f"--answer={id_}={ANSWERS[id_]}" for id_ in asked(model)]


@pytest.mark.parametrize(
    ("session", "says"),
    [
        (SESSION.replace(" UTC", ""), "Dates and times can be understood in any time zone"),
        (
            SESSION.replace(" Both are recorded, and linked here.", ""),
            "Nobody has to be there to learn this",
        ),
        (SESSION[: SESSION.index(" Ask in")] + "\n", "Questions can be asked in writing"),
    ],
)
def test_a_live_event_that_is_not_for_all_is_not_opened_yet(folder: Path, session: str, says: str) -> None:
    text = COURSE.replace("profile: course", "profile: live-learning") + session
    (folder / "session.md").write_text(text, encoding="utf-8")
    result = run("live-learning", "session.md", *answers("live-learning"))
    assert result.exit_code == 1
    assert f"before it is opened: {says}: not met" in result.stderr


@pytest.mark.parametrize(("row", "model", "page"), ROWS)
def test_every_row_of_the_table_has_a_request_that_is_ready(row: str, model: str, page: str) -> None:
    arguments = [model, *([page] if page else []), *answers(model), "--title", "My title"]
    result = run(*arguments)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.startswith("# ")
    assert "My title" in result.stdout.split("\n")[0]
    assert f"**Support model:** {row}" in result.stdout
    for id_ in asked(model):
        assert ANSWERS[id_] in result.stdout
    assert "- [x]" in result.stdout
    assert "not met" not in result.stdout
    if page:
        assert f"`{page}`" in result.stdout


def test_the_rows_are_those_of_the_table_of_the_learning_team() -> None:
    pages = sorted(BESIDE.glob("seed/*.txt"))
    if not pages:
        pytest.skip("no page of the learning team beside the project")
    table = pages[0].read_text(encoding="utf-8").partition("| Support Model |")[2].partition("\n\n")[0]
    rows = [line.split("|")[1].strip() for line in table.strip().split("\n")[2:]]
    assert rows == [row for row, _, _ in ROWS]
    assert {model.row for model in read_process().models.values()} == set(rows)


@pytest.mark.parametrize("model", [model for model in MODELS if model != "new-content"])
def test_a_page_that_is_not_ready_is_said_with_its_place(model: str) -> None:
    result = run(model, "empty.md", *answers(model))
    assert result.exit_code == 1
    assert "before it is opened: " in result.stderr
    assert "- [ ] " in result.stdout
    assert "empty.md" in result.stderr


@pytest.mark.parametrize("model", [model for model in MODELS if model != "new-content"])
def test_without_a_page_the_gate_is_not_met(model: str) -> None:
    result = run(model, *answers(model), "--title", "x")
    assert result.exit_code == 1
    assert "The pages are there and can be read: not met, no page is named" in result.stderr


def test_a_page_that_cannot_be_read_is_a_failure(folder: Path) -> None:
    (folder / "broken.md").write_bytes(b"\xff\xfe\x00")
    result = run("content-review", "broken.md", *answers("content-review"), "--title", "x")
    assert result.exit_code == 2
    assert "broken.md" in result.stderr


def test_the_text_is_filled_in_from_the_page_and_its_review() -> None:
    given = [word for word in answers("upload") if not word.startswith(("--answer=audience", "--answer=duration"))]
    shown = run("upload", "course.md", *given).stdout
    assert shown.startswith("# Upload to GitLab Learn: Giving feedback\n")
    assert "- Giving feedback, `course.md`: profile course (declared), 2 objectives, 45 minutes stated" in shown
    assert "1. Write a feedback message with all three parts (`course.md:15`)" in shown
    assert "everyone who works with others. (`course.md:7`)" in shown
    assert "45 minutes (`course.md:9`)" in shown
    assert re.search(r"^\| Handbook first \| (?:ready|needs changes) \| .+ \|$", shown, re.MULTILINE)
    assert "managers" not in shown


@pytest.mark.parametrize(
    "audience",
    ["Speak with the intended audience about the three parts.", "## Roles\n\nSome users need more rights than others."],
)
def test_what_only_may_be_the_audience_is_asked_for(folder: Path, audience: str) -> None:
    text = COURSE.replace("**Audience:** everyone who works with others.", audience)
    (folder / "course.md").write_text(text, encoding="utf-8")
    given = [word for word in answers("upload") if not word.startswith("--answer=audience")]
    assert "--answer audience=..." in run("upload", "course.md", *given).stderr


def test_the_audience_in_the_front_matter_is_taken(folder: Path) -> None:
    text = COURSE.replace("ld_review:", "audience: new managers\nld_review:").replace(
        "**Audience:** everyone", "Everyone"
    )
    (folder / "course.md").write_text(text, encoding="utf-8")
    given = [word for word in answers("upload") if not word.startswith("--answer=audience")]
    assert "new managers (`course.md:4`)" in run("upload", "course.md", *given).stdout


def test_the_verdicts_are_told_with_their_reasons() -> None:
    arguments = ("content-review", "empty.md", *answers("content-review"), "--format", "json")
    found = json.loads(run(*arguments).stdout)["verdicts"]
    assert found["handbook-first"]["verdict"] == "needs-changes"
    assert found["handbook-first"]["reason"]
    clean = json.loads(run(*arguments, "--ignore", "handbook-first").stdout)["verdicts"]
    assert clean["handbook-first"]["verdict"] != "needs-changes"


def test_rules_that_do_not_run_are_not_assessed() -> None:
    arguments = ("content-review", "course.md", *answers("content-review"), "--ignore", "all")
    result = run(*arguments)
    assert "- [ ] The review finds no error: not assessed, no rule is on" in result.stdout


def test_missing_answers_are_one_error_that_names_each_with_its_option() -> None:
    result = run("new-content")
    assert result.exit_code == 2
    for id_ in ("title", *asked("new-content")):
        assert f"--answer {id_}=..." in result.stderr
    assert "11 questions are not answered" in result.stderr
    assert result.stdout == ""
    one = run("content-review", "course.md", *answers("content-review")[1:])
    assert "1 question is not answered" in one.stderr
    assert "--answer business-impact=..." in one.stderr
    assert "--answer okrs" not in one.stderr


def test_answers_come_from_a_file_and_the_command_line_counts_more(folder: Path) -> None:
    lines = "".join(f"{id_}: {json.dumps(answer)}\n" for id_, answer in ANSWERS.items())
    (folder / "answers.yaml").write_text(lines, encoding="utf-8")
    shown = run("content-review", "course.md", "--answers", "answers.yaml", "--answer", "okrs=mine")
    assert shown.exit_code == 0
    assert "mine" in shown.stdout
    assert "KR 2.1" not in shown.stdout
    assert "fewer tickets" in shown.stdout
    assert "managers" in shown.stdout, "what a person says counts more than what the page says"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("okrs: x\nimpacted-user: 3\n", "answers.yaml:2: no question 'impacted-user'; did you mean 'impacted-users'?"),
        ("okrs: x\nimpacted-users: many\n", "answers.yaml:2: impacted-users: 'many' is not a number"),
        ("okrs: [x]\n", "answers.yaml:1: okrs must be a text, found a list"),
        ("okrs: ''\n", "answers.yaml:1: okrs: it is empty"),
        ("- okrs\n", "answers.yaml:1: the answers must hold keys and values, found a list"),
        ("okrs: [", "answers.yaml:2: not YAML"),
    ],
)
def test_a_wrong_file_of_answers_is_told_with_line_and_key(folder: Path, text: str, message: str) -> None:
    (folder / "answers.yaml").write_text(text, encoding="utf-8")
    result = run("content-review", "course.md", "--answers", "answers.yaml")
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--answer", "okrs"], "--answer okrs: expected KEY=VALUE, with a key of title, business-impact"),
        (["--answer", "okr=x"], "content-review asks no 'okr'; did you mean 'okrs'?"),
        (["--answer", "impacted-users=many"], "--answer impacted-users: 'many' is not a number"),
        (["--answers", "none.yaml"], "none.yaml: cannot be read"),
    ],
)
def test_a_wrong_answer_is_an_error(arguments: list[str], message: str) -> None:
    result = run("content-review", "course.md", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr


@pytest.mark.parametrize(
    ("model", "answer", "message"),
    [
        ("live-learning", "event-date=2027-02-30", "'2027-02-30' is not a date such as 2026-12-03"),
        ("live-learning", "event-date=20270203", "is not a date"),
        ("live-learning", "questions-document=javascript:alert(1)", "is not a web address"),
        ("live-learning", "questions-document=https://a.example> @all", "is not a web address"),
        ("upload", "level=expert", "'expert' is none of beginner, intermediate, advanced"),
    ],
)
def test_an_answer_has_the_form_that_its_question_asks_for(model: str, answer: str, message: str) -> None:
    result = run(model, "course.md", "--answer", answer)
    assert result.exit_code == 2
    assert message in result.stderr


def test_on_a_terminal_a_person_is_asked_until_the_answer_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "_can_ask", lambda: True)
    result = run("content-review", "course.md", text="fewer tickets\nKR 2\nmany\n12\nthe practice\n")
    assert result.exit_code == 0, result.stderr
    assert "What is the business impact?" in result.stderr
    assert "'many' is not a number" in result.stderr
    assert "What is the business impact? " not in result.stdout.replace("**", "")
    for answer in ("fewer tickets", "KR 2", "12", "the practice"):
        assert f"\n\n{answer}\n" in result.stdout
    assert "audience?" not in result.stderr, "the page says it"


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals")
def test_a_real_terminal_is_known() -> None:
    leader, follower = os.openpty()
    try:
        with os.fdopen(follower, "r", closefd=False) as terminal, pytest.MonkeyPatch.context() as patch:
            patch.setattr(sys, "stdin", terminal)
            assert command._can_ask()
    finally:
        os.close(leader)
        os.close(follower)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("quick", [False, True])
def test_hostile_pages_and_answers_do_nothing_in_the_issue(model: str, quick: bool) -> None:
    bad = "x\n/close\n\n<b>@all</b> https://evil.example #1 ![i](//evil.example/i)"
    texts = {"text", "number", "date", "url", "choice"} - {"text"}
    questions = read_process().model(model).asks
    given = [f"--answer={one.id}={ANSWERS[one.id] if one.kind in texts else bad}" for one in questions]
    arguments = [model, "hostile.md", *given, "--launch", "2027-06-01", "--today", "2026-11-25"]
    if model in {"content-review", "new-content"}:
        arguments = arguments[:-4]
    result = run(*arguments, *(["--quick-actions"] if quick else []))
    assert result.exit_code in {0, 1}, result.stderr
    own = read_process().model(model).quick_actions
    slashes = [line for line in result.stdout.split("\n") if re.match(r"\s*/", line)]
    assert slashes == ([line.replace("{launch}", "2027-06-01") for line in own] if quick else [])
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(result.stdout)
    allowed = {
        "h1",
        "h2",
        "p",
        "strong",
        "em",
        "code",
        "ul",
        "ol",
        "li",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "br",
        "a",
    }
    assert set(re.findall(r"</?(\w+)", html)) <= allowed
    assert set(re.findall(r'href="([^"]*)"', html)) <= {ANSWERS["questions-document"], ANSWERS["content-address"]}
    headings = re.findall(r"<h2>(.*?)</h2>", html)
    known = ["Pages", "Review", "Learning objectives", "Triage", "Before this is opened", "Schedule", "Checklist"]
    assert headings == [one for one in known if one != "Schedule" or model not in {"content-review", "new-content"}]
    assert html.count("<h1>") == 1
    assert "@all" not in re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)


def test_quick_actions_are_there_only_when_asked_for_and_known() -> None:
    arguments = ("learning-pathway", "course.md", *answers("learning-pathway"))
    assert "/label" not in run(*arguments).stdout
    without_launch = run(*arguments, "--quick-actions").stdout
    assert without_launch.endswith('\n\n/label ~"new pathway"\n')
    with_launch = run(*arguments, "--quick-actions", "--launch", "2027-02-01", "--today", "2026-11-25").stdout
    assert with_launch.endswith('\n\n/label ~"new pathway"\n/due 2027-02-01\n')


def test_the_schedule_is_part_of_it_and_an_early_launch_is_said() -> None:
    arguments = ("learning-pathway", "course.md", *answers("learning-pathway"), "--today", "2026-11-25")
    result = run(*arguments, "--launch", "2027-02-01")
    assert result.exit_code == 0
    assert "| 2026-12-28 Mon | Open a new_pathway issue | your team |  |" in result.stdout
    early = run(*arguments, "--launch", "2026-12-01")
    assert early.exit_code == 1
    assert "the earliest launch is 2026-12-30 Wed" in early.stderr
    assert "**Too early:**" in early.stdout


def test_json_holds_the_issue_and_what_it_was_made_of() -> None:
    result = run("content-review", "course.md", *answers("content-review"), "--format", "json", "--quick-actions")
    data = json.loads(result.stdout)
    assert data["title"] == "Content review: Giving feedback"
    assert data["description"].startswith("**Support model:** Requesting content review")
    assert data["quick_actions"] == ['/label ~"content review"']
    assert data["pages"][0]["minutes"] == 45
    assert data["unanswered"] == []
    assert {outcome["state"] for outcome in data["gate"]} == {"met"}
    assert data["schedule"] is None


def test_a_title_in_json_mentions_nobody() -> None:
    data = json.loads(run("content-review", "hostile.md", *answers("content-review"), "--format", "json").stdout)
    assert "@all" not in data["title"]
    assert len(data["title"]) <= 255


def test_list_shows_every_model_with_its_row() -> None:
    result = run("--list")
    assert result.exit_code == 0
    for row, model, _ in ROWS:
        assert f"{model}: {row}\n" in result.stdout


def test_source_begins_a_model_of_ones_own(folder: Path) -> None:
    (folder / "mine").mkdir()
    text = run("content-review", "--source").stdout.replace("Content review:", "Please read:")
    (folder / "mine" / "content-review.yaml").write_text(text, encoding="utf-8")
    result = run("content-review", "course.md", *answers("content-review"), "--process-folder", "mine")
    assert result.stdout.startswith("# Please read: Giving feedback\n")
    assert "Please read" not in run("content-review", "course.md", *answers("content-review")).stdout


def test_words_of_a_model_do_nothing_either(folder: Path) -> None:
    (folder / "mine").mkdir()
    bad = '"/close\\n/merge @all | <b> https://evil.example"'
    text = f"""\
row: {bad}
when: {bad}
title: {bad}
template: {bad}
asks: [hours]
gate: [started]
checklist: [{bad}]
timeline-from: {bad}
timeline:
  - {{action: {bad}, who: {bad}, note: {bad}, weeks: 1, opens: true, needs: [started]}}
  - {{action: {bad}, who: {bad}}}
"""
    (folder / "mine" / "bad.yaml").write_text(text, encoding="utf-8")
    (folder / "mine" / "questions.yaml").write_text(f"hours: {{ask: {bad}, help: {bad}}}\n", encoding="utf-8")
    condition = f"started: {{says: {bad}, check: {{element: {{kinds: [lesson]}}}}}}\n"
    (folder / "mine" / "conditions.yaml").write_text(condition, encoding="utf-8")
    arguments = ("bad", "course.md", "--answer", "hours=3", "--process-folder", "mine", "--launch", "2027-02-01")
    result = run(*arguments, "--today", "2026-11-25")
    assert result.exit_code == 1
    assert not re.search(r"^\s*/", result.stdout, re.MULTILINE)
    html = MarkdownIt("commonmark").enable("table").render(result.stdout)
    assert "<b>" not in html
    assert "href" not in html
    assert "@all" not in re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    assert html.count("<tr>") == 3 + 4


def test_a_folder_without_pages_is_said(folder: Path) -> None:
    (folder / "none").mkdir()
    result = run("content-review", "none", "--title", "x", *answers("content-review"))
    assert result.exit_code == 1
    assert "no pages found" in result.stderr


def test_a_broken_model_is_told_where_it_is_asked_for_and_in_the_list(folder: Path) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "upload.yaml").write_text("row: x\nwhn: y\n", encoding="utf-8")
    for arguments in (["upload"], ["--list"]):
        result = run(*arguments, "--process-folder", "mine")
        assert result.exit_code == 2
        assert "mine/upload.yaml:2: a model has no option 'whn'; did you mean 'when'?" in result.stderr
    assert run("content-review", "course.md", *answers("content-review"), "--process-folder", "mine").exit_code == 0


def test_a_model_must_be_named() -> None:
    assert "`ld-review request --list` shows them" in run().stderr
    assert "did you mean 'content-review'?" in run("content-reviews").stderr
