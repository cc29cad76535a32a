"""Texts by key in a file, from run to run: slow at worst, never wrong, and deleted at any time without harm."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ld_review.own_files import State, by_time, own_state

_TABLE = "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID"
_AT_ONCE = 500
_SECONDS_TO_WAIT = 2.0


class Store:
    """Texts by key in a file; without a file it keeps nothing.

    Several processes may use it at once. It is asked and filled in bulk.
    """

    def __init__(self, file: Path | None, most: int) -> None:
        self._file = file
        self._most = most
        """Where it holds more texts than these it begins anew."""

    def get(self, keys: Sequence[bytes]) -> Iterator[tuple[bytes, Any]]:
        """The keys that are known, each with what was kept under it."""
        found: list[tuple[bytes, Any]] = []
        with self._open() as database:
            for start in range(0, len(keys) if database else 0, _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                query = f"SELECT key, entry FROM entries WHERE key IN ({marks})"
                found += database.execute(query, some) if database else ()
        return iter(found)

    def put(self, texts: Mapping[bytes, str | bytes]) -> None:
        """Keep texts or bytes. A store that cannot be written is no reason to stop."""
        if not texts:
            return
        with self._open() as database:
            if database is None:
                return
            with database:
                [(number,)] = database.execute("SELECT count(*) FROM entries")
                if number > self._most:
                    database.execute("DELETE FROM entries")
                database.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?)", texts.items())

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
        except sqlite3.Error as error:
            self._take_away(self._file, error)

    def _connected(self, file: Path) -> sqlite3.Connection | None:
        try:
            return _connected(file)
        except sqlite3.Error as error:
            self._take_away(file, error)
            return None

    @staticmethod
    def _take_away(file: Path, error: sqlite3.Error) -> None:
        """Take away a broken file; one that is locked, full or not to be written is not broken."""
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            with suppress(OSError):
                file.unlink(missing_ok=True)


def _connected(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=_SECONDS_TO_WAIT)
    try:
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
    """What stands for all that a page is read by: *parts*, and the program itself, its files known by their *state*."""
    digest = hashlib.blake2b(digest_size=32)
    for part in (version("ld-review"), own_state(state), *parts):
        digest.update(part.encode("utf-8", "surrogateescape"))
        digest.update(b"\0")
    return digest.digest()
