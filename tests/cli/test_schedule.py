"""``ld-review schedule``: every row of the timeline, in every format."""

from __future__ import annotations

import builtins
import json
import re
from pathlib import Path

import pytest
import vobject
from click.testing import CliRunner, Result
from icalendar import Calendar
from markdown_it import MarkdownIt

from conftest import BESIDE
from ld_review.cli import main

TODAY = "2026-11-25"
LAUNCH = "2027-02-01"
ROWS = [
    ("Build course content in the handbook", "2026-12-28"),
    ("Open a new_pathway issue", "2026-12-28"),
    ("Start collaboration on pathway needs with L&D team", "2027-01-04"),
    ("Implement changes on handbook based on L&D feedback", "2027-01-11"),
    ("Complete Learning Evangelist training in GitLab Learn", "2027-01-11"),
    ("First iteration of content upload to GitLab Learn", "2027-01-18"),
    ("Peer review or L&D review of content in GitLab Learn", "2027-01-25"),
    ("Make final edits based on peer review", "2027-01-25"),
    ("Launch your course", "2027-02-01"),
]
"""The rows of the timeline of a new pathway, with the days for a launch on 2027-02-01."""
COURSE = """\
---
title: Giving feedback @all
description: A course of 45 minutes
ld_review: {profile: course}
---

**Audience:** everyone who works with others. **Time:** 45 minutes.

## Learning objectives

- Write a feedback message with all three parts

## Practice

Write a feedback message to a colleague, and ask how it was read.

## Knowledge check

Which part of the message says what came of it?
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CI", "GITLAB_CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "course.md").write_text(COURSE, encoding="utf-8")
    (tmp_path / "empty.md").write_text("# Plan\n\nTBD\n", encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["schedule", "--today", TODAY, *arguments])


def steps(*arguments: str) -> dict[str, dict]:
    return {step["action"]: step for step in json.loads(run("--format", "json", *arguments).stdout)["steps"]}


@pytest.mark.parametrize(("action", "day"), ROWS)
def test_every_row_of_the_timeline_has_its_day(action: str, day: str) -> None:
    result = run("--launch", LAUNCH)
    assert result.exit_code == 0
    assert re.search(rf"^\[ \] {day} \w{{3}}  .*  {re.escape(action)}$", result.stdout, re.MULTILINE)
    assert steps("--launch", LAUNCH)[action]["due"] == day
    assert steps("--open", "2026-12-28")[action]["due"] == day


def test_the_rows_are_those_of_the_table_of_the_learning_team() -> None:
    pages = sorted(BESIDE.glob("seed/*.txt"))
    if not pages:
        pytest.skip("no page of the learning team beside the project")
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", pages[0].read_text(encoding="utf-8")).replace("`", "")
    table = text.partition("|Action | Timeline |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.strip().split("\n")[1:]]
    rows = [(action.replace("conent", "content"), when) for action, when in rows]
    made = steps("--launch", LAUNCH)
    assert [action for action, _ in rows] == list(made)
    for action, when in rows[1:-1]:
        assert made[action]["days_before_launch"] == int(when.split()[0]) * 7


def test_pages_show_what_is_done_and_what_is_open() -> None:
    good, bad = steps("--launch", LAUNCH, "course.md"), steps("--launch", LAUNCH, "empty.md")
    build = "Build course content in the handbook"
    assert good[build]["progress"] == "done"
    assert {check["state"] for check in good[build]["checks"]} == {"met"}
    (objectives,) = [check for check in good[build]["checks"] if check["condition"] == "objectives"]
    text = "Write a feedback message with all three parts"
    assert objectives["places"] == [{"path": "course.md", "line": 11, "text": text}]
    assert bad[build]["progress"] == "open"
    assert bad["Implement changes on handbook based on L&D feedback"]["progress"] == "open"
    for action, _ in ROWS[1:]:
        assert good[action]["progress"] == "for a person to say", "no page shows that a person did it"
    shown = run("--launch", LAUNCH, "course.md", "empty.md").stdout
    assert "(course.md:11)" in shown
    assert re.search(r"No text is still to come: not met, \d findings? \(.*empty\.md:3.*\)", shown)


def test_a_recording_is_looked_for_after_the_event() -> None:
    action = "Link the recording from the page"
    before = steps("--launch", LAUNCH, "--model", "live-learning", "course.md")[action]
    assert before["due"] == "2027-02-08"
    assert before["progress"] == "open"
    Path("course.md").write_text(
        f"{COURSE}\n[Watch it](https://www.youtube.com/watch?v=abcdefghijk)\n", encoding="utf-8"
    )
    after = steps("--launch", LAUNCH, "--model", "live-learning", "course.md")[action]
    assert next(check for check in after["checks"] if check["condition"] == "recording")["state"] == "met"


def test_a_launch_that_is_too_near_is_said_with_the_earliest_one() -> None:
    result = run("--launch", "2026-12-16")
    assert result.exit_code == 1
    assert "the earliest launch is 2026-12-30 Wed" in result.stderr
    assert "--open DATE" in result.stderr
    assert json.loads(run("--launch", "2026-12-16", "--format", "json").stdout)["earliest_launch"] == "2026-12-30"
    assert run("--launch", "2026-12-30").exit_code == 0
    in_time = run("--launch", "2026-12-16", "--open", "2026-11-11")
    assert in_time.exit_code == 0
    assert "[x] 2026-11-11 Wed  your team                        Open a new_pathway issue  (done)" in in_time.stdout


def test_what_is_late_on_the_pages_makes_the_status_1() -> None:
    arguments = ("--launch", "2026-12-16", "--open", "2026-11-11")
    assert run(*arguments, "course.md").exit_code == 0
    late = run(*arguments, "empty.md")
    assert late.exit_code == 1
    assert "Build course content in the handbook  (open, overdue)" in late.stdout


def test_weekends_are_skipped_and_said_unless_they_are_kept() -> None:
    skipped = run("--launch", "2027-01-16").stdout
    assert "[ ] 2026-12-18 Fri" in skipped
    assert "moved from 2026-12-19 Sat" in skipped
    assert "What would fall on a weekend is due on the Friday before" in skipped
    assert "The launch, 2027-01-16 Sat, is on a weekend." in skipped
    kept = run("--launch", "2027-01-16", "--weekends", "keep").stdout
    assert "[ ] 2026-12-19 Sat" in kept
    assert "moved" not in kept
    assert "Weeks are calendar weeks of seven days, holidays included." in kept


def test_markdown_is_a_table_of_the_rows() -> None:
    shown = run("--launch", LAUNCH, "--format", "markdown", "empty.md").stdout
    html = MarkdownIt("commonmark").enable("table").render(shown)
    for action, day in ROWS:
        cell = action.replace("&", "&amp;")
        assert re.search(rf"<td>{day} \w+</td>\s*<td>{re.escape(cell)}</td>", html)
    assert "<li>No text is still to come: not met" in html


def test_ical_is_read_by_another_parser() -> None:
    written = run("--launch", LAUNCH, "--format", "ical", "course.md")
    assert written.exit_code == 0
    found = vobject.readOne(written.stdout_bytes.decode())
    events = [(event.summary.value, event.dtstart.value.isoformat()) for event in found.vevent_list]
    assert events == [(f"{action}: Giving feedback @all", day) for action, day in ROWS]
    assert all((event.dtend.value - event.dtstart.value).days == 1 for event in found.vevent_list)
    assert len({event.uid.value for event in found.vevent_list}) == len(ROWS)
    assert "Who: your team\n" in found.vevent_list[0].description.value
    assert all(len(line) <= 75 for line in written.stdout_bytes.split(b"\r\n"))
    assert b"\n" not in written.stdout_bytes.replace(b"\r\n", b"")


def test_an_event_keeps_its_identity_when_the_launch_moves() -> None:
    def identities(launch: str) -> list[str]:
        text = run("--launch", launch, "--format", "ical", "course.md").stdout_bytes
        return [str(event["UID"]) for event in Calendar.from_ical(text).walk("VEVENT")]

    assert identities(LAUNCH) == identities("2027-03-01")


def test_without_the_library_a_calendar_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: object, **more: object) -> object:
        if name == "icalendar":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    result = run("--launch", LAUNCH, "--format", "ical")
    assert result.exit_code == 2
    assert "pip install 'ld-review[calendar]'" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "say when: --launch DATE, --open DATE, or both"),
        (["--launch", "1 March"], "'1 March' is not a day such as 2026-12-03"),
        (["--launch", "2027-02-30"], "'2027-02-30' is not a day"),
        (["--launch", "0001-01-01"], "a date of the schedule lies outside the calendar"),
        (["--launch", LAUNCH, "--model", "content-review"], "no timeline is agreed for 'content-review'"),
        (["--launch", LAUNCH, "--model", "pathway"], "no support model 'pathway'"),
        (["--launch", LAUNCH, "none.md"], "none.md"),
        (["--launch", LAUNCH, "-"], "`-` (stdin) has no place in the handbook"),
    ],
)
def test_what_cannot_be_done_is_an_error(arguments: list[str], message: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert message in result.stderr


def test_the_timeline_of_the_configuration_counts_and_the_command_line_more(folder: Path) -> None:
    for name, weeks in (("ours", 8), ("mine", 3)):
        (folder / name).mkdir()
        text = f"""\
row: Ours
when: Always
title: "{{title}}"
timeline:
  - {{action: Ask, who: you, weeks: {weeks}, opens: true}}
  - {{action: Begin, who: you}}
"""
        (folder / name / "learning-pathway.yaml").write_text(text, encoding="utf-8")
    (folder / ".ld-review.yaml").write_text("process: [ours]\n", encoding="utf-8")
    assert steps("--launch", LAUNCH)["Ask"]["days_before_launch"] == 56
    assert steps("--launch", LAUNCH, "--process-folder", "mine")["Ask"]["days_before_launch"] == 21
    assert "Build course content in the handbook" in steps("--launch", LAUNCH, "--isolated")
    (folder / ".ld-review.yaml").write_text("preset: strict\nprocess: [theirs]\n", encoding="utf-8")
    result = run("--launch", LAUNCH)
    assert result.exit_code == 2
    assert ".ld-review.yaml:2: process: no such folder: theirs" in result.stderr
