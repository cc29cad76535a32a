"""Tables in Markdown, and the page of the documentation that holds them."""

from __future__ import annotations

import os
import platform
import re
import statistics
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path


def table(heads: Sequence[str], rows: Iterable[Sequence[str]], left: int = 1) -> Iterator[str]:
    """The lines of a table, whose first *left* columns hold words and the others numbers."""
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' if number < left else '--:' for number in range(len(heads)))} |"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def spread(numbers: Sequence[float], digits: int = 2) -> str:
    """The median, and the least and the most where there are several."""
    if not numbers:
        return "–"
    middle = f"{statistics.median(numbers):,.{digits}f}"
    least, most = f"{min(numbers):,.{digits}f}", f"{max(numbers):,.{digits}f}"
    return middle if least == most else f"{middle} ({least} to {most})"


def machine() -> str:
    """Where and when something was measured."""
    return (
        f"{date.today():%-d %B %Y}, {platform.system()}, {os.cpu_count()} cores of {_processor()}, "
        f"Python {sys.version.split()[0]}, load {os.getloadavg()[0]:.1f} when it began"
    )


def replace_between(page: Path, name: str, text: str) -> None:
    """Put *text* between the two comments ``name:begin`` and ``name:end`` of a page."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    old = page.read_text("utf-8")
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if not pattern.search(old):
        sys.exit(f"{page}: there is no {begin} ... {end}")
    page.write_text(pattern.sub(lambda _: f"{begin}\n{text}\n{end}", old), "utf-8")


def _processor() -> str:
    try:
        told = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text("utf-8"), re.MULTILINE)
    except OSError:
        told = None
    return told[1] if told else platform.machine()
