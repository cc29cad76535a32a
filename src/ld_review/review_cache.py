"""What became of pages among all pages in an earlier run: kept by the state of a page and of the handbook around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from ld_review.learning.profile import Assigned
from ld_review.plain_forms import (
    BROKEN,
    element_of,
    finding_of,
    packed,
    plain_element,
    plain_finding,
    unpacked,
)
from ld_review.review import PageReview, Site
from ld_review.rule import Rule
from ld_review.source import Source
from ld_review.store import Store
from ld_review.verdict import Outcome, Verdict

_FILE = "reviews-1.sqlite3"
"""The number is that of the form of what it holds."""
_MOST_REVIEWS = 40_000


class Whole(NamedTuple):
    """What only all pages together tell."""

    site: Site | None
    copies: Mapping[str, str]
    """By the place of each page that should link to another, what stands for the text it has from there."""


class KeptReview(NamedTuple):
    """The review of a page as it was kept."""

    form: bytes

    def review(self, source: Source, rules: Iterable[Rule]) -> PageReview:
        """The review of the page *source* by *rules*. Raises one of ``BROKEN`` where what was kept is anything else."""
        findings, language, unread, profile, elements, prints, verdicts, unjudged = unpacked(self.form)
        return PageReview(
            source,
            tuple(map(finding_of, findings)),
            (),
            str(language),
            str(unread),
            Assigned(*profile),
            tuple(map(element_of, elements)),
            tuple(map(str, prints)),
            frozenset(rule.id for rule in rules).difference(unjudged),
            tuple(Verdict(dimension, Outcome(outcome), reason) for dimension, outcome, reason in verdicts),
        )


class ReviewCache:
    """The reviews of pages on which nothing broke, and what all pages together tell; without a folder it keeps
    nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._store = Store(folder / _FILE if folder else None, _MOST_REVIEWS)

    def whole(self, key: bytes) -> Whole | None:
        """What all pages together tell, where it is known."""
        for _, form in self._store.get([key]):
            try:
                return _whole(*unpacked(form))
            except BROKEN:
                return None
        return None

    def put_whole(self, key: bytes, whole: Whole) -> None:
        """Keep what all pages together tell."""
        site = [*whole.site[:3], [*whole.site.incomplete.items()]] if whole.site else None
        self._store.put({key: packed([site, dict(whole.copies)])})

    def get(self, keys: Sequence[bytes]) -> dict[bytes, KeptReview]:
        """The reviews that are known, by key."""
        return {key: KeptReview(form) for key, form in self._store.get(keys)}

    def put(self, reviews: Mapping[bytes, tuple[PageReview, Iterable[Rule]]]) -> None:
        """Keep reviews with the rules that made them, but for those on which something broke: it may not again."""
        self._store.put(
            {key: _written(review, rules) for key, (review, rules) in reviews.items() if not review.failures}
        )


def _whole(site: list[Any] | None, copies: dict[str, str]) -> Whole:
    if site is None:
        return Whole(None, copies)
    layout, pages, hosts, incomplete = site
    folders = MappingProxyType({folder: (missing, of) for folder, (missing, of) in incomplete})
    return Whole(Site(layout, pages, tuple(hosts), folders), copies)


def _written(review: PageReview, rules: Iterable[Rule]) -> bytes:
    parts = [
        [plain_finding(finding) for finding in review.findings],
        review.language,
        review.not_assessed,
        review.profile,
        [plain_element(element) for element in review.elements],
        review.fingerprints,
        [[one.dimension, one.outcome.value, one.reason] for one in review.verdicts],
        sorted({rule.id for rule in rules} - review.judged),
    ]
    return packed(parts)
