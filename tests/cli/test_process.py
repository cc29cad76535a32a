"""The command as a real process: what only pipes, signals and terminals show."""

from __future__ import annotations

import json
import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import handbooks

COMMAND = [sys.executable, "-m", "ld_review"]
SOURCE = str(Path(__file__).parents[2] / "src")


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "SYSTEMROOT")}
    return {**kept, "PYTHONPATH": SOURCE, "TERM": "xterm", **more}


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], capture_output=True, text=True, encoding="utf-8", env=environment(**more), check=False
    )


def test_a_whole_run_in_a_process_of_its_own(folder: Path) -> None:
    result = run("docs", "nope", "--format", "json")
    assert result.returncode == 2
    assert result.stderr == ""
    assert json.loads(result.stdout)["summary"] == {
        "pages": 4,
        "errors": 1,
        "warnings": 1,
        "suggestions": 1,
        "fixable": 1,
        "known": 0,
        "gone": 0,
        "failures": 1,
        "exit_status": 2,
    }


@pytest.mark.parametrize("form", ["json", "jsonl", "sarif", "gitlab", "junit", "github"])
def test_what_programs_read_is_utf_8_whatever_the_terminal_is(folder: Path, form: str) -> None:
    handbooks.write(folder, {"docs/über.md": "# Grüße\n\nThis is forbidden, 👍.\n"})
    plain = run("docs", "--format", form, PYTHONIOENCODING="utf-8").stdout
    assert run("docs", "--format", form, PYTHONIOENCODING="latin-1").stdout == plain
    assert "ber.md" in plain


@pytest.mark.parametrize("form", ["text", "concise", "json", "jsonl", "sarif", "gitlab", "junit", "github"])
def test_a_closed_pipe_is_silent_and_keeps_the_status(folder: Path, form: str) -> None:
    handbooks.write(folder, {"docs/long.md": "forbidden\n\n" * 5000})
    command = [*COMMAND, "docs", "-v", "--format", form]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment())
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(30) == 1


def test_a_pipe_that_was_closed_from_the_start_is_silent(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    for arguments in (["docs"], ["rules"], ["--help"]):
        result = subprocess.run(
            [*COMMAND, *arguments], stdout=writing, stderr=subprocess.PIPE, env=environment(), check=False
        )
        assert result.stderr == b""
    os.close(writing)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_ends_in_one_line_and_leaves_pages_whole(folder: Path, jobs: str) -> None:
    handbooks.write(folder, {f"docs/{number:04}.md": handbooks.LONG * 30 for number in range(1500)})
    command = [*COMMAND, "docs", "--fix", "-j", jobs]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), start_new_session=True
    )
    until = time.monotonic() + 30
    while time.monotonic() < until and (folder / "docs/0005.md").read_text() == handbooks.LONG * 30:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.decode().split() == ["interrupted"]
    assert out == b""
    whole = {handbooks.LONG * 30, handbooks.LONG.replace("utilize", "use") * 30}
    assert {path.read_text() for path in (folder / "docs").glob("0*.md")} == whole
    assert not list((folder / "docs").glob(".ld-review-*"))


def in_terminal(*arguments: str, **more: str) -> str:
    """What a terminal is sent."""
    master, slave = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdin=slave, stdout=slave, stderr=slave, env=environment(**more), close_fds=True
    )
    os.close(slave)
    shown = b""
    while select.select([master], [], [], 30)[0]:
        try:
            data = os.read(master, 65536)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(master)
    process.wait(30)
    return shown.decode().replace("\r\n", "\n")


def test_a_terminal_gets_colours(folder: Path) -> None:
    assert "\x1b[1;31merror[forbidden-word]\x1b[0m" in in_terminal("docs/bad.md")


@pytest.mark.parametrize("off", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_can_refuse_colours(folder: Path, off: dict[str, str]) -> None:
    assert "\x1b" not in in_terminal("docs/bad.md", **off)


def test_hostile_pages_send_nothing_to_the_terminal(folder: Path) -> None:
    handbooks.write(folder, {"docs/\x1b[2Jevil.md": "\x1b]0;owned\x07 forbidden \u202e\x9b2J utilize\n" * 2})
    for arguments in ([], ["--format", "concise"], ["--diff"], ["--statistics"]):
        shown = in_terminal("docs", *arguments, NO_COLOR="1")
        assert "evil" in shown or "--statistics" in arguments
        assert not any(character in shown for character in "\x1b\x07\x9b\u202e")


def test_an_encoding_that_lacks_a_character_does_not_end_the_run(folder: Path) -> None:
    handbooks.write(folder, {"docs/bad.md": "日本 forbidden\n"})
    result = run("docs/bad.md", PYTHONIOENCODING="ascii")
    assert result.returncode == 1
    assert "\\u65e5\\u672c forbidden" in result.stdout


def test_a_file_name_that_is_no_text_is_reviewed(folder: Path) -> None:
    name = os.fsencode(folder) + b"/docs/caf\xe9.md"
    try:
        Path(os.fsdecode(name)).write_text("forbidden\n")
    except OSError:
        pytest.skip("the file system takes no such names")
    for form in ("text", "concise", "json"):
        result = run("docs", "--format", form)
        assert result.returncode == 1
        assert "caf\ufffd.md" in result.stdout


def test_start_up_imports_nothing_that_one_page_does_not_need(folder: Path) -> None:
    script = (
        "import sys\nfrom ld_review.cli import main\n"
        "try:\n    main(['docs/bad.md'])\nexcept SystemExit:\n    pass\n"
        "print(*sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, env=environment(), check=True
    )
    loaded = set(result.stdout.splitlines()[-1].split())
    heavy = {"spacy", "textstat", "rich", "multiprocessing", "pathspec"}
    assert loaded & heavy == set()
