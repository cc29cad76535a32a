"""The entry for pre-commit."""

from __future__ import annotations

from ld_review.foreign import tolerant_node
from ld_review.start.insertion import items_of, value_of, with_item, word_of
from ld_review.start.origin import Origin

NAME = ".pre-commit-config.yaml"
_IDS = frozenset({"ld-review", "ld-review-all"})

_OF_REPOSITORY = """\
- repo: {url}
  rev: {revision}
  hooks:
    - id: ld-review
"""
_LOCAL = """\
- repo: local
  hooks:
    - id: ld-review
      name: ld-review
      entry: ld-review check --force-exclude
{language}
      types_or: [markdown]
      require_serial: true
"""
_FROM_INDEX = "      language: python\n      additional_dependencies: [{requirement}]"
_AS_INSTALLED = "      language: system  # the command as each machine has it"


def has_hook(text: str) -> bool:
    """Whether a configuration of pre-commit has one of our hooks, or runs the command.

    Raises ValueError where it is no YAML.
    """
    hooks = [
        hook for repo in items_of(value_of(tolerant_node(text), "repos")) for hook in items_of(value_of(repo, "hooks"))
    ]
    return any(
        word_of(value_of(hook, "id")) in _IDS or word_of(value_of(hook, "entry")).startswith("ld-review")
        for hook in hooks
    )


def entry(origin: Origin) -> str:
    """The entry of the list ``repos``."""
    if origin.url:
        return _OF_REPOSITORY.format(url=origin.url, revision=origin.revision)
    language = _FROM_INDEX.format(requirement=origin.requirement) if origin.from_index else _AS_INSTALLED
    return _LOCAL.format(language=language)


def with_hook(text: str, origin: Origin) -> str:
    """A configuration of pre-commit with our hook, otherwise as it is.

    Raises NoPlaceError where no place for it is sure.
    """
    return with_item(text, "repos", entry(origin))
