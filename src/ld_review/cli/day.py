"""A day on the command line."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import click


class Day(click.ParamType):  # type: ignore[type-arg, unused-ignore]
    """A day as YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or a usage error that shows the form."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{value!r} is not a day such as 2026-12-03", param, ctx)
