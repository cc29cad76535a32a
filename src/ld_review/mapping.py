"""A function over many things, one after the other or side by side, with the same result in the same order."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache, partial
from typing import Any, Protocol, TypeVar

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")
_Shared = TypeVar("_Shared")

_CHUNKS = 64
_CHUNK_ITEMS = 32


class Mapper(Protocol):
    """What runs a function over many things: any ``concurrent.futures.Executor``."""

    def map(self, fn: Callable[..., Any], /, *iterables: Iterable[Any]) -> Iterator[Any]:
        """Yield ``fn(item)`` for each item, in order."""
        ...


def mapped(
    function: Callable[[_Shared, _Item], _Result], shared: _Shared, items: Sequence[_Item], executor: Mapper | None
) -> Iterator[list[_Result]]:
    """``function(shared, item)`` for each item, in order, chunk by chunk.

    What the items share is packed once and unpacked once in each process.
    """
    size = max(1, min(_CHUNK_ITEMS, len(items) // _CHUNKS))
    chunks = [items[start : start + size] for start in range(0, len(items), size)]
    if executor is None:
        return ([function(shared, item) for item in chunk] for chunk in chunks)
    return executor.map(partial(_unpack_and_work, pickle.dumps((function, shared))), chunks)


def _unpack_and_work(packed: bytes, items: Sequence[Any]) -> list[Any]:
    function, shared = _unpacked(packed)
    return [function(shared, item) for item in items]


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> tuple[Callable[..., Any], Any]:
    work: tuple[Callable[..., Any], Any] = pickle.loads(packed)
    return work
