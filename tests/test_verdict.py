from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ld_review.config_file import default_config
from ld_review.finding import Finding, Severity
from ld_review.review import PageReview
from ld_review.rule import DIMENSIONS
from ld_review.runner import review_text
from ld_review.source import Span
from ld_review.verdict import Outcome, Sight, Verdict, judge, together, unparsed
from reporters.reviews import rule

SEEN = Sight("course", True, True, True, frozenset({"lonely-call", "dull-goal", "dead-end"}))
RULES = {
    "lonely-call": rule("lonely-call", "async"),
    "dull-goal": rule("dull-goal", "adult-learning"),
    "dead-end": rule("dead-end", "handbook-first"),
}


def _finding(name: str, severity: Severity = Severity.SUGGESTION, at: int = 0, message: str = "") -> Finding:
    return Finding(name, Span(at, at + 1), message or f"{name} here; mend it", severity)


def _outcomes(*findings: Finding, sight: Sight = SEEN, **decides: str) -> dict[str, str]:
    rules = {name: replace(one, decides=decides.get(name.replace("-", "_"), "never")) for name, one in RULES.items()}
    return {one.dimension: one.outcome.value for one in judge(findings, rules, sight)}


def _of(text: str, path: str = "page.md") -> dict[str, Verdict]:
    page: PageReview = review_text(text, path, default_config())
    return {one.dimension: one for one in page.verdicts}


def test_nothing_found_is_ready():
    assert _outcomes() == dict.fromkeys(DIMENSIONS, "ready")


@pytest.mark.parametrize("severity", [Severity.WARNING, Severity.ERROR])
def test_an_error_or_a_warning_decides_its_dimension_alone(severity):
    assert _outcomes(_finding("lonely-call", severity)) == {
        "handbook-first": "ready",
        "adult-learning": "ready",
        "async": "needs-changes",
    }


@pytest.mark.parametrize(
    ("decides", "declared", "outcome"),
    [
        ("never", True, "ready"),
        ("declared", True, "needs-changes"),
        ("declared", False, "not-assessed"),
        ("always", False, "needs-changes"),
    ],
)
def test_a_suggestion_decides_where_its_rule_says_so(decides, declared, outcome):
    found = _outcomes(_finding("dull-goal"), sight=SEEN._replace(declared=declared), dull_goal=decides)
    assert found["adult-learning"] == outcome


def test_what_would_decide_on_a_declared_page_leaves_an_inferred_one_open():
    rules = {"dull-goal": replace(RULES["dull-goal"], declared_severity=Severity.WARNING)}
    verdicts = judge([_finding("dull-goal")], rules, SEEN._replace(declared=False))
    verdict = next(one for one in verdicts if one.dimension == "adult-learning")
    assert verdict.outcome is Outcome.NOT_ASSESSED
    assert verdict.reason.startswith("as a course page it needs changes (dull-goal here); if it is one, declare")


def test_two_rules_together_decide_on_a_page_that_surely_is_what_it_seems():
    rules = {name: replace(rule(name), decides="declared") for name in ("dull-goal", "no-end")}
    found = [_finding("dull-goal"), _finding("no-end")]
    inferred = SEEN._replace(declared=False)

    def outcome(sight: Sight) -> Verdict:
        return next(one for one in judge(found, rules, sight) if one.dimension == "adult-learning")

    assert outcome(inferred).outcome is Outcome.NEEDS_CHANGES
    assert outcome(inferred).reason.endswith("(as a course page, which is inferred)")
    assert outcome(inferred._replace(sure=False)).outcome is Outcome.NOT_ASSESSED
    assert outcome(inferred._replace(blind="the page is in 'de'")).reason == "the page is in 'de'"


def test_advice_is_never_part_of_a_verdict():
    advice = {"lonely-call": replace(RULES["lonely-call"], advice=True, off="half of it")}
    verdicts = judge([_finding("lonely-call", Severity.ERROR)], RULES | advice, SEEN)
    assert [one.outcome for one in verdicts if one.dimension == "async"] == [Outcome.READY]


def test_what_is_no_learning_content_is_not_assessed_as_such():
    sight = SEEN._replace(profile="hub", learning=False)
    verdicts = {one.dimension: one for one in judge([_finding("dull-goal", Severity.ERROR)], RULES, sight)}
    assert verdicts["adult-learning"].outcome is Outcome.NOT_ASSESSED
    assert "hub" in verdicts["adult-learning"].reason
    assert verdicts["async"].outcome is Outcome.READY


@pytest.mark.parametrize(("declared", "sure"), [(False, True), (True, False)])
def test_a_page_is_ready_as_learning_content_only_where_it_is_known_to_be_some(declared, sure):
    guessed = SEEN._replace(declared=False, sure=False)
    assert _outcomes(sight=guessed)["adult-learning"] == "not-assessed"
    assert _outcomes(sight=guessed)["async"] == "ready"
    assert _outcomes(_finding("dull-goal", Severity.WARNING), sight=guessed)["adult-learning"] == "needs-changes"
    assert _outcomes(sight=SEEN._replace(declared=declared, sure=sure))["adult-learning"] == "ready"


def test_text_that_is_not_understood_is_not_assessed_but_structure_may_decide():
    sight = SEEN._replace(blind="the page is in 'de'")
    found = _outcomes(_finding("dead-end", Severity.ERROR), _finding("dull-goal", Severity.ERROR), sight=sight)
    assert found == {"handbook-first": "needs-changes", "adult-learning": "not-assessed", "async": "not-assessed"}


def test_a_rule_that_broke_leaves_its_dimension_open():
    found = _outcomes(_finding("dead-end", Severity.ERROR), sight=SEEN._replace(broken=("lonely-call", "dead-end")))
    assert found == {"handbook-first": "needs-changes", "adult-learning": "ready", "async": "not-assessed"}


def test_a_dimension_without_rules_is_not_ready():
    found = _outcomes(sight=SEEN._replace(ran=frozenset({"dead-end"})))
    assert found == {"handbook-first": "ready", "adult-learning": "not-assessed", "async": "not-assessed"}


def test_the_reason_names_the_heaviest_first_and_counts_the_rest():
    found = [
        _finding("dull-goal", Severity.WARNING, 0, "goals are dull; rewrite them"),
        _finding("dull-goal", Severity.WARNING, 9, "goals are dull; rewrite them"),
        *(_finding(f"more-{n}", Severity.WARNING, 20 + n, f"more {n}") for n in range(3)),
        _finding("worst", Severity.ERROR, 90, "this is worst"),
    ]
    rules = {one.rule: rule(one.rule) for one in found}
    verdict = next(one for one in judge(found, rules, SEEN) if one.dimension == "adult-learning")
    assert verdict.reason == "this is worst; goals are dull (2 times); more 0; 2 more"


def test_a_page_in_another_language_is_not_assessed():
    verdicts = _of("---\nlang: de\n---\n\n# Kurs\n\nEs gibt hier eine Menge zu lernen, und zwar für alle.\n")
    assert {one.outcome for one in verdicts.values()} == {Outcome.NOT_ASSESSED}
    assert "'de'" in verdicts["async"].reason


def test_a_page_of_templates_is_not_assessed():
    made = "# Team\n\n<%= partial('includes/a_long_list_of_people', locals: {department: 'Learning'}) %>\n"
    assert "templates" in _of(made, "page.html.md.erb")["async"].reason
    written = f"{made}\n{'Each of us answers questions about learning in writing. ' * 4}\n"
    assert _of(written, "page.html.md.erb")["async"].outcome is Outcome.READY


def test_a_declared_course_without_objectives_needs_changes():
    page = "---\nld_review: {profile: course}\n---\n\n# Coaching\n\nA coach asks open questions and listens.\n"
    verdict = _of(page)["adult-learning"]
    assert verdict.outcome is Outcome.NEEDS_CHANGES
    assert "objectives" in verdict.reason


@given(st.lists(st.tuples(st.sampled_from(sorted(RULES)), st.sampled_from(Severity), st.integers(0, 9))))
def test_a_finding_never_makes_a_page_readier(found):
    rank = {"ready": 0, "not-assessed": 1, "needs-changes": 2}
    findings = [_finding(name, severity, at) for name, severity, at in found]
    for number in range(len(findings)):
        fewer, more = _outcomes(*findings[:number]), _outcomes(*findings[: number + 1])
        assert all(rank[fewer[one]] <= rank[more[one]] for one in DIMENSIONS)


def test_pages_together_are_as_good_as_the_one_that_needs_most():
    good, bad = judge([], RULES, SEEN), judge([_finding("lonely-call", Severity.ERROR)], RULES, SEEN)
    joined = {one.dimension: one for one in together([("a.md", good), ("b.md", bad), ("c.md", unparsed("binary"))])}
    assert joined["async"].outcome is Outcome.NEEDS_CHANGES
    assert joined["async"].reason.startswith("1 of 3 pages, such as b.md: lonely-call here")
    assert joined["handbook-first"].outcome is Outcome.READY
    assert "1 page was not assessed" in joined["handbook-first"].reason


def test_pages_that_nobody_assessed_are_not_ready_together():
    joined = together([("a.md", unparsed("binary")), ("b.md", unparsed("binary"))])
    assert {(one.outcome, one.reason) for one in joined} == {(Outcome.NOT_ASSESSED, "binary")}


def test_an_unreadable_page_says_why(tmp_path):
    from ld_review.runner import review_paths

    page = tmp_path / "page.md"
    page.write_bytes(b"\xff\xfe")
    verdicts = review_paths([page], default_config()).pages[0].verdicts
    assert [one.dimension for one in verdicts] == list(DIMENSIONS)
    assert "UTF-16" in verdicts[0].reason
