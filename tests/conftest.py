"""What several tests share: where real handbooks lie, if they do."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from ld_review import drafting
from ld_review.cache_folder import VARIABLE

BESIDE = Path(__file__).parents[2] / "shared"

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")  # a machine with other work to do is no reason to fail


def pytest_collection_finish() -> None:
    """Leave the thousands of tests out of what Python looks through for garbage: a test that takes the time of its own
    work pays for that now and then, the more tests there are the more."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def cache_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """No test writes into the cache of whoever runs it, nor reads what is there."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, str(folder))
        yield folder


@pytest.fixture(scope="session")
def corpora() -> list[Path]:
    """Every page of the real handbooks beside the project."""
    pages = sorted(BESIDE.glob("corpora/**/*.md*"))
    if not pages:
        pytest.skip("no handbooks beside the project")
    return pages


@pytest.fixture(scope="session")
def commonmark_examples() -> list[str]:
    """The examples of the CommonMark specification beside the project."""
    import re

    path = BESIDE / "spec" / "commonmark-spec.txt"
    if not path.exists():
        pytest.skip("no CommonMark specification beside the project")
    text = path.read_text(encoding="utf-8")
    found = re.findall(r"^`{32} example\n(.*?)\n?^\.\n.*?^`{32}$", text, re.MULTILINE | re.DOTALL)
    return [example.replace("→", "\t") for example in found]


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the pages that are looked at, and not only remembered or taken from a part."""
    return _noted(monkeypatch, "draft_page", lambda source: source.path.name)


@pytest.fixture
def finished(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the pages of which the rules across pages are asked, and not only remembered."""
    return _noted(monkeypatch, "finish_page", lambda draft: draft.source.path.name)


def _noted(monkeypatch: pytest.MonkeyPatch, name: str, named: Callable[[Any], str]) -> list[str]:
    """The names of what a function of drafting is called with first, while the test goes on."""
    function, seen = getattr(drafting, name), list[str]()

    def noting(first: Any, *rest: Any) -> Any:
        seen.append(named(first))
        return function(first, *rest)

    monkeypatch.setattr(drafting, name, noting)
    return seen
