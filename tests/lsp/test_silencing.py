from pathlib import PurePath

import pytest

from ld_review.finding import Finding, Severity
from ld_review.lsp.silencing import ways
from ld_review.source import Source, Span

LINE = "<!-- ld-review-disable-line a-rule -- TODO: say why -->"
NEXT = "<!-- ld-review-disable-next-line a-rule -- TODO: say why -->"
FILE = "<!-- ld-review-disable-file a-rule -- TODO: say why -->"


def _after(text, rule="a-rule"):
    start = text.index("WORD")
    finding = Finding(rule, Span(start, start + 4), "", Severity.WARNING)
    return [
        text[: way.edit.span.start] + way.edit.replacement + text[way.edit.span.end :]
        for way in ways(Source(PurePath("p.md"), text), finding, "kramdown")
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A WORD.\n", [f"A WORD. {LINE}\n", f"{NEXT}\nA WORD.\n"]),
        ("A WORD.", [f"A WORD. {LINE}", f"{NEXT}\nA WORD."]),
        ("A WORD.\r\nB\r\n", [f"A WORD. {LINE}\r\nB\r\n", f"{NEXT}\r\nA WORD.\r\nB\r\n"]),
        ("One\ntwo WORD  \nthree\n", [f"One\ntwo WORD {LINE}  \nthree\n"]),
        ("- a\n- WORD\n", [f"- a\n- WORD {LINE}\n"]),
        ("| a | b |\n| - | - |\n| c | WORD |\n", [f"| a | b |\n| - | - |\n| c | WORD {LINE} |\n"]),
        ("---\ntitle: WORD\n---\n\nText\n", [f"---\ntitle: WORD\n---\n\nText\n\n{FILE}\n"]),
        ("```\nWORD\n```\n", [f"```\nWORD\n```\n\n{FILE}\n"]),
    ],
)
def test_a_comment_goes_where_it_silences_and_changes_nothing(text, expected):
    assert _after(text) == expected


def test_a_heading_keeps_its_id():
    assert f"{NEXT}\n# A WORD\n" in _after("# A WORD\n")
    assert all("# A WORD" in text for text in _after("# A WORD\n"))


def test_a_finding_about_a_comment_is_not_silenced_by_another():
    assert _after("A WORD.\n", "unused-suppression") == []
