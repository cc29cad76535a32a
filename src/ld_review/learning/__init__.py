"""What makes a page a course: learning elements, objectives, the profile of the page, what practises what."""

from ld_review.learning.course import Course, Lexicon, recognise

__all__ = ["Course", "Lexicon", "recognise"]
