from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import fake_gitlab
import handbooks
from fake_gitlab import FakeGitLab
from ld_review.cli import main
from ld_review.gitlab import client

Comment = Callable[..., Result]
VARIABLES = (
    "CI_API_V4_URL",
    "CI_COMMIT_SHA",
    "CI_JOB_TOKEN",
    "CI_MERGE_REQUEST_IID",
    "CI_MERGE_REQUEST_PROJECT_ID",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
    "CI_MERGE_REQUEST_SOURCE_PROJECT_URL",
    "CI_PIPELINE_ID",
    "CI_PIPELINE_URL",
    "CI_PROJECT_ID",
    "CI_PROJECT_URL",
    "CI_SERVER_URL",
    "GITLAB_TOKEN",
    "LD_REVIEW_GITLAB_TOKEN",
)


@pytest.fixture(scope="session", autouse=True)
def described() -> None:
    """Says where the requests cannot be compared with GitLab's description; all else is still tested."""
    if not fake_gitlab.SPEC.exists():
        print("GitLab's OpenAPI description is not beside the project: requests are not compared with it")


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited; nobody really waits."""
    slept: list[float] = []
    monkeypatch.setattr(client.time, "sleep", slept.append)
    return slept


@pytest.fixture
def server(waits: list[float], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeGitLab]:
    """A GitLab, and the environment of a pipeline for its merge request, in the folder of a small handbook."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    handbooks.build(tmp_path)
    monkeypatch.chdir(tmp_path)
    with fake_gitlab.running(FakeGitLab()) as state:
        monkeypatch.setenv("CI_SERVER_URL", state.url)
        monkeypatch.setenv("CI_MERGE_REQUEST_PROJECT_ID", "42")
        monkeypatch.setenv("CI_MERGE_REQUEST_IID", "7")
        monkeypatch.setenv("CI_JOB_TOKEN", fake_gitlab.JOB)
        monkeypatch.setenv("LD_REVIEW_GITLAB_TOKEN", fake_gitlab.TOKEN)
        yield state
        assert state.violations == []
        assert state.commands == []


@pytest.fixture
def comment(server: FakeGitLab) -> Comment:
    """Run ``ld-review gitlab comment``; no output ever holds a token."""

    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(main, ["gitlab", "comment", *arguments])
        for token in (fake_gitlab.TOKEN, fake_gitlab.READ_ONLY, fake_gitlab.EXPIRED, fake_gitlab.JOB):
            assert token not in result.output
        assert "Traceback" not in result.output, result.output
        return result

    return invoke


def reviewed(name: str, *paths: str) -> str:
    """Review pages of the working directory into a file."""
    CliRunner().invoke(main, ["--no-cache", "--output", f"json={name}", *paths])
    assert json.loads(Path(name).read_text("utf-8"))["schema_version"] == "1"
    return name


def written(files: dict[str, Any]) -> None:
    """Write pages into the working directory."""
    handbooks.write(Path.cwd(), files)
