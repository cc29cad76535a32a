"""Where what can be worked out again is kept between runs."""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "LD_REVIEW_CACHE_DIR"


def cache_folder() -> Path | None:
    """The folder of all caches, made where it is missing; None where it cannot be made.

    The environment variable ``LD_REVIEW_CACHE_DIR`` says where it is, else the custom of the platform.
    """
    try:
        folder = _named()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except (OSError, RuntimeError, ValueError):
        return None
    return folder


def _named() -> Path:
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).absolute()
    from platformdirs import user_cache_path  # noqa: PLC0415 - not needed where the variable speaks

    return user_cache_path("ld-review", appauthor=False)
