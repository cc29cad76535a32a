"""The processes that share the work on many pages."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from ld_review.mapping import Mapper

FEW_PAGES = 16
"""Below so many pages a second process costs more than it saves."""


@contextmanager
def mapper_for(pages: int, jobs: int | None) -> Iterator[Mapper | None]:
    """Processes for many pages, None for few."""
    workers = min(jobs or (os.cpu_count() or 1), pages)
    if workers <= 1 or (jobs is None and pages < FEW_PAGES):
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - few pages need none

    with ProcessPoolExecutor(workers, initializer=_leave_interrupts_to_parent) as executor:
        try:
            yield cast("Mapper", executor)
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise


def _leave_interrupts_to_parent() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
