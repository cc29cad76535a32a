"""What makes a page a course: learning elements, objectives, the profile of the page, what practises what."""

from __future__ import annotations

from ld_review.document import Document
from ld_review.learning.course import Course, Declared, Lexicon

__all__ = ["Course", "Lexicon", "recognise"]


def recognise(document: Document, lexicon: Lexicon, declared: Declared | None = None, english: bool = True) -> Course:
    """What a page is as learning content; without *english*, as far as its structure alone tells."""
    from ld_review.learning.recognising import course_of  # noqa: PLC0415 - of no use where all is known

    return course_of(document, lexicon, declared, english)
