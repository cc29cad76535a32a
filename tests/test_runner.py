from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import handbooks
import ld_review
from ld_review import Config, Review, drafting, load_config, runner
from ld_review.runner import fix_paths, review_paths, review_text


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    pages: dict[str, str | bytes] = {
        "docs/bad.md": handbooks.BAD,
        "docs/clean.md": handbooks.CLEAN,
        "docs/long.md": handbooks.LONG,
        "docs/weak.md": handbooks.WEAK,
    }
    return handbooks.build(tmp_path, pages)


@pytest.fixture
def config(folder: Path) -> Config:
    return replace(load_config(start=folder), use_cache=False)


def found(review: Review) -> dict[str, list[str]]:
    return {page.path.as_posix(): [finding.rule for finding in page.findings] for page in review.pages}


def failures(review: Review) -> dict[str, list[str]]:
    pages = {page.path.as_posix(): [failure.message for failure in page.failures] for page in review.pages}
    return {path: messages for path, messages in pages.items() if messages}


EVERYTHING = {
    "docs/bad.md": ["forbidden-word"],
    "docs/clean.md": [],
    "docs/long.md": ["long-word"],
    "docs/weak.md": ["weak-verb"],
}


def test_a_text_at_hand_is_reviewed_without_a_file(config: Config) -> None:
    review = review_text("We utilize it.", "not/there.md", config)
    assert [finding.rule for finding in review.findings] == ["long-word"]
    assert review.path.as_posix() == "not/there.md"


def test_pages_are_reviewed_in_the_order_of_their_paths(config: Config) -> None:
    assert found(review_paths(["docs/weak.md", "docs"], config)) == EVERYTHING


def test_the_nearest_configuration_counts_where_none_is_given(folder: Path) -> None:
    assert found(review_paths(["docs"])) == EVERYTHING
    assert [finding.rule for finding in review_text("We utilize it.").findings] == ["long-word"]


def test_a_review_knows_the_rules_that_it_names_and_no_others(config: Config) -> None:
    assert list(review_paths(["docs/bad.md", "docs/long.md"], config).rules) == ["forbidden-word", "long-word"]


@pytest.mark.parametrize(("level", "status"), [("suggestion", 1), ("warning", 1), ("error", 0), ("never", 0)])
def test_the_configuration_says_what_fails(folder: Path, level: str, status: int) -> None:
    handbooks.write(folder, {".ld-review.yaml": handbooks.CONFIG + f"fail-on: {level}\n"})
    assert review_paths(["docs/weak.md"], load_config(start=folder)).exit_status == status


def many(folder: Path, number: int = 150) -> None:
    texts = (handbooks.BAD, handbooks.LONG, handbooks.WEAK, handbooks.CLEAN)
    pages = {f"many/{name:03}.md": texts[name % 4] * (1 + name % 3) for name in range(number)}
    handbooks.write(
        folder, {**pages, "many/latin.md": b"caf\xe9", "many/binary.md": b"\0\1", "off/x.md": handbooks.BAD}
    )
    by_path = "paths:\n  - match: off/**\n    ignore: [forbidden-word]\n"
    handbooks.write(folder, {".ld-review.yaml": handbooks.CONFIG + by_path})


def test_processes_find_the_same_in_the_same_order(folder: Path) -> None:
    many(folder)
    config = load_config(start=folder)
    serial = review_paths(["."], config)
    with ProcessPoolExecutor(2) as executor:
        assert review_paths(["."], config, executor) == serial
    assert len(serial.pages) == 157
    assert found(serial)["off/x.md"] == [], "settings by path travel too"
    assert len(failures(serial)) == 2


def test_threads_find_the_same_in_the_same_order(folder: Path) -> None:
    many(folder)
    config = load_config(start=folder)
    with ThreadPoolExecutor(3) as executor:
        assert review_paths(["."], config, executor) == review_paths(["."], config)


def test_progress_is_told_up_to_the_end(config: Config, folder: Path) -> None:
    many(folder)
    told: list[tuple[int, int]] = []
    review_paths(["many"], config, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert len(told) > 10
    assert told[-1] == (152, 152)


UNREADABLE = [
    pytest.param(b"caf\xe9\n", "not UTF-8: byte 0xe9 on line 1; save the page as UTF-8", id="Latin-1"),
    pytest.param(
        b"\xef\xbb\xbfone\n\xff\n", "not UTF-8: byte 0xff on line 2; save the page as UTF-8", id="after a mark"
    ),
    pytest.param("x".encode("utf-16"), "not UTF-8 but UTF-16; save the page as UTF-8", id="UTF-16"),
    pytest.param(b"\x89PNG\0\0", "a binary file, not a page; rename or exclude it", id="binary"),
]


@pytest.mark.parametrize(("data", "message"), UNREADABLE)
def test_what_is_no_text_is_a_failure_and_the_rest_is_reviewed(
    config: Config, folder: Path, data: bytes, message: str
) -> None:
    handbooks.write(folder, {"docs/broken.md": data})
    review = review_paths(["docs"], config)
    assert failures(review) == {"docs/broken.md": [message]}
    assert found(review) == {**EVERYTHING, "docs/broken.md": []}
    assert review.exit_status == 2


def test_a_page_of_50_mb_is_refused_without_being_read_whole(config: Config, folder: Path) -> None:
    with (folder / "docs" / "huge.md").open("wb") as file:
        file.truncate(50_000_000)
    review = review_paths(["docs"], config)
    assert failures(review) == {
        "docs/huge.md": ["too large to review: 50.0 MB, at most 5 MB; split it, or exclude it"],
    }
    assert len(review.pages) == 5


def test_links_that_lead_nowhere_or_in_circles_are_failures(config: Config, folder: Path) -> None:
    (folder / "docs" / "gone.md").symlink_to("nowhere.md")
    (folder / "docs" / "round.md").symlink_to("round.md")
    review = review_paths(["docs"], config)
    assert failures(review) == {
        "docs/gone.md": ["cannot be read: No such file or directory"],
        "docs/round.md": ["cannot be read: Too many levels of symbolic links"],
    }
    assert {path: rules for path, rules in found(review).items() if rules} == {
        path: rules for path, rules in EVERYTHING.items() if rules
    }


def test_a_page_that_may_not_be_read_is_a_failure(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    opener = Path.open

    def refusing(path: Path, *args: str, **more: str) -> object:
        if path.name == "weak.md":
            raise PermissionError(13, "Permission denied")
        return opener(path, *args, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", refusing)
    review = review_paths(["docs"], config)
    assert failures(review) == {"docs/weak.md": ["cannot be read: Permission denied"]}
    assert found(review) == {**EVERYTHING, "docs/weak.md": []}


def test_a_page_that_vanishes_before_it_is_read_is_a_failure(config: Config, folder: Path) -> None:
    pages = runner.find_pages(["docs"], config)
    (folder / "docs" / "bad.md").unlink()
    review = runner.review_pages(pages, config)
    assert failures(review) == {"docs/bad.md": ["cannot be read: No such file or directory"]}
    assert len(review.pages) == 4


def test_a_missing_path_is_a_failure_of_the_run(config: Config) -> None:
    review = review_paths(["dogs", "docs"], config)
    assert [failure.message for failure in review.failures] == ["no such file or folder: dogs; did you mean 'docs'?"]
    assert found(review) == EVERYTHING
    assert review.exit_status == 2


def test_a_bug_on_one_page_does_not_stop_the_others(config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    review_page = drafting.draft_page

    def broken(source: ld_review.Source, *rest: object) -> object:
        if source.path.name == "weak.md":
            raise KeyError("boom")
        return review_page(source, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(drafting, "draft_page", broken)
    review = review_paths(["docs"], config)
    assert failures(review) == {"docs/weak.md": ["internal error, please report: KeyError: 'boom'"]}
    assert "boom" in review.pages[3].failures[0].traceback
    assert found(review) == {**EVERYTHING, "docs/weak.md": []}


def test_a_fix_is_written_and_the_rest_reported(config: Config, folder: Path) -> None:
    result = fix_paths(["docs"], config)
    assert (folder / "docs/long.md").read_text() == "# Words\n\nWe use words.\n"
    assert [(page.path.as_posix(), page.fixes) for page in result.fixed] == [("docs/long.md", 1)]
    assert found(result.review) == {**EVERYTHING, "docs/long.md": []}


def test_fixing_twice_changes_nothing_more(config: Config, folder: Path) -> None:
    fix_paths(["docs"], config)
    before = (folder / "docs/long.md").stat()
    assert fix_paths(["docs"], config).fixed == ()
    assert (folder / "docs/long.md").stat().st_mtime_ns == before.st_mtime_ns


def test_what_a_fix_would_change_can_be_asked_for_without_changing_it(config: Config, folder: Path) -> None:
    [fixed] = fix_paths(["docs"], config, write=False).fixed
    assert (fixed.before, fixed.after) == (handbooks.LONG, "# Words\n\nWe use words.\n")
    assert (folder / "docs/long.md").read_text() == handbooks.LONG


def test_processes_fix_the_same(folder: Path) -> None:
    many(folder)
    config = load_config(start=folder)
    expected = fix_paths(["many"], config, write=False)
    with ProcessPoolExecutor(2) as executor:
        assert fix_paths(["many"], config, executor) == expected
    assert fix_paths(["many"], config).fixed == ()


BYTES = [
    pytest.param(b"We utilize\r\nit.\r\n", b"We use\r\nit.\r\n", id="CRLF"),
    pytest.param(b"\xef\xbb\xbfWe utilize it.\n", b"\xef\xbb\xbfWe use it.\n", id="byte-order mark"),
    pytest.param(b"We utilize it.", b"We use it.", id="no line ending at the end"),
    pytest.param(
        "Ünd \U0001f44d utilize\u2028it\x0c\n".encode(), "Ünd \U0001f44d use\u2028it\x0c\n".encode(), id="Unicode"
    ),
]


@pytest.mark.parametrize(("before", "after"), BYTES)
def test_a_fix_changes_nothing_else(config: Config, folder: Path, before: bytes, after: bytes) -> None:
    handbooks.write(folder, {"docs/long.md": before})
    fix_paths(["docs/long.md"], config)
    assert (folder / "docs/long.md").read_bytes() == after


def test_a_fix_keeps_the_mode_of_the_file(config: Config, folder: Path) -> None:
    path = folder / "docs/long.md"
    path.chmod(0o640)
    fix_paths(["docs"], config)
    assert stat.S_IMODE(path.stat().st_mode) == 0o640


def test_a_fix_writes_through_a_link(config: Config, folder: Path) -> None:
    link = folder / "link.md"
    link.symlink_to("docs/long.md")
    fix_paths(["link.md"], config)
    assert link.is_symlink()
    assert (folder / "docs/long.md").read_text() == "# Words\n\nWe use words.\n"


def leftovers(folder: Path) -> Iterator[Path]:
    return folder.rglob(".ld-review-*")


def test_a_fix_that_cannot_be_written_leaves_the_page_whole(
    config: Config, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    result = fix_paths(["docs"], config)
    assert (folder / "docs/long.md").read_text() == handbooks.LONG
    assert failures(result.review) == {"docs/long.md": ["not fixed: No space left on device"]}
    assert found(result.review)["docs/long.md"] == ["long-word"], "what is reported is what is there"
    assert result.fixed == ()
    assert not list(leftovers(folder / "docs"))


def test_a_page_that_changed_meanwhile_is_left_alone(
    config: Config, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, fix_page = folder / "docs/long.md", drafting.fix_page

    def slow(*args: object) -> object:
        page.write_text("Saved by the author, who can utilize an editor.\n")
        return fix_page(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(drafting, "fix_page", slow)
    result = fix_paths(["docs/long.md"], config)
    assert page.read_text().startswith("Saved by the author")
    assert failures(result.review) == {"docs/long.md": ["not fixed: the page changed while it was being fixed"]}
    assert not list(leftovers(folder / "docs"))


def test_a_page_is_not_written_where_its_fixed_text_cannot_be_reviewed(
    config: Config, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fix_page = drafting.fix_page

    def breaking(*args: object) -> object:
        fixed = fix_page(*args)  # type: ignore[arg-type]
        review = ld_review.PageReview(fixed.review.source, failures=(ld_review.Failure("it broke"),))
        return fixed._replace(review=review)

    monkeypatch.setattr(drafting, "fix_page", breaking)
    result = fix_paths(["docs"], config)
    assert (folder / "docs/long.md").read_text() == handbooks.LONG
    assert failures(result.review) == {"docs/long.md": ["not fixed: the fixed text could not be reviewed"]}


def test_an_interrupt_while_writing_leaves_nothing_behind(
    config: Config, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(path: Path, mode: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "chmod", interrupt)
    with pytest.raises(KeyboardInterrupt):
        fix_paths(["docs"], config)
    assert (folder / "docs/long.md").read_text() == handbooks.LONG
    assert not list(leftovers(folder / "docs"))


@pytest.mark.parametrize("name", ld_review.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(ld_review, name) is not None


def test_a_name_that_is_not_public_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'reviewer'"):
        _ = ld_review.reviewer  # type: ignore[attr-defined]


@pytest.mark.skipif(os.name == "nt", reason="needs /dev")
def test_an_endless_file_is_refused(config: Config) -> None:
    review = review_paths(["/dev/zero"], config)
    assert review.exit_status == 2
    assert "too large to review" in failures(review)["/dev/zero"][0]
