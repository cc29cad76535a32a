"""How the command finds its sub-commands, and how every way to end becomes an exit status."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from ld_review.cli.processes import rarely_collected
from ld_review.errors import LdReviewError

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

USAGE, INTERRUPTED = 2, 130


class CommandGroup(click.Group):
    """A group whose commands are imported when they are called, one of them being the default."""

    def __init__(
        self, *args: Any, commands_by_name: Mapping[str, tuple[str, str]], default: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.commands_by_name = commands_by_name
        self.default = default

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the commands, in the order in which they are documented."""
        return list(self.commands_by_name)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.commands_by_name:
            return None
        module = import_module(f"ld_review.cli.{self.commands_by_name[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.commands_by_name.items()])

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """What may come first: a command, without importing them all, or what the default command takes."""
        from click.shell_completion import CompletionItem  # noqa: PLC0415 - only where a shell asks

        named = [
            CompletionItem(name, help=text)
            for name, (_, text) in self.commands_by_name.items()
            if name.startswith(incomplete)
        ]
        if not incomplete.startswith("-"):
            return [*named, CompletionItem(incomplete, type="file")]
        default = self.get_command(ctx, self.default)
        options = click.Command.shell_complete(self, ctx, incomplete)
        if default is not None:
            with default.make_context(self.default, [], parent=ctx, resilient_parsing=True) as inner:
                options += default.shell_complete(inner, incomplete)
        return list({one.value: one for one in options}.values())

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command in front of what names no command."""
        own = {"--version", *ctx.help_option_names}
        if args and args[0] not in own and args[0] not in self.commands_by_name:
            args = [self.default, *args]
        return super().parse_args(ctx, args)

    def main(self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any) -> NoReturn:  # type: ignore[override]
        """Run, and exit: this is the only place that turns errors into messages and statuses."""
        extra.pop("standalone_mode", None)
        _print_anything()
        try:
            with rarely_collected():
                status = super().main(args, prog_name or "ld-review", standalone_mode=False, **extra)
        except click.ClickException as error:
            error.show()
            status = USAGE
        except LdReviewError as error:
            complain(str(error))
            status = USAGE
        except (click.Abort, KeyboardInterrupt):
            click.echo("interrupted", err=True)
            status = INTERRUPTED
        except OSError as error:
            status = _system_error(error)
        except Exception:
            status = _bug()
        _flush()
        sys.exit(status or 0)


def complain(message: str) -> None:
    """Tell the user, on stderr, what is wrong."""
    click.echo(f"{click.style('error', fg='red', bold=True)}: {message}", err=True)


def _system_error(error: OSError) -> int:
    if error.errno == errno.EPIPE:
        _close_stdout()
        return 0
    where = f"{error.filename}: " if error.filename else ""
    complain(f"{where}{error.strerror or error}")
    return USAGE


def _bug() -> int:
    import traceback  # noqa: PLC0415 - only when it is needed

    complain("internal error, please report it with these lines:")
    click.echo(traceback.format_exc(), err=True)
    return USAGE


def _print_anything() -> None:
    """Let characters that the terminal's encoding lacks be shown as escapes instead of ending the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="backslashreplace")


def _flush() -> None:
    try:
        sys.stdout.flush()
    except OSError:
        _close_stdout()


def _close_stdout() -> None:
    """Send what is left to nowhere: the reader has gone, and Python would complain about it at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
