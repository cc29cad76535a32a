"""The rules, words and hosts that come with the program: read from their files once, and kept for the next run."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from ld_review.cache_folder import cache_folder
from ld_review.canonical import NotPlainError
from ld_review.checks.phrases import trusted
from ld_review.elementbook import bundled_lexicon
from ld_review.hostbook import bundled_hosts
from ld_review.hosts import Hosts
from ld_review.learning import Lexicon
from ld_review.plain_forms import BROKEN, packed, unpacked
from ld_review.rule import Rule
from ld_review.rulebook import Rulebook, bundled_rules
from ld_review.store import Store, settings_key
from ld_review.value_forms import form_of, value_of

_FILE = "rules-1.sqlite3"
"""The number is that of the form of what it holds."""
_MOST = 8


class Bundled(NamedTuple):
    """What comes with the program."""

    rules: Rulebook
    lexicon: Lexicon
    hosts: Hosts


@cache
def bundled(*, use_cache: bool = True) -> Bundled:
    """What comes with the program; without *use_cache* read from the files in any case.

    Raises RuleError where a file of words or hosts cannot be used.
    """
    if not use_cache:
        return _from_files()
    folder, key = cache_folder(), settings_key(["bundled"])
    store = Store(folder / _FILE if folder else None, _MOST)
    kept = _kept(store, key)
    if kept is not None:
        return kept
    read = _from_files()
    if not read.rules.errors:
        _keep(store, key, read)
    return read


def _from_files() -> Bundled:
    return Bundled(bundled_rules(), bundled_lexicon(), bundled_hosts())


def _kept(store: Store, key: bytes) -> Bundled | None:
    for _, form in store.get([key]):
        try:
            with trusted():
                rules, lexicon, hosts = value_of(unpacked(form))
        except (*BROKEN, ImportError):
            return None
        if isinstance(lexicon, Lexicon) and isinstance(hosts, Hosts) and all(isinstance(one, Rule) for one in rules):
            return Bundled(Rulebook(rules), lexicon, hosts)
    return None


def _keep(store: Store, key: bytes, read: Bundled) -> None:
    try:
        form = form_of((read.rules.rules, read.lexicon, read.hosts))
    except NotPlainError:
        return
    store.put({key: packed(form)})
