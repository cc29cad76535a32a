"""``rules/questions.yaml``: the questions that only a person can answer, and when each of them is asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources.abc import Traversable
from string import Formatter
from typing import Literal, NamedTuple

from yaml.nodes import Node, ScalarNode

from ld_review.elementbook import bundled_lexicon
from ld_review.errors import RuleError, near
from ld_review.learning.element import KINDS, Element
from ld_review.learning.profile import NOT_LEARNING
from ld_review.own_files import rules_folder
from ld_review.page import Page
from ld_review.rulebook import text_of
from ld_review.typed_yaml import Place, build, compose, entries

_QUOTE = "quote"


class QuestionExample(NamedTuple):
    """A page on which a question is asked, or, where it is not *asked*, kept."""

    page: str
    asked: bool
    profile: str = ""
    """The profile it is declared to have; empty where it is to be inferred."""


@dataclass(frozen=True)
class Question:
    """What a person is asked about a page."""

    id: str
    ask: str
    """With ``{quote}`` for the words of the first element that it is about."""
    why: str
    dimension: Literal["handbook-first", "adult-learning", "async"]
    profiles: tuple[str, ...] = ()
    """The profiles of the pages it is asked about; all kinds of learning content where it names none."""
    found: tuple[str, ...] = ()
    """It is asked where an element of one of these kinds was recognised."""
    having: Mapping[str, str] = field(default_factory=dict)
    """What such an element must have: an attribute and its value; empty for one that it must not have."""
    lacks: tuple[str, ...] = ()
    """It is asked where no element of any of these kinds was recognised."""
    findings: tuple[str, ...] = ()
    """It is asked where one of these rules found something."""
    links: tuple[str, ...] = ()
    """It is asked where the page links to a host of one of these groups, see ``hosts.yaml``."""
    examples: tuple[QuestionExample, ...] = ()


class Asked(NamedTuple):
    """A question about a page."""

    question: Question
    about: Element | None
    """What it quotes."""


class _ExampleFile(NamedTuple):
    """The keys of an example."""

    asked: str | None = None
    not_asked: str | None = None
    profile: str = ""


@dataclass(frozen=True)
class _QuestionFile:
    """The keys of a question."""

    ask: str
    why: str
    dimension: Literal["handbook-first", "adult-learning", "async"]
    examples: tuple[Node, ...]
    profiles: tuple[str, ...] = ()
    found: tuple[str, ...] = ()
    having: Mapping[str, str] = field(default_factory=dict)
    lacks: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@cache
def bundled_questions() -> tuple[Question, ...]:
    """The questions that come with the package. Raises RuleError where their file cannot be used."""
    return read_questions(rules_folder() / "questions.yaml")


def read_questions(file: Traversable) -> tuple[Question, ...]:
    """The questions in a file, in its order, which is that of their weight.

    Raises RuleError where it cannot be used.
    """
    place = Place(str(file), RuleError)
    node = compose(text_of(file), place)
    if node is None:
        return ()
    return tuple(_question(key, value, place) for key, value in entries(node, place, "questions"))


def ask(questions: Iterable[Question], page: Page, rules: Collection[str] = ()) -> Iterator[Asked]:
    """The questions about a page on which these *rules* found something."""
    profile, elements = page.course.profile.name, page.course.elements
    linked = {group for one in page.document.of("link", "iframe") for group in page.hosts.groups_of(one.target)}
    for question in questions:
        if profile not in question.profiles and (question.profiles or profile in NOT_LEARNING):
            continue
        about = next((one for one in elements if one.kind in question.found and _has(one, question.having)), None)
        if question.found and about is None:
            continue
        if any(one.kind in question.lacks for one in elements):
            continue
        if question.links and not linked.intersection(question.links):
            continue
        if not question.findings or any(rule in rules for rule in question.findings):
            yield Asked(question, about)


def _has(element: Element, having: Mapping[str, str]) -> bool:
    return all(str(element.attributes.get(name, "")) == value for name, value in having.items())


def _question(key: ScalarNode, node: Node, place: Place) -> Question:
    what = f"the question {key.value!r}"
    read: _QuestionFile = build(_QuestionFile, node, place, what)
    _check_words(read, node, place, what)
    examples = tuple(_example(one, place) for one in read.examples)
    always = set(bundled_lexicon().profiles.by_name) <= {*read.profiles} and not (
        read.found or read.lacks or read.findings or read.links
    )
    if {one.asked for one in examples} != ({True} if always else {True, False}):
        raise place.wrong(
            node, f"{what}: examples: at least one must be asked{'' if always else ', and one not-asked'}"
        )
    return Question(
        key.value,
        " ".join(read.ask.split()),
        " ".join(read.why.split()),
        read.dimension,
        read.profiles,
        read.found,
        read.having,
        read.lacks,
        read.findings,
        read.links,
        examples,
    )


def _check_words(read: _QuestionFile, node: Node, place: Place, what: str) -> None:
    for option, names, known in (
        ("found", read.found, KINDS),
        ("lacks", read.lacks, KINDS),
        ("profiles", read.profiles, tuple(bundled_lexicon().profiles.by_name)),
    ):
        for name in names:
            if name not in known:
                raise place.wrong(node, f"{what}: {option}: nothing is called {name!r}{near(name, known)}")
    try:
        words = {word for _, word, *_ in Formatter().parse(read.ask) if word is not None}
    except ValueError as error:
        raise place.wrong(node, f"{what}: ask: {error}; write {{{{ for a brace") from None
    if words - {_QUOTE}:
        raise place.wrong(node, f"{what}: ask: the one word in braces is {{{_QUOTE}}}")
    if (words or read.having) and not read.found:
        raise place.wrong(node, f"{what}: a quote and 'having' are of an element: name its kind under 'found'")


def _example(node: Node, place: Place) -> QuestionExample:
    read: _ExampleFile = build(_ExampleFile, node, place, "an example")
    if (read.asked is None) == (read.not_asked is None):
        raise place.wrong(node, "an example is either asked or not-asked")
    return QuestionExample(read.asked or read.not_asked or "", read.asked is not None, read.profile)
