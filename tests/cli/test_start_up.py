"""What a new process loads before it prints anything."""

from __future__ import annotations

import gc
import subprocess
import sys

import pytest

from ld_review.cli import group, main

_LOADED = """
import sys
from ld_review.cli import main
try:
    main()
finally:
    print(*(name for name in ("markdown_it", "regex", "tomllib", "spacy", "textstat", "jinja2") if name in sys.modules))
"""


def loaded(folder, *arguments):
    result = subprocess.run(
        [sys.executable, "-c", _LOADED, "page.md", "--exit-zero", "-q", *arguments],
        cwd=folder,
        env={"LD_REVIEW_CACHE_DIR": str(folder / "cache"), "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout.split("\n")[-2].split()


def test_a_page_that_is_known_is_not_parsed_nor_searched(tmp_path):
    (tmp_path / "page.md").write_text(
        "# Leave\n\nSee the [policy](https://docs.google.com/document/d/1).\n", encoding="utf-8"
    )
    assert {"markdown_it", "regex"} <= set(loaded(tmp_path))
    assert loaded(tmp_path) == []
    assert {"markdown_it", "regex"} <= set(loaded(tmp_path, "--no-cache"))


def test_how_often_python_looks_for_garbage_is_as_before_after_a_command():
    before, seen = gc.get_threshold(), []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(group.click.Group, "main", lambda *_, **__: seen.append(gc.get_threshold()))
        with pytest.raises(SystemExit):
            main(["--version"])
    assert gc.get_threshold() == before
    assert seen[0][0] > before[0]
