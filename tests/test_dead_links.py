"""Small trees in which each line says whether its link is dead: each dead one is found, and nothing else."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ld_review import load_config, review_paths
from ld_review.config_file import default_config
from ld_review.engine import read_page
from ld_review.handbook.facts import facts_of
from ld_review.source import Source

TREES = Path(__file__).parent / "fixtures" / "links"
CONFIG = "ignore: [all]\nselect: [dead-same-page-link, dead-anchor-link, dead-page-link, source-file-link]\n"
NOT_LOOKED_FOR = ("dead other file", "dead picture", "dead above the top", "dead index of a folder")
"""What is no page, lies above the handbook, or in a folder without any page, which something may generate."""
_SAYS_DEAD = re.compile(r"(?:> )?(?:- )?!?(?:\[|<a [^>]*>)(dead\b[^\]<]*)")


@pytest.mark.parametrize("tree", ["mkdocs", "plain"])
def test_each_dead_link_is_found_and_nothing_else(tree: str, tmp_path: Path) -> None:
    shutil.copytree(TREES / tree, tmp_path, dirs_exist_ok=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / ".ld-review.yaml").write_text(CONFIG)
    review = review_paths([tmp_path], load_config(tmp_path / ".ld-review.yaml"))
    found = {
        (Path(page.source.path).relative_to(tmp_path).as_posix(), page.source.position(finding.span.start).line)
        for page in review.pages
        for finding in page.findings
    }
    assert found == set(_dead(tmp_path))


def _dead(folder: Path) -> Iterator[tuple[str, int]]:
    for page in folder.rglob("*.md"):
        hidden = False
        for number, line in enumerate(page.read_text("utf-8").split("\n"), 1):
            hidden ^= line.startswith(("```", "<!--", "-->"))
            says = _SAYS_DEAD.match(line)
            if says and not hidden and not says[1].startswith(NOT_LOOKED_FOR):
                yield page.relative_to(folder).as_posix(), number


@pytest.mark.parametrize(
    ("text", "there", "not_there"),
    [
        ("<br>\n## Partner *service*\n", "partner-service", ""),
        (
            '{::options parse_block_html="true" /}\n\n<div class="panel">\n**Notice**\n{: .heading #notice}\n</div>\n',
            "notice",
            "",
        ),
        ('[OKRs](/okrs/){:data-ga-name="okrs"}\n', "", "okrs"),
        ('[](){: name="okrs"}\n', "okrs", ""),
        ("Text\n{:#kept.no_toc}\n", "kept", "kept.no_toc"),
    ],
)
def test_anchors_are_those_that_kramdown_makes(text: str, there: str, not_there: str) -> None:
    page, _ = read_page(Source(Path("page.md"), text), default_config().settings_for("page.md"))
    anchors = facts_of(page, "page.md", "kramdown").entry.anchors
    assert not there or there in anchors
    assert not_there not in anchors
