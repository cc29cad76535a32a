"""What can go wrong that the user can mend."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class LdReviewError(Exception):
    """Base of every error that the command line prints without a traceback."""


class ConfigError(LdReviewError):
    """The configuration cannot be used; the message names file, line and key."""


class RuleError(LdReviewError):
    """A rule file cannot be used; the message names file, line and key."""

    rule: str = ""
    """The id of the rule that the file would have made."""


class PluginError(LdReviewError):
    """A check or a rule pack from another package cannot be loaded."""


class UsageError(LdReviewError):
    """What was asked for cannot be done: no such path, no such rule, options that exclude each other."""


class PatternTimeout(LdReviewError):  # noqa: N818 - it is what happened, as in TimeoutError
    """A pattern took longer on a page than a search may; the message names the pattern and the bound."""


def near(word: str, known: Iterable[str]) -> str:
    """``; did you mean 'terms'?`` where *word* looks like one of *known*, else nothing."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else ""
