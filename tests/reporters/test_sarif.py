from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft4Validator

from conftest import BESIDE
from ld_review import __version__
from ld_review.finding import Severity
from ld_review.reporters import sarif
from ld_review.review import Failure, Review
from ld_review.source import Source, Span
from reporters.reviews import finding, hostile_reviews, page, review, written

TEXT = "# Über\r\n\r\n👍 here and\r\nthere\r\n"


def run_of(of: Review) -> dict[str, Any]:
    log = json.loads(written(sarif, of))
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    made: dict[str, Any] = run
    return made


def at(source: Source, region: dict[str, int]) -> str:
    """The text of a region, as SARIF counts lines and, here, code points."""
    lines = source.line_starts
    start = lines[region["startLine"] - 1] + region["startColumn"] - 1
    return source[Span(start, lines[region["endLine"] - 1] + region["endColumn"] - 1)]


def test_a_finding_is_a_result_at_its_place() -> None:
    found = finding(TEXT, "here", "bare-url", severity=Severity.SUGGESTION, fix="there")
    run = run_of(review(page(TEXT, found, path="docs/ä b.md", fingerprints=("0123456789abcdef0123",))))
    assert run["columnKind"] == "unicodeCodePoints"
    artifact = {"uri": "docs/%C3%A4%20b.md", "uriBaseId": "SRCROOT"}
    region = {"startLine": 3, "startColumn": 3, "endLine": 3, "endColumn": 7}
    assert run["results"] == [
        {
            "ruleId": "bare-url",
            "ruleIndex": 0,
            "level": "note",
            "message": {"text": "here is wrong"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": artifact,
                        "region": {**region, "snippet": {"text": "here"}},
                    }
                }
            ],
            "partialFingerprints": {
                "ldReview/v1": "0123456789abcdef0123",
                "primaryLocationLineHash": "0123456789abcdef:1",
            },
            "fixes": [
                {
                    "description": {"text": "Mend bare-url as --fix does"},
                    "artifactChanges": [
                        {
                            "artifactLocation": artifact,
                            "replacements": [{"deletedRegion": region, "insertedContent": {"text": "there"}}],
                        }
                    ],
                }
            ],
        }
    ]


def test_a_fix_that_may_change_the_meaning_is_not_offered() -> None:
    [result] = run_of(review(page(TEXT, finding(TEXT, "here", fix="there", safe=False))))["results"]
    assert "fixes" not in result


def test_other_places_are_related() -> None:
    found = finding(TEXT, "here")._replace(also=(finding(TEXT, "there").span,))
    [result] = run_of(review(page(TEXT, found)))["results"]
    [related] = result["relatedLocations"]
    assert related["physicalLocation"]["region"]["snippet"] == {"text": "there"}


def test_a_rule_says_what_it_is_about() -> None:
    run = run_of(review(page(TEXT, finding(TEXT, "here", "bare-url"), finding(TEXT, "there", "weak-verb"))))
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("ld-review", __version__)
    assert [one["ruleIndex"] for one in run["results"]] == [0, 1]
    assert driver["rules"][0] == {
        "id": "bare-url",
        "name": "BareUrl",
        "shortDescription": {"text": "What bare-url is about."},
        "fullDescription": {"text": "Because of this."},
        "help": {
            "text": "Because of this.\nStandard of bare-url: https://example.org/bare-url",
            "markdown": "Because of this.\n\n- Standard of bare-url <https://example.org/bare-url>",
        },
        "defaultConfiguration": {"level": "warning"},
        "properties": {
            "tags": ["adult-learning"],
            "dimension": "adult-learning",
            "problem.severity": "warning",
            "authority": [{"title": "Standard of bare-url", "url": "https://example.org/bare-url"}],
        },
        "helpUri": "https://example.org/bare-url",
    }


def test_a_finding_without_a_rule_file_has_a_rule_all_the_same() -> None:
    run = run_of(Review((page("a", finding("a", "a", "unused-suppression")),)))
    [rule] = run["tool"]["driver"]["rules"]
    assert rule["id"] == "unused-suppression"
    assert rule["help"]["text"]


def test_what_broke_is_told_of_the_run() -> None:
    broken = page("", failures=(Failure("broke", "bare-url", "Traceback"),))
    [invocation] = run_of(review(broken, failures=(Failure("no such file"),)))["invocations"]
    assert invocation["executionSuccessful"] is False
    outside, on_page = invocation["toolExecutionNotifications"]
    assert outside == {"level": "error", "message": {"text": "no such file"}}
    assert on_page["associatedRule"] == {"id": "bare-url"}
    assert on_page["exception"] == {"message": "Traceback"}
    assert on_page["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "docs/page.md"
    assert run_of(review(page("")))["invocations"] == [{"executionSuccessful": True, "toolExecutionNotifications": []}]


def test_pages_are_named_from_the_top_of_the_repository(tmp_path: Path) -> None:
    pages = tuple(page("", path=str(path)) for path in (tmp_path / "top/a.md", tmp_path / "else/b.md"))
    run = run_of(Review(pages, top=tmp_path / "top"))
    assert run["originalUriBaseIds"]["SRCROOT"]["uri"] == f"{(tmp_path / 'top').as_uri()}/"
    assert [artifact["location"] for artifact in run["artifacts"]] == [
        {"uri": "a.md", "uriBaseId": "SRCROOT"},
        {"uri": (tmp_path / "else/b.md").as_uri()},
    ]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("see [x](https://evil.example)", "see [x] (https://evil.example)"),
        ("{0} {name}", "{ 0} {name}"),
        ("a\nb", "a b"),
    ],
)
def test_a_message_holds_no_link_and_no_placeholder(said: str, shown: str) -> None:
    [result] = run_of(review(page(TEXT, finding(TEXT, "here", message=said))))["results"]
    assert result["message"] == {"text": shown}


@given(hostile_reviews())
def test_every_region_is_the_text_that_was_found(of: Review) -> None:
    run = run_of(of)
    expected = [(page.source, found.span) for page in of.pages for found in page.findings]
    assert len(run["results"]) == len(expected)
    for result, (source, span) in zip(run["results"], expected, strict=True):
        [location] = result["locations"]
        assert at(source, location["physicalLocation"]["region"]) == source[span]
        assert len(result["message"]["text"].splitlines()) <= 1


@settings(max_examples=30)
@given(hostile_reviews())
def test_every_log_is_as_the_schema_of_sarif_says(of: Review) -> None:
    file = BESIDE / "schemas" / "sarif-schema-2.1.0.json"
    if not file.is_file():
        pytest.skip(f"the schema of SARIF is not at {file}")
    Draft4Validator(json.loads(file.read_text("utf-8"))).validate(json.loads(written(sarif, of)))


def test_another_program_reads_the_log(tmp_path: Path) -> None:
    if find_spec("sarif") is None:
        pytest.skip("sarif-tools is not installed")
    log, listed = tmp_path / "ld-review.sarif", tmp_path / "listed.csv"
    found = (finding(TEXT, "here", "bare-url", severity=Severity.ERROR), finding(TEXT, "there", "weak-verb"))
    log.write_text(written(sarif, review(page(TEXT, *found))), "utf-8")
    command = (sys.executable, "-m", "sarif", "csv", "--output", str(listed), str(log))
    subprocess.run(command, check=True, capture_output=True)
    rows = [row for row in listed.read_text("utf-8-sig").splitlines() if "docs/page.md" in row]
    assert [("bare-url" in row, "weak-verb" in row) for row in rows] == [(True, False), (False, True)]
