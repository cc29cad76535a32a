"""The pages of a run among all pages of the handbook, and what was known of them there from an earlier run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Protocol

from ld_review.canonical import canonical
from ld_review.draft_cache import HasDraft, Marks
from ld_review.handbook.handbook import Handbook
from ld_review.plain_forms import mark_of
from ld_review.review import PageReview, Site
from ld_review.review_cache import KeptReview, ReviewCache, Whole
from ld_review.rule import Rule
from ld_review.survey import Around


class LookedAt(HasDraft, Protocol):
    """A page of which all is known that it alone tells; its draft is asked for only where need be."""

    @property
    def place(self) -> str:
        """Where it lies in the handbook; empty where it could not be parsed."""

    @property
    def state(self) -> bytes:
        """What its draft is known by in the cache; empty where it cannot be kept."""

    @property
    def marks(self) -> Marks:
        """What stands for that of which other pages take notice."""

    @property
    def today(self) -> date | None:
        """The day that was taken for today, where a rule asked for it."""


class Among:
    """The pages of a run among all pages of the handbook, which is read and indexed only where somebody asks for it.

    The review of a page is known by the state of the page, the day, the state of the handbook but for the texts of its
    pages, and the text that the page has from others.
    """

    def __init__(self, pages: Sequence[LookedAt], around: Around, cache: ReviewCache, *, folders: bool) -> None:
        self._pages = pages
        self._around = around
        self._cache = cache
        self._folders = folders
        marks = {page.place: page.marks for page in pages if page.place}
        self._state = around.state({place: mark.entry for place, mark in marks.items()}, folders=folders)
        self._texts = b"".join(marks[place].text for place in sorted(marks))

    @cached_property
    def handbook(self) -> Handbook:
        """The handbook."""
        facts = [page.draft.facts for page in self._pages]
        return self._around.with_pages([one for one in facts if one], folders=self._folders)

    @cached_property
    def whole(self) -> Whole:
        """What only all pages together tell."""
        key = mark_of(b"\0".join((b"whole", self._state, self._texts)))
        known = self._cache.whole(key)
        if known is None:
            copies = {path: mark_of(canonical(found).encode()).hex() for path, found in self.handbook.copies.items()}
            known = Whole(Site.of(self.handbook), copies)
            if self._is_whole:
                self._cache.put_whole(key, known)
        return known

    @cached_property
    def keys(self) -> Sequence[bytes]:
        """What the review of each page is known by; empty where it cannot be kept."""
        return [self._key(page) for page in self._pages]

    def _key(self, page: LookedAt) -> bytes:
        day, copies = page.today, self.whole.copies.get(page.place, "")
        told = (page.state, self._state, copies.encode(), day.isoformat().encode() if day else b"")
        return mark_of(b"\0".join(told)) if page.state and page.place else b""

    def known(self) -> Mapping[bytes, KeptReview]:
        """The reviews that are known from an earlier run, by key."""
        return self._cache.get([key for key in self.keys if key])

    def keep(self, reviews: Mapping[bytes, tuple[PageReview, Sequence[Rule]]]) -> None:
        """Keep reviews, by key, with the rules that made them, unless the handbook is not the one they are known by."""
        if reviews and self._is_whole:
            self._cache.put({key: review for key, review in reviews.items() if key})

    @property
    def _is_whole(self) -> bool:
        """Whether all pages are in the handbook as they were listed: none has changed, no draft was broken."""
        return self._around.is_as_listed and all(page.draft.facts for page in self._pages if page.place)
