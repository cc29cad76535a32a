"""Text of others as Markdown that reads as the text, and does nothing: no tag, link, mention, reference or command.

GitLab looks for mentions, references and bare addresses in the rendered text, where no backslash is left. Words that
hold one are set as code; all else is escaped.
"""

from __future__ import annotations

import re

from ld_review.late import late
from ld_review.reporters.display import flat

_WORD = late(r"[^\s|]+")
_OUTSIDE = "()\"'“”‘’.,;?"
"""What may stand around a word and is not part of it."""
_MEANT_FOR_GITLAB = late(
    r"""
    @[\w"-]                                # a mention, an address for mail
    | :// | (?i:www\.) | (?i:mailto:)      # an address that is linked by itself
    | [\#!&$][\w"]* \d                     # an issue, merge request, epic or snippet
    | (?<!\w)[~%][\w"] | \^alert           # a label, a milestone, an alert
    | \[\[ | \[\w+: | \*iteration:         # a wiki page, and what is named in brackets
    | [\[{][+-]                            # inserted or deleted text
    | :[\w+-]+:                            # an emoji
    | \b[0-9a-f]{7,40}\b                   # a commit
    | [A-Z]-\d                             # an issue of another tracker
    """,
    re.VERBOSE,
)
_MARKS = late(r"[\\`*{}\[\]<>~$|^#]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)")
_STARTS = late(r"[-+/=:!%]|\d{1,9}(?=[.)])")
"""What would make a line a list, an underline or a command."""
_SIGN = late(r"[@#!&~%$^:*\[](?=\S)|(?i:www)(?=\.)")
_WORD_JOINER = "\u2060"
_BACKTICKS = late(r"`+")
_WEB = late(r"(?i)https?://[^\s<>\\\"'`]+\Z")


def inline(text: str, most: int = 0) -> str:
    """*text* on one line, safe anywhere on it; cut to *most* characters where that is not 0."""
    text = shortened(text, most)
    parts, end = list[str](), 0
    for word in _WORD.finditer(text):
        parts += (_escaped(text[end : word.start()]), _word(word[0]))
        end = word.end()
    return _started("".join((*parts, _escaped(text[end:]))))


def lines(text: str) -> str:
    """*text* with its line breaks, each line safe; for what a person wrote as an answer."""
    return "\\\n".join(line for line in map(inline, text.splitlines()) if line)


def code(text: str) -> str:
    """*text* as code; nothing where it is empty."""
    text = flat(text)
    if not text:
        return ""
    longest = max((len(run) for run in _BACKTICKS.findall(text)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if text[0] == "`" or text[-1] == "`" else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def link(text: str, url: str) -> str:
    """A link to a web address; *text* alone where *url* is none."""
    return f"[{inline(text)}](<{url}>)" if is_web(url) else inline(text)


def is_web(url: str) -> bool:
    """Whether *url* is a web address that can stand between angle brackets."""
    return bool(_WEB.match(url)) and url == flat(url)


def plain(text: str, most: int = 0) -> str:
    """*text* for the title of an issue, where GitLab knows references but neither code nor backslashes.

    An invisible word joiner stands behind each sign that would begin one.
    """
    return _SIGN.sub(f"\\g<0>{_WORD_JOINER}", shortened(text, most))


def shortened(text: str, most: int) -> str:
    """*text* on one line, of at most *most* characters where that is not 0."""
    text = flat(text)
    return text if not most or len(text) <= most else f"{text[: most - 1].rstrip()}…"


def _word(word: str) -> str:
    if not _MEANT_FOR_GITLAB.search(word):
        return _escaped(word)
    core = word.strip(_OUTSIDE)
    if not _MEANT_FOR_GITLAB.search(core):  # what is around it belongs to it, as in @"two words"
        return code(word)
    before, _, after = word.partition(core)
    return f"{_escaped(before)}{code(core)}{_escaped(after)}"


def _escaped(text: str) -> str:
    return _MARKS.sub(r"\\\g<0>", text)


def _started(line: str) -> str:
    """A line that begins with text, whatever it begins with."""
    found = _STARTS.match(line)
    if not found:
        return line
    return f"{found[0]}\\{line[found.end() :]}" if found[0].isdigit() else f"\\{line}"
