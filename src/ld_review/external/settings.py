"""How links that lead out of the handbook are asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ld_review.errors import ConfigError

_HOUR = 3600.0
_DAY = 24 * _HOUR
_BOUNDS = {
    "timeout": (0.05, 120),
    "concurrency": (1, 64),
    "per_host": (1, 8),
    "delay": (0, 60),
    "retries": (0, 5),
    "keep": (0, 366 * _DAY),
    "keep_bad": (0, 366 * _DAY),
    "time_limit": (0.05, 24 * _HOUR),
}


@dataclass(frozen=True)
class External:
    """How to ask. Times are in seconds.

    A pattern for hosts is a name, ``example.com``, or all names below one, ``*.example.com``.

    Raises ConfigError where a value is out of bounds: the configuration may come with the pages of a stranger.
    """

    timeout: float = 10.0
    """How long one request may take, from looking up the name to the last header."""
    concurrency: int = 16
    """How many requests may be on their way at once."""
    per_host: int = 2
    """How many of them to one host."""
    delay: float = 0.2
    """The least time between the starts of two requests to one host."""
    retries: int = 1
    """How often a request is repeated that failed for what may pass."""
    skip: tuple[str, ...] = ()
    """Patterns for hosts that are never asked."""
    cache: Path | None = None
    """The folder in which answers are kept; None keeps none."""
    keep: float = 7 * _DAY
    """How long an answer is kept that says alive or moved."""
    keep_bad: float = _HOUR
    """How long any other answer is kept."""
    user_agent: str = "ld-review (checks the links of a handbook)"
    private: tuple[str, ...] = ()
    """Patterns for hosts that may lie in a private network; never to be taken from the repository under review."""
    time_limit: float = 600.0
    """How long the whole run may take; what was not asked by then is unknown."""

    def __post_init__(self) -> None:
        for name, (least, most) in _BOUNDS.items():
            if not least <= getattr(self, name) <= most:
                key = name.replace("_", "-")
                raise ConfigError(f"external: {key} must be between {least:g} and {most:g}, not {getattr(self, name)}")
        if not (self.user_agent.isascii() and self.user_agent.isprintable()):
            raise ConfigError("external: user-agent must be printable ASCII")
