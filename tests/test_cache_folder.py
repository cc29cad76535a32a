"""Caches lie where the environment says, else where the platform keeps such things."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ld_review.cache_folder import VARIABLE, cache_folder


def test_the_environment_names_the_folder(tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, str(tmp_path / "deep" / "cache"))
    assert cache_folder() == tmp_path / "deep" / "cache"
    assert cache_folder().is_dir()


def test_a_relative_folder_stays_where_it_was_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(VARIABLE, "cache")
    assert cache_folder() == tmp_path / "cache"


@pytest.mark.skipif(sys.platform != "linux", reason="each platform has its own custom")
@pytest.mark.parametrize("named", [None, ""])
def test_else_the_platform_does(tmp_path, monkeypatch, named):
    monkeypatch.delenv(VARIABLE, raising=False) if named is None else monkeypatch.setenv(VARIABLE, named)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "ld-review"


def test_where_it_cannot_be_made_there_is_none(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "file" / "below", Path("/dev/null/cache")):
        monkeypatch.setenv(VARIABLE, str(path))
        assert cache_folder() is None
