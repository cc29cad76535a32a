"""What kind of page it is: declared by whoever knows, else inferred from what stands on it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path, PurePath

import pytest
from click.testing import CliRunner, Result

import handbooks
from ld_review.cli import main
from ld_review.config import Config
from ld_review.config_file import load_config
from ld_review.elementbook import bundled_lexicon, profile_examples
from ld_review.errors import ConfigError, UsageError
from ld_review.learning import recognise
from ld_review.markdown import parse
from ld_review.review import PageReview
from ld_review.runner import review_paths, review_text
from ld_review.source import Source

COURSE = """\
# Listening at work

By the end of this course you will be able to:

- Summarise what a colleague said
- Ask an open question

## Exercise

Listen to a colleague for five minutes, then say in one sentence what you heard.
"""
LAB = """\
# Rename a branch

In this lab you will rename a branch. The lab takes 20 minutes.

1. Open the terminal.
2. Create a branch.
3. Run the command that renames it.
4. Check the result.
"""
PATHWAY = """\
# Learning path for new managers

By the end of the learning path you will be able to:

- Plan a conversation about growth
- Give feedback

Finish these in three months.
"""
LIVE = """\
# Workshop on open questions

Participants will be able to:

- Ask an open question

Participants work in pairs, and each of the participants has 20 minutes.
"""
CERTIFICATION = """\
# Release manager certification

## Final assessment

Score at least 80 % to pass.
"""
OKRS = """\
# Goals of the north region

## Objectives

- Increase revenue from renewals by 10 %
- Improve the pipeline of Q3

## The challenge

Every quarter we practise what we plan. Of course, best practices help.

## Activity log

See the CRM; questions are answered within 24 hours.
"""
HOW_TO = """\
# Order a laptop

1. Open the form.
2. Choose a model.
3. Submit the form.
4. Check your e-mail.
"""
STOCK = """\
# Stock options

## Exercise your options

The exercise window closes 90 days after you leave. You will be able to see it in your account.

## Objective

Everybody owns a part of the company.
"""
ABOUT_COURSES = """\
# Our team

The learning and development team helps course authors. A content creator gets instructional design from us, and
your course design is read by the learning and development team before course creators publish it.

## Knowledge checks

We like them.
"""
HUB = "# Sales\n\n" + "".join(f"- [Page {number}](page-{number}.md)\n" for number in range(12))
PLAIN = "# Coffee\n\nThe machine stands on the second floor.\n"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty repository, the working directory."""
    (tmp_path / ".git").mkdir()
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def config(root: Path) -> Callable[[str], Config]:
    """Make a configuration from the text of its file."""

    def made(text: str) -> Config:
        (root / ".ld-review.yaml").write_text(text, encoding="utf-8")
        return load_config(start=root)

    return made


def declaring(profile: str, text: str = PLAIN) -> str:
    """A page whose front matter declares a profile."""
    return f"---\nld_review: {{profile: {profile}}}\n---\n\n{text}"


def name_of(page: PageReview) -> str:
    return page.profile.name


@pytest.mark.parametrize(
    ("text", "path", "profile"),
    [
        (COURSE, "page.md", "course"),
        (LAB, "page.md", "lab"),
        (LAB, "labs/rename.md", "lab"),
        (PATHWAY, "page.md", "pathway"),
        (LIVE, "page.md", "live-learning"),
        (CERTIFICATION, "page.md", "certification"),
        (COURSE, "handbook/workshops/index.md", "live-learning"),
        (OKRS, "page.md", "reference"),
        (HOW_TO, "page.md", "reference"),
        (STOCK, "page.md", "reference"),
        (ABOUT_COURSES, "page.md", "reference"),
        (PLAIN, "page.md", "reference"),
        (PLAIN, "training/labs/page.md", "reference"),
        ("", "page.md", "reference"),
        (HUB, "page.md", "hub"),
        (HUB + "\n" + "Word after word. " * 200, "page.md", "reference"),
    ],
)
def test_a_profile_is_inferred(root: Path, text: str, path: str, profile: str) -> None:
    page = review_text(text, path)
    assert name_of(page) == profile
    assert not page.profile.declared
    assert not page.failures


def test_an_inferred_profile_says_why(root: Path) -> None:
    reason = review_text(COURSE).profile.reason
    assert "objectives" in reason
    assert "practice" in reason


def test_the_front_matter_declares_a_profile(root: Path) -> None:
    page = review_text(declaring("course"))
    assert page.profile[:3] == ("course", True, "its front matter")


def test_the_front_matter_may_say_that_a_course_is_none(root: Path) -> None:
    assert name_of(review_text(declaring("reference", COURSE))) == "reference"


def test_what_declares_no_profile_is_left_alone(root: Path) -> None:
    for own in ("ld_review: course", "ld_review: {}", "ld_review: {profile: 3}", "ld_review: [course]", "profile: lab"):
        page = review_text(f"---\n{own}\n---\n\n{COURSE}")
        assert (name_of(page), page.profile.declared, page.failures) == ("course", False, ())


def test_the_configuration_declares_a_profile_for_paths(config: Callable[[str], Config]) -> None:
    settings = config("paths: [{match: courses/, profile: course}, {match: courses/labs/, profile: lab}]")
    assert review_text(PLAIN, "courses/a.md", settings).profile[:3] == ("course", True, "the configuration")
    assert name_of(review_text(PLAIN, "courses/labs/a.md", settings)) == "lab"
    assert review_text(PLAIN, "else/a.md", settings).profile[:2] == ("reference", False)


def test_a_profile_can_be_forced_on_all_pages(config: Callable[[str], Config]) -> None:
    settings = config("").with_profile("pathway")
    assert review_text(PLAIN, "a.md", settings).profile[:3] == ("pathway", True, "the command line")


@pytest.mark.parametrize(
    ("text", "path", "forced", "profile"),
    [
        (declaring("lab", COURSE), "courses/a.md", "external", "external"),
        (declaring("lab", COURSE), "courses/a.md", "", "lab"),
        (COURSE, "courses/a.md", "", "certification"),
        (COURSE, "courses/a.md", "reference", "reference"),
        (COURSE, "else/a.md", "", "course"),
    ],
)
def test_the_command_line_comes_before_the_page_and_the_page_before_the_configuration(
    config: Callable[[str], Config], text: str, path: str, forced: str, profile: str
) -> None:
    settings = config("paths: [{match: courses/, profile: certification}]")
    settings = settings.with_profile(forced) if forced else settings
    assert name_of(review_text(text, path, settings)) == profile


def test_weak_words_count_where_a_profile_is_declared(root: Path) -> None:
    text = "# Coffee\n\n## Summary\n\nIt is hot. Take a moment to think about it.\n"
    assert not review_text(text).elements
    assert {element.kind for element in review_text(declaring("course", text)).elements} == {"summary", "reflection"}
    assert not review_text(declaring("reference", text)).elements


def test_an_unknown_profile_on_a_page_is_a_failure_of_the_page_alone(config: Callable[[str], Config]) -> None:
    text = declaring("curse", COURSE + "\n<!-- ld-review-disable click-here -->\n")
    page = review_text(text, "page.md", config("select: [unused-suppression]"))
    (failure,) = page.failures
    assert failure.message.startswith("front matter: no profile 'curse'; there are certification, course, ")
    assert failure.message.endswith("; did you mean 'course'?")
    assert (name_of(page), page.profile.declared) == ("course", False)
    assert page.findings


def test_behind_an_unknown_profile_the_configuration_counts(config: Callable[[str], Config]) -> None:
    page = review_text(declaring("curse"), "a.md", config("paths: [{match: '*.md', profile: lab}]"))
    assert (name_of(page), len(page.failures)) == ("lab", 1)


def test_the_pages_beside_one_that_fails_are_reviewed(root: Path) -> None:
    handbooks.write(root, {"bad.md": declaring("curse"), "good.md": COURSE})
    review = review_paths([root])
    assert [(page.source.path.name, len(page.failures)) for page in review.pages] == [("bad.md", 1), ("good.md", 0)]


def test_an_unknown_profile_in_the_configuration_is_an_error(config: Callable[[str], Config]) -> None:
    with pytest.raises(ConfigError) as raised:
        config("paths:\n  - match: courses/\n    profile: curse\n")
    assert str(raised.value).startswith(".ld-review.yaml:3: no profile 'curse'; there are ")
    assert str(raised.value).endswith("; did you mean 'course'?")


def test_an_unknown_profile_to_force_is_an_error(config: Callable[[str], Config]) -> None:
    with pytest.raises(UsageError, match=r"no profile 'curse'; there are .*; did you mean 'course'"):
        config("").with_profile("curse")


def test_the_command_line_knows_profiles(root: Path) -> None:
    handbooks.write(root, {"page.md": declaring("lab")})

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["check", "--format", "json", "--exit-zero", "page.md", *arguments])

    assert '"name": "lab"' in run().stdout
    forced = run("--profile", "course")
    assert (forced.exit_code, '"name": "course"' in forced.stdout) == (0, True)
    wrong = run("--profile", "curse")
    assert wrong.exit_code == 2
    assert "no profile 'curse'" in wrong.stderr
    assert "did you mean 'course'?" in wrong.stderr


@pytest.mark.parametrize("name", sorted(bundled_lexicon().profiles.by_name))
def test_the_pages_in_the_file_of_a_profile_are_inferred_to_be_of_it(name: str) -> None:
    examples = profile_examples(name)
    assert examples, f"rules/profiles/{name}.yaml shows no page"
    for path, text in ((example.path, example.page) for example in examples):
        document = parse(Source(PurePath(path), text))
        assert recognise(document, bundled_lexicon()).profile.name == name, text
