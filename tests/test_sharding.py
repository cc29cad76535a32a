"""Every page is in exactly one shard, whichever machine asks, and no shard is much larger than another."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ld_review.errors import UsageError
from ld_review.sharding import Shard, pages_of, shares

_PAGES = st.dictionaries(st.text(max_size=8), st.integers(0, 10_000), max_size=60).map(
    lambda sizes: list(sizes.items())
)
_NUMBER = st.integers(1, 12)


@settings(deadline=None)
@given(_PAGES, _NUMBER, st.randoms())
def test_the_share_of_a_page_does_not_depend_on_the_order_of_pages(pages, number, chance):
    owners = dict(zip(pages, shares(pages, number), strict=True))
    mixed = chance.sample(pages, len(pages))
    assert dict(zip(mixed, shares(mixed, number), strict=True)) == owners
    assert {*owners.values()} <= {*range(1, number + 1)}


@settings(deadline=None)
@given(_PAGES, _NUMBER)
def test_two_shards_differ_by_no_more_than_the_largest_page(pages, number):
    loads = dict.fromkeys(range(1, number + 1), 0)
    for (_, size), owner in zip(pages, shares(pages, number), strict=True):
        loads[owner] += size
    assert max(loads.values()) - min(loads.values()) <= max((size for _, size in pages), default=0)


@pytest.fixture
def pages(tmp_path: Path) -> list[Path]:
    files = [tmp_path / f"{number}.md" for number in range(7)]
    for number, file in enumerate(files):
        file.write_text("x" * (number * 100), encoding="utf-8")
    return files


@pytest.mark.parametrize("number", [1, 2, 5, 7, 20])
def test_the_shards_of_a_folder_hold_each_page_once_in_order(pages, number):
    parts = [pages_of(pages, Shard(one, number)) for one in range(1, number + 1)]
    assert sorted(page for part in parts for page in part) == pages
    assert all(list(part) == sorted(part) for part in parts)


def test_pages_are_shared_by_their_bytes_and_not_by_their_number(pages):
    pages[0].write_text("x" * 2100, encoding="utf-8")
    assert pages_of(pages, Shard(1, 2)) == (pages[0],)


def test_a_page_that_is_not_there_is_in_a_shard_too(pages):
    missing = pages[0].with_name("missing.md")
    assert sum(missing in pages_of([*pages, missing], Shard(one, 3)) for one in (1, 2, 3)) == 1


def test_a_page_that_is_too_large_to_be_read_weighs_no_more_than_what_is_read(pages):
    with pages[0].open("wb") as file:
        file.truncate(50_000_000)
    with pages[1].open("wb") as file:
        file.truncate(4_999_900)
    others = {owner for page in pages[2:] for owner in (1, 2) if page in pages_of(pages, Shard(owner, 2))}
    assert others == {1, 2}


@pytest.mark.parametrize(("text", "shard"), [("1/1", (1, 1)), (" 2/5 ", (2, 5)), ("04/10", (4, 10))])
def test_a_shard_is_written_as_one_of_so_many(text, shard):
    assert Shard.named(text) == shard
    assert str(Shard(2, 5)) == "2/5"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0/4", "shard '0/4': the first is 1/4, the last 4/4"),
        ("5/4", "shard '5/4': the first is 1/4, the last 4/4"),
        ("1/0", "shard '1/0': the first is 1/1, the last 1/1"),
        ("1/10001", "shard '1/10001': there may be 10,000 shards at most"),
        ("2", "expected I/N, such as 2/5 for the second of five"),
        ("/", "expected I/N"),
        ("-1/4", "expected I/N"),
        ("1/4/4", "expected I/N"),
        ("١/٤", "expected I/N"),
        ("1/99999999999", "expected I/N"),
    ],
)
def test_what_is_no_shard_is_refused_with_what_was_expected(text, said):
    with pytest.raises(UsageError) as error:
        Shard.named(text)
    assert said in str(error.value)
