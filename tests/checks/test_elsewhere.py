"""What the checks about content elsewhere find and refuse, beside what the examples of their rules show."""

from __future__ import annotations

from pathlib import PurePath

import pytest

from ld_review.checks.base import Check
from ld_review.checks.heading import Heading
from ld_review.checks.iframe import Iframe
from ld_review.checks.image import Image
from ld_review.checks.link import Link
from ld_review.checks.listing import Listing
from ld_review.checks.offsite import Offsite
from ld_review.checks.repeated_link import RepeatedLink
from ld_review.engine import Settings, read_page
from ld_review.source import Source

DECK = "https://docs.google.com/presentation/d/{}/edit"
VIDEO = "https://youtu.be/abcdefghij{}"


def places(check: Check, text: str) -> list[str]:
    """What is marked, with all other places of the same finding."""
    page, _ = read_page(Source(PurePath("page.md"), text), Settings())
    return [text[span.start : span.end] for match in check.find(page) for span in (match.span, *match.also)]


SECTIONS = Offsite(groups=("deck",), beside=("video",), of=("section", "list"))


@pytest.mark.parametrize(
    ("body", "found"),
    [
        (f"[Slides]({DECK.format(1)})", True),
        (f"[Slides]({DECK.format(1)}), [video]({VIDEO.format(1)})", True),
        (f"[Video]({VIDEO.format(1)})", False),
        (f"[Slides]({DECK.format(1)}), [page](/handbook/trust/)", False),
        (f"[Slides]({DECK.format(1)}) {'and words ' * 15}", False),
        (f"[Slides]({DECK.format(1)})\n\n![Trust](trust.png)", False),
        (f"[Slides]({DECK.format(1)})\n\n### More\n\nText.", False),
    ],
)
def test_a_section_with_nothing_but_decks_is_elsewhere(body, found):
    assert places(SECTIONS, f"## Trust\n\n{body}\n") == ["Trust"] * found


def test_a_list_is_one_finding_and_its_section_none():
    items = [f"[Deck {number}]({DECK.format(number)})" for number in range(3)]
    text = "## Decks\n\n" + "\n".join(f"- {item}\n  - beside" for item in items) + "\n"
    assert places(SECTIONS, text) == items


def test_a_list_counts_from_its_share_on():
    items = [f"- [Deck {number}]({DECK.format(number)})" for number in range(3)]
    text = "\n".join([*items, *["- a page"] * 4])
    assert places(SECTIONS, text) == []
    assert len(places(Offsite(groups=("deck",), share=0.4), text)) == 3


def test_nearness_is_a_sentence_or_a_row():
    check = Link(groups=("deck",), unless_near=r"\binternal\b")
    target = DECK.format(1)
    assert places(check, f"[Slides]({target}). It is internal.\n") == [target]
    assert places(check, f"The internal [slides]({target}).\n") == []
    assert places(check, f"| a | b |\n| --- | --- |\n| [slides]({target}) | internal |\n") == []


def test_what_is_far_away_in_a_long_sentence_is_not_near():
    check = Link(groups=("deck",), near="truth")
    assert places(check, f"truth {'word ' * 100}[slides]({DECK.format(1)})\n") == []


def test_a_video_is_linked_where_its_section_links_to_it():
    frame = '<iframe src="https://www.youtube.com/embed/abcdefghij1">'
    check = Iframe(groups=("video",), unlinked=True)
    assert places(check, f"## A\n\n[Watch]({VIDEO.format(1)})\n\n{frame}</iframe>\n") == []
    assert places(check, f"## A\n\n[Watch]({VIDEO.format(2)})\n\n{frame}</iframe>\n") == [frame]


NAMES = ("Host a session", "Create a course", "Request a review", "Upload a file")


@pytest.mark.parametrize(
    ("sections", "missing"),
    [
        (("Hosting a session", "Creating courses", "Requesting reviews"), ["Upload a file"]),
        (("Hosting a session", "Creating courses", "Requesting reviews", "Uploading files"), []),
        (("Hosting a session", "Creating courses"), []),
        (("Requesting reviews", "Hosting the session", "Create a course or a path"), ["Upload a file"]),
    ],
)
def test_a_name_is_told_from_a_heading_by_its_words(sections, missing):
    text = "\n".join(f"- {name}" for name in NAMES) + "".join(f"\n\n## {title}\n\nText." for title in sections)
    assert places(Listing(), text) == missing


def test_headings_of_several_levels_are_no_sections_of_a_list():
    text = (
        "\n".join(f"- {name}" for name in NAMES)
        + "\n\n## Host a session\n\n### Create a course\n\n#### Request a review\n"
    )
    assert places(Listing(), text) == []


def test_slips_are_between_items_of_one_list_alone():
    check = RepeatedLink(same="target", listed=True)
    first, second = f"[Careers]({VIDEO.format(1)})", f"[Feedback]({VIDEO.format(1)})"
    assert places(check, f"- {first}\n- {second}\n") == ["Careers", "Feedback"]
    assert places(check, f"- {first}\n\nText.\n\n- {second}\n") == []
    assert places(check, f"- {first}, {second}\n") == []
    assert places(check, f"- {first}\n- [Careers with Ana]({VIDEO.format(1)})\n") == []


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Offsite, "groups"),
        (lambda: Offsite(groups=("deks",)), "'deck'"),
        (lambda: Offsite(groups=("deck",), beside=("vido",)), "'video'"),
        (Iframe, "untitled"),
        (lambda: Iframe(groups=("deks",)), "'deck'"),
        (lambda: Image(missing=False, file_name=False), "elsewhere"),
        (lambda: Heading(unless="x"), "pattern"),
        (lambda: Link(near="x"), "groups"),
        (lambda: Link(groups=("deck",), near="("), "near"),
        (lambda: Listing(alike=0), "alike"),
        (lambda: RepeatedLink(pattern="("), "pattern"),
    ],
)
def test_options_that_cannot_be_used_are_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
