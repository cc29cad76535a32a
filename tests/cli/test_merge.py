"""Shards of several machines and their merge say what one machine says, to the byte."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import handbooks
from ld_review.cli import main
from ld_review.reporters import FORMATS

_COPIED = " ".join(f"word{number} of the common passage" for number in range(30))
_COURSE = """\
---
title: Coaching
---

## Learning objectives

- Understand the GROW model
- Ask one open question <!-- ld-review-disable-line non-iso-date -- nothing here -->

## Workshop

Join us on 2020-06-04 at 15:00 in the #coaching channel. Read [this](/team/#none) or [that](/nowhere/).

## Exercise

TBD <!-- ld-review-disable-line placeholder-text -- it comes in May -->
"""
PAGES: dict[str, str | bytes] = {
    "hugo.toml": 'baseURL = "https://handbook.example.com/"\n',
    "content/_index.md": "# Handbook\n\n[Coaching](/coaching/), [the team](/team/#people), [gone](/coaching/gone/).\n",
    "content/coaching.md": _COURSE,
    "content/team.md": f"# Team\n\n## People\n\n{_COPIED}\n\nRead [here](/coaching/#workshop).\n",
    "content/copy.md": f"# Copy\n\n## Again\n\n{_COPIED}\n\nBefore December 3, 2026.\n",
    "content/deutsch.md": "# Seite\n\nDiese Seite ist auf Deutsch geschrieben und wird hier nicht beurteilt.\n" * 4,
    "content/latin.md": b"# Caf\xe9\n",
    "content/binary.md": b"\0\1\2",
    "content/deep.md": ">" * 400 + " deep\n",
    "content/emoji.md": "# 🎉 Party\r\n\r\nRead [this](/team/) 🎉 before May 3rd.\r\n",
    "content/off/a.md": "# Off\n\nTBD\n",
}
_CONFIG = """\
handbook: {complete: true}
paths:
  - match: "content/off/**"
    ignore: [placeholder-text]
  - match: "content/team.md"
    profile: course
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LD_REVIEW_CACHE_DIR", str(tmp_path / "cache"))
    for name in ("NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE", "CI", "GITLAB_CI", "LD_REVIEW_FORMAT", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    return handbooks.build(tmp_path, PAGES, _CONFIG)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def git(*arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


def shards(number: int, *arguments: str) -> None:
    """Write the parts of so many machines."""
    shutil.rmtree("ld-review-parts", ignore_errors=True)
    for one in range(1, number + 1):
        result = run("--shard", f"{one}/{number}", "--no-cache", *arguments)
        assert result.exit_code == 0, result.output
        assert result.stdout == ""


def written(folder: Path, *command: str) -> tuple[int, str, dict[str, bytes]]:
    """The exit status, stdout, and all reports of a command, which go to a new folder."""
    shutil.rmtree(folder, ignore_errors=True)
    outputs = [f"--output={form}={folder}/{form}" for form in FORMATS]
    result = run(*command, *outputs, f"--output=html={folder}/pages/", "--no-cache")
    files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert len(files) > len(FORMATS)
    return result.exit_code, result.stdout, files


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_the_merge_says_what_one_run_says_in_every_format(folder: Path, looked_at: list[str], number: int) -> None:
    alone = written(folder / "out", "check", "content")
    said = json.loads(alone[2]["json"])
    found = {finding["rule"] for page in said["pages"] for finding in page["findings"]}
    assert {"dead-page-link", "dead-anchor-link", "copied-passage", "unused-suppression"} <= found
    assert len([page for page in said["pages"] if page["failures"]]) == 3
    shards(number, "content")
    looked_at.clear()

    merged = written(folder / "out", "merge", "content")

    assert merged == alone
    assert {*looked_at} <= {"deep.md"}, "which broke, and may not break again"


def test_a_baseline_counts_at_the_merge(folder: Path) -> None:
    run("baseline", "content", "--quiet")
    handbooks.write(folder, {"content/copy.md": f"# Copy\n\n{_COPIED}\n\nTBD and [this](/nowhere/).\n"})
    alone = written(folder / "out", "check", "content")
    assert json.loads(alone[2]["json"])["summary"]["known"] > 0
    shards(3, "content")
    assert written(folder / "out", "merge", "content") == alone


@pytest.mark.parametrize("lines", [(), ("--changed-lines",)])
def test_only_what_a_branch_touches_is_shared(folder: Path, lines: tuple[str, ...]) -> None:
    shutil.rmtree(".git")
    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "Before")
    git("checkout", "-q", "-b", "topic")
    handbooks.write(folder, {"content/new.md": "# New\n\nTBD\n"})
    team = folder / "content" / "team.md"
    team.write_text(team.read_text("utf-8").replace("## People", "## Humans") + "\nTBD\n", encoding="utf-8")
    since = ("--changed-since", "main", *lines)
    alone = written(folder / "out", "check", "content", *since)
    assert b"link-broken-by-change" in alone[2]["json"]
    shards(3, "content", *since)
    assert written(folder / "out", "merge", "content", *since) == alone
    assert "2 of 2 pages taken from 3 parts" in run("merge", "content", *since).stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--select", "all"),
        ("--preset", "strict", "--profile", "course"),
        ("--today", "2020-01-01"),
        ("--jobs", "2"),
        ("--isolated",),
    ],
)
def test_options_that_both_are_given_count(folder: Path, looked_at: list[str], options: tuple[str, ...]) -> None:
    alone = written(folder / "out", "check", "content", *options)
    shards(2, "content", *options)
    looked_at.clear()
    assert written(folder / "out", "merge", "content", *options) == alone
    assert {*looked_at} <= {"deep.md"}


def test_parts_of_another_checkout_elsewhere_are_taken(
    folder: Path, looked_at: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    alone = written(folder / "out", "check", "content")
    other = handbooks.build(tmp_path_factory.mktemp("elsewhere"), PAGES, _CONFIG)
    with monkeypatch.context() as there:
        there.chdir(other)
        shards(2, "content")
    shutil.move(other / "ld-review-parts", folder / "parts")
    looked_at.clear()
    assert written(folder / "out", "merge", "content", "--parts", "parts") == alone
    assert {*looked_at} <= {"deep.md"}


def test_all_pages_are_taken_where_nothing_broke(folder: Path) -> None:
    shards(3, "content/coaching.md", "content/team.md")
    result = run("merge", "content/coaching.md", "content/team.md")
    assert result.stderr == "2 of 2 pages taken from 3 parts\n", "one of which holds no page"


def test_what_no_part_knows_is_looked_at_here_and_said(folder: Path, looked_at: list[str]) -> None:
    shards(2, "content")
    handbooks.write(folder, {"content/new.md": "# New\n\nTBD\n", "content/copy.md": "# Changed\n"})
    alone = run("content", "--no-cache").stdout
    looked_at.clear()
    result = run("merge", "content", "--no-cache")
    assert result.stdout == alone
    assert sorted(looked_at) == ["copy.md", "deep.md", "new.md"]
    assert result.stderr.splitlines() == [
        "6 of 11 pages taken from 2 parts",
        "looked at here, since something broke on them in their shard: 3",
        "looked at here, since no part knows them as they are: 2 (content/copy.md, content/new.md)",
    ]
    assert run("merge", "content", "--quiet").stderr == ""


def test_a_missing_shard_is_said_and_made_up_for(folder: Path) -> None:
    alone = run("content").stdout
    shards(5, "content")
    for number in (2, 4):
        Path(f"ld-review-parts/part-{number}-of-5.jsonl").unlink()
    result = run("merge", "content", "--no-cache")
    assert result.stdout == alone
    assert "no part of shards 2/5, 4/5: what is missing is looked at here\n" in result.stderr


def test_parts_left_over_from_another_split_do_no_harm(folder: Path) -> None:
    alone = run("content").stdout
    shards(3, "content")
    shutil.copytree("ld-review-parts", "kept")
    shards(2, "content")
    shutil.copy("kept/part-1-of-3.jsonl", "ld-review-parts")
    result = run("merge", "content", "--no-cache")
    assert result.stdout == alone
    assert "no part" not in result.stderr.split("no part knows")[0]


def test_parts_of_other_rules_are_named(folder: Path) -> None:
    shards(1, "content", "--ignore", "vague-link-text")
    result = run("merge", "content", "--no-cache")
    assert result.stdout == run("content").stdout
    part = Path("ld-review-parts/part-1-of-1.jsonl")
    assert f"{part}: made by other rules, options or configuration: nothing of it was taken\n" in result.stderr


def test_parts_may_lie_in_folders_of_their_own(folder: Path) -> None:
    shards(2, "content/team.md", "content/copy.md")
    for number in (1, 2):
        name = f"part-{number}-of-2.jsonl"
        Path(f"all/{number}").mkdir(parents=True)
        shutil.move(f"ld-review-parts/{name}", f"all/{number}/{name}")
    assert (
        "2 of 2 pages taken from 2 parts" in run("merge", "content/team.md", "content/copy.md", "--parts", "all").stderr
    )


def test_a_shard_says_what_it_did(folder: Path) -> None:
    result = run("--shard", "1/1", "content", "missing", "--parts", "deep/parts")
    assert result.exit_code == 0
    assert result.stderr.splitlines() == [
        "failure: no such file or folder: missing",
        f"shard 1/1: 10 of 10 pages in {Path('deep/parts/part-1-of-1.jsonl')}; "
        "3 left to the merge, since something broke on them",
    ]
    assert run("--shard", "1/1", "content", "--quiet").stderr == ""


def test_a_shard_takes_what_is_known_from_earlier_runs(folder: Path, looked_at: list[str]) -> None:
    run("--shard", "1/1", "content")
    before = Path("ld-review-parts/part-1-of-1.jsonl").read_bytes()
    looked_at.clear()
    run("--shard", "1/1", "content")
    assert looked_at == ["deep.md"]
    assert Path("ld-review-parts/part-1-of-1.jsonl").read_bytes() == before


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--shard", "5/4", "content"), "shard '5/4': the first is 1/4, the last 4/4"),
        (("--shard", "/", "content"), "expected I/N"),
        (("--shard", "1/2", "-"), "`-` (stdin) is one page"),
        (("--shard", "1/2", "--fix", "content"), "leave out --fix or --shard"),
        (("--shard", "1/2", "--diff", "content"), "leave out --diff or --shard"),
        (("--shard", "1/2", "--output", "json=x.json", "content"), "give --output to `ld-review merge`"),
        (("--shard", "1/2", "--format", "json", "content"), "give --format to `ld-review merge`"),
        (("--shard", "1/2", "--statistics", "content"), "give --statistics to `ld-review merge`"),
        (("--shard", "1/2", "--check-external", "content"), "give --check-external to `ld-review merge`"),
        (("--parts", "x", "content"), "--parts needs --shard I/N"),
        (("merge", "content"), "ld-review-parts: no parts here; `ld-review check --shard 1/4 PATH...`"),
        (("merge",), "nothing to review: name the files and folders that the shards were made of"),
        (("merge", "-"), "`-` (stdin) is none"),
        (("merge", "--fix", "content"), "No such option '--fix'"),
    ],
)
def test_what_makes_no_sense_is_refused(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert not Path("ld-review-parts").exists()


def test_a_format_that_the_environment_names_is_no_contradiction(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_REVIEW_FORMAT", "json")
    assert run("--shard", "1/1", "content").exit_code == 0


def test_a_part_that_cannot_be_written_is_an_error(folder: Path) -> None:
    handbooks.write(folder, {"taken": ""})
    result = run("--shard", "1/1", "content", "--parts", "taken/parts")
    assert result.exit_code == 2
    assert f"{Path('taken/parts/part-1-of-1.jsonl')}: cannot be written" in result.stderr


@pytest.mark.corpus
def test_pages_of_a_real_handbook_too(folder: Path, corpora: list[Path]) -> None:
    shutil.rmtree("content")
    for page in [page for page in corpora if "handbook-hugo" in page.parts][::8]:
        copied = folder / "content" / Path(*page.parts[page.parts.index("handbook-hugo") + 1 :])
        copied.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(page, copied)
    command = ("content", "--format", "json", "--no-cache", "--jobs", str(os.cpu_count() or 1))
    alone = run(*command)
    shards(3, "content")
    merged = run("merge", *command)
    assert merged.stdout == alone.stdout
    assert merged.exit_code == alone.exit_code == 1
    assert "looked at here" not in merged.stderr
