"""The kinds of check that a rule file can name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from types import MappingProxyType

from ld_review.checks.base import Check

Kinds = Mapping[str, str | type[Check]]
"""Kinds by name: the class itself, or where it is found when it is first needed (``module:Class``)."""

CHECKS: Kinds = MappingProxyType(
    {
        "alignment": "ld_review.checks.alignment:Alignment",
        "broken": "ld_review.checks.broken:BrokenByChange",
        "builtin": "ld_review.checks.builtin:Builtin",
        "capitalization": "ld_review.checks.capitalization:Capitalization",
        "conditional": "ld_review.checks.conditional:Conditional",
        "consistency": "ld_review.checks.consistency:Consistency",
        "container": "ld_review.checks.container:Container",
        "copy": "ld_review.checks.copy:Copy",
        "date": "ld_review.checks.date:Date",
        "existence": "ld_review.checks.existence:Existence",
        "external-link": "ld_review.checks.external_link:ExternalLink",
        "handbook-link": "ld_review.checks.handbook_link:HandbookLink",
        "heading": "ld_review.checks.heading:Heading",
        "iframe": "ld_review.checks.iframe:Iframe",
        "image": "ld_review.checks.image:Image",
        "incoming": "ld_review.checks.incoming:Incoming",
        "incomplete-element": "ld_review.checks.incomplete_element:IncompleteElement",
        "lesson": "ld_review.checks.lesson:Lesson",
        "link": "ld_review.checks.link:Link",
        "live-event": "ld_review.checks.live_event:LiveEventCheck",
        "listing": "ld_review.checks.listing:Listing",
        "metric": "ld_review.checks.metric:Metric",
        "missing-element": "ld_review.checks.missing_element:MissingElement",
        "numbering": "ld_review.checks.numbering:Numbering",
        "objective": "ld_review.checks.objective:Objective",
        "occurrence": "ld_review.checks.occurrence:Occurrence",
        "orphan": "ld_review.checks.orphan:Orphan",
        "offsite": "ld_review.checks.offsite:Offsite",
        "prose-run": "ld_review.checks.prose_run:ProseRun",
        "repeated-link": "ld_review.checks.repeated_link:RepeatedLink",
        "repetition": "ld_review.checks.repetition:Repetition",
        "schedule": "ld_review.checks.schedule:Schedule",
        "section": "ld_review.checks.section:Section",
        "sequence": "ld_review.checks.sequence:Sequence",
        "substitution": "ld_review.checks.substitution:Substitution",
        "time": "ld_review.checks.time:Time",
        "unclosed": "ld_review.checks.unclosed:Unclosed",
        "venue": "ld_review.checks.venue:Venue",
        "weekday": "ld_review.checks.weekday:Weekday",
    }
)


def check_class(kind: str, kinds: Kinds = CHECKS) -> type[Check]:
    """The class of a kind of check, imported when it is first asked for.

    Raises KeyError where no kind has this name.
    """
    known = kinds[kind]
    return _imported(known) if isinstance(known, str) else known


@cache
def _imported(address: str) -> type[Check]:
    module, _, name = address.partition(":")
    found: type[Check] = getattr(import_module(module), name)
    return found
