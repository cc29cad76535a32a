from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given, settings

from ld_review.errors import UsageError
from ld_review.recorded import VERSIONS, from_top, read_review, review_of
from ld_review.reporters.json import SCHEMA_VERSION, as_data, write
from reporters import reviews

EMPTY = {"schema_version": "1", "pages": [], "failures": []}
PLACE = {"line": 1, "column": 1, "offset": 0}
FINDING = {
    "rule": "r",
    "dimension": "async",
    "severity": "error",
    "message": "m",
    "start": PLACE,
    "end": PLACE,
    "fix": None,
    "fingerprint": "f",
}
PAGE = {"path": "a.md", "findings": [FINDING], "failures": []}


def test_the_version_that_is_written_can_be_read():
    assert SCHEMA_VERSION in VERSIONS


def test_a_written_review_reads_as_what_it_was():
    text = "Utilize this.\n\nUtilize that.\n"
    found = [reviews.finding(text, "Utilize", "long-word", nth, fix="Use", safe=nth == 0) for nth in (0, 1)]
    page = reviews.page(text, *found, fingerprints=("one", "two"), not_assessed="a reason")
    [read] = review_of(as_data(reviews.review(page))).pages
    assert (read.path, read.not_assessed) == ("docs/page.md", "a reason")
    first, second = read.findings
    assert (first.rule, first.severity, first.message) == ("long-word", found[0].severity, "Utilize is wrong")
    assert (first.start, first.end, first.fingerprint) == ((1, 1), (1, 8), "one")
    assert first.safe_fix == (((1, 1), (1, 8), "Use"),)
    assert first.authority == (("Standard of long-word", "https://example.org/long-word"),)
    assert (second.start, second.safe_fix) == ((3, 1), ()), "a fix that is not safe is left out"


@given(reviews.hostile_reviews())
@settings(max_examples=60, deadline=None)
def test_whatever_is_written_can_be_read(tmp_path_factory, review):
    data = as_data(review)
    for page in data["pages"]:
        for number, finding in enumerate(page["findings"]):
            finding["fingerprint"] = finding["fingerprint"] or str(number)
    if len({page["path"] for page in data["pages"]}) < len(data["pages"]):
        return
    path = tmp_path_factory.mktemp("review") / "review.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    read = read_review(path)
    assert [len(page.findings) for page in read.pages] == [len(page.findings) for page in review.pages]
    assert read.failed == review.failed


def test_verdicts_may_be_there_empty_or_missing():
    judged = {**PAGE, "verdicts": {"async": {"verdict": "ready", "reason": "all of it"}}}
    pages = [judged, {**PAGE, "path": "b.md", "verdicts": {}}, {**PAGE, "path": "c.md"}]
    read = review_of({**EMPTY, "pages": pages})
    assert [page.verdicts for page in read.pages] == [(("async", ("ready", "all of it")),), (), ()]


def test_keys_of_later_versions_are_passed_over():
    assert review_of({**EMPTY, "made_by": {}, "pages": [{**PAGE, "questions": []}]}).pages[0].path == "a.md"


def _changed(**changes):
    return {**EMPTY, "pages": [{**PAGE, "findings": [{**FINDING, **changes}]}]}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ([], "no review of ld-review: it has no schema_version"),
        ({"version": "2.1.0", "runs": []}, "no review of ld-review: it has no schema_version"),
        ({**EMPTY, "schema_version": "2"}, 'schema_version "2", but this ld-review reads 1'),
        ({**EMPTY, "schema_version": 1}, "schema_version 1, but this ld-review reads 1"),
        ({"schema_version": "1", "failures": []}, "the top: has no 'pages'"),
        ({**EMPTY, "pages": {}}, "pages: expected an array"),
        ({**EMPTY, "pages": ["a.md"]}, "pages[0]: expected an object"),
        ({**EMPTY, "pages": [{**PAGE, "path": ""}]}, "pages[0].path: must not be empty"),
        ({**EMPTY, "pages": [PAGE, PAGE]}, "the page 'a.md' is there twice"),
        ({**EMPTY, "pages": [{**PAGE, "verdicts": {"async": {"verdict": "good"}}}]}, "expected one of ready, needs-"),
        ({**EMPTY, "pages": [{**PAGE, "verdicts": []}]}, "expected an object"),
        (_changed(severity="grave"), "pages[0].findings[0].severity: expected one of suggestion, warning, error"),
        (_changed(severity=["error"]), "severity: expected one of"),
        (_changed(fingerprint=""), "fingerprint: must not be empty"),
        (_changed(message=3), "message: expected a string"),
        (_changed(start={"line": 0, "column": 1}), "start.line: expected a whole number from 1"),
        (_changed(start={"line": True, "column": 1}), "start.line: expected a whole number from 1"),
        (_changed(end={"line": 1}), "findings[0].end: has no 'column'"),
        (_changed(fix={"applicability": "perhaps", "edits": []}), "fix.applicability: expected one of safe, unsafe"),
        (_changed(fix={"applicability": "safe", "edits": [{}]}), "fix.edits[0]: has no 'start'"),
        (_changed(fix=[]), "findings[0].fix: expected an object"),
    ],
)
def test_what_is_no_review_is_refused_with_its_place(data, words):
    with pytest.raises(UsageError) as error:
        review_of(data, "old.json")
    assert str(error.value).startswith("old.json: ")
    assert words in str(error.value)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"\xff\xfe{}", "not UTF-8"),
        (b"", "not JSON"),
        (b'{"schema_version": "1"}\n{}\n', "not JSON (Extra data); a review is written with --output json=PATH"),
        (b"[" * 100_000, "nested too deep"),
        (b'{"schema_version": ' + b"1" * 10_000 + b"}", "numbers too long"),
    ],
    ids=["utf-16", "empty", "lines", "deep", "long number"],
)
def test_what_is_no_json_is_refused(tmp_path, data, words):
    path = tmp_path / "old.json"
    path.write_bytes(data)
    with pytest.raises(UsageError) as error:
        read_review(path)
    assert words in str(error.value)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UsageError, match="No such file"):
        read_review(tmp_path / "none.json")


def test_paths_are_made_those_from_the_top(tmp_path):
    read = review_of({**EMPTY, "pages": [PAGE, {**PAGE, "path": "../b.md"}, {**PAGE, "path": str(tmp_path / "c.md")}]})
    placed = from_top(read, tmp_path / "docs", tmp_path)
    assert [page.path for page in placed.pages] == ["docs/a.md", "b.md", "c.md"]


def test_what_write_writes_is_what_as_data_makes():
    stream = StringIO()
    review = reviews.review(reviews.page("x\n"))
    write(review, stream)
    assert review_of(json.loads(stream.getvalue()), str(Path("x"))) == review_of(as_data(review))
