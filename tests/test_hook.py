"""The pre-commit hook, installed and run by pre-commit itself."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def _run(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, timeout=900)


@pytest.fixture(scope="module")
def pre_commit() -> list[str]:
    if shutil.which("git") is None or _run(sys.executable, "-m", "pre_commit", "--version", cwd=ROOT).returncode:
        pytest.skip("git and pre-commit are needed to try the hook")
    return [sys.executable, "-m", "pre_commit"]


def test_the_manifest_is_valid(pre_commit):
    result = _run(*pre_commit, "validate-manifest", ".pre-commit-hooks.yaml", cwd=ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_hook_stops_a_commit_with_findings(pre_commit, tmp_path):
    if not (ROOT / ".git").exists():
        pytest.skip("pre-commit tries a hook from a git repository, and this is none")
    repository = tmp_path / "handbook"
    repository.mkdir()
    _run("git", "init", "--quiet", ".", cwd=repository)
    (repository / "clean.md").write_text("# Coaching\n\nAsk before you answer.\n", encoding="utf-8")
    (repository / "course.md").write_text("# Coaching\n\nRead [this](/coaching/).\n", encoding="utf-8")
    _run("git", "add", ".", cwd=repository)
    result = _run(*pre_commit, "try-repo", str(ROOT), "ld-review", "--all-files", "--verbose", cwd=repository)
    if "Could not find a version" in result.stdout + result.stderr or "No matching distribution" in result.stdout:
        pytest.skip("the hook's dependencies cannot be installed here")
    assert "course.md:3:7" in result.stdout, result.stdout + result.stderr
    assert "clean.md" not in result.stdout
    assert result.returncode == 1
