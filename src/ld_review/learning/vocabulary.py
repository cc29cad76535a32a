"""The words by which learning elements are known: what the files in ``rules/elements`` hold, ready to be asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import NamedTuple

from ld_review.late import late

STRONG = "strong"
WEAK = "weak"

_LONGEST = 400
_MOST_REMEMBERED = 20_000
_SPACE = late(r"\s+")
_NUMBERING = late(
    r"(?:\W*(?:(?:stage|phase|step|part|section|unit|module|lesson|chapter|session|week|day)\s+)?"
    r"(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|[ivx]{1,4})[.):\-\u2013]+\s+)?[^\w({]*",
)
_TRAILING = late(r"(?:\s*(?:\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}))+[\s:.]*\Z|[\s:.*_?!]+\Z")
_KEY = late(r"[-_\s]+")


@dataclass(frozen=True)
class Words:
    """How one kind of element is known, strongest first: the keys of a file in ``rules/elements``.

    Titles are headings, bold labels, summary lines of ``<details>`` and titles of containers; they are compared folded
    and without numbering or what stands in parentheses at their end. Entries are regular expressions, unless a team
    added them: then they are plain words.
    """

    containers: tuple[str, ...] = ()
    """Names of fenced divs, classes, directives, shortcodes and admonitions."""
    front_matter: tuple[str, ...] = ()
    """Keys, compared without case, hyphens and underscores."""
    titles: tuple[str, ...] = ()
    """What the whole title is."""
    title_starts: tuple[str, ...] = ()
    """What a title begins with."""
    lead_ins: tuple[str, ...] = ()
    """What a sentence before a list holds."""
    weak_titles: tuple[str, ...] = ()
    """As ``titles``, where the page is known to be learning content by something else."""
    weak_title_starts: tuple[str, ...] = ()
    weak_lead_ins: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    """What a sentence holds, where the page is known to be learning content."""
    links: tuple[str, ...] = ()
    """What the text of a link holds, where the page is known to be learning content."""
    hosts: tuple[str, ...] = ()
    """Of media: whose links and frames are videos and recordings."""
    not_titles: tuple[str, ...] = ()
    """What a title, lead-in, sentence or link must not hold."""

    @property
    def neutral(self) -> Words:
        """Those that mean the same in every language."""
        return Words(containers=self.containers, front_matter=self.front_matter, hosts=self.hosts)


class Cue(NamedTuple):
    """An entry that fits."""

    kind: str
    strength: str
    """``strong``, or ``weak`` where it counts only on a page that is known to be learning content."""
    name: str
    """``kind/list/entry``, to tell it from every other."""


@dataclass(frozen=True)
class _Pattern:
    """An entry, compiled when it is first looked for: on most pages few are."""

    name: str
    bounded: str

    @cached_property
    def expression(self) -> re.Pattern[str]:
        return re.compile(self.bounded)


def folded_title(text: str) -> str:
    """A title as it is compared: lower case, straight apostrophes, no numbering in front, no parentheses behind."""
    whole = _folded(text)
    match = _NUMBERING.match(whole)
    text = whole[match.end() :] if match and match.end() < len(whole) else whole
    return _TRAILING.sub("", text) or text


def _folded(text: str) -> str:
    """Words as they are compared: lower case, straight apostrophes, one space between words."""
    return _SPACE.sub(" ", text[:_LONGEST].casefold().replace("\u2019", "'")).strip()


@dataclass(frozen=True)
class Vocabulary:
    """All kinds of element with their words."""

    kinds: Mapping[str, Words] = field(default_factory=dict)
    _titles: dict[str, tuple[Cue, ...]] = field(default_factory=dict, repr=False, compare=False)
    _unions: dict[str, re.Pattern[str] | None] = field(default_factory=dict, repr=False, compare=False)

    def in_container(self, name: str) -> Iterator[Cue]:
        """What a container of this name is."""
        return iter(self._containers.get(name.lower().strip(), ()))

    def in_key(self, key: str) -> Iterator[Cue]:
        """What a key of front matter tells."""
        return iter(self._keys.get(_folded_key(key), ()))

    def in_title(self, text: str) -> tuple[Cue, ...]:
        """What a title tells; the strong cue of a kind before the weak one, one for each kind."""
        title = _folded(text)
        if title not in self._titles:
            if len(self._titles) > _MOST_REMEMBERED:
                self._titles.clear()
            forms = dict.fromkeys((title, folded_title(title)))
            cues = {cue.kind: cue for form in forms for cue in self._of_title(form, title)}
            self._titles[title] = tuple(cues.values())
        return self._titles[title]

    def in_lead_in(self, text: str) -> Iterator[Cue]:
        """What a sentence before a list tells."""
        yield from self._search("lead_ins", STRONG, text)
        yield from self._search("weak_lead_ins", WEAK, text)

    def may_hold_sentence(self, text: str) -> bool:
        """Whether any sentence of *text* can tell something."""
        union = self._union("sentences")
        return union is not None and union.search(text.casefold().replace("\u2019", "'")) is not None

    def in_sentence(self, text: str) -> Iterator[Cue]:
        """What a sentence tells on a page of learning content."""
        return self._search("sentences", WEAK, text)

    def in_link(self, text: str) -> Iterator[Cue]:
        """What the text of a link tells on a page of learning content."""
        return self._search("links", WEAK, text)

    def is_media(self, target: str) -> bool:
        """Whether a link or frame leads to a video or a recording."""
        return self._hosts is not None and self._hosts.match(target) is not None

    def without(self, names: Iterable[str]) -> Vocabulary:
        """The vocabulary without some cues, by their names: to measure what each is worth."""
        gone = set(names)
        kinds = {}
        for kind, words in self.kinds.items():
            kept = {
                one.name: tuple(entry for entry in getattr(words, one.name) if f"{kind}/{one.name}/{entry}" not in gone)
                for one in fields(Words)
            }
            kinds[kind] = Words(**kept)
        return Vocabulary(kinds)

    def _of_title(self, form: str, title: str) -> Iterator[Cue]:
        if not self._any_title.match(form):
            return
        for kind in self.kinds:
            found = next(self._in_lists(kind, form), None)
            if found and not any(_found(self._patterns["not_titles"].get(kind, ()), text) for text in {form, title}):
                yield found

    def _in_lists(self, kind: str, title: str) -> Iterator[Cue]:
        for name, strength, whole in _TITLE_LISTS:
            for pattern in self._patterns[name].get(kind, ()):
                match = pattern.expression.fullmatch(title) if whole else pattern.expression.match(title)
                if match:
                    yield Cue(kind, strength, pattern.name)

    def _search(self, name: str, strength: str, text: str) -> Iterator[Cue]:
        text, union = _folded(text), self._union(name)
        if union is None or not union.search(text):
            return
        for kind, patterns in self._patterns[name].items():
            found = _found(patterns, text)
            if found and not _found(self._patterns["not_titles"].get(kind, ()), text):
                yield Cue(kind, strength, found.name)

    @cached_property
    def _patterns(self) -> Mapping[str, Mapping[str, Sequence[_Pattern]]]:
        """By list, then by kind."""
        return {
            one.name: {
                kind: [
                    _Pattern(f"{kind}/{one.name}/{entry}", _bounded(entry, one.name))
                    for entry in getattr(words, one.name)
                ]
                for kind, words in self.kinds.items()
                if getattr(words, one.name)
            }
            for one in fields(Words)
            if one.name not in _EXACT
        }

    def _union(self, name: str) -> re.Pattern[str] | None:
        """All entries of a list as one pattern; None where it has none."""
        if name not in self._unions:
            entries = [entry for words in self.kinds.values() for entry in getattr(words, name)]
            self._unions[name] = re.compile(_bounded("|".join(entries), name)) if entries else None
        return self._unions[name]

    @cached_property
    def _hosts(self) -> re.Pattern[str] | None:
        hosts = [re.escape(host) for words in self.kinds.values() for host in words.hosts]
        return re.compile(rf"(?:https?:)?//(?:[\w-]+\.)*(?:{'|'.join(hosts)})", re.IGNORECASE) if hosts else None

    @cached_property
    def _any_title(self) -> re.Pattern[str]:
        lists = [getattr(words, name) for name, _, _ in _TITLE_LISTS for words in self.kinds.values()]
        entries = [entry for entries in lists for entry in entries]
        return re.compile(_bounded("|".join(entries), "titles") if entries else r"(?!)")

    @cached_property
    def _containers(self) -> Mapping[str, tuple[Cue, ...]]:
        return self._exact("containers", str.lower)

    @cached_property
    def _keys(self) -> Mapping[str, tuple[Cue, ...]]:
        return self._exact("front_matter", _folded_key)

    def _exact(self, name: str, fold: Callable[[str], str]) -> Mapping[str, tuple[Cue, ...]]:
        found: dict[str, tuple[Cue, ...]] = {}
        for kind, words in self.kinds.items():
            for entry in getattr(words, name):
                key = fold(entry)
                found[key] = (*found.get(key, ()), Cue(kind, STRONG, f"{kind}/{name}/{entry}"))
        return found


_EXACT = ("containers", "front_matter", "hosts")
_SEARCHED = ("lead_ins", "weak_lead_ins", "sentences", "links")
_TITLE_LISTS = (
    ("titles", STRONG, True),
    ("title_starts", STRONG, False),
    ("weak_titles", WEAK, True),
    ("weak_title_starts", WEAK, False),
)


def _folded_key(key: str) -> str:
    """A key of front matter as it is compared: lower case, no hyphens, underscores or spaces."""
    return _KEY.sub("", key).lower()


def _bounded(entry: str, name: str) -> str:
    """An entry that ends at the end of a word and, where it is searched for, begins at the beginning of one."""
    before = r"(?<!\w)" if name in {*_SEARCHED, "not_titles"} else ""
    return rf"{before}(?:{entry})(?!\w)"


def _found(patterns: Sequence[_Pattern], text: str) -> _Pattern | None:
    return next((pattern for pattern in patterns if pattern.expression.search(text)), None)
