from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from ld_review.discovery import Discovery, Wanted, discover


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, and the working directory."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(folder: Path, *names: str, text: str = "# Page\n") -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def pages(found: Discovery) -> list[str]:
    return [path.as_posix() for path in found.pages]


def test_pages_are_told_by_the_end_of_their_names(folder: Path) -> None:
    make(folder, "a.md", "b.markdown", "c.md.erb", "D.MD", "e.txt", "f.html.erb", "md", "g.mdx")
    assert pages(discover(["."])) == ["D.MD", "a.md", "b.markdown", "c.md.erb"]


def test_further_names_are_taken_where_the_configuration_says_so(folder: Path) -> None:
    make(folder, "a.md", "b.txt", "notes/c.txt", "notes/d.mdx")
    found = discover(["."], Wanted(extend_include=("/*.txt", "notes/*.mdx"), root=folder))
    assert pages(found) == ["a.md", "b.txt", "notes/d.mdx"]


def test_a_file_that_is_named_is_taken_whatever_its_name(folder: Path) -> None:
    make(folder, "README", ".hidden.md", "node_modules/x.md", "ignored.md")
    make(folder, ".gitignore", text="ignored.md\n")
    names = ["README", ".hidden.md", "node_modules/x.md", "ignored.md"]
    assert sorted(pages(discover(names))) == sorted(names)


@pytest.mark.parametrize("name", ["ignored.md", "drafts/a.md", "drafts/deep/a.md", "excluded/a.md"])
def test_a_file_that_is_named_stays_out_with_force_exclude(folder: Path, name: str) -> None:
    make(folder, "kept.md", name)
    make(folder, ".gitignore", text="ignored.md\ndrafts/\n")
    wanted = Wanted(exclude=("excluded/",), root=folder, force_exclude=True)
    assert pages(discover(["kept.md", name], wanted)) == ["kept.md"]


def test_hidden_folders_dependencies_and_virtual_environments_are_skipped(folder: Path) -> None:
    make(folder, "a.md", ".git/x.md", ".github/x.md", ".x.md", "node_modules/m/x.md", "env/pyvenv.cfg", "env/lib/x.md")
    assert pages(discover(["."])) == ["a.md"]


def test_a_hidden_folder_that_is_named_is_walked(folder: Path) -> None:
    make(folder, ".gitlab/merge_request_templates/a.md")
    assert pages(discover([".gitlab"])) == [".gitlab/merge_request_templates/a.md"]


IGNORING = [
    pytest.param({".gitignore": "drafts/\n"}, {"drafts/a.md", "docs/drafts/b.md"}, id="a folder anywhere"),
    pytest.param({".gitignore": "/drafts\n"}, {"drafts/a.md"}, id="a folder at the top"),
    pytest.param({".ld-review-ignore": "b.md\n"}, {"docs/drafts/b.md", "docs/b.md"}, id="our own ignore file"),
    pytest.param({"docs/.gitignore": "b.md\n"}, {"docs/drafts/b.md", "docs/b.md"}, id="an ignore file further down"),
    pytest.param({".gitignore": "b.md\n", "docs/.gitignore": "!/b.md\n"}, {"docs/drafts/b.md"}, id="taken back below"),
    pytest.param({".gitignore": "b.md\n", ".ld-review-ignore": "!b.md\n"}, set(), id="taken back by our own file"),
    pytest.param(
        {".gitignore": "docs/\n", "docs/.gitignore": "!b.md\n"},
        {"docs/b.md", "docs/drafts/b.md"},
        id="nothing is taken back out of an ignored folder",
    ),
    pytest.param({".git/info/exclude": "b.md\n"}, {"docs/drafts/b.md", "docs/b.md"}, id="excluded in this clone"),
    pytest.param({".gitignore": "# b.md\n\n"}, set(), id="a comment is no pattern"),
]


@pytest.mark.parametrize(("files", "ignored"), IGNORING)
def test_ignore_files_count_as_they_do_for_git(folder: Path, files: dict[str, str], ignored: set[str]) -> None:
    every = {"a.md", "drafts/a.md", "docs/b.md", "docs/drafts/b.md"}
    make(folder, *every)
    for name, text in files.items():
        make(folder, name, text=text)
    assert set(pages(discover(["."]))) == every - ignored


def test_ignore_files_agree_with_git_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.md", "b.md", "x/a.md", "x/keep.md", "x/y/a.md", "x/y/z/c.md", "build/out.md", "tëst/ü.md")
    make(tmp_path, ".gitignore", text="/b.md\nbuild/\nx/**/a.md\n*.tmp.md\n")
    make(tmp_path, "x/.gitignore", text="*.md\n!keep.md\n!y/**\n")
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    command = ["git", "ls-files", "-z", "--others", "--exclude-standard", "*.md"]
    listed = subprocess.run(command, check=True, capture_output=True).stdout.decode().split("\0")
    assert pages(discover(["."])) == sorted(filter(None, listed), key=lambda name: Path(name).parts)


def test_ignore_files_above_a_named_folder_count(folder: Path) -> None:
    make(folder, "docs/a.md", "docs/b.md")
    make(folder, ".gitignore", text="docs/b.md\n")
    assert pages(discover(["docs"])) == ["docs/a.md"]


def test_a_folder_that_is_ignored_is_walked_when_it_is_named(folder: Path) -> None:
    make(folder, "drafts/a.md")
    make(folder, ".gitignore", text="drafts/\n")
    assert pages(discover(["drafts"])) == ["drafts/a.md"]
    assert pages(discover(["drafts"], Wanted(force_exclude=True))) == []


def test_exclusions_count_from_the_folder_of_the_configuration(folder: Path) -> None:
    make(folder, "docs/a.md", "docs/old/b.md", "old/c.md")
    assert pages(discover(["docs", "old"], Wanted(exclude=("docs/old",), root=folder))) == ["docs/a.md", "old/c.md"]


def test_a_page_is_found_once_however_it_is_named(folder: Path) -> None:
    make(folder, "docs/a.md")
    found = discover(["docs", "docs/a.md", "./docs/../docs/a.md", folder / "docs" / "a.md", "docs"])
    assert pages(found) == ["docs/a.md"]


def test_pages_come_in_the_same_order_however_they_are_named(folder: Path) -> None:
    make(folder, "b/a.md", "a.md", "b.md", "b-c/a.md")
    assert (
        pages(discover(["b.md", "b", "b-c", "a.md"])) == pages(discover(["."])) == pages(discover(["b-c", ".", "a.md"]))
    )
    assert pages(discover(["."])) == ["a.md", "b/a.md", "b-c/a.md", "b.md"]


def test_loops_of_links_between_folders_end(folder: Path) -> None:
    make(folder, "docs/a.md")
    (folder / "docs" / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "docs" / "self").symlink_to("self")
    (folder / "again").symlink_to("docs", target_is_directory=True)
    assert pages(discover(["."])) == ["docs/a.md"]
    assert pages(discover(["again"])) == ["again/a.md"]
    assert pages(discover(["again", "docs"])) == ["docs/a.md"]


def test_a_link_to_a_page_inside_is_the_same_page(folder: Path) -> None:
    make(folder, "docs/a.md")
    (folder / "CONTRIBUTING.md").symlink_to("docs/a.md")
    assert pages(discover(["."])) == ["docs/a.md"]


def test_links_that_lead_outside_are_not_followed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    make(outside, "secret.md")
    (folder / "a.md").symlink_to(outside / "secret.md")
    (folder / "b").symlink_to(outside, target_is_directory=True)
    assert pages(discover(["."])) == []
    assert pages(discover(["a.md"])) == ["a.md"], "but it was named"


def test_a_link_that_leads_nowhere_is_kept_to_be_reported(folder: Path) -> None:
    (folder / "gone.md").symlink_to("nowhere.md")
    (folder / "round.md").symlink_to("round.md")
    assert pages(discover(["."])) == ["gone.md", "round.md"]


def test_a_folder_named_like_a_page_is_a_folder(folder: Path) -> None:
    make(folder, "x.md/a.md")
    assert pages(discover(["."])) == pages(discover(["x.md"])) == ["x.md/a.md"]


def test_a_missing_path_is_named_with_its_neighbour_and_the_rest_goes_on(folder: Path) -> None:
    make(folder, "handbook/a.md")
    found = discover(["handbok", "handbook", "no/such.md"])
    assert pages(found) == ["handbook/a.md"]
    assert [failure.message for failure in found.failures] == [
        "no such file or folder: handbok; did you mean 'handbook'?",
        "no such file or folder: no/such.md (its folder no does not exist either)",
    ]


def test_a_folder_that_cannot_be_listed_is_a_failure(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(folder, "a.md", "locked/b.md")
    scandir = os.scandir

    def refusing(path: Path) -> os.ScandirIterator[str]:
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refusing)
    found = discover(["."])
    assert pages(found) == ["a.md"]
    assert [failure.message for failure in found.failures] == ["cannot list the folder locked: Permission denied"]


def test_without_a_repository_ignore_files_count_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "work/docs/a.md", "work/docs/b.md")
    make(tmp_path, ".gitignore", text="*.md\n")
    make(tmp_path, "work/.ld-review-ignore", text="b.md\n")
    monkeypatch.chdir(tmp_path / "work")
    assert pages(discover(["docs"])) == ["docs/a.md"]
