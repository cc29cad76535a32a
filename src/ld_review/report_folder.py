"""A folder that holds a report of several files: what an earlier run left there goes, what is not ours stays."""

from __future__ import annotations

import errno
import json
import os
from codecs import getwriter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TextIO, cast

from ld_review.files import prepare_report, report_file
from ld_review.late import late

MANIFEST = ".ld-review-report.json"
"""Lists the files of the report; what is not listed is not ours."""
_INDEX, _PAGES = "index.html", "pages"
_NAME = late(rf"{_INDEX}|{_PAGES}/[a-z0-9][a-z0-9-]*\.html")
"""What a file of a report may be called: a list that was tampered with leads nowhere else."""
_MOST_BYTES = 50_000_000


def prepare_folder(folder: Path) -> None:
    """Make the folder of a report, and see whether files can be made there.

    Raises OSError where they cannot, or where an index that no report wrote would be lost.
    """
    pages = folder / _PAGES
    if pages.is_symlink():
        raise OSError(errno.ELOOP, f"{_PAGES} in it leads elsewhere")
    prepare_report(pages / _INDEX)
    prepare_report(folder / MANIFEST)
    index = folder / _INDEX
    if os.path.lexists(index) and _INDEX not in _listed(folder):
        raise FileExistsError(errno.EEXIST, f"an {_INDEX} is there that no report wrote")


def write_folder(folder: Path, documents: Iterable[tuple[str, Callable[[TextIO], None]]]) -> None:
    """Write files into *folder*, each in one step, and then take away what an earlier report wrote and this did not.

    A run that is cut short leaves a list of all that it or an earlier one wrote. Raises OSError where a file cannot be
    written.
    """
    files = list(documents)
    earlier, written = _listed(folder), {name for name, _ in files}
    _list(folder, earlier | written)
    for name, write in files:
        with report_file(folder / name) as file:
            write(cast("TextIO", getwriter("utf-8")(file)))
    for name in earlier - written:
        (folder / name).unlink(missing_ok=True)
    _list(folder, written)


def _listed(folder: Path) -> frozenset[str]:
    """What an earlier report wrote; nothing where the list cannot be read."""
    try:
        with (folder / MANIFEST).open("rb") as file:
            told = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return frozenset()
    names = told.get("files") if isinstance(told, dict) else None
    if not isinstance(names, list):
        return frozenset()
    return frozenset(name for name in names if isinstance(name, str) and _NAME.fullmatch(name))


def _list(folder: Path, names: Iterable[str]) -> None:
    with report_file(folder / MANIFEST) as file:
        file.write(json.dumps({"files": sorted(names)}, indent=0).encode("ascii"))
