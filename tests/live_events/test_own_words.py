"""A team's own names for live events and its own place for meetings."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from ld_review.config_file import load_config
from ld_review.engine import Settings, read_page
from ld_review.source import Source

_PAGE = "# Coaching\n\n## Dojo\n\nEvery Thursday at 15:00 UTC, [in the room](https://meet.example.org/coaching).\n"


def _events(folder: Path, configuration: str) -> int:
    file = folder / ".ld-review.yaml"
    file.write_text(configuration, encoding="utf-8")
    page, _ = read_page(Source(PurePath("page.md"), _PAGE), load_config(file).settings)
    return len(page.course.events)


def test_words_of_a_team_count(tmp_path: Path) -> None:
    assert _events(tmp_path, "{}\n") == 0
    assert _events(tmp_path, "elements: {live-event: {titles: [dojo]}}\n") == 1


def test_they_are_words_and_no_patterns(tmp_path: Path) -> None:
    assert _events(tmp_path, "elements: {live-event: {titles: ['d.jo']}}\n") == 0


@pytest.mark.parametrize(
    ("path", "number"),
    [
        ("news/2026-03-05-coaching.md", 0),
        ("news/2026-03-05/index.md", 0),
        ("/checkouts/2026-03-05/docs/coaching.md", 1),
    ],
)
def test_a_page_with_a_day_in_its_name_is_news(path: str, number: int) -> None:
    page, _ = read_page(Source(PurePath(path), _PAGE.replace("Dojo", "Office hours")), Settings())
    assert len(page.course.events) == number
