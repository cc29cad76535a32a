"""The files of support models: what is in the package can be used, and what is wrong is told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ld_review.errors import LdReviewError, UsageError
from ld_review.process.book import read_process
from ld_review.process.conditions import FindingsCheck
from ld_review.rulebook import bundled_rules

MODEL = "row: Buddy programme\nwhen: You want a buddy\ntitle: 'Buddy: {title}'\n"
TIMELINE = "timeline:\n  - {action: Ask, who: you, weeks: 2, opens: true}\n  - {action: Begin, who: you}\n"


def error(folder: Path, name: str, text: str) -> str:
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(LdReviewError) as raised:
        read_process([folder]).model(name)
    return str(raised.value).removeprefix(f"{folder}/")


def test_the_models_of_the_package_can_be_used() -> None:
    book = read_process()
    assert not book.errors
    assert set(book.models) == {
        "content-review",
        "external-content",
        "learning-pathway",
        "live-learning",
        "new-content",
        "upload",
    }


def test_every_model_asks_for_what_requests_are_judged_by() -> None:
    for model in read_process().models.values():
        asked = [question.id for question in model.asks]
        assert asked[:3] == ["business-impact", "okrs", "impacted-users"]
        assert model.gate
        assert model.checklist


def test_conditions_name_rules_that_are_there() -> None:
    known = {rule.id for rule in bundled_rules().rules}
    models = read_process().models.values()
    every = [
        one for model in models for one in (*model.gate, *(c for s in model.timeline for c in (*s.done_when, *s.needs)))
    ]
    named = {rule for one in every if isinstance(one.check, FindingsCheck) for rule in one.check.rules}
    assert named
    assert named <= known


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "mine.yaml: the file is empty; a model needs a row, a when and a title"),
        (MODEL + "gates: [title]\n", "mine.yaml:4: a model has no option 'gates'; did you mean 'gate'?"),
        (MODEL + "gate: [titel]\n", "mine.yaml:4: gate: no condition 'titel'; did you mean 'title'?"),
        (MODEL + "gate: title\n", "mine.yaml:4: gate must be a list of names"),
        (MODEL + "asks:\n  - okrs\n  - okr\n", "mine.yaml:6: asks: no question 'okr'; did you mean 'okrs'?"),
        (
            MODEL + "quick-actions: [close]\n",
            "mine.yaml:4: quick-actions: 'close' must be one line",
        ),
        (
            MODEL + 'quick-actions: ["/label ~x\\n/close"]\n',
            "mine.yaml:4: quick-actions: '/label ~x\\n/close' must",
        ),
        ("row: r\nwhen: w\ntitle: '{name}'\n", "mine.yaml:3: title: no {name}; the one word in braces is {title}"),
        ("row: r\nwhen: w\ntitle: '{title.x}'\n", "mine.yaml:3: title: no {title.x}"),
        ("row: r\nwhen: w\n", "mine.yaml:1: a model lacks 'title'"),
        (MODEL + TIMELINE.replace(", opens: true", ""), "mine.yaml:5: timeline: exactly one step has `opens: true`"),
        (
            MODEL + TIMELINE.replace("weeks: 2", "week: 2"),
            "mine.yaml:5: a step of the timeline has no option 'week'",
        ),
        (
            MODEL + TIMELINE.replace("weeks: 2", "weeks: 2, days: 1"),
            "mine.yaml:5: a step of the timeline: give one of",
        ),
        (
            MODEL + TIMELINE.replace("weeks: 2", "weeks: 521"),
            "mine.yaml:5: a step of the timeline: weeks and days",
        ),
        (MODEL + TIMELINE.replace("who: you}", "who: you, days: 3}"), "mine.yaml:5: timeline: no step is the launch"),
        (
            MODEL + TIMELINE + "  - {action: x, who: y, days: 3}\n",
            "mine.yaml:5: timeline: the steps must stand",
        ),
        (MODEL + TIMELINE.replace("opens:", "needs: [x], opens:"), "mine.yaml:5: needs: no condition 'x'"),
    ],
)
def test_a_wrong_model_is_told_with_file_line_and_key(tmp_path: Path, text: str, expected: str) -> None:
    assert error(tmp_path, "mine", text).startswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {says: x, check: {titel: {}}}", "no kind of condition 'titel'; did you mean 'title'?"),
        ("a: {says: x, check: {title: {}, pages: {}}}", "check must hold one kind: pages, title"),
        (
            "a: {says: x, check: {element: {kinds: [objectives]}}}",
            "no kind of learning element 'objectives'; did",
        ),
        ("a: {says: x, check: {findings: {severity: fatal}}}", "severity must be 'suggestion', 'warning' or 'error'"),
        ("a: {says: x, check: {findings: {dimension: asynch}}}", "no dimension 'asynch'; did you mean 'async'?"),
        ("A b: {says: x, check: {title: {}}}", "'A b' must be small letters and digits with dashes between"),
    ],
)
def test_a_wrong_condition_is_told_with_file_and_line(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "conditions.yaml").write_text(f"# mine\n{text}\n", encoding="utf-8")
    with pytest.raises(LdReviewError) as raised:
        read_process([tmp_path])
    assert str(raised.value).startswith(f"{tmp_path}/conditions.yaml:2: ")
    assert expected in str(raised.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: {ask: x, kind: choice}", "'choices' are for the kind 'choice', which needs them"),
        (
            "a: {ask: x, kind: nummer}",
            "must be 'text', 'number', 'date', 'url' or 'choice', found 'nummer'; did",
        ),
        ("a: {ask: x, from: objectives}", "must be"),
    ],
)
def test_a_wrong_question_is_told_with_file_and_line(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "questions.yaml").write_text(f"# mine\n{text}\n", encoding="utf-8")
    with pytest.raises(LdReviewError) as raised:
        read_process([tmp_path])
    assert str(raised.value).startswith(f"{tmp_path}/questions.yaml:2: ")
    assert expected in str(raised.value)


def test_a_folder_adds_models_and_replaces_those_of_the_same_name(tmp_path: Path) -> None:
    (tmp_path / "buddy.yaml").write_text(MODEL + "asks: [buddy]\n", encoding="utf-8")
    (tmp_path / "upload.yaml").write_text(MODEL + TIMELINE, encoding="utf-8")
    (tmp_path / "questions.yaml").write_text("buddy: {ask: Who?}\n", encoding="utf-8")
    book = read_process([tmp_path])
    assert book.model("buddy").asks[0].ask == "Who?"
    assert book.model("upload").row == "Buddy programme"
    assert book.model("learning-pathway").row == "Creating a new learning pathway"


def test_a_model_that_cannot_be_used_spoils_no_other(tmp_path: Path) -> None:
    (tmp_path / "upload.yaml").write_text("row: [", encoding="utf-8")
    book = read_process([tmp_path])
    assert book.model("content-review")
    with pytest.raises(LdReviewError, match="not YAML"):
        book.model("upload")


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        read_process([tmp_path / "none"])


def test_a_model_that_is_not_there_is_an_error_with_the_near_word() -> None:
    with pytest.raises(UsageError, match="no support model 'content-reviews'; did you mean 'content-review'"):
        read_process().model("content-reviews")
