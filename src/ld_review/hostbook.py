"""The files that say which hosts belong to which group: YAML in, hosts out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from yaml.nodes import MappingNode, Node

from ld_review.errors import RuleError, near
from ld_review.hosts import GROUPS, Entry, Group, Hosts, check_place
from ld_review.own_files import rules_folder
from ld_review.rulebook import Preset, text_of
from ld_review.typed_yaml import Place, compose, convert, entries

HostsFile = Mapping[Group, tuple[str, ...] | Mapping[str, str]]
"""The groups of a file, each a list of places, or of places and where they moved."""


@cache
def bundled_hosts() -> Hosts:
    """The hosts that come with the package. Raises RuleError where their file cannot be used."""
    file = rules_folder() / "hosts.yaml"
    place = Place(str(file), RuleError)
    return read_hosts(compose(text_of(file), place), place)


def preset_hosts(preset: Preset) -> Hosts:
    """The hosts that a preset adds."""
    return read_hosts(preset.hosts, Place(preset.origin, RuleError))


def read_hosts(node: Node | None, place: Place) -> Hosts:
    """The hosts of a mapping as ``HostsFile`` has it.

    Raises the error of *place* for a group that is not there and for what is no place.
    """
    return Hosts(tuple(_entries(node, place))) if node is not None else Hosts()


def _entries(node: Node, place: Place) -> Iterator[Entry]:
    for key, value in entries(node, place, "hosts"):
        group = str(key.value)
        if group not in GROUPS:
            raise place.wrong(key, f"hosts: no group {group!r}; there are {', '.join(GROUPS)}{near(group, GROUPS)}")
        for host, moved in _places(value, place, f"hosts: {group}"):
            yield Entry(_checked(host, place, group), group, moved)


def _places(node: Node, place: Place, what: str) -> Iterator[tuple[Node, str]]:
    if isinstance(node, MappingNode):
        yield from ((host, convert(str, moved, place, what)) for host, moved in node.value)
        return
    convert(tuple[str, ...], node, place, what)
    yield from ((host, "") for host in node.value)


def _checked(node: Node, place: Place, group: str) -> str:
    host = str(node.value).strip().lower()
    try:
        check_place(host)
    except ValueError as error:
        raise place.wrong(node, f"hosts: {group}: {error}") from None
    return host.removeprefix("www.")
