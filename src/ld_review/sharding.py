"""Which pages are whose, where several machines share a review: each page is in exactly one shard."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from ld_review.errors import UsageError
from ld_review.files import MAX_BYTES
from ld_review.late import late

MOST = 10_000
"""So many shards there may be."""
_FORM = late(r"([0-9]{1,5})/([0-9]{1,5})")


class Shard(NamedTuple):
    """One of so many shares of the pages."""

    number: int
    """From 1."""
    of: int

    @classmethod
    def named(cls, text: str) -> Shard:
        """The shard that is written ``2/5``.

        Raises UsageError where there is none like it.
        """
        form = _FORM.fullmatch(text.strip())
        if form is None:
            raise UsageError(f"shard {text!r}: expected I/N, such as 2/5 for the second of five")
        number, of = map(int, form.groups())
        if of > MOST:
            raise UsageError(f"shard {text!r}: there may be {MOST:,} shards at most")
        if not 1 <= number <= of:
            raise UsageError(f"shard {text!r}: the first is 1/{of or 1}, the last {of or 1}/{of or 1}")
        return cls(number, of)

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"


def pages_of(pages: Sequence[Path], shard: Shard) -> tuple[Path, ...]:
    """The pages of a shard, in their order; the same on every machine that has the same pages."""
    names = [page.as_posix() for page in pages]
    owners = shares(list(zip(names, map(_size, pages), strict=True)), shard.of)
    return tuple(page for page, owner in zip(pages, owners, strict=True) if owner == shard.number)


def shares(pages: Sequence[tuple[str, int]], number: int) -> list[int]:
    """The number of the shard, from 1, of each page, a name with a size: the largest first, each to the shard that has
    least so far."""
    owners = [0] * len(pages)
    loads = [(0, shard) for shard in range(1, number + 1)]
    for index in sorted(range(len(pages)), key=lambda index: (-pages[index][1], pages[index][0])):
        load, owners[index] = loads[0]
        heapq.heapreplace(loads, (load + pages[index][1], owners[index]))
    return owners


def _size(page: Path) -> int:
    """How many bytes of a page are read."""
    try:
        return min(page.stat().st_size, MAX_BYTES)
    except OSError:
        return 0
