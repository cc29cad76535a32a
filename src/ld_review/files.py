"""Files: pages read with a bound, decoded, and replaced in one step; reports written in one step."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path, PurePath
from typing import BinaryIO

from ld_review.source import Source

MAX_BYTES = 5_000_000
"""The largest page that is read; the largest of two real handbooks has a tenth of it."""
_SNIFFED = 8192
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


CHANGED = "the page changed while it was being fixed"


class UnreadableError(Exception):
    """A page cannot be read, or not be written; the message says why."""


def encoded(text: str, old: bytes) -> bytes:
    """A fixed text as bytes, with the byte-order mark that *old* has."""
    return (_BYTE_ORDER_MARK if old.startswith(_BYTE_ORDER_MARK) else b"") + text.encode("utf-8")


def read_bytes(path: Path) -> bytes:
    """The bytes of a page, and no more of a huge one than it takes to refuse it.

    Raises UnreadableError where it cannot be read or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
            size = max(os.fstat(file.fileno()).st_size, len(data))
    except OSError as error:
        raise UnreadableError(f"cannot be read: {error.strerror or error}") from error
    return bounded(data, size)


def bounded(data: bytes, size: int) -> bytes:
    """*data*, the beginning of *size* bytes, where it is all of them and no more than a page may have.

    Raises UnreadableError otherwise.
    """
    if len(data) <= MAX_BYTES:
        return data
    limit = f"{MAX_BYTES / 1e6:.0f} MB"
    raise UnreadableError(f"too large to review: {size / 1e6:.1f} MB, at most {limit}; split it, or exclude it")


def decoded(path: PurePath, data: bytes) -> Source:
    """The text of a page.

    Raises UnreadableError where it is none.
    """
    if data.startswith(_UTF_16):
        raise UnreadableError("not UTF-8 but UTF-16; save the page as UTF-8")
    if b"\0" in data[:_SNIFFED]:
        raise UnreadableError("a binary file, not a page; rename or exclude it")
    try:
        return Source.from_bytes(path, data)
    except UnicodeDecodeError as error:
        raise UnreadableError(_not_utf8(data, error)) from error


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> str:
    start = error.start + len(_BYTE_ORDER_MARK) * data.startswith(_BYTE_ORDER_MARK)
    line = data.count(b"\n", 0, start) + 1
    return f"not UTF-8: byte 0x{data[start]:02x} on line {line}; save the page as UTF-8"


def replace_page(path: Path, old: bytes, text: str) -> None:
    """Replace a page in one step; a link stays a link, the mode and a byte-order mark are kept.

    Raises OSError where it cannot be written, UnreadableError where it is no longer what was reviewed.
    """
    target = Path(os.path.realpath(path))
    with _successor(target) as file:
        file.write(encoded(text, old))
        if target.read_bytes() != old:
            raise UnreadableError(CHANGED)


@contextmanager
def report_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write a report into, which appears at *path* once it is whole; a device or a pipe is written to.

    Raises OSError where it cannot be written.
    """
    if path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    with _successor(Path(os.path.realpath(path))) as file:
        yield file


def prepare_report(path: Path) -> None:
    """Make the folder of a report, and see whether a file can be made there.

    Raises OSError where it cannot.
    """
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    if path.exists() and not path.is_file():
        return
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target.parent)) from error
    temporary = _temporary(target)
    try:
        temporary.touch(exist_ok=False)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def _successor(target: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of *target* when all went well, with the mode and the owner that it has."""
    status = target.stat() if target.exists() else None
    temporary = _temporary(target)
    try:
        with open(temporary, "xb", opener=partial(os.open, mode=0o600 if status else 0o666)) as file:
            yield file
        if status:
            temporary.chmod(stat.S_IMODE(status.st_mode))
            with suppress(OSError, AttributeError):
                os.chown(temporary, status.st_uid, status.st_gid)
        temporary.replace(target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def _temporary(target: Path) -> Path:
    """Beside *target*; named before it is made, so that an interrupt at any time finds what to take away."""
    import secrets  # noqa: PLC0415 - for what is written, fixes and reports

    return target.with_name(f".ld-review-{secrets.token_hex(16)}")
