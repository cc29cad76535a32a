"""Learning objectives taken apart: where the verb stands, what kind of opener it is, what it promises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Literal, NamedTuple

from ld_review.errors import RuleError
from ld_review.late import late
from ld_review.typed_yaml import Place, build, compose

_MOST_CHARACTERS = 600
"""How much of an objective is looked at: three times what a long one has."""
_OPENING_CHARACTERS = 200
_MOST_STEPS = 12
"""How many pieces of a stem are taken off: "By the end …", "you will", "be able to", an adverb."""
_WIDEST_GAP = 6
_LONGEST_LABEL = 4
_LONGEST_LEAD_IN = 40

_WORD = late(r"[^\W_]+(?:['’-][^\W_]+)*")
_LEAD = late(
    r"""(?>
        <[^<>]{0,80}>                                                          # <b>
      | \[[xX]\]                                                               # a task that is done
      | :[a-z0-9_+-]{2,40}:(?=\s)                                              # :emoji:
      | (?:learning[ ])?
        (?:objective|outcome|goal|task|skill|competency|lesson|module|unit|part|step|day|week|exercise)s?[ ]?
        \d{0,3}(?:\.\d{1,3}){0,3}[*_]{0,3}[ ]?[:.)–—-][*_]{0,3}(?=\s)          # Task 1:
      | [A-Z]{1,4}-?\d{1,3}(?:\.\d{1,3}){0,3}[*_]{0,3}[:.)]?[*_]{0,3}(?=\s)    # LO2: K1
      | \d{1,4}(?:\.\d{1,3}){0,3}[.):](?!\d)                                   # 1. 2)
      | \d{1,3}(?:\.\d{1,3}){1,3}(?=\s)                                        # 1.2
      | (?:[a-z]|[ivx]{1,5})[.)](?=\s)                                         # a) iv.
      | \((?:optional|advanced|bonus|[a-z]|\d{1,3})\)                          # (a)
      | [\W_]
    )*+""",
    re.VERBOSE | re.IGNORECASE,
)
"""What may stand before the words of an objective."""

_Level = Literal["remember", "understand", "apply", "analyze", "evaluate", "create"]


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_DETERMINERS = _set("a an the this that these those your our their his her its my each every all any some")
_OBJECTS = _DETERMINERS | _set("it them how whether why what when where which who one two three")
"""What shows, where it follows a verb, that the verb is a predicate."""
_LINKS = _set("of about for in on using with regarding that where how and or around into to towards as")
"""What may follow "gain an understanding": not "a knowledge base"."""
_NO_GAP = _set("of about for in on with by from to that how why what which when where if because using")
_LEAD_INS = _set("by at after upon on in when once through throughout during following having with as from")
_CLAUSES = _set("when once with as from")
"""Lead-ins that only a comma ends: "When you should commit" has none."""
_PERSONS = _set(
    """you they i who she he everyone everybody anyone attendee attendees audience candidate candidates coach coaches
    delegates developer developers employee employees engineer engineers facilitators graduates individual individuals
    leader leaders learner learners manager managers member members mentees mentors participant participants people
    person persons player players practitioners professionals reader readers staff student students team teams teacher
    teachers trainee trainees user users viewer viewers visitors volunteers"""
)
_SUBJECTS = _PERSONS | {"we"}
_LEARNERS = _set("you they i learners learner students student participants participant attendees trainees")
_QUALIFIERS = _DETERMINERS | _set("new most many experienced individual successful")
_PERSON_WILL = _set("you'll they'll i'll")
_MODALS = _set("will shall should can could must may might would")
_ABLE = _set("able prepared ready equipped expected capable confident required empowered qualified enabled")
_ABLE_OPENERS = _set("be being been become becoming are is am feel feeling get") | _ABLE
_ABILITIES = _set("ability abilities capacity skill skills confidence capability competence competency")
_ABILITY_OPENERS = (
    _set("have having gain acquire develop build possess show demonstrate the an a your their") | _ABILITIES
)
_ADVERBS = _set("also then even now still just better further again always well both not never don't")
_NO_ADVERBS = _set(
    "family assembly anomaly monopoly early daily weekly monthly quarterly yearly friendly likely timely only"
)
_QUESTIONS = _set("what why when where which who whose whom how if")
_AUXILIARIES = _set("is are was were am do does did can could should would will has have may must")
_NAMING = (
    _DETERMINERS | _QUESTIONS | _set("and or other there no such more most few common basic it he she they i we you")
)
"""Words that begin a noun phrase or a question, never a predicate."""
_NOUN_ENDING = late(
    r"\w+(?:tion|sion|ment|ness|ity|ance|ence|ics|ship|ism|ology|ies|[^su]s|[^e]ed|al|ive|ic|ous|able|ful)\Z"
)
_SUBORDINATORS = _set("that why how when where which who what if because whether while so to")
_JOINS = _set("and or then")
_ENDS = frozenset(".;:(!?")
_LEAD_IN_ENDS = frozenset(",:")
_JOIN_MARKS = frozenset(",&/")
_CLAUSE_ENDS = _ENDS | {",", ")"}

_BRITISH = (
    ("ize", "ise"),
    ("yze", "yse"),
    ("practice", "practise"),
    ("license", "licence"),
    ("fulfill", "fulfil"),
    ("enroll", "enrol"),
    ("catalog", "catalogue"),
    ("program", "programme"),
)
_IRREGULAR = {"have": ("having", "has"), "be": ("being", "is"), "do": ("doing", "does"), "go": ("going", "goes")}
_MAY_DOUBLE = late(r"\w*[aeiou][b-df-hj-np-tvz]\Z")
"""A verb that may double its last letter: "run", "plan", "travel"."""
_PARTICLES = _set("up out in off down")
_MARKS = str.maketrans("", "", "*`")


class Opener(StrEnum):
    """How an objective begins."""

    MEASURABLE = "measurable"
    VAGUE = "vague"
    """With what nobody can observe: "understand", "be familiar with"."""
    MASKED = "masked"
    """With a verb that can be observed before a thing that cannot: "demonstrate an understanding of"."""
    TEACHING = "teaching"
    """With what the teacher or the page does: "this module will"."""
    UNKNOWN = "unknown"
    """With a word that may be a verb but is in no list."""
    NONE = "none"
    """With a noun phrase or a question: there is no verb."""


class Objective(NamedTuple):
    """One objective, taken apart. Offsets are those of the text that was given."""

    text: str
    """As written, white space collapsed."""
    core: str
    """Without marks, codes, the stem ("By the end … you will be able to") and adverbs."""
    core_start: int
    """Where the core begins."""
    opener: Opener
    verb: str
    """As in the table; empty where there is none."""
    verb_span: tuple[int, int]
    """The words of the opener as written: "Understanding", "Be familiar with"."""
    levels: tuple[str, ...]
    """Levels of Bloom's taxonomy, most likely first."""
    replacements: tuple[str, ...]
    """What may stand in place of a vague or masked opener."""
    second_verb: str
    """Another measurable verb beside the first: "use" in "Define and use variables"."""
    words: int
    """How many words the core has."""


class _Shape(StrEnum):
    BASE = "base"
    GERUND = "gerund"
    THIRD = "third"


class _Form(NamedTuple):
    lemma: str
    shape: _Shape


class _Phrase(NamedTuple):
    """An opener of one or more words; None stands for a gap."""

    words: tuple[frozenset[str] | None, ...]
    opener: Opener
    replacements: tuple[str, ...]


class _Match(NamedTuple):
    opener: Opener
    verb: str
    end: int
    """The index of the first word after the opener."""
    replacements: tuple[str, ...] = ()
    shape: _Shape = _Shape.BASE


class _Words(NamedTuple):
    """The words of a text, folded, with their places."""

    text: str
    folded: list[str]
    spans: list[tuple[int, int]]

    def gap(self, index: int) -> str:
        """What stands between a word and the one before it."""
        return self.text[self.spans[index - 1][1] : self.spans[index][0]]

    def word(self, index: int) -> str:
        return self.folded[index] if index < len(self.folded) else ""


@dataclass(frozen=True)
class _LevelVerbs:
    first: tuple[str, ...]
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Offer:
    openers: tuple[str, ...]
    replacements: tuple[str, ...]


@dataclass(frozen=True)
class _VerbsFile:
    levels: Mapping[_Level, _LevelVerbs]
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    vague: tuple[_Offer, ...] = ()
    masked: tuple[_Offer, ...] = ()
    soft: tuple[str, ...] = ()
    teaching: tuple[str, ...] = ()
    plurals: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        seen: dict[str, str] = {}
        for level, verbs in self.levels.items():
            for verb in verbs.first:
                if verb in seen:
                    raise ValueError(f"{verb!r} stands first at {seen[verb]!r} and at {level!r}")
                seen[verb] = level
        for words in (*self.teaching, *(words for offer in (*self.vague, *self.masked) for words in offer.openers)):
            if not words.strip() or words.startswith("...") or words.endswith("..."):
                raise ValueError(f"the opener {words!r} must begin and end with a word")


@dataclass(frozen=True)
class Verbs:
    """The openers that are known, and what they say about an objective.

    Their forms are made when the first objective is taken apart: most pages have none.
    """

    _tables: _VerbsFile = field(repr=False)

    @cached_property
    def levels(self) -> Mapping[str, tuple[str, ...]]:
        """The levels of each measurable verb, most likely first."""
        return _levels_of(self._tables)

    @cached_property
    def soft(self) -> frozenset[str]:
        """Verbs that some authors call vague; here they are measurable."""
        return frozenset(self._tables.soft)

    @cached_property
    def _forms(self) -> Mapping[str, _Form]:
        singles = {word for phrase in self._openers for words in phrase.words[:1] for word in words or ()}
        verbs = (*(verb for verb in self.levels if " " not in verb), *sorted(filter(_may_inflect, singles)))
        return _forms_of(verbs, (verb for verb in self.levels if " " in verb))

    @cached_property
    def _phrases(self) -> Mapping[str, tuple[_Phrase, ...]]:
        """By each word that they may begin with, the most specific first."""
        by_first: dict[str, list[_Phrase]] = {}
        for phrase in sorted(self._openers, key=_specificity, reverse=True):
            for word in phrase.words[0] or ():
                by_first.setdefault(word, []).append(phrase)
        return {word: tuple(found) for word, found in by_first.items()}

    @cached_property
    def _openers(self) -> tuple[_Phrase, ...]:
        return tuple(_phrases_of(self._tables, self.levels))

    @cached_property
    def _plurals(self) -> frozenset[str]:
        return frozenset(self._tables.plurals)

    def take_apart(self, text: str) -> Objective:
        """What an objective is made of. The first 600 characters are looked at."""
        looked = text[:_MOST_CHARACTERS]
        words = _words(looked)
        start, found = self._opening(words)
        core_start = words.spans[start][0] if words.folded else len(text)
        core = _without_marks(text[core_start:])
        named = found.end > start
        return Objective(
            text=" ".join(text.split()),
            core=core,
            core_start=core_start,
            opener=found.opener,
            verb=found.verb,
            verb_span=(core_start, words.spans[found.end - 1][1]) if named else (core_start, core_start),
            levels=self.levels.get(found.verb, ()),
            replacements=found.replacements,
            second_verb=self._second_verb(words, found) if found.opener is Opener.MEASURABLE else "",
            words=core.count(" ") + 1 if core else 0,
        )

    def starts_with_verb(self, text: str) -> bool:
        """Whether a text begins with a verb, or a phrase in its place, that is in a table."""
        _, found = self._opening(_words(text[:_OPENING_CHARACTERS]))
        return found.opener in (Opener.MEASURABLE, Opener.VAGUE, Opener.MASKED)

    def _opening(self, words: _Words) -> tuple[int, _Match]:
        """The index of the word where the core begins, and what it begins with."""
        start, found = self._after_stem(words, 0)
        if found.opener in (Opener.UNKNOWN, Opener.NONE):
            labelled = _past_label(words)
            if labelled:
                after, behind = self._after_stem(words, labelled)
                if behind.opener not in (Opener.UNKNOWN, Opener.NONE):
                    return after, behind
        return start, found

    def _after_stem(self, words: _Words, start: int) -> tuple[int, _Match]:
        if _is_question(words, start):
            return start, _Match(Opener.NONE, "", start)
        at = start
        for _ in range(_MOST_STEPS):
            after = self._past_piece(words, at)
            if after == at or after >= len(words.folded):
                break
            at = after
        return at, self._match(words, at) or self._unlisted(words, at)

    def _past_piece(self, words: _Words, at: int) -> int:
        """The index after one piece of a stem; *at* itself where none stands there."""
        word = words.word(at)
        if at + 1 >= len(words.folded):
            return at
        if word in _LEAD_INS:
            return self._past_lead_in(words, at)
        if word == "to" or (word == "how" and words.word(at + 1) == "to"):
            return at + (1 if word == "to" else 2)
        if word in _ABLE_OPENERS and (after := _past_able(words, at)) != at:
            return after
        if word in _ABILITY_OPENERS and (after := _past_ability(words, at)) != at:
            return after
        if _is_adverb(word) and word not in self._forms:
            return self._past_adverbs(words, at)
        return self._past_subject(words, at)

    def _past_adverbs(self, words: _Words, at: int) -> int:
        """Past "correctly and independently" before a verb; "Family" in "Family planning" is none."""
        index = at + 1
        while words.word(index) == "and" or (_is_adverb(words.word(index)) and words.word(index) not in self._forms):
            index += 1
        return index if self._match(words, index) else at

    def _past_lead_in(self, words: _Words, at: int) -> int:
        """Past "By the end of this module": to the person that will, or after a comma that a verb follows."""
        comma = 0
        for index in range(at + 1, min(len(words.folded), at + _LONGEST_LEAD_IN)):
            word = words.folded[index]
            if not comma and not _LEAD_IN_ENDS.isdisjoint(words.gap(index)):
                comma = index
                found = self._match(words, comma)
                if found and found.shape is _Shape.BASE:
                    return comma
            if comma or words.folded[at] not in _CLAUSES:
                if word in _PERSON_WILL or _able_at(words, index):
                    return index
                if word in _MODALS and words.folded[index - 1] in _SUBJECTS:
                    return index - 1
        return comma if comma and self._continues(words, comma) else at

    def _continues(self, words: _Words, at: int) -> bool:
        """Whether a verb or another piece of a stem stands here."""
        return self._match(words, at) is not None or (
            words.word(at) not in _LEAD_INS and self._past_piece(words, at) != at
        )

    def _past_subject(self, words: _Words, at: int) -> int:
        """Past "the learners will"."""
        word = words.word(at)
        if word in _PERSON_WILL:
            return at + 1
        for index in range(at, min(at + 4, len(words.folded) - 1)):
            following = words.folded[index + 1]
            person = words.folded[index]
            if following in _PERSONS and (person in _PERSONS or person in _QUALIFIERS):
                continue
            if person in _PERSONS or (person == "we" and words.word(index + 2) == "be" and _able_at(words, index + 3)):
                if following in _MODALS:
                    return index + 2
                plain = person in _LEARNERS and index - at < 2
                return index + 1 if plain and self._is_predicate(words, index + 1) else at
            if person not in _QUALIFIERS:
                return at
        return at

    def _is_predicate(self, words: _Words, at: int) -> bool:
        found = self._match(words, at)
        if found is None or found.shape is _Shape.GERUND:
            return False
        return found.opener is not Opener.MEASURABLE or words.word(found.end) in _OBJECTS

    def _match(self, words: _Words, at: int) -> _Match | None:
        """The opener that stands at a word: the longest phrase, else a single verb."""
        word = words.word(at)
        form = self._forms.get(word) or self._forms.get(word.replace("-", ""))
        for key in (word, form.lemma) if form and form.lemma != word else (word,):
            for phrase in self._phrases.get(key, ()):
                verb, end = self._standing(phrase, key, words, at)
                if end:
                    offered = self._inner_verb(verb, words, end) or phrase.replacements
                    return _Match(phrase.opener, verb, end, offered, form.shape if form else _Shape.BASE)
        if form is None or form.lemma not in self.levels or self._is_noun(form, words, at):
            return None
        return _Match(Opener.MEASURABLE, form.lemma, at + 1, (), form.shape)

    def _is_noun(self, form: _Form, words: _Words, at: int) -> bool:
        """Whether a form is a noun here: "Use of colour", "Tests for equality"."""
        if form.shape is _Shape.THIRD and form.lemma in self._plurals:
            return words.word(at + 1) not in _OBJECTS
        return form.shape is not _Shape.GERUND and words.word(at + 1) == "of"

    def _standing(self, phrase: _Phrase, key: str, words: _Words, at: int) -> tuple[str, int]:
        """The words of a phrase that stand at *at* and the index after them; 0 where it does not stand there."""
        verb = "" if key in _DETERMINERS else key
        index = at + 1
        gap = False
        for wanted in phrase.words[1:]:
            if wanted is None:
                gap = True
                continue
            place, key = self._find(wanted, words, index, _WIDEST_GAP if gap else 0)
            if place < 0:
                return "", 0
            verb = f"{verb} {key}" if verb else key
            index = place + 1
        return verb, _past_link(words, index) if gap else index

    def _find(self, wanted: frozenset[str], words: _Words, index: int, reach: int) -> tuple[int, str]:
        for place in range(index, min(index + reach + 1, len(words.folded))):
            word = words.folded[place]
            if word in wanted:
                return place, word
            form = self._forms.get(word)
            if form is not None and form.lemma in wanted:
                return place, form.lemma
            if word in _NO_GAP or not _ENDS.isdisjoint(words.gap(place)):
                break
        return -1, ""

    def _inner_verb(self, opener: str, words: _Words, end: int) -> tuple[str, ...]:
        """What "learn how to extract values" asks for: "extract"."""
        found = self._match(words, end) if opener.endswith(" to") else None
        known = found is not None and found.opener is Opener.MEASURABLE and found.shape is _Shape.BASE
        return (found.verb,) if found and known else ()

    def _unlisted(self, words: _Words, at: int) -> _Match:
        """Whether a word that is in no list may be a verb. Where it may not, there is no verb."""
        word = words.word(at)
        if not word or word in _NAMING:
            return _Match(Opener.NONE, "", at)
        following = words.word(at + 1)
        if following in _JOINS and self._is_verb(words.word(at + 2)):
            return _Match(Opener.UNKNOWN, word, at + 1)
        if following in _OBJECTS and not {",", ".", ":"} & set(words.gap(at + 1)):
            return _Match(Opener.UNKNOWN, word, at + 1)
        start, end = words.spans[at]
        written = words.text[start:end]
        named = written[1:] != written[1:].lower() or not written.isascii() or following in ("of", "and", "or", "")
        if named or _NOUN_ENDING.match(word):
            return _Match(Opener.NONE, "", at)
        return _Match(Opener.UNKNOWN, word, at + 1)

    def _is_verb(self, word: str) -> bool:
        form = self._forms.get(word)
        return form is not None and form.shape is _Shape.BASE and form.lemma in self.levels

    def _second_verb(self, words: _Words, first: _Match) -> str:
        """Another predicate: right after the first verb, or later with an object that shows it is one."""
        if not _joins_anything(words):
            return ""
        joined = False
        for index in range(first.end, len(words.folded)):
            word = words.folded[index]
            gap = words.gap(index)
            if gap != " ":
                if not _ENDS.isdisjoint(gap):
                    return ""
                joined = joined or not _JOIN_MARKS.isdisjoint(gap)
            if word in _JOINS:
                joined = True
            elif joined and not _is_adverb(word):
                verb = self._predicate(words, index, first.shape, direct=_only_joins(words, first.end, index))
                if verb and verb != first.verb:
                    return verb
                joined = False
            if word in _SUBORDINATORS:
                return ""
        return ""

    def _predicate(self, words: _Words, at: int, shape: _Shape, *, direct: bool) -> str:
        found = self._match(words, at)
        if found is None or found.opener is not Opener.MEASURABLE or found.shape is not shape:
            return ""
        return found.verb if direct or words.word(found.end) in _OBJECTS else ""


def read_verbs(text: str, file: str) -> Verbs:
    """The tables in a YAML text.

    Raises RuleError, which names *file* and line, where they cannot be used.
    """
    place = Place(file, RuleError)
    node = compose(text, place)
    if node is None:
        raise RuleError(f"{file}: holds no verbs")
    tables: _VerbsFile = build(_VerbsFile, node, place, "the verbs")
    return Verbs(tables)


def _levels_of(tables: _VerbsFile) -> dict[str, tuple[str, ...]]:
    levels: dict[str, list[str]] = {verb: [level] for level, verbs in tables.levels.items() for verb in verbs.first}
    for level, verbs in tables.levels.items():
        for verb in verbs.also:
            levels.setdefault(verb, []).append(level)
    return {verb: tuple(found) for verb, found in levels.items()} | {
        verb: () for verb in tables.soft if verb not in levels
    }


def _phrases_of(tables: _VerbsFile, levels: Iterable[str]) -> Iterator[_Phrase]:
    for opener, offers in ((Opener.VAGUE, tables.vague), (Opener.MASKED, tables.masked)):
        for offer in offers:
            for words in offer.openers:
                yield _phrase(words, opener, tables.groups, offer.replacements)
    for words in tables.teaching:
        yield _phrase(words, Opener.TEACHING, tables.groups)
    for verb in levels:
        if " " in verb:
            yield _phrase(verb, Opener.MEASURABLE, {})


def _phrase(
    text: str, opener: Opener, groups: Mapping[str, tuple[str, ...]], replacements: tuple[str, ...] = ()
) -> _Phrase:
    words = tuple(None if word == "..." else _alternatives(word, groups) for word in text.split())
    return _Phrase(words, opener, replacements)


def _alternatives(word: str, groups: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    return frozenset(one for name in word.split("/") for one in groups.get(name, (name,)))


def _specificity(phrase: _Phrase) -> tuple[int, bool]:
    return sum(words is not None for words in phrase.words), phrase.opener is not Opener.MEASURABLE


def _forms_of(verbs: Iterable[str], phrasal: Iterable[str]) -> dict[str, _Form]:
    """Each form of each verb. A base form wins over a derived one: "ring" is no form of "re"."""
    bases = {form: verb for verb in verbs for form in _spellings(verb)}
    forms = {form: _Form(verb, _Shape.BASE) for form, verb in bases.items()}
    for base, verb in bases.items():
        for form in _gerunds(base):
            forms.setdefault(form, _Form(verb, _Shape.GERUND))
        forms.setdefault(_third_person(base), _Form(verb, _Shape.THIRD))
    for verb in phrasal:
        if verb.split()[-1] in _PARTICLES:
            forms.setdefault(verb.replace(" ", ""), _Form(verb, _Shape.BASE))
    return forms


def _may_inflect(word: str) -> bool:
    return word == "be" or (len(word) > 2 and word not in _DETERMINERS and not word.endswith("ing"))


def _spellings(verb: str) -> Iterator[str]:
    yield verb
    for american, british in _BRITISH:
        if verb.endswith(american):
            yield verb.removesuffix(american) + british


def _gerunds(verb: str) -> Iterator[str]:
    if verb in _IRREGULAR:
        yield _IRREGULAR[verb][0]
    elif verb.endswith("ie"):
        yield verb[:-2] + "ying"
    elif verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")):
        yield verb[:-1] + "ing"
    else:
        yield verb + "ing"
        if _MAY_DOUBLE.match(verb):
            yield verb + verb[-1] + "ing"


def _third_person(verb: str) -> str:
    if verb in _IRREGULAR:
        return _IRREGULAR[verb][1]
    if verb.endswith(("s", "x", "z", "ch", "sh")):
        return verb + "es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ies"
    return verb + "s"


def _words(text: str) -> _Words:
    lead = _LEAD.match(text)
    found = list(_WORD.finditer(text, lead.end() if lead else 0))
    folded = [match.group().lower().replace("’", "'") for match in found]
    return _Words(text, folded, [match.span() for match in found])


def _without_marks(text: str) -> str:
    return " ".join(bare for word in text.translate(_MARKS).split() if (bare := word.strip("_")))


def _past_label(words: _Words) -> int:
    """The index after a label of a few words and a colon; 0 where there is none."""
    for index in range(1, min(len(words.folded), _LONGEST_LABEL + 1)):
        if ":" in words.gap(index):
            return index
    return 0


def _past_able(words: _Words, at: int) -> int:
    """Past "be able to"."""
    for index in range(at, min(at + 3, len(words.folded))):
        if _able_at(words, index):
            return index + 2
        if words.folded[index] not in _ABLE_OPENERS and not _is_adverb(words.folded[index]):
            break
    return at


def _able_at(words: _Words, at: int) -> bool:
    word = words.word(at)
    return word in _ABLE and words.word(at + 1) in ("to", "of" if word == "capable" else "to")


def _past_ability(words: _Words, at: int) -> int:
    """Past "have the skills needed to"."""
    for index in range(at, min(at + 7, len(words.folded) - 1)):
        word = words.folded[index]
        if word in _ABILITIES:
            following = words.folded[index + 1]
            if following == "to":
                return index + 2
            if following in ("needed", "required", "necessary") and words.word(index + 2) == "to":
                return index + 3
        elif word in _NO_GAP:
            break
    return at


def _past_link(words: _Words, end: int) -> int:
    """Past the "of" after "gain an understanding"; 0 where a noun follows, as in "gain a knowledge base"."""
    following = words.word(end)
    if not following or not _CLAUSE_ENDS.isdisjoint(words.gap(end)):
        return end
    if following in _LINKS:
        return end + (following in ("of", "for", "about"))
    return end if words.folded[end - 1] in _LINKS else 0


def _is_adverb(word: str) -> bool:
    return word in _ADVERBS or (len(word) > 4 and word.endswith("ly") and word not in _NO_ADVERBS)


def _is_question(words: _Words, at: int) -> bool:
    return words.word(at) in _AUXILIARIES and words.text.rstrip().endswith("?")


def _joins_anything(words: _Words) -> bool:
    return not _JOINS.isdisjoint(words.folded) or not _JOIN_MARKS.isdisjoint(words.text)


def _only_joins(words: _Words, start: int, end: int) -> bool:
    return all(word in _JOINS or _is_adverb(word) for word in words.folded[start:end])
