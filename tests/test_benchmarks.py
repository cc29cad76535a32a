"""The benchmarks run, and say what they could not measure."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path, PurePath

import pytest

from ld_review.source import Source

ROOT = Path(__file__).parents[1]
HANDBOOK = ROOT / "examples" / "handbook"
NUMBER = r"[\d.]+"


def _benchmark(name: str, *arguments: object, path: str = os.environ["PATH"]) -> str:
    command = [sys.executable, ROOT / "benchmarks" / name, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=True, env={"PATH": path}).stdout


def _costs(text: str) -> dict[str, list[str]]:
    """The last row of each name."""
    rows = (line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| "))
    return {row[0]: row[1:] for row in rows}


@pytest.fixture
def alone(tmp_path: Path) -> str:
    """A PATH on which there is nothing."""
    return str(tmp_path)


def test_where_no_peer_is_there_our_own_row_stands_alone_and_each_peer_has_a_word(alone):
    told = _benchmark("peers.py", HANDBOOK, "--rounds", 1, path=alone)
    rows = _costs(told)
    assert {"ld-review, cold", "ld-review, warm"} < rows.keys()
    assert all(re.fullmatch(NUMBER, cell) for cell in rows["ld-review, cold"])
    absent = re.findall(r"^Left out: (\S+): not on PATH$", told, re.MULTILINE)
    assert {"rumdl", "markdownlint-cli2", "textlint", "proselint", "write-good", "alex", "vale", "remark"} == {*absent}
    assert not rows.keys() & {*absent}


def test_a_run_is_measured_with_nothing_something_and_all_kept():
    told = _benchmark("run.py", HANDBOOK, "--rounds", 1)
    kept = ("one page of 20 KB, nothing kept", "the same page, its text changed", "the same page, nothing changed")
    for name in ("review, ", "python alone", *kept, "all, nothing kept", "all, nothing changed"):
        assert re.search(rf"^{name}.* {NUMBER} +{NUMBER}$", told, re.MULTILINE), name


def _tool(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ('[ "$1" = version ] && echo 1.2.3 && exit; sleep 60', "not done after 0.5 s"),
        ('[ "$1" = version ] && echo 1.2.3 && exit; echo no such page; exit 7', "exit status 7: no such page"),
    ],
)
def test_a_peer_that_does_not_end_well_is_no_number(tmp_path, script, said):
    _tool(tmp_path, "proselint", script)
    told = _benchmark(
        "peers.py", HANDBOOK, "--rounds", 2, "--limit", 0.5, "--only", "proselint", path=f"{tmp_path}:/usr/bin:/bin"
    )
    assert _costs(told)["proselint"] == ["–", "–", "–", "–"]
    assert re.search(rf"^Left out: proselint on one page, \d+ KB: {said}$", told, re.MULTILINE)


def test_a_peer_that_does_not_start_is_left_out_with_what_it_says(tmp_path):
    _tool(tmp_path, "proselint", "echo no network >&2; exit 1")
    told = _benchmark("peers.py", HANDBOOK, "--rounds", 1, "--only", "proselint", path=f"{tmp_path}:/usr/bin:/bin")
    assert "Left out: proselint: does not start: no network" in told.splitlines()


def test_tables_replace_those_between_their_comments(tmp_path, alone):
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- peers:begin -->\nold\n<!-- peers:end -->\nafter\n", encoding="utf-8")
    told = _benchmark("peers.py", HANDBOOK, "--rounds", 1, "--only", "rumdl", "--write", page, path=alone)
    assert page.read_text("utf-8") == f"before\n<!-- peers:begin -->\n{told}<!-- peers:end -->\nafter\n"


def test_growth_is_shown_for_more_pages_with_other_words_and_the_slowest_are_taken_apart():
    told = _benchmark("growth.py", HANDBOOK, "--sizes", "1,2", "--slowest", 2)
    rows = _costs(told)
    pages = len(list(HANDBOOK.glob("*.md")))
    assert [rows[size][0] for size in ("1x", "2x")] == [str(pages), str(2 * pages)]
    assert int(rows["1x"][2]) < int(rows["2x"][2]) <= 2 * int(rows["1x"][2])
    slowest = [cells for name, cells in rows.items() if name.startswith("`examples/handbook/")]
    assert slowest
    assert all(re.search(r"[a-z-]+ \d+%", cells[2]) for cells in slowest)
    assert {"parse", "elements"} < rows.keys()


def test_the_pages_of_a_larger_handbook_have_other_words_at_the_same_places(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "benchmarks")
    growth = importlib.import_module("growth")
    text = (
        "# What others think\n\nEverybody writes `words` to [other people](/there/often/) about their weekly plans.\n"
    )
    made = [growth._reworded(Source(PurePath("page.md"), text), number) for number in range(1, 5)]
    assert len({text, *made}) == 5
    assert {len(one) for one in made} == {len(text)}
    assert all("`words`" in one and "](/there/often/)" in one and "# What others think" in one for one in made)
