"""What is known of pages from earlier runs: slow at worst, never wrong, and deleted at any time without harm."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

from ld_review.handbook.facts import Entry
from ld_review.rulebook import rules_folder

_FILE = "handbook-2.sqlite3"
"""The number is that of the form of what it holds."""
_TABLE = "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID"
_AT_ONCE = 500
_MOST_ENTRIES = 200_000
_SECONDS_TO_WAIT = 2.0
_SUM_BYTES = 4
_ERRORS = (sqlite3.Error, UnicodeError)
"""What goes wrong with a database; what it says of it may be broken too."""


class Store:
    """Texts by key in a file; without a file it keeps nothing.

    Several processes may use it at once. It is asked and filled in bulk. Each text has a checksum, since nobody waits
    for the disk: after a crash of the machine any part of the file may be wrong.
    """

    def __init__(self, file: Path | None, most: int) -> None:
        self._file = file
        self._most = most
        """Where it holds more texts than these it begins anew."""

    def get(self, keys: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """The keys that are known, each with what was kept under it."""
        found: list[tuple[Any, Any]] = []
        with self._open() as database:
            for start in range(0, len(keys) if database else 0, _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                query = f"SELECT key, entry FROM entries WHERE key IN ({marks})"
                found += database.execute(query, some) if database else ()
        return ((key, text) for key, kept in found if (text := _as_put(key, kept)) is not None)

    def put(self, texts: Mapping[bytes, bytes]) -> None:
        """Keep texts. A store that cannot be written is no reason to stop."""
        if not texts:
            return
        with self._open() as database:
            if database is None:
                return
            with database:
                [(number,)] = database.execute("SELECT count(*) FROM entries")
                if number > self._most:
                    database.execute("DELETE FROM entries")
                kept = ((key, _checksum(key, text) + text) for key, text in texts.items())
                database.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?)", kept)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection | None]:
        """The database. What goes wrong with it ends the work with it and is kept from the caller; a broken file is
        taken away, so that the next one to open it finds a new one."""
        if self._file is None:
            yield None
            return
        database = self._connected(self._file) or self._connected(self._file)
        if database is None:
            yield None
            return
        try:
            with closing(database):
                yield database
        except _ERRORS as error:
            self._take_away(self._file, error)

    def _connected(self, file: Path) -> sqlite3.Connection | None:
        try:
            return _connected(file)
        except _ERRORS as error:
            self._take_away(file, error)
            return None

    @staticmethod
    def _take_away(file: Path, error: Exception) -> None:
        """Take away a broken file; one that is locked, full or not to be written is not broken, one that does not know
        our table is."""
        operational = isinstance(error, sqlite3.OperationalError)
        if not operational or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR:
            with suppress(OSError):
                file.unlink(missing_ok=True)


class EntryCache:
    """The entries of pages by what they were made from; without a folder it keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._store = Store(folder / _FILE if folder else None, _MOST_ENTRIES)

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Entry]:
        """The entries that are known, by key. Their paths are empty: two pages may be equal."""
        return {key: entry for key, text in self._store.get(keys) if (entry := read_entry(text)) is not None}

    def put(self, entries: Mapping[bytes, Entry]) -> None:
        """Keep entries."""
        self._store.put({key: written_entry(entry).encode("ascii") for key, entry in entries.items()})


def _checksum(key: bytes, text: bytes) -> bytes:
    return zlib.crc32(text, zlib.crc32(key)).to_bytes(_SUM_BYTES, "big")


def _as_put(key: bytes, kept: Any) -> bytes | None:
    """The text as it was put under a key; None where it is another."""
    if not isinstance(kept, bytes):
        return None
    text = kept[_SUM_BYTES:]
    return text if kept[:_SUM_BYTES] == _checksum(key, text) else None


def _connected(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=_SECONDS_TO_WAIT)
    try:
        database.text_factory = bytes  # which a broken file may have in the place of ours
        database.execute("PRAGMA synchronous = OFF")
        database.execute(_TABLE)
    except BaseException:
        database.close()
        raise
    return database


def key_of(data: bytes, place: str, settings: bytes) -> bytes:
    """The key of a page with these bytes at this place in the handbook, read by these settings."""
    digest = hashlib.blake2b(data, digest_size=16, key=settings[:64])
    digest.update(b"\0")
    digest.update(place.encode("utf-8", "surrogateescape"))
    return digest.digest()


def settings_key(parts: Iterable[str]) -> bytes:
    """What stands for all that a page is read by: *parts*, the program, and Python with its table of characters."""
    digest = hashlib.blake2b(digest_size=32)
    for part in (version("ld-review"), sys.version, _program(), *parts):
        digest.update(part.encode("utf-8", "surrogateescape"))
        digest.update(b"\0")
    return digest.digest()


@cache
def _program() -> str:
    """What changes when a file of the program does, or one by which learning content is known, without reading them
    all."""
    rules = Path(str(rules_folder()))
    known_by = (rules / "verbs.yaml", *sorted(rules.glob("elements/*.yaml")), *sorted(rules.glob("profiles/*.yaml")))
    program = sorted(Path(str(files("ld_review"))).rglob("*.py"))
    stats = ((file.name, file.stat()) for file in (*program, *known_by))
    return ";".join(f"{name}:{stat.st_size}:{stat.st_mtime_ns}" for name, stat in stats)


def written_entry(entry: Entry) -> str:
    """An entry as JSON, without its path."""
    return json.dumps([{**entry.named}, *entry[2:]], ensure_ascii=True, separators=(",", ":"))


def read_entry(text: str | bytes) -> Entry | None:
    """An entry as it was written; None where it is anything else."""
    try:
        named, aliases, anchors, generated, learning, declared, targets = json.loads(text)
        truths = (generated, learning, declared)
        words = chain(named.values(), aliases, anchors, targets)
        if not all(isinstance(one, bool) for one in truths) or not all(isinstance(one, str) for one in words):
            return None
        if not all(isinstance(one, list) for one in (aliases, anchors, targets)):
            return None
        return Entry("", named, tuple(aliases), tuple(anchors), generated, learning, declared, tuple(targets))
    except (ValueError, TypeError, AttributeError, RecursionError):
        return None
