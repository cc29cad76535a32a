"""Where a page says to ask, and whether all of it is of one kind."""

from __future__ import annotations

from pathlib import Path, PurePath

import pytest

from ld_review.checks.venue import Venue
from ld_review.elementbook import bundled_lexicon
from ld_review.errors import RuleError
from ld_review.hostbook import bundled_hosts
from ld_review.learning import recognise
from ld_review.learning.course import Declared
from ld_review.markdown import parse
from ld_review.page import Page
from ld_review.rulebook import read_rule
from ld_review.source import Source

MAIL, CHAT = Venue(only="mail"), Venue(only="chat")


def marked(check: Venue, text: str) -> list[str]:
    document = parse(Source(PurePath("page.md"), f"# Course\n\n{text}\n"))
    course = recognise(document, bundled_lexicon(), Declared("course", "a test"))
    page = Page(document, course=course, hosts=bundled_hosts())
    return [document.source[match.span] for match in check.find(page)]


@pytest.mark.parametrize(
    ("text", "mail", "chat"),
    [
        ("## Getting help\n\nWrite to `a@b.example`.", ["a@b.example"], []),
        ("## Getting help\n\n[Write to us](mailto:a@b.example).", ["a@b.example"], []),
        ("## Getting help\n\nAsk in #coaching, or a@b.example.", [], []),
        ("## Getting help\n\nAsk in #coaching or in Slack.", [], ["#coaching"]),
        ("## Getting help\n\nAsk [here](https://x.slack.com/archives/C1).", [], ["here"]),
        ("## Getting help\n\nAsk [here](https://example.com/slack/#coaching).", [], []),
        ("## Getting help\n\nAsk in #coaching or [here](https://example.com/-/issues/).", [], []),
        ("## Getting help\n\nWrite to a@b.example.\n\n## Questions\n\nOpen an issue.", [], []),
        ("## Getting help\n\nWrite to a@b.example.\n\n## Essay\n\nOpen an issue for it.", ["a@b.example"], []),
        ("If you have questions, please reach out to a@b.example. Or open an issue.", [], []),
        ("Send your essay to a@b.example.", [], []),
        ("## Getting help\n\nAsk @somebody, see page.md#help and issue.", [], []),
        ("## Getting help\n\nAsk your coach.", [], []),
    ],
)
def test_places_to_ask_are_told_apart(text: str, mail: list[str], chat: list[str]) -> None:
    assert (marked(MAIL, text), marked(CHAT, text)) == (mail, chat)


def test_hostile_text_is_read_in_linear_time() -> None:
    assert marked(MAIL, "## Getting help\n\n" + "a.-+" * 50_000 + "@" + "b." * 50_000) == []


def test_a_kind_of_place_that_is_not_known_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "async" / "x.yaml"
    file.parent.mkdir()
    rules = Path(__file__).parents[2] / "rules" / "async" / "mailbox-as-only-venue.yaml"
    file.write_text(rules.read_text("utf-8").replace("only: mail", "only: fax"), encoding="utf-8")
    with pytest.raises(RuleError, match="fax"):
        read_rule(file)
