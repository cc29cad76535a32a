from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ld_review.comparison import compare
from ld_review.finding import Severity
from ld_review.recorded import RecordedFailure, RecordedFinding, RecordedPage, RecordedReview, Verdict
from ld_review.source import Position


def _finding(fingerprint, *, rule="rule", severity=Severity.WARNING, line=1):
    place = Position(line, 1)
    return RecordedFinding(rule, "async", severity, f"about {fingerprint}", place, place, fingerprint)


def _page(path, *fingerprints, **more):
    return RecordedPage(path, tuple(map(_finding, fingerprints)), **more)


def _review(*pages, failures=()):
    return RecordedReview(pages, tuple(failures))


def _prints(findings):
    return [finding.fingerprint for finding in findings]


def test_findings_are_resolved_new_or_remain():
    [page] = compare(_review(_page("a.md", "x", "y")), _review(_page("a.md", "y", "z"))).pages
    assert (_prints(page.resolved), _prints(page.new), _prints(page.remaining)) == (["x"], ["z"], ["y"])


def test_what_remains_has_its_new_place():
    old = _review(RecordedPage("a.md", (_finding("x", line=3),)))
    new = _review(RecordedPage("a.md", (_finding("x", line=9),)))
    assert compare(old, new).pages[0].remaining[0].start.line == 9


def test_the_same_fingerprint_on_another_page_is_another_finding():
    told = compare(_review(_page("a.md", "x"), _page("b.md")), _review(_page("a.md"), _page("b.md", "x")))
    assert [(_prints(page.resolved), _prints(page.new)) for page in told.pages] == [(["x"], []), ([], ["x"])]


def test_a_page_that_is_new_has_new_findings_and_one_that_is_gone_is_named_apart():
    told = compare(_review(_page("a.md", "x")), _review(_page("b.md", "y")))
    assert _prints(told.pages[0].new) == ["y"]
    assert [page.path for page in told.gone] == ["a.md"]
    assert told.count("resolved") == 0, "nobody looked whether it is"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (_page("a.md", "x", "y"), _page("deep/b.md", "x", "y")),
        (_page("a.md", "x", "y", "z"), _page("b.md", "x", "y")),
        (_page("a.md", "x", "y"), _page("b.md", "x", "y", "z")),
        (_page("one/a.md", "x"), _page("two/a.md", "x")),
        (_page("one/course/index.md", "x"), _page("two/course/_index.md", "x")),
    ],
    ids=["renamed", "one mended too", "one new too", "same name elsewhere", "folder moved"],
)
def test_a_page_that_moved_is_told_by_what_was_found_on_it(old, new):
    told = compare(_review(old), _review(new))
    assert (told.pages[0].old_path, told.pages[0].moved, told.gone) == (old.path, True, ())
    assert told.count("remaining") == len(set(_prints(old.findings)) & set(_prints(new.findings)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ([_page("a.md", "x")], [_page("b.md", "x")]),
        ([_page("a.md", "x", "y", "z", "u", "v")], [_page("b.md", "x", "y")]),
        ([_page("a.md", "x", "y"), _page("b.md", "x", "y")], [_page("c.md", "x", "y")]),
        ([_page("a.md", "x", "y")], [_page("b.md", "x", "y"), _page("c.md", "x", "y")]),
        ([_page("one/index.md", "x")], [_page("two/index.md", "x")]),
        ([_page("a.md")], [_page("b.md")]),
        ([_page(f"{number}.md", "x", "y") for number in range(30)], [_page("z.md", "x", "y")]),
    ],
    ids=["one finding alone", "little in common", "two were like it", "two are like it", "index", "empty", "many"],
)
def test_where_it_is_not_clear_a_page_did_not_move(old, new):
    told = compare(_review(*old), _review(*new))
    assert not any(page.moved for page in told.pages)
    assert len(told.gone) == len(old)


def test_a_page_that_kept_its_path_did_not_move():
    old = _review(_page("a.md", "x", "y"), _page("b.md", "u", "v"))
    new = _review(_page("a.md", "u", "v"), _page("c.md", "x", "y"))
    told = compare(old, new)
    assert [(page.path, page.old_path) for page in told.pages] == [("a.md", "a.md"), ("c.md", "")]


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (_review(_page("a.md", failures=(RecordedFailure("broke"),))), (["x", "y"], [])),
        (_review(_page("a.md", failures=(RecordedFailure("broke", "one"),))), (["x"], ["y"])),
        (_review(_page("a.md"), failures=(RecordedFailure("broke", "other"),)), (["y"], ["x"])),
        (_review(_page("a.md", not_assessed="not English")), (["x", "y"], [])),
    ],
    ids=["the page", "a rule on it", "a rule everywhere", "its language"],
)
def test_what_could_not_be_looked_for_is_not_called_resolved(new, told):
    old = _review(RecordedPage("a.md", (_finding("x", rule="one"), _finding("y", rule="other"))))
    [page] = compare(old, new).pages
    assert (_prints(page.unknown), _prints(page.resolved)) == told


def test_on_a_page_that_was_never_assessed_what_is_gone_is_resolved():
    old, new = _page("a.md", "x", not_assessed="not English"), _page("a.md", not_assessed="not English")
    assert compare(_review(old), _review(new)).count("resolved") == 1


def test_verdicts_are_compared_where_both_reviews_have_them():
    bad, good = Verdict("needs-changes", "no practice"), Verdict("ready", "all there")
    old = _page("a.md", verdicts=(("async", bad), ("adult-learning", bad)))
    new = _page("a.md", verdicts=(("async", good), ("adult-learning", bad), ("handbook-first", good)))
    assert compare(_review(old), _review(new)).pages[0].verdicts == (("async", bad, good),)
    assert compare(_review(_page("a.md")), _review(new)).pages[0].verdicts == ()


def test_another_reason_alone_is_no_other_verdict():
    old = _page("a.md", verdicts=(("async", Verdict("ready", "one")),))
    new = _page("a.md", verdicts=(("async", Verdict("ready", "other")),))
    assert not compare(_review(old), _review(new)).pages[0].changed


@pytest.mark.parametrize(
    ("severity", "fail_on", "status"),
    [
        (Severity.SUGGESTION, Severity.WARNING, 0),
        (Severity.WARNING, Severity.WARNING, 1),
        (Severity.ERROR, Severity.WARNING, 1),
        (Severity.SUGGESTION, Severity.SUGGESTION, 1),
        (Severity.ERROR, None, 0),
    ],
)
def test_the_status_follows_what_is_new(severity, fail_on, status):
    new = _review(RecordedPage("a.md", (_finding("x", severity=severity),)))
    assert compare(_review(_page("a.md")), new).exit_status(fail_on) == status
    assert compare(new, new).exit_status(fail_on) == 0
    assert compare(new, _review(_page("a.md"))).exit_status(fail_on) == 0


def test_the_status_is_2_where_the_new_review_is_not_whole():
    broken = _review(_page("a.md", failures=(RecordedFailure("broke"),)))
    assert compare(_review(), broken).exit_status() == 2
    assert compare(broken, _review(_page("a.md"))).exit_status() == 0


_reviews = st.lists(
    st.builds(
        lambda path, prints: _page(path, *prints),
        st.sampled_from(["a.md", "b.md", "c/a.md", "c/index.md"]),
        st.lists(st.sampled_from("uvwxyz"), max_size=6),
    ),
    max_size=4,
    unique_by=lambda page: page.path,
).map(lambda pages: _review(*pages))


@given(_reviews, _reviews)
def test_every_finding_is_told_of_once(old, new):
    told = compare(old, new)
    after = told.count("new") + told.count("remaining")
    before = told.count("resolved") + told.count("remaining") + sum(len(page.findings) for page in told.gone)
    assert after == sum(len(page.findings) for page in new.pages)
    assert before == sum(len(page.findings) for page in old.pages)


@given(_reviews)
def test_a_review_has_nothing_new_against_itself(review):
    told = compare(review, review)
    assert not told.gone
    assert not any(page.changed for page in told.pages)
