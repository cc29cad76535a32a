"""Whatever maps the work over cores or machines, the review is the same, in the same order."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

import handbooks
from ld_review import load_config
from ld_review.mapping import Mapper
from ld_review.runner import review_paths


@contextmanager
def processes() -> Iterator[Mapper]:
    with ProcessPoolExecutor(2) as executor:
        yield executor  # type: ignore[misc]


@contextmanager
def threads() -> Iterator[Mapper]:
    with ThreadPoolExecutor(3) as executor:
        yield executor  # type: ignore[misc]


@contextmanager
def dask_cluster() -> Iterator[Mapper]:
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        yield client.get_executor()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    texts = (handbooks.BAD, handbooks.LONG, handbooks.WEAK, "# Links\n\n[a](1.md#none), [b](none.md)\n")
    pages: dict[str, str | bytes] = {f"docs/{number}.md": texts[number % 4] for number in range(40)}
    select = "\nselect: [weak-verb, long-word, forbidden-word, dead-anchor-link]\n"
    config = handbooks.CONFIG.partition("\nselect")[0] + select
    return handbooks.build(tmp_path, {**pages, "docs/latin.md": b"caf\xe9"}, config)


@pytest.mark.filterwarnings("ignore:::distributed.*")
@pytest.mark.parametrize("executor", [processes, threads, dask_cluster], ids=lambda executor: executor.__name__)
def test_any_executor_finds_the_same_in_the_same_order(folder: Path, executor) -> None:
    config = replace(load_config(start=folder), use_cache=False)
    serial = review_paths([folder / "docs"], config)
    assert {finding.rule for page in serial.pages for finding in page.findings} == {
        "weak-verb",
        "long-word",
        "forbidden-word",
        "dead-anchor-link",
    }
    with executor() as mapper:
        assert review_paths([folder / "docs"], config, mapper) == serial
