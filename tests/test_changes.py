"""What git says about a branch: renames, untracked pages, hostile names, shallow clones."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path, PurePath

import pytest

from ld_review.changes import Changes, Lines, changes_since, touched_spans
from ld_review.errors import UsageError
from ld_review.source import Source

PAGE = "# A page\n\n" + "".join(f"Line number {number} of a page that is long enough.\n" for number in range(20))


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, "-C", str(folder), *arguments], check=True, capture_output=True)
    return os.fsdecode(done.stdout).strip()


def commit(folder: Path, message: str = "Change") -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "-q", "--allow-empty", "-m", message)
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = (tmp_path / "repository").resolve()
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    for name in ("a.md", "b.md", "c.md"):
        (folder / name).write_text(PAGE.replace("A page", name).replace("Line number", f"In {name}"))
    commit(folder)
    git(folder, "checkout", "-q", "-b", "topic")
    return folder


def since(folder: Path, reference: str = "main") -> Changes:
    return changes_since(reference, folder, lambda path: path.suffix == ".md")


def told(folder: Path, reference: str = "main") -> dict[str, tuple[str | None, bool]]:
    found = since(folder, reference)
    return {
        str(one.path.relative_to(folder)): (one.old and str(one.old.relative_to(folder)), one.deleted)
        for one in found.all
    }


def test_nothing_changed(repository: Path) -> None:
    assert told(repository) == {}


def test_committed_staged_unstaged_and_untracked_pages_count(repository: Path) -> None:
    (repository / "a.md").write_text("committed\n" + PAGE)
    commit(repository)
    (repository / "b.md").write_text("staged\n" + PAGE)
    git(repository, "add", "b.md")
    (repository / "c.md").write_text("unstaged\n" + PAGE)
    (repository / "new.md").write_text("new")
    (repository / "new.txt").write_text("no page")
    assert told(repository) == {
        "a.md": ("a.md", False),
        "b.md": ("b.md", False),
        "c.md": ("c.md", False),
        "new.md": (None, False),
    }


def test_the_index_stays_as_it_is(repository: Path) -> None:
    (repository / "new.md").write_text("new")
    before = git(repository, "status", "--porcelain=v2")
    told(repository)
    since(repository).lines([repository / "new.md"])
    assert git(repository, "status", "--porcelain=v2") == before
    assert before.endswith("? new.md")


def test_ignored_pages_are_no_change(repository: Path) -> None:
    (repository / ".gitignore").write_text("secret.md\n")
    (repository / "secret.md").write_text("x")
    assert "secret.md" not in told(repository)


@pytest.mark.parametrize("how", ["committed", "staged", "neither"])
def test_a_rename_with_an_edit_is_followed(repository: Path, how: str) -> None:
    (repository / "a.md").rename(repository / "moved.md")
    (repository / "moved.md").write_text((repository / "moved.md").read_text() + "One line more.\n")
    if how == "committed":
        commit(repository)
    elif how == "staged":
        git(repository, "add", "--all")
    assert told(repository) == {"moved.md": ("a.md", False)}
    assert since(repository).lines([repository / "moved.md"]) == {repository / "moved.md": (Lines(23, 1),)}


def test_a_deleted_page_is_told_with_what_it_held(repository: Path) -> None:
    held = (repository / "a.md").read_bytes()
    (repository / "a.md").unlink()
    found = since(repository)
    assert told(repository) == {"a.md": ("a.md", True)}
    assert found.contents(found.all) == {repository / "a.md": held}


def test_what_happened_on_the_other_branch_is_no_change_of_this_one(repository: Path) -> None:
    git(repository, "checkout", "-q", "main")
    (repository / "a.md").write_text("main moved on\n")
    commit(repository)
    git(repository, "checkout", "-q", "topic")
    (repository / "b.md").write_text("mine\n")
    commit(repository)
    assert told(repository) == {"b.md": ("b.md", False)}


HOSTILE = [
    "a b.md",
    "-x.md",
    "ü \U0001f600.md",
    'q"uote.md',
    "tab\there.md",
    "line\n@@ -1 +1,9 @@\n.md",
    ":(top)x.md",
    "*.md",
]


@pytest.mark.parametrize("tracked", [True, False])
def test_hostile_names(repository: Path, tracked: bool) -> None:
    for name in HOSTILE:
        (repository / name).write_text("one\ntwo\n")
    (repository / os.fsdecode(b"latin-\xe9.md")).write_text("one\ntwo\n")
    if tracked:
        commit(repository)
    found = since(repository)
    assert {one.path.name for one in found.all} == {*HOSTILE, os.fsdecode(b"latin-\xe9.md")}
    assert set(found.lines([one.path for one in found.all]).values()) == {(Lines(1, 2),)}


def test_content_cannot_pose_as_a_patch(repository: Path) -> None:
    (repository / "a.md").write_text("++ b/b.md\n@@ -0,0 +1,99 @@\n" + (repository / "a.md").read_text())
    (repository / ".gitattributes").write_text("*.md -diff\n")
    found = since(repository)
    assert found.lines([repository / "a.md", repository / "b.md"]) == {
        repository / "a.md": (Lines(1, 2),),
        repository / "b.md": (),
    }


def test_lines_are_those_of_git_whatever_ends_them() -> None:
    source = Source(PurePath("x.md"), "one\rstill one\r\ntwo\nthree")
    assert list(touched_spans(source, [Lines(2, 1)])) == [(15, 19)]
    assert list(touched_spans(source, [Lines(3, 1), Lines(1, 0)])) == [(19, 24)]


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="needs a git repository"):
        since(tmp_path)


def test_no_commit_yet(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    with pytest.raises(UsageError, match=r"no such commit|no commit yet"):
        since(tmp_path, "HEAD")


@pytest.mark.parametrize("reference", ["origin/main", "--output=x", "nothing", "a..b", "x\ny"])
def test_an_unknown_reference_says_how_to_fetch_it(repository: Path, reference: str) -> None:
    with pytest.raises(UsageError, match="git fetch origin"):
        since(repository, reference)
    assert not (repository / "x").exists()


def test_a_shallow_clone_says_how_to_fetch_more(repository: Path, tmp_path: Path) -> None:
    (repository / "a.md").write_text("topic\n")
    commit(repository)
    git(repository, "checkout", "-q", "main")
    (repository / "b.md").write_text("main\n")
    commit(repository)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth=1", "--no-single-branch", "-b", "topic", f"file://{repository}", str(clone))
    with pytest.raises(UsageError, match=r"shallow.*git fetch --unshallow.*GIT_DEPTH"):
        since(clone, "origin/main")
    git(clone, "fetch", "-q", "--unshallow")
    assert set(told(clone.resolve(), "origin/main")) == {"a.md"}


def test_unrelated_histories(repository: Path) -> None:
    git(repository, "checkout", "-q", "--orphan", "other")
    commit(repository, "Another beginning")
    with pytest.raises(UsageError, match="no commit in common"):
        since(repository)


def test_from_a_folder_below(repository: Path) -> None:
    (repository / "below").mkdir()
    (repository / "a.md").write_text("x\n")
    assert [one.path for one in since(repository / "below").all] == [repository / "a.md"]
