"""The processes that work on many pages, and how often they look for garbage."""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ld_review.mapping import Mapper

FEW_PAGES = 16
"""Below so many pages a second process costs more than it saves."""
_COLLECTED_AFTER = 50_000
"""A page is made of thousands of values without cycles, for which Python would look for cycles a hundred times."""


@contextmanager
def mapper_for(pages: int, jobs: int | None) -> Iterator[Mapper | None]:
    """Processes for many pages, None for few."""
    workers = min(jobs or (os.cpu_count() or 1), pages)
    if workers <= 1 or (jobs is None and pages < FEW_PAGES):
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - few pages need none

    with ProcessPoolExecutor(workers, initializer=_begin_work) as executor:
        try:
            yield cast("Mapper", executor)
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Within it Python looks for cycles less often than it would."""
    before = gc.get_threshold()
    _collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _begin_work() -> None:
    """Make ready a process that others share the work with; interrupts are left to its parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    _collect_rarely()


def _collect_rarely() -> None:
    gc.set_threshold(_COLLECTED_AFTER, *gc.get_threshold()[1:])
