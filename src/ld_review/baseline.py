"""The findings that a team knows and lives with for now, kept in a file, so that only new ones are reported."""

from __future__ import annotations

import heapq
import json
import os
import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from ld_review.errors import ConfigError
from ld_review.files import report_file
from ld_review.late import late
from ld_review.review import Known, PageReview

NAME = ".ld-review-baseline.json"
"""The file that counts unless another is named."""
VERSION = 1
_LONGEST = 60
_MOST_DIGITS = 100
_CONFLICT = late(r"^(?:<{7}|[|]{7}|={7}|>{7})(?: [^\r\n]{0,60}|$)", re.MULTILINE)
_SKETCHED_LINES = 12
_TELLING = 20
"""Characters from which on a line tells pages apart."""
_ALIKE = 0.5
"""Of the sketched lines that two pages must share for one to be the other after a move."""

Findings = Mapping[str, Mapping[str, str]]
"""Excerpts by fingerprint, by rule."""


class KnownPage(NamedTuple):
    """What is known of a page."""

    sketch: tuple[str, ...]
    """Hashes of a few of its lines, by which it is known again where it has moved."""
    rules: Findings

    @property
    def size(self) -> int:
        """How many findings are known of it."""
        return sum(map(len, self.rules.values()))


@dataclass(frozen=True)
class Baseline:
    """The findings that are known, by page."""

    file: Path
    """Absolute; pages are named from its folder."""
    pages: Mapping[str, KnownPage]

    @property
    def size(self) -> int:
        """How many findings it knows."""
        return sum(page.size for page in self.pages.values())

    def place(self, path: str | os.PathLike[str]) -> str:
        """How a page is named here."""
        folder, name = os.path.split(os.path.abspath(path))  # noqa: PTH100 - the last part may be a link
        real = os.path.join(os.path.realpath(folder), name)  # noqa: PTH118 - of a path that need not be one
        top = os.path.realpath(self.file.parent)
        try:
            return os.path.relpath(real, top).replace(os.sep, "/")
        except ValueError:  # on different drives
            return real.replace(os.sep, "/")

    def is_there(self, place: str) -> bool:
        """Whether a page that is named here still is there."""
        return os.path.exists(self.file.parent / place)  # noqa: PTH110 - any text may stand in the file


class Updated(NamedTuple):
    """A baseline after it was held against a review."""

    baseline: Baseline
    kept: int
    dropped: int
    added: int
    new: Mapping[str, int]
    """How many findings there are that it does not know, by rule."""


class _Compared(NamedTuple):
    """A page under review beside what is known of it."""

    page: PageReview
    place: str
    known_as: str
    """The place of the page in the baseline; empty where it is not known."""
    matched: Mapping[int, tuple[str, str, str]]
    """The rule, fingerprint and excerpt that know a finding, by its number."""
    left: Sequence[tuple[str, str, str]]
    """What is known, and was not found."""

    @property
    def gone(self) -> int:
        """How many of those are gone for sure."""
        return sum(rule in self.page.judged for rule, _, _ in self.left)


def read_baseline(file: Path) -> Baseline:
    """The baseline in a file.

    Raises ConfigError, with the line or the key, where it cannot be used.
    """
    shown = _shown(file)
    try:
        text = file.read_text("utf-8")
    except FileNotFoundError:
        raise ConfigError(f"{shown}: there is no such baseline; `ld-review baseline PATH...` writes it") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{shown}: not UTF-8: byte {error.start}") from None
    except OSError as error:
        raise ConfigError(f"{shown}: cannot be read: {error.strerror or error}") from None
    return Baseline(file, _Reader(shown, text).pages())


def write_baseline(baseline: Baseline) -> None:
    """Write a baseline: sorted, a finding on each line, so that a diff can be read.

    Raises OSError where it cannot be written.
    """
    pages = {place: _written(page) for place, page in sorted(baseline.pages.items())}
    text = json.dumps({"version": VERSION, "pages": pages}, ensure_ascii=False, indent=1) + "\n"
    with report_file(baseline.file) as file:
        file.write(text.encode("utf-8", "backslashreplace"))  # lone surrogates of file names, as JSON escapes them


def without_known(
    pages: Sequence[PageReview], baseline: Baseline, whole: bool = False
) -> tuple[tuple[PageReview, ...], Known]:
    """The pages without the findings that are known, and how many those were.

    *whole* says that whole folders were looked at, so that a known page that is nowhere is gone.
    """
    compared = _compared(pages, baseline)
    vanished = _vanished(compared, baseline) if whole else ()
    gone = sum(one.gone for one in compared) + sum(baseline.pages[place].size for place in vanished)
    known = Known(Path(_shown(baseline.file)), sum(len(one.matched) for one in compared), gone)
    return tuple(_less(one.page, one.matched) for one in compared), known


def updated(baseline: Baseline, pages: Sequence[PageReview], *, add: bool, in_scope: Callable[[str], bool]) -> Updated:
    """The baseline without what is gone and, where *add* says so, with what is new.

    A page that is not among *pages*, which are reviewed each as if alone, is gone where another one is in its place, or
    where it is not there any more and *in_scope* says that it would have been found.
    """
    compared = _compared(pages, baseline)
    known_as, places = {one.known_as for one in compared}, {one.place for one in compared}
    vanished = {place for place in _vanished(compared, baseline) if place in places or in_scope(place)}
    dropped = kept = added = 0
    new: Counter[str] = Counter()
    result: dict[str, KnownPage] = {}
    for place, known in baseline.pages.items():
        if place in known_as:
            continue
        if place in vanished:
            dropped += known.size
        else:
            kept += known.size
            result[place] = known
    for one in compared:
        fresh = [number for number in range(len(one.page.findings)) if number not in one.matched]
        stays = [known for known in one.left if known[0] not in one.page.judged]
        taken = range(len(one.page.findings)) if add else one.matched
        rules = _gathered([*stays, *(_entry(one.page, number) for number in taken)])
        new.update(one.page.findings[number].rule for number in fresh if not add)
        added += len(fresh) if add else 0
        dropped += len(one.left) - len(stays)
        kept += len(one.matched) + len(stays)
        if rules:
            result[one.place] = KnownPage(_sketch_kept(one, baseline), rules)
    return Updated(replace(baseline, pages=result), kept, dropped, added, new)


def sketch(text: str) -> tuple[str, ...]:
    """Hashes of a few lines of a text: those that two texts share tell how alike they are."""
    lines = {line.strip() for line in text.split("\n")}
    telling = [line for line in lines if len(line) >= _TELLING] or [line for line in lines if line]
    hashes = {zlib.crc32(line.encode("utf-8", "surrogatepass")) for line in telling}
    return tuple(f"{one:08x}" for one in heapq.nsmallest(_SKETCHED_LINES, hashes))


def likeness(one: Sequence[str], other: Sequence[str]) -> float:
    """How alike two sketched texts are, from 0 to 1."""
    union = sorted({*one, *other})[: max(len(one), len(other))]
    both = {*one} & {*other}
    return sum(item in both for item in union) / len(union) if union else 0.0


def _compared(pages: Sequence[PageReview], baseline: Baseline) -> list[_Compared]:
    """The pages beside what is known of them, where they are or where they were."""
    places = [baseline.place(page.path) for page in pages]
    at_home = {
        place
        for page, place in zip(pages, places, strict=True)
        if place in baseline.pages and not _is_another(page, baseline.pages[place])
    }
    strangers = [number for number, place in enumerate(places) if place not in at_home and pages[number].findings]
    taken_over = {*places} - at_home
    lost = [
        place
        for place in baseline.pages
        if place not in at_home and (place in taken_over or not baseline.is_there(place))
    ]
    moved = _moved({number: pages[number] for number in strangers}, lost, baseline) if lost else {}
    taken = set(moved.values())
    compared = []
    for number, (page, place) in enumerate(zip(pages, places, strict=True)):
        home = place if place in baseline.pages and place not in taken else ""
        known_as = moved.get(number, home)
        known = baseline.pages[known_as].rules if known_as else {}
        compared.append(_Compared(page, place, known_as, *_matched(page, known)))
    return compared


def _vanished(compared: Sequence[_Compared], baseline: Baseline) -> list[str]:
    """The places of known pages that no page under review is, and where another one is now, or none."""
    known_as, places = {one.known_as for one in compared}, {one.place for one in compared}
    left = (place for place in baseline.pages if place not in known_as)
    return [place for place in left if place in places or not baseline.is_there(place)]


def _is_another(page: PageReview, known: KnownPage) -> bool:
    """Whether another page stands now where one was; one that cannot be read is no other."""
    if not page.source.text or _all_found(page, known):
        return False
    return likeness(sketch(page.source.text), known.sketch) < _ALIKE


def _all_found(page: PageReview, known: KnownPage) -> bool:
    """Whether all that is known of a page was found, so that it need not be looked at again."""
    return _found(page, known) == known.size


def _found(page: PageReview, known: KnownPage) -> int:
    """How much of what is known of a page was found on this one."""
    prints = {*page.fingerprints}
    return sum(fingerprint in prints for of_rule in known.rules.values() for fingerprint in of_rule)


def _moved(strangers: Mapping[int, PageReview], lost: Iterable[str], baseline: Baseline) -> dict[int, str]:
    """Where pages that are not known were before, by their numbers: the most alike first, each once.

    Of those that are equally alike, as pages from one template are, the one comes first that has more of its findings.
    """
    by_line: defaultdict[str, list[str]] = defaultdict(list)
    for place in lost:
        for line in baseline.pages[place].sketch:
            by_line[line].append(place)
    pairs = []
    for number, page in strangers.items():
        lines = sketch(page.source.text)
        for place in {place for line in lines for place in by_line.get(line, ())}:
            alike = likeness(lines, baseline.pages[place].sketch)
            if alike >= _ALIKE:
                pairs.append((-alike, -_found(page, baseline.pages[place]), number, place))
    found: dict[int, str] = {}
    taken: set[str] = set()
    for _, _, number, place in sorted(pairs):
        if number not in found and place not in taken:
            found[number] = place
            taken.add(place)
    return found


def _matched(page: PageReview, known: Findings) -> tuple[dict[int, tuple[str, str, str]], list[tuple[str, str, str]]]:
    """The findings that are known, and what is known besides: by fingerprint, then, since a heading above may have been
    reworded, by rule and text."""
    left = {(rule, fingerprint): text for rule, prints in known.items() for fingerprint, text in prints.items()}
    matched: dict[int, tuple[str, str, str]] = {}
    if not left:
        return matched, []
    for number, (finding, fingerprint) in enumerate(zip(page.findings, page.fingerprints, strict=True)):
        text = left.pop((finding.rule, fingerprint), None)
        if text is not None:
            matched[number] = (finding.rule, fingerprint, text)
    alike: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for (rule, fingerprint), text in left.items():
        alike[rule, text].append(fingerprint)
    for number in range(len(page.findings)):
        rule, _, text = _entry(page, number) if alike and number not in matched else ("", "", "")
        if alike.get((rule, text)):
            fingerprint = alike[rule, text].pop(0)
            matched[number] = (rule, fingerprint, left.pop((rule, fingerprint)))
    return matched, [(rule, fingerprint, text) for (rule, fingerprint), text in left.items()]


def _less(page: PageReview, matched: Mapping[int, object]) -> PageReview:
    kept = [number for number in range(len(page.findings)) if number not in matched]
    if len(kept) == len(page.findings):
        return page
    return replace(
        page,
        findings=tuple(page.findings[number] for number in kept),
        fingerprints=tuple(page.fingerprints[number] for number in kept),
    )


def _entry(page: PageReview, number: int) -> tuple[str, str, str]:
    """A finding as it is written down."""
    finding = page.findings[number]
    text = page.source.excerpt(finding.span, _LONGEST)
    shown = "".join(one if one.isprintable() else "\ufffd" for one in text)
    return finding.rule, page.fingerprints[number], shown


def _gathered(entries: Iterable[tuple[str, str, str]]) -> dict[str, dict[str, str]]:
    rules: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for rule, fingerprint, text in entries:
        rules[rule][fingerprint] = text
    return dict(rules)


def _written(page: KnownPage) -> dict[str, Any]:
    rules = {rule: _in_order(page.rules[rule]) for rule in sorted(page.rules)}
    return {"sketch": " ".join(page.sketch), "rules": rules}


def _in_order(prints: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(prints.items(), key=lambda item: (item[1], item[0])))


def _sketch_kept(one: _Compared, baseline: Baseline) -> tuple[str, ...]:
    """The sketch of a page; the one that it has as long as it serves, so that a diff shows findings alone."""
    text, known = one.page.source.text, baseline.pages.get(one.known_as)
    serves = known and (not text or likeness(sketch(text), known.sketch) >= (1 + _ALIKE) / 2)
    return known.sketch if known and serves else sketch(text)


def _shown(file: Path) -> str:
    relative = os.path.relpath(file)
    return str(file) if relative.startswith("..") else relative


class _Twice(dict[str, Any]):
    """Keys and values of which one key stood there twice."""

    key = ""


class _Reader(NamedTuple):
    """Reads a baseline strictly: it may have been merged by hand."""

    file: str
    text: str

    def pages(self) -> dict[str, KnownPage]:
        """What it knows, by page."""
        data = self._mapping(self._data(), (), "the baseline", ("version", "pages"))
        version = data.get("version")
        if type(version) is not int or version != VERSION:
            raise self._wrong(("version",), f"version must be {VERSION}, found {_brief(version)}")
        pages = self._mapping(data.get("pages"), ("pages",), "pages")
        return {place: self._page(place, page) for place, page in pages.items()}

    def _page(self, place: str, value: Any) -> KnownPage:
        at, what = ("pages", place), f"pages: {_brief(place)}"
        page = self._mapping(value, at, what, ("sketch", "rules"))
        known = page.get("sketch", "")
        if not isinstance(known, str):
            raise self._wrong((*at, "sketch"), f"{what}: sketch must be a text, found {_brief(known)}")
        rules = {}
        for rule, prints in self._mapping(page.get("rules"), (*at, "rules"), f"{what}: rules").items():
            below, named = (*at, "rules", rule), f"{what}: rules: {_brief(rule)}"
            rules[rule] = self._mapping(prints, below, named)
            for fingerprint, text in rules[rule].items():
                if not isinstance(text, str):
                    message = f"{named}: {_brief(fingerprint)} must be a text, found {_brief(text)}"
                    raise self._wrong((*below, fingerprint), message)
        return KnownPage(tuple(known.split()), rules)

    def _data(self) -> Any:
        conflict = _CONFLICT.search(self.text)
        if conflict:
            raise self._error(conflict.start(), f"a merge conflict is not resolved: {conflict[0]}")
        try:
            return json.loads(self.text, object_pairs_hook=_once, parse_int=_number)
        except json.JSONDecodeError as error:
            raise self._error(error.pos, f"not JSON: {error.msg}") from None
        except RecursionError:
            raise ConfigError(f"{self.file}: nested too deep") from None

    def _mapping(self, value: Any, at: Sequence[str], what: str, known: Sequence[str] = ()) -> dict[str, Any]:
        """The keys and values that stand at a place, each key once, and only *known* ones where there are any."""
        if not isinstance(value, dict):
            raise self._wrong(at, f"{what} must be keys and values, found {_brief(value)}")
        if isinstance(value, _Twice):
            raise self._wrong((*at, value.key, value.key), f"{_brief(value.key)} stands here twice")
        for key in value:
            if known and key not in known:
                raise self._wrong((*at, key), f"{what}: no key {_brief(key)}; there are {', '.join(known)}")
        return value

    def _wrong(self, keys: Sequence[str], message: str) -> ConfigError:
        """An error at the line on which the last of these keys stands, each of which stands below the one before."""
        at = 0
        for key in keys:
            quoted = {json.dumps(key, ensure_ascii=False), json.dumps(key)}
            found = re.compile(rf"(?:{'|'.join(map(re.escape, quoted))})\s*:").search(self.text, at)
            if found is None:
                break
            at = found.end()
        return self._error(max(at - 1, 0), message)

    def _error(self, at: int, message: str) -> ConfigError:
        return ConfigError(f"{self.file}:{self.text.count(chr(10), 0, at) + 1}: {message}")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Keys and values; which key stands there twice is told by who knows where that is."""
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    twice = _Twice(made)
    twice.key = next(key for key, number in Counter(key for key, _ in pairs).items() if number > 1)
    return twice


def _number(digits: str) -> int | float:
    """A number, however long."""
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)


def _brief(value: Any) -> str:
    """A value for a message; of a long one its beginning."""
    shown = repr(value)
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
