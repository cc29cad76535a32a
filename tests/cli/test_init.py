"""``ld-review init``: what it shows, asks and writes."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

import handbooks
from ld_review import load_config
from ld_review.cli import init as command
from ld_review.cli import main
from ld_review.start.origin import Origin

SOURCE = "https://git.example.com/group/ld-review@v0.1.0"
WRITTEN = [".ld-review.yaml", ".pre-commit-config.yaml"]
HUGO: dict[str, str | bytes] = {
    ".git/HEAD": "ref: refs/heads/main\n",
    "hugo.toml": 'baseURL = "https://book.example.com/"\n',
    "content/_index.md": "# Book\n\nWrite to the team and read what it says in the book.\n",
    "content/plan.md": "# Plan\n\n## Steps:\n\nTBD\n",
    "content/archive/old.md": "# Old\n",
    "README.md": "# Read me\n",
}


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "book"
    handbooks.write(folder, HUGO)
    monkeypatch.chdir(folder)
    return folder


def init(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, ["init", "--jobs", "1", *arguments], input=text)


def asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on there is somebody to ask."""
    monkeypatch.setattr(command, "_may_ask", lambda: True)


def state(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_without_a_terminal_it_shows_and_writes_nothing(book):
    before = state(book)
    result = init("--source", SOURCE)
    assert (result.exit_code, state(book)) == (0, before)
    assert ".: a handbook of Hugo, told by hugo.toml" in result.stdout
    assert "pages: 3 pages," in result.stdout
    assert "beside the site: 1 page, such as README.md" in result.stdout
    assert "hosts: book.example.com" in result.stdout
    assert "+  - /content/archive/  # not kept up, by its name, 1 page\n" in result.stdout
    assert "+  - repo: https://git.example.com/group/ld-review\n" in result.stdout
    assert "nothing was written: there is no terminal to ask on; --yes writes what is shown" in result.stderr


def test_yes_writes_what_was_shown_and_a_second_run_changes_nothing(book):
    first = init("--yes", "--source", SOURCE)
    assert first.exit_code == 0, first.output
    assert [line for line in first.stdout.splitlines() if line.startswith("wrote")] == [f"wrote {it}" for it in WRITTEN]
    assert load_config(start=book).exclude == ("/content/archive/",)
    assert yaml.safe_load(Path(".pre-commit-config.yaml").read_text())["repos"] == [
        {"repo": "https://git.example.com/group/ld-review", "rev": "v0.1.0", "hooks": [{"id": "ld-review"}]}
    ]
    before = state(book)
    second = init("--yes", "--source", SOURCE)
    assert (second.exit_code, state(book)) == (0, before)
    assert ".ld-review.yaml: there already, and what counts\n" in second.stdout
    assert ".pre-commit-config.yaml: has the hook already\n" in second.stdout
    assert "+++" not in second.stdout


def test_it_ends_with_a_first_look_by_the_new_configuration(book):
    shown = init().stdout
    assert "a first look: 2 pages, 1 warning, 1 suggestion; 1 fixable with --fix\n" in shown
    commands = [line.split("#")[0].split() for line in shown.splitlines() if line.startswith("  ld-review")]
    assert commands == [["ld-review", "--format", "statistics", "content"], ["ld-review", "content"]]
    for words in commands:
        assert CliRunner().invoke(main, words[1:]).exit_code == 1
    assert init("--yes").stdout.splitlines()[-4:] == shown.splitlines()[-4:]


def test_the_findings_of_today_are_written_down_where_that_is_wanted(book, monkeypatch):
    assert "to be told of new findings alone: ld-review baseline content\n" in init().stdout
    assert init("--yes", "--baseline").exit_code == 0
    assert Path(".ld-review-baseline.json").exists()
    assert CliRunner().invoke(main, ["content"]).exit_code == 0
    before = state(book)
    second = init("--yes", "--baseline")
    assert (second.exit_code, state(book)) == (0, before)
    Path(".ld-review-baseline.json").unlink()
    asked(monkeypatch)
    assert "write down the findings of today" in init(text="y\n").stdout
    assert Path(".ld-review-baseline.json").exists()


def test_where_there_is_nothing_to_write_down_nobody_is_asked(book, monkeypatch):
    Path("content/plan.md").write_text("# Plan\n\nWe plan in the open, so that all can read it.\n", encoding="utf-8")
    assert "baseline" not in init("--yes").stdout


def test_of_many_pages_the_first_look_takes_some(book, monkeypatch):
    handbooks.write(book, {f"content/page-{number}.md": "# Page:\n" for number in range(10)})
    monkeypatch.setattr(command, "_QUICK", 4)
    assert "a first look at every third of 12 pages: 4 pages," in init().stdout


@pytest.mark.parametrize(
    ("answers", "kept"), [("y\ny\n", WRITTEN), ("n\ny\n", WRITTEN[1:]), ("y\nn\n", WRITTEN[:1]), ("\n\n", WRITTEN)]
)
def test_each_file_is_asked_for(book, monkeypatch, answers, kept):
    asked(monkeypatch)
    before = state(book)
    result = init(text=f"{answers}n\n")
    assert result.exit_code == 0, result.output
    assert sorted(set(state(book)) - set(before)) == kept


def test_an_interrupt_while_asking_leaves_all_as_it_was(book, monkeypatch):
    asked(monkeypatch)
    before = state(book)
    assert init(text="y\n").exit_code == 130
    assert state(book) == before


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such terminal")
def test_on_a_real_terminal_it_asks(book):
    import pty

    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "ld_review", "init", "--jobs", "1", "--color", "never"]
    paths = os.pathsep.join(filter(None, (str(Path(command.__file__).parents[2]), os.environ.get("PYTHONPATH"))))
    os.write(ours, b"y\nn\nn\n")
    environment = {**os.environ, "PYTHONPATH": paths}
    run = subprocess.run(words, stdin=theirs, capture_output=True, text=True, timeout=120, env=environment, check=False)
    os.close(theirs)
    os.close(ours)
    assert run.returncode == 0, run.stderr
    assert "write .ld-review.yaml? [Y/n]" in run.stdout
    assert (book / WRITTEN[0]).exists()
    assert not (book / WRITTEN[1]).exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [(".ld-review.yaml", "preset: strict\n"), ("pyproject.toml", '[tool.ld-review]\npreset = "strict"\n')],
)
def test_a_configuration_that_is_there_is_kept_and_told_what_it_lacks(book, name, text):
    handbooks.write(book, {name: text})
    result = init("--yes")
    assert Path(name).read_text() == text
    assert f"{name}: there already, and what counts; it could also say:\n" in result.stdout
    assert "    - /content/archive/" in result.stdout
    assert name == ".ld-review.yaml" or not Path(".ld-review.yaml").exists()


def test_a_broken_configuration_is_named_with_its_line_and_key(book):
    handbooks.write(book, {".ld-review.yaml": "preset: strict\nexlude: [a]\n"})
    result = init("--yes")
    assert result.exit_code == 2
    assert ".ld-review.yaml:2: " in result.stderr
    assert "'exlude'" in result.stderr
    assert not Path(".pre-commit-config.yaml").exists()


def test_a_broken_hook_file_is_left_and_the_entry_shown(book):
    handbooks.write(book, {".pre-commit-config.yaml": "repos:\n  - repo: [\n"})
    result = init("--yes", "--source", SOURCE)
    assert result.exit_code == 0
    assert ".pre-commit-config.yaml: left as it is: line 3: not YAML" in result.stdout
    assert "    - repo: https://git.example.com/group/ld-review\n" in result.stdout
    assert Path(".pre-commit-config.yaml").read_text() == "repos:\n  - repo: [\n"


def test_links_that_lead_out_of_the_repository_are_not_followed(book):
    outside = book.parent / "outside.yaml"
    outside.write_text("repos:\n- repo: x\n  rev: v1\n  hooks: [{id: a}]\n")
    Path(".pre-commit-config.yaml").symlink_to(outside)
    Path(".github").symlink_to(book.parent)
    Path(".ld-review.yaml").symlink_to(book.parent / "missing.yaml")
    before = state(book.parent)
    result = init("--yes", "--ci", "--source", SOURCE)
    assert result.exit_code == 0, result.output
    assert state(book.parent) == before
    assert "it leads out of the repository" in result.stdout


def test_a_pipeline_is_shown_and_changed_only_when_asked(book):
    pipeline = "# ours\nstages: [build]\njob:\n  script: [make]\n"
    handbooks.write(book, {".gitlab-ci.yml": pipeline})
    shown = init("--yes", "--source", SOURCE).stdout
    assert Path(".gitlab-ci.yml").read_text() == pipeline
    assert "    include:\n      - component: $CI_SERVER_FQDN/group/ld-review/review@v0.1.0\n" in shown
    assert init("--yes", "--ci", "--source", SOURCE).exit_code == 0
    changed = Path(".gitlab-ci.yml").read_text()
    assert changed.startswith(pipeline)
    [include] = yaml.safe_load(changed)["include"]
    assert include["inputs"]["paths"] == "content"
    assert include["inputs"]["stage"] == "build"
    assert ".gitlab-ci.yml: names ld-review already" in init("--yes", "--ci", "--source", SOURCE).stdout
    assert Path(".gitlab-ci.yml").read_text() == changed


def test_a_component_of_unknown_address_is_refused_before_anything_is_written(book, monkeypatch):
    monkeypatch.setattr("ld_review.start.origin._installed", Origin)
    handbooks.write(book, {".gitlab-ci.yml": "job: {script: [make]}\n"})
    before = state(book)
    result = init("--yes", "--ci")
    assert (result.exit_code, state(book)) == (2, before)
    assert "--source https://gitlab.example.com/your-group/ld-review" in result.stderr


def test_a_workflow_is_added_where_github_is(book):
    handbooks.write(book, {".github/CODEOWNERS": "* @a\n"})
    assert "for pull requests it would be:" in init("--yes", "--source", SOURCE).stdout
    assert not Path(".github/workflows").exists()
    assert init("--yes", "--ci", "--source", SOURCE).exit_code == 0
    change, review = _reviewing()
    assert change["if"] == "github.event_name == 'pull_request'"
    assert CliRunner().invoke(main, review["run"].split()[1:]).exit_code == 0
    assert Path("ld-review.sarif").exists()
    assert ".github/workflows: has a workflow with ld-review already" in init("--yes", "--ci").stdout


def _reviewing():
    """The steps of the workflow that review."""
    steps = yaml.safe_load(Path(".github/workflows/content-review.yml").read_text())["jobs"]["content-review"]["steps"]
    return [step for step in steps if step.get("run", "").startswith("ld-review")]


def test_the_workflow_tells_a_pull_request_what_it_brings_and_breaks(book, tmp_path, monkeypatch):
    """As on GitHub: a clone with all branches, and the pull request merged into its target."""
    handbooks.write(book, {".github/CODEOWNERS": "* @a\n", ".ld-review.yaml": "preset: recommended\n"})
    handbooks.write(
        book,
        {
            "content/coaching.md": "# Coaching\n\n## Practise\n\nRead [this](https://example.org/).\n",
            "content/people.md": "# People\n\n[How to practise](/coaching/#practise)\n",
        },
    )
    assert init("--yes", "--ci", "--source", SOURCE).exit_code == 0
    words = shlex.split(_reviewing()[0]["run"].replace("$GITHUB_BASE_REF", "main"))[1:]
    shutil.rmtree(".git")
    git("init", "-q", "-b", "main")
    committed()
    git("clone", "-q", ".", str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    assert CliRunner().invoke(main, words).exit_code == 0
    git("checkout", "-q", "-b", "change")
    page = Path("content/coaching.md")
    page.write_text(page.read_text().replace("## Practise", "## Practice"))
    committed()
    git("checkout", "-q", "--detach", "origin/main")
    git("merge", "-q", "--no-ff", "-m", "merge", "change")
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1, result.output
    [told] = [line for line in result.stdout.splitlines() if line.startswith("::")]
    assert told.startswith("::error file=content/coaching.md,line=3,")
    assert "1 page links to '#practise', which this change takes away: content/people.md" in told


def git(*arguments: str) -> None:
    subprocess.run(["git", "-c", "user.name=A", "-c", "user.email=a@example.org", *arguments], check=True)


def committed() -> None:
    git("add", "--all")
    git("commit", "-q", "-m", "Change")


def test_files_go_to_the_top_of_the_repository(book, monkeypatch):
    assert init("--yes", "content").exit_code == 0
    assert all((book / name).exists() for name in WRITTEN)
    assert not (book / "content" / ".ld-review.yaml").exists()


def test_no_repository_is_fine_and_needs_no_hook(tmp_path, monkeypatch):
    handbooks.write(tmp_path, {"docs/archive/a.md": "# A\n", "docs/b.md": "# B\n"})
    monkeypatch.chdir(tmp_path)
    result = init("--yes", "docs")
    assert result.exit_code == 0, result.output
    assert ".pre-commit-config.yaml: not needed: this is no git repository" in result.stdout
    assert load_config(start=tmp_path / "docs").exclude == ("/archive/",)


def test_an_empty_folder_is_said_to_be_empty(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = init()
    assert result.exit_code == 0
    assert "no pages found" in result.stderr


def test_a_page_that_cannot_be_read_stops_nothing(book):
    handbooks.write(book, {"content/bad.md": b"\xff\xfe\0"})
    result = init()
    assert result.exit_code == 0
    assert "unreadable: 1 page, such as content/bad.md" in result.stdout


def test_names_do_nothing_to_the_terminal(book):
    name = "\x1b[31mred\u202e"
    handbooks.write(book, {f"content/{name}/archive/a.md": "# A\n", f"aside {name}.md": "# A\n"})
    result = init("--yes", "--color", "never")
    assert result.exit_code == 0, result.output
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output
    assert f"/content/{name}/archive/".replace("[", "\\[") in load_config(start=book).exclude


def test_learning_content_is_named_by_its_kind(book):
    course = (
        "# Course: feedback\n\n## Learning objectives\n\n- Write feedback\n- Compare two ways\n\n"
        "## Exercise\n\nWrite one.\n\n## Knowledge check\n\n1. What is it?\n"
    )
    declared = f"---\nld_review: {{profile: lab}}\n---\n{course}"
    handbooks.write(book, {"content/feedback.md": course, "content/lab.md": declared})
    shown = init().stdout
    assert "learning content: 2 pages (1 course, 1 lab), 1 of them declared\n" in shown
    assert "such as `ld_review: {profile: course}`:\n  course        content/feedback.md\n" in shown


def test_a_file_that_changes_while_asking_is_left(book, monkeypatch):
    handbooks.write(book, {".pre-commit-config.yaml": "ci: {}\n"})

    def answer(*_: object, **__: object) -> bool:
        handbooks.write(book, {".pre-commit-config.yaml": "ci: {a: 1}\n", ".ld-review.yaml": "preset: strict\n"})
        return True

    asked(monkeypatch)
    monkeypatch.setattr("click.confirm", answer)
    result = init()
    assert result.exit_code == 2
    assert "it has come to be there meanwhile" in result.stderr
    assert Path(".pre-commit-config.yaml").read_text() == "ci: {a: 1}\n"
    assert Path(".ld-review.yaml").read_text() == "preset: strict\n"


@pytest.mark.parametrize("source", [None, SOURCE])
@pytest.mark.parametrize("existing", ["", "repos:\n- repo: meta\n  hooks:\n  - id: identity\n"])
def test_the_hook_file_is_valid_to_pre_commit(book, source, existing):
    pytest.importorskip("pre_commit")
    if existing:
        handbooks.write(book, {".pre-commit-config.yaml": existing})
    assert init("--yes", *(("--source", source) if source else ())).exit_code == 0
    words = [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"]
    result = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "ld-review" in Path(".pre-commit-config.yaml").read_text()
