"""What a rule can ask of live events, and how it says that it asks for what nobody knows."""

from __future__ import annotations

import time
from pathlib import PurePath

import pytest

from ld_review.checks.event_facts import FACTS
from ld_review.checks.live_event import LiveEventCheck
from ld_review.checks.schedule import Schedule
from ld_review.checks.weekday import Weekday
from ld_review.elementbook import bundled_lexicon
from ld_review.learning import recognise
from ld_review.learning.async_path import WAYS, async_path
from ld_review.markdown import parse
from ld_review.page import Page
from ld_review.source import Source


def page(text: str) -> Page:
    document = parse(Source(PurePath("page.md"), text))
    return Page(document, course=recognise(document, bundled_lexicon()))


def test_a_fact_that_there_is_not_is_an_error_with_the_likely_one() -> None:
    with pytest.raises(ValueError, match=r"option 'lacks': nothing is known of 'recordings'.*'recording'"):
        LiveEventCheck(lacks=("recordings",))


@pytest.mark.parametrize("fact", FACTS)
def test_every_fact_can_be_asked(fact: str) -> None:
    known = page("# Coaching\n\n## Office hours\n\nJoin us every Thursday at 15:00 UTC.\n")
    with_it, without_it = list(LiveEventCheck(has=(fact,)).find(known)), list(LiveEventCheck(lacks=(fact,)).find(known))
    assert len(with_it) + len(without_it) == 1


def test_several_are_one_finding_that_names_the_others() -> None:
    text = "# Webinars\n\n| Date | Topic |\n| --- | --- |\n| 2026-03-05 | Asking |\n| 2026-04-02 | Listening |\n"
    [match] = LiveEventCheck(grouped=2).find(page(text))
    assert match.words["count"] == "2"
    assert len(match.also) == 1


def test_what_lets_people_learn_alone_is_told_by_way() -> None:
    schedule = """\
# Webinars

| Date | Topic | Recording |
| --- | --- | --- |
| 2026-03-05 | Asking | [watch](https://youtu.be/x) |
| 2026-04-02 | Listening | [watch](https://example.com/v) |
"""
    alone = """
## Exercise

Ask, and post what you heard in the issue by 2026-03-09.

You do this at your own pace. If you get stuck, ask in the #coaching channel.
"""
    ways = async_path(page(schedule + alone).course.elements)

    assert [way.name for way in ways] == ["recording", "recording", "questions", "self-paced", "deadline"]
    assert set(WAYS) > {way.name for way in ways}


_TABLE = "| Date | Topic | Recording |\n| --- | --- | --- |\n"
_SMALL_TABLE = "| Date | Topic | Speaker |\n| --- | --- | --- |\n| 2026-03-05 | Asking | Mira |\n\nText.\n\n"


@pytest.mark.parametrize(
    ("start", "part"),
    [
        ("", "Join the webinar every Thursday at 15:00 UTC.\n\n"),
        ("", "## Office hours\n\nJoin us every Thursday at 15:00 UTC.\n\n"),
        ("", "- 2026-03-05: webinar\n"),
        ("", "Join at 10 am.\n\n- 2026-03-05: webinar\n\n"),
        (_TABLE, "| 2026-03-05 | webinar | [x](https://youtu.be/x) |\n"),
        ("| Day | Date | Topic |\n| --- | --- | --- |\n", "| Monday | 2026-03-05 | webinar |\n"),
        ("Join us every Thursday at 10 am UTC.\n\n", _SMALL_TABLE),
    ],
)
def test_time_grows_with_length_alone(start: str, part: str) -> None:
    checks = (Weekday(), Schedule(), LiveEventCheck(lacks=("zone",)))

    def cost(times: int) -> float:
        document = parse(Source(PurePath("page.md"), "# Webinars\n\n" + start + part * times))
        lexicon = bundled_lexicon()
        began = time.process_time()
        known = Page(document, course=recognise(document, lexicon))
        for check in checks:
            list(check.find(known))
        return time.process_time() - began

    cost(50)
    assert cost(2_000) < 40 * max(cost(200), 0.002)
