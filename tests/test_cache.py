"""The cache of what is known of pages: never wrong, never in the way."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ld_review.entry_cache import EntryCache
from ld_review.handbook.facts import Entry, unread
from ld_review.own_files import by_content, by_time
from ld_review.store import key_of, settings_key

WORDS = st.lists(st.text(max_size=8), max_size=4).map(tuple)
ENTRIES = st.builds(
    Entry,
    st.just(""),
    st.dictionaries(st.sampled_from(["url", "slug", "id"]), st.text(max_size=8)),
    WORDS,
    WORDS,
    st.booleans(),
    st.booleans(),
    st.booleans(),
    WORDS,
)
ENTRY = Entry("", {"slug": "x"}, ("/a/",), ("b", "ü\ud800"), False, True, False, ("/c/#d",))


def file_of(folder: Path) -> Path:
    [file] = folder.glob("*.sqlite3")
    return file


@pytest.fixture(scope="module")
def shared_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("entries")


@given(ENTRIES, st.binary(min_size=1, max_size=16))
def test_what_was_kept_comes_back(shared_folder, entry, key):
    cache = EntryCache(shared_folder)
    cache.put({key: entry})
    assert cache.get([key, b"other", key]) == {key: entry}


def test_many_at_once(tmp_path):
    cache = EntryCache(tmp_path)
    entries = {number.to_bytes(4, "big"): ENTRY for number in range(1, 1_701)}
    cache.put(entries)
    assert cache.get([*entries, b"missing"]) == entries


def test_paths_are_not_kept(tmp_path):
    EntryCache(tmp_path).put({b"k": unread("content/a.md")})
    assert EntryCache(tmp_path).get([b"k"]) == {b"k": unread("")}


def test_without_a_folder_nothing_is_kept():
    EntryCache(None).put({b"k": ENTRY})
    assert EntryCache(None).get([b"k"]) == {}


@pytest.mark.parametrize("broken", [b"", b"no database" * 1000, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_broken_file_is_made_anew(tmp_path, broken):
    cache = EntryCache(tmp_path)
    cache.put({b"k": ENTRY})
    file_of(tmp_path).write_bytes(broken)
    assert cache.get([b"k"]) == {}
    cache.put({b"k": ENTRY})
    assert cache.get([b"k"]) == {b"k": ENTRY}


def test_a_file_that_is_broken_further_down_is_made_anew(tmp_path):
    cache = EntryCache(tmp_path)
    entries = {number.to_bytes(4, "big"): ENTRY for number in range(1, 2_000)}
    cache.put(entries)
    whole = file_of(tmp_path).read_bytes()
    file_of(tmp_path).write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    found = cache.get([*entries])
    assert all(entries[key] == entry for key, entry in found.items())
    cache.put(entries)
    cache.put(entries)
    assert cache.get([*entries]) == entries


def test_a_file_whose_own_words_are_broken_is_made_anew(tmp_path):
    cache = EntryCache(tmp_path)
    cache.put({b"k": ENTRY})
    file_of(tmp_path).write_bytes(file_of(tmp_path).read_bytes().replace(b"CREATE TABLE", b"CR\xffATE TABLE"))
    assert cache.get([b"k"]) == {}
    cache.put({b"k": ENTRY})
    assert cache.get([b"k"]) == {b"k": ENTRY}


@pytest.mark.parametrize("table", ["CREATE TABLE entries (a, b)", "CREATE TABLE entries (key, entry, more NOT NULL)"])
def test_a_file_with_another_table_is_made_anew(tmp_path, table):
    cache = EntryCache(tmp_path)
    cache.put({b"k": ENTRY})
    file = file_of(tmp_path)
    file.unlink()
    with closing(sqlite3.connect(file)) as database:
        database.execute(table)
    for _ in range(2):
        cache.get([b"k"])
        cache.put({b"k": ENTRY})
    assert cache.get([b"k"]) == {b"k": ENTRY}


def test_a_file_that_cannot_be_taken_away_is_left(tmp_path, monkeypatch):
    cache = EntryCache(tmp_path)
    cache.put({b"k": ENTRY})
    file_of(tmp_path).write_bytes(b"no database" * 1000)

    def refuse(*_args, **_kwargs):
        raise PermissionError

    monkeypatch.setattr(Path, "unlink", refuse)
    cache.put({b"k": ENTRY})
    assert cache.get([b"k"]) == {}


@pytest.mark.parametrize("what", ["folder", "no folder", "read-only"])
def test_a_cache_that_cannot_be_written(tmp_path, what):
    EntryCache(tmp_path).put({b"k": ENTRY})
    file = file_of(tmp_path)
    if what == "folder":
        file.unlink()
        file.mkdir()
    elif what == "no folder":
        file.unlink()
        tmp_path.rmdir()
    else:
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA user_version = 1")
        file.chmod(0o444)
        tmp_path.chmod(0o555)
    cache = EntryCache(tmp_path)
    cache.put({b"l": ENTRY})
    assert cache.get([b"l"]) in ({}, {b"l": ENTRY})
    tmp_path.chmod(0o755) if tmp_path.exists() else None


def test_a_file_deleted_meanwhile(tmp_path):
    cache = EntryCache(tmp_path)
    cache.put({b"k": ENTRY})
    file_of(tmp_path).unlink()
    assert cache.get([b"k"]) == {}
    cache.put({b"k": ENTRY})
    assert cache.get([b"k"]) == {b"k": ENTRY}


def test_a_locked_file_is_not_waited_for_long(tmp_path, monkeypatch):
    monkeypatch.setattr("ld_review.store._SECONDS_TO_WAIT", 0.05)
    cache = EntryCache(tmp_path)
    cache.put({b"k": ENTRY})
    with closing(sqlite3.connect(file_of(tmp_path), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert cache.get([b"k"]) == {}
        cache.put({b"l": ENTRY})
    assert cache.get([b"k", b"l"]) == {b"k": ENTRY}, "a lock is no damage"


def test_many_at_the_same_time(tmp_path):
    keys = [number.to_bytes(4, "big") for number in range(200)]
    together = threading.Barrier(4)

    def work(number: int) -> bool:
        together.wait()
        cache = EntryCache(tmp_path)
        for at in range(number, 200, 4):
            cache.put({keys[at]: ENTRY})
            assert all(entry == ENTRY for entry in cache.get(keys).values())
        return True

    with ThreadPoolExecutor(4) as executor:
        assert all(executor.map(work, range(4)))
    assert EntryCache(tmp_path).get(keys) == dict.fromkeys(keys, ENTRY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no JSON",
        "{}",
        "[]",
        '"abcdefg"',
        "[1, 2, 3, 4, 5, 6, 7]",
        '[{}, "ab", [], false, false, false, []]',
        '[{}, [], {"a": 1}, false, false, false, []]',
        "[{}, [], [], 0, false, false, []]",
        "[{}, [], [5], false, false, false, []]",
        '[{"slug": 5}, [], [], false, false, false, []]',
        "[[], [], [], false, false, false, []]",
        "[" * 100_000,
    ],
)
def test_an_entry_that_is_none_is_not_known(tmp_path, text):
    cache = EntryCache(tmp_path)
    cache._store.put({b"k": text.encode()})
    assert cache.get([b"k"]) == {}


def test_a_text_that_is_not_what_was_put_there_is_not_known(tmp_path):
    cache = EntryCache(tmp_path)
    cache.put({b"k": ENTRY, b"l": unread("")})
    with closing(sqlite3.connect(file_of(tmp_path))) as database, database:
        [(kept,)] = database.execute("SELECT entry FROM entries WHERE key = ?", [b"k"])
        for wrong in (b"", b"\0\0\0", kept[:-1], kept.replace(b"slug", b"slut"), kept[4:], kept.decode("latin-1"), 5):
            database.execute("UPDATE entries SET entry = ? WHERE key = ?", [wrong, b"l"])
            database.commit()
            assert cache.get([b"k", b"l"]) == {b"k": ENTRY}
        database.execute("UPDATE entries SET entry = ? WHERE key = ?", [kept, b"l"])
    assert cache.get([b"l"]) == {}, "the text of another key"


def test_another_python_reads_anew(monkeypatch):
    before = settings_key(["a"])
    monkeypatch.setattr(sys, "version", "4.0")
    assert settings_key(["a"]) != before


def test_it_does_not_grow_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr("ld_review.entry_cache._MOST_ENTRIES", 10)
    for number in range(40):
        EntryCache(tmp_path).put({bytes([number]): ENTRY})
    with closing(sqlite3.connect(file_of(tmp_path))) as database:
        [(number,)] = database.execute("SELECT count(*) FROM entries")
    assert number <= 12


def test_a_run_keeps_all_of_its_own_however_many_they_are(tmp_path, monkeypatch):
    monkeypatch.setattr("ld_review.entry_cache._MOST_ENTRIES", 10)
    keys = [bytes([number]) for number in range(40)]
    for _ in range(3):
        cache = EntryCache(tmp_path)
        cache.get(keys)
        for key in keys:
            cache.put({key: ENTRY})
        assert len(EntryCache(tmp_path).get(keys)) == 40
    EntryCache(tmp_path).put({b"other": ENTRY})
    assert len(EntryCache(tmp_path).get(keys)) == 0


def test_a_key_stands_for_text_place_and_settings():
    settings = [settings_key(parts) for parts in (["a", "b"], ["ab", ""], ["a"], ["a", "b", ""], ["\udc80"])]
    assert len(set(settings)) == 5
    keys = {
        key_of(data, place, key)
        for data in (b"", b"a", b"a\0b")
        for place in ("", "a", "b", "a/b", "\udc80")
        for key in settings
    }
    assert len(keys) == 3 * 5 * 5


def test_a_file_is_known_by_what_it_holds_wherever_it_was_copied_to(tmp_path):
    file, copied = tmp_path / "check.py", tmp_path / "elsewhere" / "check.py"
    copied.parent.mkdir()
    for path, time in ((file, 1), (copied, 2)):
        path.write_text("x = 1\n", encoding="utf-8")
        os.utime(path, (time, time))
    assert by_time(file) != by_time(copied)
    assert by_content(file) == by_content(copied)
    copied.write_text("x = 2\n", encoding="utf-8")
    assert by_content(file) != by_content(copied)
