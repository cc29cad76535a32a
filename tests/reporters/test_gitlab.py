from __future__ import annotations

import json
import unicodedata
from pathlib import Path, PurePath
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft4Validator

from conftest import BESIDE
from ld_review.finding import Severity
from ld_review.reporters import gitlab
from ld_review.review import Failure, Review
from reporters.reviews import finding, hostile_reviews, page, review, written

TEXT = "# Goals\n\nhere and here\nuntil there\n"
SEVERITIES = ("info", "minor", "major", "critical", "blocker")


def issues(of: Review) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(written(gitlab, of))
    return loaded


def as_gitlab_reads(text: str) -> dict[str, dict[str, Any]]:
    """By fingerprint, up to the first issue that GitLab cannot use."""
    kept: dict[str, dict[str, Any]] = {}
    for issue in json.loads(text):
        location = issue.get("location")
        texts = (issue.get(name) for name in ("description", "fingerprint", "severity"))
        if not all(isinstance(one, str) for one in texts) or not isinstance(location, dict):
            break
        if not isinstance(location["path"], str) or not isinstance(location["lines"]["begin"], int):
            break
        assert issue["severity"] in SEVERITIES
        kept[issue["fingerprint"]] = issue
    return kept


def test_a_finding_is_an_issue() -> None:
    found = finding(TEXT, "here\nuntil", "vague-link-text", message="two\nlines")
    [issue] = issues(review(page(TEXT, found, fingerprints=("f1",))))
    assert len(issue.pop("fingerprint")) == 32
    assert issue == {
        "check_name": "vague-link-text",
        "description": "vague-link-text: two lines",
        "severity": "minor",
        "location": {"path": "docs/page.md", "lines": {"begin": 3, "end": 4}},
    }


def test_nothing_found_is_an_empty_list() -> None:
    assert written(gitlab, review(page("x"))) == "[]\n"


def test_severities_are_words_that_gitlab_counts() -> None:
    found = [finding(TEXT, "here", severity=severity) for severity in Severity]
    of = review(page(TEXT, *found, failures=(Failure("broke", "bare-url"), Failure("unreadable"))))
    shown = [(issue["check_name"], issue["severity"]) for issue in issues(of)]
    assert shown == [
        ("bare-url", "critical"),
        ("failure", "critical"),
        ("vague-objective", "info"),
        ("vague-objective", "minor"),
        ("vague-objective", "major"),
    ]


def test_a_fingerprint_is_of_the_page_and_not_of_the_line() -> None:
    def fingerprint(text: str, path: str) -> str:
        [issue] = issues(review(page(text, finding(text, "here and"), path=path, fingerprints=("f1",))))
        made: str = issue["fingerprint"]
        return made

    assert fingerprint(TEXT, "a.md") == fingerprint("more\n\n" + TEXT, "a.md")
    assert fingerprint(TEXT, "a.md") != fingerprint(TEXT, "b.md")


def test_equal_fingerprints_do_not_swallow_each_other() -> None:
    found = (finding(TEXT, "here"), finding(TEXT, "here", nth=1))
    for given_ones in ((), ("f1", "f1")):
        assert len(as_gitlab_reads(written(gitlab, review(page(TEXT, *found, fingerprints=given_ones))))) == 2


def test_paths_begin_at_the_top_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "docs").mkdir()
    monkeypatch.chdir(tmp_path / "docs")
    for path in ("page.md", "./page.md", str(tmp_path / "docs/page.md"), "../docs/page.md"):
        of = Review((page(TEXT, finding(TEXT, "here"), path=path),), top=tmp_path)
        assert issues(of)[0]["location"]["path"] == "docs/page.md"
    assert Review((), top=PurePath()).place(page("", path="a/b.md")) == "a/b.md"


@given(hostile_reviews())
def test_no_page_can_stop_gitlab(of: Review) -> None:
    text = written(gitlab, of)
    read = as_gitlab_reads(text)
    assert len(read) == sum(len(page.findings) + len(page.failures) for page in of.pages)
    assert text.isascii()
    for issue in read.values():
        assert not {unicodedata.category(one) for one in issue["description"]} & {"Cc", "Cs", "Zl", "Zp"}


@given(hostile_reviews())
def test_every_issue_is_as_the_schema_of_gitlab_says(of: Review) -> None:
    file = BESIDE / "schemas" / "gitlab-codeclimate.schema.json"
    if not file.is_file():
        pytest.skip(f"the schema of GitLab is not at {file}")
    validator = Draft4Validator(json.loads(file.read_text("utf-8")))
    for issue in issues(of):
        validator.validate(issue)
