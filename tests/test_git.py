"""Git is asked in one way, whatever names and surroundings are."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ld_review import git as asked
from ld_review.git import GitError, git


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    for name in ("[ab].md", "a.md"):
        (tmp_path / name).write_text("x")
    return tmp_path


def test_a_path_is_a_name_and_no_pattern(repository: Path) -> None:
    assert git(repository, "ls-files", "--others", "--", "[ab].md") == b"[ab].md\n"


def test_it_takes_bytes_and_gives_bytes(repository: Path) -> None:
    name = git(repository, "hash-object", "-w", "--stdin", given=b"\xff\0\n").strip().decode()
    assert git(repository, "cat-file", "blob", name) == b"\xff\0\n"


def test_what_went_wrong_is_said_in_words_of_git(repository: Path) -> None:
    with pytest.raises(GitError, match=r"^Needed a single revision$") as caught:
        git(repository, "rev-parse", "--verify", "no-such-branch")
    assert caught.value.status == 128
    with pytest.raises(GitError, match="cannot change to"):
        git(repository / "no such folder", "status")


def test_without_git_it_is_an_error_too(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository))
    with pytest.raises(GitError):
        git(repository, "status")


def test_who_does_not_answer_is_not_waited_for(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asked, "_PATIENCE", 0.2)
    with pytest.raises(GitError, match=r"no answer within 0\.2 seconds"):
        git(repository, "-c", "alias.wait=!sleep 3", "wait")


def test_a_hook_has_no_say_in_which_repository_it_is(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a hook of a linked worktree GIT_DIR is set, and git would take any folder for the top of that."""
    below = repository / "below"
    below.mkdir()
    monkeypatch.setenv("GIT_DIR", str(repository / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", "no such index")
    assert Path(os.fsdecode(git(below, "rev-parse", "--show-toplevel").strip())) == repository.resolve()


def test_nothing_asks_for_a_password(repository: Path) -> None:
    assert git(repository, "-c", "alias.tell=!echo $GIT_TERMINAL_PROMPT", "tell") == b"0\n"
