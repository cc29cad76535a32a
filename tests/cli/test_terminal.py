from __future__ import annotations

from io import StringIO
from typing import Any

import pytest

from ld_review.cli.terminal import ProgressBar, wants_color, width


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


COLORS = [
    pytest.param("auto", False, {}, False, id="a pipe"),
    pytest.param("auto", True, {}, True, id="a terminal"),
    pytest.param("auto", True, {"TERM": "dumb"}, False, id="a dumb terminal"),
    pytest.param("auto", True, {"NO_COLOR": "1"}, False, id="NO_COLOR in a terminal"),
    pytest.param("auto", True, {"NO_COLOR": ""}, True, id="an empty NO_COLOR does not count"),
    pytest.param("auto", False, {"FORCE_COLOR": "1"}, True, id="FORCE_COLOR in a pipe"),
    pytest.param("auto", False, {"FORCE_COLOR": "0"}, False, id="FORCE_COLOR=0 forces nothing"),
    pytest.param("auto", False, {"CLICOLOR_FORCE": "1"}, True, id="CLICOLOR_FORCE in a pipe"),
    pytest.param("auto", False, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, id="NO_COLOR beats FORCE_COLOR"),
    pytest.param("auto", False, {"CI": "true", "GITLAB_CI": "true"}, True, id="the job log of GitLab"),
    pytest.param("auto", False, {"CI": "true"}, False, id="another CI"),
    pytest.param("auto", False, {"CI": "1", "GITLAB_CI": "1", "NO_COLOR": "1"}, False, id="NO_COLOR beats GitLab"),
    pytest.param("always", False, {"NO_COLOR": "1"}, True, id="the option beats NO_COLOR"),
    pytest.param("never", True, {"FORCE_COLOR": "1"}, False, id="the option beats FORCE_COLOR"),
]


@pytest.mark.parametrize(("choice", "terminal", "environment", "expected"), COLORS)
def test_colour_is_decided_by_option_environment_and_terminal_in_this_order(
    choice: str, terminal: bool, environment: dict[str, str], expected: bool
) -> None:
    assert wants_color(choice, Terminal() if terminal else StringIO(), environment) is expected


def test_what_is_no_terminal_has_a_fixed_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    assert width(StringIO()) == 120


@pytest.mark.parametrize(("columns", "expected"), [("72", 72), ("500", 160)])
def test_a_terminal_is_filled_up_to_a_bound(monkeypatch: pytest.MonkeyPatch, columns: str, expected: int) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert width(Terminal()) == expected


def bar_of(monkeypatch: pytest.MonkeyPatch, *, patience: float = 0.0, quiet: bool = False, ci: str = "") -> str:
    """What a bar shows at one page of two, in a terminal."""
    # Set here and not in a fixture: pytest puts its own stream back between the two.
    stderr = Terminal()
    monkeypatch.setattr("sys.stderr", stderr)
    monkeypatch.setattr("ld_review.cli.terminal._PATIENCE", patience)
    monkeypatch.setenv("CI", ci)
    monkeypatch.setenv("TERM", "xterm")
    with ProgressBar(quiet) as bar:
        bar(1, 2)
    return stderr.getvalue()


def test_long_work_shows_a_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "1/2" in bar_of(monkeypatch)


@pytest.mark.parametrize(
    "why",
    [
        pytest.param({"patience": 60.0}, id="short work"),
        pytest.param({"quiet": True}, id="quiet"),
        pytest.param({"ci": "true"}, id="CI"),
    ],
)
def test_no_bar_is_shown_where_nobody_waits(monkeypatch: pytest.MonkeyPatch, why: dict[str, Any]) -> None:
    assert bar_of(monkeypatch, **why) == ""
