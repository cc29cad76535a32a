"""``ld-review outline``: what a page is made of, for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ld_review import outlining
from ld_review.cli import main
from ld_review.engine import Settings
from ld_review.source import Source

COURSE = """\
# Giving feedback, a course

## Learning objectives

- Understand the SBI model
- Write SBI feedback

## Exercise (10 minutes)

Write SBI feedback.
"""


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "course.md"
    file.write_text(COURSE, encoding="utf-8")
    return file


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["outline", *arguments], input=text)


def test_the_tree_shows_elements_with_their_lines(page: Path) -> None:
    result = run("course.md")
    assert result.exit_code == 0
    lines = result.stdout.split("\n")
    assert lines[0] == "course.md: Giving feedback, a course"
    assert lines[1].startswith("profile: course (inferred: ")
    assert any(line.split()[:4] == ["5", "objective", "Understand", "the"] for line in lines)
    assert any("(not observable)" in line for line in lines)
    assert any(line.split()[:3] == ["8", "practice", "Exercise"] for line in lines)
    assert any("audience (expected)" in line for line in lines)
    assert "--skeletons" in result.stdout


def test_skeletons_are_markdown_to_paste(page: Path) -> None:
    shown = run("course.md", "--skeletons").stdout
    assert "**Audience:** ..." in shown
    assert "## Learning objectives\n\n  By the end" not in shown


def test_a_declared_profile_is_said_to_be_declared(page: Path) -> None:
    assert "profile: lab (declared by the command line)" in run("course.md", "--profile", "lab").stdout


def test_programs_get_the_same(page: Path) -> None:
    [data] = json.loads(run("course.md", "--format", "json").stdout)
    assert data["path"] == "course.md"
    assert data["profile"]["name"] == "course"
    assert [one["text"] for one in data["objectives"]] == ["Understand the SBI model", "Write SBI feedback"]
    assert data["objectives"][1]["covered_by"][0]["kind"] == "practice"
    assert data["minutes"]["parts"] == 10
    [whole] = data["sections"]
    assert [section["title"] for section in whole["sections"]] == ["Learning objectives", "Exercise (10 minutes)"]
    assert whole["sections"][1]["minutes"] == 10
    assert {one["element"] for one in data["missing"]} >= {"audience", "feedback"}


def test_one_page_that_cannot_be_read_stops_nothing(page: Path) -> None:
    (page.parent / "bad.md").write_bytes(b"\xff\xfe\x00")
    result = run("bad.md", "course.md")
    assert result.exit_code == 2
    assert "failure: bad.md: not UTF-8" in result.stderr
    assert "course.md: Giving feedback" in result.stdout


def test_an_unknown_profile_is_an_error_with_the_near_word(page: Path) -> None:
    result = run("course.md", "--profile", "corse")
    assert result.exit_code != 0
    assert "no profile 'corse'" in str(result.exception or result.output) + result.output


def test_text_of_the_page_is_made_harmless(page: Path) -> None:
    page.write_text("# A course\x1b[31m red\n\n## Learning objectives\n\n- Write\x1b[2J it\n", encoding="utf-8")
    assert "\x1b" not in run("course.md").stdout


def test_stdin_is_outlined_under_the_name_it_is_given(page: Path) -> None:
    named = run("-", "--stdin-filename", "course.md", text=COURSE)
    assert named.stdout == run("course.md").stdout
    assert run("-", text=COURSE).stdout.startswith("stdin.md: Giving feedback")


def test_stdin_stands_alone(page: Path) -> None:
    for arguments in (["-", "course.md"], ["course.md", "--stdin-filename", "x.md"]):
        result = run(*arguments)
        assert result.exit_code == 2
        assert "stdin" in result.stderr


def test_a_page_that_breaks_leaves_the_others_outlined(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_page = outlining.read_page

    def broken(source: Source, settings: Settings) -> object:
        if source.path.name == "a.md":
            raise KeyError("boom")
        return read_page(source, settings)

    monkeypatch.setattr(outlining, "read_page", broken)
    (page.parent / "a.md").write_text("# A", encoding="utf-8")
    result = run("a.md", "course.md")
    assert result.exit_code == 2
    assert result.stderr == "failure: a.md: internal error, please report: KeyError: 'boom'\n"
    assert result.stdout.startswith("course.md: Giving feedback")
