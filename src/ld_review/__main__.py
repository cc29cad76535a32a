"""``python -m ld_review``."""

from __future__ import annotations

from ld_review.cli import main

if __name__ == "__main__":
    main()
