from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

import pytest
from click.testing import Result

import handbooks
from ld_review import files, runner
from ld_review.reporters import FORMATS

Run = Callable[..., Result]

CONCISE = (
    "docs/bad.md:3:9: error: 'forbidden' must not stand here [forbidden-word]\n"
    "docs/long.md:3:4: suggestion: write use, not 'utilize' [long-word]\n"
    "docs/weak.md:3:3: warning: 'Understand' cannot be observed [weak-verb]\n"
)
REPORTED = CONCISE.splitlines()


def test_check_is_the_default(run: Run) -> None:
    assert run("docs").stdout == run("check", "docs").stdout
    assert run("--format", "concise", "docs").stdout == CONCISE


def test_a_review_ends_with_the_counts(run: Run) -> None:
    result = run("docs")
    assert result.exit_code == 1
    assert result.stdout.endswith("4 pages, 1 error, 1 warning, 1 suggestion; 1 fixable with --fix\n")
    assert result.stderr == ""


STATUSES = [
    pytest.param(("docs/clean.md",), 0, id="clean"),
    pytest.param(("docs/weak.md",), 1, id="a warning"),
    pytest.param(("docs/long.md",), 0, id="a suggestion is below the threshold"),
    pytest.param(("docs/long.md", "--fail-on", "suggestion"), 1, id="a lower threshold"),
    pytest.param(("docs/weak.md", "--fail-on", "error"), 0, id="a higher threshold"),
    pytest.param(("docs/bad.md", "--fail-on", "never"), 0, id="no threshold"),
    pytest.param(("docs/bad.md", "--exit-zero"), 0, id="findings are welcome"),
    pytest.param(("docs/gone.md", "--exit-zero"), 2, id="but failures are not"),
    pytest.param(("docs/gone.md", "--fail-on", "never"), 2, id="never"),
    pytest.param(("docs/weak.md", "--severity", "weak-verb=suggestion"), 0, id="another severity"),
    pytest.param(("docs/bad.md", "--ignore", "forbidden-word"), 0, id="a rule less"),
    pytest.param(("docs/bad.md", "--ignore", "async"), 0, id="a dimension less, whatever the file selects"),
    pytest.param(("docs/weak.md", "--isolated", "--ignore", "all"), 0, id="no configuration"),
]


@pytest.mark.parametrize(("arguments", "status"), STATUSES)
def test_the_exit_status_says_what_was_found(run: Run, arguments: tuple[str, ...], status: int) -> None:
    assert run(*arguments).exit_code == status


def test_select_and_ignore_take_commas_and_repetition(run: Run) -> None:
    result = run("docs", "--format", "concise", "--ignore", "weak-verb,long-word", "--ignore", "x-y", "--isolated")
    assert result.exit_code == 2, "x-y is no rule"
    result = run("docs", "--format", "concise", "--ignore", "weak-verb, long-word")
    assert result.stdout.splitlines() == REPORTED[:1]


def test_excluded_pages_are_left_out(run: Run) -> None:
    assert run("docs", "--format", "concise", "--exclude", "weak.md", "--exclude", "/docs/b*").stdout.splitlines() == [
        REPORTED[1]
    ]


def test_a_named_page_is_left_out_only_by_force(run: Run) -> None:
    arguments = ("docs/bad.md", "--exclude", "bad.md", "--format", "concise")
    assert run(*arguments).stdout.splitlines() == REPORTED[:1]
    forced = run(*arguments, "--force-exclude")
    assert (forced.stdout, forced.exit_code) == ("", 0)
    assert "no pages found" in forced.stderr


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_jobs_change_nothing_but_time(run: Run, folder: Path, jobs: str) -> None:
    handbooks.write(folder, {f"docs/more/{number:02}.md": handbooks.WEAK for number in range(40)})
    result = run("docs", "--format", "concise", "-j", jobs)
    assert len(result.stdout.splitlines()) == 43
    assert result.stdout == run("docs", "--format", "concise").stdout


def test_quiet_shows_findings_alone(run: Run) -> None:
    assert run("docs/clean.md", "-q").output == ""
    assert "1 page" not in run("docs/bad.md", "-q").output


def test_verbose_shows_why(run: Run) -> None:
    assert "= why: Nobody can see it." in run("docs", "-v").stdout


def test_statistics_take_the_place_of_findings(run: Run) -> None:
    assert run("docs", "--statistics").stdout.splitlines()[0].startswith("1  error       forbidden-word")


def test_the_format_can_come_from_the_environment(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LD_REVIEW_FORMAT", "concise")
    assert run("docs").stdout == CONCISE
    assert run("docs", "--format", "json").stdout.startswith("{")


def test_reports_are_written_beside_what_is_shown(run: Run, folder: Path) -> None:
    result = run("docs", "--output", "json=out.json", "--output", "concise=out.txt", "--color", "always")
    assert "\x1b[" in result.stdout
    assert (folder / "out.txt").read_text() == CONCISE
    assert json.loads((folder / "out.json").read_text())["summary"]["pages"] == 4


def test_each_format_is_written_by_one_run(run: Run, folder: Path) -> None:
    outputs = [argument for form in FORMATS for argument in ("--output", f"{form}=reports/{form}")]
    assert run("docs", *outputs).exit_code == 1
    assert sorted(path.name for path in (folder / "reports").iterdir()) == sorted(FORMATS)
    for form in FORMATS:
        assert (folder / "reports" / form).read_bytes() == run("docs", "--format", form).stdout_bytes
        assert "forbidden-word" in (folder / "reports" / form).read_text("utf-8")


def test_paths_are_told_from_the_top_of_the_repository_wherever_it_runs(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    for here, there in (
        (folder, "docs"),
        (folder / "docs", "."),
        (folder / "docs", str(folder / "docs")),
        (tmp_path_factory.mktemp("elsewhere"), str(folder / "docs")),
    ):
        monkeypatch.chdir(here)
        found = [issue["location"]["path"] for issue in json.loads(run(there, "--format", "gitlab").stdout)]
        assert found == ["docs/bad.md", "docs/long.md", "docs/weak.md"]


def test_a_report_takes_the_place_of_the_last_one_whole(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(review: object, stream: TextIO) -> None:
        stream.write("half")
        raise OSError(errno.ENOSPC, "No space left on device")

    (folder / "out").write_text("the last one")
    (folder / "out").chmod(0o640)
    with monkeypatch.context() as patch:
        patch.setattr("ld_review.reporters.json.write", broken)
        result = run("docs", "--format", "concise", "--output", "json=out")
    assert (result.exit_code, result.stdout) == (2, CONCISE)
    assert "--output json=out: cannot be written: No space left on device" in result.stderr
    assert (folder / "out").read_text() == "the last one"
    run("docs", "--output", "concise=out")
    assert (folder / "out").read_text() == CONCISE
    assert (folder / "out").stat().st_mode & 0o777 == 0o640
    assert not list(folder.glob(".ld-review-*"))


def test_a_report_does_not_take_the_place_of_a_page(run: Run, folder: Path) -> None:
    result = run("docs", "--output", "json=docs/../docs/bad.md")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "this is a page under review" in result.stderr
    assert (folder / "docs/bad.md").read_text() == handbooks.BAD


def test_a_report_may_go_to_a_device_or_through_a_link(run: Run, folder: Path) -> None:
    (folder / "link").symlink_to(folder / "real")
    assert run("docs", "--output", "json=/dev/null", "--output", "concise=link").exit_code == 1
    assert not Path("/dev/null").is_file()
    assert (folder / "link").is_symlink()
    assert (folder / "real").read_text() == CONCISE


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_refused_before_the_run(run: Run, folder: Path) -> None:
    (folder / "locked").mkdir(mode=0o500)
    result = run("docs", "--output", "json=locked/out.json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "cannot be written: Permission denied" in result.stderr


COLORS = [
    pytest.param((), {}, False, id="not into a pipe"),
    pytest.param(("--color", "always"), {"NO_COLOR": "1"}, True, id="always"),
    pytest.param(("--color", "never"), {"FORCE_COLOR": "1"}, False, id="never"),
    pytest.param((), {"FORCE_COLOR": "1"}, True, id="forced"),
    pytest.param((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, id="refused"),
    pytest.param((), {"CI": "true", "GITLAB_CI": "true"}, True, id="a job log of GitLab"),
]


@pytest.mark.parametrize(("arguments", "environment", "colored"), COLORS)
def test_colour_follows_option_and_environment(
    run: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], environment: dict[str, str], colored: bool
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for form in ("text", "concise"):
        assert ("\x1b[" in run("docs", "--format", form, *arguments).stdout) is colored


def test_json_is_never_coloured(run: Run) -> None:
    assert "\x1b" not in run("docs", "--format", "json", "--color", "always").stdout


WRONG = [
    pytest.param((), "Usage: ", 0, id="nothing at all shows the help"),
    pytest.param(("check",), "nothing to review: name files or folders, or `-` for stdin", 2, id="no path"),
    pytest.param(("docs", "--selct", "x"), "No such option '--selct'", 2, id="an unknown option"),
    pytest.param(("docs", "--format", "xml"), "'xml' is not one of 'text', 'concise', 'json'", 2, id="a format"),
    pytest.param(("docs", "--select", "weak-vreb"), "no rule 'weak-vreb'; did you mean 'weak-verb'?", 2, id="a rule"),
    pytest.param(("docs", "--ignore", "asinc"), "no rule 'asinc'; did you mean 'async'?", 2, id="a dimension"),
    pytest.param(
        ("docs", "--severity", "weak-verb=eror"),
        "expected RULE=LEVEL with a level of suggestion, warning, error; did you mean 'error'?",
        2,
        id="a level",
    ),
    pytest.param(("docs", "--severity", "weak-verb"), "expected RULE=LEVEL", 2, id="no level"),
    pytest.param(("docs", "--preset", "recomended"), "did you mean 'recommended'?", 2, id="a preset"),
    pytest.param(("docs", "--config", "no.yaml"), "no.yaml: cannot be read: No such file", 2, id="no configuration"),
    pytest.param(("docs", "--config", "x", "--isolated"), "exclude each other", 2, id="configuration and none"),
    pytest.param(("docs", "--output", "jsno=x"), "did you mean 'json'?", 2, id="an output format"),
    pytest.param(("docs", "--output", "codequality=x"), "did you mean 'gitlab'?", 2, id="as others name it"),
    pytest.param(("docs", "--format", "saruf"), "did you mean 'sarif'?", 2, id="a format misspelt"),
    pytest.param(("docs", "--format", "ndjson"), "did you mean 'jsonl'?", 2, id="a format as others name it"),
    pytest.param(
        ("docs", "--output", "json=x", "--output", "junit=./x"), "json goes to the same", 2, id="one file twice"
    ),
    pytest.param(("docs", "--output", "json=docs"), "cannot be written: Is a directory", 2, id="a folder"),
    pytest.param(("docs", "--output", "json"), "expected FORMAT=PATH", 2, id="an output without path"),
    pytest.param(
        ("docs", "--output", "json=docs/bad.md/x"), "cannot be written: Not a directory", 2, id="an output nowhere"
    ),
    pytest.param(("docs", "-"), "`-` (stdin) cannot be mixed with other paths", 2, id="stdin and files"),
    pytest.param(("docs", "--stdin-filename", "x"), "--stdin-filename is for text from stdin", 2, id="no stdin"),
    pytest.param(("docs", "--unsafe-fixes"), "--unsafe-fixes needs --fix or --diff", 2, id="unsafe without fix"),
    pytest.param(("docs", "-j", "0"), "0 is not in the range x>=1", 2, id="no processes"),
]


@pytest.mark.parametrize(("arguments", "message", "status"), WRONG)
def test_what_cannot_be_asked_for_is_refused_with_a_hint(
    run: Run, arguments: tuple[str, ...], message: str, status: int
) -> None:
    result = run(*arguments)
    assert message in result.output.replace("\n", " ")
    assert "Traceback" not in result.output
    assert result.exit_code == status


def test_a_wrong_configuration_is_named_with_file_line_and_key(run: Run, folder: Path) -> None:
    handbooks.write(folder, {".ld-review.yaml": "rules: [rules]\nignroe: [all]\n"})
    result = run("docs")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert ".ld-review.yaml:2: " in result.stderr
    assert "did you mean 'ignore'?" in result.stderr


def test_a_broken_rule_is_a_failure_and_the_others_run(run: Run, folder: Path) -> None:
    handbooks.write(folder, {"rules/async/broken.yaml": "summary: [\n"})
    result = run("docs", "--format", "concise")
    assert result.exit_code == 2
    assert result.stdout.splitlines()[1:] == REPORTED
    assert "rules/async/broken.yaml:" in result.stdout.splitlines()[0]


FAILURES: list[object] = [
    pytest.param(b"\xff\xfex", "not UTF-8 but UTF-16; save the page as UTF-8", id="UTF-16"),
    pytest.param(b"one\ncaf\xe9", "not UTF-8: byte 0xe9 on line 2; save the page as UTF-8", id="Latin-1"),
    pytest.param(b"\0", "a binary file, not a page; rename or exclude it", id="binary"),
    pytest.param(
        b"x" * (files.MAX_BYTES + 1), "too large to review: 5.0 MB, at most 5 MB; split it, or exclude it", id="huge"
    ),
]


@pytest.mark.parametrize(("data", "message"), FAILURES)
def test_a_page_that_cannot_be_read_fails_and_the_rest_is_reviewed(
    run: Run, folder: Path, data: bytes, message: str
) -> None:
    handbooks.write(folder, {"docs/a.md": data})
    result = run("docs", "--format", "concise")
    assert result.exit_code == 2
    assert result.stdout.splitlines() == [f"docs/a.md:1:1: failure: {message}", *REPORTED]


def test_a_page_of_50_mb_fails_and_the_rest_is_reviewed(run: Run, folder: Path) -> None:
    with (folder / "docs" / "a.md").open("wb") as file:
        file.truncate(50_000_000)
    result = run("docs", "--format", "concise")
    assert result.exit_code == 2
    assert result.stdout.splitlines() == [
        "docs/a.md:1:1: failure: too large to review: 50.0 MB, at most 5 MB; split it, or exclude it",
        *REPORTED,
    ]


def test_loops_of_links_end_and_the_rest_is_reviewed(run: Run, folder: Path) -> None:
    (folder / "docs" / "a.md").symlink_to("a.md")
    (folder / "docs" / "up").symlink_to("..", target_is_directory=True)
    result = run("docs", "--format", "concise")
    assert result.exit_code == 2
    assert result.stdout.splitlines() == [
        "docs/a.md:1:1: failure: cannot be read: Too many levels of symbolic links",
        *REPORTED,
    ]


def test_a_folder_that_is_not_there_fails_and_the_rest_is_reviewed(run: Run) -> None:
    result = run("dosc", "docs", "--format", "concise")
    assert result.exit_code == 2
    assert result.stdout.splitlines() == [
        "failure: no such file or folder: dosc; did you mean 'docs'?",
        *REPORTED,
    ]


def test_a_mistyped_command_is_recognised(run: Run) -> None:
    result = run("chekc")
    assert result.exit_code == 2
    assert "chekc is no command; did you mean 'check'?" in result.stderr


def test_nothing_to_review_is_said_and_no_error(run: Run, folder: Path) -> None:
    (folder / "empty").mkdir()
    result = run("empty")
    assert result.exit_code == 0
    assert result.stderr == "no pages found: all that was named is empty, ignored or excluded\n"


def test_stdin_is_reviewed_under_the_name_it_pretends(run: Run, folder: Path) -> None:
    by_path = "paths:\n  - match: law/**\n    ignore: [forbidden-word]\n"
    handbooks.write(folder, {".ld-review.yaml": handbooks.CONFIG + by_path})
    result = run("-", "--format", "concise", "--stdin-filename", "docs/new.md", text=handbooks.BAD)
    assert result.stdout == "docs/new.md:3:9: error: 'forbidden' must not stand here [forbidden-word]\n"
    assert result.exit_code == 1
    assert run("-", "--stdin-filename", "law/new.md", text=handbooks.BAD).exit_code == 0


def test_stdin_without_a_name_is_called_stdin(run: Run) -> None:
    assert run("-", "-q", "--format", "concise", text="forbidden").stdout.startswith("stdin.md:1:1: ")


def test_stdin_that_is_no_text_is_a_failure(run: Run) -> None:
    result = run("-", text=b"\xff")
    assert result.exit_code == 2
    assert "not UTF-8: byte 0xff on line 1" in result.stdout


def test_a_fixed_stdin_goes_to_stdout_and_the_report_to_stderr(run: Run) -> None:
    result = run("-", "--fix", text="\ufeffWe utilize\r\nforbidden words.\r\n")
    assert result.stdout_bytes == "\ufeffWe use\r\nforbidden words.\r\n".encode()
    assert "error[forbidden-word]" in result.stderr
    assert result.exit_code == 1


def test_a_stdin_that_needs_no_fix_comes_back_as_it_was(run: Run) -> None:
    assert run("-", "--fix", text=b"caf\xe9 utilize").stdout_bytes == b"caf\xe9 utilize"


def test_fix_mends_and_reports_what_is_left(run: Run, folder: Path) -> None:
    result = run("docs", "--fix", "--format", "concise")
    assert (folder / "docs/long.md").read_text() == "# Words\n\nWe use words.\n"
    assert result.stdout.splitlines() == [REPORTED[0], REPORTED[2]]
    assert result.stderr == "1 fix made on 1 page\n"


def test_diff_shows_the_fixes_and_changes_nothing(run: Run, folder: Path) -> None:
    result = run("docs", "--diff")
    assert result.stdout == (
        "--- a/docs/long.md\n+++ b/docs/long.md\n@@ -1,3 +1,3 @@\n # Words\n \n-We utilize words.\n+We use words.\n"
    )
    assert result.exit_code == 1
    assert result.stderr == "1 fix would be made on 1 page\n"
    assert (folder / "docs/long.md").read_text() == handbooks.LONG


def test_diff_is_clean_where_nothing_would_change(run: Run) -> None:
    result = run("docs/bad.md", "--diff", "-q")
    assert (result.output, result.exit_code) == ("", 0)


def test_the_command_that_the_report_names_works(run: Run, folder: Path) -> None:
    handbooks.write(folder, {"docs/a b.md": handbooks.LONG * 3})
    import shlex

    [line] = [line for line in run("docs/a b.md").stdout.splitlines() if "= ld-review" in line]
    result = run(*shlex.split(line.partition("= ld-review ")[2]))
    assert result.stderr == "3 fixes made on 1 page\n"


def test_a_bug_is_reported_with_its_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **options: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr(runner, "review_pages", broken)
    result = run("docs")
    assert result.exit_code == 2
    assert "internal error, please report" in result.stderr
    assert "ZeroDivisionError: oops" in result.stderr


def test_an_interrupt_ends_with_one_line(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runner, "review_pages", interrupted)
    result = run("docs")
    assert result.exit_code == 130
    assert result.stderr.split() == ["interrupted"]


def test_configuration_lies_with_the_pages_where_they_are_elsewhere(
    run: Run, folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert run(str(folder / "docs"), "--statistics", "-q").stdout.count("\n") == 3
