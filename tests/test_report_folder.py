from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from ld_review.cli import main
from ld_review.report_folder import MANIFEST, prepare_folder, write_folder

PAGE = "# A page\n\nSee [here](https://example.com/a).\n"


def _writes(text):
    return lambda stream: stream.write(text)


def _files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_what_an_earlier_report_left_goes_and_what_is_not_ours_stays(tmp_path):
    prepare_folder(tmp_path)
    write_folder(
        tmp_path, [("pages/a-1.html", _writes("a")), ("pages/b-2.html", _writes("b")), ("index.html", _writes("i"))]
    )
    (tmp_path / "pages" / "mine.html").write_text("mine")
    (tmp_path / "notes.txt").write_text("mine")
    prepare_folder(tmp_path)
    write_folder(tmp_path, [("pages/b-2.html", _writes("new")), ("index.html", _writes("i"))])
    assert _files(tmp_path) == {"index.html", "pages/b-2.html", "pages/mine.html", "notes.txt", MANIFEST}
    assert (tmp_path / "pages" / "b-2.html").read_text() == "new"


def test_a_run_that_is_cut_short_leaves_a_list_of_all_that_was_written(tmp_path):
    def broken(stream):
        raise OSError("full")

    prepare_folder(tmp_path)
    write_folder(tmp_path, [("pages/a-1.html", _writes("a")), ("index.html", _writes("i"))])
    with pytest.raises(OSError, match="full"):
        write_folder(
            tmp_path, [("pages/b-2.html", _writes("b")), ("pages/c-3.html", broken), ("index.html", _writes("i"))]
        )
    assert _files(tmp_path) == {"index.html", "pages/a-1.html", "pages/b-2.html", MANIFEST}
    write_folder(tmp_path, [("index.html", _writes("i"))])
    assert _files(tmp_path) == {"index.html", MANIFEST}


def test_a_list_that_was_tampered_with_leads_nowhere_else(tmp_path):
    folder = tmp_path / "report"
    folder.mkdir()
    outside = tmp_path / "outside.html"
    outside.write_text("mine")
    names = ["../outside.html", str(outside), "pages/../../outside.html", "pages/A.html", 7, "notes.txt"]
    (folder / "notes.txt").write_text("mine")
    (folder / MANIFEST).write_text(json.dumps({"files": names}))
    prepare_folder(folder)
    write_folder(folder, [("index.html", _writes("i"))])
    assert outside.exists()
    assert (folder / "notes.txt").exists()


@pytest.mark.parametrize("told", ["", "[", "[]", '{"files": 1}', "{}", "[" * 100_000])
def test_a_list_that_cannot_be_read_is_as_good_as_none(tmp_path, told):
    (tmp_path / MANIFEST).write_text(told)
    prepare_folder(tmp_path)
    write_folder(tmp_path, [("index.html", _writes("i"))])
    assert _files(tmp_path) == {"index.html", MANIFEST}


def test_an_index_that_no_report_wrote_is_not_lost(tmp_path):
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(FileExistsError):
        prepare_folder(tmp_path)


def test_pages_that_lead_elsewhere_are_not_followed(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "pages").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="leads elsewhere"):
        prepare_folder(tmp_path / "report")


@pytest.fixture
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "page.md").write_text(PAGE)


def _run(*arguments: str):
    return CliRunner().invoke(main, [*arguments, "--exit-zero", "-q", "--no-cache"])


@pytest.mark.usefixtures("_here")
def test_a_path_that_ends_in_a_slash_is_a_folder_and_one_that_does_not_is_a_file(tmp_path):
    result = _run("docs/page.md", "--output", "html=report/", "--output", "html=page.html")
    assert result.exit_code == 0, result.output
    assert {"index.html", MANIFEST} < _files(tmp_path / "report")
    assert (tmp_path / "page.html").read_text().startswith("<!DOCTYPE html>")


@pytest.mark.usefixtures("_here")
def test_a_folder_that_is_there_needs_no_slash_and_a_second_run_takes_away_what_is_stale(tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "docs" / "other.md").write_text(PAGE)
    assert _run("docs", "--output", "html=report").exit_code == 0
    assert len(_files(tmp_path / "report" / "pages")) == 2
    (tmp_path / "docs" / "other.md").unlink()
    assert _run("docs", "--output", "html=report").exit_code == 0
    assert len(_files(tmp_path / "report" / "pages")) == 1


@pytest.mark.usefixtures("_here")
def test_an_index_of_somebody_else_stops_the_run_before_any_page_is_read(tmp_path):
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "index.html").write_text("mine")
    result = _run("docs", "--output", "html=report/")
    assert result.exit_code == 2
    assert "an index.html is there that no report wrote" in result.output
    assert (tmp_path / "report" / "index.html").read_text() == "mine"


@pytest.mark.usefixtures("_here")
def test_html_goes_to_stdout_and_other_formats_to_no_folder(tmp_path):
    assert "<!DOCTYPE html>" in _run("docs/page.md", "--format", "html").output
    (tmp_path / "report").mkdir()
    assert _run("docs", "--output", "json=report").exit_code == 2


@pytest.mark.usefixtures("_here")
def test_only_a_report_in_html_brings_the_template_engine():
    script = "import sys; from ld_review.cli import main\ntry: main()\nfinally: print('jinja2' in sys.modules)"
    arguments = ["docs/page.md", "--exit-zero", "-q", "--no-cache", "--format"]
    told = {
        form: subprocess.run(
            [sys.executable, "-c", script, *arguments, form], capture_output=True, text=True, check=True
        ).stdout.split()[-1]
        for form in ("concise", "html")
    }
    assert told == {"concise": "False", "html": "True"}
