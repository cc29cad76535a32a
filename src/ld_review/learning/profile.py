"""What kind of page it is: declared by whoever knows, else inferred from title, path and what was recognised.

The points are evidence as a reader would add it up. They were set by hand on pages that were read; docs/accuracy.md
says how often the result is right.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePath
from typing import NamedTuple

from ld_review.document import Document
from ld_review.learning.element import STEPS, Element
from ld_review.learning.wording import Wording

REFERENCE = "reference"
HUB = "hub"
LIVE_LEARNING = "live-learning"
NOT_LEARNING = frozenset({REFERENCE, HUB})

ENOUGH = 5
"""From how many points on a page is learning content."""
HINTED = 3
"""From how many points of title, path and wording on weaker words count as evidence of elements."""

_INDEX = frozenset({"index", "_index", "readme"})
_TELLING = (
    ("objective", 3, 2, "objectives"),
    ("knowledge-check", 4, 1, "a knowledge check"),
    ("practice", 2, 1, "practice"),
    ("reflection", 1, 0, "reflection"),
    ("duration", 1, 0, "a duration"),
)
"""Kind of element, points where it names itself, points where weaker words tell of it, what the author is told."""
_MANY = 3
_SURE = 9
_SURE_HUB_WORDS_A_LINK = 19
_NAMING = frozenset({"objective", "practice", "knowledge-check"})
_OTHERS = ("completion-rule", "audience", "prerequisite", "summary", "feedback")
_LONG = 6_000
_HUB_LINKS = 8
_HUB_WORDS_A_LINK = 15


@dataclass(frozen=True)
class Profile:
    """A kind of page, and what it is asked for: a file in ``rules/profiles``."""

    name: str
    summary: str = ""
    required: tuple[str, ...] = ()
    """Kinds of element without which the page is not ready."""
    expected: tuple[str, ...] = ()
    """Kinds of element that a learner misses."""
    titles: tuple[str, ...] = ()
    """Regular expressions of words: a page whose title holds them may be of this kind."""
    paths: tuple[str, ...] = ()
    """Regular expressions of the words between the slashes, dots and hyphens of a path."""

    @property
    def learning(self) -> bool:
        """Whether such a page is learning content."""
        return self.name not in NOT_LEARNING

    def demand(self, kind: str) -> str:
        """``required``, ``expected``, or nothing where the page need not have such an element."""
        return "required" if kind in self.required else "expected" if kind in self.expected else ""

    @cached_property
    def title_words(self) -> re.Pattern[str] | None:
        """What finds one of ``titles``."""
        return _words(self.titles, r"\b", r"\b")

    @cached_property
    def path_words(self) -> re.Pattern[str] | None:
        """What finds one of ``paths``."""
        return _words(self.paths, r"(?<![^/_.-])", r"(?![^/_.-])")


def _words(entries: Sequence[str], before: str, after: str) -> re.Pattern[str] | None:
    return re.compile(rf"{before}(?:{'|'.join(entries)}){after}", re.IGNORECASE) if entries else None


class Assigned(NamedTuple):
    """The profile of a page, and how it is known."""

    name: str = REFERENCE
    declared: bool = False
    reason: str = ""
    """Where it was declared, or the evidence it was inferred from."""
    points: int = 0
    sure: bool = True
    """Whether the evidence is enough to say that something is missing: what is asked of a page that is no course is
    wrong, however true."""


NO_PROFILE = Assigned()
"""Of a page of which nothing is known."""


class Signs(NamedTuple):
    """What speaks for or against a page being learning content, before its elements are known."""

    points: int
    reasons: tuple[str, ...]
    profiles: tuple[str, ...]
    """The profiles that title and path name, the likeliest first."""


@dataclass(frozen=True)
class Profiles:
    """All kinds of page there are, by name."""

    by_name: Mapping[str, Profile] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Profile:
        return self.by_name.get(name) or Profile(name)

    def signs(self, document: Document, wording: Wording) -> Signs:
        """What title, path and wording say."""
        found = [*self._in_title(page_title(document)), *self._in_path(document.source.path), *_in_wording(wording)]
        names = [name for _, name, _ in found if name]
        return Signs(sum(points for points, _, _ in found), tuple(what for _, _, what in found), tuple(names))

    def infer(self, document: Document, signs: Signs, elements: Sequence[Element]) -> Assigned:
        """The profile of a page that declares none."""
        found = list(_in_elements(elements))
        points = signs.points + sum(one for one, _ in found)
        reason = ", ".join(what for what in (*signs.reasons, *(what for _, what in found)) if what)
        if points >= ENOUGH:
            sure = self._sure(document, signs, elements, points)
            return Assigned(self._kind(document, signs, elements), False, reason, points, sure)
        return Assigned(HUB if _is_hub(document) else REFERENCE, False, reason, points)

    def _sure(self, document: Document, signs: Signs, elements: Sequence[Element], points: int) -> bool:
        """Measured on 169 pages of one handbook: 42 of 45 with nine points or more were learning content. With fewer
        the elements must bear out what title or path say; a list of links is no course, whatever it is called.
        """
        if _is_hub(document, _SURE_HUB_WORDS_A_LINK):
            return False
        named = bool(signs.profiles)
        telling = {one.kind for one in elements if _is_strong(one) and one.cue != STEPS}
        steps = any(one.cue == STEPS for one in elements)
        return (
            points >= _SURE
            or "knowledge-check" in telling
            or (named and bool(telling & _NAMING or (steps and "lab" in signs.profiles)))
        )

    def _in_title(self, title: str) -> Iterator[tuple[int, str, str]]:
        against = self[REFERENCE].title_words
        bad = bool(against and against.search(title))
        names = [
            (match.end(), name)
            for name, profile in self.by_name.items()
            if profile.learning and profile.title_words and (match := _last(profile.title_words, title))
        ]
        if names:
            _, name = max(names)
            yield 3, name, f"the title says {name}"
            for _, other in sorted(names, reverse=True)[1:]:
                yield 0, other, ""
        if bad:
            yield -2 if names else -3, "", ""

    def _in_path(self, path: PurePath) -> Iterator[tuple[int, str, str]]:
        folders, last = _parts(path)
        for part, points in ((last, 2), (folders, 1)):
            names = [
                name
                for name, one in self.by_name.items()
                if one.learning and one.path_words and one.path_words.search(part)
            ]
            if names:
                yield points, names[0], f"the path says {names[0]}"
                break
        against = self[REFERENCE].path_words
        if against and against.search(f"{folders}/{last}"):
            yield -4, "", ""

    def _kind(self, document: Document, signs: Signs, elements: Sequence[Element]) -> str:
        """Which kind of learning content: what the title says, then the path, then what stands on the page."""
        if signs.profiles:
            return signs.profiles[0]
        if any(element.cue == STEPS for element in elements):
            return "lab"
        return "course"


def page_title(document: Document) -> str:
    """The title of a page: of its front matter, else its first heading."""
    title = document.front_matter.data.get("title")
    if isinstance(title, str) and title.strip():
        return " ".join(title.split())[:200]
    return next((document.text(block)[:200] for block in document.blocks if block.kind == "heading"), "")


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text):
        found = match
    return found


def _parts(path: PurePath) -> tuple[str, str]:
    """The folders of a path and its own name; of an index page the name of its folder."""
    name = path.name.split(".")[0].lower()
    folders = [part.lower() for part in path.parts[:-1]]
    if name in _INDEX and folders:
        name = folders.pop()
    return "/".join(folders[-3:]), name


def _in_wording(wording: Wording) -> Iterator[tuple[int, str, str]]:
    thousands = max(len(wording.words), 1) / 1000
    if wording.of_courses >= 3 and wording.of_courses >= 3 * thousands:
        yield 2, "", "it speaks of itself as a course"
    elif wording.of_courses >= 2:
        yield 1, "", ""
    if wording.of_learners >= 3 and wording.of_learners >= 2 * thousands:
        yield 2, "", "it speaks to learners"
    if wording.promises:
        yield 1, "", ""
    if wording.of_teaching >= 3:
        yield -2, "", ""
    if len(wording.words) > _LONG:
        yield -2, "", ""


def _in_elements(elements: Sequence[Element]) -> Iterator[tuple[int, str]]:
    strong = Counter(element.kind for element in elements if _is_strong(element) and element.cue != STEPS)
    weak = Counter(element.kind for element in elements if not _is_strong(element))
    for kind, points, points_of_weak, what in _TELLING:
        if strong[kind]:
            yield points, what
        elif weak[kind] and points_of_weak:
            yield points_of_weak, what
    if sum(one.kind == "practice" and one.cue != STEPS and _is_strong(one) for one in elements) >= _MANY:
        yield 2, "many of them"
    if any(element.cue == STEPS for element in elements):
        yield 2, "steps to follow"
    if strong["lesson"] >= 2:
        yield 2, "lessons"
    others = sum(bool(strong[kind]) for kind in _OTHERS)
    if others:
        yield min(others, 2), ""


def _is_strong(element: Element) -> bool:
    parts = element.cue.split("/")
    by_solution = parts[-1] == "solution" and parts[1:2] == ["structure"]
    return len(parts) > 1 and not by_solution and not parts[1].startswith(("weak", "sentences", "links"))


def _is_hub(document: Document, words_a_link: int = _HUB_WORDS_A_LINK) -> bool:
    links = sum(1 for _ in document.of("link"))
    return links >= _HUB_LINKS and len(document.view("prose").split()) < words_a_link * links
