from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import handbooks
from ld_review.cli import main

Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small handbook, the working directory, and an environment that says nothing about colours."""
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CI", "GITLAB_CI", "LD_REVIEW_FORMAT", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    pages: dict[str, str | bytes] = {
        "docs/bad.md": handbooks.BAD,
        "docs/clean.md": handbooks.CLEAN,
        "docs/long.md": handbooks.LONG,
        "docs/weak.md": handbooks.WEAK,
    }
    return handbooks.build(tmp_path, pages)


@pytest.fixture
def run(folder: Path) -> Run:
    """Run the command in the handbook."""

    def invoke(*arguments: str, text: str | bytes | None = None) -> Result:
        return CliRunner().invoke(main, list(arguments), input=text)

    return invoke
