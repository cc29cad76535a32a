"""Which day it is for a page."""

from __future__ import annotations

import os
import pickle
import subprocess
from datetime import date
from pathlib import Path, PurePath

import pytest
from click.testing import CliRunner

from ld_review.cli import main
from ld_review.clock import FixedClock, SystemClock
from ld_review.commits import CommitClock

_INVITATION = "# Coaching\n\n## Workshop\n\nJoin us on 2020-06-04 at 15:00 UTC, and ask in the #coaching channel.\n"


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose page was committed in 2020."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "page.md").write_text(_INVITATION, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    _commit(tmp_path, "2020-05-01T12:00:00+00:00")
    return tmp_path


def _commit(folder: Path, when: str) -> None:
    environment = {**os.environ, "GIT_AUTHOR_DATE": when, "GIT_COMMITTER_DATE": when}
    who = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    for command in (["add", "."], [*who, "commit", "--quiet", "-m", "x"]):
        subprocess.run(["git", *command], cwd=folder, env=environment, check=True)


def test_a_page_has_the_day_of_its_last_commit(repository: Path) -> None:
    assert CommitClock(repository).today(PurePath("page.md")) == date(2020, 5, 1)


@pytest.mark.parametrize("start", ["", "elsewhere", "no/such/folder"])
def test_without_a_commit_it_is_the_day_of_the_machine(repository: Path, start: str) -> None:
    (repository / "elsewhere").mkdir()
    before = SystemClock().today(PurePath())
    known = CommitClock(repository / start).today(PurePath("new.md"))
    assert before <= known <= SystemClock().today(PurePath())


def test_a_path_is_no_option_and_no_pattern(repository: Path) -> None:
    (repository / "--output=x").write_text("", encoding="utf-8")
    CommitClock(repository).today(PurePath("--output=x"))
    assert not (repository / "x").exists()


def test_a_page_that_was_never_committed_does_not_get_the_day_of_another(repository: Path) -> None:
    (repository / "[p]age.md").write_text("", encoding="utf-8")
    assert CommitClock(repository).today(PurePath("[p]age.md")) == SystemClock().today(PurePath())


def test_git_is_asked_again_when_something_was_committed(repository: Path) -> None:
    clock = CommitClock(repository)
    assert clock.today(PurePath("page.md")) == date(2020, 5, 1)
    (repository / "page.md").write_text("New.\n", encoding="utf-8")
    _commit(repository, "2021-05-01T12:00:00+00:00")
    assert clock.today(PurePath("page.md")) == date(2020, 5, 1)
    clock.forget()
    assert clock.today(PurePath("page.md")) == date(2021, 5, 1)


def test_another_process_asks_for_itself(repository: Path) -> None:
    clock = CommitClock(repository)
    clock.today(PurePath("page.md"))
    assert pickle.loads(pickle.dumps(clock)).today(PurePath("page.md")) == date(2020, 5, 1)


def test_many_pages_cost_few_questions(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(100):
        (repository / f"{number}.md").write_text("x", encoding="utf-8")
    _commit(repository, "2021-05-01T12:00:00+00:00")
    asked = []
    real = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: asked.append(args) or real(*args, **options))
    clock = CommitClock(repository)
    assert {clock.today(PurePath(f"{number}.md")) for number in range(100)} == {date(2021, 5, 1)}
    assert len(asked) < 12


def test_a_day_that_is_named_counts() -> None:
    assert FixedClock(date(2026, 3, 5)).today(PurePath("page.md")) == date(2026, 3, 5)


def _stale(*arguments: str) -> bool:
    result = CliRunner().invoke(main, ["check", "page.md", "--isolated", "--format", "concise", *arguments])
    assert result.exit_code in {0, 1}, result.output
    return "stale-event" in result.stdout


def test_an_invitation_gets_stale_with_a_change_or_when_somebody_says_so(repository: Path) -> None:
    assert not _stale()
    assert _stale("--today", "2026-03-05")
    assert not _stale("--today", "2020-06-04")


def test_a_day_that_is_none_is_a_usage_error(repository: Path) -> None:
    result = CliRunner().invoke(main, ["check", "page.md", "--today", "5 March"])
    assert result.exit_code == 2
    assert "'5 March' is not a day such as 2026-12-03" in result.stderr
