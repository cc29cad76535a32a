"""``ld-review baseline`` with the rules of the package, on a handbook that git knows."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ld_review.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples" / "handbook"
FILE = ".ld-review-baseline.json"


@pytest.fixture
def handbook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The pages of the example in two folders, without rules about links, which break as pages move."""
    monkeypatch.chdir(tmp_path)
    for name in ("courses", "courses/people"):
        shutil.copytree(EXAMPLES, tmp_path / name, dirs_exist_ok=True)
    (tmp_path / ".ld-review.yaml").write_text("ignore: [handbook-first]\n")
    _git("init", "-q")
    _git("add", "--all")
    assert _run("baseline").exit_code == 0
    return tmp_path


def _git(*arguments: str) -> None:
    subprocess.run(["git", *arguments], check=True, capture_output=True)


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments])


def _found() -> tuple[list[str], int, int]:
    """The rules of what is reported, how much is left out, and how much of the baseline is gone."""
    result = _run(".", "--format", "json", "--exit-zero")
    assert result.exit_code == 0, result.stderr
    said = json.loads(result.stdout)
    rules = [finding["rule"] for page in said["pages"] for finding in page["findings"]]
    return rules, said["summary"]["known"], said["summary"]["gone"]


def test_a_baseline_leaves_out_what_it_was_written_from(handbook: Path) -> None:
    size = sum(
        len(prints)
        for page in json.loads(Path(FILE).read_text())["pages"].values()
        for prints in page["rules"].values()
    )
    assert size > 20
    assert _found() == ([], size, 0)


def test_nothing_comes_back_as_pages_move_and_are_edited_elsewhere(handbook: Path) -> None:
    _, size, _ = _found()
    before = Path(FILE).read_bytes()
    _git("mv", "courses/people/feedback-course.md", "courses/people/feedback.md")
    _git("mv", "courses", "learning")
    assert _found() == ([], size, 0)
    for page in Path("learning").rglob("*.md"):
        text = page.read_text() + "\n## Read on\n\nThe rest of the handbook is there for you.\n"
        page.write_bytes(text.replace("\n", "\r\n").encode())
    assert _found() == ([], size, 0)
    assert Path(FILE).read_bytes() == before

    assert f"{size} known findings" in _run("baseline", "--update").stdout
    assert {name.partition("/")[0] for name in json.loads(Path(FILE).read_text())["pages"]} == {"learning"}
    assert _found() == ([], size, 0)


def test_only_what_is_new_is_reported_and_only_that_is_added(handbook: Path) -> None:
    _, size, _ = _found()
    page = Path("courses/feedback-course.md")
    page.write_text(page.read_text() + "\n## Learning objectives\n\n- Understand feedback\n- Name three models\n")
    rules, known, gone = _found()
    assert (rules, known + gone) == (["objective-vague-verb"], size)
    before = Path(FILE).read_text().splitlines()
    assert "0 added" in _run("baseline", "--update").stdout
    assert _found()[0] == ["objective-vague-verb"]
    assert "1 added" in _run("baseline", "--update", "--add").stdout
    assert _found() == ([], size + 1 - gone, 0)
    assert len({*Path(FILE).read_text().splitlines()} - {*before}) <= 4
