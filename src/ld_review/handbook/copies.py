"""Text that stands on two pages. A handbook says a thing once and links to it from everywhere else.

``text_of`` takes from one page what is needed to compare it, ``find_copies`` compares all pages. A passage is compared
by its shingles, the runs of four words that it holds, so that an edited copy is still known. A few of its shingles are
its keys; passages without a key in common are never compared, which keeps the whole linear.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import PurePath
from struct import Struct, pack, unpack
from types import MappingProxyType
from typing import NamedTuple
from zlib import crc32

from ld_review.document import Document
from ld_review.late import late
from ld_review.source import Span, Spans
from ld_review.zones import zones

FEWEST_WORDS = 25
"""A shorter block says too little to be kept in one place."""
FEWEST_WORDS_COPIED = 50
"""By two pages together, wherever they stand. Of 29 copies with fewer words that were read, 11 were worth a link."""
LIKENESS = 0.7
"""The share of the shingles of two passages that both hold. Of 19 read between 0.6 and 0.7, 12 were copies, the others
the same pattern filled with other things. A passage of 40 words may have one word changed, one of 80 words three."""
MOST_PAGES = 5
"""A passage on more pages is boilerplate, which belongs into a partial."""
FORM_PAGES = 30
"""A page that has three headings of more other pages is filled in after a form: it repeats on purpose what they say."""

_FORM_HEADINGS = 3
_SHINGLE = 4
_WORD_BYTES = 2
_KEY_BYTES = 4
_KEPT = (1 << 32) // 8
"""Of the hashes of shingles, those below are keys: every eighth, the same ones in all passages."""
_FEWEST_KEYS = 3
_MOST_HOLDERS = 24
"""A key of more passages is a turn of phrase, and tells nothing."""
_FEWEST_CHARACTERS = 3 * FEWEST_WORDS

_WORD = late(r"[^\W_]+")
_RUNNING_TEXT = frozenset({"paragraph", "cell"})
_NOT_OURS = frozenset({"quote", "toc"})
_DATE = late(r"(?<!\d)\d{4}-\d{2}(?!\d)")
_NUMBER = late(r"\d+")
_LEGALESE = frozenset(
    [
        "hereafter",
        "hereby",
        "herein",
        "hereinafter",
        "hereof",
        "hereto",
        "hereunder",
        "indemnification",
        "indemnify",
        "notwithstanding",
        "pursuant",
        "severability",
        "thereby",
        "therein",
        "thereof",
        "thereto",
        "thereunder",
    ]
)
_WORDS_OF_CONTRACT = 4
"""Of the words above a contract uses 6 to 12 different ones, any other page 3 at most."""
_LICENCE = "copyright"
_TEMPLATE_NAMES = frozenset({"template", "templates"})
_LOW = (1 << 32) - 1
_GROUPS = 16
_PASSAGE = Struct("<IIIII")


class Passage(NamedTuple):
    """A block of running text."""

    span: Span
    words: bytes
    """A hash of two bytes for each word, in order; case, punctuation and marks are gone."""
    keys: bytes
    """The hashes, four bytes each, of some of its shingles."""
    line: int = 0
    """The number of its first line."""

    @property
    def length(self) -> int:
        """How many words it has."""
        return len(self.words) // _WORD_BYTES


class PageText(NamedTuple):
    """What is compared of one page. Its hashes are the same in every run and on every machine."""

    passages: tuple[Passage, ...] = ()
    headings: bytes = b""
    """A hash of four bytes for each heading that has text below it."""

    def packed(self) -> bytes:
        """As bytes, for a cache."""
        parts = [pack("<I", len(self.headings)), self.headings]
        for span, words, keys, line in self.passages:
            parts += (_PASSAGE.pack(*span, len(words), len(keys), line), words, keys)
        return b"".join(parts)

    @classmethod
    def unpacked(cls, data: bytes) -> PageText:
        """Back from what ``packed`` made."""
        at = 4 + unpack("<I", data[:4])[0]
        headings, found = data[4:at], []
        while at < len(data):
            start, end, words, keys, line = _PASSAGE.unpack_from(data, at)
            at += _PASSAGE.size
            middle = at + words
            found.append(Passage(Span(start, end), data[at:middle], data[middle : middle + keys], line))
            at = middle + keys
        return cls(tuple(found), headings)


class Copy(NamedTuple):
    """Text of one page that also stands on another, named on the page that should link to the other."""

    page: str
    span: Span
    """The longest run of passages that are copied."""
    words: int
    """Of all passages that the two pages share."""
    other: str
    other_line: int
    """On which line of the other page the first passage of ``span`` begins."""
    also: tuple[Span, ...] = ()
    """The further runs on the page."""


# --- one page -----------------------------------------------------------------------------------------------------


def text_of(document: Document) -> PageText:
    """What is compared of a page."""
    return PageText(_passages(document), _headings(document))


def _passages(document: Document) -> tuple[Passage, ...]:
    """Paragraphs, items and cells of enough words. A contract says all that it says in full, so it has none."""
    found, legalese = [], set[str]()
    for span, words in _running_text(document):
        legalese.update(_LEGALESE.intersection(words))
        hashes = _word_hashes(words)
        found.append(Passage(span, hashes, _keys(hashes), document.source.position(span.start).line))
    return tuple(found) if len(legalese) < _WORDS_OF_CONTRACT else ()


def _running_text(document: Document) -> Iterator[tuple[Span, list[str]]]:
    """The blocks with enough words, unless they are quotes, contents, licence notes or text for others to send."""
    prose, templates = document.view("prose"), Spans(zones(document, "template-section"))
    not_ours = [False] * len(document.blocks)
    for number, (kind, span, runs, _, _, parent, _) in enumerate(document.blocks):
        not_ours[number] = kind in _NOT_OURS or (parent >= 0 and not_ours[parent])
        if kind not in _RUNNING_TEXT or not runs or not_ours[number] or span.end - span.start < _FEWEST_CHARACTERS:
            continue
        whole = Span(runs[0].start, runs[-1].end)
        words = _WORD.findall(prose[whole.start : whole.end].casefold())
        if len(words) >= FEWEST_WORDS and _LICENCE not in words and not templates.touch(span):
            yield whole, words


def _headings(document: Document) -> bytes:
    """A section that holds nothing but contents has a heading which says nothing of the page."""
    contents = {document.section_at(block.span.start) for block in document.blocks if block.kind == "toc"}
    titles = {
        " ".join(_WORD.findall(document.title(section).casefold()))
        for number, section in enumerate(document.sections)
        if section.heading is not None and number not in contents
    }
    hashes = sorted({crc32(_encoded(title)) for title in titles if title})
    return pack(f"<{len(hashes)}I", *hashes)


def _word_hashes(words: Sequence[str]) -> bytes:
    hashes = pack(f"<{len(words)}I", *map(crc32, _encoded(" ".join(words)).split(b" ")))
    return memoryview(hashes).cast("H")[::2].tobytes()


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _shingles(words: bytes) -> list[bytes]:
    size = _SHINGLE * _WORD_BYTES
    return [words[at : at + size] for at in range(0, len(words) - size + 1, _WORD_BYTES)]


def _keys(words: bytes) -> bytes:
    """The low hashes of shingles, and of a passage that has few such the lowest."""
    hashes = sorted(set(map(crc32, _shingles(words))))
    keys = hashes[: max(bisect_left(hashes, _KEPT), _FEWEST_KEYS)]
    return pack(f"<{len(keys)}I", *keys)


# --- all pages ----------------------------------------------------------------------------------------------------


def find_copies(
    pages: Mapping[str, PageText],
    learning: Collection[str] = (),
    linked_from: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> list[Copy]:
    """The copies of a handbook, its pages named by their paths, in the order of the pages that should link.

    Of two pages that share text, one should link to the other: the one that links there anyway, if there is no link
    back (*linked_from* has for a page those that link to it); else the one that is learning content (in *learning*);
    else the one with less text. A page is told of each passage once, and of each other page once, first of the one that
    shares most with it.

    Left out is what repeats on purpose: boilerplate, contracts, templates, partials, records of their time (a dated
    page, or two whose paths differ in numbers alone), and pages filled in after a form, except where learning content
    of that kind copies a page of another.
    """
    library = _Library(pages, learning, linked_from)
    shared: dict[int, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for number, others in _alike(library).items():
        page = library.page_of[number]
        for other in sorted(others, key=lambda other: (-others[other], other)):
            theirs = library.page_of[other]
            if library.should_link(page, theirs):
                shared[page][theirs].setdefault(number, other)
    return [copy for page in sorted(shared) for copy in _copies_of(library, page, shared[page])]


class _Library:
    """The pages by number, in the order of their paths, and all their passages by number, in the same order."""

    def __init__(
        self, pages: Mapping[str, PageText], learning: Collection[str], linked_from: Mapping[str, Collection[str]]
    ) -> None:
        self.paths = sorted(path for path in pages if not _is_template_or_partial(path))
        texts = [pages[path] for path in self.paths]
        self.passages = [passage for text in texts for passage in text.passages]
        self.page_of = [number for number, text in enumerate(texts) for _ in text.passages]
        self._linked_from = linked_from
        self._learning = [path in learning for path in self.paths]
        self._length = [sum(passage.length for passage in text.passages) for text in texts]
        self._headings = [unpack(f"<{len(text.headings) // 4}I", text.headings) for text in texts]
        self._pages_with: dict[int, list[int]] = defaultdict(list)
        self._forms: dict[int, bool] = {}
        for number, headings in enumerate(self._headings):
            for heading in headings:
                self._pages_with[heading].append(number)

    def seniority(self, page: int) -> tuple[bool, int, int]:
        """Where links do not tell, the text of the page with the greater one stays."""
        return not self._learning[page], self._length[page], page

    def should_link(self, page: int, other: int) -> bool:
        """Whether *page* should link to *other* where both have the same text."""
        return self._counts(page, other) and self._is_younger(page, other)

    def _is_younger(self, page: int, other: int) -> bool:
        path, others = self.paths[page], self.paths[other]
        there, back = path in self._linked_from.get(others, ()), others in self._linked_from.get(path, ())
        return there if there != back else self.seniority(page) < self.seniority(other)

    def _counts(self, page: int, other: int) -> bool:
        if _are_records(self.paths[page], self.paths[other]):
            return False
        forms = [each for each in (page, other) if self._is_form(each)]
        return not forms or (len(forms) == 1 and self._learning[forms[0]])

    def _is_form(self, page: int) -> bool:
        if page not in self._forms:
            self._forms[page] = self._shares_headings(page)
        return self._forms[page]

    def _shares_headings(self, page: int) -> bool:
        """Whether more pages than ``FORM_PAGES`` have three headings of this page; asks no further than needed."""
        shared: Counter[int] = Counter()
        alike = 0
        for heading in self._headings[page]:
            for other in self._pages_with[heading]:
                shared[other] += 1
                if shared[other] == _FORM_HEADINGS and other != page:
                    alike += 1
                    if alike > FORM_PAGES:
                        return True
        return False


def _is_template_or_partial(path: str) -> bool:
    name = PurePath(path).name
    partial = name.startswith("_") and not name.startswith("_index.")
    return partial or not _TEMPLATE_NAMES.isdisjoint(_WORD.findall(path.lower()))


def _are_records(path: str, other: str) -> bool:
    """Whether one tells of its day, or the two are editions of the same."""
    return bool(_DATE.search(path) or _DATE.search(other)) or _NUMBER.sub("", path) == _NUMBER.sub("", other)


def _alike(library: _Library) -> dict[int, dict[int, float]]:
    """For each passage those on other pages that are like it, and how much; nothing for boilerplate."""
    alike: dict[int, dict[int, float]] = defaultdict(dict)
    for first, second in _candidates(library):
        likeness = _likeness(library.passages[first].words, library.passages[second].words)
        if likeness >= LIKENESS:
            alike[first][second] = alike[second][first] = likeness
    page_of = library.page_of
    boilerplate = {number for number, others in alike.items() if len({page_of[one] for one in others}) >= MOST_PAGES}
    return {
        number: {other: likeness for other, likeness in others.items() if other not in boilerplate}
        for number, others in alike.items()
        if number not in boilerplate
    }


def _candidates(library: _Library) -> Iterator[tuple[int, int]]:
    """Pairs of passages on two pages that are about as long and have a third of their keys in common."""
    page_of, passages = library.page_of, library.passages
    together: Counter[int] = Counter()
    for holders in _holders_of_keys(passages):
        pairs = combinations(holders, 2)
        together.update([first << 32 | second for first, second in pairs if page_of[first] != page_of[second]])
    for pair, common in together.items():
        first, second = pair >> 32, pair & _LOW
        one, other = passages[first], passages[second]
        shorter, longer = sorted((len(one.words), len(other.words)))
        if shorter >= LIKENESS * longer and 3 * common >= min(len(one.keys), len(other.keys)) // _KEY_BYTES:
            yield first, second


def _holders_of_keys(passages: Sequence[Passage]) -> Iterator[list[int]]:
    """For each key that several passages have, their numbers. Keys come in groups, to be sorted in little memory."""
    groups = [array("Q") for _ in range(_GROUPS)]
    for number, passage in enumerate(passages):
        for key in unpack(f"<{len(passage.keys) // _KEY_BYTES}I", passage.keys):
            groups[key % _GROUPS].append(key << 32 | number)
    for group in groups:
        yield from _repeated(sorted(group))


def _repeated(entries: Sequence[int]) -> Iterator[list[int]]:
    begin = 0
    for end in range(1, len(entries) + 1):
        if end == len(entries) or entries[end] >> 32 != entries[begin] >> 32:
            if 1 < end - begin <= _MOST_HOLDERS:
                yield [entry & _LOW for entry in entries[begin:end]]
            begin = end


def _likeness(words: bytes, others: bytes) -> float:
    ours, theirs = set(_shingles(words)), set(_shingles(others))
    return len(ours & theirs) / len(ours | theirs)


def _copies_of(library: _Library, page: int, shared: Mapping[int, Mapping[int, int]]) -> Iterator[Copy]:
    """The copies on a page, given for each other page which passages of its own are which of the other's."""
    told: set[int] = set()
    most = {other: _words(library, found) for other, found in shared.items()}
    for other in sorted(shared, key=lambda other: (most[other], library.seniority(other)), reverse=True):
        found = {number: theirs for number, theirs in shared[other].items() if number not in told}
        words = _words(library, found)
        if words < FEWEST_WORDS_COPIED:
            continue
        told.update(found)
        runs = sorted(_runs(found), key=lambda run: (-_words(library, run), run))
        spans = [Span(library.passages[run[0]].span.start, library.passages[run[-1]].span.end) for run in runs]
        there = library.passages[found[runs[0][0]]].line
        yield Copy(library.paths[page], spans[0], words, library.paths[other], there, tuple(sorted(spans[1:])))


def _words(library: _Library, numbers: Iterable[int]) -> int:
    return sum(library.passages[number].length for number in numbers)


def _runs(numbers: Iterable[int]) -> list[list[int]]:
    """The numbers, those in a row together."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs
