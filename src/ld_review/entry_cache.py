"""The entries of pages that are known from earlier runs, so that the handbook around a page is not read anew."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import chain
from pathlib import Path

from ld_review.handbook.facts import Entry
from ld_review.store import Store

_FILE = "handbook-2.sqlite3"
"""The number is that of the form of what it holds."""
_MOST_ENTRIES = 200_000


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
