"""Which rules are on, and how severe: one decision over layers, from the preset to the command line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ld_review.finding import Severity
from ld_review.rule import DIMENSIONS, Rule

ALL = "all"
GROUPS = (*DIMENSIONS, ALL)
"""What a selector may be, beside the id of a rule."""


@dataclass(frozen=True)
class Layer:
    """What one place says about rules. A selector is the id of a rule, a dimension or ``all``."""

    name: str
    """How the layer is called when a decision is explained: ``preset 'recommended'``, ``--select``."""
    select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    severity: Mapping[str, Severity] = field(default_factory=dict)


class Decision(NamedTuple):
    """Whether a rule is on, how severe its findings are, and why."""

    on: bool
    severity: Severity
    because: str


def decide(rule: Rule, layers: Iterable[Layer]) -> Decision:
    """The later layer beats the earlier; in a layer the id beats the dimension beats ``all``, and ignore beats select.

    A rule that is off by itself is only on where it is selected by its id.
    """
    on, because = False, f"off: {rule.off}" if rule.off else "no layer selects it"
    severity = rule.severity
    for layer in layers:
        severity = _severity(rule, layer) or severity
        selector = _selector(rule, layer)
        if selector:
            on = selector not in layer.ignore
            because = f"{'selected' if on else 'ignored'} by {layer.name}" + _group(rule, selector)
    return Decision(on, severity, because)


def advises(rule: Rule, layers: Iterable[Layer]) -> bool:
    """Whether the rule is advice that no layer has put on or does not want to hear."""
    return rule.advice and not any(_selector(rule, layer) for layer in layers)


def _selector(rule: Rule, layer: Layer) -> str:
    """The most exact word of the layer that is about the rule; empty where there is none."""
    for selector in (rule.id, rule.dimension, ALL):
        if selector in layer.ignore:
            return selector
        if selector in layer.select and (not rule.off or selector == rule.id):
            return selector
    return ""


def _severity(rule: Rule, layer: Layer) -> Severity | None:
    return next((layer.severity[one] for one in (rule.id, rule.dimension, ALL) if one in layer.severity), None)


def _group(rule: Rule, selector: str) -> str:
    return "" if selector == rule.id else f" ({selector!r})"
