"""Texts by key in a file, from run to run: slow at worst, never wrong, and deleted at any time without harm."""

from __future__ import annotations

import hashlib
import sqlite3
import sys
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any
from unicodedata import unidata_version

from ld_review.own_files import State, by_time, own_state

_TABLE = "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID"
_AT_ONCE = 500
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
        """Where earlier runs left more texts than these, and more than twice as many as this one asks for, it begins
        anew."""
        self._asked = 0
        self._put = 0

    def get(self, keys: Sequence[bytes]) -> Iterator[tuple[bytes, bytes]]:
        """The keys that are known, each with what was kept under it."""
        found: list[tuple[Any, Any]] = []
        self._asked += len(keys)
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
                if number - self._put > max(self._most, 2 * self._asked):
                    database.execute("DELETE FROM entries")
                    self._put = 0
                kept = ((key, _checksum(key, text) + text) for key, text in texts.items())
                database.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?)", kept)
            self._put += len(texts)

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


def settings_key(parts: Iterable[str], state: State = by_time) -> bytes:
    """What stands for all that a page is read by: *parts*, the program, its files known by their *state*, and Python
    with its table of characters."""
    python = sys.version if state is by_time else f"{sys.version_info[:2]} {unidata_version}"
    digest = hashlib.blake2b(digest_size=32)
    for part in (version("ld-review"), python, own_state(state), *parts):
        digest.update(part.encode("utf-8", "surrogateescape"))
        digest.update(b"\0")
    return digest.digest()
