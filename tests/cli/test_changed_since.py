"""``--changed-since`` and ``ld-review baseline`` on a repository that git knows."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

import handbooks
from ld_review.cli import main

Run = Callable[..., Result]
CONFIG = handbooks.CONFIG.replace(
    "forbidden-word]",
    "forbidden-word, link-broken-by-change, dead-anchor-link, dead-page-link, dead-incoming-link, objectives-missing]",
)
COACHING = "# Coaching\n\n## Practise\n\nThis is forbidden.\n\n## Read on\n\nNothing is wrong with this line.\n"
PEOPLE = (
    "# People\n\n[Practise](/handbook/coaching/#practise), [coaching](/handbook/coaching/), "
    "[x](/handbook/coaching/#no)\n"
)


def git(*arguments: str) -> None:
    who = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


def commit() -> None:
    git("add", "--all")
    git("commit", "-q", "-m", "Change")


@pytest.fixture
def pages(folder: Path) -> Path:
    """A handbook of two pages on a branch that has changed nothing yet."""
    shutil.rmtree(folder / ".git")
    shutil.rmtree(folder / "docs")
    pages = folder / "content/handbook"
    handbooks.write(folder, {".ld-review.yaml": CONFIG, "hugo.toml": ""})
    handbooks.write(pages, {"coaching.md": COACHING, "people.md": PEOPLE, "_index.md": "# Handbook\n"})
    git("init", "-q", "-b", "main")
    commit()
    git("checkout", "-q", "-b", "topic")
    return pages


def found(*arguments: str) -> set[tuple[str, int, str]]:
    """The page, line and rule of each finding."""
    result = CliRunner().invoke(main, ["content", *arguments, "--format", "json"])
    assert result.exit_code in (0, 1), result.stderr
    shown = json.loads(result.stdout)
    return {
        (Path(page["path"]).name, finding["start"]["line"], finding["rule"])
        for page in shown["pages"]
        for finding in page["findings"]
    }


SINCE = ("--changed-since", "main")
LINES = (*SINCE, "--changed-lines")


def edit(page: Path, before: str, after: str) -> None:
    text = page.read_text()
    assert before in text
    page.write_text(text.replace(before, after))


def test_nothing_changed_is_clean_and_says_so(pages: Path, run: Run) -> None:
    result = run("content", *SINCE)
    assert result.exit_code == 0
    assert "0 pages changed since main" in result.stderr
    assert run("content", *SINCE, "--format", "gitlab").stdout == "[]\n"


def test_a_touched_page_is_reported_whole_and_no_other(pages: Path) -> None:
    edit(pages / "coaching.md", "this line", "these words")
    assert found(*SINCE) == {("coaching.md", 5, "forbidden-word"), ("coaching.md", 1, "dead-incoming-link")}


def test_changed_lines_are_reported_alone(pages: Path) -> None:
    edit(pages / "coaching.md", "this line", "these forbidden words")
    assert found(*LINES) == {("coaching.md", 9, "forbidden-word")}


def test_an_equal_line_that_moved_down_is_not_new(pages: Path) -> None:
    edit(pages / "coaching.md", "# Coaching\n", "# Coaching\n\nA line above.\n")
    assert found(*LINES) == set()


def test_a_new_page_is_reported_whole(pages: Path) -> None:
    (pages / "new.md").write_text("# New\n\nforbidden\n")
    assert found(*LINES) == {("new.md", 3, "forbidden-word")}


def test_what_a_deletion_brings_is_reported_wherever_it_stands(pages: Path) -> None:
    objectives = "## Learning objectives\n\n- Apply the model\n- Compare two models\n\n"
    course = f"---\nld_review: {{profile: course}}\n---\n\n# A course\n\n{objectives}## Practice\n\nDo it.\n"
    (pages / "course.md").write_text(course)
    commit()
    git("branch", "-f", "main")
    assert found(*LINES) == set()
    edit(pages / "course.md", objectives, "")
    assert found(*LINES) == {("course.md", 5, "objectives-missing")}


@pytest.mark.parametrize("committed", [True, False])
def test_a_reworded_heading_breaks_links_elsewhere(pages: Path, committed: bool) -> None:
    edit(pages / "coaching.md", "## Practise", "## Practice")
    if committed:
        commit()
    assert ("coaching.md", 3, "link-broken-by-change") in found(*SINCE)
    assert found(*LINES) == {("coaching.md", 3, "link-broken-by-change")}


def test_a_moved_page_breaks_links_elsewhere(pages: Path, run: Run) -> None:
    (pages / "coaching.md").rename(pages / "mentoring.md")
    assert found(*LINES) == {("mentoring.md", 1, "link-broken-by-change")}
    said = run("content", *SINCE, "--format", "concise").stdout
    assert "1 page links to '/handbook/coaching/', which this change takes away: content/handbook/people.md" in said
    assert "the page is now at '/handbook/mentoring/'" in said


def test_a_moved_page_whose_old_address_leads_on_breaks_nothing(pages: Path) -> None:
    (pages / "coaching.md").rename(pages / "mentoring.md")
    edit(pages / "mentoring.md", "# Coaching", "---\naliases: [/handbook/coaching/]\n---\n\n# Coaching")
    assert found(*LINES) == set()


def test_a_deleted_page_is_said_where_it_was(pages: Path) -> None:
    (pages / "coaching.md").unlink()
    commit()
    assert found(*LINES) == {("coaching.md", 1, "link-broken-by-change")}
    assert found(*LINES, "--exclude", "coaching.md") == set()


def test_links_that_the_change_mends_too_are_not_broken(pages: Path) -> None:
    (pages / "coaching.md").rename(pages / "mentoring.md")
    edit(pages / "people.md", "/handbook/coaching/", "/handbook/mentoring/")
    assert found(*LINES) == {("people.md", 3, "dead-anchor-link")}


def test_a_dead_link_on_a_touched_page_that_the_change_makes_dead(pages: Path) -> None:
    edit(pages / "people.md", "# People\n", "# People\n\nMore.\n")
    edit(pages / "coaching.md", "## Practise", "## Practice")
    assert found(*LINES) == {("people.md", 5, "dead-anchor-link")}


def test_fixes_are_made_on_touched_pages_alone(pages: Path, run: Run) -> None:
    (pages / "people.md").write_text("We utilize it.\n")
    commit()
    git("branch", "-f", "main")
    (pages / "new.md").write_text("We utilize it.\n")
    assert run("content", *SINCE, "--fix").exit_code == 0
    assert (pages / "new.md").read_text() == "We use it.\n"
    assert (pages / "people.md").read_text() == "We utilize it.\n"


def written(name: str) -> list[dict[str, Any]]:
    """The pages of a review in a file, without where the pages are."""
    pages: list[dict[str, Any]] = json.loads(Path(name).read_text())["pages"]
    return pages


def test_the_pages_as_they_were_are_reviewed_as_they_would_have_been(pages: Path, run: Run) -> None:
    (pages / "values.md").write_text("# Values\n\nWe utilize it.\n\n[Coaching](/handbook/coaching/#no)\n" * 3)
    commit()
    git("branch", "-f", "main")
    run("content", "--output", "json=then.json", "--no-cache")
    edit(pages / "coaching.md", "This is forbidden.", "This is clear.")
    (pages / "values.md").rename(pages / "virtues.md")
    (pages / "people.md").unlink()
    (pages / "new.md").write_text("# New\n\nforbidden\n")
    assert run("content", *SINCE, "--before", "before.json", "--output", "json=now.json").exit_code == 1
    then = {page["path"]: page for page in written("then.json")}
    before = {page["path"]: page for page in written("before.json")}
    names = ("coaching.md", "people.md", "values.md")
    assert list(before) == [f"content/handbook/{name}" for name in names]
    for path, page in before.items():
        assert [one["rule"] for one in page["findings"]] == [one["rule"] for one in then[path]["findings"]]
        assert [one["fingerprint"] for one in page["findings"]] == [
            one["fingerprint"] for one in then[path]["findings"]
        ]
        assert page["verdicts"] == then[path]["verdicts"]
    said = run("compare", "before.json", "now.json").stdout
    assert "content/handbook/virtues.md (was content/handbook/values.md)" in said


def test_a_page_keeps_its_name_where_the_folder_is_named_from_the_root(pages: Path, run: Run) -> None:
    edit(pages / "coaching.md", "this line", "these words")
    run(str(pages), *SINCE, "--before", "before.json", "--output", "json=now.json")
    assert [page["path"] for page in written("before.json")] == [page["path"] for page in written("now.json")]
    assert "0 resolved, 0 new, " in run("compare", "before.json", "now.json").stdout


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("content", "--before", "x.json"), "--before needs --changed-since REF"),
        (("content", *LINES, "--before", "x.json"), "leave out --changed-lines"),
        (("content", *SINCE, "--fix", "--before", "x.json"), "leave out --changed-lines, --fix and --diff"),
        (("content", *SINCE, "--before", "x", "--output", "sarif=x"), "--before x: sarif goes to the same file"),
        (("content", *SINCE, "--before", "hugo.toml/x"), "--before hugo.toml/x: cannot be written"),
        (("content", "--changed-lines"), "--changed-lines needs --changed-since REF"),
        (("content", *LINES, "--fix"), "leave out --changed-lines"),
        (("-", *SINCE), "`-` (stdin) has no past"),
        (("content", "--changed-since", "origin/nope"), "git fetch origin nope:refs/remotes/origin/nope"),
        (("content", "--baseline", "x.json", "--no-baseline"), "exclude each other"),
        (("content", "--baseline", "x.json"), "x.json: there is no such baseline"),
        (("baseline", "--add"), "--add needs --update"),
        (("baseline", "--update"), ".ld-review-baseline.json: there is no such baseline"),
    ],
)
def test_what_cannot_be_done(pages: Path, run: Run, arguments: tuple[str, ...], error: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert error in result.stderr


def test_the_way_of_a_baseline(pages: Path, run: Run) -> None:
    written = run("baseline", "content")
    assert written.exit_code == 0
    assert "3 known findings on 2 pages; commit it" in written.stdout
    assert run("baseline", "content").exit_code == 2
    clean = run("content", "--fail-on", "suggestion")
    assert clean.exit_code == 0
    assert "2 known findings left out (.ld-review-baseline.json)" in clean.stdout
    assert run("content", "--no-baseline").exit_code == 1
    assert found("--no-baseline") >= {("coaching.md", 5, "forbidden-word")}
    edit(pages / "coaching.md", "This is forbidden.\n", "This is clear.\n\n- We utilize it.\n")
    edit(pages / "people.md", "# People\n", "# People\n\nWe utilize it.\n")
    assert found() == {("people.md", 3, "long-word"), ("coaching.md", 7, "long-word")}
    assert "1 known finding is gone: `ld-review baseline --update` drops it" in run("content").stdout
    assert ": 1 dropped, 0 added; 2 new findings not in it" in run("baseline", "content", "--update").stdout
    assert ": 0 dropped, 2 added" in run("baseline", "content", "--update", "--add").stdout
    assert found() == set()


def test_one_page_alone_and_all_pages_know_the_same(pages: Path, run: Run) -> None:
    """A dead link is said at the page it leads to where that is reviewed alone, as by the hook."""
    run("baseline", "content")
    for page in ("coaching.md", "people.md", "_index.md"):
        assert run(str(pages / page), "--fail-on", "suggestion").exit_code == 0


def test_the_configuration_may_name_the_baseline(pages: Path, run: Run) -> None:
    Path(".ld-review.yaml").write_text(f"{CONFIG}baseline: known/findings.json\n")
    assert run("content").exit_code == 2
    Path("known").mkdir()
    assert run("baseline", "content").exit_code == 0
    assert "../content/handbook/coaching.md" in json.loads(Path("known/findings.json").read_text())["pages"]
    assert run("content").exit_code == 0
    assert run("content", "--isolated", "--select", "dead-anchor-link").exit_code == 1


def test_json_counts_what_was_left_out(pages: Path, run: Run) -> None:
    run("baseline", "content")
    summary = json.loads(run("content", "--format", "json").stdout)["summary"]
    assert (summary["known"], summary["gone"]) == (2, 0)


def test_a_baseline_and_changed_lines_go_together(pages: Path, run: Run) -> None:
    run("baseline", "content")
    commit()
    edit(pages / "coaching.md", "This is forbidden.", "This is forbidden, and forbidden.")
    assert found(*SINCE) == {("coaching.md", 5, "forbidden-word")}
    assert len(json.loads(run("content", *LINES, "--format", "json").stdout)["pages"][0]["findings"]) == 1
