"""The pre-commit hook, installed and run by pre-commit itself."""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

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


COACHING = "# Coaching\n\n## Practise\n\nAsk before you answer.\n"
PEOPLE = "# People\n\nRead [how to practise](coaching.md#practise).\n"
VAGUE = "# Feedback\n\nRead [this](people.md).\n"


class Handbook:
    """A repository whose hooks are those of the manifest, but for how they are installed."""

    def __init__(self, folder: Path, pre_commit: list[str]) -> None:
        self.folder, self._pre_commit = folder, pre_commit
        folder.mkdir()
        self.git("init", "--quiet", "--initial-branch", "main", ".")
        self.hooks({})

    def hooks(self, more: dict[str, dict[str, object]]) -> None:
        """Use the hooks, with what a team adds to each."""
        hooks = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
        command = [sys.executable, "-P", "-m", "ld_review"]
        for hook in hooks:
            del hook["minimum_pre_commit_version"]
            hook["entry"] = shlex.join([*command, *shlex.split(hook["entry"])[1:]])
            hook.update({"language": "system"} | more.get(hook["id"], {}))
        self.write({".pre-commit-config.yaml": yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]})})

    def write(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).write_text(text, encoding="utf-8")

    def git(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        return _run("git", *who, *arguments, cwd=self.folder)

    def commit(self, files: dict[str, str] | None = None) -> None:
        """Commit without asking a hook."""
        self.write(files or {})
        self.git("add", "--all")
        self.git("commit", "--quiet", "--no-verify", "--message", "Change")

    def run(self, *arguments: str, below: str = "") -> subprocess.CompletedProcess[str]:
        """Have pre-commit run the hooks, on what is staged unless *arguments* say otherwise."""
        self.git("add", "--all")
        return _run(*self._pre_commit, "run", *arguments, cwd=self.folder / below)


@pytest.fixture
def handbook(pre_commit, tmp_path, monkeypatch) -> Handbook:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    return Handbook(tmp_path / "handbook", pre_commit)


def test_the_changed_pages_alone_are_reviewed(handbook):
    handbook.commit({"old.md": VAGUE, "coaching.md": COACHING})
    handbook.write({"coaching.md": f"{COACHING}\nMore.\n", "notes.txt": "[this](x)"})
    result = handbook.run()
    assert result.returncode == 0, result.stdout
    handbook.write({"new.md": VAGUE})
    result = handbook.run()
    assert (result.returncode, "new.md:3:7" in result.stdout) == (1, True)
    assert "old.md" not in result.stdout


def test_pages_that_are_named_are_reviewed_unless_they_are_excluded(handbook):
    handbook.commit({"a.md": VAGUE, "drafts/b.md": VAGUE, ".ld-review.yaml": "exclude: [drafts/]\n"})
    result = handbook.run("ld-review", "--files", "a.md", "drafts/b.md")
    assert (result.returncode, "a.md:3:7" in result.stdout, "b.md" in result.stdout) == (1, True, False)
    assert handbook.run("ld-review", "--files", "drafts/b.md").returncode == 0


def test_of_a_merge_the_pages_in_conflict_are_reviewed(handbook):
    handbook.commit({"people.md": PEOPLE, "coaching.md": COACHING})
    handbook.git("checkout", "--quiet", "-b", "side")
    handbook.commit({"people.md": f"{PEOPLE}\nOf the side.\n", "theirs.md": VAGUE})
    handbook.git("checkout", "--quiet", "main")
    handbook.commit({"people.md": f"{PEOPLE}\nOf main.\n"})
    assert handbook.git("merge", "--quiet", "side").returncode == 1
    handbook.write({"people.md": f"{PEOPLE}\nOf both.\n"})
    assert handbook.run().returncode == 0
    handbook.write({"people.md": f"{PEOPLE}\nOf both: TBD\n"})
    result = handbook.run()
    assert (result.returncode, "people.md:5:10" in result.stdout, "theirs.md" in result.stdout) == (1, True, False)


def test_what_a_baseline_at_the_top_knows_stops_nobody(handbook):
    handbook.commit({"content/old.md": VAGUE})
    assert _run(sys.executable, "-m", "ld_review", "baseline", ".", cwd=handbook.folder).returncode == 0
    handbook.commit({})
    handbook.write({"content/old.md": f"{VAGUE}\nMore.\n"})
    assert handbook.run().returncode == 0
    handbook.write({"content/old.md": f"{VAGUE}\nMore of [this](people.md).\n"})
    result = handbook.run(below="content")
    assert (result.returncode, "content/old.md:5:10" in result.stdout, "old.md:3" in result.stdout) == (1, True, False)


def test_a_handbook_in_a_folder_names_its_configuration(handbook):
    """Without it the configuration at the top counts, where pre-commit runs."""
    handbook.write({"handbook/.ld-review.yaml": "ignore: [vague-link-text]\n", "handbook/a.md": VAGUE, "b.md": VAGUE})
    handbook.hooks({"ld-review": {"files": "^handbook/", "args": ["--config", "handbook/.ld-review.yaml"]}})
    result = handbook.run("--all-files")
    assert "vague-link-text" not in result.stdout
    handbook.hooks({"ld-review": {"files": "^handbook/"}})
    assert "vague-link-text" in handbook.run("--all-files").stdout


def test_a_linked_worktree_is_a_repository_like_any_other(handbook, tmp_path):
    handbook.commit({"people.md": PEOPLE, "coaching.md": COACHING})
    _run(sys.executable, "-m", "pre_commit", "install", cwd=handbook.folder)
    handbook.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    (tmp_path / "linked" / "new.md").write_text(VAGUE, encoding="utf-8")
    handbook.folder = tmp_path / "linked"
    handbook.git("add", "--all")
    result = handbook.git("commit", "--message", "Change")
    assert (result.returncode, "new.md:3:7" in result.stdout + result.stderr) == (1, True)


def test_a_push_can_be_held_to_what_the_branch_brings_and_breaks(handbook):
    handbook.commit({"people.md": PEOPLE, "coaching.md": COACHING, "old.md": VAGUE})
    handbook.hooks({"ld-review-all": {"args": ["--changed-since", "main"]}})
    handbook.git("checkout", "--quiet", "-b", "topic")
    handbook.commit()
    assert handbook.run("ld-review-all", "--hook-stage", "pre-push").returncode == 0
    handbook.git("mv", "coaching.md", "mentoring.md")
    handbook.commit()
    result = handbook.run("ld-review-all", "--hook-stage", "pre-push")
    assert (result.returncode, "which this change takes away: people.md" in result.stdout) == (1, True)
    assert "old.md" not in result.stdout


def test_a_hook_may_mend_what_is_safe_and_stops_for_a_look(handbook):
    handbook.write({"new.md": "# New\n\n## Plan:\n\nAsk first.\n"})
    handbook.hooks({"ld-review": {"args": ["--fix"]}})
    result = handbook.run("ld-review")
    assert (result.returncode, "files were modified by this hook" in result.stdout) == (1, True)
    assert (handbook.folder / "new.md").read_text("utf-8") == "# New\n\n## Plan\n\nAsk first.\n"
