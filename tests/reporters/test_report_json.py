"""The report as JSON: all that the model holds, and nothing that is no plain value."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from ld_review.cli import main

_COURSE = """\
# Giving feedback, a course

## Learning objectives

- Understand the SBI model
- Write SBI feedback

## Exercise (10 minutes)

Write SBI feedback with your learners. \u202e

TBD
"""


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict:
    monkeypatch.chdir(tmp_path)
    Path("course.md").write_text(_COURSE, encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "course.md", "--isolated", "--format", "report", "--profile", "course"])
    assert result.exit_code == 1, result.output
    return json.loads(result.stdout)


def test_it_has_what_was_found_and_what_a_person_is_asked(report: dict) -> None:
    [page] = report["pages"]
    assert report["report_version"] == "1"
    assert page["path"] == "course.md"
    content = page["content"]
    assert [found["kind"] for found in content["found"]][:2] == ["objective", "practice"]
    assert {aligned["objective"]["text"] for aligned in content["aligned"]} == {
        "Understand the SBI model",
        "Write SBI feedback",
    }
    assert content["time"]["stated"] is None
    assert content["time"]["parts"] == 10.0
    assert page["questions"]
    assert {verdict["dimension"] for verdict in report["verdicts"]} == {"handbook-first", "adult-learning", "async"}


def test_findings_are_grouped_and_none_is_cut(report: dict) -> None:
    [page] = report["pages"]
    groups = {group["rule"]: group for group in page["groups"]}
    assert groups["placeholder-text"]["items"][0]["quote"]["place"] == {
        "path": "course.md",
        "line": 12,
        "last_line": 12,
    }
    assert groups["objective-vague-verb"]["severity"] == "warning"
