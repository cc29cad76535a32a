"""What the documentation shows is what happens."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from ld_review.cli import main
from ld_review.config_file import load_config
from ld_review.reporters import FORMATS
from ld_review.start.origin import origin_of
from ld_review.start.pipeline import workflow

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_FENCE = re.compile(r"^( *)```(\w+) title=(\S+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?!https?:|#)([^)#\s]+)")


def _block(page: Path, title: str) -> str:
    for indent, _, name, body in _FENCE.findall(page.read_text(encoding="utf-8")):
        if name == title:
            return re.sub(f"^{indent}", "", body, flags=re.MULTILINE)
    raise AssertionError(f"{page.name} shows no {title}")


def _run(*arguments: str):
    return CliRunner().invoke(main, arguments)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files(page):
    links = _LINK.findall(re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_screen_of_the_readme_is_real(tmp_path, monkeypatch):
    readme = ROOT / "README.md"
    (tmp_path / "coaching.md").write_text(_block(readme, "coaching.md"), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    shown = readme.read_text(encoding="utf-8").split("$ ld-review coaching.md\n")[1].split("```")[0]
    result = _run("coaching.md")
    assert result.stdout.strip() == shown.strip()
    assert result.exit_code == 1


def test_the_outline_of_the_readme_is_real(monkeypatch):
    monkeypatch.chdir(ROOT)
    page = "examples/handbook/pathway.md"
    shown = (ROOT / "README.md").read_text(encoding="utf-8").split(f"$ ld-review outline {page}\n")[1].split("```")[0]
    assert _run("outline", page).stdout.strip() == shown.strip()


def test_the_wording_and_the_profile_of_the_learning_page_are_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    learning = ROOT / "docs" / "learning.md"
    Path(".ld-review.yaml").write_text(_block(learning, "elements.yaml"), encoding="utf-8")
    front_matter = _block(learning, "front-matter.yaml")
    Path("page.md").write_text(f"---\n{front_matter}---\n\n## Kata\n\nWrite one.\n", encoding="utf-8")
    shown = _run("outline", "page.md").stdout
    assert "profile: course (declared by its front matter)" in shown
    assert re.search(r"practice +Kata$", shown, re.MULTILINE)


def test_the_live_event_of_the_learning_page_is_real(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    learning = ROOT / "docs" / "learning.md"
    Path("office-hours.md").write_text(_block(learning, "office-hours.md"), encoding="utf-8")
    assert _run("outline", "office-hours.md").stdout.strip() == _shown(learning, "ld-review outline office-hours.md")


def test_the_configuration_for_engineers_is_valid(tmp_path):
    for folder in ("ld-rules", "ld-process", "content", "data"):
        (tmp_path / folder).mkdir()
    (tmp_path / "data" / "redirects.yml").touch()
    file = tmp_path / ".ld-review.yaml"
    file.write_text(_block(ROOT / "docs" / "engineers.md", ".ld-review.yaml"), encoding="utf-8")
    config = load_config(file)
    on = {rule.id for rule in config.rules_for(tmp_path / "content" / "page.md")}
    drafts = {rule.id for rule in config.rules_for(tmp_path / "content" / "drafts" / "page.md")}
    assert on - drafts == {"placeholder-text"}
    assert "heading-emoji" not in on


def test_the_first_run_for_engineers_is_real_and_what_it_shows_is_written(tmp_path, monkeypatch):
    (tmp_path / "content" / "archive").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    Path("hugo.toml").write_text('baseURL = "https://handbook.example.com/"\n', encoding="utf-8")
    Path("content/coaching.md").write_text(_block(ROOT / "README.md", "coaching.md"), encoding="utf-8")
    Path("content/archive/coaching-2019.md").write_text("# Coaching in 2019\n", encoding="utf-8")
    command = "init --source https://gitlab.example.com/your-group/ld-review"
    shown = _shown(ROOT / "docs" / "engineers.md", f"ld-review {command}")
    assert _run(*command.split()).stdout.strip() == shown
    assert _run(*command.split(), "--yes").exit_code == 0
    added = [line[1:] for line in shown.splitlines() if line.startswith("+") and not line.startswith("+++")]
    texts = Path(".ld-review.yaml").read_text("utf-8") + Path(".pre-commit-config.yaml").read_text("utf-8")
    assert texts.splitlines() == added


def test_the_hooks_for_engineers_are_those_there_are_with_options_there_are():
    from ld_review.cli.check import check

    manifest = {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
    known = {name for option in check.params for name in option.opts}
    shown = yaml.safe_load(_block(ROOT / "docs" / "engineers.md", ".pre-commit-config.yaml"))["repos"][0]["hooks"]
    assert [hook["id"] for hook in shown] == list(manifest)
    assert all(word in known for hook in shown for word in hook["args"] if word.startswith("--"))


def test_the_workflow_for_engineers_is_what_init_writes():
    shown = _block(ROOT / "docs" / "engineers.md", ".github/workflows/content-review.yml")
    assert shown == workflow(origin_of("https://example.com/your-group/ld-review@v0.1.0"), ["content"], "main")


def test_a_rule_is_added_as_contributing_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = _run("new-rule", "basically", "--check", "existence", "--dimension", "handbook-first")
    assert made.exit_code == 0, made.output
    file = Path("rules/handbook-first/basically.yaml")
    assert file.exists()
    file.write_text(_block(ROOT / "CONTRIBUTING.md", str(file)), encoding="utf-8")
    tested = _run("test", str(file))
    assert tested.exit_code == 0, tested.output
    assert "reported" in tested.stdout
    assert "clean" in tested.stdout


def test_the_suppression_for_authors_silences_and_is_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = (ROOT / "docs" / "authors.md").read_text(encoding="utf-8")
    Path("page.md").write_text(re.search(r"```markdown\n(.*?)```", text, re.DOTALL)[1], encoding="utf-8")
    assert _run("page.md").exit_code == 0


def _shown(page: Path, command: str) -> str:
    """What a page shows as the output of a command, without the indent of its block."""
    indent, shown = re.search(
        rf"^( *)\$ {re.escape(command)}\n(.*?)^ *```$", page.read_text("utf-8"), re.M | re.S
    ).groups()
    return re.sub(f"^{indent}", "", shown, flags=re.MULTILINE).strip()


def test_the_schedules_for_leads_are_real():
    leads = ROOT / "docs" / "leads.md"
    today = ("--today", "2026-11-25")
    assert _run("schedule", "--launch", "2027-02-01", *today).stdout.strip() == _shown(
        leads, "ld-review schedule --launch 2027-02-01"
    )
    early = _run("schedule", "--launch", "2026-12-16", "--format", "markdown", *today)
    assert early.stderr.strip() == _shown(leads, "ld-review schedule --launch 2026-12-16 --format markdown")
    assert early.exit_code == 1


def test_the_questions_for_leads_are_real_and_the_answers_answer_them(monkeypatch, tmp_path):
    monkeypatch.chdir(ROOT)
    leads, arguments = ROOT / "docs" / "leads.md", ("request", "content-review", "examples/handbook/feedback-course.md")
    asked = _run(*arguments, "--answer", "okrs=KR 2")
    assert asked.stderr.strip() == _shown(leads, f'ld-review {" ".join(arguments)} --answer "okrs=KR 2"')
    (tmp_path / "answers.yaml").write_text(_block(leads, "answers.yaml"), encoding="utf-8")
    written = _run(*arguments, "--answers", str(tmp_path / "answers.yaml"))
    assert written.stdout.startswith("# Content review: Giving feedback in an async team\n")
    assert written.exit_code == 1, "its exercise still says TBD"


def test_the_models_for_leads_are_those_there_are():
    table = re.findall(r"^\| ([^|]+) \| `([a-z-]+)` \|", (ROOT / "docs" / "leads.md").read_text("utf-8"), re.MULTILINE)
    listed = re.findall(r"^([a-z-]+): (.+)$", _run("request", "--list").stdout, re.MULTILINE)
    assert sorted((name, row) for row, name in table) == sorted(listed)


def test_the_model_for_leads_can_be_used(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("ld-process").mkdir()
    for name in ("buddy", "questions", "conditions"):
        text = _block(ROOT / "docs" / "leads.md", f"ld-process/{name}.yaml")
        Path(f"ld-process/{name}.yaml").write_text(text, encoding="utf-8")
    Path(".ld-review.yaml").write_text("process: [ld-process]\n", encoding="utf-8")
    Path("page.md").write_text("# A course\n\n## Exercise\n\nWrite one.\n", encoding="utf-8")
    answers = ("--answer", "audience=all", "--answer", "dri=me", "--answer", "hours=3")
    result = _run("request", "buddy", "page.md", *answers, "--launch", "2027-02-01", "--today", "2026-11-25")
    assert result.exit_code == 0, result.stderr
    assert "- [x] There is practice on every page (`page.md:3`)" in result.stdout
    assert "| 2027-02-04 Thu | Thank your buddy | the author |  |" in result.stdout


def test_the_examples_show_a_review_of_several_rules(monkeypatch):
    monkeypatch.chdir(ROOT)
    result = _run("--format", "concise", "examples/handbook")
    rules = set(re.findall(r"\[([\w-]+)\]$", result.stdout, re.MULTILINE))
    assert len(rules) >= 8
    assert "team-page.md" not in result.stdout


def test_the_schemas_that_the_pages_write_can_be_written():
    asked = {
        what
        for page in PAGES
        for what in re.findall(r"ld-review json-schema ([a-z]+)", page.read_text(encoding="utf-8"))
    }
    assert {"configuration", "rule"} <= asked
    for what in asked:
        assert "title" in json.loads(_run("json-schema", what).stdout)


def test_the_table_of_reports_has_every_format():
    section = (ROOT / "docs/engineers.md").read_text(encoding="utf-8").split("## Reports\n")[1].split("\n## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(FORMATS)


def test_the_comparison_of_the_gitlab_page_is_real(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page, before = Path("coaching.md"), _block(ROOT / "README.md", "coaching.md")
    after = before.replace("TBD", "Write down one question.") + "\n## Summary\n\nComing soon\n"
    for name, text in (("old", before), ("new", after)):
        page.write_text(text, encoding="utf-8")
        _run("--output", f"json={name}.json", "coaching.md")
    result = _run("compare", "old.json", "new.json")
    assert result.stdout.strip() == _shown(ROOT / "docs" / "gitlab.md", "ld-review compare old.json new.json")
    assert result.exit_code == 1


def test_the_component_of_the_gitlab_page_has_the_inputs_it_is_given():
    page, template = ROOT / "docs" / "gitlab.md", ROOT / "templates" / "review.yml"
    inputs = next(yaml.safe_load_all(template.read_text("utf-8")))["spec"]["inputs"]
    for file in (page, ROOT / "README.md"):
        [include] = yaml.safe_load(_block(file, ".gitlab-ci.yml"))["include"]
        assert include["component"].split("@")[0].endswith(f"/{template.stem}")
        for name, value in include["inputs"].items():
            assert isinstance(value, bool) == (inputs[name].get("type") == "boolean")
            assert value in inputs[name].get("options", [value])
    table = dict(re.findall(r"^\| `([a-z-]+)` \| ?(.*?) ?\|", page.read_text("utf-8"), re.MULTILINE))
    shown = {name: one["default"] for name, one in inputs.items()}
    assert table == {
        name: f"`{str(value).lower() if isinstance(value, bool) else value}`" if value != "" else ""
        for name, value in shown.items()
    }


def test_the_commands_of_the_gitlab_page_are_those_there_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    named = re.findall(r"`(--[a-z-]+)", (ROOT / "docs" / "gitlab.md").read_text("utf-8"))
    known = "".join(_run(*command, "--help").stdout for command in (("gitlab", "comment"), ("compare",), ("check",)))
    assert [option for option in named if option not in known] == []


def test_the_shards_and_the_merge_of_the_pipeline_for_engineers_are_one_review(tmp_path, monkeypatch):
    jobs = yaml.safe_load(_block(ROOT / "docs" / "engineers.md", ".gitlab-ci.yml"))
    monkeypatch.chdir(tmp_path)
    Path("content").mkdir()
    for number in range(6):
        Path(f"content/{number}.md").write_text(_block(ROOT / "README.md", "coaching.md") * (number + 1), "utf-8")
    shards, merge = jobs["content-shards"], jobs["content-review"]
    for index in range(1, shards["parallel"] + 1):
        for line in shards["script"]:
            filled = line.replace("$CI_NODE_INDEX", str(index)).replace("$CI_NODE_TOTAL", str(shards["parallel"]))
            assert _run(*filled.split()[1:]).exit_code == 0
    assert [Path(path).is_dir() for path in shards["artifacts"]["paths"]] == [True]
    assert merge["needs"] == ["content-shards"]
    [command] = merge["script"]
    merged = _run(*command.split()[1:], "--no-cache")
    assert merged.stderr == f"6 of 6 pages taken from {shards['parallel']} parts\n"
    report = Path(merge["artifacts"]["reports"]["codequality"])
    written = report.read_bytes()
    alone = _run(*command.replace(" merge", "").split()[1:], "--no-cache")
    assert (merged.stdout, written) == (alone.stdout, report.read_bytes())


def test_the_cluster_of_the_page_about_scale_reviews(tmp_path, monkeypatch, capsys):
    distributed = pytest.importorskip("distributed")
    monkeypatch.chdir(tmp_path)
    Path("content").mkdir()
    Path("content/coaching.md").write_text(_block(ROOT / "README.md", "coaching.md"), "utf-8")
    with distributed.LocalCluster(n_workers=1, processes=False, dashboard_address=None) as cluster:
        code = _block(ROOT / "docs" / "scale.md", "review_on_cluster.py")
        exec(code.replace("tcp://scheduler:8786", cluster.scheduler_address).replace("/handbook", str(tmp_path)))
    assert capsys.readouterr().out == "1 pages, 4 findings\n"
