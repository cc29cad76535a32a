"""What one page alone told in an earlier run: kept by its bytes, its place, the rules and all that they go by."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path, PurePath
from struct import Struct
from typing import Any, NamedTuple, Protocol

from ld_review.canonical import NotPlainError, canonical
from ld_review.engine import Draft, Settings
from ld_review.entry_cache import read_entry, written_entry
from ld_review.handbook.facts import Detail, LinkFact, PageFacts, SectionFact
from ld_review.learning.profile import Assigned
from ld_review.own_files import State, by_time
from ld_review.plain_forms import (
    element_of,
    finding_of,
    mark_of,
    packed,
    plain_element,
    plain_finding,
    unpacked,
)
from ld_review.rule import Rule
from ld_review.source import Source, Span
from ld_review.store import Store, settings_key
from ld_review.suppression import Suppression

_FILE = "drafts-2.sqlite3"
"""The number is that of the form of what it holds."""
_MOST_DRAFTS = 20_000
_ASKED = ("markdown-it-py", "mdit-py-plugins", "PyYAML", "regex", "textstat", "spacy")
"""The packages that have a say in what is found."""
_HEAD = Struct("16s16s10s")
_OURS = "ld_review."


NO_SOURCE = Source(PurePath(), "")
"""The source of a draft that is not set beside its page."""


class Marks(NamedTuple):
    """What stands for that in a page of which other pages take notice."""

    entry: bytes
    """For what links and the search for a page go by."""
    text: bytes
    """For what copies are told by."""


NO_MARKS = Marks(b"", b"")
"""Of a page that could not be parsed."""


class Kept(Protocol):
    """A draft that is known before its page is looked at."""

    @property
    def marks(self) -> Marks:
        """What stands for that in the page of which other pages take notice."""

    @property
    def today(self) -> date | None:
        """The day that was taken for today; None where none of the rules asked for it."""

    def draft(self, source: Source, place: str) -> Draft:
        """The draft of the page *source*, which lies at *place* in the handbook."""


class KeptDraft(NamedTuple):
    """The draft of a page as it was kept, to be unpacked only where somebody asks."""

    marks: Marks
    today: date | None
    """The day that was taken for today; None where none of the rules asked for it."""
    form: bytes

    def draft(self, source: Source, place: str) -> Draft:
        """The draft of the page *source*, which lies at *place* in the handbook.

        Raises one of ``BROKEN`` where what was kept is none.
        """
        return read_draft(unpacked(self.form), source, place)


class HasDraft(Protocol):
    """A page whose draft is at hand, or is unpacked where somebody asks for it."""

    @property
    def draft(self) -> Draft:
        """The draft."""


class DraftCache:
    """The drafts of pages that nothing broke on; without a folder it keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self._store = Store(folder / _FILE if folder else None, _MOST_DRAFTS)
        self.keeps = folder is not None
        """Whether it keeps anything."""

    def key(self, rules: Iterable[Rule], settings: Settings) -> bytes:
        """What stands for rules and settings in the keys of what is kept here."""
        return rules_key(rules, settings)

    def believes(self, page: HasDraft, rules: Sequence[Rule], settings: Settings) -> bool:
        """Whether the draft of a page is taken for what it says: what was kept here is."""
        return True

    def get(self, keys: Sequence[bytes]) -> Mapping[bytes, Kept]:
        """The drafts that are known, by key; those that are none are not known."""
        found = ((key, _kept(form)) for key, form in self._store.get(keys))
        return {key: kept for key, kept in found if kept is not None}

    def put(self, drafts: Mapping[bytes, Draft]) -> None:
        """Keep drafts, but for those on which something broke: it may not break again."""
        self._store.put({key: _written(draft) for key, draft in drafts.items() if can_be_kept(draft)})


def can_be_kept(draft: Draft) -> bool:
    """Whether a draft is all that the page tells: what broke may not break again."""
    return draft.facts is not None and not draft.failures


def marks_of(facts: PageFacts) -> Marks:
    """What stands for the facts of a page, but for its place."""
    return Marks(mark_of(written_entry(facts.entry).encode("ascii")), mark_of(facts.text))


def rules_key(rules: Iterable[Rule], settings: Settings, state: State = by_time) -> bytes:
    """What stands for the rules and all that they go by, beside the page; empty where part of it cannot be compared.

    A kind of check from another package counts as another one after each change of the *state* of its file.
    """
    try:
        parts = [canonical(_of_rule(rule, state)) for rule in rules]
        parts += [canonical(settings.lexicon.kinds), canonical((settings.layout, settings.hosts.entries))]
        parts.append(canonical((settings.heading_ids, settings.language, settings.profile, settings.forced_profile)))
        parts.append(canonical(settings.known_rules))
    except (NotPlainError, OSError):
        return b""
    return settings_key([*parts, *packages().values()], state)


def _of_rule(rule: Rule, state: State) -> tuple[Any, ...]:
    module = type(rule.check).__module__
    origin = "" if module.startswith(_OURS) else f"{module}:{state(_file_of(module))}"
    said = (rule.id, rule.dimension, rule.severity, rule.message, rule.kind, rule.check, rule.declared_severity)
    return (*said, rule.profiles, rule.language, rule.safe, rule.fixes, rule.decides, origin)


def _file_of(module: str) -> Path:
    import sys  # noqa: PLC0415 - for kinds of check from elsewhere alone

    file = getattr(sys.modules.get(module), "__file__", None)
    if file is None:
        raise NotPlainError(f"{module} has no file")
    return Path(file)


def packages() -> dict[str, str]:
    """The versions of the packages that have a say in what is found; empty where one is not there."""
    return {package: _version(package) for package in _ASKED}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


# --- as JSON ----------------------------------------------------------------------------------------------------------


def plain_draft(draft: Draft) -> list[Any]:
    """A draft as plain parts, without its source and the path of its page."""
    facts = draft.facts
    assert facts is not None
    return [
        [written_entry(facts.entry), facts.detail(), b64encode(facts.text).decode("ascii")],
        [plain_finding(finding) for finding in draft.findings],
        sorted(draft.ran),
        draft.partial,
        draft.suppressions,
        draft.language,
        draft.not_assessed,
        draft.profile,
        [plain_element(element) for element in draft.elements],
        draft.today.isoformat() if draft.today else None,
        draft.generated,
    ]


def _written(draft: Draft) -> bytes:
    assert draft.facts is not None
    day = draft.today.isoformat() if draft.today else ""
    return _HEAD.pack(*marks_of(draft.facts), day.encode("ascii")) + packed(plain_draft(draft))


def _kept(form: bytes) -> KeptDraft | None:
    """A draft as it was written; None where it is anything else."""
    if len(form) < _HEAD.size:
        return None
    entry, text, day = _HEAD.unpack_from(form)
    try:
        today = date.fromisoformat(day.decode("ascii")) if day.strip(b"\0") else None
    except ValueError:
        return None
    return KeptDraft(Marks(entry, text), today, form[_HEAD.size :])


def read_draft(parts: Any, source: Source = NO_SOURCE, place: str = "") -> Draft:
    """A draft as it was written, of the page *source*, which lies at *place* in the handbook.

    Raises one of ``BROKEN`` for most of what is none.
    """
    facts, findings, ran, partial, suppressions, language, unread, profile, elements, day, generated = parts
    return Draft(
        source,
        _facts(place, *facts),
        tuple(map(finding_of, findings)),
        (),
        frozenset(ran),
        bool(partial),
        tuple(map(_suppression, suppressions)),
        str(language),
        str(unread),
        Assigned(*profile),
        tuple(map(element_of, elements)),
        date.fromisoformat(day) if day else None,
        str(generated),
    )


def _facts(place: str, entry: str, detail: list[Any], text: str) -> PageFacts:
    known = read_entry(entry)
    if known is None:
        raise ValueError("no entry")
    sections, links = detail
    return PageFacts.of(
        known._replace(path=place), Detail(tuple(map(_section, sections)), tuple(map(_link, links))), b64decode(text)
    )


def _section(parts: list[Any]) -> SectionFact:
    start, text, *rest = parts
    return SectionFact(start, Span(*text), *rest)


def _link(parts: list[Any]) -> LinkFact:
    span, target, target_span, quoted = parts
    return LinkFact(Span(*span), target, Span(*target_span) if target_span else None, quoted)


def _suppression(parts: list[Any]) -> Suppression:
    verb, span, rules, reason, line = parts
    return Suppression(verb, Span(*span), tuple(rules), reason, line)
