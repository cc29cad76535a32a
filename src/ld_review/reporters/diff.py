"""What fixes change, as a unified diff that ``git apply`` and ``patch`` take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Protocol, TextIO

from ld_review.fixing import diff
from ld_review.reporters.display import STYLES, harmless


class Changed(Protocol):
    """A page before and after."""

    @property
    def path(self) -> PurePath:
        """Where the page was read from."""
        ...

    @property
    def before(self) -> str:
        """Its text."""
        ...

    @property
    def after(self) -> str:
        """The text it is to have."""
        ...


_COLOURS = {"+": "32", "-": "31", "@": "36"}


def write(pages: Iterable[Changed], stream: TextIO, *, color: bool = False, raw: bool = True) -> None:
    """Write the changes of *pages* to *stream*; where not *raw*, for a terminal, control characters are visible."""
    for page in pages:
        for line in _lines(page):
            stream.write(line if raw and not color else _shown(line, color))


def _lines(page: Changed) -> Iterator[str]:
    path = PurePath(harmless(page.path.as_posix().lstrip("/")))
    yield from (f"{line}\n" for line in diff(path, page.before, page.after).split("\n")[:-1])


def _shown(line: str, color: bool) -> str:
    text = harmless(line.rstrip("\r\n").replace("\t", "    "))
    style = STYLES["bold"] if line.startswith(("+++", "---")) else _COLOURS.get(line[0], "")
    return f"\x1b[{style}m{text}\x1b[0m\n" if style and color else f"{text}\n"
