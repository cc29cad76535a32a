"""Whether the cache says what a review without it says, of every page, and what it saves.

    python benchmarks/cache.py HANDBOOK_FOLDER [HANDBOOK_FOLDER ...]

Each handbook is reviewed without a cache, with an empty one and with a full one, and all that is said of each page is
compared. It ends with an error where anything differs.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from ld_review.config_file import default_config
from ld_review.reporters.json import as_data
from ld_review.review import Review
from ld_review.runner import review_paths

DAY = date(2026, 1, 1)


def main() -> None:
    """Measure and print a table."""
    print(f"{'handbook':24}{'pages':>7}{'findings':>10}{'none':>8}{'cold':>8}{'warm':>8}{'MB kept':>9}   CPU s")
    differs = [name for name in sys.argv[1:] if not _alike(Path(name))]
    if differs:
        sys.exit(f"differs with the cache: {', '.join(differs)}")


def _alike(top: Path) -> bool:
    """Whether all three reviews of a handbook say the same."""
    config = default_config(top).with_today(DAY)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LD_REVIEW_CACHE_DIR"] = folder
        bare = _timed(lambda: review_paths([top], replace(config, use_cache=False)))
        cold, warm = (_timed(lambda: review_paths([top], config)) for _ in range(2))
        kept = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file()) / 1e6
    said, seconds = zip(bare, cold, warm, strict=True)
    pages = said[0]["pages"]
    found = sum(len(page["findings"]) for page in pages)
    print(f"{top.name:24}{len(pages):7}{found:10}{''.join(f'{one:8.2f}' for one in seconds)}{kept:9.1f}")
    return all(one == said[0] for one in said)


def _timed(review: Callable[[], Review]) -> tuple[dict[str, Any], float]:
    began = time.process_time()
    reviewed = review()
    return as_data(reviewed), time.process_time() - began


if __name__ == "__main__":
    main()
