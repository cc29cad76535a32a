"""Parts: what the pages of one shard tell, each by itself, in a file that another machine takes up.

A part is lines of JSON: a header, then a draft of a page on each line, beside the key that the page is known by. It is
read as what strangers wrote: where it does not hold what a draft holds it is not known, and its page is looked at anew.
"""

from __future__ import annotations

import json
import platform
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ld_review.draft_cache import (
    NO_MARKS,
    DraftCache,
    HasDraft,
    Kept,
    Marks,
    can_be_kept,
    marks_of,
    packages,
    plain_draft,
    read_draft,
    rules_key,
)
from ld_review.engine import Draft, Settings
from ld_review.errors import UsageError
from ld_review.files import report_file
from ld_review.own_files import by_content, own_state
from ld_review.plain_forms import BROKEN, as_json
from ld_review.rule import Rule
from ld_review.sharding import MOST, Shard
from ld_review.sound import is_sound, is_value
from ld_review.source import Source

FORM = 1
"""Of what is in a part; another one is not read."""
ENDING = ".jsonl"
_MARK = "ld-review part"
_LONGEST_LINE = 100_000_000
_KEY = slice(2, 34)
"""Where the key of a draft stands on its line: ``["0123456789abcdef0123456789abcdef",[...]]``."""
_OFFSET_BITS = 44


class Header(NamedTuple):
    """The first line of a part."""

    form: int
    shard: Shard
    pages: int
    """How many pages are in the shard."""
    without: tuple[str, ...]
    """Where those of them lie that have no draft here, since something broke on them."""
    rules: tuple[str, ...]
    """What the rules are known by that looked at the pages."""
    made_with: Mapping[str, str]
    """The version of all that has a say in what is found."""


class Drafted(NamedTuple):
    """A page of a shard."""

    place: str
    """Where it lies in the handbook."""
    key: bytes
    """What it is known by; empty where that cannot be told."""
    rules: bytes
    """What the rules are known by that looked at it."""
    draft: Draft

    @property
    def is_whole(self) -> bool:
        """Whether another machine can take it up."""
        return bool(self.key) and can_be_kept(self.draft)


class Taken(NamedTuple):
    """What a run took of parts."""

    pages: int
    """How many pages there were to review."""
    anew: tuple[str, ...]
    """Where those of them lie that no part knew as they are here."""
    rules: frozenset[str]
    """What the rules of the run are known by."""


class _NoPartError(Exception):
    """A file is no part that can be taken up; the message says why."""


def part_name(shard: Shard) -> str:
    """The name of the file for the part of a shard."""
    return f"part-{shard.number}-of-{shard.of}{ENDING}"


def write_part(file: Path, shard: Shard, pages: Sequence[Drafted]) -> None:
    """Write a part, which appears once it is whole.

    Raises OSError where it cannot be written.
    """
    without = tuple(page.place for page in pages if not page.is_whole)
    rules = tuple(sorted({page.rules.hex() for page in pages}))
    header = Header(FORM, shard, len(pages), without, rules, made_with())
    with report_file(file) as target:
        target.write(json.dumps({_MARK: header._asdict()}).encode("ascii") + b"\n")
        for page in pages:
            if page.is_whole:
                target.write(f'["{page.key.hex()}",{as_json(plain_draft(page.draft))}]\n'.encode("ascii"))


def made_with() -> dict[str, str]:
    """The versions that have a say in what is found; that of the program itself also by what its files hold."""
    python = ".".join(platform.python_version_tuple()[:2])
    files = blake2b(own_state(by_content).encode("utf-8"), digest_size=8).hexdigest()
    return {"ld-review": version("ld-review"), "Python": python, **packages(), "files of ld-review": files}


class Parts:
    """The parts of a review: asked for drafts by their keys, of which only the places are kept in memory."""

    def __init__(self, folder: Path) -> None:
        """Raises UsageError where no file in *folder* can be a part."""
        files = sorted(file for file in folder.rglob(f"*{ENDING}") if file.is_file())
        if not files:
            raise UsageError(f"{folder}: no parts here; `ld-review check --shard 1/4 PATH...` writes the first of four")
        self.headers: dict[Path, Header] = {}
        """Of those that can be taken up."""
        self.troubles: list[str] = []
        """What is wrong with the others, in words."""
        self.taken = Taken(0, (), frozenset())
        self._files: list[Path] = []
        self._places: dict[bytes, int] = {}
        """In which file a draft stands, and where in it, as one number: there may be millions."""
        for file in files:
            self._take_up(file)

    @property
    def missing(self) -> tuple[Shard, ...]:
        """The shards of which there is no part; where pages were split in several ways, of the one that lacks least."""
        splits: defaultdict[int, set[int]] = defaultdict(set)
        for header in self.headers.values():
            splits[header.shard.of].add(header.shard.number)
        of, there = min(splits.items(), key=lambda split: split[0] - len(split[1]), default=(0, set()))
        return tuple(Shard(number, of) for number in range(1, of + 1) if number not in there)

    @property
    def without(self) -> frozenset[str]:
        """Where the pages lie on which something broke, so that they are looked at anew."""
        return frozenset(place for header in self.headers.values() for place in header.without)

    def get(self, keys: Iterable[bytes]) -> dict[bytes, Draft]:
        """The drafts that are known, by key, with a source that is empty."""
        wanted: defaultdict[int, list[tuple[int, bytes]]] = defaultdict(list)
        for place, key in sorted((self._places[key], key) for key in keys if key in self._places):
            number, offset = divmod(place, 1 << _OFFSET_BITS)
            wanted[number].append((offset, key))
        found: dict[bytes, Draft] = {}
        for number, places in wanted.items():
            found |= self._read(self._files[number], places)
        return found

    def _read(self, file: Path, places: Iterable[tuple[int, bytes]]) -> dict[bytes, Draft]:
        try:
            with file.open("rb") as lines:
                drafts = {key: _draft_at(lines, offset) for offset, key in places}
        except OSError as error:
            self.troubles.append(f"{file}: {error.strerror or error}")
            return {}
        return {key: draft for key, draft in drafts.items() if draft is not None}

    def _take_up(self, file: Path) -> None:
        """Take a part up, or say why not."""
        try:
            with file.open("rb") as lines:
                header = _header(lines.readline(_LONGEST_LINE))
                held = self._index(lines, len(self._files))
        except OSError as error:
            self.troubles.append(f"{file}: {error.strerror or error}")
            return
        except _NoPartError as error:
            self.troubles.append(f"{file}: {error}")
            return
        self._files.append(file)
        self.headers[file] = header
        if held < header.pages - len(header.without):
            told = header.pages - len(header.without)
            self.troubles.append(f"{file}: cut short: {held:,} of {told:,} pages are in it")

    def _index(self, lines: BinaryIO, number: int) -> int:
        """Note where the drafts of a part stand; how many there are."""
        held, offset = 0, lines.tell()
        while line := lines.readline(_LONGEST_LINE):
            key = _key(line)
            if key:
                self._places.setdefault(key, (number << _OFFSET_BITS) + offset)
                held += 1
            offset += len(line)
        return held


class PartDraft(NamedTuple):
    """A draft that stands in a part."""

    told: Draft

    @property
    def marks(self) -> Marks:
        """What stands for that in the page of which other pages take notice."""
        return marks_of(self.told.facts) if self.told.facts else NO_MARKS

    @property
    def today(self) -> date | None:
        """The day that was taken for today; None where none of the rules asked for it."""
        return self.told.today

    def draft(self, source: Source, place: str) -> Draft:
        """The draft of the page *source*, which lies at *place* in the handbook."""
        facts = self.told.facts
        placed = facts._replace(entry=facts.entry._replace(path=place)) if facts else None
        return self.told._replace(source=source, facts=placed)


class SharedCache(DraftCache):
    """Drafts by keys that are the same on every machine: those of parts, then those of earlier runs here."""

    def __init__(self, folder: Path | None, parts: Parts | None = None) -> None:
        super().__init__(folder)
        self._parts = parts
        self.keeps = self.keeps or parts is not None

    def key(self, rules: Iterable[Rule], settings: Settings) -> bytes:
        """What stands for rules and settings on every machine; empty where that cannot be told."""
        return rules_key(rules, settings, by_content)

    def get(self, keys: Sequence[bytes]) -> Mapping[bytes, Kept]:
        """The drafts that are known, by key."""
        found = self._parts.get(keys) if self._parts is not None else {}
        drafts: dict[bytes, Kept] = {key: PartDraft(draft) for key, draft in found.items()}
        return drafts | {**super().get([key for key in keys if key not in found])}

    def believes(self, page: HasDraft, rules: Sequence[Rule], settings: Settings) -> bool:
        """Whether the draft of a page can have been made by these rules."""
        return self._parts is None or is_sound(page.draft, rules, settings)


def _header(line: bytes) -> Header:
    """The header of a part that can be taken up here.

    Raises _NoPartError where there is none.
    """
    try:
        read = json.loads(line.decode("utf-8"))[_MARK]
        if read["form"] != FORM:
            raise _NoPartError(f"written in form {json.dumps(read['form'])[:20]}, and this ld-review reads form {FORM}")
        header = Header(**read)
        header = header._replace(shard=Shard(*header.shard), without=tuple(header.without), rules=tuple(header.rules))
    except BROKEN:
        raise _NoPartError("not a part that `ld-review check --shard` wrote") from None
    if not is_value(header, Header) or not 1 <= header.shard.number <= header.shard.of <= MOST:
        raise _NoPartError("not a part that `ld-review check --shard` wrote")
    _refuse_other_makers(header.made_with)
    return header


def _refuse_other_makers(there: Mapping[str, str]) -> None:
    """Raises _NoPartError where a part was made with other versions: what it says may not be what is found here."""
    here = made_with()
    for name in (*here, *sorted(there.keys() - here.keys())):
        if there.get(name) != here.get(name):
            said = there.get(name, "")[:20] or "none"
            raise _NoPartError(f"made with {name} {said}, and here it is {here.get(name) or 'none'}")


def _key(line: bytes) -> bytes:
    """The key on a whole line; empty where there is none."""
    if not (line.startswith(b'["') and line[_KEY.stop :].startswith(b'",') and line.endswith(b"]\n")):
        return b""
    try:
        return bytes.fromhex(line[_KEY].decode("ascii"))
    except ValueError:
        return b""


def _draft_at(lines: BinaryIO, offset: int) -> Draft | None:
    """The draft on the line that begins there; None where it cannot be read."""
    lines.seek(offset)
    try:
        _, parts = json.loads(lines.readline(_LONGEST_LINE))
        return read_draft(parts)
    except BROKEN:
        return None
