from __future__ import annotations

import json
from importlib.resources import files
from io import StringIO
from pathlib import PureWindowsPath
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from ld_review.finding import Severity
from ld_review.reporters import json as reporter
from ld_review.review import Failure, PageReview, Review
from ld_review.source import Source
from reporters.reviews import finding, page, review

SCHEMA = json.loads(files("ld_review.reporters").joinpath("review.schema.json").read_text("utf-8"))
TEXT = "# Über\r\n\r\n👍 here\r\n"


def data(of: Review) -> dict[str, Any]:
    stream = StringIO()
    reporter.write(of, stream)
    loaded: dict[str, Any] = json.loads(stream.getvalue())
    Draft202012Validator(SCHEMA).validate(loaded)
    return loaded


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_a_finding_has_its_place_in_code_points() -> None:
    found = finding(TEXT, "here", "vague-link-text", fix="there")
    [shown] = data(review(page(TEXT, found, fingerprints=("f1",), language="en")))["pages"][0]["findings"]
    start, end = {"line": 3, "column": 3, "offset": 12}, {"line": 3, "column": 7, "offset": 16}
    assert shown == {
        "rule": "vague-link-text",
        "dimension": "adult-learning",
        "severity": "warning",
        "message": "here is wrong",
        "start": start,
        "end": end,
        "also": [],
        "fix": {"applicability": "safe", "edits": [{"start": start, "end": end, "replacement": "there"}]},
        "paste": "",
        "fingerprint": "f1",
        "authority": [{"title": "Standard of vague-link-text", "url": "https://example.org/vague-link-text"}],
    }


def test_a_page_has_all_its_parts_even_where_they_are_empty() -> None:
    [shown] = data(review(page("", language="ja", not_assessed="the page is in Japanese")))["pages"]
    assert shown == {
        "path": "docs/page.md",
        "profile": {"name": "reference", "declared": False, "reason": "", "points": 0},
        "language": "ja",
        "not_assessed": "the page is in Japanese",
        "elements": [],
        "async_path": [],
        "findings": [],
        "verdicts": {},
        "failures": [],
    }


def test_the_summary_counts_everything() -> None:
    text = "a b"
    found = (finding(text, "a", severity=Severity.ERROR, fix="x"), finding(text, "b", fix="x", safe=False))
    broken = page("", failures=(Failure("x"),))
    shown = data(review(page(text, *found), broken, failures=(Failure("y"),)))
    assert shown["summary"] == {
        "pages": 2,
        "errors": 1,
        "warnings": 1,
        "suggestions": 0,
        "fixable": 1,
        "known": 0,
        "gone": 0,
        "failures": 2,
        "exit_status": 2,
    }
    assert shown["failures"] == [{"message": "y", "rule": "", "traceback": ""}]


def test_a_finding_without_a_rule_file_is_of_the_dimension_of_suppressions() -> None:
    found = finding("a", "a", "unused-suppression")
    [shown] = data(Review((page("a", found),)))["pages"][0]["findings"]
    assert (shown["dimension"], shown["authority"]) == ("handbook-first", [])


def test_paths_have_forward_slashes() -> None:
    shown = data(Review((PageReview(Source(PureWindowsPath("docs\\a.md"), "")),)))
    assert shown["pages"][0]["path"] == "docs/a.md"


def test_a_file_name_that_is_no_text_does_not_break_the_report() -> None:
    assert data(review(page("", path="caf\udce9.md")))["pages"][0]["path"] == "caf\ufffd.md"


def test_other_places_are_ranges() -> None:
    found = finding(TEXT, "here")._replace(also=(finding(TEXT, "Über").span,))
    [shown] = data(review(page(TEXT, found)))["pages"][0]["findings"]
    assert shown["also"] == [
        {"start": {"line": 1, "column": 3, "offset": 2}, "end": {"line": 1, "column": 7, "offset": 6}}
    ]


@pytest.mark.parametrize("missing", ["schema_version", "pages", "summary"])
def test_the_schema_refuses_what_lacks_a_part(missing: str) -> None:
    shown = data(review(page("")))
    del shown[missing]
    assert not Draft202012Validator(SCHEMA).is_valid(shown)


def test_each_page_stands_on_a_line_of_its_own() -> None:
    of = review(page("a\nb"), page("", path="docs/other.md"))
    stream = StringIO()
    reporter.write(of, stream)
    pages = stream.getvalue().split("\n")[2:4]
    assert [json.loads(line.removesuffix(",").removesuffix("]")) for line in pages] == reporter.as_data(of)["pages"]
    assert json.loads(stream.getvalue()) == reporter.as_data(of)
