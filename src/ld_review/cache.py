"""What is known of pages from earlier runs: slow at worst, never wrong, and deleted at any time without harm."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from ld_review.handbook.facts import Entry

_FILE = "handbook.sqlite3"
_TABLE = "CREATE TABLE IF NOT EXISTS entries (key BLOB PRIMARY KEY, entry TEXT NOT NULL) WITHOUT ROWID"
_AT_ONCE = 500
_MOST_ENTRIES = 200_000
_SECONDS_TO_WAIT = 2.0


class EntryCache:
    """The entries of pages by what they were made from; without a folder it keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._file = folder / _FILE if folder else None

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Entry]:
        """The entries that are known, by key. Their paths are empty: two pages may be equal."""
        found: dict[bytes, Entry] = {}
        with suppress(sqlite3.Error), self._open() as database:
            for start in range(0, len(keys) if database else 0, _AT_ONCE):
                some = keys[start : start + _AT_ONCE]
                marks = ",".join("?" * len(some))
                rows = (
                    database.execute(f"SELECT key, entry FROM entries WHERE key IN ({marks})", some) if database else ()
                )
                found |= {key: entry for key, text in rows if (entry := _read(text)) is not None}
        return found

    def put(self, entries: Mapping[bytes, Entry]) -> None:
        """Keep entries. A cache that cannot be written is no reason to stop."""
        if not entries:
            return
        with suppress(sqlite3.Error), self._open() as database:
            if database is None:
                return
            with database:
                [(number,)] = database.execute("SELECT count(*) FROM entries")
                if number > _MOST_ENTRIES:
                    database.execute("DELETE FROM entries")
                rows = ((key, _written(entry)) for key, entry in entries.items())
                database.executemany("INSERT OR REPLACE INTO entries VALUES (?, ?)", rows)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection | None]:
        """The database, made anew where it is broken."""
        if self._file is None:
            yield None
            return
        try:
            database = _connected(self._file)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            self._file.unlink(missing_ok=True)
            database = _connected(self._file)
        with closing(database):
            yield database


def _connected(file: Path) -> sqlite3.Connection:
    database = sqlite3.connect(file, timeout=_SECONDS_TO_WAIT)
    database.execute("PRAGMA synchronous = OFF")
    database.execute(_TABLE)
    return database


def key_of(data: bytes, place: str, settings: bytes) -> bytes:
    """The key of a page with these bytes at this place in the handbook, read by these settings."""
    digest = hashlib.blake2b(data, digest_size=16, key=settings[:64])
    digest.update(b"\0")
    digest.update(place.encode("utf-8", "surrogateescape"))
    return digest.digest()


def settings_key(parts: Iterable[str]) -> bytes:
    """What stands for all that a page is read by: *parts*, and the program itself."""
    digest = hashlib.blake2b(digest_size=32)
    for part in (version("ld-review"), _program(), *parts):
        digest.update(part.encode("utf-8", "surrogateescape"))
        digest.update(b"\0")
    return digest.digest()


@cache
def _program() -> str:
    """What changes when a file of the program does, without reading them all."""
    folder = Path(str(files("ld_review")))
    stats = ((file.name, file.stat()) for file in sorted(folder.rglob("*.py")))
    return ";".join(f"{name}:{stat.st_size}:{stat.st_mtime_ns}" for name, stat in stats)


def _written(entry: Entry) -> str:
    return json.dumps([{**entry.named}, *entry[2:]], ensure_ascii=True, separators=(",", ":"))


def _read(text: str) -> Entry | None:
    try:
        named, aliases, anchors, generated, learning, declared, targets = json.loads(text)
        return Entry("", named, tuple(aliases), tuple(anchors), generated, learning, declared, tuple(targets))
    except (ValueError, TypeError):
        return None
