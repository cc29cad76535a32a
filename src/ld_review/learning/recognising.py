"""The story of recognition: signs of learning content, elements, profile, live events."""

from __future__ import annotations

from dataclasses import replace

from ld_review.document import Document
from ld_review.learning.course import Course, Declared, Lexicon
from ld_review.learning.events.finding import live_events
from ld_review.learning.profile import HINTED, LIVE_LEARNING, Assigned
from ld_review.learning.recognition import elements_of
from ld_review.learning.wording import Wording


def course_of(document: Document, lexicon: Lexicon, declared: Declared | None, english: bool) -> Course:
    """What a page is as learning content, as ``recognise`` says."""
    course = _recognised(document, lexicon, declared, english)
    if not english:
        return course
    about_one = course.profile.declared and course.profile.name == LIVE_LEARNING
    events = live_events(document, lexicon.events, lexicon.vocabulary.is_media, about_one)
    if not events:
        return course
    elements = sorted((*course.elements, *(event.element() for event in events)), key=lambda one: (one.span, one.kind))
    return replace(course, elements=tuple(elements), events=events)


def _recognised(document: Document, lexicon: Lexicon, declared: Declared | None, english: bool) -> Course:
    vocabulary = lexicon.vocabulary if english else lexicon.neutral
    profiles, wording = lexicon.profiles, Wording(document.view("prose"))
    if declared is not None:
        spec = profiles[declared.name]
        elements = elements_of(document, vocabulary, lexicon.verbs, wording, spec.learning)
        return Course(Assigned(declared.name, True, declared.where), spec, elements, lexicon=lexicon)
    signs = profiles.signs(document, wording)
    elements = elements_of(document, vocabulary, lexicon.verbs, wording, signs.points >= HINTED)
    assigned = profiles.infer(document, signs, elements)
    if signs.points >= HINTED and not profiles[assigned.name].learning:
        elements = elements_of(document, vocabulary, lexicon.verbs, wording)
    return Course(assigned, profiles[assigned.name], elements, lexicon=lexicon)
