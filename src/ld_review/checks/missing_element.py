"""Find pages that lack a learning element that their profile asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ld_review.checks.base import Match
from ld_review.checks.course import foreign_sections, known_kinds, title_place
from ld_review.checks.structural import Structural
from ld_review.learning.element import Kind
from ld_review.page import Page


@dataclass(frozen=True, kw_only=True)
class MissingElement(Structural):
    """Yield the title of a page whose profile asks for an element that was not found.

    Words: ``{element}``, ``{accepts}`` (what would have been recognised), ``{profile}``. A page that is partly in
    another language is left alone, since what is missing may stand there; so is a page whose profile is not sure.
    """

    element: Kind
    """The kind of element; a page that needs none by its profile is left alone."""
    or_else: tuple[Kind, ...] = ()
    """Kinds of element that will do as well."""
    only_with: tuple[Kind, ...] = ()
    """Only pages that have an element of one of these kinds."""
    least_words: int = 0
    """Pages with fewer words of prose are left alone."""
    least_of: int = 0
    """How many elements of the kinds in ``only-with`` there must be."""
    if_declared: tuple[str, ...] = ()
    """Profiles of which only pages that declare them are looked at."""
    demanded: bool = True
    """Whether only pages whose profile requires or expects the element are looked at."""

    def __post_init__(self) -> None:
        super().__post_init__()
        known_kinds("element", (self.element,))
        known_kinds("or-else", self.or_else)
        known_kinds("only-with", self.only_with)

    def find(self, page: Page) -> Iterator[Match]:
        """Yield what is found on *page*, in order of place."""
        return self.kept(page, self._all(page))

    def _all(self, page: Page) -> Iterator[Match]:
        course = page.course
        if self.demanded and not course.spec.demand(self.element):
            return
        sure = course.profile.sure and course.profile.name not in self.if_declared
        if not (course.profile.declared or sure):
            return
        if course.has(self.element, *self.or_else) or page.once(foreign_sections):
            return
        if self.only_with and len(list(course.of(*self.only_with))) < max(self.least_of, 1):
            return
        if self.least_words and len(page.document.view("prose").split()) < self.least_words:
            return
        kind = course.lexicon.kinds[self.element] if course.lexicon else None
        words = {
            "element": kind.name if kind else self.element,
            "accepts": kind.accepts if kind else "",
            "profile": course.profile.name,
        }
        yield Match(title_place(page.document), words, paste=kind.skeleton if kind else "")
