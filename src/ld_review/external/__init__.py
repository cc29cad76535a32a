"""Links that lead out of the handbook: whether the pages they name are still there.

The only part of the review that uses the network, and only when it was asked for. It knows URLs, not pages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from time import time

from ld_review.errors import UsageError
from ld_review.external.answer import Answer, State
from ld_review.external.settings import External

__all__ = ["Answer", "External", "State", "check_urls"]

_LIBRARIES = ("idna", "urllib3")


def check_urls(
    urls: Iterable[str],
    settings: External,
    progress: Callable[[int, int], None] | None = None,
    *,
    clock: Callable[[], float] = time,
) -> Mapping[str, Answer]:
    """Ask whether the pages that *urls* name are there; the answers are in the order in which URLs were first given.

    A page is asked once, however many URLs name a part of it. *progress* is told how many pages are done, and of how
    many; *clock* gives the seconds by which answers of earlier runs age.

    Raises UsageError where the library that speaks HTTP is not installed.
    """
    try:
        from ld_review.external.checking import ask_urls  # noqa: PLC0415 - an extra, and slow to import
    except ModuleNotFoundError as error:
        library = (error.name or "").partition(".")[0]
        if library not in _LIBRARIES:
            raise
        hint = "pip install 'ld-review[external]'"
        raise UsageError(f"external links cannot be checked: {library} is not installed; {hint}") from error
    return ask_urls(urls, settings, progress, clock)
