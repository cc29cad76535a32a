"""How a page speaks: to learners, of itself as a course, hand in hand through steps. Read once, in lower case."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from ld_review.late import late

_MOST_CHARACTERS = 60_000
"""So much of a page shows how it speaks."""
_DETERMINERS = frozenset({"this", "the", "our", "each", "these", "your"})
_COURSES = late(
    r" (?:courses?|trainings?|workshops?|lessons?|labs?|modules?|programs?|programmes?|sessions?|certifications?"
    r"|pathways?|curriculum)(?!\w)"
)
_LEARNERS = (" learner", " trainee", " participant", " mentee", " student", " attendee", " cohort")
_BEFORE = 30
"""In characters: the two words before."""
_LESSON = "course|lesson|module|unit|lab|tutorial|workshop|exercise|chapter|episode|training|session|lecture|class"
_ADDRESS = late(rf"in this (?:[\w-]+ )?(?:{_LESSON}), (?:you|we)\b")
_OUTCOMES = (
    *("by the end of this", "by the end of the", "upon completion", "on completion", "you will be able to"),
    *("you should be able to", "what you'll learn", "what you will learn", "learning objective", "learning outcome"),
    *("learning goal", "in this lab", "in this course", "in this lesson", "in this module", "in this unit"),
    *("in this training", "in this session", "in this tutorial"),
)
_ABOUT_LEARNING = (
    *("instructional design", "l&d team", "learning & development team", "learning and development team"),
    *("course author", "course creator", "content creator", "your course outline", "your training content"),
)
_BY_HAND = (
    *("let's ", "we'll ", "we're going to ", "now that you", "now that we", "you now have ", "we need to "),
    *("you'll now ", "you'll then ", "you'll create ", "you'll use ", "you'll need to ", "you'll see ", "you'll add "),
    *("you'll first ", "you'll start ", "you'll run ", "you'll write ", "you'll do ", "you'll be "),
    *("you'll practice ", "you'll practise ", "you'll perform ", "here you'll ", "try the following", "try a few "),
)
_FEWEST_BY_HAND = 2
_WORDS_BY_HAND = 333
"""At least one such phrase in so many words; measured on lessons against pages of handbooks and product manuals."""


@dataclass(frozen=True)
class Wording:
    """The prose of a page, to be asked how it speaks."""

    prose: str
    """A view: blanks and line endings are as good as one space."""

    @cached_property
    def folded(self) -> str:
        """The beginning of the prose: lower case, straight apostrophes, one space between words."""
        return " ".join(self.prose.split())[:_MOST_CHARACTERS].lower().replace("\u2019", "'")

    @cached_property
    def words(self) -> list[str]:
        """The words of ``folded``."""
        return self.folded.split(" ")

    @cached_property
    def addresses_learners(self) -> bool:
        """Whether it says "in this lesson, you ..."."""
        return "in this " in self.folded and _ADDRESS.search(self.folded) is not None

    @cached_property
    def of_courses(self) -> int:
        """How often it speaks of "this course" and its like."""
        return sum(
            not _DETERMINERS.isdisjoint(self.folded[max(match.start() - _BEFORE, 0) : match.start()].split(" ")[-2:])
            for match in _COURSES.finditer(self.folded)
        )

    @cached_property
    def of_learners(self) -> int:
        """How often it speaks of learners."""
        return sum(self.folded.count(word) for word in _LEARNERS)

    @cached_property
    def promises(self) -> bool:
        """Whether it says what the reader will be able to do."""
        return any(phrase in self.folded for phrase in _OUTCOMES)

    @cached_property
    def of_teaching(self) -> int:
        """How often it speaks of making courses rather than taking them."""
        return sum(self.folded.count(phrase) for phrase in _ABOUT_LEARNING)

    @cached_property
    def leads_by_hand(self) -> bool:
        """Whether phrases that walk a reader through something are dense."""
        phrases = sum(self.folded.count(phrase) for phrase in _BY_HAND)
        return phrases >= _FEWEST_BY_HAND and phrases * _WORDS_BY_HAND >= len(self.words)
