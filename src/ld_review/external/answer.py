"""What is said of a link that leads out of the handbook."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class State(StrEnum):
    """What became of a page elsewhere."""

    ALIVE = "alive"
    DEAD = "dead"
    """It is gone: 404, 410, or its host does not exist."""
    MOVED = "moved"
    """It lives, and its server says that its address has changed for good."""
    UNKNOWN = "unknown"
    """Nothing can be told from here; never a reason to complain about the link."""


class Answer(NamedTuple):
    """What was learned about one URL."""

    state: State
    reason: str
    """In words, free of anything the server worded: ``404 Not Found``, ``no such host``."""
    status: int | None = None
    """The HTTP status that decided; None where no server answered."""
    address: str = ""
    """Where the page has moved to; empty unless ``state`` is moved."""
    asked: bool = True
    """Whether the answer came from the network, or would have."""
