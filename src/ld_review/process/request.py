"""A request to the learning team: what it asks, what answers it, and whether the pages are ready for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

from ld_review.errors import ConfigError, UsageError, near
from ld_review.late import late
from ld_review.learning import durations
from ld_review.process.book import ProcessBook
from ld_review.process.conditions import Outcome
from ld_review.process.model import Condition, Model, Question
from ld_review.process.schedule import Schedule
from ld_review.process.study import Place, StudiedPage, Study
from ld_review.reporters.display import flat
from ld_review.typed_yaml import MOST_CHARACTERS, compose, convert, entries
from ld_review.typed_yaml import Place as YamlPlace

TITLE = Question("title", "What is the title?", "of the request; else that of the pages")
"""Asked where no page has a title."""
_LABEL = late(r"[a-z-]+/(?:titles|front_matter|containers)/")
"""The cue of an element that was told by its full name."""
_LONGEST = 300
"""Characters of an answer that is taken from a page."""


class Answer(NamedTuple):
    """What answers a question."""

    text: str
    place: Place | None = None
    """Where a page says it; None where a person did."""


Answers = Mapping[str, Answer]


class Request(NamedTuple):
    """A request, complete or not."""

    model: Model
    study: Study
    title: str
    answers: Answers
    unanswered: tuple[Question, ...]
    gate: tuple[tuple[Condition, Outcome], ...]
    schedule: Schedule | None


def answers_of_pages(model: Model, study: Study) -> dict[str, Answer]:
    """What the pages themselves answer, by question."""
    found = {}
    for question in model.asks:
        for page in study.pages if question.from_ else ():
            answer = _duration(page) if question.from_ == "duration" else _audience(page)
            if answer and not question.wrong(answer.text):
                found[question.id] = answer
                break
    return found


def answers_of_words(words: Iterable[str], model: Model) -> dict[str, Answer]:
    """The answers of ``key=value`` words.

    Raises UsageError where a word has another form, names no question of the model, or answers it with what it
    cannot be.
    """
    given = {}
    for word in words:
        key, equals, value = word.partition("=")
        questions = {one.id: one for one in _asked(model)}
        if not equals:
            raise UsageError(f"--answer {word}: expected KEY=VALUE, with a key of {', '.join(questions)}")
        if key not in questions:
            raise UsageError(f"--answer {word}: {model.name} asks no {key!r}{_hint(key, questions)}")
        wrong = questions[key].wrong(value)
        if wrong:
            raise UsageError(f"--answer {key}: {wrong}")
        given[key] = Answer(value.strip())
    return given


def answers_of_file(file: Path, model: Model, book: ProcessBook) -> dict[str, Answer]:
    """The answers in a YAML file; those to questions of other models may stand there too.

    Raises ConfigError, with file and line, where something in it cannot be used.
    """
    place = YamlPlace(str(file), ConfigError)
    node = compose(_text(file), place)
    mine = {one.id: one for one in _asked(model)}
    known = {**book.questions, **mine}
    given = {}
    for key, value in entries(node, place, "the answers") if node is not None else ():
        if key.value not in known:
            raise place.wrong(key, f"no question {key.value!r}{_hint(key.value, known)}")
        text = convert(str, value, place, key.value)
        wrong = known[key.value].wrong(text)
        if wrong:
            raise place.wrong(value, f"{key.value}: {wrong}")
        if key.value in mine:
            given[key.value] = Answer(text.strip())
    return given


def unanswered(model: Model, study: Study, answers: Answers) -> tuple[Question, ...]:
    """The questions that nothing answers."""
    titled = "title" in answers or any(page.title for page in study.pages)
    questions = model.asks if titled or "{title}" not in model.title else (TITLE, *model.asks)
    return tuple(question for question in questions if question.id not in answers)


def request(model: Model, study: Study, answers: Answers, schedule: Schedule | None = None) -> Request:
    """A request with its gate."""
    lacking = unanswered(model, study, answers)
    names = tuple(question.id for question in lacking)
    gate = tuple((condition, condition.check.look(study, names)) for condition in model.gate)
    return Request(model, study, _title(model, study, answers), answers, lacking, gate, schedule)


def _asked(model: Model) -> tuple[Question, ...]:
    return (TITLE, *model.asks)


def _hint(key: str, known: Iterable[str]) -> str:
    return near(key, known) or f"; there are {', '.join(known)}"


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_CHARACTERS + 1).decode("utf-8-sig")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: not UTF-8: byte {error.start}") from None


def _title(model: Model, study: Study, answers: Answers) -> str:
    titles = [page.title for page in study.pages if page.title]
    more = f" and {len(study.pages) - 1} more" if len(study.pages) > 1 else ""
    subject = answers["title"].text if "title" in answers else f"{titles[0]}{more}" if titles else ""
    return model.title.replace("{title}", subject)


def _audience(page: StudiedPage) -> Answer | None:
    """What stands under a label that names the audience, on a page that surely is learning content.

    Sentences and weaker labels that look like an audience speak of something else too often to answer for a person.
    """
    profile = page.review.profile
    for element in page.elements("audience") if profile.declared or profile.sure else ():
        said = flat(page.said(element)) if _LABEL.match(element.cue) else ""
        if said:
            return Answer(said[:_LONGEST], page.place(element.span))
    return None


def _duration(page: StudiedPage) -> Answer | None:
    whole = page.times.whole
    minutes = whole.minutes() if whole else None
    return Answer(durations.said(minutes), page.place(whole.span)) if whole and minutes else None
