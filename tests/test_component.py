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
    assert (result.returncode, "no page of the handbook changed" in result.stdout) == (0, True)
    posted = _run("content-review-comment", _filled(package=""), **variables)
    assert (posted.returncode, "there is no review to post" in posted.stdout) == (0, True)


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
    assert result.returncode == 1
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
