"""Answers of earlier runs. They only save time: whatever is wrong with the file, the run goes on without it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any, TypeVar

from ld_review.external.answer import Answer, State
from ld_review.external.settings import External

_NAME = "external-1.sqlite3"
"""The number goes up when the table changes."""
_PATIENCE = 5.0
"""How long another process may hold the file, in seconds."""
_TABLE = """CREATE TABLE IF NOT EXISTS answers (
    page TEXT PRIMARY KEY, learned REAL NOT NULL, state TEXT NOT NULL,
    reason TEXT NOT NULL, status INTEGER, address TEXT NOT NULL
) WITHOUT ROWID"""
_READ = "SELECT learned, state, reason, status, address FROM answers WHERE page = ?"
_WRITE = "INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?, ?, ?)"
_FORGET = "DELETE FROM answers WHERE learned NOT BETWEEN ? AND ?"
_BROKEN = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR, sqlite3.SQLITE_SCHEMA)
_GOOD = (State.ALIVE, State.MOVED)
_T = TypeVar("_T")


class Memory:
    """What is kept in the cache folder, if there is one."""

    def __init__(self, settings: External, clock: Callable[[], float]) -> None:
        self._settings = settings
        self._clock = clock

    def recall(self, pages: Iterable[str]) -> dict[str, Answer]:
        """The answers about *pages* that are still fresh."""

        def read(database: sqlite3.Connection) -> dict[str, Answer]:
            rows = ((page, database.execute(_READ, (page,)).fetchone()) for page in pages)
            return {page: answer for page, row in rows if row and (answer := self._fresh(row))}

        return self._with_database(read) or {}

    def keep(self, answers: Mapping[str, Answer]) -> None:
        """Keep those answers that another run may use, and forget the old ones."""
        kept = [(page, answer) for page, answer in answers.items() if _is_worth_keeping(answer)]

        def write(database: sqlite3.Connection) -> None:
            database.execute("BEGIN IMMEDIATE")
            # Now, and not before: what others wrote while this process waited is not from the future.
            now = self._clock()
            database.execute(_FORGET, (now - max(self._settings.keep, self._settings.keep_bad), now))
            database.executemany(_WRITE, [(page, now, *answer[:4]) for page, answer in kept])
            database.execute("COMMIT")

        if kept:
            self._with_database(write)

    def _fresh(self, row: tuple[Any, ...]) -> Answer | None:
        """The answer that a row holds, whoever wrote it."""
        learned, state, reason, status, address = row
        try:
            answer = Answer(State(state), str(reason), None if status is None else int(status), str(address))
            age = self._clock() - float(learned)
        except (TypeError, ValueError, OverflowError):
            return None
        kept = self._settings.keep if answer.state in _GOOD else self._settings.keep_bad
        return answer if 0 <= age < kept else None

    def _with_database(self, work: Callable[[sqlite3.Connection], _T]) -> _T | None:
        """The result of *work*, None where the file cannot be used; one that is broken is replaced."""
        folder = self._settings.cache
        if folder is None:
            return None
        for _ in range(2):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                with closing(sqlite3.connect(folder / _NAME, timeout=_PATIENCE, isolation_level=None)) as database:
                    database.execute(_TABLE)
                    return work(database)
            except (sqlite3.Error, UnicodeError) as error:  # what is said of a broken file may be broken too
                if not _is_broken(error):
                    return None
                _remove(folder / _NAME)
            except OSError:
                return None
        return None


def _is_broken(error: Exception) -> bool:
    """Whether the file itself is at fault, and not that it is busy, or the disk full."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF in _BROKEN


def _remove(file: Path) -> None:
    for name in (file.name, f"{file.name}-journal"):
        with suppress(OSError):
            file.with_name(name).unlink()


def _is_worth_keeping(answer: Answer) -> bool:
    """Whether the answer is about the page, and not about this machine and this moment."""
    return answer.asked and (answer.status is not None or answer.state is State.DEAD)
