from __future__ import annotations

import json
from importlib.resources import files

from hypothesis import given
from jsonschema import Draft202012Validator

from ld_review.reporters import json as whole
from ld_review.reporters import jsonl
from ld_review.review import Failure, Review
from reporters.reviews import finding, hostile_reviews, page, review, written

SCHEMA = json.loads(files("ld_review.reporters").joinpath("review.schema.json").read_text("utf-8"))


def test_a_page_on_each_line_and_the_rest_on_the_last() -> None:
    text = "a\u2028b"
    of = review(page(text, finding(text, "a")), page("", path="b.md"), failures=(Failure("x"),))
    lines = written(jsonl, of).splitlines()
    pages, last = [json.loads(line) for line in lines[:-1]], json.loads(lines[-1])
    assert [one["path"] for one in pages] == ["docs/page.md", "b.md"]
    assert {**last, "pages": pages} == whole.as_data(of)
    assert last["summary"]["failures"] == 1


def test_nothing_reviewed_is_one_line() -> None:
    assert [json.loads(line)["summary"]["pages"] for line in written(jsonl, review()).splitlines()] == [0]


@given(hostile_reviews())
def test_lines_together_are_what_json_says(of: Review) -> None:
    lines = [json.loads(line) for line in written(jsonl, of).splitlines()]
    data = {**lines[-1], "pages": lines[:-1]}
    assert data == json.loads(written(whole, of))
    Draft202012Validator(SCHEMA).validate(data)
