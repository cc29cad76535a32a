"""What an annotation may say of a value beside its type, for whoever describes it to others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class OneOf:
    """A text that is one of these words, which whoever takes the value checks."""

    def __init__(self, words: Iterable[str]) -> None:
        self.words = tuple(words)


class ReadAs:
    """A node that is read later, as a value of this annotation."""

    def __init__(self, annotation: Any) -> None:
        self.annotation = annotation


class Named:
    """Something that depends on what is installed or configured, such as the ids of rules, by the name it goes by."""

    def __init__(self, name: str) -> None:
        self.name = name
