"""The files that say how learning elements, verbs and profiles are known: YAML in, a lexicon out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from importlib.resources.abc import Traversable
from typing import Annotated, NamedTuple

from yaml.nodes import Node

from ld_review.errors import RuleError, near
from ld_review.hints import ReadAs
from ld_review.learning.course import ElementKind, Lexicon
from ld_review.learning.element import KINDS, Kind
from ld_review.learning.events.words import NO_ATTRIBUTES, Attributes
from ld_review.learning.objectives import read_verbs
from ld_review.learning.profile import Profile, Profiles
from ld_review.learning.vocabulary import Words
from ld_review.own_files import rules_folder
from ld_review.rulebook import text_of, unmarked, yaml_files
from ld_review.source import Span
from ld_review.typed_yaml import Place, build, compose, entries

EITHER = ("found", "not-found")
"""What an example is."""


class ElementExample(NamedTuple):
    """A text in which an element is recognised at exactly these spans, or, where there are none, not at all."""

    text: str
    spans: tuple[Span, ...]
    path: str = "page.md"


class ProfileExample(NamedTuple):
    """A page that is inferred to be of the profile in whose file it stands."""

    page: str
    path: str = "page.md"


class ExampleFile(NamedTuple):
    """A text in which the element is recognised, or is not though it looks alike."""

    found: str | None = None
    """A text with ``<mark>`` around exactly what is recognised."""
    not_found: str | None = None
    """A near miss."""
    path: str = "page.md"
    """Where the page stands."""


@dataclass(frozen=True)
class ElementFile:
    """A kind of learning element: what it is, and the words by which it is known."""

    summary: str
    """What it is, in one line."""
    name: str
    """How a message calls it."""
    accepts: str
    """What would have been recognised, for a page that lacks it."""
    examples: tuple[Annotated[Node, ReadAs(ExampleFile)], ...]
    """Texts in which it is found, and near misses: its tests."""
    skeleton: str = ""
    """Markdown that an author can paste and fill in."""
    attributes: Attributes = NO_ATTRIBUTES
    """Of a live event alone."""


@dataclass(frozen=True)
class ProfileFile:
    """A kind of page, and what it is asked for."""

    summary: str
    """What it is, in one line."""
    required: tuple[Kind, ...] = ()
    """Kinds of element without which the page is not ready."""
    expected: tuple[Kind, ...] = ()
    """Kinds of element that a learner misses."""
    titles: tuple[str, ...] = ()
    """Regular expressions of words: a page whose title holds them may be of this kind."""
    paths: tuple[str, ...] = ()
    """Regular expressions of the words between the slashes, dots and hyphens of a path."""
    examples: tuple[ProfileExample, ...] = ()
    """Pages that are inferred to be of this kind."""


@cache
def bundled_lexicon() -> Lexicon:
    """The lexicon that comes with the package. Raises RuleError where one of its files cannot be used."""
    folder = rules_folder()
    kinds = [_element_kind(file) for file in yaml_files(folder / "elements")]
    profiles = [_profile(file) for file in yaml_files(folder / "profiles")]
    verbs = folder / "verbs.yaml"
    return Lexicon(
        {kind.id: kind for kind in kinds},
        read_verbs(text_of(verbs), str(verbs)),
        Profiles({profile.name: profile for profile in profiles}),
    )


def with_words(lexicon: Lexicon, added: Mapping[str, Words]) -> Lexicon:
    """The lexicon with a team's own words, by kind of element; they are plain words, never patterns."""
    kinds = dict(lexicon.kinds)
    for id_, words in added.items():
        kinds[id_] = replace(kinds[id_], words=_joined(kinds[id_].words, words))
    return Lexicon(kinds, lexicon.verbs, lexicon.profiles)


def examples(id_: str) -> tuple[ElementExample, ...]:
    """The examples of a kind of element. Raises RuleError also where one of its patterns cannot be used."""
    file = next(file for file in yaml_files(rules_folder() / "elements") if _name(file) == id_)
    place = Place(str(file), RuleError)
    read, words = _read(file, place)
    _check_patterns(words, place)
    _check_patterns(read.attributes, place)
    return tuple(_example(node, place) for node in read.examples)


def _element_kind(file: Traversable) -> ElementKind:
    place, id_ = Place(str(file), RuleError), _name(file)
    if id_ not in KINDS:
        raise place.wrong(None, f"no kind of learning element {id_!r}; there are {', '.join(KINDS)}")
    read, words = _read(file, place)
    return ElementKind(
        id_, read.summary.strip(), read.name, " ".join(read.accepts.split()), read.skeleton, words, read.attributes
    )


def _read(file: Traversable, place: Place) -> tuple[ElementFile, Words]:
    """The two halves of an element file: what is said about the kind, and the words by which it is known."""
    node = compose(text_of(file), place)
    if node is None:
        raise place.wrong(None, "the file is empty; an element needs a summary, a name, words and examples")
    words: list[tuple[Node, Node]] = []
    about: list[tuple[Node, Node]] = []
    known = {one.name.replace("_", "-") for one in fields(Words)}
    others = {one.name for one in fields(ElementFile)}
    for key, value in entries(node, place, "an element"):
        name = key.value.replace("_", "-")
        of_words = name in known or (name not in others and near(name, known))
        (words if of_words else about).append((key, value))
    made: Words = build(Words, type(node)(node.tag, words, node.start_mark, node.end_mark), place, "an element")
    read: ElementFile = build(
        ElementFile, type(node)(node.tag, about, node.start_mark, node.end_mark), place, "an element"
    )
    return read, made


def _check_patterns(words: Words | Attributes, place: Place) -> None:
    for one in fields(words):
        for entry in getattr(words, one.name):
            try:
                re.compile(entry)
            except re.error as error:
                message = f"{one.name.replace('_', '-')}: {entry[:80]!r} is not a regular expression: {error}"
                raise place.wrong(None, message) from None


def _joined(words: Words, added: Words) -> Words:
    plain = {"containers", "front_matter", "hosts"}
    return Words(
        **{
            one.name: (
                *getattr(words, one.name),
                *(entry if one.name in plain else re.escape(entry.casefold()) for entry in getattr(added, one.name)),
            )
            for one in fields(Words)
        }
    )


def _example(node: Node, place: Place) -> ElementExample:
    read: ExampleFile = build(ExampleFile, node, place, "an example")
    if (read.found is None) == (read.not_found is None):
        raise place.wrong(node, f"an example is either {' or '.join(EITHER)}")
    if read.not_found is not None:
        return ElementExample(read.not_found, (), read.path)
    text, spans = unmarked(read.found or "", node, place, "found")
    return ElementExample(text, spans, read.path)


def profile_examples(name: str) -> tuple[ProfileExample, ...]:
    """The examples of a profile."""
    file = next(file for file in yaml_files(rules_folder() / "profiles") if _name(file) == name)
    return _read_profile(file).examples


def _profile(file: Traversable) -> Profile:
    read = _read_profile(file)
    return Profile(_name(file), read.summary.strip(), read.required, read.expected, read.titles, read.paths)


def _read_profile(file: Traversable) -> ProfileFile:
    place = Place(str(file), RuleError)
    node = compose(text_of(file), place)
    if node is None:
        raise place.wrong(None, "the file is empty; a profile needs a summary")
    read: ProfileFile = build(ProfileFile, node, place, "a profile")
    for kind in (*read.required, *read.expected):
        if kind not in KINDS:
            raise place.wrong(node, f"no kind of learning element {kind!r}; there are {', '.join(KINDS)}")
    return read


def _name(file: Traversable) -> str:
    return file.name.rpartition(".")[0]
