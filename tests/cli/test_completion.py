import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import handbooks

SOURCE = Path(__file__).parents[2] / "src"


@pytest.fixture
def environment(tmp_path):
    """A handbook with rules of its own, and a PATH on which the command lies."""
    handbooks.build(tmp_path)
    program = tmp_path / "bin" / "ld-review"
    handbooks.write(tmp_path, {"bin/ld-review": f'#!/bin/sh\nexec {sys.executable} -m ld_review "$@"\n'})
    program.chmod(0o755)
    return {**os.environ, "PYTHONPATH": str(SOURCE), "PATH": f"{program.parent}:{os.environ['PATH']}"}


def _offered(words, environment, tmp_path, shell="bash"):
    """The words that are offered behind *words*, of which the last is being written."""
    asked = {"_LD_REVIEW_COMPLETE": f"{shell}_complete", "COMP_WORDS": " ".join(["ld-review", *words])}
    if shell == "bash":
        asked["COMP_CWORD"] = str(len(words))
    else:
        asked = {**asked, "COMP_CWORD": words[-1] if shell == "fish" else str(len(words))}
    command = [sys.executable, "-m", "ld_review"]
    done = subprocess.run(
        command, env={**environment, **asked}, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    return done.stdout.split("\n")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["out"], ["plain,outline", "file,out"]),
        (["--stat"], ["plain,--statistics"]),
        (["docs", "--stat"], ["plain,--statistics"]),
        (["check", "--format", "sa"], ["plain,sarif"]),
        (["docs", "--format", "sa"], ["plain,sarif"]),
        (["--format", "sa"], ["plain,sarif"]),
        (["check", "--output", "jso"], ["plain,json=", "plain,jsonl="]),
        (["check", "--select", "forb"], ["plain,forbidden-word"]),
        (["check", "--select", "asy"], ["plain,async"]),
        (["check", "--ignore", "async,forb"], ["plain,async,forbidden-word"]),
        (["check", "--severity", "forb"], ["plain,forbidden-word="]),
        (["check", "--preset", "r"], ["plain,recommended"]),
        (["outline", "--profile", "path"], ["plain,pathway"]),
        (["rule", "forb"], ["plain,forbidden-word"]),
        (["test", "forb"], ["plain,forbidden-word"]),
        (["request", "content"], ["plain,content-review"]),
        (["json-schema", "con"], ["plain,configuration"]),
        (["lsp", "--del"], ["plain,--delay"]),
    ],
)
def test_what_is_offered(words, expected, environment, tmp_path):
    assert [line for line in _offered(words, environment, tmp_path) if line] == expected


def test_a_rule_is_offered_with_what_it_is_about(environment, tmp_path):
    offered = _offered(["rule", "forb"], environment, tmp_path, "zsh")
    assert offered[:3] == ["plain", "forbidden-word", "A word that must not stand here"]
    assert "forbidden-word" in "".join(_offered(["rule", "forb"], environment, tmp_path, "fish"))


def test_a_broken_configuration_still_offers_the_rules_of_the_package(environment, tmp_path):
    (tmp_path / ".ld-review.yaml").write_text("nonsense: true\n", encoding="utf-8")
    assert "plain,vague-link-text" in _offered(["rule", "vague-l"], environment, tmp_path)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_there_is_a_script_for_each_shell_and_the_shell_takes_it(shell, environment, tmp_path):
    asked = {**environment, "_LD_REVIEW_COMPLETE": f"{shell}_source"}
    script = subprocess.run(["ld-review"], env=asked, capture_output=True, text=True, check=True).stdout
    assert "_LD_REVIEW_COMPLETE" in script
    if not shutil.which(shell):
        pytest.skip(f"no {shell} here")
    (tmp_path / "script").write_text(script, encoding="utf-8")
    subprocess.run([shell, "-n", tmp_path / "script"], check=True)


@pytest.mark.skipif(not shutil.which("bash"), reason="no bash here")
def test_bash_completes_a_word(environment, tmp_path):
    story = """
        eval "$(_LD_REVIEW_COMPLETE=bash_source ld-review)"
        COMP_WORDS=(ld-review rule forb) COMP_CWORD=2
        _ld_review_completion ld-review forb rule
        echo "${COMPREPLY[@]}"
    """
    done = subprocess.run(
        ["bash", "-c", story], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "forbidden-word\n"


@pytest.mark.skipif(not shutil.which("fish"), reason="no fish here")
def test_fish_completes_a_word(environment, tmp_path):
    story = "_LD_REVIEW_COMPLETE=fish_source ld-review | source; complete -C 'ld-review rule forb'"
    done = subprocess.run(
        ["fish", "--no-config", "-c", story], env=environment, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "forbidden-word\tA word that must not stand here\n"


def test_a_run_does_not_load_what_completion_needs():
    script = "import sys, ld_review.cli.check\nprint('click.shell_completion' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"
