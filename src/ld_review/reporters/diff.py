"""What fixes change, as a unified diff that ``git apply`` and ``patch`` take."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import PurePath
from typing import Protocol, TextIO

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
    from difflib import unified_diff  # noqa: PLC0415 - only for those who ask for it

    path = harmless(page.path.as_posix())
    before, after = _split(page.before), _split(page.after)
    for line in unified_diff(before, after, f"a/{path.lstrip('/')}", f"b/{path.lstrip('/')}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _split(text: str) -> list[str]:
    """The lines with their endings, at the line feeds alone, as ``patch`` counts them."""
    return [line + "\n" for line in text.split("\n")[:-1]] + ([last] if (last := text.rpartition("\n")[2]) else [])


def _shown(line: str, color: bool) -> str:
    text = harmless(line.rstrip("\r\n").replace("\t", "    "))
    style = STYLES["bold"] if line.startswith(("+++", "---")) else _COLOURS.get(line[0], "")
    return f"\x1b[{style}m{text}\x1b[0m\n" if style and color else f"{text}\n"
