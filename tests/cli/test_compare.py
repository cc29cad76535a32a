"""``ld-review compare`` from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import handbooks


@pytest.fixture
def two(folder, run):
    """Two reviews: a page mended, a page moved, an error put in."""
    run("--output", "json=old.json", "docs")
    handbooks.write(folder, {"docs/weak.md": handbooks.CLEAN, "docs/long.md": handbooks.LONG + "\nForbidden.\n"})
    Path("docs/bad.md").unlink()
    handbooks.write(folder, {"docs/old/bad.md": handbooks.BAD})
    run("--output", "json=new.json", "docs")
    return run


def test_text_tells_what_changed_and_counts_the_rest(two):
    result = two("compare", "old.json", "new.json")
    assert result.stdout == (
        "docs/long.md\n"
        "  new      5:1: error: 'Forbidden' must not stand here [forbidden-word]\n"
        "  verdict  async: ready -> needs-changes: 'Forbidden' must not stand here\n"
        "  1 remaining\n\n"
        "docs/old/bad.md (was docs/bad.md)\n"
        "  1 remaining\n\n"
        "docs/weak.md\n"
        "  resolved 3:3: warning: 'Understand' cannot be observed [weak-verb]\n\n"
        "1 resolved, 1 new, 2 remaining on 4 pages\n"
    )
    assert result.exit_code == 1


def test_markdown_tells_the_same(two):
    result = two("compare", "old.json", "new.json", "--format", "markdown")
    assert "1 resolved, 1 new, 2 remaining on 4 pages." in result.stdout
    assert "- **new**, line 5, error: 'Forbidden' must not stand here (`forbidden-word`)" in result.stdout
    assert "### `docs/old/bad.md`\n\n- moved from `docs/bad.md`\n- 1 remaining\n" in result.stdout


def test_json_has_all_of_it(two):
    data = json.loads(two("compare", "old.json", "new.json", "--format", "json").stdout)
    assert data["summary"] == {"pages": 4, "resolved": 1, "new": 1, "unknown": 0, "remaining": 2, "failed": False}
    assert [page["path"] for page in data["pages"] if page["remaining"]] == ["docs/long.md", "docs/old/bad.md"]
    assert data["pages"][2]["old_path"] == "docs/bad.md"


@pytest.mark.parametrize(("level", "status"), [("error", 1), ("suggestion", 1), ("never", 0)])
def test_fail_on_says_what_new_findings_matter(two, level, status):
    assert two("compare", "old.json", "new.json", "--fail-on", level).exit_code == status


def test_the_other_way_round_what_is_new_is_a_warning(two):
    assert two("compare", "new.json", "old.json").exit_code == 1
    assert two("compare", "new.json", "old.json", "--fail-on", "error").exit_code == 0


def test_nothing_new_is_a_success(two):
    result = two("compare", "new.json", "new.json")
    assert (result.stdout, result.exit_code) == ("0 resolved, 0 new, 3 remaining on 4 pages\n", 0)


def test_pages_that_are_gone_are_named(two, run):
    run("--output", "json=less.json", "docs/clean.md")
    text = run("compare", "old.json", "less.json").stdout
    assert "docs/bad.md: not in the new review, 1 finding there\n" in text
    assert "- `docs/bad.md`: 1 finding there" in run("compare", "old.json", "less.json", "--format", "markdown").stdout


def test_changes_of_verdict_are_told(two):
    for name, verdict in (("old.json", "needs-changes"), ("new.json", "ready")):
        data = json.loads(Path(name).read_text("utf-8"))
        for page in data["pages"]:
            page["verdicts"] = {"async": {"verdict": verdict, "reason": "because *of* it\n/close"}}
        Path(name).write_text(json.dumps(data), encoding="utf-8")
    assert (
        "  verdict  async: needs-changes -> ready: because *of* it /close\n"
        in two("compare", "old.json", "new.json").stdout
    )
    markdown = two("compare", "old.json", "new.json", "--format", "markdown").stdout
    assert "- Bias for async: needs changes → **ready**: because \\*of\\* it /close\n" in markdown
    data = json.loads(two("compare", "old.json", "new.json", "--format", "json").stdout)
    assert data["pages"][0]["verdicts"]["async"]["after"] == "ready"


def test_a_new_review_that_is_not_whole_is_status_2(two, folder):
    handbooks.write(folder, {"docs/long.md": b"\xff"})
    two("--output", "json=new.json", "docs")
    result = two("compare", "old.json", "new.json", "--fail-on", "never")
    assert result.exit_code == 2
    assert "of 1 it cannot be told, since their rules could not look; something could not be reviewed" in result.stdout


@pytest.mark.parametrize("name", ["missing.json", "docs/clean.md", "docs"])
def test_what_is_no_review_is_refused(two, name):
    result = two("compare", "old.json", name)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {name}")
    assert result.stdout == ""
