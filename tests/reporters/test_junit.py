from __future__ import annotations

from collections import Counter
from importlib.util import find_spec
from xml.etree import ElementTree

import pytest
from hypothesis import given

from ld_review.finding import Severity
from ld_review.reporters import junit
from ld_review.review import Failure, Review
from reporters.reviews import finding, hostile_reviews, page, review, written

TEXT = "# Goals\n\nhere and here\n"
OUTCOMES = {"failure", "error", "skipped"}


def suites(of: Review) -> list[ElementTree.Element]:
    """The suites of a report, once its form is what readers of JUnit reports ask for."""
    root = ElementTree.fromstring(written(junit, of).encode("utf-8"))
    assert root.tag == "testsuites"
    assert {suite.tag for suite in root} <= {"testsuite"}
    for suite in root:
        assert_counted(suite, suite)
        for case in suite:
            assert case.tag == "testcase"
            assert set(case.attrib) <= {"classname", "name", "file", "time"}
            assert case.attrib["name"]
            assert float(case.attrib["time"]) >= 0
            assert len(case) <= 1
            assert {child.tag for child in case} <= OUTCOMES
            assert all((child.text or "").strip() and "message" not in child.attrib for child in case)
    assert_counted(root, root)
    return list(root)


def assert_counted(element: ElementTree.Element, of: ElementTree.Element) -> None:
    outcomes = Counter(child.tag for case in of.iter("testcase") for child in case)
    counts = {"tests": len(list(of.iter("testcase"))), "failures": outcomes["failure"]}
    counts |= {"errors": outcomes["error"], "skipped": outcomes["skipped"]}
    assert {name: int(element.attrib[name]) for name in counts} == counts


def test_a_finding_is_a_failed_case_with_all_in_its_text() -> None:
    [suite] = suites(review(page(TEXT, finding(TEXT, "here and", "bare-url", severity=Severity.ERROR))))
    [case] = suite
    assert (suite.attrib["name"], case.attrib["classname"]) == ("docs/page.md", "docs/page.md")
    assert (case.attrib["name"], case.attrib["file"]) == ("bare-url: here and is wrong", "docs/page.md")
    assert (case[0].tag, case[0].attrib) == ("failure", {"type": "error"})
    assert case[0].text == "docs/page.md:3:1: error: here and is wrong [bare-url]\nhere and here"


def test_a_clean_page_passes() -> None:
    [suite] = suites(review(page(TEXT)))
    assert [(case.attrib["name"], len(case)) for case in suite] == [("no findings", 0)]


def test_a_page_that_was_not_assessed_is_skipped_with_the_reason() -> None:
    [suite] = suites(review(page(TEXT, not_assessed="the page is in Japanese")))
    assert [(case[0].tag, case[0].text) for case in suite] == [("skipped", "the page is in Japanese")]


def test_what_broke_is_an_error() -> None:
    broken = page("", failures=(Failure("not UTF-8"), Failure("broke", "bare-url", "Trace\n\x1b[1m")))
    run, suite = suites(review(broken, failures=(Failure("no such file"),)))
    assert [(case.attrib["name"], case[0].tag, case[0].text) for case in (*run, *suite)] == [
        ("ld-review could not run", "error", "run: no such file"),
        ("ld-review could not run", "error", "docs/page.md: not UTF-8"),
        ("bare-url could not run", "error", "docs/page.md: broke\nTrace\n\u241b[1m"),
    ]


def test_equal_findings_have_names_of_their_own() -> None:
    found = [finding(TEXT, "here", "bare-url", nth) for nth in (0, 1)]
    [suite] = suites(review(page(TEXT, *found)))
    assert [case.attrib["name"] for case in suite] == ["bare-url: here is wrong", "bare-url: here is wrong #2"]


def test_a_name_that_looks_like_a_number_does_not_take_its_place() -> None:
    messages = ("x", "x #2", "x", "x")
    found = [finding(TEXT, "here", "bare-url", message=message) for message in messages]
    [suite] = suites(review(page(TEXT, *found)))
    names = [case.attrib["name"] for case in suite]
    assert names == ["bare-url: x", "bare-url: x #2", "bare-url: x #3", "bare-url: x #4"]


def test_a_case_keeps_its_name_when_the_page_grows_above_it() -> None:
    def names(text: str) -> list[str]:
        [suite] = suites(review(page(text, finding(text, "here and"))))
        return [case.attrib["name"] for case in suite]

    assert names(TEXT) == names("More\n\n" + TEXT)


@given(hostile_reviews())
def test_no_page_can_break_the_report(of: Review) -> None:
    shown = suites(of)
    known = [(suite.attrib["name"], case.attrib["name"]) for suite in shown for case in suite]
    assert len(set(known)) == len(known)
    expected = sum(len(page.findings) for page in of.pages)
    assert sum(len(suite.findall("testcase/failure")) for suite in shown) == expected


def test_another_program_reads_the_report() -> None:
    if find_spec("junitparser") is None:
        pytest.skip("junitparser is not installed")
    from junitparser import JUnitXml

    found = (finding(TEXT, "here", "bare-url"), finding(TEXT, "and", "weak-verb"))
    of = review(page(TEXT, *found), page("", path="b.md", failures=(Failure("not UTF-8"),)), page(TEXT, path="c.md"))
    read = JUnitXml.fromstring(written(junit, of).encode("utf-8"))
    assert (read.tests, read.failures, read.errors) == (4, 2, 1)
    shown = [(suite.name, [case.is_passed for case in suite]) for suite in read]
    assert shown == [("docs/page.md", [False, False]), ("b.md", [False]), ("c.md", [True])]
