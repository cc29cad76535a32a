"""One table of what selects a rule, what ignores it, and what wins."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ld_review.checks.builtin import Builtin
from ld_review.finding import Severity
from ld_review.rule import Rule
from ld_review.selection import Layer, advises, decide

RULE = Rule(
    id="vague-link-text",
    dimension="handbook-first",
    summary="",
    why="",
    authority=(),
    severity=Severity.WARNING,
    since="0.1",
    message="",
    kind="builtin",
    check=Builtin(),
    examples=(),
)
OFF = replace(RULE, off="too noisy")
ID, DIMENSION, ALL = "vague-link-text", "handbook-first", "all"


def _layer(select: str = "", ignore: str = "", name: str = "here") -> Layer:
    return Layer(name, frozenset(select.split()), frozenset(ignore.split()))


WITHIN_A_LAYER = [
    # select, ignore, on, on where the rule is off by itself
    ("", "", False, False),
    (ID, "", True, True),
    (DIMENSION, "", True, False),
    (ALL, "", True, False),
    ("async", "", False, False),
    ("other-rule", "", False, False),
    ("", ID, False, False),
    ("", DIMENSION, False, False),
    ("", ALL, False, False),
    (ID, ID, False, False),
    (ID, DIMENSION, True, True),
    (ID, ALL, True, True),
    (DIMENSION, ID, False, False),
    (DIMENSION, DIMENSION, False, False),
    (DIMENSION, ALL, True, False),
    (ALL, ID, False, False),
    (ALL, DIMENSION, False, False),
    (ALL, ALL, False, False),
    (f"{ID} {DIMENSION} {ALL}", "", True, True),
    (ALL, "async other-rule", True, False),
]


@pytest.mark.parametrize(("select", "ignore", "on", "on_though_off"), WITHIN_A_LAYER)
def test_in_a_layer_the_more_exact_word_wins_and_a_tie_ignores(
    select: str, ignore: str, on: bool, on_though_off: bool
) -> None:
    layers = [_layer(select, ignore)]
    assert decide(RULE, layers).on is on
    assert decide(OFF, layers).on is on_though_off


ACROSS_LAYERS = [
    # (select, ignore) of the earlier layer, of the later one, on
    ((ID, ""), ("", ""), True),
    ((ID, ""), ("", ID), False),
    ((ID, ""), ("", DIMENSION), False),
    ((ID, ""), ("", ALL), False),
    (("", ID), (ID, ""), True),
    (("", ID), (DIMENSION, ""), True),
    (("", ID), (ALL, ""), True),
    (("", ALL), (ID, ""), True),
    ((ALL, ""), ("", "async"), True),
    ((ALL, ID), (DIMENSION, ""), True),
    ((ALL, ""), (DIMENSION, ID), False),
]


@pytest.mark.parametrize(("earlier", "later", "on"), ACROSS_LAYERS)
def test_the_later_layer_wins_however_general(earlier: tuple[str, str], later: tuple[str, str], on: bool) -> None:
    assert decide(RULE, [_layer(*earlier), _layer(*later)]).on is on


@pytest.mark.parametrize(
    ("layer", "heard"),
    [
        (_layer(), True),
        (_layer(ALL), True),
        (_layer(ID), False),
        (_layer(ignore=DIMENSION), False),
        (_layer(ignore="async"), True),
    ],
)
def test_advice_is_heard_until_somebody_decides_about_it(layer: Layer, heard: bool) -> None:
    assert advises(replace(OFF, advice=True), [layer]) is heard
    assert not advises(OFF, [layer])


def test_a_rule_that_is_off_stays_on_when_a_later_layer_selects_all() -> None:
    assert decide(OFF, [_layer(ID), _layer(ALL)]).on


def test_a_rule_that_is_off_is_still_ignored_with_its_dimension() -> None:
    assert not decide(OFF, [_layer(ID), _layer("", DIMENSION)]).on


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ([{}], "warning"),
        ([{ID: "error"}], "error"),
        ([{DIMENSION: "error"}], "error"),
        ([{ALL: "error"}], "error"),
        ([{ID: "error", DIMENSION: "suggestion", ALL: "suggestion"}], "error"),
        ([{DIMENSION: "error", ALL: "suggestion"}], "error"),
        ([{ID: "error"}, {ALL: "suggestion"}], "suggestion"),
        ([{ID: "error"}, {"async": "suggestion"}], "error"),
        ([{ID: "error"}, {}], "error"),
    ],
)
def test_the_most_exact_severity_of_the_latest_layer_counts(severities: list[dict[str, str]], expected: str) -> None:
    layers = [Layer("here", severity={word: Severity(value) for word, value in one.items()}) for one in severities]
    assert decide(RULE, layers).severity == expected


@pytest.mark.parametrize(
    ("rule", "layers", "because"),
    [
        (RULE, [], "no layer selects it"),
        (OFF, [], "off: too noisy"),
        (OFF, [_layer(ALL)], "off: too noisy"),
        (RULE, [_layer(ID, name="preset 'gitlab'")], "selected by preset 'gitlab'"),
        (RULE, [_layer(DIMENSION)], "selected by here ('handbook-first')"),
        (RULE, [_layer(ID), _layer("", ALL, name="the command line")], "ignored by the command line ('all')"),
    ],
)
def test_a_decision_says_why(rule: Rule, layers: list[Layer], because: str) -> None:
    assert decide(rule, layers).because == because
