"""A cache in hard times: many processes, some of them killed, files and disks that fail. It is slow at worst."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import handbooks
from ld_review import drafting
from ld_review.config import Config
from ld_review.config_file import load_config
from ld_review.engine import draft_page
from ld_review.reporters.json import as_data
from ld_review.runner import review_paths
from ld_review.source import Source
from ld_review.store import Store

_PAGES = 12
_CONFIG = "rules: [rules]\nhandbook: {layout: plain}\n"
_COMMAND = [sys.executable, "-m", "ld_review", "docs", "--format", "json", "--exit-zero", "--quiet", "--jobs", "1"]


@pytest.fixture
def handbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pages that link to each other, some to nowhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LD_REVIEW_CACHE_DIR", str(tmp_path / "cache"))
    pages: dict[str, str | bytes] = {
        f"docs/{number}.md": (
            f"# Page {number}\n\n## Part {number % 3}\n\nThis is forbidden. Click [here]({number + 1}.md#part-1).\n\n"
            f"Join us every Monday at 15:00, and utilize [this]({number + 7}.md).\n"
        )
        for number in range(_PAGES)
    }
    return handbooks.build(tmp_path, pages, _CONFIG)


@pytest.fixture
def config(handbook: Path) -> Config:
    return load_config(start=handbook).with_today(date(2026, 3, 5))


def _said(config: Config) -> object:
    return as_data(review_paths(["docs"], config))


@pytest.fixture
def truth(config: Config) -> object:
    """What is found where nothing is remembered."""
    said = _said(replace(config, use_cache=False))
    assert len({finding["rule"] for page in said["pages"] for finding in page["findings"]}) > 4
    return said


def _files(handbook: Path) -> list[Path]:
    return sorted((handbook / "cache").rglob("*.sqlite3"))


# Several processes


def _started(command: list[str], **more: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)  # type: ignore[call-overload]


def test_processes_that_review_at_the_same_time_say_the_same(handbook: Path) -> None:
    truth = subprocess.run([*_COMMAND, "--no-cache"], capture_output=True, check=True).stdout
    assert json.loads(truth)["summary"]["errors"] >= _PAGES
    for broken in (None, b"no database" * 999):
        for file in _files(handbook) if broken else ():
            file.write_bytes(broken)
        together = [_started(_COMMAND) for _ in range(3)]
        assert [process.communicate(timeout=120) for process in together] == [(truth, b"")] * 3
        [late, _] = _started(_COMMAND).communicate(timeout=120)
        assert late == truth


_WRITER = """\
import sys
from pathlib import Path
from ld_review.store import Store
store = Store(Path(sys.argv[1]), 5_000)
for round in range(int(sys.argv[2]), 10_000):
    print(round, flush=True)
    store.put({key.to_bytes(4, "big"): b"%d " % key * 300 for key in range(round * 500, round * 500 + 1_000)})
"""


def test_a_process_that_is_killed_while_it_writes_leaves_nothing_wrong(tmp_path: Path) -> None:
    """Six times, somewhere within a write: what the next one reads is what was put, and it can go on writing."""
    file, chance = tmp_path / "store.sqlite3", random.Random(7)
    for first in range(0, 60, 10):
        writer = _started([sys.executable, "-c", _WRITER, str(file), str(first)])
        assert writer.stdout
        for _ in range(chance.randint(2, 5)):
            writer.stdout.readline()
        time.sleep(chance.random() / 20)
        writer.kill()
        writer.communicate()
        store = Store(file, 5_000)
        keys = [key.to_bytes(4, "big") for key in range((first + 10) * 500)]
        found = dict(store.get(keys))
        assert found, "what was written whole before is there"
        assert all(text == b"%d " % int.from_bytes(key, "big") * 300 for key, text in found.items())
        store.put({b"mine": b"own"})
        assert dict(store.get([b"mine"])) == {b"mine": b"own"}


def test_a_review_that_is_killed_leaves_the_next_one_right(handbook: Path, config: Config, truth: object) -> None:
    chance = random.Random(11)
    for _ in range(4):
        review = _started(_COMMAND)
        time.sleep(0.2 + chance.random())
        review.kill()
        review.communicate()
        assert _said(config) == truth


# Files that fail


def _deleted(folder: Path) -> None:
    shutil.rmtree(folder)


def _a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("no folder")


def _garbage(folder: Path) -> None:
    for file in folder.rglob("*.sqlite3"):
        file.write_bytes(b"SQLite format 3\0" + random.Random(3).randbytes(9_000))
        file.with_name(f"{file.name}-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\0" * 600)


def _cut_off(folder: Path) -> None:
    for file in folder.rglob("*.sqlite3"):
        os.truncate(file, file.stat().st_size // 2)


def _folders(folder: Path) -> None:
    for file in folder.rglob("*.sqlite3"):
        file.unlink()
        (file / "below").mkdir(parents=True)


def _locked(folder: Path) -> None:
    for file in folder.rglob("*.sqlite3"):
        sqlite3.connect(file, isolation_level=None).execute("BEGIN EXCLUSIVE")


@pytest.mark.parametrize("mischief", [_deleted, _a_file, _garbage, _cut_off, _folders, _locked])
@pytest.mark.parametrize("warm", [False, True])
def test_what_happens_to_the_files_during_a_review_changes_nothing(
    config: Config, truth: object, monkeypatch: pytest.MonkeyPatch, mischief: Callable[[Path], None], warm: bool
) -> None:
    monkeypatch.setattr("ld_review.store._SECONDS_TO_WAIT", 0.05)
    if warm:
        assert _said(config) == truth
        for number in range(0, _PAGES, 2):  # so that there is something to look at
            page = Path(f"docs/{number}.md")
            page.write_text(f"{page.read_text()}\nOne more line.\n")
        truth = _said(replace(config, use_cache=False))
    seen = 0

    def draft(source: Source, *rest: object) -> object:
        nonlocal seen
        seen += 1
        if seen == 5:
            mischief(Path("cache"))
        return draft_page(source, *rest)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(drafting, "draft_page", draft)
        assert _said(config) == truth
    assert seen >= 5
    assert _said(config) == truth
    assert _said(config) == truth


def test_a_disk_that_is_full_changes_nothing(handbook: Path, config: Config, truth: object) -> None:
    """No file may grow beyond some bytes: what sqlite cannot write, or not to the end, is not kept."""
    script = textwrap.dedent("""\
        import resource, sys
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
        from ld_review.cli import main
        main(sys.argv[2:])
        """)
    told = subprocess.run([*_COMMAND, "--no-cache"], capture_output=True, check=True).stdout
    for size in (0, 4_096, 9_000, 20_000):
        command = [sys.executable, "-c", script, str(size), *_COMMAND[3:]]
        done = subprocess.run(command, capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, told, b"")
        assert _said(config) == truth
        shutil.rmtree(handbook / "cache")


def test_bits_that_flip_change_nothing(handbook: Path, config: Config, truth: object) -> None:
    assert _said(config) == truth
    good, chance = {file: file.read_bytes() for file in _files(handbook)}, random.Random(5)
    assert {file.name.partition("-")[0] for file in good} >= {"drafts", "handbook", "reviews"}
    for _ in range(20):
        for file, data in good.items():
            wrong = bytearray(data)
            for _ in range(chance.choice([1, 4, 200])):
                wrong[chance.randrange(100, len(wrong))] ^= 1 << chance.randrange(8)
            file.write_bytes(wrong)
        assert _said(config) == truth


# Every call of sqlite fails once


class _Failing:
    """A connection of which the calls fail from some number on, counted over all connections."""

    left = 0
    error: Exception
    calls = 0

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def _call(self, name: str, *arguments: object) -> object:
        type(self).calls += 1
        if type(self).calls == self.left:
            raise self.error
        return getattr(self._connection, name)(*arguments)

    def execute(self, *arguments: object) -> object:
        return self._call("execute", *arguments)

    def executemany(self, *arguments: object) -> object:
        return self._call("executemany", *arguments)

    def __enter__(self) -> object:
        return self._connection.__enter__()

    def __exit__(self, *what: object) -> object:
        if what[0] is None:
            self._call("commit")
        return self._connection.__exit__(*what)

    def close(self) -> None:
        self._connection.close()


_ERRORS = [
    sqlite3.OperationalError("disk I/O error"),
    sqlite3.OperationalError("database or disk is full"),
    sqlite3.OperationalError("attempt to write a readonly database"),
    sqlite3.DatabaseError("database disk image is malformed"),
    sqlite3.InterfaceError("bad parameter or other API misuse"),
]


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Failing]]:
    connect = sqlite3.connect
    monkeypatch.setattr("ld_review.store.sqlite3.connect", lambda *one, **more: _Failing(connect(*one, **more)))
    yield _Failing
    _Failing.left = 0


@pytest.mark.parametrize("error", _ERRORS, ids=str)
def test_no_call_of_the_library_may_fail_a_review(
    config: Config, truth: object, failing: type[_Failing], error: Exception
) -> None:
    failing.error, failing.left, failing.calls = error, 0, 0
    assert _said(config) == truth
    calls = failing.calls
    assert calls >= 10
    for number in range(1, calls + 1):
        failing.left, failing.calls = number, 0
        assert _said(config) == truth, number
    failing.left = 0
    assert _said(config) == truth
