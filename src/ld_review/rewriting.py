"""Pages that are replaced by their fixed text: which fixes to make, and whether the file may be written."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import NamedTuple

from ld_review.files import CHANGED, UnreadableError, decoded, read_bytes, replace_page
from ld_review.review import Failure, PageReview
from ld_review.source import Source


class RewrittenPage(NamedTuple):
    """A page that a fix changes."""

    path: PurePath
    before: str
    after: str
    fixes: int
    """How many findings were mended."""
    notes: tuple[str, ...] = ()
    """Which fixes were left out, and why."""

    def then(self, later: RewrittenPage) -> RewrittenPage:
        """This change and a later one as one."""
        notes = (*self.notes, *(note for note in later.notes if note not in self.notes))
        return RewrittenPage(self.path, self.before, later.after, self.fixes + later.fixes, notes)


class Fixing(NamedTuple):
    """Which fixes to make, and whether to write them."""

    unsafe: bool
    write: bool


def unchanged(source: Source) -> bytes | None:
    """The bytes of a page where they still are what was reviewed."""
    try:
        data = read_bytes(Path(source.path))
        return data if decoded(source.path, data).text == source.text else None
    except UnreadableError:
        return None


def replaced(after: PageReview, failures: int, data: bytes | None, fixing: Fixing) -> Failure | None:
    """Replace a page by its fixed text where that was asked for; what kept that from being done.

    *data* are the bytes to be replaced, *failures* how many the page had before.
    """
    if len(after.failures) > failures:
        return Failure("not fixed: the fixed text could not be reviewed")
    if data is None:
        return Failure(f"not fixed: {CHANGED}")
    try:
        if fixing.write:
            replace_page(Path(after.path), data, after.source.text)
    except (OSError, UnreadableError) as error:
        return Failure(f"not fixed: {getattr(error, 'strerror', None) or error}")
    return None
