"""The GitLab CI component: it is what GitLab takes, and its scripts do what it says in a real repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

import fake_gitlab
import handbooks

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "templates" / "review.yml"
SCHEMA = ROOT.parent / "shared" / "schemas" / "gitlab-ci.schema.json"
LOCAL = os.environ.get("LD_REVIEW_GITLAB_CI_LOCAL") or shutil.which("gitlab-ci-local")
SPEC, JOBS = yaml.safe_load_all(TEMPLATE.read_text("utf-8"))
INPUTS = SPEC["spec"]["inputs"]
ODD = "docs/odd name\nwith 'quotes' $(touch owned) ü.md"


def _filled(**inputs):
    """The jobs with their inputs put in, as GitLab puts them in: as text."""
    values = {name: one["default"] for name, one in INPUTS.items()} | {
        name.replace("_", "-"): value for name, value in inputs.items()
    }

    def put(match):
        value = values[match[1]]
        return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))

    text = re.sub(r"\$\[\[ inputs\.([a-z-]+) \]\]", put, TEMPLATE.read_text("utf-8").split("\n---\n", 1)[1])
    return yaml.safe_load(text)


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A handbook with a commit, and a command ``ld-review`` that is this one."""
    for name in [name for name in os.environ if name.startswith(("CI_", "GITLAB_", "LD_REVIEW_G"))]:
        monkeypatch.delenv(name)
    top = tmp_path / "repository"
    top.mkdir()
    monkeypatch.chdir(top)
    shim = tmp_path / "bin" / "ld-review"
    shim.parent.mkdir()
    start = f"import sys; sys.path.insert(0, {str(ROOT / 'src')!r}); from ld_review.cli import main; main()"
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -P -c "{start}" "$@"\n', encoding="utf-8")
    shim.chmod(0o755)
    monkeypatch.setenv(
        "PATH", f"{shim.parent}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "gitconfig"))
    for name in ("user.name", "user.email"):
        subprocess.run(["git", "config", "--global", name, "somebody@example.com"], check=True)
    subprocess.run(["git", "init", "-q", "-b", "main"], check=True)
    config = {f"rules/{name}.yaml": text for name, text in handbooks.RULES.items()}
    handbooks.write(top, {".ld-review.yaml": handbooks.CONFIG, **config})
    handbooks.write(top, {"docs/bad.md": handbooks.BAD, "docs/moved.md": handbooks.LONG * 9, "other/weak.md": "# W\n"})
    _commit()
    return top


def _commit():
    subprocess.run(["git", "add", "-A"], check=True)
    subprocess.run(["git", "commit", "-q", "-m", "change"], check=True)
    return _git("rev-parse", "HEAD")


def _git(*arguments):
    return subprocess.run(["git", *arguments], check=True, capture_output=True, text=True).stdout.strip()


def _run(job, jobs, **variables):
    """Run a job's script as a runner does: one shell, stopping at the first failure."""
    given = {**jobs[f".{job.removesuffix('-comment')}-base"]["variables"], **jobs[job]["variables"]}
    lines = [*jobs[f".{job.removesuffix('-comment')}-base"]["before_script"], *jobs[job]["script"]]
    script = "set -e\n" + "\n".join(lines)
    environment = {**os.environ, **given, **variables}
    return subprocess.run(
        ["sh"], input=script, env=environment, capture_output=True, text=True, check=False, encoding="utf-8"
    )


def _change(files):
    """Commit a change; returns the variables of its merge request's pipeline."""
    base = _git("rev-parse", "HEAD")
    handbooks.write(Path.cwd(), files)
    head = _commit()
    return {
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_COMMIT_SHA": head,
        "CI_SERVER_URL": "https://gitlab.example.com",
        "CI_MERGE_REQUEST_PROJECT_ID": "42",
        "CI_MERGE_REQUEST_IID": "7",
    }


def _json(name):
    return json.loads(Path("ld-review", name).read_text("utf-8"))


@pytest.mark.skipif(not SCHEMA.exists(), reason="GitLab's schema of CI files is not beside the project")
def test_gitlab_takes_the_template_and_what_its_inputs_make():
    from jsonschema import Draft7Validator

    schema = Draft7Validator(json.loads(SCHEMA.read_text("utf-8")))
    for document in (SPEC, JOBS, _filled(), _filled(comment=False, threads=True, paths="a, b c")):
        assert [error.message for error in schema.iter_errors(document)] == []
    wrong = _filled()
    wrong["content-review"]["artifacts"]["reports"]["code-quality"] = "x"
    assert list(schema.iter_errors(wrong))


def test_every_input_is_described_and_used():
    used = set(re.findall(r"\$\[\[ inputs\.([a-z-]+) \]\]", TEMPLATE.read_text("utf-8")))
    assert used == set(INPUTS)
    assert all(one["description"] for one in INPUTS.values())
    assert len(SPEC["spec"]["description"]) <= 256


def test_what_is_shown_on_the_merge_request_has_a_name_that_gitlab_takes():
    artifacts = JOBS["$[[ inputs.job-name ]]"]["artifacts"]
    assert re.fullmatch(r"\w[-\w ]{0,99}", artifacts["expose_as"])
    assert artifacts["when"] == "always"
    assert not any("*" in path for path in artifacts["paths"])


def test_no_token_is_needed_for_the_review():
    reviewing = {name: job for name, job in JOBS.items() if not name.endswith("-comment")}
    assert "TOKEN" not in json.dumps(reviewing)


def test_changed_pages_are_reviewed_and_what_is_new_fails_the_job(repository):
    variables = _change({"docs/new.md": handbooks.WEAK, "docs/bad.md": handbooks.BAD + "\nMore.\n", "docs/a.txt": "x"})
    result = _run("content-review", _filled(package=""), **variables)
    assert result.returncode == 1, result.stderr
    assert [page["path"] for page in _json("review.json")["pages"]] == ["docs/bad.md", "docs/new.md"]
    assert [page["path"] for page in _json("baseline.json")["pages"]] == ["docs/bad.md"]
    assert "0 resolved, 1 new, 1 remaining on 2 pages" in result.stdout
    report = Path("ld-review/report.md").read_text("utf-8")
    assert "docs/new.md" in Path("ld-review/index.html").read_text("utf-8")
    assert report.startswith("<!-- ld-review") or "| Verdict |" in report
    assert {one["location"]["path"] for one in _json("code-quality.json")} == {
        "docs/bad.md",
        "docs/moved.md",
        "docs/new.md",
    }
    assert ElementTree.parse("ld-review/junit.xml").getroot().tag == "testsuites"
    assert _git("status", "--porcelain", "--untracked-files=no") == ""
    assert len(_git("worktree", "list").splitlines()) == 1


@pytest.mark.parametrize(("level", "status"), [("error", 0), ("never", 0), ("warning", 1)])
def test_fail_on_says_what_fails_the_job(repository, level, status):
    result = _run("content-review", _filled(package="", fail_on=level), **_change({"docs/new.md": handbooks.WEAK}))
    assert result.returncode == status, result.stderr


def test_what_was_there_before_does_not_fail_the_job(repository):
    result = _run("content-review", _filled(package=""), **_change({"docs/bad.md": handbooks.BAD + "\nMore.\n"}))
    assert result.returncode == 0, result.stdout + result.stderr


def test_odd_names_are_names_and_nothing_else(repository):
    names = {ODD, "docs/--fix.md", "docs/*.md", "--output=owned.md"}
    variables = _change(dict.fromkeys(names, handbooks.WEAK))
    result = _run("content-review", _filled(package=""), **variables)
    assert result.returncode == 1, result.stderr
    assert {page["path"] for page in _json("review.json")["pages"]} == names
    assert not Path("owned").exists()
    assert _git("status", "--porcelain", "--untracked-files=no") == "", "no page was rewritten"


def test_a_renamed_page_is_compared_with_what_it_was(repository):
    Path("docs/moved.md").rename("docs/away.md")
    result = _run("content-review", _filled(package="", fail_on="suggestion"), **_change({}))
    assert result.returncode == 0, result.stdout
    assert "docs/away.md (was docs/moved.md)" in result.stdout


def test_only_pages_in_the_folders_asked_for_are_reviewed(repository):
    variables = _change({"other/weak.md": handbooks.WEAK, "docs/new.md": handbooks.WEAK, "docs-old/x.md": "# X\n"})
    _run("content-review", _filled(package="", paths="docs/, no such"), **variables)
    assert [page["path"] for page in _json("review.json")["pages"]] == ["docs/new.md"]


def test_links_to_elsewhere_are_not_read(repository, tmp_path):
    (tmp_path / "secret.md").write_text(handbooks.BAD, encoding="utf-8")
    Path("docs/link.md").symlink_to(tmp_path / "secret.md")
    Path("linked").symlink_to(tmp_path)
    result = _run("content-review", _filled(package=""), **_change({"docs/new.md": handbooks.CLEAN}))
    assert result.returncode == 0, result.stdout
    assert [page["path"] for page in _json("review.json")["pages"]] == ["docs/new.md"]


def test_no_module_of_the_repository_is_imported(repository):
    trap = "open('owned', 'w').close()\n"
    names = ("json.py", "subprocess.py", "tempfile.py", "ld_review/__init__.py", "sitecustomize.py")
    variables = _change({**dict.fromkeys(names, trap), "docs/new.md": handbooks.CLEAN})
    assert _run("content-review", _filled(package=""), **variables).returncode == 0
    assert not Path("owned").exists()


def test_a_change_without_pages_reviews_none_and_posts_nothing(repository):
    variables = _change({"a.txt": "x"})
    result = _run("content-review", _filled(package="", code_quality=False), **variables)
    assert (result.returncode, "0 pages changed since" in result.stderr) == (0, True)
    assert "0 resolved, 0 new, 0 remaining on 0 pages" in result.stdout
    with fake_gitlab.running(fake_gitlab.FakeGitLab()) as server:
        token = {"LD_REVIEW_GITLAB_TOKEN": fake_gitlab.TOKEN, "CI_SERVER_URL": server.url}
        posted = _run("content-review-comment", _filled(package=""), **(variables | token))
        assert (posted.returncode, server.bodies) == (0, [])
        assert "no page was reviewed" in posted.stdout


LINKED = {
    "docs/coaching.md": "# Coaching\n\n## Practise\n\nAsk before you answer, and listen to what is said.\n",
    "docs/feedback.md": "# Feedback\n\nSay what you saw, what it did, and what you would like.\n",
    "docs/people.md": "# People\n\n[P](coaching.md#practise), [coaching](coaching.md), [feedback](feedback.md)\n",
    ".ld-review.yaml": handbooks.CONFIG.replace("[weak-verb", "[link-broken-by-change, weak-verb"),
}


def _broken():
    """What the review says of links elsewhere, by page."""
    return {
        page["path"]: (finding["start"]["line"], finding["message"])
        for page in _json("review.json")["pages"]
        for finding in page["findings"]
        if finding["rule"] == "link-broken-by-change"
    }


def test_a_reworded_heading_that_breaks_links_on_other_pages_is_told(repository):
    _change(LINKED)
    reworded = LINKED["docs/coaching.md"].replace("Practise", "Practice")
    result = _run("content-review", _filled(package=""), **_change({"docs/coaching.md": reworded}))
    assert result.returncode == 1, result.stderr
    assert _broken() == {
        "docs/coaching.md": (
            3,
            "1 page links to '#practise', which this change takes away: docs/people.md; did you mean '#practice'?",
        )
    }
    assert "0 resolved, 1 new, 0 remaining on 1 page" in result.stdout
    failed = ElementTree.parse("ld-review/junit.xml").getroot().findall(".//failure")
    assert ["docs/people.md" in one.text for one in failed] == [True]
    assert "docs/people.md" in Path("ld-review/report.md").read_text("utf-8")


def test_links_to_moved_and_deleted_pages_are_told_where_the_pages_were(repository):
    _change(LINKED)
    _git("mv", "docs/coaching.md", "docs/mentoring.md")
    _git("rm", "-q", "docs/feedback.md")
    result = _run("content-review", _filled(package=""), **_change({}))
    assert result.returncode == 1, result.stderr
    told = _broken()
    assert set(told) == {"docs/mentoring.md", "docs/feedback.md"}
    assert all("docs/people.md" in message for _, message in told.values())
    assert "the page is now at '/docs/mentoring.md'" in told["docs/mentoring.md"][1]
    assert [page["path"] for page in _json("baseline.json")["pages"]] == ["docs/coaching.md", "docs/feedback.md"]


def test_links_that_change_with_what_they_lead_to_break_nothing(repository):
    _change(LINKED)
    _git("mv", "docs/coaching.md", "docs/mentoring.md")
    people = LINKED["docs/people.md"].replace("coaching.md", "mentoring.md")
    result = _run("content-review", _filled(package=""), **_change({"docs/people.md": people}))
    assert (result.returncode, _broken()) == (0, {}), result.stdout


def test_what_breaks_links_becomes_a_thread_at_its_heading_and_a_word_in_the_note(repository):
    _change(LINKED)
    old = LINKED["docs/coaching.md"]
    new = old.replace("Practise", "Practice")
    _git("rm", "-q", "docs/feedback.md")
    variables = _change({"docs/coaching.md": new})
    _run("content-review", _filled(package=""), **variables)
    with fake_gitlab.running(fake_gitlab.FakeGitLab(files={"docs/coaching.md": (old, new)})) as server:
        token = {"LD_REVIEW_GITLAB_TOKEN": fake_gitlab.TOKEN, "CI_SERVER_URL": server.url}
        token |= {"CI_COMMIT_SHA": fake_gitlab.HEAD}
        result = _run("content-review-comment", _filled(package="", threads=True), **(variables | token))
        assert result.returncode == 0, result.stderr
        assert "threads: 1 opened; 0 there already; 0 resolved; 1 new findings at lines" in result.stdout
        assert "docs/feedback.md" in server.bodies[0]
        assert [one["notes"][0]["position"]["new_line"] for one in server.discussions] == [3]
        assert server.violations == []


def test_findings_that_a_committed_baseline_knows_are_neither_new_nor_resolved(repository):
    subprocess.run(["ld-review", "baseline", "."], check=True)
    _commit()
    more = {"docs/bad.md": handbooks.BAD + "\nMore.\n"}
    result = _run("content-review", _filled(package=""), **_change(more))
    assert result.returncode == 0, result.stdout
    assert "0 resolved, 0 new, 0 remaining on 1 page" in result.stdout
    assert _json("code-quality.json") == []


def test_a_rule_that_the_change_switches_on_is_not_what_the_pages_did(repository):
    variables = _change({".ld-review.yaml": handbooks.CONFIG.replace(", forbidden-word", "")})
    variables = _change({".ld-review.yaml": handbooks.CONFIG, "docs/bad.md": handbooks.BAD + "\nMore.\n"})
    result = _run("content-review", _filled(package=""), **variables)
    assert (result.returncode, "0 new, 1 remaining" in result.stdout) == (0, True)


def test_a_clone_that_is_too_shallow_says_how_to_get_more(repository, tmp_path, monkeypatch):
    variables = _change({"docs/new.md": handbooks.WEAK})
    _git("clone", "-q", "--depth=1", f"file://{repository}", str(tmp_path / "clone"))
    monkeypatch.chdir(tmp_path / "clone")
    result = _run("content-review", _filled(package="", code_quality=False), **variables)
    assert result.returncode == 2
    assert "in GitLab CI set the variable GIT_DEPTH to 0" in result.stderr
    assert "Traceback" not in result.stderr


def test_what_the_repository_has_where_reports_go_is_never_taken_for_one(repository, tmp_path):
    outside = tmp_path / "outside.json"
    handbooks.write(repository, {"ld-review/baseline.json": "{}", "docs/new.md": handbooks.WEAK})
    (repository / "ld-review/review.json").symlink_to(outside)
    result = _run("content-review", _filled(package=""), **_change({}))
    assert (result.returncode, outside.exists()) == (1, False)
    assert _json("baseline.json")["pages"] == []


def test_what_the_target_branch_did_meanwhile_is_not_part_of_the_change(repository):
    """In a pipeline for merged results the last commit holds both sides."""
    base = _git("rev-parse", "HEAD")
    _git("checkout", "-q", "-b", "change")
    variables = _change({"docs/new.md": handbooks.WEAK})
    _git("checkout", "-q", "main")
    handbooks.write(Path.cwd(), {"docs/other.md": handbooks.WEAK})
    target = _commit()
    _git("merge", "-q", "--no-ff", "-m", "merge", "change")
    merged = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": target}
    _run("content-review", _filled(package=""), **(variables | merged))
    assert [page["path"] for page in _json("review.json")["pages"]] == ["docs/new.md"]


def test_on_the_default_branch_all_pages_are_reviewed_for_code_quality(repository):
    result = _run("content-review", _filled(package=""), CI_COMMIT_BRANCH="main")
    assert result.returncode == 0, result.stderr
    assert len(_json("code-quality.json")) == 10
    assert not Path("ld-review/review.json").exists()


def test_without_a_commit_to_compare_with_the_job_says_so(repository):
    result = _run("content-review", _filled(package=""), CI_PIPELINE_SOURCE="merge_request_event")
    assert result.returncode == 2
    assert "CI_MERGE_REQUEST_DIFF_BASE_SHA is not set" in result.stderr


def test_the_review_is_posted_with_threads(repository):
    new = "# New\n\nWe utilize it.\n"
    variables = _change({"docs/new.md": new})
    _run("content-review", _filled(package=""), **variables)
    with fake_gitlab.running(fake_gitlab.FakeGitLab(files={"docs/new.md": ("", new)})) as server:
        token = {
            "LD_REVIEW_GITLAB_TOKEN": fake_gitlab.TOKEN,
            "CI_SERVER_URL": server.url,
            "CI_COMMIT_SHA": fake_gitlab.HEAD,
        }
        result = _run("content-review-comment", _filled(package="", threads=True), **(variables | token))
        assert result.returncode == 0, result.stderr
        assert "**1 suggestion** on 1 page" in server.bodies[0]
        assert server.suggested(server.discussions[0]) == "# New\n\nWe use it.\n"
        assert server.violations == []


@pytest.mark.skipif(not LOCAL, reason="gitlab-ci-local is not installed (npm), or LD_REVIEW_GITLAB_CI_LOCAL not set")
def test_gitlab_ci_local_runs_the_component(repository):
    shutil.copytree(TEMPLATE.parent, "templates")
    inputs = {"package": "", "fail-on": "error", "paths": "docs/", "job-name": "review-docs"}
    include = {"include": [{"local": "templates/review.yml", "inputs": inputs}], "stages": ["test"]}
    variables = _change({".gitlab-ci.yml": yaml.safe_dump(include), "docs/new.md": handbooks.WEAK})
    subprocess.run(["git", "remote", "add", "origin", "https://gitlab.example.com/group/handbook.git"], check=True)
    given = [part for name, value in variables.items() for part in ("--variable", f"{name}={value}")]
    command = [LOCAL, "--force-shell-executor", "--ignore-predefined-vars", ",".join(variables), *given]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    made = Path(".gitlab-ci-local/artifacts/review-docs/ld-review")
    assert sorted(path.name for path in made.iterdir()) == [
        "baseline.json",
        "code-quality.json",
        "index.html",
        "junit.xml",
        "report.md",
        "review.json",
    ]
    assert "review-docs-comment" not in done.stdout, "there is no token"
