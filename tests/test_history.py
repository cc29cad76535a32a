"""The days of last commits, read for all files at once, are those that git tells one by one."""

from __future__ import annotations

import os
import random
import subprocess
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from ld_review import history
from ld_review.commits import CommitClock
from ld_review.git import git
from ld_review.history import History

_HOSTILE = ("a b.md", "-x.md", "ü.md", 'q"uote.md', "tab\there.md", "line\nM\n.md", "[ab].md", ":(top)x.md", "M")


class Scene:
    """A repository in which each commit is made on a day of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._day = datetime(2020, 1, 1, 12, tzinfo=UTC)
        folder.mkdir(parents=True)
        self.run("init", "-q", "-b", "main")

    def run(self, *arguments: str) -> str:
        self._day += timedelta(days=1)
        when = self._day.isoformat()
        who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        done = subprocess.run(
            ["git", *who, "-c", "protocol.file.allow=always", *arguments],
            cwd=self.folder,
            env={**os.environ, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when},
            check=True,
            capture_output=True,
        )
        return os.fsdecode(done.stdout).strip()

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self, **files: str) -> None:
        for name, text in files.items():
            self.write(f"{name}.md", text)
        self.run("add", "--all")
        self.run("commit", "-q", "--allow-empty", "-m", "A change\nM\nwith words")


def told(top: Path) -> dict[bytes, tuple[date | None, date | None]]:
    """What is told of each file that is there, at once and one by one."""
    days = History(top)
    names = [name for name in git(top, "ls-files", "-z", "--cached", "--others").split(b"\0") if name]
    one_by_one = {
        name: git(top, "log", "-1", "--format=%cs", "--", os.fsdecode(name)).decode().strip() for name in names
    }
    return {name: (days.day(name), date.fromisoformat(day) if day else None) for name, day in one_by_one.items()}


def alone(top: Path, name: str) -> date | None:
    said = git(top, "log", "-1", "--format=%cs", "--", name).decode().strip()
    return date.fromisoformat(said) if said else None


def assert_equal(top: Path) -> None:
    known = told(top)
    assert {name: both for name, both in known.items() if both[0] != both[1]} == {}
    assert len({both[0] for both in known.values()}) > 1, "the scene tells nothing"


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    monkeypatch.setattr(history, "_STRIDE", 3)
    scene = Scene(tmp_path / "repository")
    scene.commit(a="a", b="b", c="c")
    return scene


def test_a_line_of_commits(scene: Scene) -> None:
    scene.commit(a="more")
    scene.commit(b="more")
    scene.commit()
    assert_equal(scene.folder)


def test_hostile_names(scene: Scene) -> None:
    for name in _HOSTILE:
        scene.write(name, "one")
        scene.commit()
    scene.write(scene.run("rev-parse", "HEAD"), "a file called as a commit")
    scene.commit(a="more")
    assert_equal(scene.folder)


def test_renames_deletions_and_files_that_came_again(scene: Scene) -> None:
    scene.run("mv", "a.md", "moved.md")
    scene.commit()
    scene.run("rm", "-q", "b.md")
    scene.commit()
    scene.write("b.md", "not committed again")
    scene.write("new.md", "never committed")
    assert_equal(scene.folder)
    assert told(scene.folder)[b"new.md"] == (None, None)


def test_merges_that_take_this_side_that_side_or_make_something_of_both(scene: Scene) -> None:
    scene.run("checkout", "-q", "-b", "side")
    scene.commit(a="of the side", b="of the side", d="of the side")
    scene.commit(a="of the side again", c="dropped by the merge")
    scene.run("checkout", "-q", "main")
    scene.commit(b="of main", e="of main")
    scene.run("merge", "-q", "--no-commit", "-s", "ours", "side")
    scene.commit(a="of the side again", b="of both", d="of the side", f="of the merge alone")
    assert_equal(scene.folder)
    scene.commit(e="later")
    assert_equal(scene.folder)


def test_two_histories_and_a_merge_of_three(scene: Scene) -> None:
    for branch in ("one", "two"):
        scene.run("checkout", "-q", "-b", branch, "main")
        scene.commit(**{branch: "x"})
    scene.run("checkout", "-q", "main")
    scene.commit(a="more")
    scene.run("merge", "-q", "-m", "three", "one", "two")
    scene.run("checkout", "-q", "--orphan", "other")
    scene.commit(b="another beginning")
    scene.run("checkout", "-q", "main")
    scene.run("merge", "-q", "--allow-unrelated-histories", "-X", "theirs", "-m", "both", "other")
    assert_equal(scene.folder)


@pytest.mark.parametrize("seed", range(6))
def test_any_tangle_of_branches(scene: Scene, seed: int) -> None:
    chance = random.Random(seed)
    branches = ["main"]
    for number in range(40):
        branch = chance.choice(branches)
        scene.run("checkout", "-q", branch)
        if chance.random() < 0.2:
            branches.append(f"branch-{number}")
            scene.run("checkout", "-q", "-b", branches[-1])
        elif chance.random() < 0.35 and len(branches) > 1:
            strategy = chance.choice(["-Xours", "-Xtheirs", "--strategy=ours"])
            scene.run("merge", "-q", strategy, "-m", "merge", chance.choice(branches))
        else:
            scene.commit(**{chance.choice("abcdefgh"): chance.choice("vwxyz") * 9})
    for branch in branches:
        scene.run("checkout", "-q", branch)
        known = told(scene.folder)
        assert {name: both for name, both in known.items() if both[0] != both[1]} == {}


def test_a_shallow_clone(scene: Scene, tmp_path: Path) -> None:
    for text in "vwxyz":
        scene.commit(a=text)
    scene.run("clone", "-q", "--depth=3", f"file://{scene.folder}", str(tmp_path / "clone"))
    assert_equal(tmp_path / "clone")


def test_no_commit_is_no_day(tmp_path: Path) -> None:
    scene = Scene(tmp_path / "empty")
    scene.write("a.md", "x")
    clock = CommitClock(scene.folder)
    assert {clock.today(Path(f"{number}.md")) for number in range(20)} == {clock.today(Path("a.md"))}


def test_pages_in_submodules_and_behind_links_have_days_of_their_own(scene: Scene, tmp_path: Path) -> None:
    other = Scene(tmp_path / "other")
    for name in "abcdefghijkl":
        other.write(f"deep/{name}.md", name)
        other.commit()
    scene.run("submodule", "--quiet", "add", str(other.folder), "sub")
    scene.commit()
    (scene.folder / "link").symlink_to("sub/deep")
    expected = [alone(other.folder, f"deep/{name}.md") for name in "abcdefghijkl"]
    for folder in ("sub/deep", "link"):
        clock = CommitClock(scene.folder)
        assert [clock.today(Path(folder, f"{name}.md")) for name in "abcdefghijkl"] == expected
